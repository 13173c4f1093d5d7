"""Networks small enough to draw every number of: their forward passes, local derivatives and paths.

A forward pass here is written once and runs on any numbers that know +, -, *, /, ** and tanh, relu, exp: on the
Values of autograd.py, on torch's tensors, on a wrapper of plain floats.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from engine.deep_learning.autograd import Value, topological

Nodes = dict[str, Any]
Edges = dict[str, dict[str, float]]  # node -> its inputs -> local derivative


def activate(z: Any, activation: str, nodes: Nodes | None = None) -> Any:
    """Apply "ReLU", "tanh", "sigmoid" or "linear" to z; with `nodes`, the sigmoid's own steps are named there."""
    if activation == "ReLU":
        return z.relu()
    if activation == "tanh":
        return z.tanh()
    if activation == "sigmoid":
        n = -z
        e = n.exp()
        q = 1 + e
        if nodes is not None:
            nodes |= {"n": n, "e": e, "q": q}
        return 1 / q
    return z * 1.0  # "linear": a node of its own, so that it can have a name of its own


def one_neuron(v: Nodes, activation: str) -> Nodes:
    """Run two inputs through one neuron; every single operation has a name."""
    nodes = dict(v)
    nodes["p1"] = v["w1"] * v["x1"]
    nodes["p2"] = v["w2"] * v["x2"]
    nodes["s"] = nodes["p1"] + nodes["p2"]
    nodes["z"] = nodes["s"] + v["b"]
    nodes["ŷ"] = activate(nodes["z"], activation, nodes)
    nodes["d"] = nodes["ŷ"] - v["y"]
    nodes["L"] = nodes["d"] ** 2
    return nodes


def two_two_one(v: Nodes, activation: str) -> Nodes:
    """Run two inputs through a hidden layer of two units."""
    nodes = dict(v)
    nodes["z1"] = v["w1"] * v["x1"] + v["w2"] * v["x2"] + v["b1"]
    nodes["z2"] = v["w3"] * v["x1"] + v["w4"] * v["x2"] + v["b2"]
    nodes["a1"], nodes["a2"] = (activate(nodes[z], activation) for z in ("z1", "z2"))
    nodes["ŷ"] = v["w5"] * nodes["a1"] + v["w6"] * nodes["a2"] + v["b3"]
    nodes["L"] = (nodes["ŷ"] - v["y"]) ** 2
    return nodes


def one_two_two_one(v: Nodes, activation: str) -> Nodes:
    """Run one input through two hidden layers of two units, wired and numbered as in the companion notes."""
    nodes = dict(v)
    nodes["z1"] = v["w1"] * v["x1"] + v["b1"]
    nodes["z2"] = v["w2"] * v["x1"] + v["b2"]
    nodes["a1"], nodes["a2"] = (activate(nodes[z], activation) for z in ("z1", "z2"))
    nodes["z3"] = v["w3"] * nodes["a1"] + v["w5"] * nodes["a2"] + v["b3"]
    nodes["z4"] = v["w4"] * nodes["a1"] + v["w6"] * nodes["a2"] + v["b4"]
    nodes["a3"], nodes["a4"] = (activate(nodes[z], activation) for z in ("z3", "z4"))
    nodes["ŷ"] = v["w7"] * nodes["a3"] + v["w8"] * nodes["a4"] + v["b5"]
    nodes["L"] = (nodes["ŷ"] - v["y"]) ** 2
    return nodes


@dataclass(frozen=True)
class Small:
    """A small network: its forward pass, the names of its inputs, and its parameters with numbers to begin with."""

    forward: Callable[[Nodes, str], Nodes]
    inputs: tuple[str, ...]
    parameters: Mapping[str, float]


NETWORKS = {
    "1-2-2-1": Small(
        one_two_two_one,
        ("x1",),
        {
            "w1": 0.5,
            "b1": 1.0,
            "w2": -1.0,
            "b2": 3.0,
            "w3": 1.0,
            "w5": -1.0,
            "b3": 0.0,
            "w4": -0.5,
            "w6": 2.0,
            "b4": 0.5,
            "w7": 1.0,
            "w8": -2.0,
            "b5": 3.0,
        },
    ),
    "2-2-1": Small(
        two_two_one,
        ("x1", "x2"),
        {"w1": 0.5, "w2": -1.0, "b1": 1.0, "w3": 1.0, "w4": 2.0, "b2": -1.0, "w5": 2.0, "w6": -1.0, "b3": 0.5},
    ),
    "one neuron": Small(one_neuron, ("x1", "x2"), {"w1": 0.5, "w2": -1.0, "b": 0.5}),
}


