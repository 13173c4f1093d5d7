"""Marks in a plane, with the levels that they are held against."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from pages.widgets.canvas.scene import Dots, Frame, Layer, Lines, Scene
from pages.widgets.figures.scale import span


def scatter(
    x: ArrayLike,
    y: ArrayLike,
    x_label: str,
    y_label: str,
    says: str,
    *,
    group: ArrayLike | None = 0,
    level: float | None = None,
    legend: Sequence[str] = (),
    title: str = "",
    size: float = 4.5,
) -> Scene:
    """Return a scene of marks at (x, y), shapes (n,).

    Args:
        x, y: where they lie, in data units.
        x_label, y_label: what the axes measure.
        says: what is to be seen, with its numbers.
        group: (n,) whole numbers, or one for all.
        level: a horizontal line.
        legend: the names of the groups.
        title: above the plot.
        size: of a mark, its radius in CSS pixels.
    """
    xs, ys = np.asarray(x, float), np.asarray(y, float)
    across, up = span(xs), span(np.append(ys, ys if level is None else level))
    layers: list[Layer] = [] if level is None else [Lines([across[0]], [level], [across[1]], [level], width=1.0)]
    layers.append(Dots(xs, ys, group, size))
    return Scene(
        [Frame(layers, says)],
        x_label=x_label,
        y_label=y_label,
        x_range=across,
        y_range=up,
        title=title,
        legend=legend,
    )
