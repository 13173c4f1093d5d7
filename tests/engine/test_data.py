"""The table, the real sets against scikit-learn, and the generators' properties."""

from __future__ import annotations

import pickle
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.polynomial import polynomial
from sklearn import datasets as sklearn_datasets

from engine import datasets
from engine.data import Table
from engine.errors import DataRefused

SEEDS = st.integers(0, 2**32 - 1)
TWO_CLASSES = (datasets.moons, datasets.circles, datasets.xor, datasets.spiral)


def table(**columns: list[float]) -> Table:
    return Table(tuple(columns), np.column_stack(list(columns.values())))


# --- the table -------------------------------------------------------------------------------------------------


def test_equal_tables_are_one_key():
    one, other = table(x=[1, 2], y=[3, 4]), table(x=[1, 2], y=[3, 4])
    assert one == other
    assert hash(one) == hash(other)
    assert {one: "found"}[other] == "found"


@pytest.mark.parametrize(
    "other",
    [table(x=[1, 2], z=[3, 4]), table(x=[1, 2], y=[3, 5]), table(y=[3, 4], x=[1, 2]), table(x=[1, 2]), "a word"],
)
def test_tables_that_differ_are_not_equal(other: object):
    assert table(x=[1, 2], y=[3, 4]) != other


def test_what_was_left_out_is_not_part_of_the_digest():
    assert Table(("x",), np.ones((2, 1)), left_out=("name (text)",)) == Table(("x",), np.ones((2, 1)))


def test_negative_zero_is_zero():
    assert table(x=[-0.0, 1]).digest == table(x=[0.0, 1]).digest


def test_memory_layout_does_not_matter():
    values = np.arange(6.0).reshape(3, 2)
    assert Table(("x", "y"), np.asfortranarray(values)) == Table(("x", "y"), values)


def test_a_table_cannot_be_changed():
    given_values = np.ones((2, 1))
    one = Table(("x",), given_values)
    given_values[0, 0] = 7  # still the caller's own
    assert one.values[0, 0] == 1
    with pytest.raises(ValueError, match="read-only"):
        one.values[0, 0] = 7
    one.column("x")[0] = 7  # a copy
    assert one.values[0, 0] == 1


def test_a_pickled_table_comes_back_equal_and_locked():
    one = Table(("x",), np.ones((2, 1)), left_out=("name (text)",))
    back = pickle.loads(pickle.dumps(one))
    assert back == one
    assert back.left_out == one.left_out
    assert not back.values.flags.writeable


@pytest.mark.parametrize(
    ("names", "values", "says"),
    [
        (("x",), np.ones(3), "got \\(3,\\)"),
        (("x",), np.ones((3, 2)), "1 names need"),
        (("x", "x"), np.ones((3, 2)), "all be different"),
        (("x",), np.array([[np.nan]]), "finite"),
        (("x",), np.array([[np.inf]]), "finite"),
    ],
)
def test_what_is_no_table(names: tuple[str, ...], values: np.ndarray, says: str):
    with pytest.raises(ValueError, match=says):
        Table(names, values)


def test_columns_by_name():
    one = table(x=[1, 2], y=[3, 4], z=[5, 6])
    assert one.column("y").tolist() == [3, 4]
    assert one.columns(("z", "x")).tolist() == [[5, 1], [6, 2]]
    assert one.columns(()).shape == (2, 0)


def test_a_column_that_does_not_exist_is_refused_with_the_names():
    with pytest.raises(DataRefused, match=r"no column 'w'; the table has x, y\."):
        table(x=[1], y=[2]).column("w")
    with pytest.raises(DataRefused, match="'w'"):
        table(x=[1], y=[2]).columns(("x", "w"))


# --- real sets -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [one for one in datasets.REAL_SETS if one != "diabetes"])
def test_real_sets_are_those_of_scikit_learn(name: str):
    bunch = getattr(sklearn_datasets, f"load_{name.replace(' ', '_')}")()
    one = datasets.load(name)
    assert one.names[-1] == "class"
    np.testing.assert_array_equal(one.column("class"), bunch.target)
    np.testing.assert_array_equal(one.values[:, :-1], bunch.data)


def test_diabetes_is_in_real_units():
    one, bunch = datasets.load("diabetes"), sklearn_datasets.load_diabetes()
    assert one.names[0] == "age"
    assert one.names[-1] == "progression"
    assert (one.column("age").min(), one.column("age").max()) == (19, 79)
    assert 18 <= one.column("bmi").min() < one.column("bmi").max() <= 43
    raw = one.values[:, :-1] - one.values[:, :-1].mean(axis=0)
    # scikit-learn's scaled set: each column centred, its squares summing to 1, in the same order
    np.testing.assert_allclose(raw / np.linalg.norm(raw, axis=0), bunch.data, atol=1e-12)
    np.testing.assert_array_equal(one.column("progression"), bunch.target)


def test_names_read_well():
    assert datasets.load("iris").names[2] == "petal length (cm)"
    assert datasets.load("digits").names[:9] == (*(f"pixel 0,{column}" for column in range(8)), "pixel 1,0")
    assert {"malic acid", "od280/od315"} < set(datasets.load("wine").names)
    for name in datasets.REAL_SETS:
        assert all(type(one) is str and "_" not in one and len(one) <= 30 for one in datasets.load(name).names)


@pytest.mark.parametrize("name", datasets.REAL_SETS)
def test_features_are_the_set_without_its_target(name: str):
    whole, part = datasets.load(name), datasets.features(name)
    assert part.names == whole.names[:-1]
    np.testing.assert_array_equal(part.values, whole.values[:, :-1])
    assert datasets.load(name) is whole
    assert datasets.features(name) is part


