"""One neuron and a batch of one weight against torch's autograd."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from engine.deep_learning import neuron
from engine.torch_one_thread import torch

numbers = st.floats(-6, 6)
batches = st.lists(st.tuples(numbers, numbers), min_size=1, max_size=8)


@settings(deadline=None)
@given(numbers, numbers, numbers, numbers)
def test_every_number_of_one_example_is_torchs(x: float, y: float, w: float, b: float) -> None:
    ours = neuron.one_example(x, y, w, b)
    weight, bias = (torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in (w, b))
    z = weight * x + bias
    prediction = torch.sigmoid(z)
    for one in (z, prediction):
        one.retain_grad()
    loss = 0.5 * (prediction - y) ** 2
    loss.backward()
    assert (ours.z, ours.prediction, ours.loss) == pytest.approx((z.item(), prediction.item(), loss.item()), abs=1e-12)
    theirs = (prediction.grad.item(), weight.grad.item(), bias.grad.item())
    assert (ours.by_prediction, ours.by_w, ours.by_b) == pytest.approx(theirs, abs=1e-12)
    assert ours.by_w == pytest.approx(ours.by_prediction * ours.prediction_by_z * ours.z_by_w, abs=1e-15)


@settings(deadline=None)
@given(batches, numbers, numbers)
def test_the_mean_of_the_products_is_torchs_gradient(rows: list[tuple[float, float]], w: float, b: float) -> None:
    x, y = np.array(rows).T
    ours = neuron.batch(x, y, w, b)
    weight = torch.tensor(w, dtype=torch.float64, requires_grad=True)
    loss = torch.nn.functional.mse_loss(torch.sigmoid(weight * torch.tensor(x) + b), torch.tensor(y))
    loss.backward()
    assert ours.loss == pytest.approx(loss.item(), abs=1e-12)
    assert ours.gradient == pytest.approx(weight.grad.item(), abs=1e-12)


@settings(deadline=None)
@given(numbers, numbers, numbers, numbers, st.integers(1, 8))
def test_equal_examples_make_both_averages_equal(x: float, y: float, w: float, b: float, m: int) -> None:
    found = neuron.batch(np.full(m, x), np.full(m, y), w, b)
    assert found.product_of_means == pytest.approx(found.gradient, rel=1e-9, abs=1e-12)


def test_the_sigmoid_is_scipys_and_never_overflows() -> None:
    z = np.array([-1e4, -40.0, -3.0, 0.0, 2.0, 40.0, 1e4])
    assert neuron.sigmoid(z) == pytest.approx(expit(z), abs=1e-15)
