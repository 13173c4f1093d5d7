"""How numbers, lists, vectors and tables are written in drills.

>>> number(2.50), number(-0.001), number(1 / 3, 3), held(-4)
('2.5', '0', '0.333', '(-4)')
>>> added([2, -3, 0.5]), vector([1, -2]), weighted([2, -1], [3, 4])
('2 + (-3) + 0.5', '(1,\\\\ -2)', '2 \\\\cdot 3 + (-1) \\\\cdot 4')
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from engine.quiz.drills.drill import choice, numeric, trap

__all__ = [
    "added",
    "answer",
    "approx",
    "asked",
    "choice",
    "held",
    "listed",
    "matrix",
    "number",
    "numeric",
    "plus",
    "rounded",
    "table",
    "term",
    "times",
    "trap",
    "vector",
    "weighted",
]

Numbers = Iterable[Any]  # floats, numpy numbers or an array of shape (n,)


def number(value: float, decimals: int = 2) -> str:
    """Return a number with at most so many decimals, a five rounded up, and none where it is whole."""
    text = f"{value + math.copysign(1e-10, value):.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def rounded(value: float, decimals: int) -> str:
    """Return a number with so many decimals, a five rounded up, as an exercise asks for it; a count, an int, has none.

    >>> rounded(0.7, 2), rounded(0.125, 2), rounded(-0.001, 2), rounded(5.0, 2), rounded(5, 2)
    ('0.70', '0.13', '0.00', '5.00', '5')
    """
    if isinstance(value, int):
        return str(value)
    text = f"{value + math.copysign(1e-10, value):.{decimals}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def asked(values: Numbers, decimals: int) -> str:
    """Return several numbers that are asked, with commas between them: 0.50, 0.25, 3."""
    return ", ".join(rounded(value, decimals) for value in values)


def answer(value: float, decimals: int) -> str:
    r"""Return "= 0.50" where so many decimals say the asked number exactly, else "\approx 0.33"."""
    text = rounded(value, decimals)
    return f"= {text}" if abs(float(text) - value) < 1e-9 else f"\\approx {text}"


def held(value: float, decimals: int = 2) -> str:
    """Return a number, in brackets if it is negative, for use after an operator."""
    text = number(value, decimals)
    return f"({text})" if text.startswith("-") else text


def listed(values: Numbers, decimals: int = 2) -> str:
    """Return numbers with commas between them, as they are typed: 1, -2, 0.5."""
    return ", ".join(number(value, decimals) for value in values)


def approx(value: float, decimals: int = 2) -> str:
    r"""Return "= 0.5" where so many decimals say it exactly, else "\approx 0.33"."""
    sign = "=" if abs(float(number(value, decimals)) - value) < 1e-9 else "\\approx"
    return f"{sign} {number(value, decimals)}"


def vector(values: Numbers, decimals: int = 2) -> str:
    """Return a vector in LaTeX, in a row."""
    return "(" + ",\\ ".join(number(value, decimals) for value in values) + ")"


def matrix(rows: Iterable[Numbers], decimals: int = 2) -> str:
    """Return a matrix in LaTeX."""
    lines = " \\\\ ".join(" & ".join(number(value, decimals) for value in row) for row in rows)
    return f"\\begin{{pmatrix}} {lines} \\end{{pmatrix}}"


def added(values: Numbers, decimals: int = 2) -> str:
    """Return a sum in LaTeX: negative numbers after the first stand in brackets."""
    return " + ".join(held(v, decimals) if at else number(v, decimals) for at, v in enumerate(values))


def times(values: Numbers, decimals: int = 2) -> str:
    """Return a product in LaTeX: negative numbers after the first stand in brackets."""
    return " \\cdot ".join(held(v, decimals) if at else number(v, decimals) for at, v in enumerate(values))


def weighted(weights: Numbers, values: Numbers, decimals: int = 2) -> str:
    """Return a sum of products in LaTeX."""
    pairs = enumerate(zip(weights, values, strict=True))
    return " + ".join(
        f"{held(w, decimals) if at else number(w, decimals)} \\cdot {held(v, decimals)}" for at, (w, v) in pairs
    )


def plus(value: float, decimals: int = 2) -> str:
    """Return a number with its sign, for use after a term: "+ 2", "- 3"."""
    text = number(value, decimals)
    return f"- {text[1:]}" if text.startswith("-") else f"+ {text}"


def term(factor: float, name: str, signed: bool = False) -> str:
    """Return a term of a polynomial: "3x^2", "-x"; with its sign for use after another term: "+ 3x^2", "- x"."""
    size = "" if abs(factor) == 1 else number(abs(factor))
    sign = "-" if factor < 0 else "+" if signed else ""
    return f"{sign}{' ' if signed else ''}{size}{name}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
