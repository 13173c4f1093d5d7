"""Grade a formula: read what was typed, with or without a name before it, and compare it with the right one."""

from __future__ import annotations

import contextlib
import re

from engine.errors import AnswerRefused
from engine.quiz.bank import Exact
from engine.quiz.formulas import maths, prover
from engine.quiz.formulas.formula import Node
from engine.quiz.formulas.tokens import LONGEST
from engine.quiz.formulas.typed import plain_signs
from engine.quiz.grade import Grade, shown

MOST_PARTS = 8
_WITH = re.compile(r"\s*(?:,|\b(?:with|where)\b)\s*([A-Za-z])\s*=\s*(?=\S)")
_NAME = re.compile(r"[^\W\d](?:[^+*/,=-]|(?<=[^\W\d_])-(?=[^\W\d_]{2})){0,39}")
_DERIVATIVE = re.compile(r"\(?[d∂]\w{0,8}(?:\(\w\))?\s?/\s?[d∂]\w{1,3}\)?\s?(?:\w{1,8}(?:\(\w\))?)?")


def read(exact: Exact, text: str) -> tuple[maths.Expression, ...]:
    """Read a formula, or several with equals signs between them; what names the answer is left away.

    Raises:
        AnswerRefused: if it is too long, or one cannot be read; the sentence says what and where.
    """
    if len(text) > LONGEST:
        raise AnswerRefused(f"This formula has {len(text):,} characters; at most {LONGEST} can be read.")
    text, put = text.strip().rstrip(".").strip(), None
    if match := _WITH.search(text):
        put = (match[1], _formula(text[match.end() :], exact, ()))
        text = text[: match.start()]
    parts = _without_label(text, exact)
    found = tuple(_formula(part, exact, (put[0],) if put and put[0] not in exact.names else ()) for part in parts)
    return tuple(_put_in(one, *put) for one in found) if put and put[0] not in exact.names else found


def read_as(exact: Exact, text: str) -> str:
    """Return in LaTeX how a formula is read, before it is graded; what grading may need is made ready.

    Raises:
        AnswerRefused: as `read`.
    """
    read_so = " = ".join(maths.to_latex(one) for one in read(exact, text))
    with contextlib.suppress(OSError):  # grading says so
        prover.ready()
    return read_so


def _formula(text: str, exact: Exact, more: tuple[str, ...]) -> maths.Expression:
    vector = maths.parse(exact.expression, exact.names).vector
    return maths.parse(text, (*exact.names, *more), vector)


def _put_in(expression: maths.Expression, name: str, meant: maths.Expression) -> maths.Expression:
    """Put a formula in place of a name: s(1 - s) with s = σ(x)."""

    def turned(node: Node) -> Node:
        if node.kind == "name" and node.value == name:
            return meant.entries[0]
        return Node(node.kind, node.value, tuple(map(turned, node.parts)))

    if meant.vector:
        raise AnswerRefused(f"Behind {name} = one formula is needed, not a list.")
    return maths.Expression(tuple(map(turned, expression.entries)), expression.vector)


def _without_label(text: str, exact: Exact) -> list[str]:
    """Return the formulas of "k = n", where k is what the question asks for, as of "n = k" and of "w = b/a = b/(1a)".

    The labels are the single words before "=" in the accepted spellings; where these show none, whatever stands there
    without an operator and is no name of the formula, or a derivative such as dσ/dx.
    """
    parts = [part.strip() for part in re.split(":=|==|=", plain_signs(text))]
    if len(parts) == 1:
        return [text]
    if len(parts) > MOST_PARTS:
        raise AnswerRefused(f"At most {MOST_PARTS - 1} equals signs can be read. Write the formula alone.")
    if not all(parts):
        raise AnswerRefused("Something is missing beside the equals sign. Write the formula alone.")
    labels = {_label(spelling.partition("=")[0]).casefold() for spelling in exact.accepts if spelling.count("=") == 1}
    labels = {label for label in labels if label.isalnum()}
    if _names(parts[0], labels, exact):
        return parts[1:]
    if _names(parts[-1], labels, exact):
        return parts[:-1]
    if not all(_is_formula(part, exact) for part in parts):
        raise AnswerRefused(f"Write the formula alone: “{shown(parts[0])} =” cannot stand before it here.")
    return parts


def _names(text: str, labels: set[str], exact: Exact) -> bool:
    label = _label(text)
    if labels:
        return label.casefold() in labels
    named = _NAME.fullmatch(label) or _DERIVATIVE.fullmatch(label)
    return bool(named) and label not in exact.names and not _is_formula(text, exact)


def _is_formula(text: str, exact: Exact) -> bool:
    try:
        _formula(text, exact, ())
    except AnswerRefused:
        return False
    return True


def _label(text: str) -> str:
    return re.sub(r"\\[a-z]+|[{}$*]", "", text).strip()


def grade_symbolic(exact: Exact, text: str) -> Grade:
    """Grade a formula against the right one and its accepted spellings; a wrong one gets a counterexample.

    Raises:
        AnswerRefused: if it cannot be read, or says that two different formulas are equal.
    """
    parts = read(exact, text)
    limits = {name: (low, high) for name, low, high in exact.between}
    for one in parts[1:]:
        if maths.differ(parts[0], one, exact.names, limits):
            raise AnswerRefused("The formulas on the two sides of an equals sign differ. Write the one that is meant.")
    return _compared(exact, parts[-1], limits)


def _compared(exact: Exact, given: maths.Expression, limits: dict[str, tuple[float, float]]) -> Grade:
    undecided = ""
    first: maths.Different | None = None
    for index, expected in enumerate(_expected(exact)):
        if len(expected.entries) != len(given.entries) or expected.vector != given.vector:
            continue
        outcome = maths.compare(given, expected, exact.names, limits)
        if isinstance(outcome, maths.Equal):
            return Grade(True, says="Right.")
        if isinstance(outcome, maths.Undecided) and outcome.agree and limits:
            return Grade(True, says="Right.")  # within limits that sympy is not told of, agreement is what there is
        if isinstance(outcome, maths.Undecided):
            undecided = undecided or outcome.why
        elif index == 0:
            first = outcome
    if undecided:
        return Grade(None, says=f"{undecided} Compare it with the model answer yourself.")
    answer = maths.to_latex(maths.parse(exact.expression, exact.names))
    return Grade(False, says=f"{_counterexample(given, first)} The answer is ${answer}$.")


def _expected(exact: Exact) -> list[maths.Expression]:
    """Return the right expression and the accepted spellings; the right one comes first."""
    made = [maths.parse(exact.expression, exact.names)]
    return [*made, *(read(exact, spelling)[-1] for spelling in exact.accepts)]


def _counterexample(given: maths.Expression, different: maths.Different | None) -> str:
    if different is None:
        count = len(given.entries)
        return f"This has {count} {'entry' if count == 1 else 'entries'}, which is not the number that is asked."
    entry = f" in entry {different.entry}" if different.entry else ""
    where = ", ".join(f"{name} = {value:g}" for name, value in different.at.items())
    place = f" for {where}" if where else ""
    return f"Not equal{entry}:{place} yours gives {different.left:.6g}, the right one {different.right:.6g}."
