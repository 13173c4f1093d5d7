"""Rows a second that the store keeps with 20 writers, beside the goal: `python -m benchmarks.store`.

`python -m benchmarks.store --history`: what a rerun and an answer cost at 1,000, 10,000 and 100,000 answers. Ours
carries what is derived forward (engine/quiz/history.py); the peer derives it from nothing, as every rerun of Progress
and Exam and every answer did before. Both give the same memories, or the run ends. Medians of five; the goals are 0.3 s
for a rerun and 0.1 s after an answer, at 100,000 answers.

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
from datetime import UTC, datetime, timedelta
from pathlib import Path

from engine.quiz import exam, record, schedule
from engine.quiz.history import History
from engine.quiz.schedule import Wishes
from engine.quiz.store import Answer, Store

WRITERS, ROWS, GOAL = 20, 200, 4_000
SIZES, QUESTIONS, AT_ONCE = (1_000, 10_000, 100_000), 136, 1_000
WISHES = Wishes()


def rows_a_second(store: Store, writers: int, rows: int) -> float:
    """Let `writers` threads add `rows` answers each; return answers a second. Fails where one is missing."""
    learner = store.add_learner(f"{writers} writers, {time.monotonic_ns()}")
    barrier = threading.Barrier(writers + 1)

    def write(number: int) -> None:
        barrier.wait()
        for row in range(rows):
            store.add_attempt(
                f"{learner.id}-{number}-{row}",
                learner.id,
                "clustering",
                "4.q1",
                "0123456789abcdef",
                "Each point goes to its nearest centre. " * 3,
                {"correct": True, "points": [1, 0, 1]},
                3,
                False,
                42.0,
            )

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


def fill(store: Store, learner: int, answers: int) -> None:
    """Write a log of four hundred days, a fifth of it missed, a tenth of it in exams of ten questions."""
    begun = datetime.now(UTC) - timedelta(days=400)
    for start in range(0, answers, AT_ONCE):
        store.add_attempts([_answer(learner, n, answers, begun) for n in range(start, min(start + AT_ONCE, answers))])


def _answer(learner: int, number: int, answers: int, begun: datetime) -> Answer:
    question, at = f"{number * 61 % QUESTIONS}", begun + timedelta(days=390) * number / answers
    machine: dict[str, object] = {"correct": number % 5 > 0, "points": [[0, "present", "the words"]], "says": "Right."}
    if number % 100 < 10:
        paper = exam.Paper(number // 100, tuple(f"{place}" for place in range(10)))
        machine |= exam.noted(f"sitting {number // 100}", paper, number % 100)
    return Answer(
        f"{learner}-{number}", learner, "topic", question, "f" * 16, "Words. " * 9, machine, 3, False, 30.0, at
    )


def from_nothing(store: Store, learner: int) -> dict[str, schedule.Memory]:
    """Derive what Today, Progress and Exam show from the whole log."""
    log, now = store.attempts(learner), datetime.now(UTC)
    store.progress(learner)
    record.forgetting(schedule.recalls(log, now))
    record.calibration(log)
    record.days(log, UTC), record.seconds(log, UTC)
    exam.sittings(log)
    return schedule.remembered(log, now, WISHES)


def carried(history: History, store: Store) -> dict[str, schedule.Memory]:
    """Derive the same, as far as something was written since the last time."""
    now = datetime.now(UTC)
    history.look(store)
    history.progress()
    record.forgetting(history.recalls(now))
    record.shares(history.told())
    history.spent(UTC)
    exam.sittings(store.answers([id for _, ids in history.exams()[:20] for id in ids]))
    return history.memories(now, WISHES)


def milliseconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - began)


def measure_history(folder: Path, answers: int) -> None:
    """Print a line: before, the first look, a rerun, after an answer."""
    with Store.open(folder / f"{answers}.db") as store:
        learner = store.add_learner("Ada").id
        fill(store, learner, answers)
        before = milliseconds(lambda: from_nothing(store, learner))
        history = History(learner)
        first = milliseconds(lambda: carried(history, store))
        rerun = statistics.median(milliseconds(lambda: carried(history, store)) for _ in range(5))
        after = []
        for number in range(5):
            store.add_attempts([_answer(learner, answers + number, answers, datetime.now(UTC) - timedelta(days=400))])
            after.append(milliseconds(lambda: carried(history, store)))
        now = datetime.now(UTC)
        if history.memories(now, WISHES) != schedule.remembered(store.attempts(learner), now, WISHES):
            raise SystemExit("What is carried forward is not what the log gives.")
    print(f"{answers:>9,} {before:>12,.0f} {first:>12,.0f} {rerun:>8,.1f} {statistics.median(after):>12,.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", help="measure on the disk of this folder")
    parser.add_argument("--history", action="store_true", help="what is derived of long logs, instead")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        folder = Path(name)
        if given.history:
            print(f"{'answers':>9} {'before, ms':>12} {'first, ms':>12} {'rerun':>8} {'after answer':>12}")
            for answers in SIZES:
                measure_history(folder, answers)
            return
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
