"""Altair charts in the house's manner: canvas, the theme's colours, labelled axes, an alternative text."""

from __future__ import annotations

import altair as alt
import streamlit as st

COLOURS = ("#3B6FB6", "#D9822B", "#2E8B73", "#B0413E", "#7A5BA6", "#8A8F3C", "#4BA3C3", "#6B6B6B")  # as in config.toml
CANVAS = {"embedOptions": {"renderer": "canvas", "actions": False}}

Chart = (
    alt.Chart
    | alt.LayerChart
    | alt.FacetChart
    | alt.RepeatChart
    | alt.ConcatChart
    | alt.HConcatChart
    | alt.VConcatChart
)


def show(chart: Chart, alt_text: str, key: str | None = None) -> None:
    """Draw a chart that fills its column. `alt_text` says in a sentence what the picture shows, numbers included."""
    st.altair_chart(chart.properties(usermeta=CANVAS, background="transparent"), width="stretch", alt=alt_text, key=key)


def ink() -> str:
    """Return the colour of letters and rules in a chart, as in config.toml: these marks do not follow the theme."""
    return "#E8E4DB" if st.context.theme.type == "dark" else "#26221C"
