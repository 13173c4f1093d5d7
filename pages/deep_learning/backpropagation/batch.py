"""Pictures of the experiment backpropagation.batch."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.experiment import Run
from engine.experiments.backpropagation.batch import BatchOutcome, BatchSettings
from pages.widgets.canvas.scene import Dots, Frame, Scene
from pages.widgets.canvas.view import Board, Metrics, Part, Picture, Row, Sheet, Table, written
from pages.widgets.figures.lines import lines

MOST_EXAMPLES = 8
MEAN, PRODUCT = "mean of the products", "product of the means"


def view(settings: BatchSettings, run: Run[BatchOutcome]) -> list[Part]:
    """The examples to drag beside the loss with both slopes; every factor and both averages."""
    found = run.outcome.batch
    board = Board(
        "input x",
        "target y",
        (-5.0, 5.0),
        (-0.5, 1.5),
        settings.points,
        sets_points="points",
        adds="points",
        most_points=MOST_EXAMPLES,
        point_name="example",
        height=230,
    )
    figures = {
        "Mean of the products": written(found.gradient),
        "Product of the means": written(found.product_of_means),
        "Slope of the loss, by a central difference": written(run.outcome.by_difference),
    }
    return [
        Row([board, Picture(chart(settings, run.outcome), height=291)]),
        Metrics(figures),
        factors(run.outcome),
        Sheet("points", settings.points, ("x", "y"), title="Edit the examples as a table", beside=True),
    ]


def chart(settings: BatchSettings, outcome: BatchOutcome) -> Scene:
    """Draw the loss against the weight, and the lines that have the slope of either average."""
    found = outcome.batch
    room = 0.1 * float(outcome.loss.max() - outcome.loss.min()) + 0.02
    low, high = float(outcome.loss.min()) - room, float(outcome.loss.max()) + room
    slopes = {
        name: np.where((line >= low) & (line <= high), line, np.nan)
        for name, line in ((MEAN, outcome.tangent), (PRODUCT, outcome.wrong))
    }
    says = (
        f"Mean squared error against the weight. At w = {written(settings.w)} it is {written(found.loss)}; its slope "
        f"is {written(found.gradient)}, and the product of the means says {written(found.product_of_means)}."
    )
    scene = lines(outcome.w, {"loss": outcome.loss, **slopes}, "weight w", "loss L", y_range=(low, high), says=says)
    here = Dots([settings.w], [found.loss], size=5)
    return replace(scene, frames=[Frame([*scene.frames[0].layers, here], says)])


def factors(outcome: BatchOutcome) -> Table:
    """Return the three factors of every example, their product, and the means below."""
    found = outcome.batch
    columns = {"−2(y − ŷ)": found.errors, "σ′(z)": found.slopes, "x": found.inputs, "product": found.products}
    values = np.column_stack(list(columns.values()))
    rows = [(str(i), *row) for i, row in enumerate(values.tolist(), start=1)]
    rows.append(("mean", *values.mean(axis=0).tolist()))
    return Table(("example", *columns), rows, "The factors of every example's derivative, and their means")
