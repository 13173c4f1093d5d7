"""The network against torch: outputs, losses, gradients, dropout and every optimiser's steps."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.deep_learning.network import (
    ACTIVATIONS,
    LOSSES,
    OPTIMISERS,
    PENALTIES,
    Network,
    masks_of,
    sigmoid,
    train_epoch,
)
from engine.torch_one_thread import torch

Array = NDArray[Any]
THEIRS: dict[str, Callable[[Any], Any]] = {
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "ReLU": torch.relu,
    "leaky ReLU": torch.nn.functional.leaky_relu,
    "linear": lambda z: z,
}
RATE = 0.05
SIZES = [(2, 1), (2, 5, 1), (7, 16, 16, 1), (2, 4, 3, 4, 3, 4, 3, 1)]


def batch(inputs: int, n: int = 23, seed: int = 0) -> tuple[Array, Array]:
    """Return points (inputs + 1, n), with their row of ones, and targets -1 and 1, (1, n)."""
    rng = np.random.default_rng(seed)
    return np.vstack([rng.normal(size=(inputs, n)), np.ones(n)]), rng.choice([-1.0, 1.0], (1, n))


def drawn(sizes: tuple[int, ...], activation: str) -> Network:
    """Return a network in double precision with random weights and biases."""
    net = Network(sizes, activation, np.float64)
    net.flat[:] = np.random.default_rng(1).normal(size=net.flat.shape)
    return net


def copied(net: Network) -> list[tuple[Any, Any]]:
    """Return (W, b) of every layer as torch's parameters."""
    return [
        (torch.tensor(one[:, :-1].copy(), requires_grad=True), torch.tensor(one[:, -1].copy(), requires_grad=True))
        for one in net.layers
    ]


def their_output(layers: list[tuple[Any, Any]], X: Array, activation: str, masks: list[Array] | None = None) -> Any:
    """Send points through the same network in torch: rows are points there."""
    a = torch.tensor(X[:-1].T.copy())  # (n, inputs)
    for number, (W, b) in enumerate(layers):
        a = torch.nn.functional.linear(a, W, b)
        if number < len(layers) - 1:
            a = THEIRS[activation](a)
            if masks:
                a = a * torch.tensor(masks[number][:-1].T.copy())
    return a


def their_loss(loss: str, z: Any, target: Array) -> Any:
    t = torch.tensor(target.T.copy())
    if loss == "squared":
        return 0.5 * torch.nn.functional.mse_loss(z, t)
    return torch.nn.functional.binary_cross_entropy_with_logits(z, (t + 1) / 2)


def joined(layers: list[tuple[Any, Any]], of: Callable[[Any], Any] = lambda one: one.grad) -> Array:
    """Lay torch's numbers out as `Network.flat` does."""
    parts = [np.column_stack([of(W).numpy(), of(b).numpy()]).ravel() for W, b in layers]
    return np.concatenate(parts)


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_output_loss_and_gradient_are_torchs(activation: str, loss: str, sizes: tuple[int, ...]) -> None:
    net, (X, target) = drawn(sizes, activation), batch(sizes[0])
    layers = copied(net)
    z = their_output(layers, X, activation)
    theirs = their_loss(loss, z, target)
    theirs.backward()
    net.backward(X, target, LOSSES[loss])
    output = net.forward(X)[-1]
    assert output == pytest.approx(z.detach().numpy().T, rel=1e-12, abs=1e-12)
    assert LOSSES[loss].value(output, target) == pytest.approx(theirs.item(), rel=1e-12)
    assert net.slopes == pytest.approx(joined(layers), rel=1e-10, abs=1e-12)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_gradient_in_single_precision_is_torchs_to_a_millionth(activation: str) -> None:
    X, target = batch(2, 30)
    exact = drawn((2, 16, 16, 1), activation)
    net = Network((2, 16, 16, 1), activation)
    net.draw(np.random.default_rng(3))
    exact.flat[:] = net.flat
    layers = copied(exact)
    their_loss("logistic", their_output(layers, X, activation), target).backward()
    net.backward(X.astype(np.float32), target.astype(np.float32), LOSSES["logistic"])
    assert net.slopes.dtype == np.float32
    assert np.abs(net.slopes - joined(layers)).max() < 1e-6


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_gradient_under_dropout_is_torchs_with_the_same_values_left_out(activation: str) -> None:
    net, (X, target) = drawn((3, 6, 5, 1), activation), batch(3)
    masks = masks_of(net, X.shape[1], 0.4, np.random.default_rng(2))
    assert any((mask == 0).any() for mask in masks)
    layers = copied(net)
    their_loss("logistic", their_output(layers, X, activation, masks), target).backward()
    net.backward(X, target, LOSSES["logistic"], masks)
    assert net.slopes == pytest.approx(joined(layers), rel=1e-10, abs=1e-12)


def test_dropout_keeps_the_mean_and_never_touches_the_row_of_ones() -> None:
    net = Network((2, 400, 1))
    (mask,) = masks_of(net, 100, 0.25, np.random.default_rng(0))
    assert set(np.unique(mask[:-1])) == {np.float32(0), np.float32(1 / 0.75)}
    assert mask[:-1].mean() == pytest.approx(1, abs=0.02)
    assert (mask[-1] == 1).all()


