"""Drills of the part Computer Vision, by name."""

from __future__ import annotations

from engine.quiz.drills import _convolution, _vision
from engine.quiz.drills._drill import Generator

DRILLS: dict[str, Generator] = {**_convolution.DRILLS, **_vision.DRILLS}
