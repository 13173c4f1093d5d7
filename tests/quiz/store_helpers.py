"""What the tests of the store share: a learner's rows, hostile text, other programs and other processes."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from engine.quiz.store.faults import Full
from engine.quiz.store.rows import Attempt, Learner
from engine.quiz.store.store import Store

ROOT = Path(__file__).parents[2]

HOSTILE = {
    "empty": "",
    "NUL": "before\0after\0",
    "only NUL": "\0",
    "lone surrogates": "\ud800 \udfff",
    "a pair of lone surrogates": "\ud83d\ude00",
    "the character they would be": "\U0001f600",
    "markup": "<script>alert(1)</script> **bold** $x^2$ [a](javascript:alert(1)) ![](x)",
    "SQL": "'; DROP TABLE attempts; --",
    "ends of line": "a\r\nb\rc\nd\u2028e\x85f",
    "spaces": "  \t \u00a0 ",
    "accents in two ways": "e\u0301 é",
    "right to left": "\u202eabc\u202c אבג",
    "looks like JSON": '{"a": "\\ud800"}',
    "looks like bytes": "b'\\x00'",
    "code": "__import__('os').system('true')",
    "1 MB": "λ" * 500_000,
    "1 MB with NUL": "x" * 1_000_000 + "\0",
}


def answer(store: Store, learner: Learner, key: str, **changed: Any) -> Attempt:
    """Add an attempt, of which only what matters has to be said."""
    given = {
        "topic": "clustering",
        "question": "4.q1",
        "fingerprint": "0123456789abcdef",
        "answer": "an answer",
        "machine": {"correct": True},
        "confidence": 3,
        "hint_used": False,
        "seconds": 30.0,
        **changed,
    }
    return store.add_attempt(key, learner.id, **given)


def raw_log(store: Store) -> list[dict[str, Any]]:
    """Return the rows of the complete export, without its header."""
    return [json.loads(line) for line in store.export_jsonl().splitlines()][1:]


ROWS = 12


def filled(path: Path) -> Learner:
    """Make a database of ROWS answers, each of which fills most of a page, and close it."""
    with Store.open(path) as store:
        noor = store.add_learner("Noor")
        for row in range(ROWS):
            answer(store, noor, f"k{row}", answer=f"answer {row} " * 330)
        store.add_marks(1, {"0": True}, True)
    assert [file.name for file in path.parent.iterdir()] == [path.name]  # closing moved the log into the file
    return noor


@contextmanager
def left_alone(path: Path) -> Iterator[None]:
    """Check that a file is byte for byte what it was."""
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    yield
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before


@contextmanager
def other(path: Path) -> Iterator[sqlite3.Connection]:
    """Use the file as another program would."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as connection:
        yield connection


def fill_up(store: Store, learner: Learner) -> list[str]:
    """Write until there is no room; return the keys that were reported saved."""
    saved: list[str] = []
    while len(saved) < 5000:
        key = f"full-{len(saved)}"
        try:
            answer(store, learner, key, answer="long " * 400)
        except Full:
            return saved
        saved.append(key)
    raise AssertionError("the disk did not fill up")


def in_threads(count: int, work: Callable[[int], object]) -> None:
    """Run work(0) … work(count - 1) at once; raise what any of them raised."""
    errors: list[BaseException] = []
    barrier = threading.Barrier(count)

    def run(number: int) -> None:
        try:
            barrier.wait()
            work(number)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


PREAMBLE = """
import sys
sys.modules["pandas"] = None  # sqlite_utils imports it where it is installed, and does without: 0.2 s a child
import itertools, json, os, sqlite3, threading
from pathlib import Path
from engine.quiz.store import NameRefused, Store, StoreError
import sqlite_utils
path = Path(sys.argv[1])
def sentence(action):
    try:
        action().close()
    except StoreError as error:
        return [type(error).__name__, str(error)]
    return ["no error", ""]
"""


@contextmanager
def child(code: str, path: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run code in another process, which ends with the block."""
    process = subprocess.Popen(
        [sys.executable, "-c", PREAMBLE + dedented(code), str(path), *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe and not pipe.closed:
                pipe.close()
        process.wait()


def go_on(process: subprocess.Popen[str]) -> None:
    """Let a child go on that waits for a line."""
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()


def on_own_mounts(folder: Path, mount: str, code: str) -> Any:
    """Run code in a process that has its own view of the file system, changed by `mount`; return the JSON it prints."""
    if sys.platform != "linux" or not shutil.which("unshare"):
        pytest.skip("a file system for one process needs Linux and unshare")
    unshare = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"]), "sh", "-c"]
    mount = mount.replace("{folder}", f"'{folder}'")
    if subprocess.run([*unshare, mount], capture_output=True).returncode:
        pytest.skip("this machine does not let the tests mount a file system of their own")
    done = subprocess.run(
        [*unshare, f'{mount} && exec "$PYTHON" -c "$CODE" \'{folder / "grimoire.db"}\''],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHON": sys.executable, "CODE": PREAMBLE + dedented(code)},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def dedented(code: str) -> str:
    lines = code.splitlines()
    indent = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
    return "\n".join(line[indent:] for line in lines)
