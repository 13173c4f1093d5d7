"""Q-functions and deep Q-learning: the page. It draws; engine/experiments/deep_q_learning.py computes."""

from __future__ import annotations

from dataclasses import replace

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from engine.data import Floats
from engine.experiment import Run
from engine.experiments.deep_q_learning import (
    CORRECTED,
    CURVE,
    GRID,
    PASS,
    PLACES,
    DqnSettings,
    DqnSnapshot,
    FuturesOutcome,
    FuturesSettings,
    GammaOutcome,
    GammaSettings,
    MaxSettings,
    MaxSnapshot,
    agent_of,
    learning_curve,
    value_map,
)
from pages.widgets import charts, live, state, tables, topic
from pages.widgets.cart_pole import Driver, cart_pole
from pages.widgets.panels import curves, panels
from pages.widgets.player import player
from pages.widgets.scene import Cells, Dots, Frame, Lines, Scene, Words

TOPIC = "deep_q_learning"
SEEDS = 5
GAME, BAND, MAP = "The game", "Five seeds", "What it expects"


# --- futures -----------------------------------------------------------------------------------------------------


def draw_futures(settings: FuturesSettings, run: Run) -> None:
    """Some futures as they collect rewards, their mean as it settles, and the histogram of all returns."""
    outcome: FuturesOutcome = run.outcome
    start = f"state {settings.state}, action {settings.action}"
    if settings.world == GRID:
        start = f"{settings.cell}, {settings.move}"
    seen = shown_steps(outcome.paths)
    steps = np.arange(1, seen + 1)
    paths = outcome.paths[:seen].T  # (futures, steps)
    low, high = charts.span(np.append(outcome.returns, outcome.exact))
    many = np.arange(1, len(outcome.means) + 1)
    level = [np.array([one]) for one in (0.0, outcome.exact)]
    fan = Scene(
        [Frame([segments(steps, paths), Lines(*level, [float(seen)], level[1], group=1, width=2.5)],
               f"{len(paths)} futures; Q is {outcome.exact:.3f}")],
        x_label="step", y_label="discounted rewards so far", x_range=(0.0, float(seen)),
        y_range=charts.span(np.append(paths.ravel(), outcome.exact)),
        title=f"{len(paths)} futures of {start}", legend=("a future", "Q, exact"),
    )  # fmt: skip
    settle = Scene(
        [Frame([segments(many, outcome.means[None]), Lines(*level, [float(many[-1])], level[1], group=1, width=2.5)],
               f"after {many[-1]} futures the mean is {outcome.mean:.3f}")],
        x_label="futures", y_label="mean of their returns", x_range=(0.0, float(many[-1])),
        y_range=charts.span(np.append(outcome.means, outcome.exact)), title="The mean settles",
        legend=("mean so far", "Q, exact"),
    )  # fmt: skip
    panels([fan, settle], state.owned(TOPIC, "futures", "panels"))
    counts, edges = np.histogram(outcome.returns, np.linspace(low, high, 31))
    bars = alt.Chart(pd.DataFrame({"from": edges[:-1], "to": edges[1:], "futures": counts}))
    bars = bars.mark_bar(color=charts.COLOURS[0], tooltip=True).encode(
        alt.X("from:Q", title="return", bin=alt.Bin(binned=True), scale=alt.Scale(domain=[low, high])),
        alt.X2("to:Q"), alt.Y("futures:Q", title="futures"),
    )  # fmt: skip
    marks = pd.DataFrame({"at": [outcome.mean, outcome.exact], "what": ["mean", "Q, exact"]})
    rules = alt.Chart(marks).mark_rule(strokeWidth=2.5).encode(
        alt.X("at:Q"), alt.StrokeDash("what:N", title=None, legend=alt.Legend(orient="top")),
        alt.Color("what:N", title=None, scale=alt.Scale(range=[charts.COLOURS[1], charts.COLOURS[3]])),
    )  # fmt: skip
    away = (outcome.mean - outcome.exact) / outcome.error if outcome.error > 0 else 0.0
    charts.show(
        (bars + rules).properties(height=210),
        f"Returns of {settings.rollouts} futures from {outcome.returns.min():.3g} to {outcome.returns.max():.3g}; "
        f"their mean is {outcome.mean:.4g}, Q is {outcome.exact:.4g}.",
    )
    st.caption(
        f"Mean {outcome.mean:.4f} ± {outcome.error:.4f} (standard error), Q {outcome.exact:.4f}: "
        f"{abs(away):.1f} standard errors apart.".replace("-", "−")
    )
    if settings.world == GRID:
        draw_grid(settings, outcome.values)


