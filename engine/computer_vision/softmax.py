"""Softmax: logits to probabilities."""

from __future__ import annotations

import numpy as np

from engine.data import Floats


def softmax(logits: Floats, temperature: float = 1.0) -> Floats:
    """Return exp(zᵢ/T) / Σ exp(zⱼ/T) along the last axis.

    The largest logit is subtracted first. That changes no probability, and no exponential overflows.

    Args:
        logits: shape (..., n).
        temperature: T > 0; small values favour the largest logit, large ones level all.

    Source: the primer, section 16.4.
    """
    scaled = logits / temperature
    powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=-1, keepdims=True)
    return shares
