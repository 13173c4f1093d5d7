"""What more than one of the topic's experiments use."""

from __future__ import annotations

from engine.experiments.convolution_pooling import EXPERIMENTS

TOPIC = "convolution_pooling"
SLIDE, _, POOL, _ = EXPERIMENTS
MOST_SIGNS = 26  # pixels in a row that are wide enough for a sign
