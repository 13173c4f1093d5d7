"""The experiment sse: squares on residuals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from engine.data import Floats, Table
from engine.datasets import load, noisy_polynomial
from engine.errors import DataRefused
from engine.experiment import Experiment, Sabotage, Verdict
from engine.experiments.linear_regression.shared import FOUR_POINTS, OWN, PLACED, Points
from engine.machine_learning import regression
from engine.settings import Choice, ColumnSettings, Name, Number, OwnTable, Rows, Whole


@dataclass(frozen=True)
class SSESettings(ColumnSettings):
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
    def bundled(cls, values: Mapping[str, Any]) -> Table | None:
        return load("diabetes")

    @classmethod
    def usual_columns(cls, names: tuple[str, ...], values: Mapping[str, Any]) -> tuple[str, ...]:
        return ("bmi", "progression") if {"bmi", "progression"} <= set(names) else (names[0], names[-1])

    def conflicts(self) -> Iterator[str]:
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
    names = settings.two_columns()
    keep = np.sort(rng.permutation(len(table.values))[: settings.size])
    columns = table.columns(names)[keep]
    centre, scale = columns.mean(axis=0), columns.std(axis=0)
    if not scale.all():
        raise DataRefused(
            f"Among the {len(keep)} rows drawn, '{names[int(np.argmin(scale))]}' is constant; use more rows."
        )
    x, y = ((columns - centre) / scale).T
    return Scatter(x, y, names, (float(centre[0]), float(centre[1])), (float(scale[0]), float(scale[1])))


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


EXPERIMENT = Experiment(
    "sse",
    SSESettings,
    run_sse,
    claim_sse,
    Sabotage("the formula's slope made 5 % too steep", lambda seed: claim_sse(seed, slope_factor=1.05)),
    shows=(regression.line, regression.residuals, regression.sse),
)
