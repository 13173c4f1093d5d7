"""What can be done about the file without opening the store: look at it, list its backups, put one back, read what
can be read of a damaged one. Nothing here needs a healthy database, and nothing deletes one."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from engine.errors import GrimoireError, StoreError
from engine.quiz.store import schema
from engine.quiz.store.faults import Damaged, backups, typed
from engine.quiz.store.file import BUSY_SECONDS, MAGIC, inspect, read_only, version
from engine.quiz.store.rescue import swap
from engine.quiz.store.rows import ATTEMPT_COLUMNS, to_attempt


class BackupRefused(GrimoireError):
    """A copy that cannot be put in the database's place, and why."""


@dataclass(frozen=True)
class Backup:
    """A copy of the database.

    Attributes:
        at: when it was made, UTC.
        reason: why, in a few words.
        size: bytes.
    """

    path: Path
    at: datetime
    reason: str
    size: int


def kept_backups(path: Path) -> list[Backup]:
    """Return the backups of the database at `path`, the newest first."""
    found = []
    for copy in reversed(backups(path)):
        name = re.fullmatch(r"(\d{8}T\d{12})Z-([a-z0-9-]+)", copy.stem.removeprefix(f"{path.stem}-"))
        if name is None:
            continue
        try:
            at = datetime.strptime(name[1], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)
            found.append(Backup(copy, at, name[2].replace("-", " "), copy.stat().st_size))
        except (ValueError, OSError):  # a name that only looks like one of ours; gone meanwhile
            continue
    return found


def examine(path: Path) -> list[str]:
    """Look at a file that the store may not be able to open; return what is wrong with it, nothing where it is well."""
    if not path.exists():
        return [f"There is no file at {path}."]
    try:
        inspect(path)
        with closing(read_only(path)) as connection:
            whole = version(connection) == len(schema.STEPS)
            return problems(connection) or (_misunderstood(connection, path) if whole else [])
    except StoreError as error:
        return [str(error)]
    except (sqlite3.Error, OSError, UnicodeDecodeError) as error:
        return [str(typed(error, path, BUSY_SECONDS))]


def _misunderstood(connection: sqlite3.Connection, path: Path) -> list[str]:
    """Return what is wrong with the words on pages that are whole."""
    try:
        for row in connection.execute(f"SELECT {ATTEMPT_COLUMNS} FROM answers"):
            to_attempt(row)
    except (ValueError, TypeError) as error:
        return [str(Damaged(path, f"a row of it cannot be understood ({error})"))]
    return []


def problems(connection: sqlite3.Connection) -> list[str]:
    """Return what is wrong in an open database: pages, indices, and rows that point to missing ones."""
    found = [str(row[0]).replace("\n", " ") for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
    return found + [
        f"{table} row {row} points to a missing row of {parent}"
        for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check")
    ]


def restore(path: Path, source: Path | bytes) -> Path | None:
    """Put a copy in the database's place. The store must be closed; the present file is moved aside, never deleted.

    Args:
        path: the database, in whatever state.
        source: a backup, or the bytes of one.

    Returns:
        Where the present file lies now, its logs beside it; None where there was none.

    Raises:
        BackupRefused: where the copy is not one of ours, damaged or of a newer version; nothing was changed.
        StoreError: where another process has the file open, or it cannot be moved; it is as it was.
    """
    path = path.resolve()
    part = path.with_name(f"{path.name}.part")
    with _spoken(path):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(source, bytes):
                part.write_bytes(source)
            else:
                shutil.copyfile(source, part)
            _refuse_unfit(part)
            swap.sync(part)
            swap.refuse_held(path)
            part.replace(swap.waiting(path))
            return swap.put_in_place(path)
        finally:
            for left in part.parent.glob(f"{part.name}*"):
                left.unlink()
            if path.exists():  # else it was moved, and the waiting file is what there is: opening finishes the move
                swap.waiting(path).unlink(missing_ok=True)


def begin_anew(path: Path) -> Path | None:
    """Move the database aside, so that the next opening makes a new one. The store must be closed.

    Returns:
        Where it lies now, its logs beside it; None where there was none.

    Raises:
        StoreError: where another process has the file open, or it cannot be moved; it is as it was.
    """
    path = path.resolve()
    with _spoken(path):
        return swap.set_aside(path)


def _refuse_unfit(copy: Path) -> None:
    """Raise BackupRefused unless a file, ours alone, is a whole database of a version that this app knows."""
    with copy.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise BackupRefused("This file is not a database. Nothing was changed.")
    try:
        with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")
            _refuse_foreign(connection)
            wrong = problems(connection)
            if wrong:
                raise BackupRefused(f"This copy is damaged: {'; '.join(wrong[:3])}. Nothing was changed.")
            connection.execute("PRAGMA journal_mode = DELETE")
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise BackupRefused(f"This copy cannot be read: {error}. Nothing was changed.") from error


def _refuse_foreign(connection: sqlite3.Connection) -> None:
    """Raise BackupRefused unless a database has the tables that this app makes, in a version that it knows."""
    found, known = version(connection), len(schema.STEPS)
    if connection.execute("PRAGMA application_id").fetchone()[0] != schema.APPLICATION:
        raise BackupRefused("This is the database of another application. Nothing was changed.")
    if found > known:
        raise BackupRefused(
            f"This copy was written by a newer version of the app: it has version {found}, this app "
            f"knows up to {known}. Nothing was changed."
        )
    from sqlite_utils import Database

    with closing(Database(memory=True)) as ours:
        schema.migrations(schema.STEPS[:found]).apply(ours)
        if found < 1 or _shape(connection) != _shape(ours.conn):
            raise BackupRefused("This copy does not have the tables that this app makes. Nothing was changed.")


def _shape(connection: sqlite3.Connection) -> dict[tuple[str, str], list[str]]:
    """Return the columns of everything in a database, by kind and name."""
    return {
        (kind, name): [row[0] for row in connection.execute("SELECT name FROM pragma_table_info(?)", [name])]
        for kind, name in connection.execute("SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite%'")
    }


@contextmanager
def _spoken(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise typed(error, path, BUSY_SECONDS) from error
