"""What is special about clustering; the contract test has the rest."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import silhouette_samples, silhouette_score
from sklearn.preprocessing import StandardScaler

from engine.data import Table
from engine.datasets import features
from engine.errors import DataRefused, InvalidSettings
from engine.experiments.clustering.choose_k import ChooseKSettings, run_choose_k
from engine.experiments.clustering.inits import InitsSettings, run_inits
from engine.experiments.clustering.lloyd import LloydSettings, run_lloyd
from engine.experiments.clustering.median import MedianSettings, run_median
from engine.experiments.clustering.shared import BY_HAND, COMPONENTS, OWN, PLACED
from engine.experiments.clustering.worked import worked

CORNERS = ((0.0, 0.0), (0.0, 2.0), (10.0, 0.0), (10.0, 2.0))


@pytest.mark.parametrize("data", ["blobs", "moons", "iris", "wine", "digits"])
def test_the_replay_ends_where_scikit_learn_ends(data: str) -> None:
    snapshots = list(run_lloyd(LloydSettings(data=data, view=COMPONENTS, seed=4)))
    start, end = snapshots[0], snapshots[-1]
    there = KMeans(4, init=start.centres, n_init=1, tol=0).fit(start.points)
    assert end.cost == pytest.approx(there.inertia_, rel=1e-9)
    assert np.array_equal(end.labels, there.labels_)


def test_half_steps_take_turns() -> None:
    kinds = [snapshot.kind for snapshot in run_lloyd(LloydSettings())]
    assert kinds[0] == "start"
    assert set(kinds[1::2]) == {"assign"}
    assert set(kinds[2::2]) == {"update"}


@pytest.mark.parametrize(("centres", "sse"), [(((0.0, 1.0), (10.0, 1.0)), 4.0), (((5.0, 0.0), (5.0, 2.0)), 100.0)])
def test_placed_centroids_decide_the_end(centres: tuple[tuple[float, ...], ...], sse: float) -> None:
    settings = LloydSettings(data=PLACED, points=CORNERS, start=BY_HAND, centres=centres)
    assert list(run_lloyd(settings))[-1].cost == sse  # the numbers of question 4.q5


def test_principal_components_are_scikit_learns_up_to_sign() -> None:
    X = StandardScaler().fit_transform(features("wine").values)
    ours = next(iter(run_lloyd(LloydSettings(data="wine", view=COMPONENTS)))).points
    theirs = PCA(2).fit_transform(X)
    assert np.abs(ours) == pytest.approx(np.abs(theirs), abs=1e-9)


@pytest.mark.parametrize(
    "settings",
    [
        {"data": OWN},
        {"data": PLACED, "points": ((1.0, 1.0),), "k": 2},
        {"start": BY_HAND, "centres": ()},
        {"data": PLACED, "points": ((1.0, 1.0),), "start": BY_HAND, "centres": ((1.0, 1.0), (2.0, 2.0))},
    ],
)
def test_what_is_missing_is_said(settings: dict[str, object]) -> None:
    with pytest.raises(InvalidSettings):
        LloydSettings(**settings)  # type: ignore[arg-type]


def test_one_column_for_both_axes_is_refused_in_words() -> None:
    with pytest.raises(DataRefused, match="two different columns"):
        list(run_lloyd(LloydSettings(data="iris", x="petal width (cm)", y="petal width (cm)")))


def test_more_clusters_than_rows_of_an_own_table_are_refused_in_words() -> None:
    table = Table(("a", "b"), np.arange(8.0).reshape(4, 2) ** 1.5)
    with pytest.raises(DataRefused, match="number of clusters"):
        run_inits(InitsSettings(data=OWN, table=table, k=10))


def test_greedy_starts_beat_plain_ones_and_plain_ones_beat_random_ones() -> None:
    greedy, plain = run_inits(InitsSettings()), run_inits(InitsSettings(plain=True))
    assert greedy.near_plusplus > plain.near_plusplus > plain.near_random


def test_silhouettes_are_scikit_learns() -> None:
    outcome = run_choose_k(ChooseKSettings(data="iris", k=3))
    assert outcome.widths == pytest.approx(silhouette_samples(outcome.points, outcome.labels))
    assert outcome.silhouette[2] == pytest.approx(silhouette_score(outcome.points, outcome.labels))
    assert np.isnan(outcome.silhouette[0])


def test_the_sse_falls_with_every_k() -> None:
    assert np.all(np.diff(run_choose_k(ChooseKSettings()).sse) < 0)


def test_the_mean_follows_the_outlier_and_the_median_stays() -> None:
    near, far = (run_median(MedianSettings(out_x=x)) for x in (10.0, 100.0))
    assert (far.mean.centres - near.mean.centres)[0] == pytest.approx([90 / 31, 0.0])
    assert far.median.centres == pytest.approx(near.median.centres)


def test_each_method_is_best_by_its_own_cost() -> None:
    outcome = run_median(MedianSettings(out_x=60.0, out_y=-20.0))
    assert outcome.mean.squared < outcome.median.squared
    assert outcome.median.absolute < outcome.mean.absolute


def test_the_worked_example_is_what_a_reader_gets_by_hand() -> None:
    numbers = worked()
    by_hand = {
        "sse_k1": 77.5, "sse_k2": 4, "sse_k3": 2.5, "sse_k6": 0, "a": 1.5, "b": 6, "s": 0.75,
        "stuck": 16, "free": 4, "outlier_mean": 19, "outlier_median": 9,
    }  # fmt: skip
    assert {name: numbers[name] for name in by_hand} == pytest.approx(by_hand)