def shown_steps(paths: Floats) -> int:
    """Return how many steps of the paths, (steps, futures), are drawn: those in which something is still collected."""
    left = np.abs(paths - paths[-1]).max(axis=1)  # (steps,)
    return max(2, int((left > 0.01 * left.max()).sum()) + 1) if left.max() > 0 else 2


def segments(x: Floats, curves: Floats) -> Lines:
    """Return curves, (n, points), over x, (points,), as thin lines."""
    left, right = (np.tile(part, len(curves)) for part in (x[:-1], x[1:]))
    return Lines(
        left, curves[:, :-1].ravel(), right, curves[:, 1:].ravel(), group=0, width=0.8 if len(curves) > 1 else 2
    )


def draw_grid(settings: FuturesSettings, values: Floats) -> None:
    """The grid with the policy's value of every cell, and where the futures begin."""
    field = np.full((3, 4), np.nan)
    for (r, c), value in zip(PLACES.values(), values, strict=True):
        field[r, c] = value
    r, c = PLACES[settings.cell]
    arrow = {"north": "↑", "east": "→", "south": "↓", "west": "←"}[settings.move]
    scene = Scene(
        [Frame([Cells(field, -1.0, 1.0),
                Words([c + 0.5 for _, c in PLACES.values()], [r + 0.4 for r, _ in PLACES.values()],
                      [f"{value:.2f}".replace("-", "−") for value in values]),
                Words([c + 0.5], [r + 0.75], [f"start {arrow}"])],
               f"V of the start {field[r, c]:.2f}")],
        x_label="column", y_label="row", x_range=(0.0, 4.0), y_range=(3.0, 0.0), equal=True,
        title="V of every cell under this policy", axes=False,
    )  # fmt: skip
    panels([scene], state.owned(TOPIC, "futures", "grid"), height=230, columns=1)


# --- gamma -------------------------------------------------------------------------------------------------------


def draw_gamma(settings: GammaSettings, run: Run) -> None:
    """Left against right side for every pair, and how far both recursions are off at every discount."""
    outcome: GammaOutcome = run.outcome
    both = np.concatenate([outcome.left.ravel(), outcome.right.ravel()])
    low, high = charts.span(both)
    S, A = outcome.left.shape
    sides = Scene(
        [Frame([diagonal(low, high),
                *(Dots(outcome.right[:, a], outcome.left[:, a], group=a, size=5) for a in range(A))],
               f"the sides differ by {outcome.residual:.3g} at most")],
        x_label="right side", y_label="left side, Q*(s, a)", x_range=(low, high), y_range=(low, high),
        title="A dot for each pair; equal on the line", legend=tuple(f"action {a + 1}" for a in range(A)),
    )  # fmt: skip
    top = max(float(outcome.printed.max()), 1e-3)
    off = Scene(
        [Frame([segments(outcome.gammas, outcome.printed[None]), replace_group(outcome.gammas, outcome.corrected),
                Lines([settings.gamma], [0.0], [settings.gamma], [top], width=1.0)],
               f"at γ = {settings.gamma:g} the printed recursion is off by "
               f"{np.interp(settings.gamma, outcome.gammas, outcome.printed):.3g}")],
        x_label="γ", y_label="largest difference of the sides", x_range=(0.0, 1.0), y_range=(-0.04 * top, 1.08 * top),
        title="At every discount", legend=("as printed", "corrected"),
    )  # fmt: skip
    panels([sides, off], state.owned(TOPIC, "gamma", "panels"), height=250)
    formula = r"r+\gamma\,\mathbb E[\max_{a'}Q^*]" if settings.recursion == CORRECTED else r"r+\mathbb E[\max_{a'}Q^*]"
    st.markdown(
        f"Right side: ${formula}$ at $\\gamma={settings.gamma:g}$. Largest difference **{outcome.residual:.3g}**."
    )
    pairs = [
        {"state": s + 1, "action": a + 1, "left": outcome.left[s, a], "right": outcome.right[s, a],
         "left − right": outcome.left[s, a] - outcome.right[s, a]}
        for s in range(S) for a in range(A)
    ]  # fmt: skip
    with st.expander("Both sides in numbers", icon=":material/table:"):
        tables.numbers(pd.DataFrame(pairs), "Left and right side for every state and action")


