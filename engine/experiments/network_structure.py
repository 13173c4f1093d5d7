"""Experiments of the topic "Neurons, layers and matrix form" (sections 9 to 9.2 of the primer)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from engine.data import Floats, load
from engine.deep_learning import network, signals
from engine.deep_learning.planes import REACH, Points
from engine.deep_learning.playground import (
    ACTIVATIONS,
    MOST_EDITS,
    OWN,
    PlaygroundSettings,
    Weights,
    edited,
    edits_of,
    feature_names,
    field,
    frozen_of,
    loss_of,
    points_of,
    reopen_playground,
    run_playground,
    sizes_of,
    stable_rate,
    unit_fields,
)
from engine.deep_learning.snapshots import Training
from engine.experiment import Choice, Experiment, Flag, Number, Rows, Sabotage, Settings, Verdict, When, Whole

__all__ = [  # what the page takes from the playground
    "EXPERIMENTS", "MOST_EDITS", "OWN", "REACH", "FlowSettings", "FlowStep", "InitOutcome", "InitSettings", "PixelStep",
    "PlaygroundSettings", "Points", "Training", "edited", "edits_of", "feature_names", "field", "frozen_of", "loss_of",
    "points_of", "sizes_of", "stable_rate", "unit_fields", "worked",
]  # fmt: skip

# --- playground: train a network (engine/deep_learning/playground.py) ------------------------------------------


def claim_playground(seed: int, activation: str = "tanh") -> Verdict:
    """Train 16-16 units on the spiral for 150 epochs, and no hidden layer at all, and test both on fresh points."""
    settings = PlaygroundSettings(
        size=800, noise=0.08, units1=16, units2=16, activation=activation, optimiser="Adam", rate=0.02, batch=50,
        epochs=150, seed=seed % 10_000,
    )  # fmt: skip
    net, line = (
        list(run_playground(one))[-1].measures["test accuracy"] for one in (settings, replace(settings, layers=0))
    )
    return Verdict(
        net >= 0.93 and line <= 0.75,
        {"test accuracy of the network": net, "test accuracy of the best line": line},
        f"The network gets {net:.1%} of 400 fresh points right, a line {line:.1%}.",
    )


# --- flow: follow the numbers ----------------------------------------------------------------------------------

RANDOM, SIGMOIDS, PIXELS, TYPED = "drawn at random", "two sigmoids make a curve", "64 pixels of a digit", "typed"
MOST_INPUTS, MOST_HIDDEN, MOST_OUTPUTS = 5, 6, 4
TWO_SIGMOIDS = (((-1.75, -0.1), (0.172, 0.15)), ((0.25, 0.5, 0.2),))


def inputs_from(at_least: int) -> When:
    return (("inputs", tuple(range(at_least, MOST_INPUTS + 1))), ("weights", (RANDOM, TYPED)))


@dataclass(frozen=True)
class FlowSettings(Settings):
    """A network with one hidden layer, and the inputs that go through it."""

    weights: Annotated[str, Choice((RANDOM, SIGMOIDS, PIXELS, TYPED), says="Weights and biases")] = RANDOM
    inputs: Annotated[int, Whole(1, MOST_INPUTS, says="Inputs", when=(("weights", (RANDOM, TYPED)),))] = 3
    hidden: Annotated[int, Whole(1, MOST_HIDDEN, says="Hidden units", when=(("weights", (RANDOM, PIXELS, TYPED)),))] = 4
    outputs: Annotated[int, Whole(1, MOST_OUTPUTS, says="Outputs", when=(("weights", (RANDOM, TYPED)),))] = 2
    activation: Annotated[
        str, Choice(ACTIVATIONS, says="Activation of the hidden units", when=(("weights", (RANDOM, TYPED)),))
    ] = "tanh"
    digit: Annotated[int, Whole(0, 9, says="Digit", when=(("weights", (PIXELS,)),))] = 3
    shuffle: Annotated[bool, Flag(says="Shuffle the pixels", when=(("weights", (PIXELS,)),))] = False
    a1: Annotated[float, Number(-10, 10, step=0.1, says="Input a₁", when=(("weights", (RANDOM, SIGMOIDS, TYPED)),))] = (
        2.0
    )
    a2: Annotated[float, Number(-10, 10, step=0.1, says="Input a₂", when=inputs_from(2))] = -1.0
    a3: Annotated[float, Number(-10, 10, step=0.1, says="Input a₃", when=inputs_from(3))] = 0.5
    a4: Annotated[float, Number(-10, 10, step=0.1, says="Input a₄", when=inputs_from(4))] = 1.0
    a5: Annotated[float, Number(-10, 10, step=0.1, says="Input a₅", when=inputs_from(5))] = -2.0
    first: Annotated[
        Weights,
        Rows(None, -100, 100, most=MOST_HIDDEN, widest=MOST_INPUTS + 1,
             says="A row for each hidden unit: its weights, its bias", when=(("weights", (TYPED,)),)),
    ] = ()  # fmt: skip
    second: Annotated[
        Weights,
        Rows(None, -100, 100, most=MOST_OUTPUTS, widest=MOST_HIDDEN + 1,
             says="A row for each output: its weights, its bias", when=(("weights", (TYPED,)),)),
    ] = ()  # fmt: skip
    seed: Annotated[int, Whole(0, 9_999, says="Seed", when=(("weights", (RANDOM, PIXELS)),))] = 1


@dataclass(frozen=True)
class FlowStep:
    """The network after one more term.

    Attributes:
        layers: (W, b) of the hidden layer and the output, shapes (units, inputs) and (units,).
        values: of inputs, hidden units and outputs as far as they are known, NaN where not yet.
        sums: of hidden units and outputs before the activation, so far; NaN where not begun.
        term: what was done last; None at the start.
        products: W a + b of both layers by matrix products, shapes (units,).
        sweep, answers: 121 values of the first input while the others stay, and all layers' values, (units, 121).
        activation: of the hidden units.
    """

    layers: tuple[tuple[Floats, Floats], ...]
    values: tuple[Floats, ...]
    sums: tuple[Floats, ...]
    term: signals.Term | None
    products: tuple[Floats, ...]
    sweep: Floats
    answers: tuple[Floats, ...]
    activation: str


@dataclass(frozen=True)
class PixelStep:
    """An image on its way into the input layer, row by row.

    Attributes:
        rows: how many rows have been laid into the column.
        pixels: shape (8, 8), from 0 to 1.
        order: shape (64,), which pixel, counted row after row, stands at each place of the column.
        plain, moved, strange: shape (units,), W a + b of a dense layer for the column in reading order; for the column
            in this order with the columns of W in the same order; for this column with W as it was.
    """

    rows: int
    pixels: Floats
    order: NDArray[np.int64]
    plain: Floats
    moved: Floats
    strange: Floats


def fitted(rows: Weights, units: int, inputs: int) -> tuple[Floats, Floats]:
    """Return W, shape (units, inputs), and b, shape (units,), of typed rows; what is missing is 0, the rest is cut."""
    matrix = np.zeros((units, inputs + 1))
    for number, row in enumerate(rows[:units]):
        weights = row[:-1][:inputs]
        matrix[number, : len(weights)], matrix[number, -1] = weights, row[-1] if row else 0.0
    return matrix[:, :-1], matrix[:, -1]


def flow_network(settings: FlowSettings) -> tuple[Floats, list[tuple[Floats, Floats]], str]:
    """Return the inputs, shape (inputs,), both layers and the activation."""
    given = np.array([settings.a1, settings.a2, settings.a3, settings.a4, settings.a5])
    if settings.weights == SIGMOIDS:
        first, second = TWO_SIGMOIDS
        return given[:1], [fitted(first, 2, 1), fitted(second, 1, 2)], "sigmoid"
    sizes = (settings.inputs, settings.hidden, settings.outputs)
    x = given[: settings.inputs]
    if settings.weights == TYPED:
        return x, [fitted(settings.first, *sizes[1::-1]), fitted(settings.second, *sizes[:0:-1])], settings.activation
    rng = np.random.default_rng(settings.seed)
    layers = [(np.round(rng.normal(size=(units, n)), 1), np.round(rng.normal(size=units), 1))
              for n, units in pairwise(sizes)]  # fmt: skip
    return x, layers, settings.activation


def run_pixels(settings: FlowSettings) -> Iterator[PixelStep]:
    """Yield a digit before its first row and after every row that is laid into the column of inputs."""
    digits, rng = load("digits"), np.random.default_rng(settings.seed)
    alike = digits.values[digits.column("class") == settings.digit, :-1] / 16
    pixels = alike[settings.seed % len(alike)]  # (64,)
    W, b = rng.normal(size=(settings.hidden, 64)), rng.normal(size=settings.hidden)
    order = rng.permutation(64) if settings.shuffle else np.arange(64)
    products = (W @ pixels + b, W[:, order] @ pixels[order] + b, W @ pixels[order] + b)
    for rows in range(9):
        yield PixelStep(rows, pixels.reshape(8, 8), order, *products)


def run_flow(settings: FlowSettings) -> Iterator[FlowStep] | Iterator[PixelStep]:
    """Yield the network before the first and after every term, or an image as it becomes a column of inputs."""
    return run_pixels(settings) if settings.weights == PIXELS else run_terms(settings)


def run_terms(settings: FlowSettings) -> Iterator[FlowStep]:
    """Yield the network before the first and after every term."""
    x, layers, activation = flow_network(settings)
    *_, outputs = all_values = [one[:, 0] for one in signals.by_matrices(x[:, np.newaxis], layers, activation)]
    products = tuple(W @ a + b for (W, b), a in zip(layers, all_values, strict=False))
    sweep = np.linspace(-10, 10, 121)
    moved = np.repeat(x[:, np.newaxis], len(sweep), axis=1)
    moved[0] = sweep
    answers = tuple(signals.by_matrices(moved, layers, activation))
    values = (x, *(np.full(len(b), np.nan) for _, b in layers))
    sums = tuple(np.full(len(b), np.nan) for _, b in layers)
    assert len(outputs) == len(values[-1])

    def now(term: signals.Term | None) -> FlowStep:
        kept = (tuple(one.copy() for one in values), tuple(one.copy() for one in sums))
        return FlowStep(tuple(layers), *kept, term, products, sweep, answers, activation)

    yield now(None)
    for term in signals.term_by_term(x, layers, activation):
        if term.kind != "activation":
            sums[term.layer - 1][term.unit - 1] = term.total
        if term.kind == "activation" or (term.kind == "bias" and term.layer == len(layers)):
            values[term.layer][term.unit - 1] = term.total
        yield now(term)


def claim_flow(seed: int, transposed: bool = False) -> Verdict:
    """Send inputs through a 3-4-2 tanh network with random weights: neuron by neuron, and by two matrix products."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=3)
    layers = [(rng.normal(size=(units, inputs)), rng.normal(size=units)) for inputs, units in ((3, 4), (4, 2))]
    terms = list(signals.term_by_term(x, layers, "tanh"))
    sums = {(one.layer, one.unit): one.total for one in terms if one.kind == "bias"}
    a, gap = x, 0.0
    for number, (W, b) in enumerate(layers, start=1):
        if transposed and W.shape[0] != len(a):
            says = f"The transpose of W has shape {W.T.shape} and cannot take {len(a)} values."
            return Verdict(False, {"columns of the transpose": W.shape[0], "values it should take": len(a)}, says)
        z = (W.T if transposed else W) @ a + b
        gap = max(gap, *(float(abs(z[unit - 1] - sums[number, unit])) for unit in range(1, len(b) + 1)))
        a = np.tanh(z)
    return Verdict(gap < 1e-12, {"largest difference": gap}, f"Sums and products differ by at most {gap:.0e}.")


