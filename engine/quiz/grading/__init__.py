"""Grading: what is exact is judged; on free text the machine gives advice, and the learner decides."""

from __future__ import annotations

from engine.quiz.grading.agreement import Agreement, agreement, differing
from engine.quiz.grading.grading import MOST_CHARACTERS, grade, grade_exact, read_as

__all__ = [
    "MOST_CHARACTERS",
    "Agreement",
    "agreement",
    "differing",
    "grade",
    "grade_exact",
    "read_as",
]
