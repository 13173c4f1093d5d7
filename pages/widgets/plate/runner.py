"""The runner of a live run: one iterator, one lock, one thread with a lease. It knows no page.

A page polls ten times a second; each poll renews the lease and brings the newest snapshot. When the polls stop (the
page was left, the tab closed), the thread ends by itself and the run waits where it was.

    runner = Runner(lambda: experiment.run(settings))
    runner.play()
    runner.poll().snapshot
"""

from __future__ import annotations

import logging
import math
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

import numpy as np

from engine.data import Floats
from engine.ends import Cancelled, Diverged, Done, End
from engine.errors import GrimoireError, sentence

State = Literal["queued", "running", "paused", "done", "cancelled", "failed"]
LEASE = 1.3  # seconds without a poll until the thread ends; a late poll lets it go on
SHORT = 0.2  # seconds that a pause waits for the step that is being taken
MOST_POINTS = 600  # of a measure's curve; beyond, every second one is dropped
AS_FAST_AS_IT_GOES = 0.0
NOTHING: Mapping[str, tuple[Floats, Floats]] = MappingProxyType({})


class Slots:
    """As many places as runs may train at once. Whoever comes later waits in line."""

    def __init__(self, count: int | None = None) -> None:
        self._count = count or os.cpu_count() or 1
        self._changed = threading.Condition()
        self._line: deque[object] = deque()

    def join(self, one: object) -> None:
        """Stand in line; asking twice changes nothing."""
        with self._changed:
            if one not in self._line:
                self._line.append(one)

    def wait(self, one: object, seconds: float) -> bool:
        """Wait for one's turn, at most this long; True when it has come."""
        with self._changed:
            return self._changed.wait_for(lambda: self.ahead(one) <= 0, seconds)

    def ahead(self, one: object) -> int:
        """Return how many must leave before it is one's turn; 0 and less: it is."""
        with self._changed:
            return self._line.index(one) - self._count + 1 if one in self._line else -1

    def leave(self, one: object) -> None:
        with self._changed:
            if one in self._line:
                self._line.remove(one)
            self._changed.notify_all()


SLOTS = Slots()  # of the whole server: sessions share the cores, and nothing else


@dataclass(frozen=True)
class Now:
    """A live run at one moment.

    Attributes:
        snapshot: the newest one.
        history: each measure's (steps (n,), values (n,)), oldest first, thinned to at most 600 points.
        state: what it is doing.
        reason: why it failed, ended or waits, in a sentence; "" where there is nothing to say.
        steps_per_second: over the last second or so; 0 while it stands still.
        end: how the run ended, or None.
    """

    snapshot: Any
    history: Mapping[str, tuple[Floats, Floats]]
    state: State
    reason: str = ""
    steps_per_second: float = 0.0
    end: End | None = None


@dataclass
class _Curve:
    """Points of one measure; of more than fit, every `stride`-th is kept, and always the newest."""

    steps: list[float] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    stride: int = 1
    seen: int = 0
    newest: tuple[float, float] = (0.0, 0.0)

    def add(self, step: float, value: float) -> None:
        if self.seen % self.stride == 0:
            self.steps.append(step)
            self.values.append(value)
            if len(self.steps) >= MOST_POINTS:
                del self.steps[1::2], self.values[1::2]
                self.stride *= 2
        self.seen += 1
        self.newest = (step, value)

    def points(self) -> tuple[Floats, Floats]:
        last = [] if self.steps[-1] == self.newest[0] else [self.newest]
        return (
            np.array([*self.steps, *(step for step, _ in last)]),
            np.array([*self.values, *(value for _, value in last)]),
        )


