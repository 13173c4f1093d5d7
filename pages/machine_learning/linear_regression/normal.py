"""Pictures of the experiment linear_regression.normal."""

from __future__ import annotations

import numpy as np

from engine.data import Floats
from engine.experiment import Run
from engine.experiments.linear_regression.normal import NormalOutcome, NormalSettings
from pages.widgets.canvas.view import Metrics, Part, Picture, Row, Sheet, Table, Text, written
from pages.widgets.figures.scatter import scatter

SINGULAR = (
    "X'X has no inverse: the columns of X are linearly dependent. The table holds the shortest weight vector, and "
    "another one with the same SSE."
)


def view(settings: NormalSettings, run: Run[NormalOutcome]) -> list[Part]:
    """X'X, its inverse, the solution and the residuals against every column."""
    outcome = run.outcome
    metrics = {
        "κ(X'X), condition number": written(outcome.condition),
        "Rank of X": f"{outcome.rank} of {len(outcome.names)}",
        "Largest cosine of y − ŷ with a column": written(float(f"{outcome.orthogonality:.0e}")),
    }
    inverse = SINGULAR if outcome.inverse is None else ""
    matrices: list[Part] = [matrix("X'X", outcome.gram, outcome.names)]
    matrices.append(
        Text(inverse, warning=True)
        if outcome.inverse is None
        else matrix("Inverse of X'X", outcome.inverse, outcome.names)
    )
    parts: list[Part] = [
        Metrics(metrics),
        Row([matrices, [solution(outcome), residuals(outcome)]]),
    ]
    if settings.data == "a small table":
        names = (*(f"x{i}" for i in range(1, len(settings.rows[0]))), "y")
        parts.append(Sheet("rows", settings.rows, names, title="Rows of X and y", beside=True))
    return parts


def matrix(title: str, values: Floats, names: tuple[str, ...]) -> Table:
    """Return a matrix, shape (p, p), with the names of its rows and columns."""
    return Table(("", *names), [(name, *row) for name, row in zip(names, values.tolist(), strict=True)], title)


def solution(outcome: NormalOutcome) -> Table:
    """Return the weights, and the other ones that do as well where they are not the only ones."""
    columns = {"X'y": outcome.moment, "weights": outcome.weights}
    title = "The solution, a row for each column of X"
    if outcome.another is not None:
        columns["other weights"] = outcome.another
        again = float(((outcome.y - outcome.X @ outcome.another) ** 2).sum())
        title = f"No unique solution: SSE {outcome.sse:.6g} with the weights, {again:.6g} with the others"
    rows = np.column_stack(list(columns.values())).tolist()
    return Table(("column", *columns), [(name, *row) for name, row in zip(outcome.names, rows, strict=True)], title)


def residuals(outcome: NormalOutcome) -> Picture:
    """Picture what the weights leave over, against the labels."""
    says = f"Residuals of {len(outcome.y)} rows against their labels; the sum of their squares is {outcome.sse:.4g}."
    return Picture(scatter(outcome.y, outcome.residuals, "label y", "residual y − ŷ", says, level=0.0), height=190)
