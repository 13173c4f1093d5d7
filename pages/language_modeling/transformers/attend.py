"""Pictures of the experiment transformers.attend."""

from __future__ import annotations

import json
from typing import Literal

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from engine.data import Floats
from engine.experiment import Run
from engine.experiments.transformers.attend import BY_HAND, WORDS, AttendOutcome, AttendSettings
from pages.language_modeling.transformers.shared import ATTEND, SIGNS, TOPIC
from pages.widgets.canvas.board.board import Placed, board
from pages.widgets.figures import charts, tables
from pages.widgets.figures.charts import ink
from pages.widgets.plate import controls
from pages.widgets.plate.rows import edit_points
from pages.widgets.shell import state


def draw_attend(settings: AttendSettings, run: Run[AttendOutcome]) -> None:
    """Words, values and outputs in the plane; scores and weights as tables; the projections to edit."""
    found = run.outcome
    everything = np.concatenate([found.X, found.V, found.outputs])
    reach = next(edge for edge in (4.0, 12.0, 40.0, 150.0, 1e3, 1e4, 1e5) if np.abs(everything).max() <= 0.9 * edge)
    words = tuple(map(tuple, found.X.tolist()))

    def moved(placed: Placed) -> None:
        if placed.points != words:
            controls.move(TOPIC, ATTEND, settings, vectors=placed.points)

    st.caption("Drag the words: " + " · ".join(f"{sign} {word}" for sign, word in zip(SIGNS, WORDS, strict=True)))
    board(
        state.owned(TOPIC, "attend", "board"),
        placed=Placed(words),
        on_change=moved,
        x_label="first number",
        y_label="second number",
        x_range=(-reach, reach),
        y_range=(-reach, reach),
        most_points=3,
        add="none",
        point_name="word",
        groups=(0, 1, 2),
        live=True,
        height=320,
        centres=(
            (f"{WORDS[0]} takes", found.outputs[:1].tolist()),
            ("value", found.V.tolist()),
            *((f"{word} takes", [one]) for word, one in zip(WORDS[1:], found.outputs[1:].tolist(), strict=True)),
        ),
    )
    left, right = st.columns(2)
    divided = " / √2" if settings.scaled else ""
    with left:
        st.markdown(f"**Scores**, query · key{divided}")
        charts.show(heat(found.scores, WORDS, WORDS), table_in_words("Scores", found.scores, WORDS))
    with right:
        st.markdown("**Weights**" + (", softmax of each row" if settings.normalised else ": the scores themselves"))
        charts.show(heat(found.weights, WORDS, WORDS), table_in_words("Weights", found.weights, WORDS))
    sums = ", ".join(f"{one:.3g}" for one in found.weights.sum(axis=1))
    st.caption(f"The weights of the three rows sum to {sums}.")
    columns = {"output": found.outputs, "query": found.Q, "key": found.K, "value": found.V}
    rows = pd.DataFrame({"word": WORDS} | {name: [pair(row) for row in one] for name, one in columns.items()})
    tables.numbers(rows, "Output, query, key and value of each word")
    edit_points(TOPIC, ATTEND, settings, "vectors", words, ("x", "y"), title="The words' vectors as a table")
    if settings.projections == BY_HAND:
        for name, title in (("W_q", "W_Q"), ("W_k", "W_K"), ("W_v", "W_V")):
            edit_points(
                TOPIC,
                ATTEND,
                settings,
                name,
                getattr(settings, name),
                ("to 1", "to 2"),
                title=f"Projection {title}, a row for each number of a word",
            )
    else:
        names = ("W_Q", "W_K", "W_V")
        said = "; ".join(f"{name} = {one.tolist()}" for name, one in zip(names, found.projections, strict=True))
        st.caption(f"{said}, one row for each number of a word.")


def pair(numbers: Floats) -> str:
    return f"({numbers[0]:.2f}, {numbers[1]:.2f})"


def heat(values: Floats, rows: tuple[str, ...], columns: tuple[str, ...], digits: int = 2) -> alt.LayerChart:
    """Return a table of numbers on shades, blue above zero and red below; what is NaN stays blank."""
    cells = pd.DataFrame(
        [
            {"row": i, "column": j, "value": float(values[i, j])}
            for i, j in np.ndindex(values.shape)
            if np.isfinite(values[i, j])
        ]
    )
    size = float(np.nanmax(np.abs(values))) or 1.0
    faint = alt.Scale(domain=[-size, 0, size], range=[f"{charts.COLOURS[3]}99", "#8881", f"{charts.COLOURS[0]}99"])
    base = alt.Chart(cells).encode(
        alt.X("column:O", title=None, scale=alt.Scale(domain=[*range(len(columns))]), axis=named(columns, "top")),
        alt.Y("row:O", title=None, scale=alt.Scale(domain=[*range(len(rows))]), axis=named(rows, "left")),
    )
    shades = base.mark_rect().encode(alt.Color("value:Q", scale=faint, legend=None))
    numbers = base.mark_text(fontSize=12 if digits == 2 else 10, color=ink()).encode(
        alt.Text("value:Q", format=f".{digits}f")
    )
    table: alt.LayerChart = (shades + numbers).properties(height=(34 if digits == 2 else 26) * len(rows) + 24)
    return table


def named(names: tuple[str, ...], side: Literal["top", "left"]) -> alt.Axis:
    """Return an axis of places that shows their names."""
    said = f"{json.dumps([*names])}[datum.value]"
    return alt.Axis(
        labelExpr=said,
        orient=side,
        labelAngle=0,
        ticks=False,
        domain=False,
        labelFontSize=12,
        labelFlush=False,
        labelOverlap=False,
    )


def table_in_words(title: str, values: Floats, names: tuple[str, ...]) -> str:
    """Say a table's numbers, row by row."""
    rows = (f"{name}: {', '.join(f'{one:.2f}' for one in row)}" for name, row in zip(names, values, strict=True))
    return f"{title} over {', '.join(names)}. {'; '.join(rows)}."
