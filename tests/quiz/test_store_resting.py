"""The file alone, copied while the app runs: a moment after the last write it holds everything."""

from __future__ import annotations

import shutil
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from engine.quiz.store import resting
from engine.quiz.store.rows import Learner
from engine.quiz.store.store import Store
from tests.quiz.store_helpers import answer


def copied_alone(path: Path, to: Path) -> list[str]:
    """Return the keys of the answers in a copy of the file without its logs; none where it is not whole yet."""
    to.unlink(missing_ok=True)
    shutil.copyfile(path, to)
    with closing(sqlite3.connect(to)) as copy:
        try:
            assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            return [key for (key,) in copy.execute("SELECT key FROM attempts ORDER BY sequence")]
        except sqlite3.DatabaseError:  # it was copied in the very moment of a write
            return []


def soon(path: Path, to: Path, keys: list[str]) -> bool:
    """Wait until a copy of the file alone has these answers."""
    deadline = time.monotonic() + 30
    while copied_alone(path, to) != keys and time.monotonic() < deadline:
        time.sleep(0.05)
    return copied_alone(path, to) == keys


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resting, "IDLE_S", 0.05)


def test_a_copy_of_the_file_alone_has_what_was_written(store: Store, noor: Learner, path: Path, tmp_path: Path) -> None:
    keys = []
    for number in range(3):
        answer(store, noor, f"k{number}")
        keys.append(f"k{number}")
        assert soon(path, tmp_path / "copy.db", keys)
    store.add_marks(store.attempts(noor.id)[0].id, {}, True)
    store.save_draft(noor.id, "4.q2", "half")
    assert soon(path, tmp_path / "copy.db", keys)


def test_a_reader_keeps_nobody_waiting_and_is_waited_for(
    store: Store, noor: Learner, path: Path, tmp_path: Path
) -> None:
    answer(store, noor, "before")
    with store._connection.reading() as cursor:
        assert cursor.row("SELECT count(*) FROM attempts") == (1,)
        for number in range(5):
            answer(store, noor, f"k{number}")
            time.sleep(0.1)
        assert cursor.row("SELECT count(*) FROM attempts") == (1,)
    assert soon(path, tmp_path / "copy.db", ["before", *(f"k{number}" for number in range(5))])


def test_a_closed_store_leaves_one_file(path: Path, tmp_path: Path) -> None:
    with Store.open(path) as store:
        answer(store, store.add_learner("Noor"), "k")
    assert copied_alone(path, tmp_path / "copy.db") == ["k"]
    assert not path.with_name(f"{path.name}-wal").exists()


def test_a_second_program_does_not_keep_the_log_beside_the_file(path: Path, tmp_path: Path) -> None:
    with Store.open(path) as other:
        noor = other.add_learner("Noor")
        with Store.open(path) as store:
            answer(store, noor, "k")
        assert soon(path, tmp_path / "copy.db", ["k"])  # closing the one brought it over, though the other goes on


def test_the_thread_ends_when_there_is_nothing_to_do(store: Store, noor: Learner) -> None:
    answer(store, noor, "k")
    deadline = time.monotonic() + 30
    while any(one.name == "the store at rest" for one in threading.enumerate()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(one.name == "the store at rest" for one in threading.enumerate())


def test_what_cannot_be_brought_over_is_no_error(store: Store, noor: Learner, path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert store._connection._resting._bring("PASSIVE") in (True, False)
        other.execute("ROLLBACK")
    answer(store, noor, "k")
    assert [one.key for one in store.attempts(noor.id)] == ["k"]
