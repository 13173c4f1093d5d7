"""A topic's questions: a line each that says how it stands, and below the line that is open its card."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import streamlit as st

from engine.content import Topic
from engine.quiz.bank import Question, gists, main_question, side_part
from engine.quiz.progress import RESULTS
from engine.quiz.store import Progress
from pages.widgets.cards import clock, question
from pages.widgets.shell import alone, kept_place, standing, state
from pages.widgets.shell.store import the_learner, the_store
from pages.widgets.shell.words import when

COLORS = {"recalled": "green", "missed": "orange", "not marked": "gray", "left open": "gray"}
State = tuple[str, str]  # words, colour
PARAMETER = "question"  # of an address that opens one: ?question=2.q1a


@st.fragment
def show(topic: Topic) -> None:
    """Draw the lines and the card of the question that is open; everything in it reruns on its own."""
    known, drafts, due = dict[str, Progress](), set[str](), frozenset[str]()
    with alone.part("How you stand here", "questions.standing"):
        known, drafts, due = standing.known(), drafted(), standing.due_of_topic(topic.slug)
    with alone.part("The list of questions", "questions"), st.container(key="questions", gap=None):
        follow(topic)
        opened, lines = st.session_state.get(state.open_question(topic.slug)), gists(topic.questions)
        for one in topic.questions:
            with alone.part(one.title, f"question.{one.id}"):
                states = states_of(known.get(one.id), one.id in drafts, one.id in due)
                line(one, lines[one.id], states, one.id == opened)
                if one.id == opened:
                    question.show(one, topic)


def follow(topic: Topic) -> None:
    """Open the question that the address names, once a visit: the reader may close it; or that was open before."""
    asked = (state.visits(), st.query_params.get(PARAMETER))
    key = f"{state.open_question(topic.slug)}.asked"
    named = asked[1] if st.session_state.get(key) != asked else None
    st.session_state[key] = asked
    for one in topic.questions:
        if one.id == named or kept_place.was_open(f"card-{question.slug(one)}"):
            st.session_state[state.open_question(topic.slug)] = one.id


def line(one: Question, gist: str, states: Iterable[State], opened: bool) -> None:
    """Draw the line of a question: its number, how it stands and, while it is closed, what it asks."""

    def turn() -> None:
        st.session_state[state.open_question(one.topic)] = None if opened else one.id
        st.query_params.pop(PARAMETER, None)  # a reload opens what was open last, not what a link had named
        clock.closed()

    said = [f":{color}-badge[{words}]" for words, color in states]
    more = f":gray-badge[{question.LEVELS[one.level]}]" if opened else gist
    icon = f":material/{'expand_more' if opened else 'chevron_right'}:"
    st.button(
        " ".join([f"**{one.title}**", *said, more]),
        key=f"line-{question.slug(one)}",
        type="tertiary",
        icon=icon,
        width="stretch",
        on_click=turn,
    )


def states_of(last: Progress | None, drafted: bool, due: bool) -> Iterator[State]:
    """Say how a question stands that was answered last, if ever, with this progress."""
    if drafted:
        yield "draft kept", "gray"
    elif last is None:
        yield "new", "gray"
    if last:
        words = "left open" if last.last_open else RESULTS[last.last_outcome]
        yield f"{words}, {when(last.last_at)}", COLORS[words]
    if due:
        yield "due", "blue"


def drafted() -> set[str]:
    """Return the ids of the questions that something was typed for and not locked."""
    store = the_store()
    ids = store.drafts(the_learner().id) if store else ()
    return {main_question(id) for id in ids if "~" not in id or side_part(id)}  # those of an exam are the exam's
