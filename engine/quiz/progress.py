"""Progress: what the log of attempts says about each topic, and what to do next.

Everything here is derived from the log and can be rebuilt from it at any time. Two words, two meanings: a question is
*answered* when an answer to it is locked, and *judged* when an answer to it has an outcome, the learner's own or, where
the check is exact, the machine's. An answer without an outcome waits, and nothing is done before it is judged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from engine.quiz.bank import side_part

if TYPE_CHECKING:
    from engine.quiz.store import Progress, Reading
    from engine.quiz.traces import Logged

CONFIDENCE = {1: "guess", 2: "unsure", 3: "fairly sure", 4: "certain"}
RESULTS = {True: "recalled", False: "missed", None: "not marked"}


def left_open(one: Logged) -> bool:
    """Tell whether a question of an exam was handed in without an answer: nobody said then how sure they were."""
    return one.left_open


def waits(one: Logged) -> bool:
    """Tell whether an answer is locked and not judged: it is to a question itself, and nobody said how it went."""
    return not one.undone and one.outcome is None and not side_part(one.question)


@dataclass(frozen=True)
class TopicProgress:
    """One topic for one learner.

    Attributes:
        topic: its slug.
        questions: the ids of its questions, in order.
        open: those not answered yet; what was only left open in an exam is among them.
        at: UTC time of the latest answer, or None.
        unjudged: those answered of which no answer was judged yet.
    """

    topic: str
    questions: tuple[str, ...]
    open: tuple[str, ...]
    at: datetime | None
    unjudged: tuple[str, ...] = ()

    @property
    def answered(self) -> int:
        """How many questions have an answer that is locked."""
        return len(self.questions) - len(self.open)

    @property
    def judged(self) -> int:
        """How many questions have an answer that was judged."""
        return self.answered - len(self.unjudged)

    @property
    def done(self) -> bool:
        """Whether every question was answered and judged."""
        return bool(self.questions) and self.judged == len(self.questions)


def topic_progress(topic: str, questions: Sequence[str], known: Mapping[str, Progress]) -> TopicProgress:
    """Return the progress in one topic.

    Args:
        topic: its slug.
        questions: the ids of its questions, in order.
        known: the progress in each question that was ever answered or left open, by question id.
    """
    mine = {id: known[id] for id in questions if id in known and known[id].answered}
    return TopicProgress(
        topic=topic,
        questions=tuple(questions),
        open=tuple(id for id in questions if id not in mine),
        at=max((one.last_at for one in mine.values()), default=None),
        unjudged=tuple(id for id, one in mine.items() if one.best is None),
    )


@dataclass(frozen=True)
class Step:
    """Something to do next: "read" on, "answer" open questions, "start" a topic, or "judge" what was answered.

    Reviews are the schedule's.
    """

    kind: str
    topic: str
    questions: tuple[str, ...] = ()


def next_steps(
    topics: Sequence[TopicProgress], readings: Mapping[str, Reading], ready: Sequence[str], most: int = 3
) -> tuple[Step, ...]:
    """Say what to do next: read on where one stopped, answer what is open in a topic that was begun, start a new one.

    Where there is none of these, the topics are left whose answers wait for a judgement.

    Args:
        topics: those that have questions.
        readings: by topic, where this learner stopped reading.
        ready: the topics that can be started, those first that come first.
        most: the largest number of steps; where three are too many, the open questions of another topic wait.
    """
    touched = {one.topic: max(times) for one in topics if (times := _times(one, readings))}
    begun = sorted((one for one in topics if one.topic in touched), key=lambda one: touched[one.topic], reverse=True)
    unfinished = [one for one in begun if not one.done]
    read = [Step("read", one.topic) for one in unfinished if one.topic in readings][:1]
    others = [one for one in unfinished if Step("read", one.topic) not in read]
    answer = [Step("answer", one.topic, one.open) for one in others if one.open][:1]
    start = [Step("start", one) for one in ready if one not in touched][:1]
    steps = [*read, *(answer if most > 2 or not read else ()), *start] or [Step("judge", one.topic) for one in others]
    return tuple(steps[:most])


def _times(progress: TopicProgress, readings: Mapping[str, Reading]) -> list[datetime]:
    reading = readings.get(progress.topic)
    return [at for at in (progress.at, reading.at if reading else None) if at is not None]
