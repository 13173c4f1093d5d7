r"""Maths typed by a learner: read by an allow-list, compared at points first, then by sympy in a process of its own.

Nothing typed is ever run as code. engine/quiz/formulas/tokens.py reads the signs, Python's `ast` finds the order of the
operations, and `parse` keeps only the nodes on its list.

>>> to_latex(parse("b/(a + l)", ("a", "b", "l")))
'\\frac{b}{a + l}'
>>> compare(parse("2x + x", ("x",)), parse("3x", ("x",)), ("x",))
Equal()
"""

from __future__ import annotations

import ast
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.errors import AnswerRefused
from engine.quiz.formulas import prover
from engine.quiz.formulas.arrange import DEEPEST, Token
from engine.quiz.formulas.formula import Node, as_lists, evaluate, in_order, latex, names_of
from engine.quiz.formulas.tokens import tokens

MOST_NODES = 300
LARGEST_EXPONENT = 64
SECONDS = 6.0
MEMORY = 1 << 30

_POINTS = 24
_OPERATIONS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
}


@dataclass(frozen=True)
class Expression:
    """A formula that was read: one entry, or several where a vector "(a, b)" was typed."""

    entries: tuple[Node, ...]
    vector: bool = False


@dataclass(frozen=True)
class Equal:
    """The two are the same wherever both are defined."""


@dataclass(frozen=True)
class Different:
    """The two differ.

    Attributes:
        at: values of the names for which they do.
        left, right: what the two are worth there.
        entry: which entry of a vector differs, from 1; 0 where there is no vector.
    """

    at: dict[str, float]
    left: float
    right: float
    entry: int = 0


@dataclass(frozen=True)
class Undecided:
    """Neither could be shown; `why` is a sentence, `agree` says whether the two agreed at every point tried."""

    why: str
    agree: bool = False


# ---------------------------------------------------------------- reading


def parse(text: str, names: Sequence[str], vector: bool = True) -> Expression:
    """Read a formula.

    Args:
        text: what was typed, at most 500 characters: numbers, the names, + - * / ** ^, brackets, sqrt exp log ln sin
            cos tanh sigma sigmoid abs sign max min, e and pi; 2x, e^-x, x², √x, |x|, σ²(x) and simple LaTeX too.
        names: the names that may stand in it.
        vector: whether commas separate entries; where they cannot, 0,5 is read as 0.5.

    Raises:
        AnswerRefused: for anything else; the sentence names what was found and at which character.
    """
    found = tokens(text, names, vector)
    if found[-1].kind == "operator":
        raise AnswerRefused(f"Character {found[-1].at}: the formula ends with {found[-1].text}; something is missing.")
    columns, pieces, column = [], [], 0
    for index, token in enumerate(found):
        piece = _as_python(index, token)
        columns.append(column)
        pieces.append(piece)
        column += len(piece) + 1
    try:
        tree = ast.parse(" ".join(pieces), mode="eval").body
    except SyntaxError as error:
        before = [t for t, c in zip(found, columns, strict=True) if c < (error.offset or 1)]
        place = before[-1] if before else found[0]
        raise AnswerRefused(f"Character {place.at}: the formula cannot be read near {place.text}.") from None
    except (MemoryError, RecursionError):
        raise AnswerRefused("This formula is nested too deeply to be read.") from None
    reader = _Reader(found)
    if isinstance(tree, ast.Tuple):
        if not tree.elts:
            raise AnswerRefused("Character 1: there is nothing between the brackets.")
        return Expression(tuple(reader.node(entry, 1) for entry in tree.elts), vector=True)
    return Expression((reader.node(tree, 0),))


def _as_python(index: int, token: Token) -> str:
    if token.kind in ("open", "close"):
        return "(" if token.kind == "open" else ")"
    return token.text if token.kind in ("operator", "comma") else f"_{index}"


