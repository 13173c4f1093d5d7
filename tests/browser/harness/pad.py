"""A page with a pad, what Python was told of it, and what a digit classifier would see."""

from __future__ import annotations

import streamlit as st

from engine.computer_vision.pen import prepare
from pages.widgets.canvas.pad.pad import Strokes, pad

st.set_page_config(page_title="Pad harness", layout="centered")


def keep(strokes: Strokes) -> None:
    st.session_state["drawn"] = strokes
    st.session_state["reports"] = st.session_state.get("reports", 0) + 1


@st.fragment
def drawing() -> None:
    strokes: Strokes = st.session_state.get("drawn", ())
    if strokes and st.query_params.get("shift"):
        st.caption("What appears above columns makes the browser build what is in them anew.")
    left, _ = st.columns([3, 1])
    with left:
        pad("pad", strokes=strokes, on_change=keep)
    st.text(f"{len(strokes)} strokes, {sum(map(len, strokes))} points")
    st.text(f"reports: {st.session_state.get('reports', 0)}")
    prepared = prepare(strokes)
    rows = [] if prepared is None else ["".join(" .:*#"[int(4 * one)] for one in row) for row in prepared.image]
    st.code("\n".join(rows) or "nothing", language=None)
    if strokes:
        (left, top), (right, low) = strokes[0][0], strokes[-1][-1]
        st.text(f"from {left:.2f} {top:.2f} to {right:.2f} {low:.2f}")


if st.toggle("Show the pad", True):
    drawing()
