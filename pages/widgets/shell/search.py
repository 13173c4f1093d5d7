"""The search box: hits under it as one types, and the way to the very place in the same session.

The browser asks search_route and shows the hits. The one that is chosen comes back here by its key; the page is
switched, and the box, which stays, is told which element to show once the page is drawn.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import streamlit as st

from pages.widgets.shell import alone

HERE = Path(__file__).parent
KEY, PICKED, SOUGHT = "search", "search.picked", "search.sought"

_mount = st.components.v2.component(
    "grimoire.search",
    html=(HERE / "search.html").read_text("utf-8"),
    css=(HERE / "search.css").read_text("utf-8"),
    js=(HERE / "search.js").read_text("utf-8"),
)


def show(pages: Mapping[str, st.Page], here: str) -> None:
    """Draw the box, and go where a hit leads that was chosen.

    Args:
        pages: every page of the app by its address.
        here: the address of the page that is shown.
    """
    url = st.session_state.pop(PICKED, None)
    if url in pages:
        st.switch_page(pages[url])
    _mount(
        key=KEY,
        data={"here": here, "sought": st.session_state.get(SOUGHT)},
        on_open_change=alone.press("Following the hit", partial(picked, here)),
    )


def picked(here: str) -> None:
    """Note which hit was chosen; what names none is passed over, for a browser's message can be forged.

    Args:
        here: the page on which it was chosen.
    """
    from engine.search import find

    said = st.session_state.get(KEY)
    key = said.get("open") if isinstance(said, Mapping) else None
    hit = find(key) if isinstance(key, str) else None
    if hit:
        st.session_state[SOUGHT] = {"anchor": hit.anchor, "text": hit.text, "once": secrets.token_hex(4)}
        if hit.url != here:  # a switch to the present page would drop its settings from the address
            st.session_state[PICKED] = hit.url
