"""Opening the file, and nothing that could harm it: look first, read-only; back up before a migration; then write."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from engine.errors import StoreError
from engine.quiz.store import schema
from engine.quiz.store.faults import Damaged, NewerVersion, NotADatabase, backup_folder, backups, is_busy, typed
from engine.quiz.store.rescue import swap

if TYPE_CHECKING:
    from sqlite_utils import Database

T = TypeVar("T")

BUSY_SECONDS = 5.0  # how long a lock of another process is waited for
BACKUPS_KEPT = 10
MAGIC = b"SQLite format 3\0"


def open_database(path: Path) -> Database:
    """Open the database at `path`, making folder and file where there is none, and bring it to the newest version.

    Raises:
        StoreError: of the kind that fits; then the file is as it was.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        swap.finish(path.resolve())
        _patiently(lambda: inspect(path))
        return _patiently(lambda: _open(path))
    except (sqlite3.Error, OSError, UnicodeDecodeError) as error:
        raise typed(error, path, BUSY_SECONDS) from error


def version(connection: sqlite3.Connection) -> int:
    """Return the version of the schema, 0 for an empty file."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def refuse_newer(connection: sqlite3.Connection, path: Path) -> None:
    """Raise NewerVersion where the schema has more steps than this app knows."""
    found, known = version(connection), len(schema.STEPS)
    if found > known:
        raise NewerVersion(path, found, known)


def back_up(path: Path, reason: str) -> Path:
    """Copy the database as it is at this moment, with SQLite's backup API; keep the last ten copies.

    Args:
        path: the database.
        reason: a word or two for the copy's name.

    Returns:
        The copy, `backups/grimoire-20260704T120000000000Z-reason.db`.
    """
    word = re.sub(r"[^a-z0-9]+", "-", reason.lower()).strip("-")[:40] or "copy"
    copy = backup_folder(path) / f"{path.stem}-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}-{word}.db"
    part = copy.with_suffix(".part")  # a copy that is not whole never has a backup's name
    copy.parent.mkdir(exist_ok=True)
    try:
        with closing(read_only(path)) as source, closing(sqlite3.connect(part, isolation_level=None)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")  # one file, readable on its own
        part.replace(copy)
    finally:
        for left in copy.parent.glob(f"{part.name}*"):
            left.unlink()
    others = [old for old in backups(path) if old != copy]
    for old in others[: max(0, len(others) - BACKUPS_KEPT + 1)]:
        old.unlink()
    return copy


def _patiently(action: Callable[[], T]) -> T:
    """Run an action again while somebody else holds a lock: switching to WAL does not wait by itself."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            return action()
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() >= deadline:
                raise
            time.sleep(0.01)


def read_only(path: Path) -> sqlite3.Connection:
    """Open a database that must not be written to."""
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS, isolation_level=None)


def inspect(path: Path) -> None:
    """Refuse what must not be written to. Nothing is written here: closing a writable one would move its log."""
    if not path.exists():
        return
    if not path.is_file():
        raise NotADatabase(path, "it is a folder" if path.is_dir() else "it is not a regular file")
    with path.open("rb") as file:
        start = file.read(len(MAGIC))
    if not start:
        if backups(path):
            raise Damaged(path, "it is empty, though there are backups of an earlier one")
        return
    if start != MAGIC:
        raise NotADatabase(path, f"it has {path.stat().st_size:,} bytes and begins with {start!r}")
    with closing(read_only(path)) as connection:
        if not connection.execute("SELECT count(*) FROM sqlite_master WHERE name NOT LIKE ?", ("%sqlite%",)).fetchone()[
            0
        ]:
            return  # a crash came between the making of the file and of its tables
        if connection.execute("PRAGMA application_id").fetchone()[0] != schema.APPLICATION:
            raise NotADatabase(path, "it is the SQLite database of another application")
        refuse_newer(connection, path)
        problems = [str(row[0]) for row in connection.execute("PRAGMA quick_check(3)")]
        if problems != ["ok"]:
            raise Damaged(path, "; ".join(problems).replace("\n", " "))
        page = connection.execute("PRAGMA page_size").fetchone()[0]
    log = path.with_name(f"{path.name}-wal")
    size = path.stat().st_size
    if size % page and not (log.exists() and log.stat().st_size):  # SQLite itself reads a cut last page as zeros
        raise Damaged(path, f"its last page is cut short: it has {size:,} bytes, and its pages {page:,} each")


def _open(path: Path) -> Database:
    from sqlite_utils import Database  # 0.3 s and more where pandas is installed

    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        db = Database(connection)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")
        _migrate(db, path)
    except BaseException:
        connection.close()
        raise
    return db


def _migrate(db: Database, path: Path) -> None:
    """Apply the pending steps, all or none, with the write lock held; find out whether the file can be written."""
    db.execute("BEGIN IMMEDIATE")
    try:
        refuse_newer(db.conn, path)
        found = version(db.conn)
        migrations = schema.migrations(schema.STEPS)
        if migrations.pending(db):
            if found:
                back_up(path, f"before version {len(schema.STEPS)}")
            try:
                migrations.apply(db)
            except (sqlite3.IntegrityError, ValueError, LookupError, TypeError) as error:
                raise StoreError(
                    f"{path} could not be brought from version {found} to {len(schema.STEPS)}: {error}. "
                    f"It was left at version {found}."
                ) from error
        db.execute("DELETE FROM drafts WHERE 0")  # BEGIN IMMEDIATE passes on a file that cannot be written; this not
        db.execute("COMMIT")
    except BaseException:
        db.rollback()
        raise
