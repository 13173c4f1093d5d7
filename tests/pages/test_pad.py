"""What the pad believes of the browser, what it sends, and how a drawing is read on the page."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from pages.widgets.canvas.pad import pad as module
from pages.widgets.canvas.pad.pad import MOST_POINTS, MOST_STROKES, Strokes, accept, pad
from pages.widgets.shell import state

SEVEN: Strokes = (((0.1, 0.1), (0.9, 0.1), (0.4, 0.9)),)


def test_strokes_come_in_thousandths_of_the_side() -> None:
    assert accept({"count": 3, "strokes": [[100, 100, 900, 100, 400, 900], [500, 500]]}) == (*SEVEN, ((0.5, 0.5),))


def test_an_empty_pad_is_a_drawing_too() -> None:
    assert accept({"strokes": []}) == ()


def test_places_are_kept_on_the_pad() -> None:
    assert accept({"strokes": [[-5, 2_000, 1e8, 7.5]]}) == (((0.0, 1.0), (1.0, 0.0075)),)


@pytest.mark.parametrize(
    "strokes",
    [
        None,
        "12",
        7,
        {},
        [[]],
        [[1]],
        [[1, 2, 3]],
        [["1", "2"]],
        [[True, 1]],
        [[math.nan, 1]],
        [[math.inf, 1]],
        [None],
        [[1, 2], "x"],
        [[10**400, 1]],
        [[1, 1]] * (MOST_STROKES + 1),
        [[1, 1] * (MOST_POINTS + 1)],
        [[1, 1] * (MOST_POINTS // 2 + 1)] * 2,
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_no_pad_reports_is_not_taken(strokes: object) -> None:
    assert accept({"count": 1, "strokes": strokes}) is None


@pytest.mark.parametrize("value", [None, 3, "strokes", [], {}])
def test_what_is_no_report_is_not_taken(value: object) -> None:
    assert accept(value) is None


NUMBERS = st.floats() | st.integers(-(10**400), 10**400) | st.booleans() | st.none() | st.text(max_size=2)


@given(st.lists(st.lists(NUMBERS, max_size=6) | NUMBERS, max_size=5))
def test_whatever_comes_places_lie_on_the_pad(strokes: list[Any]) -> None:
    for stroke in accept({"strokes": strokes}) or ():
        assert stroke
        assert all(0.0 <= value <= 1.0 for point in stroke for value in point)


class Browser:
    """Stand in for Streamlit: keep what was mounted, and let a test report a drawing."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.session: dict[str, Any] = {}
        self.sent: dict[str, Any] = {}
        monkeypatch.setattr(module, "_mount", lambda **arguments: self.sent.update(arguments))
        monkeypatch.setattr(module.st, "session_state", self.session)

    def report(self, value: object) -> None:
        self.session["key"] = {"drawn": value}
        self.sent["on_drawn_change"]()


def test_a_drawing_reaches_the_page_and_comes_back_with_its_count(monkeypatch: pytest.MonkeyPatch) -> None:
    browser, seen = Browser(monkeypatch), []
    pad("key", strokes=(), on_change=seen.append)
    assert (browser.sent["data"]["count"], browser.sent["data"]["strokes"]) == (0, [])
    browser.report({"count": 4, "strokes": [[100, 100, 900, 100, 400, 900]]})
    assert seen == [SEVEN]
    pad("key", strokes=seen[-1], on_change=seen.append)
    assert browser.sent["data"]["count"] == 4
    assert browser.sent["data"]["strokes"] == [[100, 100, 900, 100, 400, 900]]


@pytest.mark.parametrize(
    "value", [None, {"count": "1"}, {"count": -1, "strokes": [[1]]}, {"count": True}, {"count": 2.5}]
)
def test_a_forged_report_is_not_passed_on(monkeypatch: pytest.MonkeyPatch, value: object) -> None:
    browser, seen = Browser(monkeypatch), []
    pad("key", strokes=(), on_change=seen.append)
    browser.report(value)
    pad("key", strokes=(), on_change=seen.append)
    assert seen == []
    assert browser.sent["data"]["count"] == 0


# --- on the page -----------------------------------------------------------------------------------------------


def opened(app: Callable[..., AppTest], **session: object) -> AppTest:
    at = app()
    for name, value in session.items():
        at.session_state[state.owned("cnn_pipeline", "digits", name)] = value
    at.query_params["cnn_pipeline.digits.epochs"] = "2"
    at.query_params["cnn_pipeline.digits.train"] = "400"
    return at.switch_page("computer_vision/cnn_pipeline/page.py").run()


def said(at: AppTest) -> str:
    return "\n".join(one.value for kind in ("markdown", "caption") for one in at.get(kind))


def test_an_untrained_network_says_so_instead_of_guessing(app: Callable[..., AppTest]) -> None:
    at = opened(app, drawn=SEVEN)
    assert not at.exception
    assert "The network is untrained" in said(at)
    assert "Read as" not in said(at)


def test_a_drawing_that_was_kept_is_read_by_the_newest_weights(app: Callable[..., AppTest]) -> None:
    at = opened(app, drawn=SEVEN)
    at.button(f"{state.owned('cnn_pipeline', 'digits', 'live')}:step").click().run()
    assert not at.exception
    assert "Read as" in said(at)
    empty = opened(app)
    empty.button(f"{state.owned('cnn_pipeline', 'digits', 'live')}:step").click().run()
    assert "Read as" not in said(empty)
    assert "as the training digits were" in said(empty)


def test_the_split_is_stated(app: Callable[..., AppTest]) -> None:
    at = opened(app)
    assert "of the 1,397 test digits are read" in said(at)
    assert "400 were drawn at random for training (seed 1)" in said(at)


def pictures(at: AppTest) -> bytes:
    return b"".join(one.proto.SerializeToString() for one in at.get("bidi_component"))


def test_another_digit_can_be_watched(app: Callable[..., AppTest]) -> None:
    at = opened(app)
    first = pictures(at)
    assert b"A test digit on its way: 7" in first
    at.button(f"{state.owned('cnn_pipeline', 'digits', 'another')}:button").click().run()
    assert not at.exception
    assert b"A test digit on its way: 7" in pictures(at) != first
    (group,) = (one for one in at.get("button_group") if one.key == state.owned("cnn_pipeline", "digits", "watched"))
    group.set_value(3).run()
    assert not at.exception
    assert b"A test digit on its way: 3" in pictures(at)
