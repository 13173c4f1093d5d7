"""The one connection, and the two ways to use it: read and write."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from engine.quiz.store import file
from engine.quiz.store.commit import GroupCommit
from engine.quiz.store.faults import Damaged, Moved, NotFound, typed
from engine.quiz.store.resting import Resting
from engine.quiz.store.rows import Row, pack

if TYPE_CHECKING:
    from sqlite_utils import Database

T = TypeVar("T")


class Cursor:
    """Runs statements of one transaction; text goes in packed."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def run(self, sql: str, *values: object) -> sqlite3.Cursor:
        """Run a statement with values for its question marks."""
        return self._db.execute(sql, [pack(value) if isinstance(value, str) else value for value in values])

    def many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run a statement once for each row of values."""
        self._db.conn.executemany(
            sql, ([pack(value) if isinstance(value, str) else value for value in values] for values in rows)
        )

    def row(self, sql: str, *values: object) -> Row | None:
        """Return the first row, None where there is none."""
        found: Row | None = self.run(sql, *values).fetchone()
        return found


class Connection:
    """An open database, for any thread. SQLite's errors come out of it as sentences.

    Args:
        path: the file.

    Raises:
        StoreError: where it cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db = file.open_database(path)
        self._cursor = Cursor(self._db)
        self._lock = threading.Lock()
        self._commits = GroupCommit(self._db, self._lock, self._still_ours)
        self._resting = Resting(self._db, self._lock)
        self._identity = self._found_at_path()
        self._resting.wrote()  # the tables, where they were made just now

    def close(self) -> None:
        """Close the file, with all that was written in it; a second time does nothing."""
        with self._lock:
            self._resting.close()
            self._db.close()

    def read(self, sql: str, *values: object) -> list[Row]:
        """Return the rows of a query."""
        with self._spoken(), self._lock:
            return self._cursor.run(sql, *values).fetchall()

    @contextmanager
    def reading(self) -> Iterator[Cursor]:
        """Lend a second connection that sees one moment and keeps nobody from writing: for what takes long."""
        with self._spoken(), closing(file.read_only(self.path)) as connection:
            from sqlite_utils import Database

            connection.execute("BEGIN")
            with self.understood():
                yield Cursor(Database(connection))

    def write(self, job: Callable[[Cursor], T], owner: str = "This") -> T:
        """Run one write in a transaction and return when the disk has it.

        Args:
            job: does it; its first statement must be one that writes (GroupCommit.run says why).
            owner: what the rows belong to, for the sentence that it does not exist.

        Raises:
            NotFound: where it does not.
        """
        with self._spoken():
            try:
                done = self._commits.run(lambda _: job(self._cursor))
                self._resting.wrote()
                return done
            except sqlite3.IntegrityError as error:
                if error.sqlite_errorcode == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
                    raise NotFound(f"{owner} is not in {self.path}.") from error
                raise

    def back_up(self, reason: str) -> Path:
        """Copy the file; return the copy."""
        with self._spoken():
            return file.back_up(self.path, reason)

    @contextmanager
    def understood(self) -> Iterator[None]:
        """Say that the file is damaged where a row holds what nobody wrote: SQLite looks at pages, not at words."""
        try:
            yield
        except (ValueError, TypeError) as error:
            raise Damaged(self.path, f"a row of it cannot be understood ({error})") from error

    @contextmanager
    def _spoken(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError, UnicodeDecodeError) as error:
            raise typed(error, self.path, file.BUSY_SECONDS) from error

    def refuse_moved(self) -> None:
        """Raise Moved where another file, or none, lies at the path than was opened."""
        if self._found_at_path() != self._identity:
            raise Moved(self.path)

    def _found_at_path(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self.path)
        except FileNotFoundError:
            return None
        return found.st_dev, found.st_ino

    def _still_ours(self) -> None:
        """Refuse to commit into a file that nobody will find again, or that a newer app has migrated meanwhile."""
        self.refuse_moved()
        file.refuse_newer(self._db.conn, self.path)
