"""What a plate shows of a run: pictures, boards, tables, numbers and sentences, one under another or side by side.

A topic's drawing is a pure function, `view(settings, run) -> [part, ...]`; the desk (canvas/desk) draws the parts.

    def view(settings: SSESettings, run: Run[SSEOutcome]) -> list[Part]:
        return [Picture(scene, height=300), Metrics({"SSE": "4.2"})]
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pages.widgets.canvas.packing import packed
from pages.widgets.canvas.scene import Scene

NUMERAL = re.compile(r"[−-]?[\d,]+(\.\d+)?( × 10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?( ?%)?( of [\d,]+)?|–|[−-]?∞")
Points = tuple[tuple[float, ...], ...]


@dataclass(frozen=True, eq=False)
class Picture:
    """A scene: one frame stands still, more are replayed.

    Attributes:
        scene: what is drawn.
        height: of the plot in CSS pixels.
        at: the frame a replay begins with; -1 is the last one.
    """

    scene: Scene
    height: int = 300
    at: int = 0


@dataclass(frozen=True, eq=False)
class Board:
    """A plot on which the reader places, drags and deletes points and marks, and drags a line.

    Attributes:
        x_label, y_label: what the axes measure, with units.
        x_range, y_range: the axes, low end first; things stay inside.
        points, marks: what lies there, in data units.
        line: (slope, intercept), or None.
        sets_points, sets_marks: the setting that a change of them sets, of kind Rows, or a setting for each coordinate
            of the one mark there is; "" where they stand still.
        sets_line: the settings of slope and intercept.
        also: what else is set with points or with marks, by "points" and "marks": {"points": {"data": "placed"}}.
        adds: which of them may be added and deleted.
        most_points, most_marks: how many there may be; more points than that are shown, and not moved.
        point_name, mark_name: what they are called on buttons and aloud.
        squares: draw each point's residual against the line, and its square to scale.
        groups: each point's group, -1 for none. Mark i is the sign of group i.
        best: (slope, intercept) of the least-squares line, drawn dashed.
        centres: up to four named sets of places that do not move: the centres that a method found.
        height: of the plot in CSS pixels.
    """

    x_label: str
    y_label: str
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    points: Points = ()
    marks: Points = ()
    line: tuple[float, float] | None = None
    sets_points: str = ""
    sets_marks: str | tuple[str, str] = ""
    sets_line: tuple[str, str] | None = None
    also: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    adds: Literal["points", "marks", "both", "none"] = "none"
    most_points: int = 60
    most_marks: int = 10
    point_name: str = "point"
    mark_name: str = "centroid"
    squares: bool = False
    groups: Sequence[int] | None = None
    best: tuple[float, float] | None = None
    centres: Sequence[tuple[str, Sequence[Sequence[float]]]] = ()
    height: int = 300


@dataclass(frozen=True, eq=False)
class Sheet:
    """Rows of numbers that the reader types: the table of a setting of kind Rows.

    Attributes:
        sets: the setting.
        rows: what stands there now.
        names: a name for each column.
        labels: a name for each row, where rows have one.
        also: what else is set with it.
        grows: whether rows may be added and taken out.
        title: under which the table is folded; "" leaves it open.
        beside: whether it stands among the controls, where a few narrow columns have room, and not under the picture.
    """

    sets: str
    rows: Points
    names: Sequence[str]
    labels: Sequence[str] = ()
    also: Mapping[str, Any] = field(default_factory=dict)
    grows: bool = True
    title: str = "Edit as a table"
    beside: bool = False


@dataclass(frozen=True, eq=False)
class Table:
    """Numbers and words to read; numbers are written with four significant digits.

    Attributes:
        columns: the names of the columns.
        rows: their cells.
        title: above the table, and what a screen reader calls it.
        first: whether the first cell of a row is its name.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[str | float]]
    title: str = ""
    first: bool = True


@dataclass(frozen=True, eq=False)
class Metrics:
    """A few numbers, large, each with its name."""

    values: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Text:
    """A sentence as it stands; a `warning` has a sign and is announced."""

    text: str
    warning: bool = False


@dataclass(frozen=True, eq=False)
class Press:
    """A button that sets settings; it stands among the controls."""

    label: str
    sets: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Row:
    """Parts, or columns of parts, side by side; one under another where there is no room.

    Attributes:
        parts: a part, or a list of parts, for each column.
        shares: how wide the columns are, relative to each other; all alike where empty.
    """

    parts: Sequence[Part | Sequence[Part]]
    shares: Sequence[float] = ()


