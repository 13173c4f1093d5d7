"""k-means and k-medians: half step by half step as a lesson shows them, the same at speed, their starts and scores.

m counts the points, d their coordinates and k the clusters: X has shape (m, d), centres (k, d) and labels (m,).
Three conventions hold in the slow and in the fast versions, so that both end in the same clustering:

- Ties. A point goes to the nearest centre, the one of lowest index where several are equally near. Distances that
  differ by no more than rounding (see `tie_of`) are equal, so that a computer's last digit never decides.
- Empty clusters. The update step gives an empty cluster the point that lies farthest from its own centre and is not
  alone in its cluster, the first such point on ties. (scikit-learn's KMeans moves the farthest point, too, but also
  one that is alone.) The cost falls. Where all those points lie on their centres, as with more clusters than
  different points, the empty cluster keeps its old centre.
- The end. Iteration stops when assigning changes no label.

Sources: Lloyd, Least squares quantization in PCM, 1982; Bradley, Mangasarian and Street, Clustering via concave
minimization, 1997 (k-medians); the primer, chapters 4 and 5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.data import Floats
from engine.errors import DataRefused, TooLarge
from engine.machine_learning.fast_clustering import Clustering as Clustering
from engine.machine_learning.fast_clustering import FastKMeans, FastKMedians, Labels, fill_empty, tie_of

MOST_DISTANCES = 20_000_000  # in a table that is held whole: 160 MB
MOST_PAIRS = 20_000**2  # of points, for silhouettes: some seconds
LARGEST = 1e100  # of a coordinate, so that squares stay finite
MOST_PRODUCTS = 5_000_000_000  # points · clusters · coordinates of one round: some seconds


@dataclass(frozen=True, eq=False)
class HalfStep:
    """The state after the start (iteration 0) or after one half of an iteration, counted from 1.

    Attributes:
        kind: "start", "assign" or "update".
        centres: shape (k, d).
        labels: shape (m,), the cluster of each point; −1 at the start, where no point has one yet.
        cost: of these labels and centres; at the start, of these centres with every point at its nearest. k-means
            adds squared Euclidean distances (the SSE), k-medians adds L1 distances.
    """

    kind: str
    iteration: int
    centres: Floats
    labels: Labels
    cost: float


# --- the lesson's versions: short, every half step shown -------------------------------------------------------


def kmeans(X: Floats, centres: Floats, most: int = 300) -> Iterator[HalfStep]:
    """Yield Lloyd's algorithm half step by half step: assign each point, move each centre to the mean of its points.

    Args:
        X: shape (m, d).
        centres: where the k centres start, shape (k, d).
        most: iterations at most.

    Raises:
        DataRefused: if k is not in 1..m, shapes do not fit or a coordinate is not within ±LARGEST.
        TooLarge: if m·k is above MOST_DISTANCES.
    """
    X, centres = _checked(X, centres, whole=True)
    tie, k = _tie(X, centres)[1], len(centres)
    distances = squared_distances(X, centres)  # (m, k)
    labels = np.full(len(X), -1)
    yield HalfStep("start", 0, centres, labels, float(distances.min(axis=1).sum()))
    for iteration in range(1, most + 1):
        distances = squared_distances(X, centres)
        before, labels = labels, first_smallest(distances, tie)
        own = distances[np.arange(len(X)), labels]
        yield HalfStep("assign", iteration, centres, labels, float(own.sum()))
        if np.array_equal(labels, before):
            return
        labels = fill_empty(labels, own, k, tie)
        centres = np.array([X[labels == j].mean(axis=0) if j in labels else centres[j] for j in range(k)])
        yield HalfStep("update", iteration, centres, labels, float(((X - centres[labels]) ** 2).sum()))


def kmedians(X: Floats, centres: Floats, most: int = 300) -> Iterator[HalfStep]:
    """Yield k-medians half step by half step: assign by L1 distance, move each centre to its points' medians.

    The median of each coordinate makes a cluster's sum of L1 distances smallest. With an even number of points any
    value between the two middle ones does so; as usual their mean is taken.

    Args and Raises as `kmeans`.
    """
    X, centres = _checked(X, centres, whole=True)
    tie, k = _tie(X, centres)[0], len(centres)
    distances = l1_distances(X, centres)  # (m, k)
    labels = np.full(len(X), -1)
    yield HalfStep("start", 0, centres, labels, float(distances.min(axis=1).sum()))
    for iteration in range(1, most + 1):
        distances = l1_distances(X, centres)
        before, labels = labels, first_smallest(distances, tie)
        own = distances[np.arange(len(X)), labels]
        yield HalfStep("assign", iteration, centres, labels, float(own.sum()))
        if np.array_equal(labels, before):
            return
        labels = fill_empty(labels, own, k, tie)
        centres = np.array([np.median(X[labels == j], axis=0) if j in labels else centres[j] for j in range(k)])
        yield HalfStep("update", iteration, centres, labels, float(np.abs(X - centres[labels]).sum()))


def squared_distances(X: Floats, centres: Floats) -> Floats:
    """Return the squared Euclidean distance of each of m points to each of k centres, shape (m, k)."""
    return np.stack([((X - centre) ** 2).sum(axis=1) for centre in centres], axis=1)


def l1_distances(X: Floats, centres: Floats) -> Floats:
    """Return the L1 distance, Σ |x − c| over the coordinates, of each point to each centre, shape (m, k)."""
    return np.stack([np.abs(X - centre).sum(axis=1) for centre in centres], axis=1)


def first_smallest(distances: Floats, tie: float) -> Labels:
    """Return the column of each row's smallest distance, the first of those at most `tie` above it, shape (m,)."""
    nearest: Labels = np.argmax(distances <= distances.min(axis=1, keepdims=True) + tie, axis=1)
    return nearest


