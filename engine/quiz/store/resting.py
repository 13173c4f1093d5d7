"""Bringing what was written from the log beside the file into the file itself, as soon as nobody writes.

In WAL mode SQLite appends to `grimoire.db-wal`, and a small database may stand there as a whole: `grimoire.db` copied
alone would be empty. A moment after the last write a thread brings it over (sqlite.org/wal.html, "checkpointing") and
ends. It never waits for a reader and keeps no writer waiting for one.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

IDLE_S = 1.0  # so long after the last write
_TRIES = 60  # while a reader holds on to what was there before, it is tried again


class Resting:
    """Brings the log into the file when nothing is written.

    Args:
        db: the connection.
        lock: held around every use of it.
    """

    def __init__(self, db: Database, lock: threading.Lock) -> None:
        self._db, self._lock = db, lock
        self._gate = threading.Lock()  # guards the two below
        self._wrote_at = 0.0
        self._waits = False
        self._closed = threading.Event()

    def wrote(self) -> None:
        """Say that something was written."""
        with self._gate:
            self._wrote_at = time.monotonic()
            if not self._waits and not self._closed.is_set():
                self._waits = True
                threading.Thread(target=self._wait, name="the store at rest", daemon=True).start()

    def close(self) -> None:
        """Bring everything over for the last time; the lock is held, and the connection closes next."""
        self._closed.set()
        self._bring("TRUNCATE")

    def _wait(self) -> None:
        tries = 0
        while True:
            with self._gate:
                left = self._wrote_at + IDLE_S - time.monotonic() if tries == 0 else IDLE_S
            if self._closed.wait(max(left, 0)):
                return
            with self._gate:
                if time.monotonic() < self._wrote_at + IDLE_S:
                    tries = 0
                    continue
            with self._lock:
                done = self._closed.is_set() or self._bring("PASSIVE")
            tries += 1
            with self._gate:
                if (done or tries >= _TRIES) and time.monotonic() >= self._wrote_at + IDLE_S:
                    self._waits = False
                    return

    def _bring(self, how: str) -> bool:
        """Return whether all of the log is in the file now; what keeps it from being so is met by the next write."""
        try:
            _, pages, brought = self._db.conn.execute(f"PRAGMA wal_checkpoint({how})").fetchone()
        except sqlite3.Error as error:
            logging.getLogger(__name__).info("the log stays beside the file: %s", error)
            return False
        return bool(pages == brought)
