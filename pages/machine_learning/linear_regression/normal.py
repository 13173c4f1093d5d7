"""Pictures of the experiment linear_regression.normal."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from engine.experiment import Run
from engine.experiments.linear_regression.normal import NormalOutcome, NormalSettings
from pages.machine_learning.linear_regression.shared import NORMAL, TOPIC
from pages.widgets.figures import charts, tables
from pages.widgets.plate.rows import edit_points
from pages.widgets.shell import state
from pages.widgets.shell.words import notice


def draw_normal(settings: NormalSettings, run: Run[NormalOutcome]) -> None:
    """X'X, its inverse, the solution and the residuals against every column."""
    outcome = run.outcome
    if settings.data == "a small table":
        names = (*(f"x{i}" for i in range(1, len(settings.rows[0]))), "y")
        edit_points(TOPIC, NORMAL, settings, "rows", settings.rows, names, title="Rows of X and y", open_at_once=True)
    condition, rank, cosine = st.columns(3)
    condition.metric("κ(X'X)", f"{outcome.condition:.3g}" if np.isfinite(outcome.condition) else "∞")
    rank.metric("Rank of X", f"{outcome.rank} of {len(outcome.names)}")
    cosine.metric("Largest cosine", f"{outcome.orthogonality:.0e}")
    st.caption("κ is the condition number. The cosine is between y − ŷ and a column of X, times |y − ŷ| / |y|.")
    tables.matrix("X'X", outcome.gram, outcome.names)
    if outcome.inverse is None:
        notice(
            "X'X has no inverse: the columns of X are linearly dependent. The table below holds the shortest weight "
            "vector, and another one with the same SSE.",
            "link_off",
            state.owned(TOPIC, "normal", "singular"),
        )
    else:
        tables.matrix("Inverse of X'X", outcome.inverse, outcome.names)
    solution = {"column": outcome.names, "X'y": outcome.moment, "weights": outcome.weights}
    if outcome.another is not None:
        solution["other weights"] = outcome.another
    tables.numbers(pd.DataFrame(solution), "The solution of the normal equations, one row for each column of X")
    if outcome.another is not None:
        again = float(((outcome.y - outcome.X @ outcome.another) ** 2).sum())
        st.markdown(f"SSE {outcome.sse:.6g} with the weights, {again:.6g} with the other weights: no unique answer.")
    fitted = pd.DataFrame({"label y": outcome.y, "residual": outcome.residuals})
    chart = (
        alt.Chart(fitted)
        .mark_circle(size=45)
        .encode(alt.X("label y", scale=alt.Scale(zero=False)), alt.Y("residual", title="residual y − ŷ"))
        .properties(height=200)
    )
    charts.show(
        chart + alt.Chart(pd.DataFrame({"y": [0.0]})).mark_rule().encode(y="y"),
        f"Residuals of {len(outcome.y)} rows against their labels; the sum of their squares is {outcome.sse:.4g}.",
    )
