"""The deep stack's backward pass, written by hand, against torch's autograd."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.deep_learning import deep_stack
from engine.torch_one_thread import torch

THEIRS = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "ReLU": torch.relu,
    "linear": lambda z: z,
    "leaky ReLU": lambda z: torch.nn.functional.leaky_relu(z, deep_stack.LEAK),
}


@pytest.mark.parametrize("activation", deep_stack.ACTIVATIONS)
@pytest.mark.parametrize(("depth", "width"), [(1, 1), (2, 5), (7, 12)])
def test_every_layers_gradient_is_torchs(activation: str, depth: int, width: int) -> None:
    rng = np.random.default_rng(depth)
    weights = deep_stack.draw_weights(rng, depth, width, "He")
    X, T = rng.normal(size=(2, 9, width))
    ours = deep_stack.backpropagate(weights, X, T, activation)
    tensors = [torch.tensor(W, requires_grad=True) for W in weights]
    out, sums, spreads = torch.tensor(X), [], []
    for W in tensors:
        sums.append(out @ W)
        sums[-1].retain_grad()
        out = THEIRS[activation](sums[-1])
        spreads.append(out.detach().numpy().std())
    (0.5 * ((out - torch.tensor(T)) ** 2).sum(dim=1).mean()).backward()
    for layer, W in enumerate(tensors):
        assert W.grad is not None
        assert np.allclose(ours.gradients[layer], W.grad.numpy(), rtol=1e-9, atol=1e-12)
        assert ours.arriving[layer] == pytest.approx(sums[layer].grad.norm().item(), rel=1e-9)
    assert ours.spreads == pytest.approx(spreads)


@pytest.mark.parametrize(
    ("how", "spread"), [("Xavier", 0.125), ("He", 0.125 * 2**0.5), ("σ = 0.01", 0.01), ("σ = 1", 1)]
)
def test_initial_weights_have_the_spread_they_are_named_for(how: str, spread: float) -> None:
    weights = deep_stack.draw_weights(np.random.default_rng(0), 10, 64, how)
    assert weights.std() == pytest.approx(spread, rel=0.02)
    assert abs(weights.mean()) < spread / 50


def test_a_gradient_that_reaches_nothing_is_not_a_number_but_no_error() -> None:
    dead = deep_stack.measure(1, 50, 4, "ReLU", "He")
    assert np.all(dead.arriving == 0)
    assert np.all(dead.weights == 0)
    assert math.isnan(dead.share)
    assert math.isnan(dead.share_of_weights)
    assert math.isnan(dead.factor)


def test_the_factor_is_the_share_spread_over_the_layers() -> None:
    found = deep_stack.measure(1, 11, 16, "tanh", "Xavier")
    assert found.factor**10 == pytest.approx(found.share)
    assert found.share == pytest.approx(found.arriving[0] / found.arriving[-1])
    assert found.share_of_weights == pytest.approx(found.weights[0] / found.weights[-1])
