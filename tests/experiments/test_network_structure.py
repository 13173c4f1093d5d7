"""What is special about the experiments on neurons and layers; the contract test has the rest."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_digits

from engine.experiments.network_structure.flow import (
    PIXELS,
    SIGMOIDS,
    TYPED,
    FlowSettings,
    FlowStep,
    PixelStep,
    fitted,
    run_flow,
    run_terms,
)
from engine.experiments.network_structure.init import COMPARED, InitSettings, run_init
from engine.experiments.network_structure.worked import worked
from engine.torch_one_thread import torch

ACTIVATIONS = {
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "ReLU": torch.relu,
    "leaky ReLU": torch.nn.functional.leaky_relu,
    "linear": lambda z: z,
}


def last(settings: FlowSettings) -> FlowStep:
    *_, step = run_flow(settings)
    assert isinstance(step, FlowStep)
    return step


# --- flow ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("activation", ACTIVATIONS)
@given(st.integers(1, 5), st.integers(1, 6), st.integers(1, 4), st.integers(0, 9_999))
def test_sums_neuron_by_neuron_are_torchs_linear_layers(
    activation: str, inputs: int, hidden: int, outputs: int, seed: int
) -> None:
    step = last(FlowSettings(inputs=inputs, hidden=hidden, outputs=outputs, activation=activation, seed=seed))
    a = torch.tensor(step.values[0])
    for number, (W, b) in enumerate(step.layers):
        z = torch.nn.functional.linear(a, torch.tensor(W), torch.tensor(b))
        assert step.sums[number] == pytest.approx(z.numpy(), rel=1e-12, abs=1e-12)
        assert step.products[number] == pytest.approx(z.numpy(), rel=1e-12, abs=1e-12)
        a = ACTIVATIONS[activation](z) if number == 0 else z
        assert step.values[number + 1] == pytest.approx(a.numpy(), rel=1e-12, abs=1e-12)


def test_one_term_is_added_at_a_time_and_nothing_is_known_before_its_turn() -> None:
    steps = list(run_terms(FlowSettings()))
    assert steps[0].term is None
    assert np.isnan(steps[0].sums[0]).all()
    kinds = [step.term.kind for step in steps[1:] if step.term]
    assert kinds == [*(["term"] * 3 + ["bias", "activation"]) * 4, *(["term"] * 4 + ["bias"]) * 2]
    for before, after in pairwise(step.term for step in steps[1:] if step.term):
        if after.kind != "activation" and (before.layer, before.unit) == (after.layer, after.unit):
            assert after.total == pytest.approx(before.total + after.value)
    assert sum(np.isnan(steps[6].values[1])) == 3


def test_two_sigmoids_make_the_curve_of_the_companion_notes() -> None:
    step = last(FlowSettings(weights=SIGMOIDS))
    x = step.sweep
    a1, a2 = 1 / (1 + np.exp(1.75 * x + 0.1)), 1 / (1 + np.exp(-0.172 * x - 0.15))
    assert step.answers[1] == pytest.approx(np.array([a1, a2]))
    assert step.answers[2][0] == pytest.approx(0.25 * a1 + 0.5 * a2 + 0.2)
    slope = np.sign(np.diff(step.answers[2][0]))
    assert set(slope) == {-1, 1}, "the curve has a valley, which neither sigmoid has"


def test_the_sweep_moves_the_first_input_only() -> None:
    settings = FlowSettings(a1=4.0)
    step = last(settings)
    at = int(np.flatnonzero(np.isclose(step.sweep, 4.0))[0])
    assert step.answers[2][:, at] == pytest.approx(step.values[2])


def test_typed_rows_are_cut_and_filled_up_to_the_layers_sizes() -> None:
    W, b = fitted(((1.0, 2.0, 3.0, 9.0),), 2, 2)
    assert W.tolist() == [[1, 2], [0, 0]]
    assert b.tolist() == [9, 0]
    W, b = fitted(((1.0, 9.0), (2.0, 8.0)), 1, 3)
    assert W.tolist() == [[1, 0, 0]]
    assert b.tolist() == [9]
    step = last(
        FlowSettings(
            weights=TYPED,
            inputs=2,
            hidden=1,
            outputs=1,
            a1=2.0,
            a2=-1.0,
            activation="ReLU",
            first=((0.5, 1.0, 0.3),),
            second=((2.0, 1.0),),
        )
    )
    assert step.values[1] == pytest.approx([0.3])  # question 9.q1a
    assert step.values[2] == pytest.approx([1.6])


def test_a_dense_layer_does_not_notice_that_pixels_changed_places() -> None:
    for shuffle in (False, True):
        steps = list(run_flow(FlowSettings(weights=PIXELS, digit=7, shuffle=shuffle)))
        assert [step.rows for step in steps if isinstance(step, PixelStep)] == list(range(9))
        *_, end = steps
        assert isinstance(end, PixelStep)
        assert sorted(end.order) == list(range(64))
        assert end.moved == pytest.approx(end.plain, abs=1e-12)
        assert np.allclose(end.strange, end.plain) is not shuffle


def test_the_digit_is_scikit_learns() -> None:
    (start, *_) = run_flow(FlowSettings(weights=PIXELS, digit=4, seed=2))
    data = load_digits()
    assert isinstance(start, PixelStep)
    assert np.array_equal(start.pixels * 16, data.images[data.target == 4][2])


# --- init ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("activation", ["ReLU", "linear"])
def test_twice_the_weights_double_the_signal_in_every_layer(activation: str) -> None:
    sizes = run_init(InitSettings(activation=activation)).sizes
    ratio = sizes["twice He"] / sizes["He: √(2/n)"]
    assert ratio == pytest.approx(2.0 ** np.arange(21))
    assert sizes["half of He"] * 2.0 ** np.arange(21) == pytest.approx(sizes["He: √(2/n)"])


def test_a_linear_layer_with_xaviers_weights_keeps_the_variance_on_average() -> None:
    finals = [
        run_init(InitSettings(activation="linear", scale="Xavier: √(1/n)", depth=2, seed=seed)).sizes["chosen"][1]
        for seed in range(8)
    ]
    assert np.mean(finals) == pytest.approx(1, abs=0.02)


def test_large_weights_saturate_tanh_and_relu_silences_half_of_the_units() -> None:
    tanh = run_init(InitSettings(activation="tanh", scale="twice He"))
    assert tanh.loud[-1] > 0.2
    assert tanh.sizes["chosen"].max() <= 1
    relu = run_init(InitSettings())
    assert relu.quiet == pytest.approx(np.full(20, 0.5), abs=0.1)


def test_normalised_layers_all_have_size_one() -> None:
    sizes = run_init(InitSettings(normalise=True, scale="half of He")).sizes
    for name in (*COMPARED, "chosen"):
        assert sizes[name][1:] == pytest.approx(np.ones(20), abs=0.02)


def test_what_is_looked_at_are_values_of_the_chosen_run() -> None:
    outcome = run_init(InitSettings(depth=2, width=16))
    assert outcome.looked_at == (1, 2)
    assert all(1_000 <= len(one) <= 4_000 for one in outcome.values)
    assert np.sqrt(np.mean(outcome.values[0] ** 2)) == pytest.approx(outcome.sizes["chosen"][1], rel=0.2)


# --- the worked example ----------------------------------------------------------------------------------------


def test_the_worked_example_is_what_a_reader_gets_by_hand() -> None:
    numbers = worked()
    by_hand = {"z1": 1 - 1 - 3 + 1, "z2": 2 - 2 + 1.5 - 0.5, "h1": 0, "h2": 1, "z3": -2 * 1 + 1, "parameters": 11,
               "p": 1 / (1 + math.e)}  # fmt: skip
    assert {name: numbers[name] for name in by_hand} == pytest.approx(by_hand)
    assert numbers["s3"] == pytest.approx(0.25 * numbers["s1"] + 0.5 * numbers["s2"] + 0.2)
    assert numbers["s1"] == pytest.approx(1 / (1 + math.exp(3.6)))
