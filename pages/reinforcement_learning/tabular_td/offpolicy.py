"""Pictures of the experiment tabular_td.offpolicy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.data import Floats
from engine.experiment import Run
from engine.experiments.tabular_td.offpolicy import OffPolicyOutcome, OffPolicySettings
from pages.reinforcement_learning.tabular_td.shared import board
from pages.widgets.canvas.scene import Scene
from pages.widgets.canvas.view import Part, Picture, Row, Table, Tabs, Text, written
from pages.widgets.figures.grids import Board, grid_scene
from pages.widgets.figures.lines import lines
from pages.widgets.shell.letters import plural

FLOOR = 1e-3  # of the errors that are drawn
CURVES = {  # which error of which lesson, and its colour and dashes
    "Q-learning to best": ("Q-learning", "to_best", 2),
    "weighted to best": ("weighted SARSA", "to_best", 4),
    "SARSA to best": ("SARSA", "to_best", 1),
    "SARSA to walker's": ("SARSA", "to_own", 3),
}


def view(settings: OffPolicySettings, run: Run[OffPolicyOutcome]) -> list[Part]:
    """Exact values beside learned ones, or the errors as the walk goes on; below, the last distances."""
    outcome = run.outcome
    tables: list[Part] = [Row(pair) for pair in pairs(outcome)]
    bluer = Text("Bluer: a higher value of the best move; arrows: the best moves. Learned tables are on exact scales.")
    walk = Text(
        f"In {plural(round(settings.steps), 'step')} the walker reached the goal {plural(outcome.ends, 'time')} and "
        f"tried {outcome.tried:.0%} of the moves. Once weighted, its samples are worth {outcome.counting:.0%} of their "
        "number."
    )
    return [
        Tabs({"Values": [*tables, bluer], "Errors as it walks": [Picture(errors(outcome), height=285), walk]}),
        distances(outcome),
    ]


def pairs(outcome: OffPolicyOutcome) -> list[list[Picture]]:
    """Return the small pictures: exact values, and beside them what was learned, on one scale."""
    world, lessons = outcome.world, outcome.lessons
    total = outcome.visits.sum(axis=1)
    visits = np.where(total > 0, np.log10(1 + total), np.nan)
    best, own = outcome.best[world.acting].max(axis=1), outcome.own[world.acting].max(axis=1)
    shown = [
        ("Best policy, exact", board(world, outcome.best), best),
        ("Q-learning", board(world, lessons["Q-learning"].Q), best),
        ("The walker's own, exact", board(world, outcome.own), own),
        ("SARSA", board(world, lessons["SARSA"].Q), own),
        ("Where the walker was (logarithm)", Board(world.map, values=visits), visits),
        ("SARSA, weighted (the best policy's scale)", board(world, lessons["weighted SARSA"].Q), best),
    ]
    pictures = [Picture(small(*one), height=86) for one in shown]
    return [pictures[k : k + 2] for k in range(0, len(pictures), 2)]


def small(title: str, shown: Board, scale: Floats) -> Scene:
    """Return a small picture of a grid on the scale of some values."""
    low, high = float(np.nanmin(scale)), float(np.nanmax(scale))
    says = f"values from {written(low)} to {written(high)}"
    return replace(grid_scene([[shown]], [says], low=low, high=high), title=title)


def errors(outcome: OffPolicyOutcome) -> Scene:
    """Return mean errors against the walker's steps, both axes logarithmic."""
    found = {name: getattr(outcome.lessons[lesson], field) for name, (lesson, field, _) in CURVES.items()}
    last = ", ".join(f"{name} {written(one[-1])}" for name, one in found.items())
    return lines(
        outcome.moments,
        {name: np.maximum(one, FLOOR) for name, one in found.items()},
        "steps of the walker",
        "mean error of the values",
        groups=[group for *_, group in CURVES.values()],
        x_marks="log",
        y_marks="log",
        says=f"Mean errors as the walk goes on; at the end {last}.",
        title=f"Distances to exact values, at least {FLOOR:g}",
    )


def distances(outcome: OffPolicyOutcome) -> Table:
    """Return how far each table is from the exact values, and its greedy path."""
    rows = []
    for name, lesson in outcome.lessons.items():
        steps, arrives = outcome.paths[name]
        away = [written(float(f"{one:.3g}")) for one in (lesson.farthest, lesson.to_best[-1], lesson.to_own[-1])]
        rows.append([name, *away, plural(steps, "step") if arrives else "endless"])
    columns = ("error at the end", "largest, to the best", "mean, to the best", "mean, to the walker's", "greedy path")
    return Table(columns, rows)
