"""Panels: one-frame scenes side by side on canvases, cheap enough to be drawn anew ten times a second."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import streamlit as st

from engine.data import Floats
from pages.widgets.scene import Dots, Frame, Layer, Lines, Scene, Words

HERE = Path(__file__).parent
SCRIPTS = ("plot.js", "layers.js", "panels.js")

_mount = st.components.v2.component(
    "grimoire_panels",
    html='<div class="plate"><div class="panels"></div></div>',
    css="".join((HERE / name).read_text("utf-8") for name in ("plot.css", "panels.css")),
    js="".join((HERE / name).read_text("utf-8") for name in SCRIPTS),
)


def panels(scenes: Sequence[Scene], key: str, height: int = 220, columns: int = 2) -> None:
    """Draw one-frame scenes side by side, stacked where there is no room.

    Args:
        scenes: each with one frame, which is drawn over what is fixed; `title` and `legend` stand above it.
        key: the component's key in the session.
        height: of each plot, in CSS pixels.
        columns: how many stand in a row.
    """
    bodies = [scene.packed[1] for scene in scenes]
    head = b"".join(number.to_bytes(4, "little") for number in (columns, height, len(bodies)))
    _mount(key=key, data=head + b"".join(len(body).to_bytes(4, "little") + body for body in bodies))


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
    found = {name: _curve(history.get(name, ((), ())), log) for name in names}
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
        x_label=x_label, y_label=f"{y_label}, log₁₀" if log else y_label,
        x_range=(0.0, right), y_range=(low - room, high + room), legend=list(names),
    )  # fmt: skip


def _curve(points: tuple[Floats, Floats], log: bool) -> tuple[Floats, Floats]:
    steps, values = (np.asarray(one, dtype=float) for one in points)
    if not log:
        return steps, values
    above = values > 0
    return steps[above], np.log10(values[above])
