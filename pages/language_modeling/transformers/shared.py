"""What more than one of the topic's experiments use."""

from __future__ import annotations

from engine.experiments.transformers import EXPERIMENTS

TOPIC = "transformers"
ATTEND, SCALE, ORDER, TINY = EXPERIMENTS
SIGNS = ("●", "■", "▲")  # the shapes of the first three groups on a board
