"""Pictures of the experiment clustering.lloyd."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.experiment import Run
from engine.experiments.clustering.lloyd import LloydSettings, LloydSnapshot
from engine.experiments.clustering.shared import BY_HAND, PLACED, Points
from pages.widgets.canvas.scene import Dots, Frame, Layer, Lines, Scene
from pages.widgets.canvas.view import Board, Metrics, Part, Picture, Row, Sheet, Tabs, Text, written
from pages.widgets.figures import scale

MOST_PLACED, MOST_CENTRES = 150, 8  # as the settings allow
Span = tuple[float, float]


def view(settings: LloydSettings, run: Run[LloydSnapshot]) -> list[Part]:
    """The half steps to replay, and a board on which points and starting centroids are placed."""
    first, last = run.snapshots[0], run.outcome
    placed = settings.data == PLACED
    x_range, y_range = (scale.span(column, placed) for column in np.vstack([first.points, first.centres]).T)
    measures = {
        "Rounds": f"{last.iteration}",
        "SSE at the start": written(first.cost),
        "Final SSE": written(last.cost),
    }
    return [
        Tabs(
            {
                "Replay": [replay(run.snapshots, x_range, y_range)],
                "Place points and centroids": board(first, last, x_range, y_range),
            }
        ),
        Metrics(measures),
    ]


def replay(snapshots: Sequence[LloydSnapshot], x_range: Span, y_range: Span) -> Picture:
    """Return the half steps as frames, over the chart of the SSE."""
    x_label, y_label = snapshots[0].names
    frames = [frame(snapshots[: k + 1]) for k in range(len(snapshots))]
    scene = Scene(frames, x_label=x_label, y_label=y_label, x_range=x_range, y_range=y_range, value_label="SSE")
    return Picture(scene, height=285)


def frame(so_far: Sequence[LloydSnapshot]) -> Frame:
    """Picture the last of these half steps: points in the colour of their cluster, centroids and the way they came."""
    now = so_far[-1]
    X, centres = now.points, now.centres
    said = {
        "start": "Start: the centroids are placed",
        "assign": f"Round {now.iteration}: each point goes to its nearest centroid",
        "update": f"Round {now.iteration}: each centroid moves to the mean of its points",
    }[now.kind]
    groups = None if now.kind == "start" else now.labels
    layers: list[Layer] = [Dots(X[:, 0], X[:, 1], group=groups, size=4 if len(X) < 400 else 2.5)]
    ways = np.array([one.centres for one in so_far if one.kind != "assign"])
    if len(ways) > 1:
        corners = np.concatenate([ways[:-1], ways[1:]], axis=2).transpose(
            1, 0, 2
        )  # (k, moves, 4): each way is one line
        layers.append(Lines.between(corners, np.repeat(np.arange(len(centres)), len(ways) - 1)))
    layers.append(Dots(centres[:, 0], centres[:, 1], group=np.arange(len(centres)), size=9, shape="cross", tween=True))
    return Frame(layers, f"{said}. SSE {written(now.cost)}", now.cost)


def board(first: LloydSnapshot, last: LloydSnapshot, x_range: Span, y_range: Span) -> list[Part]:
    """Return the points in the colours they end in, with the starting centroids, to move, and both as tables."""
    points, centres = (tuple(map(tuple, one.tolist())) for one in (first.points, first.centres))
    few = len(points) <= MOST_PLACED
    also = {"points": {"data": PLACED}, "marks": {"start": BY_HAND}}
    x_label, y_label = first.names
    tables: list[Part] = []
    if few:
        tables.append(Sheet("points", shortened(points), ("x", "y"), also=also["points"], title="Points as a table"))
    tables.append(
        Sheet("centres", shortened(centres), ("x", "y"), also=also["marks"], title="Starting centroids as a table")
    )
    return [
        Board(
            x_label,
            y_label,
            x_range,
            y_range,
            points,
            centres,
            sets_points="points" if few else "",
            sets_marks="centres",
            also=also,
            adds="both" if few else "marks",
            most_points=MOST_PLACED,
            most_marks=MOST_CENTRES,
            groups=last.labels.tolist(),
            height=310,
        ),
        Text("The points have the colours of the clusters in which they end from these starting centroids."),
        Row(tables),
    ]


def shortened(rows: Points) -> Points:
    """Return rows, of points or centroids, with the decimals that tell them apart and that fit a table's cells.

    >>> shortened(((0.123456, -4.0), (2.0, 2.00004)))
    ((0.123, -4.0), (2.0, 2.0))
    """
    spread = float(np.ptp(rows)) or 1.0
    decimals = max(0, 3 - int(np.floor(np.log10(spread))))
    return tuple(tuple(round(value, decimals) for value in row) for row in rows)