class _Reader:
    """Turn Python's tree into ours, keeping only what is on the list."""

    def __init__(self, found: list[Token]) -> None:
        self.found = found
        self.count = 0

    def node(self, tree: ast.expr, depth: int) -> Node:
        self.count += 1
        if self.count > MOST_NODES or depth > DEEPEST:
            raise AnswerRefused(
                f"This formula is too large: at most {MOST_NODES} pieces and {DEEPEST} levels can be read."
            )
        if isinstance(tree, ast.Name):
            return self.atom(tree)
        if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub | ast.UAdd):
            inner = self.node(tree.operand, depth + 1)
            return Node("neg", parts=(inner,)) if isinstance(tree.op, ast.USub) else inner
        if isinstance(tree, ast.BinOp) and type(tree.op) in _OPERATIONS:
            both = (self.node(tree.left, depth + 1), self.node(tree.right, depth + 1))
            made = Node(_OPERATIONS[type(tree.op)], parts=both)
            if made.kind == "**":
                _check_exponent(both[1])
            return made
        if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and not tree.keywords:
            return self.call(tree, tree.func, depth)
        what = "a vector cannot stand inside a formula" if isinstance(tree, ast.Tuple) else "** needs a base"
        raise AnswerRefused(f"The formula cannot be read: {what}.")

    def token(self, tree: ast.Name) -> Token:
        return self.found[int(tree.id[1:])]

    def atom(self, tree: ast.Name) -> Node:
        token = self.token(tree)
        if token.kind == "function":
            raise AnswerRefused(f"Character {token.at}: write the argument of {token.text} in brackets.")
        return Node(token.kind, token.text)

    def call(self, tree: ast.Call, function: ast.Name, depth: int) -> Node:
        token = self.token(function)
        if token.kind != "function":
            raise AnswerRefused(f"Character {token.at}: {token.text} is not a function.")
        given = len(tree.args)
        several = token.text in ("max", "min")
        if (given < 2) if several else (given != 1):
            wants = "two or more arguments" if several else "one argument"
            raise AnswerRefused(f"Character {token.at}: {token.text} takes {wants}, {given} given.")
        return Node(token.text, parts=tuple(self.node(part, depth + 1) for part in tree.args))


def _check_exponent(exponent: Node) -> None:
    """Refuse 9**9**9 before anything large is computed. The exponent's own exponents were checked before it."""
    if names_of(exponent):
        return
    try:
        value = evaluate(exponent, {})[0]
    except (ValueError, OverflowError, ZeroDivisionError):
        raise AnswerRefused("An exponent in this formula cannot be computed.") from None
    if abs(value) > LARGEST_EXPONENT:
        size = f"{value:,.0f}" if abs(value) < 1e15 else f"{value:.3g}"
        raise AnswerRefused(f"The exponent {size} is too large; at most {LARGEST_EXPONENT} is allowed.")


# ---------------------------------------------------------------- computing


def value(expression: Expression) -> tuple[float, ...]:
    """Return the numbers that a formula without names stands for, one an entry.

    Raises:
        AnswerRefused: if it cannot be computed: a division by zero, the root of a negative number.
    """
    try:
        return tuple(evaluate(entry, {})[0] for entry in expression.entries)
    except (ValueError, OverflowError, ZeroDivisionError, KeyError):
        problem = "This cannot be computed: look for a division by zero or a number that is too large."
        raise AnswerRefused(problem) from None


# ---------------------------------------------------------------- comparing


def compare(
    a: Expression, b: Expression, names: Sequence[str], between: Mapping[str, tuple[float, float]] | None = None
) -> Equal | Different | Undecided:
    """Compare two formulas.

    Two that differ only in the order of terms and factors are equal. Others are computed at 24 points; a difference
    there ends it. For those that agree, sympy tries to show that they are equal, in a process that is ended after
    SECONDS or at MEMORY bytes.

    Args:
        a, b: what `parse` gave for the same names.
        names: the names that may stand in them.
        between: limits of names that the question gives, as 0 < γ < 1; nothing is tried outside them.

    Raises:
        AnswerRefused: if one has more entries than the other.
    """
    outcome, open_pairs = _at_points(a, b, names, between or {})
    if outcome is not None:
        return outcome
    return _ask_sympy(open_pairs) if open_pairs else Equal()


