"""A topic page: title, lesson, experiments, slips, questions, in that order and with no other furniture.

A topic whose lesson is not written yet has its questions under a plain heading.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping

import streamlit as st

from engine.content import Entry, Topic, curriculum, load_topic
from engine.errors import ContentError
from pages.widgets import contents, lesson, question
from pages.widgets.experiment import Draw
from pages.widgets.words import notice


def show(slug: str, draw: Mapping[str, Draw]) -> None:
    """Draw the page of a topic; `draw` maps each experiment's id to the function that pictures its run."""
    try:
        topic = load_topic(slug)
    except ContentError as error:
        st.title(slug.replace("_", " ").capitalize())
        notice(f"This topic cannot be shown. {error}", "error", f"topic-{slug}")
        return
    if not topic.lesson:
        with st.container(key="place"):
            plain_heading(topic)
            st.header("Questions", anchor="check-yourself")
            questions(topic)
            neighbours(topic)
        return
    text, side = st.columns([46, 13], gap="large")
    with side:
        contents.on_this_page(topic)
    with text, st.container(key="lesson"):
        heading(topic)
        worked = importlib.import_module(f"engine.experiments.{slug}").worked()
        lesson.sections(topic, worked, draw, frozenset(entry.slug for entry in entries() if entry.written))
        terms(topic)
        slips(topic)
        st.header("Check yourself", anchor="check-yourself")
        questions(topic)
        neighbours(topic)


def questions(topic: Topic) -> None:
    """Draw the topic's questions and exercises."""
    for one in topic.questions:
        question.show(one, topic)


def plain_heading(topic: Topic) -> None:
    """Draw the title of a topic that waits for its lesson."""
    part = next(part.title for part in curriculum() if part.id == topic.part)
    st.caption(" · ".join([part, *of_primer(topic)]))
    st.title(topic.title, anchor=False)
    st.markdown(topic.summary)
    st.markdown(":material/hourglass_empty: The lesson is not written yet. Its questions are here already.")


def of_primer(topic: Topic) -> list[str]:
    """Say which sections of the primer a topic covers, where it covers any."""
    if not topic.sections:
        return []
    first, last = topic.sections[0], topic.sections[-1]
    return [f"section {first} of the primer" if first == last else f"sections {first}–{last} of the primer"]


def entries() -> list[Entry]:
    """Return all topics in the order of the book."""
    return [entry for part in curriculum() for entry in part.topics]


def heading(topic: Topic) -> None:
    """Draw the title, what the reader will be able to do, how long it takes and what to know first."""
    part = next(part.title for part in curriculum() if part.id == topic.part)
    st.caption(" · ".join([part, *of_primer(topic), f"{topic.minutes} minutes"]))
    st.title(topic.title, anchor=False)
    st.markdown(topic.summary)
    st.markdown("**You will be able to**\n" + "\n".join(f"- {goal}" for goal in topic.goals))
    known = {entry.slug: entry for entry in entries()}
    if topic.needs:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown("**Know first:**", width="content")
            for slug in topic.needs:
                page_link(known[slug])
    contents.continue_reading(topic)


def page_link(entry: Entry, icon: str | None = None) -> None:
    """Link to a topic, or name it where there is nothing of it yet."""
    if entry.asked:
        st.page_link(f"{entry.part}/{entry.slug}.py", label=entry.title, icon=icon)
    else:
        st.markdown(f"{entry.title} :small[(not written yet)]", width="content")


def terms(topic: Topic) -> None:
    """Draw the topic's words, a sentence each."""
    st.header("Words", anchor="words")
    for term in topic.terms:
        kind, _, target = term.shown.partition(":")
        shown = (
            f" [:material/experiment: see it](#experiment-{target.replace('_', '-')})" if kind == "experiment" else ""
        )
        st.markdown(f"**{term.name}**: {term.says}{shown}")


def slips(topic: Topic) -> None:
    """Tell where the primer slips, what is right, and the experiment that shows it."""
    if not topic.slips:
        return
    st.header("Where the book slips", anchor="where-the-book-slips")
    for slip in topic.slips:
        shown = f" [:material/experiment: See it.](#experiment-{slip.shown.replace('_', '-')})" if slip.shown else ""
        st.markdown(f"**Section {slip.section}.** The primer: {slip.book}  \n:material/check: {slip.right}{shown}")


def neighbours(topic: Topic) -> None:
    """Link to the topics before and after this one."""
    there = [entry for entry in entries() if entry.asked]
    here = next(i for i, entry in enumerate(there) if entry.slug == topic.slug)
    st.divider()
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        if here > 0:
            page_link(there[here - 1], icon=":material/arrow_back:")
        if here + 1 < len(there):
            page_link(there[here + 1], icon=":material/arrow_forward:")
