"""Drills of the part Language Modeling."""

from __future__ import annotations

from engine.quiz.drills.drill import Generator
from engine.quiz.drills.language_modeling import alignment, attention, recurrence, sequences, tokens

DRILLS: dict[str, Generator] = {
    **tokens.DRILLS,
    **sequences.DRILLS,
    **recurrence.DRILLS,
    **attention.DRILLS,
    **alignment.DRILLS,
}
