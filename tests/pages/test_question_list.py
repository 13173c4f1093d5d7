"""A topic's questions: a line each with its state, one of them open, and words where codes would tell nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engine.content.read import load_topic
from engine.quiz.bank import gists
from engine.quiz.exam import Paper
from engine.quiz.store.store import Store
from pages.widgets.shell import store as page_store
from tests.pages.page_helpers import turned

App = Callable[..., AppTest]
TOPIC, PAGE = "linear_regression", "machine_learning/linear_regression/page.py"
QUESTIONS = load_topic(TOPIC).questions
TITLES = {one.id: one.title for one in QUESTIONS}
CODE = re.compile(r"\b\d+(\.\d+)*\.[qx]\d")  # 4.q5, 33.q3.x1


def lines(at: AppTest) -> dict[str, str]:
    """Return what the line of each question says, by its title."""
    labels = [one.label for one in at.button if (one.key or "").startswith("line-")]
    return {title: next(label for label in labels if label.startswith(f"**{title}**")) for title in TITLES.values()}


def cards(at: AppTest) -> list[str]:
    """Return the ids of the questions whose card is drawn, read from the keys of their answers."""
    kinds = (at.text_area, at.text_input, at.radio, at.checkbox)
    keys = [one.key or "" for kind in kinds for one in kind]
    return [one.id for one in QUESTIONS if any(key.startswith(f"question.{one.id}.answer.") for key in keys)]


def box(at: AppTest) -> object:
    """Return the text area of the question that is open."""
    return next(one for one in at.text_area if ".answer." in (one.key or ""))


def press(at: AppTest, label: str) -> AppTest:
    return next(one for one in at.button if one.label == label).click().run()


def test_every_question_and_exercise_is_a_line_until_it_is_opened(app: App) -> None:
    at = app(PAGE)
    assert not at.exception
    asked = gists(QUESTIONS)
    assert lines(at) == {one.title: f"**{one.title}** :gray-badge[new] {asked[one.id]}" for one in QUESTIONS}
    assert cards(at) == []


def test_opening_one_closes_the_other(app: App) -> None:
    at = turned(app(PAGE), "2.q1a")
    assert cards(at) == ["2.q1a"]
    assert lines(at)["Question 1 of 6"] == "**Question 1 of 6** :gray-badge[new] :gray-badge[recall]"
    turned(at, "2.q1a.x1")
    assert cards(at) == ["2.q1a.x1"]
    turned(at, "2.q1a.x1")
    assert cards(at) == []
    assert not at.exception


def test_what_was_typed_is_there_when_its_line_is_opened_again(app: App, data: Path) -> None:
    at = turned(app(PAGE), "2.q1a")
    box(at).set_value("Half a thou")  # type: ignore[attr-defined]
    turned(at, "2.q1b")  # what was typed and the press arrive together
    assert cards(at) == ["2.q1b"]
    assert ":gray-badge[draft kept]" in lines(at)["Question 1 of 6"]
    assert ":gray-badge[new]" in lines(at)["Question 2 of 6"]
    turned(at, "2.q1a")
    assert box(at).value == "Half a thou"  # type: ignore[attr-defined]
    with Store.open(data / "grimoire.db") as store:
        assert store.draft(1, "2.q1a") == "Half a thou"
    page_store.close()
    assert ":gray-badge[draft kept]" in lines(app(PAGE))["Question 1 of 6"]  # and after a restart


def test_it_stays_open_after_the_reveal_and_its_line_says_how_it_went(app: App) -> None:
    at = turned(app(PAGE), "2.q1a")
    box(at).set_value("Square every residual.")  # type: ignore[attr-defined]
    at.get("button_group")[0].set_value(3)
    press(at, "Lock answer")
    assert QUESTIONS[0].answer in [one.value for one in at.markdown]
    assert ":gray-badge[not marked, today" in lines(at)["Question 1 of 6"]
    press(at, "Missed")
    assert ":orange-badge[missed, today" in lines(at)["Question 1 of 6"]
    assert QUESTIONS[0].answer in [one.value for one in at.markdown]
    assert ":orange-badge[missed, today" in lines(turned(at, "2.q1a"))["Question 1 of 6"]
    assert QUESTIONS[0].answer not in [one.value for one in at.markdown]


def test_what_is_due_is_said_until_it_is_answered(app: App, data: Path) -> None:
    with Store.open(data / "grimoire.db") as store:
        learner = store.add_learner("Noor").id
        for number, (id, days) in enumerate((("2.q1a", 90), ("2.q1b", 0))):
            one = store.add_attempt(
                f"{number}",
                learner,
                TOPIC,
                id,
                "f",
                "x",
                {"correct": None},
                3,
                False,
                9.0,
                datetime.now(UTC) - timedelta(days=days),
            )
            store.add_marks(one.id, {}, True)
    at = app(PAGE)
    assert ":blue-badge[due]" in lines(at)["Question 1 of 6"]
    assert ":green-badge[recalled, today" in lines(at)["Question 2 of 6"]
    assert sum("[due]" in line for line in lines(at).values()) == 1
    turned(at, "2.q1a")
    box(at).set_value("Square every residual.")  # type: ignore[attr-defined]
    at.get("button_group")[0].set_value(3)
    press(at, "Lock answer")
    assert "[due]" not in lines(at)["Question 1 of 6"]


def test_the_draft_of_an_exam_is_no_draft_here(app: App, data: Path) -> None:
    with Store.open(data / "grimoire.db") as store:
        store.add_learner("Noor")
        store.save_draft(1, "2.q1a~exam.0123", "typed in an exam")
        store.save_draft(1, "2.q1b~exact", "typed beside the question")
    at = app(PAGE)
    assert "[draft kept]" not in lines(at)["Question 1 of 6"]
    assert "[draft kept]" in lines(at)["Question 2 of 6"]


def test_an_address_opens_a_question_and_the_reader_may_close_it(app: App) -> None:
    at = app()
    at.query_params["question"] = "2.q2d"
    at.switch_page(PAGE).run()
    assert cards(at) == ["2.q2d"]
    assert cards(turned(at, "2.q2d")) == []
    assert cards(at.run()) == []
    assert "question" not in at.query_params  # a reload does not open it again


@pytest.mark.parametrize("id", ["99.q1", "4.q1a", "", "<b>", "2.q2d~exact"])
def test_an_address_that_names_no_question_of_the_topic_opens_none(app: App, id: str) -> None:
    at = app()
    at.query_params["question"] = id
    at.switch_page(PAGE).run()
    assert not at.exception
    assert cards(at) == []


def test_the_open_question_is_open_still_when_the_reader_comes_back(app: App) -> None:
    at = turned(app(PAGE), "2.q1a")
    at.switch_page("machine_learning/clustering/page.py").run()
    assert cards(at.switch_page(PAGE).run()) == ["2.q1a"]


# --- words instead of codes ------------------------------------------------------------------------------------


def read(at: AppTest) -> str:
    """Return everything that a page gives to read."""
    values = ("title", "header", "subheader", "markdown", "caption", "text", "code", "metric", "latex", "toast")
    labels = ("button", "expander", "checkbox", "radio", "selectbox", "text_area", "text_input", "tab")
    said = [str(one.value) for kind in values for one in at.get(kind)]
    said += [str(getattr(one, "label", one.proto)) for kind in labels for one in at.get(kind)]
    said += [one.proto.label for one in at.get("page_link")]
    said += [frame.value.to_csv() for kind in (at.dataframe, at.table) for frame in kind]
    said += [one.proto.json for one in at.get("bidi_component") if "says" in str(one.proto)]
    return "\n".join(said)


def test_no_place_shows_a_code(app: App, filled: Path) -> None:
    for place in ("home", "review", "exam", "progress", "your_data"):
        assert not CODE.search(read(app(f"places/{place}/page.py", learner="Ada"))), place
    at = app("places/review/page.py", learner="Ada")
    press(at, "certain")
    assert not CODE.search(read(at))
    at = app("places/progress/page.py", learner="Ada")
    assert not CODE.search(read(press(at, "Undo the last answer")))


def test_no_exam_shows_a_code(app: App, data: Path) -> None:
    at = app(exam=Paper(7, ("2.q2a", "2.q1a.x1", "99.q1")).code)
    at.switch_page("places/exam/page.py").run()
    assert not CODE.search(read(at))
    at.button(key="exam.begin-paper").click().run()
    assert not CODE.search(read(at))
    at.button(key="exam.hand-in").click().run()
    at.button(key="exam.hand-in-open").click().run()
    assert [one.label for one in at.expander if "·" in one.label] == [
        "1 · Linear regression and least squares, question 3 of 6 · 0 of 1",
        "2 · Linear regression and least squares, exercise 1 of 1 · 0 of 1",
    ]
    assert not CODE.search(read(at))


@pytest.mark.parametrize("id", TITLES)
def test_no_topic_page_shows_a_code(app: App, filled: Path, id: str) -> None:
    at = turned(app(PAGE, learner="Ada"), id)
    assert not at.exception
    assert not CODE.search(read(at))
