"""The learner's own table: upload or paste a CSV. It is read in this process and goes nowhere."""

from __future__ import annotations

import streamlit as st

from engine.data import MOST_COLUMNS, MOST_ROWS, Table
from engine.own_table import MOST_BYTES, read_table
from pages.widgets.plate import own_source
from pages.widgets.shell.letters import plain, plural


def table(key: str) -> Table | None:
    """Draw the upload and the paste box; return the table, or None while there is none. What was typed stays."""
    with st.popover("Your table", icon=":material/table:", width="stretch", key=f"{key}:box", on_change="rerun") as box:
        st.caption(
            f"CSV with up to {MOST_ROWS:,} rows and {MOST_COLUMNS} columns of numbers. Delimiter, header and decimal "
            "comma are found out. It stays in this app on this machine and is gone when you close the tab."
        )
        upload = own_source.upload(key, "CSV file", ["csv", "tsv", "txt"], MOST_BYTES)
        below = st.container()
        pasted = own_source.paste(key, "or paste rows here", "height, weight\n171, 64\n183, 80")
        found = own_source.held(key, upload, pasted, read_table)
    own_source.refusal(key, "table", below if box.open else None)
    if found is not None:
        st.text(plain(described(found)))
    return found


def described(table: Table) -> str:
    """Say what was read.

    >>> described(Table(("a", "b"), [[1.0, 2.0]], ("c (text)",), ("row 1 taken for a title", "a in $")))
    '1 row, 2 columns. Left out: c (text). Row 1 taken for a title; a in $.'
    """
    rows, columns = table.values.shape
    left = f" Left out: {', '.join(table.left_out)}." if table.left_out else ""
    notes = "; ".join(table.notes)
    size = f"{plural(rows, 'row')}, {plural(columns, 'column')}.{left}"
    return size + (f" {notes[:1].upper()}{notes[1:]}." if notes else "")
