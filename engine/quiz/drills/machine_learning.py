"""Drills of the part Machine Learning, by name."""

from __future__ import annotations

from engine.quiz.drills import _classification, _clustering, _regression
from engine.quiz.drills._drill import Generator

DRILLS: dict[str, Generator] = {**_regression.DRILLS, **_clustering.DRILLS, **_classification.DRILLS}
