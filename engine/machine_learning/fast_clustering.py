"""k-means and k-medians at speed, in numpy: what clustering.py offers as `lloyd` and `medians`.

Points stand as columns, in blocks that fit the cache. Finding the nearest of a few centres is then a minimum over a
few long rows; numpy's argmin over many short rows would take nine tenths of the time. Which conventions hold is said
in clustering.py, whose slow versions end in the same clustering.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data import Floats

Labels = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Clustering:
    """A finished clustering.

    Attributes:
        centres: shape (k, d); labels: shape (m,), each point's nearest centre.
        cost: SSE of k-means, sum of L1 distances of k-medians.
        iterations: rounds of assigning, of which the last changed no label unless the allowed rounds ran out.
    """

    centres: Floats
    labels: Labels
    cost: float
    iterations: int


def fill_empty(labels: Labels, own: Floats, k: int, tie: float) -> Labels:
    """Return labels in which each empty cluster got the point that lies farthest from its own centre.

    Args:
        labels: shape (m,).
        own: each point's distance to its own centre, shape (m,).
        k: the number of clusters.
        tie: the difference up to which two distances are equal; a point at most that far lies on its centre.

    Returns:
        A copy, shape (m,). Points that are alone in their cluster stay; so do points on their centre, and a cluster
        then stays empty.
    """
    labels, own, sizes = labels.copy(), own.copy(), np.bincount(labels, minlength=k)
    for empty in np.flatnonzero(sizes == 0):
        own[sizes[labels] == 1] = 0.0
        if own.max() <= tie:
            break
        moved = np.argmax(own >= own.max() - tie)
        sizes[labels[moved]] -= 1
        labels[moved], sizes[empty] = empty, 1
    return labels


def tie_of(reach: float, offset: float) -> tuple[float, float]:
    """Return how much two distances, and two squared ones, may differ and count as equal.

    It is 1e-13 of the data's size, some hundred times the rounding error of a mean and of a distance to it.

    Args:
        reach: the largest distance of a point or a starting centre from the mean of the points.
        offset: the largest coordinate of that mean.
    """
    tie = 1e-13 * (reach + abs(offset))
    return tie, tie * reach


@dataclass(frozen=True, eq=False)
class _Block:
    """b points as columns, and room for what is worked out about them; blocks share that room.

    Attributes:
        place: where the points stand in X.
        points: shape (rows, b).
        scores: shape (k, b), how near each centre is; best: shape (b,), the best of them.
        chosen: shape (k, b), 1 where a point belongs to a cluster and 0 elsewhere; turned: its transpose.
    """

    place: slice
    points: Floats
    scores: Floats
    best: Floats
    chosen: Floats
    turned: Floats

    def numbers(self, counting: Floats) -> Floats:
        """Return the number of the cluster chosen by each point, shape (b,), the first one where it chose several.

        `counting` is what `_counting` returned.
        """
        number: Floats
        number, several = np.dot(counting, self.chosen)
        if several.max() > 1:
            columns = np.flatnonzero(several > 1)
            number[columns] = self.chosen[:, columns].argmax(axis=0)
        return number


def _counting(k: int) -> Floats:
    """Return the matrix, shape (2, k), that turns choices into the chosen number and how many were chosen."""
    counting = np.ones((2, k))
    counting[0] = np.arange(k)
    return counting


def _cut(X: Floats, k: int, width: int, extra: int) -> list[_Block]:
    """Cut X, shape (m, d), into blocks of at most `width` columns with `extra` rows of ones below."""
    m, d = X.shape
    width = min(m, max(256, width))
    scores, best, chosen = np.empty(k * width), np.empty(width), np.empty(k * width)
    blocks = []
    for start in range(0, m, width):
        place = slice(start, min(start + width, m))
        b = place.stop - start
        points = np.ones((d + extra, b))
        points[:d] = X[place].T
        picked = chosen[: k * b].reshape(k, b)
        blocks.append(_Block(place, points, scores[: k * b].reshape(k, b), best[:b], picked, picked.T))
    return blocks


class FastKMeans:
    """Lloyd's algorithm on the points X, shape (m, d), from any k centres.

    The nearest centre c of a point x has the largest x·c − |c|²/2. With a 1 below every point, one matrix product
    gives these scores, and with `chosen` another one gives the sums and the sizes of all clusters.
    """

    def __init__(self, X: Floats, k: int) -> None:
        self.X, self.k = X, k
        m, d = X.shape
        # 8,192 columns fit the second-level cache; OpenBLAS multiplies below a million terms without copying them.
        self.blocks = _cut(X, k, min(8192, 900_000 // (k * (d + 1))), extra=1)
        self.origin = np.add.reduce([block.points[:-1].sum(axis=1) for block in self.blocks]) / m
        for block in self.blocks:  # products of coordinates about the mean lose less to rounding
            block.points[:-1] -= self.origin[:, np.newaxis]
        self.reach = max(float((block.points[:-1] ** 2).sum(axis=0).max()) for block in self.blocks)  # squared
        self.offset = max(map(abs, self.origin.tolist()))
        self.planes = np.empty((d + 1, k))  # a centre is a column, −|c|²/2 below it
        self.centres, self.heights = self.planes[:-1], self.planes[-1]
        self.totals = np.empty((d + 1, k))  # sums of coordinates, sizes below them
        self.sums, self.sizes = self.totals[:-1], self.totals[-1]
        self.counting = _counting(k)
        self.half_tie = 0.0

    def run(self, centres: Floats, most: int = 300) -> Clustering:
        """Iterate from `centres`, shape (k, d), until no label changes or `most` times."""
        self.centres[:] = (centres - self.origin).T
        self.raise_planes()
        reach = math.sqrt(max(self.reach, -2 * min(self.heights.tolist())))
        self.half_tie = tie_of(reach, self.offset)[1] / 2
        before, rounds = b"", 0
        while rounds < most:
            rounds += 1
            sizes = self.assign()
            if sum(sizes) > len(self.X):  # somewhere a point chose two centres
                self.add_up(self.labels())
                sizes = self.sizes.tolist()
            if 0.0 in sizes:
                self.fill_empty()
            now = self.totals.tobytes()  # the same labels give the same sums, and these the same centres
            if now == before:
                break
            before = now
            np.divide(self.sums, self.sizes, self.centres)
        labels = self.labels()
        cost = sum(float(np.vdot(gaps, gaps)) for gaps in self.gaps(labels))
        return Clustering(self.centres.T + self.origin, labels, cost, rounds)

    def assign(self) -> list[float]:
        """Assign every point, fill `totals` and return the clusters' sizes."""
        self.raise_planes()
        for number, block in enumerate(self.blocks):
            self.choose(block)
            if number:
                self.totals += np.dot(block.points, block.turned)
            else:
                np.dot(block.points, block.turned, self.totals)
        sizes: list[float] = self.sizes.tolist()
        return sizes

    def raise_planes(self) -> None:
        """Work out −|c|²/2 of the present centres."""
        across = self.centres.T
        np.vecdot(across, across, self.heights)
        np.multiply(self.heights, -0.5, self.heights)

    def choose(self, block: _Block) -> None:
        """Mark the nearest centres of a block's points in its `chosen`."""
        scores, best = block.scores, block.best
        np.dot(self.planes.T, block.points, scores)
        scores.max(axis=0, out=best)
        np.subtract(best, self.half_tie, best)
        np.greater_equal(scores, best, block.chosen)

    def labels(self) -> Labels:
        """Return the first nearest centre of each point, shape (m,)."""
        self.raise_planes()
        labels = np.empty(len(self.X), dtype=np.intp)
        for block in self.blocks:
            self.choose(block)
            labels[block.place] = block.numbers(self.counting)
        return labels

    def gaps(self, labels: Labels) -> Iterator[Floats]:
        """Yield for each block the way from its points' centres to the points, shape (d, b)."""
        for block in self.blocks:
            yield block.points[:-1] - self.centres.take(labels[block.place], axis=1)

    def add_up(self, labels: Labels) -> None:
        """Fill `totals` from labels, in the same order as `assign` does."""
        self.totals.fill(0.0)
        for block in self.blocks:
            np.equal(labels[block.place], self.counting[0, :, np.newaxis], out=block.chosen)
            self.totals += np.dot(block.points, block.turned)

    def fill_empty(self) -> None:
        """Give each empty cluster a point; one that stays empty keeps its centre, as if a point lay there."""
        labels = self.labels()
        own = np.concatenate([(gaps**2).sum(axis=0) for gaps in self.gaps(labels)])
        self.add_up(fill_empty(labels, own, self.k, 2 * self.half_tie))
        empty = self.sizes == 0
        self.sums[:, empty] = self.centres[:, empty]
        self.sizes[empty] = 1.0


