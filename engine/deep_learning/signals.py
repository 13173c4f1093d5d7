"""Signals on their way through dense layers: term by term as a person adds them up, and through many random layers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine.data import Floats
from engine.deep_learning.network import ACTIVATIONS


@dataclass(frozen=True)
class Term:
    """One thing done on the way through a network.

    Attributes:
        layer, unit: where, both counted from 1.
        kind: "term" (weight times input), "bias" or "activation".
        source: which input the term takes, counted from 1; 0 for the bias and the activation.
        value: what was added, or for an activation its result.
        total: the sum of the unit so far, or its value after the activation.
    """

    layer: int
    unit: int
    kind: str
    source: int
    value: float
    total: float


def term_by_term(x: Floats, layers: list[tuple[Floats, Floats]], activation: str) -> Iterator[Term]:
    """Send x, shape (inputs,), through layers (W, b) of shapes (units, inputs) and (units,), one term at a time.

    Every layer but the last applies the activation. There is no matrix product here: neuron after neuron, as the
    definition says.
    """
    values = [float(one) for one in x]
    for number, (W, b) in enumerate(layers, start=1):
        after = []
        for unit, (row, bias) in enumerate(zip(W.tolist(), b.tolist(), strict=True), start=1):
            total = 0.0
            for source, (weight, value) in enumerate(zip(row, values, strict=True), start=1):
                total += weight * value
                yield Term(number, unit, "term", source, weight * value, total)
            total += bias
            yield Term(number, unit, "bias", 0, bias, total)
            if number < len(layers):
                total = float(ACTIVATIONS[activation].apply(np.array([total]))[0])
                yield Term(number, unit, "activation", 0, total, total)
            after.append(total)
        values = after


def by_matrices(X: Floats, layers: list[tuple[Floats, Floats]], activation: str) -> list[Floats]:
    """Send n points X, shape (inputs, n), through layers (W, b): a matrix product each. Return all layers' values."""
    values = [X]
    for number, (W, b) in enumerate(layers, start=1):
        z = W @ values[-1] + b[:, np.newaxis]  # (units, inputs) @ (inputs, n) + (units, 1)
        values.append(ACTIVATIONS[activation].apply(z) if number < len(layers) else z)
    return values


def through_random_layers(
    X: Floats, depth: int, spread: float, activation: str, rng: np.random.Generator, normalise: bool = False
) -> Iterator[Floats]:
    """Send n signals through layers with fresh random weights and no biases; yield the values after each layer.

    Args:
        X: shape (width, n).
        spread: standard deviation of a weight, times the square root of the width: 1 is Xavier's, √2 He's.
        normalise: whether each signal is divided by its size after every layer.
    """
    width = len(X)
    for _ in range(depth):
        W = rng.normal(0, spread / np.sqrt(width), (width, width))
        X = ACTIVATIONS[activation].apply(W @ X)  # (width, width) @ (width, n)
        if normalise:
            size = np.sqrt(np.mean(X**2, axis=0))
            X = X / np.where(size > 0, size, 1.0)
        yield X


def rms(values: Floats) -> float:
    """Return the size of a signal: the root of the mean square of its values."""
    return float(np.sqrt(np.mean(values**2)))
