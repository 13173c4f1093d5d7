"""Where the learner stands, read from the store no more often than something was written."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import streamlit as st

from engine.content import Entry, curriculum, load_topic
from engine.errors import ContentError
from engine.quiz.progress import TopicProgress, topic_progress
from engine.quiz.store import Progress
from pages.widgets.store import the_learner, the_store

KNOWN = "standing.known"  # (learner, revision, progress by question id)


@st.cache_resource(show_spinner=False)
def _revisions() -> tuple[Iterator[int], list[int]]:
    return itertools.count(1), [0]


def changed() -> None:
    """Say that an answer was saved, marked or undone, so that every session reads the store again."""
    counter, latest = _revisions()
    latest[0] = next(counter)


def known() -> dict[str, Progress]:
    """Return this learner's progress in every question that was answered, by question id."""
    store, learner = the_store(), the_learner()
    if store is None:
        return {}
    key = (learner.id, _revisions()[1][0])
    kept = st.session_state.get(KNOWN)
    if kept is None or kept[0] != key:
        kept = st.session_state[KNOWN] = (key, store.progress(learner.id))
    progress: dict[str, Progress] = kept[1]
    return progress


@st.cache_resource(show_spinner=False, max_entries=64)
def questions_of(slug: str) -> tuple[str, ...]:
    """Return the ids of a topic's questions, none where its content cannot be read (its page says what is wrong)."""
    try:
        return tuple(question.id for question in load_topic(slug).questions)
    except ContentError:
        return ()


def written() -> list[Entry]:
    """Return the written topics in the order of the book."""
    return [entry for part in curriculum() for entry in part.topics if entry.written]


def of_topic(slug: str) -> TopicProgress:
    """Return this learner's progress in one topic."""
    return topic_progress(slug, questions_of(slug), known())


def done_topics() -> frozenset[str]:
    """Return the slugs of the topics whose questions are all answered; only topics that were begun are read."""
    begun = {one.topic for one in known().values()}
    return frozenset(entry.slug for entry in written() if entry.slug in begun and of_topic(entry.slug).done)
