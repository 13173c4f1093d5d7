"""Pictures of the experiment transformers.scale."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from engine.experiment import Run
from engine.experiments.transformers.scale import ScaleOutcome, ScaleSettings
from pages.widgets.figures import charts


def draw_scale(settings: ScaleSettings, run: Run[ScaleOutcome]) -> None:
    """Variance and entropy against the dimension, and one query's weights."""
    found = run.outcome
    kinds = ("raw", "divided")
    look = int(np.flatnonzero(found.dimensions == settings.k)[0])
    here = alt.Chart(pd.DataFrame({"d_k": [settings.k]})).mark_rule(strokeDash=[4, 4], color="gray").encode(x="d_k:Q")
    across = alt.X("d_k:Q", title="key dimension, d_k", scale=alt.Scale(type="log", base=2))
    shade = alt.Color("scores:N", sort=[*kinds], legend=alt.Legend(orient="top", title=None, symbolType="stroke"))
    left, right = st.columns(2)
    for place, title, values, scale in (
        (left, "variance of the scores", found.variance, alt.Scale(type="log")),
        (right, "relative entropy", found.entropy, alt.Scale(domain=[0, 1])),
    ):
        frame = pd.concat(
            pd.DataFrame({"d_k": found.dimensions, "value": row, "scores": kind})
            for row, kind in zip(values, kinds, strict=True)
        )
        line = (
            alt.Chart(frame)
            .mark_line(point=True, tooltip=True)
            .encode(
                across,
                alt.Y("value:Q", title=title, scale=scale),
                shade,
                strokeDash=alt.StrokeDash("scores:N", legend=None),
            )
        )
        ends = " and ".join(
            f"from {row[0]:.3g} to {row[-1]:.3g} {kind}" for row, kind in zip(values, kinds, strict=True)
        )
        with place:
            charts.show(
                (line + here).properties(height=240),
                f"{title.capitalize()} for d_k from {found.dimensions[0]} to {found.dimensions[-1]}: {ends}.",
            )
    st.markdown(f"**One query's weights over {settings.keys} keys at $d_k={settings.k}$**, largest first")
    left, right = st.columns(2)
    for place, row, kind, colour in zip((left, right), found.weights, kinds, charts.COLOURS, strict=False):
        frame = pd.DataFrame({"key": np.arange(1, len(row) + 1), "weight": row})
        bars = (
            alt.Chart(frame)
            .mark_bar(color=colour, tooltip=True)
            .encode(
                alt.X("key:O", title=f"keys, {kind} scores", axis=alt.Axis(labels=False, ticks=False)),
                alt.Y("weight:Q", scale=alt.Scale(domain=[0, 1])),
            )
        )
        with place:
            charts.show(bars.properties(height=150), f"Weights {kind}: the largest is {row[0]:.3f} of {len(row)}.")
    st.caption(
        f"Divided by d_k to the power of {settings.power:g}. The variance grows as d_k to the power of "
        f"{found.slope[0]:.2f} raw and {found.slope[1]:.2f} divided. "
        f"What a softmax still reacts to its scores, Σ p (1 − p), at d_k = {settings.k}: "
        f"{found.gradient[0, look]:.3f} and {found.gradient[1, look]:.3f}."
    )
