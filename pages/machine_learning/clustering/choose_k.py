"""Pictures of the experiment clustering.choose_k."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from engine.experiment import Run
from engine.experiments.clustering.choose_k import ChooseKOutcome, ChooseKSettings
from engine.experiments.clustering.inits import InitsSettings
from engine.experiments.clustering.shared import MOST_ROWS
from pages.widgets.figures import charts
from pages.widgets.shell.words import plural


def drawn_rows(settings: InitsSettings | ChooseKSettings, points: int) -> str:
    """Say how many points were clustered, and that they are a random draw where there were more."""
    return f"{plural(points, 'point')}" + (", drawn at random from a larger table." if points == MOST_ROWS else ".")


def draw_choose_k(settings: ChooseKSettings, run: Run[ChooseKOutcome]) -> None:
    """Elbow and silhouette side by side, and every point's silhouette at one k."""
    outcome = run.outcome
    curve = pd.DataFrame({"k": outcome.ks, "SSE": outcome.sse, "mean silhouette": outcome.silhouette})
    here = alt.Chart(pd.DataFrame({"k": [outcome.k]})).mark_rule(strokeDash=[4, 4]).encode(x="k:Q")
    left, right = st.columns(2)
    for place, value in ((left, "SSE"), (right, "mean silhouette")):
        line = alt.Chart(curve.dropna() if value != "SSE" else curve).mark_line(point=True, tooltip=True)
        line = line.encode(
            alt.X("k:Q", axis=alt.Axis(tickMinStep=1, format="d")),
            alt.Y(f"{value}:Q"),
        )
        with place:
            best = "falls from k to k" if value == "SSE" else f"peaks at k = {outcome.best_k}"
            charts.show(
                (line + here).properties(height=210), f"{value} against k from 1 to {outcome.ks[-1]}; it {best}."
            )
    truth = f"; the data were made with {settings.blobs} blobs" if settings.data == "blobs" else ""
    points = drawn_rows(settings, len(outcome.points))
    st.caption(f"{points} The mean silhouette peaks at k = {outcome.best_k}{truth}.")
    st.markdown(f"**Every point's silhouette at k = {outcome.k}**, mean {outcome.widths.mean():.3f}")
    order = np.lexsort((-outcome.widths, outcome.labels))
    widths = pd.DataFrame(
        {
            "place": np.arange(len(order)),
            "silhouette": outcome.widths[order],
            "cluster": (outcome.labels[order] + 1).astype(str),
        }
    )
    bars = (
        alt.Chart(widths)
        .mark_bar(size=max(1.0, 380 / len(order)), tooltip=True)
        .encode(
            alt.X("place:Q", title="points, by cluster", axis=alt.Axis(labels=False, ticks=False)),
            alt.Y("silhouette:Q", scale=alt.Scale(domain=[min(-0.2, float(outcome.widths.min())), 1])),
            alt.Color("cluster:N"),
        )
        .properties(height=190)
    )
    negative = int((outcome.widths < 0).sum())
    charts.show(
        bars,
        f"Silhouettes, {len(order)} points, {plural(outcome.k, 'cluster')}; {plural(negative, 'is', 'are')} negative.",
    )
