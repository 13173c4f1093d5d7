"""How far axes reach."""

from __future__ import annotations

from engine.data import Floats

ROUNDING = 1e-9  # of the values' size: what differs by less is one value, and an axis between would have no ticks


def span(values: Floats, placed: bool = False, margin: float = 0.08) -> tuple[float, float]:
    """Return the limits of an axis that shows all values, shape (m,), with a margin on both sides.

    Where the reader places points, the axis reaches from 0 to 10 at least: there is room for more.
    """
    low, high = float(values.min()), float(values.max())
    alike = high - low <= ROUNDING * max(abs(low), abs(high))
    room = (max(abs(low), 1.0) if alike else high - low) * margin
    low, high = low - room, high + room
    return (min(low, 0.0), max(high, 10.0)) if placed else (low, high)
