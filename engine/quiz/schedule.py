"""The schedule: when each question is asked again. FSRS (py-fsrs) decides, from the log of attempts and nothing else.

Two things are added to FSRS. A confident error, that is a miss after "fairly sure" or "certain", comes back within a
week however well it is recalled meanwhile (Butler, Fazio & Marsh 2011: such errors return after a week). And an exam
date draws what is due later to the days before it.

No fuzz, no clock but the `now` that is given: the same log gives the same schedule.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from statistics import mean, median
from typing import TYPE_CHECKING

from engine.quiz._clocks import times
from engine.quiz.progress import side_part

if TYPE_CHECKING:
    from fsrs import Card, Scheduler

    from engine.quiz.progress import TopicProgress
    from engine.quiz.store import Attempt, Progress

RETENTION = (0.7, 0.97)  # what may be wished; beyond it FSRS asks daily, below it nothing is left to review
MOST_NEW = 50
SOON = timedelta(minutes=10)  # what was missed comes back in the same sitting, or in the next
DAY, WEEK = timedelta(days=1), timedelta(days=7)
SURE = 3  # "fairly sure": from here on a miss is a confident error
EXAM_DAYS = 3  # so many days before an exam, what would be forgotten on its day is due
CONFIDENT_ERROR, MISSED, EXAM, FADING = "confident error", "missed", "exam", "fading"
USUAL_S = 60.0  # seconds an answer takes, until the log says it
_PACE_OF = 50  # so many answers say how long one takes


@dataclass(frozen=True)
class Wishes:
    """What a learner wishes of the schedule.

    Attributes:
        retention: the probability of recall at which a question is asked again, 0.7 to 0.97.
        exam: the day of an exam, or None; a day that is past changes nothing.
        new: new questions a day that the review offers, 0 to 50.

    Raises:
        ValueError: for a value outside its limits.
    """

    retention: float = 0.9
    exam: date | None = None
    new: int = 5

    def __post_init__(self) -> None:
        problems = []
        if not RETENTION[0] <= self.retention <= RETENTION[1]:
            problems.append(f"Retention is {RETENTION[0]} to {RETENTION[1]}, got {self.retention!r}.")
        if not 0 <= self.new <= MOST_NEW:
            problems.append(f"New questions a day are 0 to {MOST_NEW}, got {self.new!r}.")
        if problems:
            raise ValueError(" ".join(problems))

    def to_json(self) -> dict[str, object]:
        """Return them as the store keeps them."""
        return {"retention": self.retention, "exam": self.exam.isoformat() if self.exam else None, "new": self.new}

    @classmethod
    def from_json(cls, kept: object) -> Wishes:
        """Read what `to_json` wrote; what is missing, damaged or out of its limits is the default."""
        values = kept if isinstance(kept, Mapping) else {}
        retention, exam, new = values.get("retention"), values.get("exam"), values.get("new")
        if not (isinstance(retention, float) and RETENTION[0] <= retention <= RETENTION[1]):
            retention = cls.retention
        if not (isinstance(new, int) and not isinstance(new, bool) and 0 <= new <= MOST_NEW):
            new = cls.new
        try:
            day = date.fromisoformat(exam) if isinstance(exam, str) else None
        except ValueError:
            day = None
        return cls(retention, day, new)


@dataclass(frozen=True)
class Memory:
    """What the log says about one question that was answered.

    Attributes:
        question, topic: the question's id and its topic's slug.
        due: UTC time from which it is to be asked again.
        last_at: UTC time of the last answer that counts.
        stability: days until the probability of recall has fallen to 0.9.
        difficulty: 1 to 10.
        reviews: answers that count, at least 1.
        lapses: how many of them missed.
        why: what makes it due: "confident error", "missed", "exam", or "fading" where it is only time.
        recalled: how the last answer that counts went.
    """

    question: str
    topic: str
    due: datetime
    last_at: datetime
    stability: float
    difficulty: float
    reviews: int
    lapses: int
    why: str
    recalled: bool = True

    def retrievability(self, at: datetime) -> float:
        """Return the probability of recall at a time by FSRS's forgetting curve; 1 before the last answer.

        The curve begins at 1 after a miss, too, since the answer was shown then: `expected` is what to believe.
        py-fsrs counts whole days; here the curve is smooth and agrees with it there.
        """
        decay, factor = _curve()
        days = max((at - self.last_at) / DAY, 0.0)
        return float((1 + factor * days / self.stability) ** decay)

    def expected(self, at: datetime) -> float:
        """Return the recall to be expected at a time: nothing of what was missed, until it is recalled again."""
        return self.retrievability(at) if self.recalled else 0.0


@dataclass(frozen=True)
class TopicMemory:
    """One topic: the mean recall to be expected of its answered questions (None without one), and counts."""

    retrievability: float | None
    answered: int
    open: int


def counts(attempt: Attempt) -> bool:
    """Tell whether an attempt counts for the schedule: an answer to a question itself, with an outcome, not undone."""
    return not attempt.undone and attempt.outcome is not None and not side_part(attempt.question)


def remembered(attempts: Iterable[Attempt], now: datetime, wishes: Wishes | None = None) -> dict[str, Memory]:
    """Derive what one learner remembers.

    Args:
        attempts: the learner's whole log, in any order: answers to other questions, side parts and those without an
            outcome say which stamps were given by a wrong clock (_clocks.py).
        now: the time, with its zone; the day of an exam is a day of that zone.
        wishes: retention and exam; the default ones where left out.

    Returns:
        A memory for each question that was answered, by question id.
    """
    wishes, here = wishes or Wishes(), now.astimezone(UTC)
    scheduler = _scheduler(wishes.retention)
    traces: dict[str, _Trace] = {}
    for at, one in _events(attempts, here):
        traces[one.question] = _answered(traces.get(one.question), one, at, scheduler)
    return {id: _memory(id, trace, now, wishes) for id, trace in traces.items()}


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


def recalls(attempts: Iterable[Attempt], now: datetime) -> list[Recall]:
    """Return every repeated answer of a log with what FSRS expected of it, in the order in which they count.

    Args:
        attempts, now: as for `remembered`.
    """
    scheduler, here = _scheduler(Wishes().retention), now.astimezone(UTC)
    found: list[Recall] = []
    traces: dict[str, _Trace] = {}
    for at, one in _events(attempts, here):
        before = traces.get(one.question)
        if before:
            memory = _memory(one.question, before, here, Wishes())
            days = (at - memory.last_at) / DAY
            found.append(Recall(one.question, days, memory.retrievability(at), bool(one.outcome)))
        traces[one.question] = _answered(before, one, at, scheduler)
    return found


def due(memories: Mapping[str, Memory], now: datetime) -> tuple[Memory, ...]:
    """Return what is due, most urgent first: confident errors, other misses, then what is most nearly forgotten."""
    rank = {CONFIDENT_ERROR: 0, MISSED: 1}
    ready = [one for one in memories.values() if one.due <= now]
    return tuple(sorted(ready, key=lambda one: (rank.get(one.why, 2), one.retrievability(now), one.question)))


def mixed(memories: Iterable[Memory], after: str = "") -> tuple[Memory, ...]:
    """Order memories so that two of one topic follow each other only where nothing else is left.

    Args:
        memories: most urgent first; among those of another topic than the one before, the most urgent is next.
        after: slug of the topic that was asked last, if any.
    """
    left, order = list(memories), list[Memory]()
    while left:
        other = next((one for one in left if one.topic != after), left[0])
        left.remove(other)
        order.append(other)
        after = other.topic
    return tuple(order)


def by_topic(
    memories: Mapping[str, Memory], questions: Mapping[str, Sequence[str]], at: datetime
) -> dict[str, TopicMemory]:
    """Return how well each topic is remembered at a time.

    Args:
        memories: by question id; of questions that no topic has any more they are passed over.
        questions: the ids of each topic's questions, by slug.
        at: the time.
    """
    found = {}
    for topic, ids in questions.items():
        known = [memories[id].expected(at) for id in ids if id in memories]
        found[topic] = TopicMemory(mean(known) if known else None, len(known), len(ids) - len(known))
    return found


def new_questions(
    topics: Iterable[TopicProgress],
    known: Mapping[str, Progress],
    now: datetime,
    most: int,
    begun: Collection[str] = (),
) -> tuple[str, ...]:
    """Return questions to begin with today: of topics that were begun, then of the others, in the book's order.

    Args:
        topics: the topics with questions, in the order of the book.
        known: the progress in each question that was ever answered.
        now: the time; the day is a day of its zone.
        most: new questions a day; those first answered today are subtracted.
        begun: slugs of topics that were begun without an answer, for example read.
    """
    firsts = [one for id, one in known.items() if not side_part(id)]
    today = sum(one.first_at.astimezone(now.tzinfo).date() == now.date() for one in firsts)
    ranked = sorted(topics, key=lambda one: not (one.answered or one.topic in begun))  # stable: the book's order
    return tuple(id for one in ranked for id in one.open)[: max(most - today, 0)]


def pace(attempts: Iterable[Attempt]) -> float:
    """Return how long an answer takes this learner, s: the median of the latest fifty; a minute where none is known."""
    taken = [one.seconds for one in attempts if counts(one) and one.seconds > 0]
    return median(taken[-_PACE_OF:]) if taken else USUAL_S


def interval(stability: float, retention: float) -> int:
    """Return the days after which FSRS asks again.

    Args:
        stability: days until the probability of recall has fallen to 0.9.
        retention: the probability of recall at which it is asked again.
    """
    decay, factor = _curve()
    return max(round(float(stability / factor * (retention ** (1 / decay) - 1))), 1)


# --- derivation ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Trace:
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


def _events(attempts: Iterable[Attempt], now: datetime) -> list[tuple[datetime, Attempt]]:
    """Return the answers that count with the time at which they do, in the order of the log."""
    log = sorted((one for one in attempts if not one.undone), key=lambda one: (one.sequence, one.key))
    stamps = [one.at.astimezone(UTC) for one in log]
    return [(at, one) for at, one in zip(times(stamps, now), log, strict=True) if counts(one)]


@lru_cache(maxsize=8)
def _scheduler(retention: float) -> Scheduler:
    """Return FSRS with one step of ten minutes after a miss, and none after a recall."""
    from fsrs import Scheduler

    return Scheduler(
        desired_retention=retention, learning_steps=(SOON,), relearning_steps=(SOON,), enable_fuzzing=False
    )


@lru_cache(maxsize=1)
def _curve() -> tuple[float, float]:
    """Return decay and factor of FSRS-6's forgetting curve, (1 + factor · days / stability) ** decay."""
    from fsrs.scheduler import DEFAULT_PARAMETERS

    decay = -DEFAULT_PARAMETERS[20]
    return decay, 0.9 ** (1 / decay) - 1


