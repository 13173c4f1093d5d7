"""Where the learner stands, read from the store no more often than something was written."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from engine.content import Entry, Part, curriculum, load_topic
from engine.errors import ContentError
from engine.quiz.progress import TopicProgress, topic_progress
from engine.quiz.store import Progress
from pages.widgets.store import the_learner, the_store

T = TypeVar("T")
KNOWN, DONE = "standing.known", "standing.done"  # each ((learner, revision), what was derived)


@st.cache_resource(show_spinner=False)
def _revision() -> list[object]:
    return [object()]  # one for all sessions; another object means that something was written since


def changed() -> None:
    """Say that an answer was saved, marked or undone, so that every session reads the store again."""
    _revision()[0] = object()


def known() -> dict[str, Progress]:
    """Return this learner's progress in every question that was answered, by question id."""
    store = the_store()
    if store is None:
        return {}
    learner = the_learner().id
    return _kept(KNOWN, learner, lambda: store.progress(learner))


def _kept(place: str, learner: int, derive: Callable[[], T]) -> T:
    """Return what was derived from the store for this learner, anew once something was written."""
    key = (learner, _revision()[0])
    if st.session_state.get(place, (None,))[0] != key:
        st.session_state[place] = (key, derive())
    derived: T = st.session_state[place][1]
    return derived


def questions_of(slug: str) -> tuple[str, ...]:
    """Return the ids of a topic's questions, none where its content cannot be read (its page says what is wrong)."""
    try:
        return tuple(question.id for question in load_topic(slug).questions)
    except ContentError:
        return ()


@st.cache_resource(show_spinner=False, ttl=5)
def book() -> tuple[Part, ...]:
    """Return the parts with all their topics; which of them are written is looked up every few seconds only."""
    return curriculum()


def written() -> list[Entry]:
    """Return the written topics in the order of the book."""
    return [entry for part in book() for entry in part.topics if entry.written]


def of_topic(slug: str) -> TopicProgress:
    """Return this learner's progress in one topic."""
    return topic_progress(slug, questions_of(slug), known())


def done_topics() -> frozenset[str]:
    """Return the slugs of the topics whose questions are all answered; only topics that were begun are read."""
    progress = known()
    if not progress:
        return frozenset()
    begun = {one.topic for one in progress.values()}
    return _kept(
        DONE,
        the_learner().id,
        lambda: frozenset(entry.slug for entry in written() if entry.slug in begun and of_topic(entry.slug).done),
    )
