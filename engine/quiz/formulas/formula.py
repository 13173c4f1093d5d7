"""Formulas that were read: their tree, what they are worth at a point, an order that does not matter, LaTeX."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from engine.quiz.formulas.tokens import GREEK

_ROUNDING = 2.0**-52


@dataclass(frozen=True)
class Node:
    """A number, a name, a constant, or an operation on other nodes.

    Attributes:
        kind: "number", "name", "constant", "+", "-", "*", "/", "**", "neg" or the name of a function.
        value: the number as it was typed, or the name; empty for operations.
        parts: what the operation works on.
    """

    kind: str
    value: str = ""
    parts: tuple[Node, ...] = ()


def names_of(node: Node) -> set[str]:
    """Return the names that stand in a formula."""
    return {node.value} if node.kind == "name" else {name for part in node.parts for name in names_of(part)}


def as_lists(node: Node) -> list[Any]:
    """Return a tree as [kind, value, part, part, ...] for JSON, with numbers as exact fractions."""
    number = str(Fraction(node.value)) if node.kind == "number" else node.value
    return [node.kind, number, *map(as_lists, node.parts)]


# ---------------------------------------------------------------- computing


def evaluate(node: Node, at: Mapping[str, float]) -> tuple[float, float]:
    """Return the value of a node and a bound on its rounding error (first order, as in running error analysis).

    The bound tells a true difference from one that only rounding made. Outside the real domain it raises ValueError,
    OverflowError or ZeroDivisionError.
    """
    if node.kind == "number":
        exact = Fraction(node.value)
        number = float(exact)
        return number, 0.0 if Fraction(number) == exact else _ROUNDING * abs(number)
    if node.kind == "name":
        return at[node.value], 0.0
    if node.kind == "constant":
        return (math.e, _ROUNDING * 3) if node.value == "e" else (math.pi, _ROUNDING * 4)
    parts = [evaluate(part, at) for part in node.parts]
    result, error = _operation(node.kind, [p[0] for p in parts], [p[1] for p in parts])
    if not math.isfinite(result) or not math.isfinite(error):
        raise OverflowError("not finite")
    return result, error + _ROUNDING * abs(result)


def _operation(kind: str, x: list[float], error: list[float]) -> tuple[float, float]:
    """Return the result of an operation and the error that its arguments' errors make in it."""
    if kind == "+":
        return x[0] + x[1], error[0] + error[1]
    if kind == "-":
        return x[0] - x[1], error[0] + error[1]
    if kind == "*":
        return x[0] * x[1], abs(x[0]) * error[1] + abs(x[1]) * error[0]
    if kind == "/":
        quotient = x[0] / x[1]
        return quotient, (error[0] + abs(quotient) * error[1]) / abs(x[1])
    if kind == "**":
        return _power(x[0], x[1], error)
    if kind == "max" or kind == "min":
        return (max(x) if kind == "max" else min(x)), max(error)
    return _function(kind, x[0], error[0])


def _power(base: float, exponent: float, error: list[float]) -> tuple[float, float]:
    result = base**exponent
    if isinstance(result, complex):
        raise ValueError("not real")
    if result == 0 or base == 0:
        return result, error[0]
    from_exponent = abs(result * math.log(base)) * error[1] if base > 0 else 0.0
    return result, abs(exponent * result / base) * error[0] + from_exponent


def _function(kind: str, x: float, error: float) -> tuple[float, float]:
    if kind == "neg":
        return -x, error
    if kind == "abs":
        return abs(x), error
    if kind == "sign":
        if 0 < abs(x) <= error:
            raise ValueError("its sign is not known")
        return float(x > 0) - float(x < 0), 0.0
    if kind == "sqrt":
        root = math.sqrt(x)
        return root, (error / (2 * root) if root > 0 else math.sqrt(error))
    if kind == "log":
        return math.log(x), error / x
    if kind in ("log2", "log10"):
        return (math.log2(x), 2 * error / x) if kind == "log2" else (math.log10(x), error / x)
    if kind == "exp":
        return math.exp(x), math.exp(x) * error
    if kind == "sigma":
        result = 1 / (1 + math.exp(-x)) if x > -700 else math.exp(x)
        return result, error / 4
    return {"sin": math.sin, "cos": math.cos, "tanh": math.tanh}[kind](x), error


# ---------------------------------------------------------------- another order


