"""What came of an exam: the score, by topic, and every question with its points, for the learner to mark."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from engine.content import load_topic
from engine.quiz import exam
from engine.quiz.asking import asked
from engine.quiz.bank import Question
from engine.quiz.exam import Paper, Sitting
from engine.quiz.progress import CONFIDENCE
from engine.quiz.store import Attempt, Store
from pages.widgets.cards import reveal
from pages.widgets.cards import sitting as sittings
from pages.widgets.cards.attempt import Card, Task, grade_from
from pages.widgets.shell import alone, kept_place
from pages.widgets.shell.letters import plural
from pages.widgets.shell.replies import said
from pages.widgets.shell.words import notice, when


def show(store: Store, sitting: Sitting, bank: Mapping[str, Question], titles: Mapping[str, str]) -> None:
    """Draw the result of a sitting."""
    known = [one for one in sitting.answers if one.question in bank]
    scores = {one.question: exam.score(bank[one.question], one) for one in known}
    total = exam.total(scores.values())
    st.caption(f"Handed in {when(sitting.at)}{time_taken(sitting)}, seed {sitting.paper.seed}")
    with st.container(horizontal=True):
        label = "Score so far" if total.marked < total.of else "Score"
        st.metric(label, f"{total.earned:.3g} of {total.of}", width="content")
        if total.marked < total.of:
            st.metric("To mark", total.of - total.marked, width="content")
    if total.marked < total.of:
        st.markdown("Free text is marked by you: tick the points that your answers make, then say recalled or missed.")
    if left := sum(not one.answer.strip() for one in known):
        st.caption(f"Answered: {len(known) - left} of {len(known)}. What was left open counts as missed here.")
    if sitting.taken_back:
        st.caption(f"Taken back since, and not counted: {plural(sitting.taken_back, 'answer')}.")
    if len(known) < len(sitting.answers):
        gone = plural(len(sitting.answers) - len(known), "question")
        notice(f"{gone} of this exam left the book since; the answers stay in your log.", "history", "exam.gone")
    by_topic(known, scores, titles)
    again(store, sitting, bank)
    for place, one in enumerate(known):
        question = bank[one.question]
        name = f"{titles[question.topic]}, {question.title.lower()}"
        with alone.part(f"Question {place + 1}", f"exam.result.{one.id}"):
            card(place, name, one, sitting.paper, question, scores[one.question])


def by_topic(known: list[Attempt], scores: Mapping[str, float | None], titles: Mapping[str, str]) -> None:
    """Draw the score of each topic as a table."""
    topics = list(dict.fromkeys(one.topic for one in known))
    rows = []
    for topic in topics:
        total = exam.total(scores[one.question] for one in known if one.topic == topic)
        rows.append(
            {
                "Topic": titles.get(topic, topic),
                "Score": f"{total.earned:.3g}",
                "Questions": total.of,
                "To mark": str(total.of - total.marked or "–"),
            }
        )
    with st.container(key="place-table"):
        st.table(pd.DataFrame(rows), border="horizontal", hide_index=True, alt="Score by topic")


def time_taken(sitting: Sitting) -> str:
    """Say how long a sitting took, and by how much it went over its limit; nothing where the log does not say it."""
    if sitting.took is None:
        return ""
    limit = 60 * sitting.paper.minutes
    if not limit:
        return f", after {exam.clock(sitting.took)}"
    over = f", {exam.clock(sitting.took - limit)} over" if sitting.took > limit else ""
    return f", after {exam.clock(sitting.took)} of {exam.clock(limit)}{over}"


def again(store: Store, sitting: Sitting, bank: Mapping[str, Question]) -> None:
    """Offer the same exam again, one of what was missed, and the link; one press begins."""

    def sit(paper: Paper) -> None:
        st.query_params.pop("sitting", None)
        if sittings.underway(store):
            st.query_params["exam"] = paper.code  # where it begins at a press: that gives the other up
            kept_place.to_the_top()
        else:
            sittings.begin(paper.code)

    paper = sitting.paper
    with st.container(horizontal=True):
        if known := tuple(id for id in paper.questions if id in bank):
            same = Paper(paper.seed, known, paper.minutes)
            st.button("Sit it again", icon=":material/replay:", key="exam.again", on_click=sit, args=(same,))
        if missed := tuple(id for id in sitting.missed if id in bank):
            st.button(
                f"Only what was missed ({len(missed)})",
                icon=":material/target:",
                key="exam.missed",
                on_click=sit,
                args=(Paper(secrets.randbelow(exam.MOST_SEED + 1), missed),),
            )
        with st.popover("Share", icon=":material/link:"):
            share(paper)
    said(sittings.BEGIN, "error")


def share(paper: Paper) -> None:
    """Show the link to a paper."""
    base = (st.context.url or "").split("?")[0].split("#")[0]
    st.code(f"{base}?{urlencode({'exam': paper.code})}", language=None, wrap_lines=True)
    st.caption("Whoever opens it sits the same questions with the same numbers. Your answers do not travel.")


def card(place: int, name: str, one: Attempt, paper: Paper, question: Question, score: float | None) -> None:
    """Draw one answered question with everything that there is to know about it."""
    sheet = asked(question, paper.seed_of(question.id))
    task = Task(f"{question.id}.{one.id}", one.topic, one.fingerprint, sheet.exact, sheet.grade, place="exam")
    if task.card_key not in st.session_state:
        st.session_state[task.card_key] = Card(key=f"{one.id:08d}", attempt=one, grade=grade_from(one.machine))
    says = "to mark" if score is None else f"{score:.2g} of 1"
    sure = f" · {CONFIDENCE[one.confidence]}" if one.answer.strip() else ""
    opened = st.session_state.setdefault(f"exam.opened.{one.id}", score is None)  # marking it must not close it
    with st.expander(f"{place + 1} · {name} · {says}{sure}", expanded=opened, key=f"exam.result.{one.id}"):
        st.markdown(sheet.question.ask)
        if one.fingerprint != question.fingerprint:
            st.caption("The question has changed since you answered it.")
        if not one.answer.strip():
            st.markdown(":material/edit_off: Left open.")
            st.markdown(f"**Model answer**\n\n{sheet.question.answer}")
            return
        with alone.part("What is right", f"exam.right.{one.id}"):
            reveal.show(sheet.question, load_topic(one.topic), task, st.session_state[task.card_key])
