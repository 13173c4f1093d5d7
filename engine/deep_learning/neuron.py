"""One sigmoid neuron: forward pass, local derivatives, and their product, for one example or a batch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.data import Floats


def sigmoid(z: ArrayLike) -> Floats:
    """Return 1/(1 + exp(-z)) for any shape; tanh keeps exp from overflowing."""
    out: Floats = 0.5 * (1.0 + np.tanh(0.5 * np.asarray(z, dtype=float)))
    return out


@dataclass(frozen=True)
class OneExample:
    """A neuron's numbers for one example, with the half squared error as loss.

    Attributes:
        z, prediction, loss: the forward pass.
        by_prediction, prediction_by_z, z_by_w: the three local derivatives of the chain.
        by_w, by_b: the derivatives of the loss.
    """

    z: float
    prediction: float
    loss: float
    by_prediction: float
    prediction_by_z: float
    z_by_w: float
    by_w: float
    by_b: float


def one_example(x: float, y: float, w: float, b: float) -> OneExample:
    """Run one example forward and backward through a sigmoid neuron with loss ½(ŷ - y)²."""
    z = w * x + b
    prediction = float(sigmoid(z))
    by_prediction = prediction - y
    prediction_by_z = prediction * (1 - prediction)
    by_z = by_prediction * prediction_by_z
    return OneExample(
        z, prediction, 0.5 * (prediction - y) ** 2, by_prediction, prediction_by_z, x, by_z * x, by_z * 1.0
    )


@dataclass(frozen=True)
class Batch:
    """A neuron's numbers for m examples, with the mean squared error as loss.

    Attributes:
        predictions: shape (m,); loss: their mean squared error.
        errors, slopes, inputs: shape (m,), the factors -2(y - ŷ), σ'(z) and x of every example.
        products: shape (m,), each example's own derivative of its own squared error by w.
        gradient: the derivative of the loss by w: the mean of the products.
        product_of_means: what the primer's formula gives: the three factors averaged first, then multiplied.
    """

    predictions: Floats
    loss: float
    errors: Floats
    slopes: Floats
    inputs: Floats
    products: Floats
    gradient: float
    product_of_means: float


def batch(x: Floats, y: Floats, w: float, b: float) -> Batch:
    """Run a batch, x and y of shape (m,), forward and backward through a sigmoid neuron."""
    predictions = sigmoid(w * x + b)  # (m,)
    errors = -2 * (y - predictions)  # (m,)
    slopes = predictions * (1 - predictions)  # (m,)
    products = errors * slopes * x  # (m,)
    return Batch(
        predictions,
        float(((y - predictions) ** 2).mean()),
        errors,
        slopes,
        x,
        products,
        float(products.mean()),
        float(errors.mean() * slopes.mean() * x.mean()),
    )
