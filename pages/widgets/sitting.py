"""An exam being sat: every question at once, no feedback, one hand-in. What is typed outlasts a reload."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

import streamlit as st

from engine.errors import AnswerRefused, GrimoireError
from engine.quiz import exam
from engine.quiz.asking import Asked, asked
from engine.quiz.bank import Question
from engine.quiz.exam import Paper
from engine.quiz.grading import Grade
from engine.quiz.store import Store
from pages.widgets import answers, attempt, standing
from pages.widgets.store import the_learner, the_store
from pages.widgets.words import notice, plural

GOING = "exam.going"


@dataclass
class Going:
    """A sitting that is not handed in yet.

    Attributes:
        key: the sitting's; answers are saved under it, so that a second hand-in saves nothing twice.
        code: of the paper.
        drafts: what was typed before a reload, by question id.
        spent: seconds by question.
        touched: time.monotonic() of the last change.
        problems: what keeps it from being handed in, by place; under -1 what concerns the whole.
        open: the places left open at the last press on "Hand in".
    """

    key: str
    code: str
    drafts: dict[str, str] = field(default_factory=dict)
    spent: dict[str, float] = field(default_factory=dict)
    touched: float = field(default_factory=time.monotonic)
    problems: dict[int, str] = field(default_factory=dict)
    open: tuple[int, ...] = ()

    def name(self, place: int, what: str) -> str:
        """Return the session key of a widget."""
        return f"exam.{self.key[:8]}.{place}.{what}"

    def note(self, question: str) -> None:
        """Give the time since the last change to a question."""
        now = time.monotonic()
        self.spent[question] = self.spent.get(question, 0.0) + now - self.touched
        self.touched = now


def underway(store: Store, learner: int) -> tuple[str, str] | None:
    """Return key and paper code of the sitting that this learner has not handed in, or None."""
    kept = store.setting(learner, "exam")
    if isinstance(kept, dict) and isinstance(kept.get("key"), str) and isinstance(kept.get("paper"), str):
        return kept["key"], kept["paper"]
    return None


def going_on(store: Store, paper: Paper) -> Going:
    """Return the sitting of a paper, the one under way where it is of this paper, else a new one."""
    learner = the_learner().id
    going: Going | None = st.session_state.get(GOING)
    if going and going.code == paper.code:
        return going
    before = underway(store, learner)
    if before and before[1] == paper.code:
        texts = {id.removesuffix("~exam"): one.text for id, one in store.drafts(learner).items()
                 if id.endswith("~exam")}  # fmt: skip
        going = Going(before[0], paper.code, texts)
    else:
        going = Going(uuid.uuid4().hex, paper.code)
        forget_drafts(store, learner)
        store.save_setting(learner, "exam", {"key": going.key, "paper": paper.code})
    st.session_state[GOING] = going
    return going


def forget_drafts(store: Store, learner: int) -> None:
    """Drop what was typed into an earlier sitting."""
    for id in store.drafts(learner):
        if id.endswith("~exam"):
            store.save_draft(learner, id, "")


def show(store: Store, paper: Paper, bank: Mapping[str, Question]) -> None:
    """Draw the paper and the button that hands it in."""
    going = going_on(store, paper)
    sheets = [asked(bank[id], paper.seed_of(id)) for id in paper.questions]
    for place, sheet in enumerate(sheets):
        item(going, place, sheet)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Hand in", type="primary", icon=":material/assignment_turned_in:", key="exam.hand-in",
                  on_click=hand_in, args=(going, paper, sheets))  # fmt: skip
        if going.open:
            st.button("Hand in with these left open", key="exam.hand-in-open", on_click=hand_in,
                      args=(going, paper, sheets, True))  # fmt: skip
        st.button("Give up", type="tertiary", key="exam.give-up", on_click=give_up)
    if going.open:
        numbers = ", ".join(str(place + 1) for place in going.open)
        notice(f"{plural(len(going.open), 'question')} without an answer: {numbers}.", "edit_off", "exam.open")
    if going.problems:
        there = ", ".join(str(place + 1) for place in sorted(going.problems) if place >= 0)
        said = going.problems.get(-1) or f"Not handed in yet. Look at {there}."
        notice(said, "error", "exam.problem")


@st.fragment
def item(going: Going, place: int, sheet: Asked) -> None:
    """Draw one question of the paper; typing reruns it alone."""
    question = sheet.question

    def touched() -> None:
        going.note(question.id)
        going.problems.pop(place, None)

    def typed(text: str) -> None:
        touched()
        store = the_store()
        if store and len(text) <= answers.MOST_CHARACTERS:
            try:
                store.save_draft(the_learner().id, f"{question.id}~exam", text)
            except GrimoireError as error:
                going.problems[place] = f"The draft could not be saved. {error}"

    with st.container(border=True, key=f"card-exam-{place}"):
        st.markdown(f"**{place + 1}.** {question.ask}")
        key, start = going.name(place, "answer"), going.drafts.get(question.id, "")
        if sheet.exact is None:
            answers.free_text(key, start, typed)
        else:
            answers.exact(sheet.exact, key, start, typed, place)
        answers.confidence(going.name(place, "sure"), "How sure are you?", touched)
        if problem := going.problems.get(place):
            notice(problem, "error", going.name(place, "problem"))


def hand_in(going: Going, paper: Paper, sheets: list[Asked], left_open: bool = False) -> None:
    """Grade every answer, then save them all; where something is missing or refused nothing is handed in."""
    going.problems, empty = {}, []
    graded: list[tuple[str, Grade, int]] = []
    for place, sheet in enumerate(sheets):
        text = answers.read(sheet.exact, going.name(place, "answer"))
        sure = st.session_state.get(going.name(place, "sure"))
        if not text.strip():
            empty.append(place)
            graded.append(("", Grade(False, says="Left open."), 1))
            continue
        try:
            graded.append((text, sheet.grade(text), sure or 1))
        except AnswerRefused as error:
            going.problems[place] = str(error)
        else:
            if sure is None:
                going.problems[place] = "Say how sure you are."
    going.open = () if left_open else tuple(empty)
    if not going.problems and not going.open:
        save(going, paper, sheets, graded)


def save(going: Going, paper: Paper, sheets: list[Asked], graded: list[tuple[str, Grade, int]]) -> None:
    """Save the answers of a sitting and show its result."""
    store, learner = the_store(), the_learner().id
    if store is None:
        going.problems[-1] = "Nothing can be kept at the moment, so nothing is handed in. Your answers stay here."
        return
    try:
        for place, (sheet, (text, grade, sure)) in enumerate(zip(sheets, graded, strict=True)):
            one = sheet.question
            machine = {**attempt.marks_of(grade), **sheet.noted, **exam.noted(going.key, paper, place)}
            spent = going.spent.get(one.id, 0.0)
            store.add_attempt(f"{going.key}-{place}", learner, one.topic, one.id, sheet.fingerprint, text, machine,
                              sure, False, spent)  # fmt: skip
        forget_drafts(store, learner)
        store.save_setting(learner, "exam", None)
    except GrimoireError as error:
        going.problems[-1] = f"Not everything is saved, so press again: nothing is saved twice. {error}"
        return
    st.session_state.pop(GOING, None)
    standing.changed()
    for id in paper.questions:
        attempt.forget(id)
    st.query_params.pop("exam", None)
    st.query_params["sitting"] = going.key


def give_up() -> None:
    """Leave a sitting without a result."""
    store, learner = the_store(), the_learner().id
    st.session_state.pop(GOING, None)
    st.query_params.pop("exam", None)
    if store:
        try:
            forget_drafts(store, learner)
            store.save_setting(learner, "exam", None)
        except GrimoireError as error:
            notice(f"The drafts are still there. {error}", "error", "exam.give-up")
