"""Scaled dot-product attention in numpy: every position takes a weighted mean of the values of all positions.

n positions, m positions that they look at, width d, key width k, value width v; leading axes (heads, say) go along.

Sources: Vaswani et al., Attention is all you need, 2017; the primer, section 33.2.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data import Floats

Array = NDArray[Any]  # float64 in the experiments by hand, float32 in a trained model


@dataclass(frozen=True)
class Attention:
    """What attention computes on its way.

    Attributes:
        scores: (..., n, m) dot products of queries and keys, divided by √k where scaled; −∞ where masked.
        weights: (..., n, m) the softmax of each row of scores.
        outputs: (..., n, v) the values, mixed by the weights.
    """

    scores: Array
    weights: Array
    outputs: Array


def softmax(scores: Array) -> Array:
    """Turn each row of scores, shape (..., m), into weights that are positive and sum to one; −∞ becomes 0."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))  # at most 1, so nothing overflows
    weights: Array = powers / powers.sum(axis=-1, keepdims=True)
    return weights


def attend(
    Q: Array, K: Array, V: Array, mask: Array | None = None, scaled: bool = True, normalised: bool = True
) -> Attention:
    """Let every query look at every key and take home a mixture of the values.

    Args:
        Q: queries, shape (..., n, k).
        K: keys, shape (..., m, k).
        V: values, shape (..., m, v).
        mask: shape (n, m), 0 where a query may look and −∞ where it may not; None lets all look everywhere.
        scaled: divide the scores by √k.
        normalised: take the softmax; without it the raw scores serve as weights, to see what is lost.
    """
    scores = Q @ np.swapaxes(K, -1, -2)  # (..., n, m)
    if scaled:
        scores = scores / math.sqrt(Q.shape[-1])
    if mask is not None:
        scores = scores + mask.astype(scores.dtype)
    weights = softmax(scores) if normalised else np.where(np.isneginf(scores), 0, scores)
    return Attention(scores, weights, weights @ V)


def self_attention(
    X: Array, W_q: Array, W_k: Array, W_v: Array, mask: Array | None = None, scaled: bool = True
) -> Attention:
    """Attend within one sequence: queries, keys and values are projections of the same X.

    Args:
        X: shape (n, d), one row a token.
        W_q, W_k: shape (d, k); W_v: shape (d, v).
        mask, scaled: as in `attend`.
    """
    return attend(X @ W_q, X @ W_k, X @ W_v, mask, scaled)


def multi_head(X: Array, heads: Sequence[tuple[Array, Array, Array]], W_o: Array, mask: Array | None = None) -> Array:
    """Let several heads attend to X, shape (n, d), side by side; join their outputs and mix them.

    Args:
        heads: (W_q, W_k, W_v) of each head.
        W_o: shape (sum of the heads' v, d).

    Returns:
        Shape (n, d).
    """
    joined = np.concatenate([self_attention(X, *head, mask).outputs for head in heads], axis=-1)  # (n, sum of v)
    mixed: Array = joined @ W_o
    return mixed


def causal_mask(n: int) -> Floats:
    """Return the mask, shape (n, n), that lets position i look at 0 ... i and at nothing later."""
    return np.triu(np.full((n, n), -np.inf), k=1)


def sinusoidal(n: int, d: int) -> Floats:
    """Return position vectors, shape (n, d): pair i holds the sine and cosine of position / 10000^(2i/d).

    Raises:
        ValueError: if d is odd, for then there are no pairs.
    """
    if d % 2:
        raise ValueError(f"sines and cosines come in pairs, so d must be even, got {d}")
    angles = np.arange(n)[:, None] / 10_000.0 ** (np.arange(0, d, 2) / d)  # (n, d / 2)
    vectors = np.empty((n, d))
    vectors[:, 0::2], vectors[:, 1::2] = np.sin(angles), np.cos(angles)
    return vectors


def relative_entropy(weights: Array) -> Array:
    """Return each row's entropy, shape (...), over that of equal weights: 1 spread evenly, 0 all on one."""
    logs = np.log(weights, where=weights > 0, out=np.zeros_like(weights))  # 0 · log 0 counts as 0
    entropies: Array = -(weights * logs).sum(axis=-1) / math.log(weights.shape[-1])
    return entropies


# --- rotary positions, as the small transformer uses them ------------------------------------------------------


def phases(positions: Array, width: int) -> NDArray[np.complex128]:
    """Return exp(i · position · 10000^(−2j / width)), shape (n, width / 2): position t turns pair j by such an angle.

    Source: Su et al., RoFormer, 2021.
    """
    angles = positions[:, None] * 10_000.0 ** (-np.arange(0, width, 2) / width)
    turns: NDArray[np.complex128] = np.exp(1j * angles)
    return turns


def rotate(X: Array, turns: Array) -> Array:
    """Turn each pair (2j, 2j + 1) of the rows of X, shape (..., n, k), read as a complex number.

    The dot product of a turned query and a turned key depends on the distance between their positions alone.
    """
    pairs = np.ascontiguousarray(X).view(np.result_type(X, 1j))  # (..., n, k / 2)
    turned: Array = (pairs * turns.astype(pairs.dtype)).view(X.dtype)
    return turned
