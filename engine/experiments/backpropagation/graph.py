"""The experiment graph: backward through a graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from engine.deep_learning.autograd import Value, topological
from engine.deep_learning.small_graphs import (
    NETWORKS,
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
from engine.deep_learning.small_graphs import Node as Node
from engine.experiment import Experiment, Sabotage, Verdict
from engine.experiments.backpropagation.shared import Points
from engine.settings import Choice, Name, Number, Rows, Settings, Whole

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


EXPERIMENT = Experiment(
    "graph",
    GraphSettings,
    run_graph,
    claim_graph,
    Sabotage("one path left out where there are several", lambda seed: claim_graph(seed, dropped=1)),
    shows=(Value, topological, one_two_two_one, two_two_one, one_neuron, paths),
)