def diagonal(low: float, high: float) -> Dots:
    """Return the line on which both coordinates are equal, in dots, so that a legend beside it shows marks."""
    at = np.linspace(low, high, 50)
    return Dots(at, at, size=0.9)


def replace_group(x: Floats, curve: Floats) -> Lines:
    """Return one curve as a line of the second group."""
    return replace(segments(x, curve[None]), group=1)


# --- max ---------------------------------------------------------------------------------------------------------


def draw_max(settings: MaxSettings, run: Run) -> None:
    """Replay the sweeps: the values as they move, between the two fixed points."""
    last: MaxSnapshot = run.outcome
    S, A = last.Q.shape
    pairs = np.arange(1, S * A + 1)
    own, best = last.policy_value.ravel(), last.optimal_value.ravel()
    low, high = charts.span(np.concatenate([own, best, [0.0]]))
    fixed = [Dots(pairs, own, group=1, size=6), Dots(pairs, best, group=2, size=6)]
    borders = [Lines([s * A + 0.5], [low], [s * A + 0.5], [high], width=0.7) for s in range(1, S)]
    frames = [
        Frame([Dots(pairs, one.Q.ravel(), group=0, size=4, tween=True)],
              f"Sweep {one.sweep}: no value moved by more than {one.change:.3g}" if one.sweep else "Start: all zero",
              one.change if one.sweep else None)
        for one in run.snapshots
    ]  # fmt: skip
    scene = Scene(
        frames,
        [*borders, *fixed],
        x_label=f"pair (state, action); {A} actions in each of {S} states",
        y_label="value",
        x_range=(0.4, S * A + 0.6),
        y_range=(low, high),
        value_label="largest change",
    )
    player(scene, state.owned(TOPIC, "max", "player"))
    gap = best - own
    towards = "$Q^*$" if settings.maximise else r"$Q^\pi$"
    st.caption(
        f"● the values now, on their way to {towards} · ■ $Q^\\pi$, the value of the policy · ▲ $Q^*$. "
        f"$Q^*$ lies above $Q^\\pi$ by {max(gap.min(), 0):.3g} at least and {gap.max():.3g} at most."
    )
    better = int((last.policy_value.argmax(axis=1) != last.optimal_value.argmax(axis=1)).sum())
    st.caption(f"In {better} of {S} states the action that looks best under $Q^\\pi$ is not the best one.")


# --- dqn ---------------------------------------------------------------------------------------------------------


def driver(settings: DqnSettings, now: live.Now, epsilon: float) -> Driver:
    """Return the newest network, ready to drive in the browser."""
    agent = agent_of(settings.rules(), now.snapshot.weights)
    return Driver(agent.layers, agent.inputs, agent.edges, agent.reward, epsilon)


def moving_dqn(settings: DqnSettings, now: live.Now) -> None:
    """The agent's cart, then curves and the newest batch."""
    one: DqnSnapshot = now.snapshot
    running = now.state == "running"
    cart_pole("watch", driver(settings, now, one.epsilon), state.owned(TOPIC, "dqn", "agent"), running=running,
              step=one.step)  # fmt: skip
    st.caption(standing_of(settings, one))
    history = now.history
    returns = curves(history, ("return", "greedy return"), "steps", levels={"solved: 475": 475.0})
    values = curves(history, ("Q", "Q of last steps"), "steps",
                    levels={f"1/(1 − γ) = {settings.ceiling:g}": settings.ceiling})  # fmt: skip
    panels(
        [
            replace(returns, title="Return: balanced for", legend=("episodes just ended", "without exploration"),
                    y_range=(-15.0, 530.0)),
            replace(values, title="Values in the batch", legend=("mean Q(s, a)", "of last steps before a fall"),
                    y_range=(min(values.y_range[0], 0.0), values.y_range[1])),
            replace(curves(history, ("TD error",), "steps"), title="TD error, mean size", legend=()),
            replace(curves(history, ("loss",), "squared", log=True), title="Loss: mean squared TD error", legend=()),
            batch_scene(one),
            epsilon_scene(settings, one),
        ],
        state.owned(TOPIC, "dqn", "panels"), height=180,
    )  # fmt: skip


