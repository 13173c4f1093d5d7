"""The playground's runs: fields, edits, frozen weights, changes in flight, divergence, kept weights."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
import pytest

from engine.data import Table
from engine.deep_learning.planes import MADE, REACH
from engine.ends import Diverged, Done, End
from engine.errors import DataRefused, InvalidSettings
from engine.experiments.network_structure import snapshots
from engine.experiments.network_structure.playground import (
    OWN,
    PlaygroundSettings,
    edited,
    feature_names,
    field,
    frozen_of,
    network_of,
    points_of,
    reopen_playground,
    run_playground,
    sizes_of,
    stable_rate,
    unit_fields,
)
from engine.experiments.network_structure.snapshots import Training
from engine.torch_one_thread import torch

SMALL = PlaygroundSettings(size=60, units1=4, units2=3, epochs=10)
Run = Generator[Training, Mapping[str, Any] | None, End]


def first(run: Run, count: int) -> list[Training]:
    return list(islice(run, count))


def ended(run: Run) -> tuple[list[Training], End]:
    """Exhaust a run and return its snapshots and how it ended."""
    steps = []
    while True:
        try:
            steps.append(next(run))
        except StopIteration as stop:
            return steps, stop.value


def same(a: Training, b: Training) -> bool:
    return a.measures == b.measures and all(np.array_equal(a.weights[name], b.weights[name]) for name in a.weights)


# --- training --------------------------------------------------------------------------------------------------


def test_the_default_settings_reach_98_percent_on_the_test_points() -> None:
    for seed in (1, 2, 3):
        best = max(one.measures["test accuracy"] for one in first(run_playground(PlaygroundSettings(seed=seed)), 200))
        assert best >= 0.98


def test_a_run_ends_after_its_epochs_and_is_the_same_twice() -> None:
    steps, end = ended(run_playground(SMALL))
    assert [one.step for one in steps] == list(range(11))
    assert end == Done()
    assert all(same(a, b) for a, b in zip(steps, ended(run_playground(SMALL))[0], strict=True))
    other, _ = ended(run_playground(replace(SMALL, seed=2)))
    assert not same(steps[0], other[0])


def test_snapshots_are_copies_that_nobody_can_change() -> None:
    start, end = first(run_playground(SMALL), 2)
    assert not np.array_equal(start.weights["W1"], end.weights["W1"])
    with pytest.raises(ValueError, match="read-only"):
        start.weights["W1"][0, 0] = 1.0


def test_what_the_network_answers_is_what_torch_answers_with_the_same_weights() -> None:
    *_, last = first(run_playground(SMALL), 6)
    points = points_of(SMALL)
    a = torch.tensor(points.plane.astype(np.float32))
    for number in (1, 2, 3):
        a = torch.nn.functional.linear(
            a, torch.tensor(last.weights[f"W{number}"].copy()), torch.tensor(last.weights[f"b{number}"].copy())
        )
        a = torch.tanh(a) if number < 3 else a
    target = torch.tensor((points.target > 0).astype(np.float32))[:, None]
    test = torch.tensor(~points.training)
    loss = torch.nn.functional.binary_cross_entropy_with_logits(a[test], target[test])
    assert last.measures["test loss"] == pytest.approx(loss.item(), rel=1e-5)
    right = ((a > 0) == (target > 0))[test].double().mean()
    assert last.measures["test accuracy"] == pytest.approx(right.item())


@pytest.mark.parametrize("data", [*MADE, "iris", "breast cancer"])
def test_every_data_set_is_learnt_better_than_at_the_start(data: str) -> None:
    steps, _ = ended(run_playground(PlaygroundSettings(data=data, epochs=60)))
    assert steps[-1].measures["test loss"] < 0.8 * steps[0].measures["test loss"]
    assert ("test accuracy" in steps[0].measures) == (points_of(PlaygroundSettings(data=data)).classes is not None)


def test_no_hidden_layer_is_a_line_and_a_product_of_inputs_solves_xor() -> None:
    plain = PlaygroundSettings(data="xor", noise=0.0, layers=0, epochs=100)
    assert ended(run_playground(plain))[0][-1].measures["test accuracy"] < 0.7
    product = replace(plain, input_xy=True)
    assert ended(run_playground(product))[0][-1].measures["test accuracy"] > 0.95


def test_equal_weights_stay_equal() -> None:
    steps, _ = ended(run_playground(replace(SMALL, start="all equal", epochs=40)))
    for name in ("W1", "W2"):
        assert np.ptp(steps[-1].weights[name], axis=0).max() < 1e-5
    assert np.ptp(ended(run_playground(SMALL))[0][-1].weights["W1"], axis=0).max() > 0.1


def test_numbers_are_learnt_with_the_squared_loss_whatever_is_chosen() -> None:
    chosen = PlaygroundSettings(data="plane (regression)", loss="logistic", epochs=10)
    assert first(run_playground(chosen), 3)[-1].measures == (
        first(run_playground(replace(chosen, loss="squared")), 3)[-1].measures
    )


# --- inputs, fields --------------------------------------------------------------------------------------------


def test_inputs_are_what_their_names_say() -> None:
    names = tuple(snapshots.FEATURES)
    x, y = 1.5, -0.7
    values = snapshots.inputs_of(np.array([[x, y]]), names)[:, 0]
    expected = [x, y, x**2, y**2, x * y, np.sin(2 * x), np.sin(2 * y), 1]
    assert values == pytest.approx(expected, rel=1e-6)


def test_without_any_input_nothing_is_run() -> None:
    with pytest.raises(InvalidSettings, match="input"):
        PlaygroundSettings(input_x=False, input_y=False)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "ReLU", "leaky ReLU", "linear"])
def test_fields_are_the_units_values_over_the_plane(activation: str) -> None:
    settings = replace(SMALL, activation=activation, input_xy=True, layers=3, units3=5)
    *_, last = first(run_playground(settings), 4)
    fields = unit_fields(settings, last, side=6)
    assert [one.shape for one in fields] == [(units, 6, 6) for units in sizes_of(settings)]
    assert all(np.abs(one).max() <= 1 for one in fields)
    row, column = 4, 1
    cell = 2 * REACH / 6
    at = cell * np.array([[column + 0.5, row + 0.5]]) - REACH
    values = network_of(settings, last.weights).forward(snapshots.inputs_of(at, feature_names(settings)))
    far = REACH - cell / 2  # the middle of the outermost cell
    assert fields[0][:, row, column] * [far, far, far**2] == pytest.approx(values[0][:-1, 0], rel=1e-5)
    assert fields[-1][0, row, column] == pytest.approx(np.tanh(values[-1][0, 0] / 2), rel=1e-5, abs=1e-6)
    for layer in (1, 2, 3):
        ours, there = fields[layer][:, row, column], values[layer][:-1, 0]
        if activation == "tanh":
            assert ours == pytest.approx(there, rel=1e-4, abs=1e-6)
        elif activation == "sigmoid":
            assert ours == pytest.approx(2 * there - 1, rel=1e-4, abs=1e-6)
        else:
            assert np.array_equal(np.sign(ours), np.sign(there))


def test_the_decision_field_is_the_last_of_the_units_fields_and_has_the_points_colours() -> None:
    settings = PlaygroundSettings(epochs=150)
    *_, last = run_playground(settings)
    whole = field(settings, last, side=90)
    # two ways to sum float32: which digits they share is the processor's
    assert whole == pytest.approx(unit_fields(settings, last, side=90)[-1][0], abs=1e-5)
    points = points_of(settings)
    cells = np.floor((points.plane + REACH) / (2 * REACH) * 90).astype(int).clip(0, 89)
    assert np.mean((whole[cells[:, 1], cells[:, 0]] > 0) == (points.target > 0)) > 0.95


def test_weights_that_are_about_to_diverge_are_drawn_without_a_warning() -> None:
    (start,) = first(run_playground(SMALL), 1)
    for activation in ("ReLU", "tanh", "sigmoid"):
        settings = replace(SMALL, activation=activation, loss="squared")
        huge = replace(start, weights={name: values * np.float32(1e30) for name, values in start.weights.items()})
        assert field(settings, huge, side=5).shape == (5, 5)
        assert all(np.nanmax(np.abs(one)) <= 1 for one in unit_fields(settings, huge, side=5) if np.isfinite(one).any())


# --- edits -----------------------------------------------------------------------------------------------------


def test_an_edit_is_made_at_its_epoch_and_trains_on_from_there() -> None:
    settings = replace(SMALL, edits=((3.0, 1.0, 2.0, 1.0, 7.5, 0.0), (0.0, 2.0, 1.0, 0.0, -4.0, 0.0)))
    steps, plain = first(run_playground(settings), 6), first(run_playground(SMALL), 6)
    assert steps[0].weights["b2"][0] == -4
    assert steps[3].weights["W1"][1, 0] == 7.5
    assert 7.5 != steps[4].weights["W1"][1, 0] == pytest.approx(7.5, abs=0.5)
    assert not same(steps[1], plain[1])


def test_a_frozen_weight_keeps_its_value_until_it_is_freed() -> None:
    settings = replace(SMALL, edits=((2.0, 1.0, 1.0, 2.0, 1.25, 1.0), (6.0, 1.0, 1.0, 2.0, 3.5, 0.0)))
    values = [float(one.weights["W1"][0, 1]) for one in first(run_playground(settings), 10)]
    assert values[2:6] == [1.25] * 4
    assert values[6] == 3.5
    assert values[7] != 3.5
    assert frozen_of(settings, 1) == frozenset()
    assert frozen_of(settings, 4) == {(1, 1, 2)}
    assert frozen_of(settings, 6) == frozenset()


@pytest.mark.parametrize("optimiser", ["SGD", "momentum", "RMSprop", "Adam"])
def test_edits_in_flight_give_the_same_run_as_edits_from_the_start(optimiser: str) -> None:
    settings = replace(SMALL, optimiser=optimiser)
    edits = ((4.0, 3.0, 1.0, 3.0, 0.5, 1.0), (4.0, 1.0, 4.0, 0.0, -1.0, 0.0))
    live = run_playground(settings)
    before = first(live, 5)
    after = [live.send({"edits": edits}), *first(live, 4)]
    replayed = first(run_playground(replace(settings, edits=edits)), 10)
    assert all(same(a, b) for a, b in zip(after, replayed[5:], strict=True))
    assert same(before[3], replayed[3])
    assert same(edited(replace(settings, edits=edits), before[4]), replace(replayed[4], measures=before[4].measures))


def test_an_edit_that_was_made_is_not_made_again_when_another_follows() -> None:
    one, two = (1.0, 2.0, 1.0, 1.0, 0.5, 0.0), (8.0, 1.0, 2.0, 1.0, -5.0, 0.0)
    settings = replace(SMALL, epochs=20)
    live = run_playground(settings)
    first(live, 2)
    live.send({"edits": (one,)})
    *_, before = first(live, 6)
    after = live.send({"edits": (one, two)})
    replayed = first(run_playground(replace(settings, edits=(one, two))), 10)
    assert before.step == 8
    assert same(after, replayed[9])


def test_edits_that_name_no_weight_do_nothing() -> None:
    nowhere = [(0, 9, 1, 1), (0, 1, 5, 1), (0, 1, 1, 3), (0, 0, 1, 1), (-5, 1, 1, 1), (0, 1, 0, 1)]
    settings = replace(SMALL, edits=tuple((*(float(one) for one in place), 5.0, 1.0) for place in nowhere))
    runs = zip(first(run_playground(settings), 4), first(run_playground(SMALL), 4), strict=True)
    assert all(same(a, b) for a, b in runs)


def test_every_place_is_named_once() -> None:
    sizes = (3, 4, 2, 1)
    edits = [
        (0, layer, to, source, 0.0, False)
        for layer in (1, 2, 3)
        for to in range(1, sizes[layer] + 1)
        for source in range(sizes[layer - 1] + 1)
    ]
    assert sorted(snapshots.place_of(edit, sizes) for edit in edits) == list(range(4 * 4 + 2 * 5 + 3))


# --- changes in flight, kept weights ---------------------------------------------------------------------------


def test_the_rate_changes_in_flight() -> None:
    live = run_playground(SMALL)
    before = first(live, 3)[-1]
    slow = live.send({"rate": 1e-5})
    assert all(np.abs(slow.weights[name] - before.weights[name]).max() < 1e-3 for name in slow.weights)


def test_more_epochs_in_flight_keep_the_run_going() -> None:
    live = run_playground(SMALL)
    first(live, 11)
    assert live.send({"epochs": 20}).step == 11


def test_a_kept_network_goes_on_where_it_was() -> None:
    settings = replace(SMALL, optimiser="SGD")
    *_, last = first(run_playground(settings), 6)
    steps, end = ended(reopen_playground(settings, last.weights, last.step))
    assert same(steps[0], last)
    assert [one.step for one in steps] == list(range(5, 11))
    assert end == Done()


@pytest.mark.parametrize("spoil", ["missing", "shape", "nan", "text"])
def test_arrays_of_another_network_are_refused_in_words(spoil: str) -> None:
    (start,) = first(run_playground(SMALL), 1)
    arrays: dict[str, Any] = dict(start.weights)
    arrays["W2"] = {
        "missing": np.zeros(0),
        "shape": np.zeros((4, 4)),
        "nan": np.full((3, 4), np.nan),
        "text": np.full((3, 4), "a"),
    }[spoil]
    with pytest.raises(DataRefused, match="W2 must hold 3 × 4"):
        next(reopen_playground(SMALL, arrays, 3))


# --- divergence ------------------------------------------------------------------------------------------------

WILD = PlaygroundSettings(data="plane (regression)", optimiser="SGD", activation="linear", rate=10.0, epochs=200)


def test_a_rate_that_is_too_large_ends_as_divergence_with_the_last_finite_loss() -> None:
    steps, end = ended(run_playground(WILD))
    assert isinstance(end, Diverged)
    assert end.step == len(steps) > 0
    assert end.quantity == "training loss"
    assert end.last == steps[-1].measures["training loss"]


def test_the_stable_rate_is_smaller_and_with_it_the_loss_falls() -> None:
    rate = stable_rate(WILD)
    assert rate is not None
    assert rate < WILD.rate
    steps, end = ended(run_playground(replace(WILD, rate=rate)))
    assert end == Done()
    assert steps[-1].measures["training loss"] < 0.2 * steps[0].measures["training loss"]


def test_below_the_smallest_rate_there_is_none() -> None:
    assert stable_rate(replace(WILD, rate=1e-5)) is None


# --- own tables ------------------------------------------------------------------------------------------------


def test_an_own_table_is_learnt() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 2)) * [3, 0.01] + [100, 5]
    table = Table(("height", "weight", "ill"), np.column_stack([X, X[:, 0] > 100]))
    steps, _ = ended(run_playground(PlaygroundSettings(data=OWN, table=table, epochs=60)))
    assert steps[-1].measures["test accuracy"] > 0.9
    assert points_of(PlaygroundSettings(data=OWN, table=table)).names == ("height", "weight")


def test_a_table_of_two_columns_is_refused_in_words() -> None:
    with pytest.raises(DataRefused, match="three"):
        next(run_playground(PlaygroundSettings(data=OWN, table=Table(("a", "b"), np.eye(2)))))


def test_an_own_table_is_asked_for() -> None:
    with pytest.raises(InvalidSettings, match="table of your own"):
        PlaygroundSettings(data=OWN)
