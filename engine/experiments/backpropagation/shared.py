"""What more than one of the topic's experiments use."""

from __future__ import annotations

Points = tuple[tuple[float, ...], ...]
