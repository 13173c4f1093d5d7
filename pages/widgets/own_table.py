"""The learner's own table: upload or paste a CSV. It is read in this process and goes nowhere."""

from __future__ import annotations

import streamlit as st

from engine.data import MOST_COLUMNS, MOST_ROWS, Table
from engine.errors import DataRefused
from engine.own_table import read_table
from pages.widgets.words import notice, plain


def table(key: str) -> Table | None:
    """Draw the upload and the paste box; return the table, or None while there is none. What was typed stays."""
    with st.popover("Your table", icon=":material/table:", width="stretch"):
        st.caption(
            f"CSV with up to {MOST_ROWS:,} rows and {MOST_COLUMNS} columns of numbers. Delimiter, header and decimal "
            "comma are found out. It stays in this app on this machine and is gone when you close the tab."
        )
        upload = st.file_uploader("CSV file", type=["csv", "tsv", "txt"], key=f"{key}:file")
        pasted = st.text_area("or paste rows here", key=f"{key}:text", height=140, persist_state="session",
                              placeholder="height, weight\n171, 64\n183, 80")  # fmt: skip
    source: bytes | str = upload.getvalue() if upload is not None else pasted
    keep = f"{key}:kept"
    if source and st.session_state.get(f"{key}:source") != source:
        try:
            st.session_state[keep] = read_table(source)
            st.session_state[f"{key}:problem"] = ""
        except DataRefused as error:
            st.session_state[keep] = None
            st.session_state[f"{key}:problem"] = str(error)
        st.session_state[f"{key}:source"] = source
    if problem := st.session_state.get(f"{key}:problem"):
        notice(problem, "table", f"{key}:notice")
    found: Table | None = st.session_state.get(keep)
    if found is not None:
        rows, columns = found.values.shape
        left = f" Left out: {', '.join(found.left_out)}." if found.left_out else ""
        st.text(plain(f"{rows:,} rows, {columns} columns.{left}"))
    return found