def _tie(X: Floats, centres: Floats) -> tuple[float, float]:
    """Return how much two distances, and two squared ones, may differ and count as equal."""
    origin = X.mean(axis=0)
    reach = float(np.linalg.norm(np.vstack([X, centres]) - origin, axis=1).max())
    return tie_of(reach, float(np.abs(origin).max()))


def _checked(X: Floats, centres: Floats, whole: bool = False) -> tuple[Floats, Floats]:
    """Return X and a copy of the centres as float64; `whole` says that all distances are held at once.

    Raises:
        DataRefused: with the rule that they break.
        TooLarge: if m·k is above MOST_DISTANCES (`whole`), or m·k·d above MOST_PRODUCTS.
    """
    X, centres = np.asarray(X, dtype=np.float64), np.array(centres, dtype=np.float64)
    if centres.ndim != 2 or X.ndim != 2 or centres.shape[1] != X.shape[1] or X.shape[1] == 0:
        raise DataRefused(f"Points need the shape (m, d) and centres (k, d); they have {X.shape} and {centres.shape}.")
    _check_k(X, len(centres))
    for values in (X, centres):
        if not (values.min() >= -LARGEST and values.max() <= LARGEST):  # False for NaN, too
            raise DataRefused(f"Coordinates must be numbers between {-LARGEST:g} and {LARGEST:g}.")
    if whole and len(X) * len(centres) > MOST_DISTANCES:
        raise TooLarge("distances", len(X) * len(centres), MOST_DISTANCES)
    if X.size * len(centres) > MOST_PRODUCTS:
        raise TooLarge("products of coordinates in each round", X.size * len(centres), MOST_PRODUCTS)
    return X, centres


def _check_k(X: Floats, k: int) -> None:
    """Raise DataRefused unless there are at least as many points as clusters, and one cluster."""
    if not 1 <= k <= len(X):
        raise DataRefused(f"The number of clusters k must lie between 1 and the number of points, {len(X)}; it is {k}.")


# --- starts ----------------------------------------------------------------------------------------------------


def random_start(X: Floats, k: int, rng: np.random.Generator) -> Floats:
    """Return k different points of X as centres, shape (k, d), all choices equally likely.

    Raises:
        DataRefused: if k is not in 1..m.
    """
    _check_k(X, k)
    centres: Floats = X[rng.choice(len(X), k, replace=False)]
    return centres


