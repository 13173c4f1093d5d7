"""Monte Carlo, TD, SARSA and Q-learning: the page. It draws; engine/experiments/tabular_td.py computes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from engine.data import Floats
from engine.experiment import Run
from engine.experiments.tabular_td import (
    EXPLORING,
    EXPLORING_STARTS,
    FIRST,
    LEARNING,
    MOST_JUDGED,
    STEP_SIZES,
    CliffOutcome,
    CliffSettings,
    Estimates,
    GridWorld,
    LakeOutcome,
    LakeSettings,
    OffPolicyOutcome,
    OffPolicySettings,
    Walkers,
    WalkOutcome,
    WalkSettings,
    read_table,
)
from pages.widgets import charts, state, tables, topic
from pages.widgets.grids import GOAL, HOLE, Board, grid_scene, stroll
from pages.widgets.panels import panels
from pages.widgets.player import Scene, player

TOPIC = "tabular_td"
MC, TD, SARSA, Q = "Monte Carlo", "TD(0)", "SARSA", "Q-learning"
LINES = ("Q-learning to the best", "weighted to the best", "SARSA to the best", "SARSA to the walker's")
COLOUR = {MC: 0, TD: 1, SARSA: 1, Q: 2, "while learning": 0, "from anywhere": 0, "greedy": 1,
          LINES[0]: 2, LINES[1]: 4, LINES[2]: 1, LINES[3]: 3}  # fmt: skip
GREY = "#8F8F8F"  # stands out on both themes
Path = Sequence[int]


# --- walk --------------------------------------------------------------------------------------------------------


def draw_walk(settings: WalkSettings, run: Run) -> None:
    """Error curves of both methods with bands; below, bias and spread of each state, and other step sizes."""
    outcome: WalkOutcome = run.outcome
    methods = {MC: outcome.monte_carlo, TD: outcome.td}
    curve = pd.concat([
        pd.DataFrame({"episodes": np.arange(len(one.error)), "error": one.error, "low": one.low, "high": one.high,
                      "method": name}) for name, one in methods.items()
    ])  # fmt: skip
    base = alt.Chart(curve).encode(alt.X("episodes:Q", axis=alt.Axis(tickMinStep=1)), by_name("method", methods))
    band = base.mark_area(opacity=0.18).encode(alt.Y("low:Q", title="error (root mean square)"), alt.Y2("high:Q"))
    line = base.mark_line(tooltip=True).encode(alt.Y("error:Q"), dashes("method", methods))
    ends = ", ".join(f"{name} {one.error[-1]:.3f}" for name, one in methods.items())
    charts.show(
        (band + line).properties(height=250), f"Error after each of {settings.episodes} episodes; at the end {ends}."
    )
    st.caption(f"Lines: mean over {settings.runs} runs; bands: eight runs of ten. At the end: {ends}.")
    left, right = st.columns(2)
    with left:
        states_chart(outcome, methods)
    with right:
        steps_chart(settings, methods)
    at = outcome.looked_at - 1
    st.markdown(f"**State {outcome.looked_at}**, whose value is {outcome.true[at]:.3f}")
    rows: dict[str, Sequence[object]] = {"": ["first target, mean", "its spread", "last value, mean", "its spread"]}
    rows |= {name: [one.target_mean, one.target_spread, one.mean[at], one.spread[at]] for name, one in methods.items()}
    tables.numbers(pd.DataFrame(rows), f"First targets and last values of state {outcome.looked_at} by both methods")
    st.caption(f"Means and standard deviations between runs. First targets: of the {outcome.td.targets} runs that come "
               "by in their first episode.")  # fmt: skip


def states_chart(outcome: WalkOutcome, methods: Mapping[str, Estimates]) -> None:
    """Draw each state's mean estimate, its spread, and the true value."""
    states = np.arange(1, len(outcome.true) + 1)
    rows = pd.concat([
        pd.DataFrame({"state": states + beside, "value": one.mean, "low": one.mean - one.spread,
                      "high": one.mean + one.spread, "method": name})
        for beside, (name, one) in zip((-0.15, 0.15), methods.items(), strict=True)
    ])  # fmt: skip
    axis = alt.Axis(values=states.tolist(), format="d", grid=False)
    across = alt.X("state:Q", title="state", axis=axis, scale=alt.Scale(domain=[0.5, len(states) + 0.5], nice=False))
    base = alt.Chart(rows).encode(across, by_name("method", methods, legend=0))
    spans = base.mark_rule(strokeWidth=2).encode(alt.Y("low:Q", title="value: mean ± spread"), alt.Y2("high:Q"))
    means = base.mark_point(filled=True, size=50, tooltip=True, opacity=1).encode(
        alt.Y("value:Q"), alt.Shape("method:N", scale=alt.Scale(domain=list(methods)), legend=None)
    )
    truth = pd.DataFrame({"state": states - 0.4, "to": states + 0.4, "value": outcome.true})
    ticks = (
        alt.Chart(truth)
        .mark_rule(strokeWidth=2.5, color=GREY)
        .encode(across, alt.X2("to:Q", title=None), alt.Y("value:Q"))
    )
    off = ", ".join(f"{name} {np.abs(one.mean - outcome.true).mean():.3f}" for name, one in methods.items())
    charts.show(
        (ticks + spans + means).properties(height=250), f"Mean and spread of each state; off on average by {off}."
    )
    st.caption(f"Grey: the true values. Means are off by {off} on average.")


