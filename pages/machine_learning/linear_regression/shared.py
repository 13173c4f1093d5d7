"""What more than one of the topic's experiments use."""

from __future__ import annotations

from engine.experiments.linear_regression import EXPERIMENTS

TOPIC = "linear_regression"
SSE, NORMAL = EXPERIMENTS
