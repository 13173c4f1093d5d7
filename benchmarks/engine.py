"""Measure the engine beside its peers, one thread, peers interleaved with ours, and print each ratio beside its goal.

    python benchmarks/engine.py [--only k-means] [--quick]

A ratio is the median of our times over the median of the peer's, in the same run. Before the clock starts, both
results are compared: a row of different results says so and has no ratio. k-means runs in both until no label changes
(`tol=0`), from the same starts.
"""

from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"  # before numpy

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.cluster import KMeans
from sklearn.linear_model import LinearRegression
from sklearn.metrics import silhouette_samples

sys.path.pop(0)  # this folder, where `engine` would be this file
sys.path.insert(0, str(Path(__file__).parents[1]))

from engine.data import Floats
from engine.machine_learning import clustering, regression


@dataclass(frozen=True)
class Race:
    """One row: what runs, the peer, the largest ratio of our time to the peer's that is hoped for, and how often.

    `same` compares what both return and says None, or what differs.
    """

    what: str
    peer: str
    goal: float
    ours: Callable[[], Any]
    theirs: Callable[[], Any]
    same: Callable[[Any, Any], str | None]
    times: int


def spread(seed: int, m: int, d: int, groups: int) -> Floats:
    """Return m points of d coordinates around `groups` places that overlap a little."""
    rng = np.random.default_rng(seed)
    return 3 * rng.normal(size=(groups, d))[rng.integers(groups, size=m)] + rng.normal(size=(m, d))


def least_squares() -> Iterator[Race]:
    def same(fit: regression.Fit, model: LinearRegression) -> str | None:
        gap = float(np.abs(fit.weights - model.coef_).max() / np.abs(model.coef_).max())
        return None if gap <= 1e-6 else f"coefficients differ by {gap:.0e}"

    for m, n, goal, times in (
        (100, 2, 0.3, 300),
        (442, 10, 0.3, 300),
        (2_000, 10, 0.3, 300),
        (2_000, 100, 0.3, 50),
        (100_000, 100, 0.8, 7),
    ):
        rng = np.random.default_rng(m)
        X = rng.normal(size=(m, n)) + 3 * rng.normal(size=n)
        y = X @ rng.normal(size=n) + rng.normal(size=m)
        yield Race(
            f"OLS {m:,} × {n}",
            "LinearRegression",
            goal,
            lambda X=X, y=y: regression.ols(X, y),
            lambda X=X, y=y: LinearRegression().fit(X, y),
            same,
            times,
        )


def means() -> Iterator[Race]:
    def same(ours: list[clustering.Clustering], theirs: list[KMeans]) -> str | None:
        for one, other in zip(ours, theirs, strict=True):
            if (one.labels != other.labels_).any():
                return f"{np.mean(one.labels != other.labels_):.2%} of the labels differ"
            if abs(one.cost / other.inertia_ - 1) > 1e-9:
                return f"inertia differs by {abs(one.cost / other.inertia_ - 1):.0e}"
        return None

    for m, d, k, goal, starts, times in (
        (300, 2, 4, 0.3, 20, 15),
        (300, 2, 10, 0.3, 20, 15),
        (150, 4, 3, 0.3, 20, 15),
        (10_000, 2, 8, 1.0, 5, 7),
        (10_000, 10, 8, 1.0, 5, 7),
        (1_797, 64, 10, 1.0, 5, 7),
        (1_000_000, 2, 8, 1.25, 1, 5),
        (1_000_000, 10, 8, 1.25, 1, 5),
    ):
        X, rng = spread(m, m, d, k), np.random.default_rng(m)
        most = 300 if m < 1_000_000 else 30
        places = [clustering.random_start(X, k, rng) for _ in range(starts)]
        yield Race(
            f"k-means {m:,} × {d}, k = {k}",
            "KMeans(lloyd, n_init=1)",
            goal,
            lambda X=X, places=places, most=most: [clustering.lloyd(X, one, most) for one in places],
            lambda X=X, places=places, most=most, k=k: [
                KMeans(k, init=one, n_init=1, tol=0, max_iter=most, algorithm="lloyd").fit(X) for one in places
            ],
            same,
            times,
        )


