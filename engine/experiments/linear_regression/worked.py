"""The lesson's worked example."""

from __future__ import annotations

import numpy as np

from engine.data import Floats
from engine.experiments.linear_regression.shared import FOUR_POINTS
from engine.machine_learning import regression


def worked() -> dict[str, float]:
    """Return the numbers of the worked example by name: the least-squares line through four points."""
    x, y = np.array(FOUR_POINTS).T  # (4,), (4,)
    slope, intercept = regression.line(x, y)
    predicted = intercept + slope * x
    errors = regression.residuals(y, predicted)
    best, flat = regression.sse(y, predicted), regression.sse(y, np.full(len(y), y.mean()))
    numbers = {
        "mean_x": x.mean(),
        "mean_y": y.mean(),
        "slope": slope,
        "intercept": intercept,
        "sxx": ((x - x.mean()) ** 2).sum(),
        "sxy": ((x - x.mean()) * (y - y.mean())).sum(),
        "sse": best,
        "guess_sse": regression.sse(y, 2 + x),
        "flat_sse": flat,
        "explained": 1 - best / flat,
    }
    for i in range(len(x)):
        numbers[f"predicted_{i + 1}"] = predicted[i]
        numbers[f"residual_{i + 1}"] = errors[i]
        numbers[f"square_{i + 1}"] = errors[i] ** 2
    numbers |= worked_matrices(x, y)
    return {name: float(number) for name, number in numbers.items()}


def worked_matrices(x: Floats, y: Floats) -> dict[str, float]:
    """Return the numbers of the matrix form for points x, y of shape (m,)."""
    ones = np.ones(len(x))
    X = np.column_stack([ones, x])  # (m, 2)
    gram, moment = X.T @ X, X.T @ y  # (2, 2), (2,)
    centred = np.column_stack([ones, x - x.mean()])
    twice = np.column_stack([X, x])  # (m, 3): x entered twice
    return {
        "m": gram[0, 0],
        "sum_x": gram[0, 1],
        "sum_xx": gram[1, 1],
        "sum_y": moment[0],
        "sum_xy": moment[1],
        "determinant": np.linalg.det(gram),
        "condition": np.linalg.cond(gram),
        "centred_condition": np.linalg.cond(centred.T @ centred),
        "shared_weight": regression.lstsq(twice, y, intercept=False).weights[1],
    }
