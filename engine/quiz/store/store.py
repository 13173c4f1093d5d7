"""The learners' database. This module and its private ones, _store_*.py, are the only ones that open it.

The promise: an answer that was reported saved survives a crash; a file that cannot be read is never overwritten.

The log of attempts is append-only and is the truth: an undo is a further row, the learner's later marks are further
rows, progress is derived. One connection serves all threads; every write is committed with `synchronous=FULL` before
the call returns.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from engine.errors import StoreError
from engine.quiz.store.carry.carrying import Carrying
from engine.quiz.store.carry.merge import Batch, Match, Plan, Rows
from engine.quiz.store.connection import Connection, Cursor
from engine.quiz.store.drafts_and_readings import Around, reads
from engine.quiz.store.faults import Damaged, Full, Locked, Moved, NewerVersion, NotADatabase, NotFound, ReadOnly
from engine.quiz.store.following import Following
from engine.quiz.store.keys import UNDO, microseconds, new_key
from engine.quiz.store.names import NameRefused, clean_name, folded
from engine.quiz.store.rescue.rescue import Backup, BackupRefused, begin_anew, examine, kept_backups, restore
from engine.quiz.store.rescue.salvage import Salvage, salvage
from engine.quiz.store.rows import (
    ATTEMPT_COLUMNS,
    NEXT,
    PROGRESS_COLUMNS,
    Attempt,
    Draft,
    Learner,
    Prediction,
    Progress,
    Reading,
    Row,
    flag,
    stamp,
    time,
    to_attempt,
    to_json,
    to_progress,
    unpack,
)

__all__ = [
    "Answer",
    "Attempt",
    "Backup",
    "BackupRefused",
    "Batch",
    "Damaged",
    "Draft",
    "Full",
    "Learner",
    "Locked",
    "Match",
    "Moved",
    "NameRefused",
    "NewerVersion",
    "NotADatabase",
    "NotFound",
    "Plan",
    "Prediction",
    "Progress",
    "ReadOnly",
    "Reading",
    "Rows",
    "Salvage",
    "Store",
    "StoreError",
    "begin_anew",
    "default_path",
    "examine",
    "kept_backups",
    "restore",
    "salvage",
]

# The learner's last answer, if it is the one they were shown. Values: learner, attempt or None.
_LAST = (
    "sequence = (SELECT sequence FROM answers WHERE learner = ? AND NOT undone ORDER BY position DESC, key DESC "
    "LIMIT 1) AND sequence = coalesce(?, sequence)"
)
_UNDO_KEY = f"CASE typeof(key) WHEN 'blob' THEN CAST('{UNDO}' || key AS BLOB) ELSE '{UNDO}' || key END"


@dataclass(frozen=True)
class Answer:
    """An answer on its way into the log: the arguments of `Store.add_attempt`.

    `draft` is the id of the draft that it came from, where that is not the question's own.
    """

    key: str
    learner: int
    topic: str
    question: str
    fingerprint: str
    answer: str
    machine: Mapping[str, object]
    confidence: int
    hint_used: bool = False
    seconds: float = 0.0
    at: datetime | None = None
    draft: str = ""


def _row_of(one: Answer) -> tuple[object, ...]:
    """Return the values of an answer's row, checked."""
    if one.confidence not in (1, 2, 3, 4):
        raise ValueError(f"Confidence is 1, 2, 3 or 4, got {one.confidence!r}.")
    if one.key.startswith(UNDO):
        raise ValueError(f"The key {one.key!r} belongs to another row of the log: undos begin so.")
    given = stamp(one.at)
    return (
        one.key,
        one.learner,
        one.topic,
        one.question,
        one.fingerprint,
        one.answer,
        to_json(one.machine),
        flag(one.machine.get("correct")),
        one.confidence,
        int(one.hint_used),
        time(one.seconds),
        given,
        microseconds(given),
        one.learner,
    )


def default_path() -> Path:
    """Return where the database lies: in the folder GRIMOIRE_DATA, without it in the platform's place for data."""
    folder = os.environ.get("GRIMOIRE_DATA")
    if folder:
        return Path(folder).expanduser() / "grimoire.db"
    from platformdirs import user_data_dir

    return Path(user_data_dir("living-grimoire", appauthor=False)) / "grimoire.db"