def steps_chart(settings: WalkSettings, methods: Mapping[str, Estimates]) -> None:
    """Draw the last error against the step size."""
    curve = pd.concat([
        pd.DataFrame({"step size α": STEP_SIZES, "error": one.by_step, "method": name}) for name, one in methods.items()
    ])  # fmt: skip
    base = alt.Chart(curve).encode(alt.X("step size α:Q"), by_name("method", methods, legend=0))
    line = base.mark_line(point=True, tooltip=True).encode(
        alt.Y("error:Q", title=f"error after {settings.episodes} episodes"), dashes("method", methods)
    )
    here = (
        alt.Chart(pd.DataFrame({"step size α": [settings.alpha]}))
        .mark_rule(strokeDash=[2, 3], color=GREY)
        .encode(x="step size α:Q")
    )
    best = ", ".join(f"{name} at {STEP_SIZES[np.argmin(one.by_step)]:g}" for name, one in methods.items())
    charts.show((line + here).properties(height=250), f"Error against the step size; lowest for {best}.")
    st.caption(f"Lowest error: {best}.")


def by_name(field: str, names: Iterable[str], legend: int = 2) -> alt.Color:
    """Return the colour of each name; the legend has `legend` columns."""
    top = alt.Legend(orient="top", title=None, columns=legend, labelLimit=240, symbolType="stroke")
    scale = alt.Scale(domain=list(names), range=[charts.COLOURS[COLOUR[name]] for name in names])
    return alt.Color(f"{field}:N", scale=scale, legend=top if legend else None)


def dashes(field: str, names: Iterable[str]) -> alt.StrokeDash:
    """Return the dashes of each name: the second sign beside the colour."""
    looks = [[1, 0], [7, 4], [2, 3], [9, 3, 2, 3]]
    names = list(names)
    return alt.StrokeDash(f"{field}:N", scale=alt.Scale(domain=names, range=looks[: len(names)]), legend=None)


# --- cliff -------------------------------------------------------------------------------------------------------


def board(
    world: GridWorld, table: Floats, title: str = "", path: Path = (), group: int = 0, first: bool = False
) -> Board:
    """Picture a table of shape (S, A)."""
    values, moves = read_table(world, table, first)
    return Board(world.map, world.moves, title, values, moves, path, group)


def draw_cliff(settings: CliffSettings, run: Run) -> None:
    """Replay both first agents above one another; below, the returns of all."""
    outcome: CliffOutcome = run.outcome
    agents = {SARSA: outcome.sarsa, Q: outcome.q_learning}
    if settings.replay == LEARNING:
        after = outcome.sarsa.after.tolist()
        moments = [
            [board(outcome.world, one.tables[k], name) for name, one in agents.items()] for k in range(len(after))
        ]
        says = [f"After {count} episodes: values, and the best moves by them" for count in after]
    else:
        paths = {name: path_of(one, settings.replay) for name, one in agents.items()}
        walks = {name: stroll(path, max(map(len, paths.values())) - 1) for name, path in paths.items()}
        moments = [
            [board(outcome.world, one.tables[-1], name, walks[name][k], group)
             for group, (name, one) in enumerate(agents.items(), start=1)] for k in range(len(walks[Q]))
        ]  # fmt: skip
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
    st.caption(f"Mean return of the last {last} episodes; median steps of the greedy paths, without random moves, that "
               f"arrive. The shortest path takes {outcome.best} steps.")  # fmt: skip


def path_of(agent: Walkers, replay: str) -> list[int]:
    """Return the states that the replay passes."""
    path: list[int] = (agent.exploring.states if replay == EXPLORING else agent.path).tolist()
    return path


def whereabouts(world: GridWorld, path: Path, step: int) -> str:
    """Say what an agent does at a step of its path."""
    cells, start = "".join(world.map), "".join(world.map).index("S")
    here = path[min(step, len(path) - 1)]
    if cells[here] == GOAL:
        return f"has reached the goal in {len(path) - 1} steps"
    if step >= len(path) - 1:
        return "goes round for ever" if here in path[:-1] else "is still on its way"
    if step and here == start and path[step - 1] not in (start, start - len(world.map[0])):
        return "falls, and is back at the start"
    return "walks"


def whole(value: float) -> str:
    """Write a cell's value in whole numbers."""
    return f"{value:.0f}".replace("-0", "0").replace("-", "−") if abs(value) < 0.5 else f"{value:.0f}".replace("-", "−")


