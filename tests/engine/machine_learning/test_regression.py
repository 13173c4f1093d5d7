"""Least squares against scikit-learn, the pseudoinverse and a worked example; gradient descent against its theory."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LinearRegression

from engine.data import Floats
from engine.ends import Diverged, Done, End
from engine.errors import DataRefused
from engine.machine_learning.regression import Fit, Step, descend, largest_rate, line, lstsq, ols, residuals, sse

SEEDS = st.integers(0, 2**32 - 1)


def problem(seed: int, m: int, n: int, offset: float = 0.0) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(m, n)) * rng.uniform(0.1, 10, size=n) + offset
    return X, X @ rng.normal(size=n) + 3 + rng.normal(size=m)


def followed(X: Floats, y: Floats, rate: float, steps: int, intercept: bool = True) -> tuple[list[Step], End]:
    """Run gradient descent to its end; return its snapshots and how it ended."""
    walk, snapshots = descend(X, y, rate, steps, intercept), []
    while True:
        try:
            snapshots.append(next(walk))
        except StopIteration as stop:
            return snapshots, stop.value


# --- the general solution --------------------------------------------------------------------------------------


@pytest.mark.parametrize("solve", [ols, lstsq])
@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize(("m", "n", "offset"), [(3, 1, 0), (40, 4, 0), (300, 20, 5), (200, 3, 2000), (12, 10, 0)])
def test_scikit_learn_finds_the_same_model(solve, intercept, m, n, offset):
    X, y = problem(m, m, n, offset)
    ours, theirs = solve(X, y, intercept), LinearRegression(fit_intercept=intercept).fit(X, y)
    np.testing.assert_allclose(ours.weights, theirs.coef_, rtol=1e-6, atol=1e-8)
    # An offset of 2000 magnifies the weights' last digits in the intercept by as much.
    assert ours.intercept == pytest.approx(theirs.intercept_, rel=1e-6, abs=1e-8 * (1 + offset))
    np.testing.assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-7, atol=1e-7)


def test_a_worked_example():
    fit = ols(np.array([[1.0], [2.0], [3.0]]), np.array([2.0, 2.0, 5.0]))
    # Means 2 and 3; slope (−1·−1 + 0·−1 + 1·2) / (1 + 0 + 1) = 1.5, intercept 3 − 1.5·2 = 0, SSE 0.25 + 1 + 0.25.
    assert fit.weights == pytest.approx([1.5])
    assert fit.intercept == pytest.approx(0, abs=1e-12)
    assert sse(np.array([2.0, 2.0, 5.0]), fit.predict(np.array([[1.0], [2.0], [3.0]]))) == pytest.approx(1.5)
    assert (fit.condition, fit.rank) == (1.0, 1)


@settings(deadline=None)
@given(SEEDS, st.integers(1, 30), st.integers(0, 6), st.booleans(), st.sampled_from([0.0, 1.0, 100.0]))
def test_residuals_are_orthogonal_to_every_column(seed, m, n, intercept, offset):
    X, y = problem(seed, m, n, offset)
    for solve, off in ((ols, 1e-6), (lstsq, 1e-9)):  # the normal equations may lose 7 digits to conditioning
        missed = residuals(y, solve(X, y, intercept).predict(X))
        columns = np.column_stack([X, np.ones(m)]) if intercept else X
        lengths = np.linalg.norm(columns, axis=0) * np.linalg.norm(y)
        assert np.all(np.abs(columns.T @ missed) <= off * lengths)


@settings(deadline=None)
@given(SEEDS, st.integers(3, 30), st.integers(1, 5))
def test_no_other_weights_have_a_smaller_sse(seed, m, n):
    X, y = problem(seed, m, n)
    fit, rng = ols(X, y), np.random.default_rng(seed)
    best = sse(y, fit.predict(X))
    for size in (1e-3, 1e-1, 1.0):
        other = Fit(fit.weights + size * rng.normal(size=n), fit.intercept + size * rng.normal(), 1.0, n)
        assert sse(y, other.predict(X)) >= best - 1e-9 * float(y @ y)


# --- dependent columns -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("solve", [ols, lstsq])
def test_copies_of_a_column_share_its_weight(solve):
    X, y = problem(1, 30, 2)
    alone, copied = solve(X, y), solve(np.column_stack([X, X[:, 0]]), y)
    assert copied.rank == 2
    assert copied.condition == np.inf
    assert copied.weights == pytest.approx([alone.weights[0] / 2, alone.weights[1], alone.weights[0] / 2])
    assert copied.intercept == pytest.approx(alone.intercept)


@pytest.mark.parametrize("solve", [ols, lstsq])
@pytest.mark.parametrize("constant", [0.1, 7.0, 1e8])
def test_a_constant_column_beside_an_intercept_gets_no_weight(solve, constant):
    X, y = problem(2, 30, 2)
    fit = solve(np.column_stack([X, np.full(30, constant)]), y)
    assert fit.weights == pytest.approx([*solve(X, y).weights, 0.0], abs=1e-12)
    assert (fit.rank, fit.condition) == (2, np.inf)


@pytest.mark.parametrize("solve", [ols, lstsq])
def test_rounding_makes_no_column_of_a_constant(solve):
    X = np.full((3, 1), 0.1)
    assert (X - X.mean(axis=0)).any()  # the mean of three times 0.1 is 0.10000000000000002
    fit = solve(X, np.array([1.0, 2.0, 6.0]))
    assert (fit.weights.tolist(), fit.intercept, fit.rank) == ([0.0], 3.0, 0)


@pytest.mark.parametrize("solve", [ols, lstsq])
def test_without_an_intercept_a_constant_column_is_one(solve):
    X, y = problem(3, 30, 2)
    fit, plain = solve(np.column_stack([X, np.full(30, 1.0)]), y, intercept=False), solve(X, y)
    assert fit.weights == pytest.approx([*plain.weights, plain.intercept])
    assert fit.intercept == 0


@settings(deadline=None)
@given(SEEDS, st.integers(1, 6), st.integers(1, 8), st.booleans())
def test_of_many_solutions_the_shortest_is_found(seed, m, n, intercept):
    X, y = problem(seed, m, n)
    fit = ols(X, y, intercept)
    centred = X - X.mean(axis=0) if intercept else X
    rank = np.linalg.matrix_rank(centred) if m > 1 or not intercept else 0
    assert fit.rank == rank
    if rank < n:
        shortest = np.linalg.pinv(centred, rcond=1e-12) @ (y - y.mean() if intercept else y)
        # Both lose digits to the conditioning of a random matrix with a few rows.
        np.testing.assert_allclose(fit.weights, shortest, rtol=1e-5, atol=1e-5 * (1 + np.abs(shortest).max()))


@pytest.mark.parametrize("solve", [ols, lstsq])
def test_one_point_is_met_with_no_weight(solve):
    fit = solve(np.array([[3.0, 4.0]]), np.array([5.0]))
    assert (fit.weights.tolist(), fit.intercept, fit.rank, fit.condition) == ([0.0, 0.0], 5.0, 0, np.inf)
    assert solve(np.array([[3.0, 4.0]]), np.array([5.0]), intercept=False).weights == pytest.approx([0.6, 0.8])


@pytest.mark.parametrize("solve", [ols, lstsq])
def test_without_features_the_mean_predicts(solve):
    fit = solve(np.empty((3, 0)), np.array([1.0, 2.0, 6.0]))
    assert (fit.weights.size, fit.intercept, fit.rank, fit.condition) == (0, 3.0, 0, 1.0)
    assert fit.predict(np.empty((2, 0))).tolist() == [3.0, 3.0]
    assert solve(np.empty((3, 0)), np.ones(3), intercept=False).intercept == 0


def test_nearly_dependent_columns_are_left_to_the_svd():
    X, y = problem(4, 50, 2)
    X = np.column_stack([X, X[:, 0] + 1e-6 * X[:, 1] ** 2])
    np.testing.assert_array_equal(ols(X, y).weights, lstsq(X, y).weights)
    assert ols(X, y).condition > 1e9


def test_huge_and_tiny_values_do_not_overflow():
    X, y = problem(5, 20, 2)
    for size in (1e200, 1e-200):
        assert ols(X * size, y).weights * size == pytest.approx(ols(X, y).weights)


# --- the condition number --------------------------------------------------------------------------------------


@pytest.mark.parametrize("solve", [ols, lstsq])
def test_the_condition_number_is_that_of_the_matrix_solved(solve):
    X, y = problem(6, 40, 4, offset=2.0)
    centred = X - X.mean(axis=0)
    assert solve(X, y).condition == pytest.approx(np.linalg.cond(centred.T @ centred))
    assert solve(X, y, intercept=False).condition == pytest.approx(np.linalg.cond(X.T @ X))
    assert solve(np.eye(5), y[:5], intercept=False).condition == pytest.approx(1)


# --- the line --------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(SEEDS, st.integers(2, 40), st.sampled_from([0.0, 50.0, -2000.0]))
def test_the_line_is_the_general_solution_with_one_feature(seed, m, offset):
    X, y = problem(seed, m, 1, offset)
    slope, intercept = line(X[:, 0], y)
    fit = lstsq(X, y)
    # Two points may lie 1e-3 apart at −2000: both lose as many digits as that.
    assert slope == pytest.approx(fit.weights[0], rel=1e-6, abs=1e-6)
    assert slope * X[:, 0] + intercept == pytest.approx(fit.predict(X), rel=1e-6, abs=1e-6)


def test_a_line_through_equal_x_is_refused():
    with pytest.raises(DataRefused, match=r"All x are 2, .* at least two different x"):
        line(np.array([2.0, 2.0, 2.0]), np.array([1.0, 2.0, 3.0]))
    with pytest.raises(DataRefused, match="at least two different x"):
        line(np.array([2.0]), np.array([1.0]))


def test_residuals_and_their_squares():
    y, predicted = np.array([1.0, 2.0, 4.0]), np.array([1.5, 2.0, 2.0])
    assert residuals(y, predicted).tolist() == [-0.5, 0.0, 2.0]
    assert sse(y, predicted) == 4.25


# --- gradient descent ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("intercept", [True, False])
def test_descent_ends_at_the_least_squares_solution(intercept):
    X, y = problem(7, 30, 3)
    X = X / X.std(axis=0)
    steps, end = followed(X, y, 0.5 * largest_rate(X, intercept), 3000, intercept)
    best = ols(X, y, intercept)
    assert end == Done()
    assert [one.step for one in steps] == list(range(3001))
    np.testing.assert_allclose(steps[-1].weights, best.weights, atol=1e-9)
    assert steps[-1].intercept == pytest.approx(best.intercept, abs=1e-9)
    assert steps[-1].sse == pytest.approx(sse(y, best.predict(X)))


def test_each_step_follows_the_gradient():
    X, y = problem(8, 12, 2)
    steps, _ = followed(X, y, 1e-3, 5)
    assert (steps[0].weights.tolist(), steps[0].intercept, steps[0].sse) == ([0.0, 0.0], 0.0, pytest.approx(y @ y))

    def mean_square(parameters: Floats) -> float:
        return sse(y, X @ parameters[1:] + parameters[0]) / len(y)

    for here, there in itertools.pairwise(steps):
        at = np.array([here.intercept, *here.weights])
        nudges = 1e-5 * np.eye(3)
        slope = np.array([(mean_square(at + nudge) - mean_square(at - nudge)) / 2e-5 for nudge in nudges])
        # Central differences of a quadratic are exact but for rounding, about 1e-16 · SSE / 1e-5.
        np.testing.assert_allclose([there.intercept, *there.weights], at - 1e-3 * slope, rtol=1e-6, atol=1e-9)


@settings(deadline=None)
@given(SEEDS, st.integers(1, 20), st.integers(1, 4), st.floats(0.05, 0.99))
def test_below_the_largest_rate_the_sse_never_rises(seed, m, n, share):
    X, y = problem(seed, m, n)
    steps, end = followed(X, y, share * largest_rate(X), 40)
    costs = np.array([one.sse for one in steps])
    assert end == Done()
    assert np.all(np.diff(costs) <= 1e-9 * costs[0])


def test_above_the_largest_rate_it_diverges_and_says_where():
    X, y = problem(9, 20, 2)
    steps, end = followed(X, y, 1.5 * largest_rate(X), 10_000)
    assert isinstance(end, Diverged)
    assert (end.step, end.quantity, end.last) == (len(steps), "SSE", steps[-1].sse)
    assert np.isfinite(end.last)
    assert end.last > steps[0].sse


def test_columns_of_zeros_allow_any_rate():
    assert largest_rate(np.zeros((4, 2)), intercept=False) == np.inf
    assert largest_rate(np.empty((4, 0)), intercept=False) == np.inf
    assert largest_rate(np.zeros((4, 2))) == pytest.approx(1)  # the column of ones has curvature 2


def test_snapshots_do_not_change_afterwards():
    X, y = problem(10, 10, 2)
    walk = descend(X, y, 0.01, 5)
    first = next(walk)
    kept = first.weights.copy()
    list(walk)
    np.testing.assert_array_equal(first.weights, kept)


# --- what is refused -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("solve", [ols, lstsq, lambda X, y: next(descend(X, y, 0.1, 1))])
@pytest.mark.parametrize(
    ("X", "y", "says"),
    [
        (np.empty((0, 2)), np.empty(0), "no point"),
        (np.ones(3), np.ones(3), r"shape \(m, n\)"),
        (np.ones((3, 2)), np.ones(4), r"\(3, 2\) and \(4,\)"),
        (np.array([[1.0], [np.nan]]), np.ones(2), "X holds nan in row 2"),
        (np.ones((2, 1)), np.array([np.inf, -np.inf]), "y holds inf in row 1"),
    ],
)
def test_what_cannot_be_fitted_is_refused(solve, X, y, says):
    with pytest.raises(DataRefused, match=says):
        solve(X, y)


@settings(deadline=None, max_examples=30)
@given(SEEDS)
def test_the_arguments_are_left_alone(seed):
    X, y = problem(seed, 10, 2)
    before = X.copy(), y.copy()
    ols(X, y), lstsq(X, y), list(descend(X, y, 0.1, 3)), line(X[:, 0], y)
    np.testing.assert_array_equal(X, before[0])
    np.testing.assert_array_equal(y, before[1])
