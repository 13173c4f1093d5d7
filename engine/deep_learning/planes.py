"""Data for the playground: points of the plane with a class or a number each, in training and test points.

The plane is the square [-2.5, 2.5]². Every data set is moved and scaled into it, so that one learning rate fits all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data import Floats, Table
from engine.datasets import load, spiral, xor
from engine.errors import DataRefused

REACH = 2.5  # the plane's half width
MADE = ("spiral", "circle", "xor", "clusters", "plane (regression)", "bumps (regression)")
SPECIES = ("setosa", "versicolor", "virginica")
MOST_POINTS = 1_000  # of a real table; more are drawn from at random


@dataclass(frozen=True, eq=False)
class Points:
    """Points of the plane and what is to be predicted for them.

    Attributes:
        plane: shape (m, 2), inside [-2.5, 2.5]².
        target: shape (m,): -1 or 1 for classes, a number in about [-1, 1] for regression.
        training: shape (m,), True for the points that are trained on, False for the test points.
        classes: the names of the classes -1 and 1, or None for regression.
        names: what the two axes measure; predicts: what the target is, "" where it goes without saying.
        centre, unit: shapes (2,): a point in its own units is centre + unit · plane.
        clipped: how many points lay outside the plane and were moved to its edge.
    """

    plane: Floats
    target: Floats
    training: NDArray[np.bool_]
    classes: tuple[str, str] | None
    names: tuple[str, str]
    predicts: str
    centre: Floats
    unit: Floats
    clipped: int = 0


def made(kind: str, rng: np.random.Generator, m: int, noise: float, share: float) -> Points:
    """Draw m points of one of the sets in MADE; `share` of them are trained on.

    `noise` is the standard deviation added to each coordinate, or for regression to the target.
    """
    number = "regression" in kind
    if number:
        plane = rng.uniform(-2, 2, (m, 2))
        target = (plane.sum(axis=1) / 4 if kind.startswith("plane") else bumps(plane)) + rng.normal(0, noise, m)
    elif kind in ("spiral", "xor"):
        plane, labels = (spiral if kind == "spiral" else xor)(rng, m, noise / 2)
        plane, target = 2 * plane, 2.0 * labels - 1
    else:
        target = np.where(np.arange(m) % 2, 1.0, -1.0)
        plane = (circle if kind == "circle" else clusters)(rng, target) + rng.normal(0, noise, (m, 2))
    inside = np.clip(plane, -REACH, REACH)
    classes = None if number else ("class 0", "class 1")
    predicts = "the height above the plane" if number else ""
    return Points(
        inside,
        target,
        split(rng, m, share),
        classes,
        ("x", "y"),
        predicts,
        np.zeros(2),
        np.ones(2),
        int((inside != plane).any(axis=1).sum()),
    )


def circle(rng: np.random.Generator, target: Floats) -> Floats:
    """Place points of target -1, shape (m,), in a ring of radius 1.4 to 2, the others in a disc of radius 1: (m, 2)."""
    low, high = np.where(target > 0, 0.0, 1.4), np.where(target > 0, 1.0, 2.0)
    radius = np.sqrt(rng.uniform(low**2, high**2))  # as many points on every piece of equal area
    angle = rng.uniform(0, 2 * np.pi, len(target))
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def clusters(rng: np.random.Generator, target: Floats) -> Floats:
    """Place points of target t, shape (m,), around (t, t): (m, 2)."""
    drawn: Floats = target[:, np.newaxis] + rng.normal(0, 0.4, (len(target), 2))
    return drawn


def bumps(plane: Floats) -> Floats:
    """Return the height of six bumps of alternating sign around the origin at points of shape (m, 2)."""
    angle = np.pi / 3 * np.arange(6)
    centres = 1.4 * np.column_stack([np.cos(angle), np.sin(angle)])  # (6, 2)
    squares = ((plane[:, np.newaxis] - centres) ** 2).sum(axis=2)  # (m, 6)
    heights: Floats = np.exp(-squares / 0.5) @ np.where(np.arange(6) % 2, -1.0, 1.0)
    return heights


def split(rng: np.random.Generator, m: int, share: float) -> NDArray[np.bool_]:
    """Choose at random which of m points are trained on; at least one is, and at least one is kept for the test."""
    training = np.zeros(m, dtype=bool)
    training[rng.permutation(m)[: min(max(round(share * m), 1), m - 1)]] = True
    return training


# --- real tables -----------------------------------------------------------------------------------------------


def iris(rng: np.random.Generator, columns: tuple[str, str], species: str, share: float) -> Points:
    """Tell one species of iris, class 1, from the other two by two columns."""
    table = load("iris")
    target = np.where(table.column("class") == SPECIES.index(species), 1.0, -1.0)
    return placed(rng, table, columns, target, ("another species", species), "the species", share)


def breast_cancer(rng: np.random.Generator, columns: tuple[str, str], share: float) -> Points:
    """Tell benign tumours, class 1, from malignant ones by two columns."""
    table = load("breast cancer")
    target = 2 * table.column("class") - 1
    return placed(rng, table, columns, target, ("malignant", "benign"), "the tumour's kind", share)


def own(rng: np.random.Generator, table: Table, columns: tuple[str, str], target: str, share: float) -> Points:
    """Predict a column of the learner's table by two others: two classes where it holds two values, else a number.

    Raises:
        DataRefused: if a column is missing or chosen twice, or one of them is constant.
    """
    if target in columns:
        raise DataRefused(f"'{target}' is to be predicted, so it cannot be an input. Choose another column.")
    values = table.column(target)
    found = np.unique(values)
    if len(found) == 2:
        classes = (f"{target} = {found[0]:g}", f"{target} = {found[1]:g}")
        return placed(rng, table, columns, np.where(values == found[1], 1.0, -1.0), classes, target, share)
    centre, unit = middle(values, target)
    number = np.clip((values / unit - centre / unit) / 2, -1.5, 1.5)
    return placed(rng, table, columns, number, None, target, share)


def placed(
    rng: np.random.Generator,
    table: Table,
    columns: tuple[str, str],
    target: Floats,
    classes: tuple[str, str] | None,
    predicts: str,
    share: float,
) -> Points:
    """Move and scale two columns into the plane; of more than MOST_POINTS rows draw as many."""
    if columns[0] == columns[1]:
        raise DataRefused(f"Choose two different columns; '{columns[0]}' was chosen for both axes.")
    values = table.columns(columns)
    centre, unit = np.transpose([middle(values[:, j], name) for j, name in enumerate(columns)])
    plane = values / unit - centre / unit  # differences of huge values might overflow
    inside = np.clip(plane, -REACH, REACH)
    rows = np.sort(rng.permutation(len(values))[:MOST_POINTS])
    clipped = int((inside != plane).any(axis=1)[rows].sum())
    return Points(
        inside[rows], target[rows], split(rng, len(rows), share), classes, columns, predicts, centre, unit, clipped
    )


def middle(values: Floats, name: str) -> tuple[float, float]:
    """Return centre and unit of a column, shape (m,): the middle 96 % of its values come to lie in [-2, 2].

    A mean and a standard deviation would let one mistyped value press all others into a point.

    Raises:
        DataRefused: if all values are equal.
    """
    size = float(np.abs(values).max()) or 1.0
    low, high = np.quantile(values / size, [0.02, 0.98])
    if high - low < 1e-9:
        low, high = (values / size).min(), (values / size).max()
    if high - low < 1e-12:
        raise DataRefused(f"All values of '{name}' are equal, so nothing can be learnt from it. Choose another column.")
    return size * float(low + high) / 2, size * float(high - low) / 4
