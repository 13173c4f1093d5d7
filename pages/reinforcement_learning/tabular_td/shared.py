"""What more than one of the topic's experiments use."""

from __future__ import annotations

from collections.abc import Sequence

from engine.data import Floats
from engine.experiments.tabular_td.shared import GridWorld, read_table
from pages.widgets.figures.grids import Board

SARSA, Q = "SARSA", "Q-learning"
GROUPS = {SARSA: 1, Q: 2}  # the colour, shape and dashes of each; 0 is the blue of the cells
Path = Sequence[int]


def board(
    world: GridWorld, table: Floats, title: str = "", path: Path = (), group: int = 0, first: bool = False
) -> Board:
    """Picture a table of shape (S, A)."""
    values, moves = read_table(world, table, first)
    return Board(world.map, world.moves, title, values, moves, path, group)
