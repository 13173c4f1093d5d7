"""What more than one of the topic's experiments use."""

from __future__ import annotations

from engine.experiments.network_structure import EXPERIMENTS

TOPIC = "network_structure"
_, PLAYGROUND, _ = EXPERIMENTS
