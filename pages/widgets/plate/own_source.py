"""Where own data come from, a file or a paste box: the newest source counts, and what was taken out counts no more.

A file that was chosen stays in use while its upload is not drawn, for Streamlit forgets it then; so what is held is
what was read last, and only a change by the learner's own hand takes it away.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, Literal, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.uploaded_file_manager import DeletedFile, UploadedFile

from engine.errors import DataRefused
from pages.widgets.shell.replies import reply

T = TypeVar("T")


def upload(key: str, label: str, types: list[str], most: int) -> UploadedFile | None:
    """Draw the upload of own data and return the file that is chosen, if one is.

    Args:
        key: of the own data.
        label: what is uploaded.
        types: the endings that are offered.
        most: bytes of the largest file.
    """
    return st.file_uploader(
        label, type=types, key=f"{key}:file", max_upload_size=most // 1_000_000, on_change=touched, args=(key, "file")
    )


def paste(key: str, label: str, placeholder: str = "") -> str:
    """Draw the box into which own data are pasted and return what stands there; it stays over the pages of a visit."""
    return st.text_area(
        label,
        key=f"{key}:text",
        height=140,
        persist_state="session",
        placeholder=placeholder,
        on_change=touched,
        args=(key, "text"),
    )


def touched(key: str, source: Literal["file", "text"]) -> None:
    """Note that the learner changed a source; the callback of its widget."""
    if not isinstance(st.session_state.get(f"{key}:file"), DeletedFile):  # the server let it go, not the learner
        st.session_state[f"{key}:touched"] = source


def held(key: str, upload: UploadedFile | None, pasted: str, read: Callable[[Any], T]) -> T | None:
    """Return what the newest source holds, read when it changes; under the widgets, a way to take a file out.

    Args:
        key: of the own data; `key:kept` and `key:problem` hold what was read, and why it was not.
        upload: the file that is chosen, if one is.
        pasted: what stands in the paste box.
        read: reads bytes or text, or raises DataRefused.
    """
    state = st.session_state
    if source := state.pop(f"{key}:touched", ""):
        there = {"file": upload is not None, "text": pasted != ""}
        other = "text" if source == "file" else "file"
        take(key, source if there[source] else other if there[other] else "", upload, pasted, read)
    if state.get(f"{key}:from file") and upload is None:
        if state[f"{key}:problem"]:
            take(key, "text" if pasted else "", None, pasted, read)  # a refusal goes with what was refused
        else:
            label = "Take out the file that is in use"
            st.button(label, icon=":material/close:", key=f"{key}:out", on_click=touched, args=(key, "file"))
    found: T | None = state.get(f"{key}:kept")
    return found


def take(key: str, source: str, upload: UploadedFile | None, pasted: str, read: Callable[[Any], T]) -> None:
    """Read a source and hold what it says, or why it cannot be used; hold nothing where there is no source."""
    state = st.session_state
    from_file = source == "file" and upload is not None
    state[f"{key}:kept"], state[f"{key}:problem"], state[f"{key}:from file"] = None, "", from_file
    if not source:
        return
    try:
        state[f"{key}:kept"] = read(upload.getvalue() if from_file and upload else pasted)
    except DataRefused as error:
        state[f"{key}:problem"] = str(error)


def refusal(key: str, icon: str, below: DeltaGenerator | None) -> bool:
    """Say why the newest source cannot be used, if it cannot: `below` the upload, which covers what stands under it."""
    problem = st.session_state.get(f"{key}:problem", "")
    if problem:
        with below or nullcontext():
            reply(problem, icon, f"{key}:notice")
    return bool(problem)