# --- init: twenty layers deep ----------------------------------------------------------------------------------

SCALES = {"He: √(2/n)": 2**0.5, "Xavier: √(1/n)": 1.0, "half of He": 0.5 * 2**0.5, "twice He": 2 * 2**0.5}
BY_HAND = "your own factor"
COMPARED = ("half of He", "He: √(2/n)", "twice He")
SIGNALS = 200


@dataclass(frozen=True)
class InitSettings(Settings):
    """Random signals through many layers with fresh weights."""

    activation: Annotated[str, Choice(("ReLU", "tanh", "sigmoid", "leaky ReLU", "linear"), says="Activation")] = "ReLU"
    scale: Annotated[str, Choice((*SCALES, BY_HAND), says="Standard deviation of the weights")] = "He: √(2/n)"
    factor: Annotated[
        float, Number(0.1, 5, step=0.05, says="Standard deviation, times √n", when=(("scale", (BY_HAND,)),))
    ] = 1.2
    depth: Annotated[int, Whole(2, 50, says="Layers")] = 20
    width: Annotated[int, Whole(16, 256, step=16, says="Units in each layer, n")] = 256
    normalise: Annotated[bool, Flag(says="Normalise layers")] = False
    seed: Annotated[int, Whole(0, 9_999, says="Seed")] = 1


