"""Grading: one right answer is checked, free text is advised on.

    grade(question, text)      any of the six checks
    grade_exact(exact, text)   an exact part alone: the extra part of a free-text question, or a drill

Numbers, formulas, shapes and choices come out as right or wrong with a sentence that says what is wrong. Free text
comes out with `correct=None`: the machine marks each point present, absent or cannot tell, and the learner decides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from engine.errors import AnswerRefused
from engine.quiz import maths
from engine.quiz._advice import advise
from engine.quiz._grade import ABSENT, CANNOT_TELL, PRESENT, Grade, Mark, shown
from engine.quiz._numbers import grade_numeric, read_numbers
from engine.quiz._shapes import find_shapes, grade_shape
from engine.quiz.bank import EXACT_CHECKS, Exact, Misconception, Question

__all__ = [
    "ABSENT", "CANNOT_TELL", "MOST_CHARACTERS", "PRESENT", "Grade", "Mark", "grade", "grade_exact", "read_numbers",
]  # fmt: skip

MOST_CHARACTERS = 20_000


def grade(question: Question, text: str) -> Grade:
    """Grade an answer to a question.

    Args:
        question: what was asked.
        text: the answer as typed; for a choice, the texts of the chosen options, one a line.

    Returns:
        `correct` True or False for numeric, symbolic, shape and choice questions (None where a formula is undecided),
        None for keypoints and self; `points` for free text, and for a shape given within a sentence.

    Raises:
        AnswerRefused: if it is empty, longer than MOST_CHARACTERS or cannot be read; nothing is lost by it.
    """
    _check_text(text)
    if question.check not in EXACT_CHECKS:
        return _advised(question, text)
    if question.exact is None:
        raise ValueError(f"question {question.id} is {question.check} and has no exact part")
    exact = grade_exact(question.exact, text)
    if question.check == "shape" and len(text.split()) > 3:
        advice = advise(question, text)
        exact = replace(
            exact, points=advice.marks, warnings=exact.warnings + advice.warnings, misconception=advice.misconception
        )
    if exact.correct is False and exact.misconception is None:
        return replace(exact, misconception=_answered(question.misconceptions, question.exact, text))
    return exact


def grade_exact(exact: Exact, text: str) -> Grade:
    """Grade an answer to a part that has one right answer.

    Raises:
        AnswerRefused: if it is empty, too long or cannot be read.
    """
    _check_text(text)
    if exact.check == "numeric":
        return grade_numeric(exact, text)
    if exact.check == "shape":
        return grade_shape(exact, text)
    if exact.check == "choice":
        return _grade_choice(exact, text)
    if exact.check == "symbolic":
        return _grade_symbolic(exact, text)
    raise ValueError(f"{exact.check!r} is no exact check")


def _check_text(text: str) -> None:
    if len(text) > MOST_CHARACTERS:
        raise AnswerRefused(f"This answer has {len(text):,} characters; at most {MOST_CHARACTERS:,} can be graded.")
    broken = next((i for i, c in enumerate(text) if "\ud800" <= c <= "\udfff"), None)
    if broken is not None:
        raise AnswerRefused(f"Character {broken + 1} is half a sign ({shown(text[broken])}) and cannot be stored.")
    if not any(c.isalnum() for c in text):
        raise AnswerRefused("There is no answer here yet: no word and no number.")


# ---------------------------------------------------------------- free text


def _advised(question: Question, text: str) -> Grade:
    advice = advise(question, text)
    says = _summary(advice.marks)
    return Grade(None, advice.marks, says, advice.warnings, advice.misconception)


def _summary(marks: Sequence[Mark]) -> str:
    counts = {state: sum(mark.state == state for mark in marks) for state in (PRESENT, ABSENT, CANNOT_TELL)}
    if counts[CANNOT_TELL] == len(marks):
        return "I cannot tell which points this makes. Compare it with the model answer yourself."
    points = "point" if len(marks) == 1 else "points"
    unsure = f"; of {counts[CANNOT_TELL]} I cannot tell" if counts[CANNOT_TELL] else ""
    found = f"I find words for {counts[PRESENT]} of {len(marks)} {points}{unsure}."
    return f"{found} I read words, not meaning: you decide."


# ---------------------------------------------------------------- choices


def _grade_choice(exact: Exact, text: str) -> Grade:
    options = {" ".join(option.split()): index for index, option in enumerate(exact.options)}
    lines = [line for line in (" ".join(line.split()) for line in text.splitlines()) if line]
    for line in lines:
        if line not in options:
            raise AnswerRefused(f"“{shown(line)}” is none of the options: {'; '.join(exact.options)}.")
    chosen, right = {options[line] for line in lines}, set(exact.correct)
    if chosen == right:
        return Grade(True, says="Right.")
    expected = "; ".join(exact.options[index] for index in sorted(right))
    if len(right) == 1 or not chosen & right:
        return Grade(False, says=f"Not right. The answer is: {expected}.")
    wrong, missed = len(chosen - right), len(right - chosen)
    parts = [f"{wrong} of your choices not right"] * bool(wrong) + [f"{missed} missing"] * bool(missed)
    return Grade(False, says=f"Partly right: {' and '.join(parts)}. The answer is: {expected}.")


# ---------------------------------------------------------------- formulas


def _grade_symbolic(exact: Exact, text: str) -> Grade:
    if _squeezed(text) in {_squeezed(spelling) for spelling in exact.accepts}:
        return Grade(True, says="Right.")
    given = maths.parse(_without_label(text.strip().rstrip(".").strip(), exact), exact.names)
    undecided = ""
    first: maths.Different | None = None
    limits = {name: (low, high) for name, low, high in exact.between}
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
    return Grade(False, says=f"{_counterexample(given, first)} The answer is ${_latex_of(exact)}$.")


def _expected(exact: Exact) -> list[maths.Expression]:
    """Return the right expression and every accepted spelling that is a formula; the right one comes first."""
    made = [maths.parse(exact.expression, exact.names)]
    for spelling in exact.accepts:
        try:
            made.append(maths.parse(_without_label(spelling, exact), exact.names))
        except AnswerRefused:
            continue  # accepted as it is spelled, not as a formula: "s*(1-s) with s = 1/(1+exp(-x))"
    return made


def _without_label(text: str, exact: Exact) -> str:
    """Return what stands right of "k =", where k is what the question asks for.

    The labels are the single words before "=" in the accepted spellings; where these show none, whatever stands there
    without an operator and is no name of the formula.
    """
    head, sign, tail = text.partition("=")
    if not sign or "=" in tail:
        return text
    labels = {_label(spelling.partition("=")[0]) for spelling in exact.accepts if spelling.count("=") == 1}
    labels = {label for label in labels if label.isalnum()}
    label = _label(head)
    if _label(tail) in labels and label not in labels:
        return head
    allowed = label in labels if labels else re.fullmatch(r"[^\W\d][^+*/,=-]{0,19}", label) and label not in exact.names
    if not allowed:
        raise AnswerRefused(f"Write the formula alone: “{shown(head.strip())} =” cannot stand before it here.")
    return tail


def _label(text: str) -> str:
    return re.sub(r"\\[a-z]+|[{}$]", "", text).strip()


def _squeezed(text: str) -> str:
    return "".join(text.split()).casefold()


def _latex_of(exact: Exact) -> str:
    return maths.to_latex(maths.parse(exact.expression, exact.names))


def _counterexample(given: maths.Expression, different: maths.Different | None) -> str:
    if different is None:
        count = len(given.entries)
        return f"This has {count} {'entry' if count == 1 else 'entries'}, which is not the number that is asked."
    entry = f" in entry {different.entry}" if different.entry else ""
    where = ", ".join(f"{name} = {value:g}" for name, value in different.at.items())
    place = f" for {where}" if where else ""
    return f"Not equal{entry}:{place} yours gives {different.left:.6g}, the right one {different.right:.6g}."


# ---------------------------------------------------------------- misconceptions of exact answers


def _answered(misconceptions: Sequence[Misconception], exact: Exact, text: str) -> Misconception | None:
    """Return the misconception whose claim is the wrong answer itself: "k = 1", "X is n by m"."""
    for misconception in misconceptions:
        try:
            if exact.check == "shape":
                claimed = find_shapes(misconception.claim)
                same = len(claimed) == 1 and claimed == find_shapes(text)
            elif exact.check == "symbolic":
                claim, mine = (maths.parse(_without_label(t, exact), exact.names) for t in (misconception.claim, text))
                same = claim == mine
            else:
                same = False
        except AnswerRefused:
            continue
        if same:
            return misconception
    return None
