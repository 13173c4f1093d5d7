"""Pictures of the experiment tabular_td.lake."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from engine.experiment import Run
from engine.experiments.tabular_td.lake import EXPLORING_STARTS, FIRST, MOST_JUDGED, LakeOutcome, LakeSettings
from engine.experiments.tabular_td.shared import LEARNING
from pages.reinforcement_learning.tabular_td.cliff import board
from pages.reinforcement_learning.tabular_td.shared import GREY, TOPIC
from pages.reinforcement_learning.tabular_td.walk import by_name, dashes
from pages.widgets.canvas.player.player import player
from pages.widgets.figures import charts
from pages.widgets.figures.grids import GOAL, HOLE, grid_scene, stroll
from pages.widgets.shell import state
from pages.widgets.shell.words import plural


def draw_lake(settings: LakeSettings, run: Run[LakeOutcome]) -> None:
    """Replay the first agent; below, how often all of them succeed."""
    outcome = run.outcome
    world, tables_, path = outcome.world, outcome.tables, outcome.episode.states.tolist()
    first = settings.ties == FIRST
    if settings.replay == LEARNING:
        moments = [[board(world, table, first=first)] for table in tables_]
        says = [f"After {plural(count, 'episode')}: values, and the best moves by them" for count in outcome.until]
    else:
        moments = [
            [board(world, tables_[-1], path=walked, group=1, first=first)] for walked in stroll(path, len(path) - 1)
        ]
        cells = "".join(world.map)
        ends = {HOLE: "falls into a hole", GOAL: "reaches the goal"}
        says = [f"Step {k}" for k in range(len(path) - 1)] + [
            f"Step {len(path) - 1}: the agent {ends.get(cells[path[-1]], 'is still on the ice')}"
        ]
    player(grid_scene(moments, says, low=0.0, write=hundredths), state.owned(TOPIC, "lake", "player"), height=380)
    st.caption(
        "Dark discs: holes, S: start, G: goal. Numbers: the value of the best move; no arrow where all moves are equal."
    )
    success_chart(settings, outcome)
    reached = outcome.first_success[outcome.first_success > 0]
    said = f"{len(reached)} of {settings.agents} agents reached the goal while learning"
    st.caption(f"{said}, half of these by episode {np.median(reached):.0f}." if len(reached) else f"{said}.")


def hundredths(value: float) -> str:
    """Write a cell's value with two decimals, nothing where it is nothing."""
    return f"{value:.2f}" if abs(value) >= 0.005 else ""


def success_chart(settings: LakeSettings, outcome: LakeOutcome) -> None:
    """Draw the success in each block of episodes, the exact chance of what is known, and the best chance of all."""
    learning = "from anywhere" if settings.learner == EXPLORING_STARTS else "while learning"
    names = (learning, "greedy")
    curve = pd.concat(
        [
            pd.DataFrame({"episode": outcome.until, "success": values, "agents": name})
            for name, values in zip(names, (outcome.success, outcome.known), strict=True)
        ]
    )
    line = (
        alt.Chart(curve)
        .mark_line(point=True, tooltip=True)
        .encode(
            alt.X("episode:Q", title=f"episode, in blocks of {outcome.until[0]}"),
            alt.Y("success:Q", title="share of successes", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%")),
            by_name("agents", names),
            dashes("agents", names),
        )
    )
    best = alt.Chart(pd.DataFrame({"best": [outcome.best]})).mark_rule(strokeDash=[2, 3], color=GREY).encode(y="best:Q")
    charts.show(
        (line + best).properties(height=260),
        f"Success by blocks of episodes: at the end {outcome.success[-1]:.0%} {learning}, "
        f"{outcome.known[-1]:.0%} greedily; at best {outcome.best:.0%}.",
    )
    judged = f"the first {MOST_JUDGED} agents" if settings.agents > MOST_JUDGED else "the agents"
    starts = (
        "Exploring starts: while learning an episode begins anywhere. " if settings.learner == EXPLORING_STARTS else ""
    )
    st.caption(
        f"{starts}Greedy: the exact chance without random moves, from the start, averaged over {judged}. "
        f"Dotted: the best chance that any policy has within {plural(outcome.world.limit, 'step')}, {outcome.best:.1%}."
    )
