"""What the board believes of the browser, and what it sends."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.widgets.canvas.board import board as module
from pages.widgets.canvas.board.board import Placed, Rules, board, decimals

FREE = Rules((0.0, 10.0), (0.0, 100.0), add="both", most_points=4, most_marks=2)
START = Placed(((1.0, 10.0), (2.0, 20.0)), ((5.0, 50.0),), (1.0, 2.0))


def test_a_report_is_taken_clamped_and_rounded() -> None:
    value = {"count": 1, "points": [[1.23456, 200], [-3, 44.444]], "marks": [[9.9999, 0]], "line": [1.5, 20]}
    assert FREE.accept(value, START) == Placed(((1.23, 100.0), (0.0, 44.4)), ((10.0, 0.0),), (1.5, 20.0))


def test_what_is_not_reported_stays() -> None:
    assert FREE.accept({"marks": []}, START) == Placed(START.points, (), START.line)


def test_counts_are_capped() -> None:
    value = {"points": [[1, 1]] * 30, "marks": [[1, 1]] * 30}
    accepted = FREE.accept(value, START)
    assert accepted is not None
    assert (len(accepted.points), len(accepted.marks)) == (4, 2)


def test_a_monstrous_list_is_not_read() -> None:
    assert FREE.accept({"points": [[1, 1]] * 100_000}, START) is None


@pytest.mark.parametrize(
    ("add", "points", "marks"), [("points", 3, 1), ("marks", 2, 2), ("none", 2, 1), ("both", 3, 2)]
)
def test_only_what_may_be_added_is_added(add: Any, points: int, marks: int) -> None:
    rules = Rules((0.0, 10.0), (0.0, 100.0), add=add)
    accepted = rules.accept({"points": [[1, 1]] * 3, "marks": [[1, 1]] * 2, "line": [0, 0]}, START)
    assert accepted is not None
    assert (len(accepted.points), len(accepted.marks)) == (points, marks)


def test_without_adding_things_still_move() -> None:
    rules = Rules((0.0, 10.0), (0.0, 100.0), add="none")
    accepted = rules.accept({"points": [[3, 3], [4, 4]]}, START)
    assert accepted is not None
    assert accepted.points == ((3.0, 3.0), (4.0, 4.0))


def test_more_points_than_can_be_placed_do_not_move() -> None:
    many = Placed(tuple((float(k), 0.0) for k in range(6)))
    assert FREE.accept({"points": [[1, 1]]}, many) is None
    assert FREE.accept({"points": [[1, 1]], "marks": [[1, 1]]}, many) == Placed(many.points, ((1.0, 1.0),))


def test_no_line_comes_from_nowhere() -> None:
    accepted = FREE.accept({"points": [], "line": [1, 1]}, Placed())
    assert accepted == Placed()


def test_rounding_a_line_keeps_it_in_its_place() -> None:
    """A slope far from the origin: the intercept is an extrapolation, the height in the plot is what must stay."""
    rules = Rules((1990.0, 2020.0), (0.0, 10.0))
    accepted = rules.accept({"line": [0.123456789, -240.0]}, Placed(line=(0.0, 0.0)))
    assert accepted is not None
    assert accepted.line is not None
    for x in (1990.0, 2005.0, 2020.0):
        assert accepted.line[0] * x + accepted.line[1] == pytest.approx(0.123456789 * x - 240.0, abs=0.01)


@pytest.mark.parametrize(
    "value",
    [None, 1, "x", [], {}, {"points": "12"}, {"points": None}]
    + [{"line": line} for line in ([1], [1, "2"], [1, math.nan], None)],
)
def test_nothing_usable_is_none(value: object) -> None:
    assert FREE.accept(value, START) is None


def test_broken_pairs_are_left_out() -> None:
    value = {"points": [[1, 2], [1], None, ["1", "2"], [True, 1], [math.inf, 1], [1e305, 1], {}]}
    accepted = FREE.accept(value, START)
    assert accepted is not None
    assert accepted.points == ((1.0, 2.0),)


NUMBERS = st.floats() | st.integers(-(10**400), 10**400) | st.booleans() | st.none() | st.text(max_size=3)
PAIRS = st.lists(st.lists(NUMBERS, max_size=3), max_size=8)


@given(st.fixed_dictionaries({}, optional={"points": PAIRS, "marks": PAIRS, "line": st.lists(NUMBERS, max_size=3)}))
def test_whatever_comes_the_rules_hold(value: dict[str, Any]) -> None:
    accepted = FREE.accept(value, START)
    if accepted is None:
        return
    for x, y in (*accepted.points, *accepted.marks):
        assert 0.0 <= x <= 10.0
        assert 0.0 <= y <= 100.0
    assert len(accepted.points) <= 4
    assert len(accepted.marks) <= 2
    assert accepted.line is not None
    assert all(math.isfinite(number) for number in accepted.line)


@given(st.floats(1e-6, 1e9))
def test_rounding_tells_a_thousandth_apart(span: float) -> None:
    assert 1e-4 <= 10.0 ** -decimals(span) / span <= 1.01e-3


class Browser:
    """Stand in for Streamlit: keep what was mounted, and let a test report a change."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.session: dict[str, Any] = {}
        self.sent: dict[str, Any] = {}
        monkeypatch.setattr(module, "_mount", lambda **arguments: self.sent.update(arguments))
        monkeypatch.setattr(module.st, "session_state", self.session)

    def report(self, value: object) -> None:
        self.session["key"] = {"placed": value}
        self.sent["on_placed_change"]()


