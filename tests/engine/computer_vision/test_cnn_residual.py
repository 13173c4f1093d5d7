"""The deep stack and softmax against plain numpy, scipy and finite differences."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.extra import numpy as arrays
from scipy import special

from engine.computer_vision.digits import Digits, split
from engine.computer_vision.residual import DeepStack, flat, measured, train
from engine.computer_vision.softmax import softmax
from engine.torch_one_thread import torch

LOGITS = arrays.arrays(float, some.integers(1, 8), elements=some.floats(-500, 500))


@given(LOGITS, some.floats(0.05, 20))
def test_softmax_is_scipys(logits: np.ndarray, temperature: float) -> None:
    ours = softmax(logits, temperature)
    np.testing.assert_allclose(ours, special.softmax(logits / temperature), rtol=1e-9, atol=1e-300)
    assert ours.sum() == pytest.approx(1)


@given(LOGITS, some.floats(-1e6, 1e6))
def test_softmax_ignores_a_constant_and_keeps_the_order(logits: np.ndarray, constant: float) -> None:
    np.testing.assert_allclose(softmax(logits + constant), softmax(logits), atol=1e-6)
    assert softmax(logits)[logits.argmax()] == softmax(logits).max()


def test_softmax_of_rows_and_of_large_logits() -> None:
    rows = np.array([[1e9, 0.0], [0.0, -1e9]])
    assert np.array_equal(softmax(rows), [[1, 0], [1, 0]])


def some_digits(count: int = 20) -> Digits:
    digits, _ = split(200, 2)
    return Digits(digits.images[:count], digits.labels[:count])


def numpy_loss(model: DeepStack, digits: Digits) -> float:
    """Return the loss as plain numpy computes it, in 64 bits."""
    h = digits.images.reshape(-1, 64).astype(float)
    for layer in model.layers:
        weight, bias = (one.detach().numpy().astype(float) for one in layer.parameters())
        change = np.maximum(h @ weight.T + bias, 0)
        h = h + change if model.skips else change
    weight, bias = (one.detach().numpy().astype(float) for one in model.last.parameters())
    shares = special.softmax(h @ weight.T + bias, axis=1)
    return float(-np.log(shares[np.arange(len(h)), digits.labels]).mean())


@pytest.mark.parametrize("skips", [True, False])
@pytest.mark.parametrize("how", ["torch's default", "He"])
def test_loss_and_gradients_are_those_of_plain_numpy(skips: bool, how: str) -> None:
    model, digits = DeepStack(3, skips).start(how, np.random.default_rng(0)), some_digits()
    found = measured(model, digits, digits)
    assert found.loss == pytest.approx(numpy_loss(model, digits), rel=1e-4)
    for layer, norm in enumerate(found.gradients):
        weight = model.layers[layer].weight
        direction = np.random.default_rng(layer).normal(size=(64, 64))
        direction /= np.linalg.norm(direction)
        slope, step = float((weight.grad.numpy() * direction).sum()), 1e-3
        ends = []
        for sign in (1, -1):
            with torch.no_grad():
                weight += sign * step * torch.from_numpy(direction).float()
            ends.append(numpy_loss(model, digits))
            with torch.no_grad():
                weight -= sign * step * torch.from_numpy(direction).float()
        assert (ends[0] - ends[1]) / (2 * step) == pytest.approx(slope, rel=0.02, abs=2e-3)
        assert norm == pytest.approx(float(np.linalg.norm(weight.grad.numpy())), rel=1e-5)


def test_layers_that_do_nothing_let_everything_past_with_skips_and_nothing_without() -> None:
    x = flat(some_digits())
    for skips in (True, False):
        model = DeepStack(6, skips).start("He", np.random.default_rng(0))
        with torch.no_grad():
            for layer in model.layers:
                layer.weight.zero_()
            expected = model.last(x if skips else torch.zeros_like(x))
            assert torch.equal(model(x), expected)


def test_the_start_has_the_reach_of_its_kind() -> None:
    rng = np.random.default_rng(0)
    default, he = (DeepStack(8, True).start(how, rng) for how in ("torch's default", "He"))
    for one, spread in ((default, np.sqrt(1 / 3 / 64)), (he, np.sqrt(2 / 64))):
        weights = torch.cat([layer.weight.flatten() for layer in one.layers]).detach().numpy()
        assert weights.std() == pytest.approx(spread, rel=0.02)
    assert all((layer.bias == 0).all() for layer in he.layers)
    torchs = torch.nn.Linear(64, 64).weight.detach().numpy()
    assert max(float(layer.weight.detach().abs().max()) for layer in default.layers) <= 1 / 8
    assert np.abs(torchs).max() == pytest.approx(1 / 8, rel=0.01)


def test_training_yields_the_start_and_every_epoch_and_learns() -> None:
    digits, test = split(1_000, 0)
    model = DeepStack(2, True).start("He", np.random.default_rng(0))
    epochs = list(train(model, digits, test, 4, 0.002, np.random.default_rng(1)))
    assert len(epochs) == 5
    assert epochs[-1].loss < 0.5 * epochs[0].loss
    assert epochs[-1].accuracy > 0.8 > epochs[0].accuracy
    again = measured(model, digits, test)
    np.testing.assert_allclose(
        epochs[-1].gradients, again.gradients, rtol=1e-5
    )  # of all digits, nothing left of a batch
    assert epochs[-1].loss == again.loss
