"""The exam: drawn, sat without feedback, handed in once, and its result."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engine.quiz import exam
from engine.quiz.exam import Paper
from engine.quiz.store.faults import Full
from engine.quiz.store.store import Store
from pages.widgets.cards import clock
from pages.widgets.shell import store as page_store

App = Callable[..., AppTest]
PAGE = "places/exam/page.py"
PAPER = Paper(7, ("2.q1a", "2.q2a", "2.q1a.x1"))


def going(at: AppTest, data: Path) -> str:
    with Store.open(data / "grimoire.db") as store:
        kept = store.setting(1, "exam")
    assert isinstance(kept, dict)
    return f"exam.{kept['key'][:8]}"


def opened(app: App, code: str) -> AppTest:
    at = app(PAGE)
    at.query_params["exam"] = code
    at.run()
    begins = [one for one in at.button if one.key == "exam.begin-paper"]
    return begins[0].click().run() if begins else at


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


def test_a_link_begins_nothing_by_itself(app: App, data: Path) -> None:
    at = app(PAGE)
    at.query_params["exam"] = PAPER.code
    assert not at.run().text_area
    with Store.open(data / "grimoire.db") as store:
        assert store.setting(1, "exam") is None


def test_another_paper_s_link_leaves_the_exam_under_way_alone(app: App, data: Path) -> None:
    at = opened(app, PAPER.code)
    root = going(at, data)
    at.text_area(key=f"{root}.0.answer").set_value("half an answer").run()
    other = app(PAGE)
    other.query_params["exam"] = "9.2-q1b"
    other.run()
    assert "not handed in another exam" in said(other)
    other.button(key="exam.go-on").click().run()
    assert other.text_area(key=f"{root}.0.answer").value == "half an answer"
    other.query_params["exam"] = "9.2-q1b"
    other.run().button(key="exam.begin-paper").click().run()
    assert going(other, data) != root
    with Store.open(data / "grimoire.db") as store:
        assert store.drafts(1) == {}  # that one was given up


def test_the_draft_on_the_topic_s_own_page_stays(app: App, data: Path) -> None:
    at = opened(app, PAPER.code)
    with Store.open(data / "grimoire.db") as store:
        store.save_draft(1, "2.q1a", "my long draft")
    at.button(key="exam.hand-in").click().run()
    at.button(key="exam.hand-in-open").click().run()
    with Store.open(data / "grimoire.db") as store:
        assert store.draft(1, "2.q1a") == "my long draft"


def test_all_answers_are_saved_or_none(app: App, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(app, PAPER.code)
    fill(at, going(at, data))

    def full(self: Store, answers: object) -> None:
        raise Full(self.path, 0)

    with monkeypatch.context() as broken:
        broken.setattr(Store, "add_attempts", full)
        at.button(key="exam.hand-in").click().run()
    assert not at.exception
    assert "Nothing is handed in." in said(at)
    with Store.open(data / "grimoire.db") as store:
        assert store.attempts(1) == []
    at.button(key="exam.hand-in").click().run()
    with Store.open(data / "grimoire.db") as store:
        assert len(store.attempts(1)) == 3


def test_a_second_window_is_told_that_the_first_handed_it_in(app: App, data: Path) -> None:
    first, second = opened(app, PAPER.code), opened(app, PAPER.code)
    root = going(first, data)
    fill(first, root)
    fill(second, root)
    second.text_input(key=f"{root}.1.answer").set_value("(m,)").run()
    first.button(key="exam.hand-in").click().run()
    second.button(key="exam.hand-in").click().run()
    assert "handed in before" in said(second)
    with Store.open(data / "grimoire.db") as store:
        assert [one.answer for one in store.attempts(1)][1] == "(n,)"
        assert store.setting(1, "exam") is None


def test_confidence_outlasts_a_restart(app: App, data: Path) -> None:
    at = opened(app, PAPER.code)
    root = going(at, data)
    at.segmented_control(key=f"{root}.1.sure").set_value(4).run()
    page_store.close()
    assert opened(app, PAPER.code).segmented_control(key=f"{root}.1.sure").value == 4


def test_time_outlasts_a_restart(app: App, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From when the paper is shown to what is done to each question; what is typed before a reload counts after it."""
    now = [1_000.0]
    monkeypatch.setattr(clock.time, "monotonic", lambda: now[0])
    at = opened(app, PAPER.code)
    root = going(at, data)
    for place, (kind, text, taken) in enumerate((("text_area", "Squares", 50), ("text_input", "(n,)", 20))):
        now[0] += taken
        getattr(at, kind)(key=f"{root}.{place}.answer").set_value(text).run()
    now[0] += 5
    at.segmented_control(key=f"{root}.1.sure").set_value(4).run()
    page_store.close()
    now[0] += 5_000  # nobody was there
    at = opened(app, PAPER.code)
    now[0] += 30
    at.text_input(key=f"{root}.2.answer").set_value("5").run()
    now[0] += 10_000  # nor now
    for place in (0, 2):
        at.segmented_control(key=f"{root}.{place}.sure").set_value(3).run()
    at.button(key="exam.hand-in").click().run()
    assert not at.exception
    with Store.open(data / "grimoire.db") as store:
        seconds = {one.question: one.seconds for one in store.attempts(1)}
    assert seconds == {
        "2.q1a": pytest.approx(50 + clock.AWAY_S),
        "2.q2a": pytest.approx(25),
        "2.q1a.x1": pytest.approx(30),
    }