AXES = {"x_label": "x (cm)", "y_label": "y (cm)", "x_range": (0.0, 10.0), "y_range": (0.0, 10.0)}


def test_a_change_reaches_the_page_and_its_count_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = Browser(monkeypatch)
    seen: list[Placed] = []
    board("key", placed=Placed(((1.0, 1.0),)), on_change=seen.append, **AXES)
    assert browser.sent["data"]["count"] == 0
    browser.report({"count": 7, "points": [[2, 2]]})
    assert seen == [Placed(((2.0, 2.0),))]
    board("key", placed=seen[-1], on_change=seen.append, **AXES)
    assert browser.sent["data"]["count"] == 7
    assert browser.sent["data"]["points"] == ((2.0, 2.0),)


@pytest.mark.parametrize("value", [None, "", {"count": "1"}, {"count": -1}, {"count": True}, {"count": 1e9}, [1]])
def test_a_forged_change_is_not_passed_on(monkeypatch: pytest.MonkeyPatch, value: object) -> None:
    browser = Browser(monkeypatch)
    seen: list[Placed] = []
    board("key", placed=Placed(), on_change=seen.append, **AXES)
    browser.report(value)
    assert seen == []
    board("key", placed=Placed(), on_change=seen.append, **AXES)
    assert browser.sent["data"]["count"] == 0


def test_centres_travel_as_numbers_and_names(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = Browser(monkeypatch)
    board("key", placed=Placed(), on_change=lambda placed: None, centres=(("mean", [[1, 2]]), ("median", [])), **AXES)
    assert browser.sent["data"]["centres"] == [{"name": "mean", "at": [(1.0, 2.0)]}, {"name": "median", "at": []}]


def test_ranges_are_put_in_order_and_widened(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = Browser(monkeypatch)
    board("key", placed=Placed(), on_change=lambda placed: None, **{**AXES, "x_range": (5, 1), "y_range": (2, 2)})
    assert browser.sent["data"]["x"]["range"] == (1.0, 5.0)
    assert browser.sent["data"]["y"]["range"] == (1.5, 2.5)
    with pytest.raises(ValueError, match="finite ranges"):
        board("key", placed=Placed(), on_change=lambda placed: None, **{**AXES, "x_range": (0, math.nan)})
