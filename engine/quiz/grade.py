"""What a grading gives back."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from engine.quiz.bank import Misconception

PRESENT, ABSENT, CANNOT_TELL = "present", "absent", "cannot tell"


@dataclass(frozen=True)
class Mark:
    """The machine's advice on one rubric point.

    Attributes:
        point: index of the point in the question's rubric.
        state: "present", "absent" or "cannot tell".
        span: the words of the answer that are meant, a literal substring of it; empty where none are.

    "Absent" is said on evidence alone: nothing is left in the answer that could say the point. Where no known words
    were found, and that is all, the state is "cannot tell" and the span is empty: see `no_words`.
    """

    point: int
    state: str
    span: str = ""

    @property
    def no_words(self) -> bool:
        """Whether no words were found for the point, which may stand there in words that nobody foresaw."""
        return self.state == CANNOT_TELL and not self.span


@dataclass(frozen=True)
class Grade:
    """What the machine says of an answer.

    Attributes:
        correct: True or False where one answer is right; None for free text, and where the machine cannot decide.
        points: advice on the rubric points; empty where the answer is no free text.
        says: the sentence that explains.
        ours: whether that sentence is Markdown of our own, with nothing in it that was typed.
        warnings: what to look at before the advice is believed, a sentence each.
        misconception: the wrong belief that the answer states, or None.
    """

    correct: bool | None
    points: tuple[Mark, ...] = ()
    says: str = ""
    warnings: tuple[str, ...] = ()
    misconception: Misconception | None = None
    ours: bool = False


def shown(text: str, most: int = 30) -> str:
    """Return a piece of an answer for use in a sentence: short, and with signs that cannot be printed named by code."""
    signs = [c if c == " " or unicodedata.category(c)[0] not in "CZ" else f"U+{ord(c):04X}" for c in text[: most + 1]]
    return "".join(signs[:most]) + ("…" if len(text) > most else "")
