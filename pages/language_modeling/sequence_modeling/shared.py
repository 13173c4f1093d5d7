"""What more than one of the topic's experiments use."""

from __future__ import annotations

import math

TOPIC = "sequence_modeling"
MODEL, RESHAPED = "the model", "reshaped"
LINE = 24  # characters of the passage in a row


def percent(share: float) -> str:
    """Write a share; a dash where there was nothing to take it of."""
    return "–" if math.isnan(share) else f"{share:.0%}"
