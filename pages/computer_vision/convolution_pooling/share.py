"""Pictures of the experiment convolution_pooling.share."""

from __future__ import annotations

import altair as alt
import pandas as pd
import streamlit as st

from engine.experiment import Run
from engine.experiments.convolution_pooling.share import KINDS, ShareOutcome, ShareSettings
from pages.widgets.figures import charts, tables


def draw_share(settings: ShareSettings, run: Run[ShareOutcome]) -> None:
    """Compare the parameters of three layers, at this image side and at all others."""
    outcome = run.outcome
    table = pd.DataFrame(
        {
            "layer": KINDS,
            "parameters": [f"{count:,}" for count in outcome.counts],
            "multiplications": [f"{count:,}" for count in outcome.multiplications],
        }
    )
    tables.numbers(table, "Parameters and multiplications of three layers with the same input and output")
    curves = pd.concat(
        [
            pd.DataFrame({"side": outcome.sides, "parameters": counts, "layer": kind})
            for kind, counts in zip(KINDS, outcome.curves, strict=True)
        ]
    )
    lines = (
        alt.Chart(curves)
        .mark_line(point=True, tooltip=True)
        .encode(
            alt.X(
                "side:Q",
                title="image side n",
                scale=alt.Scale(type="log", domain=[4, 256], nice=False),
                axis=alt.Axis(values=[4, 8, 16, 32, 64, 128, 256], format="d"),
            ),
            alt.Y("parameters:Q", scale=alt.Scale(type="log"), axis=alt.Axis(format="~s", tickCount=6)),
            alt.Color("layer:N", sort=KINDS, legend=alt.Legend(orient="top", title=None)),
            alt.Shape("layer:N", sort=KINDS),
        )
    )
    here = (
        alt.Chart(pd.DataFrame({"side": [settings.side]}))
        .mark_rule(strokeDash=[4, 4], color=charts.COLOURS[7])
        .encode(x="side:Q")
    )
    dense, local, shared = outcome.counts
    charts.show(
        (here + lines).properties(height=360),
        f"Parameters against the image side, both axes logarithmic. At side {settings.side}: dense {dense:,}, local "
        f"{local:,}, convolution {shared:,}.",
    )
    st.caption(
        f"Dense needs {dense / shared:,.0f} times the parameters of the convolution. Looking at small windows only "
        f"saves a factor of {dense / local:,.0f}, sharing the kernel another {local / shared:,.0f}."
    )
