"""How far gradients reach: a deep stack of equal layers, with its backward pass written out by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.data import Floats
from engine.deep_learning.neuron import sigmoid

LEAK = 0.01
EXAMPLES = 100

# name -> (activation of z, its derivative given z and a = f(z))
ACTIVATIONS: dict[str, tuple[Callable[[Floats], Floats], Callable[[Floats, Floats], Floats]]] = {
    "sigmoid": (sigmoid, lambda z, a: a * (1 - a)),
    "tanh": (np.tanh, lambda z, a: 1 - a**2),
    "ReLU": (lambda z: np.maximum(z, 0.0), lambda z, a: (z > 0).astype(float)),
    "leaky ReLU": (lambda z: np.where(z > 0, z, LEAK * z), lambda z, a: np.where(z > 0, 1.0, LEAK)),
    "linear": (lambda z: z, lambda z, a: np.ones_like(z)),
}

# name -> standard deviation of a weight, given the number of units in the layer before
INITIALISATIONS: dict[str, Callable[[int], float]] = {
    "Xavier": lambda n: np.sqrt(1 / n),  # 2/(n_in + n_out), and all layers are n wide here
    "He": lambda n: np.sqrt(2 / n),
    "σ = 0.01": lambda n: 0.01,
    "σ = 1": lambda n: 1.0,
}


def draw_weights(rng: np.random.Generator, depth: int, width: int, how: str) -> Floats:
    """Draw the weights of `depth` layers of `width` units, shape (depth, width, width), by an initialisation."""
    weights: Floats = INITIALISATIONS[how](width) * rng.normal(size=(depth, width, width))
    return weights


@dataclass(frozen=True)
class Reach:
    """What a forward and a backward pass leave behind in each of `depth` layers.

    Attributes:
        gradients: shape (depth, n, n), the derivative of the loss by each layer's weights, ∂L/∂W.
        arriving: shape (depth,), the length of ∂L/∂z over units and examples: what reaches the layer's sums.
        spreads: shape (depth,), the standard deviation of each layer's outputs over units and examples.
    """

    gradients: Floats
    arriving: Floats
    spreads: Floats


def backpropagate(weights: Floats, X: Floats, T: Floats, activation: str) -> Reach:
    """Run m inputs through the stack and half their mean squared error back to every layer.

    Args:
        weights: shape (depth, n, n); layer l computes A[l+1] = f(A[l] @ weights[l]). There are no biases.
        X, T: shape (m, n), the inputs and the targets.
        activation: a key of ACTIVATIONS, f.
    """
    f, slope = ACTIVATIONS[activation]
    outputs, sums = [X], []
    for W in weights:
        sums.append(outputs[-1] @ W)  # (m, n)
        outputs.append(f(sums[-1]))  # (m, n)
    gradients, arriving = np.empty_like(weights), np.empty(len(weights))
    by_output = (outputs[-1] - T) / len(X)  # (m, n), dL/dA of the last layer
    for layer in reversed(range(len(weights))):
        by_z = by_output * slope(sums[layer], outputs[layer + 1])  # (m, n)
        gradients[layer] = outputs[layer].T @ by_z  # (n, m) @ (m, n) -> (n, n)
        arriving[layer] = np.linalg.norm(by_z)
        by_output = by_z @ weights[layer].T  # (m, n), dL/dA of the layer before
    return Reach(gradients, arriving, np.array([one.std() for one in outputs[1:]]))


@dataclass(frozen=True)
class Stack:
    """One stack after a forward and a backward pass.

    Attributes:
        name: activation and initialisation.
        arriving: shape (depth,), the length of ∂L/∂z in each layer; 0 where nothing arrives.
        weights: shape (depth,), the length of ∂L/∂W: what arrives times what came forward.
        outputs: shape (depth,), the standard deviation of each layer's outputs.
        share, share_of_weights: the first layer's length over the last layer's, of ∂L/∂z and of ∂L/∂W; NaN where
            nothing arrives at all.
        factor: what a layer multiplies ∂L/∂z by on the way back, on (geometric) average; NaN where there is none.
    """

    name: str
    arriving: Floats
    weights: Floats
    outputs: Floats
    share: float
    share_of_weights: float
    factor: float


def measure(seed: int, depth: int, width: int, activation: str, start: str) -> Stack:
    """Draw a stack and 100 inputs and targets, and measure the gradient of each layer."""
    rng = np.random.default_rng(seed)  # equal kinds of one seed get equal numbers: two stacks differ in kind only
    weights = draw_weights(rng, depth, width, start)
    X, T = rng.normal(size=(2, EXAMPLES, width))
    found = backpropagate(weights, X, T, activation)
    lengths = np.sqrt((found.gradients**2).sum(axis=(1, 2)))  # (depth,)
    alive = lengths[-1] > 0
    share, of_weights = (float(one[0] / one[-1]) if alive else math.nan for one in (found.arriving, lengths))
    factor = share ** (1 / (depth - 1)) if share > 0 else math.nan
    return Stack(f"{activation}, {start}", found.arriving, lengths, found.spreads, share, of_weights, factor)
