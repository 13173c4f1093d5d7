"""What came of an exam: the score, by topic, and every question with its points, for the learner to mark."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from engine.content import load_topic
from engine.errors import ContentError
from engine.quiz import exam
from engine.quiz.asking import asked
from engine.quiz.bank import Question
from engine.quiz.exam import Paper, Sitting
from engine.quiz.progress import CONFIDENCE
from engine.quiz.store import Attempt
from pages.widgets import reveal
from pages.widgets.attempt import Card, Task, grade_from
from pages.widgets.words import notice, plural, when


def show(sitting: Sitting, bank: Mapping[str, Question], titles: Mapping[str, str]) -> None:
    """Draw the result of a sitting."""
    known = [one for one in sitting.answers if one.question in bank]
    scores = {one.question: exam.score(bank[one.question], one) for one in known}
    total = exam.total(scores.values())
    st.caption(f"Handed in {when(sitting.at)}, seed {sitting.paper.seed}")
    with st.container(horizontal=True):
        label = "Score so far" if total.marked < total.of else "Score"
        st.metric(label, f"{total.earned:.3g} of {total.of}", width="content")
        if total.marked < total.of:
            st.metric("To mark", total.of - total.marked, width="content")
    if total.marked < total.of:
        st.markdown("Free text is marked by you: tick the points that your answers make, then say recalled or missed.")
    if sitting.taken_back:
        st.caption(f"Taken back since, and not counted: {plural(sitting.taken_back, 'answer')}.")
    if len(known) < len(sitting.answers):
        gone = plural(len(sitting.answers) - len(known), "question")
        notice(f"{gone} of this exam left the book since; the answers stay in your log.", "history", "exam.gone")
    by_topic(known, scores, titles)
    again(sitting)
    for place, one in enumerate(known):
        card(place, one, sitting.paper, bank[one.question], scores[one.question])


def by_topic(known: list[Attempt], scores: Mapping[str, float | None], titles: Mapping[str, str]) -> None:
    """Draw the score of each topic as a table."""
    topics = list(dict.fromkeys(one.topic for one in known))
    rows = []
    for topic in topics:
        total = exam.total(scores[one.question] for one in known if one.topic == topic)
        rows.append({"Topic": titles.get(topic, topic), "Score": f"{total.earned:.3g}", "Questions": total.of,
                     "To mark": str(total.of - total.marked or "–")})  # fmt: skip
    with st.container(key="place-table"):
        st.table(pd.DataFrame(rows), border="horizontal", hide_index=True, alt="Score by topic")


def again(sitting: Sitting) -> None:
    """Offer the same exam again, one of what was missed, and the link."""

    def sit(paper: Paper) -> None:
        st.query_params.pop("sitting", None)
        st.query_params["exam"] = paper.code  # where it begins at a press

    with st.container(horizontal=True):
        st.button("Sit it again", icon=":material/replay:", key="exam.again", on_click=sit, args=(sitting.paper,))
        if missed := sitting.missed:
            paper = Paper(secrets.randbelow(exam.MOST_SEED + 1), missed)
            st.button(f"Only what was missed ({len(missed)})", icon=":material/target:", key="exam.missed",
                      on_click=sit, args=(paper,))  # fmt: skip
        with st.popover("Share", icon=":material/link:"):
            share(sitting.paper)


def share(paper: Paper) -> None:
    """Show the link to a paper."""
    base = (st.context.url or "").split("?")[0].split("#")[0]
    st.code(f"{base}?{urlencode({'exam': paper.code})}", language=None, wrap_lines=True)
    st.caption("Whoever opens it sits the same questions with the same numbers. Your answers do not travel.")


def card(place: int, one: Attempt, paper: Paper, question: Question, score: float | None) -> None:
    """Draw one answered question with everything that there is to know about it."""
    sheet = asked(question, paper.seed_of(question.id))
    task = Task(f"{question.id}.{one.id}", one.topic, one.fingerprint, sheet.exact, sheet.grade, place="exam")
    if task.card_key not in st.session_state:
        st.session_state[task.card_key] = Card(key=f"{one.id:08d}", attempt=one, grade=grade_from(one.machine))
    said = "to mark" if score is None else f"{score:.2g} of 1"
    sure = f" · {CONFIDENCE[one.confidence]}" if one.answer.strip() else ""
    opened = st.session_state.setdefault(f"exam.opened.{one.id}", score is None)  # marking it must not close it
    with st.expander(f"{place + 1} · {question.title} · {said}{sure}", expanded=opened,
                     key=f"exam.result.{one.id}"):  # fmt: skip
        st.markdown(sheet.question.ask)
        if one.fingerprint != question.fingerprint:
            st.caption("The question has changed since you answered it.")
        if not one.answer.strip():
            st.markdown(":material/edit_off: Left open.")
            st.markdown(f"**Model answer**\n\n{sheet.question.answer}")
            return
        try:
            reveal.show(sheet.question, load_topic(one.topic), task, st.session_state[task.card_key])
        except ContentError as error:
            notice(str(error), "error", f"exam.result.{one.id}")
