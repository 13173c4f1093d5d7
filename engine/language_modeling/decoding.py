"""From a distribution over symbols to the next symbol: temperature, top-k, top-p, and the draw.

V counts the symbols; a distribution has shape (V,), is not negative and sums to one.

Sources: Holtzman et al., The curious case of neural text degeneration, 2020 (top-p); Fan et al., Hierarchical neural
story generation, 2018 (top-k); the primer, section 32.3.
"""

from __future__ import annotations

import numpy as np

from engine.data import Floats


def reshape(probabilities: Floats, temperature: float = 1.0, top_k: int = 0, top_p: float = 1.0) -> Floats:
    """Reshape a distribution: temperature first, then top-k, then top-p, each of which ends in a distribution again.

    Args:
        probabilities: shape (V,).
        temperature: T ≥ 0; p becomes proportional to p^(1/T), which is softmax(z / T) of the logits z. 0 keeps the most
            probable symbol alone, the first of them on ties.
        top_k: how many of the most probable symbols stay; 0 keeps all.
        top_p: the smallest set of most probable symbols stays that holds at least this much; 1 keeps all.

    Returns:
        Shape (V,). On ties the symbol of lower index counts as more probable.

    Raises:
        ValueError: if a value lies outside what is said above.
    """
    if not (temperature >= 0 and top_k >= 0 and 0 < top_p <= 1):
        raise ValueError(f"need T ≥ 0, k ≥ 0 and 0 < p ≤ 1, got {temperature}, {top_k} and {top_p}")
    found = heated(np.asarray(probabilities, dtype=np.float64), temperature)
    if not (top_k or top_p < 1):
        return found
    order = np.argsort(-found, kind="stable")  # (V,), most probable first
    if 0 < top_k < len(found):
        found[order[top_k:]] = 0.0
        found /= found.sum()
    if top_p < 1:
        mass = np.cumsum(found[order])
        found[order[np.searchsorted(mass, top_p) + 1 :]] = 0.0
        found /= found.sum()
    return found


def heated(probabilities: Floats, temperature: float) -> Floats:
    """Return p^(1/T) over its sum, shape (V,), computed from logarithms so that nothing underflows to all zeros."""
    if temperature == 1:
        same: Floats = probabilities / probabilities.sum()
        return same
    if temperature == 0:
        only: Floats = np.zeros(len(probabilities))
        only[probabilities.argmax()] = 1.0
        return only
    with np.errstate(divide="ignore"):
        logits = np.log(probabilities / probabilities.max()) / temperature  # at most 0; −∞ where p is 0
    powers = np.exp(logits)
    hot: Floats = powers / powers.sum()
    return hot


def sample(rng: np.random.Generator, probabilities: Floats) -> int:
    """Draw the index of a symbol from a distribution, shape (V,); one of probability 0 never comes."""
    mass = np.cumsum(probabilities)
    return int(np.searchsorted(mass, rng.random() * mass[-1], side="right"))
