"""Pictures of the experiment sequence_modeling.ngram."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from engine.experiment import Run
from engine.experiments.sequence_modeling.ngram import NGramOutcome, NGramSettings
from pages.widgets.figures import charts
from pages.widgets.figures.charts import ink
from pages.widgets.shell.words import plain


def draw_ngram(settings: NGramSettings, run: Run[NGramOutcome]) -> None:
    """Perplexity of every order on both parts of the text, the share of new contexts, and what the model writes."""
    found = run.outcome
    seen, new = "learned from", "held out"
    rows = pd.DataFrame(
        {
            "order": np.tile(found.orders, 2),
            "perplexity": np.concatenate([found.training, found.held]),
            "text": [seen] * len(found.orders) + [new] * len(found.orders),
        }
    )
    orders = alt.X("order:O", title="order n", axis=alt.Axis(labelAngle=0))
    lines = alt.Chart(rows).encode(
        orders,
        alt.Y(
            "perplexity:Q",
            scale=alt.Scale(type="log", nice=False, padding=8),
            title="perplexity per character",
            axis=alt.Axis(tickCount=5, format="~g"),
        ),
        alt.Color(
            "text:N",
            scale=alt.Scale(domain=[new, seen], range=list(charts.COLOURS[:2])),
            legend=alt.Legend(orient="top", title=None, symbolDash=[1, 0]),
        ),
        alt.Shape("text:N", scale=alt.Scale(domain=[new, seen])),
        alt.StrokeDash("text:N", scale=alt.Scale(domain=[new, seen], range=[[1, 0], [5, 4]]), legend=None),
    )
    here = alt.Chart(pd.DataFrame({"order": [settings.order]})).mark_rule(strokeDash=[2, 3], color=ink()).encode(orders)
    low = f"{found.held.min():.2f}"
    charts.show(
        (here + lines.mark_line() + lines.mark_point(filled=True, size=55, tooltip=True)).properties(height=250),
        f"Perplexity on held-out text for orders 1 to 7: {', '.join(f'{one:.2f}' for one in found.held)}; lowest, "
        f"{low}, at order {found.best}. On the text learned from: {', '.join(f'{one:.2f}' for one in found.training)}.",
    )
    bars = (
        alt.Chart(pd.DataFrame({"order": found.orders, "new contexts": found.unseen}))
        .mark_bar(color=charts.COLOURS[7], tooltip=True)
        .encode(
            orders,
            alt.Y(
                "new contexts:Q",
                title="unseen",
                scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(format="%", values=[0, 0.5, 1]),
            ),
        )
    )
    charts.show(
        bars.properties(height=140),
        f"Share of held-out places whose context was never seen, orders 1 to 7: "
        f"{', '.join(f'{one:.0%}' for one in found.unseen)}.",
    )
    st.caption(
        "Bars: share of the held-out places whose context was never seen. "
        f"Learned from {found.learned:,} characters, {found.symbols} different ones; tested on the last "
        f"{found.held_out:,} of the text. Lowest held-out perplexity: {low} at order {found.best}."
    )
    st.markdown(f"**Order {settings.order} writes**")
    st.code(plain(found.written), language=None, wrap_lines=True)
    st.text(f"The longest passage of it that it has read (characters: {len(found.copied)}): “{plain(found.copied)}”")
