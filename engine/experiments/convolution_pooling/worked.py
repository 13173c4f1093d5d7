"""The lesson's worked example."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.computer_vision.convolution import conv2d, output_side, pool2d
from engine.experiments.convolution_pooling.share import parameters
from engine.experiments.convolution_pooling.shared import FOUR_BY_FOUR, SMALL_KERNEL


def worked() -> dict[str, float]:
    """Return the numbers of the worked example by name."""
    X, F = np.array(FOUR_BY_FOUR), np.array(SMALL_KERNEL)
    Z, flipped, wide = conv2d(X, F), conv2d(X, F, flip=True), conv2d(X, F, stride=2)
    largest, mean = pool2d(X, 2), pool2d(X, 2, kind="average")
    named: dict[str, Any] = {"z": Z, "two": wide, "max": largest, "mean": mean, "flip": flipped}
    numbers = {f"{name}_{i}{j}": value[i, j] for name, value in named.items() for i, j in np.ndindex(*value.shape)}
    dense, local, shared = parameters(32, 3, 8, 3)
    numbers |= {
        "side": output_side(4, 2),
        "side_two": output_side(4, 2, s=2),
        "side_padded": output_side(4, 3, p=1),
        "side_7": output_side(7, 3, s=2),
        "book": (4 - 2 + 1) / 2,
        "ear": 5 + 4 + 1 + 6 + 3 + 3,
        "dense": dense,
        "local": local,
        "shared": shared,
        "ratio": dense / shared,
    }
    return {name: float(number) for name, number in numbers.items()}