def standing_of(settings: DqnSettings, one: DqnSnapshot) -> str:
    """Say in a line how far the training has come."""
    held = f"replay buffer {one.held:,} of {settings.memory:,}" if settings.replay else "no replay buffer"
    said = f"{one.transitions:,} transitions · {one.gradient_steps:,} gradient steps · {held} · ε {one.epsilon:.2f}"
    if one.solved:
        return f":material/emoji_events: **Solved** after {one.solved:,} transitions: 100 fresh episodes without " \
               f"exploration last {PASS:g} steps or more on average. {said}"  # fmt: skip
    if not np.isnan(one.greedy):
        said += f" · last exam {one.greedy:.0f} of 500 steps"
    return said


def batch_scene(one: DqnSnapshot) -> Scene:
    """Prediction against target for each transition of the newest batch: the way to the line is the TD error."""
    both = np.concatenate([one.targets, one.taken, [0.0, 1.0]])
    low, high = charts.span(both)
    groups = one.fell.astype(int)
    error = float(np.abs(one.targets - one.taken).mean()) if len(one.taken) else 0.0
    return Scene(
        [Frame([diagonal(low, high), Dots(one.targets, one.taken, group=groups, size=3.5)],
               f"{len(one.taken)} transitions; mean size of the TD error {error:.3g}")],
        x_label="target", y_label="Q(s, a)", x_range=(low, high), y_range=(low, high), title="The newest batch",
        legend=("going on", "last step before a fall"),
    )  # fmt: skip


def epsilon_scene(settings: DqnSettings, one: DqnSnapshot) -> Scene:
    """The schedule of exploration, and where the run is on it."""
    end = float(max(settings.epsilon_steps * 1.5, one.transitions * 1.05, 1_000))
    x = np.linspace(0.0, end, 41)
    course = settings.course()
    y = np.array([course.epsilon(int(at)) for at in x])
    return Scene(
        [Frame([segments(x, y[None]), Dots([one.transitions], [one.epsilon], group=1, size=5)],
               f"ε {one.epsilon:.2f} after {one.transitions} transitions")],
        x_label="transitions", y_label="chance of a random push", x_range=(0.0, end), y_range=(-0.04, 1.04),
        title="Exploration ε",
    )  # fmt: skip


def still_dqn(settings: DqnSettings, now: live.Now) -> None:
    """The game, five seeds, or the map of values."""
    view = st.segmented_control("Below the run", (GAME, BAND, MAP), default=GAME, required=True,
                                key=state.owned(TOPIC, "dqn", "view"), label_visibility="collapsed")  # fmt: skip
    if view == GAME:
        cart_pole("play", driver(settings, now, 0.0), state.owned(TOPIC, "dqn", "game"), step=now.snapshot.step)
        untrained = " It has learned nothing yet: press Play above." if now.snapshot.step == 0 else ""
        st.caption(f"The agent's network of step {now.snapshot.step:,} drives without exploration.{untrained}")
    elif view == BAND:
        five_seeds(settings)
    else:
        map_of(settings, now)


