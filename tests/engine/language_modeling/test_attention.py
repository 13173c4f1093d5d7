"""Attention in numpy against torch, against plain loops, and by its properties."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import entropy

from engine.language_modeling.attention import (
    attend,
    causal_mask,
    multi_head,
    phases,
    relative_entropy,
    rotate,
    self_attention,
    sinusoidal,
    softmax,
)
from engine.torch_one_thread import torch

rng = np.random.default_rng(4)
numbers = arrays(np.float64, (3, 5), elements=st.floats(-50, 50))


def tensors(*arrays: np.ndarray) -> list[torch.Tensor]:
    return [torch.from_numpy(one) for one in arrays]


@pytest.mark.parametrize("masked", [False, True])
def test_attention_is_torchs(masked: bool) -> None:
    Q, K, V = rng.normal(size=(3, 2, 7, 4))  # two heads, seven positions
    ours = attend(Q, K, V, causal_mask(7) if masked else None).outputs
    theirs = torch.nn.functional.scaled_dot_product_attention(*tensors(Q, K, V), is_causal=masked)
    assert ours == pytest.approx(theirs.numpy(), abs=1e-12)


@pytest.mark.parametrize("scaled", [False, True])
def test_attention_is_a_loop_over_queries_and_keys(scaled: bool) -> None:
    Q, K, V = rng.normal(size=(4, 3)), rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    found = attend(Q, K, V, scaled=scaled)
    for i, query in enumerate(Q):
        scores = [float(np.dot(query, key)) / (math.sqrt(3) if scaled else 1) for key in K]
        powers = [math.exp(score) for score in scores]
        weights = [power / sum(powers) for power in powers]
        assert found.scores[i] == pytest.approx(scores)
        assert found.weights[i] == pytest.approx(weights)
        assert found.outputs[i] == pytest.approx(sum(w * value for w, value in zip(weights, V, strict=True)))


@pytest.mark.parametrize("masked", [False, True])
def test_several_heads_are_torchs(masked: bool) -> None:
    n, d, h = 6, 8, 2
    X, W_o = rng.normal(size=(n, d)), rng.normal(size=(d, d))
    heads = [tuple(rng.normal(size=(3, d, d // h))) for _ in range(h)]
    theirs = torch.nn.MultiheadAttention(d, h, bias=False, batch_first=True, dtype=torch.float64)
    stacked = np.concatenate([np.concatenate([head[i] for head in heads], axis=1).T for i in range(3)])
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.from_numpy(stacked))
        theirs.out_proj.weight.copy_(torch.from_numpy(W_o.T.copy()))
    mask = causal_mask(n) if masked else None
    x = torch.from_numpy(X)[None]
    expected = theirs(x, x, x, attn_mask=None if mask is None else torch.from_numpy(mask), need_weights=False)[0][0]
    assert multi_head(X, heads, W_o, mask) == pytest.approx(expected.detach().numpy(), abs=1e-10)


def test_without_softmax_the_scores_themselves_weigh() -> None:
    Q, K, V = rng.normal(size=(3, 4, 2))
    assert attend(Q, K, V, scaled=False, normalised=False).outputs == pytest.approx(Q @ K.T @ V)
    masked = attend(Q, K, V, causal_mask(4), scaled=False, normalised=False)
    assert masked.outputs == pytest.approx(np.tril(Q @ K.T) @ V)


@given(numbers, st.floats(-100, 100))
def test_softmax_is_a_distribution_and_ignores_a_constant(scores: np.ndarray, constant: float) -> None:
    weights = softmax(scores)
    assert (weights >= 0).all()
    assert weights.sum(axis=1) == pytest.approx(np.ones(3), abs=1e-12)
    assert softmax(scores + constant) == pytest.approx(weights, abs=1e-9)


@given(numbers)
def test_outputs_stay_within_the_values(values: np.ndarray) -> None:
    outputs = attend(values, values, values).outputs
    assert (outputs <= values.max(axis=0) + 1e-9).all()
    assert (outputs >= values.min(axis=0) - 1e-9).all()


@given(st.permutations(range(6)))
def test_shuffling_words_shuffles_outputs(order: list[int]) -> None:
    X, W_q, W_k, W_v = np.random.default_rng(1).normal(size=(4, 6, 6))
    outputs = self_attention(X, W_q, W_k, W_v).outputs
    assert self_attention(X[order], W_q, W_k, W_v).outputs == pytest.approx(outputs[order], abs=1e-9)


def test_the_mask_blocks_the_future_and_nothing_else() -> None:
    weights = self_attention(*rng.normal(size=(4, 5, 5)), causal_mask(5)).weights
    assert np.array_equal(weights > 0, np.tril(np.ones((5, 5), bool)))


def test_sines_and_cosines_are_those_of_the_formula() -> None:
    found = sinusoidal(9, 6)
    for position in range(9):
        for i in range(3):
            angle = position / 10_000 ** (2 * i / 6)
            assert found[position, 2 * i] == pytest.approx(math.sin(angle))
            assert found[position, 2 * i + 1] == pytest.approx(math.cos(angle))
    with pytest.raises(ValueError, match="even"):
        sinusoidal(3, 5)


@given(st.integers(0, 500), st.integers(0, 50))
def test_a_shift_turns_each_pair_by_the_same_angle(position: int, shift: int) -> None:
    pairs = sinusoidal(600, 8)[:, 1::2] + 1j * sinusoidal(600, 8)[:, 0::2]  # cos + i sin
    assert pairs[position + shift] == pytest.approx(pairs[position] * pairs[shift], abs=1e-9)


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300))
def test_turned_queries_and_keys_know_their_distance_alone(first: int, second: int, shift: int) -> None:
    q, k = np.random.default_rng(2).normal(size=(2, 1, 8))

    def score(i: int, j: int) -> float:
        turned = (rotate(one, phases(np.array([place]), 8)) for one, place in ((q, i), (k, j)))
        return float(np.vdot(*turned))

    assert score(first + shift, second + shift) == pytest.approx(score(first, second), abs=1e-9)


def test_relative_entropy_is_scipys() -> None:
    weights = softmax(rng.normal(size=(20, 6)))
    assert relative_entropy(weights) == pytest.approx(entropy(weights, axis=1) / math.log(6))
    assert relative_entropy(np.array([[0.25] * 4, [1, 0, 0, 0]])) == pytest.approx([1, 0])
