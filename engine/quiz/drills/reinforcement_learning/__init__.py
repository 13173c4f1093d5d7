"""Drills of the part Reinforcement Learning."""

from __future__ import annotations

from engine.quiz.drills.drill import Generator
from engine.quiz.drills.reinforcement_learning import exploration, policies, returns, updates

DRILLS: dict[str, Generator] = {
    **returns.DRILLS,
    **updates.DRILLS,
    **policies.DRILLS,
    **exploration.DRILLS,
}
