"""Principal component analysis: the directions along which points spread most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.data import Floats
from engine.errors import DataRefused, TooLarge

MOST_PRODUCTS = 5_000_000_000  # m · d · min(m, d): some seconds


@dataclass(frozen=True, eq=False)
class Projection:
    """The first k principal components of m points with d coordinates.

    Attributes:
        mean: shape (d,), the mean of the points.
        components: shape (k, d), orthonormal directions, the one of largest spread first. The largest entry of each
            is positive (the first of equally large ones), so that the same points give the same signs.
        scores: shape (m, k), coordinates of the points along the components, counted from the mean.
        explained: shape (k,), the share of the points' total variance along each component, in 0..1; all 0 where the
            points are equal.
    """

    mean: Floats
    components: Floats
    scores: Floats
    explained: Floats


def principal_components(X: Floats, k: int) -> Projection:
    """Project points on their first k principal components, by the singular value decomposition of X − mean.

    Args:
        X: shape (m, d). Columns of different units should be standardised first, or the widest column decides.
        k: from 1 to min(m, d).

    Raises:
        DataRefused: if k is outside of that or a value is not finite.
        TooLarge: if m·d·min(m, d) is above MOST_PRODUCTS.

    Source: Pearson, On lines and planes of closest fit to systems of points in space, 1901.
    """
    X = np.asarray(X, dtype=np.float64)
    if X.ndim != 2 or not np.isfinite(X).all():
        raise DataRefused(f"Points need the shape (m, d) and finite numbers throughout; the shape is {X.shape}.")
    if not 1 <= k <= min(X.shape):
        m, d = X.shape
        raise DataRefused(f"With m = {m} points of d = {d} coordinates k must be between 1 and {min(m, d)}; it is {k}.")
    if X.size * min(X.shape) > MOST_PRODUCTS:
        raise TooLarge("multiplications", X.size * min(X.shape), MOST_PRODUCTS)
    mean = X.mean(axis=0)
    centred = np.where(np.ptp(X, axis=0) > 0, X - mean, 0.0)  # a constant minus its mean may not be 0
    _, spreads, directions = np.linalg.svd(centred, full_matrices=False)
    components = _signed(directions[:k])
    total = float(spreads @ spreads)
    explained = spreads[:k] ** 2 / total if total > 0 else np.zeros(k)
    return Projection(mean, components, centred @ components.T, explained)


def _signed(directions: Floats) -> Floats:
    """Turn each row so that its largest entry is positive; entries equal up to rounding count as equally large."""
    sizes = np.abs(directions)
    deciding = np.argmax(sizes >= sizes.max(axis=1, keepdims=True) - 1e-9, axis=1)
    signs = np.sign(directions[np.arange(len(directions)), deciding])
    signed: Floats = directions * signs[:, np.newaxis]
    return signed
