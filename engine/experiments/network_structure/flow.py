"""The experiment flow: follow the numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from engine.data import Floats
from engine.datasets import load
from engine.deep_learning import signals
from engine.experiment import Experiment, Sabotage, Verdict
from engine.experiments.network_structure.playground import ACTIVATIONS, Weights
from engine.settings import Choice, Flag, Number, Rows, Settings, When, Whole

RANDOM, SIGMOIDS, PIXELS, TYPED = "drawn at random", "two sigmoids make a curve", "64 pixels of a digit", "typed"
MOST_INPUTS, MOST_HIDDEN, MOST_OUTPUTS = 5, 6, 4
TWO_SIGMOIDS = (((-1.75, -0.1), (0.172, 0.15)), ((0.25, 0.5, 0.2),))


def inputs_from(at_least: int) -> When:
    return (("inputs", tuple(range(at_least, MOST_INPUTS + 1))), ("weights", (RANDOM, TYPED)))


@dataclass(frozen=True)
class FlowSettings(Settings):
    """A network with one hidden layer, and the inputs that go through it."""

    main: ClassVar = ("activation", "a1", "a2", "a3")

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
        Rows(
            None,
            -100,
            100,
            most=MOST_HIDDEN,
            widest=MOST_INPUTS + 1,
            says="A row for each hidden unit: its weights, its bias",
            when=(("weights", (TYPED,)),),
        ),
    ] = ()
    second: Annotated[
        Weights,
        Rows(
            None,
            -100,
            100,
            most=MOST_OUTPUTS,
            widest=MOST_HIDDEN + 1,
            says="A row for each output: its weights, its bias",
            when=(("weights", (TYPED,)),),
        ),
    ] = ()
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
    layers = [
        (np.round(rng.normal(size=(units, n)), 1), np.round(rng.normal(size=units), 1)) for n, units in pairwise(sizes)
    ]
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


EXPERIMENT = Experiment(
    "flow",
    FlowSettings,
    run_flow,
    claim_flow,
    Sabotage("W transposed", lambda seed: claim_flow(seed, transposed=True)),
    shows=(signals.term_by_term, signals.by_matrices),
)
