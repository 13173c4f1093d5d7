"""Grid worlds on a canvas: cells with values, cliffs, holes and walls, arrows of a policy, a path and its agent.

A Board is what a grid shows at one moment. Boards that belong together stand above one another in a frame, and frames
make a Scene, for the player (an episode, a table that is learned) or, with one frame, for panels.

    board = Board(world.map, world.moves, values=Q.max(axis=1), policy=greedy(Q), path=path, title="Q-learning")
    panels([grid_scene([[board]], ["Q-learning's table"])], key="table")
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.data import Floats
from pages.widgets.canvas.scene import Cells, Dots, Frame, Layer, Lines, Scene, Words

CLIFF_GROUP = 3  # red; the strokes are the other sign
START, GOAL, CLIFF, HOLE, WALL, FLOOR = "SGCH#."
Segments = list[tuple[float, float, float, float]]


@dataclass(frozen=True, eq=False)
class Board:
    """A grid of cells, numbered row by row from the top left.

    Attributes:
        map: one string a row: S start, G goal, C cliff, H hole, # wall, anything else floor.
        moves: (columns, rows) that each action aims at, rows counted downwards.
        title: stands above the grid.
        values: (S,) numbers of the cells, as colour and, where `digits` are asked for, as text; NaN leaves one empty.
        policy: (S, A) probabilities; an arrow for each action above 1 %.
        path: cells passed; the agent stands on the last one.
        group: the agent's and the path's, which gives it colour and shape.
    """

    map: Sequence[str]
    moves: Sequence[tuple[int, int]] = ()
    title: str = ""
    values: ArrayLike | None = None
    policy: ArrayLike | None = None
    path: Sequence[int] = ()
    group: int = 0

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.map), len(self.map[0])


def grid_scene(
    moments: Sequence[Sequence[Board]],
    says: Sequence[str],
    values: Sequence[float | None] | None = None,
    value_label: str = "",
    low: float | None = None,
    high: float | None = None,
    write: Callable[[float], str] | None = None,
) -> Scene:
    """Return a scene with a frame for each moment.

    Args:
        moments: the boards of each frame, from top to bottom; all frames have the same maps and titles.
        says: a sentence for each frame.
        values, value_label: numbers for the player's chart, one a frame, and what they are.
        low, high: the ends of the values, the smallest and the largest where None: the palest colour, and one that is
            deep and still lets arrows stand out.
        write: turns a cell's value into text; None writes no numbers.
    """
    first = moments[0]
    titled = any(board.title for board in first)
    tops, height = [], 0
    for board in first:
        tops.append(height + titled)
        height = tops[-1] + board.shape[0]
    width = max(board.shape[1] for board in first)
    known = [np.asarray(one.values, dtype=float) for boards in moments for one in boards if one.values is not None]
    ends = [edge(np.concatenate(known)) if known else 0.0 for edge in (np.nanmin, np.nanmax)]
    low, high = ends[0] if low is None else low, ends[1] if high is None else high
    deepest = high + 0.8 * (high - low)
    numbered = write is not None
    ground = [layer for board, top in zip(first, tops, strict=True) for layer in _ground(board, top)]
    letters = [_letters(board, top, numbered) for board, top in zip(first, tops, strict=True)]
    frames = []
    for boards, sentence, value in zip(moments, says, values or [None] * len(says), strict=True):
        placed = list(zip(boards, tops, strict=True))
        layers: list[Layer] = [Cells(_colours(placed, height, width), low, deepest)] if known else []
        # letters and numbers come late, so that no path and no arrow strikes them out
        layers += ground + [layer for board, top in placed for layer in _lines(board, top, numbered)]
        layers += letters + [layer for board, top in placed for layer in _marks(board, top, write)]
        frames.append(Frame(layers, sentence, value))
    return Scene(
        frames,
        x_label="column",
        y_label="row",
        x_range=(0, width),
        y_range=(height, 0),
        value_label=value_label,
        axes=False,
    )


def stroll(path: Sequence[int], most: int) -> list[Sequence[int]]:
    """Return the path after 0, 1, … `most` steps; at its end it waits."""
    return [path[: step + 1] for step in range(most + 1)]


# --- layers ------------------------------------------------------------------------------------------------------


def _colours(placed: Sequence[tuple[Board, int]], height: int, width: int) -> Floats:
    """Return every board's values at its place in one matrix, shape (height, width), NaN elsewhere."""
    matrix = np.full((height, width), np.nan)
    for board, top in placed:
        if board.values is not None:
            rows, columns = board.shape
            matrix[top : top + rows, :columns] = np.asarray(board.values, dtype=float).reshape(rows, columns)
    return matrix


