"""What the pictures of attention and transformers say and hold."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.experiments.transformers.attend import DRAWN, WORDS, AttendSettings, run_attend
from engine.experiments.transformers.attend import EXPERIMENT as ATTEND
from engine.experiments.transformers.order import EXPERIMENT as ORDER
from engine.experiments.transformers.order import SENTENCE, SINUSOIDAL, OrderSettings
from engine.experiments.transformers.scale import EXPERIMENT as SCALE
from engine.experiments.transformers.scale import ScaleSettings
from engine.experiments.transformers.worked import worked
from pages.language_modeling.transformers import attend, order, scale
from pages.widgets.canvas.scene import Bars, Cells, Dots, Frame, Lines, Words
from pages.widgets.canvas.view import Board, Metrics, Picture, Row, Sheet, Table, Tabs, Text


def only(kind: type[Any], frame: Frame) -> list[Any]:
    return [layer for layer in frame.layers if isinstance(layer, kind)]


def attended(settings: AttendSettings) -> tuple[Board, Picture, Tabs]:
    row: Any
    tabs: Any
    row, tabs = attend.view(settings, ATTEND.perform(settings))
    ((_, board), (_, taken)) = row.parts
    return board, taken, tabs


def test_the_words_are_dragged_and_set_their_vectors() -> None:
    board, _, _ = attended(AttendSettings())
    assert board.sets_points == "vectors"
    assert board.points == AttendSettings().vectors
    assert board.adds == "none"
    far, _, _ = attended(AttendSettings(vectors=((10.0, 0.0), (0.0, 2.0), (1.0, 1.0))))
    assert far.x_range[1] > 10


def test_what_a_word_takes_home_lies_where_the_worked_example_says() -> None:
    _, taken, _ = attended(AttendSettings())
    (frame,) = taken.scene.frames
    outputs, values = only(Dots, frame)
    numbers = worked()
    assert (outputs.x[0], outputs.y[0]) == pytest.approx((numbers["output_1"], numbers["output_2"]))
    assert list(values.x) == [-2, 0, -1]
    assert "dog has the value (−2.00, 0.00) and takes (−1.72, −0.28)" in frame.says
    assert "man takes" in only(Words, frame)[0].texts


@pytest.mark.parametrize("seed", range(12))
def test_no_name_covers_another_one(seed: int) -> None:
    _, taken, _ = attended(AttendSettings(projections=DRAWN, seed=seed))
    scene = taken.scene
    (names,) = only(Words, scene.frames[0])
    across, up = (abs(high - low) for low, high in (scene.x_range, scene.y_range))
    places = np.column_stack([names.x, names.y]) / (across, up)
    for i, j in zip(*np.triu_indices(len(places), 1), strict=True):
        apart = np.abs(places[i] - places[j])
        assert apart[0] >= 0.3 or apart[1] >= 0.07, (i, j)


def test_scores_weights_and_their_sums_follow_the_switches() -> None:
    _, _, tabs = attended(AttendSettings(masked=True, scaled=False, normalised=False))
    row, sums = tabs.pages["Scores and weights"]
    assert isinstance(row, Row)
    assert isinstance(sums, Text)
    scores, weights = (one.scene for one in row.parts if isinstance(one, Picture))
    assert np.isnan(only(Cells, scores.frames[0])[0].values[0, 1])
    assert scores.title == "Scores, query · key"
    assert weights.title == "Weights: the scores themselves"
    assert sums.text == "The weights of the three rows sum to 4, 4, 6."


def test_every_number_can_be_typed_or_is_read_where_it_was_drawn() -> None:
    _, _, tabs = attended(AttendSettings())
    ((row,)) = tabs.pages["Type the numbers"]
    assert isinstance(row, Row)
    sheets = [one for one in row.parts if isinstance(one, Sheet)]
    assert [one.sets for one in sheets] == ["vectors", "W_q", "W_k", "W_v"]
    assert sheets[3].rows == ((-1.0, 0.0), (0.0, -1.0))
    drawn = AttendSettings(projections=DRAWN, seed=3)
    ((row,)) = attended(drawn)[2].pages["Type the numbers"]
    assert isinstance(row, Row)
    tables = [one for one in row.parts if isinstance(one, Table)]
    assert [one.rows[0][1] for one in tables] == run_attend(drawn).projections[:, 0, 0].tolist()


def test_the_vectors_stand_in_a_table() -> None:
    _, _, tabs = attended(AttendSettings())
    (table,) = tabs.pages["Queries, keys, values"]
    assert isinstance(table, Table)
    assert [row[0] for row in table.rows] == list(WORDS)
    assert table.rows[0][1:] == ("(−1.72, −0.28)", "(2.00, 0.00)", "(2.00, 0.00)", "(−2.00, 0.00)")


def test_a_dimension_of_ones_own_is_looked_into() -> None:
    settings = ScaleSettings(k=48, keys=5, power=0.25)
    run = SCALE.perform(settings)
    row, weights, metrics, _ = scale.view(settings, run)
    assert isinstance(row, Row)
    assert isinstance(weights, Picture)
    assert isinstance(metrics, Metrics)
    look = run.outcome.dimensions.tolist().index(48)
    assert metrics.values["Σ p (1 − p) at d_k = 48, raw"] == f"{run.outcome.gradient[0, look]:.3f}"
    assert metrics.values["… divided by d_k^0.25"].startswith("as d_k^0.5")
    raw, divided = only(Bars, weights.scene.frames[0])
    assert list(raw.y1) == run.outcome.weights[0].tolist()
    assert list(divided.y1) == run.outcome.weights[1].tolist()
    variance, entropy = (one.scene for one in row.parts if isinstance(one, Picture))
    here = only(Lines, variance.frames[0])[0]
    assert here.x0 == [pytest.approx(np.log10(48))]
    assert f"from {run.outcome.entropy[0, 0]:.3g} to {run.outcome.entropy[0, -1]:.3g} raw" in entropy.frames[0].says


def test_without_positions_every_line_joins_two_outputs_that_are_the_same() -> None:
    settings = OrderSettings()
    picture, metrics, tabs = order.view(settings, ORDER.perform(settings))
    assert isinstance(picture, Picture)
    assert isinstance(metrics, Metrics)
    assert isinstance(tabs, Tabs)
    (frame,) = picture.scene.frames
    joins = only(Lines, frame)[1]
    assert set(np.asarray(joins.group).tolist()) == {order.KEPT}
    assert (np.asarray(joins.y1) - 1.5).tolist() == [3, 4, 2, 0, 1]  # a man bites the dog
    assert "≈ 0" in only(Words, frame)[2].texts
    assert metrics.values["The rows of the second"] == "the same rows in another order"
    assert list(tabs.pages) == ["the dog bites a man", "a man bites the dog"]


def test_with_positions_each_word_s_difference_stands_at_its_row() -> None:
    settings = OrderSettings(positions=SINUSOIDAL)
    run = ORDER.perform(settings)
    picture, metrics, tabs = order.view(settings, run)
    assert isinstance(picture, Picture)
    assert isinstance(metrics, Metrics)
    assert isinstance(tabs, Tabs)
    (frame,) = picture.scene.frames
    assert set(np.asarray(only(Lines, frame)[1].group).tolist()) == {order.MOVED}
    moved = run.outcome.moved
    assert only(Words, frame)[2].texts == [f"{moved[i]:.2g}" for i in run.outcome.order]
    assert f"{SENTENCE[0]} {moved[0]:.2g}" in frame.says
    assert metrics.values["The rows of the second"] == "other rows"
    (positions,) = tabs.pages["Position vectors"]
    assert isinstance(positions, Picture)
    cells = only(Cells, positions.scene.frames[0])[0]
    assert np.asarray(cells.values)[1, :2] == pytest.approx([np.sin(1), np.cos(1)])


def test_a_mask_alone_makes_other_rows() -> None:
    settings = replace(OrderSettings(), masked=True)
    _, metrics, _ = order.view(settings, ORDER.perform(settings))
    assert isinstance(metrics, Metrics)
    assert metrics.values["The rows of the second"] == "other rows"
