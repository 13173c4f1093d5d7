"""The small networks: wired as said, walked back in a possible order, and summed over all their paths."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.deep_learning.autograd import Value
from engine.deep_learning.small_graphs import (
    NETWORKS,
    backward,
    backward_order,
    by_differences,
    by_torch,
    differentiate,
    local_derivatives,
    path_products,
    paths,
)
from engine.torch_one_thread import torch

SEED = 8  # all four units of the 1-2-2-1 network are open
ACTIVATIONS = ("ReLU", "tanh", "sigmoid", "linear")
EVERY = pytest.mark.parametrize("network", NETWORKS)


def numbers(network: str, seed: int) -> dict[str, float]:
    small = NETWORKS[network]
    names = (*small.inputs, "y", *small.parameters)
    return dict(zip(names, np.random.default_rng(seed).normal(size=len(names)).tolist(), strict=True))


@EVERY
@settings(deadline=None)
@given(activation=st.sampled_from(ACTIVATIONS), seed=st.integers(0, 10_000))
def test_every_named_derivative_is_torchs(network: str, activation: str, seed: int) -> None:
    given = numbers(network, seed)
    nodes, theirs = backward(network, given, activation), by_torch(network, given, activation)
    assert nodes.keys() == theirs.keys()
    assert {name: node.grad for name, node in nodes.items()} == pytest.approx(theirs, rel=1e-12, abs=1e-12)


@EVERY
@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "linear"])
def test_central_differences_agree(network: str, activation: str) -> None:
    given = numbers(network, 3)
    nodes = backward(network, given, activation)
    expected = {name: nodes[name].grad for name in given}
    assert by_differences(network, given, activation) == pytest.approx(expected, abs=1e-7)


@EVERY
@settings(deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_sum_over_all_paths_is_the_derivative(network: str, seed: int) -> None:
    nodes = backward(network, numbers(network, seed), "tanh")
    edges = local_derivatives(nodes)
    for name, node in nodes.items():
        total = sum(path.product for path in path_products(edges, name))
        assert total == pytest.approx(node.grad, rel=1e-12, abs=1e-12)


def test_the_notes_network_is_the_matrix_form_in_torch() -> None:
    v = {name: torch.tensor(value, dtype=torch.float64) for name, value in numbers("1-2-2-1", 5).items()}
    x, one = v["x1"], torch.ones(1, dtype=torch.float64)
    first = torch.stack([torch.stack([v["w1"], v["b1"]]), torch.stack([v["w2"], v["b2"]])])
    second = torch.stack(
        [torch.stack([v["w3"], v["w5"], v["b3"]]), torch.stack([v["w4"], v["w6"], v["b4"]])]
    )  # z3 takes w3 and w5, z4 takes w4 and w6
    a = torch.relu(first @ torch.cat([x.reshape(1), one]))
    a = torch.relu(second @ torch.cat([a, one]))
    expected = torch.stack([v["w7"], v["w8"], v["b5"]]) @ torch.cat([a, one])
    ours = backward("1-2-2-1", {name: float(value) for name, value in v.items()}, "ReLU")
    assert ours["ŷ"].data == pytest.approx(float(expected))
    assert ours["L"].data == pytest.approx(float((expected - v["y"]) ** 2))


def test_the_notes_rules_for_all_thirteen_derivatives() -> None:
    v = numbers("1-2-2-1", SEED)
    n = {name: node.data for name, node in backward("1-2-2-1", v, "ReLU").items()}
    gate = {k: float(n[f"z{k}"] > 0) for k in (1, 2, 3, 4)}
    by_y = -2 * (v["y"] - n["ŷ"])
    by_z3, by_z4 = by_y * v["w7"] * gate[3], by_y * v["w8"] * gate[4]
    by_z1 = (by_z3 * v["w3"] + by_z4 * v["w4"]) * gate[1]
    by_z2 = (by_z3 * v["w5"] + by_z4 * v["w6"]) * gate[2]
    rules = {
        "w7": by_y * n["a3"],
        "w8": by_y * n["a4"],
        "b5": by_y,
        "w3": by_z3 * n["a1"],
        "w5": by_z3 * n["a2"],
        "b3": by_z3,
        "w4": by_z4 * n["a1"],
        "w6": by_z4 * n["a2"],
        "b4": by_z4,
        "w1": by_z1 * v["x1"],
        "b1": by_z1,
        "w2": by_z2 * v["x1"],
        "b2": by_z2,
    }
    assert all(rules.values())  # no unit is shut: every rule is put to the test
    nodes = backward("1-2-2-1", v, "ReLU")
    assert {name: nodes[name].grad for name in rules} == pytest.approx(rules, abs=1e-12)


@EVERY
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_derivative_is_completed_after_those_it_needs(network: str, activation: str) -> None:
    nodes = backward(network, numbers(network, 1), activation)
    edges = local_derivatives(nodes)
    order = backward_order(edges, "L")
    assert sorted(order) == sorted(nodes)
    assert order[0] == "L"
    place = {name: index for index, name in enumerate(order)}
    assert all(place[user] < place[source] for user, sources in edges.items() for source in sources)


@EVERY
def test_each_nodes_terms_add_up_to_its_derivative(network: str) -> None:
    found, _, operations = differentiate(network, numbers(network, 7), "sigmoid")
    for node in found[1:]:
        assert sum(term.arriving * term.local for term in node.terms) == pytest.approx(node.derivative)
    assert found[0].derivative == 1.0
    assert found[0].terms == ()
    assert operations >= len([node for node in found if math.isnan(node.by_difference)])


def test_all_paths_of_the_notes_network() -> None:
    edges = local_derivatives(backward("1-2-2-1", numbers("1-2-2-1", 1), "ReLU"))
    assert set(paths(edges, "L", "w1")) == {
        ("L", "ŷ", "a3", "z3", "a1", "z1", "w1"),
        ("L", "ŷ", "a4", "z4", "a1", "z1", "w1"),
    }
    assert len(list(paths(edges, "L", "x1"))) == 4
    assert list(paths(edges, "L", "w7")) == [("L", "ŷ", "w7")]


def test_steps_without_a_name_are_multiplied_out_and_added_up() -> None:
    x = Value(3.0)
    edges = local_derivatives({"x": x, "y": x * x + 2 * x})
    assert edges == {"x": {}, "y": {"x": 8.0}}


def test_a_short_way_does_not_complete_a_derivative_early() -> None:
    x = Value(0.3)
    short, long = x.tanh(), x.exp()
    longer = long.exp()
    edges = local_derivatives({"x": x, "short": short, "long": long, "longer": longer, "L": short + longer})
    assert backward_order(edges, "L") == ["L", "short", "longer", "long", "x"]
