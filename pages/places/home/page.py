"""Today: at most three things to do next, and where one stopped reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import streamlit as st

from engine.content import Entry
from engine.quiz.progress import Step, TopicProgress, next_steps
from engine.quiz.schedule import CONFIDENT_ERROR, EXAM, FADING, MISSED, Memory
from engine.quiz.store import Reading
from pages.widgets.cards import sitting
from pages.widgets.shell import standing
from pages.widgets.shell.letters import plural
from pages.widgets.shell.pages import page_of
from pages.widgets.shell.store import the_learner, the_store
from pages.widgets.shell.words import notice, when

PORTION, MOST = 10, 3
WHY = {
    CONFIDENT_ERROR: ("confident error", "confident errors"),
    MISSED: ("missed", "missed"),
    EXAM: ("before the exam", "before the exam"),
    FADING: ("fading", "fading"),
}


def main() -> None:
    """Draw the page."""
    with st.container(key="place"):
        st.caption("Living Grimoire")
        st.title("Today", anchor=False)
        next_up()


def next_up() -> None:
    """Draw what to do next."""
    store = the_store()
    readings = store.readings(the_learner().id) if store else {}
    progress, problem = standing.of_all(), standing.schedule_problem()
    due, waiting = ((), ()) if problem else (standing.due(), standing.waiting())
    if not readings and not any(one.at for one in progress.values()):
        st.markdown(
            "Each topic is a short lesson whose claims you can run, and a handful of questions that you answer in your "
            "own words. What you do stays on this machine, and this page will say what comes next."
        )
    if problem:
        notice(problem, "error", "home.schedule")
    review = bool(due or waiting)
    if review:
        draw_review(due, len(waiting))
    if exam := bool(store and sitting.underway(store)):
        draw_exam()
    steps = next_steps(tuple(progress.values()), readings, ready(), MOST - review - exam)
    steps = tuple(one for one in steps if one.kind != "judge")  # the review says it
    entries = {entry.slug: entry for entry in standing.asked()}
    for place, step in enumerate(steps):
        draw_step(step, entries[step.topic], progress[step.topic], readings, first=place == 0 and not review)
    if not problem and not review and not exam and not steps and progress:
        st.markdown(":material/done_all: Nothing is due, and all that is here is read and answered.")


def ready() -> list[str]:
    """Return the topics of which nothing is missing that comes first, those with a lesson before the others."""
    missing = standing.missing()
    return [one.slug for one in sorted(standing.asked(), key=lambda one: not one.written) if not missing[one.slug]]


def draw_review(due: Sequence[Memory], waiting: int) -> None:
    """Draw what waits for a judgement, and what is due: how much, why, and how long it takes."""
    waits = plural(waiting, "answer waits for your judgement", "answers wait for your judgement")
    reasons = Counter(WHY[one.why] for one in due)
    said = ", ".join(plural(count, *reason) for reason, count in reasons.items())
    with st.container(border=True, key="home-first-review", gap="xxsmall"):
        label = f"{plural(len(due), 'question')} due" if due else waits
        st.page_link("places/review/page.py", label=f"**Review** · {label}", icon=":material/replay:")
        if not due:
            st.caption("What is locked counts once you have compared it and said how it went.")
            return
        some = min(len(due), PORTION)
        minutes = max(round(some * standing.pace() / 60), 1)
        last = f"Ten of them take about {minutes} min." if len(due) > some else f"About {minutes} min."
        st.caption(f"{said[0].upper()}{said[1:]}. {last}" + (f" {waits} first." if waiting else ""))


def draw_exam() -> None:
    """Draw the exam that was begun."""
    with st.container(border=True, key="home-next-exam", gap="xxsmall"):
        st.page_link("places/exam/page.py", label="**Hand in your exam**", icon=":material/school:")
        st.caption("You began it and have not handed it in.")


def draw_step(step: Step, entry: Entry, progress: TopicProgress, readings: Mapping[str, Reading], first: bool) -> None:
    """Draw one thing to do: a link that says what, and a line that says where or why."""
    answered = f"{progress.answered} of {plural(len(progress.questions), 'question')} answered."
    verb, icon, line = {
        "read": ("Continue reading", "auto_stories", f"{stopped(entry.slug, readings)} {answered}"),
        "answer": (plural(len(step.questions), "open question"), "edit_note", answered),
        "start": ("Begin", "play_circle", invitation(entry)),
    }[step.kind]
    with st.container(border=True, key=f"home-{'first' if first else 'next'}-{step.kind}-{entry.slug}", gap="xxsmall"):
        query = {"question": step.questions[0]} if step.questions else None
        st.page_link(page_of(entry), label=f"**{verb}** · {entry.title}", icon=f":material/{icon}:", query_params=query)
        st.caption(line)


def invitation(entry: Entry) -> str:
    """Say what a topic is about, and how long its lesson takes."""
    topic = standing.topics().get(entry.slug)
    if topic is None:  # its own page says what is wrong
        return ""
    extent = f"{plural(topic.minutes, 'minute')}." if topic.lesson else "Its questions are here already."
    return f"{topic.summary} {extent}"


def stopped(slug: str, readings: Mapping[str, Reading]) -> str:
    """Say where and when reading stopped."""
    if slug not in readings:
        return ""
    topic, reading = standing.topics().get(slug), readings[slug]
    headings = {section.anchor: section.heading for section in topic.lesson} if topic else {}
    heading = headings.get(reading.anchor, reading.anchor.replace("-", " ").capitalize())
    return f"You stopped at “{heading}”, {when(reading.at)}."


main()
