"""The experiment lloyd: assign and update by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Any

import numpy as np

from engine.data import Floats, Table
from engine.datasets import blobs, features, moons
from engine.experiment import Experiment, Sabotage, Verdict
from engine.experiments.clustering.shared import (
    BY_HAND,
    COLUMNS,
    COMPONENTS,
    EIGHT_POINTS,
    OWN,
    PLACED,
    REAL,
    Labels,
    Points,
    real_table,
    standardise,
)
from engine.machine_learning import clustering
from engine.machine_learning.projection import principal_components
from engine.settings import Choice, ColumnSettings, Flag, Name, Number, OwnTable, Rows, Whole


@dataclass(frozen=True)
class LloydSettings(ColumnSettings):
    """Points in the plane, and where the centroids start."""

    data: Annotated[str, Choice(("blobs", "moons", *REAL, PLACED, OWN), says="Data")] = "blobs"
    start: Annotated[str, Choice(("random points", "k-means++", BY_HAND), says="Centroids start at")] = "random points"
    k: Annotated[int, Whole(1, 8, says="Clusters, k", when=(("start", ("random points", "k-means++")),))] = 4
    size: Annotated[int, Whole(10, 500, step=10, says="Points, m", when=(("data", ("blobs", "moons")),))] = 120
    spread: Annotated[
        float,
        Number(0.2, 4, step=0.1, says="Spread (standard deviation of a blob)", when=(("data", ("blobs", "moons")),)),
    ] = 1.0
    view: Annotated[str, Choice((COLUMNS, COMPONENTS), says="Cluster in", when=(("data", (*REAL, OWN)),))] = COLUMNS
    x: Annotated[str, Name(says="Column across", when=(("data", (*REAL, OWN)), ("view", (COLUMNS,))))] = ""
    y: Annotated[str, Name(says="Column up", when=(("data", (*REAL, OWN)), ("view", (COLUMNS,))))] = ""
    standard: Annotated[bool, Flag(says="Standardise first", when=(("data", (*REAL, OWN)),))] = True
    points: Annotated[
        Points, Rows(2, -1e6, 1e6, most=150, says="The points you placed: x, y", when=(("data", (PLACED,)),))
    ] = EIGHT_POINTS
    centres: Annotated[
        Points,
        Rows(2, -1e6, 1e6, most=8, says="The starting centroids you placed: x, y", when=(("start", (BY_HAND,)),)),
    ] = ((0.0, 0.0), (1.0, 1.0))
    table: Annotated[Table | None, OwnTable(says="Your table", when=(("data", (OWN,)),))] = None
    seed: Annotated[int, Whole(0, 9_999, says="Seed")] = 1

    @classmethod
    def bundled(cls, values: Mapping[str, Any]) -> Table | None:
        return features(values["data"]) if values["data"] in REAL else None

    @classmethod
    def usual_columns(cls, names: tuple[str, ...], values: Mapping[str, Any]) -> tuple[str, ...]:
        return names[0], names[min(2, len(names) - 1)]

    def conflicts(self) -> Iterator[str]:
        if self.start == BY_HAND and not self.centres:
            yield "Place at least one starting centroid."
        wanted = len(self.centres) if self.start == BY_HAND else self.k
        if self.data == PLACED and len(self.points) < wanted:
            yield f"Place at least {wanted} points, one for each centroid."


@dataclass(frozen=True)
class LloydSnapshot:
    """One half step of k-means on m points of the plane.

    Attributes:
        points: shape (m, 2); names: the axes.
        kind: "start", "assign" or "update"; iteration counts from 1, the start is 0.
        centres: shape (k, 2); labels: shape (m,); cost: the SSE of these labels and centres.
    """

    points: Floats
    names: tuple[str, str]
    kind: str
    iteration: int
    centres: Floats
    labels: Labels
    cost: float


def plane_of(settings: LloydSettings) -> tuple[Floats, tuple[str, str]]:
    """Return the points of shape (m, 2) that the settings name, and the names of both axes."""
    rng = np.random.default_rng(settings.seed)
    if settings.data == PLACED:
        return np.array(settings.points, dtype=float), ("x", "y")
    if settings.data == "blobs":
        return blobs(rng, settings.size, centres=4, spread=settings.spread, apart=4.0)[0], ("x", "y")
    if settings.data == "moons":
        return moons(rng, settings.size, 0.1 * settings.spread)[0], ("x", "y")
    table = real_table(settings.data, settings.table)
    if settings.view == COMPONENTS:
        X = standardise(table.values) if settings.standard else table.values
        view = principal_components(X, 2)
        first, second = (f"{share:.0%} of the variance" for share in view.explained)
        return view.scores, (f"1st principal component, {first}", f"2nd principal component, {second}")
    chosen = settings.two_columns()
    X = table.columns(chosen)
    return (standardise(X) if settings.standard else X), chosen


def run_lloyd(settings: LloydSettings) -> Iterator[LloydSnapshot]:
    """Yield the state after the start and after every half step until nothing changes."""
    X, names = plane_of(settings)
    rng = np.random.default_rng((settings.seed, 1))
    if settings.start == BY_HAND:
        centres = np.array(settings.centres, dtype=float)
    elif settings.start == "k-means++":
        centres = clustering.plusplus_start(X, settings.k, rng)
    else:
        centres = clustering.random_start(X, settings.k, rng)
    for half in clustering.kmeans(X, centres):
        yield LloydSnapshot(X, names, half.kind, half.iteration, half.centres, half.labels, half.cost)


def claim_lloyd(seed: int, noise: float = 0.0) -> Verdict:
    """Follow 50 random starts on six blobs: the SSE never rises, and the ends differ."""
    rng = np.random.default_rng(seed)
    X = blobs(rng, 200, centres=6, spread=0.8, apart=4.0)[0]
    rise, ends = 0.0, []
    for _ in range(50):
        costs = [half.cost for half in noisy(clustering.kmeans(X, clustering.random_start(X, 6, rng)), X, noise, rng)]
        rise = max(rise, max((b - a) / a for a, b in pairwise(costs)))
        ends.append(costs[-1])
    ratio = max(ends) / min(ends)
    return Verdict(
        rise <= 1e-9 and ratio > 1.05,
        {"largest relative rise of the SSE in a half step": rise, "worst final SSE over best": ratio},
        f"Over 50 starts no half step raised the SSE by more than {max(rise, 0):.0e} of it, and the worst end is "
        f"{ratio:.1f} times the best."
        if rise <= 1e-9
        else f"A half step raised the SSE by {rise:.1%}.",
    )


def noisy(
    halves: Iterator[clustering.HalfStep], X: Floats, noise: float, rng: np.random.Generator
) -> Iterator[clustering.HalfStep]:
    """Pass half steps on; with noise, push the updated centres away from the means (the sabotage)."""
    for half in halves:
        if noise and half.kind == "update":
            centres = half.centres + rng.normal(scale=noise, size=half.centres.shape)
            cost = float(((X - centres[half.labels]) ** 2).sum())
            yield clustering.HalfStep(half.kind, half.iteration, centres, half.labels, cost)
        else:
            yield half


EXPERIMENT = Experiment(
    "lloyd",
    LloydSettings,
    run_lloyd,
    claim_lloyd,
    Sabotage("noise added to the updated centres", lambda seed: claim_lloyd(seed, noise=0.5)),
    shows=(clustering.kmeans,),
)
