"""Group commit: writes that wait at the same moment share one transaction, and so one wait for the disk.

`synchronous=FULL` makes each commit wait until the disk has the data: 0.1 ms on a fast disk, 2–10 ms on a laptop's.
With one commit a row, twenty writers get what one gets. Here the first to arrive leads: it writes what all waiting
threads brought, commits once and wakes them; who came meanwhile makes up the next group, led by its first. Nobody is
told "saved" before the commit that holds the row has returned. benchmarks/store.py measures both ways.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from engine.quiz.store.faults import is_busy

if TYPE_CHECKING:
    from sqlite_utils import Database

T = TypeVar("T")


class _Ticket:
    """One write that waits: its job, then its result or its error."""

    __slots__ = ("done", "error", "job", "result", "turn")

    def __init__(self, job: Callable[[Database], Any]) -> None:
        self.job = job
        self.done = False
        self.result: Any = None
        self.error: BaseException | None = None
        self.turn = threading.Lock()  # held until the ticket is done or is to lead
        self.turn.acquire()


class GroupCommit:
    """The one way to write.

    Args:
        db: the connection; used by one thread at a time.
        lock: held around every use of the connection.
        before_commit: called in each transaction after its writes; what it raises undoes them.
    """

    def __init__(self, db: Database, lock: threading.Lock, before_commit: Callable[[], None]) -> None:
        self._db, self._lock, self._before_commit = db, lock, before_commit
        self._gate = threading.Lock()  # guards the two below; held for moments only
        self._waiting: list[_Ticket] = []
        self._led = False

    def run(self, job: Callable[[Database], T]) -> T:
        """Run one write and return when the disk has it.

        Args:
            job: does the write. Its first statement must be one that writes: a transaction that starts by reading
                cannot be promoted once another process has written. It may run twice, after a rollback.

        Returns:
            What the job returned.

        Raises:
            Whatever the job or the commit raised; then nothing of the job is kept.
        """
        ticket = _Ticket(job)
        with self._gate:
            self._waiting.append(ticket)
            leads, self._led = not self._led, True
        if not leads:
            ticket.turn.acquire()
        if not ticket.done:
            self._lead(ticket)
        if ticket.error is not None:
            raise ticket.error
        return cast(T, ticket.result)

    def _lead(self, own: _Ticket) -> None:
        with self._gate:
            group, self._waiting = self._waiting, []
        try:
            self._commit(group)
        finally:
            for ticket in group:
                if not ticket.done and ticket.error is None:  # the leader was interrupted
                    ticket.error = RuntimeError("The write was interrupted before it was saved.")
                ticket.done = True
                if ticket is not own:
                    ticket.turn.release()
            with self._gate:
                if self._waiting:
                    self._waiting[0].turn.release()
                else:
                    self._led = False

    def _commit(self, group: list[_Ticket]) -> None:
        try:
            with self._lock, self._db.atomic():
                results = [ticket.job(self._db) for ticket in group]
                self._before_commit()
        except Exception as error:
            if len(group) > 1 and not is_busy(error):
                for ticket in group:  # one job's failure is not the others'
                    self._commit([ticket])
                return
            for ticket in group:
                ticket.error = error
            return
        for ticket, result in zip(group, results, strict=True):
            ticket.result, ticket.done = result, True
