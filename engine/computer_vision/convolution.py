"""Convolution and pooling in numpy: a window slides over an image, and each position leaves one number.

What the field calls convolution is cross-correlation: the kernel is laid on the image as it stands. `flip` turns it
by half a turn first, which gives the convolution of mathematics.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from engine.data import Floats
from engine.errors import DataRefused

IN_CACHE = 32_768  # numbers of a band of the feature map: it and its products stay in the cache
POOLS = ("max", "average")


def output_side(n: int, k: int, p: int = 0, s: int = 1) -> int:
    """Return how many places a window of side k has on a side of n pixels: floor((n + 2p - k) / s) + 1.

    Args:
        n: side of the image or map, in pixels.
        k: side of the window.
        p: pixels of padding at each end.
        s: stride, the pixels from one place to the next.

    Raises:
        DataRefused: if the window is longer than the padded side.

    Source: section 16.1 of the primer, which speaks of the size without giving it.

    >>> output_side(7, 3, s=2), output_side(32, 5, p=2)
    (3, 32)
    """
    if k > n + 2 * p:
        padded = f" with {p} of padding at each end" if p else ""
        raise DataRefused(f"A window of {k} pixels does not fit on a side of {n}{padded}. Make the window smaller.")
    return (n + 2 * p - k) // s + 1


def conv2d(X: Floats, F: Floats, stride: int = 1, padding: int = 0, bias: float = 0.0, flip: bool = False) -> Floats:
    """Slide the kernel F over the image X; each place leaves the dot product of the kernel and the patch under it.

    Instead of visiting the places one by one, it visits the kernel's weights: weight (m, n) meets the same shifted
    slice of the image at all places at once.

    Args:
        X: image, shape (h, w) or (h, w, C).
        F: kernel, shape (k, l) or (k, l, C); its channels are summed into one map.
        stride: pixels from one place to the next, in both directions.
        padding: rows and columns of zeros around the image.
        bias: added to every number of the map.
        flip: turn the kernel by half a turn first.

    Returns:
        The feature map Z, shape (floor((h + 2p - k) / s) + 1, floor((w + 2p - l) / s) + 1).

    Raises:
        DataRefused: if the kernel is larger than the padded image, or their channels differ in number.

    Source: section 16.1 of the primer, with the stride and the bias that its formula leaves out.
    """
    X, F = np.atleast_3d(X), np.atleast_3d(F)  # (h, w, C), (k, l, C)
    if X.shape[2] != F.shape[2]:
        raise DataRefused(f"The image has {X.shape[2]} channels and the kernel {F.shape[2]}; give both the same.")
    if flip:
        F = F[::-1, ::-1]
    rows = output_side(X.shape[0], F.shape[0], padding, stride)
    columns = output_side(X.shape[1], F.shape[1], padding, stride)
    X = np.pad(X, ((padding, padding), (padding, padding), (0, 0))) if padding else X
    Z = np.full((rows, columns), float(bias))
    band = max(1, IN_CACHE // columns)
    for top in range(0, rows, band):
        z = Z[top : top + band]
        products = np.empty_like(z)
        for m, n, c in np.argwhere(F):  # a weight of zero adds nothing
            start = stride * top + m
            patch = X[start : start + stride * len(z) : stride, n : n + stride * columns : stride, c]
            z += np.multiply(patch, F[m, n, c], out=products)
    return Z


def pool2d(Z: Floats, window: int, stride: int | None = None, kind: str = "max") -> Floats:
    """Summarise each window of a map by its largest number or by its mean. There is nothing to learn in it.

    Args:
        Z: map, shape (h, w).
        window: side f of the window.
        stride: pixels from one window to the next; the window's side where it is None.
        kind: one of POOLS.

    Returns:
        The pooled map, shape (floor((h - f) / s) + 1, floor((w - f) / s) + 1).

    Raises:
        DataRefused: if the window is larger than the map, or there is no such kind.

    Source: section 16.3 of the primer, for any window and stride.
    """
    if kind not in POOLS:
        raise DataRefused(f"Pooling is by {' or '.join(POOLS)}; got '{kind:.30}'.")
    stride = stride or window
    rows, columns = (output_side(side, window, s=stride) for side in Z.shape)
    corners = [(m, n) for m in range(window) for n in range(window)]
    slices = [Z[m : m + stride * rows : stride, n : n + stride * columns : stride] for m, n in corners]
    pooled = np.maximum.reduce(slices) if kind == "max" else np.add.reduce(slices) / window**2
    return np.asarray(pooled, dtype=float)


def shift(Z: Floats, down: int, across: int) -> Floats:
    """Move a map, shape (h, w), by whole pixels; zeros come in where nothing was."""
    h, w = Z.shape
    moved = np.zeros_like(Z)
    if abs(down) < h and abs(across) < w:
        moved[max(down, 0) : h + min(down, 0), max(across, 0) : w + min(across, 0)] = Z[
            max(-down, 0) : h - max(down, 0), max(-across, 0) : w - max(across, 0)
        ]
    return moved


def binomial(k: int) -> NDArray[np.int64]:
    """Return the Gaussian kernel in whole numbers, shape (k, k): a row of Pascal's triangle times itself.

    >>> binomial(3).tolist()
    [[1, 2, 1], [2, 4, 2], [1, 2, 1]]
    """
    row = np.array([math.comb(k - 1, i) for i in range(k)])
    return np.outer(row, row)