@dataclass(frozen=True, eq=False)
class Tabs:
    """Lists of parts of which one is shown, by name."""

    pages: Mapping[str, Sequence[Part]]


Part = Picture | Board | Sheet | Table | Metrics | Text | Press | Row | Tabs


def pack(parts: Sequence[Part]) -> bytes:
    """Return what the desk unpacks: a header that says each part, and the bytes of scenes behind it.

    Raises:
        ValueError: if a number is not finite, or a scene cannot be drawn.
    """
    bodies: list[bytes] = []
    said = [_said(part, bodies) for part in parts]
    filled = [body + b"\0" * (-len(body) % 4) for body in bodies]
    return packed({"parts": said, "sizes": [len(body) for body in filled]}, filled)


def _said(part: Part, bodies: list[bytes]) -> dict[str, Any]:
    match part:
        case Picture():
            name, body = part.scene.packed
            bodies.append(body)
            frames = len(part.scene.frames)
            kind = "still" if frames == 1 else "replay"
            said = {"kind": kind, "id": name, "body": len(bodies) - 1, "height": part.height}
            return said | ({"at": part.at % frames, "frames": frames} if frames > 1 else {})
        case Board():
            return _board(part)
        case Sheet():
            said = {"sets": part.sets, "rows": part.rows, "names": list(part.names), "labels": list(part.labels)}
            return {
                "kind": "sheet",
                **said,
                "also": dict(part.also),
                "grows": part.grows,
                "title": part.title,
                "beside": part.beside,
            }
        case Table():
            cells = [[cell if isinstance(cell, str) else written(cell) for cell in row] for row in part.rows]
            numbers = [all(_numeral(row[k]) for row in part.rows) for k in range(len(part.columns))]
            said = {"columns": list(part.columns), "rows": cells, "numbers": numbers}
            return {"kind": "table", **said, "title": part.title, "first": part.first}
        case Metrics():
            return {"kind": "metrics", "values": list(map(list, part.values.items()))}
        case Text():
            return {"kind": "text", "text": part.text, "warning": part.warning}
        case Press():
            return {"kind": "press", "label": part.label, "sets": dict(part.sets), "beside": True}
        case Row():
            columns = [list(one) if isinstance(one, Sequence) else [one] for one in part.parts]
            shares = list(part.shares) or [1.0] * len(columns)
            return {
                "kind": "row",
                "columns": [[_said(one, bodies) for one in column] for column in columns],
                "shares": shares,
            }
        case Tabs():
            pages = [[name, [_said(one, bodies) for one in parts]] for name, parts in part.pages.items()]
            return {"kind": "tabs", "pages": pages}


def _numeral(cell: str | float) -> bool:
    """Tell whether a cell is a number, or written like one: those stand flush right."""
    return not isinstance(cell, str) or bool(NUMERAL.fullmatch(cell))


def _board(board: Board) -> dict[str, Any]:
    adds = {"points": board.adds in ("points", "both"), "marks": board.adds in ("marks", "both")}
    told = {
        "points": board.points,
        "marks": board.marks,
        "line": board.line,
        "x": {"label": board.x_label, "range": board.x_range},
        "y": {"label": board.y_label, "range": board.y_range},
        "mostPoints": board.most_points if board.sets_points else 0,
        "mostMarks": board.most_marks,
        "add": adds,
        "names": {"points": board.point_name, "marks": board.mark_name},
        "squares": board.squares,
        "groups": None if board.groups is None else [int(group) for group in board.groups],
        "best": board.best,
        "centres": [{"name": name, "at": [(float(x), float(y)) for x, y in at]} for name, at in board.centres],
        "live": True,
        "height": board.height,
    }
    sets = {"points": board.sets_points, "marks": board.sets_marks, "line": board.sets_line}
    return {"kind": "board", "told": told, "sets": sets, "also": {name: dict(one) for name, one in board.also.items()}}


def written(value: float) -> str:
    """Write a number with four significant digits and a real minus sign.

    >>> written(-0.123456), written(-0.0), written(1e-9), written(float("inf"))
    ('−0.1235', '0', '1 × 10⁻⁹', '∞')
    """
    text = f"{value or 0.0:.4g}"
    if "e" in text:
        front, power = text.split("e")
        text = f"{front} × 10{str(int(power)).translate(str.maketrans('-0123456789', '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'))}"
    return text.replace("-", "−").replace("inf", "∞").replace("nan", "–")
