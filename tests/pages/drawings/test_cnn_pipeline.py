"""Pictures of softmax and of twenty layers: what they say is what the engine computed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.experiment import Run, experiments_of
from engine.experiments.cnn_pipeline.residual import PLAIN, SKIPS, ResidualSettings
from engine.experiments.cnn_pipeline.softmax import SoftmaxSettings
from pages.computer_vision.cnn_pipeline import residual, softmax
from pages.widgets.canvas import view
from pages.widgets.canvas.scene import Bars, Dots
from pages.widgets.canvas.view import Metrics, Part, Picture, Row, Table, Text


def shares(**settings: float) -> list[Part]:
    chosen = SoftmaxSettings(**settings)
    parts = softmax.view(chosen, experiments_of("cnn_pipeline")["softmax"].perform(chosen))
    assert view.pack(parts)
    return parts


def test_adding_changes_no_probability_and_multiplying_does() -> None:
    for settings, changed in (({"added": 50.0}, "0"), ({"times": -1.0}, "0.836")):
        metrics = shares(**settings)[0]
        assert isinstance(metrics, Metrics)
        assert metrics.values == {"Sum of the probabilities": "1", "Largest change": changed}


def test_bars_and_table_hold_the_probabilities() -> None:
    _, picture, table = shares(temperature=10.0)
    assert isinstance(picture, Picture)
    assert isinstance(table, Table)
    assert [row[1] for row in table.rows] == [2.0, 1.0, 0.5, -1.0, -3.0]
    now, before = (np.asarray(layer.y1) for layer in picture.scene.frames[0].layers if isinstance(layer, Bars))
    assert now == pytest.approx([row[3] for row in table.rows])
    assert np.ptp(now) < np.ptp(before)  # a high temperature levels them
    assert "z₁ 0.2" in picture.scene.frames[0].says
    assert max(now) < picture.scene.y_range[1]


def test_powers_beyond_the_range_of_numbers_are_told() -> None:
    assert not any(isinstance(part, Text) for part in shares())
    *_, told = shares(z1=10.0, times=3.0, temperature=0.1, added=100.0)
    assert isinstance(told, Text)
    assert "64-bit" in told.text


@pytest.fixture(scope="module")
def trained() -> tuple[ResidualSettings, Run[Any]]:
    settings = ResidualSettings(depth=4, epochs=2)
    return settings, experiments_of("cnn_pipeline")["residual"].perform(settings)


def test_losses_and_gradients_are_the_runs_own(trained: tuple[ResidualSettings, Run[Any]]) -> None:
    settings, run = trained
    loss, row, table = residual.view(settings, run)
    assert isinstance(loss, Picture)
    assert isinstance(row, Row)
    assert isinstance(table, Table)
    assert loss.scene.legend == ["with skips", "without skips"]
    drawn = {layer.group: np.asarray(layer.y) for layer in loss.scene.frames[0].layers if isinstance(layer, Dots)}
    for one in run.outcome.stacks:
        assert 10 ** drawn[residual.GROUPS[one.name]] == pytest.approx(one.losses)
    before, after = (part.scene for part in row.parts if isinstance(part, Picture))
    assert before.y_range == after.y_range
    assert (before.title, after.title) == ("Gradients before training", "Gradients after 2 epochs")
    assert f"without skips {residual.short(run.outcome.stacks[0].gradients[0][0])}" in before.frames[0].says
    assert [line[0] for line in table.rows] == [PLAIN, SKIPS]
    assert table.rows[1][1] == f"{run.outcome.stacks[1].accuracy[-1]:.1%} of 597"


def test_gradients_that_vanished_stay_on_the_axis() -> None:
    assert residual.seen(np.array([0.0, 1e-30, 2.0])).tolist() == [1e-24, 1e-24, 2.0]
    assert residual.short(7.33e-9) == "7.3 × 10⁻⁹"
