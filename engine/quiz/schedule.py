"""The schedule: when each question is asked again. FSRS (py-fsrs) decides, from the log of attempts and nothing else.

Two things are added to FSRS. A confident error, that is a miss after "fairly sure" or "certain", comes back within a
week however well it is recalled meanwhile (Butler, Fazio & Marsh 2011: such errors return after a week). And an exam
date draws what is due later to the days before it.

No fuzz, no clock but the `now` that is given: the same log gives the same schedule.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, tzinfo
from itertools import islice
from statistics import mean, median
from typing import TYPE_CHECKING

from engine.quiz.bank import side_part
from engine.quiz.clocks import moment, times
from engine.quiz.traces import DAY, WEEK, Logged, Recall, Trace, counts, curve, folds, recallable

if TYPE_CHECKING:
    from engine.quiz.progress import TopicProgress
    from engine.quiz.store import Progress

RETENTION = (0.7, 0.97)  # what may be wished; beyond it FSRS asks daily, below it nothing is left to review
MOST_NEW = 50
LONGEST = 36_500  # days; FSRS asks again after so many at the latest
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
        return recallable(self.stability, (at - self.last_at) / DAY)

    def expected(self, at: datetime) -> float:
        """Return the recall to be expected at a time: nothing of what was missed, until it is recalled again."""
        return self.retrievability(at) if self.recalled else 0.0

    def opens(self, zone: tzinfo | None) -> datetime:
        """Return from when it is asked: what comes back after days from the start of the learner's day.

        Args:
            zone: the learner's, None for the machine's own.
        """
        if self.due - self.last_at < DAY:  # missed: in the same sitting, or in the next
            return self.due
        return datetime.combine(self.due.astimezone(zone).date(), time(), zone).astimezone(UTC)


@dataclass(frozen=True)
class TopicMemory:
    """One topic: the mean recall to be expected of its questions that were answered and judged (None without one),
    how many these are, and how many the others."""

    retrievability: float | None
    answered: int
    open: int


def remembered(attempts: Iterable[Logged], now: datetime, wishes: Wishes | None = None) -> dict[str, Memory]:
    """Derive what one learner remembers, from nothing; history.py carries the same on from answer to answer.

    Args:
        attempts: the learner's whole log, in any order: answers to other questions, side parts and those without an
            outcome say which stamps were given by a wrong clock (clocks.py).
        now: the time, with its zone; the day of an exam is a day of that zone.
        wishes: retention and exam; the default ones where left out.

    Returns:
        A memory for each question that was answered, by question id.
    """
    found = folds(_events(attempts, now.astimezone(UTC)))
    traces = {id: fold.trace for id, fold in found.items()}
    return {id: memory_of(id, trace, now, wishes or Wishes()) for id, trace in traces.items() if trace}


def recalls(attempts: Iterable[Logged], now: datetime) -> list[Recall]:
    """Return every repeated answer of a log with what FSRS expected of it, in the order in which they count.

    Args:
        attempts, now: as for `remembered`.
    """
    events = _events(attempts, now.astimezone(UTC))
    left = {id: iter((None, *fold.recalls)) for id, fold in folds(events).items()}  # the first answer repeats none
    return [found for _, one in events if (found := next(left[one.question]))]


def due(memories: Mapping[str, Memory], now: datetime) -> tuple[Memory, ...]:
    """Return what is due, most urgent first: confident errors, other misses, then what is most nearly forgotten.

    Args:
        memories: by question id.
        now: the time, with the learner's zone: what comes back after days is due from the start of its day there.
    """
    rank = {CONFIDENT_ERROR: 0, MISSED: 1}
    ready = [one for one in memories.values() if one.opens(now.tzinfo) <= now]
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
    left = [id for one in ranked for id in one.open if id not in known]  # what an exam left open comes back by itself
    return tuple(left)[: max(most - today, 0)]


def pace(attempts: Sequence[Logged]) -> float:
    """Return how long an answer takes this learner, s: the median of the latest fifty; a minute where none is known."""
    taken = (one.seconds for one in reversed(attempts) if counts(one) and one.seconds > 0)
    latest = list(islice(taken, _PACE_OF))
    return median(latest) if latest else USUAL_S


def interval(stability: float, retention: float) -> int:
    """Return the days after which FSRS asks again.

    Args:
        stability: days until the probability of recall has fallen to 0.9.
        retention: the probability of recall at which it is asked again.
    """
    decay, factor = curve()
    return min(max(round(float(stability / factor * (retention ** (1 / decay) - 1))), 1), LONGEST)


# --- derivation ------------------------------------------------------------------------------------------------


def _events(attempts: Iterable[Logged], now: datetime) -> list[tuple[int, Logged]]:
    """Return the answers that count with the moment at which they do, in the order of the log."""
    log = sorted((one for one in attempts if not one.undone), key=lambda one: (one.sequence, one.key))
    stamps = [one.at.astimezone(UTC) for one in log]
    return [(moment(at), one) for at, one in zip(times(stamps, now), log, strict=True) if counts(one)]


def memory_of(question: str, trace: Trace, now: datetime, wishes: Wishes) -> Memory:
    """Return what is remembered of a question by what its answers left (traces.py)."""
    card = trace.card
    assert card.last_review is not None
    assert card.stability is not None
    assert card.difficulty is not None
    why = FADING if trace.recalled else CONFIDENT_ERROR if trace.error == card.last_review else MISSED
    when = card.last_review + interval(card.stability, wishes.retention) * DAY if trace.recalled else card.due
    if trace.error and trace.error + WEEK < when:
        when, why = trace.error + WEEK, CONFIDENT_ERROR
    memory = Memory(
        question,
        trace.topic,
        when,
        card.last_review,
        card.stability,
        card.difficulty,
        trace.reviews,
        trace.lapses,
        why,
        trace.recalled,
    )
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
