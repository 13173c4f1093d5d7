"""Pictures of the experiment convolution_pooling.pool."""

from __future__ import annotations

import numpy as np

from engine.data import Floats
from engine.experiment import Run
from engine.experiments.convolution_pooling.pool import PoolOutcome, PoolSettings
from engine.experiments.convolution_pooling.shared import NUMBERS
from pages.widgets.canvas.scene import Frame, Layer
from pages.widgets.canvas.view import Metrics, Part, Picture, Sheet, Text
from pages.widgets.figures.blocks import LEAST_WIDE, Block, grid, on_board, size_of, titles
from pages.widgets.figures.numbers import number

TALLEST = 410  # CSS pixels of the picture
MOST_NUMBERED = 26  # cells across whose numbers can still be read


def view(settings: PoolSettings, run: Run[PoolOutcome]) -> list[Part]:
    """The map and its pooled map under it; beside them both, after the shift."""
    outcome = run.outcome
    blocks, board = laid_out(outcome)
    f, s = settings.window, settings.stride
    seen = outcome.changed.shape if s >= f else (1, 1)  # windows that overlap would hide the map: one shows their size
    layers: list[Layer] = [
        *(block.cells(board, size_of(outcome.before)) for block in blocks),
        grid(blocks),
        titles(blocks, 1),
        *(block.outline(s * i, s * j, f, f, 1.5) for block in blocks[:2] for i, j in np.ndindex(*seen)),
        *(blocks[3].outline(i, j) for i, j in np.argwhere(outcome.changed).tolist()),
        *(block.words() for block in blocks if board[1] <= MOST_NUMBERED),
    ]
    says = "; ".join(f"{block.title}: {rows_of(block.values)}" for block in blocks)
    moved, changed = int(outcome.moved.sum()), int(outcome.changed.sum())
    names = tuple(str(column + 1) for column in range(outcome.before.shape[1]))
    rows = tuple(map(tuple, outcome.before.tolist()))
    return [
        Metrics(
            {
                "The shift changes in the map": f"{moved} of {outcome.moved.size} numbers",
                "and in the pooled map": f"{changed} of {outcome.changed.size}",
            }
        ),
        Picture(on_board([Frame(layers, says)], board), TALLEST),
        Text(
            f"{'Thin frames are the windows' if s >= f else 'The thin frame is the first window'}; heavy frames are "
            "numbers of the pooled map that the shift changes."
        ),
        Sheet("numbers", rows, names, also={"map": NUMBERS}, title="Edit the map"),
    ]


def laid_out(outcome: PoolOutcome) -> tuple[tuple[Block, Block, Block, Block], tuple[int, int]]:
    """Return the maps side by side, the pooled maps under them, and the rows and columns of the board."""
    (h, w), (pooled, _) = outcome.before.shape, outcome.pooled_before.shape
    right = max(w, LEAST_WIDE) + 1
    blocks = (
        Block("map", outcome.before, 1, 0),
        Block("map after the shift", outcome.after, 1, right),
        Block("pooled", outcome.pooled_before, h + 2, 0),
        Block("pooled after the shift", outcome.pooled_after, h + 2, right),
    )
    return blocks, (h + 2 + pooled, right + max(w, LEAST_WIDE))


def rows_of(values: Floats) -> str:
    """Say a small map row by row for those who do not see it."""
    if values.size > 64:
        return f"{values.shape[0]} × {values.shape[1]} numbers from {number(values.min())} to {number(values.max())}"
    return ", ".join(" ".join(number(float(cell)) for cell in row) for row in values)
