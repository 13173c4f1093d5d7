"""Linear regression and least squares: the page. It draws; engine/experiments/linear_regression.py computes."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from engine.experiment import Run
from engine.experiments.linear_regression import EXPERIMENTS, PLACED, NormalOutcome, NormalSettings, SSESettings
from pages.widgets import charts, controls, state, tables, topic
from pages.widgets.board import Placed, board
from pages.widgets.words import notice, plain

TOPIC = "linear_regression"
SSE, NORMAL = EXPERIMENTS
MOST_MOVABLE = 60


def draw_sse(settings: SSESettings, run: Run) -> None:
    """The cloud, the reader's line with its residual squares, and the SSE beside the smallest one."""
    outcome = run.outcome
    scatter = outcome.scatter
    points = tuple(zip(scatter.x.tolist(), scatter.y.tolist(), strict=True))
    line = (outcome.slope, outcome.intercept)
    placed = settings.data == PLACED
    unit = " (standard deviations from the mean)" if scatter.standardised else ""

    def moved(now: Placed) -> None:
        if now.line and now.line != line:
            controls.move(TOPIC, SSE, settings, slope=now.line[0], intercept=now.line[1])
        if now.points != points:
            controls.move(TOPIC, SSE, settings, data=PLACED, points=now.points)

    board(
        state.owned(TOPIC, "sse", "board"), placed=Placed(points, (), line), on_change=moved,
        x_label=scatter.names[0] + unit, y_label=scatter.names[1] + unit,
        x_range=charts.span(scatter.x, placed), y_range=charts.span(scatter.y, placed), most_points=MOST_MOVABLE,
        add="points" if len(points) < MOST_MOVABLE and not scatter.standardised else "none",
        squares=True, best=outcome.best, height=420,
    )  # fmt: skip
    ratio, slope, intercept = st.columns(3)
    ratio.metric("Yours ÷ best", f"{outcome.sse / outcome.best_sse:.3g}" if outcome.best_sse > 1e-12 else "–")
    slope.metric("Best w₁", f"{outcome.best[0]:.4g}")
    intercept.metric("Best w₀", f"{outcome.best[1]:.4g}")
    st.button("Snap to the least-squares line", icon=":material/straighten:", key=state.owned(TOPIC, "sse", "snap"),
              on_click=controls.move, args=(TOPIC, SSE, settings),
              kwargs={"slope": outcome.best[0], "intercept": outcome.best[1]})  # fmt: skip
    limits = SSESettings.declared()
    if any(limits[name].problem(best) for name, best in zip(("slope", "intercept"), outcome.best, strict=True)):
        st.caption("The best line lies beyond the ends of the sliders: you can come near it, and not onto it.")
    if scatter.standardised:
        w1, w0 = outcome.in_own_units()
        x, y = scatter.names
        st.text(plain(f"In the data's own units the best line is {y} = {w0:.4g} + {w1:.4g} · {x}."))
    if len(points) <= MOST_MOVABLE and not scatter.standardised:
        tables.edit_points(TOPIC, SSE, settings, "points", points, ("x", "y"), also={"data": PLACED})


def draw_normal(settings: NormalSettings, run: Run) -> None:
    """X'X, its inverse, the solution and the residuals against every column."""
    outcome: NormalOutcome = run.outcome
    if settings.data == "a small table":
        names = (*(f"x{i}" for i in range(1, len(settings.rows[0]))), "y")
        tables.edit_points(
            TOPIC, NORMAL, settings, "rows", settings.rows, names, title="Rows of X and y", open_at_once=True
        )
    condition, rank, cosine = st.columns(3)
    condition.metric("κ(X'X)", f"{outcome.condition:.3g}" if np.isfinite(outcome.condition) else "∞")
    rank.metric("Rank of X", f"{outcome.rank} of {len(outcome.names)}")
    cosine.metric("Largest cosine", f"{outcome.orthogonality:.0e}")
    st.caption("κ is the condition number. The cosine is between y − ŷ and a column of X, times |y − ŷ| / |y|.")
    tables.matrix("X'X", outcome.gram, outcome.names)
    if outcome.inverse is None:
        notice(
            "X'X has no inverse: the columns of X are linearly dependent. The table below holds the shortest weight "
            "vector, and another one with the same SSE.", "link_off", state.owned(TOPIC, "normal", "singular"),
        )  # fmt: skip
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


topic.show(TOPIC, {"sse": draw_sse, "normal": draw_normal})
