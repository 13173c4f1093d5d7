"""Drills on clustering: centres, one step of Lloyd's algorithm, SSE, silhouettes, k-medians (chapters 4 and 5)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.data import Floats
from engine.machine_learning.clustering import kmeans, l1_distances, lloyd, medians, silhouettes, squared_distances
from engine.quiz.drills.drill import Drill, Generator, choice, numeric, trap, whole, wholes
from engine.quiz.drills.text import added, answer, approx, listed, number, rounded, vector


def _points(points: Floats) -> str:
    return ", ".join(f"${vector(point)}$" for point in points)  # apart, so that a line can break between them


def _mean(values: Floats, says: Callable[[float, int], str] = approx) -> str:
    return f"\\frac{{{added(values)}}}{{{len(values)}}} {says(float(values.mean()), 2)}"


def centroid(rng: np.random.Generator) -> Drill:
    """Draw 3 to 5 points with whole coordinates; their mean is asked (section 4.2)."""
    count = whole(rng, 3, 5)
    points = rng.integers(-9, 10, (count, 2)).astype(float)  # (count, 2)
    points[-1] -= points.sum(axis=0) % (3 if count == 3 else 1)  # thirds would not be exact in two decimals
    total = points.sum(axis=0)
    mean = lloyd(points, points[:1]).centres[0]
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    return Drill(
        ask=f"Which point is the centroid of {_points(points)} in k-means? Write it as (x, y).",
        exact=numeric(mean),
        steps=(
            f"Average each coordinate over the {count} points.\n\n"
            + "\n\n".join(
                f"{which}: $\\frac{{{added(axis)}}}{{{count}}} = \\frac{{{number(axis.sum())}}}{{{count}}} = "
                f"{number(axis.mean())}$."
                for which, axis in zip(("First", "Second"), points.T, strict=True)
            )
            + f"\n\nThe centroid is $({listed(mean)})$."
        ),
        traps=(
            trap(middle, "This is the middle between smallest and largest: the mean counts every point."),
            trap(mean[::-1], "The two coordinates are exchanged."),
            trap(total, f"These are the sums: they still have to be divided by {count}."),
        ),
    )


def centre_on_a_line(rng: np.random.Generator) -> Drill:
    """Draw numbers; the position of smallest sum of squared distances is asked (section 4.2)."""
    count = whole(rng, 3, 5)
    values = wholes(rng, -5, 20, count)
    values[-1] -= values.sum() % count if count == 3 else 0.0
    mean = float(lloyd(values[:, np.newaxis], values[:1, np.newaxis]).centres[0, 0])
    return Drill(
        ask=f"On a line, which position has the smallest sum of squared distances to ${listed(values)}$?",
        exact=numeric(mean),
        steps=(
            "Set the derivative of $\\sum_i(x_i-c)^2$ to 0: $\\sum_i(x_i-c)=0$, so $c$ is the mean.\n\n"
            f"$c = {_mean(values)}$."
        ),
        traps=(
            trap(np.median(values), "This is the median: it minimises the sum of distances that are not squared."),
            trap(
                (values.min() + values.max()) / 2, "This is the middle of the range: it keeps only the largest small."
            ),
            trap(values.sum(), f"This is the sum: divide it by {count}."),
        ),
    )


def mean_and_median(rng: np.random.Generator) -> Drill:
    """Draw an odd number of values with one far out; mean and median are asked (section 5.1)."""
    count = int(rng.choice([3, 5]))
    values = rng.permutation(np.append(wholes(rng, 0, 9, count - 1), whole(rng, 15, 60)))
    values[0] -= values.sum() % 3 if count == 3 else 0.0
    mean, median = float(values.mean()), float(np.median(values))
    middle = (values.min() + values.max()) / 2
    given = float(values[count // 2])
    unsorted = [] if given == median else [trap((mean, given), "The median is the middle one after sorting.")]
    return Drill(
        ask=f"One centre has to stand for ${listed(values)}$. Which position minimises the sum of squared distances, "
        "and which the sum of absolute distances? Answer with two numbers, squared first.",
        exact=numeric((mean, median)),
        steps=(
            f"Squared distances: the mean, ${_mean(values)}$.\n\n"
            f"Absolute distances: the median, the middle of ${listed(np.sort(values))}$: ${number(median)}$."
        ),
        traps=(
            trap((median, mean), "The two are exchanged: squares lead to the mean, sizes to the median."),
            trap((mean, mean), "The mean minimises squares only: sizes lead to the median."),
            trap((middle, median), "The middle of the range is no mean: the mean counts every value."),
            *unsorted,
        ),
    )


def outlier_shift(rng: np.random.Generator) -> Drill:
    """Draw five values of which one is mistyped; the growth of mean and median is asked (section 5.2)."""
    before = np.sort(rng.choice(30, 5, replace=False)).astype(float)
    after, place = before.copy(), whole(rng, 0, 4)
    after[place] = float(whole(rng, 40, 140))
    growth = float((after - before).sum())
    mean, median = growth / 5, float(np.median(after) - np.median(before))
    return Drill(
        ask=f"By how much do the mean and the median of ${listed(before)}$ grow when the {number(before[place])} is "
        f"replaced by {number(after[place])}? Answer with two numbers, the mean's growth first.",
        exact=numeric((mean, median)),
        steps=(
            f"The sum grows by ${number(after[place])} - {number(before[place])} = {number(growth)}$, the mean by "
            f"${number(growth)}/5 = {number(mean)}$.\n\n"
            f"Sorted, the middle value was {number(np.median(before))} and is now {number(np.median(after))} "
            f"(${listed(np.sort(after))}$): the median grows by ${number(median)}$."
        ),
        traps=(
            trap((growth, median), "This is the growth of the sum: the mean grows by a fifth of it."),
            trap((median, mean), "The two are exchanged: the outlier pulls the mean."),
            trap((after.mean(), np.median(after)), "These are the new mean and median; their growth is asked."),
            trap((mean, mean), "The median does not follow the mean: sort the values and look at the middle one."),
        ),
    )


def nearest_centre(rng: np.random.Generator) -> Drill | None:
    """Draw a point and four centres; the centre that k-means assigns it to is asked (section 4.3)."""
    point, centres = wholes(rng, -3, 3, 2), rng.integers(-8, 9, (4, 2)).astype(float)
    squares = squared_distances(point[np.newaxis], centres)[0]  # (4,)
    across, up = np.abs(centres - point).T
    picks = (squares, -squares, across, up)
    if any(len(set(pick)) < 4 for pick in picks):
        return None  # no ties
    right, farthest, by_first, by_second = (int(np.argmin(pick)) for pick in picks)
    if len({right, farthest, by_first, by_second}) < 4:
        return None
    lines = [
        f"{name}: ${number(a)}^2 + {number(b)}^2 = {number(s)}$."
        for name, a, b, s in zip("ABCD", across, up, squares, strict=True)
    ]
    named = ", ".join(f"${name} = {vector(centre)}$" for name, centre in zip("ABCD", centres, strict=True))
    return Drill(
        ask=f"k-means holds the centres {named}. To which of them is the point ${vector(point)}$ assigned?",
        exact=choice("ABCD", "ABCD"[right]),
        steps="Squared distances, first coordinate and second:\n\n" + "\n\n".join(lines) + "\n\n"
        f"The smallest is that of {'ABCD'[right]}.",
        traps=(
            trap("ABCD"[by_first], "It is the nearest in the first coordinate only: both count."),
            trap("ABCD"[by_second], "It is the nearest in the second coordinate only: both count."),
            trap("ABCD"[farthest], "It is the farthest of the four."),
        ),
    )


def lloyd_step(rng: np.random.Generator) -> Drill | None:
    """Draw six numbers and two centres; the centres after one assignment and one update are asked (section 4.3)."""
    values = np.sort(rng.choice(25, 6, replace=False)).astype(float)
    start = np.sort(rng.choice(25, 2, replace=False)).astype(float)
    halves = kmeans(values[:, np.newaxis], start[:, np.newaxis])
    _, assigned, moved = next(halves), next(halves), next(halves)
    after = moved.centres[:, 0]
    parts = [values[assigned.labels == which] for which in (0, 1)]
    if any(len(part) == 0 for part in parts) or start.sum() / 2 in values:
        return None  # an empty cluster, or a point as near to one as to the other
    middles = [float(np.median(part)) for part in parts]
    return Drill(
        ask=f"Take one step of Lloyd's algorithm on the numbers ${listed(values)}$ from the centres "
        f"${number(start[0])}$ and ${number(start[1])}$: assign, then move. Where are the "
        "two centres now? Answer with two numbers, the smaller first, to two decimals.",
        exact=numeric(after, 2),
        steps=(
            f"Assign: below the middle ${number(start.sum() / 2)}$ of the two centres the first is nearer. It gets "
            f"${listed(parts[0])}$, the second ${listed(parts[1])}$.\n\n"
            f"Move each to the mean of its own: ${_mean(parts[0], answer)}$ and ${_mean(parts[1], answer)}$."
        ),
        traps=(
            trap(start, "These are the old centres: after the assignment each moves to the mean of its points."),
            trap(middles, "These are medians, as in k-medians; k-means moves to the mean."),
            trap([part.sum() for part in parts], "These are sums: divide each by the number of its points."),
            trap(
                [np.append(p, s).mean() for p, s in zip(parts, start, strict=True)],
                "The old centre is no data point: it does not count in the mean.",
            ),
        ),
    )


def kmeans_two_starts(rng: np.random.Generator) -> Drill:
    """Draw the corners of a rectangle; the SSE from a good and from a poor start is asked (section 4.4)."""
    x, y, wide, high = whole(rng, -3, 5), whole(rng, -3, 5), 2 * whole(rng, 3, 8), 2 * whole(rng, 1, 2)
    corners = np.array([(x, y), (x, y + high), (x + wide, y), (x + wide, y + high)], dtype=float)
    good = np.array([(x, y + high / 2), (x + wide, y + high / 2)])
    poor = np.array([(x + wide / 2, y), (x + wide / 2, y + high)])
    low, bad = (lloyd(corners, start).cost for start in (good, poor))
    return Drill(
        ask=f"The points {_points(corners)} are clustered by k-means with $k=2$. Which SSE is reached from the "
        f"starting centroids {_points(good)}, and which from {_points(poor)}? Answer with two numbers in this order.",
        exact=numeric((low, bad)),
        steps=(
            "From the first start each centroid gets the two points at its side; it is their mean and stays. All four "
            f"lie ${high}/2 = {high // 2}$ away: $4\\cdot{high // 2}^2 = {number(low)}$.\n\n"
            "From the second start each gets the two points of a long side and stays, too. All four lie "
            f"${wide}/2 = {wide // 2}$ away: $4\\cdot{wide // 2}^2 = {number(bad)}$."
        ),
        traps=(
            trap(
                (low, low), "k-means does not leave the second start: each of its centroids is the mean of its points."
            ),
            trap((2 * high, 2 * wide), "These are sums of distances: the SSE adds their squares."),
            trap((low / 4, bad / 4), "These are means: the SSE adds over all four points."),
            trap((bad, low), "The two are exchanged: look where each start puts its centroids."),
        ),
    )


def inertia(rng: np.random.Generator) -> Drill:
    """Draw two clusters of numbers; the SSE of the clustering is asked (section 4.2)."""
    sizes = whole(rng, 2, 4), whole(rng, 2, 4)
    parts = [np.sort(wholes(rng, low, low + 8, size)) for low, size in zip((0, 12), sizes, strict=True)]
    every = np.concatenate(parts)[:, np.newaxis]
    centres = np.array([[part.mean()] for part in parts])
    own = squared_distances(every, centres)[np.arange(len(every)), np.repeat((0, 1), sizes)]
    total = float(own.sum())
    lines = [
        f"Mean: ${_mean(part)}$. Squared distances from it: "
        f"${added((part - part.mean()) ** 2, 3)} {approx(float(((part - part.mean()) ** 2).sum()), 3)}$."
        for part in parts
    ]
    return Drill(
        ask=f"A clustering puts ${listed(parts[0])}$ into one cluster and ${listed(parts[1])}$ into another. What is "
        "its SSE (inertia)? Round to two decimals.",
        exact=numeric(total, 2),
        steps="\n\n".join(lines) + f"\n\nTogether: ${rounded(total, 2)}$.",
        traps=(
            trap(np.sqrt(own).sum(), "This adds the distances: square each before adding."),
            trap(total / len(every), f"This is the mean over the {len(every)} points; the SSE is the sum."),
            trap(((every - every.mean()) ** 2).sum(), "This measures from the mean of all: each cluster has its own."),
        ),
    )


def silhouette_of_point(rng: np.random.Generator) -> Drill | None:
    """Draw two clusters of numbers; the silhouette of one point is asked (section 4.4)."""
    own, other = wholes(rng, 0, 9, 3), wholes(rng, 6, 20, 2)
    if len({*own, *other}) < 5:
        return None
    score = float(silhouettes(np.concatenate([own, other])[:, np.newaxis], np.array([0, 0, 0, 1, 1]))[0])
    inside, outside = float(np.abs(own[1:] - own[0]).mean()), float(np.abs(other - own[0]).mean())
    with_itself = inside * 2 / 3
    longer = max(inside, outside)
    return Drill(
        ask=f"Cluster A holds ${listed(own)}$, cluster B ${listed(other)}$. What is the silhouette of the point "
        f"${number(own[0])}$ of A? Round to two decimals.",
        exact=numeric(score, 2),
        steps=(
            f"$a$, mean distance to the others of A: ${_mean(np.abs(own[1:] - own[0]))}$.\n\n"
            f"$b$, mean distance to B: ${_mean(np.abs(other - own[0]))}$.\n\n"
            f"$s = \\frac{{b-a}}{{\\max(a,b)}} = \\frac{{{number(outside)} - {number(inside)}}}{{{number(longer)}}} "
            f"{answer(score, 2)}$."
        ),
        traps=(
            trap(-score, "The sign is turned: $b-a$ stands above the bar, so that near neighbours give a high score."),
            trap(outside - inside, "This is $b-a$: divide it by the larger of the two."),
            trap((outside - with_itself) / max(outside, with_itself), "The point itself does not count in $a$."),
            trap((outside - inside) / (outside + inside), "Divide by the larger of $a$ and $b$, not by their sum."),
        ),
    )


def k_medians_centre(rng: np.random.Generator) -> Drill | None:
    """Draw five points with one far out; their centre in k-medians is asked (section 5.1)."""
    points = rng.integers(-6, 7, (5, 2)).astype(float)
    points[whole(rng, 0, 4)] = wholes(rng, 15, 40, 2)
    centre = medians(points, points[:1]).centres[0]
    if centre.tolist() in points.tolist():
        return None
    inner = points[int(np.argmin(l1_distances(points, points).sum(axis=1)))]  # the member of smallest sum
    return Drill(
        ask=f"A cluster of k-medians holds {_points(points)}. Where is its centre? Write it as (x, y).",
        exact=numeric(centre),
        steps="Take the median of each coordinate by itself.\n\n"
        + "\n\n".join(
            f"{which} coordinates, sorted: ${listed(np.sort(axis))}$; the middle one is ${number(np.median(axis))}$."
            for which, axis in zip(("First", "Second"), points.T, strict=True)
        )
        + f"\n\nThe centre is $({listed(centre)})$; it need not be one of the points.",
        traps=(
            trap(points.mean(axis=0), "This is the mean, the centre of k-means."),
            trap(points[2], "This is the point in the middle of the list: sort each coordinate first."),
            trap(inner, "A centre of k-medians need not be a member: take each coordinate by itself."),
            trap(centre[::-1], "The two coordinates are exchanged."),
        ),
    )


def zero_sse(rng: np.random.Generator) -> Drill:
    """Draw numbers of which some are equal; the smallest k with an SSE of 0 is asked (section 4.4)."""
    values = rng.permutation(np.append(wholes(rng, 0, 20, whole(rng, 4, 6)), wholes(rng, 0, 5, 4)))
    distinct, counts = np.unique(values, return_counts=True)
    single, count = int((counts == 1).sum()), len(values)
    return Drill(
        ask=f"With how many centres at least can k-means reach an SSE of 0 on the {count} numbers ${listed(values)}$?",
        exact=numeric(len(distinct)),
        steps=(
            "The SSE is 0 when every point lies on a centre; equal points share one.\n\n"
            f"Different numbers: ${listed(distinct)}$. That makes $k = {len(distinct)}$."
        ),
        traps=(
            trap(count, f"$k={count}$ does it, too, but equal numbers can share a centre."),
            trap(len(distinct) - 1, "One centre too few: two different numbers would share one and lie beside it."),
            trap(single, "This counts the numbers that occur once; those that repeat need a centre, too."),
        ),
    )


DRILLS: dict[str, Generator] = {
    one.__name__: one
    for one in (
        centroid,
        centre_on_a_line,
        mean_and_median,
        outlier_shift,
        nearest_centre,
        lloyd_step,
        kmeans_two_starts,
        inertia,
        silhouette_of_point,
        k_medians_centre,
        zero_sse,
    )
}
