"""A topic page: title, lesson, experiments, slips, questions, in that order and with no other furniture.

A topic whose lesson is not written yet has its questions under a plain heading.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import streamlit as st

from engine.content import Entry, Topic, load_topic
from pages.widgets.cards import question_list
from pages.widgets.lesson import lesson, on_this_page
from pages.widgets.plate.plate import Draw
from pages.widgets.shell import alone, standing
from pages.widgets.shell.letters import plural
from pages.widgets.shell.pages import page_of


def show(slug: str, draw: Mapping[str, Draw]) -> None:
    """Draw the page of a topic, each part of it alone.

    Args:
        slug: of the topic.
        draw: maps each experiment's id to the function that pictures its run.
    """
    try:
        topic = load_topic(slug)
    except Exception as error:
        st.title(slug.replace("_", " ").capitalize())
        alone.tell("This topic", f"topic-{slug}", error)
        return
    if not topic.lesson:
        with st.container(key="place"):
            with alone.part("The heading", "topic.heading"):
                plain_heading(topic)
            ending(topic, "Questions")
        return
    text, side = st.columns([46, 13], gap="large")
    with side:
        on_this_page.on_this_page(topic)
    with text, st.container(key="lesson"):
        with alone.part("The heading", "topic.heading"):
            heading(topic)
        lesson.head_start("title")
        lesson.sections(topic, worked(slug), draw, frozenset(entry.slug for entry in entries() if entry.written))
        with alone.part("The list of words", "topic.terms"):
            terms(topic)
        with alone.part("The list of slips", "topic.slips"):
            slips(topic)
        ending(topic, "Check yourself")


def worked(slug: str) -> Mapping[str, Any]:
    """Return the numbers of a topic's worked example, none where they cannot be computed: then each passage says so."""
    with alone.part("The numbers of the worked example", "topic.worked"):
        numbers: Mapping[str, Any] = importlib.import_module(f"engine.experiments.{slug}.worked").worked()
        return numbers
    return {}


def ending(topic: Topic, title: str) -> None:
    """Draw the questions, and the links to the topics before and after."""
    st.header(title, anchor="check-yourself")
    question_list.show(topic)
    with alone.part("The links to other topics", "topic.neighbours"):
        neighbours(topic)


def plain_heading(topic: Topic) -> None:
    """Draw the title of a topic that waits for its lesson."""
    st.caption(" · ".join([part_of(topic), *of_primer(topic)]))
    st.title(topic.title, anchor=False)
    waits = ":material/hourglass_empty: The lesson is not written yet. Its questions are here already."
    st.markdown(f"{topic.summary}\n\n{waits}")


def of_primer(topic: Topic) -> list[str]:
    """Say which sections of the primer a topic covers, where it covers any."""
    if not topic.sections:
        return []
    first, last = topic.sections[0], topic.sections[-1]
    return [f"section {first} of the primer" if first == last else f"sections {first}–{last} of the primer"]


def entries() -> list[Entry]:
    """Return all topics in the order of the book."""
    return [entry for part in standing.book() for entry in part.topics]


def part_of(topic: Topic) -> str:
    """Return the title of the part that a topic belongs to."""
    return next(part.title for part in standing.book() if part.id == topic.part)


def heading(topic: Topic) -> None:
    """Draw the title, what the reader will be able to do, how long it takes and what to know first."""
    st.caption(" · ".join([part_of(topic), *of_primer(topic), plural(topic.minutes, "minute")]))
    st.title(topic.title, anchor=False)
    goals = "\n".join(f"- {goal}" for goal in topic.goals)
    st.markdown(f"{topic.summary}\n\n**You will be able to**\n{goals}")
    known = {entry.slug: entry for entry in entries()}
    if topic.needs:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown("**Know first:**", width="content")
            for slug in topic.needs:
                if slug in known:
                    page_link(known[slug])
    on_this_page.continue_reading(topic)


def page_link(entry: Entry, icon: str | None = None) -> None:
    """Link to a topic, or name it where there is nothing of it yet."""
    if entry.asked:
        st.page_link(page_of(entry), label=entry.title, icon=icon)
    else:
        st.markdown(f"{entry.title} :small[(not written yet)]", width="content")


def terms(topic: Topic) -> None:
    """Draw the topic's words, a sentence each."""
    st.header("Words", anchor="words")
    said = []
    for term in topic.terms:
        kind, _, target = term.shown.partition(":")
        shown = (
            f" [:material/experiment: see it](#experiment-{target.replace('_', '-')})" if kind == "experiment" else ""
        )
        said.append(f"**{term.name}**: {term.says}{shown}")
    st.markdown("\n\n".join(said))


def slips(topic: Topic) -> None:
    """Tell where the primer slips, what is right, and the experiment that shows it."""
    if not topic.slips:
        return
    st.header("Where the book slips", anchor="where-the-book-slips")
    said = []
    for slip in topic.slips:
        shown = f" [:material/experiment: See it.](#experiment-{slip.shown.replace('_', '-')})" if slip.shown else ""
        said.append(f"**Section {slip.section}.** The primer: {slip.book}  \n:material/check: {slip.right}{shown}")
    st.markdown("\n\n".join(said))


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
