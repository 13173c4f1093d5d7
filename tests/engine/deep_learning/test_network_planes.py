"""The playground's data: inside the plane, labelled as they should be, split, and refused in words."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data import Table
from engine.datasets import load
from engine.deep_learning import planes
from engine.deep_learning.planes import MADE, REACH
from engine.errors import DataRefused

NUMBERS = np.random.default_rng(0).normal(size=(60, 3))


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("kind", MADE)
@pytest.mark.parametrize("noise", [0.0, 0.3, 1.0])
def test_points_lie_in_the_plane_with_both_classes_or_numbers_around_zero(kind: str, noise: float) -> None:
    points = planes.made(kind, rng(), 200, noise, 0.5)
    assert points.plane.shape == (200, 2)
    assert np.abs(points.plane).max() <= REACH
    if points.classes:
        assert sorted(np.unique(points.target)) == [-1, 1]
        assert abs(points.target.mean()) < 0.01
    else:
        assert np.abs(points.target).max() < 1.1 + 5 * noise
        assert len(np.unique(points.target)) == 200


def test_without_noise_the_labels_are_what_the_picture_says() -> None:
    circle = planes.made("circle", rng(), 300, 0.0, 0.5)
    assert np.array_equal(circle.target > 0, np.linalg.norm(circle.plane, axis=1) < 1.2)
    xor = planes.made("xor", rng(), 300, 0.0, 0.5)
    assert np.array_equal(xor.target > 0, xor.plane.prod(axis=1) < 0)
    plane = planes.made("plane (regression)", rng(), 300, 0.0, 0.5)
    assert plane.target == pytest.approx((plane.plane[:, 0] + plane.plane[:, 1]) / 4)


def test_six_bumps_alternate() -> None:
    angle = np.pi / 3 * np.arange(6)
    heights = planes.bumps(1.4 * np.column_stack([np.cos(angle), np.sin(angle)]))
    assert np.sign(heights).tolist() == [1, -1, 1, -1, 1, -1]
    assert planes.bumps(np.zeros((1, 2)))[0] == pytest.approx(0)


@given(st.integers(2, 400), st.floats(0.01, 0.99))
def test_a_split_keeps_at_least_one_point_on_both_sides(m: int, share: float) -> None:
    training = planes.split(rng(), m, share)
    assert 1 <= training.sum() <= m - 1
    assert abs(training.sum() - share * m) <= 1


def test_iris_and_breast_cancer_are_scikit_learns_rows() -> None:
    points = planes.iris(rng(), ("petal length (cm)", "petal width (cm)"), "virginica", 0.5)
    assert (points.target == 1).sum() == 50
    table = load("iris").columns(points.names)
    assert points.centre + points.unit * points.plane == pytest.approx(table)
    tumours = planes.breast_cancer(rng(), ("mean radius", "mean texture"), 0.5)
    assert (tumours.target == 1).sum() == 357  # benign, as scikit-learn's description says
    assert tumours.classes == ("malignant", "benign")


def test_a_column_with_two_values_holds_classes_and_any_other_numbers() -> None:
    table = Table(("a", "b", "kind"), np.column_stack([NUMBERS[:, :2], np.where(NUMBERS[:, 2] > 0, 7, 3)]))
    points = planes.own(rng(), table, ("a", "b"), "kind", 0.5)
    assert points.classes == ("kind = 3", "kind = 7")
    assert np.array_equal(points.target > 0, NUMBERS[:, 2] > 0)
    numbers = planes.own(rng(), Table(("a", "b", "c"), NUMBERS), ("a", "b"), "c", 0.5)
    assert numbers.classes is None
    assert np.corrcoef(numbers.target, NUMBERS[:, 2])[0, 1] > 0.98


def test_one_mistyped_value_does_not_press_all_others_into_a_point() -> None:
    values = NUMBERS.copy()
    values[5, 0] = 1e9
    points = planes.own(rng(), Table(("a", "b", "c"), values), ("a", "b"), "c", 0.5)
    assert points.plane[:, 0].std() > 0.5
    assert points.plane[5, 0] == REACH
    assert points.clipped >= 1


@pytest.mark.parametrize("size", [1e-300, 1e-9, 1.0, 1e9, 1e300])
def test_any_scale_and_any_offset_give_the_same_plane(size: float) -> None:
    plain = planes.own(rng(), Table(("a", "b", "c"), NUMBERS), ("a", "b"), "c", 0.5)
    scaled = planes.own(rng(), Table(("a", "b", "c"), size * NUMBERS), ("a", "b"), "c", 0.5)
    assert scaled.plane == pytest.approx(plain.plane, abs=1e-9)
    assert scaled.target == pytest.approx(plain.target, abs=1e-9)
    moved = planes.own(rng(), Table(("a", "b", "c"), NUMBERS + 1000), ("a", "b"), "c", 0.5)
    assert moved.plane == pytest.approx(plain.plane, abs=1e-6)


def test_a_column_that_is_nearly_always_the_same_still_spreads() -> None:
    values = NUMBERS.copy()
    values[:, 0] = 0.0
    values[3, 0] = 1.0
    points = planes.own(rng(), Table(("a", "b", "c"), values), ("a", "b"), "c", 0.5)
    assert sorted(np.unique(points.plane[:, 0])) == [-2, 2]


def test_of_many_rows_a_thousand_are_drawn() -> None:
    values = rng(1).normal(size=(5_000, 3))
    points = planes.own(rng(), Table(("a", "b", "c"), values), ("a", "b"), "c", 0.5)
    assert len(points.plane) == len(points.target) == len(points.training) == 1_000


@pytest.mark.parametrize(
    ("columns", "target", "says"),
    [
        (("a", "a"), "c", "two different columns"),
        (("a", "c"), "c", "cannot be an input"),
        (("a", "z"), "c", "no column 'z'"),
        (("a", "b"), "z", "no column 'z'"),
        (("a", "same"), "c", "'same' are equal"),
        (("a", "b"), "same", "'same' are equal"),
    ],
)
def test_columns_that_cannot_be_used_are_refused_in_words(columns: tuple[str, str], target: str, says: str) -> None:
    table = Table(("a", "b", "c", "same"), np.column_stack([NUMBERS, np.full(60, 4.2)]))
    with pytest.raises(DataRefused, match=says):
        planes.own(rng(), table, columns, target, 0.5)
