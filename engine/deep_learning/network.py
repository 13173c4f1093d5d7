"""A dense network in numpy: forward pass, gradient and the usual optimisers, on one flat vector of parameters.

The n points of a batch lie across: a layer's values have shape (units, n). A layer's weights W, shape (units, inputs),
and its biases b, shape (units,), stand side by side in one matrix of shape (units, inputs + 1), and a row of ones under
the inputs makes W a + b a single product. All these matrices are windows on `flat`, so an optimiser moves every
parameter at once. A network this small spends its time on calls, not on arithmetic, so there are few of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]  # float32, or float64 where a test wants more digits


# --- activations and losses ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Activation:
    """A function φ, applied in place, and its slope φ'(z) as a function of the value a = φ(z).

    `gain` is the variance of a fresh weight times the number of inputs: 2 (He) where half of the signal is cut off.
    """

    apply: Callable[[Array], Any]
    slope: Callable[[Array], Any]
    gain: float = 1.0


def sigmoid(z: Array) -> Array:
    """Replace z by 1 / (1 + e^-z) and return it; written with tanh no exponential overflows."""
    z *= 0.5
    np.tanh(z, out=z)
    z += 1
    z *= 0.5
    return z


ACTIVATIONS = {
    "tanh": Activation(lambda z: np.tanh(z, out=z), lambda a: 1 - a * a),
    "sigmoid": Activation(sigmoid, lambda a: a * (1 - a)),
    "ReLU": Activation(lambda z: np.maximum(z, 0, out=z), lambda a: a > 0, gain=2.0),
    "leaky ReLU": Activation(lambda z: np.maximum(z, 0.01 * z, out=z), lambda a: np.where(a > 0, 1, 0.01), gain=2.0),
    "linear": Activation(lambda z: z, lambda a: 1),
}


@dataclass(frozen=True)
class Loss:
    """The mean loss of outputs z, shape (1, n), for targets t, and its slope by z, shape (1, n)."""

    value: Callable[[Array, Array], float]
    slope: Callable[[Array, Array], Array]


LOSSES = {
    # -log of the probability 1 / (1 + e^-tz) of the right class; targets are -1 and 1, and z is the logit
    "logistic": Loss(
        lambda z, t: float(np.logaddexp(0, -t * z).mean()),
        lambda z, t: (np.tanh(0.5 * z) - t) * (0.5 / t.size),
    ),
    "squared": Loss(
        lambda z, t: float(0.5 * np.square(z - t).mean()),
        lambda z, t: (z - t) * (1 / t.size),
    ),
}


# --- the network -----------------------------------------------------------------------------------------------


class Network:
    """A chain of dense layers. The last one has no activation: it puts out a logit or a number.

    Attributes:
        sizes: units of each layer, inputs first.
        flat, slopes: shape (P,), all parameters, and the gradient of the loss by them.
        layers: each layer's matrix [W b], shape (units, inputs + 1), a window on `flat`.
        is_weight: shape (P,), 1 for weights and 0 for biases, which no penalty touches.
    """

    def __init__(self, sizes: Sequence[int], activation: str = "tanh", dtype: Any = np.float32) -> None:
        self.sizes, self.activation = tuple(sizes), ACTIVATIONS[activation]
        shapes = [(units, inputs + 1) for inputs, units in pairwise(sizes)]
        self.flat: Array = np.zeros(sum(units * width for units, width in shapes), dtype)
        self.slopes, self.is_weight = np.zeros_like(self.flat), np.ones_like(self.flat)
        self.layers, self._slopes = windows(self.flat, shapes), windows(self.slopes, shapes)
        for matrix in windows(self.is_weight, shapes):
            matrix[:, -1] = 0
        self._rooms: dict[int, list[Array]] = {}

    def draw(self, rng: np.random.Generator) -> None:
        """Draw the weights, normal with variance gain / inputs (Xavier, He), and set the biases to zero."""
        for matrix in self.layers:
            spread = (self.activation.gain / (matrix.shape[1] - 1)) ** 0.5
            matrix[:] = rng.normal(0, spread, matrix.shape)
            matrix[:, -1] = 0

    def forward(self, X: Array, masks: Sequence[Array] = ()) -> list[Array]:
        """Send n points through the network.

        Args:
            X: shape (inputs + 1, n), the last row ones.
            masks: what dropout multiplies the values of each hidden layer by as they are sent on, (units + 1, n) each.

        Returns:
            The values of every layer, (units + 1, n), the last row ones, and the output, (1, n), which has no such row.
            The next call with as many points uses the same memory again.
        """
        values = [X, *self._room(X.shape[1])]
        last = len(self.layers)
        for number, matrix in enumerate(self.layers, start=1):
            z = values[number] if number == last else values[number][:-1]
            matrix.dot(_sent(values, masks, number - 1), out=z)  # (units, inputs + 1) @ (inputs + 1, n)
            if number < last:
                self.activation.apply(z)
        return values

    def backward(self, X: Array, target: Array, loss: Loss, masks: Sequence[Array] = ()) -> None:
        """Set `slopes` to the gradient of the mean loss on n points: X and masks as for `forward`, targets (1, n)."""
        values = self.forward(X, masks)
        d = loss.slope(values[-1], target)  # the loss by this layer's sums z, (units, n)
        for number in reversed(range(len(self.layers))):
            d.dot(_sent(values, masks, number).T, out=self._slopes[number])  # (units, n) @ (n, inputs + 1)
            if number == 0:
                return
            d = self.layers[number][:, :-1].T.dot(d)  # (inputs, units) @ (units, n)
            d *= self.activation.slope(values[number][:-1])
            if masks:
                d *= masks[number - 1][:-1]

    def _room(self, n: int) -> list[Array]:
        if n not in self._rooms:
            tops = [*(units + 1 for units in self.sizes[1:-1]), self.sizes[-1]]
            self._rooms[n] = [np.ones((top, n), self.flat.dtype) for top in tops]
        return self._rooms[n]


def _sent(values: list[Array], masks: Sequence[Array], number: int) -> Array:
    return values[number] * masks[number - 1] if masks and number else values[number]


def windows(flat: Array, shapes: Sequence[tuple[int, int]]) -> list[Array]:
    """Cut a flat vector into matrices of these shapes that share its memory."""
    ends = np.cumsum([rows * columns for rows, columns in shapes])
    return [part.reshape(shape) for part, shape in zip(np.split(flat, ends[:-1]), shapes, strict=True)]


# --- optimisers ------------------------------------------------------------------------------------------------


class SGD:
    """Go against the slopes."""

    def __init__(self, like: Array) -> None:
        pass

    def step(self, flat: Array, slopes: Array, rate: float) -> None:
        flat -= rate * slopes


class Momentum:
    """Go along a running sum of the slopes, of which a tenth is lost at each step."""

    def __init__(self, like: Array) -> None:
        self.velocity = np.zeros_like(like)

    def step(self, flat: Array, slopes: Array, rate: float) -> None:
        self.velocity *= 0.9
        self.velocity += slopes
        flat -= rate * self.velocity


class RMSprop:
    """Divide each slope by its own recent size, a running mean of squares."""

    def __init__(self, like: Array) -> None:
        self.square = np.zeros_like(like)

    def step(self, flat: Array, slopes: Array, rate: float) -> None:
        self.square += 0.01 * (slopes * slopes - self.square)
        flat -= rate * slopes / (np.sqrt(self.square) + 1e-8)


class Adam:
    """Divide the running mean of the slopes by their recent size; both means start at 0, which is corrected for."""

    def __init__(self, like: Array) -> None:
        self.mean, self.square, self.steps = np.zeros_like(like), np.zeros_like(like), 0

    def step(self, flat: Array, slopes: Array, rate: float) -> None:
        self.steps += 1
        self.mean += 0.1 * (slopes - self.mean)
        self.square += 0.001 * (slopes * slopes - self.square)
        size = np.sqrt(self.square * (1 / (1 - 0.999**self.steps))) + 1e-8
        flat -= rate / (1 - 0.9**self.steps) * self.mean / size


Optimiser = SGD | Momentum | RMSprop | Adam
OPTIMISERS: dict[str, type[Optimiser]] = {"SGD": SGD, "momentum": Momentum, "RMSprop": RMSprop, "Adam": Adam}
PENALTIES: dict[str, Callable[[Array], Array]] = {"L1": np.sign, "L2": lambda flat: flat}  # slopes of |w| and w²/2


@np.errstate(all="ignore")  # what overflows ends as divergence, which the caller looks for
def train_epoch(
    network: Network,
    X: Array,
    target: Array,
    loss: Loss,
    optimiser: Optimiser,
    rng: np.random.Generator,
    *,
    rate: float,
    batch: int,
    penalty: str = "none",
    strength: float = 0.0,
    dropout: float = 0.0,
    frozen: tuple[NDArray[np.intp], Array] | None = None,
) -> None:
    """Go once through the training points in a fresh order, one step of the optimiser for each batch.

    Args:
        X: shape (inputs + 1, m), the last row ones; target: shape (1, m).
        batch: points in a batch; the last one holds what is left.
        penalty, strength: "L1" adds λ Σ|w| to the loss, "L2" adds λ/2 Σw², over the weights without the biases.
        dropout: share of the hidden values set to zero in each batch; the others are divided by 1 - dropout.
        frozen: places in `network.flat` and the values they keep.
    """
    order = rng.permutation(X.shape[1])
    X, target = X.take(order, axis=1), target.take(order, axis=1)
    for start in range(0, len(order), batch):
        part = slice(start, start + batch)
        masks = masks_of(network, min(batch, len(order) - start), dropout, rng) if dropout else ()
        network.backward(X[:, part], target[:, part], loss, masks)
        if penalty in PENALTIES:
            network.slopes += strength * PENALTIES[penalty](network.flat) * network.is_weight
        optimiser.step(network.flat, network.slopes, rate)
        if frozen is not None:
            network.flat[frozen[0]] = frozen[1]


def masks_of(network: Network, n: int, dropout: float, rng: np.random.Generator) -> list[Array]:
    """Draw what dropout multiplies hidden values of n points by: 0 or 1 / (1 - dropout), and 1 for the row of ones."""
    masks = []
    for units in network.sizes[1:-1]:
        mask = (rng.random((units + 1, n), np.float32) >= dropout) * network.flat.dtype.type(1 / (1 - dropout))
        mask[-1] = 1
        masks.append(mask)
    return masks
