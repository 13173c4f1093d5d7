"""Pictures of the experiment clustering.median."""

from __future__ import annotations

import numpy as np

from engine.data import Floats
from engine.experiment import Run
from engine.experiments.clustering.median import Centred, MedianOutcome, MedianSettings
from engine.experiments.clustering.shared import Labels
from pages.widgets.canvas.scene import Dots, Frame, Layer, Lines, Scene
from pages.widgets.canvas.view import Board, Part, Picture, Row, Table, Text
from pages.widgets.figures import scale

Span = tuple[float, float]
REACHES = (14.0, 40.0, 130.0)  # of the board, in either direction


def view(settings: MedianSettings, run: Run[MedianOutcome]) -> list[Part]:
    """Both methods' centres on the same points, from afar and near by, and what each cost says."""
    outcome = run.outcome
    apart = int((outcome.mean.labels != outcome.median.labels).sum())
    says = f"{apart} of {len(outcome.points)} points are assigned differently by the two methods."
    return [Row([board(outcome), near_by(outcome)]), costs(outcome), Text(says + alone(outcome))]


def board(outcome: MedianOutcome) -> Board:
    """Return the whole plane, in which the outlier is dragged."""
    cloud, outlier = outcome.points[:-1], outcome.points[-1]
    far = float(np.abs(outlier).max())
    reach = next(edge for edge in REACHES if far <= 0.8 * edge)
    return Board(
        "x",
        "y",
        (-reach, reach),
        (-reach, reach),
        tuple(map(tuple, cloud.tolist())),
        ((float(outlier[0]), float(outlier[1])),),
        sets_marks=("out_x", "out_y"),
        most_marks=1,
        mark_name="outlier",
        groups=outcome.mean.labels[:-1].tolist(),
        centres=(("mean", outcome.mean.centres.tolist()), ("median", outcome.median.centres.tolist())),
        height=290,
    )


def near_by(outcome: MedianOutcome) -> Picture:
    """Return the groups at a larger scale: at that of the board a centre's move can be smaller than its sign."""
    cloud = outcome.points[:-1]
    mean, median = with_others(outcome.mean), with_others(outcome.median)
    shown = np.vstack([cloud, mean, median])
    x_range, y_range = scale.span(shown[:, 0]), scale.span(shown[:, 1])
    layers = (
        Dots(cloud[:, 0], cloud[:, 1], group=outcome.mean.labels[:-1], size=4),
        *diamonds(median, x_range, y_range),
        Dots(mean[:, 0], mean[:, 1], size=4.5, shape="cross"),
    )
    scene = Scene(
        [Frame(layers, f"without the outlier; mean at {places(mean)}; median at {places(median)}.")],
        x_label="x",
        y_label="y",
        x_range=x_range,
        y_range=y_range,
        title="The groups, magnified",
    )
    return Picture(scene, height=370)


def diamonds(at: Floats, x_range: Span, y_range: Span) -> list[Layer]:
    """Draw open diamonds at places, shape (k, 2), as the board does: a sign through which the cross can be seen."""
    wide, tall = 0.045 * (x_range[1] - x_range[0]), 0.038 * (y_range[1] - y_range[0])
    layers: list[Layer] = [Dots(at[:, 0], at[:, 1], size=1.5)]
    for across, up in ((1, 1), (1, -1), (-1, -1), (-1, 1)):
        x, y = at.T
        layers.append(Lines(x, y + up * tall, x + across * wide, y, width=2.5))
    return layers


def costs(outcome: MedianOutcome) -> Table:
    """Return both costs of each method and its centres."""
    found = {"k-means": outcome.mean, "k-medians": outcome.median}
    rows = [(name, one.squared, one.absolute, places(one.centres)) for name, one in found.items()]
    return Table(("method", "squared cost", "absolute cost", "centres"), rows)


def alone(outcome: MedianOutcome) -> str:
    """Say which methods spend a centre on the outlier alone."""
    found = {"K-means": outcome.mean, "K-medians": outcome.median}
    return "".join(
        f" {name} gives the outlier a centre of its own." for name, one in found.items() if lonely(one.labels)
    )


def lonely(labels: Labels) -> bool:
    """Tell whether the outlier, the last point, is alone in its cluster."""
    return int((labels == labels[-1]).sum()) == 1


def with_others(found: Centred) -> Floats:
    """Return the centres that stand for more than the outlier, shape (k or k - 1, 2)."""
    return np.delete(found.centres, found.labels[-1], axis=0) if lonely(found.labels) else found.centres


def places(centres: Floats) -> str:
    """Write centres, shape (k, 2), as pairs."""
    return ", ".join(f"({x:.2f}, {y:.2f})" for x, y in centres).replace("-", "−")
