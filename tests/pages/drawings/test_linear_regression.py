"""What the pictures of linear regression state."""

from __future__ import annotations

import numpy as np
import pytest

from engine.experiment import experiments_of
from engine.experiments.linear_regression.shared import PLACED
from pages.machine_learning.linear_regression import normal, sse
from pages.widgets.canvas.view import Board, Metrics, Picture, Press, Sheet, Table, Text
from tests.pages.page_helpers import flat

SSE, NORMAL = experiments_of("linear_regression").values()


def drawn(one: object, view: object, **changes: object) -> list[object]:
    settings = one.settings(**changes)  # type: ignore[attr-defined]
    return list(flat(view(settings, one.perform(settings))))  # type: ignore[attr-defined,operator]


def the(kind: type, parts: list[object]) -> object:
    (found,) = (part for part in parts if isinstance(part, kind))
    return found


@pytest.mark.parametrize(("far", "beyond"), [(100.0, True), (1.0, False)])
def test_a_best_line_beyond_the_sliders_is_said(far: float, beyond: bool) -> None:
    parts = drawn(SSE, sse.view, data=PLACED, points=((0.0, 0.0), (1.0, far)))
    said = " ".join(part.text for part in parts if isinstance(part, Text))
    assert ("beyond the ends of the sliders" in said) is beyond


def test_the_button_sets_the_line_that_the_board_dashes() -> None:
    parts = drawn(SSE, sse.view)
    board, press = the(Board, parts), the(Press, parts)
    x, y = np.array(board.points).T  # type: ignore[attr-defined]
    assert tuple(press.sets.values()) == pytest.approx(np.polyfit(x, y, 1))  # type: ignore[attr-defined]
    assert board.best == tuple(press.sets.values())  # type: ignore[attr-defined]
    again = drawn(SSE, sse.view, **press.sets)  # type: ignore[attr-defined]
    assert the(Metrics, again).values["Yours ÷ best"] == "1"  # type: ignore[attr-defined]


def test_real_data_are_standardised_and_do_not_move() -> None:
    parts = drawn(SSE, sse.view, data="diabetes")
    board = the(Board, parts)
    assert board.sets_points == ""  # type: ignore[attr-defined]
    assert "standard deviations" in board.x_label  # type: ignore[attr-defined]
    assert not [part for part in parts if isinstance(part, Sheet)]
    assert "In the data's own units" in the(Text, parts).text  # type: ignore[attr-defined]


def test_the_tables_hold_the_normal_equations_and_their_solution() -> None:
    gram, inverse, solution = (part for part in drawn(NORMAL, normal.view) if isinstance(part, Table))
    A, B = (np.array([row[1:] for row in one.rows], float) for one in (gram, inverse))
    assert pytest.approx(np.eye(3), abs=1e-9) == A @ B
    moment, weights = np.array([row[1:] for row in solution.rows], float).T
    assert A @ weights == pytest.approx(moment)


def test_a_copied_column_has_no_inverse_and_other_weights_that_do_as_well() -> None:
    parts = drawn(NORMAL, normal.view, duplicate=True)
    assert the(Metrics, parts).values["Rank of X"] == "3 of 4"  # type: ignore[attr-defined]
    assert "no inverse" in the(Text, parts).text  # type: ignore[attr-defined]
    _, solution = (part for part in parts if isinstance(part, Table))
    assert solution.columns[-1] == "other weights"
    assert "the sum of their squares" in the(Picture, parts).scene.frames[0].says  # type: ignore[attr-defined]


def test_the_rows_of_the_small_table_are_typed_beside_the_pictures() -> None:
    sheet = the(Sheet, drawn(NORMAL, normal.view))
    assert (sheet.sets, sheet.names, sheet.beside) == ("rows", ("x1", "x2", "y"), True)  # type: ignore[attr-defined]
    assert not [part for part in drawn(NORMAL, normal.view, data="diabetes") if isinstance(part, Sheet)]