def local_derivatives(nodes: Mapping[str, Value]) -> Edges:
    """Return the local derivative of each named node by each named node it was computed from.

    Steps without a name, a product inside a weighted sum say, are multiplied out.
    """
    names = {id(node): name for name, node in nodes.items()}

    def collect(node: Value, factor: float, found: dict[str, float]) -> dict[str, float]:
        for source, slope in zip(node.inputs, node.slopes, strict=True):
            if name := names.get(id(source)):
                found[name] = found.get(name, 0.0) + factor * slope
            else:
                collect(source, factor * slope, found)
        return found

    return {name: collect(node, 1.0, {}) for name, node in nodes.items()}


def paths(edges: Edges, start: str, end: str) -> Iterator[tuple[str, ...]]:
    """Yield every path through the graph that goes backwards from `start` to `end`, as the names it visits."""
    if start == end:
        yield (end,)
    for source in edges[start]:
        for rest in paths(edges, source, end):
            yield (start, *rest)


def backward_order(edges: Edges, result: str) -> list[str]:
    """Return the names in an order in which derivatives can be completed: layer by layer, users before what they used.

    A node's rank is the length of the longest path from the result to it.
    """
    rank: dict[str, int] = dict.fromkeys(edges, 0)
    for name in reversed(edges):  # names stand in the order of the forward pass
        for source in edges[name]:
            rank[source] = max(rank[source], rank[name] + 1)
    return sorted((name for name in edges if name == result or rank[name] > 0), key=lambda name: rank[name])


# --- derivatives, in four ways ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Term:
    """One summand of a node's derivative: what arrives from a node that uses it, times the local derivative."""

    user: str
    arriving: float
    local: float


@dataclass(frozen=True)
class Node:
    """A named number of the graph.

    Attributes:
        name, value: what it is called, and its value in the forward pass.
        derivative: of the loss by it, from our own autograd; by_torch: the same from torch's.
        by_difference: the same from a central difference; NaN for what is computed inside the graph.
        terms: the summands of the derivative; none for the loss itself.
    """

    name: str
    value: float
    derivative: float
    by_torch: float
    by_difference: float
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Path:
    """A path from the loss back to a parameter: the names on it, its local derivatives and their product."""

    names: tuple[str, ...]
    slopes: tuple[float, ...]
    product: float


def differentiate(network: str, given: Mapping[str, float], activation: str) -> tuple[tuple[Node, ...], Edges, int]:
    """Run a network forward and backward, by our autograd, by torch's and by differences.

    Args:
        network: a key of NETWORKS.
        given: its inputs, target and parameters by name.
        activation: as `activate` takes it.

    Returns:
        the named nodes in the order of the backward pass, their edges, and how many operations were recorded.
    """
    nodes = backward(network, given, activation)
    edges = local_derivatives(nodes)
    torchs = by_torch(network, given, activation)
    differences = by_differences(network, given, activation)
    users: dict[str, list[Term]] = {name: [] for name in nodes}
    for user, sources in edges.items():
        for source, local in sources.items():
            users[source].append(Term(user, nodes[user].grad, local))
    found = tuple(
        Node(
            name, nodes[name].data, nodes[name].grad, torchs[name], differences.get(name, math.nan), tuple(users[name])
        )
        for name in backward_order(edges, "L")
    )
    return found, edges, sum(bool(node.inputs) for node in topological(nodes["L"]))


def backward(network: str, given: Mapping[str, float], activation: str) -> dict[str, Value]:
    """Run a network of NETWORKS on `given` numbers forward and backward through our autograd."""
    nodes: dict[str, Value] = NETWORKS[network].forward({name: Value(x) for name, x in given.items()}, activation)
    nodes["L"].backward()
    return nodes


def path_products(edges: Edges, end: str) -> Iterator[Path]:
    """Yield every path from the loss back to `end`, with its local derivatives multiplied."""
    for names in paths(edges, "L", end):
        along = tuple(edges[user][source] for user, source in pairwise(names))
        yield Path(names, along, math.prod(along))


def by_torch(network: str, given: Mapping[str, float], activation: str) -> dict[str, float]:
    """Return the derivative of the loss by every named node, from torch's autograd in double precision."""
    from engine.torch_one_thread import torch

    leaves = {name: torch.tensor(x, dtype=torch.float64, requires_grad=True) for name, x in given.items()}
    nodes: Nodes = NETWORKS[network].forward(leaves, activation)
    for node in nodes.values():
        node.retain_grad()
    nodes["L"].backward()
    return {name: float(node.grad) for name, node in nodes.items()}


def by_differences(network: str, given: Mapping[str, float], activation: str, h: float = 1e-6) -> dict[str, float]:
    """Return the derivative of the loss by every given number, from central differences."""

    def loss(name: str, shift: float) -> float:
        shifted = {**given, name: given[name] + shift}
        result: Value = NETWORKS[network].forward({key: Value(x) for key, x in shifted.items()}, activation)["L"]
        return result.data

    return {name: (loss(name, h) - loss(name, -h)) / (2 * h) for name in given}
