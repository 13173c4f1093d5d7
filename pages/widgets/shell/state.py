"""Names of session-state keys, in one place, and rows of numbers as text for links.

A setting's key is "topic.experiment.field"; it is also the name of the URL parameter that carries it.
"""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

Points = tuple[tuple[float, ...], ...]


def setting(topic: str, experiment: str, field: str) -> str:
    """Return the key of a setting, which is also its URL parameter."""
    return f"{topic}.{experiment}.{field}"


def owned(topic: str, experiment: str, what: str) -> str:
    """Return the key of something an experiment remembers that is no setting (never in the URL)."""
    return f"own:{topic}.{experiment}.{what}"


def open_question(topic: str) -> str:
    """Return the key of the id of the topic's question that is open."""
    return f"questions.{topic}.open"


def rows_to_text(rows: Points) -> str:
    """Write rows of numbers for a link: values parted by commas, rows by semicolons.

    >>> rows_to_text(((1.0, 2.5), (3.0, -4.0)))
    '1,2.5;3,-4'
    """
    return ";".join(",".join(f"{value:.12g}" for value in row) for row in rows)


def rows_from_text(text: str) -> Points | None:
    """Read what rows_to_text wrote; None where a link was damaged.

    >>> rows_from_text("1,2.5;3,-4")
    ((1.0, 2.5), (3.0, -4.0))
    >>> rows_from_text("1,x") is None
    True
    """
    try:
        return tuple(tuple(float(value) for value in row.split(",")) for row in text.split(";")) if text else ()
    except ValueError:
        return None


def remembered_rows(key: str, default: Points) -> Points:
    """Return the rows kept under `key`, seeded from the URL at first and on Back and Forward; keep the URL in step."""
    context = get_script_run_ctx()
    if key not in st.session_state or (context is not None and context.is_history_navigation):
        carried = rows_from_text(st.query_params[key][:20_000]) if key in st.query_params else None
        st.session_state[key] = default if carried is None else carried
    rows: Points = st.session_state[key]
    if rows != default:
        text = rows_to_text(rows)
        if st.query_params.get(key) != text:
            st.query_params[key] = text
    elif key in st.query_params:
        del st.query_params[key]
    return rows


def visit(page: str) -> None:
    """Note that a page is drawn whole; the visits of a session are counted when it is another than before."""
    if st.session_state.get("visit", (0, None))[1] != page:
        st.session_state["visit"] = (visits() + 1, page)


def visits() -> int:
    """Return the number of this visit: a page that was left and is opened again has another."""
    number: int = st.session_state.get("visit", (0, None))[0]
    return number
