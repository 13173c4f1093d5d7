"""What the pictures of tabular learning say, by the engine's numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest

from engine.experiment import experiments_of
from engine.experiments.tabular_td.lake import EXPLORING_STARTS, FIRST
from engine.experiments.tabular_td.offpolicy import NEVER_DOWN
from engine.experiments.tabular_td.shared import EXPLORING, LEARNING
from engine.experiments.tabular_td.walk import STEP_SIZES
from pages.reinforcement_learning.tabular_td import cliff, lake, offpolicy, walk
from pages.widgets.canvas.scene import Area, Dots, Lines, Scene, Words
from pages.widgets.canvas.view import Metrics, Part, Picture, Row, Table, Tabs, Text


def shown(drawing: Any, **settings: Any) -> tuple[Any, list[Part]]:
    """Return an experiment's outcome and what is drawn of it, parts in rows and tabs beside the others."""
    experiment = experiments_of("tabular_td")[drawing.__name__.rpartition(".")[2]]
    asked = experiment.settings(**settings)
    run = experiment.perform(asked)
    return run.outcome, list(flat(drawing.view(asked, run)))


def flat(parts: Sequence[Part]) -> Iterator[Part]:
    for part in parts:
        if isinstance(part, Row):
            for column in part.parts:
                yield from flat(column if isinstance(column, Sequence) else [column])
        elif isinstance(part, Tabs):
            for page in part.pages.values():
                yield from flat(page)
        else:
            yield part


def one(parts: Sequence[Part], kind: type[Any]) -> Any:
    (found,) = [part for part in parts if isinstance(part, kind)]
    return found


def scenes(parts: Sequence[Part]) -> list[Scene]:
    return [part.scene for part in parts if isinstance(part, Picture)]


def of_kind(scene: Scene, kind: type[Any], frame: int = 0) -> list[Any]:
    return [layer for layer in scene.frames[frame].layers if isinstance(layer, kind)]


# --- walk --------------------------------------------------------------------------------------------------------


def test_the_walks_curves_are_the_engines_and_every_chart_has_a_legend() -> None:
    outcome, parts = shown(walk, episodes=10, runs=40, alpha=0.2)
    errors, step_sizes, states = scenes(parts)
    assert [list(scene.legend) for scene in (errors, step_sizes, states)] == [["Monte Carlo", "TD(0)"]] * 3
    bands = of_kind(errors, Area)
    for k, found in enumerate((outcome.monte_carlo, outcome.td)):
        assert np.array_equal(bands[k].high, found.high)
        assert np.array_equal(of_kind(errors, Dots)[k].y, found.error)
        assert np.array_equal(of_kind(step_sizes, Dots)[k].y, found.by_step)
        assert np.array_equal(of_kind(states, Dots)[k].y, found.mean)
        assert f"{found.error[-1]:.3f}" in errors.frames[0].says
        assert f"{STEP_SIZES[np.argmin(found.by_step)]:g}" in step_sizes.frames[0].says
    here = of_kind(step_sizes, Lines)[0]
    assert (here.x0, here.x1) == ([0.2], [0.2])
    assert errors.y_range[0] == 0
    assert errors.y_range[1] > outcome.monte_carlo.high.max()


def test_true_values_stand_across_the_states_and_spreads_around_their_means() -> None:
    outcome, parts = shown(walk, states=7, runs=40)
    states = scenes(parts)[2]
    truth, *spreads = of_kind(states, Lines)
    assert np.array_equal(truth.y0, np.arange(1, 8) / 8)
    assert truth.group is None
    for spread, found in zip(spreads, (outcome.monte_carlo, outcome.td), strict=True):
        assert np.subtract(spread.y1, spread.y0) == pytest.approx(2 * found.spread)
    assert states.x_marks == ["1", "2", "3", "4", "5", "6", "7"]


def test_the_walks_table_holds_both_methods_numbers() -> None:
    outcome, parts = shown(walk, start=0.1, seed=4)
    table = one(parts, Table)
    assert table.columns == ("", "Monte Carlo", "TD(0)")
    rows = dict(zip((row[0] for row in table.rows), table.rows, strict=False))
    assert rows["state 2: first target, mean"][1:] == pytest.approx(
        [outcome.monte_carlo.target_mean, outcome.td.target_mean], abs=1e-4
    )
    assert rows["error at the end"][2] == pytest.approx(outcome.td.error[-1], abs=1e-4)
    assert f"of the {outcome.td.targets} runs that come by" in one(parts, Text).text


# --- cliff -------------------------------------------------------------------------------------------------------


