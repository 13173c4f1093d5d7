"""Experiments of the topic "Backpropagation" (section 11.3 of the primer)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Any

import numpy as np

from engine.data import Floats
from engine.deep_learning import deep_stack, neuron
from engine.deep_learning.autograd import Value, topological
from engine.deep_learning.small_graphs import (
    NETWORKS,
    Node,
    Path,
    backward,
    by_torch,
    differentiate,
    local_derivatives,
    one_neuron,
    one_two_two_one,
    path_products,
    paths,
    two_two_one,
)
from engine.experiment import Choice, Experiment, Name, Number, Rows, Sabotage, Settings, Verdict, Whole

Points = tuple[tuple[float, ...], ...]

# --- neuron: one neuron, every number --------------------------------------------------------------------------

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
        "now": w, "right update": w - settings.rate * now.by_w,
        "wrong sign": turned, "wrong sign, × 10": slipped,
    }  # fmt: skip
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
        {"derivative": gradient, "new weight": updated, "loss there": losses[0], "loss at the printed one": losses[3],
         "largest difference from a central difference at 20 random neurons": off},
        f"The derivative is {gradient:.4f} and the new weight {updated:.4f}. The loss goes from {losses[1]:.5f} to "
        f"{losses[0]:.5f} there, and to {losses[3]:.5f} at the printed 0.40625.",
    )  # fmt: skip


def slopes(x: float, y: float, w: float, b: float, h: float = 1e-5) -> tuple[float, float]:
    """Return the derivative of the loss by w from the chain rule, and from a central difference."""
    up, down = (neuron.one_example(x, y, at, b).loss for at in (w + h, w - h))
    return neuron.one_example(x, y, w, b).by_w, (up - down) / (2 * h)


# --- graph: backward through a graph ---------------------------------------------------------------------------

GIVEN, DRAWN = "the table's numbers", "random numbers"
TWO_INPUTS = (("network", tuple(name for name, small in NETWORKS.items() if len(small.inputs) == 2)),)


@dataclass(frozen=True)
class GraphSettings(Settings):
    """A small network, its numbers, and the parameter whose paths are listed."""

    network: Annotated[str, Choice(tuple(NETWORKS), says="Network")] = "1-2-2-1"
    activation: Annotated[str, Choice(("ReLU", "tanh", "sigmoid", "linear"), says="Activation")] = "ReLU"
    x1: Annotated[float, Number(-5, 5, step=0.1, says="Input, x₁")] = 2.0
    x2: Annotated[float, Number(-5, 5, step=0.1, says="Input, x₂", when=TWO_INPUTS)] = -1.0
    y: Annotated[float, Number(-5, 5, step=0.1, says="Target, y")] = 0.0
    start: Annotated[str, Choice((GIVEN, DRAWN), says="Weights and biases")] = GIVEN
    weights: Annotated[
        Points, Rows(1, -5, 5, most=13, says="Weights and biases, one a row", when=(("start", (GIVEN,)),))
    ] = ()
    watch: Annotated[str, Name(says="List every path to")] = ""
    seed: Annotated[int, Whole(0, 9_999, says="Seed", when=(("start", (DRAWN,)),))] = 1

    @classmethod
    def columns(cls, values: Mapping[str, Any]) -> tuple[str, ...]:
        small = NETWORKS[values["network"]]
        return (*small.parameters, *small.inputs)

    def conflicts(self) -> Iterator[str]:
        names = self.columns({"network": self.network})
        if self.watch and self.watch not in names:
            yield f"This network has no {self.watch}; it has {', '.join(names)}."

    def numbers(self) -> dict[str, float]:
        """Return the network's parameters by name: the typed ones if they are as many, else the network's own."""
        own = NETWORKS[self.network].parameters
        if self.start == DRAWN:
            drawn = np.random.default_rng(self.seed).normal(size=len(own))
            return dict(zip(own, np.round(drawn, 2).tolist(), strict=True))
        typed = [row[0] for row in self.weights]
        return dict(zip(own, typed, strict=True)) if len(typed) == len(own) else dict(own)


@dataclass(frozen=True)
class GraphOutcome:
    """The graph after the backward pass.

    Attributes:
        nodes: in the order in which their derivatives are completed, the loss first.
        watched: the parameter whose paths are listed; paths: all of them.
        from_torch: the largest absolute difference from torch; operations: how many our autograd recorded.
    """

    nodes: tuple[Node, ...]
    watched: str
    paths: tuple[Path, ...]
    from_torch: float
    operations: int


def run_graph(settings: GraphSettings) -> GraphOutcome:
    """Run a small network forward and backward, by our autograd, by torch's and by differences."""
    small, given = NETWORKS[settings.network], settings.numbers()
    given = {name: getattr(settings, name) for name in (*small.inputs, "y")} | given
    found, edges, operations = differentiate(settings.network, given, settings.activation)
    watched = settings.watch or next(iter(small.parameters))
    off = max(abs(node.derivative - node.by_torch) for node in found)
    return GraphOutcome(found, watched, tuple(path_products(edges, watched)), off, operations)


def claim_graph(seed: int, dropped: int = 0) -> Verdict:
    """Multiply along every path of a 1-2-2-1 tanh network with random numbers, add up, and compare with torch.

    Args:
        seed: of the numbers.
        dropped: leave out so many of a parameter's paths, where it has more (the sabotage).
    """
    names = (*NETWORKS["1-2-2-1"].parameters, "x1", "y")
    given = dict(zip(names, np.random.default_rng(seed).normal(size=len(names)).tolist(), strict=True))
    edges = local_derivatives(backward("1-2-2-1", given, "tanh"))
    expected = by_torch("1-2-2-1", given, "tanh")
    count, off = 0, 0.0
    for name in NETWORKS["1-2-2-1"].parameters:
        along = [path.product for path in path_products(edges, name)]
        kept = along[: len(along) - dropped] or along
        count += len(kept)
        off = max(off, abs(sum(kept) - expected[name]))
    return Verdict(
        off < 1e-10,
        {"largest difference from torch": off, "paths": float(count)},
        f"Sums over {count} paths to 13 parameters differ from torch's derivatives by {off:.1g} at most.",
    )


