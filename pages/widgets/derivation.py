"""A derivation climbed step by step: lines are typed, read back as formulas, and held one against the other."""

from __future__ import annotations

import streamlit as st

from engine.errors import AnswerRefused
from engine.quiz import ladder
from engine.quiz.bank import Question
from engine.quiz.grading import Grade
from engine.quiz.ladder import LADDERS, Climb, Rung
from pages.widgets import answers, attempt
from pages.widgets.attempt import Task, name
from pages.widgets.words import notice, plain

SIGNS = {ladder.HOLDS: ("check", "green"), ladder.BROKEN: ("close", "orange"), ladder.WAITS: ("more_horiz", "gray")}


def show(question: Question) -> None:
    """Draw the ladder of a question: the lines to type, or how far they hold."""
    climbed = LADDERS[question.ladder]
    task = Task(f"{question.id}~ladder", question.topic, question.fingerprint, None,
                lambda text: grade(question.ladder, text), {"ladder": question.ladder})  # fmt: skip
    card = attempt.card_of(task)
    with st.container(key=f"side-{question.id}-ladder"):
        st.markdown(f":material/stairs: **{climbed.title}.** {climbed.ask}")
        if card.attempt:
            climb = ladder.check(climbed, card.attempt.answer.splitlines())
            rungs(climb.rungs, task)
            notice(climb.says, "flag" if climb.arrived else "stairs", name(task, "says"))
            label = "Climb it again" if climb.arrived else "Go on from here"
            st.button(label, type="tertiary", icon=":material/replay:", key=name(task, "again"), on_click=go_on,
                      args=(task, "" if climb.arrived else card.attempt.answer))  # fmt: skip
        else:
            typing(question, task)


def grade(name_: str, text: str) -> Grade:
    """Grade a derivation: right where it arrived, wrong where a step is broken, undecided on the way.

    Raises:
        AnswerRefused: if a step cannot be read; it is not logged, so that a slip of the finger is no mistake.
    """
    climb: Climb = ladder.check(LADDERS[name_], text.splitlines())
    states = [rung.state for rung in climb.rungs]
    if ladder.UNREAD in states:
        place = states.index(ladder.UNREAD)
        raise AnswerRefused(f"Step {place + 1}: {climb.rungs[place].says}")
    return Grade(False if ladder.BROKEN in states else True if climb.arrived else None, says=climb.says)


def typing(question: Question, task: Task) -> None:
    """Draw the text area, how its lines are read, and the click that checks them."""
    key, card = name(task, "answer"), attempt.card_of(task)
    st.session_state.setdefault(key, card.draft)
    st.text_area("Your steps, one a line", key=key, height=170, persist_state="session",
                 placeholder=LADDERS[question.ladder].example,
                 on_change=lambda: attempt.draft(task, st.session_state[key]))  # fmt: skip
    for line in [line for line in st.session_state[key].splitlines() if line.strip()][: ladder.MOST_STEPS]:
        read_back(question, line)
    sure = name(task, "sure")

    def checked() -> None:
        attempt.lock(task)
        if attempt.card_of(task).attempt is None:
            st.session_state[sure] = None  # so that the next click on the same level counts

    answers.confidence(sure, "How sure are you that every step holds? Your click checks them.", checked)
    if card.problem:
        notice(card.problem, "error", name(task, "problem"))


def read_back(question: Question, line: str) -> None:
    """Show how a line is read, or why it cannot be."""
    try:
        st.markdown(f"$\\displaystyle {ladder.shown(LADDERS[question.ladder], line)}$")
    except AnswerRefused as error:
        st.text(plain(f"{line.strip()[:60]}: {error}"))


def rungs(all_: tuple[Rung, ...], task: Task) -> None:
    """Draw each step with its state; the first broken one says what breaks it."""
    for place, rung in enumerate(all_):
        icon, color = SIGNS[rung.state]
        with st.container(horizontal=True, vertical_alignment="center", key=f"rung-{name(task, str(place))}"):
            st.badge(rung.state, icon=f":material/{icon}:", color=color)
            if rung.latex:
                st.markdown(f"$\\displaystyle {rung.latex}$", width="content")
            else:
                st.text(plain(rung.text), width="content")
        if rung.says:
            notice(rung.says, "troubleshoot", name(task, f"why.{place}"))


def go_on(task: Task, text: str) -> None:
    """Begin a new try with the steps of the one before."""
    attempt.again(task)
    attempt.card_of(task).draft = text
