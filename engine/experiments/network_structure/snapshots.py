"""What the playground shows of a network: snapshots, every unit's answer over the plane, and weights edited by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data import Floats
from engine.deep_learning.network import ACTIVATIONS, LOSSES, Array, Network
from engine.deep_learning.planes import REACH, Points
from engine.kept_models import fitted

Weights = Mapping[str, NDArray[np.float32]]
Edit = tuple[int, int, int, int, float, bool]  # epoch, layer, to, from, value, frozen
FEATURES = {
    "x": lambda x, y: x,
    "y": lambda x, y: y,
    "x²": lambda x, y: x * x,
    "y²": lambda x, y: y * y,
    "xy": lambda x, y: x * y,
    "sin 2x": lambda x, y: np.sin(2 * x),
    "sin 2y": lambda x, y: np.sin(2 * y),
}
BLOCK = 2_500  # points at a time: their values stay in the processor's cache


@dataclass(frozen=True, eq=False)
class Training:
    """The network after `step` epochs.

    Attributes:
        step: epochs trained; 0 is the untrained network.
        measures: "training loss", "test loss" (without the penalty), and for classes "training accuracy" and
            "test accuracy", in [0, 1].
        weights: "W1" of shape (units, inputs), "b1" of shape (units,), "W2" ...; the last layer has one unit, the
            output. Read-only.
    """

    step: int
    measures: Mapping[str, float]
    weights: Weights


# --- inputs and weights ----------------------------------------------------------------------------------------


def inputs_of(plane: Floats, features: Sequence[str]) -> Array:
    """Return the network's inputs at points of shape (m, 2): the features and a row of ones, (features + 1, m)."""
    x, y = plane.T
    return np.array([*(FEATURES[name](x, y) for name in features), np.ones_like(x)], dtype=np.float32)


def weights_of(network: Network) -> dict[str, NDArray[np.float32]]:
    """Return a copy of a network's parameters by name, read-only."""
    named = {}
    for number, matrix in enumerate(network.layers, start=1):
        copy = matrix.copy()
        copy.setflags(write=False)
        named[f"W{number}"], named[f"b{number}"] = copy[:, :-1], copy[:, -1]
    return named


def network_with(weights: Mapping[str, NDArray[Any]], sizes: tuple[int, ...], activation: str) -> Network:
    """Build a network of these sizes that holds kept weights.

    Raises:
        DataRefused: if the arrays are not those of such a network, or not finite.
    """
    network = Network(sizes, activation)
    found = fitted(weights, weights_of(network))
    for number, matrix in enumerate(network.layers, start=1):
        matrix[:, :-1], matrix[:, -1] = found[f"W{number}"], found[f"b{number}"]
    return network


# --- what the network answers over the plane -------------------------------------------------------------------


@lru_cache(maxsize=32)
def grid(features: tuple[str, ...], side: int) -> Array:
    """Return the inputs at the middles of side × side cells of the plane, (features + 1, side²), row after row."""
    middles = (np.arange(side) + 0.5) * (2 * REACH / side) - REACH
    x, y = np.meshgrid(middles, middles)
    inputs = inputs_of(np.column_stack([x.ravel(), y.ravel()]), features)
    inputs.setflags(write=False)
    return inputs


@np.errstate(over="ignore", invalid="ignore")
def answers(network: Network, features: tuple[str, ...], side: int) -> Array:
    """Return the output over the plane, shape (side, side), row 0 where y is lowest."""
    inputs = grid(features, side)
    parts = [network.forward(inputs[:, start : start + BLOCK])[-1][0].copy() for start in range(0, side**2, BLOCK)]
    return np.concatenate(parts).reshape(side, side)


@np.errstate(over="ignore", invalid="ignore")
def all_answers(network: Network, features: tuple[str, ...], side: int, loss: str) -> list[Array]:
    """Return every unit's value over the plane in [-1, 1]: for each layer, inputs first, an array (units, side, side).

    Values of tanh are as they are, those of a sigmoid 2a - 1; all others are divided by their largest size.
    """
    values = network.forward(grid(features, side))
    fields = []
    for number, units in enumerate(network.sizes):
        field = values[number][:units].reshape(units, side, side).copy()
        if number == len(network.sizes) - 1:
            field = shown(field, loss)
        elif number and network.activation is ACTIVATIONS["sigmoid"]:
            field = 2 * field - 1
        elif not number or network.activation is not ACTIVATIONS["tanh"]:
            size = np.abs(field).max(axis=(1, 2), keepdims=True)
            field = np.divide(field, size, out=np.zeros_like(field), where=size > 0)
        fields.append(field)
    return fields


def shown(output: Array, loss: str) -> Array:
    """Bring outputs into [-1, 1]: 2 · probability - 1 for a logit, else clipped."""
    return np.tanh(0.5 * output) if loss == "logistic" else np.clip(output, -1, 1)


@np.errstate(all="ignore")
def measure(network: Network, points: Points, inputs: Array, loss: str) -> dict[str, float]:
    """Measure loss and, for classes, accuracy on training and test points; inputs as `inputs_of(points.plane)`."""
    found = {}
    for name, chosen in (("training", points.training), ("test", ~points.training)):
        output = network.forward(inputs[:, chosen])[-1][0].astype(np.float64)
        found[f"{name} loss"] = LOSSES[loss].value(output, points.target[chosen])
        if points.classes:
            found[f"{name} accuracy"] = float(np.mean((output > 0) == (points.target[chosen] > 0)))
    return found


# --- edits -----------------------------------------------------------------------------------------------------


def read_edits(rows: Sequence[Sequence[float]], sizes: tuple[int, ...]) -> list[Edit]:
    """Read rows (epoch, layer, to, from, value, frozen), in the order of epochs; what names no weight is left out.

    Layers and units count from 1; from = 0 is the bias.
    """
    found = []
    for epoch, layer, to, source, value, frozen in rows:
        edit = (round(epoch), round(layer), round(to), round(source), float(value), frozen >= 0.5)
        inside = 1 <= edit[1] < len(sizes) and 1 <= edit[2] <= sizes[edit[1]] and 0 <= edit[3] <= sizes[edit[1] - 1]
        if inside and edit[0] >= 0:
            found.append(edit)
    return sorted(found, key=lambda edit: edit[0])


def place_of(edit: Edit, sizes: tuple[int, ...]) -> int:
    """Return where an edit's weight stands in `Network.flat`."""
    _, layer, to, source, *_ = edit
    before = sum(sizes[i + 1] * (sizes[i] + 1) for i in range(layer - 1))
    inputs = sizes[layer - 1]
    return before + (to - 1) * (inputs + 1) + (inputs if source == 0 else source - 1)


def apply_edits(network: Network, edits: Sequence[Edit]) -> None:
    """Write the edited values into the network, later ones over earlier ones."""
    for edit in edits:
        network.flat[place_of(edit, network.sizes)] = edit[4]


def frozen_at(edits: Sequence[Edit], step: int) -> dict[tuple[int, int, int], Edit]:
    """Return the edits that hold a weight frozen after `step` epochs, by (layer, to, from): the last row decides."""
    last = {edit[1:4]: edit for edit in edits if edit[0] <= step}
    return {weight: edit for weight, edit in last.items() if edit[5]}
