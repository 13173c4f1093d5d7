"""Pictures of the experiment backpropagation.batch."""

from __future__ import annotations

import altair as alt
import pandas as pd
import streamlit as st

from engine.experiment import Run
from engine.experiments.backpropagation.batch import BatchOutcome, BatchSettings
from pages.deep_learning.backpropagation.shared import ABOVE_IN_ROWS, BATCH, MOST_EXAMPLES, TOPIC
from pages.widgets.canvas.board.board import Placed, board
from pages.widgets.figures import charts, tables
from pages.widgets.figures.numbers import signed
from pages.widgets.plate import controls
from pages.widgets.plate.rows import edit_points
from pages.widgets.shell import state


def draw_batch(settings: BatchSettings, run: Run[BatchOutcome]) -> None:
    """The examples to drag, every factor and both averages, and the loss with both slopes."""
    outcome = run.outcome
    found = outcome.batch

    def moved(now: Placed) -> None:
        if now.points != settings.points:
            controls.move(TOPIC, BATCH, settings, points=now.points)

    board(
        state.owned(TOPIC, "batch", "board"),
        placed=Placed(tuple((x, y) for x, y in settings.points)),
        on_change=moved,
        x_label="input x",
        y_label="target y",
        x_range=(-5.0, 5.0),
        y_range=(-0.5, 1.5),
        most_points=MOST_EXAMPLES,
        add="points",
        height=240,
    )
    right, wrong = st.columns(2)
    right.metric("Mean of the products", signed(f"{found.gradient:.4g}"))
    wrong.metric("Product of the means", signed(f"{found.product_of_means:.4g}"))
    factor_table(outcome)
    st.caption(f"A central difference of the loss gives {signed(f'{outcome.by_difference:.4g}')}.")
    colours = alt.Scale(
        domain=["loss", "mean of the products", "product of the means"],
        range=[charts.COLOURS[7], charts.COLOURS[0], charts.COLOURS[3]],
    )
    dashes = alt.Scale(domain=colours.domain, range=[[1, 0], [8, 4], [2, 3]])
    room = 0.1 * float(outcome.loss.max() - outcome.loss.min()) + 0.02
    low, high = float(outcome.loss.min()) - room, float(outcome.loss.max()) + room
    lines_drawn = zip(colours.domain, (outcome.loss, outcome.tangent, outcome.wrong), strict=True)
    drawn = pd.concat([pd.DataFrame({"w": outcome.w, "loss": line, "line": name}) for name, line in lines_drawn])
    drawn = drawn[(drawn["loss"] >= low) & (drawn["loss"] <= high)]
    chart = (
        alt.Chart(drawn)
        .mark_line()
        .encode(
            alt.X("w:Q", title="weight w", scale=alt.Scale(zero=False, nice=False)),
            alt.Y("loss:Q", title="loss L", scale=alt.Scale(domain=[low, high], nice=False)),
            alt.Color("line:N", scale=colours, legend=ABOVE_IN_ROWS),
            alt.StrokeDash("line:N", scale=dashes, legend=ABOVE_IN_ROWS),
        )
    )
    here = alt.Chart(pd.DataFrame({"w": [settings.w], "loss": [found.loss]})).mark_point(size=90, filled=True)
    charts.show(
        (chart + here.encode(x="w:Q", y="loss:Q")).properties(height=320),
        f"Mean squared error against the weight. At w = {settings.w:.3g} it is {found.loss:.4g}; its slope is "
        f"{found.gradient:.4g}, and the product of the means says {found.product_of_means:.4g}.",
    )
    edit_points(TOPIC, BATCH, settings, "points", settings.points, ("x", "y"), title="Examples as a table")


def factor_table(outcome: BatchOutcome) -> None:
    """The three factors of every example, their product, and the means below."""
    found = outcome.batch
    columns = {"−2(y − ŷ)": found.errors, "σ′(z)": found.slopes, "x": found.inputs, "product": found.products}
    rows = {"example": [*(str(i + 1) for i in range(len(found.inputs))), "mean"]}
    frame = pd.DataFrame(rows | {name: [*values, values.mean()] for name, values in columns.items()})
    tables.numbers(frame, "The factors of every example's derivative, their product, and the means of the columns")
