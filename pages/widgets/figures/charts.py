"""Altair charts in the house's manner: canvas, the theme's colours, labelled axes, an alternative text."""

from __future__ import annotations

import altair as alt
import streamlit as st

from engine.data import Floats

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


def span(values: Floats, placed: bool = False, margin: float = 0.08) -> tuple[float, float]:
    """Return the limits of an axis that shows all values, shape (m,), with a margin on both sides.

    Where the reader places points, the axis reaches from 0 to 10 at least: there is room for more.
    """
    low, high = float(values.min()), float(values.max())
    room = (high - low) * margin or max(abs(low), 1.0) * margin
    low, high = low - room, high + room
    return (min(low, 0.0), max(high, 10.0)) if placed else (low, high)


def ink() -> str:
    """Return the colour of letters and rules in a chart, as in config.toml: these marks do not follow the theme."""
    return "#E8E4DB" if st.context.theme.type == "dark" else "#26221C"
