"""The derivation beside a question: typed, read back, checked, kept, gone on with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engine.quiz.store.store import Store
from pages.widgets.shell import store as page_store
from tests.pages.page_helpers import turned

App = Callable[..., AppTest]
TASK = "question.2.q5~ladder"
STEPS = "-2X'(y - Xw) + 2 l w\n-2X'y + 2X'Xw + 2lw = 0\n"


@pytest.fixture
def at(app: App) -> AppTest:
    """Return the topic's page with the ladder opened."""
    page = turned(app("machine_learning/ridge_lasso/page.py"), "2.q5")
    return page.button(key="question.2.q5.ladder.open.do").click().run()


def box(at: AppTest, kind: str, what: str) -> str:
    """Return the key of a widget of the ladder's current try."""
    return next(one.key for one in at.get(kind) if one.key and one.key.startswith(f"{TASK}.{what}."))


def said(at: AppTest) -> str:
    return " ".join(one.value for one in (*at.text, *at.markdown))


def climb(at: AppTest, text: str) -> AppTest:
    at.text_area(key=box(at, "text_area", "answer")).set_value(text).run()
    return at.segmented_control(key=f"{TASK}.sure.{box(at, 'text_area', 'answer')[-8:]}").set_value(3).run()


def test_steps_are_read_back_as_formulas(at: AppTest) -> None:
    at.text_area(key=box(at, "text_area", "answer")).set_value(STEPS + "w = spam(X)").run()
    assert not at.exception
    assert r"X^\top\,\mathbf y" in said(at)
    assert "“spam” is not known here" in said(at)


def test_a_broken_step_is_pointed_at_and_one_goes_on_from_there(at: AppTest, data: Path) -> None:
    at = climb(at, STEPS + "X'Xw - lw = X'y\nw = 0")
    assert not at.exception
    assert "Step 3 is broken." in said(at)
    assert "Take X = [(1, 2), (0, 1), (1, 0)], y = (1, 0, 2), l = 2: this gives w = " in said(at)
    with Store.open(data / "grimoire.db") as store:
        (attempt,) = store.attempts(1)
    assert (attempt.question, attempt.correct, attempt.machine["ladder"]) == ("2.q5~ladder", False, "ridge")
    at.button(key=box(at, "button", "again")).click().run()
    assert at.text_area(key=box(at, "text_area", "answer")).value.startswith(STEPS)


def test_steps_outlast_a_restart(at: AppTest, app: App, data: Path) -> None:
    at.text_area(key=box(at, "text_area", "answer")).set_value(STEPS).run()
    page_store.close()
    later = turned(app("machine_learning/ridge_lasso/page.py"), "2.q5")
    later.button(key="question.2.q5.ladder.open.do").click().run()
    assert later.text_area(key=box(later, "text_area", "answer")).value == STEPS
    climb(later, STEPS + "w = 0")
    with Store.open(data / "grimoire.db") as store:
        assert store.drafts(1) == {}


def test_a_whole_derivation_is_right(at: AppTest, data: Path) -> None:
    at = climb(at, STEPS + "(X'X + lI) w = X'y\nw = inv(X'X + lI) X'y")
    assert "the last one is what was asked" in said(at)
    with Store.open(data / "grimoire.db") as store:
        assert [one.correct for one in store.attempts(1)] == [True]


def test_a_line_that_cannot_be_read_is_no_mistake(at: AppTest, data: Path) -> None:
    at = climb(at, STEPS + "w = (X'X")
    assert "Step 3: A bracket is not closed." in said(at)
    assert at.text_area(key=box(at, "text_area", "answer")).value.endswith("w = (X'X")
    with Store.open(data / "grimoire.db") as store:
        assert store.attempts(1) == []


@pytest.mark.parametrize(
    ("step", "says"),
    [
        ("w = inv(X) y", "A 3×2 matrix has no inverse"),
        ("(X'X + l) w = X'y", "A 2×2 matrix and a number cannot be added."),
    ],
)
def test_a_step_whose_shapes_do_not_fit_is_a_mistake(at: AppTest, data: Path, step: str, says: str) -> None:
    at = climb(at, STEPS + step)
    assert not at.exception
    assert says in said(at)
    with Store.open(data / "grimoire.db") as store:
        assert [one.correct for one in store.attempts(1)] == [False]
