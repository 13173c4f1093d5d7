"""The exam: drawn, sat without feedback, handed in once, and its result."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from streamlit.testing.v1 import AppTest

from engine.quiz import exam
from engine.quiz.exam import Paper
from engine.quiz.store import Store
from pages.widgets import store as page_store

App = Callable[..., AppTest]
PAGE = "places/exam.py"
PAPER = Paper(7, ("2.q1a", "2.q2a", "2.q1a.x1"))


def going(at: AppTest, data: Path) -> str:
    with Store.open(data / "grimoire.db") as store:
        kept = store.setting(1, "exam")
    assert isinstance(kept, dict)
    return f"exam.{kept['key'][:8]}"


def opened(app: App, code: str) -> AppTest:
    at = app(PAGE)
    at.query_params["exam"] = code
    return at.run()


def said(at: AppTest) -> str:
    return " ".join(one.value for one in (*at.text, *at.markdown, *at.caption))


def fill(at: AppTest, root: str) -> None:
    at.text_area(key=f"{root}.0.answer").set_value("The squared residuals added over all points.")
    at.text_input(key=f"{root}.1.answer").set_value("(n,)")
    at.text_input(key=f"{root}.2.answer").set_value("5")
    for place in range(3):
        at.segmented_control(key=f"{root}.{place}.sure").set_value(3)
    at.run()


def test_begin_draws_a_paper_into_the_address(app: App) -> None:
    at = app(PAGE)
    at.number_input(key="exam.seed").set_value(11)
    at.slider(key="exam.size").set_value(4).run()
    at.button(key="exam.begin").click().run()
    code = at.query_params["exam"]
    paper = Paper.read(code if isinstance(code, str) else code[0])
    assert (paper.seed, len(paper.questions)) == (11, 4)
    assert not at.exception


def test_a_handed_in_paper_is_in_the_log_and_its_result_is_shown(app: App, data: Path) -> None:
    at = opened(app, PAPER.code)
    assert "Model answer" not in said(at)
    fill(at, going(at, data))
    at.button(key="exam.hand-in").click().run()
    assert not at.exception
    with Store.open(data / "grimoire.db") as store:
        (sitting,) = exam.sittings(store.attempts(1))
        assert store.setting(1, "exam") is None
        assert store.drafts(1) == {}
    assert [one.question for one in sitting.answers] == list(PAPER.questions)
    assert sitting.answers[2].machine["drill"] == "sse_of_table"
    assert at.query_params["sitting"] in (sitting.key, [sitting.key])
    assert {one.label: one.value for one in at.metric}["To mark"] == "1"
    assert "Model answer" in said(at)


def test_nothing_is_handed_in_while_something_is_missing(app: App, data: Path) -> None:
    at = opened(app, PAPER.code)
    root = going(at, data)
    at.text_input(key=f"{root}.1.answer").set_value("(n,").run()
    at.text_input(key=f"{root}.2.answer").set_value("five").run()
    at.button(key="exam.hand-in").click().run()
    assert "1 question without an answer: 1." in said(at)
    assert "Look at" in said(at)
    assert at.text_input(key=f"{root}.2.answer").value == "five"
    with Store.open(data / "grimoire.db") as store:
        assert store.attempts(1) == []


def test_left_open_counts_as_missed(app: App, data: Path) -> None:
    at = opened(app, PAPER.code)
    at.button(key="exam.hand-in").click().run()
    at.button(key="exam.hand-in-open").click().run()
    with Store.open(data / "grimoire.db") as store:
        assert [one.outcome for one in store.attempts(1)] == [False] * 3
    assert {one.label: one.value for one in at.metric} == {"Score": "0 of 3"}
    at.button(key="exam.missed").click().run()
    code = at.query_params["exam"]
    assert set(Paper.read(code if isinstance(code, str) else code[0]).questions) == set(PAPER.questions)


def test_what_was_typed_outlasts_a_restart(app: App, data: Path) -> None:
    at = opened(app, PAPER.code)
    root = going(at, data)
    at.text_area(key=f"{root}.0.answer").set_value("half an answer").run()
    page_store.close()
    later = opened(app, PAPER.code)
    assert going(later, data) == root
    assert later.text_area(key=f"{root}.0.answer").value == "half an answer"


def test_giving_up_forgets_the_sitting_and_saves_nothing(app: App, data: Path) -> None:
    at = opened(app, PAPER.code)
    at.text_area(key=f"{going(at, data)}.0.answer").set_value("half an answer").run()
    at.button(key="exam.give-up").click().run()
    assert "exam" not in at.query_params
    with Store.open(data / "grimoire.db") as store:
        assert (store.attempts(1), store.drafts(1), store.setting(1, "exam")) == ([], {}, None)


def test_links_that_carry_nothing_are_refused_in_words(app: App) -> None:
    assert "carries no exam" in said(opened(app, "nonsense"))
    assert "not in this book and are left out: 99.q1" in said(opened(app, "7.99-q1.2-q1a"))
    at = app(PAGE)
    at.query_params["sitting"] = "nobody"
    assert "no such exam" in said(at.run())


def test_without_a_store_the_page_says_so(app: App, data: Path) -> None:
    (data / "grimoire.db").write_bytes(b"not a database, but long enough to look at" * 40)
    assert "nothing can be kept" in said(app(PAGE))
