"""Pictures of the experiment transformers.order."""

from __future__ import annotations

import altair as alt
import pandas as pd
import streamlit as st

from engine.experiment import Run
from engine.experiments.transformers.order import NO_POSITIONS, SENTENCE, OrderOutcome, OrderSettings
from pages.language_modeling.transformers.attend import heat, table_in_words
from pages.widgets.figures import charts


def draw_order(settings: OrderSettings, run: Run[OrderOutcome]) -> None:
    """The outputs of the sentence and of its shuffled twin, and how far each word's output moved."""
    found = run.outcome
    after = tuple(SENTENCE[i] for i in found.order)
    numbers = tuple(f"{i}" for i in range(1, found.before.shape[1] + 1))
    left, right = st.columns(2)
    for place, values, words in ((left, found.before, SENTENCE), (right, found.after, after)):
        with place:
            st.markdown(f"**{' '.join(words)}**")
            charts.show(heat(values, words, numbers, 1), table_in_words("Outputs", values, words))
    moves = pd.DataFrame({"word": SENTENCE, "difference": found.moved})
    bars = (
        alt.Chart(moves)
        .mark_bar(tooltip=True)
        .encode(
            alt.X(
                "difference:Q",
                title="largest difference between a word's two outputs",
                scale=alt.Scale(domainMin=0, domainMax=max(1.0, float(found.moved.max()))),
            ),
            alt.Y("word:N", sort=[*SENTENCE], title=None, axis=alt.Axis(labelOverlap=False, labelFlush=False)),
        )
    )
    said = ", ".join(f"{word} {one:.2g}" for word, one in zip(SENTENCE, found.moved, strict=True))
    charts.show(bars.properties(height=150), f"Largest difference between a word's two outputs: {said}.")
    same = found.moved.max() < 1e-10
    st.caption(
        f"Largest difference: {found.moved.max():.2g}. "
        + ("The rows are the same rows in another order." if same else "The rows are other rows.")
    )
    if settings.positions != NO_POSITIONS:
        st.markdown("**Position vectors**, added to the word at each place")
        places = tuple(f"place {i}" for i in range(len(SENTENCE)))
        charts.show(heat(found.positions, places, numbers, 1), table_in_words("Positions", found.positions, places))