def test_odd_rows_in_the_log_break_nothing(app: App, data: Path) -> None:
    app()
    page_store.close()
    with Store.open(data / "grimoire.db") as store:
        for number, machine in enumerate(
            (
                {"exam": {"sitting": "a" * 20, "paper": PAPER.code, "place": 0}},
                {"exam": {"sitting": "a" * 20 + "b", "paper": PAPER.code, "place": 0}},
                {"exam": {"sitting": "c", "paper": PAPER.code, "place": 1e400}},
                {"exam": {"sitting": "d", "paper": 7, "place": 0}},
                {"exam": 3},
            )
        ):
            with contextlib.suppress(ValueError):
                one = store.add_attempt(f"k{number}", 1, "linear_regression", "2.q1a", "f", "x", machine, 2, False, 1.0)
                store.add_marks(one.id, {"points": 5}, True)
    at = app(PAGE)
    assert not at.exception
    at.button(key="exam.open." + "a" * 20).click().run()
    assert not at.exception


def test_giving_up_forgets_the_sitting_and_saves_nothing(app: App, data: Path) -> None:
    at = opened(app, PAPER.code)
    at.text_area(key=f"{going(at, data)}.0.answer").set_value("half an answer").run()
    at.button(key="exam.give-up").click().run()
    assert "exam" not in at.query_params
    with Store.open(data / "grimoire.db") as store:
        assert (store.attempts(1), store.drafts(1), store.setting(1, "exam")) == ([], {}, None)


def test_links_that_carry_nothing_are_refused_in_words(app: App) -> None:
    assert "carries no exam" in said(opened(app, "nonsense"))
    at = app(PAGE)
    at.query_params["exam"] = "7.99-q1.2-q1a"
    assert "This paper has 1 question that this book does not have." in said(at.run())
    del at.query_params["exam"]
    at.query_params["sitting"] = "nobody"
    assert "no such exam" in said(at.run())


def test_without_a_store_the_page_says_so(app: App, data: Path) -> None:
    (data / "grimoire.db").write_bytes(b"not a database, but long enough to look at" * 40)
    assert "nothing can be kept" in said(app(PAGE))


