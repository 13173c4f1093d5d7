"""Experiments of the topic "Linear regression and least squares" (sections 2 to 2.4 of the primer)."""

from __future__ import annotations

from engine.experiments.linear_regression import normal, sse
from engine.experiments.linear_regression.normal import NormalSettings
from engine.experiments.linear_regression.sse import SSESettings

# Scripts that were copied from the app take their settings from here.
__all__ = ["EXPERIMENTS", "NormalSettings", "SSESettings"]

EXPERIMENTS = (sse.EXPERIMENT, normal.EXPERIMENT)
