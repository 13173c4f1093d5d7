"""Experiments of the topic "K-means and k-medians" (chapters 4 and 5 of the primer)."""

from __future__ import annotations

from engine.experiments.clustering import choose_k, inits, lloyd, median
from engine.experiments.clustering.choose_k import ChooseKSettings
from engine.experiments.clustering.inits import InitsSettings
from engine.experiments.clustering.lloyd import LloydSettings
from engine.experiments.clustering.median import MedianSettings

# Scripts that were copied from the app take their settings from here.
__all__ = ["EXPERIMENTS", "ChooseKSettings", "InitsSettings", "LloydSettings", "MedianSettings"]

EXPERIMENTS = (lloyd.EXPERIMENT, inits.EXPERIMENT, choose_k.EXPERIMENT, median.EXPERIMENT)
