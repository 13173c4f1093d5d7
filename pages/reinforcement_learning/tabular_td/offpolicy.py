"""Pictures of the experiment tabular_td.offpolicy."""

from __future__ import annotations

from dataclasses import replace

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from engine.data import Floats
from engine.experiment import Run
from engine.experiments.tabular_td.offpolicy import OffPolicyOutcome, OffPolicySettings
from pages.reinforcement_learning.tabular_td.cliff import board
from pages.reinforcement_learning.tabular_td.shared import LINES, TOPIC
from pages.reinforcement_learning.tabular_td.walk import by_name, dashes
from pages.widgets.canvas.panels.panels import panels
from pages.widgets.canvas.scene import Scene
from pages.widgets.figures import charts, tables
from pages.widgets.figures.grids import Board, grid_scene
from pages.widgets.shell import state
from pages.widgets.shell.words import plural


def draw_offpolicy(settings: OffPolicySettings, run: Run[OffPolicyOutcome]) -> None:
    """Exact values beside learned ones; below, the errors as the walk goes on."""
    outcome = run.outcome
    world, lessons = outcome.world, outcome.lessons
    visits = np.where(outcome.visits.sum(axis=1) > 0, np.log10(1 + outcome.visits.sum(axis=1)), np.nan)
    best, own = outcome.best[world.acting].max(axis=1), outcome.own[world.acting].max(axis=1)
    shown = [
        ("Best policy, exact", outcome.best, best),
        ("Q-learning", lessons["Q-learning"].Q, best),
        ("The walker's own, exact", outcome.own, own),
        ("SARSA", lessons["SARSA"].Q, own),
    ]
    scenes = [grid_panel(title, board(world, table), scale) for title, table, scale in shown]
    scenes.append(grid_panel("Where the walker was (logarithm)", Board(world.map, values=visits), visits))
    scenes.append(grid_panel("SARSA, weighted", board(world, lessons["weighted SARSA"].Q), best))
    panels(scenes, state.owned(TOPIC, "offpolicy", "panels"), height=112)
    st.caption(
        "Bluer: higher value of the best move; arrows: the best moves. Each pair shares a scale, exact beside learned."
    )
    errors_chart(outcome)
    rows = {"": ["largest error", "mean error", "to the walker's", "path"]}
    for name, lesson in lessons.items():
        steps, arrives = outcome.paths[name]
        distances = [f"{value:.3g}" for value in (lesson.farthest, lesson.to_best[-1], lesson.to_own[-1])]
        rows[name.replace(" SARSA", "")] = [*distances, plural(steps, "step") if arrives else "endless"]
    tables.numbers(pd.DataFrame(rows), "Distances of the three tables to the exact values, and their greedy paths")
    st.caption(
        "Errors: distances to the best policy's values; beside them the mean distance to the walker's own. In "
        f"{settings.steps:,.0f} steps the walker reached the goal {plural(outcome.ends, 'time')} and tried "
        f"{outcome.tried:.0%} of the moves. Once weighted, its samples are worth "
        f"{outcome.counting:.0%} of their number."
    )


def grid_panel(title: str, shown: Board, scale: Floats) -> Scene:
    """Return a small picture of a grid on the scale of some values."""
    low, high = float(np.nanmin(scale)), float(np.nanmax(scale))
    return replace(grid_scene([[shown]], [f"values from {low:.3g} to {high:.3g}"], low=low, high=high), title=title)


def errors_chart(outcome: OffPolicyOutcome) -> None:
    """Draw mean errors against the walker's steps, both axes logarithmic."""
    q, sarsa, weighted = (outcome.lessons[name] for name in ("Q-learning", "SARSA", "weighted SARSA"))
    lines = dict(zip(LINES, (q.to_best, weighted.to_best, sarsa.to_best, sarsa.to_own), strict=True))
    curve = pd.concat(
        [
            pd.DataFrame({"steps": outcome.moments, "error": np.maximum(values, 1e-3), "line": name})
            for name, values in lines.items()
        ]
    )
    log = alt.Scale(type="log", nice=False)
    chart = (
        alt.Chart(curve)
        .mark_line(tooltip=True)
        .encode(
            alt.X("steps:Q", title="steps of the walker", scale=log, axis=alt.Axis(format="~s", tickCount=4)),
            alt.Y("error:Q", title="mean error", scale=log, axis=alt.Axis(tickCount=5, format="~g")),
            by_name("line", lines, legend=1),
            dashes("line", lines),
        )
    )
    ends = ", ".join(f"{name} {values[-1]:.3g}" for name, values in lines.items())
    charts.show(chart.properties(height=300), f"Mean errors as the walk goes on; at the end {ends}.")
