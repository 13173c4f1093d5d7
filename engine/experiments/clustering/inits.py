"""The experiment inits: two hundred starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from engine.data import Floats, Table
from engine.datasets import blobs
from engine.errors import TooLarge
from engine.experiment import Experiment, Sabotage, Verdict
from engine.experiments.clustering.shared import MOST_ROWS, MOST_TERMS, OWN, REAL, real_table, some_rows, standardise
from engine.machine_learning import clustering
from engine.settings import Choice, Flag, Number, OwnTable, Settings, Whole


@dataclass(frozen=True)
class InitsSettings(Settings):
    """Many single starts of k-means on the same data."""

    data: Annotated[str, Choice(("ten blobs", *REAL, OWN), says="Data")] = "ten blobs"
    runs: Annotated[int, Whole(20, 500, step=20, says="Starts of each kind")] = 200
    k: Annotated[int, Whole(2, 15, says="Clusters, k")] = 10
    plain: Annotated[bool, Flag(says="Plain k-means++")] = False
    spread: Annotated[
        float,
        Number(0.1, 2, step=0.1, says="Spread of each blob (standard deviation)", when=(("data", ("ten blobs",)),)),
    ] = 0.5
    table: Annotated[Table | None, OwnTable(says="Your table", when=(("data", (OWN,)),))] = None
    seed: Annotated[int, Whole(0, 9_999, says="Seed")] = 1


@dataclass(frozen=True)
class InitsOutcome:
    """Final SSE of every start.

    Attributes:
        points: how many points were clustered.
        random, plusplus: shape (runs,), final SSE of each start.
        best: the smallest of them all.
        near_random, near_plusplus: share of the starts that end within 5 % of the best.
    """

    points: int
    random: Floats
    plusplus: Floats
    best: float
    near_random: float
    near_plusplus: float


def run_inits(settings: InitsSettings) -> InitsOutcome:
    """Run k-means from many random and many k-means++ starts."""
    rng = np.random.default_rng(settings.seed)
    if settings.data == "ten blobs":
        X = blobs(rng, 300, centres=10, spread=settings.spread, apart=3.0)[0]
    else:
        X = some_rows(standardise(real_table(settings.data, settings.table).values), MOST_ROWS, rng)
    if (terms := X.size * settings.k * settings.runs) > MOST_TERMS:
        raise TooLarge("coordinate differences in each round", terms, MOST_TERMS)
    return compare_starts(X, settings.k, rng, settings.runs, trials=1 if settings.plain else None)


def compare_starts(
    X: Floats, k: int, rng: np.random.Generator, runs: int, trials: int | None, how: str = "k-means++"
) -> InitsOutcome:
    """Run k-means on X, shape (m, d), from `runs` random starts and `runs` starts of the kind `how`."""
    random = clustering.many_starts(X, k, rng, runs, "random")[0]
    plusplus = clustering.many_starts(X, k, rng, runs, how, trials=trials)[0]
    best = float(min(random.min(), plusplus.min()))
    near = [float(np.mean(costs <= 1.05 * best + 1e-12)) for costs in (random, plusplus)]
    return InitsOutcome(len(X), random, plusplus, best, near[0], near[1])


def claim_inits(seed: int, how: str = "k-means++") -> Verdict:
    """Start k-means 100 times each way on ten separated blobs: who ends near the best SSE?"""
    rng = np.random.default_rng(seed)
    X = blobs(rng, 300, centres=10, spread=0.5, apart=3.0)[0]
    result = compare_starts(X, 10, rng, 100, trials=None, how=how)
    plus, random = result.near_plusplus, result.near_random
    return Verdict(
        plus >= 0.5 and random <= 0.35 and plus - random >= 0.3,
        {"share of k-means++ starts near the best": plus, "share of random starts near the best": random},
        f"{plus:.0%} of the k-means++ starts end within 5 % of the best SSE, {random:.0%} of the random starts.",
    )


EXPERIMENT = Experiment(
    "inits",
    InitsSettings,
    run_inits,
    claim_inits,
    Sabotage("random starts on both sides", lambda seed: claim_inits(seed, how="random")),
    shows=(clustering.plusplus_start, clustering.random_start),
)
