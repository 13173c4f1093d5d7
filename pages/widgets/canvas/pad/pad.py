"""The pad: a canvas to draw on with a pen, by mouse, by touch or with the keys. Python gets the strokes.

The browser owns the drawing while the page stands; Python is told of it ten times a second while the pen moves. What
Python says is taken when the pad is made anew, or where Python has something newer: a count travels with every report
and comes back with the next drawing, and only an equal or higher one is taken.

    pad("pad", strokes=st.session_state.get("drawn", ()), on_change=keep)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from pages.widgets.canvas.component import component

UNITS = 1_000  # to the pad's side
CELLS = 28  # steps of the arrow keys to the pad's side
MOST_STROKES, MOST_POINTS = 200, 5_000

Strokes = tuple[tuple[tuple[float, float], ...], ...]  # places in 0 ... 1, x to the right and y downwards

_mount = component(
    "grimoire_pad",
    scripts=("plot/plot.js", "pad/pad.js"),
    styles=("plot/plot.css", "pad/pad.css"),
    html="pad/pad.html",
)


def pad(
    key: str, *, strokes: Strokes, on_change: Callable[[Strokes], None], what: str = "digit", size: int = 280
) -> None:
    """Draw a pad and report what is drawn on it.

    Args:
        key: the pad's key in the session.
        strokes: what is drawn now; keep what `on_change` brought, so that it is there again when the reader comes back.
        on_change: called with all strokes, as a callback, before the rerun.
        what: the thing to draw, for the words around the pad.
        size: the longest side of the pad in CSS pixels; where there is less room it is smaller.
    """
    last = _reported(key)

    def changed() -> None:
        drawn = accept(_reported(key))
        if drawn is not None:
            on_change(drawn)

    data = {
        "name": key,
        "count": _count(last),
        "strokes": [[round(UNITS * value) for point in stroke for value in point] for stroke in strokes],
        "what": what,
        "size": size,
        "units": UNITS,
        "cells": CELLS,
        "mostStrokes": MOST_STROKES,
        "mostPoints": MOST_POINTS,
    }
    _mount(key=key, data=data, on_drawn_change=changed)


def accept(value: object) -> Strokes | None:
    """Read what the browser reports, {"count": n, "strokes": [[x, y, x, y, ...], ...]} in thousandths of the side.

    Args:
        value: anything at all; a browser's message can be forged.

    Returns:
        The strokes, places clamped to 0 ... 1, as many as may be; None where nothing usable was reported.
    """
    lines = value.get("strokes") if isinstance(value, Mapping) else None
    if not isinstance(lines, list | tuple) or len(lines) > MOST_STROKES:
        return None
    drawn, points = [], 0
    for line in lines:
        if not isinstance(line, list | tuple) or not line or len(line) % 2 or points + len(line) // 2 > MOST_POINTS:
            return None
        if not all(type(one) in (int, float) and abs(one) < 1e9 for one in line):  # False for NaN too
            return None
        places = [min(max(one / UNITS, 0.0), 1.0) for one in line]
        drawn.append(tuple(zip(places[::2], places[1::2], strict=True)))
        points += len(line) // 2
    return tuple(drawn)


def _reported(key: str) -> Any:
    """Return what the browser last reported, unchecked."""
    state = st.session_state.get(key)
    return state.get("drawn") if isinstance(state, Mapping) else None


def _count(value: object) -> int:
    count = value.get("count") if isinstance(value, Mapping) else 0
    return count if type(count) is int and 0 <= count < 2**53 else 0
