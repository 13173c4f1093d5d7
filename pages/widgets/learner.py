"""The learner switch in the sidebar: pick a learner, rename, add one."""

from __future__ import annotations

import streamlit as st

from engine.errors import GrimoireError
from pages.widgets.store import CHOSEN, PARAMETER, all_learners, in_address, the_learner, the_store
from pages.widgets.words import plain

PICK, RENAME, ADD, SAID, SEEN = "learner.pick", "learner.rename", "learner.add", "learner.said", "learner.page"


def follow_address() -> None:
    """Let the address decide who learns; called before anything is drawn."""
    learners = all_learners()  # finds out whether the file can still be read, before anything is drawn
    named = in_address(learners) if PARAMETER in st.query_params else None
    if named and named != st.session_state.get(CHOSEN, named):
        switch_to(named)  # Back or Forward passed over a switch


def keep_in_address(page: str) -> None:
    """Write the learner's name into the address once there are two, so that a reload finds who learns.

    It is written on arriving at a page only: whoever goes Back beyond it must not be pushed forward again.

    Args:
        page: the path of the page that is shown.
    """
    store = the_store()
    if store and st.session_state.get(SEEN) != page:
        learners = store.learners()
        if len(learners) > 1 and in_address(learners) is None:
            st.query_params[PARAMETER] = the_learner().name
        st.session_state[SEEN] = page


def sidebar() -> None:
    """Draw the switch, or the sentence that says why there is none."""
    with st.sidebar:
        store = the_store()
        if store is None:
            st.warning("Nothing is kept today. “Your data” says why.", icon=":material/cloud_off:")
            return
        here, names = the_learner(), {one.id: one.name for one in store.learners()}
        st.session_state[PICK] = here.id
        st.selectbox("Learner", list(names), format_func=names.__getitem__, key=PICK, on_change=_picked)
        with st.popover("Rename or add", type="tertiary", icon=":material/person_add:"):
            st.text_input("Rename this learner", placeholder=here.name, key=RENAME, on_change=_rename)
            st.text_input("Add a learner", placeholder="A name", key=ADD, on_change=_add)
            if said := st.session_state.pop(SAID, ""):
                st.text(plain(said))
            st.caption("No passwords: whoever sits here can pick any name.")


def switch_to(id: int) -> None:
    """Give the session to a learner: what it remembers belongs to the one before, so it begins anew."""
    st.session_state.clear()
    st.session_state[CHOSEN] = id


def _picked() -> None:
    store, id = the_store(), st.session_state[PICK]
    switch_to(id)
    for one in store.learners() if store else ():
        if one.id == id:
            st.query_params[PARAMETER] = one.name


def _rename() -> None:
    store, name = the_store(), st.session_state[RENAME]
    if store and name.strip():
        try:
            renamed = store.rename_learner(the_learner().id, name)
        except GrimoireError as error:
            st.session_state[SAID] = str(error)
            return
        if PARAMETER in st.query_params:
            st.query_params[PARAMETER] = renamed.name
    st.session_state[RENAME] = ""


def _add() -> None:
    store, name = the_store(), st.session_state[ADD]
    if store and name.strip():
        try:
            added = store.add_learner(name)
        except GrimoireError as error:
            st.session_state[SAID] = str(error)
            return
        switch_to(added.id)
        st.query_params[PARAMETER] = added.name
