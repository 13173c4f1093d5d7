"""What a card asks of the keyboard: which keys a phone shows for a field, and where the focus goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import streamlit as st

Keys = Literal["decimal", "text"]

_fields = st.components.v2.component(
    "grimoire.keys",
    html="<span></span>",
    js=Path(__file__).with_name("keys.js").read_text(encoding="utf-8"),
)
_focus = st.components.v2.component(
    "grimoire.focus",
    html="<span></span>",
    js=Path(__file__).with_name("focus.js").read_text(encoding="utf-8"),
)


def class_of(key: str) -> str:
    """Return the class that Streamlit gives the element of a key.

    >>> class_of("question.2.q1a.answer")
    'st-key-question-2-q1a-answer'
    """
    return "st-key-" + "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_") else "-" for sign in key)


def keys(key: str, mode: Keys, enter: Literal["done", "enter"] = "done") -> None:
    """Say which keys a phone shows for the field at `key`; signs are left as they are typed, and nothing is corrected.

    Args:
        key: of the field.
        mode: "decimal" for one number, "text" where letters, commas or slashes are needed.
        enter: what the key for Enter is called: it sends a field of one line, and begins another one in a larger one.
    """
    _fields(key=f"keys-{key}", data={"field": class_of(key), "inputmode": mode, "enterkeyhint": enter})


def focus(room: str, at: str) -> None:
    """Keep the focus in a container: where what had it gives way to something else, that gets it.

    Args:
        room: key of the container.
        at: what is drawn in it; the focus moves when this changes.
    """
    _focus(key=f"focus-{room}", data={"room": class_of(room), "at": at})
