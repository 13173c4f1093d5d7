"""What the plates of backpropagation show: the engine's numbers, in boxes, curves, tables and sentences."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import numpy as np
import pytest

from engine.experiment import Run, experiments_of
from engine.experiments.backpropagation.batch import BatchSettings
from engine.experiments.backpropagation.graph import GIVEN, GraphSettings
from engine.experiments.backpropagation.neuron import NeuronSettings
from engine.experiments.backpropagation.vanish import VanishSettings
from engine.settings import Settings
from pages.deep_learning.backpropagation import batch, boxes, graph, neuron, vanish
from pages.widgets.canvas.scene import Bars, Dots, Frame, Lines, Scene, Words
from pages.widgets.canvas.view import Board, Metrics, Part, Picture, Press, Row, Sheet, Table, Tabs, Text, written

DRAWN = {"neuron": neuron.view, "graph": graph.view, "batch": batch.view, "vanish": vanish.view}
Kind = TypeVar("Kind")


def shown(name: str, settings: Settings) -> tuple[list[Part], Any]:
    run: Run[Any] = experiments_of("backpropagation")[name].perform(settings)
    parts: list[Part] = DRAWN[name](settings, run)  # type: ignore[operator]
    return parts, run.outcome


def every(parts: Sequence[Part]) -> Iterator[Part]:
    for part in parts:
        yield part
        if isinstance(part, Row):
            for column in part.parts:
                yield from every(column if isinstance(column, Sequence) else [column])
        if isinstance(part, Tabs):
            for page in part.pages.values():
                yield from every(page)


def of(parts: Sequence[Part], kind: type[Kind]) -> list[Kind]:
    return [part for part in every(parts) if isinstance(part, kind)]


def layers(frame: Frame, kind: type[Kind]) -> list[Kind]:
    return [layer for layer in frame.layers if isinstance(layer, kind)]


def texts(frame: Frame) -> list[str]:
    return [text for words in layers(frame, Words) for text in words.texts]


# --- one neuron ------------------------------------------------------------------------------------------------


def test_the_neurons_figures_and_tables_are_the_worked_example() -> None:
    parts, _ = shown("neuron", NeuronSettings())
    assert of(parts, Metrics)[0].values == {"∂L/∂w": "−0.09359", "New w": "0.50936", "New L": "0.03032"}
    steps, updates = of(parts, Table)
    assert dict(steps.rows)["∂L/∂w, the product"] == pytest.approx(-0.0936, abs=5e-5)  # type: ignore[arg-type]
    assert dict(steps.rows)["w − η · ∂L/∂w"] == pytest.approx(0.50936, abs=5e-6)  # type: ignore[arg-type]
    assert [row[0] for row in updates.rows] == ["now", "right update", "wrong sign", "wrong sign, × 10"]
    assert updates.rows[3][1] == pytest.approx(0.40625)


def test_every_weight_is_marked_on_the_curve_where_it_lies_in_the_picture() -> None:
    parts, outcome = shown("neuron", NeuronSettings(rate=100.0, x=-5.0))
    near, whole = (picture.scene for picture in of(parts, Picture))
    for scene, far in ((near, math.inf), (whole, 10.0)):
        marks = {int(dots.group): float(dots.x[0]) for dots in layers(scene.frames[0], Dots)}  # type: ignore[arg-type,index]
        assert marks == {k: one.w for k, one in enumerate(outcome.weights) if abs(one.w) <= far}
        assert scene.legend[0] == "now"
        assert scene.legend[neuron.TANGENT] == "tangent"
        assert f"wrong sign: w {written(outcome.weights[2].w)}" in scene.frames[0].says


def test_the_tangent_has_the_slope_that_is_said() -> None:
    parts, outcome = shown("neuron", NeuronSettings(w=1.0))
    _, tangent = layers(of(parts, Picture)[0].scene.frames[0], Lines)
    rise, run = np.subtract(tangent.y1, tangent.y0), np.subtract(tangent.x1, tangent.x0)
    assert rise / run == pytest.approx(outcome.now.by_w, abs=1e-9)


# --- the graph -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("network", boxes.PLACES)
@pytest.mark.parametrize("activation", ["ReLU", "sigmoid"])
def test_no_two_boxes_overlap_and_all_lie_in_the_picture(network: str, activation: str) -> None:
    _, outcome = shown("graph", GraphSettings(network=network, activation=activation))
    at = boxes.places(network, activation)
    places = [at[node.name] for node in outcome.nodes]
    for k, (x, y) in enumerate(places):
        assert boxes.WIDE < x < 1 - boxes.WIDE
        assert boxes.TALL < y < boxes.DEEP - boxes.TALL
        for other_x, other_y in places[:k]:
            assert abs(x - other_x) > 2 * boxes.WIDE or abs(y - other_y) > 2 * boxes.TALL


@pytest.mark.parametrize("network", boxes.PLACES)
def test_every_use_of_a_number_is_an_arrow_from_edge_to_edge(network: str) -> None:
    parts, outcome = shown("graph", GraphSettings(network=network))
    at = boxes.places(network, "ReLU")
    [heads] = [lines for lines in layers(of(parts, Picture)[0].scene.frames[0], Lines) if lines.heads]
    assert len(np.ravel(heads.x0)) == sum(len(node.terms) for node in outcome.nodes)
    ends = set(zip(*(np.round(one, 6).tolist() for one in (heads.x1, heads.y1)), strict=True))
    for x, y in ends:
        touched = [
            name
            for name, (left, top) in at.items()
            if abs(x - left) < boxes.WIDE + 1e-6
            and abs(y - top) < boxes.TALL + 1e-6
            and (abs(abs(x - left) - boxes.WIDE) < 1e-6 or abs(abs(y - top) - boxes.TALL) < 1e-6)
        ]
        assert len(touched) == 1, (x, y)


def test_a_frame_completes_one_derivative_and_says_its_sum() -> None:
    parts, outcome = shown("graph", GraphSettings())
    replay = of(parts, Picture)[0].scene
    assert len(replay.frames) == len(outcome.nodes) + 1
    assert not any(text.startswith("∂") for text in texts(replay.frames[0]))
    for done, frame in enumerate(replay.frames):
        assert sum(text.startswith("∂") for text in texts(frame)) == done
    [says] = [frame.says for frame in replay.frames if frame.says.startswith("∂L/∂a₁")]
    assert says == "∂L/∂a₁ = ∂L/∂z₃ · ∂z₃/∂a₁ + ∂L/∂z₄ · ∂z₄/∂a₁ = 2 · 1 + (−4) · (−0.5) = 4"
    at_a1 = replay.frames[1 + [node.name for node in outcome.nodes].index("a1")]
    thick = [lines for lines in layers(at_a1, Lines) if lines.heads and lines.width == 3.0]
    assert len(np.ravel(thick[0].x0)) == 2, "two arrows bring what is added"
    filled = layers(at_a1, Bars)[0]
    assert np.ravel(filled.group).tolist().count(boxes.NOW) == 1  # type: ignore[arg-type]


def test_the_paths_are_listed_drawn_and_added_up() -> None:
    parts, outcome = shown("graph", GraphSettings(watch="x1"))
    tabs = of(parts, Tabs)[0].pages
    scene = of(tabs["Paths"], Picture)[0].scene
    [table], [total] = of(tabs["Paths"], Table), of(tabs["Paths"], Text)
    assert len(table.rows) == len(outcome.paths) == 4 == len(scene.legend)
    assert table.rows[0][1] == "L → ŷ → a₃ → z₃ → a₁ → z₁ → x₁"
    watched = next(node for node in outcome.nodes if node.name == "x1")
    assert total.text == f"The sum of the products is {boxes.number(watched.derivative)} = ∂L/∂x₁."
    assert scene.frames[0].says.startswith("4 paths from L to x₁, with the products 1, 2, 1, 8.")


def test_the_table_of_derivatives_names_its_columns_for_what_they_hold() -> None:
    parts, outcome = shown("graph", GraphSettings(activation="tanh"))
    [table] = of(of(parts, Tabs)[0].pages["Three ways to the derivatives"], Table)
    assert list(table.columns) == ["number", "its value", "∂L/∂ by our autograd", "by torch", "by a central difference"]
    for row, node in zip(table.rows, outcome.nodes, strict=True):
        assert row[2:4] == (node.derivative, node.by_torch)
    given = {row[0]: row for row in table.rows}
    assert given["w₁"][4] == pytest.approx(given["w₁"][2], abs=1e-6)  # type: ignore[arg-type]
    assert math.isnan(given["z₁"][4])  # type: ignore[arg-type]


@pytest.mark.parametrize("start", GraphSettings.declared()["start"].options)  # type: ignore[union-attr]
def test_the_numbers_can_be_typed_and_be_the_networks_own_again(start: str) -> None:
    settings = GraphSettings(network="one neuron", start=start)
    parts, _ = shown("graph", settings)
    [sheet], [press] = of(parts, Sheet), of(parts, Press)
    assert sheet.sets == "weights"
    assert [row[0] for row in sheet.rows] == list(settings.numbers().values())
    assert list(sheet.labels) == ["w₁", "w₂", "b"]
    assert sheet.also == {"start": GIVEN}
    assert not sheet.grows
    assert press.sets == {"weights": [], "start": GIVEN}


def test_the_one_neuron_names_its_steps() -> None:
    for activation, steps in (("sigmoid", True), ("ReLU", False)):
        parts, _ = shown("graph", GraphSettings(network="one neuron", activation=activation))
        assert any("q = 1 + e" in one.text for one in of(parts, Text)) is steps
        assert any(one.text.startswith("p₁ = w₁x₁") for one in of(parts, Text))


# --- the batch -------------------------------------------------------------------------------------------------


def test_the_examples_can_be_dragged_and_typed() -> None:
    points = ((1.0, 0.5), (2.0, 1.0), (-3.0, 0.0))
    parts, _ = shown("batch", BatchSettings(points=points))
    [board], [sheet] = of(parts, Board), of(parts, Sheet)
    assert board.points == sheet.rows == points
    assert (board.sets_points, sheet.sets, board.adds, board.most_points) == ("points", "points", "points", 8)


def test_the_factors_and_both_averages_are_shown() -> None:
    parts, outcome = shown("batch", BatchSettings())
    found = outcome.batch
    assert list(of(parts, Metrics)[0].values.values()) == [
        written(found.gradient),
        written(found.product_of_means),
        written(outcome.by_difference),
    ]
    [table] = of(parts, Table)
    assert [row[4] for row in table.rows] == [*found.products.tolist(), found.gradient]
    assert table.rows[-1][1:4] == (found.errors.mean(), found.slopes.mean(), found.inputs.mean())


def test_the_line_with_the_right_slope_touches_the_loss_and_the_other_cuts_it() -> None:
    settings = BatchSettings()
    parts, outcome = shown("batch", settings)
    scene: Scene = of(parts, Picture)[0].scene
    loss, right, wrong = layers(scene.frames[0], Lines)
    for lines, slope in ((right, outcome.batch.gradient), (wrong, outcome.batch.product_of_means)):
        assert np.subtract(lines.y1, lines.y0) / np.subtract(lines.x1, lines.x0) == pytest.approx(slope, abs=1e-9)
        assert scene.y_range[0] <= np.min(lines.y0) <= np.max(lines.y0) <= scene.y_range[1]
    assert list(scene.legend) == ["loss", batch.MEAN, batch.PRODUCT]
    [here] = layers(scene.frames[0], Dots)
    assert (here.x, here.y) == ([settings.w], [outcome.batch.loss])
    assert f"its slope is {written(outcome.batch.gradient)}" in scene.frames[0].says
    assert len(np.ravel(loss.x0)) == 100


# --- deep stacks -----------------------------------------------------------------------------------------------


def test_both_stacks_are_drawn_layer_by_layer_with_a_logarithmic_axis() -> None:
    parts, outcome = shown("vanish", VanishSettings())
    scenes = [picture.scene for picture in of(parts, Picture)]
    assert [scene.y_label for scene in scenes] == ["length of ∂L/∂z", "length of ∂L/∂W", "spread of the outputs"]
    for scene, field in zip(scenes, ("arriving", "weights", "outputs"), strict=True):
        assert list(scene.legend) == ["A: sigmoid, Xavier", "B: ReLU, He"]
        for group, stack in enumerate(outcome.stacks):
            drawn = layers(scene.frames[0], Dots)[group]
            assert 10.0 ** np.asarray(drawn.y) == pytest.approx(getattr(stack, field))
        assert scene.y_range == tuple(map(round, scene.y_range)), "the axis ends at whole powers of ten"
    assert f"A: sigmoid, Xavier: {vanish.about(outcome.stacks[0].arriving[0])} in layer 1" in scenes[0].frames[0].says
    assert "e-" not in scenes[0].frames[0].says
    assert list(of(parts, Metrics)[0].values.values())[0::2] == [vanish.about(one.share) for one in outcome.stacks]


def test_a_stack_in_which_nothing_arrives_says_so() -> None:
    parts, outcome = shown("vanish", VanishSettings(depth=50, width=4))
    assert math.isnan(outcome.stacks[1].factor)
    assert not math.isnan(outcome.stacks[0].factor)
    [warning] = [one for one in of(parts, Text) if one.warning]
    assert warning.text == "No gradient arrives in the first layer of B: ReLU, He."
    assert of(parts, Metrics)[0].values["B: a layer, on average"] == "–"
