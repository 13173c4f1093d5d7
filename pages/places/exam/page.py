"""Exam: a paper drawn from weak spots, sat without feedback, with its result at the end."""

from __future__ import annotations

import secrets
from dataclasses import replace

import streamlit as st

from engine.quiz import exam
from engine.quiz.bank import Question
from engine.quiz.exam import Paper, PaperRefused
from engine.quiz.store import Store
from pages.places.exam import result
from pages.widgets.cards import sitting
from pages.widgets.shell import alone, kept_place, standing
from pages.widgets.shell.letters import plural
from pages.widgets.shell.replies import said, say
from pages.widgets.shell.store import store_problem, the_learner, the_store
from pages.widgets.shell.words import notice, when

SIZE, PARTS, MET, SEED, MINUTES = "exam.size", "exam.parts", "exam.met", "exam.seed", "exam.minutes"
SITTINGS, MOST_SHOWN = "exam.sittings", 20


def main() -> None:
    """Draw the page."""
    with st.container(key="place"):
        st.title("Exam", anchor=False)
        store = the_store()
        if store is None:
            notice(
                f"An exam is kept in the log of answers, and nothing can be kept. {store_problem()}",
                "cloud_off",
                "exam.problem",
            )
            return
        draw(store)


def draw(store: Store) -> None:
    """Draw a result, a paper, or what begins one: the address says which."""
    bank = standing.all_questions()
    said(sitting.RESULT, "info")
    if wanted := st.query_params.get("sitting"):
        st.button("All exams", icon=":material/arrow_back:", type="tertiary", key="exam.back", on_click=leave)
        found = next(iter(handed_in(store, wanted)), None)
        if found is None:
            notice("There is no such exam in your log.", "search_off", "exam.unknown")
            return
        titles = {entry.slug: entry.title for entry in standing.asked()}
        result.show(store, found, bank, titles)
    elif code := st.query_params.get("exam"):
        paper(store, code, bank)
    else:
        setup(store)
        with alone.part("The list of your exams", "exam.earlier"):
            earlier(handed_in(store))


def handed_in(store: Store, wanted: str = "") -> tuple[exam.Sitting, ...]:
    """Return this learner's latest exams, the newest first; or the one with this key."""
    history = standing.history()
    found = history.exams() if history else []
    some = [answers for key, answers in found if not wanted or key == wanted][:MOST_SHOWN]
    ids = [id for answers in some for id in answers]
    return standing.kept(SITTINGS, the_learner().id, lambda: exam.sittings(store.answers(ids)), wanted)


def leave() -> None:
    """Go back to where an exam begins."""
    for name in ("sitting", "exam"):
        st.query_params.pop(name, None)
    kept_place.to_the_top()


def paper(store: Store, code: str, bank: dict[str, Question]) -> None:
    """Draw the paper that the address carries, without the questions that the book does not have."""
    try:
        found = Paper.read(code)
    except PaperRefused as error:
        notice(str(error), "link_off", "exam.refused")
        st.button("Draw an exam", key="exam.leave", on_click=leave)
        return
    known = tuple(id for id in found.questions if id in bank)
    if len(known) < len(found.questions):
        gone = plural(len(found.questions) - len(known), "question")
        notice(f"This paper has {gone} that this book does not have. The others are here.", "link_off", "exam.gone")
    if not known:
        return
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        limit = f"{plural(found.minutes, 'minute')}, " if found.minutes else ""
        st.markdown(
            f"{plural(len(known), 'question')}, {limit}seed {found.seed}. What is right, and why, is told at the end.",
            width="content",
        )
        with st.popover("Share", icon=":material/link:", type="tertiary"):
            result.share(found)
    before, here = sitting.underway(store), Paper(found.seed, known, found.minutes)
    if before and before.code == here.code:
        sitting.show(before, here, bank)
        return
    if before:
        st.markdown("You have not handed in another exam. To begin this one gives that one up.")
    with st.container(horizontal=True):
        if before:
            st.button("Go on with the other", key="exam.go-on", on_click=go, args=(before.code,))
        st.button(
            "Begin",
            type="primary",
            icon=":material/school:",
            key="exam.begin-paper",
            on_click=sitting.begin,
            args=(here.code,),
        )
    said(sitting.BEGIN, "error")


