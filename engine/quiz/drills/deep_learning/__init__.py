"""Drills of the part Deep Learning, by name."""

from __future__ import annotations

from engine.quiz.drills.deep_learning import networks, practice, training
from engine.quiz.drills.drill import Generator

DRILLS: dict[str, Generator] = {**networks.DRILLS, **training.DRILLS, **practice.DRILLS}
