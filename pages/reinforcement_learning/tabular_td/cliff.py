"""Pictures of the experiment tabular_td.cliff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from engine.data import Floats
from engine.experiment import Run
from engine.experiments.tabular_td.cliff import CliffOutcome, CliffSettings, Walkers
from engine.experiments.tabular_td.shared import EXPLORING, LEARNING, GridWorld, read_table
from pages.reinforcement_learning.tabular_td.shared import SARSA, TOPIC, Path, Q
from pages.reinforcement_learning.tabular_td.walk import by_name, dashes
from pages.widgets.canvas.player.player import player
from pages.widgets.figures import charts, tables
from pages.widgets.figures.grids import GOAL, Board, grid_scene, stroll
from pages.widgets.figures.numbers import decimal
from pages.widgets.shell import state
from pages.widgets.shell.words import plural


def board(
    world: GridWorld, table: Floats, title: str = "", path: Path = (), group: int = 0, first: bool = False
) -> Board:
    """Picture a table of shape (S, A)."""
    values, moves = read_table(world, table, first)
    return Board(world.map, world.moves, title, values, moves, path, group)


def draw_cliff(settings: CliffSettings, run: Run[CliffOutcome]) -> None:
    """Replay both first agents above one another; below, the returns of all."""
    outcome = run.outcome
    agents = {SARSA: outcome.sarsa, Q: outcome.q_learning}
    if settings.replay == LEARNING:
        after = outcome.sarsa.after.tolist()
        moments = [
            [board(outcome.world, one.tables[k], name) for name, one in agents.items()] for k in range(len(after))
        ]
        says = [f"After {plural(count, 'episode')}: values, and the best moves by them" for count in after]
    else:
        paths = {name: path_of(one, settings.replay) for name, one in agents.items()}
        walks = {name: stroll(path, max(map(len, paths.values())) - 1) for name, path in paths.items()}
        moments = [
            [
                board(outcome.world, one.tables[-1], name, walks[name][k], group)
                for group, (name, one) in enumerate(agents.items(), start=1)
            ]
            for k in range(len(walks[Q]))
        ]
        says = [
            f"Step {k}. " + " ".join(f"{name} {whereabouts(outcome.world, path, k)}." for name, path in paths.items())
            for k in range(len(moments))
        ]
    player(grid_scene(moments, says, write=whole), state.owned(TOPIC, "cliff", "player"), height=440)
    st.caption("Striped: the cliff, S: start, G: goal. Numbers: the value of the best move, bluer where it is higher.")
    returns_chart(settings, agents)
    last = max(1, settings.episodes // 5)
    rows: dict[str, Sequence[str]] = {"": [f"mean return, last {last}", "greedy path, steps", "arrive"]}
    for name, one in agents.items():
        arrive = int(np.isfinite(one.lengths).sum())
        steps = f"{np.nanmedian(one.lengths):g}" if arrive else "endless"
        rows[name] = [f"{one.returns[:, -last:].mean():.1f}", steps, f"{arrive} of {len(one.lengths)}"]
    tables.numbers(pd.DataFrame(rows), "Returns and greedy paths of both kinds of agents")
    st.caption(
        f"Mean return of the last {last} episodes; median steps of the greedy paths, without random moves, that "
        f"arrive. The shortest path takes {outcome.best} steps."
    )


def path_of(agent: Walkers, replay: str) -> list[int]:
    """Return the states that the replay passes."""
    path: list[int] = (agent.exploring.states if replay == EXPLORING else agent.path).tolist()
    return path


def whereabouts(world: GridWorld, path: Path, step: int) -> str:
    """Say what an agent does at a step of its path."""
    cells, start = "".join(world.map), "".join(world.map).index("S")
    here = path[min(step, len(path) - 1)]
    if cells[here] == GOAL:
        return f"has reached the goal in {plural(len(path) - 1, 'step')}"
    if step >= len(path) - 1:
        return "goes round for ever" if here in path[:-1] else "is still on its way"
    if step and here == start and path[step - 1] not in (start, start - len(world.map[0])):
        return "falls, and is back at the start"
    return "walks"


def whole(value: float) -> str:
    """Write a cell's value in whole numbers."""
    return decimal(value, 0)


def returns_chart(settings: CliffSettings, agents: Mapping[str, Walkers]) -> None:
    """Draw the mean return of each episode, smoothed."""
    window = max(1, settings.episodes // 25)
    curve = pd.concat(
        [
            pd.DataFrame(
                {
                    "episode": np.arange(window, settings.episodes + 1),
                    "agents": name,
                    "return": np.convolve(one.returns.mean(axis=0), np.ones(window) / window, "valid"),
                }
            )
            for name, one in agents.items()
        ]
    )
    low = min(
        -60.0, 1.1 * float(curve[curve["episode"] > settings.episodes / 2]["return"].min())
    )  # not the first falls
    line = (
        alt.Chart(curve)
        .mark_line(tooltip=True, clip=True)
        .encode(
            alt.X("episode:Q"),
            alt.Y("return:Q", title=f"return, mean of {window} episodes", scale=alt.Scale(domain=[low, 0])),
            by_name("agents", agents),
            dashes("agents", agents),
        )
    )
    ends = ", ".join(f"{name} {curve[curve['agents'] == name]['return'].iloc[-1]:.1f}" for name in agents)
    charts.show(line.properties(height=260), f"Smoothed returns while learning; at the end {ends}.")