def in_order(node: Node) -> Any:
    """Return a form in which the order of terms and factors and the way of writing a quotient do not matter."""
    if node.kind in ("+", "-", "neg", "*", "/", "number"):
        terms: list[tuple[Fraction, Any]] = []
        _add_terms(node, Fraction(1), terms)
        total = sum((factor for factor, rest in terms if not rest), Fraction(0))
        named = sorted((repr(rest), str(factor)) for factor, rest in terms if rest)
        return ("sum", str(total), tuple(named))
    if node.kind == "**" or node.kind == "exp" or node.kind == "sqrt":
        if node.kind == "sqrt":
            return ("power", in_order(node.parts[0]), in_order(Node("number", "1/2")))
        base = node.parts[0] if node.kind == "**" else Node("constant", "e")
        return ("power", in_order(base), in_order(node.parts[-1]))
    parts = tuple(in_order(part) for part in node.parts)
    return (node.kind, node.value, tuple(sorted(parts, key=repr)) if node.kind in ("max", "min") else parts)


def _add_terms(node: Node, factor: Fraction, terms: list[tuple[Fraction, Any]]) -> None:
    if node.kind in ("+", "-"):
        _add_terms(node.parts[0], factor, terms)
        _add_terms(node.parts[1], factor if node.kind == "+" else -factor, terms)
    elif node.kind == "neg":
        _add_terms(node.parts[0], -factor, terms)
    else:
        above: list[Any] = []
        below: list[Any] = []
        number = _add_factors(node, above, below)
        rest = (tuple(sorted(map(repr, above))), tuple(sorted(map(repr, below)))) if above or below else ()
        terms.append((factor * number, rest))


def _add_factors(node: Node, above: list[Any], below: list[Any]) -> Fraction:
    """Collect the factors of a product or quotient; return the number that stands before them."""
    if node.kind == "number":
        return Fraction(node.value)
    if node.kind == "neg":
        return -_add_factors(node.parts[0], above, below)
    if node.kind == "*":
        return _add_factors(node.parts[0], above, below) * _add_factors(node.parts[1], above, below)
    if node.kind == "/":
        number = _add_factors(node.parts[0], above, below)
        divisor = _add_factors(node.parts[1], below, above)
        if divisor != 0:
            return number / divisor
        below.append(("zero",))
        return number
    above.append(in_order(node))
    return Fraction(1)


# ---------------------------------------------------------------- showing

_STRENGTH = {"+": 1, "-": 1, "neg": 2, "*": 3, "/": 5, "**": 4}


def latex(node: Node) -> str:
    """Return a formula as LaTeX, with the brackets that it needs."""
    parts = node.parts
    if not parts:
        return _latex_atom(node)
    if node.kind in ("+", "-"):
        return f"{latex(parts[0])} {node.kind} {_held(parts[1], 1 if node.kind == '+' else 2, signed=False)}"
    if node.kind == "neg":
        return f"-{_held(parts[0], 3, signed=False)}"
    if node.kind == "*":
        left, right = _held(parts[0], 2), _held(parts[1], 3, signed=False)
        return f"{left} \\cdot {right}" if right[0].isdigit() else f"{left}\\,{right}"
    if node.kind == "/":
        return rf"\frac{{{latex(parts[0])}}}{{{latex(parts[1])}}}"
    if node.kind == "**":
        base = _held(parts[0], 6)
        return f"{base}^{{{latex(parts[1])}}}"
    inner = ",\\ ".join(latex(part) for part in parts)
    if node.kind == "exp":
        return f"e^{{{inner}}}"
    if node.kind == "sqrt":
        return rf"\sqrt{{{inner}}}"
    if node.kind == "abs":
        return rf"\left|{inner}\right|"
    other = {"sign": r"\operatorname{sign}", "log2": r"\log_{2}", "log10": r"\log_{10}"}
    name = other.get(node.kind, rf"\{node.kind}")
    return rf"{name}\left({inner}\right)"


def _held(node: Node, strength: int, signed: bool = True) -> str:
    """Return a part, in brackets where it binds less strongly than what stands around it, or may not begin with -."""
    text = latex(node)
    weak = (not signed and text.startswith("-")) or _STRENGTH.get(node.kind, 4 if node.kind == "exp" else 6) < strength
    scientific = node.kind == "number" and "e" in node.value.lower() and strength > 3
    return rf"\left({text}\right)" if weak or scientific else text


def _latex_atom(node: Node) -> str:
    if node.kind == "number":
        digits, _, exponent = node.value.lower().partition("e")
        return rf"{digits} \cdot 10^{{{int(exponent)}}}" if exponent else digits
    head, _, index = node.value.partition("_")
    named = rf"\{head}" if head in GREEK.values() else head if len(head) == 1 else rf"\mathrm{{{head}}}"
    return f"{named}_{{{index}}}" if index else named
