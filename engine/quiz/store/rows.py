"""What goes into the store and comes out of it, and how its text is kept exactly."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

# SQLite's text ends at NUL for many of its functions and tools, and lone surrogates have no UTF-8.
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class Learner:
    """Somebody who learns on this machine."""

    id: int
    name: str


@dataclass(frozen=True)
class Attempt:
    """One answer to one question, as the log holds it.

    Attributes:
        id: its number in this file.
        sequence: its place in the learner's log; order is by this, not by the clock, and the same on every machine that
            holds the same answers (_store_keys.py).
        learner: the learner's id.
        question, topic: the question's id and its topic's slug.
        fingerprint: of the question as it was asked.
        answer: what was typed, exactly.
        machine: the machine's marks; "correct" (True, False or None) is what progress reads.
        marks: the learner's marks, the latest, or None.
        recalled: the learner's verdict, the latest, or None.
        confidence: 1 to 4, asked before the reveal.
        hint_used: whether the hint was open.
        seconds: time taken, s.
        at: UTC time.
        undone: whether it was taken back later.
        key: the idempotency key it was saved under.
    """

    id: int
    sequence: int
    learner: int
    question: str
    topic: str
    fingerprint: str
    answer: str
    machine: dict[str, object]
    marks: dict[str, object] | None
    recalled: bool | None
    confidence: int
    hint_used: bool
    seconds: float
    at: datetime
    undone: bool
    key: str = ""

    @property
    def correct(self) -> bool | None:
        """The machine's verdict, None where it has none."""
        verdict = self.machine.get("correct")
        return verdict if isinstance(verdict, bool) else None

    @property
    def outcome(self) -> bool | None:
        """How it went: the learner's verdict, where there is none the machine's."""
        return self.correct if self.recalled is None else self.recalled

    @property
    def left_open(self) -> bool:
        """Whether it was handed in with an exam without an answer."""
        return not self.answer.strip() and "exam" in self.machine


@dataclass(frozen=True)
class Progress:
    """What the log says about one learner and one question; undone attempts do not count.

    Attributes:
        question, topic: the question's id and its topic's slug.
        attempts: how many there are, at least 1.
        first_at, last_at: UTC times of the first and the last in the log.
        last_recalled, last_correct: the learner's and the machine's verdict on the last, None where there is none.
        last_confidence: 1 to 4.
        fingerprint: of the question when it was answered last.
        best: True where any attempt went well, False where none did, None where no verdict was ever given.
        answered: False where it was only ever left open in exams.
        last_open: whether the last time it was left open in an exam.
    """

    question: str
    topic: str
    attempts: int
    first_at: datetime
    last_at: datetime
    last_recalled: bool | None
    last_correct: bool | None
    last_confidence: int
    fingerprint: str
    best: bool | None
    answered: bool = True
    last_open: bool = False

    @property
    def last_outcome(self) -> bool | None:
        """How the last attempt went: the learner's verdict, where there is none the machine's."""
        return self.last_correct if self.last_recalled is None else self.last_recalled


@dataclass(frozen=True)
class Draft:
    """Text that was typed and not yet answered with; `seconds` is the time spent on it so far."""

    text: str
    seconds: float
    at: datetime


@dataclass(frozen=True)
class Prediction:
    """What a learner expected of an experiment.

    Attributes:
        choice: 0-based option, None where the prediction was skipped.
        right: whether it came true, None where that is not known.
    """

    id: int
    learner: int
    topic: str
    experiment: str
    choice: int | None
    right: bool | None
    at: datetime


@dataclass(frozen=True)
class Reading:
    """Where a learner stopped reading a topic."""

    anchor: str
    at: datetime


def pack(text: str) -> str | bytes:
    """Return what SQLite can hold of any Python text: the text, or bytes where it has NUL or lone surrogates.

    >>> pack("λ"), pack("a\\0b"), unpack(pack("\\ud83d\\ude00")) == "\\ud83d\\ude00"
    ('λ', b'a\\x00b', True)
    """
    return text.encode("utf-8", "surrogatepass") if _NOT_TEXT.search(text) else text


def unpack(value: object) -> str:
    """Return the text that `pack` was given."""
    return value.decode("utf-8", "surrogatepass") if isinstance(value, bytes) else str(value)


def to_json(values: object) -> str | bytes:
    """Return packed JSON; numbers that JSON has no word for become "nan", "inf" and "-inf"."""
    try:
        return pack(json.dumps(values, ensure_ascii=False, allow_nan=False))
    except ValueError:
        return pack(json.dumps(_finite(values), ensure_ascii=False, allow_nan=False))


