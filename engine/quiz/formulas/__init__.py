"""Numbers, shapes and formulas that a learner types: read by our own allow-list, never executed."""

from __future__ import annotations

from engine.quiz.formulas.numbers import grade_numeric, read_numbers
from engine.quiz.formulas.shapes import find_shapes, grade_shape
from engine.quiz.formulas.tokens import GREEK

__all__ = [
    "GREEK",
    "find_shapes",
    "grade_numeric",
    "grade_shape",
    "read_numbers",
]
