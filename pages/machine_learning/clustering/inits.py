"""Pictures of the experiment clustering.inits."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from engine.experiment import Run
from engine.experiments.clustering.inits import InitsOutcome, InitsSettings
from pages.machine_learning.clustering.choose_k import drawn_rows
from pages.widgets.figures import charts


def draw_inits(settings: InitsSettings, run: Run[InitsOutcome]) -> None:
    """Histogram of the final SSE of every start, random above k-means++."""
    outcome = run.outcome
    low = outcome.best
    high = float(max(outcome.random.max(), outcome.plusplus.max()))
    edges = np.linspace(low, high + 1e-9 * max(high, 1.0), 31)
    for start, costs, near, colour in (
        ("random", outcome.random, outcome.near_random, charts.COLOURS[1]),
        ("k-means++", outcome.plusplus, outcome.near_plusplus, charts.COLOURS[0]),
    ):
        counts = np.histogram(costs, edges)[0]
        bars = alt.Chart(pd.DataFrame({"from": edges[:-1], "to": edges[1:], "starts": counts}))
        bars = bars.mark_bar(color=colour, tooltip=True).encode(
            alt.X("from:Q", title="final SSE", bin=alt.Bin(binned=True), scale=alt.Scale(domain=[low, high])),
            alt.X2("to:Q"),
            alt.Y("starts:Q", title="starts", scale=alt.Scale(domain=[0, settings.runs])),
        )
        st.markdown(f"**{start}**: {near:.0%} of {len(costs)} starts end within 5 % of the best SSE, {low:.4g}")
        charts.show(
            bars.properties(height=170),
            f"Final SSE of {len(costs)} {start} starts, from {costs.min():.4g} to {costs.max():.4g}.",
        )
    how = (
        "Plain k-means++ of Arthur and Vassilvitskii: one candidate for each centroid."
        if settings.plain
        else "The greedy k-means++ of scikit-learn: the best of a few candidates for each centroid."
    )
    st.caption(f"{drawn_rows(settings, outcome.points)} {how}")
