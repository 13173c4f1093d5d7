"""Pictures of the experiment figures.curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from engine.data import Floats
from pages.widgets.canvas.scene import Dots, Frame, Layer, Lines, Scene, Words


def segments(x: Floats, curves: Floats) -> Lines:
    """Return curves, (n, points), over x, (points,), as thin lines."""
    left, right = (np.tile(part, len(curves)) for part in (x[:-1], x[1:]))
    return Lines(
        left, curves[:, :-1].ravel(), right, curves[:, 1:].ravel(), group=0, width=0.8 if len(curves) > 1 else 2
    )


def diagonal(low: float, high: float) -> Dots:
    """Return the line on which both coordinates are equal, in dots, so that a legend beside it shows marks."""
    at = np.linspace(low, high, 50)
    return Dots(at, at, size=0.9)


def curves(
    history: Mapping[str, tuple[Floats, Floats]],
    names: Sequence[str],
    y_label: str,
    x_label: str = "step",
    log: bool = False,
    levels: Mapping[str, float] | None = None,
) -> Scene:
    """Return a scene of curves over steps, with a legend.

    Args:
        history: each measure's (steps (n,), values (n,)); names that are not in it, or have no value yet, are left out.
        names: the measures to draw, in the order of their colours.
        y_label: what they measure, with its unit.
        x_label: what a step is.
        log: draw the logarithm to base ten; values of zero and less are left out.
        levels: horizontal lines with their names.
    """
    nothing = np.empty(0), np.empty(0)
    found = {name: _curve(history.get(name, nothing), log) for name in names}
    marks = {name: float(np.log10(at) if log else at) for name, at in (levels or {}).items() if not log or at > 0}
    heights = np.concatenate([*(values for _, values in found.values()), list(marks.values())])
    ends = [steps[-1] for steps, _ in found.values() if len(steps)]
    low, high = (float(heights.min()), float(heights.max())) if len(heights) else (0.0, 1.0)
    room = 0.08 * (high - low) or 0.5
    right = float(max(ends, default=1.0)) or 1.0
    layers: list[Layer] = []
    for group, (steps, values) in enumerate(found.values()):
        if len(steps) > 1:
            layers.append(Lines(steps[:-1], values[:-1], steps[1:], values[1:], group=group, width=1.75))
        elif len(steps):
            layers.append(Dots(steps, values, group=group, size=3))
    for at in marks.values():
        layers.append(Lines([0.0], [at], [right], [at], width=1.0))
    above = 0.05 * (high - low + 2 * room)  # so that no line strikes its own name out
    layers.append(Words([0.82 * right] * len(marks), [at + above for at in marks.values()], list(marks)))
    newest = {name: history[name][1] for name in names if name in history and len(history[name][1])}
    said = "; ".join(f"{name} {values[-1]:.4g}" for name, values in newest.items())
    return Scene(
        [Frame(layers, says=f"{said} after {right:.0f}" if said else "nothing measured yet")],
        x_label=x_label,
        y_label=f"{y_label}, log₁₀" if log else y_label,
        x_range=(0.0, right),
        y_range=(low - room, high + room),
        legend=list(names),
    )


def _curve(points: tuple[Floats, Floats], log: bool) -> tuple[Floats, Floats]:
    steps, values = (np.asarray(one, dtype=float) for one in points)
    if not log:
        return steps, values
    above = values > 0
    return steps[above], np.log10(values[above])
