"""What more than one of the topic's experiments use."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Numbers = tuple[tuple[float, ...], ...]
Bytes = NDArray[np.uint8]
OWN, NUMBERS, DIGIT, YOURS = "own image", "your numbers", "digit", "your kernel"
DETAIL, WHOLE = "a detail", "the whole, shrunk"
SECOND = "second kernel"  # ReLU, then the same kernel transposed: Sobel y on the map of Sobel x
LEAK = 0.01  # slope of the leaky ReLU below zero, the usual choice
FOUR_BY_FOUR: Numbers = ((2.0, 1.0, 0.0, 3.0), (0.0, 4.0, 1.0, 0.0), (1.0, 2.0, 5.0, 1.0), (1.0, 0.0, 2.0, 3.0))
SMALL_KERNEL: Numbers = ((1.0, -1.0), (0.0, 2.0))
FIXED_KERNELS: dict[str, Numbers] = {
    "identity": ((0, 0, 0), (0, 1, 0), (0, 0, 0)),
    "sharpen": ((0, -1, 0), (-1, 5, -1), (0, -1, 0)),
    "Sobel x": ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)),
    "Sobel y": ((-1, -2, -1), (0, 0, 0), (1, 2, 1)),
    "Laplacian": ((0, 1, 0), (1, -4, 1), (0, 1, 0)),
    "emboss": ((-2, -1, 0), (-1, 1, 1), (0, 1, 2)),
}
SIZED_KERNELS = ("box blur", "Gaussian blur")
