"""The runner of a live run: no page, no browser; iterators made for the test."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from engine.ends import Diverged, Done, End
from engine.errors import DataRefused
from pages.widgets.plate.runner import MOST_POINTS, Runner, Slots

SOON = 20.0  # seconds that a slow machine may take; a passing test waits for none of them


@dataclass(frozen=True)
class Snapshot:
    step: int
    measures: Mapping[str, float] = field(default_factory=dict)
    rate: float = 1.0


def counting(most: int = 10**9, end: End | None = None, every: float = 0.0) -> Callable[[], Iterator[Any]]:
    """Return a start of a run that counts its steps and ends as told."""

    def run() -> Generator[Snapshot, Mapping[str, Any] | None, End]:
        rate = 1.0
        for step in range(most):
            if every:
                time.sleep(every)
            changes = yield Snapshot(step, {"loss": 1 / (1 + step)}, rate)
            rate = (changes or {}).get("rate", rate)
        return end or Done()

    return run


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + SOON
    while not condition():
        assert time.monotonic() < until, "it did not happen"
        threading.Event().wait(0.005)


@pytest.fixture
def make() -> Iterator[Callable[..., Runner]]:
    """Return a maker of runners, each stopped at the end."""
    made: list[Runner] = []

    def runner(start: Callable[[], Iterator[Any]] | None = None, **options: Any) -> Runner:
        made.append(Runner(start or counting(), **{"slots": Slots(8), "lease": 60.0, **options}))
        return made[-1]

    yield runner
    for one in made:
        one.cancel()
        wait_for(lambda one=one: not one.alive)  # type: ignore[misc]


Make = Callable[..., Runner]


def test_it_opens_paused_on_its_first_snapshot(make: Make) -> None:
    runner = make()
    now = runner.look()
    assert (now.state, now.snapshot.step, now.end) == ("paused", 0, None)
    assert not runner.alive
    assert runner.look().snapshot is now.snapshot


def test_play_pause_play_goes_on_where_it_was(make: Make) -> None:
    runner = make()
    runner.play()
    wait_for(lambda: runner.poll().snapshot is not None and runner.poll().snapshot.step > 5)
    runner.pause()
    wait_for(lambda: not runner.alive)
    here = runner.look()
    assert here.state == "paused"
    assert runner.look().snapshot is here.snapshot
    runner.step()
    assert runner.look().snapshot.step == here.snapshot.step + 1
    runner.play()
    wait_for(lambda: runner.poll().snapshot.step > here.snapshot.step + 5)


def test_no_snapshot_is_taken_twice_or_left_out_however_often_it_is_paused(make: Make) -> None:
    seen: list[int] = []

    def run() -> Iterator[Snapshot]:
        for step in range(100_000):
            seen.append(step)
            yield Snapshot(step)

    runner = make(run)
    for _ in range(60):
        runner.play()
        runner.step()  # ignored: it is running
        runner.pause()
        runner.step()
    wait_for(lambda: not runner.alive)
    assert seen == list(range(len(seen)))
    assert runner.look().snapshot.step == seen[-1]


def test_the_end_is_said(make: Make) -> None:
    runner = make(counting(4))
    runner.play()
    wait_for(lambda: runner.poll().state == "done")
    assert runner.look().snapshot.step == 3
    runner.play()
    assert runner.look().state == "done"
    runner.reset()
    assert (runner.look().state, runner.look().snapshot.step) == ("paused", 0)


def test_a_run_that_diverges_fails_with_the_step_the_quantity_and_the_last_value(make: Make) -> None:
    runner = make(counting(3, Diverged(17, "training loss", 8.25e9)))
    runner.play()
    wait_for(lambda: runner.poll().state == "failed")
    reason = runner.look().reason
    assert "step 17" in reason
    assert "training loss" in reason
    assert "8.25e+09" in reason


def test_a_refusal_is_said_and_an_unknown_error_is_not_shown(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    def refused() -> Iterator[Snapshot]:
        raise DataRefused("There are no points.")
        yield

    def broken() -> Iterator[Snapshot]:
        yield Snapshot(0)
        raise ZeroDivisionError("secret")

    first, second = make(refused), make(broken)
    assert first.look().state == "failed"
    assert first.look().reason == "There are no points."
    second.play()
    wait_for(lambda: second.poll().state == "failed")
    assert "secret" not in second.look().reason
    assert "ZeroDivisionError" in caplog.text


def test_cancelled_is_for_good_and_keeps_what_was_learned(make: Make) -> None:
    runner = make()
    runner.play()
    wait_for(lambda: (runner.poll().snapshot or Snapshot(0)).step > 3)
    runner.cancel()
    wait_for(lambda: not runner.alive)
    kept = runner.look()
    runner.play()
    runner.step()
    assert runner.look().snapshot is kept.snapshot
    assert runner.look().state == "cancelled"


def test_without_polls_the_thread_ends_and_the_run_waits(make: Make) -> None:
    runner = make(lease=0.2)
    runner.play()
    wait_for(lambda: not runner.alive)  # nobody polls
    left = runner.look()
    assert left.state == "paused"
    runner.settle()  # the page is opened again
    assert runner.poll().state == "paused"
    assert runner.look().snapshot is left.snapshot


def test_a_poll_that_was_late_lets_the_run_go_on(make: Make) -> None:
    runner = make(lease=0.2)
    runner.play()
    wait_for(lambda: not runner.alive)
    left = runner.look().snapshot.step
    wait_for(lambda: runner.poll().snapshot.step > left)


def test_the_lease_ends_a_slow_pace_and_a_place_in_the_line_too(make: Make) -> None:
    slow = make(lease=0.2)
    slow.set_pace(0.01)
    slow.play()
    slots = Slots(1)
    first, waiting = make(slots=slots), make(slots=slots, lease=0.2)
    first.play()
    waiting.play()
    assert waiting.look().state == "queued"
    wait_for(lambda: not slow.alive and not waiting.alive)
    assert slow.look().state == waiting.look().state == "paused"


def test_settings_change_in_flight(make: Make) -> None:
    runner = make()
    runner.look()
    runner.change({"rate": 0.5})
    runner.change({"momentum": 0.9})
    runner.step()
    assert runner.look().snapshot.rate == 0.5
    runner.step()
    assert runner.look().snapshot.rate == 0.5


def test_a_change_before_the_first_step_is_not_lost(make: Make) -> None:
    runner = make()
    runner.change({"rate": 0.25})
    runner.step()
    runner.step()
    assert runner.look().snapshot.rate == 0.25


def test_it_goes_to_a_step_and_stops_there(make: Make) -> None:
    runner = make()
    runner.set_pace(1.0)  # a link's step is reached at once, whatever the pace
    runner.play(until=500)
    wait_for(lambda: runner.poll().state == "paused")
    assert runner.look().snapshot.step == 500


def test_a_pace_is_kept_and_may_be_changed_while_it_waits(make: Make) -> None:
    runner = make()
    runner.set_pace(0.001)
    runner.play()
    wait_for(lambda: runner.poll().snapshot is not None)
    assert runner.look().snapshot.step <= 1
    runner.set_pace(0.0)
    wait_for(lambda: runner.poll().snapshot.step > 50)


def test_at_most_as_many_runs_as_there_are_places(make: Make) -> None:
    slots, inside, most = Slots(2), [0], [0]
    lock, go_on = threading.Lock(), threading.Event()

    def run() -> Iterator[Snapshot]:
        yield Snapshot(0)  # taken by whoever looks first
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        go_on.wait(SOON)
        for step in range(1, 200):
            yield Snapshot(step)
        with lock:
            inside[0] -= 1

    runners = [make(run, slots=slots) for _ in range(5)]
    for one in runners:
        one.play()
    wait_for(lambda: inside[0] == 2)
    states = [one.poll().state for one in runners]
    assert states.count("queued") == 3
    queued = runners[states.index("queued")]
    assert "ahead" in queued.look().reason
    queued.pause()  # out of the line again
    assert queued.look().state == "paused"
    queued.play()
    go_on.set()
    wait_for(lambda: all(one.poll().state == "done" for one in runners))
    assert most[0] == 2


def test_two_runs_do_not_touch_each_other(make: Make) -> None:
    one, other = make(counting(every=0.001)), make(counting(every=0.001))
    one.play()
    other.play()
    wait_for(lambda: all((runner.poll().snapshot or Snapshot(0)).step > 3 for runner in (one, other)))
    one.change({"rate": 0.1})
    one.pause()
    here = other.poll().snapshot.step
    wait_for(lambda: other.poll().snapshot.step > here + 3)
    assert other.look().snapshot.rate == 1.0
    assert one.look().state == "paused"


def test_a_reset_while_it_runs_leaves_nothing_of_the_old_run(make: Make) -> None:
    runner = make(counting(every=0.002))
    runner.play()
    wait_for(lambda: (runner.poll().snapshot or Snapshot(0)).step > 3)
    runner.reset(counting(2))
    wait_for(lambda: not runner.alive)
    now = runner.look()
    assert (now.state, now.snapshot.step) == ("paused", 0)
    assert [len(steps) for steps, _ in now.history.values()] == [1]
    runner.play()
    wait_for(lambda: runner.poll().state == "done")
    assert runner.look().snapshot.step == 1


def test_a_page_does_not_wait_for_a_step(make: Make) -> None:
    held = threading.Event()

    def run() -> Iterator[Snapshot]:
        yield Snapshot(0)
        held.wait(SOON)
        yield Snapshot(1)

    runner = make(run)
    runner.look()
    runner.play()
    assert runner.poll().snapshot.step == 0  # would hang if a poll needed the step's lock
    runner.pause()
    assert runner.look().state == "paused"
    held.set()


def test_a_curve_keeps_its_ends_and_stays_short(make: Make) -> None:
    runner = make(counting(10_000))
    runner.play()
    wait_for(lambda: runner.poll().state == "done")
    steps, values = runner.look().history["loss"]
    assert len(steps) <= MOST_POINTS
    assert (steps[0], steps[-1]) == (0, 9_999)
    assert np.array_equal(values, 1 / (1 + steps))
    assert (np.diff(steps) > 0).all()
