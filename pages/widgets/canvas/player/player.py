"""The replay player: the frames of a finished run on a canvas that plays, pauses, steps and scrubs in the browser.

A page turns a run's snapshots into frames of layers, and the player sends them once, as bytes: equal arrays and equal
layers travel once, whatever number of frames shows them. The browser tells Python only where the reader stopped.

    scene = Scene(frames=[Frame([Dots(x, y, group=labels)], says="Start", value=812.0)],
                  x_label="petal length (cm)", y_label="petal width (cm)", x_range=(0, 7), y_range=(0, 3))
    stopped_at = player(scene, key="lloyd")
"""

from __future__ import annotations

from collections.abc import Mapping

from pages.widgets.canvas.component import component
from pages.widgets.canvas.scene import Cells, Dots, Frame, Layer, Lines, Photo, Scene, Words

__all__ = ["Cells", "Dots", "Frame", "Layer", "Lines", "Photo", "Scene", "Words", "player", "stopped_at"]


_mount = component(
    "grimoire_player",
    scripts=("plot/plot.js", "plot/layers.js", "player/player_picture.js", "player/player.js", "player/alone.js"),
    styles=("plot/plot.css", "player/player.css"),
    html="player/player.html",
)


def _nothing() -> None:
    """Stand in as callback: it makes Streamlit keep the state "frame"."""


def player(scene: Scene, key: str, height: int = 380) -> int:
    """Draw a scene's player and return the frame where the reader stopped.

    Args:
        scene: what to show; keep the object (or cache it) across reruns, for it remembers its bytes.
        key: the player's key in the session.
        height: of the plot, in CSS pixels; controls, caption and chart come on top.

    Returns:
        The 0-based index of the frame where the reader last paused, stepped or let go of the slider; 0 before that,
        and 0 again after the scene has changed.
    """
    name, body = scene.packed
    data = name.encode() + int(height).to_bytes(4, "little") + body
    state = _mount(key=key, data=data, on_frame_change=_nothing)
    return stopped_at(state.get("frame"), name, len(scene.frames))


def stopped_at(value: object, scene: str, frames: int) -> int:
    """Read what the browser says, {"scene": id, "frame": index}; 0 unless it speaks of this scene and a frame of it."""
    if not isinstance(value, Mapping) or value.get("scene") != scene:
        return 0
    frame = value.get("frame")
    return frame if type(frame) is int and 0 <= frame < frames else 0
