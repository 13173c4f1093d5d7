"""Today: what is due, what to do next, then the map of the book."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from engine.content import Entry, Part, Topic, load_topic
from engine.errors import ContentError
from engine.quiz.progress import Step, next_steps
from engine.quiz.schedule import CONFIDENT_ERROR, EXAM, FADING, MISSED, Memory
from engine.quiz.store import Reading
from pages.widgets import sitting, standing
from pages.widgets.store import the_learner, the_store
from pages.widgets.words import plural, when

PORTION = 10
WHY = {CONFIDENT_ERROR: "confident errors", MISSED: "missed", EXAM: "before the exam", FADING: "fading"}


def main() -> None:
    """Draw the page."""
    with st.container(key="place"):
        st.caption("Living Grimoire")
        st.title("Today", anchor=False)
        next_up()
        for part in standing.book():
            draw_part(part)
        st.caption(":material/quiz: has questions; its lesson is not written yet.")


def next_up() -> None:
    """Draw what is due and what to do next, at most a few things."""
    store = the_store()
    readings = store.readings(the_learner().id) if store else {}
    entries = {entry.slug: entry for entry in standing.asked()}
    progress = {slug: standing.of_topic(slug) for slug in entries}
    steps = next_steps([one for slug, one in progress.items() if one.at or entries[slug].written], readings)
    if not standing.known() and not readings:
        st.markdown(
            "Each topic is a short lesson whose claims you can run, and a handful of questions that you answer in your "
            "own words. What you do stays on this machine, and this page will say what comes next."
        )
    due = standing.due()
    if due:
        draw_due(due)
    if store and sitting.underway(store):
        with st.container(border=True, key="home-next-exam", gap="xxsmall"):
            st.page_link("places/exam.py", label="**Hand in your exam**", icon=":material/school:")
            st.caption("You began it and have not handed it in.")
    if not due and not steps and entries:
        st.markdown(":material/done_all: Nothing is due, and all that is here is read and answered.")
    for place, step in enumerate(steps):
        draw_step(step, entries[step.topic], readings, first=place == 0 and not due)


def draw_due(due: Sequence[Memory]) -> None:
    """Draw what is due: how much, why, and how long it takes."""
    reasons = Counter(WHY[one.why] for one in due)
    said = ", ".join(f"{count} {reason}" for reason, count in reasons.items())
    with st.container(border=True, key="home-first-review", gap="xxsmall"):
        label = f"**Review** · {plural(len(due), 'question')} due"
        st.page_link("places/review.py", label=label, icon=":material/replay:")
        some = min(len(due), PORTION)
        minutes = max(round(some * standing.pace() / 60), 1)
        last = f"Ten of them take about {minutes} min." if len(due) > some else f"About {minutes} min."
        st.caption(f"{said[0].upper()}{said[1:]}. {last}")


def draw_step(step: Step, entry: Entry, readings: dict[str, Reading], first: bool) -> None:
    """Draw one thing to do: a link that says what, and a line that says where or why."""
    topic = topic_of(entry.slug)
    verb, icon, line = {
        "read": ("Continue reading", "auto_stories", stopped(topic, readings.get(entry.slug))),
        "answer": (plural(len(step.questions), "open question"), "edit_note", "Not answered yet."),
        "start": ("Begin", "play_circle", f"{topic.summary} {topic.minutes} minutes." if topic else ""),
    }[step.kind]
    with st.container(border=True, key=f"home-{'first' if first else 'next'}-{step.kind}-{entry.slug}", gap="xxsmall"):
        st.page_link(page_of(entry), label=f"**{verb}** · {entry.title}", icon=f":material/{icon}:")
        st.caption(line + (f" {', '.join(step.questions)}" if len(step.questions) in range(1, 7) else ""))


def topic_of(slug: str) -> Topic | None:
    """Return a topic, or None where its content cannot be read: its own page says what is wrong."""
    try:
        return load_topic(slug)
    except ContentError:
        return None


def stopped(topic: Topic | None, reading: Reading | None) -> str:
    """Say where and when reading stopped."""
    if reading is None:
        return ""
    headings = {section.anchor: section.heading for section in topic.lesson} if topic else {}
    heading = headings.get(reading.anchor, reading.anchor.replace("-", " ").capitalize())
    return f"You stopped at “{heading}”, {when(reading.at)}."


def draw_part(part: Part) -> None:
    """Draw one part of the map: its topics with their progress, those that are not here by name."""
    st.header(part.title, anchor=False)
    for entry in part.topics:
        if entry.asked:
            draw_topic(entry)
    names = " · ".join(entry.title for entry in part.topics if not entry.asked)
    if names:
        st.caption(f"Not written yet: {names}")


def draw_topic(entry: Entry) -> None:
    """Draw one topic: a link, and how many of its questions are answered."""
    progress = standing.of_topic(entry.slug)
    icon = "check_circle" if progress.done else "menu_book" if entry.written else "quiz"
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center",
                      key=f"map-{entry.slug}"):  # fmt: skip
        st.page_link(page_of(entry), label=entry.title, icon=f":material/{icon}:")
        total = len(progress.questions)
        st.caption(f"{progress.answered} of {total} answered" if total else "cannot be read", width="content")


def page_of(entry: Entry) -> str:
    """Return a topic's page, from the router's folder."""
    return f"{entry.part}/{entry.slug}.py"


main()
