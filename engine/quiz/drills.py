"""Drills: exercises whose numbers are drawn from a seed and whose answer is computed, so they can be repeated for ever.

A generator takes a random generator and returns a Drill. Where a typical wrong answer coincides with the right one,
`draw` draws again. Adding a drill is adding a function to DRILLS.

>>> drill = draw("centroid", seed=1)
>>> grade(drill, ", ".join(map(str, drill.exact.value))).correct
True
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.machine_learning.regression import sse
from engine.quiz.bank import Exact
from engine.quiz.grading import Grade, grade_exact, read_numbers

_MOST_DRAWS = 1000
_ROUNDED = 0.0051  # a typical wrong answer is known again when it is rounded to two decimals


@dataclass(frozen=True)
class Drill:
    """One exercise.

    Attributes:
        ask: the exercise, Markdown with formulas.
        exact: the check with the computed answer.
        steps: the way to the answer with this drill's numbers, Markdown with formulas.
        traps: typical wrong answers, each with a sentence that names the mistake. They differ from the answer and
            from each other.
    """

    ask: str
    exact: Exact
    steps: str
    traps: tuple[tuple[tuple[float, ...], str], ...]


Generator = Callable[[np.random.Generator], Drill]


def draw(name: str, seed: int) -> Drill:
    """Draw a drill: the same name and seed give the same numbers.

    Args:
        name: a key of DRILLS.
        seed: a whole number of at least 0.

    Raises:
        KeyError: if there is no drill of that name.
        ValueError: if the seed is below 0.
    """
    generator = DRILLS[name]
    rng = np.random.default_rng(seed)
    for _ in range(_MOST_DRAWS):
        drill = generator(rng)
        if _apart([drill.exact.value, *(trap for trap, _ in drill.traps)]):
            return drill
    raise RuntimeError(f"drill {name} has traps that always coincide with its answer")


def grade(drill: Drill, text: str) -> Grade:
    """Grade an answer to a drill; a typical mistake is named.

    Raises:
        AnswerRefused: if the answer cannot be read.
    """
    graded = grade_exact(drill.exact, text)
    if graded.correct is not False:
        return graded
    numbers, _ = read_numbers(drill.exact, text)
    for trap, says in drill.traps:
        if all(abs(n - t) <= max(drill.exact.tolerance, _ROUNDED) for n, t in zip(numbers, trap, strict=True)):
            return replace(graded, says=f"{says} {_answer(drill.exact)}")
    return graded


def _apart(values: Sequence[tuple[float, ...]]) -> bool:
    """Tell whether all values differ by so much that no rounded answer fits two of them."""
    return all(
        max(abs(a - b) for a, b in zip(one, other, strict=True)) > 4 * _ROUNDED
        for one, other in itertools.combinations(values, 2)
    )


def _answer(exact: Exact) -> str:
    numbers = ", ".join(_number(v) for v in exact.value)
    return f"The answer is ({numbers})." if len(exact.value) > 1 else f"The answer is {numbers}."


def _number(value: float) -> str:
    """Return a number with at most two decimals and none where it is whole."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if value != 0 else "0"


def _held(value: float) -> str:
    """Return a number, in brackets if it is negative, for use after an operator."""
    return f"({_number(value)})" if value < 0 else _number(value)


def _listed(values: Any) -> str:
    return ", ".join(_number(float(v)) for v in values)


def sse_of_table(rng: np.random.Generator) -> Drill:
    """Draw labels and predictions, 3 to 5 of each; the SSE is asked (section 2.2)."""
    count = int(rng.integers(3, 6))
    labels = rng.integers(-4, 10, count).astype(float)  # (count,)
    errors = rng.integers(-4, 5, count).astype(float)
    errors[rng.integers(count)] = float(rng.choice([-3, -2, 2, 3]))  # at least one is no 0 and no 1
    predictions = labels - errors
    total = float(sse(labels, predictions))
    rows = "\n".join(
        f"| {i} | {_number(y)} | {_number(p)} |" for i, (y, p) in enumerate(zip(labels, predictions, strict=True), 1)
    )
    residuals = ",\\ ".join(
        f"{_number(y)} - {_held(p)} = {_number(e)}" for y, p, e in zip(labels, predictions, errors, strict=True)
    )
    squares = " + ".join(f"{_held(e)}^2" for e in errors)
    added = " + ".join(_number(e * e) for e in errors)
    head = "| $i$ | label $y_i$ | prediction $\\hat y_i$ |\n|---|---|---|"
    return Drill(
        ask=f"Compute the SSE of these predictions.\n\n{head}\n{rows}",
        exact=Exact("numeric", value=(total,)),
        steps=(
            f"Residuals, label minus prediction: ${residuals}$.\n\n"
            f"Square each and add: ${squares} = {added} = {_number(total)}$."
        ),
        traps=(
            ((float(errors.sum()),), "This is the sum of the residuals: each has to be squared before they are added."),
            ((total / count,), f"This is the mean squared error: the SSE is not divided by {count}."),
            ((float(np.abs(errors).sum()),), "This is the sum of absolute residuals: squares are added, not sizes."),
        ),
    )


def centroid(rng: np.random.Generator) -> Drill:
    """Draw 3 to 5 points with whole coordinates; their mean is asked (section 4.2)."""
    count = int(rng.integers(3, 6))
    points = rng.integers(-9, 10, (count, 2)).astype(float)  # (count, 2)
    points[-1] -= points.sum(axis=0) % (3 if count == 3 else 1)  # thirds would not be exact in two decimals
    total, mean = points.sum(axis=0), points.mean(axis=0)
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    listed = ", ".join(f"({_listed(point)})" for point in points)
    sums = [" + ".join([_number(axis[0]), *(_held(v) for v in axis[1:])]) for axis in points.T]
    return Drill(
        ask=f"Which point is the centroid of ${listed}$ in k-means? Write it as (x, y).",
        exact=Exact("numeric", value=(float(mean[0]), float(mean[1])), tolerance=0.005),
        steps=(
            f"Average each coordinate over the {count} points.\n\n"
            + "\n\n".join(
                f"{'First' if axis == 0 else 'Second'}: $\\frac{{{sums[axis]}}}{{{count}}} = "
                f"\\frac{{{_number(total[axis])}}}{{{count}}} = {_number(mean[axis])}$."
                for axis in (0, 1)
            )
            + f"\n\nThe centroid is $({_listed(mean)})$."
        ),
        traps=(
            (_pair(middle), "This is the middle between smallest and largest: the mean counts every point."),
            (_pair(mean[::-1]), "The two coordinates are exchanged."),
            (_pair(total), f"These are the sums: they still have to be divided by {count}."),
        ),
    )


def _pair(values: Any) -> tuple[float, ...]:
    return tuple(float(v) for v in values)


DRILLS: dict[str, Generator] = {"sse_of_table": sse_of_table, "centroid": centroid}
