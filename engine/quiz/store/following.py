"""Reading a learner's log a second time: only what was written since, by whomever."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from engine.quiz.store.drafts_and_readings import Base, reads
from engine.quiz.store.rows import ATTEMPT_COLUMNS, Attempt, Row, to_attempt, unpack, verdict

_AT_ONCE, _MANY = 500, 5_000  # ids that one query asks for; from so many on the whole log is read
_EXAM = "instr(machine, '\"exam\"')"  # JSON is parsed where it can matter
_COLUMNS = (
    "sequence, position, key, question, topic, fingerprint, correct, recalled, confidence, seconds, at, undone, "
    f"CASE WHEN {_EXAM} THEN machine END, CASE WHEN {_EXAM} THEN answer END"
)
_REACHED = "SELECT " + ", ".join(
    f"(SELECT coalesce(max({column}), 0) FROM {table})"
    for table, column in (("attempts", "sequence"), ("marks", "id"), ("batch_turns", "id"), ("returned", "id"))
)
# The answers that rows of the log from here on are about. "+" keeps SQLite from looking through all of the learner's.
_TOUCHED = """
SELECT coalesce(undoes, sequence) FROM attempts WHERE sequence > ? AND +learner = ?
UNION SELECT attempt FROM marks JOIN attempts ON sequence = attempt WHERE id > ? AND +learner = ?
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """An answer of the log without its words: what all that is derived needs of it. The fields are those of Attempt.

    Attributes:
        exam: what the log says of the exam that it belongs to, or None.
        left_open: whether it was handed in with an exam without an answer.
    """

    id: int
    sequence: int
    key: str
    question: str
    topic: str
    fingerprint: str
    correct: bool | None
    recalled: bool | None
    confidence: int
    seconds: float
    at: datetime
    undone: bool
    exam: object = None
    left_open: bool = False

    @property
    def outcome(self) -> bool | None:
        """How it went: the learner's verdict, where there is none the machine's."""
        return self.correct if self.recalled is None else self.recalled


@dataclass(frozen=True)
class Changes:
    """What was written into a log.

    Attributes:
        entries: answers that are new or were marked or taken back, in the order of the log.
        whole: whether these are all answers that there are, and others are gone.
        reached: how far the file was read; the next reading goes on from here.
    """

    entries: tuple[Entry, ...]
    whole: bool
    reached: tuple[int, ...]


class Following(Base):
    """Reading on in the log of attempts."""

    @reads
    def changes(self, learner: int, since: tuple[int, ...] | None = None) -> Changes:
        """Return what became of a learner's log.

        Args:
            learner: id.
            since: `reached` of the reading before; None for the first.
        """
        reached = tuple(self._read(_REACHED)[0])
        if reached == since:
            return Changes((), False, reached)
        if since and reached[2:] == since[2:] and all(now >= then for now, then in zip(reached, since, strict=True)):
            ids = [row[0] for row in self._read(_TOUCHED, since[0], learner, since[1], learner)]
            if len(ids) < _MANY:
                found = [_entry(row) for row in self._rows(_COLUMNS, ids)]
                return Changes(tuple(sorted(found, key=lambda one: (one.sequence, one.key))), False, reached)
        rows = self._read(f"SELECT {_COLUMNS} FROM answers WHERE learner = ? ORDER BY position, key", learner)
        return Changes(tuple(map(_entry, rows)), True, reached)

    @reads
    def answers(self, ids: Collection[int]) -> list[Attempt]:
        """Return the attempts with these ids, in the order of the log; what is not there is left out."""
        found = [to_attempt(row) for row in self._rows(ATTEMPT_COLUMNS, ids)]
        return sorted(found, key=lambda one: (one.sequence, one.key))

    @reads
    def latest(self, learner: int, most: int) -> list[Attempt]:
        """Return a learner's last attempts, at most so many, oldest first; what was taken back is among them."""
        rows = self._read(
            f"SELECT {ATTEMPT_COLUMNS} FROM answers WHERE learner = ? ORDER BY position DESC, key DESC LIMIT ?",
            learner,
            most,
        )
        return [to_attempt(row) for row in reversed(rows)]

    def _rows(self, columns: str, ids: Collection[int]) -> Iterator[Row]:
        listed = list(ids)
        for start in range(0, len(listed), _AT_ONCE):
            some = listed[start : start + _AT_ONCE]
            yield from self._read(
                f"SELECT {columns} FROM answers WHERE sequence IN ({', '.join('?' * len(some))})", *some
            )


def _entry(row: Row) -> Entry:
    (
        number,
        position,
        key,
        question,
        topic,
        fingerprint,
        correct,
        recalled,
        confidence,
        seconds,
        at,
        undone,
        machine,
        answer,
    ) = row
    marks = json.loads(unpack(machine)) if machine is not None else {}
    return Entry(
        number,
        position,
        unpack(key),
        sys.intern(unpack(question)),
        sys.intern(unpack(topic)),
        sys.intern(unpack(fingerprint)),
        verdict(correct),
        verdict(recalled),
        confidence,
        seconds,
        datetime.fromisoformat(at),
        bool(undone),
        marks.get("exam"),
        "exam" in marks and not unpack(answer).strip(),
    )