def plain_medians(X: Floats, centres: Floats) -> tuple[Floats, Floats]:
    """Run k-medians as one would write it down."""
    before = None
    while True:
        labels = np.abs(X[:, None, :] - centres).sum(axis=2).argmin(axis=1)
        if before is not None and np.array_equal(labels, before):
            return centres, labels
        before = labels
        centres = np.array([np.median(X[labels == j], axis=0) for j in range(len(centres))])


def coordinate_medians() -> Iterator[Race]:
    def same(ours: list[clustering.Clustering], theirs: list[tuple[Floats, Floats]]) -> str | None:
        equal = all(np.array_equal(one.centres, other[0]) for one, other in zip(ours, theirs, strict=True))
        return None if equal else "centres differ"

    for m, d, k, starts, times in (
        (300, 2, 4, 10, 7),
        (300, 2, 10, 10, 7),
        (10_000, 2, 8, 3, 5),
        (10_000, 10, 8, 3, 5),
        (100_000, 2, 8, 1, 3),
    ):
        X, rng = spread(m, m, d, k), np.random.default_rng(m)
        places = [clustering.random_start(X, k, rng) for _ in range(starts)]
        yield Race(
            f"k-medians {m:,} × {d}, k = {k}",
            "the loop with np.median",
            0.2,
            lambda X=X, places=places: [clustering.medians(X, one) for one in places],
            lambda X=X, places=places: [plain_medians(X, one) for one in places],
            same,
            times,
        )


def many() -> Iterator[Race]:
    X = np.repeat(10.0 * np.array([[i, j] for i in range(5) for j in range(2)]), 30, axis=0)
    X = X + 0.5 * np.random.default_rng(0).normal(size=X.shape)
    for how in ("random", "k-means++"):

        def same(ours: tuple[Floats, clustering.Clustering], theirs: KMeans) -> str | None:
            gap = ours[1].cost / theirs.inertia_ - 1
            return None if abs(gap) < 1e-6 else f"the best SSE differs by {gap:.1%}"

        yield Race(
            f"200 starts {how} 300 × 2, k = 10",
            "KMeans(lloyd, n_init=200)",
            1.0,
            lambda how=how: clustering.many_starts(X, 10, np.random.default_rng(0), 200, how),
            lambda how=how: KMeans(10, init=how, n_init=200, tol=0, random_state=0, algorithm="lloyd").fit(X),
            same,
            5,
        )


def widths() -> Iterator[Race]:
    def same(ours: Floats, theirs: Floats) -> str | None:
        gap = float(np.abs(ours - theirs).max())
        return None if gap < 1e-6 else f"silhouettes differ by {gap:.0e}"

    for m, d, k, times in ((300, 2, 4, 100), (5_000, 2, 8, 5)):
        X = spread(m, m, d, k)
        labels = clustering.lloyd(X, X[:k]).labels
        yield Race(
            f"silhouettes {m:,} × {d}, k = {k}",
            "silhouette_samples",
            1.0,
            lambda X=X, labels=labels: clustering.silhouettes(X, labels),
            lambda X=X, labels=labels: silhouette_samples(X, labels),
            same,
            times,
        )


def timed(run: Callable[[], Any]) -> tuple[float, Any]:
    """Return how many seconds a call took, and what it returned."""
    start = time.perf_counter()
    result = run()
    return time.perf_counter() - start, result


def measure(race: Race, times: int) -> str:
    """Run both in turns and return the row's text."""
    differs = race.same(race.ours(), race.theirs())  # also warms caches
    if differs:
        return f"{race.what:38}  {race.peer:26}  {differs}"
    pairs = [(timed(race.ours)[0], timed(race.theirs)[0]) for _ in range(times)]
    ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = ours / theirs
    verdict = "ok" if ratio <= race.goal else "missed"
    return (
        f"{race.what:38}  {race.peer:26}  {1e3 * ours:10.3f}  {1e3 * theirs:10.3f}"
        f"  {ratio:6.2f}  {race.goal:6.2f}  {verdict}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="run the rows whose name holds this")
    parser.add_argument("--quick", action="store_true", help="three runs a row: enough to see that all of it works")
    arguments = parser.parse_args()
    print(f"{'what':38}  {'peer':26}  {'ours ms':>10}  {'peer ms':>10}  {'ratio':>6}  {'goal ≤':>6}")
    for family in (least_squares, means, coordinate_medians, many, widths):
        for race in family():
            if arguments.only in race.what:
                print(measure(race, min(race.times, 3) if arguments.quick else race.times), flush=True)


if __name__ == "__main__":
    main()