def differ(
    a: Expression, b: Expression, names: Sequence[str], between: Mapping[str, tuple[float, float]] | None = None
) -> bool:
    """Tell whether two formulas differ at a point that is tried; no process is started.

    Raises:
        AnswerRefused: as `compare`.
    """
    return isinstance(_at_points(a, b, names, between or {})[0], Different)


def _at_points(
    a: Expression, b: Expression, names: Sequence[str], between: Mapping[str, tuple[float, float]]
) -> tuple[Different | Undecided | None, list[tuple[Node, Node]]]:
    """Return what the points say, and the pairs of entries that they leave open."""
    if len(a.entries) != len(b.entries) or a.vector != b.vector:
        raise AnswerRefused(f"The answer has {_entries(b)}; yours has {_entries(a)}.")
    points = _points(names, between)
    open_pairs = []
    for index, (left, right) in enumerate(zip(a.entries, b.entries, strict=True)):
        same = in_order(left) == in_order(right)
        outcome = None if same else _probe(left, right, points, index + 1 if a.vector else 0)
        if outcome is not None:
            return outcome, []
        if not same:
            open_pairs.append((left, right))
    return None, open_pairs


def _entries(expression: Expression) -> str:
    if not expression.vector:
        return "one value"
    return f"{len(expression.entries)} entries" if len(expression.entries) > 1 else "1 entry in brackets"


def _points(names: Sequence[str], between: Mapping[str, tuple[float, float]]) -> list[dict[str, float]]:
    """Return points to compute at: above zero, below one (probabilities), and of either sign; or between limits.

    They have one decimal (two below one), so that a counterexample can be checked by hand.
    """
    rng = random.Random(20)
    points = []
    for turn in range(_POINTS):
        if turn % 3 == 0:
            points.append({name: rng.randint(11, 49) / 10 for name in names})
        elif turn % 3 == 1:
            points.append({name: rng.randint(5, 95) / 100 for name in names})
        else:
            points.append({name: rng.choice((-1, 1)) * rng.randint(2, 39) / 10 for name in names})
        for name, (low, high) in between.items():
            points[-1][name] = round(low + (high - low) * rng.randint(1, 19) / 20, 3)
    return points


def _probe(left: Node, right: Node, points: list[dict[str, float]], entry: int) -> Different | Undecided | None:
    """Return a point where the two differ, None where they agree, Undecided where none could be computed."""
    computed = 0
    for at in points:
        try:
            (x, x_error), (y, y_error) = evaluate(left, at), evaluate(right, at)
        except (ValueError, OverflowError, ZeroDivisionError):
            continue
        computed += 1
        if abs(x - y) > 1e-9 * max(abs(x), abs(y)) + 8 * (x_error + y_error):
            used = names_of(left) | names_of(right)
            return Different({name: at[name] for name in at if name in used}, x, y, entry)
    return None if computed else Undecided("The two could not be computed at any point that was tried.")


def _ask_sympy(pairs: list[tuple[Node, Node]]) -> Equal | Undecided:
    """Let sympy, in a process of its own, try to show that every pair is equal.

    What it gets is our own tree as JSON: no text of the learner's reaches sympy.
    """
    question = json.dumps({"memory": MEMORY, "pairs": [[as_lists(x), as_lists(y)] for x, y in pairs]})
    try:
        said = prover.ask(question, SECONDS)
    except TimeoutError:
        return Undecided(
            f"The two agree at every point tried; showing that they are equal took over {SECONDS:g} s.", agree=True
        )
    except OSError as error:
        return Undecided(f"The two agree at every point tried; sympy could not be started ({error}).", agree=True)
    if said == "equal":
        return Equal()
    return Undecided("The two agree at every point tried, but they could not be shown to be equal.", agree=True)


# ---------------------------------------------------------------- showing


def to_latex(expression: Expression) -> str:
    """Return a formula as LaTeX, without dollar signs: what the typist sees beside the box."""
    entries = ",\\ ".join(latex(entry) for entry in expression.entries)
    return rf"\left({entries}\right)" if expression.vector else entries
