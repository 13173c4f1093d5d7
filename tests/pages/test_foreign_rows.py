"""Rows that came from a file of elsewhere: whatever they hold, pages stand, and nothing of it is drawn as Markdown."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from engine.content.read import load_topic
from engine.quiz import drills
from engine.quiz.grading.grading import grade
from engine.quiz.store.rows import Attempt
from engine.quiz.store.store import Store
from pages.widgets.cards import attempt
from pages.widgets.shell import standing
from pages.widgets.shell import store as page_store

Open = Callable[..., AppTest]
TOPIC = "linear_regression"
VIL = "![x](http://e.vil/x.png)"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["present", VIL]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
MARK = st.tuples(st.integers(-2, 4) | JSON, st.sampled_from(["present", "absent", "unheard of"]) | JSON, JSON).map(list)
NAMES = ("correct", "points", "says", "warnings", "misconception", "drill", "seed", "ask", "review", "exam")
MACHINES = st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, JSON) | {"points": JSON | st.lists(MARK)})
MARKS = st.none() | st.fixed_dictionaries({}, optional={"points": JSON})
SCRIPT = """
import streamlit as st
from engine.content import load_topic
from pages.widgets.cards import attempt, question, reveal
one = st.session_state["one"]
topic = load_topic(one.topic)
asked = next(each for each in topic.questions if each.id == one.question)
task = question.task_of(asked)
st.session_state[task.card_key] = attempt.Card(key="0" * 32, attempt=one, grade=attempt.grade_from(one.machine))
reveal.show(asked, topic, task, st.session_state[task.card_key])
question.told(one, asked)
"""


def row(machine: dict[str, object], marks: dict[str, object] | None = None, question: str = "2.q1a") -> Attempt:
    return Attempt(
        0,
        0,
        1,
        question,
        TOPIC,
        "f",
        "Squares.",
        machine,
        marks,
        None,
        3,
        False,
        1.0,
        datetime(2026, 7, 1, tzinfo=UTC),
        False,
        "k",
    )


def rendered(at: AppTest) -> str:
    """Return everything that is drawn as Markdown."""
    kinds = (at.markdown, at.caption, at.title, at.header, at.subheader, at.checkbox, at.button)
    said = [getattr(one, "value", "") for kind in kinds for one in kind] + [one.label for one in at.checkbox]
    return "\n".join([*map(str, said), *(one.value.to_csv() for one in at.table)])


def said_as_text(at: AppTest) -> str:
    return "\n".join(one.value for one in at.text)


@given(MACHINES)
def test_any_json_is_read_as_a_grade(machine: dict[str, object]) -> None:
    found = attempt.grade_from(machine)
    assert found.correct in (True, False, None)
    assert all(isinstance(one.point, int) and one.state in attempt.STATES for one in found.points)
    assert all(isinstance(one, str) for one in (found.says, *found.warnings, *(mark.span for mark in found.points)))
    seed = attempt.seed_of(machine)
    assert seed is None or drills.draw("sse_of_table", seed)


def test_what_the_machine_writes_is_read_back_whole() -> None:
    question = next(one for one in load_topic(TOPIC).questions if one.id == "2.q1a")
    said = grade(question, "The mean of the squared residuals, not the sum.")
    assert said.points
    assert attempt.grade_from(json.loads(json.dumps(attempt.marks_of(said)))) == said


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(MACHINES, MARKS, st.sampled_from(["2.q1a", "2.q2c"]))
def test_a_card_stands_whatever_its_row_holds(
    machine: dict[str, object], marks: dict[str, object] | None, question: str
) -> None:
    at = AppTest.from_string(SCRIPT, default_timeout=30)
    at.session_state["one"] = row(machine, marks, question)
    at.run()
    assert not at.exception
    assert VIL not in rendered(at)


@pytest.mark.parametrize("check", ["keypoints", "shape", "choice", "symbolic", "numeric"])
def test_words_of_a_row_are_text(check: str) -> None:
    question = next(one for one in standing.all_questions().values() if one.check == check)
    machine = {
        "correct": False,
        "says": VIL,
        "ask": VIL,
        "drill": "sse_of_table",
        "seed": 3,
        "warnings": [VIL],
        "misconception": [VIL, VIL],
        "points": [[0, "present", VIL]],
    }
    at = AppTest.from_string(SCRIPT, default_timeout=30)
    at.session_state["one"] = replace(row(machine, question=question.id), topic=question.topic)
    at.run()
    assert not at.exception
    assert VIL not in rendered(at)
    assert f"seems to say: {VIL}. {VIL}" in said_as_text(at)
    assert said_as_text(at).split("\n").count(VIL) == 3  # the sentence, the warning, and what the drill is said to ask


def test_our_own_words_are_drawn_with_their_formulas() -> None:
    belief = next(one for one in load_topic(TOPIC).questions if one.misconceptions)
    wrong, drill = belief.misconceptions[0], drills.draw("sse_of_table", 3)
    machine = {
        "misconception": [wrong.claim, wrong.why],
        "drill": "sse_of_table",
        "seed": 3,
        "ask": drill.ask,
        "says": grade(belief, "Squares.").says,
    }
    at = AppTest.from_string(SCRIPT, default_timeout=30)
    at.session_state["one"] = row(machine, question=belief.id)
    at.run()
    assert not at.exception
    for ours in (wrong.why, drill.ask, str(machine["says"])):
        assert ours in rendered(at)


Row = tuple[str, str, dict[str, object], dict[str, object] | None]


def imported(data: Path, *rows: Row, answer: str = "a") -> None:
    """Put rows into the log: question, topic, machine, marks."""
    page_store.close()
    with Store.open(data / "grimoire.db") as store:
        learner = (store.learners() or [store.add_learner("Noor")])[0].id
        bank = standing.all_questions()
        for number, (question, topic, machine, marks) in enumerate(rows):
            print_ = bank[question].fingerprint if question in bank else "f"
            one = store.add_attempt(f"{number}", learner, topic, question, print_, answer, machine, 1, False, 90.0)
            if marks is not None:
                store.add_marks(one.id, marks, None)


def test_progress_draws_foreign_ids_as_text(app: Open, data: Path) -> None:
    imported(data, (f"{VIL}~drill", VIL, {"correct": False}, None), (VIL, "\ud800", {"correct": True}, None))
    with Store.open(data / "grimoire.db") as store:
        store.add_prediction(1, VIL, VIL, 1, True)
    at = app("places/progress/page.py")
    assert not at.exception
    assert VIL not in rendered(at)
    unknown = "A question that this book does not have"
    assert f"{unknown}, �, " in said_as_text(at)
    assert list(at.main.dataframe[0].value["Question"]) == [unknown, f"{unknown} (drill)"]
    next(one for one in at.button if one.label == "Undo the last answer").click().run()
    assert not at.exception
    assert VIL not in rendered(at)
    assert f"Undone: {unknown}, �, " in said_as_text(at)
    assert f"{unknown} (drill), {VIL}, " in said_as_text(at)  # the next to take back


def drilled() -> tuple[str, str]:
    return next((one.id, one.topic) for one in standing.all_questions().values() if one.is_exercise and one.drills)


@pytest.mark.parametrize("seed", [-5, True, "3", None, [1], 2.5, 10**40])
def test_a_review_goes_on_whatever_seed_its_row_names(app: Open, data: Path, seed: object) -> None:
    imported(data, (*drilled(), {"review": True, "seed": seed, "points": 7, "misconception": 3}, {"points": 5}))
    at = app("places/review/page.py")
    assert not at.exception
    assert "Recalled" in [one.label for one in at.button]


def test_what_was_left_open_in_an_exam_shows_no_confidence(app: Open, data: Path) -> None:
    imported(data, ("2.q1a", TOPIC, {"correct": False, "exam": {}}, None), answer="")
    at = app("places/progress/page.py")
    assert list(at.main.dataframe[0].value["Confidence"]) == ["–"]
    assert "So far: 0." in rendered(at)


@pytest.mark.parametrize(
    ("machine", "says", "sure"),
    [
        ({"correct": False, "exam": {}}, "Left open in an exam.", False),
        ({"review": True}, "Recalled without writing.", True),
    ],
)
def test_an_earlier_answer_without_words_says_why(machine: dict[str, object], says: str, sure: bool) -> None:
    script = SCRIPT.replace("reveal.show(asked, topic, task, st.session_state[task.card_key])\n", "")
    at = AppTest.from_string(script, default_timeout=30)
    at.session_state["one"] = replace(row(machine), answer="")
    at.run()
    assert not at.exception
    assert says in rendered(at)
    assert ("fairly sure" in rendered(at)) is sure
