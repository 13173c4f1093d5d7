"""Grid worlds as scenes."""

from __future__ import annotations

import numpy as np
import pytest

from pages.widgets.canvas.scene import Cells, Dots, Layer, Lines, Words
from pages.widgets.figures.grids import Board, grid_scene, stroll

MAP = ("S.#", "CHG")
MOVES = ((0, -1), (1, 0))  # up, right
VALUES = [1.0, 2.0, np.nan, np.nan, np.nan, np.nan]
POLICY = [[0.0, 1.0], [0.5, 0.5], [0, 0], [0, 0], [0, 0], [0, 0]]


def of_kind(layers: object, kind: type[Layer]) -> list[Layer]:
    return [layer for layer in layers if isinstance(layer, kind)]  # type: ignore[attr-defined]


def words(layers: object) -> dict[str, tuple[float, float]]:
    places = [zip(layer.texts, layer.x, layer.y, strict=True) for layer in of_kind(layers, Words)]
    return {text: (x, y) for layer in places for text, x, y in layer}


def test_boards_stand_above_one_another_under_their_titles() -> None:
    board = Board(MAP, MOVES, "one", VALUES), Board(MAP, MOVES, "two", VALUES)
    scene = grid_scene([board], ["start"])
    assert scene.y_range == (6, 0)
    assert scene.x_range == (0, 3)
    assert not scene.axes
    cells = of_kind(scene.frames[0].layers, Cells)[0]
    blank = [np.nan] * 3
    assert np.array_equal(
        cells.values, [blank, [1.0, 2.0, np.nan], blank, blank, [1.0, 2.0, np.nan], blank], equal_nan=True
    )
    assert cells.low == 1.0
    assert cells.high > 2.0  # room above the largest value, so that arrows stand out on it
    said = words(scene.frames[0].layers)
    assert (said["one"], said["two"]) == ((1.5, 0.5), (1.5, 3.5))
    assert scene.packed[0]


def test_letters_holes_cliffs_and_walls_have_signs_of_their_own() -> None:
    layers = grid_scene([[Board(MAP)]], ["still"]).frames[0].layers
    said = words(layers)
    assert (said["S"], said["G"]) == ((0.5, 0.5), (2.5, 1.5))
    hole = of_kind(layers, Dots)[0]
    assert (list(hole.x), list(hole.y)) == ([1.5], [1.5])
    _, cliff, wall = of_kind(layers, Lines)
    assert all(0 <= x <= 1 for x in [*cliff.x0, *cliff.x1])
    assert all(1 <= y <= 2 for y in [*cliff.y0, *cliff.y1])
    assert all(2 <= x <= 3 for x in [*wall.x0, *wall.x1])
    assert len(wall.x0) == 2 * len(cliff.x0)
    assert cliff.group is not None
    assert wall.group is None


def test_numbers_are_written_where_there_are_values() -> None:
    layers = grid_scene([[Board(MAP, MOVES, values=VALUES)]], ["still"], write="{:.0f}!".format).frames[0].layers
    assert "2!" in words(layers)
    assert "1!" not in words(layers)  # the start shows its letter


@pytest.mark.parametrize("numbered", [False, True])
def test_arrows_point_where_the_policy_goes(numbered: bool) -> None:
    board = Board(MAP, MOVES, values=VALUES, policy=POLICY)
    arrows = of_kind(grid_scene([[board]], [""], write=str if numbered else None).frames[0].layers, Lines)[-1]
    tips = {(round(float(x), 6), round(float(y), 6)) for x, y in zip(arrows.x1[::3], arrows.y1[::3], strict=True)}
    at, reach = (0.7, 0.24) if numbered else (0.5, 0.36)
    assert tips == {(0.5 + reach, at), (1.5, round(at - reach, 6)), (round(1.5 + reach, 6), at)}
    assert all(0 < y < 1 for y in arrows.y1)  # inside their cells


def test_an_agent_stands_at_the_end_of_its_path() -> None:
    layers = grid_scene([[Board(MAP, path=(0, 1, 4), group=2)]], [""]).frames[0].layers
    agent, path = of_kind(layers, Dots)[-1], of_kind(layers, Lines)[-1]
    assert (agent.x.tolist(), agent.y.tolist(), agent.group, agent.tween) == ([1.5], [1.5], 2, True)
    assert path.x0.tolist() == [0.5, 1.5]
    assert path.y1.tolist() == [0.5, 1.5]


def test_no_path_and_no_arrow_strikes_letters_or_numbers_out() -> None:
    board = Board(MAP, MOVES, "one", VALUES, POLICY, path=(0, 1, 4), group=2)
    kinds = [type(layer) for layer in grid_scene([[board]], [""], write=str).frames[0].layers]
    first_words = kinds.index(Words)
    assert Lines not in kinds[first_words:]
    assert kinds[-1] is Dots  # the agent stands on everything


def test_a_start_stands_beside_its_arrow() -> None:
    alone = words(grid_scene([[Board(MAP, MOVES, values=VALUES)]], [""]).frames[0].layers)["S"]
    beside = words(grid_scene([[Board(MAP, MOVES, values=VALUES, policy=POLICY)]], [""]).frames[0].layers)["S"]
    assert alone == (0.5, 0.5)
    assert beside[0] < 0.3


def test_a_stroll_waits_at_its_end() -> None:
    assert stroll([3, 4, 5], 4) == [[3], [3, 4], [3, 4, 5], [3, 4, 5], [3, 4, 5]]
    assert stroll([3], 1) == [[3], [3]]


def test_frames_have_their_sentences_and_values() -> None:
    scene = grid_scene([[Board(MAP)], [Board(MAP)]], ["a", "b"], values=[1.0, None], value_label="return")
    assert [(frame.says, frame.value) for frame in scene.frames] == [("a", 1.0), ("b", None)]
    assert scene.value_label == "return"
