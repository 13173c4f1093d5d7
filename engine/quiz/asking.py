"""What a question asks this time: an exercise gets fresh numbers from its drills, all else stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from engine.quiz import drills, grading
from engine.quiz.bank import EXACT_CHECKS, Exact, Question
from engine.quiz.grading import Grade


@dataclass(frozen=True)
class Asked:
    """A question as it is put.

    Attributes:
        question: with the text, the model answer and the exact check of this time.
        exact: what is checked, or None where the answer is free text.
        grade: grades an answer.
        fingerprint: of the question in the bank, whatever its numbers are this time.
        noted: facts for the log: the drill and its seed.
    """

    question: Question
    exact: Exact | None
    grade: Callable[[str], Grade]
    fingerprint: str
    noted: Mapping[str, object] = field(default_factory=dict)

    @property
    def fresh(self) -> bool:
        """Whether its numbers were drawn."""
        return bool(self.noted)


def asked(question: Question, seed: int) -> Asked:
    """Put a question.

    Args:
        question: from the bank.
        seed: decides an exercise's drill and its numbers; at least 0.
    """
    if question.is_exercise and question.drills:
        return fresh(question, seed)
    exact = question.exact if question.check in EXACT_CHECKS else None
    return Asked(question, exact, lambda text: grading.grade(question, text), question.fingerprint)


def fresh(question: Question, seed: int) -> Asked:
    """Put one of a question's drills instead of it, an exercise or not.

    Args:
        question: from the bank, with drills.
        seed: decides the drill and its numbers; at least 0.
    """
    name = question.drills[seed % len(question.drills)]
    drill = drills.draw(name, seed)
    put = replace(question, ask=drill.ask, answer=drill.steps, check=drill.exact.check, exact=drill.exact)
    noted = {"drill": name, "seed": seed, "ask": drill.ask}
    return Asked(put, drill.exact, lambda text: drills.grade(drill, text), question.fingerprint, noted)
