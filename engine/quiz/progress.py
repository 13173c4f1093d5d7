"""Progress: what the log of attempts says about each topic, and what to do next.

Everything here is derived from the log and can be rebuilt from it at any time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.quiz.store import Attempt, Progress, Reading

CONFIDENCE = {1: "guess", 2: "unsure", 3: "fairly sure", 4: "certain"}
RESULTS = {True: "recalled", False: "missed", None: "not marked"}
SIDE_PARTS = {"exact": "exact part", "drill": "drill", "ladder": "derivation"}  # "4.q5~drill": a drill of 4.q5


def main_question(id: str) -> str:
    """Return the question that an attempt's question id belongs to.

    >>> main_question("4.q5~drill")
    '4.q5'
    """
    return id.partition("~")[0]


def side_part(id: str) -> str:
    """Return what an attempt answered beside the question itself: "exact part", "drill", or nothing.

    >>> side_part("4.q5~drill"), side_part("4.q5")
    ('drill', '')
    """
    return SIDE_PARTS.get(id.partition("~")[2], "")


def left_open(one: Attempt) -> bool:
    """Tell whether a question of an exam was handed in without an answer: nobody said then how sure they were."""
    return not one.answer.strip() and "exam" in one.machine


@dataclass(frozen=True)
class TopicProgress:
    """One topic for one learner.

    Attributes:
        topic: its slug.
        questions: the ids of its questions, in order.
        open: those not answered yet.
        missed: those whose latest answer missed.
        recalled: how many the latest answer recalled.
        at: UTC time of the latest answer, or None.
    """

    topic: str
    questions: tuple[str, ...]
    open: tuple[str, ...]
    missed: tuple[str, ...]
    recalled: int
    at: datetime | None

    @property
    def answered(self) -> int:
        return len(self.questions) - len(self.open)

    @property
    def done(self) -> bool:
        """Whether every question was answered."""
        return bool(self.questions) and not self.open


def topic_progress(topic: str, questions: Sequence[str], known: Mapping[str, Progress]) -> TopicProgress:
    """Return the progress in one topic.

    Args:
        topic: its slug.
        questions: the ids of its questions, in order.
        known: the progress in each question that was ever answered, by question id.
    """
    mine = {id: known[id] for id in questions if id in known}
    return TopicProgress(
        topic=topic,
        questions=tuple(questions),
        open=tuple(id for id in questions if id not in mine),
        missed=tuple(id for id, one in mine.items() if one.last_outcome is False),
        recalled=sum(one.last_outcome is True for one in mine.values()),
        at=max((one.last_at for one in mine.values()), default=None),
    )


@dataclass(frozen=True)
class Step:
    """Something to do next: "read" on, "answer" open questions, or "start" a topic. Reviews are the schedule's."""

    kind: str
    topic: str
    questions: tuple[str, ...] = ()


def next_steps(topics: Sequence[TopicProgress], readings: Mapping[str, Reading], most: int = 4) -> tuple[Step, ...]:
    """Say what to do next: finish what was begun, latest first, then something new.

    Args:
        topics: the written topics in the order of the book.
        readings: by topic, where this learner stopped reading.
        most: the largest number of steps.
    """
    touched = {one.topic: max(times) for one in topics if (times := _times(one, readings))}
    begun = sorted((one for one in topics if one.topic in touched), key=lambda one: touched[one.topic], reverse=True)
    unfinished = [one for one in begun if not one.done]
    reading = next((one for one in unfinished if one.topic in readings), None)
    steps = [Step("read", reading.topic)] if reading else []
    steps += [Step("answer", one.topic, one.open) for one in unfinished if one.open]
    fresh = next((one for one in topics if one.topic not in touched), None)
    if fresh and not unfinished:
        steps.append(Step("start", fresh.topic))
    return tuple(steps[:most])


def _times(progress: TopicProgress, readings: Mapping[str, Reading]) -> list[datetime]:
    reading = readings.get(progress.topic)
    return [at for at in (progress.at, reading.at if reading else None) if at is not None]