def plusplus_start(X: Floats, k: int, rng: np.random.Generator, trials: int | None = None) -> Floats:
    """Return k points of X as centres, shape (k, d), chosen by k-means++.

    The first is any point. Each further one is drawn with probability proportional to the squared distance to the
    nearest centre so far. The greedy variant draws several candidates and keeps the one that leaves the smallest SSE.

    Args:
        X: shape (m, d).
        trials: candidates in each step: 1 is plain k-means++, None is 2 + ⌊log k⌋ as in scikit-learn.

    Raises:
        DataRefused: if k is not in 1..m or trials is below 1.

    Source: Arthur and Vassilvitskii, k-means++: the advantages of careful seeding, 2007.
    """
    _check_k(X, k)
    trials = 2 + int(np.log(k)) if trials is None else trials
    if trials < 1:
        raise DataRefused(f"k-means++ needs at least one candidate in each step; trials is {trials}.")
    rows = [int(rng.integers(len(X)))]
    nearest = ((X - X[rows[0]]) ** 2).sum(axis=1)  # (m,)
    while len(rows) < k:
        heights = np.cumsum(nearest)
        if heights[-1] > 0:
            drawn = np.searchsorted(heights, heights[-1] * rng.random(trials), side="right")
            drawn = np.minimum(drawn, len(X) - 1)  # a product may round up to the last height
        else:  # every point lies on a centre: any row that is left
            drawn = rng.choice(np.setdiff1d(np.arange(len(X)), rows), 1)
        left = [np.minimum(nearest, ((X - X[row]) ** 2).sum(axis=1)) for row in drawn]
        best = int(np.argmin([one.sum() for one in left]))
        rows.append(int(drawn[best]))
        nearest = left[best]
    centres: Floats = X[rows]
    return centres


# --- at speed --------------------------------------------------------------------------------------------------


def lloyd(X: Floats, centres: Floats, most: int = 300) -> Clustering:
    """Run k-means to its end as `kmeans` does, without snapshots and about as fast as compiled code.

    Where `most` iterations end it early, the labels are assigned once more, so that they fit the centres.
    Args and Raises as `kmeans`, but TooLarge comes where m·k·d is above MOST_PRODUCTS.
    """
    X, centres = _checked(X, centres)
    return FastKMeans(X, len(centres)).run(centres, most)


def medians(X: Floats, centres: Floats, most: int = 300) -> Clustering:
    """Run k-medians to its end as `kmedians` does, without snapshots. The end, Args and Raises as `lloyd`."""
    X, centres = _checked(X, centres)
    return FastKMedians(X, len(centres)).run(centres, most)


def many_starts(
    X: Floats, k: int, rng: np.random.Generator, starts: int, how: str = "k-means++", trials: int | None = None
) -> tuple[Floats, Clustering]:
    """Run k-means from many starts.

    Args:
        X: shape (m, d).
        starts: how many, at least 1.
        how: "random" or "k-means++".
        trials: candidates of k-means++ in each step, see `plusplus_start`.

    Returns:
        The final SSE of every start, shape (starts,), and the clustering with the smallest one.

    Raises:
        DataRefused: as `kmeans`, or if there is no start or no such kind.
        TooLarge: as `lloyd`.
    """
    _check_k(X, k)
    X, _ = _checked(X, X[:k])
    if starts < 1 or how not in STARTS:
        raise DataRefused(f"Ask for at least one start of the kind {' or '.join(STARTS)}; got {starts} of '{how}'.")
    engine = FastKMeans(X, k)
    found = [engine.run(STARTS[how](X, k, rng, trials)) for _ in range(starts)]
    costs = np.array([one.cost for one in found])
    return costs, found[int(np.argmin(costs))]


STARTS: dict[str, Callable[[Floats, int, np.random.Generator, int | None], Floats]] = {
    "random": lambda X, k, rng, _: random_start(X, k, rng),
    "k-means++": plusplus_start,
}


# --- how many clusters -----------------------------------------------------------------------------------------