def returns_chart(settings: CliffSettings, agents: Mapping[str, Walkers]) -> None:
    """Draw the mean return of each episode, smoothed."""
    window = max(1, settings.episodes // 25)
    curve = pd.concat([
        pd.DataFrame({"episode": np.arange(window, settings.episodes + 1), "agents": name,
                      "return": np.convolve(one.returns.mean(axis=0), np.ones(window) / window, "valid")})
        for name, one in agents.items()
    ])  # fmt: skip
    low = min(
        -60.0, 1.1 * float(curve[curve["episode"] > settings.episodes / 2]["return"].min())
    )  # not the first falls
    line = alt.Chart(curve).mark_line(tooltip=True, clip=True).encode(
        alt.X("episode:Q"),
        alt.Y("return:Q", title=f"return, mean of {window} episodes", scale=alt.Scale(domain=[low, 0])),
        by_name("agents", agents), dashes("agents", agents),
    )  # fmt: skip
    ends = ", ".join(f"{name} {curve[curve['agents'] == name]['return'].iloc[-1]:.1f}" for name in agents)
    charts.show(line.properties(height=260), f"Smoothed returns while learning; at the end {ends}.")


# --- lake --------------------------------------------------------------------------------------------------------


def draw_lake(settings: LakeSettings, run: Run) -> None:
    """Replay the first agent; below, how often all of them succeed."""
    outcome: LakeOutcome = run.outcome
    world, tables_, path = outcome.world, outcome.tables, outcome.episode.states.tolist()
    first = settings.ties == FIRST
    if settings.replay == LEARNING:
        moments = [[board(world, table, first=first)] for table in tables_]
        says = [f"After {count} episodes: values, and the best moves by them" for count in outcome.until]
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
    curve = pd.concat([
        pd.DataFrame({"episode": outcome.until, "success": values, "agents": name})
        for name, values in zip(names, (outcome.success, outcome.known), strict=True)
    ])  # fmt: skip
    line = alt.Chart(curve).mark_line(point=True, tooltip=True).encode(
        alt.X("episode:Q", title=f"episode, in blocks of {outcome.until[0]}"),
        alt.Y("success:Q", title="share of successes", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%")),
        by_name("agents", names), dashes("agents", names),
    )  # fmt: skip
    best = alt.Chart(pd.DataFrame({"best": [outcome.best]})).mark_rule(strokeDash=[2, 3], color=GREY).encode(y="best:Q")
    charts.show((line + best).properties(height=260),
                f"Success by blocks of episodes: at the end {outcome.success[-1]:.0%} {learning}, "
                f"{outcome.known[-1]:.0%} greedily; at best {outcome.best:.0%}.")  # fmt: skip
    judged = f"the first {MOST_JUDGED} agents" if settings.agents > MOST_JUDGED else "the agents"
    starts = (
        "Exploring starts: while learning an episode begins anywhere. " if settings.learner == EXPLORING_STARTS else ""
    )
    st.caption(
        f"{starts}Greedy: the exact chance without random moves, from the start, averaged over {judged}. "
        f"Dotted: the best chance that any policy has within {outcome.world.limit} steps, {outcome.best:.1%}."
    )


# --- offpolicy ---------------------------------------------------------------------------------------------------


def draw_offpolicy(settings: OffPolicySettings, run: Run) -> None:
    """Exact values beside learned ones; below, the errors as the walk goes on."""
    outcome: OffPolicyOutcome = run.outcome
    world, lessons = outcome.world, outcome.lessons
    visits = np.where(outcome.visits.sum(axis=1) > 0, np.log10(1 + outcome.visits.sum(axis=1)), np.nan)
    best, own = outcome.best[world.acting].max(axis=1), outcome.own[world.acting].max(axis=1)
    shown = [
        ("Best policy, exact", outcome.best, best), ("Q-learning", lessons["Q-learning"].Q, best),
        ("The walker's own, exact", outcome.own, own), ("SARSA", lessons["SARSA"].Q, own),
    ]  # fmt: skip
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
        rows[name.replace(" SARSA", "")] = [*distances, f"{steps} steps" if arrives else "endless"]
    tables.numbers(pd.DataFrame(rows), "Distances of the three tables to the exact values, and their greedy paths")
    st.caption(
        "Errors: distances to the best policy's values; beside them the mean distance to the walker's own. In "
        f"{settings.steps:,.0f} steps the walker reached the goal "
        f"{outcome.ends:,} times and tried {outcome.tried:.0%} of the moves. Once weighted, its samples are worth "
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
    curve = pd.concat([
        pd.DataFrame({"steps": outcome.moments, "error": np.maximum(values, 1e-3), "line": name})
        for name, values in lines.items()
    ])  # fmt: skip
    log = alt.Scale(type="log", nice=False)
    chart = alt.Chart(curve).mark_line(tooltip=True).encode(
        alt.X("steps:Q", title="steps of the walker", scale=log, axis=alt.Axis(format="~s", tickCount=4)),
        alt.Y("error:Q", title="mean error", scale=log, axis=alt.Axis(tickCount=5, format="~g")),
        by_name("line", lines, legend=1), dashes("line", lines),
    )  # fmt: skip
    ends = ", ".join(f"{name} {values[-1]:.3g}" for name, values in lines.items())
    charts.show(chart.properties(height=300), f"Mean errors as the walk goes on; at the end {ends}.")


topic.show(TOPIC, {"walk": draw_walk, "cliff": draw_cliff, "lake": draw_lake, "offpolicy": draw_offpolicy})
