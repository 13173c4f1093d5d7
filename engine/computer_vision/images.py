"""Pictures as arrays: the photographs and digits that scikit-learn bundles, and what is done before a kernel slides."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from engine.data import Floats
from engine.datasets import features
from engine.errors import DataRefused

PHOTOGRAPHS = ("china", "flower")
MOST_SHOWN, LEAST_SHOWN, LONGEST = 700, 480, 8  # pixels of a side on a screen; longer side over the shorter one
DIGITS = 1_797


@cache
def photograph(name: str) -> NDArray[np.uint8]:
    """Return one of scikit-learn's two photographs, shape (427, 640, 3), read-only bytes.

    Raises:
        DataRefused: if there is no such photograph.

    Source: `sklearn.datasets.load_sample_image`, both under a Creative Commons licence.
    """
    if name not in PHOTOGRAPHS:
        raise DataRefused(f"There is no photograph '{name:.30}'; there are {' and '.join(PHOTOGRAPHS)}.")
    from sklearn.datasets import load_sample_image  # costs about a second, so only whoever looks at one pays for it

    pixels: NDArray[np.uint8] = np.array(load_sample_image(f"{name}.jpg"))
    pixels.setflags(write=False)
    return pixels


def digit(index: int) -> Floats:
    """Return a handwritten digit, shape (8, 8), from 0 (paper) to 16 (ink).

    Raises:
        DataRefused: if there is no digit of this number.
    """
    if not 0 <= index < DIGITS:
        raise DataRefused(f"The digits are numbered from 0 to {DIGITS - 1:,}; got {index}.")
    pixels: Floats = features("digits").values[index].reshape(8, 8)
    return pixels


def grey(pixels: NDArray[np.uint8]) -> Floats:
    """Return a picture's brightness, shape (h, w), whole numbers 0 ... 255.

    Args:
        pixels: bytes of shape (h, w) or (h, w, 3).

    Source: ITU-R BT.601, the weights of red, green and blue that most programs use.
    """
    if pixels.ndim == 2:
        return pixels.astype(float)
    red, green, blue = (pixels[..., channel] for channel in range(3))
    brightness: Floats = np.rint(0.299 * red + 0.587 * green + 0.114 * blue)
    return brightness


def shrink(X: Floats, rows: int, columns: int) -> Floats:
    """Shrink a picture of shape (h, w) to (rows, columns): each new pixel is the mean of those that it covers.

    Raises:
        DataRefused: if the picture would have to grow.
    """
    h, w = X.shape
    if rows > h or columns > w:
        raise DataRefused(f"A picture of {w} × {h} pixels cannot be shrunk to {columns} × {rows}.")
    down, across = np.arange(rows) * h // rows, np.arange(columns) * w // columns  # where each new pixel begins
    sums = np.add.reduceat(np.add.reduceat(X, down, axis=0), across, axis=1)  # (rows, columns)
    sizes = np.outer(np.diff(down, append=h), np.diff(across, append=w))
    means: Floats = sums / sizes
    return means


def crop(X: Floats, rows: int, columns: int, down: float, across: float) -> Floats:
    """Cut a piece of at most (rows, columns) pixels out of a picture of shape (h, w).

    Args:
        down, across: where the piece lies, from 0 (top, left) to 1 (bottom, right).
    """
    top, left = corner(X.shape, rows, columns, down, across)
    return X[top : top + rows, left : left + columns]


def corner(shape: tuple[int, ...], rows: int, columns: int, down: float, across: float) -> tuple[int, int]:
    """Return the row and the column at which `crop` begins to cut, in a picture of this shape."""
    top, left = (
        round(at * max(0, have - want)) for at, have, want in zip((down, across), shape, (rows, columns), strict=True)
    )
    return top, left


def as_greys(Z: Floats) -> tuple[NDArray[np.uint8], float]:
    """Turn a map into bytes that a screen can show, and return with them the size of what is shown as white.

    A map without negative numbers runs from black (0) to white. Otherwise zero is mid-grey, and black is as far below
    as white is above. In a large map the strongest hundredth is left out of the scale, or a few edges would make all
    others grey.

    Args:
        Z: shape (h, w).
    """
    size = np.abs(Z.ravel()[:: max(1, Z.size // 100_000)])  # every so many: a percentile sorts
    white = float(np.percentile(size, 99) if Z.size > 1_000 else 0.0) or float(np.abs(Z).max()) or 1.0
    if Z.min() < 0:
        return np.clip(np.rint(127.5 + 127.5 / white * Z), 0, 255).astype(np.uint8), white
    return np.clip(np.rint(255 / white * Z), 0, 255).astype(np.uint8), white


def for_screen(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return greys that a page can show: large ones shrunk by means, small ones with pixels of several, never a line.

    Args:
        pixels: shape (h, w).

    Returns:
        Bytes whose longer side lies between about half of LEAST_SHOWN and MOST_SHOWN, at most LONGEST times the other.
    """
    largest = max(pixels.shape)
    if largest > MOST_SHOWN:
        rows, columns = (max(1, round(side * MOST_SHOWN / largest)) for side in pixels.shape)
        pixels = np.rint(shrink(pixels.astype(float), rows, columns)).astype(np.uint8)
        largest = MOST_SHOWN
    down, across = (max(1, LEAST_SHOWN // largest, -(-largest // (LONGEST * side))) for side in pixels.shape)
    return np.repeat(np.repeat(pixels, down, axis=0), across, axis=1)
