"""Pictures of the experiment deep_q_learning.futures."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from engine.data import Floats
from engine.experiment import Run
from engine.experiments.deep_q_learning.futures import FuturesOutcome, FuturesSettings
from engine.experiments.deep_q_learning.shared import GRID, PLACES
from pages.reinforcement_learning.deep_q_learning.shared import TOPIC
from pages.widgets.canvas.panels.panels import panels
from pages.widgets.canvas.scene import Cells, Frame, Lines, Scene, Words
from pages.widgets.figures import charts
from pages.widgets.figures.curves import segments
from pages.widgets.figures.numbers import signed
from pages.widgets.shell import state


def draw_futures(settings: FuturesSettings, run: Run[FuturesOutcome]) -> None:
    """Some futures as they collect rewards, their mean as it settles, and the histogram of all returns."""
    outcome = run.outcome
    start = f"state {settings.state}, action {settings.action}"
    if settings.world == GRID:
        start = f"{settings.cell}, {settings.move}"
    seen = shown_steps(outcome.paths)
    steps = np.arange(1.0, seen + 1)
    paths = outcome.paths[:seen].T  # (futures, steps)
    low, high = charts.span(np.append(outcome.returns, outcome.exact))
    many = np.arange(1.0, len(outcome.means) + 1)
    fan = Scene(
        [
            Frame(
                [segments(steps, paths), level(outcome.exact, seen)],
                f"{len(paths)} futures; Q is {outcome.exact:.3f}",
            )
        ],
        x_label="step",
        y_label="discounted rewards so far",
        x_range=(0.0, float(seen)),
        y_range=charts.span(np.append(paths.ravel(), outcome.exact)),
        title=f"{len(paths)} futures of {start}",
        legend=("a future", "Q, exact"),
    )
    settle = Scene(
        [
            Frame(
                [segments(many, outcome.means[None]), level(outcome.exact, len(many))],
                f"after {len(many)} futures the mean is {outcome.mean:.3f}",
            )
        ],
        x_label="futures",
        y_label="mean of their returns",
        x_range=(0.0, float(many[-1])),
        y_range=charts.span(np.append(outcome.means, outcome.exact)),
        title="The mean settles",
        legend=("mean so far", "Q, exact"),
    )
    panels([fan, settle], state.owned(TOPIC, "futures", "panels"))
    counts, edges = np.histogram(outcome.returns, np.linspace(low, high, 31))
    bars = alt.Chart(pd.DataFrame({"from": edges[:-1], "to": edges[1:], "futures": counts}))
    bars = bars.mark_bar(color=charts.COLOURS[0], tooltip=True).encode(
        alt.X("from:Q", title="return", bin=alt.Bin(binned=True), scale=alt.Scale(domain=[low, high])),
        alt.X2("to:Q"),
        alt.Y("futures:Q", title="futures"),
    )
    marks = pd.DataFrame({"at": [outcome.mean, outcome.exact], "what": ["mean", "Q, exact"]})
    rules = (
        alt.Chart(marks)
        .mark_rule(strokeWidth=2.5)
        .encode(
            alt.X("at:Q"),
            alt.StrokeDash("what:N", title=None, legend=alt.Legend(orient="top")),
            alt.Color("what:N", title=None, scale=alt.Scale(range=[charts.COLOURS[1], charts.COLOURS[3]])),
        )
    )
    away = (outcome.mean - outcome.exact) / outcome.error if outcome.error > 0 else 0.0
    charts.show(
        (bars + rules).properties(height=210),
        f"Returns of {settings.rollouts} futures from {outcome.returns.min():.3g} to {outcome.returns.max():.3g}; "
        f"their mean is {outcome.mean:.4g}, Q is {outcome.exact:.4g}.",
    )
    st.caption(
        signed(
            f"Mean {outcome.mean:.4f} ± {outcome.error:.4f} (standard error), Q {outcome.exact:.4f}: "
            f"{abs(away):.1f} standard errors apart."
        )
    )
    if settings.world == GRID:
        draw_grid(settings, outcome.values)


def level(at: float, end: float) -> Lines:
    """Return a thick horizontal line at a height, from 0 to `end`."""
    return Lines([0.0], [at], [end], [at], group=1, width=2.5)


def shown_steps(paths: Floats) -> int:
    """Return how many steps of the paths, (steps, futures), are drawn: those in which something is still collected."""
    left = np.abs(paths - paths[-1]).max(axis=1)  # (steps,)
    return max(2, int((left > 0.01 * left.max()).sum()) + 1) if left.max() > 0 else 2


def draw_grid(settings: FuturesSettings, values: Floats) -> None:
    """The grid with the policy's value of every cell, and where the futures begin."""
    field = np.full((3, 4), np.nan)
    for (r, c), value in zip(PLACES.values(), values, strict=True):
        field[r, c] = value
    r, c = PLACES[settings.cell]
    arrow = {"north": "↑", "east": "→", "south": "↓", "west": "←"}[settings.move]
    scene = Scene(
        [
            Frame(
                [
                    Cells(field, -1.0, 1.0),
                    Words(
                        [c + 0.5 for _, c in PLACES.values()],
                        [r + 0.4 for r, _ in PLACES.values()],
                        [signed(f"{value:.2f}") for value in values],
                    ),
                    Words([c + 0.5], [r + 0.75], [f"start {arrow}"]),
                ],
                f"V of the start {field[r, c]:.2f}",
            )
        ],
        x_label="column",
        y_label="row",
        x_range=(0.0, 4.0),
        y_range=(3.0, 0.0),
        equal=True,
        title="V of every cell under this policy",
        axes=False,
    )
    panels([scene], state.owned(TOPIC, "futures", "grid"), height=230, columns=1)
