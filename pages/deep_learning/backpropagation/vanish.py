"""Pictures of the experiment backpropagation.vanish."""

from __future__ import annotations

import math

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from engine.experiment import Run
from engine.experiments.backpropagation.vanish import VanishOutcome, VanishSettings
from pages.deep_learning.backpropagation.shared import ABOVE, TOPIC
from pages.widgets.figures import charts
from pages.widgets.shell import state
from pages.widgets.shell.words import plural

KINDS = {  # what is drawn -> the field that holds it, and the title of its axis
    "∂L/∂z arriving": ("arriving", "length of ∂L/∂z"),
    "∂L/∂W": ("weights", "length of ∂L/∂W"),
    "outputs": ("outputs", "spread of the outputs"),
}


def draw_vanish(settings: VanishSettings, run: Run[VanishOutcome]) -> None:
    """The gradient, or what goes forward, in each layer of both stacks."""
    outcome = run.outcome
    for name, one, place in zip("AB", outcome.stacks, st.columns(2), strict=True):
        place.metric(f"{name}: first ÷ last layer", "–" if math.isnan(one.share) else f"{one.share:.2g}")
        per_layer = "no gradient arrives" if math.isnan(one.factor) else f"× {one.factor:.2g} a layer, on average"
        place.caption(f"{one.name}: {per_layer}")
    key = state.owned(TOPIC, "vanish", "kind")
    kind = st.segmented_control("Show, layer by layer", KINDS, default=next(iter(KINDS)), key=key)
    field, title = KINDS[kind or next(iter(KINDS))]
    names = [f"{name}: {one.name}" for name, one in zip("AB", outcome.stacks, strict=True)]
    lengths = {name: getattr(one, field) for name, one in zip(names, outcome.stacks, strict=True)}
    parts = [
        pd.DataFrame({"layer": np.arange(1, settings.depth + 1), "value": values, "stack": name})
        for name, values in lengths.items()
    ]
    drawn = pd.concat(parts)
    drawn = drawn[drawn["value"] > 0]  # a logarithm shows no zero
    powers = np.log10(drawn["value"]) if len(drawn) else np.zeros(1)
    decades = [10.0 ** math.floor(powers.min()), 10.0 ** max(math.ceil(powers.max()), math.floor(powers.min()) + 1)]
    chart = (
        alt.Chart(drawn)
        .mark_line(point=alt.OverlayMarkDef(size=45, filled=True), tooltip=True)
        .encode(
            alt.X("layer:Q", axis=alt.Axis(tickMinStep=1, format="d"), scale=alt.Scale(domain=[1, settings.depth])),
            alt.Y(
                "value:Q",
                title=title,
                scale=alt.Scale(type="log", domain=decades, nice=False),
                axis=alt.Axis(format=".0e", tickCount=6),
            ),
            alt.Color("stack:N", scale=alt.Scale(domain=names), legend=ABOVE),
            alt.Shape("stack:N", scale=alt.Scale(domain=names), legend=ABOVE),
        )
    )
    ends = "; ".join(
        f"{name}: {values[0]:.1e} in layer 1, {values[-1]:.1e} in the last" for name, values in lengths.items()
    )
    charts.show(chart.properties(height=340), f"{title.capitalize()} in {plural(settings.depth, 'layer')}. {ends}.")
    st.caption(
        "Layer 1 stands next to the input: the gradient reaches it last. The figures above the chart are of ∂L/∂z. "
        "Where a length is exactly 0 there is no mark on this logarithmic axis."
    )
