"""Exam: a paper drawn from weak spots, sat without feedback, with its result at the end."""

from __future__ import annotations

import secrets

import streamlit as st

from engine.quiz import exam
from engine.quiz.bank import Question
from engine.quiz.exam import Paper, PaperRefused
from engine.quiz.store import Store
from pages.widgets import sitting, sitting_result, standing
from pages.widgets.store import store_problem, the_learner, the_store
from pages.widgets.words import notice, plural, when

SIZE, PARTS, MET, SEED = "exam.size", "exam.parts", "exam.met", "exam.seed"


def main() -> None:
    """Draw the page."""
    with st.container(key="place"):
        st.title("Exam", anchor=False)
        store = the_store()
        if store is None:
            notice(f"An exam is kept in the log of answers, and nothing can be kept. {store_problem()}", "cloud_off",
                   "exam.problem")  # fmt: skip
            return
        draw(store)


def draw(store: Store) -> None:
    """Draw a result, a paper, or what begins one: the address says which."""
    bank = standing.all_questions()
    if said := st.session_state.pop(sitting.SAID, ""):
        notice(said, "info", "exam.said")
    if wanted := st.query_params.get("sitting"):
        st.button("All exams", icon=":material/arrow_back:", type="tertiary", key="exam.back", on_click=leave)
        found = next((one for one in handed_in(store) if one.key == wanted), None)
        if found is None:
            notice("There is no such exam in your log.", "search_off", "exam.unknown")
            return
        titles = {entry.slug: entry.title for entry in standing.asked()}
        sitting_result.show(found, bank, titles)
    elif code := st.query_params.get("exam"):
        paper(store, code, bank)
    else:
        setup(store)
        earlier(handed_in(store))


def handed_in(store: Store) -> tuple[exam.Sitting, ...]:
    """Return this learner's exams, the newest first."""
    return exam.sittings(store.attempts(the_learner().id))


def leave() -> None:
    """Go back to where an exam begins."""
    for name in ("sitting", "exam"):
        st.query_params.pop(name, None)


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
        gone = ", ".join(id for id in found.questions if id not in bank)
        notice(f"These questions are not in this book and are left out: {gone}.", "link_off", "exam.gone")
    if not known:
        return
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(f"{plural(len(known), 'question')}, seed {found.seed}. What is right, and why, is told at the end.",
                    width="content")  # fmt: skip
        with st.popover("Share", icon=":material/link:", type="tertiary"):
            sitting_result.share(found)
    before, here = sitting.underway(store), Paper(found.seed, known)
    if before and before.code == here.code:
        sitting.show(before, here, bank)
        return
    if before:
        st.markdown("You have not handed in another exam. To begin this one gives that one up.")
    with st.container(horizontal=True):
        if before:
            st.button("Go on with the other", key="exam.go-on", on_click=go, args=(before.code,))
        st.button("Begin", type="primary", icon=":material/school:", key="exam.begin-paper", on_click=sitting.begin,
                  args=(here.code,))  # fmt: skip


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
    titles = {part.title: part.id for part in standing.book()}
    st.multiselect("From", list(titles), key=PARTS, placeholder="the whole book")
    st.toggle("Only questions I have answered before", key=MET)
    st.number_input("Seed", 0, exam.MOST_SEED, key=SEED, width=160,
                    help="On one day the same seed and log give the same paper; a link to it gives it for ever.",
                    )  # fmt: skip
    topics = candidates({titles[title] for title in st.session_state[PARTS]}, st.session_state[MET])
    there = sum(map(len, topics.values()))
    st.button("Draw the exam" if before else "Begin", type="primary", icon=":material/school:", key="exam.begin",
              disabled=not there, on_click=drawn, args=(topics, before is None))  # fmt: skip
    st.caption(f"From {plural(there, 'question')} of {plural(sum(map(bool, topics.values())), 'topic')}."
               if there else "You have answered none of these yet.")  # fmt: skip


def candidates(parts: set[str], only_met: bool) -> dict[str, tuple[str, ...]]:
    """Return the ids of the questions to draw from, by topic."""
    met = standing.known()
    return {
        entry.slug: tuple(id for id in standing.questions_of(entry.slug) if not only_met or id in met)
        for entry in standing.asked()
        if not parts or entry.part in parts
    }


def drawn(topics: dict[str, tuple[str, ...]], at_once: bool) -> None:
    """Draw the paper and begin it, or only show it where another is under way."""
    today = standing.now().replace(hour=0, minute=0, second=0, microsecond=0)
    memories = standing.memories()
    weak = {id: exam.weakness(id, memories, today) for ids in topics.values() for id in ids}
    code = exam.draw(topics, weak, st.session_state[SIZE], st.session_state[SEED]).code
    del st.session_state[SEED]
    if at_once:
        sitting.begin(code)
    else:
        go(code)


def go(code: str) -> None:
    """Put a paper into the address."""
    st.query_params["exam"] = code


def earlier(log: tuple[exam.Sitting, ...]) -> None:
    """List the exams that were handed in, the newest first."""
    if not log:
        return
    bank = standing.all_questions()
    st.header("Handed in", anchor=False)
    for one in log[:20]:
        total = exam.total(exam.score(bank[each.question], each) for each in one.answers if each.question in bank)
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center",
                          key=f"map-exam-{one.key}"):  # fmt: skip
            st.button(when(one.at).capitalize(), type="tertiary", icon=":material/assignment:",
                      key=f"exam.open.{one.key}", on_click=look, args=(one.key,))  # fmt: skip
            open_ = f", {total.of - total.marked} to mark" if total.marked < total.of else ""
            st.caption(f"{total.earned:.3g} of {total.of}{open_}", width="content")


def look(key: str) -> None:
    """Put a result into the address."""
    st.query_params["sitting"] = key


main()
