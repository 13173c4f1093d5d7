"""The question card: every kind of check, from the question to the saved marks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from engine.content.topic import ExperimentText, Predict, Topic
from engine.quiz import record, schedule
from engine.quiz.bank import Exact, Misconception, Question, RubricPoint
from engine.quiz.drills import DRILLS, draw, printed
from engine.quiz.store.faults import Full
from engine.quiz.store.rows import Attempt
from engine.quiz.store.store import Store
from pages.widgets.cards import clock as cards_clock
from pages.widgets.shell import standing
from pages.widgets.shell import store as page_store

Card = Callable[..., AppTest]
TOPIC = "linear_regression"
WORDS = Question(
    id="2.q1a",
    topic=TOPIC,
    section="2.2",
    check="keypoints",
    level=1,
    ask="What is the SSE, with $m$ points?",
    hint="Read the letters from right to left.",
    answer="The sum of squared errors: take each **residual**, square it, and add up over all points.",
    points=(
        RubricPoint("uses the residual", 2, ("residual",)),
        RubricPoint("squares it", 2, ("square",)),
        RubricPoint("adds over all points", 1, ("sum", "add & all")),
    ),
    misconceptions=(Misconception("SSE is the mean squared error", "That divides by m."),),
    settles="sse",
)
EXACT = replace(WORDS, points=(), misconceptions=(), settles="")
NUMBER = replace(EXACT, id="3.q2", check="numeric", exact=Exact("numeric", value=(9.5,), tolerance=0.01, unit="metres"))
SHAPE = replace(EXACT, id="2.q2c", check="shape", exact=Exact("shape", accepts=("(m, n)", "m x n")))
FORMULA = replace(EXACT, id="4.q4", check="symbolic", exact=Exact("symbolic", expression="n", names=("n",)))
CHOICE = replace(EXACT, id="2.q3a", check="choice", exact=Exact("choice", options=("$a$", "$b$", "$c$"), correct=(1,)))
SEVERAL = replace(CHOICE, id="6.q5", exact=Exact("choice", options=("one", "two", "three"), correct=(0, 2)))
SELF = replace(WORDS, id="5.q1", check="self")
SCRIPT = """
import streamlit as st
from pages.widgets.cards import question
question.show(st.session_state["test.question"], st.session_state["test.topic"])
"""


LATE = f"""{SCRIPT}
from pages.widgets.cards import attempt
late = st.session_state.pop("test.late", None)
if late is not None:
    attempt.draft(question.task_of(st.session_state["test.question"]), late)
    st.rerun()
