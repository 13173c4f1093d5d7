"""Exchange: a learner's answers as JSON Lines, and questions as an Anki deck."""

from __future__ import annotations

from engine.quiz.exchange.write import FORMAT, VERSION

__all__ = [
    "FORMAT",
    "VERSION",
]
