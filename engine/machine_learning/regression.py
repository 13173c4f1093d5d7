"""Linear regression by least squares: closed forms, the general solution, and gradient descent.

m counts the points and n the features throughout; X has shape (m, n) and holds no column of ones. Where there is an
intercept, the functions here work on columns from which their mean was taken away: this gives the same weights as a
column of ones and keeps the matrix that is solved better conditioned.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from engine.data import Floats
from engine.ends import Diverged, Done
from engine.errors import DataRefused

# Rounding in X'X is about 1e-16 of its largest entry, and solving magnifies it by largest entry / smallest eigenvalue.
# Below this share of the largest entry the weights could be off by more than 1e-7, and the slower SVD takes over.
SAFE_EIGENVALUE = 1e-9


@dataclass(frozen=True, eq=False)
class Fit:
    """A linear model ŷ = intercept + X·weights.

    Attributes:
        weights: shape (n,), in units of y per unit of each column.
        intercept: in units of y; 0 where none was asked for.
        condition: largest over smallest eigenvalue of the n × n matrix that the weights solve: X'X, or with an
            intercept (X − mean)'(X − mean). That is the square of the ratio of the singular values. Infinite where
            the columns are dependent, 1 where there is no column.
        rank: how many columns of X, with an intercept of X − mean, are independent; n where the weights are unique.
    """

    weights: Floats
    intercept: float
    condition: float
    rank: int

    def predict(self, X: Floats) -> Floats:
        """Return ŷ, shape (m,), for X of shape (m, n)."""
        predicted: Floats = X @ self.weights + self.intercept
        return predicted


def ols(X: Floats, y: Floats, intercept: bool = True) -> Fit:
    """Solve the normal equations X'X w = X'y, or fall back to `lstsq` where X'X is (nearly) singular.

    With an intercept, X'X of the centred columns is computed as X'X − m·mean·mean', without a centred copy of X.

    Args:
        X: shape (m, n), m ≥ 1. One point, a constant column or more columns than points are allowed: see `lstsq`.
        y: shape (m,).
        intercept: whether the model has one.

    Returns:
        The weights of smallest SSE; they agree with `lstsq` to about 1e-7 of their size.

    Raises:
        DataRefused: if there is no row, the lengths differ or a value is not finite.

    Source: the primer, section 2.4.
    """
    X, y = _checked(X, y)
    m, n = X.shape
    with np.errstate(over="ignore", invalid="ignore"):  # values near 1e200 overflow here and are left to lstsq
        gram = X.T @ X  # (n, n)
        largest = float(gram.diagonal().max(initial=0.0))
        mean = X.mean(axis=0) if intercept else np.zeros(n)
        if intercept:
            gram -= m * np.multiply.outer(mean, mean)
    if not 0 < n <= m or not np.isfinite(gram).all():
        return lstsq(X, y, intercept)
    eigenvalues, directions = np.linalg.eigh(gram)
    if eigenvalues[0] <= SAFE_EIGENVALUE * largest:
        return lstsq(X, y, intercept)
    level = float(y.mean()) if intercept else 0.0
    moment = (y - level) @ X  # (n,)
    weights = directions @ ((moment @ directions) / eigenvalues)
    return Fit(weights, level - float(mean @ weights), float(eigenvalues[-1] / eigenvalues[0]), n)


def lstsq(X: Floats, y: Floats, intercept: bool = True) -> Fit:
    """Solve least squares by the singular value decomposition, for independent columns or not.

    Where many weights have the same smallest SSE, the shortest weight vector is returned (the intercept does not
    count): copies of a column share its weight, a constant column beside an intercept gets 0, and so do all columns
    when there is one point. Singular values below 2.2e-16 · max(m, n) of the largest count as 0.

    Args, Returns and Raises as `ols`.
    """
    X, y = _checked(X, y)
    n = X.shape[1]
    mean, level = np.zeros(n), 0.0
    if intercept:
        mean, level = X.mean(axis=0), float(y.mean())
        X, y = np.where(np.ptp(X, axis=0) > 0, X - mean, 0.0), y - level  # a constant minus its mean may not be 0
    if n == 0:
        return Fit(np.zeros(0), level, 1.0, 0)
    solution, _, rank, singular = np.linalg.lstsq(X, y, rcond=None)
    weights = np.asarray(solution, dtype=np.float64)
    condition = float(singular[0] / singular[-1]) ** 2 if rank == n else float("inf")
    return Fit(weights, level - float(mean @ weights), condition, int(rank))


def residuals(y: Floats, predicted: Floats) -> Floats:
    """Return what each prediction misses, y − ŷ, shape (m,), in units of y."""
    missed: Floats = np.asarray(y) - np.asarray(predicted)
    return missed


def sse(y: Floats, predicted: Floats) -> float:
    """Return the sum of squared errors Σ (y − ŷ)², in squared units of y. It grows with the number of points."""
    errors = residuals(y, predicted)
    return float(errors @ errors)


def line(x: Floats, y: Floats) -> tuple[float, float]:
    """Return slope and intercept of the least-squares line through m points.

    Args:
        x, y: shape (m,), at least two different values in x.

    Raises:
        DataRefused: if all x are equal: every line through the point of means has then the same SSE.

    Source: the primer, section 2.3 (the solution of its two normal equations).
    """
    columns, y = _checked(np.asarray(x, dtype=np.float64)[:, np.newaxis], y)
    x = columns[:, 0]
    if np.ptp(x) == 0:
        raise DataRefused(f"All x are {x[0]:g}, so no slope fits best; give points with at least two different x.")
    from_mean = x - x.mean()
    slope = float(from_mean @ (y - y.mean()) / (from_mean @ from_mean))
    return slope, float(y.mean() - slope * x.mean())


@dataclass(frozen=True, eq=False)
class Step:
    """The model after `step` steps of gradient descent; step 0 is the start, where everything is 0.

    Attributes:
        weights: shape (n,); intercept: in units of y; sse: of this model, in squared units of y.
    """

    step: int
    weights: Floats
    intercept: float
    sse: float


def descend(
    X: Floats, y: Floats, rate: float, steps: int, intercept: bool = True
) -> Generator[Step, None, Done | Diverged]:
    """Walk downhill on the mean squared error SSE/m from zero weights, and yield every step.

    Dividing by m keeps a good rate the same however many points there are. A rate below `largest_rate` lowers the SSE
    in every step and above it the SSE grows without bound.

    Args:
        X, y: shapes (m, n) and (m,).
        rate: learning rate, above 0.
        steps: how many steps; steps + 1 snapshots are yielded.

    Returns:
        Done, or Diverged at the first step whose SSE is not finite.

    Raises:
        DataRefused: as `ols`.
    """
    X, y = _checked(X, y)
    weights, level, last = np.zeros(X.shape[1]), 0.0, 0.0
    for step in range(steps + 1):
        with np.errstate(over="ignore", invalid="ignore"):
            errors = y - (X @ weights + level)
            cost = float(errors @ errors)
        if not np.isfinite(cost):
            return Diverged(step, "SSE", last)
        yield Step(step, weights, level, cost)
        last = cost
        with np.errstate(over="ignore", invalid="ignore"):
            weights = weights + rate * 2 / len(y) * (X.T @ errors)
            if intercept:
                level += rate * 2 / len(y) * float(errors.sum())
    return Done()


def largest_rate(X: Floats, intercept: bool = True) -> float:
    """Return the rate at which `descend` on X, shape (m, n), turns from converging to diverging.

    It is 2 / L with L the largest curvature of SSE/m, twice the largest eigenvalue of X'X/m (with the column of ones
    where there is an intercept); infinite where X is all zeros and there is no intercept.
    """
    X = np.asarray(X, dtype=np.float64)
    if intercept:
        X = np.column_stack([np.ones(len(X)), X])
    steepest = float(np.linalg.norm(X, 2)) ** 2 / len(X) if X.size else 0.0
    return 1 / steepest if steepest > 0 else float("inf")


def _checked(X: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return X and y as float64, or raise DataRefused with the rule that they break."""
    X, y = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if X.ndim != 2 or y.shape != X.shape[:1]:
        raise DataRefused(f"X needs the shape (m, n) and y the shape (m,); they have {X.shape} and {y.shape}.")
    if len(y) == 0:
        raise DataRefused("There is no point to fit; give at least one.")
    # A sum is finite only if all its terms are; it may overflow all the same, hence the second look.
    for values, name in ((X, "X"), (y, "y")):
        with np.errstate(over="ignore", invalid="ignore"):
            total = values.sum()
        if not np.isfinite(total) and not np.isfinite(values).all():
            place = tuple(np.argwhere(~np.isfinite(values))[0])
            raise DataRefused(f"{name} holds {values[place]} in row {place[0] + 1}; every value must be finite.")
    return X, y
