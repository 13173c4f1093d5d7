"""The learner switch in the sidebar: pick a learner, rename, add one, delete one."""

from __future__ import annotations

import streamlit as st

from engine.errors import GrimoireError
from engine.quiz.store import Learner
from pages.widgets.shell import standing
from pages.widgets.shell.letters import plain, plural
from pages.widgets.shell.store import (
    CHOSEN,
    FIRST,
    PARAMETER,
    all_learners,
    in_address,
    look_again,
    the_learner,
    the_store,
)

PICK, RENAME, ADD, SAID, SEEN = "learner.pick", "learner.rename", "learner.add", "learner.said", "learner.page"
DELETE = "learner.delete"  # how often it was asked already whether the learner is to be deleted


def follow_address() -> None:
    """Let the address decide who learns; called before anything is drawn."""
    learners = all_learners()  # finds out whether the file can still be read, before anything is drawn
    if learners and st.session_state.get(CHOSEN, learners[0].id) not in [one.id for one in learners]:
        st.session_state.clear()  # deleted in another window: what this one remembers is nobody else's
        st.session_state[SAID] = "The learner who sat here is not in the file any more."
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
        learners = all_learners()
        if len(learners) > 1 and in_address(learners) is None:
            st.query_params[PARAMETER] = the_learner().name
        st.session_state[SEEN] = page


def switch() -> None:
    """Draw the switch, or the sentence that says why there is none."""
    store = the_store()
    if store is None:
        st.warning("Nothing is kept today. “Your data” says why.", icon=":material/cloud_off:")
        return
    here, names = the_learner(), {one.id: one.name for one in all_learners()}
    st.session_state[PICK] = here.id
    st.selectbox(
        "Learner", list(names), format_func=names.__getitem__, key=PICK, on_change=_picked, label_visibility="collapsed"
    )
    with st.popover("Rename or add", type="tertiary", icon=":material/person_add:"):
        st.text_input("Rename this learner", placeholder=here.name, key=RENAME, on_change=_rename)
        st.text_input("Add a learner", placeholder="A name", key=ADD, on_change=_add)
        if said := st.session_state.pop(SAID, ""):
            st.text(plain(said))
        st.caption("No passwords: whoever sits here can pick any name.")
        _deletion(here)


def _deletion(here: Learner) -> None:
    """Offer to delete the learner who sits here; it is asked twice."""
    asked = st.session_state.get(DELETE, 0)
    if not asked:
        label = "Delete this learner"
        st.button(label, type="tertiary", icon=":material/delete:", key="learner.ask", on_click=_ask, args=(1,))
        return
    answers = sum(one.attempts for one in standing.known().values())
    if asked == 1:
        st.text(f"Delete {plain(here.name)} with {plural(answers, 'answer')}, marks, drafts and settings?")
        st.button("Yes, delete", key="learner.ask-again", on_click=_ask, args=(2,))
    else:
        st.text(f"Really? A backup is made first, and nothing else brings {plain(here.name)} back.")
    st.button("Keep", key=f"learner.keep-{asked}", on_click=_ask, args=(0,))
    if asked == 2:  # below, so that a press that comes twice keeps
        st.button("Delete for good", type="primary", key="learner.delete-now", on_click=_delete, args=(here.id,))


def _ask(times: int) -> None:
    st.session_state[DELETE] = times


def _delete(id: int) -> None:
    store = the_store()
    if store is None:
        return
    name = next((one.name for one in all_learners() if one.id == id), "")
    try:
        backup = store.delete_learner(id)
        left = store.learners() or [store.add_learner(FIRST)]
    except GrimoireError as error:
        st.session_state[DELETE], st.session_state[SAID] = 0, f"Not deleted. {error}"
        return
    standing.changed()
    switch_to(left[0].id)
    st.session_state[SAID] = f"{name} is deleted. The backup is {backup.name}; “Your data” restores it."
    st.query_params.pop(PARAMETER, None)
    if len(left) > 1:
        st.query_params[PARAMETER] = left[0].name


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
        look_again()
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
