"""Experiments of the topic "K-means and k-medians" (chapters 4 and 5 of the primer)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from engine.data import Floats, Table, blobs, features, moons
from engine.errors import DataRefused, TooLarge
from engine.experiment import (
    Choice,
    Experiment,
    Flag,
    Name,
    Number,
    OwnTable,
    Rows,
    Sabotage,
    Settings,
    Verdict,
    Whole,
)
from engine.machine_learning import clustering
from engine.machine_learning.projection import principal_components

PLACED, BY_HAND, OWN = "points you place", "where you place them", "own table"
COLUMNS, COMPONENTS = "two columns", "two principal components"
MOST_ROWS = 1_000  # of real data, where a run clusters again and again
MOST_TERMS = 130_000_000  # points · coordinates · clusters · starts: some seconds
REAL = ("iris", "wine", "digits")
Points = tuple[tuple[float, ...], ...]

EIGHT_POINTS: Points = (
    (1.0, 1.0), (1.5, 2.0), (2.0, 1.2), (6.0, 6.0), (6.5, 7.0), (7.0, 6.2), (1.0, 6.0), (2.0, 7.0),
)  # fmt: skip
Labels = NDArray[np.intp]


def real_table(data: str, table: Table | None) -> Table:
    """Return the features of a bundled set, or the learner's table."""
    if data == OWN:
        assert table is not None
        return table
    return features(data)


def standardise(X: Floats) -> Floats:
    """Give every column of X, shape (m, d), mean 0 and standard deviation 1; a constant column becomes 0."""
    spread = X.std(axis=0)
    scaled: Floats = (X - X.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return scaled


def some_rows(X: Floats, most: int, rng: np.random.Generator) -> Floats:
    """Return at most `most` rows of X, shape (m, d), drawn at random and in their order."""
    if len(X) <= most:
        return X
    drawn: Floats = X[np.sort(rng.permutation(len(X))[:most])]
    return drawn


# --- lloyd: assign and update by hand --------------------------------------------------------------------------


@dataclass(frozen=True)
class LloydSettings(Settings):
    """Points in the plane, and where the centroids start."""

    data: Annotated[str, Choice(("blobs", "moons", *REAL, PLACED, OWN), says="Data")] = "blobs"
    k: Annotated[int, Whole(1, 8, says="Clusters, k", when=(("start", ("random points", "k-means++")),))] = 4
    start: Annotated[str, Choice(("random points", "k-means++", BY_HAND), says="Centroids start at")] = "random points"
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
        Points, Rows(2, -1e6, 1e6, most=120, says="The points you placed: x, y", when=(("data", (PLACED,)),))
    ] = EIGHT_POINTS
    centres: Annotated[
        Points,
        Rows(2, -1e6, 1e6, most=8, says="The starting centroids you placed: x, y", when=(("start", (BY_HAND,)),)),
    ] = ((0.0, 0.0), (1.0, 1.0))
    table: Annotated[Table | None, OwnTable(says="Your table", when=(("data", (OWN,)),))] = None
    seed: Annotated[int, Whole(0, 9_999, says="Seed")] = 1

    @classmethod
    def columns(cls, values: Mapping[str, Any]) -> tuple[str, ...]:
        if values["data"] == OWN:
            return values["table"].names if values.get("table") else ()
        return features(values["data"]).names if values["data"] in REAL else ()

    @classmethod
    def preferred(cls, values: Mapping[str, Any]) -> dict[str, str]:
        names = cls.columns(values)
        return dict(zip("xy", usual_columns(names), strict=True)) if names else {}

    def conflicts(self) -> Iterator[str]:
        if self.data == OWN and self.table is None:
            yield "Choose a table of your own first."
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


def usual_columns(names: tuple[str, ...]) -> tuple[str, str]:
    """Return the two columns that are taken where none is chosen."""
    return names[0], names[min(2, len(names) - 1)]


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
    usual = usual_columns(table.names)
    chosen = settings.x or usual[0], settings.y or usual[1]
    if chosen[0] == chosen[1]:
        raise DataRefused(f"Choose two different columns; '{chosen[0]}' was chosen for both axes.")
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


# --- inits: two hundred starts ---------------------------------------------------------------------------------


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

    def conflicts(self) -> Iterator[str]:
        if self.data == OWN and self.table is None:
            yield "Choose a table of your own first."


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