"""


@pytest.fixture
def card() -> Card:
    """Return a function that draws the card of a question in a session of its own."""

    def drawn(question: Question = WORDS) -> AppTest:
        text = ExperimentText("sse", "Drag the line", "", "", "", Predict("", ("a", "b"), 0, ""))
        at = AppTest.from_string(SCRIPT, default_timeout=20)
        at.session_state["test.question"] = question
        at.session_state["test.topic"] = Topic(
            TOPIC, "machine_learning", "Lines", "", ("2",), {}, 30, (), (), (), {"sse": text}, (question,), (), ()
        )
        return at.run()

    return drawn


def said(at: AppTest) -> str:
    return "\n".join(one.value for kind in (at.markdown, at.caption, at.text, at.code, at.latex) for one in kind)


def press(at: AppTest, label: str) -> AppTest:
    return next(one for one in at.button if one.label == label).click().run()


def labels(at: AppTest) -> list[str]:
    return [one.label for one in at.button]


def sure(at: AppTest, level: int, which: int = 0) -> AppTest:
    return at.get("button_group")[which].set_value(level).run()


def answer(at: AppTest, text: str, level: int = 3) -> AppTest:
    """Type, say how sure, lock."""
    (at.text_area or at.text_input)[0].set_value(text).run()
    return press(sure(at, level), "Lock answer")


def log(data: Path) -> list[Any]:
    with Store.open(data / "grimoire.db") as store:
        return store.attempts(1)


# --- free text -------------------------------------------------------------------------------------------------


def test_nothing_is_revealed_before_the_lock(card: Card) -> None:
    at = card()
    assert not at.exception
    assert "What is the SSE" in said(at)
    for later in (WORDS.hint, "The sum of squared errors", "uses the residual", "mean squared", "Drag the line"):
        assert later not in said(at)
    assert "Missed" not in labels(at)


@pytest.mark.parametrize("question", [WORDS, SELF])
def test_free_text_from_the_answer_to_the_marks(card: Card, data: Path, question: Question) -> None:
    at = card(question)
    press(at, "Hint")
    assert WORDS.hint in said(at)
    answer(at, "Square every residual.", 4)
    assert not at.exception
    saved = log(data)
    assert [(one.question, one.answer, one.confidence, one.hint_used) for one in saved] == [
        (question.id, "Square every residual.", 4, True)
    ]
    assert saved[0].recalled is None  # in the log before the reveal is judged
    assert saved[0].fingerprint == question.fingerprint
    assert "Square every residual." in [one.value for one in at.code]
    assert question.answer in said(at)
    assert "[Drag the line](#experiment-sse)" in said(at)
    assert [box.label for box in at.checkbox] == ["uses the residual", "squares it", "adds over all points"]
    assert [box.value for box in at.checkbox] == [False, False, False]  # unticked until the learner decides
    at.checkbox[1].check().run()
    press(at, "Recalled")
    assert "Saved: recalled." in said(at)
    assert (log(data)[0].recalled, log(data)[0].marks) == (True, {"points": [False, True, False]})
    press(at, "Missed")  # a change of mind
    assert log(data)[0].recalled is False
    assert len(log(data)) == 1


def test_the_machines_advice_stands_beside_each_point_in_words(card: Card, data: Path) -> None:
    at = answer(card(), "The residual of each point, squared.")
    advice = log(data)[0].machine["points"]
    assert [point for point, _, _ in advice] == [0, 1, 2]
    assert all(state in ("present", "absent", "cannot tell") for _, state, _ in advice)
    for _, state, span in advice:
        assert state in said(at)
        assert span in "The residual of each point, squared."
        assert not span or f"“{span}”" in [one.value for one in at.text]


def test_where_no_words_were_found_the_card_says_that_and_not_that_the_point_is_missing(card: Card, data: Path) -> None:
    at = answer(card(), "You look how big each gap is, make all of them count alike and see what it comes to.")
    assert [(state, span) for _, state, span in log(data)[0].machine["points"]] == [("cannot tell", "")] * 3
    assert "no words found" in said(at)
    assert "I found no words for any point." in said(at)
    assert ":absent" not in said(at)


def test_where_learner_and_machine_differ_the_card_says_how_often_they_agreed(card: Card, data: Path) -> None:
    machine = {"points": [[0, "present", ""], [1, "absent", ""]]}
    with Store.open(data / "grimoire.db") as store:
        noor = store.add_learner("Noor").id  # the page goes on with the only learner there is
        for i in range(6):
            one = store.add_attempt(f"k{i}", noor, TOPIC, "2.q3a", "f", "a", machine, 3, False, 1.0)
            store.add_marks(one.id, {"points": [True, i < 2]}, True)
    page_store.close()
    at = answer(card(), "The residual of each point, squared and nothing more than that.")
    assert [state for _, state, _ in log(data)[-1].machine["points"]] == ["present", "present", "absent"]
    assert "So far you and the machine" not in said(at)  # no box is ticked yet: nothing differs
    at.checkbox[2].check().run()
    assert (
        "So far you and the machine agreed on 10 of 12 points; where it said “absent” you disagreed 2 of 6 times."
    ) in said(at)
    at.checkbox[0].check().run()
    at.checkbox[1].check().run()
    at.checkbox[2].uncheck().run()
    press(at, "Recalled")
    assert "So far you and the machine" not in said(at)  # they agree
    at.checkbox[0].uncheck().run()
    assert "agreed on 12 of 15 points; where it said “present” you disagreed 1 of 8 times." in said(at)


def test_after_the_reveal_the_answer_cannot_be_edited(card: Card) -> None:
    at = answer(card(), "Squares.")
    assert not at.text_area
    assert "Lock answer" not in labels(at)


def test_try_again_is_a_fresh_attempt(card: Card, data: Path) -> None:
    at = press(answer(card(), "Squares."), "Missed")
    press(at, "Try again")
    assert at.text_area[0].value == ""
    assert at.get("button_group")[0].value in (None, [])
    answer(at, "Residuals squared, added up.", 2)
    press(at, "Recalled")
    assert [(one.answer, one.confidence, one.recalled) for one in log(data)] == [
        ("Squares.", 3, False),
        ("Residuals squared, added up.", 2, True),
    ]
    assert "Earlier answers (1)" in [one.label for one in at.expander]


def test_a_lock_without_answer_or_confidence_says_what_is_missing(card: Card, data: Path) -> None:
    at = press(card(), "Lock answer")
    assert "There is no answer to lock yet." in said(at)
    at.text_area[0].set_value("   \n ").run()
    press(sure(at, 1), "Lock answer")
    assert "There is no answer to lock yet." in said(at)
    at = card()
    at.text_area[0].set_value("Squares.").run()
    assert "Say how sure you are" in said(press(at, "Lock answer"))
    assert at.text_area[0].value == "Squares."
    assert log(data) == []


def test_two_sessions_with_one_key_save_one_row(card: Card, data: Path) -> None:
    at, other = card(), card()
    key = at.session_state["question.2.q1a.card"].key
    other.session_state["question.2.q1a.card"].key = key
    answer(at, "Squares.")
    answer(other.run(), "Squares.")
    assert len(log(data)) == 1


# --- drafts, and coming back -----------------------------------------------------------------------------------


def test_a_draft_comes_back_after_a_restart_and_goes_with_the_answer(card: Card, data: Path) -> None:
    card().text_area[0].set_value("Half a thou").run()
    page_store.close()  # the app ends; the next session has nothing but the file
    at = card()
    assert at.text_area[0].value == "Half a thou"
    assert "is back" in said(at)
    answer(at, "A whole thought.")
    with Store.open(data / "grimoire.db") as store:
        assert store.drafts(1) == {}


def test_an_answer_that_was_not_marked_waits_for_its_marks(card: Card, data: Path) -> None:
    answer(card(), "Squares.")
    page_store.close()
    at = card()
    assert not at.text_area
    assert "Squares." in [one.value for one in at.code]
    press(at, "Missed")
    assert [one.recalled for one in log(data)] == [False]
    assert card().text_area  # once marked, the next session asks again


def test_an_edited_question_is_asked_again(card: Card) -> None:
    answer(card(), "Squares.")
    at = card(replace(WORDS, ask="What is the SSE, really?"))
    assert at.text_area
    at.expander[0].proto  # noqa: B018  (the earlier answer is listed)
    assert "Earlier answers (1)" in [one.label for one in at.expander]


def test_what_the_session_knows_survives_a_visit_to_another_page(card: Card) -> None:
    at = card()
    at.text_area[0].set_value("Half a thou").run()
    shown = at.session_state["test.question"]
    at.session_state["test.question"] = NUMBER
    at.run()
    at.session_state["test.question"] = shown
    assert at.run().text_area[0].value == "Half a thou"


# --- exact checks ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        (NUMBER, "9.5", "8"),
        (SHAPE, "m x n", "(n, m)"),
        (FORMULA, "n", "n + 1"),
    ],
)
def test_an_exact_answer_is_checked_and_the_machine_proposes(
    card: Card, data: Path, question: Question, right: str, wrong: str
) -> None:
    at = answer(card(question), right)
    assert not at.exception
    assert "right" in said(at)
    assert log(data)[0].machine["correct"] is True
    assert log(data)[0].recalled is None  # proposed, not decided
    press(at, "Recalled")
    press(at, "Try again")
    answer(at, wrong)
    assert "not right" in said(at)
    assert log(data)[1].machine["correct"] is False
    assert question.answer in said(at)


def test_the_unit_is_shown(card: Card) -> None:
    assert "metres" in card(NUMBER).text_input[0].label


def test_a_formula_is_shown_as_it_is_read(card: Card) -> None:
    at = card(FORMULA)
    at.text_input[0].set_value("2n**3").run()
    assert "n^{3}" in at.latex[0].value
    at.text_input[0].set_value("2n**").run()
    assert not at.exception
    assert not at.latex
    assert at.text


@pytest.mark.parametrize(
    ("question", "text", "read"),
    [
        (NUMBER, "9,5 m", "Read as 9.5 metres"),
        (NUMBER, "9,500", "Read as 9500 or 9.5"),
        (NUMBER, "minus 950 cm", "Read as -9.5 metres"),
        (NUMBER, "half of 19", "“half” changes the number in “half of 19”"),
        (SHAPE, "mXn", "Read as (m, n)"),
        (SHAPE, "it isn't m x n", "This says what the shape is not"),
    ],
)
def test_numbers_and_shapes_are_shown_as_they_are_read(
    card: Card, data: Path, question: Any, text: str, read: str
) -> None:
    at = card(question)
    assert "Here you will see how the" in said(at)
    at.text_input[0].set_value(text).run()
    assert read in said(at)
    assert at.text_input[0].value == text
    assert log(data) == []


def test_a_refusal_costs_no_attempt_and_keeps_what_was_typed(card: Card, data: Path) -> None:
    at = answer(card(NUMBER), "more than 9.5")
    assert "“more” changes the number" in said(at)
    assert (at.text_input[0].value, log(data)) == ("more than 9.5", [])
    answer(at, "9.5")
    assert [one.machine["correct"] for one in log(data)] == [True]


def test_a_choice_is_one_of_its_options_in_an_order_of_its_own(card: Card, data: Path) -> None:
    at = card(CHOICE)
    assert [option[:3] for option in at.radio[0].options] == ["a) ", "b) ", "c) "]
    assert sorted(option[3:] for option in at.radio[0].options) == ["$a$", "$b$", "$c$"]
    assert at.radio[0].value is None
    at.radio[0].set_value(1).run()
    press(sure(at, 2), "Lock answer")
    assert log(data)[0].answer == "$b$"
    assert log(data)[0].machine["correct"] is True
    assert "- $b$" in said(at)  # our own option: rendered


def test_several_options_may_hold(card: Card, data: Path) -> None:
    at = card(SEVERAL)
    for box in at.checkbox:
        if not box.label.endswith(") two"):
            box.check()
    at.run()
    press(sure(at, 2), "Lock answer")
    assert log(data)[0].answer == "one\nthree"
    assert log(data)[0].machine["correct"] is True


def test_a_choice_that_is_not_locked_is_back_after_a_restart(card: Card, data: Path) -> None:
    at = card(CHOICE)
    at.radio[0].set_value(2).run()
    page_store.close()
    assert card(CHOICE).radio[0].value == 2
    at = card(SEVERAL)
    for box in at.checkbox:
        if box.label.endswith(") three"):
            box.check()
    at.run()
    page_store.close()
    assert [box.label[3:] for box in card(SEVERAL).checkbox if box.value] == ["three"]


def test_a_typical_mistake_in_a_drill_is_told_in_formulas(card: Card) -> None:
    at = card(replace(WORDS, drills=("discounted_return",)))
    press(at, "Practise with fresh numbers")
    seed = at.session_state["question.2.q1a.drill.open"]
    wrong, says = draw("discounted_return", seed).traps[0]
    at.text_input[0].set_value(", ".join(map(repr, wrong))).run()
    sure(at, 3, which=1)
    assert any(one.value.startswith(says) for one in at.markdown)


def test_an_extra_exact_part_is_graded_and_logged_apart(card: Card, data: Path) -> None:
    at = card(replace(WORDS, exact=Exact("numeric", ask="How much is 1 + 4?", value=(5.0,))))
    assert "How much is" not in said(at)
    press(at, "Answer the exact part")
    assert "How much is 1 + 4?" in said(at)
    at.text_input[0].set_value("5").run()
    sure(at, 4, which=1)
    assert [(one.question, one.machine["correct"], one.confidence) for one in log(data)] == [("2.q1a~exact", True, 4)]
    assert at.text_area  # the question itself is still open
    assert "open" not in said(at)
    with Store.open(data / "grimoire.db") as store:
        assert standing.topic_progress(TOPIC, ("2.q1a",), store.progress(1)).answered == 0


def test_a_refused_exact_part_can_be_checked_again_at_the_same_confidence(card: Card, data: Path) -> None:
    at = card(replace(WORDS, exact=Exact("numeric", ask="How much is 1 + 4?", value=(5.0,))))
    press(at, "Answer the exact part")
    at.text_input[0].set_value("five").run()
    sure(at, 4, which=1)
    assert log(data) == []
    assert at.text_input[0].value == "five"
    at.text_input[0].set_value("5").run()
    sure(at, 4, which=1)
    assert len(log(data)) == 1


# --- refused, and hostile --------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["x" * 20_001, "word " * 200_000], ids=["one too many", "1 MB"])
def test_what_is_too_long_is_refused_in_words_and_kept_on_screen(card: Card, data: Path, text: str) -> None:
    at = answer(card(), text)
    assert not at.exception
    assert "20,000" in said(at)
    assert at.text_area[0].value == text
    assert log(data) == []


def test_exactly_twenty_thousand_characters_are_an_answer(card: Card, data: Path) -> None:
    at = answer(card(), "é" * 20_000)
    assert not at.exception
    assert len(log(data)[0].answer) == 20_000


@pytest.mark.parametrize("text", ["__import__('os')", "9**9**9", "n.__class__", "n" * 20_001, "lambda: 0", "\x00"])
def test_a_hostile_formula_is_refused_in_words(card: Card, data: Path, text: str) -> None:
    at = answer(card(FORMULA), text)
    assert not at.exception
    assert at.text_input
    assert at.text
    assert log(data) == []


HOSTILE = (
    "# Title **bold** [link](javascript:alert(1)) ![image](http://e.vil/x.png)",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "$\\frac{$ $$\\href{javascript:alert(1)}{x}$$ :material/home: :red[red]",
    "nul \x00 bell \x07 escape \x1b[31m",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_text_and_kept_exactly(card: Card, data: Path, text: str) -> None:
    at = press(answer(card(), text), "Missed")
    assert not at.exception
    assert log(data)[0].answer == text
    assert not any("alert(1)" in one.value or "e.vil" in one.value for one in at.markdown)
    assert any(one.value.startswith(text[:4]) for one in at.code)
    assert all(one.language in (None, "", "plaintext") for one in at.code)
    press(at, "Try again")
    assert not at.exception


def test_lone_surrogates_from_the_log_are_shown_as_the_replacement_sign(card: Card, data: Path) -> None:
    card()
    with Store.open(data / "grimoire.db") as store:
        store.add_attempt("k", 1, TOPIC, "2.q1a", WORDS.fingerprint, "a\ud800b", {"correct": None}, 3, False, 1.0)
    at = card()
    assert not at.exception
    assert "a�b" in [one.value for one in at.code]


# --- no store, or a store that fails ---------------------------------------------------------------------------


def test_without_a_store_the_card_still_grades_and_says_that_nothing_is_kept(card: Card, data: Path) -> None:
    (data / "grimoire.db").write_bytes(b"my diary")
    at = card(NUMBER)
    assert "nothing is kept" in said(at)
    assert "not a Living Grimoire database" in said(at)
    answer(at, "9.5")
    assert "right" in said(at)
    press(at, "Recalled")
    assert "Noted, not saved: recalled." in said(at)
    assert (data / "grimoire.db").read_bytes() == b"my diary"


def test_an_answer_that_cannot_be_saved_is_not_revealed_and_not_lost(
    card: Card, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = card()

    def full(self: Store, *_: object, **__: object) -> None:
        raise Full(self.path, 0)

    with monkeypatch.context() as broken:
        broken.setattr(Store, "add_attempt", full)
        answer(at, "Squares.")
        assert not at.exception
        assert "Your answer is not saved." in said(at)
        assert "0 bytes free" in said(at)
        assert at.text_area[0].value == "Squares."
        assert WORDS.answer not in said(at)
    press(at, "Lock answer")  # room was made
    assert [one.answer for one in log(data)] == ["Squares."]


def test_the_learner_may_look_without_saving(card: Card, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = card()

    def full(self: Store, *_: object, **__: object) -> None:
        raise Full(self.path, 0)

    monkeypatch.setattr(Store, "add_attempt", full)
    answer(at, "Squares.")
    press(at, "Reveal without saving")
    assert WORDS.answer in said(at)
    press(at, "Missed")
    assert "Noted, not saved: missed." in said(at)


def test_marks_that_cannot_be_saved_say_so(card: Card, monkeypatch: pytest.MonkeyPatch) -> None:
    at = answer(card(), "Squares.")

    def full(self: Store, *_: object, **__: object) -> None:
        raise Full(self.path, 0)

    monkeypatch.setattr(Store, "add_marks", full)
    press(at, "Recalled")
    assert not at.exception
    assert "Your marks are not saved." in said(at)
    assert "Saved: recalled." not in said(at)


# --- drills ----------------------------------------------------------------------------------------------------


def test_a_drill_draws_fresh_numbers_and_is_logged_with_its_seed(card: Card, data: Path) -> None:
    at = press(card(replace(WORDS, drills=("sse_of_table",))), "Practise with fresh numbers")
    seed = at.session_state["question.2.q1a.drill.open"]
    drill = draw("sse_of_table", seed)
    assert drill.ask in said(at)
    at.text_input[0].set_value(f"{drill.exact.value[0]:g}").run()
    sure(at, 3, which=1)
    one = log(data)[0]
    assert (one.question, one.machine["correct"], one.machine["seed"]) == ("2.q1a~drill", True, seed)
    assert drill.steps in said(at)
    press(at, "Fresh numbers")
    assert at.session_state["question.2.q1a.drill.open"] != seed
    assert at.text_input[0].value == ""
    at.text_input[0].set_value("-1").run()
    sure(at, 3, which=1)
    assert [one.machine["correct"] for one in log(data)] == [True, False]
    assert "not right" in said(at)
    assert at.text_area  # the question itself is still open


# --- what is missing is said and stays said ---------------------------------------------------------------------


@pytest.mark.parametrize("question", [WORDS, SHAPE])
def test_what_is_missing_stays_said_when_the_same_text_arrives_late(card: Card, data: Path, question: Question) -> None:
    """The page tells the draft a second after the last key, so it may come behind the press on Lock."""
    at = AppTest.from_string(LATE, default_timeout=20)
    at.session_state["test.question"] = question
    at.session_state["test.topic"] = card(question).session_state["test.topic"]
    at.run()
    (at.text_area or at.text_input)[0].set_value("(m, n)")
    at = press(at, "Lock answer")  # text and press arrive together
    assert "Say how sure you are" in said(at)
    at.session_state["test.late"] = "(m, n)"
    assert "Say how sure you are" in said(at.run())
    at.session_state["test.late"] = "(m, n) and more"
    assert "Say how sure you are" not in said(at.run())  # another text: nobody has pressed yet
    assert not log(data)


# --- time -------------------------------------------------------------------------------------------------------


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return a list whose one element is the time, s."""
    now = [1_000.0]
    monkeypatch.setattr(cards_clock.time, "monotonic", lambda: now[0])
    return now


