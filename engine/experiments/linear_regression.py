"""Experiments of the topic "Linear regression and least squares" (sections 2 to 2.4 of the primer)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from engine.data import Floats, Table, load, noisy_polynomial
from engine.errors import DataRefused
from engine.experiment import Choice, Experiment, Flag, Name, Number, OwnTable, Rows, Sabotage, Settings, Verdict, Whole
from engine.machine_learning import regression

PLACED, OWN = "points you place", "own table"
Points = tuple[tuple[float, ...], ...]

FOUR_POINTS: Points = ((1.0, 2.0), (2.0, 5.0), (4.0, 5.0), (5.0, 8.0))  # of the worked example

# --- sse: squares on residuals ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class SSESettings(Settings):
    """A cloud of points and a line of the reader's."""

    data: Annotated[str, Choice(("a noisy line", "diabetes", PLACED, OWN), says="Data")] = "a noisy line"
    slope: Annotated[float, Number(-5, 5, step=0.05, says="Slope w₁ of your line")] = 0.0
    intercept: Annotated[float, Number(-10, 10, step=0.05, says="Intercept w₀ of your line")] = 4.0
    size: Annotated[int, Whole(3, 400, says="Points, m", when=(("data", ("a noisy line", "diabetes", OWN)),))] = 12
    noise: Annotated[
        float, Number(0, 5, step=0.1, says="Noise (standard deviation)", when=(("data", ("a noisy line",)),))
    ] = 1.2
    x: Annotated[str, Name(says="Feature x", when=(("data", ("diabetes", OWN)),))] = ""
    y: Annotated[str, Name(says="Label y", when=(("data", ("diabetes", OWN)),))] = ""
    points: Annotated[
        Points, Rows(2, -1e6, 1e6, most=60, says="The points you placed: x, y", when=(("data", (PLACED,)),))
    ] = FOUR_POINTS
    table: Annotated[Table | None, OwnTable(says="Your table", when=(("data", (OWN,)),))] = None
    seed: Annotated[int, Whole(0, 9_999, says="Seed", when=(("data", ("a noisy line", "diabetes", OWN)),))] = 1

    @classmethod
    def columns(cls, values: Mapping[str, Any]) -> tuple[str, ...]:
        table = values.get("table") if values["data"] == OWN else load("diabetes")
        return table.names if table else ()

    @classmethod
    def preferred(cls, values: Mapping[str, Any]) -> dict[str, str]:
        names = cls.columns(values)
        return dict(zip("xy", usual_columns(names), strict=True)) if names else {}

    def conflicts(self) -> Iterator[str]:
        if self.data == OWN and self.table is None:
            yield "Choose a table of your own first."
        if self.data == PLACED and len({point[0] for point in self.points}) < 2:
            yield "Place at least two points with different x."


@dataclass(frozen=True)
class Scatter:
    """m points with names for their axes. `centre` and `scale` lead back to the data's own units."""

    x: Floats
    y: Floats
    names: tuple[str, str]
    centre: tuple[float, float] = (0.0, 0.0)
    scale: tuple[float, float] = (1.0, 1.0)

    @property
    def standardised(self) -> bool:
        return self.scale != (1.0, 1.0)


@dataclass(frozen=True)
class SSEOutcome:
    """The reader's line and the least-squares line on the same points.

    Attributes:
        scatter: the points.
        residuals: shape (m,), label minus prediction of the reader's line.
        sse, best_sse: sum of squared residuals of the reader's line, and the smallest possible one.
        best: slope and intercept of the least-squares line.
    """

    scatter: Scatter
    slope: float
    intercept: float
    residuals: Floats
    sse: float
    best: tuple[float, float]
    best_sse: float

    def in_own_units(self) -> tuple[float, float]:
        """Return the least-squares slope and intercept in the units the data came in."""
        (cx, cy), (sx, sy) = self.scatter.centre, self.scatter.scale
        slope = self.best[0] * sy / sx
        return slope, cy + self.best[1] * sy - slope * cx


def scatter_of(settings: SSESettings) -> Scatter:
    """Return the points that the settings name; columns of real data are standardised so that one slider fits all."""
    rng = np.random.default_rng(settings.seed)
    if settings.data == PLACED:
        x, y = np.array(settings.points, dtype=float).T
        return Scatter(x, y, ("x", "y"))
    if settings.data == "a noisy line":
        u, y = noisy_polynomial(rng, settings.size, (5.0, 3.0), settings.noise)
        x = 5 + 5 * u  # x from 0 to 10 around the true line y = 2 + 0.6 x
        return Scatter(x, y, ("x", "y"))
    table = settings.table if settings.data == OWN else load("diabetes")
    assert table is not None
    names = pick_columns(table, settings.x, settings.y)
    keep = np.sort(rng.permutation(len(table.values))[: settings.size])
    columns = table.columns(names)[keep]
    centre, scale = columns.mean(axis=0), columns.std(axis=0)
    if not scale.all():
        raise DataRefused(
            f"Among the {len(keep)} rows drawn, '{names[int(np.argmin(scale))]}' is constant; use more rows."
        )
    x, y = ((columns - centre) / scale).T
    return Scatter(x, y, names, (float(centre[0]), float(centre[1])), (float(scale[0]), float(scale[1])))


def usual_columns(names: tuple[str, ...]) -> tuple[str, str]:
    """Return the feature and the label that are taken where none is chosen."""
    return ("bmi", "progression") if {"bmi", "progression"} <= set(names) else (names[0], names[-1])


