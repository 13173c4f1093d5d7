"""Tables: numbers to read, and rows of points that can be edited beside a canvas."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from engine.data import Floats
from engine.experiment import Experiment, Settings
from pages.widgets import controls, state
from pages.widgets.words import notice

Points = tuple[tuple[float, ...], ...]


def matrix(title: str, values: Floats, names: tuple[str, ...]) -> None:
    """Show a matrix, shape (p, p), with the names of its rows and columns."""
    st.markdown(f"**{title}**")
    numbers(pd.DataFrame(values, index=list(names), columns=list(names)), title, hide_index=False)


def numbers(frame: pd.DataFrame, alt: str, hide_index: bool = True) -> None:
    """Show a table of numbers with four significant digits."""
    config = {name: st.column_config.NumberColumn(format="%.4g") for name in frame.select_dtypes("number").columns}
    st.dataframe(frame, hide_index=hide_index, column_config=config, alt=alt)


def edit_points(
    topic: str, experiment: Experiment, settings: Settings, field: str, points: Points, names: tuple[str, ...], *,
    also: dict[str, Any] | None = None, title: str = "Edit as a table", open_at_once: bool = False,
) -> None:  # fmt: skip
    """Draw the rows of a setting as an editable table; a change sets the setting, and `also` other ones with it."""
    key = state.owned(topic, experiment.id, f"{field}:table")
    version, base, mine = st.session_state.get(key, (0, points, points))
    if points != mine:  # they changed elsewhere, on the canvas say: another table
        version, base, mine = version + 1, points, points
    st.session_state[key] = (version, base, mine)
    editor = f"{key}:{version}"

    def changed() -> None:
        rows = with_edits(base, st.session_state[editor], names)
        problem = controls.move(topic, experiment, settings, **{field: rows}, **(also or {})) if rows else ""
        st.session_state[f"{key}:problem"] = problem
        if rows and not problem:
            st.session_state[key] = (version, base, st.session_state[state.setting(topic, experiment.id, field)])

    with st.expander(title, icon=":material/edit_note:", expanded=open_at_once, key=f"{key}:open",
                     on_change="rerun") as opened:  # fmt: skip
        if not opened.open:
            return
        number = st.column_config.NumberColumn(format="%.5g", required=True)
        frame = pd.DataFrame(np.array(base, dtype=float).reshape(-1, len(names)), columns=list(names))
        st.data_editor(frame, num_rows="dynamic", hide_index=True, key=editor, on_change=changed,
                       column_config=dict.fromkeys(names, number), alt=title)  # fmt: skip
        if problem := st.session_state.get(f"{key}:problem"):
            notice(f"Not used. {problem}", "edit_off", f"{key}:notice")


def with_edits(base: Points, edits: dict[str, Any], names: tuple[str, ...]) -> Points | None:
    """Apply what st.data_editor reports to the rows it was given; None while a row is incomplete.

    >>> with_edits(((1.0, 2.0),), {"edited_rows": {0: {"y": 5}}, "added_rows": [{"x": 3, "y": 4}]}, ("x", "y"))
    ((1.0, 5.0), (3.0, 4.0))
    """
    rows = [dict(zip(names, row, strict=True)) for row in base]
    for index, cells in edits.get("edited_rows", {}).items():
        rows[int(index)] |= cells
    gone = set(edits.get("deleted_rows", []))
    rows = [row for index, row in enumerate(rows) if index not in gone] + list(edits.get("added_rows", []))
    if any(row.get(name) is None for row in rows for name in names):
        return None
    return tuple(tuple(float(row[name]) for name in names) for row in rows)
