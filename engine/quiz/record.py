"""A learner's record in numbers: mastery, days, calibration, predictions, forgetting, time. All of it from the log."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import TYPE_CHECKING

from engine.quiz.progress import left_open

if TYPE_CHECKING:
    from engine.quiz.schedule import Recall, TopicMemory
    from engine.quiz.store import Attempt, Prediction

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


def days(attempts: Iterable[Attempt], zone: tzinfo | None) -> Counter[date]:
    """Count answers by the day on which they were given, in the learner's zone."""
    return Counter(one.at.astimezone(zone).date() for one in attempts if not one.undone)


def seconds(attempts: Iterable[Attempt], zone: tzinfo | None) -> dict[tuple[date, str], float]:
    """Add up the time spent on answers by day and topic, s; a single answer counts for LONGEST_S at most."""
    spent: dict[tuple[date, str], float] = defaultdict(float)
    for one in attempts:
        if not one.undone:
            spent[one.at.astimezone(zone).date(), one.topic] += min(one.seconds, LONGEST_S)
    return dict(spent)


def calibrating(attempts: Iterable[Attempt]) -> list[Attempt]:
    """Return the answers that have a verdict and a confidence of the learner's own."""
    return [one for one in attempts if not one.undone and one.outcome is not None and not left_open(one)]


def calibration(attempts: Iterable[Attempt]) -> dict[int, Share]:
    """Return the share that went well by confidence, 1 to 4; nothing below FEWEST answers that say it."""
    told = calibrating(attempts)
    if len(told) < FEWEST:
        return {}
    counts = Counter((one.confidence, one.outcome) for one in told)
    levels = sorted({level for level, _ in counts})
    return {level: Share(counts[level, True], counts[level, True] + counts[level, False]) for level in levels}


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


def forgetting(recalls: Iterable[Recall]) -> list[Forgetting]:
    """Return the forgetting curve of a learner's own log, by the gap; nothing below FEWEST repeated answers."""
    groups: dict[int, list[Recall]] = defaultdict(list)
    for one in recalls:
        groups[bisect_right(GAPS, one.days)].append(one)
    if sum(map(len, groups.values())) < FEWEST:
        return []
    return [
        Forgetting(
            _gap(group),
            sum(one.days for one in ones) / len(ones),
            Share(sum(one.recalled for one in ones), len(ones)),
            sum(one.predicted for one in ones) / len(ones),
        )
        for group, ones in sorted(groups.items())
    ]


def _gap(group: int) -> str:
    if group == 0:
        return f"under {GAPS[0]:g} day"
    if group == len(GAPS):
        return f"{GAPS[-1]:g} days or more"
    return f"{GAPS[group - 1]:g} to {GAPS[group]:g} days"
