"""What more than one of the topic's experiments use."""

from __future__ import annotations

PLACED, OWN = "points you place", "own table"
Points = tuple[tuple[float, ...], ...]
FOUR_POINTS: Points = ((1.0, 2.0), (2.0, 5.0), (4.0, 5.0), (5.0, 8.0))  # of the worked example
