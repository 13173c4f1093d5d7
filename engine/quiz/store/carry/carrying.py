"""What leaves the database as a file and what comes in from one; backups; the check of the file; who leaves it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from engine.quiz.exchange import write
from engine.quiz.store import leaving
from engine.quiz.store.carry import leftovers, merge, reading
from engine.quiz.store.carry.merge import Batch, Plan
from engine.quiz.store.connection import Cursor
from engine.quiz.store.drafts_and_readings import Base, reads
from engine.quiz.store.faults import Damaged, Moved, NotFound
from engine.quiz.store.rows import stamp, unpack

if TYPE_CHECKING:
    from engine.quiz.store.rows import Attempt

# The tables in the order of an export, and what says whose a row is. What an undone import brought is left out.
_OWNER = {
    "learners": "id",
    "attempts": "learner",
    "marks": "(SELECT learner FROM attempts WHERE sequence = marks_here.attempt)",
    "predictions": "learner",
    "drafts": "learner",
    "readings": "learner",
    "settings": "learner",
}
_VIEWS = {
    "learners": "learners_here",
    "attempts": "attempts_here",
    "marks": "marks_here",
    "predictions": "predictions_here",
}
_JSON = ("machine", "marks", "value")
_CSV_COLUMNS = (
    "id",
    "at",
    "topic",
    "question",
    "answer",
    "correct",
    "recalled",
    "confidence",
    "hint_used",
    "seconds",
    "undone",
    "machine",
    "marks",
    "fingerprint",
    "key",
)


class Carrying(Base):
    """Export, import, backup."""

    def export_jsonl(self, learner: int | None = None) -> bytes:
        """Return everything as JSON Lines, with undone attempts and every earlier mark; of one learner or of all."""
        with self._connection.reading() as cursor:
            version = cursor.run("PRAGMA user_version").fetchone()[0]
            return write.jsonl({"schema": version, "at": stamp(), "learner": learner}, _exported(cursor, learner))

    def export_csv(self, learner: int) -> bytes:
        """Return a learner's attempts as CSV for a spreadsheet, undone ones marked so; no cell is a formula."""
        return write.csv_table(
            _CSV_COLUMNS,
            [[getattr(attempt, column) for column in _CSV_COLUMNS] for attempt in self.attempts(learner, undone=True)],
        )

    def attempts(
        self, learner: int, topic: str | None = None, question: str | None = None, undone: bool = False
    ) -> list[Attempt]:
        """Return a learner's attempts, oldest first; the store does."""
        raise NotImplementedError

    def plan_import(
        self, data: bytes, into: int | None = None, known: Collection[str] | None = None, now: datetime | None = None
    ) -> Plan:
        """Read an export, compare it with what is here, and say what an import would do; nothing is written.

        Args:
            data: the file, which may come from anywhere.
            into: id of the learner whom everything is given to; None: learners are matched by name, or by what the
                other machine calls them where they were renamed, and otherwise added.
            known: ids of the app's questions; answers to others are kept and counted.
            now: what counts as now; rows dated more than a day later are set aside.

        Raises:
            DataRefused: where the file is no export that can be read.
            NotFound: where there is no such learner.
        """
        carried = reading.read(data, known, now)
        with self._connection.reading() as cursor:
            self._refuse_nobody(cursor, into)
            return merge.plan(cursor, carried, into)

    def import_plan(self, plan: Plan, source: str = "") -> Batch | None:
        """Do what a plan says, after a backup, in one transaction: all of it or, after any failure, none.

        Args:
            plan: of plan_import; it may be older than what is here now, for nothing is ever brought twice.
            source: name of the file, for the list of imports.

        Returns:
            The import; None where everything was here already, and then nothing was written.
        """
        if not plan.adds:
            return None
        self.backup("before an import")

        def job(cursor: Cursor) -> int | None:
            brought = merge.bring(cursor, plan.carried, plan.into, source)
            self._refuse_nobody(cursor, plan.into)
            return brought

        number = self._write(job)
        return next((batch for batch in self.batches() if batch.id == number), None)

    @reads
    def batches(self) -> list[Batch]:
        """Return the imports that were done, the latest first."""
        rows = self._read("SELECT id, at, source, counts, id IN undone_batches FROM batches ORDER BY id DESC")
        return [
            Batch(number, datetime.fromisoformat(at), unpack(source), json.loads(unpack(counts)), bool(undone))
            for number, at, source, counts, undone in rows
        ]

    def undo_import(self, batch: int) -> bool:
        """Leave out what an import brought; the file keeps it. Return whether there was anything to do."""

        def job(cursor: Cursor) -> bool:
            done = merge.turn(cursor, batch, True)
            if done:
                leftovers.put_aside(cursor, batch)
            return done

        return self._write(job)

    def redo_import(self, batch: int) -> bool:
        """Take back the undoing of an import. Return whether there was anything to do."""
        return self._write(lambda cursor: merge.turn(cursor, batch, False))

    def backup(self, reason: str) -> Path:
        """Copy the database into the folder `backups` beside it, which keeps the last ten; return the copy."""
        return self._connection.back_up(reason)

    def delete_learner(self, learner: int) -> Path:
        """Delete a learner with everything that is theirs, after a backup; return the backup.

        This is the only thing that takes rows out of the log, and only the backup brings them back.

        Raises:
            NotFound: where there is no such learner.
            StoreError: where no backup could be made; then nothing was deleted.
        """
        with self._connection.reading() as cursor:
            self._refuse_nobody(cursor, learner)
        copy = self.backup("before deleting a learner")
        self._write(lambda cursor: leaving.delete(cursor, learner))
        return copy

    def check(self) -> list[str]:
        """Look through the whole file; return what is wrong with it, nothing where all is well."""
        try:
            self._connection.refuse_moved()
            problems = [str(row[0]) for row in self._read("PRAGMA integrity_check") if row[0] != "ok"]
            problems += [
                f"{table} row {row} points to a missing row of {parent}"
                for table, row, parent, _ in self._read("PRAGMA foreign_key_check")
            ]
            if not problems:  # the pages are whole; are the words on them?
                self.export_jsonl()
                for (learner,) in self._read("SELECT id FROM learners"):
                    self.attempts(learner, undone=True)
            return problems
        except (Damaged, Moved) as error:
            return [str(error)]

    def _refuse_nobody(self, cursor: Cursor, into: int | None) -> None:
        if into is not None and cursor.row("SELECT 1 FROM learners WHERE id = ?", into) is None:
            raise NotFound(f"Learner number {into} is not in {self._connection.path}.")


def _exported(cursor: Cursor, learner: int | None) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield (table, row by column) of everything that counts, whoever it belongs to or one learner's."""
    for table, owner in _OWNER.items():
        view = _VIEWS.get(table, table)
        order = {"attempts": "sequence", "learners": "id", "marks": "id", "predictions": "id"}.get(table, "rowid")
        found = cursor.run(f"SELECT * FROM {view} WHERE ? IS NULL OR {owner} = ? ORDER BY {order}", learner, learner)
        columns = [column[0] for column in found.description]
        for values in found:
            row = {
                column: unpack(value) if isinstance(value, bytes) else value
                for column, value in zip(columns, values, strict=True)
            }
            row.pop("batch", None)  # imports are this machine's own
            row.update({name: json.loads(str(row[name])) for name in _JSON if row.get(name) is not None})
            yield table, row