class _Course:
    """One iterator and what came out of it; a reset puts another in its place."""

    def __init__(self, start: Callable[[], Iterator[Any]]) -> None:
        self.start = start
        self.stepping = threading.Lock()  # held for a step: two threads must never step one model
        self.iterator: Iterator[Any] | None = None
        self.snapshot: Any = None
        self.curves: dict[str, _Curve] = {}
        self.changes: dict[str, Any] = {}
        self.times: deque[tuple[float, int]] = deque(maxlen=40)
        self.end: End | None = None

    def next(self, changes: dict[str, Any]) -> Any:
        """Return the next snapshot; the caller holds `stepping`."""
        if self.iterator is None:
            self.iterator = iter(self.start())
            return next(self.iterator)
        return self.iterator.send(changes) if changes else next(self.iterator)  # type: ignore[attr-defined]

    def record(self, snapshot: Any) -> None:
        step = float(snapshot.step)
        measures = {name: float(value) for name, value in snapshot.measures.items()}  # all of them, or none
        self.snapshot = snapshot
        self.times.append((time.monotonic(), snapshot.step))
        for name, value in measures.items():
            self.curves.setdefault(name, _Curve()).add(step, value)

    def speed(self) -> float:
        """Return steps a second over the last steps."""
        if len(self.times) < 2:
            return 0.0
        (then, before), (now, after) = self.times[0], self.times[-1]
        return (after - before) / (now - then) if now > then else 0.0