def from_json(value: object) -> dict[str, object]:
    """Return the object that `to_json` packed."""
    values: dict[str, object] = json.loads(unpack(value))
    return values


def _finite(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, Mapping):
        return {name: _finite(inner) for name, inner in value.items()}
    return [_finite(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def flag(verdict: object) -> int | None:
    """Return a verdict as the store writes it."""
    return int(verdict) if isinstance(verdict, bool) else None


def time(seconds: float) -> float:
    """Return a time taken, s; what is negative or not finite counts as 0."""
    return float(seconds) if math.isfinite(seconds) and seconds > 0 else 0.0


def stamp(at: datetime | None = None) -> str:
    """Return a UTC time as the store writes it, with microseconds; now where none is given."""
    if at is None:
        at = datetime.now(UTC)
    if at.tzinfo is None:
        raise ValueError(f"A time must say its zone, got {at!r}.")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


# The position of the next event: the clock's time, never before what is there. Values: microseconds, the log's owner.
NEXT = "max(?, (SELECT coalesce(max(position) + 1, 0) FROM {} WHERE {} = ?))"
ATTEMPT_COLUMNS = (
    "sequence, position, learner, question, topic, fingerprint, answer, machine, marks, recalled, confidence, "
    "hint_used, seconds, at, undone, key"
)
PREDICTION_COLUMNS = "id, learner, topic, experiment, choice, was_right, at"
PROGRESS_COLUMNS = (
    "question, topic, fingerprint, recalled, correct, confidence, "
    "length(answer) = 0 AND instr(machine, '\"exam\"') > 0, at"  # left open, as progress.left_open says
)

Row = tuple[Any, ...]


def to_attempt(row: Row) -> Attempt:
    """Build an attempt from ATTEMPT_COLUMNS of the view `answers`."""
    (
        number,
        position,
        learner,
        question,
        topic,
        fingerprint,
        answer,
        machine,
        marks,
        recalled,
        confidence,
        hint_used,
        seconds,
        at,
        undone,
        key,
    ) = row
    return Attempt(
        id=number,
        sequence=position,
        learner=learner,
        question=unpack(question),
        topic=unpack(topic),
        fingerprint=unpack(fingerprint),
        answer=unpack(answer),
        machine=from_json(machine),
        marks=None if marks is None else from_json(marks),
        recalled=verdict(recalled),
        confidence=confidence,
        hint_used=bool(hint_used),
        seconds=seconds,
        at=datetime.fromisoformat(at),
        undone=bool(undone),
        key=unpack(key),
    )


def to_prediction(row: Row) -> Prediction:
    """Build a prediction from PREDICTION_COLUMNS."""
    number, learner, topic, experiment, choice, was_right, at = row
    return Prediction(
        number, learner, unpack(topic), unpack(experiment), choice, verdict(was_right), datetime.fromisoformat(at)
    )


def to_progress(rows: Iterable[Row]) -> dict[str, Progress]:
    """Fold a learner's attempts into progress.

    Args:
        rows: PROGRESS_COLUMNS of the attempts that are not undone, oldest first.

    Returns:
        Progress by question id.
    """
    answered: dict[object, list[Row]] = {}
    for row in rows:
        answered.setdefault(row[0], []).append(row)
    progress = (_of_one_question(attempts) for attempts in answered.values())
    return {each.question: each for each in progress}


def _of_one_question(attempts: list[Row]) -> Progress:
    question, topic, fingerprint, recalled, correct, confidence, left, at = attempts[-1]
    outcomes = [row[4] if row[3] is None else row[3] for row in attempts]  # correct where recalled is not given
    return Progress(
        question=unpack(question),
        topic=unpack(topic),
        attempts=len(attempts),
        first_at=datetime.fromisoformat(attempts[0][-1]),
        last_at=datetime.fromisoformat(at),
        last_recalled=verdict(recalled),
        last_correct=verdict(correct),
        last_confidence=confidence,
        fingerprint=unpack(fingerprint),
        best=verdict(max((outcome for outcome in outcomes if outcome is not None), default=None)),
        answered=not all(row[-2] for row in attempts),
        last_open=bool(left),
    )


def verdict(value: int | None) -> bool | None:
    """Return the verdict that `flag` wrote."""
    return None if value is None else bool(value)
