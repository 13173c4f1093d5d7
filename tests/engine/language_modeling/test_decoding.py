"""Temperature, top-k and top-p: against softmax of the logits, brute force, and their properties."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import softmax

from engine.data import Floats
from engine.language_modeling.decoding import reshape, sample

FOUR = np.array([0.15, 0.5, 0.05, 0.3])


@st.composite
def distributions(draw: st.DrawFn) -> Floats:
    weights = np.array(draw(st.lists(st.integers(0, 1_000), min_size=1, max_size=30).filter(any)), dtype=float)
    return weights / weights.sum()


temperatures = st.floats(0.05, 20)


@pytest.mark.parametrize("temperature", [0.05, 0.2, 0.7, 1.0, 1.5, 10.0])
def test_temperature_divides_the_logits(temperature: float) -> None:
    logits = np.random.default_rng(0).normal(scale=4, size=50)
    assert reshape(softmax(logits), temperature) == pytest.approx(softmax(logits / temperature), abs=1e-12)


def test_by_hand() -> None:
    squares = np.array([0.0225, 0.25, 0.0025, 0.09])
    assert reshape(FOUR, 0.5) == pytest.approx(squares / 0.365)
    assert reshape(FOUR, top_k=2) == pytest.approx([0, 0.625, 0, 0.375])
    assert reshape(FOUR, top_p=0.9) == pytest.approx(np.array([0.15, 0.5, 0, 0.3]) / 0.95)
    assert reshape(FOUR, top_p=0.5) == pytest.approx([0, 1, 0, 0])
    assert reshape(FOUR, top_k=3, top_p=0.85) == pytest.approx(
        [3 / 19, 10 / 19, 0, 6 / 19]
    )  # top-p counts what is left


def test_zero_temperature_is_greedy_and_a_cold_one_nears_it() -> None:
    assert reshape(FOUR, 0).tolist() == [0, 1, 0, 0]
    assert reshape(FOUR, 1e-300).tolist() == [0, 1, 0, 0]
    assert reshape(np.array([0.2, 0.4, 0.4]), 0).tolist() == [0, 1, 0]


def test_a_hot_one_nears_the_uniform_distribution_and_zeros_stay() -> None:
    assert reshape(np.array([0.9, 0.1, 0.0]), 1e9) == pytest.approx([0.5, 0.5, 0])


@pytest.mark.parametrize(
    "bad", [{"temperature": -1.0}, {"temperature": np.nan}, {"top_k": -1}, {"top_p": 0.0}, {"top_p": 1.1}]
)
def test_what_makes_no_sense_is_refused(bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="need"):
        reshape(FOUR, **bad)  # type: ignore[arg-type]


def test_of_equals_the_first_stay() -> None:
    levels = np.random.default_rng(0).integers(1, 4, 500) / 1_000
    first = sorted(range(500), key=lambda i: (-levels[i], i))[:40]
    assert sorted(np.flatnonzero(reshape(levels / levels.sum(), top_k=40))) == sorted(first)
    many = np.full(1_000, 1e-3)
    assert np.flatnonzero(reshape(many, top_k=10)).tolist() == list(range(10))
    assert np.flatnonzero(reshape(many, top_p=0.0995)).tolist() == list(range(100))


def test_what_was_given_stays_as_it_was() -> None:
    before = FOUR.copy()
    reshape(FOUR, 1.0, 2, 0.5)
    assert np.array_equal(FOUR, before)


@given(distributions(), temperatures, st.integers(0, 35), st.floats(0.01, 1))
def test_the_result_is_a_distribution_that_keeps_the_likeliest(
    p: Floats, temperature: float, k: int, mass: float
) -> None:
    q = reshape(p, temperature, k, mass)
    assert q.sum() == pytest.approx(1)
    assert (q >= 0).all()
    assert q[p.argmax()] == q.max() > 0
    assert (q[p == 0] == 0).all()


@given(distributions(), temperatures)
def test_temperature_keeps_the_order(p: Floats, temperature: float) -> None:
    q = reshape(p, temperature)
    higher = p[:, None] > p[None, :]  # (V, V)
    assert (q[:, None] >= q[None, :])[higher].all()


@given(distributions(), temperatures, temperatures)
def test_entropy_rises_with_the_temperature(p: Floats, one: float, other: float) -> None:
    cold, hot = (reshape(p, t) for t in sorted((one, other)))
    entropies = [-sum(x * np.log(x) for x in q if x > 0) for q in (cold, hot)]
    assert entropies[0] <= entropies[1] + 1e-9


@given(distributions(), st.integers(1, 35))
def test_top_k_keeps_k(p: Floats, k: int) -> None:
    q = reshape(p, top_k=k)
    assert np.count_nonzero(q) == min(k, np.count_nonzero(p))
    assert p[q > 0].min() >= p[q == 0].max(initial=0)
    assert q[q > 0] == pytest.approx(p[q > 0] / p[q > 0].sum())


@given(distributions().filter(lambda p: len(p) <= 8), st.integers(1, 99))
def test_top_p_keeps_the_smallest_set_that_holds_p(p: Floats, percent: int) -> None:
    mass = percent / 100
    kept = reshape(p, top_p=mass) > 0
    slack = 1e-12  # sums of floats in another order
    sizes = [
        size
        for size in range(1, len(p) + 1)
        if max(p[list(one)].sum() for one in combinations(range(len(p)), size)) >= mass + slack
    ]
    assert p[kept].sum() >= mass - slack
    assert kept.sum() <= sizes[0]
    assert p[kept].sum() - p[kept].min() < mass + slack  # one fewer would not hold it


def test_draws_come_as_often_as_they_should() -> None:
    rng = np.random.default_rng(3)
    p = np.array([0.0, 0.5, 0.2, 0.0, 0.3, 0.0])
    counts = np.bincount([sample(rng, p) for _ in range(20_000)], minlength=6)
    assert (counts[p == 0] == 0).all()
    expected = 20_000 * p[p > 0]
    chi2 = ((counts[p > 0] - expected) ** 2 / expected).sum()
    assert chi2 < 18.4  # of 2 degrees of freedom: one seed in ten thousand
