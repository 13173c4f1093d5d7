"""The experiment choose_k: elbow and silhouette."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from engine.data import Floats, Table
from engine.datasets import blobs
from engine.experiment import Experiment, Sabotage, Verdict
from engine.experiments.clustering.shared import MOST_ROWS, OWN, REAL, Labels, real_table, some_rows, standardise
from engine.machine_learning import clustering
from engine.settings import Choice, Number, OwnTable, Settings, Whole


@dataclass(frozen=True)
class ChooseKSettings(Settings):
    """Data with a known number of blobs, or real data; and the k to look into."""

    data: Annotated[str, Choice(("blobs", *REAL, OWN), says="Data")] = "blobs"
    blobs: Annotated[int, Whole(1, 8, says="True number of blobs", when=(("data", ("blobs",)),))] = 4
    spread: Annotated[
        float, Number(0.2, 6, step=0.1, says="Spread of each blob (standard deviation)", when=(("data", ("blobs",)),))
    ] = 0.8
    size: Annotated[int, Whole(20, 400, step=10, says="Points, m", when=(("data", ("blobs",)),))] = 100
    k: Annotated[int, Whole(2, 10, says="Look into k =")] = 3
    table: Annotated[Table | None, OwnTable(says="Your table", when=(("data", (OWN,)),))] = None
    seed: Annotated[int, Whole(0, 9_999, says="Seed")] = 1


@dataclass(frozen=True)
class ChooseKOutcome:
    """SSE and silhouette for every k, and each point's silhouette at the k looked into.

    Attributes:
        ks: 1 .. 10 (fewer where there are fewer points).
        sse: shape (len(ks),), the best SSE of several starts.
        silhouette: shape (len(ks),), mean silhouette; NaN at k = 1, where it is not defined.
        points, labels, widths: the data, the clusters at the k looked into, and each point's silhouette.
        k: the k looked into; best_k: where the mean silhouette peaks.
    """

    ks: NDArray[np.intp]
    sse: Floats
    silhouette: Floats
    points: Floats
    labels: Labels
    widths: Floats
    k: int
    best_k: int


def run_choose_k(settings: ChooseKSettings) -> ChooseKOutcome:
    """Cluster for k = 1 .. 10 and score each."""
    rng = np.random.default_rng(settings.seed)
    if settings.data == "blobs":
        X = blobs(rng, settings.size, centres=settings.blobs, spread=settings.spread, apart=6.0)[0]
    else:
        X = some_rows(standardise(real_table(settings.data, settings.table).values), MOST_ROWS, rng)
    return score_ks(X, settings.k, rng)


def score_ks(X: Floats, k: int, rng: np.random.Generator, most: int = 10) -> ChooseKOutcome:
    """Score k = 1 .. `most` on X, shape (m, d): the best SSE found, and the mean silhouette of that clustering."""
    ks = np.arange(1, min(most, len(X) - 1) + 1)
    found = clustering.elbow(X, ks.tolist(), rng)
    widths = [clustering.silhouettes(X, one.labels) if i else np.full(len(X), np.nan) for i, one in enumerate(found)]
    means = np.array([width.mean() for width in widths])
    shown = min(k, int(ks[-1])) - 1
    return ChooseKOutcome(
        ks,
        np.array([one.cost for one in found]),
        means,
        X,
        found[shown].labels,
        widths[shown],
        int(ks[shown]),
        int(ks[1:][np.argmax(means[1:])]),
    )


def claim_choose_k(seed: int, spread: float = 0.8) -> Verdict:
    """Score k = 1 .. 8 on five sets of four blobs: SSE always falls, down to 0 at k = n, the silhouette peaks at 4."""
    rng = np.random.default_rng(seed)
    falls, zero, peaks = True, 0.0, []
    for _ in range(5):
        X = blobs(rng, 100, centres=4, spread=spread, apart=6.0)[0]
        result = score_ks(X, 4, rng, most=8)
        falls = falls and bool(np.all(np.diff(result.sse) < 0))
        zero = max(zero, clustering.lloyd(X, X.copy()).cost)
        peaks.append(result.best_k)
    hits = sum(peak == 4 for peak in peaks)
    return Verdict(
        falls and zero < 1e-9 and hits == 5,
        {"data sets on which the silhouette peaks at k = 4, of 5": hits, "SSE at k = n": zero},
        f"The silhouette peaks at the true k = 4 on {hits} of 5 data sets; the SSE "
        f"{'falls with every k' if falls else 'does not fall with every k'} and is {zero:.0e} at k = n.",
    )


EXPERIMENT = Experiment(
    "choose_k",
    ChooseKSettings,
    run_choose_k,
    claim_choose_k,
    Sabotage("blobs so wide that they overlap", lambda seed: claim_choose_k(seed, spread=6.0)),
    shows=(clustering.silhouettes,),
)