class Runner:
    """Own a run: its iterator, and the thread that draws from it while someone looks.

    Args:
        start: returns a fresh iterator of snapshots, a generator where settings may change in flight.
        slots: where to wait for a place; the server's own unless a test says otherwise.
        lease: seconds without a poll until the thread ends.
    """

    def __init__(self, start: Callable[[], Iterator[Any]], slots: Slots = SLOTS, lease: float = LEASE) -> None:
        self._slots, self._lease = slots, lease
        self._lock = threading.RLock()  # held for moments only: a page never waits for a step
        self._wake = threading.Condition(self._lock)
        self._pace = AS_FAST_AS_IT_GOES  # steps a second
        self._thread: threading.Thread | None = None
        self._ticket: object = None
        self._begin(start)

    def _begin(self, start: Callable[[], Iterator[Any]]) -> None:
        self._course = _Course(start)
        self._state: State = "paused"
        self._reason = ""
        self._lapsed = False
        self._target: int | None = None
        self._renewed = time.monotonic()

    # --- what the page asks for -----------------------------------------------------------------------------------

    def play(self, until: int | None = None) -> None:
        """Go on, as far as step `until` where one is given; nothing happens when the run goes on already or is over."""
        with self._lock:
            if self._state != "paused":
                return
            self._renewed, self._target, self._lapsed = time.monotonic(), until, False
            self._ticket = object()
            self._slots.join(self._ticket)
            self._state = "queued" if self._slots.ahead(self._ticket) > 0 else "running"
            self._course.times.clear()
            work = (self._course, self._ticket)
            self._thread = threading.Thread(target=self._work, args=work, daemon=True, name="live run")
            self._thread.start()

    def pause(self) -> None:
        """Stop before the next step; the thread ends. A step that is short is over when this returns."""
        self._halt("paused")
        if self._course.stepping.acquire(timeout=SHORT):
            self._course.stepping.release()

    def cancel(self) -> None:
        """End the run for good; what it has learned stays to be looked at."""
        self._halt("cancelled")

    def _halt(self, state: State) -> None:
        with self._lock:
            if self._state in ("queued", "running", "paused"):
                self._state, self._lapsed, self._ticket, self._target = state, False, None, None
                self._wake.notify_all()

    def step(self) -> None:
        """Take one step while the run is paused."""
        with self._lock:
            course, still = self._course, self._state == "paused"
        if still:
            self._advance(course)

    def reset(self, start: Callable[[], Iterator[Any]] | None = None) -> None:
        """Begin anew, paused; with another iterator where one is given."""
        with self._lock:
            self._ticket = None
            self._wake.notify_all()
            self._begin(start or self._course.start)

    def change(self, values: Mapping[str, Any]) -> None:
        """Change settings in flight: the run is told at its next step."""
        with self._lock:
            self._course.changes.update(values)

    def set_pace(self, steps_a_second: float) -> None:
        """Slow the run down to so many steps a second; AS_FAST_AS_IT_GOES lets it go."""
        with self._lock:
            self._pace = steps_a_second
            self._wake.notify_all()

    def poll(self) -> Now:
        """Renew the lease and return the newest snapshot.

        A run that lapsed because the polls were late goes on: only somebody who still looks polls.
        """
        with self._lock:
            self._renewed = time.monotonic()
            if self._lapsed:
                self.play(self._target)
        return self.look()

    def look(self) -> Now:
        """Return the newest snapshot, the first one if none was taken yet; a lapsed run stays paused."""
        with self._lock:
            course, fresh = self._course, self._course.snapshot is None and self._state == "paused"
        if fresh:
            self._advance(course, first=True)
        with self._lock:
            course = self._course
            history = {name: curve.points() for name, curve in course.curves.items()}
            speed = course.speed() if self._state == "running" else 0.0
            return Now(course.snapshot, history, self._state, self._said(), speed, course.end)

    def settle(self) -> None:
        """Come back to a run: one that lapsed while nobody looked is paused now, and stays so."""
        with self._lock:
            self._lapsed = False

    @property
    def alive(self) -> bool:
        """Whether a thread is at work."""
        return self._thread is not None and self._thread.is_alive()

    def _said(self) -> str:
        if self._state == "queued":
            ahead = max(1, self._slots.ahead(self._ticket))
            return f"{ahead} {'run is' if ahead == 1 else 'runs are'} ahead of this one: every core is at work."
        return self._reason

    # --- the thread ------------------------------------------------------------------------------------------------

    def _work(self, course: _Course, ticket: object) -> None:
        try:
            while not self._slots.wait(ticket, 0.1):
                if not self._goes_on(ticket):
                    return
            due = time.monotonic()
            while self._goes_on(ticket) and self._advance(course, ticket):
                due = self._keep_pace(due, ticket)
        finally:
            self._slots.leave(ticket)

    def _goes_on(self, ticket: object) -> bool:
        """Tell whether the thread with this ticket shall take another step; a lease that ran out pauses the run."""
        with self._lock:
            if self._ticket is not ticket or self._state not in ("queued", "running"):
                return False
            if time.monotonic() - self._renewed > self._lease:
                self._state, self._lapsed = "paused", True
                return False
            return True

    def _advance(self, course: _Course, ticket: object = None, first: bool = False) -> bool:
        """Take one step of a course, or only its first; False when its thread has nothing more to do."""
        with course.stepping:
            with self._lock:
                if self._course is not course or (ticket is not None and self._ticket is not ticket):
                    return False  # paused or begun anew while this one waited
                if first and course.snapshot is not None:
                    return False
                changes: dict[str, Any] = {}
                if course.iterator is not None:  # a generator can be told nothing before its first snapshot
                    changes, course.changes = course.changes, {}
            try:
                snapshot = course.next(changes)
                with self._lock:
                    course.record(snapshot)
            except StopIteration as stop:
                return self._finish(course, stop.value or Done())
            except Exception as error:
                if not isinstance(error, GrimoireError):
                    logging.getLogger("grimoire").exception("A live run stopped.")
                return self._finish(course, None, sentence(error))
            with self._lock:
                if ticket is None or self._ticket is not ticket:
                    return False
                self._state = "running"
                if self._target is not None and snapshot.step >= self._target:
                    self._halt("paused")
                    return False
                return True

    def _keep_pace(self, due: float, ticket: object) -> float:
        """Wait until the next step is due; a change of pace, a pause and the end of the lease end the waiting."""
        with self._wake:
            pace = self._pace
            if pace == AS_FAST_AS_IT_GOES or self._target is not None:
                return time.monotonic()
            due = max(due + 1 / pace, time.monotonic() - 1 / pace)
            while (left := due - time.monotonic()) > 0 and self._pace == pace and self._ticket is ticket:
                if time.monotonic() - self._renewed > self._lease:
                    break
                self._wake.wait(min(left, 0.1))
            return due

    def _finish(self, course: _Course, end: End | None, reason: str = "") -> bool:
        with self._lock:
            course.end = end
            if self._course is course:
                self._state = "done" if isinstance(end, (Done, Cancelled)) else "failed"
                self._reason = diverged(end) if isinstance(end, Diverged) else reason
                self._ticket = None
        return False


def diverged(end: Diverged) -> str:
    """Say that a run diverged, and where."""
    before = f"; before that it was {end.last:.3g}" if math.isfinite(end.last) else ""
    return f"The run diverged: at step {end.step:,} the {end.quantity} stopped being finite{before}."
