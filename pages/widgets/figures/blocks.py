"""Small matrices side by side on a board of cells: a picture, a kernel, a map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.data import Floats
from pages.widgets.canvas.scene import Cells, Frame, Layer, Lines, Scene, Words
from pages.widgets.figures.numbers import number

MOST_NUMBERED = 20  # cells across a board whose numbers can still be read
LEAST_WIDE = 3  # cells that a title needs
PALER = 1.7  # the largest number is not given the deepest colour: numbers stand on it


@dataclass(frozen=True)
class Block:
    """A small matrix, shape (r, c), whose cells lie on a board from row `top` and column `left` on."""

    title: str
    values: Floats
    top: int
    left: int

    @property
    def shape(self) -> tuple[int, int]:
        return self.values.shape[0], self.values.shape[1]

    def cells(self, board: tuple[int, int], largest: float) -> Cells:
        """Colour the cells, red above zero and blue below; the rest of the board, (rows, columns), stays empty."""
        whole = np.full(board, np.nan)
        whole[self.top : self.top + self.shape[0], self.left : self.left + self.shape[1]] = self.values
        return Cells(whole, -PALER * largest, PALER * largest)

    def words(self) -> Words:
        """Write the numbers into their cells, leaving out those that are missing."""
        rows, columns = np.nonzero(~np.isnan(self.values))
        said = [number(float(one), 2) for one in self.values[rows, columns]]
        return Words(self.left + columns + 0.5, self.top + rows + 0.5, said)

    def outline(self, row: int = 0, column: int = 0, rows: int = 1, columns: int = 1, width: float = 3.0) -> Lines:
        """Frame some of the cells; the frame glides to where the next moment has it."""
        top, left = self.top + row, self.left + column
        x, y = [left, left + columns, left + columns, left], [top, top, top + rows, top + rows]
        return Lines(x, y, np.roll(x, -1), np.roll(y, -1), width=width, tween=True)


def on_board(
    frames: Sequence[Frame],
    board: tuple[float, float],
    fixed: Sequence[Layer] = (),
    title: str = "",
    square: bool = True,
) -> Scene:
    """Return a scene without axes: a board of (rows, columns) cells, the first row on top.

    Args:
        frames: what is drawn on it.
        board: how many rows and columns it has.
        fixed: layers under every frame.
        title: above it.
        square: whether a cell is as wide as it is high.
    """
    x_range, y_range = (0.0, float(board[1])), (float(board[0]), 0.0)
    return Scene(
        frames, fixed, x_label="", y_label="", x_range=x_range, y_range=y_range, equal=square, title=title, axes=False
    )


def titles(blocks: Sequence[Block], head: int) -> Words:
    """Write each block's title over it, into the middle of `head` empty rows."""
    middles = [block.left + max(block.shape[1], LEAST_WIDE) / 2 for block in blocks]
    return Words(middles, [block.top - head / 2 for block in blocks], [block.title for block in blocks])


def grid(blocks: Sequence[Block]) -> Lines:
    """Draw the lines between the cells."""
    lines = []
    for block in blocks:
        (rows, columns), top, left = block.shape, block.top, block.left
        lines += [(left, top + i, left + columns, top + i) for i in range(rows + 1)]
        lines += [(left + j, top, left + j, top + rows) for j in range(columns + 1)]
    return Lines.between(lines, width=0.5)


def size_of(values: Floats) -> float:
    return float(np.abs(values).max()) or 1.0