class FastKMedians:
    """k-medians on the points X, shape (m, d), from any k centres. Each axis is sorted once, at the beginning."""

    def __init__(self, X: Floats, k: int) -> None:
        self.X, self.k = X, k
        self.blocks = _cut(X, k, 80_000 // k, extra=0)
        self.counting = _counting(k)
        self.room = np.empty(self.blocks[0].scores.size)
        columns = np.ascontiguousarray(X.T)
        self.origin = columns.mean(axis=1)
        self.order = np.argsort(columns, axis=1, kind="stable")  # (d, m)
        self.sorted = np.take_along_axis(columns, self.order, axis=1)
        self.rows = np.arange(X.shape[1])[:, np.newaxis]
        self.short = np.min_scalar_type(k)  # numpy sorts short whole numbers by counting, in one or two passes
        self.tie = 0.0

    def run(self, centres: Floats, most: int = 300) -> Clustering:
        """Iterate from `centres`, shape (k, d), until no label changes or `most` times."""
        reach = math.sqrt(max(float(((points - self.origin) ** 2).sum(axis=1).max()) for points in (self.X, centres)))
        self.tie = tie_of(reach, float(np.abs(self.origin).max()))[0]
        before, rounds = b"", 0
        while True:
            labels, own = self.assign(centres)
            if rounds == most:
                break
            rounds += 1
            if labels.tobytes() == before:
                break
            sizes = np.bincount(labels, minlength=self.k)
            empty = 0 in sizes.tolist()
            if empty:
                labels = fill_empty(labels, own, self.k, self.tie)
                sizes = np.bincount(labels, minlength=self.k)
            before = labels.tobytes()
            found = self.medians(labels, sizes)
            centres = np.where(sizes[:, np.newaxis] > 0, found, centres) if empty else found
        return Clustering(centres, labels, float(own.sum()), rounds)

    def assign(self, centres: Floats) -> tuple[Labels, Floats]:
        """Return each point's first nearest centre and its L1 distance to that, both of shape (m,)."""
        labels, own = np.empty(len(self.X), dtype=np.intp), np.empty(len(self.X))
        columns = centres.T[:, :, np.newaxis]  # (d, k, 1)
        for block in self.blocks:
            scores, best = block.scores, block.best
            gaps = self.room[: scores.size].reshape(scores.shape)
            for axis, column in enumerate(columns):
                out = gaps if axis else scores
                np.subtract(block.points[axis], column, out)  # (k, b)
                np.abs(out, out)
                if axis:
                    np.add(scores, gaps, scores)
            scores.min(axis=0, out=best)
            own[block.place] = best
            np.add(best, self.tie, best)
            np.less_equal(scores, best, block.chosen)
            labels[block.place] = block.numbers(self.counting)
        return labels, own

    def medians(self, labels: Labels, sizes: Labels) -> Floats:
        """Return the median of each cluster in each coordinate, shape (k, d); of an empty cluster, any number.

        A stable sort of the labels, taken in the order of an axis, lists every cluster's points in that order.
        """
        grouped = np.argsort(labels.astype(self.short)[self.order], axis=1, kind="stable")  # (d, m)
        twice = 2 * sizes.cumsum() - sizes  # first place of a cluster plus first place of the next one
        middle = np.concatenate([twice - 1, twice]) // 2  # (2k,), both middle places; the same one if the size is odd
        values = self.sorted[self.rows, grouped.take(middle, axis=1, mode="clip")]  # (d, 2k)
        found: Floats = (values[:, : self.k] + values[:, self.k :]).T / 2
        return found
