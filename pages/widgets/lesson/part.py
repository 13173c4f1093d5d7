"""The page of a part: what it is about, and the map of its topics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

import streamlit as st

from engine.content import Part, Topic
from engine.quiz.progress import TopicProgress
from pages.widgets.lesson import part_map
from pages.widgets.lesson.part_map import Tile
from pages.widgets.shell import standing
from pages.widgets.shell.letters import plural
from pages.widgets.shell.pages import page_of_part

COUNTED = {"done": "done", "begun": "begun", "ready": "ready to begin"}


def show(id: str) -> None:
    """Draw the page of a part."""
    book, topics = standing.book(), standing.topics()
    number = next(number for number, one in enumerate(book) if one.id == id)
    part, tiles = book[number], tiles_of(book[number], topics)
    with st.container(key="place"):
        st.caption(f"Part {number + 1} of {len(book)} · {extent(part, topics)}")
        st.title(part.title, anchor=False)
        st.markdown(part.about)
        st.header("What needs what", anchor=False)
        st.markdown(counted([one.state for one in tiles.values()]))
        part_map.show(tiles, {slug: topic.needs for slug, topic in topics.items()}, f"Topics of {part.title}")
        neighbours(book, number)


def extent(part: Part, topics: Mapping[str, Topic]) -> str:
    """Say how many topics and lessons a part has, and how long its lessons take."""
    lessons = [topics[entry.slug] for entry in part.topics if entry.written and entry.slug in topics]
    said = [plural(len(part.topics), "topic"), plural(len(lessons), "lesson")]
    return " · ".join([*said, plural(sum(one.minutes for one in lessons), "minute")] if lessons else said[:1])


def counted(states: Sequence[str]) -> str:
    """Say how many topics are done, begun and ready.

    >>> counted(["done", "later", "ready", "ready"])
    '1 done · 2 ready to begin'
    """
    return " · ".join(f"{states.count(state)} {says}" for state, says in COUNTED.items() if state in states)


def tiles_of(part: Part, topics: Mapping[str, Topic]) -> dict[str, Tile]:
    """Return what the map says of each topic of a part."""
    progress, missing, done = standing.of_all(), standing.missing(), standing.done_topics()
    return {
        one.slug: tile(topics[one.slug], topics, progress[one.slug], missing[one.slug], done)
        if one.slug in topics
        else Tile(one.url, one.title, "later", 0.0, "cannot be read", ())  # its own page says what is wrong
        for one in part.topics
        if one.asked
    }


def tile(
    topic: Topic, topics: Mapping[str, Topic], progress: TopicProgress, missing: Sequence[str], done: Set[str]
) -> Tile:
    """Return what the map says of a topic."""
    total = max(len(progress.questions), 1)
    extent = f"{topic.minutes} min" if topic.lesson else "questions only"
    if progress.answered:
        begun = f"{progress.answered} of {total} answered" if progress.open else f"{len(progress.unjudged)} to judge"
        state, says = ("done", "done") if progress.done else ("begun", begun)
    elif not missing:
        state, says = "ready", f"ready · {extent}"
    else:
        # behind a lesson that is not written yet; what cannot be read has no short title
        unseen = missing[0] if not set(missing) & set(topic.needs) and missing[0] in topics else None
        state, says = "later", f"first {topics[unseen].short} · {extent}" if unseen else extent
    needs = [topics[one] for one in topic.needs if one in topics]
    known = tuple((one.short, one.slug in done, one.part == topic.part) for one in needs)
    return Tile(topic.slug.replace("_", "-"), topic.short, state, progress.answered / total, says, known)


def neighbours(book: Sequence[Part], here: int) -> None:
    """Link to the parts before and after this one."""
    st.divider()
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        for number, icon in ((here - 1, "arrow_back"), (here + 1, "arrow_forward")):
            if 0 <= number < len(book):
                st.page_link(page_of_part(book[number]), label=book[number].title, icon=f":material/{icon}:")
