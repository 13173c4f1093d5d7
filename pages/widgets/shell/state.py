"""Names of session-state keys, in one place.

A setting's key is "topic.experiment.field"; it is also the name of the URL parameter that carries it.
"""

from __future__ import annotations

import streamlit as st


def setting(topic: str, experiment: str, field: str) -> str:
    """Return the key of a setting, which is also its URL parameter."""
    return f"{topic}.{experiment}.{field}"


def owned(topic: str, experiment: str, what: str) -> str:
    """Return the key of something an experiment remembers that is no setting (never in the URL)."""
    return f"own:{topic}.{experiment}.{what}"


def open_question(topic: str) -> str:
    """Return the key of the id of the topic's question that is open."""
    return f"questions.{topic}.open"


def visit(page: str) -> None:
    """Note that a page is drawn whole; the visits of a session are counted when it is another than before."""
    if st.session_state.get("visit", (0, None))[1] != page:
        st.session_state["visit"] = (visits() + 1, page)


def visits() -> int:
    """Return the number of this visit: a page that was left and is opened again has another."""
    number: int = st.session_state.get("visit", (0, None))[0]
    return number
