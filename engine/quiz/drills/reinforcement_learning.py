"""Drills of the part Reinforcement Learning."""

from __future__ import annotations

from engine.quiz.drills import _exploration, _policies, _returns, _updates
from engine.quiz.drills._drill import Generator

DRILLS: dict[str, Generator] = {
    **_returns.DRILLS, **_updates.DRILLS, **_policies.DRILLS, **_exploration.DRILLS,
}  # fmt: skip
