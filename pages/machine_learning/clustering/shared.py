"""What more than one of the topic's experiments use."""

from __future__ import annotations

from engine.experiments.clustering import EXPERIMENTS

TOPIC = "clustering"
LLOYD, INITS, CHOOSE_K, MEDIAN = EXPERIMENTS