@dataclass(frozen=True)
class InitOutcome:
    """How large the signal is after every layer.

    Attributes:
        sizes: by name, for "chosen" and for COMPARED, the RMS of the values over that of the inputs, (depth + 1,).
        quiet, loud: shape (depth,), at the chosen scale the share of values that are 0, and of those beyond ±0.99.
        looked_at: the layers, from 1 on, whose values are kept.
        values: of each of these layers about 2,000 values at the chosen scale.
    """

    sizes: Mapping[str, Floats]
    quiet: Floats
    loud: Floats
    looked_at: tuple[int, ...]
    values: tuple[Floats, ...]


def run_init(settings: InitSettings) -> InitOutcome:
    """Send 200 random signals through the layers at the chosen scale and at three to compare it with."""
    X = np.random.default_rng((settings.seed, 0)).normal(size=(settings.width, SIGNALS))
    spreads = {name: SCALES[name] for name in COMPARED}
    spreads["chosen"] = settings.factor if settings.scale == BY_HAND else SCALES[settings.scale]
    sizes = {}
    for name, spread in spreads.items():  # the chosen one last: its values are kept
        rng = np.random.default_rng((settings.seed, 1))
        run = signals.through_random_layers(X, settings.depth, spread, settings.activation, rng, settings.normalise)
        layers = list(run)
        sizes[name] = np.array([signals.rms(one) for one in (X, *layers)]) / signals.rms(X)
    looked_at = tuple(sorted({1, -(-settings.depth // 3), -(-2 * settings.depth // 3), settings.depth}))
    few = slice(None, None, max(1, X.size // 2_000))
    quiet, loud = np.transpose([(np.mean(one == 0), np.mean(np.abs(one) > 0.99)) for one in layers])
    return InitOutcome(sizes, quiet, loud, looked_at, tuple(layers[number - 1].ravel()[few] for number in looked_at))


def claim_init(seed: int, normalise: bool = False) -> Verdict:
    """Send 200 signals through twenty ReLU layers of 256 units, with He's weights, half and twice as large ones."""
    settings = InitSettings(seed=seed % 10_000, normalise=normalise)
    sizes = run_init(settings).sizes
    half, he, twice = (float(sizes[name][-1]) for name in COMPARED)
    return Verdict(
        0.2 <= he <= 5 and half < 1e-4 and twice > 1e4,
        {"output over input, He": he, "half of He": half, "twice He": twice},
        f"After twenty layers He's weights leave the signal at {he:.2f} times its size, half of them at {half:.0e}, "
        f"twice at {twice:.0e}.",
    )


# --- the lesson's worked example -------------------------------------------------------------------------------


def worked() -> dict[str, float]:
    """Return the numbers of the worked example by name."""
    x = np.array([2.0, -1.0, 3.0])
    layers = [
        (np.array([[0.5, 1.0, -1.0], [1.0, 2.0, 0.5]]), np.array([1.0, -0.5])),
        (np.array([[3.0, -2.0]]), np.array([1.0])),
    ]
    terms = list(signals.term_by_term(x, layers, "ReLU"))
    totals = {(one.layer, one.unit, one.kind): one.total for one in terms}
    _, hidden, output = signals.by_matrices(x[:, np.newaxis], layers, "ReLU")
    *_, by_two = run_terms(FlowSettings(weights=SIGMOIDS, a1=2.0))
    (s1, s2), (s3,) = by_two.values[1:]
    return {
        "z1": totals[1, 1, "bias"], "z2": totals[1, 2, "bias"], "h1": float(hidden[0, 0]), "h2": float(hidden[1, 0]),
        "z3": totals[2, 1, "bias"], "p": float(network.sigmoid(output.copy())[0, 0]),
        "parameters": float(sum(W.size + b.size for W, b in layers)),
        "s1": float(s1), "s2": float(s2), "s3": float(s3),
        "he": float(np.sqrt(2 / 256)), "shrunk": 1e6 * 0.5**20, "grown": 2.0**20,
    }  # fmt: skip


EXPERIMENTS = (
    Experiment(
        "flow", FlowSettings, run_flow, claim_flow,
        Sabotage("W transposed", lambda seed: claim_flow(seed, transposed=True)),
        shows=(signals.term_by_term, signals.by_matrices),
    ),
    Experiment(
        "playground", PlaygroundSettings, run_playground, claim_playground,
        Sabotage("the activation taken away", lambda seed: claim_playground(seed, activation="linear")),
        shows=(network.Network, network.train_epoch, network.Adam),
        live=("rate", "batch", "penalty", "strength", "dropout", "epochs", "edits"), reopen=reopen_playground,
    ),
    Experiment(
        "init", InitSettings, run_init, claim_init,
        Sabotage("every layer's output normalised", lambda seed: claim_init(seed, normalise=True)),
        shows=(signals.through_random_layers, network.Network.draw),
    ),
)  # fmt: skip
