"""What a press came to, said beside the button that was pressed.

A callback leaves its sentence at a place, `say("backup", …)`, and the page draws it there, `said("backup", …)`, once.
kept_place.js brings a reply that lies outside the screen into view, on a phone and inside a popover, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from pages.widgets.shell.letters import plain
from pages.widgets.shell.words import notice

SAID = "said."


def reply(sentence: str, icon: str, key: str) -> None:
    """Show a sentence that answers a press; arguments are those of `notice`."""
    notice(sentence, icon, f"reply-{key}")


@contextmanager
def asking(sentence: str, key: str) -> Iterator[None]:
    """Ask before something is done: a reply with room for the buttons that answer it, brought into view with them."""
    with st.container(key=f"notice-reply-{key}"):
        st.text(plain(sentence))
        with st.container(horizontal=True):
            yield


def say(place: str, sentence: str) -> None:
    """Leave a sentence for a place of the page; called by a button."""
    st.session_state[f"{SAID}{place}"] = sentence


def said(place: str, icon: str) -> None:
    """Draw what was said at this place since it was drawn last, or nothing; what stands below keeps its place."""
    room = st.empty()  # else an expander below would be another one, and closed
    if sentence := st.session_state.pop(f"{SAID}{place}", ""):
        with room.container():
            reply(sentence, icon, place)
