"""The experiment size: the output-size calculator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from engine.computer_vision.convolution import output_side
from engine.data import Floats
from engine.experiment import Experiment, Sabotage, Verdict
from engine.settings import Settings, Whole


@dataclass(frozen=True)
class SizeSettings(Settings):
    """One side of an image and of a window."""

    n: Annotated[int, Whole(1, 32, says="Image side, n")] = 8
    k: Annotated[int, Whole(1, 11, says="Window side, k")] = 3
    p: Annotated[int, Whole(0, 5, says="Padding, p")] = 0
    s: Annotated[int, Whole(1, 6, says="Stride, s")] = 2

    def conflicts(self) -> Iterator[str]:
        if self.k > self.n + 2 * self.p:
            yield f"A window of {self.k} does not fit on {self.n} + 2 · {self.p} pixels. Make k smaller."


@dataclass(frozen=True)
class SizeOutcome:
    """Where the windows start, how many there are, and what the primer's fraction says.

    Attributes:
        side: floor((n + 2p - k)/s) + 1; starts: shape (side,), first pixel of each window, counted in the padding.
        seen: shape (n + 2p,), which pixels lie in a window; lost: how many at the end lie in none.
        book: the primer's (n + 2p - k + 1)/s, which it prints for pooling without padding.
        sides: shape (c,), every image side from the smallest that the window fits on up to 32.
        right, books: shape (c,), both formulas at these sides.
    """

    side: int
    starts: NDArray[np.int64]
    seen: NDArray[np.bool_]
    lost: int
    book: float
    sides: NDArray[np.int64]
    right: NDArray[np.int64]
    books: Floats


def run_size(settings: SizeSettings) -> SizeOutcome:
    """Count the windows, and hold the primer's pooling formula against the count."""
    n, k, p, s = settings.n, settings.k, settings.p, settings.s
    side = output_side(n, k, p, s)
    starts = s * np.arange(side)
    sides = np.arange(max(1, k - 2 * p), 33)
    right = np.array([output_side(int(one), k, p, s) for one in sides])
    books = (sides + 2 * p - k + 1) / s
    at = np.arange(n + 2 * p)
    seen = (at % s < k) & (at < starts[-1] + k)
    lost = n + 2 * p - int(starts[-1]) - k
    return SizeOutcome(side, starts, seen, lost, (n + 2 * p - k + 1) / s, sides, right, books)


def claim_size(seed: int, round_up: bool = False) -> Verdict:
    """Hold the formula against torch's own sides: 776 small combinations, and 200 larger ones at random."""
    from engine.torch_one_thread import torch

    small = [
        (n, k, p, s) for n in range(4, 17) for k in range(1, 6) for p in range(3) for s in range(1, 5) if k <= n + 2 * p
    ]
    large = np.random.default_rng(seed).integers([17, 1, 0, 1], [65, 18, 9, 10], size=(200, 4)).tolist()
    wrong = 0
    for n, k, p, s in [*small, *large]:
        theirs = torch.nn.functional.conv1d(torch.zeros(1, 1, n), torch.zeros(1, 1, k), None, s, p).shape[-1]
        wrong += theirs != (-((k - n - 2 * p) // s) + 1 if round_up else output_side(n, k, p, s))
    count = len(small) + len(large)
    return Verdict(
        wrong == 0,
        {"combinations": count, "sizes that differ from torch's": wrong},
        f"{count - wrong} of {count} combinations of n, k, p and s give torch's size.",
    )


EXPERIMENT = Experiment(
    "size",
    SizeSettings,
    run_size,
    claim_size,
    Sabotage("the fraction rounded up", lambda seed: claim_size(seed, round_up=True)),
    shows=(output_side,),
)