def _ground(board: Board, top: int) -> list[Layer]:
    """Return the lattice, cliffs, walls and holes of a board whose first row is `top`."""
    rows, columns = board.shape
    lattice: Segments = [(0, top + row, columns, top + row) for row in range(rows + 1)]
    lattice += [(column, top, column, top + rows) for column in range(columns + 1)]
    cliff, wall = Segments(), Segments()
    for y, row in enumerate(board.map, start=top):
        for x, cell in enumerate(row):
            if cell in CLIFF + WALL:
                (cliff if cell == CLIFF else wall).extend(_hatch(x, y))
            if cell == WALL:
                wall.extend((x + 1 - a + x, b, x + 1 - c + x, d) for a, b, c, d in _hatch(x, y))
    layers: list[Layer] = [Lines.between(lattice, None, 0.75)]
    hatched = (cliff, CLIFF_GROUP), (wall, None)
    layers += [Lines.between(segments, group, 1.25) for segments, group in hatched if segments]
    if holes := _cells(board, top, HOLE):
        x, y = np.array(holes).T
        layers.append(Dots(x, y, size=9))
    return layers


def _letters(board: Board, top: int, numbered: bool) -> Words:
    """Return the letters of start and goal, beside the arrow where there is one, and the title."""
    aside = 0.26 * (board.policy is not None and not numbered)
    words = [(x - aside, y - 0.22 * numbered, START) for x, y in _cells(board, top, START)]
    words += [(x, y, GOAL) for x, y in _cells(board, top, GOAL)]
    words += [(board.shape[1] / 2, top - 0.5, board.title)] if board.title else []
    return Words(*zip(*words, strict=True)) if words else Words([], [], [])


def _lines(board: Board, top: int, numbered: bool) -> list[Layer]:
    """Return the way that a board's agent came, and the arrows."""
    layers: list[Layer] = []
    if len(board.path):
        x, y = _middles(board, top)
        layers.append(Lines(x[:-1], y[:-1], x[1:], y[1:], group=board.group, width=2.5))
    if board.policy is not None:
        layers.append(Lines.between(_arrows(board, top, numbered), None, 1.5))
    return layers


def _middles(board: Board, top: int) -> tuple[Floats, Floats]:
    """Return the middles of the cells of a board's path."""
    states, columns = np.array(board.path, dtype=int), board.shape[1]
    return states % columns + 0.5, states // columns + top + 0.5


def _marks(board: Board, top: int, write: Callable[[float], str] | None) -> list[Layer]:
    """Return a board's numbers and agent."""
    layers: list[Layer] = []
    columns = board.shape[1]
    cells = "".join(board.map)
    if board.values is not None and write is not None:
        values = np.asarray(board.values, dtype=float)
        shown = [state for state in np.flatnonzero(~np.isnan(values)).tolist() if cells[state] not in START + GOAL]
        layers.append(
            Words(
                [state % columns + 0.5 for state in shown],
                [state // columns + top + 0.28 for state in shown],
                [write(float(values[state])) for state in shown],
            )
        )
    if len(board.path):
        x, y = _middles(board, top)
        layers.append(Dots(x[-1:], y[-1:], group=board.group, size=8, tween=True))
    return layers


def _arrows(board: Board, top: int, numbered: bool) -> Segments:
    """Return the arrows of a policy: a shaft from the cell's middle and two strokes for its head."""
    columns, segments = board.shape[1], Segments()
    middle, reach = (0.7, 0.24) if numbered else (0.5, 0.36)
    for state, action in np.argwhere(np.asarray(board.policy) > 0.01).tolist():
        x, y = state % columns + 0.5, state // columns + top + middle
        dx, dy = (reach * one for one in board.moves[action])
        tip_x, tip_y = x + dx, y + dy
        segments.append((x - dx * numbered, y - dy * numbered, tip_x, tip_y))
        segments += [
            (tip_x, tip_y, tip_x - 0.45 * dx + side * 0.4 * dy, tip_y - 0.45 * dy + side * 0.4 * dx) for side in (-1, 1)
        ]
    return segments


def _hatch(x: float, y: float) -> Segments:
    """Return three slanted strokes across the cell whose corner is (x, y)."""
    return [(x, y + 0.5, x + 0.5, y), (x, y + 1, x + 1, y), (x + 0.5, y + 1, x + 1, y + 0.5)]


def _cells(board: Board, top: int, kind: str) -> list[tuple[float, float]]:
    """Return the middles of the cells of a kind."""
    return [
        (x + 0.5, y + 0.5) for y, row in enumerate(board.map, start=top) for x, cell in enumerate(row) if cell == kind
    ]
