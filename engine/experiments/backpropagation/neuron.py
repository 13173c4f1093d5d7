"""The experiment neuron: one neuron, every number."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated

import numpy as np

from engine.data import Floats
from engine.deep_learning import neuron
from engine.experiment import Experiment, Sabotage, Verdict
from engine.settings import Number, Settings

NOTES = (2.0, 1.0, 0.5, 0.1)  # x, y, w, b of the companion notes
PRINTED = 0.40625  # the new weight that they print


@dataclass(frozen=True)
class NeuronSettings(Settings):
    """One example, one sigmoid neuron, one step of gradient descent."""

    x: Annotated[float, Number(-5, 5, step=0.1, says="Input, x")] = 2.0
    y: Annotated[float, Number(0, 1, step=0.05, says="Target, y")] = 1.0
    w: Annotated[float, Number(-5, 5, step=0.05, says="Weight, w")] = 0.5
    b: Annotated[float, Number(-5, 5, step=0.05, says="Bias, b")] = 0.1
    rate: Annotated[float, Number(0.01, 100, log=True, says="Learning rate, η")] = 0.1


@dataclass(frozen=True)
class Weight:
    """A value of the weight: how it came about, the prediction and the loss there."""

    how: str
    w: float
    prediction: float
    loss: float


@dataclass(frozen=True)
class Curve:
    """The loss against the weight, and the tangent at the present weight: shapes (101,) each."""

    w: Floats
    loss: Floats
    tangent: Floats


@dataclass(frozen=True)
class NeuronOutcome:
    """Every number of one step.

    Attributes:
        now: forward pass and derivatives at the weight set.
        weights: where the weight stands, and where the right and the two wrong updates put it.
        near, whole: the loss around these weights, and for all weights from -10 to 10.
    """

    now: neuron.OneExample
    weights: tuple[Weight, ...]
    near: Curve
    whole: Curve


def run_neuron(settings: NeuronSettings) -> NeuronOutcome:
    """Run the neuron forward and backward, and update its weight rightly and as the notes do."""
    x, y, w, b = settings.x, settings.y, settings.w, settings.b
    now = neuron.one_example(x, y, w, b)
    turned, slipped = as_printed(x, y, w, b, settings.rate)
    found = {
        "now": w,
        "right update": w - settings.rate * now.by_w,
        "wrong sign": turned,
        "wrong sign, × 10": slipped,
    }
    weights = []
    for how, at in found.items():
        there = neuron.one_example(x, y, at, b)
        weights.append(Weight(how, at, there.prediction, there.loss))
    reach = 1.3 * max(0.05, *(abs(at - w) for at in found.values()))
    return NeuronOutcome(now, tuple(weights), curve(settings, now, w - reach, w + reach), curve(settings, now, -10, 10))


def as_printed(x: float, y: float, w: float, b: float, rate: float) -> tuple[float, float]:
    """Update as the companion notes do: prediction rounded to two digits, the error's sign turned; then times ten."""
    rounded = round(float(neuron.sigmoid(w * x + b)), 2)
    by_w = -(rounded - y) * rounded * (1 - rounded) * x
    return w - rate * by_w, w - 10 * rate * by_w


def curve(settings: NeuronSettings, now: neuron.OneExample, low: float, high: float) -> Curve:
    """Return the loss and its tangent on [low, high]."""
    w = np.linspace(low, high, 101)
    loss = 0.5 * (neuron.sigmoid(w * settings.x + settings.b) - settings.y) ** 2
    return Curve(w, loss, now.loss + now.by_w * (w - settings.w))


def claim_neuron(seed: int, sign: float = 1.0) -> Verdict:
    """Recompute the notes' neuron, compare losses, and hold the formula against differences at random neurons."""
    x, y, w, b = NOTES
    gradient = sign * neuron.one_example(x, y, w, b).by_w
    updated = w - 0.1 * gradient
    losses = [neuron.one_example(x, y, at, b).loss for at in (updated, w, as_printed(x, y, w, b, 0.1)[0], PRINTED)]
    rising = all(before < after for before, after in pairwise(losses))
    rng = np.random.default_rng(seed)
    off = max(abs(sign * exact - estimate) for exact, estimate in (slopes(*rng.normal(size=4)) for _ in range(20)))
    return Verdict(
        abs(gradient + 0.0936) < 5e-4 and abs(updated - 0.50936) < 5e-5 and rising and off < 1e-7,
        {
            "derivative": gradient,
            "new weight": updated,
            "loss there": losses[0],
            "loss at the printed one": losses[3],
            "largest difference from a central difference at 20 random neurons": off,
        },
        f"The derivative is {gradient:.4f} and the new weight {updated:.4f}. The loss goes from {losses[1]:.5f} to "
        f"{losses[0]:.5f} there, and to {losses[3]:.5f} at the printed 0.40625.",
    )


def slopes(x: float, y: float, w: float, b: float, h: float = 1e-5) -> tuple[float, float]:
    """Return the derivative of the loss by w from the chain rule, and from a central difference."""
    up, down = (neuron.one_example(x, y, at, b).loss for at in (w + h, w - h))
    return neuron.one_example(x, y, w, b).by_w, (up - down) / (2 * h)


EXPERIMENT = Experiment(
    "neuron",
    NeuronSettings,
    run_neuron,
    claim_neuron,
    Sabotage("the sign of the derivative turned, as printed", lambda seed: claim_neuron(seed, sign=-1.0)),
    shows=(neuron.one_example, as_printed),
)
