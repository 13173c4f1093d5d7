"""What more than one of the topic's experiments use."""

from __future__ import annotations

TOPIC = "deep_q_learning"
SEEDS = 5
GAME, BAND, MAP = "The game", "Five seeds", "What it expects"
