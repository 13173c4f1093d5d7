"""The experiment playground: a data set in the plane, a network, and how it is trained, an epoch a step."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from engine.data import Table
from engine.datasets import features
from engine.deep_learning import network, planes
from engine.deep_learning.network import LOSSES, OPTIMISERS, Network, train_epoch
from engine.deep_learning.planes import MADE, Points
from engine.ends import Diverged, Done, End
from engine.errors import DataRefused
from engine.experiment import Experiment, Sabotage, Verdict
from engine.experiments.network_structure import snapshots
from engine.experiments.network_structure.snapshots import Training
from engine.settings import Choice, ColumnSettings, Flag, Name, Number, OwnTable, Rows, When, Whole

OWN, REAL = "own table", ("iris", "breast cancer")
ACTIVATIONS = ("tanh", "sigmoid", "ReLU", "leaky ReLU", "linear")
MOST_LAYERS, MOST_UNITS = 6, 16
MOST_EDITS = 60
Weights = tuple[tuple[float, ...], ...]


def layers_from(at_least: int) -> When:
    """Say that a field matters from this many hidden layers on."""
    return (("layers", tuple(range(at_least, MOST_LAYERS + 1))),)


@dataclass(frozen=True)
class PlaygroundSettings(ColumnSettings):
    """A data set in the plane, a network, and how it is trained."""

    data: Annotated[str, Choice((*MADE, *REAL, OWN), says="Data")] = "spiral"
    table: Annotated[Table | None, OwnTable(says="Your table", when=(("data", (OWN,)),))] = None
    across: Annotated[str, Name(says="Column across", when=(("data", (*REAL, OWN)),))] = ""
    up: Annotated[str, Name(says="Column up", when=(("data", (*REAL, OWN)),))] = ""
    target: Annotated[str, Name(says="Column to predict", when=(("data", (OWN,)),))] = ""
    species: Annotated[
        str,
        Choice(
            ("versicolor", "setosa", "virginica"), says="Tell this one from the others", when=(("data", ("iris",)),)
        ),
    ] = "versicolor"
    noise: Annotated[float, Number(0, 1, step=0.02, says="Noise", when=(("data", MADE),))] = 0.04
    size: Annotated[int, Whole(20, 1_000, step=20, says="Points", when=(("data", MADE),))] = 600
    share: Annotated[float, Number(0.1, 0.9, step=0.05, says="Share to train on")] = 0.5
    input_x: Annotated[bool, Flag(says="Input x")] = True
    input_y: Annotated[bool, Flag(says="Input y")] = True
    input_xx: Annotated[bool, Flag(says="Input x²")] = False
    input_yy: Annotated[bool, Flag(says="Input y²")] = False
    input_xy: Annotated[bool, Flag(says="Input xy")] = False
    input_sin_x: Annotated[bool, Flag(says="Input sin 2x")] = False
    input_sin_y: Annotated[bool, Flag(says="Input sin 2y")] = False
    layers: Annotated[int, Whole(0, MOST_LAYERS, says="Hidden layers")] = 2
    units1: Annotated[int, Whole(1, MOST_UNITS, says="Units in layer 1", when=layers_from(1))] = 12
    units2: Annotated[int, Whole(1, MOST_UNITS, says="Units in layer 2", when=layers_from(2))] = 12
    units3: Annotated[int, Whole(1, MOST_UNITS, says="Units in layer 3", when=layers_from(3))] = 8
    units4: Annotated[int, Whole(1, MOST_UNITS, says="Units in layer 4", when=layers_from(4))] = 8
    units5: Annotated[int, Whole(1, MOST_UNITS, says="Units in layer 5", when=layers_from(5))] = 8
    units6: Annotated[int, Whole(1, MOST_UNITS, says="Units in layer 6", when=layers_from(6))] = 8
    activation: Annotated[str, Choice(ACTIVATIONS, says="Activation", when=layers_from(1))] = "tanh"
    start: Annotated[str, Choice(("random", "all equal"), says="Weights start")] = "random"
    loss: Annotated[str, Choice(("logistic", "squared"), says="Loss for classes")] = "logistic"
    optimiser: Annotated[str, Choice(tuple(OPTIMISERS), says="Optimiser")] = "Adam"
    rate: Annotated[float, Number(1e-5, 10, log=True, says="Learning rate")] = 0.02
    batch: Annotated[int, Whole(1, 100, says="Batch size")] = 25
    penalty: Annotated[str, Choice(("none", "L1", "L2"), says="Penalty on the weights")] = "none"
    strength: Annotated[
        float, Number(1e-5, 1, log=True, says="λ, strength of the penalty", when=(("penalty", ("L1", "L2")),))
    ] = 0.001
    dropout: Annotated[float, Number(0, 0.8, step=0.05, says="Dropout, share of units")] = 0.0
    epochs: Annotated[int, Whole(10, 5_000, step=10, says="Stop after epochs")] = 1_000
    edits: Annotated[
        Weights,
        Rows(6, -100, 5_000, most=MOST_EDITS, says="Edited weights: epoch, layer, to, from (0: bias), value, frozen"),
    ] = ()
    seed: Annotated[int, Whole(0, 9_999, says="Seed")] = 1

    @classmethod
    def bundled(cls, values: Mapping[str, Any]) -> Table | None:
        return features(values["data"]) if values["data"] in REAL else None

    @classmethod
    def usual_columns(cls, names: tuple[str, ...], values: Mapping[str, Any]) -> tuple[str, ...]:
        if values["data"] == "iris":
            return names[2], names[3], ""
        if values["data"] == "breast cancer":
            return "worst texture", "worst concave points", ""
        return names[0], names[min(1, len(names) - 1)], names[-1]

    def conflicts(self) -> Iterator[str]:
        if not feature_names(self):
            yield "Switch at least one input on: without any the network answers the same everywhere."


@lru_cache(maxsize=16)
def points_for(
    data: str,
    columns: tuple[str, ...],
    species: str,
    table: Table | None,
    noise: float,
    size: int,
    share: float,
    seed: int,
) -> Points:
    """Return the points that these settings name; the page asks for them ten times a second."""
    rng = np.random.default_rng((seed, 0))
    if data in MADE:
        return planes.made(data, rng, size, noise, share)
    across, up, target = columns
    if data == "iris":
        return planes.iris(rng, (across, up), species, share)
    if data == "breast cancer":
        return planes.breast_cancer(rng, (across, up), share)
    assert table is not None
    if len(table.names) < 3:
        raise DataRefused(
            f"The table has {len(table.names)} columns of numbers; two inputs and one to predict make three."
        )
    return planes.own(rng, table, (across, up), target, share)


def points_of(settings: PlaygroundSettings) -> Points:
    """Return the points that the settings name, training and test points together."""
    return points_for(
        settings.data,
        settings.chosen_columns(),
        settings.species,
        settings.table if settings.data == OWN else None,
        settings.noise,
        settings.size,
        settings.share,
        settings.seed,
    )


def feature_names(settings: PlaygroundSettings) -> tuple[str, ...]:
    """Return the names of the network's inputs: "x", "y", "x²", ..."""
    on = (
        settings.input_x,
        settings.input_y,
        settings.input_xx,
        settings.input_yy,
        settings.input_xy,
        settings.input_sin_x,
        settings.input_sin_y,
    )
    return tuple(name for name, used in zip(snapshots.FEATURES, on, strict=True) if used)


