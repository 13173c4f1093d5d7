"""Pictures of the experiment convolution_pooling.pool."""

from __future__ import annotations

import numpy as np
import streamlit as st

from engine.data import Floats
from engine.experiment import Run
from engine.experiments.convolution_pooling.pool import PoolOutcome, PoolSettings
from engine.experiments.convolution_pooling.shared import NUMBERS
from pages.computer_vision.convolution_pooling.shared import POOL, TOPIC
from pages.widgets.canvas.panels.panels import panels
from pages.widgets.canvas.scene import Frame, Layer, Scene
from pages.widgets.figures.blocks import LEAST_WIDE, MOST_NUMBERED, Block, grid, size_of, titles
from pages.widgets.figures.numbers import number
from pages.widgets.plate.rows import edit_points
from pages.widgets.shell import state


def draw_pool(settings: PoolSettings, run: Run[PoolOutcome]) -> None:
    """Show the map and its pooled map, before the shift and below it after the shift."""
    outcome = run.outcome
    (h, w), pooled = outcome.before.shape, outcome.pooled_before.shape
    right = max(w, LEAST_WIDE) + 1
    width = right + max(pooled[1], LEAST_WIDE)
    head = 1 if width <= MOST_NUMBERED else 2
    below = h + 2 * head
    board = below + h, width
    blocks = (
        Block("map", outcome.before, head, 0),
        Block("pooled", outcome.pooled_before, head, right),
        Block("shifted map", outcome.after, below, 0),
        Block("pooled", outcome.pooled_after, below, right),
    )
    f, s = settings.window, settings.stride
    seen = pooled if s >= f else (1, 1)  # windows that overlap would hide the map: the first shows their size
    layers: list[Layer] = [
        *(block.cells(board, size_of(outcome.before)) for block in blocks),
        grid(blocks),
        titles(blocks, head),
        *(block.outline(s * i, s * j, f, f, 1.5) for block in blocks[::2] for i, j in np.ndindex(*seen)),
        *(blocks[3].outline(i, j) for i, j in np.argwhere(outcome.changed).tolist()),
        *(block.words() for block in blocks if board[1] <= MOST_NUMBERED),
    ]
    says = "; ".join(f"{block.title}: {rows_of(block.values)}" for block in blocks)
    scene = Scene(
        [Frame(layers, says)],
        x_label="",
        y_label="",
        x_range=(0, board[1]),
        y_range=(board[0], 0),
        equal=True,
        axes=False,
    )
    panels([scene], state.owned(TOPIC, "pool", "panels"), height=round(min(500, 430 * board[0] / board[1])), columns=1)
    moved, changed = int(outcome.moved.sum()), int(outcome.changed.sum())
    heavy = ", in heavy frames" if changed else ""
    thin = "Thin frames are the windows" if s >= f else "The thin frame is the first window"
    st.caption(
        f"The shift changes {moved} of {outcome.moved.size} numbers of the map, and {changed} of "
        f"{outcome.changed.size} of the pooled map{heavy}. {thin}."
    )
    names = tuple(str(column + 1) for column in range(w))
    rows = tuple(map(tuple, outcome.before.tolist()))
    edit_points(TOPIC, POOL, settings, "numbers", rows, names, also={"map": NUMBERS}, title="Edit the map")


def rows_of(values: Floats) -> str:
    """Say a small map row by row for those who do not see it."""
    if values.size > 64:
        return f"{values.shape[0]} × {values.shape[1]} numbers from {number(values.min())} to {number(values.max())}"
    return ", ".join(" ".join(number(float(cell)) for cell in row) for row in values)