def test_time_runs_from_when_a_question_is_shown(card: Card, data: Path, clock: list[float]) -> None:
    at = card()
    clock[0] += 40  # read and thought
    at.text_area[0].set_value("Squares.").run()
    clock[0] += 10
    sure(at, 3)
    clock[0] += 5
    press(at, "Lock answer")
    assert log(data)[0].seconds == pytest.approx(55)


def test_nobody_there_is_no_time(card: Card, data: Path, clock: list[float]) -> None:
    at = card()
    clock[0] += 40
    at.text_area[0].set_value("Squares.").run()
    clock[0] += 3 * 3600
    press(sure(at, 3), "Lock answer")
    assert 40 <= log(data)[0].seconds <= 40 + cards_clock.AWAY_S


def test_time_survives_a_reload(card: Card, data: Path, clock: list[float]) -> None:
    at = card()
    clock[0] += 40
    at.text_area[0].set_value("Squares.").run()
    clock[0] += 3600  # the page is gone
    at = card()
    clock[0] += 20
    press(sure(at, 3), "Lock answer")
    assert log(data)[0].seconds == pytest.approx(60)


def test_a_drill_takes_the_time_from_its_numbers_to_the_press(card: Card, data: Path, clock: list[float]) -> None:
    question = replace(NUMBER, drills=tuple(DRILLS)[:1])
    at = card(question)
    clock[0] += 100  # at the question
    press(at, "Practise with fresh numbers")
    clock[0] += 30
    drill = draw(question.drills[0], at.session_state[f"question.{question.id}.drill.open"])
    at.text_input[-1].set_value(printed(drill.exact))
    sure(at, 3, -1)
    (one,) = log(data)
    assert one.question.endswith("~drill")
    assert one.seconds == pytest.approx(30)


