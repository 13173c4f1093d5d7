"""Pictures of the experiment network_structure.init."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from engine.data import Floats
from engine.experiment import Run
from engine.experiments.network_structure.init import COMPARED, InitOutcome, InitSettings
from pages.widgets.figures import charts
from pages.widgets.shell.words import plural


def draw_init(settings: InitSettings, run: Run[InitOutcome]) -> None:
    """The size of the signal after every layer, and the values of four layers."""
    outcome = run.outcome
    labels = {**{scale: scale for scale in COMPARED}, "chosen": "as you set it"}
    frames = [
        pd.DataFrame(
            {"layer": np.arange(len(sizes)), "size": np.where(sizes > 0, sizes, np.nan), "weights": labels[scale]}
        )
        for scale, sizes in outcome.sizes.items()
    ]
    lines = (
        alt.Chart(pd.concat(frames))
        .mark_line(tooltip=True)
        .encode(
            alt.X("layer:Q", axis=alt.Axis(tickMinStep=1, format="d")),
            alt.Y(
                "size:Q",
                title="RMS, the input's is 1",
                scale=alt.Scale(type="log"),
                axis=alt.Axis(format=".0e", tickCount=7),
            ),
            alt.Color("weights:N", sort=list(labels.values()), legend=alt.Legend(orient="top", title=None, columns=2)),
            alt.StrokeDash(
                "weights:N", sort=list(labels.values()), legend=alt.Legend(orient="top", title=None, columns=2)
            ),
        )
    )
    ends = "; ".join(f"{labels[scale]}: {sizes[-1]:.2g}" for scale, sizes in outcome.sizes.items())
    charts.show(lines.properties(height=320), f"Size of the signal after 0 to {settings.depth} layers. Last: {ends}.")
    st.caption(
        f"After {plural(settings.depth, 'layer')}, as you set it: {outcome.sizes['chosen'][-1]:.3g} times the input. "
        f"{outcome.quiet[-1]:.0%} of the last layer's values are 0, {outcome.loud[-1]:.0%} lie beyond ±0.99."
    )
    places = st.columns(2) + st.columns(2)
    for place, layer, values in zip(places, outcome.looked_at, outcome.values, strict=False):
        with place:
            histogram(layer, values)


def histogram(layer: int, values: Floats) -> None:
    """Draw how often each value occurs in a layer; the axis is the layer's own."""
    low, high = float(values.min()), float(values.max())
    high = high if high > low else low + 1.0
    counts, edges = np.histogram(values, np.linspace(low, high, 31))
    reach = max(abs(low), abs(high))
    bars = alt.Chart(pd.DataFrame({"from": edges[:-1], "to": edges[1:], "values": counts})).mark_bar(tooltip=True)
    bars = bars.encode(
        alt.X(
            "from:Q",
            title=f"value in layer {layer}",
            bin=alt.Bin(binned=True),
            scale=alt.Scale(domain=[low, high], nice=False),
            axis=alt.Axis(format=".0e" if not 0.01 < reach < 1e3 else ".2~f", tickCount=4, labelFlush=False),
        ),
        alt.X2("to:Q"),
        alt.Y("values:Q", title="values", axis=alt.Axis(tickCount=3)),
    )
    said = f"Values in layer {layer}: standard deviation {values.std():.2g}, size at most {reach:.2g}."
    charts.show(bars.properties(height=150), said)
