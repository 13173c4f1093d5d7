"""Every question of the bank can be answered on its page, is kept, and comes back when it is due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engine.content.curriculum import curriculum
from engine.content.read import load_topic
from engine.content.topic import Entry
from engine.quiz import schedule
from engine.quiz.bank import EXACT_CHECKS, Question
from engine.quiz.store.store import Store
from pages.widgets.shell.pages import page_of
from tests.pages.page_helpers import turned

App = Callable[..., AppTest]
ASKED = [entry for part in curriculum() for entry in part.topics if entry.asked]


def key(at: AppTest, kind: str, question: Question, what: str) -> str:
    """Return the key of a widget of a question's current try."""
    return next(one.key for one in at.get(kind) if one.key and one.key.startswith(f"question.{question.id}.{what}."))


def fill(at: AppTest, question: Question) -> None:
    """Put the right answer and a confidence into the card of a question."""
    exact = question.exact if question.check in EXACT_CHECKS else None
    if exact is None:
        at.text_area(key=key(at, "text_area", question, "answer")).set_value(question.answer)
    elif exact.check == "choice" and len(exact.correct) == 1:
        at.radio(key=key(at, "radio", question, "answer")).set_value(exact.correct[0])
    elif exact.check == "choice":
        for index in exact.correct:
            box = key(at, "checkbox", question, "answer").rpartition(".")[0]
            at.checkbox(key=f"{box}.{index}").set_value(True)
    else:
        right = ", ".join(map(repr, exact.value)) or exact.expression or exact.accepts[0]
        at.text_input(key=key(at, "text_input", question, "answer")).set_value(right)
    at.segmented_control(key=key(at, "segmented_control", question, "sure")).set_value(3)


@pytest.mark.slow
@pytest.mark.parametrize("entry", ASKED, ids=lambda entry: entry.slug)
def test_every_question_can_be_answered_and_comes_back(app: App, data: Path, entry: Entry) -> None:
    questions = load_topic(entry.slug).questions
    at = app(page_of(entry))
    for question in questions:
        turned(at, question.id)
        fill(at, question)
        at.button(key=key(at, "button", question, "lock")).click().run()
        assert not at.exception
    with Store.open(data / "grimoire.db") as store:
        log = store.attempts(1)
        assert [one.question for one in log] == [question.id for question in questions]
        for one, question in zip(log, questions, strict=True):
            assert one.correct is (True if question.check in EXACT_CHECKS else None), question.id
            store.add_marks(one.id, {"points": [True] * len(question.points)}, True)
        marked = store.attempts(1)
    later = datetime.now(UTC) + timedelta(days=60)
    memories = schedule.remembered(marked, later)
    assert {one.question for one in schedule.due(memories, later)} == {question.id for question in questions}
    assert schedule.due(memories, datetime.now(UTC)) == ()
