"""Drills of the part Machine Learning, by name."""

from __future__ import annotations

from engine.quiz.drills.drill import Generator
from engine.quiz.drills.machine_learning import classification, clustering, regression

DRILLS: dict[str, Generator] = {**regression.DRILLS, **clustering.DRILLS, **classification.DRILLS}
