"""The learner's own text: upload a file or paste. It is read in this process and goes nowhere."""

from __future__ import annotations

import streamlit as st

from engine.data import Text
from engine.own_text import FEWEST_CHARACTERS, MOST_BYTES, read_text
from pages.widgets.plate import own_source
from pages.widgets.shell.letters import plain, shortened

NEWEST = "own:text"  # the text that was given last, anywhere in the app: other experiments begin with it
GIVEN = "own:texts"  # all that are in use, by the key of their experiment, the newest last


def text(key: str) -> Text | None:
    """Draw the upload and the paste box; return the text, or None while there is none. What was typed stays.

    A text that was given in another experiment is taken until this one gets its own.
    """
    with st.popover(
        "Your text", icon=":material/article:", width="stretch", key=f"{key}:box", on_change="rerun"
    ) as box:
        st.caption(
            f"{FEWEST_CHARACTERS} characters to {MOST_BYTES / 1e6:g} MB, in any language. It stays in this app on this "
            "machine and is gone when you close the tab."
        )
        upload = own_source.upload(key, "Text file", ["txt", "md", "text"], MOST_BYTES)
        below = st.container()
        pasted = own_source.paste(key, "or paste a text here")
        own = own_source.held(key, upload, pasted, read_text)
    newest = lend(key, own)
    if own_source.refusal(key, "article", below if box.open else None):
        return None
    found = own or newest
    if found is not None:
        st.text(f"{len(found.characters):,} characters: “{shortened(plain(found.characters), 60)}”")
    return found


def lend(key: str, own: Text | None) -> Text | None:
    """Note the text that an experiment has, or that it has none; return the one that was given last anywhere."""
    given: dict[str, Text] = st.session_state.setdefault(GIVEN, {})
    if given.get(key) != own:
        given.pop(key, None)
        if own is not None:
            given[key] = own
    newest = next(reversed(given.values()), None)
    st.session_state[NEWEST] = newest
    return newest
