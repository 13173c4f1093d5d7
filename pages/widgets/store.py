"""The open database and the learner who sits here, for every page.

Who learns is kept in the session, so two browser windows may hold two learners. A reload begins a new session: once
there are two learners the name stands in the address (`?learner=Ada`), which a reload, a bookmark and a copied tab
keep and which needs nothing stored in the browser. The name and not the number, because a link may be opened on another
machine, where the same number is somebody else; an unknown name is passed over. Without one, the learner who answered
last goes on.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from engine.errors import StoreError
from engine.quiz.store import Learner, Store, default_path

FIRST = "Learner 1"  # so that nobody has to fill in a form before the first page; the sidebar renames
NOBODY = Learner(0, FIRST)  # who learns where there is no store
CHOSEN, PROBLEM, PARAMETER = "learner.id", "store.problem", "learner"
RETRY_S = 5.0  # a store that did not open is not asked again on every rerun


@st.cache_resource(show_spinner=False)
def _gate() -> threading.Lock:
    return threading.Lock()  # held while the file is opened, and while another is put in its place


@st.cache_resource(show_spinner=False, max_entries=4, on_release=lambda store: store.close())
def _opened(path: Path) -> Store:
    with _gate():
        store = Store.open(path)
        try:
            for one in store.learners() or [store.add_learner(FIRST)]:
                store.attempts(one.id, undone=True)  # 12 µs a row, once: damage is met here and not on every page
                store.predictions(one.id)
        except StoreError:
            store.close()
            raise
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


@contextmanager
def put_away() -> Iterator[None]:
    """Keep the file closed for every session, so that it can be moved; whoever asks for the store meanwhile waits."""
    with _gate():
        _opened.clear()
        try:
            yield
        finally:
            try_again()


def try_again() -> None:
    """Let this session ask for the store at once, though it did not open a moment ago."""
    st.session_state.pop(PROBLEM, None)


def close() -> None:
    """Close the store if it is open."""
    _opened.clear()


def all_learners() -> list[Learner]:
    """Return all learners, none where there is no store.

    A file that turned bad while it was open is found out here, before anything is drawn: it is closed, and the pages
    are told that there is no store.
    """
    store = the_store()
    try:
        return store.learners() if store else []
    except StoreError as error:
        logging.getLogger(__name__).warning("the store cannot be read any more: %s", error)
        _opened.clear()
        st.session_state[PROBLEM] = (time.monotonic(), str(error))
        return []


def the_learner() -> Learner:
    """Return who learns in this session."""
    learners = {one.id: one for one in all_learners()}
    store = the_store()
    if store is None or not learners:
        return NOBODY
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
