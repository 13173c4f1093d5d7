"""The learner switch in the sidebar: pick a learner, rename, add one."""

from __future__ import annotations

import streamlit as st

from engine.errors import GrimoireError
from pages.widgets.store import CHOSEN, PARAMETER, store_problem, the_learner, the_store

PICK, RENAME, ADD, SAID = "learner.pick", "learner.rename", "learner.add", "learner.said"


def sidebar() -> None:
    """Draw the switch, or the sentence that says why nothing is kept."""
    with st.sidebar:
        store = the_store()
        if store is None:
            st.warning("Nothing is kept today. Progress says why.", icon=":material/cloud_off:")
            return
        learners, here = store.learners(), the_learner()
        names = {one.id: one.name for one in learners}
        st.session_state[PICK] = here.id
        st.selectbox("Learner", list(names), format_func=names.__getitem__, key=PICK, on_change=_picked)
        with st.popover("Rename or add", type="tertiary", icon=":material/person_add:"):
            st.text_input("Rename this learner", placeholder=here.name, key=RENAME, on_change=_rename)
            st.text_input("Add a learner", placeholder="A name", key=ADD, on_change=_add)
            if said := st.session_state.pop(SAID, ""):
                st.error(said)
            st.caption("No passwords: whoever sits here can pick any name.")
    _keep_in_address(len(names) > 1, here.name)


def _keep_in_address(several: bool, name: str) -> None:
    """Let a reload find the learner; one learner alone needs nothing in the address."""
    if several and st.query_params.get(PARAMETER) != name:
        st.query_params[PARAMETER] = name
    elif not several and PARAMETER in st.query_params:
        del st.query_params[PARAMETER]


def switch_to(id: int) -> None:
    """Give the session to a learner: what it remembers belongs to the one before, so it begins anew."""
    st.session_state.clear()
    st.session_state[CHOSEN] = id


def _picked() -> None:
    switch_to(st.session_state[PICK])


def _rename() -> None:
    store, name = the_store(), st.session_state[RENAME]
    if store and name.strip():
        try:
            store.rename_learner(the_learner().id, name)
        except GrimoireError as error:
            st.session_state[SAID] = str(error)
            return
    st.session_state[RENAME] = ""


def _add() -> None:
    store, name = the_store(), st.session_state[ADD]
    if store and name.strip():
        try:
            learner = store.add_learner(name)
        except GrimoireError as error:
            st.session_state[SAID] = str(error)
            return
        switch_to(learner.id)


__all__ = ["sidebar", "store_problem", "switch_to"]
