"""A learner's record in numbers: mastery, days, calibration, predictions, forgetting, time. All of it from the log."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, tzinfo
from typing import TYPE_CHECKING

import numpy as np

from engine.quiz.bank import SEEN, side_part

if TYPE_CHECKING:
    from engine.quiz.schedule import TopicMemory
    from engine.quiz.store import Prediction
    from engine.quiz.traces import Logged, Recall

FEWEST = 20  # below so many answers a share says more about chance than about the learner
LONGEST_S = 30 * 60.0  # an answer that took longer was left lying; so much of it counts
GAPS = (1.0, 3.0, 7.0, 14.0, 30.0)  # days between two answers: the limits of the forgetting curve's groups


@dataclass(frozen=True)
class Share:
    """A share of successes with its 95 % interval.

    Attributes:
        hits, of: how many of how many.
        low, high: Wilson's score interval (Wilson 1927), which stays within 0 and 1 and holds for small counts.
    """

    hits: int
    of: int

    @property
    def value(self) -> float:
        """The share itself."""
        return self.hits / self.of

    @property
    def low(self) -> float:
        """Lower end of the interval."""
        return self._end(-1)

    @property
    def high(self) -> float:
        """Upper end of the interval."""
        return self._end(1)

    def _end(self, side: int) -> float:
        z, n = 1.959964, self.of
        half = z * math.sqrt(self.value * (1 - self.value) / n + (z / (2 * n)) ** 2)
        return min(max((self.value + z * z / (2 * n) + side * half) / (1 + z * z / n), 0.0), 1.0)


def mastery(one: TopicMemory) -> float:
    """Return the share of a topic's questions that can be expected to be recalled, 0 to 1; unanswered ones count 0."""
    total = one.answered + one.open
    return (one.retrievability or 0.0) * one.answered / total if total else 0.0


def weakest(topics: Mapping[str, TopicMemory], wished: float, most: int = 3) -> tuple[str, ...]:
    """Return the topics of which less can be expected to be recalled than is wished, the weakest first.

    Args:
        topics: by slug; of one without a judged answer nothing is known, so it is not weak.
        wished: the share of its judged questions that the learner wishes to recall, 0 to 1.
        most: the largest number of topics.
    """
    weak = {slug: one.retrievability for slug, one in topics.items() if one.retrievability is not None}
    return tuple(slug for slug in sorted(weak, key=weak.__getitem__) if weak[slug] < wished)[:most]


@dataclass
class Spent:
    """Answers and the time spent on them, by day: what comes in is added, what goes out is taken off again.

    What was left open is no answer.

    Attributes:
        zone: the learner's; a day is a day there.
        answers: by day.
    """

    zone: tzinfo | None
    answers: Counter[date] = field(default_factory=Counter)
    _of_topic: Counter[tuple[date, str]] = field(default_factory=Counter)
    _time: Counter[tuple[date, str]] = field(default_factory=Counter)  # microseconds: whole numbers forget nothing

    def count(self, one: Logged, sign: int = 1) -> None:
        """Count an answer in (1) or out (-1); one that was taken back is nothing."""
        if one.undone:
            return
        day = one.at.astimezone(self.zone).date()
        place = (day, one.topic)
        self.answers[day] += sign * (not one.left_open)
        self._of_topic[place] += sign
        self._time[place] += sign * round(1e6 * min(one.seconds, LONGEST_S))
        if not self._of_topic[place]:
            del self._of_topic[place], self._time[place]
        if not self.answers[day]:
            del self.answers[day]

    @property
    def seconds(self) -> dict[tuple[date, str], float]:
        """The time spent by day and topic, s; a single answer counts for LONGEST_S at most."""
        return {place: taken / 1e6 for place, taken in self._time.items()}


def spent(attempts: Iterable[Logged], zone: tzinfo | None) -> Spent:
    """Count the answers of a log and their time by the day on which they were given, in the learner's zone."""
    found = Spent(zone)
    for one in attempts:
        found.count(one)
    return found


