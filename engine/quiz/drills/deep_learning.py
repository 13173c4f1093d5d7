"""Drills of the part Deep Learning, by name."""

from __future__ import annotations

from engine.quiz.drills import _networks, _practice, _training
from engine.quiz.drills._drill import Generator

DRILLS: dict[str, Generator] = {**_networks.DRILLS, **_training.DRILLS, **_practice.DRILLS}
