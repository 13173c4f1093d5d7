"""What is special about the experiments of a complete CNN: training in view, its pictures, the worked example."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest

from engine.computer_vision.digits import split
from engine.ends import Cancelled, Diverged, Done, End
from engine.errors import DataRefused
from engine.experiment import experiments_of
from engine.experiments.cnn_pipeline import EXPERIMENTS, digits, softmax, worked
from engine.experiments.cnn_pipeline.digits import DigitsSettings
from engine.experiments.cnn_pipeline.residual import ResidualSettings
from engine.experiments.cnn_pipeline.softmax import SoftmaxSettings

DIGITS, SOFTMAX, RESIDUAL = EXPERIMENTS
SHORT = DigitsSettings(epochs=2, train=400)


def weights_of(settings: DigitsSettings, most: int | None = None) -> Mapping[str, Any]:
    return DIGITS.perform(settings, most).outcome.weights


# --- digits ----------------------------------------------------------------------------------------------------


def test_a_run_measures_the_test_at_the_start_and_after_every_epoch() -> None:
    snapshots = list(digits.run_digits(SHORT))
    assert [one.step for one in snapshots] == list(range(SHORT.steps + 1))
    assert SHORT.steps == 14
    tested = [one.step for one in snapshots if "test accuracy" in one.measures]
    assert tested == [0, 7, 14]
    assert all("training loss" in one.measures for one in snapshots[1:])
    assert snapshots[0].measures["test loss"] == pytest.approx(math.log(10), abs=0.35)
    assert snapshots[-1].measures["test accuracy"] > 0.5 > snapshots[0].measures["test accuracy"]


def test_a_snapshot_stays_as_it_was() -> None:
    run = digits.run_digits(SHORT)
    first = next(run)
    before = {name: one.copy() for name, one in first.weights.items()}
    second = next(itertools.islice(run, 3, None))
    assert all(np.array_equal(first.weights[name], one) for name, one in before.items())
    assert not np.array_equal(second.weights["dense.weight"], before["dense.weight"])


def test_the_end_of_a_run_is_its_last_step() -> None:
    assert isinstance(DIGITS.perform(SHORT).end, Done)
    assert isinstance(DIGITS.perform(SHORT, 5).end, Cancelled)


def test_changes_in_flight_hold_from_the_next_batch() -> None:
    run = digits.run_digits(SHORT)
    next(run)
    before = run.send({"rate": 1e-12}).weights["dense.weight"]
    np.testing.assert_allclose(next(run).weights["dense.weight"], before, atol=1e-9)
    moved = run.send({"rate": 0.1, "shift": 0.0, "warp": 0.0, "smoothing": 0.0})
    assert np.abs(moved.weights["dense.weight"] - before).max() > 1e-4


def test_a_run_that_diverges_says_at_which_step() -> None:
    def drive() -> Iterator[int]:
        """Send a rate beyond all bounds, and hand on what the run returns."""
        run = digits.run_digits(DigitsSettings(norm=False, epochs=2, train=400))
        next(run)
        yield run.send({"rate": 1e30}).step
        while True:
            try:
                yield next(run).step
            except StopIteration as stop:
                ends.append(stop.value)
                return

    ends: list[End] = []
    *_, last = drive()
    (end,) = ends
    assert isinstance(end, Diverged)
    assert end.step == last + 1
    assert end.quantity == "training loss"
    assert math.isfinite(end.last)


def test_a_kept_network_trains_on_from_where_it_was() -> None:
    half = DIGITS.perform(SHORT, 8).outcome
    run = digits.reopen_digits(SHORT, half.weights, half.step)
    first = next(run)
    assert first.step == half.step == 7
    assert all(np.array_equal(first.weights[name], one) for name, one in half.weights.items())
    rest = list(run)
    assert rest[-1].step == SHORT.steps
    assert rest[-1].measures["test accuracy"] > first.measures["test accuracy"] - 0.05
    assert len(list(digits.reopen_digits(SHORT, rest[-1].weights, SHORT.steps))) == 1


@pytest.mark.parametrize("damage", ["another network", "nothing", "a shape", "a number"])
def test_arrays_of_no_such_network_are_refused_in_words(damage: str) -> None:
    kept = dict(weights_of(SHORT, 1))
    if damage == "another network":
        kept = dict(weights_of(DigitsSettings(second=4), 1))
    elif damage == "nothing":
        kept = {}
    elif damage == "a shape":
        kept["dense.bias"] = np.zeros(3, np.float32)
    else:
        kept["dense.bias"] = np.full(10, np.nan, np.float32)
    with pytest.raises(DataRefused, match="not the weights"):
        digits.reopen_digits(SHORT, kept, 0)


@pytest.mark.parametrize(("second", "norm"), [(16, True), (0, True), (5, False)])
def test_the_stages_of_an_image_fit_the_parts_that_are_listed(second: int, norm: bool) -> None:
    settings = DigitsSettings(second=second, norm=norm)
    weights, image = weights_of(settings, 3), digits.example(settings, 7)
    stages = digits.stages_of(weights, image)
    shapes = [part.shape for part in digits.parts_of(settings) if part.name.startswith(("ReLU", "max"))]
    assert [one.maps.shape for one in stages] == shapes
    assert all((one.maps >= 0).all() for one in stages)
    last, pooled = stages[-2].maps, stages[-1].maps
    assert np.array_equal(pooled, last.reshape(len(last), 4, 2, 4, 2).max(axis=(2, 4)))
    shares = digits.probabilities_of(weights, image)
    assert shares.shape == (10,)
    assert shares.sum() == pytest.approx(1)


def test_the_digit_to_watch_is_a_test_digit_of_its_class() -> None:
    settings = DigitsSettings()
    _, test = split(settings.train, settings.seed)
    for label in range(10):
        chosen = [digits.example(settings, label, number) for number in range(3)]
        for image in chosen:
            (found,) = np.flatnonzero((test.images == image).all(axis=(1, 2)))
            assert test.labels[found] == label
        assert not np.array_equal(chosen[0], chosen[1])
    assert digits.example(settings, 3, 10_000).shape == (8, 8)


def test_the_reading_of_a_snapshot_is_what_the_run_measured() -> None:
    last = DIGITS.perform(SHORT).outcome
    test, reading = digits.reading_of(SHORT, last.weights)
    assert len(test.labels) == 1_397
    assert reading.accuracy == last.measures["test accuracy"]
    assert reading.loss == last.measures["test loss"]


def test_two_runs_side_by_side_do_not_touch_each_other() -> None:
    alone = weights_of(SHORT, 6)
    first, second = digits.run_digits(SHORT), digits.run_digits(DigitsSettings(seed=9, epochs=2, train=400))
    for _ in range(6):
        one = next(first)
        next(second)
    assert all(np.array_equal(one.weights[name], kept) for name, kept in alone.items())


# --- softmax ---------------------------------------------------------------------------------------------------


def test_what_is_done_to_the_logits_is_done() -> None:
    plain = softmax.run_softmax(SoftmaxSettings())
    added = softmax.run_softmax(SoftmaxSettings(added=-40.0))
    np.testing.assert_allclose(added.probabilities, plain.probabilities, atol=1e-12)
    np.testing.assert_allclose(added.logits, plain.logits - 40)
    doubled = softmax.run_softmax(SoftmaxSettings(times=2.0))
    cold = softmax.run_softmax(SoftmaxSettings(temperature=0.5))
    np.testing.assert_allclose(doubled.probabilities, cold.probabilities, atol=1e-12)
    turned = softmax.run_softmax(SoftmaxSettings(times=-1.0)).probabilities
    assert turned.argmax() == plain.probabilities.argmin()
    np.testing.assert_allclose(plain.powers / plain.powers.sum(), plain.probabilities)


@pytest.mark.parametrize(("added", "temperature", "overflows"), [(0, 1, False), (100, 0.1, True), (-100, 0.1, True)])
def test_overflow_is_said_where_the_powers_alone_would_have_it(
    added: float, temperature: float, overflows: bool
) -> None:
    outcome = softmax.run_softmax(SoftmaxSettings(added=float(added), temperature=float(temperature)))
    with np.errstate(over="ignore", under="ignore"):
        total = np.exp(outcome.logits / temperature).sum()
    assert outcome.overflows is overflows is bool(np.isinf(total) or total == 0)
    assert outcome.probabilities.sum() == pytest.approx(1)


# --- residual --------------------------------------------------------------------------------------------------


def test_the_skip_switch_chooses_the_stacks_and_leaves_them_as_they_are() -> None:
    settings = {"depth": 4, "epochs": 2}
    both = RESIDUAL.perform(ResidualSettings(**settings)).outcome
    assert [one.name for one in both.stacks] == ["without skips", "with skips"]
    for course, paths in zip(both.stacks, ("without skips", "with skips"), strict=True):
        (alone,) = RESIDUAL.perform(ResidualSettings(**settings, paths=paths)).outcome.stacks
        assert np.array_equal(alone.losses, course.losses)
        assert np.array_equal(alone.gradients, course.gradients)
        assert course.gradients.shape == (3, 4)
        assert course.losses.shape == course.accuracy.shape == (3,)


def test_a_plain_stack_loses_its_gradient_layer_by_layer_and_a_better_start_keeps_it() -> None:
    plain, skips = RESIDUAL.perform(ResidualSettings(epochs=1)).outcome.stacks
    logs = np.log10(plain.gradients[0])
    assert logs[-1] - logs[0] > 5
    slope = np.polyfit(np.arange(20), logs, 1)[0]
    assert 0.25 < slope < 0.5  # √(1/6) a layer would be 0.39
    assert np.ptp(np.log10(skips.gradients[0])) < 2
    he, _ = RESIDUAL.perform(ResidualSettings(epochs=1, start="He")).outcome.stacks
    assert np.ptp(np.log10(he.gradients[0])) < 1.5


# --- the worked example ----------------------------------------------------------------------------------------


def test_the_worked_example_counts_what_torch_counts() -> None:
    from torch import nn, zeros

    numbers = worked.worked()
    model = nn.Sequential(
        nn.Conv2d(3, 32, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(30_752, 128),
        nn.ReLU(),
        nn.Linear(128, 10),
    )
    counts = [sum(one.numel() for one in layer.parameters()) for layer in model]
    assert [counts[k] for k in (0, 4, 6)] == [numbers["conv"], numbers["hidden"], numbers["last"]]
    assert sum(counts) == numbers["total"] == 3_938_570
    assert tuple(model[:3](zeros(1, 3, 64, 64)).shape) == (1, 32, numbers["pooled"], numbers["pooled"])
    assert numbers["flat"] == 30_752
    assert numbers["ours"] == 3_866


def test_the_worked_example_does_its_softmax_by_the_formula() -> None:
    numbers = worked.worked()
    below = math.exp(2) + math.exp(1) + 1
    assert numbers["p1"] == pytest.approx(math.exp(2) / below)
    assert numbers["p1"] + numbers["p2"] + numbers["p3"] == pytest.approx(1)
    assert numbers["cold1"] == pytest.approx(math.exp(4) / (math.exp(4) + math.exp(2) + 1))
    assert numbers["shifted1"] == pytest.approx(numbers["p1"])
    assert numbers["nll"] == pytest.approx(math.log(below) - 2)


def test_the_topic_lists_its_experiments() -> None:
    assert list(experiments_of("cnn_pipeline")) == ["digits", "softmax", "residual"]