def test_of_two_questions_that_stand_open_one_gets_the_time(card: Card, data: Path, clock: list[float]) -> None:
    question = replace(NUMBER, drills=tuple(DRILLS)[:1])
    at = press(card(question), "Practise with fresh numbers")
    clock[0] += 60
    drill = draw(question.drills[0], at.session_state[f"question.{question.id}.drill.open"])
    at.text_input[-1].set_value(printed(drill.exact))
    at = sure(at, 3, -1)
    clock[0] += 7
    at.text_input[0].set_value("9.5")
    press(sure(at, 3), "Lock answer")
    assert sorted(one.seconds for one in log(data)) == pytest.approx([7, 60])


# --- recalled without a tick -------------------------------------------------------------------------------------


def test_recalled_with_no_point_ticked_is_asked_back_in_one_sentence(card: Card, data: Path) -> None:
    at = press(answer(card(), "Squares."), "Missed")
    assert "recalled all the same?" not in said(at)
    press(at, "Recalled")
    assert said(at).count("No point ticked, recalled all the same? Your word counts.") == 1
    assert log(data)[0].recalled is True
    at.checkbox[0].check().run()
    assert "recalled all the same?" not in said(at)


def test_a_check_that_found_it_right_needs_no_tick(card: Card) -> None:
    at = press(answer(card(replace(NUMBER, points=WORDS.points)), "9.5"), "Recalled")
    assert "recalled all the same?" not in said(at)


