"""A matrix as a heat map with its names and, where there is room, its numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from pages.widgets.canvas.scene import Cells, Frame, Layer, Scene, Words
from pages.widgets.figures.numbers import decimal

MOST_NUMBERED = 14  # cells across whose numbers can still be read
PALER = 1.7  # the largest number is not given the deepest colour: numbers stand on it


def heat(
    values: ArrayLike,
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    row_label: str = "",
    column_label: str = "",
    ends: tuple[float, float] | None = None,
    digits: int | None = 2,
    says: str = "",
    title: str = "",
) -> Scene:
    """Return a scene of a matrix, shape (r, c): row 0 at the top, as it is read. NaN leaves a cell empty.

    Args:
        values: the matrix.
        rows, columns: their names, r and c of them.
        row_label, column_label: what the names are.
        ends: the values of the palest and of the deepest colour; where None, from the values: zero in the middle, blue
            below and red above, if some are negative, else from zero on.
        digits: decimals of the numbers that stand in the cells, None for none; many cells have none.
        says: what is to be seen; the largest number and where it is, if empty.
        title: above it.
    """
    matrix = np.atleast_2d(np.asarray(values, float))
    (r, c), largest = matrix.shape, float(np.nanmax(np.abs(matrix))) or 1.0
    low, high = ends or ((-PALER * largest if np.nanmin(matrix) < 0 else 0.0), PALER * largest)
    layers: list[Layer] = [Cells(matrix, low, high)]
    if digits is not None and max(r, c) <= MOST_NUMBERED:
        y, x = np.nonzero(~np.isnan(matrix))
        layers.append(Words(x, y, [decimal(float(one), digits) for one in matrix[y, x]]))
    row, column = divmod(int(np.nanargmax(np.abs(matrix))), c)
    where = f"the largest is {matrix[row, column]:.3g}, row {rows[row]}, column {columns[column]}"
    return Scene(
        [Frame(layers, says or f"a matrix of {r} × {c}; {where}")],
        x_label=column_label,
        y_label=row_label,
        x_range=(-0.5, c - 0.5),
        y_range=(r - 0.5, -0.5),
        x_marks=list(columns),
        y_marks=list(rows),
        title=title,
    )
