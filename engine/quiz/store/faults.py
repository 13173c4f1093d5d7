"""What can be wrong with the database file, as sentences: what was found, where, and what can be done.

StoreError
├── NotADatabase   something else lies where the database should be
├── Damaged        a database whose pages do not fit together
├── ReadOnly       the file, its folder or its disk cannot be written
├── NewerVersion   written by a version of the app that this one does not know
├── Full           no room is left
├── Locked         another program keeps it to itself
└── Moved          it was moved, deleted or replaced while the app was running
"""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from pathlib import Path

from engine.errors import GrimoireError, StoreError

ELSEWHERE = "set GRIMOIRE_DATA to another folder and start the app again"


class NotADatabase(StoreError):
    """Something that is not a Living Grimoire's database lies at the path."""

    def __init__(self, path: Path, found: str) -> None:
        super().__init__(
            f"{path} is not a Living Grimoire database: {found}. It was left as it is. "
            f"Move it away and start the app again, or {ELSEWHERE}."
        )


class Damaged(StoreError):
    """The database is there and cannot be trusted."""

    def __init__(self, path: Path, found: str) -> None:
        newest = max(backups(path), default=None, key=lambda copy: copy.name)
        cure = f"There is no backup in {backup_folder(path)}. Move the file away to begin a new one, or {ELSEWHERE}."
        if newest is not None:
            cure = (
                f"The newest backup is {newest}. Put it back under “Your data”; or close the app, move "
                f"{path.name}, {path.name}-wal and {path.name}-shm away, and copy the backup to {path}."
            )
        super().__init__(f"{path} is damaged: {found}. It was left as it is. {cure}")


class ReadOnly(StoreError):
    """The file, its folder or its disk cannot be written."""

    def __init__(self, path: Path, found: str) -> None:
        super().__init__(
            f"{path} cannot be written: {found}. Nothing in it was changed. "
            f"Allow writing to it and to its folder, or {ELSEWHERE}."
        )


class NewerVersion(StoreError):
    """The database was written by a newer version of the app."""

    def __init__(self, path: Path, found: int, known: int) -> None:
        super().__init__(
            f"{path} was written by a newer version of the app: the file has version {found}, this app "
            f"knows up to {known}. It was left as it is. Update the app, or {ELSEWHERE}."
        )


class Full(StoreError):
    """No room is left for a write."""

    def __init__(self, path: Path, free: int) -> None:
        super().__init__(
            f"There is no room left to write to {path}: its disk has {free:,} bytes free. This was not "
            "saved; everything saved before is kept. Make room and try again."
        )


class Locked(StoreError):
    """Another program holds the database for longer than the app waits, or has it open while it should be moved.

    Args:
        path: the database.
        seconds: how long the app waited for it, s; None where there was nothing to wait for.
    """

    def __init__(self, path: Path, seconds: float | None = None) -> None:
        found = f"; the app waited {seconds:g} s" if seconds else ", which has it open: a file in use is not moved"
        super().__init__(
            f"{path} is locked by another program{found}. Nothing was changed. "
            "Close what else uses the file (a second copy of the app, a database viewer, a "
            "synchronising service) and try again."
        )


class Moved(StoreError):
    """The file at the path is no longer the one that was opened."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} was moved, deleted or replaced while the app was running. This was not saved. "
            "Put the file back if you can, and start the app again."
        )


class NotFound(GrimoireError):
    """The learner or attempt that was asked for is not in the database; the file is in order."""


def backup_folder(path: Path) -> Path:
    """Return the folder that holds the backups of the database at `path`."""
    return path.parent / "backups"


def backups(path: Path) -> list[Path]:
    """Return the backups of the database at `path`, oldest first (their names begin with the UTC time)."""
    stamp = "[0-9]" * 8 + "T" + "[0-9]" * 12 + "Z"
    return sorted(backup_folder(path).glob(f"{path.stem}-{stamp}-*.db"))


def free_bytes(path: Path) -> int:
    """Return how many bytes are free on the disk that holds `path`, 0 where that cannot be told."""
    try:
        return shutil.disk_usage(path.parent).free
    except OSError:
        return 0


def primary(error: sqlite3.Error) -> int:
    """Return SQLite's primary result code of an error, 0 where it did not come from SQLite."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def is_busy(error: BaseException) -> bool:
    """Tell whether an error means that somebody else holds a lock."""
    return isinstance(error, sqlite3.Error) and primary(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def typed(error: sqlite3.Error | OSError | UnicodeDecodeError, path: Path, waited: float) -> StoreError:
    """Turn an error of SQLite or of the file system into a sentence.

    Args:
        error: what was raised.
        path: the database.
        waited: how long a lock was waited for, s.

    Returns:
        The StoreError to raise in its place.
    """
    if isinstance(error, OSError):
        return _typed_os(error, path)
    if isinstance(error, UnicodeDecodeError):  # sqlite3 raises it where SQLite's own message quotes a broken name
        return Damaged(path, "the names of its tables are no text any more")
    if "decode to UTF-8" in str(error):  # sqlite3 itself says so, without a code
        return Damaged(path, "a row of it holds what is no text")
    code = primary(error)
    if code == sqlite3.SQLITE_NOTADB:
        return Damaged(path, "its header cannot be read")
    if code == sqlite3.SQLITE_CORRUPT:
        return Damaged(path, str(error))
    if is_busy(error):
        return Locked(path, waited)
    if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and free_bytes(path) < 1 << 20):
        return Full(path, free_bytes(path))
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM) or not _writable(path):
        return ReadOnly(path, str(error))
    return StoreError(f"{path} cannot be used: SQLite says “{error}”. Start the app again; if it stays, {ELSEWHERE}.")


def _typed_os(error: OSError, path: Path) -> StoreError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Full(path, free_bytes(path))
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return ReadOnly(path, error.strerror or str(error))
    return StoreError(
        f"{path} cannot be used: {error.strerror or error} ({error.filename}). Nothing was changed. "
        f"Put that right, or {ELSEWHERE}."
    )


def _writable(path: Path) -> bool:
    return all(os.access(place, os.W_OK) for place in (path.parent, path) if place.exists())
