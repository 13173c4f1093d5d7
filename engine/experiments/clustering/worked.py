"""The lesson's worked example."""

from __future__ import annotations

import numpy as np

from engine.data import Floats
from engine.machine_learning import clustering

SIX_POINTS = (1.0, 2.0, 3.0, 8.0, 9.0, 10.0)
RECTANGLE = ((0.0, 0.0), (0.0, 2.0), (4.0, 0.0), (4.0, 2.0))


def worked() -> dict[str, float]:
    """Return the numbers of the worked example by name."""
    six = np.array(SIX_POINTS)[:, None]  # (6, 1)
    corners = np.array(RECTANGLE)  # (4, 2)
    halves = {(half.kind, half.iteration): half for half in clustering.kmeans(six, six[:2])}
    numbers = {
        "assign_1": halves["assign", 1].cost,
        "update_1": halves["update", 1].cost,
        "assign_2": halves["assign", 2].cost,
        "update_2": halves["update", 2].cost,
        "left_1": halves["update", 1].centres[0, 0],
        "right_1": halves["update", 1].centres[1, 0],
        "left_2": halves["update", 2].centres[0, 0],
        "right_2": halves["update", 2].centres[1, 0],
        "stuck": clustering.lloyd(corners, corners[[0, 1]]).cost,
        "free": clustering.lloyd(corners, corners[[0, 2]]).cost,
    }
    numbers |= worked_silhouettes(six) | worked_outlier(six)
    return {name: float(number) for name, number in numbers.items()}


def worked_silhouettes(six: Floats) -> dict[str, float]:
    """Return best SSEs for some k and the silhouettes of two groupings of the six points, shape (6, 1)."""
    two, three = np.array([0, 0, 0, 1, 1, 1]), np.array([0, 0, 0, 1, 1, 2])
    own, other = np.abs(six[:2] - six[2]), np.abs(six[3:] - six[2])  # distances from point 3
    widths = clustering.silhouettes(six, two)
    return {
        "sse_k1": clustering.lloyd(six, six[:1]).cost,
        "sse_k2": clustering.lloyd(six, six[[0, 5]]).cost,
        "sse_k3": clustering.lloyd(six, six[[1, 3, 5]]).cost,
        "sse_k6": clustering.lloyd(six, six).cost,
        "a": own.mean(),
        "b": other.mean(),
        "s": widths[2],
        "silhouette_k2": widths.mean(),
        "silhouette_k3": clustering.silhouettes(six, three).mean(),
    }


def worked_outlier(six: Floats) -> dict[str, float]:
    """Return where both methods end on the six points, shape (6, 1), once the last one is replaced by 40."""
    points = six.copy()
    points[-1] = 40.0
    start, on_outlier = np.array([[2.0], [9.0]]), np.array([[9.0], [40.0]])
    means, medians = clustering.lloyd(points, start), clustering.medians(points, start)
    return {
        "outlier_mean": points[3:].mean(),
        "outlier_median": np.median(points[3:]),
        "means_left": means.centres[0, 0],
        "means_right": means.centres[1, 0],
        "medians_left": medians.centres[0, 0],
        "medians_right": medians.centres[1, 0],
        "medians_cost": medians.cost,
        "captured_cost": clustering.medians(points, on_outlier).cost,
    }
