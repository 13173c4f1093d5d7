"""Rows of numbers as a table to type in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.experiment import Experiment
from engine.settings import Settings
from pages.widgets.plate import controls
from pages.widgets.shell import state
from pages.widgets.shell.words import notice

Points = tuple[tuple[float, ...], ...]


def edit_points(
    topic: str,
    experiment: Experiment,
    settings: Settings,
    field: str,
    points: Points,
    names: tuple[str, ...],
    *,
    also: dict[str, Any] | None = None,
    title: str = "Edit as a table",
    open_at_once: bool = False,
) -> None:
    """Draw the rows of a setting as an editable table; a change sets the setting, and `also` other ones with it."""
    edit(
        state.owned(topic, experiment.id, f"{field}:table"),
        title,
        points,
        Sheet(names, grows=True),
        lambda rows: controls.move(topic, experiment, settings, **{field: rows}, **(also or {})),
        open_at_once,
    )


@dataclass(frozen=True)
class Sheet:
    """What a table to type in looks like.

    Attributes:
        names: a column's name for each number of a row.
        labels: a name for each row, where rows have one.
        low, high: the smallest and the largest number that can be typed.
        digits: how many significant ones are shown.
        grows: whether rows may be added and taken out.
        note: a sentence above the table.
    """

    names: tuple[str, ...]
    labels: Sequence[str] = ()
    low: float | None = None
    high: float | None = None
    digits: int = 5
    grows: bool = False
    note: str = ""

    def frame(self, rows: Points) -> pd.DataFrame:
        frame = pd.DataFrame(np.array(rows, dtype=float).reshape(-1, len(self.names)), columns=list(self.names))
        if self.labels:
            frame.insert(0, "name", list(self.labels))
        return frame

    def columns(self) -> dict[str, Any]:
        number = st.column_config.NumberColumn(
            format=f"%.{self.digits}g", required=True, min_value=self.low, max_value=self.high
        )
        return dict.fromkeys(self.names, number)


def edit(
    key: str, title: str, rows: Points, sheet: Sheet, use: Callable[[Points], str], open_at_once: bool = False
) -> DeltaGenerator | None:
    """Draw rows of numbers as a table to type in and hand each change, once it is complete, to `use`.

    The table keeps the rows that it began with while they change by its own edits, so that it is not drawn anew under
    the reader's hands; rows that changed elsewhere, on the canvas say, are another table. `use` sets the numbers and
    returns why they were refused, or "".

    Returns:
        The open fold, to draw below the table; None while it is shut.
    """
    version, base, mine = st.session_state.get(key, (0, rows, rows))
    if mine is not None and rows != mine:
        version, base = version + 1, rows
    st.session_state[key] = (version, base, rows)
    editor = f"{key}:{version}"

    def changed() -> None:
        typed = with_edits(base, st.session_state[editor], sheet.names)
        problem = use(typed) if typed else ""
        st.session_state[f"{key}:problem"] = problem
        if typed and not problem:
            st.session_state[key] = (version, base, None)  # the rows of the next run are this table's own

    fold = st.expander(title, icon=":material/edit_note:", expanded=open_at_once, key=f"{key}:open", on_change="rerun")
    if not fold.open:
        return None
    with fold:
        if sheet.note:
            st.caption(sheet.note)
        st.data_editor(
            sheet.frame(base),
            num_rows="dynamic" if sheet.grows else "fixed",
            hide_index=True,
            disabled=["name"] if sheet.labels else False,
            key=editor,
            on_change=changed,
            column_config=sheet.columns(),
            alt=title,
        )
        if problem := st.session_state.get(f"{key}:problem"):
            notice(f"Not used. {problem}", "edit_off", f"{key}:notice")
    return fold


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
