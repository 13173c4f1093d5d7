"""Pictures of the experiment network_structure.flow."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from engine.data import Floats
from engine.experiment import Run
from engine.experiments.network_structure.flow import TYPED, FlowSettings, FlowStep, PixelStep
from pages.deep_learning.network_structure.shared import FLOW, TOPIC
from pages.deep_learning.network_structure.sums import LETTERS, name, scene_of, written
from pages.widgets.canvas.player.player import player
from pages.widgets.canvas.scene import Cells, Frame, Scene, Words
from pages.widgets.figures import charts, tables
from pages.widgets.plate import controls
from pages.widgets.plate.rows import Sheet, edit
from pages.widgets.shell import state


def draw_flow(settings: FlowSettings, run: Run[Any]) -> None:
    """Replay the sums term by term, or an image that becomes a column."""
    if isinstance(run.outcome, PixelStep):
        draw_pixels(run)
        return
    last: FlowStep = run.outcome
    player(scene_of(run.snapshots), state.owned(TOPIC, "flow", "player"), height=480)
    gap = max(float(np.abs(sums - products).max()) for sums, products in zip(last.sums, last.products, strict=True))
    outputs = ", ".join(written(one) for one in last.values[-1])
    st.caption(f"The network answers {outputs}. Written-out sums and matrix products differ by at most {gap:.0e}.")
    draw_curve(last)
    for layer in (1, 2):
        edit_layer(settings, last, layer)


def draw_curve(step: FlowStep) -> None:
    """Draw the answers, and the hidden units behind them, while the first input moves and the others stay."""
    frames, kinds = [], ["output", "hidden unit"]
    for letter, values in zip(LETTERS[1:], step.answers[1:], strict=True):
        for unit, curve in enumerate(values, 1):
            kind = kinds[letter != "y"]
            frames.append(pd.DataFrame({"a₁": step.sweep, "value": curve, "unit": name(letter, unit), "kind": kind}))
    here = alt.Chart(pd.DataFrame({"a₁": [step.values[0][0]]})).mark_rule(strokeDash=[4, 4]).encode(x="a₁:Q")
    lines = (
        alt.Chart(pd.concat(frames))
        .mark_line(tooltip=True)
        .encode(
            alt.X("a₁:Q", title="input a₁, the others as they are"),
            alt.Y("value:Q", title="value"),
            alt.Color("unit:N", legend=alt.Legend(orient="top", title=None, columns=6)),
            alt.StrokeDash("kind:N", scale=alt.Scale(domain=kinds, range=[[1, 0], [5, 3]]), legend=None),
            alt.StrokeWidth("kind:N", scale=alt.Scale(domain=kinds, range=[3, 1.2]), legend=None),
        )
    )
    low, high = (f"{edge:.3g}" for edge in (step.answers[-1].min(), step.answers[-1].max()))
    charts.show(
        (lines + here).properties(height=260),
        f"Outputs and hidden units against the first input from −10 to 10; the outputs run from {low} to {high}.",
    )
    st.caption("Thick lines: the outputs. Dashed: the hidden units that they are made of.")


def edit_layer(settings: FlowSettings, step: FlowStep, layer: int) -> None:
    """Draw the weights and biases of a layer as a table; a change makes them typed ones."""
    both = tuple(tuple(map(tuple, np.column_stack(one).tolist())) for one in step.layers)
    base = both[layer - 1]
    names = (*(name(LETTERS[layer - 1], source) for source in range(1, len(base[0]))), "bias")

    def use(rows: tuple[tuple[float, ...], ...]) -> str:
        typed = {"first": both[0], "second": both[1]} | {("first", "second")[layer - 1]: rows}
        sizes = dict(zip(("inputs", "hidden", "outputs"), map(len, step.values), strict=True))
        return controls.move(TOPIC, FLOW, settings, weights=TYPED, activation=step.activation, **sizes, **typed)

    edit(
        state.owned(TOPIC, "flow", f"layer{layer}"),
        ("Edit the hidden layer's weights", "Edit the outputs' weights")[layer - 1],
        base,
        Sheet(
            names,
            low=-100,
            high=100,
            digits=3,
            note="A row for each receiving neuron: a weight from each sender, then the bias.",
        ),
        use,
    )


def draw_pixels(run: Run[PixelStep]) -> None:
    """Replay how a digit's rows are laid into the column of inputs; below, what a dense layer makes of their order."""
    last = run.outcome
    frames = tuple(Frame((Cells(laid(one), -0.15, 1.0), *HEADS), peeled(one)) for one in run.snapshots)
    scene = Scene(frames, x_label="", y_label="", x_range=(0, 26), y_range=(70, 0), axes=False)
    player(scene, state.owned(TOPIC, "flow", "pixels"), height=420)
    rows = pd.DataFrame(
        {
            "neuron": [name("z", unit) for unit in range(1, len(last.plain) + 1)],
            "in order": last.plain,
            "both reordered": last.moved,
            "pixels alone": last.strange,
        }
    )
    tables.numbers(rows, "The sums of a dense layer for the pixels in order, for both reordered, for the pixels alone")
    gap = float(np.abs(last.moved - last.plain).max())
    st.caption(
        f"Reorder the pixels and the columns of W alike, and every sum stays (largest difference {gap:.0e}): a dense "
        "layer does not know which pixels are neighbours. Reorder the pixels alone, and the sums change."
    )


HEADS = (Words([8.0, 22.5], [3.0, 3.0], ["8 × 8 pixels", "64 inputs"]),)


def laid(step: PixelStep) -> Floats:
    """Picture the rows that are left beside the column so far, (70, 26): a pixel of the image is 8 × 2 cells."""
    cells = np.full((70, 26), np.nan)
    for row in range(step.rows, 8):
        cells[6 + 8 * row : 14 + 8 * row, :16] = np.repeat(step.pixels[row], 2)
    there = step.order < 8 * step.rows
    cells[6:, 20:25] = np.where(there, step.pixels.ravel()[step.order], np.nan)[:, np.newaxis]
    return cells


def peeled(step: PixelStep) -> str:
    if step.rows == 0:
        return "The image: 8 rows of 8 pixels, 0 is white and 1 black."
    return f"Row {step.rows} is laid down: {8 * step.rows} of 64 inputs are filled."
