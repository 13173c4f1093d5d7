"""Rows a second that the store keeps with 20 writers, beside the goal: `python -m benchmarks.store`.

One thread a writer, 200 answers each, `synchronous=FULL`: each is on the disk before its writer goes on. The peer is
the same database with one commit a row, which is what the store does without group commit. Interleaved, medians of
five. A missing row ends the run.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from engine.quiz.store import Store

WRITERS, ROWS, GOAL = 20, 200, 4_000


def rows_a_second(store: Store, writers: int, rows: int) -> float:
    """Let `writers` threads add `rows` answers each; return answers a second. Fails where one is missing."""
    learner = store.add_learner(f"{writers} writers, {time.monotonic_ns()}")
    barrier = threading.Barrier(writers + 1)

    def write(number: int) -> None:
        barrier.wait()
        for row in range(rows):
            store.add_attempt(f"{learner.id}-{number}-{row}", learner.id, "clustering", "4.q1", "0123456789abcdef",
                              "Each point goes to its nearest centre. " * 3, {"correct": True, "points": [1, 0, 1]}, 3,
                              False, 42.0)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    barrier.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    kept = len(store.attempts(learner.id))
    if kept != writers * rows:
        raise SystemExit(f"{kept} of {writers * rows} rows kept")
    return writers * rows / took


def one_commit_a_row(store: Store) -> None:
    """Make a store commit each row by itself, under one lock."""
    commits, lock = store._connection._commits, threading.Lock()
    run: Callable[..., object] = commits.run

    def alone(job: Callable[..., object]) -> object:
        with lock:
            return run(job)

    commits.run = alone  # type: ignore[method-assign, assignment]


def sync_microseconds(folder: Path) -> float:
    """Return how long this disk takes to sync 4 KB, µs."""
    times = []
    with (folder / "probe").open("wb", buffering=0) as file:
        for _ in range(100):
            file.write(bytes(4096))
            began = time.perf_counter()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - began)
    return statistics.median(times) * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", help="measure on the disk of this folder")
    with tempfile.TemporaryDirectory(dir=parser.parse_args().folder) as name:
        folder = Path(name)
        ours: list[float] = []
        peer: list[float] = []
        single: list[float] = []
        for repeat in range(5):
            with Store.open(folder / f"ours-{repeat}.db") as store:
                ours.append(rows_a_second(store, WRITERS, ROWS))
                single.append(rows_a_second(store, 1, 500))
            with Store.open(folder / f"peer-{repeat}.db") as store:
                one_commit_a_row(store)
                peer.append(rows_a_second(store, WRITERS, ROWS))
        print(f"one fsync of 4 KB on this disk: {sync_microseconds(folder):,.0f} µs")
    print(f"{'':34} {'rows/s':>8}  goal")
    print(f"{f'{WRITERS} writers x {ROWS}, all kept':34} {statistics.median(ours):8,.0f}  ≥{GOAL:,}")
    print(f"{f'{WRITERS} writers, one commit a row':34} {statistics.median(peer):8,.0f}  (peer)")
    print(f"{'1 writer':34} {statistics.median(single):8,.0f}")


if __name__ == "__main__":
    main()
