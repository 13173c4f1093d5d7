"""A derivation climbed step by step: lines are typed, read back as formulas, and held one against the other."""

from __future__ import annotations

import streamlit as st

from engine.errors import AnswerRefused
from engine.quiz.bank import Question
from engine.quiz.grade import Grade
from engine.quiz.ladders import LADDERS, Climb, Rung, check
from pages.widgets.cards import answers, attempt, keyboard
from pages.widgets.cards.attempt import Task, name
from pages.widgets.shell.letters import plain, plural
from pages.widgets.shell.replies import reply
from pages.widgets.shell.words import Colour, notice

SIGNS: dict[str, tuple[str, Colour]] = {
    check.HOLDS: ("check", "green"),
    check.BROKEN: ("close", "orange"),
    check.WAITS: ("more_horiz", "gray"),
}


def show(question: Question) -> None:
    """Draw the ladder of a question: the lines to type, or how far they hold."""
    climbed = LADDERS[question.ladder]
    task = Task(
        f"{question.id}~ladder",
        question.topic,
        question.fingerprint,
        None,
        lambda text: grade(question.ladder, text),
        {"ladder": question.ladder},
    )
    card = attempt.card_of(task)
    with st.container(key=f"side-{question.id}-ladder"):
        st.markdown(f":material/stairs: **{climbed.title}.** {climbed.ask}")
        keyboard.focus(f"side-{question.id}-ladder", f"{card.key} {card.attempt is None}")
        if card.attempt:
            climb = check.check(climbed, card.attempt.answer.splitlines())
            rungs(climb.rungs, task)
            notice(climb.says, "flag" if climb.arrived else "stairs", name(task, "says"))
            label = "Climb it again" if climb.arrived else "Go on from here"
            st.button(
                label,
                type="tertiary",
                icon=":material/replay:",
                key=name(task, "again"),
                on_click=go_on,
                args=(task, "" if climb.arrived else card.attempt.answer),
            )
        else:
            typing(question, task)


def grade(name_: str, text: str) -> Grade:
    """Grade a derivation: right where it arrived, wrong where a step is broken, undecided on the way.

    Raises:
        AnswerRefused: if a step cannot be read; it is not logged, so that a slip of the finger is no mistake.
    """
    climb: Climb = check.check(LADDERS[name_], text.splitlines())
    states = [rung.state for rung in climb.rungs]
    if check.UNREAD in states:
        place = states.index(check.UNREAD)
        raise AnswerRefused(f"Step {place + 1}: {climb.rungs[place].says}")
    return Grade(False if check.BROKEN in states else True if climb.arrived else None, says=climb.says)


def typing(question: Question, task: Task) -> None:
    """Draw the text area, how its lines are read, and the click that checks them."""
    key, card = name(task, "answer"), attempt.card_of(task)
    attempt.shown(task)
    st.session_state.setdefault(key, card.draft)
    st.text_area(
        "Your steps, one a line",
        key=key,
        height=170,
        persist_state="session",
        placeholder=LADDERS[question.ladder].example,
        on_change=lambda: attempt.draft(task, st.session_state[key]),
    )
    least = LADDERS[question.ladder].least
    keyboard.keys(key, "text", "enter")
    st.caption(f"At least {plural(least, 'step')}, no two of them alike.")
    for line in [line for line in st.session_state[key].splitlines() if line.strip()][: check.MOST_STEPS]:
        read_back(question, line)
    sure = name(task, "sure")

    def checked() -> None:
        attempt.lock(task)
        if attempt.card_of(task).attempt is None:
            st.session_state[sure] = None  # so that the next click on the same level counts

    answers.confidence(sure, "How sure are you that every step holds? Your click checks them.", checked)
    if card.problem:
        reply(card.problem, "error", name(task, "problem"))


def read_back(question: Question, line: str) -> None:
    """Show how a line is read, or why it cannot be."""
    try:
        st.markdown(f"$\\displaystyle {check.shown(LADDERS[question.ladder], line, typed=True)}$")
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