def five_seeds(settings: DqnSettings) -> None:
    """Train five seeds with these settings, and draw their returns with a band."""
    asked = state.owned(TOPIC, "dqn", "asked")
    plain = replace(settings, stop=True, most=DqnSettings.most)  # what the curve does not depend on
    st.button(f"Train {SEEDS} seeds", icon=":material/stacked_line_chart:", key=state.owned(TOPIC, "dqn", "train"),
              on_click=st.session_state.__setitem__, args=(asked, plain),
              help=f"Each for {CURVE:,} transitions, solved or not")  # fmt: skip
    if st.session_state.get(asked) != plain:
        st.caption(
            f"One seed is an anecdote. This trains {SEEDS} with the settings above, each for {CURVE:,} transitions, "
            f"and takes some seconds."
        )
        return
    place, found = st.empty(), []
    for number in range(SEEDS):
        place.progress(number / SEEDS, f"Seed {settings.seed + number}: {number + 1} of {SEEDS}")
        found.append(curve(replace(plain, seed=0), settings.seed + number))
    place.empty()
    at, returns = found[0][0], np.array([one for _, one in found])  # (seeds, points)
    median, low, high = np.median(returns, axis=0), returns.min(axis=0), returns.max(axis=0)
    x, y = alt.X("transitions:Q"), alt.Scale(domain=[0, 500])
    band = pd.DataFrame({"transitions": at, "low": low, "high": high, "median": median})
    each = pd.DataFrame([
        {"transitions": t, "return": value, "seed": str(settings.seed + k)}
        for k, one in enumerate(returns) for t, value in zip(at, one, strict=True)
    ])  # fmt: skip
    base = alt.Chart(band).encode(x)
    area = base.mark_area(opacity=0.22, color=charts.COLOURS[0]).encode(
        alt.Y("low:Q", title="return without exploration", scale=y), alt.Y2("high:Q")
    )
    thin = alt.Chart(each).mark_line(opacity=0.55, strokeWidth=1, color=charts.COLOURS[7], tooltip=True).encode(
        x, alt.Y("return:Q", scale=y), alt.Detail("seed:N"))  # fmt: skip
    line = base.mark_line(strokeWidth=3, color=charts.COLOURS[0], tooltip=True).encode(alt.Y("median:Q", scale=y))
    solved = alt.Chart(pd.DataFrame({"y": [475]})).mark_rule(strokeDash=[5, 4]).encode(alt.Y("y:Q"))
    charts.show(
        (area + thin + line + solved).properties(height=260),
        f"Median return of {SEEDS} seeds against transitions: {median[0]:.0f} after {at[0]:.0f}, {median[-1]:.0f} "
        f"after {at[-1]:.0f}; at the end the worst seed has {low[-1]:.0f}, the best {high[-1]:.0f}.",
    )
    st.caption(
        f"Seeds {settings.seed} to {settings.seed + SEEDS - 1}: median (thick), each seed (thin), and the band from "
        f"the worst to the best; dashed: solved. Every point is the mean of 16 fresh episodes."
    )


@st.cache_data(max_entries=100, show_spinner=False)
def curve(settings: DqnSettings, seed: int) -> tuple[Floats, Floats]:
    """Train a seed once for each settings."""
    return learning_curve(settings.rules(), settings.course(), seed)


def map_of(settings: DqnSettings, now: live.Now) -> None:
    """What the network expects over leans and turns of the pole, at one place of the cart."""
    left, right = st.columns(2)
    own = state.owned(TOPIC, "dqn", "map")
    position = left.slider("Cart's position (m)", -2.4, 2.4, 0.0, 0.1, key=f"{own}:position")
    velocity = right.slider("Cart's velocity (m/s)", -2.0, 2.0, 0.0, 0.1, key=f"{own}:velocity")
    angles, spins, Q = value_map(settings.rules(), now.snapshot.weights, position, velocity)
    best, edge = Q.max(axis=2), Q[:, :, 1] - Q[:, :, 0]
    x_range, y_range = ((float(one[0]), float(one[-1])) for one in (angles, spins))
    ends = {"x_label": "lean (degrees)", "y_label": "turn (degrees a second)", "x_range": x_range, "y_range": y_range}
    far = float(np.abs(edge).max()) or 1.0
    panels(
        [
            Scene([Frame([Cells(best, float(best.min()), float(best.max()))],
                         f"from {best.min():.3g} to {best.max():.3g} steps")],
                  title=f"Value of the better push: {best.min():.3g} to {best.max():.3g}".replace("-", "−"), **ends),
            Scene([Frame([Cells(edge, -far, far)], f"from {edge.min():.3g} to {edge.max():.3g} steps")],
                  title="Q(right) − Q(left): blue left, red right", **ends),
        ],
        f"{own}:panels", height=240,
    )  # fmt: skip
    st.caption("A pole that leans right and turns right needs a push to the right: the cart has to get under it.")


topic.show(
    TOPIC,
    {
        "futures": draw_futures,
        "gamma": draw_gamma,
        "max": draw_max,
        "dqn": live.Views(moving=moving_dqn, still=still_dqn, pace=10.0, settings_open=False),
    },
)
