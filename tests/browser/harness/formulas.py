"""Everything that the bank can say, set by the browser: answers, hints, rubrics, drills, derivations.

?topic=SLUG shows a topic's questions, ?drills=PART the drills of one part with their steps, ?ladders all derivations.
"""

from __future__ import annotations

import importlib

import streamlit as st

from engine.content.read import load_topic
from engine.quiz.bank import gists
from engine.quiz.drills import draw
from engine.quiz.ladders.ladders import LADDERS
from pages.widgets.lesson.lesson import displayed

st.title("Formulas")
texts: list[str] = []
if topic := st.query_params.get("topic"):
    questions = load_topic(topic).questions
    texts += gists(questions).values()
    for one in questions:
        texts += [one.ask, one.hint, one.answer, *(point.says for point in one.points)]
        texts += [text for belief in one.misconceptions for text in (belief.claim, belief.why)]
        if one.exact:
            texts += [one.exact.ask, *one.exact.options]
if part := st.query_params.get("drills"):
    for name in importlib.import_module(f"engine.quiz.drills.{part}").DRILLS:
        for drill in (draw(name, seed) for seed in range(3)):
            texts += [drill.ask, drill.steps, *(says for _, says in drill.traps), *drill.exact.options]
if "ladders" in st.query_params:
    texts += [text for ladder in LADDERS.values() for text in (ladder.title, ladder.ask)]
for text in texts:
    st.markdown(displayed(text))
st.caption(f"{len(texts)} texts")
