"""What is special about linear regression; the contract test has the rest."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from engine.data import Table
from engine.datasets import load
from engine.errors import DataRefused, InvalidSettings
from engine.experiments.linear_regression.normal import NormalSettings, run_normal
from engine.experiments.linear_regression.shared import OWN, PLACED
from engine.experiments.linear_regression.sse import SSESettings, run_sse
from engine.experiments.linear_regression.worked import worked


def test_the_best_line_is_scikit_learns() -> None:
    outcome = run_sse(SSESettings())
    fit = LinearRegression().fit(outcome.scatter.x[:, None], outcome.scatter.y)
    assert outcome.best == pytest.approx((fit.coef_[0], fit.intercept_), abs=1e-12)
    left = outcome.scatter.y - fit.predict(outcome.scatter.x[:, None])
    assert outcome.best_sse == pytest.approx(left @ left)


def test_the_sse_is_the_readers_lines() -> None:
    outcome = run_sse(SSESettings(data=PLACED, points=((0.0, 1.0), (1.0, 3.0), (2.0, 2.0)), slope=1.0, intercept=1.0))
    assert outcome.residuals.tolist() == [0.0, 1.0, -1.0]
    assert outcome.sse == 2.0


def test_standardised_real_data_lead_back_to_their_own_units() -> None:
    outcome = run_sse(SSESettings(data="diabetes", size=400, seed=3))
    table = load("diabetes")
    keep = np.sort(np.random.default_rng(3).permutation(442)[:400])
    fit = LinearRegression().fit(table.column("bmi")[keep, None], table.column("progression")[keep])
    assert outcome.in_own_units() == pytest.approx((fit.coef_[0], fit.intercept_))
    assert outcome.best[1] == pytest.approx(0, abs=1e-12)  # the line passes through the mean point


def test_one_column_for_both_axes_is_refused_in_words() -> None:
    with pytest.raises(DataRefused, match="two different columns"):
        run_sse(SSESettings(data="diabetes", x="bmi", y="bmi"))


def test_a_column_that_is_constant_among_the_rows_drawn_is_named() -> None:
    table = Table(("rare", "y"), np.column_stack([np.arange(400) == 0, np.arange(400.0)]).astype(float))
    with pytest.raises(DataRefused, match="'rare' is constant"):
        run_sse(SSESettings(data=OWN, table=table, x="rare", y="y", size=3, seed=2))


@pytest.mark.parametrize(
    "settings", [{"data": OWN}, {"data": PLACED, "points": ()}, {"data": PLACED, "points": ((1.0, 1.0), (1.0, 2.0))}]
)
def test_what_is_missing_is_said(settings: dict[str, object]) -> None:
    with pytest.raises(InvalidSettings):
        SSESettings(**settings)  # type: ignore[arg-type]


@pytest.mark.parametrize("intercept", [True, False])
def test_normal_equations_agree_with_scikit_learn(intercept: bool) -> None:
    outcome = run_normal(NormalSettings(data="diabetes", features=8, intercept=intercept))
    X = load("diabetes").values[:, :8]
    fit = LinearRegression(fit_intercept=intercept).fit(X, outcome.y)
    expected = [fit.intercept_, *fit.coef_] if intercept else fit.coef_
    assert outcome.weights == pytest.approx(expected, rel=1e-6)
    assert outcome.orthogonality < 1e-9
    assert outcome.inverse is not None
    assert outcome.inverse @ outcome.gram == pytest.approx(np.eye(len(outcome.names)), abs=1e-6)


def test_a_copied_column_leaves_the_fit_and_takes_the_inverse() -> None:
    plain, copied = run_normal(NormalSettings()), run_normal(NormalSettings(duplicate=True))
    assert copied.inverse is None
    assert copied.condition == float("inf")
    assert copied.rank == plain.rank == 3
    assert copied.sse == pytest.approx(plain.sse)
    assert copied.another is not None
    again = copied.y - copied.X @ copied.another
    assert again @ again == pytest.approx(copied.sse)
    assert np.linalg.norm(copied.weights) < np.linalg.norm(copied.another)
    assert copied.weights == pytest.approx(np.linalg.pinv(copied.X) @ copied.y)


def test_fewer_rows_than_columns_fit_exactly_and_not_uniquely() -> None:
    outcome = run_normal(NormalSettings(rows=((1.0, 2.0, 3.0), (2.0, 1.0, 4.0))))
    assert outcome.rank == 2
    assert outcome.inverse is None
    assert outcome.sse == pytest.approx(0, abs=1e-20)


def test_zero_labels_and_zero_columns_do_not_divide_by_zero() -> None:
    outcome = run_normal(NormalSettings(rows=((0.0, 0.0), (0.0, 0.0), (0.0, 0.0))))
    assert outcome.orthogonality == 0
    assert outcome.sse == 0


def test_the_worked_example_is_what_a_reader_gets_by_hand() -> None:
    numbers = worked()
    by_hand = {
        "mean_x": 3, "mean_y": 5, "sxx": 10, "sxy": 12, "slope": 1.2, "intercept": 1.4, "sse": 3.6, "guess_sse": 4,
        "flat_sse": 18, "explained": 0.8, "predicted_1": 2.6, "residual_2": 1.2, "square_2": 1.44, "m": 4, "sum_x": 12,
        "sum_xx": 46, "sum_y": 20, "sum_xy": 72, "determinant": 40, "shared_weight": 0.6,
    }  # fmt: skip
    assert {name: numbers[name] for name in by_hand} == pytest.approx(by_hand)
