"""The experiment normal: the normal equations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from engine.data import Floats, Table
from engine.datasets import load
from engine.experiment import Experiment, Sabotage, Verdict
from engine.experiments.linear_regression.shared import OWN, Points
from engine.machine_learning import regression
from engine.settings import Choice, Flag, OwnTable, Rows, Settings, Whole

SMALL_TABLE: Points = ((1, 2, 5.4), (2, 1, 5.9), (3, 5, 13.1), (4, 3, 11.8), (5, 6, 18.6), (6, 4, 14.6))


@dataclass(frozen=True)
class NormalSettings(Settings):
    """The rows of X and y."""

    data: Annotated[str, Choice(("a small table", "diabetes", OWN), says="Data")] = "a small table"
    rows: Annotated[
        Points,
        Rows(
            None,
            -1e6,
            1e6,
            most=30,
            widest=6,
            says="Rows: features, then the label",
            when=(("data", ("a small table",)),),
        ),
    ] = SMALL_TABLE
    features: Annotated[int, Whole(1, 8, says="Features used, from the left", when=(("data", ("diabetes", OWN)),))] = 3
    intercept: Annotated[bool, Flag(says="Column of ones")] = True
    duplicate: Annotated[bool, Flag(says="Copy of feature 1")] = False
    table: Annotated[
        Table | None, OwnTable(says="Your table; its last column is the label", when=(("data", (OWN,)),))
    ] = None

    def conflicts(self) -> Iterator[str]:
        if self.data == "a small table" and (len(self.rows) < 2 or len(self.rows[0]) < 2):
            yield "Give at least two rows, each with a feature and a label."


@dataclass(frozen=True)
class NormalOutcome:
    """One least-squares problem, looked at from all sides. p counts the columns of X, the ones included.

    Attributes:
        names: names of the p columns.
        X, y: shapes (m, p) and (m,).
        gram: X'X, shape (p, p); inverse: its inverse, or None where it is singular.
        moment: X'y, shape (p,).
        condition: ratio of the largest to the smallest eigenvalue of X'X, infinite where it is singular.
        rank: rank of X.
        weights: shape (p,), the solution, or where X'X is singular the one of minimum norm.
        another: shape (p,), another solution with the same SSE, or None where the solution is unique.
        residuals: shape (m,).
        orthogonality: largest |column of X · residuals|, divided by the length of that column and of y.
    """

    names: tuple[str, ...]
    X: Floats
    y: Floats
    gram: Floats
    inverse: Floats | None
    moment: Floats
    condition: float
    rank: int
    weights: Floats
    another: Floats | None
    residuals: Floats
    orthogonality: float
    sse: float


def design(settings: NormalSettings) -> tuple[tuple[str, ...], Floats, Floats]:
    """Return the column names, X of shape (m, p) and y of shape (m,) that the settings describe."""
    if settings.data == "a small table":
        values = np.array(settings.rows, dtype=float)
        names = tuple(f"x{i}" for i in range(1, values.shape[1]))
        X, y = values[:, :-1], values[:, -1]
    else:
        table = settings.table if settings.data == OWN else load("diabetes")
        assert table is not None
        X, y = table.values[:, :-1][:, : settings.features], table.values[:, -1]
        names = table.names[: X.shape[1]]
    if settings.duplicate:
        X, names = np.column_stack([X, X[:, 0]]), (*names, f"{names[0]} again")
    if settings.intercept:
        X, names = np.column_stack([np.ones(len(X)), X]), ("1", *names)
    return names, X, y


def run_normal(settings: NormalSettings) -> NormalOutcome:
    """Build X'X and X'y, solve, and hold the residuals against every column."""
    names, X, y = design(settings)
    gram, moment = X.T @ X, X.T @ y  # (p, p), (p,)
    fit = regression.lstsq(X, y, intercept=False)
    unique = fit.rank == X.shape[1]
    weights = np.asarray(np.linalg.solve(gram, moment), dtype=np.float64) if unique else fit.weights
    inverse = np.asarray(np.linalg.inv(gram), dtype=np.float64) if unique else None
    another = None if unique else weights + null_direction(X)
    residuals = regression.residuals(y, X @ weights)
    lengths = np.linalg.norm(X, axis=0) * max(float(np.linalg.norm(y)), 1e-300)
    along = np.abs(X.T @ residuals) / np.where(lengths > 0, lengths, 1.0)
    return NormalOutcome(
        names,
        X,
        y,
        gram,
        inverse,
        moment,
        fit.condition if unique else float("inf"),
        fit.rank,
        weights,
        another,
        residuals,
        float(along.max()),
        float(residuals @ residuals),
    )


def null_direction(X: Floats) -> Floats:
    """Return v of shape (p,) with X v = 0 and largest entry 1: moving the weights along v changes no prediction."""
    last = np.linalg.svd(X, full_matrices=True)[2][-1]
    direction: Floats = last / last[np.argmax(np.abs(last))]
    return direction


def claim_normal(seed: int, duplicate: bool = False) -> Verdict:
    """Solve a random 40 × 4 design by the normal equations: is X'X well conditioned and the residual orthogonal?"""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(40, 4))
    y = X @ rng.normal(size=4) + rng.normal(size=40)
    if duplicate:
        X[:, 3] = X[:, 0]
    gram = X.T @ X
    condition = float(np.linalg.cond(gram))
    if condition > 1e12:
        says = f"X'X is singular (condition number {condition:.0e}): it has no inverse to solve with."
        return Verdict(False, {"condition number of X'X": condition}, says)
    weights = np.linalg.solve(gram, X.T @ y)
    off = float(np.abs(X.T @ (y - X @ weights)).max() / np.linalg.norm(y))
    gap = float(np.abs(weights - regression.lstsq(X, y, intercept=False).weights).max())
    return Verdict(
        off < 1e-10 and gap < 1e-8 and condition < 1e6,
        {"largest |X'r| / |y|": off, "difference to lstsq": gap, "condition number of X'X": condition},
        f"The residual's largest overlap with a column is {off:.0e}, the condition number of X'X {condition:.1f}.",
    )


EXPERIMENT = Experiment(
    "normal",
    NormalSettings,
    run_normal,
    claim_normal,
    Sabotage("one column replaced by a copy of another", lambda seed: claim_normal(seed, duplicate=True)),
    shows=(regression.lstsq, run_normal),
)
