"""Pictures of the experiment deep_q_learning.dqn."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from engine.data import Floats
from engine.experiments.deep_q_learning.dqn import DqnSettings
from engine.experiments.deep_q_learning.training import CURVE, PASS, DqnSnapshot, agent_of, learning_curve, value_map
from pages.reinforcement_learning.deep_q_learning.shared import BAND, GAME, MAP, SEEDS, TOPIC
from pages.widgets.canvas.cart_pole.cart_pole import Driver, cart_pole
from pages.widgets.canvas.panels.panels import panels
from pages.widgets.canvas.scene import Cells, Dots, Frame, Scene
from pages.widgets.figures import charts
from pages.widgets.figures.curves import curves, diagonal, segments
from pages.widgets.figures.numbers import signed
from pages.widgets.figures.scale import span
from pages.widgets.plate import live
from pages.widgets.shell import state
from pages.widgets.shell.letters import plural


def driver(settings: DqnSettings, now: live.Now, epsilon: float) -> Driver:
    """Return the newest network, ready to drive in the browser."""
    agent = agent_of(settings.rules(), now.snapshot.weights)
    return Driver(agent.layers, agent.inputs, agent.edges, agent.reward, epsilon)


def moving_dqn(settings: DqnSettings, now: live.Now) -> None:
    """The agent's cart, then curves and the newest batch."""
    one, running = now.snapshot, now.state == "running"
    cart_pole(
        "watch", driver(settings, now, one.epsilon), state.owned(TOPIC, "dqn", "agent"), running=running, step=one.step
    )
    st.caption(standing_of(settings, one))
    history = now.history
    returns = curves(history, ("return", "greedy return"), "steps", levels={"solved: 475": 475.0})
    values = curves(
        history, ("Q", "Q of last steps"), "steps", levels={f"1/(1 − γ) = {settings.ceiling:g}": settings.ceiling}
    )
    panels(
        [
            replace(
                returns,
                title="Return: balanced for",
                legend=("episodes just ended", "without exploration"),
                y_range=(-15.0, 530.0),
            ),
            replace(
                values,
                title="Values in the batch",
                legend=("mean Q(s, a)", "of last steps before a fall"),
                y_range=(min(values.y_range[0], 0.0), values.y_range[1]),
            ),
            replace(curves(history, ("TD error",), "steps"), title="TD error, mean size", legend=()),
            replace(curves(history, ("loss",), "squared", log=True), title="Loss: mean squared TD error", legend=()),
            batch_scene(one),
            epsilon_scene(settings, one),
        ],
        state.owned(TOPIC, "dqn", "panels"),
        height=180,
    )


def standing_of(settings: DqnSettings, one: DqnSnapshot) -> str:
    """Say in a line how far the training has come."""
    held = f"replay buffer {one.held:,} of {settings.memory:,}" if settings.replay else "no replay buffer"
    said = f"transitions: {one.transitions:,} · gradient steps: {one.gradient_steps:,} · {held} · ε {one.epsilon:.2f}"
    if one.solved:
        return (
            f":material/emoji_events: **Solved** after {one.solved:,} transitions: 100 fresh episodes without "
            f"exploration last {PASS:g} steps or more on average. {said}"
        )
    if not np.isnan(one.greedy):
        said += f" · last exam {one.greedy:.0f} of 500 steps"
    return said


def batch_scene(one: DqnSnapshot) -> Scene:
    """Prediction against target for each transition of the newest batch: the way to the line is the TD error."""
    both = np.concatenate([one.targets, one.taken, [0.0, 1.0]])
    low, high = span(both)
    groups = one.fell.astype(int)
    error = float(np.abs(one.targets - one.taken).mean()) if len(one.taken) else 0.0
    return Scene(
        [
            Frame(
                [diagonal(low, high), Dots(one.targets, one.taken, group=groups, size=3.5)],
                f"{plural(len(one.taken), 'transition')}; mean size of the TD error {error:.3g}",
            )
        ],
        x_label="target",
        y_label="Q(s, a)",
        x_range=(low, high),
        y_range=(low, high),
        title="The newest batch",
        legend=("going on", "last step before a fall"),
    )


def epsilon_scene(settings: DqnSettings, one: DqnSnapshot) -> Scene:
    """The schedule of exploration, and where the run is on it."""
    end = float(max(settings.epsilon_steps * 1.5, one.transitions * 1.05, 1_000))
    x = np.linspace(0.0, end, 41)
    y = np.array([settings.course().epsilon(int(at)) for at in x])
    return Scene(
        [
            Frame(
                [segments(x, y[None]), Dots([one.transitions], [one.epsilon], group=1, size=5)],
                f"ε {one.epsilon:.2f} after {plural(one.transitions, 'transition')}",
            )
        ],
        x_label="transitions",
        y_label="chance of a random push",
        x_range=(0.0, end),
        y_range=(-0.04, 1.04),
        title="Exploration ε",
    )


def still_dqn(settings: DqnSettings, now: live.Now) -> None:
    """The game, five seeds, or the map of values."""
    view = st.segmented_control(
        "Below the run",
        (GAME, BAND, MAP),
        default=GAME,
        required=True,
        key=state.owned(TOPIC, "dqn", "view"),
        label_visibility="collapsed",
    )
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
    st.button(
        f"Train {SEEDS} seeds",
        icon=":material/stacked_line_chart:",
        key=state.owned(TOPIC, "dqn", "train"),
        on_click=st.session_state.__setitem__,
        args=(asked, plain),
        help=f"Each for {CURVE:,} transitions, solved or not",
    )
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
    each = pd.DataFrame(
        [
            {"transitions": t, "return": value, "seed": str(settings.seed + k)}
            for k, one in enumerate(returns)
            for t, value in zip(at, one, strict=True)
        ]
    )
    base = alt.Chart(band).encode(x)
    area = base.mark_area(opacity=0.22, color=charts.COLOURS[0]).encode(
        alt.Y("low:Q", title="return without exploration", scale=y), alt.Y2("high:Q")
    )
    thin = (
        alt.Chart(each)
        .mark_line(opacity=0.55, strokeWidth=1, color=charts.COLOURS[7], tooltip=True)
        .encode(x, alt.Y("return:Q", scale=y), alt.Detail("seed:N"))
    )
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
    sheet = partial(
        Scene, x_label="lean (degrees)", y_label="turn (degrees a second)", x_range=x_range, y_range=y_range
    )
    far = float(np.abs(edge).max()) or 1.0
    panels(
        [
            sheet(
                [
                    Frame(
                        [Cells(best, float(best.min()), float(best.max()))],
                        f"from {best.min():.3g} to {best.max():.3g} steps",
                    )
                ],
                title=signed(f"Value of the better push: {best.min():.3g} to {best.max():.3g}"),
            ),
            sheet(
                [Frame([Cells(edge, -far, far)], f"from {edge.min():.3g} to {edge.max():.3g} steps")],
                title="Q(right) − Q(left): blue left, red right",
            ),
        ],
        f"{own}:panels",
        height=240,
    )
    st.caption("A pole that leans right and turns right needs a push to the right: the cart has to get under it.")