# --- two windows -----------------------------------------------------------------------------------------------


def rows_of(data: Path) -> list[Attempt]:
    with Store.open(data / "grimoire.db") as store:
        return store.attempts(1, undone=True)


def counted(data: Path) -> list[Attempt]:
    """Return the answers that count for the schedule, and what Progress says of confidence alike."""
    rows = [one for one in rows_of(data) if schedule.counts(one)]
    assert sum(record.told(one) is not None for one in rows_of(data)) == len(rows)
    return rows


@pytest.mark.parametrize("first", ["Missed", "Recalled", None])
def test_the_second_window_is_told_and_counts_as_no_recall(card: Card, data: Path, first: str | None) -> None:
    one, two = card(), card()
    answer(one, "Residuals.")
    if first:
        press(one, first)
    before = [row.outcome for row in counted(data)]
    answer(two, "Each residual is squared and added up over all points.", 4)
    assert "answered in another window" in said(two)
    assert "squared and added up" in said(two)  # what was typed is there
    assert not {"Missed", "Recalled"} & set(labels(two))
    assert [row.outcome for row in counted(data)] == before
    assert [row.question for row in rows_of(data)] == ["2.q1a", "2.q1a~seen"]
    assert "Each residual is squared and added up over all points." in [row.answer for row in rows_of(data)]
    with Store.open(data / "grimoire.db") as store:
        assert store.progress(1)["2.q1a"].last_outcome == (
            {"Missed": False, "Recalled": True}[first] if first else None
        )
        assert store.drafts(1) == {}


