"""How long a question takes its learner: from when it is shown, while somebody is there.

A session has one clock. The time since the last sign of life (a question shown, a text changed, a press) belongs to the
question that gives the next sign, so that of two that stand open only one gets it. Where no sign comes for AWAY_S, or
the page tells that it is hidden or left alone (presence.js), nobody is there and no time runs. A page that is loaded
again begins another session: the browser's tab remembers how long a question stood there, and tells it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from pages.widgets.shell import state

AWAY_S = 300.0  # who reads and thinks moves now and then; after so long without any sign the chair is empty
A_DAY_S = 86_400.0
SIGN, SHOWN = "clock.sign", "clock.shown"

presence = st.components.v2.component(
    "grimoire.presence",
    html="<span></span>",
    js=Path(__file__).with_name("presence.js").read_text(encoding="utf-8"),
)


def shown(what: str) -> None:
    """Start the clock where a question is drawn that did not stand on the page before.

    Args:
        what: the question and the try; the same as long as they are.
    """
    visit, there = st.session_state.get(SHOWN, (None, frozenset[str]()))
    if visit != state.visits():
        there = frozenset()
    if what not in there:
        st.session_state[SIGN] = time.monotonic()
        st.session_state[SHOWN] = (state.visits(), there | {what})


def watch(key: str, gone: Callable[[], None], what: str = "", before: Callable[[float], None] | None = None) -> None:
    """Hear from the page that nobody is there, or that somebody is back.

    Args:
        key: of the component.
        gone: called when the page is hidden or was left alone.
        what: the question and the try, the same in every session; "" where the tab need not remember them.
        before: called with the seconds for which the question stood there before the page was loaded again.
    """

    def told() -> None:
        gone() if st.session_state[key].get("away") else put_down()

    def stood() -> None:
        said = st.session_state[key].get("before")
        if before and isinstance(said, (int, float)) and 0 < said <= A_DAY_S:
            before(said)

    presence(key=key, data={"what": what}, on_away_change=told, on_before_change=stood)


def put_down() -> None:
    """Leave out the time since the last sign of life: it was spent elsewhere."""
    st.session_state[SIGN] = time.monotonic()


def closed() -> None:
    """Forget what stands on the page: a question that is opened again starts the clock."""
    st.session_state.pop(SHOWN, None)


def taken() -> float:
    """Return the seconds since the last sign of life, AWAY_S at most; this is one."""
    now = time.monotonic()
    since: float = now - st.session_state.get(SIGN, now)
    st.session_state[SIGN] = now
    return min(since, AWAY_S)
