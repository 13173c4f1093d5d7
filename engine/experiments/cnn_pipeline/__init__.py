"""Experiments of the topic "A complete CNN" (sections 16.4 and 16.5 of the primer)."""

from __future__ import annotations

from engine.experiments.cnn_pipeline import digits, residual, softmax
from engine.experiments.cnn_pipeline.digits import DigitsSettings
from engine.experiments.cnn_pipeline.residual import ResidualSettings
from engine.experiments.cnn_pipeline.softmax import SoftmaxSettings

# Scripts that were copied from the app take their settings from here.
__all__ = ["EXPERIMENTS", "DigitsSettings", "ResidualSettings", "SoftmaxSettings"]

EXPERIMENTS = (digits.EXPERIMENT, softmax.EXPERIMENT, residual.EXPERIMENT)