def sizes_of(settings: PlaygroundSettings) -> tuple[int, ...]:
    """Return the number of units of each layer, inputs first and the one output last."""
    units = (settings.units1, settings.units2, settings.units3, settings.units4, settings.units5, settings.units6)
    return (len(feature_names(settings)), *units[: settings.layers], 1)


def loss_of(settings: PlaygroundSettings) -> str:
    """Return the loss that is used: numbers have the squared one only."""
    return settings.loss if points_of(settings).classes else "squared"


def edits_of(settings: PlaygroundSettings) -> list[snapshots.Edit]:
    """Return the edits that name a weight of this network, in the order of their epochs."""
    return snapshots.read_edits(settings.edits, sizes_of(settings))


def frozen_of(settings: PlaygroundSettings, step: int) -> frozenset[tuple[int, int, int]]:
    """Return the weights (layer, to, from) that are frozen after `step` epochs, from 1 on; from = 0 is the bias."""
    return frozenset(snapshots.frozen_at(edits_of(settings), step))


def network_of(settings: PlaygroundSettings, weights: Mapping[str, NDArray[Any]]) -> Network:
    """Return the network of these settings with these weights."""
    return snapshots.network_with(weights, sizes_of(settings), settings.activation)


def edited(settings: PlaygroundSettings, snapshot: Training) -> Training:
    """Return the snapshot with the edits of its own epoch in its weights, so that a paused page shows them at once."""
    edits = [edit for edit in edits_of(settings) if edit[0] == snapshot.step]
    if not edits:
        return snapshot
    net = network_of(settings, snapshot.weights)
    snapshots.apply_edits(net, edits)
    return replace(snapshot, weights=snapshots.weights_of(net))


def field(settings: PlaygroundSettings, snapshot: Training, side: int = 100) -> NDArray[np.float32]:
    """Return the network's answer over the plane, shape (side, side), row 0 where y is lowest, column 0 where x is.

    Values lie in [-1, 1]: for classes with the logistic loss 2 · probability - 1, else the output, clipped.
    """
    net = network_of(settings, snapshot.weights)
    return snapshots.shown(snapshots.answers(net, feature_names(settings), side), loss_of(settings))


def unit_fields(settings: PlaygroundSettings, snapshot: Training, side: int = 24) -> list[NDArray[np.float32]]:
    """Return every unit's answer over the plane, in [-1, 1]: a list over layers of arrays (units, side, side).

    The first layer is the input features, the last the output. The rows lie as in `field`.
    """
    net = network_of(settings, snapshot.weights)
    return snapshots.all_answers(net, feature_names(settings), side, loss_of(settings))