# --- choose_k: elbow and silhouette ----------------------------------------------------------------------------


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

    def conflicts(self) -> Iterator[str]:
        if self.data == OWN and self.table is None:
            yield "Choose a table of your own first."


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
        ks, np.array([one.cost for one in found]), means, X, found[shown].labels, widths[shown],
        int(ks[shown]), int(ks[1:][np.argmax(means[1:])]),
    )  # fmt: skip


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


# --- median: mean or median ------------------------------------------------------------------------------------


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


# --- the lesson's worked example -------------------------------------------------------------------------------

SIX_POINTS = (1.0, 2.0, 3.0, 8.0, 9.0, 10.0)
RECTANGLE = ((0.0, 0.0), (0.0, 2.0), (4.0, 0.0), (4.0, 2.0))


def worked() -> dict[str, float]:
    """Return the numbers of the worked example by name."""
    six = np.array(SIX_POINTS)[:, None]  # (6, 1)
    corners = np.array(RECTANGLE)  # (4, 2)
    halves = {(half.kind, half.iteration): half for half in clustering.kmeans(six, six[:2])}
    numbers = {
        "assign_1": halves["assign", 1].cost, "update_1": halves["update", 1].cost,
        "assign_2": halves["assign", 2].cost, "update_2": halves["update", 2].cost,
        "left_1": halves["update", 1].centres[0, 0], "right_1": halves["update", 1].centres[1, 0],
        "left_2": halves["update", 2].centres[0, 0], "right_2": halves["update", 2].centres[1, 0],
        "stuck": clustering.lloyd(corners, corners[[0, 1]]).cost,
        "free": clustering.lloyd(corners, corners[[0, 2]]).cost,
    }  # fmt: skip
    numbers |= worked_silhouettes(six) | worked_outlier(six)
    return {name: float(number) for name, number in numbers.items()}


def worked_silhouettes(six: Floats) -> dict[str, float]:
    """Return best SSEs for some k and the silhouettes of two groupings of the six points, shape (6, 1)."""
    two, three = np.array([0, 0, 0, 1, 1, 1]), np.array([0, 0, 0, 1, 1, 2])
    own, other = np.abs(six[:2] - six[2]), np.abs(six[3:] - six[2])  # distances from point 3
    widths = clustering.silhouettes(six, two)
    return {
        "sse_k1": clustering.lloyd(six, six[:1]).cost, "sse_k2": clustering.lloyd(six, six[[0, 5]]).cost,
        "sse_k3": clustering.lloyd(six, six[[1, 3, 5]]).cost, "sse_k6": clustering.lloyd(six, six).cost,
        "a": own.mean(), "b": other.mean(), "s": widths[2],
        "silhouette_k2": widths.mean(), "silhouette_k3": clustering.silhouettes(six, three).mean(),
    }  # fmt: skip


def worked_outlier(six: Floats) -> dict[str, float]:
    """Return where both methods end on the six points, shape (6, 1), once the last one is replaced by 40."""
    points = six.copy()
    points[-1] = 40.0
    start, on_outlier = np.array([[2.0], [9.0]]), np.array([[9.0], [40.0]])
    means, medians = clustering.lloyd(points, start), clustering.medians(points, start)
    return {
        "outlier_mean": points[3:].mean(), "outlier_median": np.median(points[3:]),
        "means_left": means.centres[0, 0], "means_right": means.centres[1, 0],
        "medians_left": medians.centres[0, 0], "medians_right": medians.centres[1, 0],
        "medians_cost": medians.cost, "captured_cost": clustering.medians(points, on_outlier).cost,
    }  # fmt: skip


EXPERIMENTS = (
    Experiment(
        "lloyd", LloydSettings, run_lloyd, claim_lloyd,
        Sabotage("noise added to the updated centres", lambda seed: claim_lloyd(seed, noise=0.5)),
        shows=(clustering.kmeans,),
    ),
    Experiment(
        "inits", InitsSettings, run_inits, claim_inits,
        Sabotage("random starts on both sides", lambda seed: claim_inits(seed, how="random")),
        shows=(clustering.plusplus_start, clustering.random_start),
    ),
    Experiment(
        "choose_k", ChooseKSettings, run_choose_k, claim_choose_k,
        Sabotage("blobs so wide that they overlap", lambda seed: claim_choose_k(seed, spread=6.0)),
        shows=(clustering.silhouettes,),
    ),
    Experiment(
        "median", MedianSettings, run_median, claim_median,
        Sabotage("the mean used as centre in both methods", lambda seed: claim_median(seed, use_mean=True)),
        shows=(clustering.kmedians,),
    ),
)  # fmt: skip