# --- batch: average of products --------------------------------------------------------------------------------


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


# --- vanish: how far gradients reach ---------------------------------------------------------------------------

STACK_ACTIVATIONS, STARTS = tuple(deep_stack.ACTIVATIONS), tuple(deep_stack.INITIALISATIONS)


@dataclass(frozen=True)
class VanishSettings(Settings):
    """Two stacks of the same size, each with an activation and an initialisation."""

    depth: Annotated[int, Whole(2, 50, says="Layers")] = 20
    width: Annotated[int, Whole(4, 128, step=4, says="Units in each layer")] = 64
    first: Annotated[str, Choice(STACK_ACTIVATIONS, says="Stack A: activation")] = "sigmoid"
    first_start: Annotated[str, Choice(STARTS, says="Stack A: initialisation")] = "Xavier"
    second: Annotated[str, Choice(STACK_ACTIVATIONS, says="Stack B: activation")] = "ReLU"
    second_start: Annotated[str, Choice(STARTS, says="Stack B: initialisation")] = "He"
    seed: Annotated[int, Whole(0, 9_999, says="Seed")] = 1


@dataclass(frozen=True)
class VanishOutcome:
    """Both stacks."""

    stacks: tuple[deep_stack.Stack, deep_stack.Stack]


def run_vanish(settings: VanishSettings) -> VanishOutcome:
    """Send the gradient of a squared error back through both stacks."""
    kinds = ((settings.first, settings.first_start), (settings.second, settings.second_start))
    first, second = (deep_stack.measure(settings.seed, settings.depth, settings.width, *kind) for kind in kinds)
    return VanishOutcome((first, second))


def claim_vanish(seed: int, activation: str = "sigmoid", start: str = "Xavier") -> Verdict:
    """Compare the first and the last layer's gradient in two stacks of twenty layers of 64 units."""
    first, second = deep_stack.measure(seed, 20, 64, activation, start), deep_stack.measure(seed, 20, 64, "ReLU", "He")
    most = max(first.share, first.share_of_weights)
    least = min(second.share, second.share_of_weights)
    return Verdict(
        most < 1e-6 and least > 0.05,
        {"share that reaches the sums, first stack": first.share, "second stack": second.share,
         "share that reaches the weights, first stack": first.share_of_weights,
         "the same, second stack": second.share_of_weights},
        f"First over last layer, of ∂L/∂z and ∂L/∂W: {first.share:.1e} and {first.share_of_weights:.1e} in the stack "
        f"{first.name}; {second.share:.2f} and {second.share_of_weights:.2f} in {second.name}.",
    )  # fmt: skip


# --- the lesson's worked example -------------------------------------------------------------------------------


def worked() -> dict[str, float]:
    """Return the numbers of the worked example by name."""
    x, y, w, b = NOTES
    now = neuron.one_example(x, y, w, b)
    new = w - 0.1 * now.by_w
    numbers = {
        "z": now.z, "p": now.prediction, "loss": now.loss, "by_p": now.by_prediction, "slope": now.prediction_by_z,
        "by_w": now.by_w, "by_b": now.by_b, "new_w": new, "new_loss": neuron.one_example(x, y, new, b).loss,
        "printed_loss": neuron.one_example(x, y, PRINTED, b).loss, "turned": as_printed(x, y, w, b, 0.1)[0],
    }  # fmt: skip
    nodes = backward("1-2-2-1", {"x1": 2.0, "y": 0.0, **NETWORKS["1-2-2-1"].parameters}, "ReLU")
    numbers |= {name.replace("ŷ", "out"): node.data for name, node in nodes.items()}
    numbers |= {f"d_{name.replace('ŷ', 'out')}": node.grad for name, node in nodes.items()}
    pair = neuron.batch(np.array([1.0, -1.0]), np.array([1.0, 0.0]), 0.0, 0.0)
    numbers |= {"pair_mean": pair.gradient, "pair_product": pair.product_of_means, "pair_one": pair.products[0]}
    return {name: float(number) for name, number in numbers.items()}


EXPERIMENTS = (
    Experiment(
        "neuron", NeuronSettings, run_neuron, claim_neuron,
        Sabotage("the sign of the derivative turned, as printed", lambda seed: claim_neuron(seed, sign=-1.0)),
        shows=(neuron.one_example, as_printed),
    ),
    Experiment(
        "graph", GraphSettings, run_graph, claim_graph,
        Sabotage("one path left out where there are several", lambda seed: claim_graph(seed, dropped=1)),
        shows=(Value, topological, one_two_two_one, two_two_one, one_neuron, paths),
    ),
    Experiment(
        "batch", BatchSettings, run_batch, claim_batch,
        Sabotage("two equal examples", lambda seed: claim_batch(seed, equal=True)),
        shows=(neuron.batch,),
    ),
    Experiment(
        "vanish", VanishSettings, run_vanish, claim_vanish,
        Sabotage("ReLU in both stacks", lambda seed: claim_vanish(seed, "ReLU", "He")),
        shows=(deep_stack.backpropagate, deep_stack.draw_weights),
    ),
)  # fmt: skip
