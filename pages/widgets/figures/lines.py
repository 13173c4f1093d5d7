"""Curves over a common axis, with bands, levels and places marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from engine.data import Floats
from pages.widgets.canvas.scene import Area, Dots, Frame, Layer, Lines, Marks, Scene, Words
from pages.widgets.figures.scale import ROUNDING

FEW = 40  # points of a curve that are marked, each
HEADROOM = 0.08


def lines(
    x: ArrayLike,
    series: Mapping[str, ArrayLike],
    x_label: str,
    y_label: str,
    *,
    bands: Mapping[str, tuple[ArrayLike, ArrayLike]] | None = None,
    levels: Mapping[str, float] | None = None,
    here: float | None = None,
    groups: Sequence[int] | None = None,
    x_marks: Marks = "numbers",
    y_marks: Marks = "numbers",
    y_range: tuple[float, float] | None = None,
    says: str = "",
    title: str = "",
) -> Scene:
    """Return a scene of curves over x, with a legend; a value that is missing leaves a gap.

    Args:
        x: (n,) increasing; where `x_marks` is "log", as it is: the scene takes the logarithm. Names count 0, 1, 2, ...
        series: each curve's name and values, (n,); where `y_marks` is "log", zero and less leave gaps.
        x_label, y_label, x_marks, y_marks, title: as a Scene has them.
        bands: the low and high edge, (n,) each, of the spread around a curve, by the curve's name.
        levels: horizontal lines with their names; here: a place on x that is marked from bottom to top.
        groups: the colour and dashes of each curve, where they are not 0, 1, 2, ...
        y_range: the ends of y, where the values do not decide them.
        says: what is to be seen, with its numbers; how each curve ends, where it is empty.
    """
    group = dict(zip(series, groups or range(len(series)), strict=True))
    at = _scaled(x, x_marks)
    found = {name: _scaled(values, y_marks) for name, values in series.items()}
    spread = {name: (_scaled(low, y_marks), _scaled(high, y_marks)) for name, (low, high) in (bands or {}).items()}
    marked = {name: float(_scaled([value], y_marks)[0]) for name, value in (levels or {}).items()}
    across = ends(at, margin=0.02 if len(at) > 1 else 0.5)
    up = y_range or ends(np.concatenate([*found.values(), *sum(spread.values(), ()), list(marked.values())]))
    layers: list[Layer] = [Area(at, low, high, group[name]) for name, (low, high) in spread.items()]
    for place in _scaled([] if here is None else [here], x_marks):
        layers.append(Lines([place], [up[0]], [place], [up[1]], width=1.0))
    layers += [layer for name, values in found.items() for layer in curve(at, values, group[name])]
    return Scene(
        [Frame([*layers, *levelled(marked, across, up)], says or how_each_ends(series))],
        x_label=x_label,
        y_label=y_label,
        x_range=across,
        y_range=up,
        x_marks=x_marks,
        y_marks=y_marks,
        title=title,
        legend=named(series, list(group.values())),
    )


def levelled(levels: Mapping[str, float], across: tuple[float, float], up: tuple[float, float]) -> list[Layer]:
    """Return horizontal lines, each with its name above it, so that none strikes its own name out."""
    lines: list[Layer] = [Lines([across[0]], [level], [across[1]], [level], width=1.0) for level in levels.values()]
    above = 0.045 * (up[1] - up[0])
    right = across[0] + 0.86 * (across[1] - across[0])
    return [*lines, Words([right] * len(levels), [level + above for level in levels.values()], list(levels))]


def curve(x: Floats, y: Floats, group: int) -> list[Layer]:
    """Return one curve, (n,), whose missing values are gaps; few points are marked."""
    there = np.isfinite(x) & np.isfinite(y)
    joined = there[:-1] & there[1:]
    layers: list[Layer] = [Lines(x[:-1][joined], y[:-1][joined], x[1:][joined], y[1:][joined], group=group, width=1.75)]
    if len(x) <= FEW:
        layers.append(Dots(x[there], y[there], group=group, size=2.5, shape="circle"))
    return layers


def how_each_ends(series: Mapping[str, ArrayLike]) -> str:
    """Say each curve's last value."""
    last = {name: np.asarray(values, float)[-1] for name, values in series.items() if len(np.asarray(values))}
    return "; ".join(f"{name}: at last {value:.4g}" for name, value in last.items())


def named(series: Mapping[str, object], groups: Sequence[int]) -> list[str]:
    """Return the legend: a name for each group, "" for those that are not drawn; none where one curve needs none."""
    if len(series) < 2:
        return []
    legend = [""] * (max(groups) + 1)
    for name, group in zip(series, groups, strict=True):
        legend[group] = name
    return legend


def ends(values: ArrayLike, margin: float = HEADROOM) -> tuple[float, float]:
    """Return the ends of an axis that shows all values that are there, with a margin on both sides."""
    finite = np.asarray(values, float)
    finite = finite[np.isfinite(finite)]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
    alike = high - low <= ROUNDING * max(abs(low), abs(high))
    room = 0.5 if alike else margin * (high - low)
    return low - room, high + room


def _scaled(values: ArrayLike, marks: Marks) -> Floats:
    found = np.asarray(values, float)
    if marks != "log":
        return found
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(found > 0, np.log10(np.where(found > 0, found, 1.0)), np.nan)
