"""The learners' database. This module and its private ones, _store_*.py, are the only ones that open it.

The promise: an answer that was reported saved survives a crash; a file that cannot be read is never overwritten.

The log of attempts is append-only and is the truth: an undo is a further row, the learner's later marks are further
rows, progress is derived. One connection serves all threads; every write is committed with `synchronous=FULL` before
the call returns.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from engine.errors import StoreError
from engine.quiz import exchange
from engine.quiz._store_connection import Connection, Cursor
from engine.quiz._store_faults import Damaged, Full, Locked, Moved, NewerVersion, NotADatabase, NotFound, ReadOnly
from engine.quiz._store_names import NameRefused, clean_name, folded
from engine.quiz._store_rows import (
    ATTEMPT_COLUMNS,
    PREDICTION_COLUMNS,
    PROGRESS_COLUMNS,
    Attempt,
    Draft,
    Learner,
    Prediction,
    Progress,
    Reading,
    Row,
    from_json,
    stamp,
    to_attempt,
    to_json,
    to_prediction,
    to_progress,
    unpack,
)

__all__ = [
    "Attempt", "Damaged", "Draft", "Full", "Learner", "Locked", "Moved", "NameRefused", "NewerVersion",
    "NotADatabase", "NotFound", "Prediction", "Progress", "ReadOnly", "Reading", "Store", "StoreError",
    "default_path",
]

# The tables in the order of an export, and what says whose a row is.
_OWNER = {
    "learners": "id",
    "attempts": "learner",
    "marks": "(SELECT learner FROM attempts WHERE sequence = marks.attempt)",
    "predictions": "learner",
    "drafts": "learner",
    "readings": "learner",
}
_CSV_COLUMNS = ("sequence", "at", "topic", "question", "answer", "correct", "recalled", "confidence", "hint_used",
                "seconds", "undone", "machine", "marks", "fingerprint", "key")


def default_path() -> Path:
    """Return where the database lies: in the folder GRIMOIRE_DATA, without it in the platform's place for data."""
    folder = os.environ.get("GRIMOIRE_DATA")
    if folder:
        return Path(folder).expanduser() / "grimoire.db"
    from platformdirs import user_data_dir

    return Path(user_data_dir("living-grimoire", appauthor=False)) / "grimoire.db"


