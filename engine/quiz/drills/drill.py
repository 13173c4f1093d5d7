"""What a drill is, and the small words its parts are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from engine.data import Floats
from engine.quiz.bank import Exact

Answer = tuple[float, ...] | str
Trap = tuple[Answer, str]


@dataclass(frozen=True)
class Drill:
    """One exercise.

    Attributes:
        ask: the exercise, Markdown with formulas. Where the answer has to be rounded, it says how.
        exact: the check with the computed answer: "numeric" or "choice".
        steps: the way to the answer with this drill's numbers, Markdown with formulas; the answer stands in it.
        traps: at least three typical wrong answers, each with a sentence that names the mistake: as many numbers as
            are asked, or the text of an option. They differ from the answer and from each other.
    """

    ask: str
    exact: Exact
    steps: str
    traps: tuple[Trap, ...]


Generator = Callable[[np.random.Generator], Drill | None]
"""Draws a drill; None where the numbers drawn would make a poor exercise, and others are drawn."""


def numeric(answer: float | Iterable[float], decimals: int | None = None, unit: str = "") -> Exact:
    """Return the check of one number or several.

    Args:
        answer: the number, or the numbers in the order in which they are asked; an int is a count, and not rounded.
        decimals: to how many decimals the exercise asks to round; what is rounded so is right, up or down at a five.
            None where the exact number is asked.
        unit: in which unit it is asked, or "".
    """
    tolerance = 1e-9 if decimals is None else 0.51 * 10.0**-decimals
    return Exact("numeric", value=_floats(answer), tolerance=tolerance, unit=unit)


def choice(options: Iterable[str], right: str) -> Exact:
    """Return the check of a choice of one option; `right` is its text."""
    options = tuple(options)
    return Exact("choice", options=options, correct=(options.index(right),))


def trap(answer: float | Iterable[float] | str, says: str) -> Trap:
    """Return a typical wrong answer with the sentence that names the mistake."""
    return (answer if isinstance(answer, str) else _floats(answer)), says


def _floats(answer: float | Iterable[float]) -> tuple[float, ...]:
    numbers = answer if isinstance(answer, Iterable) else (answer,)
    return tuple(number if isinstance(number, int) else float(number) for number in numbers)


def whole(rng: np.random.Generator, low: int, high: int, without: tuple[int, ...] = ()) -> int:
    """Draw a whole number from low to high, both included, that is none of `without`."""
    return int(rng.choice([number for number in range(low, high + 1) if number not in without]))


def wholes(rng: np.random.Generator, low: int, high: int, count: int) -> Floats:
    """Draw so many whole numbers from low to high, both included, as floats, shape (count,)."""
    return rng.integers(low, high + 1, count).astype(float)