def setup(store: Store) -> None:
    """Offer to draw a paper, or to go on with one."""
    if before := sitting.underway(store):
        with st.container(border=True, horizontal=True, vertical_alignment="center", key="home-first-exam"):
            st.markdown("You have not handed in your last exam.")
            st.button("Go on", type="primary", key="exam.go-on", on_click=go, args=(before.code,))
    st.markdown(
        "The paper is drawn from all topics in proportion to what you missed, forgot or never answered. "
        "You answer everything, hand it in, and then see what was right."
    )
    st.session_state.setdefault(SEED, secrets.randbelow(exam.MOST_SEED + 1))
    st.slider("Questions", 3, exam.MOST_QUESTIONS, 10, key=SIZE)
    st.number_input(
        "Time limit in minutes, if you wish one",
        1,
        exam.MOST_MINUTES,
        None,
        key=MINUTES,
        width=300,
        placeholder="none",
        help="The clock counts down and goes on where it is over; what you typed can still be handed in.",
    )
    titles = {part.title: part.id for part in standing.book()}
    st.multiselect("From", list(titles), key=PARTS, placeholder="the whole book")
    st.toggle("Only questions I have answered before", key=MET)
    st.number_input(
        "Seed",
        0,
        exam.MOST_SEED,
        key=SEED,
        width=160,
        help="On one day the same seed and log give the same paper; a link to it gives it for ever.",
    )
    topics = candidates({titles[title] for title in st.session_state[PARTS]}, st.session_state[MET])
    there = sum(map(len, topics.values()))
    st.button(
        "Draw the exam" if before else "Begin",
        type="primary",
        icon=":material/school:",
        key="exam.begin",
        disabled=not there,
        on_click=drawn,
        args=(topics, before is None),
    )
    said(sitting.BEGIN, "error")
    st.caption(
        f"From {plural(there, 'question')} of {plural(sum(map(bool, topics.values())), 'topic')}."
        if there
        else "You have answered none of these yet."
    )


def candidates(parts: set[str], only_met: bool) -> dict[str, tuple[str, ...]]:
    """Return the ids of the questions to draw from, by topic."""
    met = {id for id, one in standing.known().items() if one.answered}
    return {
        entry.slug: tuple(id for id in standing.questions_of(entry.slug) if not only_met or id in met)
        for entry in standing.asked()
        if not parts or entry.part in parts
    }


def drawn(topics: dict[str, tuple[str, ...]], at_once: bool) -> None:
    """Draw the paper and begin it, or only show it where another is under way."""
    today = standing.now().replace(hour=0, minute=0, second=0, microsecond=0)
    if problem := standing.schedule_problem():
        say(sitting.BEGIN, problem)
        return
    memories = standing.memories()
    weak = {id: exam.weakness(id, memories, today) for ids in topics.values() for id in ids}
    paper = exam.draw(topics, weak, st.session_state[SIZE], st.session_state[SEED])
    code = replace(paper, minutes=st.session_state[MINUTES] or 0).code
    del st.session_state[SEED]
    if at_once:
        sitting.begin(code)
    else:
        go(code)


def go(code: str) -> None:
    """Put a paper into the address."""
    st.query_params["exam"] = code
    kept_place.to_the_top()


def earlier(log: tuple[exam.Sitting, ...]) -> None:
    """List the exams that were handed in, the newest first."""
    if not log:
        return
    bank = standing.all_questions()
    st.header("Handed in", anchor=False)
    for one in log:
        total = exam.total(exam.score(bank[each.question], each) for each in one.answers if each.question in bank)
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key=f"map-exam-{one.key}"
        ):
            st.button(
                when(one.at).capitalize(),
                type="tertiary",
                icon=":material/assignment:",
                key=f"exam.open.{one.key}",
                on_click=look,
                args=(one.key,),
            )
            open_ = f", {total.of - total.marked} to mark" if total.marked < total.of else ""
            st.caption(f"{total.earned:.3g} of {total.of}{open_}", width="content")


def look(key: str) -> None:
    """Put a result into the address."""
    st.query_params["sitting"] = key
    kept_place.to_the_top()


main()
