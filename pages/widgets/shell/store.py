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
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from engine.errors import StoreError
from engine.quiz.store import Learner, Store, default_path

FIRST = "Learner 1"  # so that nobody has to fill in a form before the first page; the sidebar renames
NOBODY = Learner(0, FIRST)  # who learns where there is no store
CHOSEN, PROBLEM, PARAMETER, LOOK = "learner.id", "store.problem", "learner", "store.look"
RETRY_S = 5.0  # a store that did not open is not asked again on every rerun


@dataclass
class _Look:
    """What was found when a rerun first asked for the store.

    Attributes:
        rerun: is another object in each rerun.
        store: the open store, or None.
        learners: all learners, None where nobody asked for them yet.
        read: the learners whose log was looked at.
    """

    rerun: object
    store: Store | None
    learners: list[Learner] | None = None
    read: set[int] = field(default_factory=set)


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
    return _look().store


def look_again() -> None:
    """Let the next who asks in this rerun look for the store and the learners anew, because they have changed."""
    st.session_state.pop(LOOK, None)


def first_look(learner: int) -> bool:
    """Tell whether nobody has looked at this learner's log yet in this rerun, or since this session wrote into it."""
    found = _look()
    first = learner not in found.read
    found.read.add(learner)
    return first


def _look() -> _Look:
    """Look for the store once in a rerun, of a page or of a fragment."""
    context = get_script_run_ctx()
    rerun = context.cursors if context else None  # where elements are put; made anew for each rerun
    found: _Look | None = st.session_state.get(LOOK)
    if found is None or rerun is None or found.rerun is not rerun:
        found = st.session_state[LOOK] = _Look(rerun, _find())
    return found


def _find() -> Store | None:
    tried, sentence = st.session_state.get(PROBLEM, (0.0, ""))
    if sentence and time.monotonic() - tried < RETRY_S:
        return None
    try:
        store = _opened(default_path())
    except Exception as error:
        trace = None if isinstance(error, (StoreError, OSError)) else error
        logging.getLogger(__name__).warning("the store did not open: %s", error, exc_info=trace)
        st.session_state[PROBLEM] = (time.monotonic(), str(error) if trace is None else sentence(error))
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
        look_again()
        try:
            yield
        finally:
            try_again()


def try_again() -> None:
    """Let this session ask for the store at once, though it did not open a moment ago."""
    st.session_state.pop(PROBLEM, None)
    look_again()


def close() -> None:
    """Close the store if it is open."""
    _opened.clear()


def all_learners() -> list[Learner]:
    """Return all learners, none where there is no store.

    A file that turned bad while it was open is found out here, before anything is drawn: it is closed, and the pages
    are told that there is no store.
    """
    found = _look()
    try:
        if found.learners is None:
            found.learners = found.store.learners() if found.store else []
    except StoreError as error:
        logging.getLogger(__name__).warning("the store cannot be read any more: %s", error)
        _opened.clear()
        found.store, found.learners = None, []
        st.session_state[PROBLEM] = (time.monotonic(), str(error))
    return found.learners or []


def the_learner() -> Learner:
    """Return who learns in this session."""
    learners = {one.id: one for one in all_learners()}  # first: it finds out whether there still is a store
    store = the_store()
    if store is None or not learners:
        return NOBODY
    if CHOSEN not in st.session_state:
        st.session_state[CHOSEN] = in_address(learners.values()) or _latest(store, learners)
    chosen: int = st.session_state[CHOSEN]
    return learners.get(chosen) or Learner(chosen, "")  # deleted since this page was drawn: nothing is kept for another


def in_address(learners: Iterable[Learner]) -> int | None:
    """Return the id of the learner whose name stands in the address, or None."""
    wanted = st.query_params.get(PARAMETER, "").casefold()
    return next((one.id for one in learners if one.name.casefold() == wanted), None)


def _latest(store: Store, learners: dict[int, Learner]) -> int:
    if len(learners) == 1:
        return next(iter(learners))
    last = {id: max((one.at.timestamp() for one in store.latest(id, 1)), default=0.0) for id in learners}
    return max(last, key=lambda id: last[id])
