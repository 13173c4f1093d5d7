"""Pictures of the experiment sequence_modeling.fox."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from engine.experiment import Run
from engine.experiments.sequence_modeling.fox import FOX, FoxOutcome, FoxSettings
from pages.widgets.figures import charts
from pages.widgets.figures.charts import ink


def draw_fox(settings: FoxSettings, run: Run[FoxOutcome]) -> None:
    """Each word's surprise, the product so far, and the totals."""
    found = run.outcome
    rows = pd.DataFrame(
        {"word": FOX, "P": found.factors, "surprise": found.surprise, "product": np.cumprod(found.factors)}
    )
    words = alt.Y("word:N", sort=list(FOX), title=None)
    left, right = st.columns(2)
    for place, value, title, colour in (
        (left, "surprise", "surprise −log P, in nats", charts.COLOURS[0]),
        (right, "product", "product up to this word", charts.COLOURS[1]),
    ):
        high = float(rows[value].max()) or 1.0
        base = alt.Chart(rows).encode(
            words,
            alt.X(
                f"{value}:Q",
                title=title,
                scale=alt.Scale(domain=[0, 1.3 * high], nice=False),
                axis=alt.Axis(tickCount=3),
            ),
        )
        bars = base.mark_bar(color=colour, tooltip=True)
        labels = base.mark_text(align="left", dx=4, color=ink()).encode(text=alt.Text(f"{value}:Q", format=".3~g"))
        said = ", ".join(f"{word} {one:.3g}" for word, one in zip(FOX, rows[value], strict=True))
        with place:
            charts.show((bars + labels).properties(height=200), f"{title[0].upper()}{title[1:]}: {said}.")
    one, two, three = st.columns(3)
    one.metric("Product", f"{found.product:.4g}")
    two.metric("−log, nats", f"{found.nats:.3f}")
    three.metric("Perplexity", f"{found.perplexity:.3f}")
    if settings.times > 1:
        lost = " It is smaller than the smallest number above 0 that double precision has." * (found.long_product == 0)
        st.markdown(
            f"**{settings.times} sentences in a row.** Product {found.long_product:.4g}.{lost} Sum of the surprises "
            f"{found.long_nats:,.1f} nats, still {found.perplexity:.3f} per word."
        )
