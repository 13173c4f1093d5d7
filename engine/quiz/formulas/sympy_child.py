"""The process that compares formulas with sympy: JSON trees on standard input, "equal" or "open" on standard output.

prover.py beside it starts it by path and ends it when it takes too long. It builds sympy's objects itself and reads no
text as a formula. It imports nothing of ours, so that starting it costs sympy's import and no more; it may be started
before there is a question, and ends where none comes.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import sympy


def limit(memory: int) -> None:
    """Hold this process to a size, where the system can (not on Windows; there only the time limit holds)."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def build(tree: list[Any]) -> Any:
    """Return the sympy object of a tree [kind, value, part, part, ...]."""
    kind, value, *parts = tree
    if kind == "number":
        return sympy.Rational(value)
    if kind == "name":
        # Positive: log(1/p) = -log(p) needs it. A difference below zero was looked for at points before.
        return sympy.Symbol(value, positive=True)
    if kind == "constant":
        return sympy.E if value == "e" else sympy.pi
    x = [build(part) for part in parts]
    operations: dict[str, Any] = {
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
        "/": lambda a, b: a / b,
        "**": lambda a, b: a**b,
        "neg": lambda a: -a,
        "sigma": lambda a: 1 / (1 + sympy.exp(-a)),
        "abs": sympy.Abs,
        "sign": sympy.sign,
        "log2": lambda a: sympy.log(a, 2),
        "log10": lambda a: sympy.log(a, 10),
        "max": sympy.Max,
        "min": sympy.Min,
        "sqrt": sympy.sqrt,
        "exp": sympy.exp,
        "log": sympy.log,
        "sin": sympy.sin,
        "cos": sympy.cos,
        "tanh": sympy.tanh,
    }
    return operations[kind](*x)


def equal(left: Any, right: Any) -> bool:
    """Try one way after another, cheap ones first, to bring the difference to zero."""
    difference = left - right
    ways = (
        lambda d: d,
        sympy.expand,
        lambda d: sympy.cancel(sympy.together(d)),
        lambda d: sympy.expand(sympy.expand_log(d, force=True)),
        lambda d: sympy.simplify(d.rewrite(sympy.exp)),
        sympy.simplify,
    )
    return any(way(difference) == 0 for way in ways)


def main() -> None:
    text = sys.stdin.read()
    if not text:
        return
    question = json.loads(text)
    limit(int(question["memory"]))
    shown = all(equal(build(left), build(right)) for left, right in question["pairs"])
    print("equal" if shown else "open")


if __name__ == "__main__":
    main()