def test_an_exact_answer_of_the_second_window_does_not_count(card: Card, data: Path) -> None:
    one, two = card(NUMBER), card(NUMBER)
    answer(one, "3")
    answer(two, "9.5")
    assert "answered in another window" in said(two)
    assert [row.outcome for row in counted(data)] == [False]


def test_an_answer_that_was_taken_back_was_seen_all_the_same(card: Card, data: Path) -> None:
    one, two = card(NUMBER), card(NUMBER)
    answer(one, "3")
    with Store.open(data / "grimoire.db") as store:
        store.undo_last(1)
    answer(two, "9.5")
    assert counted(data) == []


def test_another_try_counts_again_and_one_window_counts_as_ever(card: Card, data: Path) -> None:
    one, two = card(NUMBER), card(NUMBER)
    answer(one, "3")
    press(answer(two, "9.5"), "Try again")
    answer(two, "9.4")
    assert "another window" not in said(two)
    assert [row.answer for row in counted(data)] == ["3", "9.4"]
    press(press(one, "Missed"), "Try again")
    answer(one, "9.5")
    assert [row.answer for row in counted(data)] == ["3", "9.4", "9.5"]
    assert "another window" not in said(one)


def test_other_questions_and_other_learners_are_no_other_window(card: Card, data: Path) -> None:
    one, two = card(NUMBER), card(SHAPE)
    with Store.open(data / "grimoire.db") as store:
        ben = store.add_learner("Ben").id
        store.add_attempt("k", ben, TOPIC, SHAPE.id, "f", "x", {"correct": True}, 3, False, 1.0)
    answer(one, "9.5")
    answer(two, "(m, n)")
    assert "another window" not in said(two)
    assert len(counted(data)) == 2