def run_playground(settings: PlaygroundSettings) -> Generator[Training, Mapping[str, Any] | None, End]:
    """Draw the weights and train, an epoch a step; `send` takes changes of the settings that may change in flight."""
    net = Network(sizes_of(settings), settings.activation)
    if settings.start == "random":
        net.draw(np.random.default_rng((settings.seed, 1)))
    else:
        net.flat[:] = 0.1 * net.is_weight
    return train(settings, net, 0)


def reopen_playground(
    settings: PlaygroundSettings, arrays: Mapping[str, NDArray[Any]], step: int
) -> Generator[Training, Mapping[str, Any] | None, End]:
    """Train on from kept weights; the optimiser begins afresh."""
    return train(settings, network_of(settings, arrays), step)


def train(settings: PlaygroundSettings, net: Network, step: int) -> Generator[Training, Mapping[str, Any] | None, End]:
    """Yield a snapshot before the first and after every epoch. An edit is made at the end of its epoch."""
    points, loss = points_of(settings), loss_of(settings)
    inputs = snapshots.inputs_of(points.plane, feature_names(settings))  # (features + 1, m)
    X = inputs[:, points.training]
    target = points.target[np.newaxis, points.training].astype(np.float32)
    optimiser, rng = OPTIMISERS[settings.optimiser](net.flat), np.random.default_rng((settings.seed, 2, step))
    edits, last = edits_of(settings), 0.0
    snapshots.apply_edits(net, [edit for edit in edits if edit[0] == step])
    while True:
        measures = snapshots.measure(net, points, inputs, loss)
        if not (np.isfinite(measures["training loss"]) and np.isfinite(net.flat).all()):
            return Diverged(step, "training loss", last)
        last = measures["training loss"]
        finite = {name: value for name, value in measures.items() if np.isfinite(value)}
        changes = yield Training(step, finite, snapshots.weights_of(net))
        if changes:
            settings, before = replace(settings, **changes), edits
            edits = edits_of(settings)
            snapshots.apply_edits(net, [edit for edit in edits if edit[0] <= step and edit not in before])
        if step >= settings.epochs:
            return Done()
        frozen = snapshots.frozen_at(edits, step).values()
        kept = np.array([snapshots.place_of(edit, net.sizes) for edit in frozen], dtype=np.intp)
        train_epoch(
            net,
            X,
            target,
            LOSSES[loss],
            optimiser,
            rng,
            rate=settings.rate,
            batch=settings.batch,
            penalty=settings.penalty,
            strength=settings.strength,
            dropout=settings.dropout,
            frozen=(kept, net.flat[kept]) if len(kept) else None,
        )
        step += 1
        snapshots.apply_edits(net, [edit for edit in edits if edit[0] == step])


@lru_cache(maxsize=16)
def stable_rate(settings: PlaygroundSettings) -> float | None:
    """Find the largest smaller learning rate among 1, 2, 5, 10 ... with which the loss falls; None where none does.

    Each is tried for 20 epochs at most, and for about 1,000 batches.
    """
    batches = -(-int(points_of(settings).training.sum()) // settings.batch)
    epochs = min(20, max(1, 1_000 // batches))
    rates = [factor * 10.0**decade for decade in range(1, -6, -1) for factor in (5, 2, 1)]
    for rate in (float(f"{rate:.0e}") for rate in rates):
        if 1e-5 <= rate < settings.rate:
            run = run_playground(replace(settings, rate=rate))
            steps = [snapshot.measures["training loss"] for snapshot, _ in zip(run, range(epochs + 1), strict=False)]
            if len(steps) == epochs + 1 and steps[-1] <= steps[0]:
                return rate
    return None


def claim_playground(seed: int, activation: str = "tanh") -> Verdict:
    """Train 16-16 units on the spiral for 150 epochs, and no hidden layer at all, and test both on fresh points."""
    settings = PlaygroundSettings(
        size=800,
        noise=0.08,
        units1=16,
        units2=16,
        activation=activation,
        optimiser="Adam",
        rate=0.02,
        batch=50,
        epochs=150,
        seed=seed % 10_000,
    )
    net, line = (
        list(run_playground(one))[-1].measures["test accuracy"] for one in (settings, replace(settings, layers=0))
    )
    return Verdict(
        net >= 0.93 and line <= 0.75,
        {"test accuracy of the network": net, "test accuracy of the best line": line},
        f"The network gets {net:.1%} of 400 fresh points right, a line {line:.1%}.",
    )


EXPERIMENT = Experiment(
    "playground",
    PlaygroundSettings,
    run_playground,
    claim_playground,
    Sabotage("the activation taken away", lambda seed: claim_playground(seed, activation="linear")),
    shows=(network.Network, network.train_epoch, network.Adam),
    live=("rate", "batch", "penalty", "strength", "dropout", "epochs", "edits"),
    reopen=reopen_playground,
)
