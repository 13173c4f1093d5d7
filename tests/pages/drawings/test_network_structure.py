"""The pictures of network structure's flow of numbers and of its twenty layers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.experiment import experiments_of
from engine.experiments.network_structure.flow import PIXELS, SIGMOIDS, TYPED, FlowSettings, FlowStep
from engine.experiments.network_structure.init import COMPARED, InitSettings, run_init
from pages.deep_learning.network_structure import flow, init, sums
from pages.widgets.canvas.scene import Bars, Lines, Scene, Words
from pages.widgets.canvas.view import Metrics, Picture, Row, Sheet, Table, Tabs, Text
from pages.widgets.plate.seats import changed


def flown(settings: FlowSettings) -> tuple[Any, Any, str]:
    """Return the outcome, the tabs and the sentence under them."""
    run = experiments_of("network_structure")["flow"].perform(settings)
    tabs, sentence = flow.view(settings, run)
    assert isinstance(tabs, Tabs)
    assert isinstance(sentence, Text)
    return run, tabs.pages, sentence.text


def scene_in(part: object) -> Scene:
    assert isinstance(part, Picture)
    return part.scene


# --- the sums ----------------------------------------------------------------------------------------------------


def test_the_replay_has_a_frame_for_each_term_and_begins_with_what_all_comes_to() -> None:
    run, pages, sentence = flown(FlowSettings())
    picture = pages[flow.SUMS][0]
    assert len(picture.scene.frames) == len(run.snapshots)
    assert picture.at == -1
    last: FlowStep = run.outcome
    for unit, value in enumerate(last.values[-1], 1):
        assert f"{sums.name('y', unit)} = {sums.written(value)}" in sentence
    assert "e-" not in sentence
    words = [text for layer in picture.scene.frames[-1].layers if isinstance(layer, Words) for text in layer.texts]
    assert f"h₁ = {sums.written(last.values[1][0])}" in words


def test_the_curves_are_those_of_the_engine_and_the_input_is_marked() -> None:
    run, pages, _ = flown(FlowSettings(weights=SIGMOIDS, a1=-4.0))
    outputs, hidden = map(scene_in, pages[flow.CURVE])
    place, curve = outputs.frames[0].layers[:2]
    assert isinstance(place, Lines)
    assert isinstance(curve, Lines)
    assert place.x0 == place.x1 == [-4.0]
    assert np.array_equal(curve.y0, run.outcome.answers[2][0][:-1])
    assert hidden.legend == ["h₁", "h₂"]
    assert f"to {run.outcome.answers[2].max():.3g}" in outputs.frames[0].says


@pytest.mark.parametrize(("layer", "other"), [("first", "second"), ("second", "first")])
def test_a_typed_weight_changes_its_layer_and_leaves_the_network_as_it_is(layer: str, other: str) -> None:
    before, pages, _ = flown(FlowSettings(inputs=2, hidden=3, outputs=1, activation="sigmoid"))
    sheet = next(one for one in pages[flow.WEIGHTS] if isinstance(one, Sheet) and one.sets == layer)
    assert sheet.names[-1] == "bias"
    typed = [list(row) for row in sheet.rows]
    typed[0][0] += 1.0
    values = changed(FlowSettings, {}, {layer: typed, **{name: told(one) for name, one in sheet.also.items()}})
    settings = FlowSettings(**values)
    assert (settings.weights, settings.inputs, settings.hidden, settings.outputs) == (TYPED, 2, 3, 1)
    after = flown(settings)[0].outcome
    number = ("first", "second").index(layer)
    moved = after.layers[number][0] - before.outcome.layers[number][0]
    assert moved[0, 0] == pytest.approx(1.0)
    assert np.count_nonzero(np.abs(moved) > 1e-12) == 1
    assert np.array_equal(after.layers[1 - number][0], before.outcome.layers[1 - number][0])
    assert after.activation == "sigmoid"
    assert other in sheet.also


def told(value: Any) -> Any:
    """Return a value as it comes back in JSON."""
    return [list(row) for row in value] if isinstance(value, tuple) else value


def test_sums_that_are_equal_are_not_said_to_differ() -> None:
    assert flow.apart(0.0) == "are equal"
    assert flow.apart(2.2e-16) == "differ by at most 2\u00a0×\u00a010⁻¹⁶"


def test_a_shuffled_digit_gives_the_same_sums_only_with_its_weights() -> None:
    run, pages, sentence = flown(FlowSettings(weights=PIXELS, shuffle=True))
    assert len(scene_in(pages[flow.IMAGE][0]).frames) == 9
    picture, table = pages[flow.DENSE]
    assert isinstance(table, Table)
    assert table.columns == ("neuron", "in order", "both reordered", "pixels alone")
    neuron, plain, moved, strange = table.rows[1]
    assert neuron == "z₂"
    assert plain == run.outcome.plain[1] == pytest.approx(moved)
    assert strange == run.outcome.strange[1]
    assert strange != pytest.approx(plain)
    assert f"in order: z₁ {run.outcome.plain[0]:.3g}" in scene_in(picture).frames[0].says
    assert "e-" not in sentence


# --- twenty layers -----------------------------------------------------------------------------------------------


def initial(**settings: Any) -> tuple[Any, dict[str, str], Scene, Scene]:
    """Return the outcome, the metrics and both pictures."""
    chosen = InitSettings(**settings)
    metrics, row = init.view(chosen, experiments_of("network_structure")["init"].perform(chosen))
    assert isinstance(metrics, Metrics)
    assert isinstance(row, Row)
    sizes, ridges = map(scene_in, row.parts)
    return run_init(chosen), dict(metrics.values), sizes, ridges


def test_the_metrics_say_what_is_left_of_the_signal_without_a_powers_e() -> None:
    outcome, metrics, sizes, _ = initial(scale="half of He", width=64)
    left = metrics["Signal after 20 layers"]
    assert left.endswith(" × the input")
    assert "e-" not in left
    assert metrics["Zeros in the last layer"] == f"{outcome.quiet[-1]:.0%}"
    assert list(sizes.legend) == [init.CHOSEN, *COMPARED]
    assert f"half of He: {init.rounded(outcome.sizes['half of He'][-1])}" in sizes.frames[0].says
    low, high = sizes.y_range
    assert low < np.log10(outcome.sizes["half of He"][-1]) < np.log10(outcome.sizes["twice He"][-1]) < high


def test_sizes_that_stay_as_they_are_have_an_axis_of_two_decades_at_least() -> None:
    sizes = initial(normalise=True, width=16)[2]
    assert sizes.y_range[1] - sizes.y_range[0] > 2


def test_the_bars_of_a_layer_hold_all_that_is_not_zero_and_the_rest_is_said() -> None:
    outcome, _, _, ridges = initial(width=64)
    bars = [layer for layer in ridges.frames[0].layers if isinstance(layer, Bars)]
    assert len(bars) == len(outcome.values) == 4
    for one, values in zip(bars, outcome.values, strict=True):
        heights = np.subtract(one.y1, one.y0)
        assert heights.max() == pytest.approx(init.TALL)
        ends = np.append(one.x0, np.asarray(one.x1)[-1])
        counts, _ = np.histogram(values[values > 0] / values.max(), ends)
        assert counts.sum() == (values > 0).sum()
        assert heights == pytest.approx(init.TALL * counts / counts.max())
        assert f"largest {init.rounded(values.max())}, {np.mean(values == 0):.0%} are 0" in ridges.frames[0].says


def test_values_of_both_signs_have_both_sides_and_a_dead_layer_has_no_bars() -> None:
    assert initial(activation="tanh", width=64)[3].x_range == (-1.0, 1.0)
    assert initial(activation="sigmoid", width=64)[3].x_range == (0.0, 1.0)
    assert [type(one) for one in init.ridge(np.zeros(5), 0.0, 0.0)] == [Lines]
    assert init.said_of(np.zeros(5)) == "largest 0, 100% are 0"
