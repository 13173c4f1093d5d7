"""Principal components against scikit-learn's PCA, and what their definition promises."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.decomposition import PCA

from engine.data import Floats
from engine.errors import DataRefused, TooLarge
from engine.machine_learning.projection import Projection, principal_components

SEEDS = st.integers(0, 2**32 - 1)


def rebuilt(found: Projection, k: int | None = None) -> Floats:
    """Return the points that the first k components, or all of them, can tell, shape (m, d)."""
    points: Floats = found.mean + found.scores[:, :k] @ found.components[:k]
    return points


def cloud(seed: int, m: int, d: int) -> Floats:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(m, d)) @ rng.normal(size=(d, d)) + rng.normal(size=d)


@pytest.mark.parametrize(("m", "d", "k"), [(50, 2, 2), (30, 5, 3), (5, 8, 4), (400, 20, 6)])
def test_scikit_learn_finds_the_same_components(m, d, k):
    X = cloud(m, m, d)
    ours, theirs = principal_components(X, k), PCA(k, svd_solver="full").fit(X)
    # Each direction is free in its sign; with random data the spreads differ enough to fix the rest.
    cosines = np.abs((ours.components * theirs.components_).sum(axis=1))
    np.testing.assert_allclose(cosines, 1, atol=1e-9)
    np.testing.assert_allclose(ours.explained, theirs.explained_variance_ratio_, atol=1e-12)
    np.testing.assert_allclose(np.abs(ours.scores), np.abs(theirs.transform(X)), atol=1e-8)
    np.testing.assert_allclose(ours.mean, X.mean(axis=0), atol=1e-12)


def test_points_on_a_line():
    found = principal_components(np.array([[0.0, 0.0], [3.0, 4.0], [6.0, 8.0]]), 2)
    np.testing.assert_allclose(found.components[0], [0.6, 0.8], atol=1e-12)
    np.testing.assert_allclose(found.scores[:, 0], [-5, 0, 5], atol=1e-12)
    np.testing.assert_allclose(found.explained, [1, 0], atol=1e-12)


@settings(deadline=None)
@given(SEEDS, st.integers(2, 20), st.integers(1, 6))
def test_components_are_orthonormal_sorted_and_rebuild_the_points(seed, m, d):
    X = cloud(seed, m, d)
    k = min(m, d)
    found = principal_components(X, k)
    np.testing.assert_allclose(found.components @ found.components.T, np.eye(k), atol=1e-9)
    assert np.all(np.diff(found.explained) <= 1e-12)
    assert found.explained.sum() == pytest.approx(1)
    np.testing.assert_allclose(rebuilt(found), X, atol=1e-9 * (1 + np.abs(X).max()))
    left = [float(((X - rebuilt(found, one)) ** 2).sum()) for one in range(k + 1)]
    total = float(((X - X.mean(axis=0)) ** 2).sum())
    np.testing.assert_allclose(left, total * (1 - np.concatenate([[0], np.cumsum(found.explained)])), atol=1e-9 * total)


@settings(deadline=None)
@given(SEEDS, st.integers(2, 20), st.integers(1, 6))
def test_mirrored_points_have_the_same_components(seed, m, d):
    X = cloud(seed, m, d)
    k = min(m - 1, d)  # the last of m centred points has no spread left, so its direction is free
    one, mirrored = principal_components(X, k), principal_components(-X, k)
    np.testing.assert_allclose(one.components, mirrored.components, atol=1e-6)
    np.testing.assert_allclose(one.scores, -mirrored.scores, atol=1e-6 * (1 + np.abs(X).max()))


@settings(deadline=None)
@given(SEEDS, st.integers(2, 9))
def test_of_equally_large_entries_the_first_is_positive(seed, m):
    X = np.random.default_rng(seed).normal(size=(m, 1)) * [1.0, -1.0, 1.0]
    size = np.sqrt(1 / 3)
    np.testing.assert_allclose(principal_components(X, 1).components, [[size, -size, size]], atol=1e-9)


def test_equal_points_explain_nothing():
    X = np.full((3, 4), 0.1)
    assert (X - X.mean(axis=0)).any()  # the mean of three times 0.1 is 0.10000000000000002
    found = principal_components(X, 2)
    assert found.explained.tolist() == [0.0, 0.0]
    assert not found.scores.any()
    np.testing.assert_allclose(rebuilt(found), X, rtol=1e-15)


def test_a_constant_column_takes_no_part():
    X = cloud(3, 20, 2)
    plain, wider = principal_components(X, 2), principal_components(np.column_stack([X, np.full(20, 0.3)]), 2)
    np.testing.assert_allclose(wider.scores, plain.scores, atol=1e-9)
    np.testing.assert_allclose(wider.components[:, 2], 0, atol=1e-12)


@pytest.mark.parametrize(
    ("X", "k", "says"),
    [
        (np.ones((3, 2)), 0, "between 1 and 2; it is 0"),
        (np.ones((3, 2)), 3, "m = 3 .* d = 2 .* between 1 and 2; it is 3"),
        (np.ones((1, 2)), 2, "m = 1 .* between 1 and 1; it is 2"),
        (np.ones(3), 1, "shape"),
        (np.array([[1.0, np.nan]]), 1, "finite"),
    ],
)
def test_what_cannot_be_projected_is_refused(X, k, says):
    with pytest.raises(DataRefused, match=says):
        principal_components(X, k)


def test_what_would_take_minutes_is_refused_first():
    with pytest.raises(TooLarge, match="multiplications"):
        principal_components(np.zeros((3000, 3000)), 2)