class Store(Around, Carrying, Following):
    """The database of the learners of one machine. Open it with `Store.open`, once; any thread may use it.

    Every method raises a StoreError where the file cannot be used; a write that raised was not saved.
    """

    @classmethod
    def open(cls, path: Path) -> Store:
        """Open the database, making its folder and file where there is none and migrating an older one.

        Raises:
            StoreError: NotADatabase, Damaged, ReadOnly, NewerVersion, Full or Locked; the file is as it was.
        """
        return cls(Connection(path))

    def close(self) -> None:
        """Close the file. Nothing is lost without it: every write is on the disk already."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def path(self) -> Path:
        """The file."""
        return self._connection.path

    @property
    def version(self) -> int:
        """Version of the schema."""
        return int(self._read("PRAGMA user_version")[0][0])

    @reads
    def learners(self) -> list[Learner]:
        """Return all learners, in the order in which they came."""
        rows = self._read("SELECT id, name FROM learners_here ORDER BY id")
        return [Learner(number, unpack(name)) for number, name in rows]

    def add_learner(self, name: str) -> Learner:
        """Add a learner.

        Args:
            name: 1 to 60 visible characters; spaces around it are dropped. No two differ in case only.

        Raises:
            NameRefused: with the reason.
        """
        name = clean_name(name)

        def job(cursor: Cursor) -> Learner:
            added = cursor.run(
                "INSERT INTO learners (name, folded, since, key) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                name,
                folded(name),
                stamp(),
                new_key(),
            )
            if added.rowcount:
                return Learner(int(added.lastrowid or 0), name)
            left = cursor.row(
                "SELECT id FROM learners WHERE folded = ? AND id NOT IN (SELECT id FROM learners_here)", folded(name)
            )  # came with an import that was undone
            if left is None:
                raise NameRefused(f"There is a learner called “{name}” already; choose another name.")
            cursor.run("UPDATE learners SET name = ?, batch = NULL WHERE id = ?", name, left[0])
            return Learner(left[0], name)

        return self._write(job)

    def rename_learner(self, learner: int, name: str) -> Learner:
        """Give a learner another name; what was answered stays theirs.

        Raises:
            NameRefused: with the reason.
            NotFound: where there is no such learner.
        """
        name = clean_name(name)

        def job(cursor: Cursor) -> Learner:
            if not cursor.run(
                "UPDATE OR IGNORE learners SET name = ?, folded = ? WHERE id = ?", name, folded(name), learner
            ).rowcount:
                if cursor.row("SELECT id FROM learners WHERE id = ?", learner) is None:
                    raise NotFound(f"Learner number {learner} is not in {self.path}.")
                raise NameRefused(f"There is a learner called “{name}” already; choose another name.")
            return Learner(learner, name)

        return self._write(job)

    # The log of attempts

    def add_attempt(
        self,
        key: str,
        learner: int,
        topic: str,
        question: str,
        fingerprint: str,
        answer: str,
        machine: Mapping[str, object],
        confidence: int,
        hint_used: bool,
        seconds: float,
        at: datetime | None = None,
    ) -> Attempt:
        """Append an answer to the log and drop the draft it came from.

        Args:
            key: made once for each answer that is given; the same key again changes nothing, so that a button pressed
                twice or a page run twice saves one row.
            learner: id.
            topic, question: slug and id.
            fingerprint: Question.fingerprint.
            answer: any text, kept exactly.
            machine: the machine's marks, of JSON's types; "correct" (True, False, None) is what progress reads.
            confidence: 1 to 4.
            hint_used: whether the hint was open.
            seconds: time taken, s; what is negative or not finite counts as 0, for a stopwatch loses no answer.
            at: when it was given, with its zone; now where it is left out.

        Returns:
            The row as it is on the disk: the first one, where the key was used before.

        Raises:
            NotFound: where there is no such learner.
            ValueError: confidence outside 1 to 4, a time without its zone, a key that belongs to another question's or
                learner's row or begins with "undo:".
        """
        return self.add_attempts(
            [Answer(key, learner, topic, question, fingerprint, answer, machine, confidence, hint_used, seconds, at)]
        )[0]

    def add_attempts(self, answers: Sequence[Answer]) -> list[Attempt]:
        """Append several answers, all of them or none; arguments, result and errors are those of `add_attempt`."""
        rows = [_row_of(one) for one in answers]
        insert = (
            "INSERT INTO attempts (kind, key, learner, topic, question, fingerprint, answer, machine, correct, "
            "confidence, hint_used, seconds, at, position) VALUES ('answer', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
            f"{NEXT.format('attempts', 'learner')}) ON CONFLICT (key) DO NOTHING"
        )

        def job(cursor: Cursor) -> list[Attempt]:
            kept = []
            for one, values in zip(answers, rows, strict=True):
                if cursor.run(insert, *values).rowcount:
                    cursor.run(
                        "DELETE FROM drafts WHERE learner = ? AND question = ?", one.learner, one.draft or one.question
                    )
                row = cursor.row(f"SELECT {ATTEMPT_COLUMNS} FROM answers WHERE key = ?", one.key)
                attempt = None if row is None else to_attempt(row)
                if attempt is None or (attempt.learner, attempt.question) != (one.learner, one.question):
                    raise ValueError(f"The key {one.key!r} belongs to another row of the log; nothing was saved.")
                kept.append(attempt)
            return kept

        return self._write(job, f"Learner number {answers[0].learner}")

    def add_marks(self, attempt: int, marks: Mapping[str, object], recalled: bool | None) -> Attempt:
        """Append the learner's own marks of an attempt; the latest count, earlier ones stay in the log.

        Args:
            attempt: id.
            marks: the learner's ticks, of JSON's types.
            recalled: the learner's verdict, None where none was given.

        Raises:
            NotFound: where there is no such attempt.
        """

        def job(cursor: Cursor) -> Row:
            at = stamp()
            cursor.run(
                "INSERT INTO marks (attempt, marks, recalled, at, key, position) VALUES (?, ?, ?, ?, ?, "
                f"{NEXT.format('marks', 'attempt')})",
                attempt,
                to_json(marks),
                flag(recalled),
                at,
                new_key(),
                microseconds(at),
                attempt,
            )
            row = cursor.row(f"SELECT {ATTEMPT_COLUMNS} FROM answers WHERE sequence = ?", attempt)
            if row is None:  # an undo is in the log too, and takes no marks
                raise NotFound(f"Attempt number {attempt} is not in {self.path}.")
            return row

        return to_attempt(self._write(job, f"Attempt number {attempt}"))

    def undo_last(self, learner: int, attempt: int | None = None) -> Attempt | None:
        """Take back the learner's last attempt that is not taken back yet, by a further row in the log.

        Args:
            learner: id.
            attempt: id of the attempt that the learner was shown as the last; where another came after it, in a second
                tab perhaps, nothing happens.

        Returns:
            The attempt that was taken back, or None where there was nothing to take back.
        """

        def job(cursor: Cursor) -> Row | None:
            at = stamp()
            undo = cursor.run(
                "INSERT INTO attempts (kind, key, learner, undoes, topic, question, at, position) SELECT "
                f"'undo', {_UNDO_KEY}, learner, sequence, topic, question, ?, "
                f"{NEXT.format('attempts', 'learner')} FROM answers WHERE {_LAST} "
                "ON CONFLICT DO NOTHING",
                at,
                microseconds(at),
                learner,
                learner,
                attempt,
            )
            last = cursor.row("SELECT undoes FROM attempts WHERE sequence = ?", undo.lastrowid)
            if not undo.rowcount:  # the undo may have come with an import that was undone: now it is made here, too
                last = cursor.row(f"SELECT sequence FROM answers WHERE {_LAST}", learner, attempt)
                cursor.run(
                    "INSERT INTO returned (batch, kind, event) SELECT NULL, 'attempts', key FROM attempts "
                    "WHERE undoes = ?",
                    last[0] if last else None,
                )
            return cursor.row(f"SELECT {ATTEMPT_COLUMNS} FROM answers WHERE sequence = ?", last[0]) if last else None

        row = self._write(job)
        return None if row is None else to_attempt(row)

    @reads
    def attempts(
        self, learner: int, topic: str | None = None, question: str | None = None, undone: bool = False
    ) -> list[Attempt]:
        """Return a learner's attempts, oldest first.

        Args:
            learner: id.
            topic, question: only those of this topic and of this question.
            undone: whether attempts that were taken back are among them.
        """
        wanted: dict[str, object] = {"learner": learner, "topic": topic, "question": question}
        wanted = {column: value for column, value in wanted.items() if value is not None}
        where = " AND ".join(f"{column} = ?" for column in wanted) + ("" if undone else " AND NOT undone")
        return [
            to_attempt(row)
            for row in self._read(
                f"SELECT {ATTEMPT_COLUMNS} FROM answers WHERE {where} ORDER BY position, key", *wanted.values()
            )
        ]

    @reads
    def progress(self, learner: int) -> dict[str, Progress]:
        """Derive a learner's progress from the log, by question id; questions never answered are not in it."""
        return to_progress(
            self._read(
                f"SELECT {PROGRESS_COLUMNS} FROM answers WHERE learner = ? AND NOT undone ORDER BY position, key",
                learner,
            )
        )
