"""Pictures of the experiment cnn_pipeline.softmax."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from engine.experiment import Run
from engine.experiments.cnn_pipeline.softmax import LOGITS, SoftmaxOutcome, SoftmaxSettings
from pages.widgets.figures import charts, tables


def draw_softmax(settings: SoftmaxSettings, run: Run[SoftmaxOutcome]) -> None:
    """Bars of the probabilities beside those of the logits as they stand, and every number of the formula."""
    outcome = run.outcome
    total, change = st.columns(2)
    total.metric("Sum of the probabilities", f"{outcome.probabilities.sum():.12g}")
    change.metric("Largest change", f"{np.abs(outcome.probabilities - outcome.before).max():.3g}")
    names = [f"z{'₁₂₃₄₅'[k]}" for k in range(len(LOGITS))]
    now, before = "as set", "plain logits, T = 1"
    frame = pd.DataFrame(
        [
            {"class": name, "probability": share, "softmax": which}
            for which, shares in ((now, outcome.probabilities), (before, outcome.before))
            for name, share in zip(names, shares, strict=True)
        ]
    )
    chart = (
        alt.Chart(frame)
        .mark_bar(tooltip=True)
        .encode(
            alt.X("class:N", title="class", sort=None, axis=alt.Axis(labelAngle=0)),
            alt.XOffset("softmax:N", sort=[now, before]),
            alt.Y("probability:Q", scale=alt.Scale(domain=[0, 1])),
            alt.Color(
                "softmax:N",
                sort=[now, before],
                legend=alt.Legend(orient="top", title=None, labelLimit=300),
                scale=alt.Scale(domain=[now, before], range=[charts.COLOURS[0], charts.COLOURS[7]]),
            ),
        )
        .properties(height=260)
    )
    said = ", ".join(f"{name} {share:.3f}" for name, share in zip(names, outcome.probabilities, strict=True))
    charts.show(chart, f"Probabilities: {said}; they add up to {outcome.probabilities.sum():.6g}.")
    tables.numbers(
        pd.DataFrame(
            {
                "class": names,
                "logit": outcome.logits,
                "exp((z − largest) / T)": outcome.powers,
                "probability": outcome.probabilities,
            }
        ),
        "Every class's logit, its power of e after the largest logit was subtracted, and its probability",
    )
    if outcome.overflows:
        st.caption(
            "Without subtracting the largest logit first, the powers of e would leave the range of a 64-bit number."
        )
