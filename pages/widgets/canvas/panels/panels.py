"""Panels: one-frame scenes side by side on canvases, cheap enough to be drawn anew ten times a second."""

from __future__ import annotations

from collections.abc import Sequence

from pages.widgets.canvas.component import component
from pages.widgets.canvas.scene import Scene

_mount = component(
    "grimoire_panels",
    scripts=("plot/plot.js", "plot/layers.js", "panels/panel.js", "panels/panels.js", "panels/alone.js"),
    styles=("plot/plot.css", "panels/panels.css"),
    html='<div class="plate"><div class="panels"></div></div>',
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
