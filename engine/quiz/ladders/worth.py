"""What a step of a derivation is worth in a world: a walk over its tree, with shapes looked after."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from engine.errors import AnswerRefused
from engine.quiz.ladders.language import Tree, Value, Words

LARGEST_POWER, LARGEST, WORST_CONDITION = 12, 1e100, 1e12
NO_VALUE = "This step divides by zero, takes a logarithm or a root that does not exist, or becomes far too large."
NET = "I could not work out what this step is worth."


class Meaningless(AnswerRefused):
    """A step that can be read and has no value: shapes that do not fit, a division by zero. It is broken."""


@dataclass(frozen=True)
class Identity:
    """A multiple of the identity matrix, of whatever size fits: 2×2 in X'X + l I, 3×3 in X X' + l I."""

    factor: float = 1.0


def value(tree: Tree, world: Mapping[str, Value], words: Words) -> Value:
    """Return what a tree is worth.

    Args:
        tree: of `read`.
        world: values of the names; "chance", shape (outcomes,), holds the probabilities that E( ) weighs with.
        words: as for `read`.

    Raises:
        Meaningless: where shapes do not fit, or a number is not finite.
        AnswerRefused: where a limit of this program is met.
    """
    try:
        with np.errstate(all="ignore"):
            worth = _value(tree, world, words)
    except (np.linalg.LinAlgError, ValueError, TypeError, ArithmeticError, RecursionError) as error:
        raise AnswerRefused(NET) from error  # the last net: every case known has a sentence of its own
    if isinstance(worth, Identity):
        raise Meaningless("Nothing here says how large I is.")
    return worth


def _value(tree: Tree, world: Mapping[str, Value], words: Words) -> Value:
    kind, rest = tree[0], tree[1:]
    if kind == "number":
        return _finite(rest[0])
    if kind == "name":
        return world[rest[0]]
    if kind == "E":
        return _expected(_value(rest[0], world, words), world["chance"], rest[1], world)
    if kind == "call":
        return _finite(_called(rest[0], _value(rest[1], world, words), words))
    parts = [_value(one, world, words) for one in rest]
    if kind == "vector":
        return np.array([_single(one) for one in parts])
    if kind == "turned":
        return np.transpose(parts[0]) if np.ndim(parts[0]) == 2 else parts[0]
    if kind == "neg":
        return _multiply(-1.0, parts[0], words.pointwise)
    if kind == "-":
        parts[1] = _multiply(-1.0, parts[1], words.pointwise)
    return _finite(_scalar(_OPERATIONS[kind](*parts, words.pointwise)))


def inverse(a: Value) -> Value:
    """Return the inverse of a number, of a square matrix (n, n), or of a multiple of I.

    Raises:
        Meaningless: if there is none.
    """
    if isinstance(a, Identity):
        return Identity(inverse(a.factor))
    if np.ndim(a) == 0:
        if a == 0:
            raise Meaningless("Zero has no inverse.")
        return 1 / a
    if np.ndim(a) == 1 or a.shape[0] != a.shape[1]:
        raise Meaningless(f"{_capital(_size(a))} has no inverse; only square matrices have one.")
    if not np.linalg.cond(a) < WORST_CONDITION:
        raise Meaningless(f"This {a.shape[0]}×{a.shape[1]} matrix is singular: it has no inverse.")
    return np.linalg.inv(a)


def _called(function: str, a: Value, words: Words) -> Value:
    known = words.functions[function]
    if known is not inverse and (np.ndim(a) == 2 or (np.ndim(a) == 1 and not words.pointwise)):
        raise Meaningless(f"{function}( ) takes one number here, and this is {_size(a)}.")
    return known(a)


def _expected(values: Value, chance: Value, known: str, world: Mapping[str, Value]) -> Value:
    """Return the mean of outcomes, or for each outcome the mean of those that look the same."""
    if np.shape(values) not in ((), chance.shape):
        raise Meaningless(f"E( ) takes the mean of something random, and this is {_size(values)}.")
    values = np.broadcast_to(values, chance.shape)
    if not known:
        return float(chance @ values)
    given = world[known]
    if np.shape(given) != chance.shape:
        raise AnswerRefused(f"Behind the bar stands something random, as in E(H | s1); {known} is {_size(given)}.")
    alike = (given[:, None] == given[None, :]) * chance  # (outcomes, outcomes)
    return alike @ values / alike.sum(1)


def _add(a: Value, b: Value, pointwise: bool) -> Value:
    if isinstance(a, Identity) and isinstance(b, Identity):
        return Identity(a.factor + b.factor)
    if _is_zero(a) or _is_zero(b):
        return b if _is_zero(a) else a  # 0 has any size: "... = 0"
    a, b = _fitted(a, b), _fitted(b, a)
    entries = pointwise and 2 not in (np.ndim(a), np.ndim(b)) and 0 in (np.ndim(a), np.ndim(b))  # 1 - p
    if isinstance(a, Identity) or isinstance(b, Identity) or (np.shape(a) != np.shape(b) and not entries):
        raise Meaningless(f"{_capital(_size(a))} and {_size(b)} cannot be added.")
    return a + b


def _multiply(a: Value, b: Value, pointwise: bool) -> Value:
    if isinstance(b, Identity):
        a, b = b, a  # I commutes with everything
    if isinstance(a, Identity):
        inner = b.factor if isinstance(b, Identity) else b
        return a.factor * inner if np.ndim(inner) else Identity(a.factor * inner)
    sides = (np.ndim(a), np.ndim(b))
    if sides == (2, 2) and a.shape[1] == b.shape[0]:
        return a @ b
    if 0 not in sides and not (pointwise and sides == (1, 1) and len(a) == len(b)):
        raise Meaningless(f"{_capital(_size(a))} times {_size(b)} does not fit.")
    return a * b


def _divide(a: Value, b: Value, pointwise: bool) -> Value:
    if isinstance(b, Identity) or np.ndim(b) == 2:
        raise Meaningless("A matrix cannot be divided by. Write inv( ), and mind the side on which it stands.")
    if np.ndim(b) == 1 and not pointwise:
        raise Meaningless("A vector cannot be divided by.")
    if np.any(b == 0):
        raise Meaningless(NO_VALUE)
    return _multiply(a, 1 / b, pointwise)


def _power(a: Value, b: Value, pointwise: bool) -> Value:
    if isinstance(b, Identity) or np.ndim(b):
        raise Meaningless(f"An exponent is one number, and this is {_size(b)}.")
    if abs(b) > LARGEST_POWER:
        raise AnswerRefused(f"An exponent is a number of at most {LARGEST_POWER}.")
    if np.ndim(a) == 0 and not isinstance(a, Identity):
        return np.float64(a) ** b
    square = isinstance(a, Identity) or (np.ndim(a) == 2 and a.shape[0] == a.shape[1])
    if not (square and b == int(b)) and not (pointwise and np.ndim(a) == 1):
        raise Meaningless(f"{_capital(_size(a))} has no power {b:g}.")
    if not square:
        return a ** float(b)
    a, b = (inverse(a), -b) if b < 0 else (a, b)
    return Identity(a.factor ** int(b)) if isinstance(a, Identity) else np.linalg.matrix_power(a, int(b))


_OPERATIONS: dict[str, Callable[..., Value]] = {
    "+": _add,
    "-": _add,
    "*": _multiply,
    "/": _divide,
    "^": _power,
}


def _fitted(a: Value, other: Value) -> Value:
    """Return I in the size of a square matrix beside it, everything else as it is."""
    square = np.ndim(other) == 2 and other.shape[0] == other.shape[1]
    return a.factor * np.eye(len(other)) if isinstance(a, Identity) and square else a


def _is_zero(a: Value) -> bool:
    return not isinstance(a, Identity) and np.ndim(a) == 0 and bool(a == 0)


def _size(a: Value) -> str:
    if isinstance(a, Identity):
        return "a multiple of I"
    if np.ndim(a) == 2:
        return f"a {a.shape[0]}×{a.shape[1]} matrix"
    return f"a vector of {len(a)}" if np.ndim(a) else "a number"


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]  # "A multiple of I": capitalize() would lower the I


def _scalar(a: Value) -> Value:
    """Return a 1×1 matrix as the number in it."""
    return float(a[0, 0]) if np.ndim(a) == 2 and a.shape == (1, 1) else a


def _finite(a: Value) -> Value:
    """Return a value that can be gone on with; its square is finite, too."""
    if not np.all(np.abs(a.factor if isinstance(a, Identity) else a) <= LARGEST):  # not true of NaN either
        raise Meaningless(NO_VALUE)
    return a


def _single(a: Value) -> float:
    if isinstance(a, Identity) or np.ndim(a):
        raise Meaningless("An entry of a vector is one number.")
    return float(a)