def pick_columns(table: Table, x: str, y: str) -> tuple[str, str]:
    """Return the chosen feature and label, or the usual ones.

    Raises:
        DataRefused: if both are the same column, or one is not in the table.
    """
    usual = usual_columns(table.names)
    chosen = x or usual[0], y or usual[1]
    if chosen[0] == chosen[1]:
        raise DataRefused(f"Choose two different columns; '{chosen[0]}' was chosen for both x and y.")
    table.columns(chosen)  # says which names there are if one is not among them
    return chosen


def run_sse(settings: SSESettings) -> SSEOutcome:
    """Measure the reader's line against the best one."""
    scatter = scatter_of(settings)
    slope, intercept = regression.line(scatter.x, scatter.y)
    residuals = regression.residuals(scatter.y, settings.intercept + settings.slope * scatter.x)
    best_sse = regression.sse(scatter.y, intercept + slope * scatter.x)
    return SSEOutcome(
        scatter,
        settings.slope,
        settings.intercept,
        residuals,
        float(residuals @ residuals),
        (slope, intercept),
        best_sse,
    )


def claim_sse(seed: int, slope_factor: float = 1.0) -> Verdict:
    """Try 20,000 lines around the formula's line at distances from 1e-4 to 1: none may have a smaller SSE."""
    rng = np.random.default_rng(seed)
    x, y = noisy_polynomial(rng, 20, (5.0, 3.0), 1.2)
    slope, intercept = regression.line(x, y)
    slope *= slope_factor
    directions = rng.normal(size=(20_000, 2))
    directions *= (10 ** rng.uniform(-4, 0, 20_000) / np.linalg.norm(directions, axis=1))[:, None]
    slopes, intercepts = slope + directions[:, 0], intercept + directions[:, 1]
    errors = y - intercepts[:, None] - slopes[:, None] * x  # (20000, 20)
    others = np.einsum("lm,lm->l", errors, errors)
    margin = float(others.min() - regression.sse(y, intercept + slope * x))
    holds = margin >= -1e-9
    return Verdict(
        holds,
        {"smallest SSE of 20,000 other lines minus SSE of the formula": margin},
        f"The best of 20,000 other lines is {abs(margin):.0e} {'worse' if holds else 'better'} than the formula's.",
    )


# --- normal: the normal equations ------------------------------------------------------------------------------

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
        if self.data == OWN and self.table is None:
            yield "Choose a table of your own first."
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
        names, X, y, gram, inverse, moment,
        fit.condition if unique else float("inf"), fit.rank, weights, another,
        residuals, float(along.max()), float(residuals @ residuals),
    )  # fmt: skip


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


# --- the lesson's worked example -------------------------------------------------------------------------------


def worked() -> dict[str, float]:
    """Return the numbers of the worked example by name: the least-squares line through four points."""
    x, y = np.array(FOUR_POINTS).T  # (4,), (4,)
    slope, intercept = regression.line(x, y)
    predicted = intercept + slope * x
    errors = regression.residuals(y, predicted)
    best, flat = regression.sse(y, predicted), regression.sse(y, np.full(len(y), y.mean()))
    numbers = {
        "mean_x": x.mean(), "mean_y": y.mean(), "slope": slope, "intercept": intercept,
        "sxx": ((x - x.mean()) ** 2).sum(), "sxy": ((x - x.mean()) * (y - y.mean())).sum(),
        "sse": best, "guess_sse": regression.sse(y, 2 + x), "flat_sse": flat, "explained": 1 - best / flat,
    }  # fmt: skip
    for i in range(len(x)):
        numbers[f"predicted_{i + 1}"] = predicted[i]
        numbers[f"residual_{i + 1}"] = errors[i]
        numbers[f"square_{i + 1}"] = errors[i] ** 2
    numbers |= worked_matrices(x, y)
    return {name: float(number) for name, number in numbers.items()}


def worked_matrices(x: Floats, y: Floats) -> dict[str, float]:
    """Return the numbers of the matrix form for points x, y of shape (m,)."""
    ones = np.ones(len(x))
    X = np.column_stack([ones, x])  # (m, 2)
    gram, moment = X.T @ X, X.T @ y  # (2, 2), (2,)
    centred = np.column_stack([ones, x - x.mean()])
    twice = np.column_stack([X, x])  # (m, 3): x entered twice
    return {
        "m": gram[0, 0], "sum_x": gram[0, 1], "sum_xx": gram[1, 1], "sum_y": moment[0], "sum_xy": moment[1],
        "determinant": np.linalg.det(gram),
        "condition": np.linalg.cond(gram), "centred_condition": np.linalg.cond(centred.T @ centred),
        "shared_weight": regression.lstsq(twice, y, intercept=False).weights[1],
    }  # fmt: skip


EXPERIMENTS = (
    Experiment(
        "sse", SSESettings, run_sse, claim_sse,
        Sabotage("the formula's slope made 5 % too steep", lambda seed: claim_sse(seed, slope_factor=1.05)),
        shows=(regression.line, regression.residuals, regression.sse),
    ),
    Experiment(
        "normal", NormalSettings, run_normal, claim_normal,
        Sabotage("one column replaced by a copy of another", lambda seed: claim_normal(seed, duplicate=True)),
        shows=(regression.lstsq, run_normal),
    ),
)  # fmt: skip
