"""Pictures of the experiment tabular_td.walk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from engine.experiment import Run
from engine.experiments.tabular_td.shared import Estimates
from engine.experiments.tabular_td.walk import STEP_SIZES, WalkOutcome, WalkSettings
from pages.reinforcement_learning.tabular_td.shared import COLOUR, GREY, MC, TD
from pages.widgets.figures import charts, tables
from pages.widgets.shell.words import plural


def draw_walk(settings: WalkSettings, run: Run[WalkOutcome]) -> None:
    """Error curves of both methods with bands; below, bias and spread of each state, and other step sizes."""
    outcome = run.outcome
    methods = {MC: outcome.monte_carlo, TD: outcome.td}
    curve = pd.concat(
        [
            pd.DataFrame(
                {
                    "episodes": np.arange(len(one.error)),
                    "error": one.error,
                    "low": one.low,
                    "high": one.high,
                    "method": name,
                }
            )
            for name, one in methods.items()
        ]
    )
    base = alt.Chart(curve).encode(alt.X("episodes:Q", axis=alt.Axis(tickMinStep=1)), by_name("method", methods))
    band = base.mark_area(opacity=0.18).encode(alt.Y("low:Q", title="error (root mean square)"), alt.Y2("high:Q"))
    line = base.mark_line(tooltip=True).encode(alt.Y("error:Q"), dashes("method", methods))
    ends = ", ".join(f"{name} {one.error[-1]:.3f}" for name, one in methods.items())
    charts.show(
        (band + line).properties(height=250), f"Error after each of {settings.episodes} episodes; at the end {ends}."
    )
    st.caption(f"Lines: mean over {plural(settings.runs, 'run')}; bands: eight runs of ten. At the end: {ends}.")
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
    st.caption(
        f"Means and standard deviations between runs. First targets: of the {outcome.td.targets} runs that come "
        "by in their first episode."
    )


def states_chart(outcome: WalkOutcome, methods: Mapping[str, Estimates]) -> None:
    """Draw each state's mean estimate, its spread, and the true value."""
    states = np.arange(1, len(outcome.true) + 1)
    rows = pd.concat(
        [
            pd.DataFrame(
                {
                    "state": states + beside,
                    "value": one.mean,
                    "low": one.mean - one.spread,
                    "high": one.mean + one.spread,
                    "method": name,
                }
            )
            for beside, (name, one) in zip((-0.15, 0.15), methods.items(), strict=True)
        ]
    )
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
    curve = pd.concat(
        [
            pd.DataFrame({"step size α": STEP_SIZES, "error": one.by_step, "method": name})
            for name, one in methods.items()
        ]
    )
    base = alt.Chart(curve).encode(alt.X("step size α:Q"), by_name("method", methods, legend=0))
    line = base.mark_line(point=True, tooltip=True).encode(
        alt.Y("error:Q", title=f"error after {plural(settings.episodes, 'episode')}"), dashes("method", methods)
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
