"""What more than one of the topic's experiments use."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.data import Floats, Table
from engine.datasets import features

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
