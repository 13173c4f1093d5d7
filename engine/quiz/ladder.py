"""Derivations step by step: each line a learner writes is held against the one before, in small numerical worlds.

A step that is an expression must be worth the same as the step before; a step that is an equation must have the same
solution. The first broken step is pointed at, with the numbers that break it. Numbers that agree in every world prove
nothing, but a wrong step survives them by an accident of measure zero only: the worlds are drawn at random but for the
first, whose numbers are small enough to be followed by hand.

>>> [rung.state for rung in check(LADDERS["ridge"], ["-2X'(y - Xw) + 2 l w", "X'X w - l w = X'y"]).rungs]
['holds', 'broken']
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.errors import AnswerRefused
from engine.quiz._ladder_language import Tree, Value, latex, names_in, read, value
from engine.quiz.ladders import LADDERS, Ladder, World

__all__ = ["LADDERS", "MOST_STEPS", "Climb", "Ladder", "Rung", "check", "shown"]

MOST_STEPS = 30
HOLDS, BROKEN, UNREAD, WAITS = "holds", "broken", "cannot be read", "waits"


@dataclass(frozen=True)
class Rung:
    """One step of a derivation.

    Attributes:
        text: as it was typed.
        state: "holds", "broken", "cannot be read", or "waits" for those behind the first that does not hold.
        latex: how it was read, or "".
        says: what is wrong, with a counterexample, or "".
    """

    text: str
    state: str
    latex: str = ""
    says: str = ""


@dataclass(frozen=True)
class Climb:
    """A derivation that was looked at: its steps, whether it arrived, and a sentence about the whole."""

    rungs: tuple[Rung, ...]
    arrived: bool
    says: str


@dataclass(frozen=True)
class _Meaning:
    """What a step means: the value of an expression, or the solution of an equation in the unknown, in each world."""

    tree: Tree | None
    values: Callable[[World], Value] | None
    solutions: Callable[[World], Value] | None


def check(ladder: Ladder, lines: Sequence[str]) -> Climb:
    """Hold every step of a derivation against the one before.

    Args:
        ladder: what is derived.
        lines: the steps, one a line; empty ones are passed over.

    Raises:
        AnswerRefused: where there is no step, or there are more than MOST_STEPS.
    """
    steps = [line.strip() for line in lines if line.strip()]
    if not 1 <= len(steps) <= MOST_STEPS:
        raise AnswerRefused(f"Write 1 to {MOST_STEPS} steps, one a line; here are {len(steps)}.")
    before = _Meaning(None, lambda world: ladder.start(world), None)
    rungs: list[Rung] = []
    last: list[Tree] = []
    for number, text in enumerate(steps):
        try:
            parts = read(_without_label(text, ladder), ladder.words)
            meanings = _meanings(parts, ladder)
            says = ""
            for meaning in meanings:
                says = says or _difference(before, meaning, ladder, number == 0)
                before = meaning
        except AnswerRefused as error:
            rungs.append(Rung(text, UNREAD, says=str(error)))
            break
        rungs.append(Rung(text, BROKEN if says else HOLDS, shown(ladder, text), says))
        if says:
            break
        last = parts
    rungs += [Rung(text, WAITS) for text in steps[len(rungs) :]]
    return _judged(ladder, rungs, last)


def shown(ladder: Ladder, line: str) -> str:
    """Return a line in LaTeX, as it is read.

    Raises:
        AnswerRefused: if it cannot be read.
    """
    parts = read(_without_label(line, ladder), ladder.words)
    return " = ".join(latex(part, ladder.words) for part in parts)


def _judged(ladder: Ladder, rungs: list[Rung], last: list[Tree]) -> Climb:
    arrived = False
    if fallen := next((place for place, rung in enumerate(rungs, 1) if rung.state != HOLDS), 0):
        says = f"Step {fallen} {'is broken' if rungs[fallen - 1].state == BROKEN else UNREAD}."
    elif not ladder.arrived(last):
        says = f"Every step holds so far. {ladder.goal}"
    elif len(rungs) < ladder.least:
        says = f"That is the result. Show how it comes about: at least {ladder.least} steps."
    else:
        arrived, says = True, "Every step holds, and the last one is what was asked."
    return Climb(tuple(rungs), arrived, says)


def _without_label(text: str, ladder: Ladder) -> str:
    """Drop what a line calls its quantity, as in "L = ...", where the ladder has such a name for what is derived."""
    head, sign, tail = text.partition("=")
    return tail if sign and " ".join(head.split()) in ladder.labels else text


def _meanings(parts: list[Tree], ladder: Ladder) -> list[_Meaning]:
    """Return what a line means: with an unknown an equation, else one expression after the other."""
    if len(parts) > 1 and ladder.unknown:
        if len(parts) > 2:
            raise AnswerRefused("One equals sign a line, please: each equation is a step of its own.")
        left, right = parts
        return [_Meaning(None, None, lambda world: _solution(("-", left, right), world, ladder))]
    return [_expression(part, ladder) for part in parts]


def _expression(tree: Tree, ladder: Ladder) -> _Meaning:
    solutions = (lambda world: _solution(tree, world, ladder)) if ladder.unknown else None
    return _Meaning(tree, lambda world: value(tree, world.values, ladder.words), solutions)


def _solution(residual: Tree, world: World, ladder: Ladder) -> Value:
    """Return the one value of the unknown for which a residual is zero; it has to be linear in the unknown."""
    start = world.values[ladder.unknown]  # (n, 1)

    def at(unknown: Value) -> Value:
        return np.ravel(value(residual, {**world.values, ladder.unknown: unknown}, ladder.words))

    zero, size = at(np.zeros_like(start)), len(start)
    slopes = np.stack([at(one.reshape(-1, 1)) - zero for one in np.eye(size)], axis=1)  # (equations, n)
    if not np.allclose(at(start), zero + slopes @ np.ravel(start), rtol=1e-8, atol=1e-8):
        raise AnswerRefused(f"This equation is not linear in {ladder.unknown}; I can only follow linear ones here.")
    if np.linalg.matrix_rank(slopes, tol=1e-8) < size:
        raise AnswerRefused(f"This equation does not decide {ladder.unknown}: it has many solutions, or none.")
    solution = np.linalg.lstsq(slopes, -zero, rcond=None)[0]
    if not np.allclose(slopes @ solution, -zero, atol=1e-7):
        raise AnswerRefused(f"No {ladder.unknown} fulfils this equation.")
    return solution.reshape(-1, 1)


def _difference(before: _Meaning, now: _Meaning, ladder: Ladder, first: bool) -> str:
    """Say with numbers how a step differs from the one before, or nothing."""
    earlier = ladder.given if first else "the step before"
    for world in ladder.worlds:
        if world.special_only and now.tree and not ladder.variables & names_in(now.tree):
            continue  # numbers were put in: from here on the point counts, and nothing else
        if now.values and before.values:
            ours, theirs, what = now.values(world), before.values(world), ""
        elif now.solutions:
            theirs = before.solutions(world) if before.solutions else _of_start(before, world, ladder)
            ours, what = now.solutions(world), f"{ladder.unknown} = "
        else:
            raise AnswerRefused("After an equation comes an equation.")
        if np.shape(ours) != np.shape(theirs):
            return f"This is {_kind(ours)}, {earlier} {_kind(theirs)}."
        if not np.allclose(ours, theirs, rtol=1e-7, atol=1e-9):
            given = [name for name in world.shown if not what or name != ladder.unknown]
            where = ", ".join(f"{name} = {_printed(world.values[name])}" for name in given)
            return f"Take {where}: this gives {what}{_printed(ours)}, {earlier} {what}{_printed(theirs)}."
    return ""


def _of_start(before: _Meaning, world: World, ladder: Ladder) -> Value:
    """Return where the quantity that is given becomes zero, by probing it: the learner went straight to an equation."""
    zeroed: Mapping[str, Value] = {**world.values}
    size = len(zeroed[ladder.unknown])

    def at(unknown: Value) -> Value:
        return np.ravel(ladder.start(World({**zeroed, ladder.unknown: unknown}, ())))

    zero = at(np.zeros((size, 1)))
    slopes = np.stack([at(one.reshape(-1, 1)) - zero for one in np.eye(size)], axis=1)
    return np.linalg.solve(slopes, -zero).reshape(-1, 1)


def _kind(value_: Value) -> str:
    shape = np.shape(value_)
    if not shape:
        return "one number"
    return f"a {shape[0]}×{shape[1]} matrix" if len(shape) == 2 else f"a vector of {shape[0]}"


def _printed(value_: Value) -> str:
    if np.ndim(value_) == 0:
        return f"{float(value_):.4g}"
    if np.ndim(value_) == 2 and value_.shape[1] > 1:
        return "[" + ", ".join(_printed(row) for row in value_) + "]"
    return "(" + ", ".join(f"{one:.4g}" for one in np.ravel(value_)) + ")"
