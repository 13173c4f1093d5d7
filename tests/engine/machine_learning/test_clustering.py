"""k-means and k-medians against scikit-learn, brute force and the plain loop; starts, elbow and silhouettes."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_samples

from engine.data import Floats
from engine.errors import DataRefused, TooLarge
from engine.machine_learning import clustering
from engine.machine_learning.clustering import kmeans, kmedians, lloyd, medians

SEEDS = st.integers(0, 2**32 - 1)
BOTH = pytest.mark.parametrize(("slow", "fast"), [(kmeans, lloyd), (kmedians, medians)])


def cloud(seed: int, m: int, d: int, groups: int) -> Floats:
    """Return m points of d coordinates around `groups` places, without ties."""
    rng = np.random.default_rng(seed)
    return 3 * rng.normal(size=(groups, d))[rng.integers(groups, size=m)] + rng.normal(size=(m, d))


@st.composite
def on_a_lattice(draw: st.DrawFn) -> tuple[Floats, Floats]:
    """Draw a few points with small whole coordinates, so full of ties and copies, and centres near, on or far off."""
    d = draw(st.integers(1, 3))
    whole = st.lists(st.integers(-3, 3), min_size=d, max_size=d)
    X = np.array(draw(st.lists(whole, min_size=1, max_size=12)), dtype=float)
    k = draw(st.integers(1, len(X)))
    if draw(st.booleans()):
        centres = X[draw(st.permutations(range(len(X))))[:k]]
    else:
        centres = np.array(draw(st.lists(whole, min_size=k, max_size=k))) * draw(st.sampled_from([0.5, 1.0, 20.0]))
    scale, offset = draw(st.sampled_from([1.0, 0.1, 1e6])), draw(st.sampled_from([0.0, 0.3, 100.0]))
    return scale * X + offset, scale * centres + offset


def rounding(X: Floats, centres: Floats) -> float:
    """Return a bound for what a tie decided against the last digit adds to a cost, see fast_clustering.tie_of."""
    size = 1 + float(np.abs(np.vstack([X, centres])).max())
    return 1e-12 * X.size * size**2


# --- worked examples -------------------------------------------------------------------------------------------

FIVE, TWO = np.array([[0.0], [1.0], [4.0], [5.0], [9.0]]), np.array([[0.0], [1.0]])


def test_half_steps_of_k_means_by_hand():
    halves = list(kmeans(FIVE, TWO))
    assert [(one.kind, one.iteration) for one in halves] == [
        ("start", 0),
        ("assign", 1),
        ("update", 1),
        ("assign", 2),
        ("update", 2),
        ("assign", 3),
    ]
    assert [one.centres.ravel().tolist() for one in halves[1::2]] == [[0, 1], [0, 4.75], [0.5, 6]]
    assert [one.labels.tolist() for one in halves[:4]] == [[-1] * 5, [0, 1, 1, 1, 1], [0, 1, 1, 1, 1], [0, 0, 1, 1, 1]]
    # 0 + 0 + 9 + 16 + 64, then around 4.75, then 1 nearer to 0, then around 0.5 and 6
    assert [one.cost for one in halves] == [89, 89, 32.75, 19.6875, 14.5, 14.5]


def test_half_steps_of_k_medians_by_hand():
    halves = list(kmedians(FIVE, TWO))
    assert [one.centres.ravel().tolist() for one in halves[1::2]] == [[0, 1], [0, 4.5], [0.5, 5]]
    assert [one.cost for one in halves] == [15, 15, 9, 6.5, 6, 6]


@BOTH
def test_snapshots_and_arguments_do_not_change_afterwards(slow, fast):
    X, centres = cloud(1, 30, 2, 3), cloud(2, 3, 2, 3)
    before = X.copy(), centres.copy()
    halves = slow(X, centres)
    first = next(halves)
    kept = first.centres.copy(), first.labels.copy()
    list(halves)
    fast(X, centres)
    for one, other in zip((X, centres, first.centres, first.labels), (*before, *kept), strict=True):
        np.testing.assert_array_equal(one, other)


# --- oracles ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("m", "d", "k"), [(300, 2, 10), (300, 2, 3), (500, 13, 3), (2_000, 5, 8), (9_001, 2, 6)])
def test_scikit_learn_finds_the_same_clusters(m, d, k, seed):
    X = cloud(seed, m, d, k)
    start = clustering.random_start(X, k, np.random.default_rng(seed))
    theirs = KMeans(k, init=start, n_init=1, tol=0, algorithm="lloyd").fit(X)
    ours, last = lloyd(X, start), list(kmeans(X, start))[-1]
    for labels, centres, cost, iterations in (
        (ours.labels, ours.centres, ours.cost, ours.iterations),
        (last.labels, last.centres, last.cost, last.iteration),
    ):
        np.testing.assert_array_equal(labels, theirs.labels_)
        np.testing.assert_allclose(centres, theirs.cluster_centers_, atol=1e-9)
        assert cost == pytest.approx(theirs.inertia_, rel=1e-9)
        assert iterations == theirs.n_iter_


@pytest.mark.parametrize("most", [1, 2, 5])
def test_cut_short_it_stands_where_scikit_learn_stands(most):
    X = cloud(5, 400, 2, 6)
    start = X[:6]
    ours = lloyd(X, start, most)
    theirs = KMeans(6, init=start, n_init=1, tol=0, max_iter=most, algorithm="lloyd").fit(X)
    assert ours.iterations == most
    np.testing.assert_array_equal(ours.labels, theirs.labels_)
    assert ours.cost == pytest.approx(theirs.inertia_, rel=1e-9)
    np.testing.assert_allclose(list(kmeans(X, start, most))[-1].centres, ours.centres, atol=1e-9)


def plain_medians(X: Floats, centres: Floats) -> tuple[Floats, Floats, int]:
    """Run k-medians as its definition reads; no cluster may become empty. Return centres, labels and rounds."""
    labels, rounds = np.full(len(X), -1), 0
    while True:
        rounds += 1
        found = np.abs(X[:, None, :] - centres).sum(axis=2).argmin(axis=1)
        if np.array_equal(found, labels):
            return centres, labels, rounds
        labels = found
        centres = np.array([np.median(X[labels == j], axis=0) for j in range(len(centres))])


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("m", "d", "k"), [(300, 2, 10), (301, 4, 3), (9_001, 2, 9), (2_000, 5, 300)])
def test_the_plain_loop_finds_the_same_medians(m, d, k, seed):
    X = cloud(seed, m, d, k)
    start = clustering.random_start(X, k, np.random.default_rng(seed))
    centres, labels, rounds = plain_medians(X, start)
    ours, last = medians(X, start), list(kmedians(X, start))[-1]
    np.testing.assert_array_equal(ours.centres, centres)
    np.testing.assert_array_equal(last.centres, centres)
    np.testing.assert_array_equal(ours.labels, labels)
    np.testing.assert_array_equal(last.labels, labels)
    assert (ours.iterations, last.iteration) == (rounds, rounds)
    assert ours.cost == pytest.approx(np.abs(X - centres[labels]).sum(), rel=1e-12)


def best_partition(X: Floats, k: int, cost: Callable[[Floats], float]) -> tuple[float, list[Floats]]:
    """Return the smallest cost over all ways to cut the points into k clusters, and its clusters."""
    return min(
        (
            (sum(map(cost, parts)), parts)
            for labels in itertools.product(range(k), repeat=len(X))
            if len(set(labels)) == k
            for parts in [[X[np.array(labels) == j] for j in range(k)]]
        ),
        key=lambda found: found[0],
    )


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("m", "k"), [(5, 2), (8, 2), (6, 3), (7, 3)])
def test_the_best_of_many_starts_is_the_best_of_all_partitions(m, k, seed):
    X = np.random.default_rng(seed).normal(size=(m, 2))
    best, _ = best_partition(X, k, lambda part: float(((part - part.mean(axis=0)) ** 2).sum()))
    for how in ("random", "k-means++"):
        costs, found = clustering.many_starts(X, k, np.random.default_rng(seed), 100, how)
        assert costs.min() == found.cost == pytest.approx(best)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("m", "k"), [(5, 2), (8, 2), (6, 3), (7, 3)])
def test_k_medians_stays_at_the_best_of_all_partitions(m, k, seed):
    X = np.random.default_rng(seed).normal(size=(m, 2))
    best, parts = best_partition(X, k, lambda part: float(np.abs(part - np.median(part, axis=0)).sum()))
    stayed = medians(X, np.array([np.median(part, axis=0) for part in parts]))
    assert (stayed.cost, stayed.iterations) == (pytest.approx(best), 2)
    others = [medians(X, X[list(rows)]).cost for rows in itertools.combinations(range(m), k)]
    assert best <= min(others) * (1 + 1e-12) <= best * 1.1  # starts at points come near, not always there


# --- properties ------------------------------------------------------------------------------------------------


@BOTH
@settings(deadline=None)
@given(on_a_lattice())
def test_no_half_step_raises_the_cost(slow, fast, drawn):
    costs = np.array([one.cost for one in slow(*drawn)])
    assert np.all(np.diff(costs) <= rounding(*drawn))


@BOTH
@settings(deadline=None)
@given(SEEDS, st.integers(2, 60), st.integers(1, 4), st.integers(1, 6))
def test_no_half_step_raises_the_cost_of_a_cloud(slow, fast, seed, m, d, k):
    X = cloud(seed, m, d, 3)
    k = min(k, m)
    costs = np.array([one.cost for one in slow(X, clustering.random_start(X, k, np.random.default_rng(seed)))])
    assert np.all(np.diff(costs) <= 1e-9 * costs[0])
    assert costs[0] == pytest.approx(costs[1])


@BOTH
@settings(deadline=None, max_examples=300)
@given(on_a_lattice())
@example((np.array([[0.1], [0.1], [0.1]]), np.array([[0.1], [0.1]])))
@example((np.array([[0.0], [1.0], [2.0]]), np.array([[1 / 3], [5 / 3]])))
def test_slow_and_fast_agree_with_ties_copies_and_empty_clusters(slow, fast, drawn):
    X, centres = drawn
    *_, last = slow(X, centres)
    found = fast(X, centres)
    np.testing.assert_array_equal(found.labels, last.labels)
    np.testing.assert_allclose(found.centres, last.centres, atol=1e-9 * (1 + np.abs(X).max() + np.abs(centres).max()))
    assert found.cost == pytest.approx(last.cost, rel=1e-9, abs=rounding(X, centres))
    assert found.iterations == last.iteration


@BOTH
def test_slow_and_fast_agree_over_several_blocks_full_of_ties(slow, fast):
    rng = np.random.default_rng(3)
    X = rng.integers(-4, 5, size=(20_000, 2)).astype(float)
    centres = np.array([[9.0, 9.0], [0.0, 0.0], [0.0, 0.0], [4.0, 4.0], [-4.0, 4.0]])
    *_, last = slow(X, centres)
    found = fast(X, centres)
    np.testing.assert_array_equal(found.labels, last.labels)
    np.testing.assert_allclose(found.centres, last.centres, atol=1e-9)
    assert (found.iterations, found.cost) == (last.iteration, pytest.approx(last.cost))


@BOTH
@settings(deadline=None)
@given(SEEDS, st.integers(4, 60), st.integers(1, 4))
def test_permuting_the_points_permutes_the_labels(slow, fast, seed, m, k):
    X, rng = cloud(seed, m, 2, 3), np.random.default_rng(seed)
    start, order = clustering.random_start(X, k, rng), rng.permutation(m)
    plain, permuted = fast(X, start), fast(X[order], start)
    np.testing.assert_array_equal(permuted.labels, plain.labels[order])
    np.testing.assert_allclose(permuted.centres, plain.centres, atol=1e-9)
    np.testing.assert_array_equal(list(slow(X[order], start))[-1].labels, plain.labels[order])


@BOTH
@settings(deadline=None)
@given(SEEDS, st.integers(4, 60), st.integers(1, 4))
def test_permuting_the_centres_renames_the_labels(slow, fast, seed, m, k):
    X, rng = cloud(seed, m, 2, 3), np.random.default_rng(seed)
    start, order = clustering.random_start(X, k, rng), rng.permutation(k)
    plain, renamed = fast(X, start), fast(X, start[order])
    np.testing.assert_array_equal(order[renamed.labels], plain.labels)


@pytest.mark.parametrize("offset", [1e3, 1e6])
def test_far_from_zero_little_is_lost(offset):
    X = cloud(6, 300, 2, 4)
    near, far = lloyd(X, X[:4]), lloyd(X + offset, X[:4] + offset)
    np.testing.assert_array_equal(near.labels, far.labels)
    assert far.cost == pytest.approx(near.cost, rel=1e-8)  # coordinates near 1e6 are known to 1e-10


# --- ties, empty clusters and other edges ----------------------------------------------------------------------


@BOTH
def test_a_tie_goes_to_the_centre_of_lowest_index(slow, fast):
    X = np.array([[-1.0], [0.0], [1.0]])
    for centres in ([[-1.0], [1.0]], [[1.0], [-1.0]], [[0.0], [0.0]], [[-0.1], [0.1]]):
        labels = list(slow(X, np.array(centres)))[1].labels
        assert labels[1] == 0, centres
        assert fast(X, np.array(centres)).labels.tolist() == list(slow(X, np.array(centres)))[-1].labels.tolist()


def test_rounding_does_not_decide_a_tie():
    centres = np.array([[0.1 + 0.2], [0.9]])  # 0.1 + 0.2 is 0.30000000000000004
    assert 0.6 - centres[0, 0] != centres[1, 0] - 0.6
    for swapped in (centres, centres[::-1]):
        assert list(kmeans(np.array([[0.6], [0.6]]), swapped))[1].labels.tolist() == [0, 0]
        assert list(kmedians(np.array([[0.6], [0.6]]), swapped))[1].labels.tolist() == [0, 0]


@BOTH
def test_a_tie_between_far_centres_goes_to_the_first_of_them(slow, fast):
    X, far = np.array([[0.1], [0.3], [0.8]]), np.array([[0.3 + 1e5], [0.3 - 1e5]])
    for start, centres in ((far, [[0.55], [0.1]]), (far[::-1], [[0.2], [0.8]])):
        np.testing.assert_allclose(fast(X, start, most=1).centres, centres)
        np.testing.assert_allclose(list(slow(X, start, most=1))[-1].centres, centres)


def test_an_empty_cluster_takes_the_farthest_point_as_in_scikit_learn():
    X, start = np.array([[0.0, 0], [1, 0], [10, 0], [11, 0], [20, 0]]), np.array([[0.0, 0], [9, 0], [500, 500]])
    halves = list(kmeans(X, start))
    assert halves[1].labels.tolist() == [0, 0, 1, 1, 1]
    assert halves[2].labels.tolist() == [0, 0, 1, 1, 2]
    assert halves[2].centres.tolist() == [[0.5, 0], [10.5, 0], [20, 0]]
    assert halves[2].cost == 1
    theirs = KMeans(3, init=start, n_init=1, tol=0).fit(X)
    assert lloyd(X, start).labels.tolist() == theirs.labels_.tolist()
    assert lloyd(X, start).cost == pytest.approx(theirs.inertia_)


@BOTH
def test_a_point_alone_in_its_cluster_stays(slow, fast):
    X = np.array([[0.0], [1.0], [100.0]])
    second = list(slow(X, np.array([[0.0], [50.0], [-900.0]])))[2]
    assert second.labels.tolist() == [0, 2, 1]  # 100 lies farther off than 1, but nobody else is in its cluster
    assert fast(X, np.array([[0.0], [50.0], [-900.0]])).cost == 0


@BOTH
def test_several_empty_clusters_are_filled_in_order(slow, fast):
    X = np.array([[0.0], [1.0], [5.0], [9.0]])
    start = np.array([[0.0], [70.0], [80.0], [90.0]])
    assert list(slow(X, start))[2].labels.tolist() == [0, 3, 2, 1]
    assert fast(X, start).labels.tolist() == [0, 3, 2, 1]


@BOTH
def test_more_clusters_than_different_points_leave_some_empty(slow, fast):
    X = np.array([[0.1], [0.1], [0.7], [0.7], [0.7]])
    start = np.array([[0.1], [0.7], [0.7], [0.1]])
    *_, last = slow(X, start)
    assert last.labels.tolist() == [0, 0, 1, 1, 1]
    assert last.cost == pytest.approx(0, abs=1e-25)
    np.testing.assert_allclose(fast(X, start).centres, start, atol=1e-15)
    assert fast(X, start).labels.tolist() == last.labels.tolist()


@BOTH
def test_as_many_clusters_as_points_cost_nothing(slow, fast):
    X = cloud(7, 40, 3, 4)
    found = fast(X, X)
    assert found.labels.tolist() == list(range(40))
    assert found.cost == 0
    assert list(slow(X, X))[-1].cost == 0


@BOTH
def test_one_point_and_one_cluster(slow, fast):
    assert fast(np.array([[3.0, 4.0]]), np.array([[0.0, 0.0]])).centres.tolist() == [[3, 4]]
    X = cloud(8, 21, 2, 2)
    found = fast(X, X[:1])
    middle = X.mean(axis=0) if fast is lloyd else np.median(X, axis=0)
    np.testing.assert_allclose(found.centres[0], middle, atol=1e-12)
    assert found.iterations == 2


@BOTH
def test_constant_columns_change_nothing(slow, fast):
    X = cloud(9, 50, 2, 3)
    wide = np.column_stack([X, np.full(50, 0.1), np.zeros(50)])
    np.testing.assert_array_equal(fast(wide, wide[:3]).labels, fast(X, X[:3]).labels)
    np.testing.assert_array_equal(list(slow(wide, wide[:3]))[-1].labels, fast(X, X[:3]).labels)


@pytest.mark.parametrize("run", [lambda X, c: next(kmeans(X, c)), lambda X, c: next(kmedians(X, c)), lloyd, medians])
@pytest.mark.parametrize(
    ("X", "centres", "says"),
    [
        (np.ones((2, 1)), np.ones((3, 1)), "between 1 and the number of points, 2; it is 3"),
        (np.ones((2, 1)), np.ones((0, 1)), "it is 0"),
        (np.ones((0, 1)), np.ones((0, 1)), "number of points, 0"),
        (np.ones((2, 1)), np.ones((1, 2)), r"\(2, 1\) and \(1, 2\)"),
        (np.ones(2), np.ones((1, 2)), "shape"),
        (np.ones((2, 0)), np.ones((1, 0)), "shape"),
        (np.array([[0.0], [np.nan]]), np.ones((1, 1)), "between -1e"),
        (np.ones((2, 1)), np.array([[np.inf]]), "between -1e"),
        (np.array([[0.0], [-1e101]]), np.ones((1, 1)), "between -1e"),
    ],
)
def test_what_cannot_be_clustered_is_refused(run, X, centres, says):
    with pytest.raises(DataRefused, match=says):
        run(X, centres)


def test_what_would_not_fit_is_refused_before_memory_is_taken(monkeypatch):
    X = np.zeros((30_000, 1))
    with pytest.raises(TooLarge, match="20,000,000 fit") as caught:
        next(kmeans(X, X[:1_000]))
    assert (caught.value.asked, caught.value.allowed) == (30_000_000, 20_000_000)
    monkeypatch.setattr(clustering, "MOST_PRODUCTS", 1_000_000)
    with pytest.raises(TooLarge, match="each round"):
        lloyd(X, X[:100])
    with pytest.raises(TooLarge, match="each round"):
        clustering.many_starts(X, 100, np.random.default_rng(0), 1)


# --- starts ----------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(SEEDS, st.integers(1, 12))
def test_a_start_is_k_different_points(seed, k):
    X = cloud(seed, 12, 2, 2)
    rng = np.random.default_rng(seed)
    for start in (
        clustering.random_start(X, k, rng),
        clustering.plusplus_start(X, k, rng),
        clustering.plusplus_start(X, k, rng, trials=1),
    ):
        rows = {int(np.flatnonzero((centre == X).all(axis=1))[0]) for centre in start}
        assert len(rows) == len(start) == k


def test_equal_points_can_start_as_many_clusters():
    X = np.array([[1.0], [1.0], [1.0], [2.0]])
    for seed in range(20):
        start = clustering.plusplus_start(X, 4, np.random.default_rng(seed))
        assert sorted(start.ravel()) == [1, 1, 1, 2]


def test_plain_plusplus_draws_by_squared_distance():
    X, rng, draws = np.array([[0.0], [1.0], [3.0]]), np.random.default_rng(0), 6_000
    counts = Counter(tuple(clustering.plusplus_start(X, 2, rng, trials=1).ravel()) for _ in range(draws))
    # First any point, then the others by the squares of their distances: 1 and 9, 1 and 4, 9 and 4.
    expected = {(0, 1): 1 / 10, (0, 3): 9 / 10, (1, 0): 1 / 5, (1, 3): 4 / 5, (3, 0): 9 / 13, (3, 1): 4 / 13}
    for pair, share in expected.items():
        # Four standard deviations of a share in 6,000 draws are below 0.025; the seed is fixed.
        assert counts[pair] / draws == pytest.approx(share / 3, abs=0.025)


def test_greedy_plusplus_keeps_the_better_of_its_candidates():
    X, rng = np.array([[0.0], [10.0], [11.0], [30.0]]), np.random.default_rng(1)
    for _ in range(50):
        first, second = clustering.plusplus_start(X, 2, rng, trials=200)
        # Among 200 candidates is the one that leaves the smallest SSE, but for one start in a million.
        left = [float(np.minimum((X - first) ** 2, (X - x) ** 2).sum()) for x in X]
        assert left[int(np.flatnonzero(second == X)[0])] == min(left)


def test_plusplus_beats_random_starts_on_separated_blobs():
    rng = np.random.default_rng(2)
    X = np.repeat(10.0 * np.array(list(itertools.product(range(5), range(2)))), 30, axis=0)
    X = X + 0.5 * rng.normal(size=X.shape)
    near = {
        name: np.mean(costs <= 1.05 * costs.min())
        for name, costs in (
            ("greedy", clustering.many_starts(X, 10, rng, 100)[0]),
            ("plain", clustering.many_starts(X, 10, rng, 100, trials=1)[0]),
        )
    }
    random = clustering.many_starts(X, 10, rng, 100, "random")[0]
    best = float(((X - np.repeat(X.reshape(10, 30, 2).mean(axis=1), 30, axis=0)) ** 2).sum())
    assert near["greedy"] >= 0.9
    assert near["greedy"] > near["plain"] > np.mean(random <= 1.05 * best)


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda X, rng: clustering.random_start(X, 6, rng), "between 1 and the number of points, 5; it is 6"),
        (lambda X, rng: clustering.plusplus_start(X, 0, rng), "it is 0"),
        (lambda X, rng: clustering.plusplus_start(X, 2, rng, trials=0), "trials is 0"),
        (lambda X, rng: clustering.many_starts(X, 6, rng, 3), "it is 6"),
        (lambda X, rng: clustering.many_starts(X, 2, rng, 0), "got 0"),
        (lambda X, rng: clustering.many_starts(X, 2, rng, 3, "farthest"), "random or k-means.*; got 3 of 'farthest'"),
        (lambda X, rng: clustering.elbow(X, [1, 9], rng), "it is 9"),
    ],
)
def test_a_start_that_cannot_be_is_refused(ask, says):
    with pytest.raises(DataRefused, match=says):
        ask(np.ones((5, 2)), np.random.default_rng(0))


# --- many starts and the elbow ---------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["random", "k-means++"])
def test_many_starts_are_single_starts_one_after_another(how):
    X, rng = cloud(11, 120, 2, 6), np.random.default_rng(5)
    costs, best = clustering.many_starts(X, 6, np.random.default_rng(5), 12, how)
    singles = [lloyd(X, clustering.STARTS[how](X, 6, rng, None)) for _ in range(12)]
    assert costs.tolist() == [one.cost for one in singles]
    np.testing.assert_array_equal(best.labels, singles[int(np.argmin(costs))].labels)
    assert best.cost == costs.min()
    again, _ = clustering.many_starts(X, 6, np.random.default_rng(5), 12, how)
    assert again.tolist() == costs.tolist()


@settings(deadline=None, max_examples=30)
@given(SEEDS, st.integers(6, 25))
def test_the_elbow_never_rises_and_ends_at_zero(seed, m):
    X = cloud(seed, m, 2, 3)
    ks = [1, 2, 3, 5, 6, m]
    costs = [one.cost for one in clustering.elbow(X, ks, np.random.default_rng(seed), starts=1)]
    assert costs[0] == pytest.approx(float(((X - X.mean(axis=0)) ** 2).sum()))
    assert np.all(np.diff(costs) <= 1e-9 * costs[0])
    assert costs[-1] == pytest.approx(0, abs=1e-20)


@pytest.mark.parametrize("seed", range(4))
def test_the_elbow_is_the_best_of_all_partitions(seed):
    X = np.random.default_rng(seed).normal(size=(7, 2))
    costs = [one.cost for one in clustering.elbow(X, [1, 2, 3], np.random.default_rng(seed), starts=50)]
    best = [best_partition(X, k, lambda part: float(((part - part.mean(axis=0)) ** 2).sum()))[0] for k in (1, 2, 3)]
    assert costs == pytest.approx(best)


def test_an_elbow_may_go_backwards():
    costs = [one.cost for one in clustering.elbow(cloud(12, 30, 2, 3), [6, 1, 3], np.random.default_rng(0))]
    assert costs[0] < costs[2] < costs[1]


# --- silhouettes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("m", "d", "k"), [(20, 2, 3), (150, 4, 3), (3_000, 2, 7), (300, 64, 10)])
def test_scikit_learn_finds_the_same_silhouettes(m, d, k):
    X = cloud(m, m, d, k)
    labels = lloyd(X, X[:k]).labels
    # Both take √(|x|² − 2x·y + |y|²), which knows the distance of close points to 8 digits.
    np.testing.assert_allclose(clustering.silhouettes(X, labels), silhouette_samples(X, labels), atol=1e-6)


@settings(deadline=None)
@given(on_a_lattice(), SEEDS)
def test_silhouettes_follow_their_definition(drawn, seed):
    X = drawn[0]
    labels = np.random.default_rng(seed).integers(5, 9, size=len(X))
    if len(set(labels)) < 2:
        with pytest.raises(DataRefused, match="at least 2"):
            clustering.silhouettes(X, labels)
        return
    expected = []
    for row, label in enumerate(labels):
        far = np.linalg.norm(X - X[row], axis=1)
        inside = far[(labels == label) & (np.arange(len(X)) != row)]
        a, b = inside.mean() if len(inside) else 0.0, min(far[labels == one].mean() for one in set(labels) - {label})
        expected.append((b - a) / max(a, b) if len(inside) and max(a, b) > 0 else 0.0)
    np.testing.assert_allclose(clustering.silhouettes(X, labels), expected, atol=1e-6)


def test_a_point_alone_in_its_cluster_has_silhouette_zero():
    X, labels = np.array([[0.0], [1.0], [10.0]]), np.array([4, 4, 2])
    np.testing.assert_allclose(clustering.silhouettes(X, labels), [0.9, 8 / 9, 0])
    np.testing.assert_array_equal(clustering.silhouettes(X, labels), silhouette_samples(X, labels))
    assert clustering.silhouettes(X, np.arange(3)).tolist() == [0, 0, 0]


def test_silhouettes_that_cannot_be_are_refused():
    with pytest.raises(DataRefused, match="the labels name 1"):
        clustering.silhouettes(np.ones((3, 1)), np.zeros(3, dtype=int))
    with pytest.raises(DataRefused, match="shape"):
        clustering.silhouettes(np.ones((3, 1)), np.array([0, 1]))
    with pytest.raises(TooLarge, match="distances between points"):
        clustering.silhouettes(np.zeros((20_001, 1)), np.arange(20_001) % 2)
