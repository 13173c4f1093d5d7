"""The open database and the learner who sits here, for every page.

Who learns is kept in the session, so two browser windows may hold two learners. A reload begins a new session: once
there are two learners the name stands in the address (`?learner=Ada`), which a reload, a bookmark and a copied tab
keep and which needs nothing stored in the browser. The name and not the number, because a link may be opened on another
machine, where the same number is somebody else; an unknown name is passed over. Without one, the learner who answered
last goes on.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from pathlib import Path

import streamlit as st

from engine.errors import StoreError
from engine.quiz.store import Learner, Store, default_path

FIRST = "Learner 1"  # so that nobody has to fill in a form before the first page; the sidebar renames
NOBODY = Learner(0, FIRST)  # who learns where there is no store
CHOSEN, PROBLEM, PARAMETER = "learner.id", "store.problem", "learner"
RETRY_S = 5.0  # a store that did not open is not asked again on every rerun


@st.cache_resource(show_spinner=False, max_entries=4, on_release=lambda store: store.close())
def _opened(path: Path) -> Store:
    store = Store.open(path)
    if not store.learners():
        store.add_learner(FIRST)
    return store


def the_store() -> Store | None:
    """Return the open store, the same one for every session, or None; then `store_problem` says why."""
    tried, sentence = st.session_state.get(PROBLEM, (0.0, ""))
    if sentence and time.monotonic() - tried < RETRY_S:
        return None
    try:
        store = _opened(default_path())
    except (StoreError, OSError) as error:
        logging.getLogger(__name__).warning("the store did not open: %s", error)
        st.session_state[PROBLEM] = (time.monotonic(), str(error))
        return None
    st.session_state.pop(PROBLEM, None)
    return store


def store_problem() -> str:
    """Return the sentence that says why there is no store, or nothing where there is one."""
    the_store()
    return str(st.session_state.get(PROBLEM, (0.0, ""))[1])


def warm_up() -> None:
    """Open the store before the first page asks for it; a problem is left to the page that will meet it."""
    try:
        _opened(default_path())
    except (StoreError, OSError) as error:
        logging.getLogger(__name__).warning("the store did not open: %s", error)


def close() -> None:
    """Close the store if it is open."""
    _opened.clear()


def the_learner() -> Learner:
    """Return who learns in this session."""
    store = the_store()
    if store is None:
        return NOBODY
    learners = {one.id: one for one in store.learners()}
    if st.session_state.get(CHOSEN) not in learners:
        st.session_state[CHOSEN] = in_address(learners.values()) or _latest(store, learners)
    return learners[st.session_state[CHOSEN]]


def in_address(learners: Iterable[Learner]) -> int | None:
    """Return the id of the learner whose name stands in the address, or None."""
    wanted = st.query_params.get(PARAMETER, "").casefold()
    return next((one.id for one in learners if one.name.casefold() == wanted), None)


def _latest(store: Store, learners: dict[int, Learner]) -> int:
    if len(learners) == 1:
        return next(iter(learners))
    last = {id: max((one.last_at.timestamp() for one in store.progress(id).values()), default=0.0) for id in learners}
    return max(last, key=lambda id: last[id])
