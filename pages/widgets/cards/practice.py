"""Beside the question: its exact part, drills with fresh numbers, and the derivation step by step.

Each is answered, checked and logged apart.
"""

from __future__ import annotations

import secrets

import streamlit as st

from engine.quiz.asking import fresh
from engine.quiz.bank import EXACT_CHECKS, Question
from engine.quiz.grading import grading
from pages.widgets.cards import answers, attempt, keyboard, ladder
from pages.widgets.cards.attempt import Task, name
from pages.widgets.cards.reveal import locked, verdict
from pages.widgets.shell import alone
from pages.widgets.shell.replies import reply
from pages.widgets.shell.words import notice

SEEDS = 1_000_000_000


def show(question: Question) -> None:
    """Draw the exact part and the drills of a question, or the buttons that open them."""
    part = question.exact if question.check not in EXACT_CHECKS else None
    exact_open, drill = f"question.{question.id}.exact.open", f"question.{question.id}.drill.open"
    climb = f"question.{question.id}.ladder.open"
    doors = (
        (part, exact_open, "Answer the exact part", "straighten"),
        (question.drills, drill, "Practise with fresh numbers", "exercise"),
        (question.ladder, climb, "Derive it step by step", "stairs"),
    )
    shut = [door for door in doors if door[0] and door[1] not in st.session_state]
    if shut:
        with st.container(horizontal=True):
            for _, key, label, icon in shut:
                st.button(
                    label, type="tertiary", icon=f":material/{icon}:", key=f"{key}.do", on_click=_open, args=(key,)
                )
    if part and exact_open in st.session_state:
        with alone.part("The exact part", exact_open):
            exact_part(question)
    if question.drills and drill in st.session_state:
        with alone.part("The drill", drill):
            drilled(question, drill)
    if question.ladder and climb in st.session_state:
        with alone.part("The derivation", climb):
            ladder.show(question)


def _open(key: str) -> None:
    st.session_state[key] = secrets.randbelow(SEEDS)


def exact_part(question: Question) -> None:
    """Draw the extra part that has one right answer."""
    part = question.exact
    assert part is not None
    task = Task(
        f"{question.id}~exact", question.topic, question.fingerprint, part, lambda text: grading.grade_exact(part, text)
    )
    with st.container(key=f"side-{question.id}-exact"):
        st.markdown(f":material/straighten: **The exact part.** {part.ask}")
        follow(task, "exact")
        if answered(task):
            st.button(
                "Try again",
                type="tertiary",
                icon=":material/replay:",
                key=name(task, "again"),
                on_click=attempt.again,
                args=(task,),
            )


def drilled(question: Question, place: str) -> None:
    """Draw one drill; its seed decides which of the question's drills it is and with which numbers."""
    put = fresh(question, st.session_state[place])
    task = Task(f"{question.id}~drill", question.topic, put.fingerprint, put.exact, put.grade, put.noted)

    def draw() -> None:
        attempt.again(task)
        _open(place)

    with st.container(key=f"side-{question.id}-drill"):
        st.markdown(f":material/exercise: **Fresh numbers.** {put.question.ask}")
        follow(task, "drill")
        if answered(task):
            st.markdown(put.question.answer)
            st.button("Fresh numbers", icon=":material/casino:", key=name(task, "again"), on_click=draw)


def follow(task: Task, side: str) -> None:
    """Let the focus go on from the answer to the button below it, and from there to the next answer."""
    card = attempt.card_of(task)
    keyboard.focus(f"side-{task.id.split('~')[0]}-{side}", f"{card.key} {card.attempt is None}")


def answered(task: Task) -> bool:
    """Draw the input and, once it is answered, what the check found; True when it was answered.

    One click says how sure the learner is and checks the answer: a small question deserves no second button.
    """
    card = attempt.card_of(task)
    assert task.exact is not None
    if card.attempt is None:
        attempt.shown(task)
    if card.attempt and card.grade:
        locked(card.attempt, task.exact)
        verdict(task, card)
        for index, warning in enumerate(card.grade.warnings):
            notice(warning, "warning", name(task, f"warning.{index}"))
        return True
    sure = name(task, "sure")

    def check() -> None:
        attempt.lock(task)
        if card.attempt is None:
            st.session_state[sure] = None  # so that the next click on the same level counts

    answers.exact(
        task.exact, name(task, "answer"), card.draft, lambda text: attempt.draft(task, text), int(card.key[:8], 16)
    )
    answers.confidence(sure, "How sure are you? Your click checks the answer.", check)
    if card.problem:
        reply(card.problem, "error", name(task, "problem"))
    return False
