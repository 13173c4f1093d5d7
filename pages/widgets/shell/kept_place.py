"""The reader's place on a page: Back, Forward and reload find the scroll position and what was open.

The browser keeps it (kept_place.js). What was open and is not, because a reload begins a new session, it tells once the
page is drawn; whoever draws such a thing asks `was_open`. A link may name a place, too: `?question=2.q1a` and
`?experiment=sse`.
"""

from __future__ import annotations

import re
from pathlib import Path

import streamlit as st

KEY, TOP = "kept-place", "kept-place.top"
keeper = st.components.v2.component(
    "grimoire.kept_place",
    html="<span></span>",
    js=Path(__file__).with_name("kept_place.js").read_text(encoding="utf-8"),
)


def follow(page: str) -> None:
    """Follow the reader to a page; called before it is drawn.

    Args:
        page: its path.
    """
    data = {"page": page, "anchor": named(), "top": st.session_state.get(TOP, 0)}
    keeper(key=KEY, data=data, on_opened_change=lambda: None)


def to_the_top() -> None:
    """Show the beginning of the page once it is drawn, because it is another one now; called by a button."""
    st.session_state[TOP] = st.session_state.get(TOP, 0) + 1


def named() -> str:
    """Return the anchor of what the address names, or nothing."""
    for kind in ("question", "experiment"):
        if id := st.query_params.get(kind):
            return f"{kind}-{re.sub(r'[^A-Za-z0-9-]', '-', id)}"
    return ""


def was_open(key: str) -> bool:
    """Tell whether the container of this key was there before the reload, or before the reader went away.

    Args:
        key: as it was given to st.container.
    """
    told = st.session_state.get(KEY)
    names = told.get("opened") if told else None
    return isinstance(names, list) and key in names
