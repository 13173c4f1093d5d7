"""The board: a canvas on which the reader places, drags and deletes points and centroids, and drags a line.

The page owns what is placed; the browser draws it, moves it while a drag lasts, and reports each finished change.
A count travels with every report and comes back with the next drawing: the browser can tell the echo of its own
change (an older count: leave the board alone) from a change made elsewhere, in a table, say (the same count: take it).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from pages.widgets.canvas.component import component

Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Placed:
    """What lies on a board, in data units: points, marks (centroids), and a line as (slope, intercept)."""

    points: Points = ()
    marks: Points = ()
    line: tuple[float, float] | None = None


@dataclass(frozen=True)
class Rules:
    """What the reader may do on a board; what comes from the browser is held to it.

    Attributes:
        x_range, y_range: where things may lie, low end first.
        add: which things may be added and deleted.
        most_points, most_marks: how many there may be. More points than that can be shown, but not moved.
    """

    x_range: tuple[float, float]
    y_range: tuple[float, float]
    add: Literal["points", "marks", "both", "none"] = "points"
    most_points: int = 60
    most_marks: int = 10

    def accept(self, value: object, placed: Placed) -> Placed | None:
        """Read what the browser reports over what was placed before.

        Args:
            value: anything at all; a browser's message can be forged.
            placed: what the board was given.

        Returns:
            Points and marks clamped to the ranges, rounded and capped; None where nothing usable was reported.
        """
        if not isinstance(value, Mapping):
            return None
        movable = len(placed.points) <= self.most_points
        points = self._points(value.get("points"), placed.points, "points", self.most_points) if movable else None
        marks = self._points(value.get("marks"), placed.marks, "marks", self.most_marks)
        line = self._line(value.get("line")) if placed.line is not None else None
        if points is None and marks is None and line is None:
            return None
        return Placed(
            placed.points if points is None else points,
            placed.marks if marks is None else marks,
            placed.line if line is None else line,
        )

    def _points(self, value: object, before: Points, kind: str, most: int) -> Points | None:
        if not isinstance(value, list | tuple) or len(value) > 10 * most + 100:  # no reader placed so many
            return None
        pairs = [pair for item in value if (pair := _numbers(item))]
        if self.add not in (kind, "both") and len(pairs) != len(before):
            return None
        kept = tuple(self._place(pair) for pair in pairs[: max(most, len(before))])
        if len(kept) != len(before):
            return kept
        # what was not moved keeps its digits, so that rounding alone is no change
        return tuple(old if self._place(old) == new else new for old, new in zip(before, kept, strict=True))

    def _place(self, pair: tuple[float, float]) -> tuple[float, float]:
        """Clamp a place to the ranges and round it to a thousandth of its axis, so that links stay short."""
        ends = zip(pair, (self.x_range, self.y_range), strict=True)
        x, y = (max(low, min(high, round(value, decimals(high - low)))) for value, (low, high) in ends)
        return x, y

    def _line(self, value: object) -> tuple[float, float] | None:
        pair = _numbers(value)
        if pair is None:
            return None
        wide, tall = (high - low for low, high in (self.x_range, self.y_range))
        middle = sum(self.x_range) / 2
        slope = max(-100 * tall / wide, min(100 * tall / wide, pair[0]))
        height = max(self.y_range[0] - 100 * tall, min(self.y_range[1] + 100 * tall, pair[1] + pair[0] * middle))
        # one digit more than for places: an error of slope grows with the distance from the middle
        slope = round(slope, decimals(tall / wide) + 1)
        return slope, round(height - slope * middle, decimals(tall) + 1)


def decimals(span: float) -> int:
    """Return how many decimals tell a thousandth of a span apart; negative for spans beyond a thousand.

    >>> decimals(10.0), decimals(0.5), decimals(40_000.0)
    (2, 4, -1)
    """
    return 3 - math.floor(math.log10(span))


def _numbers(item: object) -> tuple[float, float] | None:
    """Read two finite numbers; None for anything else (true and false are not numbers here)."""
    if not isinstance(item, list | tuple) or len(item) != 2:
        return None
    if not all(type(one) in (int, float) and abs(one) < 1e300 for one in item):  # False for NaN too
        return None
    return float(item[0]), float(item[1])


_mount = component(
    "grimoire_board",
    scripts=("plot/plot.js", "board/board_model.js", "board/board_picture.js", "board/board.js", "board/alone.js"),
    styles=("plot/plot.css", "board/board.css"),
    html="board/board.html",
)


def board(
    key: str,
    *,
    placed: Placed,
    on_change: Callable[[Placed], None],
    x_label: str,
    y_label: str,
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    most_points: int = 60,
    most_marks: int = 10,
    add: Literal["points", "marks", "both", "none"] = "points",
    point_name: str = "point",
    mark_name: str = "centroid",
    squares: bool = False,
    groups: Sequence[int] | None = None,
    best: tuple[float, float] | None = None,
    centres: Sequence[tuple[str, Sequence[Sequence[float]]]] = (),
    live: bool = False,
    height: int = 380,
) -> None:
    """Draw a board and report each finished change of it.

    Args:
        key: the board's key in the session.
        placed: what lies on it now. Every rerun says it again; the board follows.
        on_change: called with what the reader made of it, as a callback, before the rerun. Keep it in the session:
            what is not kept is gone from the board with the rerun.
        x_label, y_label: what the axes measure, with units.
        x_range, y_range: the axes, low end first; things stay inside.
        most_points: the most points that may be placed; more than that are shown, and not moved.
        most_marks: the most marks that may be placed.
        add: which things can be added and deleted. Everything else that is placed can still be moved.
        point_name, mark_name: what a point and a mark are called on buttons and aloud.
        squares: draw each point's residual against the line, and its square to scale.
        groups: for each point its group (colour and shape), -1 for none. Mark i is the sign of group i.
        best: (slope, intercept) of the least-squares line, drawn dashed, with its sum of squares beside the reader's;
            while a drag lasts the browser fits it afresh.
        centres: up to four named sets of places, such as the centres that a method found: a sign for each set and a
            legend. They do not move; beside them a mark is drawn as a handle, not as a centre.
        live: report while something is dragged, ten times a second, and not only when it is let go.
        height: of the plot in CSS pixels; tools and a line of help come on top.
    """
    rules = Rules(_ordered(x_range), _ordered(y_range), add, most_points, most_marks)
    last = _reported(key)

    def changed() -> None:
        accepted = rules.accept(_reported(key), placed)
        if accepted is not None:
            on_change(accepted)

    data = {
        "count": _count(last),
        "points": placed.points,
        "marks": placed.marks,
        "line": placed.line,
        "x": {"label": x_label, "range": rules.x_range},
        "y": {"label": y_label, "range": rules.y_range},
        "mostPoints": most_points,
        "mostMarks": most_marks,
        "add": {"points": add in ("points", "both"), "marks": add in ("marks", "both")},
        "names": {"points": point_name, "marks": mark_name},
        "squares": squares,
        "groups": None if groups is None else [int(group) for group in groups],
        "best": best,
        "centres": [{"name": name, "at": [(float(x), float(y)) for x, y in at]} for name, at in centres],
        "live": live,
        "height": height,
    }
    _mount(key=key, data=data, on_placed_change=changed)


def _reported(key: str) -> Any:
    """Return what the browser last reported, unchecked."""
    state = st.session_state.get(key)
    return state.get("placed") if isinstance(state, Mapping) else None


def _count(value: object) -> int:
    count = value.get("count") if isinstance(value, Mapping) else 0
    return count if type(count) is int and 0 <= count < 2**53 else 0


def _ordered(ends: tuple[float, float]) -> tuple[float, float]:
    low, high = sorted((float(ends[0]), float(ends[1])))
    if not (math.isfinite(low) and math.isfinite(high)):
        raise ValueError(f"A board needs finite ranges, got {low} and {high}.")
    return (low, high) if low < high else (low - 0.5, high + 0.5)
