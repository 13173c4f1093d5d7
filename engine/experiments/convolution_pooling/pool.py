"""The experiment pool: pooling and shifts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from engine.computer_vision import convolution, images
from engine.computer_vision.convolution import pool2d, shift
from engine.data import Floats
from engine.experiment import Experiment, Sabotage, Verdict
from engine.experiments.convolution_pooling.shared import DIGIT, FOUR_BY_FOUR, NUMBERS, Numbers
from engine.settings import Choice, Rows, Settings, Whole

ONE, RANDOM = "one bright pixel", "random numbers"


@dataclass(frozen=True)
class PoolSettings(Settings):
    """A map, how it is pooled, and how far it moves first."""

    main: ClassVar = ("map", "window", "stride", "kind")

    map: Annotated[str, Choice((ONE, RANDOM, DIGIT, NUMBERS), says="Map")] = ONE
    side: Annotated[int, Whole(4, 16, says="Its side, pixels", when=(("map", (ONE, RANDOM)),))] = 8
    row: Annotated[int, Whole(1, 16, says="The pixel's row", when=(("map", (ONE,)),))] = 3
    column: Annotated[int, Whole(1, 16, says="The pixel's column", when=(("map", (ONE,)),))] = 3
    digit: Annotated[int, Whole(0, images.DIGITS - 1, says="Which digit", when=(("map", (DIGIT,)),))] = 7
    numbers: Annotated[
        Numbers, Rows(None, -99, 99, most=16, widest=16, says="The map's numbers", when=(("map", (NUMBERS,)),))
    ] = FOUR_BY_FOUR
    window: Annotated[int, Whole(1, 4, says="Window side, f")] = 2
    stride: Annotated[int, Whole(1, 4, says="Stride, s")] = 2
    kind: Annotated[str, Choice(convolution.POOLS, says="Pool by")] = "max"
    across: Annotated[int, Whole(-4, 4, says="Shift to the right, pixels")] = 1
    down: Annotated[int, Whole(-4, 4, says="Shift down, pixels")] = 0
    seed: Annotated[int, Whole(0, 9_999, says="Seed", when=(("map", (RANDOM,)),))] = 1

    def conflicts(self) -> Iterator[str]:
        if self.map == NUMBERS and not self.numbers:
            yield "Give at least one row of numbers."


@dataclass(frozen=True)
class PoolOutcome:
    """A map and its pooled map, before and after the shift.

    Attributes:
        before, after: shape (h, w); pooled_before, pooled_after: shape (h', w').
        changed: shape (h', w'), where the pooled maps differ; moved: shape (h, w), where the maps do.
    """

    before: Floats
    after: Floats
    pooled_before: Floats
    pooled_after: Floats
    changed: NDArray[np.bool_]
    moved: NDArray[np.bool_]


def map_of(settings: PoolSettings) -> Floats:
    """Return the map that the settings name, shape (h, w)."""
    if settings.map == DIGIT:
        return images.digit(settings.digit)
    if settings.map == NUMBERS:
        return np.array(settings.numbers, dtype=float)
    if settings.map == RANDOM:
        return np.random.default_rng(settings.seed).integers(0, 10, (settings.side, settings.side)).astype(float)
    Z = np.zeros((settings.side, settings.side))
    Z[min(settings.row, settings.side) - 1, min(settings.column, settings.side) - 1] = 9.0
    return Z


def run_pool(settings: PoolSettings) -> PoolOutcome:
    """Pool a map and the same map shifted."""
    before = map_of(settings)
    after = shift(before, settings.down, settings.across)
    how = (settings.window, settings.stride, settings.kind)
    first, second = pool2d(before, *how), pool2d(after, *how)
    return PoolOutcome(before, after, first, second, first != second, before != after)


def claim_pool(seed: int, window: int = 4) -> Verdict:
    """Move 200 single bright pixels in 16 x 16 by one, and 200 to another place of their own window of four."""
    rng = np.random.default_rng(seed)
    same, alike = 0, 0
    for _ in range(200):
        row, column = rng.integers(0, [16, 12])  # moving right it stays in the map; it starts anywhere in a window
        same += np.array_equal(pool2d(bright(row, column), window), pool2d(bright(row, column + 1), window))
        top, left = 4 * rng.integers(0, 4, 2)
        places = [divmod(int(one), 4) for one in rng.choice(16, 2, replace=False)]
        first, second = (pool2d(bright(top + down, left + across), window) for down, across in places)
        alike += np.array_equal(first, second)
    return Verdict(
        0.6 <= same / 200 <= 0.9 and alike == 200,
        {"share unchanged by a shift of one pixel": same / 200, "pairs in one window told apart": 200 - alike},
        f"{same / 2:.0f} % of the shifts by one pixel leave the pooled map unchanged, and {alike / 2:.0f} % of the "
        "pairs of places in one window of four give the same map.",
    )


def bright(row: int | np.integer[Any], column: int | np.integer[Any]) -> Floats:
    """Return a map of 16 x 16 zeros with a one in it."""
    Z = np.zeros((16, 16))
    Z[row, column] = 1.0
    return Z


EXPERIMENT = Experiment(
    "pool",
    PoolSettings,
    run_pool,
    claim_pool,
    Sabotage("windows of one pixel", lambda seed: claim_pool(seed, window=1)),
    shows=(pool2d, shift),
)
