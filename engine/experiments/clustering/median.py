"""The experiment median: mean or median."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from engine.data import Floats
from engine.datasets import blobs
from engine.experiment import Experiment, Sabotage, Verdict
from engine.experiments.clustering.shared import Labels
from engine.machine_learning import clustering
from engine.settings import Number, Settings, Whole


@dataclass(frozen=True)
class MedianSettings(Settings):
    """One to three groups of points, and an outlier that the reader moves."""

    out_x: Annotated[float, Number(-100, 100, step=0.5, says="Outlier, across")] = 10.0
    out_y: Annotated[float, Number(-100, 100, step=0.5, says="Outlier, up")] = 0.0
    k: Annotated[int, Whole(1, 3, says="Groups, and clusters k")] = 1
    size: Annotated[int, Whole(6, 120, step=2, says="Points in all, without the outlier")] = 30
    seed: Annotated[int, Whole(0, 9_999, says="Seed")] = 1


@dataclass(frozen=True)
class Centred:
    """What one method found: centres (k, 2), labels (m,), and both costs of its result."""

    centres: Floats
    labels: Labels
    squared: float
    absolute: float


@dataclass(frozen=True)
class MedianOutcome:
    """k-means and k-medians on the same points, shape (m, 2); the last point is the outlier."""

    points: Floats
    mean: Centred
    median: Centred


def run_median(settings: MedianSettings) -> MedianOutcome:
    """Cluster the points and the outlier with both methods from the same start: the centres of the groups."""
    rng = np.random.default_rng(settings.seed)
    X, groups = blobs(rng, settings.size, centres=settings.k, spread=1.0, apart=6.0)
    X = X - X.mean(axis=0)
    start = np.array([X[groups == group].mean(axis=0) for group in range(settings.k)])
    points = np.vstack([X, [settings.out_x, settings.out_y]])
    return MedianOutcome(
        points, cost_of(points, clustering.lloyd(points, start)), cost_of(points, clustering.medians(points, start))
    )


def cost_of(X: Floats, found: clustering.Clustering) -> Centred:
    """Measure a clustering of X, shape (m, 2), by both costs."""
    gaps = X - found.centres[found.labels]
    return Centred(found.centres, found.labels, float((gaps**2).sum()), float(np.abs(gaps).sum()))


def claim_median(seed: int, use_mean: bool = False) -> Verdict:
    """Move an outlier of a 31-point cluster from distance 10 to 100 and measure how far each centre goes."""
    rng = np.random.default_rng(seed)
    cluster = rng.normal(size=(30, 2))
    shifts = []
    for find in (clustering.lloyd, clustering.lloyd if use_mean else clustering.medians):
        near, far = (
            find(points, points[:1]).centres[0]
            for points in (np.vstack([cluster, [distance, 0.0]]) for distance in (10.0, 100.0))
        )
        shifts.append(float(np.linalg.norm(far - near)))
    mean, median = shifts
    return Verdict(
        abs(mean - 90 / 31) <= 1e-9 and median <= 1e-12,
        {"shift of the mean": mean, "shift of the median": median},
        f"The mean moved by {mean:.4f} (90/31 = {90 / 31:.4f}), the median by {median:.4f}."
        if not use_mean
        else f"The first centre moved by {mean:.4f}, the second by {median:.4f}.",
    )


EXPERIMENT = Experiment(
    "median",
    MedianSettings,
    run_median,
    claim_median,
    Sabotage("the mean used as centre in both methods", lambda seed: claim_median(seed, use_mean=True)),
    shows=(clustering.kmedians,),
)