class Store:
    """The database of the learners of one machine. Open it with `Store.open`, once; any thread may use it.

    Every method raises a StoreError where the file cannot be used; a write that raised was not saved.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._read, self._write = connection.read, connection.write

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

    # Learners

    def learners(self) -> list[Learner]:
        """Return all learners, in the order in which they came."""
        rows = self._read("SELECT id, name FROM learners ORDER BY id")
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
            added = cursor.run("INSERT INTO learners (name, folded, since) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                               name, folded(name), stamp())
            if not added.rowcount:
                raise NameRefused(f"There is a learner called “{name}” already; choose another name.")
            return Learner(int(added.lastrowid or 0), name)

        return self._write(job)

    def rename_learner(self, learner: int, name: str) -> Learner:
        """Give a learner another name; what was answered stays theirs.

        Raises:
            NameRefused: with the reason.
            NotFound: where there is no such learner.
        """
        name = clean_name(name)

        def job(cursor: Cursor) -> Learner:
            if not cursor.run("UPDATE OR IGNORE learners SET name = ?, folded = ? WHERE id = ?",
                              name, folded(name), learner).rowcount:
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
                learner's row.
        """
        if confidence not in (1, 2, 3, 4):
            raise ValueError(f"Confidence is 1, 2, 3 or 4, got {confidence!r}.")
        values = (key, learner, topic, question, fingerprint, answer, to_json(machine), _flag(machine.get("correct")),
                  confidence, int(hint_used), _time(seconds), stamp(at))

        def job(cursor: Cursor) -> Row | None:
            if cursor.run("INSERT INTO attempts (kind, key, learner, topic, question, fingerprint, answer, machine, "
                          "correct, confidence, hint_used, seconds, at) VALUES ('answer', ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                          "?, ?, ?) ON CONFLICT (key) DO NOTHING", *values).rowcount:
                cursor.run("DELETE FROM drafts WHERE learner = ? AND question = ?", learner, question)
            return cursor.row(f"SELECT {ATTEMPT_COLUMNS} FROM answers WHERE key = ?", key)

        row = self._write(job, f"Learner number {learner}")
        attempt = None if row is None else to_attempt(row)
        if attempt is None or (attempt.learner, attempt.question) != (learner, question):
            raise ValueError(f"The key {key!r} belongs to another row of the log; nothing was saved.")
        return attempt

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
            cursor.run("INSERT INTO marks (attempt, marks, recalled, at) VALUES (?, ?, ?, ?)",
                       attempt, to_json(marks), _flag(recalled), stamp())
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
            undo = cursor.run("INSERT INTO attempts (kind, key, learner, undoes, topic, question, at) "
                              "SELECT 'undo', 'undo:' || sequence, learner, sequence, topic, question, ? FROM answers "
                              "WHERE sequence = (SELECT max(sequence) FROM answers WHERE learner = ? AND NOT undone) "
                              "AND sequence = coalesce(?, sequence)", stamp(), learner, attempt)
            if not undo.rowcount:
                return None
            return cursor.row(f"SELECT {ATTEMPT_COLUMNS} FROM answers WHERE sequence = "
                              "(SELECT undoes FROM attempts WHERE sequence = ?)", undo.lastrowid)

        row = self._write(job)
        return None if row is None else to_attempt(row)

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
        return [to_attempt(row) for row in self._read(
            f"SELECT {ATTEMPT_COLUMNS} FROM answers WHERE {where} ORDER BY sequence", *wanted.values())]

    def progress(self, learner: int) -> dict[str, Progress]:
        """Derive a learner's progress from the log, by question id; questions never answered are not in it."""
        return to_progress(self._read(
            f"SELECT {PROGRESS_COLUMNS} FROM answers WHERE learner = ? AND NOT undone ORDER BY sequence", learner))

    # Drafts, predictions, reading positions

    def save_draft(self, learner: int, question: str, text: str, seconds: float = 0) -> None:
        """Keep what is being typed; empty text drops the draft.

        Args:
            learner, question: ids.
            text: any text, kept exactly.
            seconds: time spent on it so far, s.

        Raises:
            NotFound: where there is no such learner.
        """
        def job(cursor: Cursor) -> None:
            if text:
                cursor.run("INSERT OR REPLACE INTO drafts (learner, question, text, seconds, at) "
                           "VALUES (?, ?, ?, ?, ?)", learner, question, text, _time(seconds), stamp())
            else:
                cursor.run("DELETE FROM drafts WHERE learner = ? AND question = ?", learner, question)

        self._write(job, f"Learner number {learner}")

    def draft(self, learner: int, question: str) -> str:
        """Return what was being typed, "" where there is nothing."""
        rows = self._read("SELECT text FROM drafts WHERE learner = ? AND question = ?", learner, question)
        return unpack(rows[0][0]) if rows else ""

    def drafts(self, learner: int) -> dict[str, Draft]:
        """Return all of a learner's drafts by question id."""
        rows = self._read("SELECT question, text, seconds, at FROM drafts WHERE learner = ?", learner)
        return {unpack(question): Draft(unpack(text), seconds, datetime.fromisoformat(at))
                for question, text, seconds, at in rows}

    def add_prediction(
        self, learner: int, topic: str, experiment: str, choice: int | None, right: bool | None
    ) -> Prediction:
        """Append what a learner expected of an experiment.

        Args:
            learner, topic, experiment: id, slug, id.
            choice: 0-based option, None where the prediction was skipped.
            right: whether it came true, None where that is not known.

        Raises:
            NotFound: where there is no such learner.
        """
        def job(cursor: Cursor) -> Row | None:
            number = cursor.run("INSERT INTO predictions (learner, topic, experiment, choice, was_right, at) "
                                "VALUES (?, ?, ?, ?, ?, ?)", learner, topic, experiment, choice, _flag(right),
                                stamp()).lastrowid
            return cursor.row(f"SELECT {PREDICTION_COLUMNS} FROM predictions WHERE id = ?", number)

        row = self._write(job, f"Learner number {learner}")
        assert row is not None
        return to_prediction(row)

    def predictions(self, learner: int) -> list[Prediction]:
        """Return a learner's predictions, oldest first."""
        return [to_prediction(row) for row in self._read(
            f"SELECT {PREDICTION_COLUMNS} FROM predictions WHERE learner = ? ORDER BY id", learner)]

    def save_reading(self, learner: int, topic: str, anchor: str) -> None:
        """Remember where a learner stopped reading a topic.

        Raises:
            NotFound: where there is no such learner.
        """
        def job(cursor: Cursor) -> None:
            cursor.run("INSERT OR REPLACE INTO readings (learner, topic, anchor, at) VALUES (?, ?, ?, ?)",
                       learner, topic, anchor, stamp())

        self._write(job, f"Learner number {learner}")

    def readings(self, learner: int) -> dict[str, Reading]:
        """Return where a learner stopped reading, by topic."""
        rows = self._read("SELECT topic, anchor, at FROM readings WHERE learner = ?", learner)
        return {unpack(topic): Reading(unpack(anchor), datetime.fromisoformat(at)) for topic, anchor, at in rows}

    # Out of the file

    def export_jsonl(self, learner: int | None = None) -> bytes:
        """Return everything as JSON Lines, with undone attempts and every earlier mark; of one learner or of all."""
        tables = self._connection.tables({
            table: (f"SELECT * FROM {table} WHERE ? IS NULL OR {owner} = ? ORDER BY rowid", (learner, learner))
            for table, owner in _OWNER.items()})
        for _, row in tables:
            row.update({name: from_json(row[name]) for name in ("machine", "marks") if row.get(name) is not None})
        return exchange.jsonl({"schema": self.version, "at": stamp(), "learner": learner}, tables)

    def export_csv(self, learner: int) -> bytes:
        """Return a learner's attempts as CSV for a spreadsheet, undone ones marked so; no cell is a formula."""
        return exchange.csv_table(_CSV_COLUMNS, [
            [getattr(attempt, column) for column in _CSV_COLUMNS] for attempt in self.attempts(learner, undone=True)])

    def backup(self, reason: str) -> Path:
        """Copy the database into the folder `backups` beside it, which keeps the last ten; return the copy."""
        return self._connection.back_up(reason)

    def check(self) -> list[str]:
        """Look through the whole file; return what is wrong with it, nothing where all is well."""
        try:
            problems = [str(row[0]) for row in self._read("PRAGMA integrity_check") if row[0] != "ok"]
            return problems + [f"{table} row {row} points to a missing row of {parent}"
                               for table, row, parent, _ in self._read("PRAGMA foreign_key_check")]
        except Damaged as error:
            return [str(error)]


def _flag(verdict: object) -> int | None:
    return int(verdict) if isinstance(verdict, bool) else None


def _time(seconds: float) -> float:
    return float(seconds) if math.isfinite(seconds) and seconds > 0 else 0.0
