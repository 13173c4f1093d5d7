"""The card of a review: recall, say how sure you are, compare, decide. Each button has a key."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from engine.content import load_topic
from engine.errors import ContentError
from engine.quiz import schedule
from engine.quiz.progress import CONFIDENCE
from pages.places.review import turn as review_turn
from pages.places.review.turn import Turn
from pages.places.review.wishes import shortcut
from pages.widgets.cards import answers, attempt, reveal
from pages.widgets.cards.attempt import name
from pages.widgets.shell import alone, standing
from pages.widgets.shell.pages import page_of
from pages.widgets.shell.replies import reply
from pages.widgets.shell.store import the_store
from pages.widgets.shell.words import Colour, notice, when

WHY: dict[str, tuple[str, str, Colour]] = {
    schedule.CONFIDENT_ERROR: ("You were sure, and missed it", "priority_high", "orange"),
    schedule.MISSED: ("Missed the last time", "replay", "orange"),
    schedule.EXAM: ("Before the exam", "school", "blue"),
    schedule.FADING: ("Fading", "schedule", "gray"),
}

stage = st.components.v2.component(
    "grimoire.review_stage",
    html='<p role="status"></p>',
    css="p { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); }",
    js=Path(__file__).with_name("stage.js").read_text(encoding="utf-8"),
)


def show(turn: Turn) -> None:
    """Draw the turn that is on."""
    doing = "recall it, then say how sure you are" if turn.card.attempt is None else "compare, then decide"
    stage(
        key="review.stage",
        data={"turn": turn.card.key, "keys": shortcut("W") is not None, "says": f"{turn.question.title}: {doing}."},
    )
    with st.container(border=True, key=f"card-review-{'asked' if turn.card.attempt is None else 'compared'}"):
        head(turn)
        st.markdown(turn.put.question.ask)
        if turn.put.problem:
            notice(turn.put.problem, "casino", name(turn.task, "numbers"))
        if turn.card.attempt is None:
            recalling(turn)
        else:
            comparing(turn)


def head(turn: Turn) -> None:
    """Draw the topic, the number, and why it is asked."""
    titles = {entry.slug: entry.title for entry in standing.asked()}
    st.caption(titles.get(turn.question.topic, turn.question.topic))
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.header(turn.question.title, anchor=False, width="content")
        with st.container(horizontal=True, width="content"):
            if turn.put.fresh:
                st.badge("fresh numbers", icon=":material/casino:", color="gray")
            memory = standing.memories().get(turn.question.id)
            if turn.card.attempt is None and memory:
                says, icon, color = WHY[memory.why]
                st.badge(says, icon=f":material/{icon}:", color=color, help=f"Last answered {when(memory.last_at)}")
            elif turn.card.attempt is None:
                st.badge("New", icon=":material/fiber_new:", color="gray")


def recalling(turn: Turn) -> None:
    """Draw what comes before the comparison: hint, a place to write, and how sure the learner is."""
    task, card = turn.task, turn.card
    attempt.shown(task)
    hint(turn)
    key = name(task, "answer")

    def kept(text: str) -> None:
        attempt.draft(task, text)

    if card.draft_at and card.draft:
        notice(f"Your draft of {when(card.draft_at)} is back.", "history_edu", name(task, "draft"))
    if task.exact is None:
        answers.free_text(key, card.draft, kept, "Recall it in your mind, or write it down")
    else:
        answers.exact(task.exact, key, card.draft, kept, int(card.key[:8], 16))
    st.markdown("**How sure are you?** Then you compare with the model answer.")
    with st.container(horizontal=True, gap="small", key="review-sure"):
        for sure, word in CONFIDENCE.items():
            st.button(
                word,
                key=name(task, f"sure.{sure}"),
                shortcut=shortcut(str(sure)),
                on_click=review_turn.give,
                args=(card.key, sure),
            )
    if task.exact:
        st.caption("Without an answer you decide yourself whether you recalled it.")
    if card.problem:
        reply(card.problem, "error", name(task, "problem"))
    if card.unsaved:
        st.button(
            "Compare without saving",
            key=name(task, "unsaved"),
            on_click=review_turn.give,
            args=(card.key, st.session_state.get(review_turn.SURE, 1), False),
        )
    if the_store() is None:
        st.caption(":material/cloud_off: Nothing is kept.")


def hint(turn: Turn) -> None:
    """Offer the hint; that it was used is kept with the answer."""
    task, card = turn.task, turn.card

    def opened() -> None:
        card.hint = True

    if card.hint:
        st.markdown(f":material/lightbulb: {turn.question.hint}")
    with st.container(horizontal=True, key="review-aside"):
        if turn.question.hint and not card.hint:
            st.button(
                "Hint",
                type="tertiary",
                icon=":material/lightbulb:",
                key=name(task, "hint"),
                shortcut=shortcut("H"),
                on_click=opened,
            )
        if len(review_turn.queue()) > 1:
            st.button(
                "Later",
                type="tertiary",
                icon=":material/low_priority:",
                key=name(task, "later"),
                shortcut=shortcut("L"),
                on_click=review_turn.put_off,
                args=(card.key,),
            )


def comparing(turn: Turn) -> None:
    """Draw the answer, the model answer, the points to tick, and the verdict."""
    task, card, question = turn.task, turn.card, turn.question
    assert card.attempt is not None
    assert card.grade is not None
    if turn.changed:
        st.caption("The question has changed since you answered it.")
    if card.attempt.answer:
        reveal.locked(card.attempt, task.exact)
        if task.exact:
            with alone.part("The verdict", name(task, "verdict")):
                reveal.verdict(task, card)
    else:
        hinted = ", with the hint" if card.attempt.hint_used else ""
        st.caption(f"Recalled without writing. You were: {CONFIDENCE[card.attempt.confidence]}{hinted}.")
    with st.container(key=f"model-{name(task, 'model')}"):
        st.markdown("**The way to the answer**" if turn.put.fresh else "**Model answer**")
        st.markdown(turn.put.question.answer)
    if question.points and not reveal.decided(task, card.grade):
        with alone.part("The list of points", name(task, "rubric")):
            reveal.rubric(question, task, card.grade)
    if card.attempt.answer:
        with alone.part("The advice", name(task, "advice")):
            reveal.advice(question, task, card.grade)
    with alone.part("The link to the lesson", name(task, "lesson")):
        lesson(turn)
    decide(turn)


def lesson(turn: Turn) -> None:
    """Link to the topic, and name the experiment that settles the question."""
    entry = next((one for one in standing.asked() if one.slug == turn.question.topic), None)
    try:
        settles = load_topic(turn.question.topic).experiments.get(turn.question.settles)
    except ContentError:
        return
    if entry and settles:
        says = f"**{entry.title}** has the experiment that settles it: {settles.title}"
        st.page_link(page_of(entry), label=says, icon=":material/experiment:", query_params={"experiment": settles.id})
    elif entry:
        st.page_link(page_of(entry), label=entry.title, icon=":material/menu_book:")


def decide(turn: Turn) -> None:
    """Ask for the verdict; where the check is exact the machine proposes one."""
    task, card = turn.task, turn.card
    assert card.grade is not None
    st.markdown("**Did you recall it?**")
    with st.container(horizontal=True, key="review-verdict"):
        for recalled, label, icon, arrow in ((False, "Missed", "close", "Left"), (True, "Recalled", "check", "Right")):
            st.button(
                label,
                icon=f":material/{icon}:",
                key=name(task, label.lower()),
                shortcut=shortcut(arrow),
                type="primary" if card.grade.correct is recalled else "secondary",
                on_click=review_turn.rate,
                args=(card.key, recalled),
            )
    if card.problem:
        reply(card.problem, "error", name(task, "unmarked"))
