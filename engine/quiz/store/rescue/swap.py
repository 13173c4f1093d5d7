"""Putting another file in the database's place, so that a crash at any moment leaves one of the two there.

The new file is made whole under the name `….restored` first. Then the present one is moved aside, with its log, and
the new one gets its name. Whoever opens the database and finds none, but a `.restored`, finishes the move.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from engine.quiz.store.faults import Locked

LOGS = ("-wal", "-shm", "-journal")  # what SQLite keeps beside a database
_LOCK_BYTES = (1 << 30, 512)  # where SQLite locks a database (sqlite.org/fileformat2.html, 1.3.1)


def waiting(path: Path) -> Path:
    """Return the name of the file that is to take the database's place."""
    return path.with_name(f"{path.name}.restored")


def put_in_place(path: Path) -> Path | None:
    """Give the waiting file the database's name.

    Args:
        path: the database; `waiting(path)` is whole and on the disk.

    Returns:
        Where the present file lies now; None where there was none.

    Raises:
        Locked: where another process has the database open.
    """
    aside = set_aside(path)
    waiting(path).rename(path)
    sync_folder(path.parent)
    return aside


def set_aside(path: Path) -> Path | None:
    """Give the database and its logs a dated name beside it.

    Returns:
        Where it lies now; None where there was none.

    Raises:
        Locked: where another process has the database open.
    """
    refuse_held(path)
    aside = path.with_name(f"{path.stem}-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}-set-aside{path.suffix}")
    was_there = path.exists()
    for end in ("", *LOGS):  # a log that stayed behind would be taken for the next file's
        old = path.with_name(path.name + end)
        if old.exists():
            old.rename(aside.with_name(aside.name + end))
    return aside if was_there else None


def finish(path: Path) -> None:
    """Finish a move that a crash cut off between its two halves."""
    if not path.exists() and waiting(path).exists():
        put_in_place(path)


def refuse_held(path: Path) -> None:
    """Raise Locked where another process has the database open.

    Every connection in WAL mode holds a shared lock, which an exclusive one tells. Windows itself refuses to move an
    open file. This process must have closed the database: its own locks are not seen, and end here.
    """
    try:
        import fcntl
    except ImportError:
        return
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError:
        return  # nothing there, or nothing that anybody could write to
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, _LOCK_BYTES[1], _LOCK_BYTES[0])
    except OSError as error:
        raise Locked(path) from error
    finally:
        os.close(descriptor)


def sync(path: Path) -> None:
    """Wait until the disk has a file."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the disk has the names in a folder, where the system can say so."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:
        pass
    finally:
        os.close(descriptor)