def test_both_agents_are_seen_where_their_paths_end_and_are_told_apart() -> None:
    outcome, parts = shown(cliff, episodes=100, agents=3, seed=2)
    replay, returns = scenes(parts)
    assert next(part for part in parts if isinstance(part, Picture)).at == -1
    sarsa, q_learning = of_kind(replay, Dots, frame=-1)
    assert (sarsa.group, q_learning.group) == (1, 2)
    end = outcome.q_learning.path[-1]
    assert (q_learning.x, q_learning.y) == (end % 12 + 0.5, end // 12 + 6.5)  # under a title, SARSA's grid, a title
    assert list(returns.legend) == ["", "SARSA", "Q-learning"]
    steps = len(outcome.q_learning.path) - 1
    assert f"Q-learning has reached the goal in {steps} steps." in replay.frames[-1].says


def test_the_replay_of_the_cliff_is_what_was_asked_for() -> None:
    outcome, parts = shown(cliff, episodes=100, agents=1, replay=LEARNING)
    frames = scenes(parts)[0].frames
    assert [frame.says.split(":")[0] for frame in frames] == [
        f"After {count} episode{'s' * (count != 1)}" for count in outcome.sarsa.after.tolist()
    ]
    outcome, parts = shown(cliff, episodes=100, agents=1, replay=EXPLORING, epsilon=0.3)
    longest = max(len(found.exploring.states) for found in (outcome.sarsa, outcome.q_learning))
    assert len(scenes(parts)[0].frames) == longest


def test_returns_and_greedy_paths_stand_in_the_cliffs_table() -> None:
    outcome, parts = shown(cliff, episodes=100, agents=4, epsilon=0.2)
    returns, steps, arrive = one(parts, Table).rows
    for k, found in enumerate((outcome.sarsa, outcome.q_learning), start=1):
        assert str(returns[k]).replace("−", "-") == f"{found.returns[:, -20:].mean():.1f}"
        arrived = found.lengths[np.isfinite(found.lengths)]
        assert steps[k] == (f"{np.median(arrived):g}" if len(arrived) else "endless")
        assert arrive[k] == f"{len(arrived)} of 4"
    assert f"{outcome.best} at best" in one(parts, Text).text


def test_a_fall_a_circle_and_an_arrival_are_said() -> None:
    outcome, _ = shown(cliff, episodes=20, agents=1)
    start, goal = 36, 47
    assert cliff.whereabouts(outcome.world, [start, 24, 25, start, 24], 3) == "falls, and is back at the start"
    assert cliff.whereabouts(outcome.world, [start, 24, start, 24], 2) == "walks"
    assert cliff.whereabouts(outcome.world, [start, 24, 25, 24], 3) == "goes round for ever"
    assert cliff.whereabouts(outcome.world, [35, goal], 5) == "has reached the goal in 1 step"


# --- lake --------------------------------------------------------------------------------------------------------


def test_success_is_drawn_in_percent_beside_the_best_there_is() -> None:
    outcome, parts = shown(lake, slip=0.5, episodes=200, agents=8)
    success = scenes(parts)[1]
    learning, greedy = of_kind(success, Dots)
    assert learning.y == pytest.approx(100 * outcome.success)
    assert greedy.y == pytest.approx(100 * outcome.known)
    (level,) = of_kind(success, Words)
    assert level.texts == [f"best {100 * outcome.best:.1f}%".replace(".0%", "%")]
    assert level.y[0] > 100 * outcome.best  # above its line, which does not strike it out
    assert f"{outcome.known[-1]:.0%} greedily" in success.frames[0].says


def test_who_breaks_ties_by_index_learns_nothing_and_it_is_said() -> None:
    outcome, parts = shown(lake, ties=FIRST, episodes=100, agents=3)
    assert not outcome.first_success.any()
    assert one(parts, Metrics).values == {"Reached the goal": "0 of 3", "half by episode": "–", "greedy": "0%"}
    assert scenes(parts)[0].frames[-1].says.endswith("the agent is still on the ice")


def test_the_lakes_measures_and_words_follow_its_settings() -> None:
    outcome, parts = shown(lake, learner=EXPLORING_STARTS, episodes=200, agents=50)
    reached = outcome.first_success[outcome.first_success > 0]
    values = one(parts, Metrics).values
    assert values["Reached the goal"] == f"{len(reached)} of 50"
    assert values["half by episode"] == f"{np.median(reached):.0f}"
    text = one(parts, Text).text
    assert "begins anywhere" in text
    assert "the first 40 agents" in text
    assert list(scenes(parts)[1].legend) == ["from anywhere", "greedy"]


# --- off-policy ----------------------------------------------------------------------------------------------------


def test_exact_values_and_learned_ones_share_a_scale() -> None:
    _, parts = shown(offpolicy, steps=5_000.0)
    *grids, errors = scenes(parts)
    says = {scene.title: scene.frames[0].says for scene in grids}
    assert says["Best policy, exact"] == says["Q-learning"] == says["SARSA, weighted (the best policy's scale)"]
    assert says["The walker's own, exact"] == says["SARSA"] != says["Q-learning"]
    assert len(grids) == 6
    assert sorted(filter(None, errors.legend)) == sorted(offpolicy.CURVES)


def test_errors_and_distances_are_the_engines() -> None:
    outcome, parts = shown(offpolicy, steps=5_000.0, seed=3)
    errors = scenes(parts)[-1]
    q_learning = next(dots for dots in of_kind(errors, Dots) if dots.group == 2)
    assert q_learning.x == pytest.approx(np.log10(outcome.moments))
    assert q_learning.y == pytest.approx(np.log10(outcome.lessons["Q-learning"].to_best))
    table = one(parts, Table)
    assert [row[0] for row in table.rows] == list(outcome.lessons)
    for row, lesson in zip(table.rows, outcome.lessons.values(), strict=True):
        assert [float(str(cell)) for cell in row[1:4]] == pytest.approx(
            [lesson.farthest, lesson.to_best[-1], lesson.to_own[-1]], rel=0.01
        )


def test_the_smallest_errors_are_written_as_people_write_them() -> None:
    outcome, parts = shown(offpolicy)
    first = one(parts, Table).rows[0]
    assert outcome.lessons["Q-learning"].farthest < 1e-4
    assert "× 10⁻" in str(first[1])
    assert first[4] == "13 steps"
    lowest = min(float(np.min(dots.y)) for dots in of_kind(scenes(parts)[-1], Dots))
    assert lowest == pytest.approx(np.log10(offpolicy.FLOOR))


def test_a_walker_that_never_goes_down_is_told() -> None:
    _, parts = shown(offpolicy, behaviour=NEVER_DOWN, steps=5_000.0)
    text = " ".join(part.text for part in parts if isinstance(part, Text))
    assert "In 5,000 steps the walker reached the goal 0 times" in text
    assert one(parts, Table).rows[0][4] == "endless"