def elbow(X: Floats, ks: Sequence[int], rng: np.random.Generator, starts: int = 5) -> list[Clustering]:
    """Return the clustering of smallest SSE found for each number of clusters in `ks`; their costs are the elbow curve.

    Every k gets `starts` starts of k-means++, and one more: the best centres of the k before it with the points that
    lie farthest from them. So the curve never rises while k grows, as the smallest possible SSE never does.

    Raises:
        DataRefused, TooLarge: as `many_starts`.
    """
    best: list[Clustering] = []
    for k in ks:
        found = many_starts(X, k, rng, starts)[1]
        if best and k >= len(best[-1].centres):
            found = min(found, lloyd(X, _grown(X, best[-1].centres, k)), key=lambda one: one.cost)
        best.append(found)
    return best


def _grown(X: Floats, centres: Floats, k: int) -> Floats:
    """Return k centres: the given ones, and one after another the point that lies farthest from all of them."""
    nearest = squared_distances(X, centres).min(axis=1)
    while len(centres) < k:
        far = X[np.argmax(nearest)]
        centres = np.vstack([centres, far])
        nearest = np.minimum(nearest, ((X - far) ** 2).sum(axis=1))
    return centres


def silhouettes(X: Floats, labels: Labels) -> Floats:
    """Return how well each point fits its cluster, from −1 (it belongs next door) to 1, shape (m,).

    With a the point's mean distance to the others of its cluster and b its mean distance to the points of the
    nearest other cluster it is (b − a) / max(a, b). A point alone in its cluster gets 0, and so does one with a = b.

    Args:
        X: shape (m, d).
        labels: shape (m,), any whole numbers, at least two different ones.

    Raises:
        DataRefused: if there are fewer than two clusters or the shapes do not fit.
        TooLarge: if m² is above MOST_PAIRS.

    Source: Rousseeuw, Silhouettes: a graphical aid, 1987.
    """
    X, labels = np.asarray(X, dtype=np.float64), np.asarray(labels)
    if X.ndim != 2 or labels.shape != X.shape[:1]:
        raise DataRefused(f"Points need the shape (m, d) and labels (m,); they have {X.shape} and {labels.shape}.")
    clusters, member = np.unique(labels, return_inverse=True)
    if len(clusters) < 2:
        raise DataRefused(f"Silhouettes compare clusters, so at least 2 are needed; the labels name {len(clusters)}.")
    if len(X) ** 2 > MOST_PAIRS:
        raise TooLarge("distances between points", len(X) ** 2, MOST_PAIRS)
    belongs = (member[:, np.newaxis] == np.arange(len(clusters))).astype(np.float64)  # (m, k)
    sizes = belongs.sum(axis=0)
    widths = np.zeros(len(X))
    X = X - X.mean(axis=0)  # products of coordinates about the mean lose less to rounding
    at_once = max(1, 2_000_000 // len(X))
    for start in range(0, len(X), at_once):
        own = member[start : start + at_once]  # (b,)
        rows = np.arange(len(own))
        sums = _distances(X[start : start + at_once], X) @ belongs  # (b, m) @ (m, k)
        inside = sums[rows, own] / np.maximum(sizes[own] - 1, 1)
        means = sums / sizes
        means[rows, own] = np.inf
        outside = means.min(axis=1)
        longer = np.maximum(inside, outside)
        fits = (sizes[own] > 1) & (longer > 0)
        widths[start : start + at_once][fits] = (outside - inside)[fits] / longer[fits]
    return widths


def _distances(some: Floats, X: Floats) -> Floats:
    """Return the Euclidean distances of b points to m, shape (b, m).

    Computed as √(|x|² − 2x·y + |y|²), as scikit-learn does; squares below its rounding error count as 0, so that equal
    points have distance 0.
    """
    lengths = (X**2).sum(axis=1)
    squares = (some**2).sum(axis=1)[:, np.newaxis] - 2 * some @ X.T + lengths
    squares[squares < 1e-14 * lengths.max()] = 0.0
    distances: Floats = np.sqrt(squares, out=squares)
    return distances
