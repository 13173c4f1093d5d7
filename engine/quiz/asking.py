"""What a question asks this time: an exercise gets fresh numbers from its drills, all else stays."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from engine.errors import sentence
from engine.quiz.bank import EXACT_CHECKS, Exact, Question
from engine.quiz.grade import Grade
from engine.quiz.grading import grading


@dataclass(frozen=True)
class Asked:
    """A question as it is put.

    Attributes:
        question: with the text, the model answer and the exact check of this time.
        exact: what is checked, or None where the answer is free text.
        grade: grades an answer.
        fingerprint: of the question in the bank, whatever its numbers are this time.
        noted: facts for the log: the drill and its seed.
        problem: why an exercise has no fresh numbers, or nothing.
    """

    question: Question
    exact: Exact | None
    grade: Callable[[str], Grade]
    fingerprint: str
    noted: Mapping[str, object] = field(default_factory=dict)
    problem: str = ""

    @property
    def fresh(self) -> bool:
        """Whether its numbers were drawn."""
        return bool(self.noted)


def asked(question: Question, seed: int) -> Asked:
    """Put a question; an exercise whose numbers cannot be drawn is put as the bank has it.

    Args:
        question: from the bank.
        seed: decides an exercise's drill and its numbers; at least 0.
    """
    if question.is_exercise and question.drills:
        try:
            return fresh(question, seed)
        except Exception as error:  # one drill that fails takes no exam and no review along
            logging.getLogger("grimoire").exception("A drill of %s could not be drawn.", question.id)
            problem = f"Fresh numbers could not be drawn, so this stands here as in the book. {sentence(error)}"
            return itself(question, problem)
    return itself(question)


def itself(question: Question, problem: str = "") -> Asked:
    """Put a question with the numbers that it has in the bank; `problem` says why, where it should have fresh ones."""
    exact = question.exact if question.check in EXACT_CHECKS else None
    return Asked(question, exact, lambda text: grading.grade(question, text), question.fingerprint, {}, problem)


def fresh(question: Question, seed: int) -> Asked:
    """Put one of a question's drills instead of it, an exercise or not.

    Args:
        question: from the bank, with drills.
        seed: decides the drill and its numbers; at least 0.
    """
    from engine.quiz import drills  # 0.2 s: they bring the engine's algorithms, and most pages draw none

    name = question.drills[seed % len(question.drills)]
    drill = drills.draw(name, seed)
    put = replace(question, ask=drill.ask, answer=drill.steps, check=drill.exact.check, exact=drill.exact)
    noted = {"drill": name, "seed": seed, "ask": drill.ask}
    return Asked(put, drill.exact, lambda text: drills.grade(drill, text), question.fingerprint, noted)
