"""Bars: one or several for each name, and histograms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from pages.widgets.canvas.scene import Bars, Frame, Layer, Lines, Scene, Words
from pages.widgets.figures.lines import HEADROOM, ends, named
from pages.widgets.shell.letters import plural

WIDE = 0.8  # of the room of a name, for its bars
MOST_NUMBERED = 24
ABOVE, ROOM = 0.08, 0.22  # of the height of y: how far a number lies from its bar, and what is kept free for it


def bars(
    names: Sequence[str],
    heights: Mapping[str, ArrayLike],
    y_label: str,
    *,
    x_label: str = "",
    y_range: tuple[float, float] | None = None,
    numbers: str = "",
    level: float | None = None,
    groups: Sequence[int] | None = None,
    says: str = "",
    title: str = "",
) -> Scene:
    """Return a scene of upright bars: for each name one of each series, side by side.

    Args:
        names: (n,) what stands under the bars; x_label: what they are.
        heights: each series' name and its values, (n,); y_label: what they measure, with units.
        y_range: the ends of y, where the values do not decide them.
        numbers: how the values are written over the bars, ".2f" for example; "" writes none.
        level: a horizontal line.
        groups: the colour of each series, where they are not 0, 1, 2, ...
        says: what is to be seen; the values, where it is empty.
        title: above the plot.
    """
    colours = list(groups or range(len(heights)))
    values = {name: np.asarray(one, float) for name, one in heights.items()}
    everything = np.concatenate([*values.values(), [0.0 if level is None else level, 0.0]])
    numbered = bool(numbers) and len(names) * len(values) <= MOST_NUMBERED
    low, high = y_range or ends(everything, ROOM if numbered else HEADROOM)
    low = 0.0 if y_range is None and everything.min() >= 0 else low
    layers: list[Layer] = [] if level is None else [Lines([-0.5], [level], [len(names) - 0.5], [level], width=1.0)]
    wide = WIDE / max(1, len(values))
    for k, one in enumerate(values.values()):
        left = np.arange(len(one)) - WIDE / 2 + k * wide
        layers.append(Bars(left, np.zeros(len(one)), left + wide, np.nan_to_num(one), group=colours[k]))
        if numbered:
            above = one + np.where(one >= 0, 1, -1) * ABOVE * (high - low)
            layers.append(Words(left + wide / 2, above, [f"{value:{numbers}}".replace("-", "−") for value in one]))
    return Scene(
        [Frame(layers, says or _said(names, values))],
        x_label=x_label,
        y_label=y_label,
        x_range=(-0.5, len(names) - 0.5),
        y_range=(low, high),
        x_marks=list(names),
        title=title,
        legend=named(values, colours),
    )


def histogram(
    values: ArrayLike,
    x_label: str,
    *,
    count: int = 30,
    x_range: tuple[float, float] | None = None,
    most: float | None = None,
    marks: Mapping[str, float] | None = None,
    group: int = 0,
    says: str = "",
    title: str = "",
) -> Scene:
    """Return a scene of how often values lie in each of `count` equal parts of an axis.

    Args:
        values: (n,).
        x_label: what they are, with units.
        count: how many bars.
        x_range: the ends of the axis, the smallest and largest value where None. Give histograms that are compared one.
        most: the height of the axis, where the highest bar does not decide it.
        marks: upright lines with their names.
        group: the colour.
        says: what is to be seen, with its numbers.
        title: above the plot.
    """
    found = np.asarray(values, float)
    low, high = x_range or ends(np.append(found, list((marks or {}).values())), margin=0.0)
    heights, edges = np.histogram(found, np.linspace(low, high + 1e-9 * max(abs(high), 1.0), count + 1))
    top = most or max(1.0, float(heights.max()) * 1.08)
    layers: list[Layer] = [Bars(edges[:-1], np.zeros(count), edges[1:], heights, group=group)]
    for name, at in (marks or {}).items():
        layers += [Lines([at], [0.0], [at], [top], width=1.5), Words([at], [0.93 * top], [name])]
    spread = f"{plural(len(found), 'value')} from {found.min():.4g} to {found.max():.4g}" if len(found) else "no values"
    return Scene(
        [Frame(layers, says or spread)],
        x_label=x_label,
        y_label="how many",
        x_range=(low, high),
        y_range=(0.0, top),
        y_marks="whole",
        title=title,
    )


def _said(names: Sequence[str], values: Mapping[str, ArrayLike]) -> str:
    said = []
    for name, one in values.items():
        written = ", ".join(f"{label} {value:.3g}" for label, value in zip(names, np.asarray(one, float), strict=True))
        said.append(f"{name}: {written}" if len(values) > 1 else written)
    return "; ".join(said)
