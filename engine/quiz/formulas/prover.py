"""Processes with sympy in them, each for one question; one waits with sympy imported where a formula is being typed.

A process because sympy can take hours and gigabytes; only a process can be ended and held to a size.
"""

from __future__ import annotations

import atexit
import subprocess
import sys
import threading
from pathlib import Path

_COMMAND = (sys.executable, "-P", str(Path(__file__).with_name("sympy_child.py")))
_ONE_AT_A_TIME = threading.BoundedSemaphore(2)
_lock = threading.Lock()
_waiting: list[subprocess.Popen[str]] = []


def ready() -> None:
    """See to it that a process waits: importing sympy takes most of a second, and nobody need wait for it.

    Raises:
        OSError: if no process can be started.
    """
    with _lock:
        if not _alive():
            _waiting.append(_start())


def ask(question: str, seconds: float) -> str:
    """Put a question, as sympy_child.py reads it, to a process and return its answer; "" if it broke.

    Raises:
        OSError: if no process can be started; TimeoutError is one too.
        TimeoutError: after so many seconds; the process was ended.
    """
    with _ONE_AT_A_TIME:
        with _lock:
            process = _waiting.pop() if _alive() else _start()
        try:
            said, _ = process.communicate(question, timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise TimeoutError from None
        return said.strip() if process.returncode == 0 else ""


def _alive() -> bool:
    """Tell whether a process waits, in hold of the lock; one that died meanwhile is buried."""
    if _waiting and _waiting[0].poll() is not None:
        _bury(_waiting.pop())
    return bool(_waiting)


def _bury(process: subprocess.Popen[str]) -> None:
    with process:  # closes its pipes
        process.kill()


def _start() -> subprocess.Popen[str]:
    return subprocess.Popen(
        _COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    )


@atexit.register
def end() -> None:
    """End the process that waits, if one does."""
    with _lock:
        while _waiting:
            _bury(_waiting.pop())
