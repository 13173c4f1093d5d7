"""Derivations step by step: each line a learner writes is held against the one before, in small numerical worlds.

A step that is an expression must be worth the same as the step before; a step that is an equation must have the same
solution. The first broken step is pointed at, with the numbers that break it. Numbers that agree prove nothing: a wrong
step holds if in every world it is off by less than a billionth, or wrong only where no world lies. The worlds are drawn
at random (once, with a fixed seed) but for the first, whose numbers are small enough to be followed by hand.

>>> [rung.state for rung in check(LADDERS["ridge"], ["-2X'(y - Xw) + 2 l w", "X'X w - l w = X'y"]).rungs]
['holds', 'broken']
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.errors import AnswerRefused
from engine.quiz.formulas.typed import plain_signs
from engine.quiz.ladders.ladders import LADDERS, Ladder, World, label
from engine.quiz.ladders.language import Tree, Value, latex, names_in, read
from engine.quiz.ladders.worth import Meaningless, value

__all__ = ["LADDERS", "MOST_STEPS", "Climb", "Ladder", "Rung", "check", "shown"]

MOST_STEPS = 30
CLOSE = 1e-9
ZERO: Tree = ("number", 0.0)
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
    """What a step means in each world.

    Attributes:
        parts: one tree for an expression, two for an equation, none for what is given.
        values: the value of an expression; None for an equation.
        solutions: the solution in the unknown, of an equation, or of an expression set to zero.
    """

    parts: tuple[Tree, ...]
    values: Callable[[World], Value] | None
    solutions: Callable[[World], Value]


def check(ladder: Ladder, lines: Sequence[str]) -> Climb:
    """Hold every step of a derivation against the one before.

    Args:
        ladder: what is derived.
        lines: the steps, one a line or with equals signs between; empty lines are passed over.

    Raises:
        AnswerRefused: where there is no step, or there are more than MOST_STEPS lines.
    """
    steps = [line.strip() for line in lines if line.strip()]
    if not 1 <= len(steps) <= MOST_STEPS:
        raise AnswerRefused(f"Write 1 to {MOST_STEPS} steps, one a line; here are {len(steps)}.")
    before = _Meaning((), ladder.start, lambda world: _solution(ladder.start, world, ladder))
    rungs: list[Rung] = []
    different: set[tuple[Tree, ...]] = set()
    for text in steps:
        state, drawn, says = HOLDS, "", ""
        try:
            drawn = shown(ladder, text, typed=True)
            for now in _meanings(text, before, ladder):
                if says := _difference(before, now, ladder):
                    state = BROKEN
                    break
                before = now
                different.add(now.parts)
        except Meaningless as error:
            state, says = BROKEN, str(error)
        except AnswerRefused as error:
            state, drawn, says = UNREAD, "", str(error)
        rungs.append(Rung(text, state, drawn, says))
        if state != HOLDS:
            break
    rungs += [Rung(text, WAITS) for text in steps[len(rungs) :]]
    return _judged(ladder, rungs, list(before.parts), len(different))


def shown(ladder: Ladder, line: str, typed: bool = False) -> str:
    """Return a line in LaTeX, as it is read.

    Args:
        ladder: what is derived.
        line: one step.
        typed: whether names stand as they were typed, G' for one and H for another; else all spellings look alike.

    Raises:
        AnswerRefused: if it cannot be read.
    """
    labelled, parts = _read(line, ladder)
    words = ladder.words
    if typed:
        words = words.as_typed()
        _, parts = _read(line, replace(ladder, words=words))
    return " = ".join([*([ladder.symbol] if labelled else []), *(latex(part, words) for part in parts)])


def _judged(ladder: Ladder, rungs: list[Rung], last: list[Tree], different: int) -> Climb:
    arrived = False
    if fallen := next((place for place, rung in enumerate(rungs, 1) if rung.state != HOLDS), 0):
        says = f"Step {fallen} {'is broken' if rungs[fallen - 1].state == BROKEN else UNREAD}."
    elif not ladder.arrived(last):
        says = f"Every step holds so far. {ladder.goal}"
    elif different < ladder.least:
        says = f"That is the result. Show how it comes about: at least {ladder.least} steps."
    else:
        arrived, says = True, "Every step holds, and the last one is what was asked."
    return Climb(tuple(rungs), arrived, says)


def _read(line: str, ladder: Ladder) -> tuple[bool, list[Tree]]:
    """Return whether a line begins with a name for what is derived, as in "L = ...", and its parts behind that."""
    line = plain_signs(line)
    head, sign, tail = line.partition("=")
    if label(tail) in ladder.labels:
        head, tail = tail, head  # 0 = grad
    labelled = bool(sign) and label(head) in ladder.labels
    return labelled, read(tail if labelled else line, ladder.words)


def _meanings(text: str, before: _Meaning, ladder: Ladder) -> list[_Meaning]:
    """Return what a line means, step by step.

    With an unknown, A = B is an equation, grad = A = B are two expressions, and = 0 behind an expression asks where it
    is zero. Without one, every part is an expression.
    """
    labelled, parts = _read(text, ladder)
    if not ladder.unknown:
        return [_expression(part, ladder) for part in parts]
    zeroed = parts[-1] == ZERO and (labelled or len(parts) > 2)
    if (labelled or zeroed or len(parts) == 1) and ZERO not in parts[:-1]:
        chain = [_expression(part, ladder) for part in (parts[:-1] if zeroed else parts)]
        last = chain[-1] if chain else before
        equation = _Meaning((*last.parts, ZERO) if last.values else last.parts, None, last.solutions)
        return [*chain, equation] if zeroed else chain
    if labelled or len(parts) > 2:
        raise AnswerRefused("One equals sign a line, please: each equation is a step of its own.")
    residual = _expression(("-", *parts), ladder)
    return [_Meaning(tuple(parts), None, residual.solutions)]


def _expression(tree: Tree, ladder: Ladder) -> _Meaning:
    def worth(world: World) -> Value:
        return value(tree, world.values, ladder.words)

    return _Meaning((tree,), worth, lambda world: _solution(worth, world, ladder))


def _solution(residual: Callable[[World], Value], world: World, ladder: Ladder) -> Value:
    """Return the one value of the unknown for which a residual is zero; it has to be linear in the unknown."""

    def at(unknown: Value) -> Value:
        return np.ravel(residual(replace(world, values={**world.values, ladder.unknown: unknown})))

    start = world.values[ladder.unknown]  # (n, 1)
    here, size = at(start), len(start)
    bent = f"This equation is not linear in {ladder.unknown}; I can only follow linear ones here."
    try:
        zero = at(np.zeros_like(start))
        slopes = np.stack([at(one.reshape(-1, 1)) - zero for one in np.eye(size)], axis=1)  # (equations, n)
    except Meaningless as error:
        raise AnswerRefused(bent) from error  # it has a value here and none elsewhere
    scale = max(np.abs(zero).max(), np.abs(slopes).max())  # an equation may be divided by 10^9
    if not np.allclose(here, zero + slopes @ np.ravel(start), rtol=1e-8, atol=1e-8 * scale):
        raise AnswerRefused(bent)
    if np.linalg.matrix_rank(slopes, tol=1e-12 * scale) < size:
        raise Meaningless(f"This equation does not decide {ladder.unknown}: it has many solutions, or none.")
    solution = np.linalg.lstsq(slopes, -zero, rcond=None)[0]
    if not np.allclose(slopes @ solution, -zero, atol=1e-7 * scale):
        raise Meaningless(f"No {ladder.unknown} fulfils this equation.")
    return solution.reshape(-1, 1)


def _difference(before: _Meaning, now: _Meaning, ladder: Ladder) -> str:
    """Say with numbers how a step differs from the one before, or nothing."""
    earlier = "the step before" if before.parts else ladder.given
    standing = set().union(*map(names_in, now.parts))
    put_in = {name: number for name, number in ladder.point.items() if name not in standing}
    for drawn in ladder.worlds:
        world = replace(drawn, values={**drawn.values, **put_in})  # what was put in stays, the others still vary
        if now.values and before.values:
            ours, theirs, what = now.values(world), before.values(world), ""
        else:
            ours, theirs, what = now.solutions(world), before.solutions(world), f"{ladder.unknown} = "
        if np.shape(ours) != np.shape(theirs):
            return f"This is {_kind(ours)}, {earlier} {_kind(theirs)}.{ladder.gather if np.ndim(ours) == 1 else ''}"
        if not np.allclose(ours, theirs, rtol=CLOSE, atol=CLOSE):
            given = [name for name in world.shown if not what or name != ladder.unknown]
            where = ", ".join(f"{name} = {_printed(world.values[name])}" for name in given)
            digits = next((one for one in (4, 7, 10) if _printed(ours, one) != _printed(theirs, one)), 13)
            mine, other = _printed(ours, digits), _printed(theirs, digits)
            return f"Take {where}: this gives {what}{mine}, {earlier} {what}{other}.{_entry(ours, theirs, digits)}"
    return ""


def _entry(ours: Value, theirs: Value, digits: int) -> str:
    """Name the entries of a vector or a matrix that are wrong, where others are right, with their numbers."""
    wrong = ~np.isclose(ours, theirs, rtol=CLOSE, atol=CLOSE)
    if wrong.ndim == 0 or wrong.all():
        return ""
    tall = wrong.ndim == 2 and wrong.shape[1] == 1
    said = [
        f"{f'Row {at[0] + 1}, column {at[1] + 1}' if len(at) == 2 and not tall else f'Entry {at[0] + 1}'} is wrong: "
        f"{_printed(np.asarray(ours)[at], digits)} instead of {_printed(np.asarray(theirs)[at], digits)}."
        for at in zip(*np.nonzero(wrong), strict=True)
    ]
    return " " + " ".join(said)


def _kind(value_: Value) -> str:
    shape = np.shape(value_)
    if not shape:
        return "one number"
    return f"a {shape[0]}×{shape[1]} matrix" if len(shape) == 2 else f"a vector of {shape[0]}"


def _printed(value_: Value, digits: int = 4) -> str:
    value_ = np.where(np.abs(value_) < 1e-12, 0.0, value_)  # what rounding left of a zero
    if np.ndim(value_) == 0:
        return f"{float(value_):.{digits}g}"
    if np.ndim(value_) == 2 and value_.shape[1] > 1:
        return "[" + ", ".join(_printed(row, digits) for row in value_) + "]"
    return "(" + ", ".join(f"{one:.{digits}g}" for one in np.ravel(value_)) + ")"
