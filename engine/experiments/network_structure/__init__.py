"""Experiments of the topic "Neurons, layers and matrix form" (sections 9 to 9.2 of the primer)."""

from __future__ import annotations

from engine.experiments.network_structure import flow, init, playground
from engine.experiments.network_structure.flow import FlowSettings
from engine.experiments.network_structure.init import InitSettings
from engine.experiments.network_structure.playground import PlaygroundSettings

# Scripts that were copied from the app take their settings from here.
__all__ = ["EXPERIMENTS", "FlowSettings", "InitSettings", "PlaygroundSettings"]

EXPERIMENTS = (flow.EXPERIMENT, playground.EXPERIMENT, init.EXPERIMENT)