@pytest.mark.parametrize("load", [datasets.load, datasets.features])
def test_an_unknown_set_is_refused_with_the_names(load):
    with pytest.raises(DataRefused, match=r"no data set 'boston'; there are diabetes, iris"):
        load("boston")


def test_scikit_learn_is_imported_only_on_demand():
    imports = "import sys, engine.data, engine.datasets, engine.own_table"
    code = f"{imports}; sys.exit(any(m.startswith('sklearn') for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# --- generators ------------------------------------------------------------------------------------------------


@given(SEEDS, st.integers(0, 200), st.integers(1, 12), st.just(5e-324) | st.floats(0, 100))
@settings(deadline=None)
def test_blobs_keep_their_distance_and_are_balanced(seed: int, n: int, centres: int, apart: float):
    X, labels = datasets.blobs(np.random.default_rng(seed), n, centres, spread=0, apart=apart)
    assert X.shape == (n, 2)
    assert labels.shape == (n,)
    counts = np.bincount(labels, minlength=centres)
    assert len(counts) == centres
    assert counts.max() - counts.min() <= 1
    middles = np.array([X[labels == one][0] for one in np.unique(labels)])  # without spread each group is one point
    for i, middle in enumerate(middles):
        distances = np.hypot(*(middles[i + 1 :] - middle).T)  # no squares that could underflow
        assert (distances >= apart * (1 - 1e-12) - 1e-300).all()  # products of denormal numbers round


def test_blobs_spread_around_their_centres():
    X, labels = datasets.blobs(np.random.default_rng(3), 4000, centres=4, spread=0.5)
    for one in range(4):
        np.testing.assert_allclose(X[labels == one].std(axis=0), 0.5, rtol=0.1)


@pytest.mark.parametrize(("centres", "apart"), [(0, 1.0), (2, -1.0), (2, np.inf), (2, np.nan)])
def test_blobs_that_cannot_be(centres: int, apart: float):
    with pytest.raises(ValueError, match="centres must be at least 1 and apart finite"):
        datasets.blobs(np.random.default_rng(0), 10, centres, apart=apart)


@pytest.mark.parametrize("draw", TWO_CLASSES)
@given(seed=SEEDS, n=st.integers(0, 101), noise=st.floats(0, 2))
@settings(deadline=None)
def test_two_classes_have_shapes_balance_and_a_seed(draw, seed: int, n: int, noise: float):
    X, labels = draw(np.random.default_rng(seed), n, noise)
    assert X.shape == (n, 2)
    assert labels.shape == (n,)
    assert set(labels.tolist()) <= {0, 1}
    assert abs(int((labels == 0).sum()) - int((labels == 1).sum())) <= 1
    again, labels_again = draw(np.random.default_rng(seed), n, noise)
    assert X.tobytes() == again.tobytes()
    assert labels.tobytes() == labels_again.tobytes()


@pytest.mark.parametrize("draw", TWO_CLASSES)
def test_noise_is_a_standard_deviation_and_the_seed_matters(draw):
    clean, _ = draw(np.random.default_rng(5), 4000, 0.0)
    noisy, _ = draw(np.random.default_rng(5), 4000, 0.3)
    np.testing.assert_allclose((noisy - clean).std(axis=0), 0.3, rtol=0.1)
    assert not np.array_equal(noisy, draw(np.random.default_rng(6), 4000, 0.3)[0])


@pytest.mark.parametrize("n", [2, 7, 60])
def test_moons_and_circles_are_those_of_scikit_learn(n: int):
    rng = np.random.default_rng(0)
    for (X, labels), (theirs, their_labels) in (
        (datasets.moons(rng, n, 0.0), sklearn_datasets.make_moons(n, shuffle=False)),
        (datasets.circles(rng, n, 0.0), sklearn_datasets.make_circles(n, shuffle=False, factor=0.5)),
    ):
        np.testing.assert_allclose(X, theirs, atol=1e-12)
        np.testing.assert_array_equal(labels, their_labels)


@given(SEEDS)
@settings(deadline=None)
def test_xor_labels_say_whether_signs_differ(seed: int):
    X, labels = datasets.xor(np.random.default_rng(seed), 80, 0.0)
    assert (np.abs(X) <= 1).all()
    np.testing.assert_array_equal(labels, X[:, 0] * X[:, 1] < 0)


def test_spiral_arms_are_half_a_turn_apart():
    X, labels = datasets.spiral(np.random.default_rng(0), 100, 0.0)
    np.testing.assert_allclose(X[labels == 0], -X[labels == 1], atol=1e-12)
    radius = np.linalg.norm(X[labels == 0], axis=1)
    assert (np.diff(radius) > 0).all()
    assert radius[-1] == pytest.approx(1)


@given(SEEDS, st.integers(0, 50), st.lists(st.floats(-10, 10), min_size=0, max_size=6))
@settings(deadline=None)
def test_polynomial_against_numpy(seed: int, n: int, coefficients: list[float]):
    x, y = datasets.noisy_polynomial(np.random.default_rng(seed), n, coefficients, 0.0)
    assert x.shape == y.shape == (n,)
    assert (np.diff(x) >= 0).all()
    assert (np.abs(x) <= 1).all()
    np.testing.assert_allclose(y, polynomial.polyval(x, coefficients or [0.0]), atol=1e-9)


def test_polynomial_noise():
    x, y = datasets.noisy_polynomial(np.random.default_rng(1), 4000, (1, 2), 0.5)
    assert (y - 1 - 2 * x).std() == pytest.approx(0.5, rel=0.1)
