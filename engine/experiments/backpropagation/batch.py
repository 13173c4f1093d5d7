"""The experiment batch: average of products."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from engine.data import Floats
from engine.deep_learning import neuron
from engine.deep_learning.autograd import Value
from engine.experiment import Experiment, Sabotage, Verdict
from engine.experiments.backpropagation.shared import Points
from engine.settings import Number, Rows, Settings


@dataclass(frozen=True)
class BatchSettings(Settings):
    """A batch of examples and one sigmoid neuron."""

    points: Annotated[Points, Rows(2, -5, 5, most=8, says="Examples: x, y")] = ((1.5, 1.0), (-1.0, 0.0))
    w: Annotated[float, Number(-5, 5, step=0.05, says="Weight, w")] = 0.5
    b: Annotated[float, Number(-5, 5, step=0.05, says="Bias, b")] = 0.1

    def conflicts(self) -> Iterator[str]:
        if not self.points:
            yield "Give at least one example."


@dataclass(frozen=True)
class BatchOutcome:
    """Both averages, and the loss around the weight.

    Attributes:
        batch: every example's factors, their product, and both averages.
        by_difference: the slope of the loss from a central difference.
        w, loss: shape (101,), the mean squared error against the weight.
        tangent, wrong: shape (101,), lines through the present point with the slope of either average.
    """

    batch: neuron.Batch
    by_difference: float
    w: Floats
    loss: Floats
    tangent: Floats
    wrong: Floats


def run_batch(settings: BatchSettings) -> BatchOutcome:
    """Run the batch forward and backward, and average in both orders."""
    x, y = np.array(settings.points, dtype=float).T  # (m,), (m,)
    found = neuron.batch(x, y, settings.w, settings.b)
    w = np.linspace(settings.w - 4, settings.w + 4, 101)
    loss = np.array([neuron.batch(x, y, float(at), settings.b).loss for at in w])
    h = 1e-5
    up, down = (neuron.batch(x, y, settings.w + shift, settings.b).loss for shift in (h, -h))
    tangent, wrong = (found.loss + slope * (w - settings.w) for slope in (found.gradient, found.product_of_means))
    return BatchOutcome(found, (up - down) / (2 * h), w, loss, tangent, wrong)


def claim_batch(seed: int, equal: bool = False) -> Verdict:
    """Average two unlike examples in both orders and compare with our autograd on the mean loss.

    Args:
        seed: of the examples (one positive input with target 1, one negative with target 0), weight and bias.
        equal: use the first example twice (the sabotage).
    """
    rng = np.random.default_rng(seed)
    x, y = np.array([rng.uniform(1, 2), -rng.uniform(1, 2)]), np.array([1.0, 0.0])
    w, b = rng.normal(scale=0.5, size=2).tolist()
    if equal:
        x, y = x[[0, 0]], y[[0, 0]]
    found = neuron.batch(x, y, w, b)
    weight = Value(w)
    losses = [(1 / (1 + (-(weight * one + b)).exp()) - target) ** 2 for one, target in zip(x, y, strict=True)]
    mean = (losses[0] + losses[1]) / 2
    mean.backward()
    right = abs(found.gradient - weight.grad)
    wrong = abs(found.product_of_means - weight.grad) / abs(weight.grad)
    return Verdict(
        right < 1e-12 and wrong > 0.1,
        {"difference of the mean of products": right, "relative error of the product of means": wrong},
        f"The mean of the products differs from the derivative by {right:.0e}; the product of the means is "
        f"off by {wrong:.1%}.",
    )


EXPERIMENT = Experiment(
    "batch",
    BatchSettings,
    run_batch,
    claim_batch,
    Sabotage("two equal examples", lambda seed: claim_batch(seed, equal=True)),
    shows=(neuron.batch,),
)
