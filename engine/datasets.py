"""Real sets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import numpy as np

from engine.data import Floats, Labels, Table
from engine.errors import DataRefused

REAL_SETS = ("diabetes", "iris", "wine", "breast cancer", "digits")
# scikit-learn calls the serum measurements s1 to s6; its description says what they are.
_DIABETES_NAMES = (
    "age",
    "sex",
    "bmi",
    "blood pressure",
    "s1 total cholesterol",
    "s2 LDL",
    "s3 HDL",
    "s4 cholesterol / HDL",
    "s5 log triglycerides",
    "s6 blood sugar",
)


@cache
def load(name: str) -> Table:
    """Load a real data set that scikit-learn bundles; nothing is downloaded.

    Units: diabetes is unscaled (age in years, bmi in kg/m², mean blood pressure in mmHg; the source names no units for
    s1 to s6; progression is a score one year later). Iris is in cm. A class is the number 0, 1, … that scikit-learn
    gives it; in breast cancer 0 is malignant and 1 benign. Digits' pixels run from 0 (blank) to 16, "pixel row,column".

    Args:
        name: one of REAL_SETS.

    Returns:
        The features and, as the last column, the target: "progression" for diabetes, "class" for the others.

    Raises:
        engine.errors.DataRefused: if there is no such set; the sentence lists the names.

    Source: `sklearn.datasets`; diabetes is the set of Efron et al. (2004), "Least Angle Regression".
    """
    if name not in REAL_SETS:
        raise DataRefused(f"There is no data set '{name:.60}'; there are {', '.join(REAL_SETS)}.")
    from sklearn import datasets  # costs about a second, so only whoever needs a real set pays for it

    if name == "diabetes":
        bunch = datasets.load_diabetes(scaled=False)
        return Table((*_DIABETES_NAMES, "progression"), np.column_stack([bunch.data, bunch.target]))
    bunch = getattr(datasets, f"load_{name.replace(' ', '_')}")()
    names = (*(_readable(str(one)) for one in bunch.feature_names), "class")
    return Table(names, np.column_stack([bunch.data, bunch.target]))


@cache
def features(name: str) -> Table:
    """Load a real data set without its target column; see `load`."""
    whole = load(name)
    return Table(whole.names[:-1], whole.values[:, :-1])


def _readable(name: str) -> str:
    if name.startswith("pixel_"):
        _, row, column = name.split("_")
        return f"pixel {row},{column}"
    return name.replace("_", " ").removesuffix(" of diluted wines")


def blobs(
    rng: np.random.Generator, n: int, centres: int = 4, spread: float = 0.8, apart: float = 6.0
) -> tuple[Floats, Labels]:
    """Draw round groups of points in the plane whose centres keep their distance.

    Args:
        n: number of points, shared out so that two groups differ by one point at most.
        centres: number of groups, at least 1.
        spread: standard deviation of each coordinate within a group, in the units of the plane.
        apart: least distance between two centres, in the same units; 0 puts them all in one place.

    Returns:
        X of shape (n, 2) and labels of shape (n,) in 0 … centres - 1, which take turns: 0, 1, 2, 0, 1, 2, …

    Raises:
        ValueError: if centres < 1, or apart is negative or not finite.
    """
    if centres < 1 or not 0 <= apart < math.inf:
        raise ValueError(f"centres must be at least 1 and apart finite and not negative, got {centres} and {apart}")
    labels = np.arange(n, dtype=np.int64) % centres
    return apart * _spaced(rng, centres)[labels] + rng.normal(0, spread, (n, 2)), labels


def _spaced(rng: np.random.Generator, count: int) -> Floats:
    """Draw `count` points, shape (count, 2), each pair at least 1 away.

    A candidate too near an earlier point is thrown away and the square grows by a tenth, so its free share nears one.
    """
    points = np.zeros((0, 2))
    half = math.sqrt(count) / 2
    while len(points) < count:
        candidate = rng.uniform(-half, half, 2)
        if (np.linalg.norm(points - candidate, axis=1) >= 1).all():
            points = np.vstack([points, candidate])
        else:
            half *= 1.1
    return points


def moons(rng: np.random.Generator, n: int, noise: float) -> tuple[Floats, Labels]:
    """Draw two interleaved half circles of radius 1.

    Args:
        n: number of points, evenly spaced along the arcs, half on each.
        noise: standard deviation added to each coordinate; 0 puts the points on the arcs.

    Returns:
        X of shape (n, 2) and labels of shape (n,), 0 for the upper arc (first n // 2 rows) and 1 for the lower.

    Source: `sklearn.datasets.make_moons`.
    """
    upper, lower = np.linspace(0, np.pi, n // 2), np.linspace(0, np.pi, n - n // 2)
    x = np.concatenate([np.cos(upper), 1 - np.cos(lower)])
    y = np.concatenate([np.sin(upper), 0.5 - np.sin(lower)])
    return _noisy(rng, np.column_stack([x, y]), noise), _halves(n)


def circles(rng: np.random.Generator, n: int, noise: float) -> tuple[Floats, Labels]:
    """Draw two circles around the origin, of radius 1 and 0.5.

    Args:
        n: number of points, evenly spaced along the circles, half on each.
        noise: standard deviation added to each coordinate; 0 puts the points on the circles.

    Returns:
        X of shape (n, 2) and labels of shape (n,), 0 for the outer circle (first n // 2 rows) and 1 for the inner.

    Source: `sklearn.datasets.make_circles`.
    """
    outer, inner = n // 2, n - n // 2
    angle = 2 * np.pi * np.concatenate([np.arange(outer) / max(outer, 1), np.arange(inner) / max(inner, 1)])
    labels = _halves(n)
    radius = np.where(labels == 0, 1.0, 0.5)
    return _noisy(rng, np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]), noise), labels


def xor(rng: np.random.Generator, n: int, noise: float) -> tuple[Floats, Labels]:
    """Draw points in the square [-1, 1]², labelled by whether their two coordinates differ in sign.

    Args:
        n: number of points, shared out over the four quadrants.
        noise: standard deviation added to each coordinate after labelling; 0 leaves the quadrants clean.

    Returns:
        X of shape (n, 2) and labels of shape (n,), 0 where the signs agree and 1 where they differ.
    """
    quadrant = np.arange(n) % 4
    signs = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)])[quadrant]  # (n, 2), so that labels take turns
    return _noisy(rng, signs * rng.uniform(0, 1, (n, 2)), noise), (quadrant % 2).astype(np.int64)


def spiral(rng: np.random.Generator, n: int, noise: float) -> tuple[Floats, Labels]:
    """Draw two spiral arms that wind one and a half times around the origin out to radius 1.

    Args:
        n: number of points, half on each arm, the second arm half a turn behind the first.
        noise: standard deviation added to each coordinate; 0 puts the points on the arms.

    Returns:
        X of shape (n, 2) and labels of shape (n,), 0 for the first arm (first n // 2 rows) and 1 for the second.
    """
    labels = _halves(n)
    radius = np.concatenate([np.linspace(0.1, 1, n // 2), np.linspace(0.1, 1, n - n // 2)])
    angle = 3 * np.pi * radius + np.pi * labels
    return _noisy(rng, np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]), noise), labels


def noisy_polynomial(
    rng: np.random.Generator, n: int, coefficients: Sequence[float], noise: float
) -> tuple[Floats, Floats]:
    """Draw points around the polynomial c₀ + c₁x + c₂x² + …

    Args:
        n: number of points.
        coefficients: c₀, c₁, c₂, …, lowest power first.
        noise: standard deviation of what is added to y.

    Returns:
        x of shape (n,), uniform in [-1, 1] and in ascending order, and y of shape (n,).
    """
    x = np.sort(rng.uniform(-1, 1, n))
    y = np.zeros(n)
    for coefficient in reversed(coefficients):  # Horner's rule
        y = y * x + coefficient
    return x, _noisy(rng, y, noise)


def _noisy(rng: np.random.Generator, X: Floats, noise: float) -> Floats:
    return X + rng.normal(0, noise, X.shape)


def _halves(n: int) -> Labels:
    return (np.arange(n) >= n // 2).astype(np.int64)
