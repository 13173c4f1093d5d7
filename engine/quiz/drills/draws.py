"""Numbers drawn for drills: few digits, so that paper and a pocket calculator do."""

from __future__ import annotations

import numpy as np

from engine.data import Floats


def one(rng: np.random.Generator, low: float, high: float, step: float = 1) -> float:
    """Draw one of low, low + step, …, high."""
    return float(some(rng, 1, low, high, step)[0])


def some(rng: np.random.Generator, count: int, low: float, high: float, step: float = 1) -> Floats:
    """Draw numbers of low, low + step, …, high, shape (count,)."""
    grid = rng.integers(0, round((high - low) / step) + 1, count)  # (count,)
    return np.round(low + step * grid, 6)  # 0.3, not 0.30000000000000004


def apart(rng: np.random.Generator, count: int, low: float, high: float, step: float = 1) -> Floats:
    """Draw different numbers of low, low + step, …, high, shape (count,)."""
    return np.round(low + step * rng.choice(round((high - low) / step) + 1, count, replace=False), 6)


def chances(rng: np.random.Generator, count: int, step: float = 0.05) -> Floats:
    """Draw multiples of `step` above 0 that sum to one, shape (count,)."""
    whole = round(1 / step)
    cuts = np.sort(rng.choice(np.arange(1, whole), count - 1, replace=False))
    return np.round(np.diff(cuts, prepend=0, append=whole) * step, 6)
