"""Drills of the part Computer Vision, by name."""

from __future__ import annotations

from engine.quiz.drills.computer_vision import convolution, vision
from engine.quiz.drills.drill import Generator

DRILLS: dict[str, Generator] = {**convolution.DRILLS, **vision.DRILLS}
