"""Pen strokes to the 8 x 8 image that a digit classifier reads, prepared as its training data were.

Those came out of NIST's form-reading programs: a character is cropped, scaled to 20 x 32 pixels whatever its shape,
centred in a 32 x 32 bitmap, made thinner or fatter by one or two pixels where it holds unusually much or little ink,
and sheared until its left edge stands upright; then the black pixels of each 4 x 4 block are counted, 0 ... 16.

Strokes are drawn with a pen of one width after scaling, so that a small drawing is not a fat one. One step departs
from NIST's: a drawing is never stretched sideways more than a little beyond its own shape, for a plain vertical line,
which those writers seldom drew, would become a black block.

Sources: Garris et al., NIST Form-Based Handprint Recognition System, NISTIR 5469, 1994, and its programs (normaliz.c,
morphchr.c, shear.c), which are in the public domain; Alpaydin and Kaynak, Cascading classifiers, 1998.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.computer_vision.digits import FULL, SIDE, Pixels
from engine.data import Floats
from engine.errors import DataRefused

Bitmap = NDArray[np.bool_]
Stroke = Sequence[tuple[float, float]]

BITMAP, WIDE = 32, 20  # pixels: the bitmap's side, and the width of the character in it
BLOCK = BITMAP // SIDE
PEN = 2.0  # radius of the pen, in pixels of the bitmap
STRETCH = 1.2  # a drawing may be widened by that much more than it is heightened
MOST_POINTS = 20_000


class Prepared(NamedTuple):
    """The bitmap of a drawing, shape (32, 32), and the image that is read, shape (8, 8) in 0 ... 1."""

    bitmap: Bitmap
    image: Pixels


def prepare(strokes: Sequence[Stroke]) -> Prepared | None:
    """Return a drawing as the classifier sees it, or None where nothing was drawn.

    Args:
        strokes: each a sequence of points (x, y), x to the right and y downwards, in any one unit.

    Raises:
        DataRefused: if there are more than MOST_POINTS points or one is not finite.
    """
    lines = [np.asarray(stroke, dtype=np.float64).reshape(-1, 2) for stroke in strokes if len(stroke)]
    if not lines:
        return None
    points = sum(map(len, lines))
    if points > MOST_POINTS or not all(np.isfinite(line).all() for line in lines):
        raise DataRefused(f"A drawing has finite points, at most {MOST_POINTS:,}; this one has {points:,}.")
    bitmap = upright(right_weight(ink(fitted(lines))))
    counts = bitmap.reshape(SIDE, BLOCK, SIDE, BLOCK).sum(axis=(1, 3))
    return Prepared(bitmap, (counts / FULL).astype(np.float32))


def fitted(lines: list[Floats]) -> list[Floats]:
    """Scale and move a drawing into the middle of the bitmap: 32 pixels tall, 20 wide, ink included."""
    points = np.concatenate(lines)
    low, high = points.min(axis=0), points.max(axis=0)
    wide, tall = np.maximum(high - low, 1e-9 * max(1.0, float(np.abs(points).max())))
    up = (BITMAP - 1 - 2 * PEN) / tall
    across = (WIDE - 1 - 2 * PEN) / wide
    across, up = min(across, STRETCH * up), min(up, 3 * across)  # a dash stays flat, a line stays thin
    middle = (BITMAP - 1) / 2
    return [(line - (low + high) / 2) * (across, up) + middle for line in lines]


def ink(lines: list[Floats]) -> Bitmap:
    """Draw lines with a round pen: a pixel is black where its centre lies within the pen's radius of a line."""
    black = np.zeros((BITMAP, BITMAP), dtype=bool)
    for line in lines:
        kept = np.concatenate([[True], np.abs(np.diff(line, axis=0)).sum(axis=1) > 0])  # a pen that rests adds nothing
        line = line[kept]
        ends = pairwise(line) if len(line) > 1 else [(line[0], line[0])]
        for start, end in ends:
            # only the pixels around this piece of the line are looked at
            left, top = np.maximum(np.ceil(np.minimum(start, end) - PEN), 0).astype(int)
            right, bottom = np.minimum(np.floor(np.maximum(start, end) + PEN) + 1, BITMAP).astype(int)
            x, y = np.arange(left, right)[None, :], np.arange(top, bottom)[:, None]
            along = end - start
            share = ((x - start[0]) * along[0] + (y - start[1]) * along[1]) / max(float(along @ along), 1e-12)
            share = np.clip(share, 0, 1)
            far = (x - start[0] - share * along[0]) ** 2 + (y - start[1] - share * along[1]) ** 2
            black[top:bottom, left:right] |= far <= PEN**2
    return black


def right_weight(bitmap: Bitmap) -> Bitmap:
    """Make a character thinner or fatter by one or two pixels, by NIST's limits on how many are black."""
    black = int(bitmap.sum())
    for _ in range((black > 412) + (black > 560)):
        bitmap = bitmap & neighbours(bitmap).all(axis=0)
    for _ in range((black < 256) + (black < 108)):
        bitmap = bitmap | neighbours(bitmap).any(axis=0)
    return bitmap


def neighbours(bitmap: Bitmap) -> Bitmap:
    """Return every pixel's four neighbours, shape (4, 32, 32); outside, all is white."""
    wide = np.pad(bitmap, 1)
    return np.stack([wide[:-2, 1:-1], wide[2:, 1:-1], wide[1:-1, :-2], wide[1:-1, 2:]])


def upright(bitmap: Bitmap) -> Bitmap:
    """Shift the rows until the leftmost pixels near the top and near the bottom stand above each other."""
    rows = np.flatnonzero(bitmap.any(axis=1))
    top, bottom = rows[0] + 2, rows[-1] - 2  # the outermost rows are ragged
    if len(rows) <= 5 or not (bitmap[top].any() and bitmap[bottom].any()):
        return bitmap
    lean = (int(bitmap[top].argmax()) - int(bitmap[bottom].argmax())) / (bottom - top)
    sheared = np.zeros_like(bitmap)
    for row in rows:
        columns = np.flatnonzero(bitmap[row]) + round((row - BITMAP // 2) * lean)
        sheared[row, columns[(columns >= 0) & (columns < BITMAP)]] = True
    return sheared
