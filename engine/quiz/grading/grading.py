"""Grading: one right answer is checked, free text is advised on.

    grade(question, text)      any of the six checks
    grade_exact(exact, text)   an exact part alone: the extra part of a free-text question, or a drill
    read_as(exact, text)       how a number, a formula or a shape is read: by the same code, before it is graded

Numbers, formulas, shapes and choices come out as right or wrong with a sentence that says what is wrong. Free text
comes out with `correct=None`: the machine marks each point present, absent or cannot tell, and the learner decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from engine.errors import AnswerRefused
from engine.quiz.bank import EXACT_CHECKS, Exact, Misconception, Question
from engine.quiz.formulas import find_shapes, grade_numeric, grade_shape, numbers, read_numbers, shapes, symbolic
from engine.quiz.grade import ABSENT, CANNOT_TELL, PRESENT, Grade, Mark, shown
from engine.quiz.grading.advice import advise

__all__ = [
    "ABSENT",
    "CANNOT_TELL",
    "MOST_CHARACTERS",
    "PRESENT",
    "Grade",
    "Mark",
    "grade",
    "grade_exact",
    "read_as",
    "read_numbers",
]

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
        return symbolic.grade_symbolic(exact, text)
    raise ValueError(f"{exact.check!r} is no exact check")


def read_as(exact: Exact, text: str) -> str:
    """Return how an answer is read: a formula in LaTeX, numbers and a shape in plain text, "" for a choice.

    Raises:
        AnswerRefused: wherever `grade_exact` raises it, but where only the right answer can tell: 16,000 for 16.
    """
    _check_text(text)
    if exact.check == "numeric":
        return numbers.read_as(exact, text)
    if exact.check == "shape":
        return shapes.read_as(exact, text)
    return symbolic.read_as(exact, text) if exact.check == "symbolic" else ""


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
    states = Counter("no words" if mark.no_words else mark.state for mark in marks)
    if states["no words"] == len(marks):
        return "I found no words for any point. Compare it with the model answer yourself: I read words, not meaning."
    if states["no words"] + states[CANNOT_TELL] == len(marks):
        return "I cannot tell which points this makes. Compare it with the model answer yourself."
    points = "point" if len(marks) == 1 else "points"
    found = f"I find words for {states[PRESENT]} of {len(marks)} {points}"
    unsure = f"; of {states[CANNOT_TELL]} I cannot tell" if states[CANNOT_TELL] else ""
    unfound = f"; for {states['no words']} I found no words" if states["no words"] else ""
    return f"{found}{unsure}{unfound}. I read words, not meaning: you decide."


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


# ---------------------------------------------------------------- misconceptions of exact answers


def _answered(misconceptions: Sequence[Misconception], exact: Exact, text: str) -> Misconception | None:
    """Return the misconception whose claim is the wrong answer itself: "k = 1", "X is n by m"."""
    for misconception in misconceptions:
        try:
            if exact.check == "shape":
                claimed = find_shapes(misconception.claim)
                same = len(claimed) == 1 and claimed == find_shapes(text)
            elif exact.check == "symbolic":
                same = symbolic.read(exact, misconception.claim) == symbolic.read(exact, text)
            else:
                same = False
        except AnswerRefused:
            continue
        if same:
            return misconception
    return None
