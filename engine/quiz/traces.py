"""What FSRS makes of the answers to one question, kept so that a further answer costs one step.

py-fsrs decides; what it makes of the answers does not depend on the retention that is wished, only the next day does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple, Protocol

from engine.quiz.bank import side_part
from engine.quiz.clocks import at_moment

if TYPE_CHECKING:
    from fsrs import Card, Scheduler

SOON = timedelta(minutes=10)  # what was missed comes back in the same sitting, or in the next
DAY, WEEK = timedelta(days=1), timedelta(days=7)
SURE = 3  # "fairly sure": from here on a miss is a confident error
_STEPS_KEPT = 4  # so many of the latest answers may change and cost no more than they are


class Logged(Protocol):
    """An answer of the log: an Attempt, or an Entry of it."""

    @property
    def question(self) -> str: ...
    @property
    def topic(self) -> str: ...
    @property
    def sequence(self) -> int: ...
    @property
    def key(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def confidence(self) -> int: ...
    @property
    def seconds(self) -> float: ...
    @property
    def undone(self) -> bool: ...
    @property
    def outcome(self) -> bool | None: ...
    @property
    def left_open(self) -> bool: ...


class Given(NamedTuple):
    """An answer as it counts: when, in microseconds (clocks.py), how it went, and how sure the learner was."""

    at: int
    recalled: bool
    confidence: int
    topic: str


class Trace(NamedTuple):
    """One question's answers folded up.

    Attributes:
        card: as FSRS left it after the last answer.
        error: when a confident error was made that was not asked again after a week, or None.
        recalled: how the last answer went.
    """

    card: Card
    topic: str
    reviews: int
    lapses: int
    error: datetime | None
    recalled: bool


@dataclass(frozen=True)
class Recall:
    """One answer to a question that had been answered before: what was to be expected, and what came.

    Attributes:
        days: since the answer before.
        predicted: FSRS's probability of recall at that moment.
        recalled: how it went.
    """

    question: str
    days: float
    predicted: float
    recalled: bool


def counts(one: Logged) -> bool:
    """Tell whether an answer counts for the schedule: to a question itself, with an outcome, not undone."""
    return not one.undone and one.outcome is not None and not side_part(one.question)


def given(one: Logged, at: int) -> Given:
    """Return an answer that counts, given at a moment."""
    return Given(at, bool(one.outcome), one.confidence, one.topic)


class Fold:
    """The answers to one question, folded up: what is put in again costs nothing.

    Attributes:
        recalls: of each answer but the first, in their order.
    """

    def __init__(self, question: str) -> None:
        self._question = question
        self._given: list[Given] = []
        self._steps: list[Trace] = []  # the latest, the last one after all answers
        self.recalls: list[Recall] = []

    @property
    def trace(self) -> Trace | None:
        """What the answers left, None where there is none."""
        return self._steps[-1] if self._steps else None

    def take(self, answers: Sequence[Given]) -> None:
        """Hold these answers, in their order, instead of those before; only what differs is folded anew."""
        same = len(self._given)
        if self._given != answers[:same]:
            same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(self._given, answers, strict=False)))
        steps = self._steps[: max(len(self._steps) - (len(self._given) - same), 0)]
        if not steps:
            same = 0
        self.recalls = self.recalls[: max(same - 1, 0)]
        for one in answers[same:]:
            before = steps[-1] if steps else None
            if before:
                self.recalls.append(_recall(self._question, before, one))
            steps = [*steps[1 - _STEPS_KEPT :], _answered(before, one)]
        self._given, self._steps = list(answers), steps


def folds(answers: Iterable[tuple[int, Logged]]) -> dict[str, Fold]:
    """Fold the answers that count, each with its moment, by question."""
    by_question: dict[str, list[Given]] = {}
    for at, one in answers:
        by_question.setdefault(one.question, []).append(given(one, at))
    found = {question: Fold(question) for question in by_question}
    for question, fold in found.items():
        fold.take(by_question[question])
    return found


@lru_cache(maxsize=1)
def _scheduler() -> Scheduler:
    """Return FSRS with one step of ten minutes after a miss, and none after a recall."""
    from fsrs import Scheduler

    return Scheduler(learning_steps=(SOON,), relearning_steps=(SOON,), enable_fuzzing=False)


@lru_cache(maxsize=1)
def curve() -> tuple[float, float]:
    """Return decay and factor of FSRS-6's forgetting curve, (1 + factor · days / stability) ** decay."""
    from fsrs.scheduler import DEFAULT_PARAMETERS

    decay = -DEFAULT_PARAMETERS[20]
    return decay, 0.9 ** (1 / decay) - 1


def recallable(stability: float, days: float) -> float:
    """Return the probability of recall so many days after an answer; 1 before it."""
    decay, factor = curve()
    return float((1 + factor * max(days, 0.0) / stability) ** decay)


def _recall(question: str, before: Trace, one: Given) -> Recall:
    assert before.card.last_review is not None
    assert before.card.stability is not None
    days = (at_moment(one.at) - before.card.last_review) / DAY
    return Recall(question, days, recallable(before.card.stability, days), one.recalled)


def _answered(before: Trace | None, one: Given) -> Trace:
    """Fold one more answer in."""
    from fsrs import Card, Rating

    at = at_moment(one.at)
    card = before.card if before else Card(card_id=0, due=at)  # without an id fsrs sleeps to make one
    card, _ = _scheduler().review_card(card, Rating.Good if one.recalled else Rating.Again, at)
    error = before.error if before else None
    if error and at >= error + WEEK - DAY:
        error = None  # asked again after its week
    if not one.recalled and one.confidence >= SURE:
        error = at
    reviews, lapses = (before.reviews, before.lapses) if before else (0, 0)
    return Trace(card, one.topic, reviews + 1, lapses + (not one.recalled), error, one.recalled)