@pytest.mark.parametrize("penalty", ["none", "L1", "L2"])
@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_every_optimisers_steps_are_torchs(optimiser: str, penalty: str) -> None:
    net, (X, target) = drawn((2, 6, 4, 1), "tanh"), batch(2, 20)
    layers = copied(net)
    parameters = [one for layer in layers for one in layer]
    theirs = {
        "SGD": lambda: torch.optim.SGD(parameters, RATE),
        "momentum": lambda: torch.optim.SGD(parameters, RATE, momentum=0.9),
        "RMSprop": lambda: torch.optim.RMSprop(parameters, RATE, alpha=0.99, eps=1e-8),
        "Adam": lambda: torch.optim.Adam(parameters, RATE, betas=(0.9, 0.999), eps=1e-8),
    }[optimiser]()
    ours = OPTIMISERS[optimiser](net.flat)
    for _ in range(12):  # one batch of all points: their order changes nothing
        train_epoch(
            net,
            X,
            target,
            LOSSES["squared"],
            ours,
            np.random.default_rng(0),
            rate=RATE,
            batch=20,
            penalty=penalty,
            strength=0.03,
        )
        theirs.zero_grad()
        loss = their_loss("squared", their_output(layers, X, "tanh"), target)
        for W, _ in layers:
            loss = loss + {"none": 0 * W.sum(), "L1": 0.03 * W.abs().sum(), "L2": 0.015 * (W**2).sum()}[penalty]
        loss.backward()
        theirs.step()
        assert net.flat == pytest.approx(joined(layers, torch.Tensor.detach), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("penalty", PENALTIES)
def test_penalties_shrink_weights_and_leave_biases_alone(penalty: str) -> None:
    X, target = batch(2, 20)
    moved = []
    for kind in ("none", penalty):
        net = drawn((2, 5, 1), "tanh")
        train_epoch(
            net,
            X,
            target,
            LOSSES["squared"],
            OPTIMISERS["SGD"](net.flat),
            np.random.default_rng(0),
            rate=0.1,
            batch=20,
            penalty=kind,
            strength=0.1,
        )
        moved.append(net)
    for plain, small in zip(moved[0].layers, moved[1].layers, strict=True):
        assert np.array_equal(plain[:, -1], small[:, -1])
        assert np.abs(small[:, :-1]).sum() < np.abs(plain[:, :-1]).sum()


def test_an_epoch_uses_every_point_once_and_the_last_batch_holds_what_is_left() -> None:
    net = Network((1, 1), dtype=np.float64)
    X, target = np.vstack([np.arange(10.0), np.ones(10)]), np.ones((1, 10))
    seen: list[Array] = []
    backward = net.backward

    def watched(X: Array, *rest: Any) -> None:
        seen.append(X[0].copy())
        backward(X, *rest)

    net.backward = watched  # type: ignore[method-assign]
    train_epoch(
        net, X, target, LOSSES["squared"], OPTIMISERS["SGD"](net.flat), np.random.default_rng(5), rate=0.0, batch=4
    )
    assert [len(one) for one in seen] == [4, 4, 2]
    assert sorted(np.concatenate(seen)) == list(range(10))
    assert list(np.concatenate(seen)) != list(range(10))


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_frozen_parameters_keep_their_value(optimiser: str) -> None:
    net, (X, target) = drawn((2, 5, 1), "tanh"), batch(2)
    places = np.array([0, 7, 15])
    before = net.flat.copy()
    kept, ours = before[places].copy(), OPTIMISERS[optimiser](net.flat)
    for _ in range(3):
        train_epoch(
            net,
            X,
            target,
            LOSSES["logistic"],
            ours,
            np.random.default_rng(0),
            rate=RATE,
            batch=10,
            frozen=(places, kept),
        )
    assert np.array_equal(net.flat[places], kept)
    assert (net.flat != before).sum() == len(before) - len(places)


@pytest.mark.parametrize(("activation", "gain"), [("tanh", 1), ("sigmoid", 1), ("ReLU", 2), ("linear", 1)])
def test_fresh_weights_have_the_stated_variance_and_biases_are_zero(activation: str, gain: int) -> None:
    net = Network((50, 400, 300, 1), activation)
    net.draw(np.random.default_rng(0))
    for matrix, inputs in zip(net.layers[:2], (50, 400), strict=True):
        assert matrix[:, :-1].var() * inputs == pytest.approx(gain, rel=0.03)
        assert (matrix[:, -1] == 0).all()


def test_all_matrices_are_windows_on_one_vector() -> None:
    net = Network((3, 4, 2, 1))
    assert [matrix.shape for matrix in net.layers] == [(units, inputs + 1) for inputs, units in pairwise(net.sizes)]
    assert all(np.shares_memory(matrix, net.flat) for matrix in net.layers)
    assert net.flat.size == sum(matrix.size for matrix in net.layers) == 4 * 4 + 2 * 5 + 3


@given(st.floats(-1e4, 1e4))
def test_the_sigmoid_is_symmetric_and_never_overflows(z: float) -> None:
    a, b = sigmoid(np.array([z])), sigmoid(np.array([-z]))
    assert 0 <= a <= 1
    assert a + b == pytest.approx(1)


@given(st.floats(-700, 700), st.sampled_from([-1.0, 1.0]))
def test_the_logistic_loss_is_minus_the_log_of_the_right_classes_probability(z: float, t: float) -> None:
    value = LOSSES["logistic"].value(np.array([[z]]), np.array([[t]]))
    assert value == pytest.approx(np.log1p(np.exp(-t * z)), rel=1e-9, abs=1e-300)
