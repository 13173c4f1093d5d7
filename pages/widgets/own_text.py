"""The learner's own text: upload a file or paste. It is read in this process and goes nowhere."""

from __future__ import annotations

import streamlit as st

from engine.data import Text
from engine.errors import DataRefused
from engine.own_text import FEWEST_CHARACTERS, MOST_BYTES, read_text
from pages.widgets.words import notice, plain, shortened

NEWEST = "own:text"  # the text that was given last, anywhere in the app: other experiments begin with it


def text(key: str) -> Text | None:
    """Draw the upload and the paste box; return the text, or None while there is none. What was typed stays.

    A text that was given in another experiment is taken until this one gets its own.
    """
    with st.popover("Your text", icon=":material/article:", width="stretch"):
        st.caption(
            f"{FEWEST_CHARACTERS} characters to {MOST_BYTES / 1e6:g} MB, in any language. It stays in this app on this "
            "machine and is gone when you close the tab."
        )
        upload = st.file_uploader("Text file", type=["txt", "md", "text"], key=f"{key}:file", max_upload_size=2)
        pasted = st.text_area("or paste a text here", key=f"{key}:text", height=140, persist_state="session")
    source: bytes | str = upload.getvalue() if upload is not None else pasted
    keep = f"{key}:kept"
    if source and st.session_state.get(f"{key}:source") != source:
        try:
            st.session_state[keep] = st.session_state[NEWEST] = read_text(source)
            st.session_state[f"{key}:problem"] = ""
        except DataRefused as error:
            st.session_state[keep] = None
            st.session_state[f"{key}:problem"] = str(error)
        st.session_state[f"{key}:source"] = source
    if problem := st.session_state.get(f"{key}:problem"):
        notice(problem, "article", f"{key}:notice")
        return None
    found: Text | None = st.session_state.get(keep, st.session_state.get(NEWEST))
    if found is not None:
        st.text(f"{len(found.characters):,} characters: “{shortened(plain(found.characters), 60)}”")
    return found
