"""Pictures of the experiment linear_regression.sse."""

from __future__ import annotations

import streamlit as st

from engine.experiment import Run
from engine.experiments.linear_regression.shared import PLACED
from engine.experiments.linear_regression.sse import SSEOutcome, SSESettings
from pages.machine_learning.linear_regression.shared import SSE, TOPIC
from pages.widgets.canvas.board.board import Placed, board
from pages.widgets.figures import charts
from pages.widgets.plate import controls
from pages.widgets.plate.rows import edit_points
from pages.widgets.shell import state
from pages.widgets.shell.words import plain

MOST_MOVABLE = 60


def draw_sse(settings: SSESettings, run: Run[SSEOutcome]) -> None:
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
        state.owned(TOPIC, "sse", "board"),
        placed=Placed(points, (), line),
        on_change=moved,
        x_label=scatter.names[0] + unit,
        y_label=scatter.names[1] + unit,
        x_range=charts.span(scatter.x, placed),
        y_range=charts.span(scatter.y, placed),
        most_points=MOST_MOVABLE,
        add="points" if len(points) < MOST_MOVABLE and not scatter.standardised else "none",
        squares=True,
        best=outcome.best,
        height=420,
    )
    ratio, slope, intercept = st.columns(3)
    ratio.metric("Yours ÷ best", f"{outcome.sse / outcome.best_sse:.3g}" if outcome.best_sse > 1e-12 else "–")
    slope.metric("Best w₁", f"{outcome.best[0]:.4g}")
    intercept.metric("Best w₀", f"{outcome.best[1]:.4g}")
    st.button(
        "Snap to the least-squares line",
        icon=":material/straighten:",
        key=state.owned(TOPIC, "sse", "snap"),
        on_click=controls.on_press,
        args=(TOPIC, SSE, settings),
        kwargs={"slope": outcome.best[0], "intercept": outcome.best[1]},
    )
    limits = SSESettings.declared()
    if any(limits[name].problem(best) for name, best in zip(("slope", "intercept"), outcome.best, strict=True)):
        st.caption("The best line lies beyond the ends of the sliders: you can come near it, and not onto it.")
    if scatter.standardised:
        w1, w0 = outcome.in_own_units()
        x, y = scatter.names
        st.text(plain(f"In the data's own units the best line is {y} = {w0:.4g} + {w1:.4g} · {x}."))
    if len(points) <= MOST_MOVABLE and not scatter.standardised:
        edit_points(TOPIC, SSE, settings, "points", points, ("x", "y"), also={"data": PLACED})