def days(attempts: Iterable[Logged], zone: tzinfo | None) -> Counter[date]:
    """Count answers by the day on which they were given, in the learner's zone."""
    return spent(attempts, zone).answers


def seconds(attempts: Iterable[Logged], zone: tzinfo | None) -> dict[tuple[date, str], float]:
    """Add up the time spent on answers by day and topic, s; a single answer counts for LONGEST_S at most."""
    return spent(attempts, zone).seconds


Told = tuple[int, bool]  # how sure the learner was, and how it went


def told(one: Logged) -> Told | None:
    """Return what an answer tells of its learner's confidence; None without a verdict or a confidence of their own."""
    if one.undone or one.outcome is None or one.left_open or side_part(one.question) == SEEN:
        return None
    return one.confidence, one.outcome


def calibration(attempts: Iterable[Logged]) -> dict[int, Share]:
    """Return the share that went well by confidence, 1 to 4; nothing below FEWEST answers that say it."""
    return shares(Counter(said for one in attempts if (said := told(one))))


def shares(counts: Mapping[Told, int]) -> dict[int, Share]:
    """Do what `calibration` does, by how many answers tell each confidence and outcome."""
    if sum(counts.values()) < FEWEST:
        return {}
    levels = sorted({level for (level, _), count in counts.items() if count})
    went = {level: (counts.get((level, True), 0), counts.get((level, False), 0)) for level in levels}
    return {level: Share(right, right + wrong) for level, (right, wrong) in went.items()}


@dataclass(frozen=True)
class Foresight:
    """First predictions of the experiments of one topic: came true, did not, and were skipped."""

    topic: str
    right: int
    wrong: int
    skipped: int


def foresight(predictions: Iterable[Prediction]) -> list[Foresight]:
    """Return how a learner's predictions came out, by topic.

    Only the first prediction of an experiment counts: afterwards one has seen the answer. One that was skipped first
    and made later counts as made.
    """
    first: dict[tuple[str, str], Prediction] = {}
    for one in predictions:
        place = (one.topic, one.experiment)
        if place not in first or first[place].choice is None:
            first[place] = one
    counts: dict[str, Counter[bool | None]] = defaultdict(Counter)
    for (topic, _), one in first.items():
        counts[topic][None if one.choice is None else one.right] += 1
    return [Foresight(topic, count[True], count[False], count[None]) for topic, count in counts.items()]


@dataclass(frozen=True)
class Forgetting:
    """Repeated answers whose gap since the answer before lies in one group.

    Attributes:
        label: the gap in words.
        days: its mean, days.
        share: how many were recalled.
        predicted: the mean probability that FSRS had given them.
    """

    label: str
    days: float
    share: Share
    predicted: float


def forgetting(recalls: Sequence[Recall]) -> list[Forgetting]:
    """Return the forgetting curve of a learner's own log, by the gap; nothing below FEWEST repeated answers."""
    if len(recalls) < FEWEST:
        return []
    days, predicted, recalled = (
        np.fromiter((getattr(one, name) for one in recalls), float, len(recalls))
        for name in ("days", "predicted", "recalled")
    )
    groups = np.searchsorted(GAPS, days, side="right")
    of, hits, days, predicted = (np.bincount(groups, weights) for weights in (None, recalled, days, predicted))
    return [
        Forgetting(
            _gap(group),
            float(days[group] / of[group]),
            Share(int(hits[group]), int(of[group])),
            float(predicted[group] / of[group]),
        )
        for group in np.flatnonzero(of).tolist()
    ]


def _gap(group: int) -> str:
    if group == 0:
        return f"under {GAPS[0]:g} day"
    if group == len(GAPS):
        return f"{GAPS[-1]:g} days or more"
    return f"{GAPS[group - 1]:g} to {GAPS[group]:g} days"
