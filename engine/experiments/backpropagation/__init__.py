"""Experiments of the topic "Backpropagation" (section 11.3 of the primer)."""

from __future__ import annotations

from engine.experiments.backpropagation import batch, graph, neuron, vanish
from engine.experiments.backpropagation.batch import BatchSettings
from engine.experiments.backpropagation.graph import GraphSettings
from engine.experiments.backpropagation.neuron import NeuronSettings
from engine.experiments.backpropagation.vanish import VanishSettings

# Scripts that were copied from the app take their settings from here.
__all__ = ["EXPERIMENTS", "BatchSettings", "GraphSettings", "NeuronSettings", "VanishSettings"]

EXPERIMENTS = (neuron.EXPERIMENT, graph.EXPERIMENT, batch.EXPERIMENT, vanish.EXPERIMENT)
