"""The card of a question: ask, hint, answer, confidence, lock; then the reveal, the marks, and practice."""

from __future__ import annotations

import streamlit as st

from engine.content import Topic
from engine.quiz.bank import EXACT_CHECKS, Question
from engine.quiz.grading import grading
from engine.quiz.progress import CONFIDENCE, RESULTS, left_open
from engine.quiz.store import Attempt
from pages.widgets.cards import answers, attempt, practice, reveal
from pages.widgets.cards.attempt import Card, Task, name
from pages.widgets.shell import alone, standing
from pages.widgets.shell.letters import plain
from pages.widgets.shell.replies import reply
from pages.widgets.shell.store import store_problem, the_learner, the_store
from pages.widgets.shell.words import answer_text, notice, when

LEVELS = {1: "recall", 2: "understanding", 3: "application"}


def show(question: Question, topic: Topic) -> None:
    """Draw the card of a question."""
    task = task_of(question)
    card = attempt.card_of(task)
    with st.container(border=True, key=f"card-{slug(question)}"):
        st.markdown(question.ask)
        with alone.part("The answer", f"card.{question.id}"):
            if card.attempt is None:
                asking(question, task, card)
            else:
                reveal.show(question, topic, task, card)
        practice.show(question)
        with alone.part("The list of earlier answers", f"past.{question.id}"):
            past(question, card)
    if card.fresh:
        card.fresh = False
        if standing.of_topic(question.topic).done:
            st.rerun()  # the sidebar gives the topic its check mark


def task_of(question: Question) -> Task:
    """Return what the question itself asks."""
    exact = question.exact if question.check in EXACT_CHECKS else None
    return Task(question.id, question.topic, question.fingerprint, exact, lambda text: grading.grade(question, text))


def slug(question: Question) -> str:
    """Return the question's id as it may stand in an anchor."""
    return question.id.replace(".", "-")


def asking(question: Question, task: Task, card: Card) -> None:
    """Draw what comes before the lock."""
    attempt.shown(task)
    hint(question, task, card)
    key = name(task, "answer")
    if card.draft_at and card.draft:
        notice(f"Your draft of {when(card.draft_at)} is back.", "history_edu", name(task, "draft"))
    if task.exact is None:
        answers.free_text(key, card.draft, lambda text: attempt.draft(task, text))
    else:
        answers.exact(task.exact, key, card.draft, lambda text: attempt.draft(task, text), int(card.key[:8], 16))
    answers.confidence(name(task, "sure"), "How sure are you?", lambda: attempt.changed(task))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Lock answer",
            type="primary",
            icon=":material/lock:",
            key=name(task, "lock"),
            on_click=attempt.lock,
            args=(task,),
        )
        if not card.unsaved:
            st.caption("Saves it for good; then you see the model answer.", width="content")
        if card.unsaved:
            st.button("Reveal without saving", key=name(task, "unsaved"), on_click=attempt.lock, args=(task, False))
    if card.problem:
        reply(card.problem, "error", name(task, "problem"))
    if the_store() is None:
        notice(f"You can answer, but nothing is kept: {store_problem()}", "cloud_off", name(task, "unkept"))


def hint(question: Question, task: Task, card: Card) -> None:
    """Offer the hint; that it was used is kept with the answer."""

    def opened() -> None:
        attempt.touched(task)
        card.hint = True

    if card.hint:
        st.markdown(f":material/lightbulb: {question.hint}")
    elif question.hint:
        st.button("Hint", type="tertiary", icon=":material/lightbulb:", key=name(task, "hint"), on_click=opened)


def past(question: Question, card: Card) -> None:
    """List what was answered before, read only when it is opened."""
    known, store = standing.known().get(question.id), the_store()
    here = card.attempt.id if card.attempt and not attempt.was_seen(card.attempt) else 0
    count = known.attempts - bool(here) if known else 0
    if count == 0 or store is None:
        return
    with st.expander(
        f"Earlier answers ({count})",
        icon=":material/history:",
        type="compact",
        key=f"question.{question.id}.past",
        on_change="rerun",
    ) as opened:
        if not opened.open:
            return
        for one in reversed(store.attempts(the_learner().id, question=question.id)):
            if one.id != here:
                told(one, question)


def told(one: Attempt, question: Question) -> None:
    """Show one past answer as text."""
    hinted = ", with the hint" if one.hint_used else ""
    changed = "" if one.fingerprint == question.fingerprint else " · the question has changed since"
    sure = "" if left_open(one) else f" · {CONFIDENCE[one.confidence]}"
    st.caption(f"{when(one.at)} · {RESULTS[one.outcome]}{sure}{hinted}{changed}")
    if isinstance(ask := one.machine.get("ask"), str):
        drilled(ask, one)
    if one.answer:
        answer_text(one.answer)
    else:
        st.caption("Left open in an exam." if left_open(one) else "Recalled without writing.")


def drilled(ask: str, one: Attempt) -> None:
    """Show what a drill asked; as Markdown only where the drill of that name and seed says it, else anybody may have.

    Args:
        ask: what the log says.
        one: the attempt that says it.
    """
    from engine.quiz import drills  # as late as asking.py

    which, seed = one.machine.get("drill"), attempt.seed_of(one.machine)
    known = isinstance(which, str) and which in drills.DRILLS
    if known and seed is not None and drills.draw(str(which), seed).ask == ask:
        st.markdown(f":material/casino: {ask}")
    else:
        st.text(plain(ask))