def test_a_limit_goes_into_the_link_and_the_result_says_what_was_over(
    app: App, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = app(PAGE)
    at.number_input(key="exam.minutes").set_value(30)
    at.slider(key="exam.size").set_value(3).run()
    at.button(key="exam.begin").click().run()
    code = at.query_params["exam"]
    assert Paper.read(code if isinstance(code, str) else code[0]).minutes == 30
    assert "3 questions, 30 minutes, seed" in said(at)
    with Store.open(data / "grimoire.db") as store:
        kept = store.setting(1, "exam")
        assert isinstance(kept, dict)
        store.save_setting(1, "exam", {**kept, "begun": kept["begun"] - 31 * 60})
    later = opened(app, code if isinstance(code, str) else code[0])  # after a reload the clock has gone on
    later.button(key="exam.hand-in").click().run()
    later.button(key="exam.hand-in-open").click().run()
    assert "after 31:0" in said(later)
    assert " of 30:00, 1:0" in said(later)
    assert "Answered: 0 of 3." in said(later)


def test_a_sitting_from_before_there_was_a_clock_goes_on(app: App, data: Path) -> None:
    at = opened(app, PAPER.code)
    root = going(at, data)
    with Store.open(data / "grimoire.db") as store:
        kept = store.setting(1, "exam")
        assert isinstance(kept, dict)
        store.save_setting(1, "exam", {name: value for name, value in kept.items() if name != "begun"})
    later = opened(app, PAPER.code)
    assert not later.exception
    assert going(later, data) == root


def test_one_press_sits_it_again_unless_another_is_under_way(app: App, data: Path) -> None:
    at = opened(app, PAPER.code)
    at.button(key="exam.hand-in").click().run()
    at.button(key="exam.hand-in-open").click().run()
    key = at.query_params["sitting"]
    at.button(key="exam.again").click().run()
    assert at.text_area(key=f"{going(at, data)}.0.answer").value == ""  # it is being sat
    root = going(at, data)
    at.query_params["sitting"] = key
    at.run().button(key="exam.again").click().run()
    assert going(at, data) == root


def test_another_paper_is_asked_for_before_one_is_given_up(app: App, data: Path) -> None:
    at = opened(app, PAPER.code)
    at.button(key="exam.hand-in").click().run()
    at.button(key="exam.hand-in-open").click().run()
    key = at.query_params["sitting"]
    other = opened(app, "9.2-q1b")
    root = going(other, data)
    at.query_params["sitting"] = key
    at.run().button(key="exam.again").click().run()
    assert "not handed in another exam" in said(at)
    assert going(at, data) == root


def test_what_a_check_has_graded_asks_for_no_rubric(app: App, data: Path) -> None:
    at = opened(app, PAPER.code)
    fill(at, going(at, data))
    at.button(key="exam.hand-in").click().run()
    asked = [one.value for one in at.markdown if "Which of these points" in one.value]
    assert len(asked) == 1  # the free text


def test_missing_answers_are_linked(app: App) -> None:
    at = opened(app, PAPER.code)
    at.button(key="exam.hand-in").click().run()
    (links,) = [one.value for one in at.markdown if "Go to" in one.value]
    assert [f"(#exam-question-{number})" in links for number in (1, 2, 3, 4)] == [True, True, True, False]
    assert {one.anchor for one in at.header} >= {f"exam-question-{number}" for number in (1, 2, 3)}
    assert sum(one.value == "There is no answer yet." for one in at.text) == 3


def test_a_topic_is_not_done_because_its_questions_were_left_open(app: App, data: Path) -> None:
    from engine.content import load_topic

    ids = tuple(one.id for one in load_topic("linear_regression").questions)
    at = opened(app, Paper(3, ids).code)
    at.button(key="exam.hand-in").click().run()
    at.button(key="exam.hand-in-open").click().run()
    home = app("places/home/page.py")
    assert f"0 of {len(ids)} questions answered." in said(home) or "answered" not in said(home)
    topic = app("machine_learning/linear_regression/page.py")
    assert sum("left open" in one.label for one in topic.button if one.key.startswith("line-")) == len(ids)
    met = app(PAGE)
    met.toggle(key="exam.met").set_value(True).run()
    assert "You have answered none of these yet." in said(met)