def _answered(before: _Trace | None, one: Attempt, at: datetime, scheduler: Scheduler) -> _Trace:
    """Fold one more answer in."""
    from fsrs import Card, Rating

    recalled = bool(one.outcome)
    card = before.card if before else Card(card_id=0, due=at)  # without an id fsrs sleeps to make one
    card, _ = scheduler.review_card(card, Rating.Good if recalled else Rating.Again, at)
    error = before.error if before else None
    if error and at >= error + WEEK - DAY:
        error = None  # asked again after its week
    if not recalled and one.confidence >= SURE:
        error = at
    reviews, lapses = (before.reviews, before.lapses) if before else (0, 0)
    return _Trace(card, one.topic, reviews + 1, lapses + (not recalled), error, recalled)


def _memory(question: str, trace: _Trace, now: datetime, wishes: Wishes) -> Memory:
    card = trace.card
    assert card.last_review is not None
    assert card.stability is not None
    assert card.difficulty is not None
    why = FADING if trace.recalled else CONFIDENT_ERROR if trace.error == card.last_review else MISSED
    when = card.due
    if trace.error and trace.error + WEEK < when:
        when, why = trace.error + WEEK, CONFIDENT_ERROR
    memory = Memory(question, trace.topic, when, card.last_review, card.stability, card.difficulty, trace.reviews,
                    trace.lapses, why, trace.recalled)  # fmt: skip
    return _before_exam(memory, now, wishes)


def _before_exam(memory: Memory, now: datetime, wishes: Wishes) -> Memory:
    """Draw a memory that is due later to the days before an exam that is ahead.

    What was answered on the day before or later stays as it is: it was asked for the exam already.
    """
    if wishes.exam is None or wishes.exam <= now.date():
        return memory
    exam = datetime.combine(wishes.exam, time(), now.tzinfo).astimezone(UTC)
    latest = [datetime.combine(wishes.exam - DAY, time(), now.tzinfo).astimezone(UTC)]  # the day before begins
    if memory.retrievability(exam) < wishes.retention:
        opens = datetime.combine(wishes.exam - EXAM_DAYS * DAY, time(), now.tzinfo).astimezone(UTC)
        latest.append(max(opens, memory.last_at + DAY))
    drawn = min((one for one in latest if one > memory.last_at), default=memory.due)
    return replace(memory, due=drawn, why=EXAM) if drawn < memory.due else memory
