"""What is special about backpropagation; the contract test has the rest."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.deep_learning.small_graphs import NETWORKS
from engine.errors import InvalidSettings
from engine.experiments.backpropagation.batch import BatchSettings, run_batch
from engine.experiments.backpropagation.graph import DRAWN, GraphSettings, run_graph
from engine.experiments.backpropagation.neuron import PRINTED, NeuronSettings, as_printed, run_neuron
from engine.experiments.backpropagation.vanish import VanishSettings, run_vanish
from engine.experiments.backpropagation.worked import worked


def test_the_notes_slips_are_reproduced_to_the_last_digit_they_print() -> None:
    assert as_printed(2.0, 1.0, 0.5, 0.1, 0.1) == pytest.approx((0.490625, PRINTED), abs=1e-12)


def test_the_right_update_lowers_the_loss_and_the_printed_ones_raise_it() -> None:
    now, right, turned, slipped = run_neuron(NeuronSettings()).weights
    assert right.loss < now.loss < turned.loss < slipped.loss
    assert right.w == pytest.approx(0.50936, abs=5e-6)


@pytest.mark.parametrize("w", [-3.0, 0.0, 0.5, 4.0])
def test_the_tangent_touches_the_curve(w: float) -> None:
    outcome = run_neuron(NeuronSettings(w=w))
    for curve in (outcome.near, outcome.whole):
        near = np.abs(curve.w - w) < 1e-3 * (curve.w[-1] - curve.w[0])
        assert curve.loss[near] == pytest.approx(curve.tangent[near], abs=1e-4)
    middle = len(outcome.near.w) // 2
    slope = np.gradient(outcome.near.loss, outcome.near.w)[middle]
    assert slope == pytest.approx(outcome.now.by_w, abs=1e-3)


def test_the_picture_holds_all_four_weights() -> None:
    outcome = run_neuron(NeuronSettings(rate=100.0, x=-5.0))
    assert all(outcome.near.w[0] <= one.w <= outcome.near.w[-1] for one in outcome.weights)


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("activation", ["ReLU", "tanh", "sigmoid", "linear"])
def test_every_partial_derivative_is_torchs(network: str, activation: str) -> None:
    outcome = run_graph(GraphSettings(network=network, activation=activation, start=DRAWN, seed=4))
    assert outcome.from_torch < 1e-10
    names = {node.name for node in outcome.nodes}
    assert {*NETWORKS[network].parameters, *NETWORKS[network].inputs, "y", "ŷ", "L"} <= names
    total = sum(path.product for path in outcome.paths)
    watched = next(node for node in outcome.nodes if node.name == outcome.watched)
    assert total == pytest.approx(watched.derivative, abs=1e-12)


def test_typed_numbers_are_used_by_the_network_they_were_typed_for() -> None:
    typed = tuple((float(i % 5),) for i in range(9))
    assert list(GraphSettings(network="2-2-1", weights=typed).numbers().values()) == [row[0] for row in typed]
    for network in ("one neuron", "1-2-2-1"):
        assert GraphSettings(network=network, weights=typed).numbers() == NETWORKS[network].parameters


def test_numbers_drawn_depend_on_the_seed_alone() -> None:
    one, same, other = (GraphSettings(start=DRAWN, seed=seed).numbers() for seed in (5, 5, 6))
    assert one == same != other


def test_a_parameter_of_another_network_is_refused_in_words() -> None:
    with pytest.raises(InvalidSettings, match=r"no w8; it has w1, w2, b"):
        GraphSettings(network="one neuron", watch="w8")


def test_a_shut_unit_sends_nothing_back() -> None:
    open_gate = run_graph(GraphSettings())
    shut = run_graph(
        GraphSettings(weights=tuple((value,) for value in {**NETWORKS["1-2-2-1"].parameters, "b4": -5.0}.values()))
    )
    for outcome, nothing in ((open_gate, False), (shut, True)):
        by_name = {node.name: node.derivative for node in outcome.nodes}
        assert all((by_name[name] == 0) is nothing for name in ("z4", "w4", "w6", "b4"))
    assert [path.product == 0 for path in shut.paths] == [False, True]


def test_only_given_numbers_have_a_central_difference() -> None:
    nodes = run_graph(GraphSettings(activation="tanh")).nodes
    for node in nodes:
        inside = node.name[0] in "zaŷL"
        assert math.isnan(node.by_difference) is inside
        assert inside or node.by_difference == pytest.approx(node.derivative, abs=1e-6)


def test_the_slope_of_the_loss_is_the_mean_of_the_products() -> None:
    outcome = run_batch(BatchSettings())
    assert outcome.batch.gradient == pytest.approx(outcome.by_difference, abs=1e-9)
    assert abs(outcome.batch.product_of_means) < 0.1 * abs(outcome.batch.gradient)


def test_both_averages_agree_on_one_example() -> None:
    found = run_batch(BatchSettings(points=((2.0, 1.0),))).batch
    assert found.gradient == pytest.approx(found.product_of_means)


def test_an_empty_batch_is_refused_in_words() -> None:
    with pytest.raises(InvalidSettings, match="at least one example"):
        BatchSettings(points=())


def test_two_stacks_of_one_kind_are_one_stack() -> None:
    first, second = run_vanish(VanishSettings(first="tanh", first_start="He", second="tanh", second_start="He")).stacks
    assert np.array_equal(first.arriving, second.arriving)
    assert np.array_equal(first.weights, second.weights)


def test_what_the_lesson_says_about_stacks() -> None:
    sigmoid, relu = run_vanish(VanishSettings()).stacks
    assert 0.15 < sigmoid.factor < 0.25
    assert 0.9 < relu.factor < 1.2
    xavier, wild = run_vanish(VanishSettings(first="ReLU", second_start="σ = 1")).stacks
    assert xavier.factor == pytest.approx(2**-0.5, abs=0.05)  # half of the variance a layer
    assert 0.3 < xavier.share_of_weights < 3  # what shrinks on the way back has shrunk on the way forward
    assert wild.share > 1e12
    saturated, _ = run_vanish(VanishSettings(first="tanh", first_start="σ = 1")).stacks
    assert saturated.share > 1e4
    assert saturated.outputs.min() > 0.9  # all but ±1


def test_the_worked_example_is_what_a_reader_gets_by_hand() -> None:
    numbers = worked()
    p = 1 / (1 + math.exp(-1.1))
    by_hand = {
        "z": 1.1,
        "p": p,
        "loss": (p - 1) ** 2 / 2,
        "by_p": p - 1,
        "slope": p * (1 - p),
        "by_w": 2 * (p - 1) * p * (1 - p),
        "new_w": 0.5 - 0.2 * (p - 1) * p * (1 - p),
        "turned": 0.490625,
        "z1": 2,
        "z2": 1,
        "z3": 1,
        "z4": 1.5,
        "out": 1,
        "d_out": 2,
        "d_a3": 2,
        "d_a4": -4,
        "d_a1": 4,
        "d_w1": 8,
        "pair_one": -0.25,
        "pair_mean": -0.25,
        "pair_product": 0,
    }
    assert {name: numbers[name] for name in by_hand} == pytest.approx(by_hand)
