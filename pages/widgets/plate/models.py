"""Keep a trained model under a name, reopen it, delete it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from engine.data import Image, Table, Text
from engine.errors import DataRefused, GrimoireError, sentence
from engine.experiment import Experiment
from engine.kept_models import LONGEST_NAME, Entry, Kept, clean, forget, keep, kept_models, open_model
from engine.quiz.store import default_path
from engine.settings import Settings
from pages.widgets.plate.runner import Runner
from pages.widgets.shell import alone, state
from pages.widgets.shell.letters import plain, plural
from pages.widgets.shell.replies import asking, reply
from pages.widgets.shell.store import the_learner
from pages.widgets.shell.words import when


def folder(topic: str, experiment: str) -> Path:
    """Return where this learner's models of an experiment lie."""
    return default_path().parent / "models" / str(the_learner().id) / f"{topic}.{experiment}"


def menu(
    topic: str, experiment: Experiment, runner: Runner, settings: Settings, reopen: Callable[[Kept], None]
) -> None:
    """Draw the small menu: keep this model, open or delete one that was kept."""
    own = state.owned(topic, experiment.id, "kept")
    with st.popover("Models", icon=":material/inventory_2:", key=own, on_change="rerun") as opened:
        if not opened.open:
            return
        place = folder(topic, experiment.id)
        name_and_keep(own, place, lambda name: save(own, place, name, topic, experiment, runner, settings), settings)
        for number, entry in enumerate(kept_models(place)):
            row(own, number, entry, topic, experiment, reopen)


def name_and_keep(own: str, place: Path, write: Callable[[str], None], settings: Settings) -> None:
    """Draw the name and the button that keeps the model; where the name is taken it asks before it replaces."""
    replaces, problem = f"{own}:replaces", f"{own}:problem"

    def asked() -> None:
        st.session_state[problem], st.session_state[replaces] = "", ""
        try:
            name = clean(st.session_state.get(f"{own}:name", ""))
        except GrimoireError as error:
            st.session_state[problem] = str(error)
            return
        if (place / f"{name}.npz").exists():
            st.session_state[replaces] = name
        else:
            write(name)

    with st.form(f"{own}:form", border=False):  # what is typed is sent with the press
        st.text_input("Keep this model as", key=f"{own}:name", max_chars=LONGEST_NAME, placeholder="my poet")
        if any(isinstance(value, (Table, Text, Image)) for value in settings.changed().values()):
            st.caption("Your own data are kept in the model's file, on this machine, until you delete the model.")
        st.form_submit_button("Keep", icon=":material/save:", key=f"{own}:keep", on_click=asked)
    if name := st.session_state.get(replaces):
        with asking(f"There is a model called “{name}” already.", f"{own}:taken"):
            st.button("Replace it", key=f"{own}:replace", on_click=write, args=(name,))
            st.button("Leave it", type="tertiary", key=f"{own}:leave", on_click=forget_asking, args=(replaces,))
    if said := st.session_state.get(problem):
        reply(said, "inventory_2", f"{own}:notice")


def save(
    own: str, place: Path, name: str, topic: str, experiment: Experiment, runner: Runner, settings: Settings
) -> None:
    """Keep the model as it is now; called by a button."""
    now = runner.look()
    st.session_state[f"{own}:replaces"] = ""
    try:
        if now.snapshot is None:
            raise DataRefused("There is no model yet.")
        keep(place, Kept(name, topic, experiment.id, settings, now.snapshot.step, now.snapshot.weights))
        st.toast(f"Kept: {plain(name)}", icon=":material/inventory_2:")
        st.session_state[f"{own}:problem"] = ""
    except Exception as error:
        alone.log("Keeping a model", error)
        st.session_state[f"{own}:problem"] = sentence(error)


def forget_asking(key: str) -> None:
    """Take back a question that was asked before something is done; called by a button."""
    st.session_state[key] = ""


def row(
    own: str, number: int, entry: Entry, topic: str, experiment: Experiment, reopen: Callable[[Kept], None]
) -> None:
    """Draw one kept model: its name, when it was kept, open, and delete, which asks once more."""
    deletes, failed = f"{own}:deletes", f"{own}:failed"

    def attempt(act: Callable[[], None]) -> None:
        st.session_state[deletes], st.session_state[failed] = "", ("", "")
        try:
            act()
        except Exception as error:
            alone.log("Opening or deleting a model", error)
            st.session_state[failed] = (entry.name, sentence(error))

    def ask() -> None:
        st.session_state[deletes] = entry.name

    where, said = st.session_state.get(failed, ("", ""))
    if said and where == entry.name:
        reply(said, "inventory_2", f"{own}:failed:{number}")
    with st.container(horizontal=True, vertical_alignment="center", key=f"{own}:row:{number}"):
        st.text(plain(entry.name), width="stretch")
        st.caption(when(entry.at))
        if st.session_state.get(deletes) != entry.name:
            st.button(
                "Open",
                key=f"{own}:open:{entry.name}",
                on_click=attempt,
                args=(lambda: reopen(open_model(entry.path, topic, experiment.id, experiment.settings)),),
            )
            st.button("Delete", key=f"{own}:delete:{entry.name}", type="tertiary", on_click=ask)
            return
        with asking("Delete it for good?", f"{own}:deletes:{number}"):
            st.button("Delete it", key=f"{own}:gone:{entry.name}", on_click=attempt, args=(lambda: forget(entry.path),))
            st.button(
                "Keep it", key=f"{own}:stays:{entry.name}", type="tertiary", on_click=forget_asking, args=(deletes,)
            )


def described(model: Kept) -> str:
    """Say which model it is, in words fit for a caption."""
    shown = plain(model.name).replace("*", r"\*").replace("_", r"\_").replace("`", "").replace("$", r"\$")
    return f"{shown}, trained {plural(model.step, 'step')}"
