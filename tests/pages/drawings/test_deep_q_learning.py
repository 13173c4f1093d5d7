"""The pictures of deep Q-learning's futures and of its missing gamma."""

from __future__ import annotations

import numpy as np
import pytest

from engine.experiment import experiments_of
from engine.experiments.deep_q_learning.futures import FuturesSettings, run_futures
from engine.experiments.deep_q_learning.gamma import CORRECTED, GammaSettings, run_gamma
from engine.experiments.deep_q_learning.shared import GRID
from pages.reinforcement_learning.deep_q_learning import futures, gamma
from pages.widgets.canvas.scene import Bars, Cells, Dots, Lines, Scene, Words
from pages.widgets.canvas.view import Metrics, Part, Picture, Row, Table, Tabs, Text, written


def drawn(settings: FuturesSettings | GammaSettings) -> list[Part]:
    found = experiments_of("deep_q_learning")
    if isinstance(settings, GammaSettings):
        return gamma.view(settings, found["gamma"].perform(settings))
    return futures.view(settings, found["futures"].perform(settings))


def scenes(parts: object) -> list[Scene]:
    """Return the scenes of rows of pictures, from left to right and from top to bottom."""
    rows = [one for one in parts if isinstance(one, Row)]  # type: ignore[attr-defined]
    return [one.scene for row in rows for one in row.parts if isinstance(one, Picture)]


# --- futures -----------------------------------------------------------------------------------------------------


def test_the_metrics_and_every_picture_of_the_futures_state_the_engines_numbers() -> None:
    settings = FuturesSettings(rollouts=250, seed=4)
    outcome = run_futures(settings)
    metrics, *rows = drawn(settings)
    assert isinstance(metrics, Metrics)
    mean, exact, apart = metrics.values.values()
    assert mean == f"{outcome.mean:.4f} ± {outcome.error:.4f}".replace("-", "−")
    assert exact == f"{outcome.exact:.4f}".replace("-", "−")
    assert apart == f"{abs(outcome.mean - outcome.exact) / outcome.error:.1f}"
    fan, settling, returns, values = scenes(rows)
    assert "40 futures of state 1, action 1" in fan.frames[0].says
    assert f"After 250 futures the mean is {outcome.mean:.3f}" in settling.frames[0].says
    assert f"their mean is {outcome.mean:.4g}, Q is {outcome.exact:.4g}" in returns.frames[0].says
    assert "1, start" in values.x_marks
    assert f"{outcome.values[1]:.2f}".replace("-", "−") in written_in(values)


def test_all_futures_are_in_the_histogram_and_mean_and_q_look_alike_in_each_picture() -> None:
    outcome = run_futures(FuturesSettings(rollouts=250))
    fan, settling, returns, _ = scenes(drawn(FuturesSettings(rollouts=250)))
    bars, mean, exact = returns.frames[0].layers
    assert isinstance(bars, Bars)
    assert np.sum(bars.y1) == 250
    assert isinstance(mean, Lines)
    assert isinstance(exact, Lines)
    assert (mean.x0, exact.x0) == ([outcome.mean], [outcome.exact])
    assert (mean.group, exact.group) == (0, 1)
    assert list(returns.legend) == ["mean", futures.EXACT]
    assert settling.legend[1] == fan.legend[1] == futures.EXACT  # of one colour


def test_a_certain_future_is_no_standard_error_away_and_its_picture_has_two_steps() -> None:
    metrics, *rows = drawn(FuturesSettings(gamma=0.0))
    assert isinstance(metrics, Metrics)
    assert metrics.values["Apart, in standard errors"] == "0.0"
    assert scenes(rows)[0].x_range == (0.0, 2.0)


def test_on_the_grid_every_cell_has_its_value_and_the_start_its_move() -> None:
    settings = FuturesSettings(world=GRID, cell="row 1, column 2", move="east")
    outcome = run_futures(settings)
    fan, _, _, grid = scenes(drawn(settings))
    assert "row 1, column 2, east" in fan.title
    assert "start →" in written_in(grid)
    cells = grid.frames[0].layers[0]
    assert isinstance(cells, Cells)
    there = np.asarray(cells.values)[~np.isnan(cells.values)]
    assert sorted(there) == sorted(outcome.values)
    assert f"row 1, column 2, is worth {np.asarray(cells.values)[0, 1]:.2f}" in grid.frames[0].says


# --- the missing gamma -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("recursion", ["as printed", CORRECTED])
def test_the_pairs_lie_on_the_line_with_gamma_in_its_place_and_beside_it_as_printed(recursion: str) -> None:
    settings = GammaSettings(gamma=0.5, recursion=recursion)
    outcome = run_gamma(settings)
    parts = drawn(settings)
    metrics, sentence, tabs = parts
    assert isinstance(metrics, Metrics)
    assert isinstance(sentence, Text)
    assert isinstance(tabs, Tabs)
    assert metrics.values[f"Largest difference, {recursion}"] == written(float(f"{outcome.residual:.3g}"))
    assert ("γ = 0.5" in sentence.text) == (recursion == CORRECTED)
    sides, off = scenes(tabs.pages["Pictures"])
    pairs = [layer for layer in sides.frames[0].layers if isinstance(layer, Dots)]
    away = max(float(np.abs(np.subtract(one.x, one.y)).max()) for one in pairs)
    assert sum(np.size(one.x) for one in pairs) == outcome.left.size
    assert (away < 1e-9) == (recursion == CORRECTED)
    assert f"off by {outcome.printed[10]:.3g}, the corrected one by" in off.frames[0].says  # γ is 0, 0.05, … 1


def test_both_sides_stand_in_a_table_with_their_difference() -> None:
    settings = GammaSettings(states=3)
    outcome = run_gamma(settings)
    tabs = drawn(settings)[-1]
    assert isinstance(tabs, Tabs)
    (table,) = tabs.pages["Both sides in numbers"]
    assert isinstance(table, Table)
    assert len(table.rows) == 9
    name, left, right, difference = table.rows[5]
    assert name == "state 2, action 3"
    assert (left, right) == (outcome.left[1, 2], outcome.right[1, 2])
    assert difference == left - right  # type: ignore[operator]


def written_in(scene: Scene) -> list[str]:
    return [text for layer in scene.frames[0].layers if isinstance(layer, Words) for text in layer.texts]
