"""Drills of the part Language Modeling."""

from __future__ import annotations

from engine.quiz.drills import _alignment, _attention, _recurrence, _sequences, _tokens
from engine.quiz.drills._drill import Generator

DRILLS: dict[str, Generator] = {
    **_tokens.DRILLS, **_sequences.DRILLS, **_recurrence.DRILLS, **_attention.DRILLS, **_alignment.DRILLS,
}  # fmt: skip
