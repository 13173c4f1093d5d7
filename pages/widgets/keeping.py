"""Keep a trained model under a name, reopen it, delete it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from engine.data import Image, Table, Text
from engine.errors import DataRefused, GrimoireError
from engine.experiment import Experiment, Settings
from engine.kept_models import LONGEST_NAME, Entry, Kept, clean, forget, keep, kept_models, open_model
from engine.quiz.store import default_path
from pages.widgets import state
from pages.widgets.runner import Runner
from pages.widgets.store import the_learner
from pages.widgets.words import notice, plain, when


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
        name = st.text_input("Keep this model as", key=f"{own}:name", max_chars=LONGEST_NAME, placeholder="my poet")

        def kept() -> None:
            now = runner.look()
            try:
                if now.snapshot is None:
                    raise DataRefused("There is no model yet.")
                said = clean(st.session_state.get(f"{own}:name", ""))
                model = Kept(said, topic, experiment.id, settings, now.snapshot.step, now.snapshot.weights)
                keep(place, model)
                st.toast(f"Kept: {plain(said)}", icon=":material/inventory_2:")
                st.session_state[f"{own}:problem"] = ""
            except GrimoireError as error:
                st.session_state[f"{own}:problem"] = str(error)

        if any(isinstance(value, (Table, Text, Image)) for value in settings.changed().values()):
            st.caption("Your own data are kept in the model's file, on this machine, until you delete the model.")
        st.button("Keep", icon=":material/save:", key=f"{own}:keep", on_click=kept, disabled=not name.strip())
        if problem := st.session_state.get(f"{own}:problem"):
            notice(problem, "inventory_2", f"{own}:notice")
        for number, entry in enumerate(kept_models(place)):
            row(own, number, entry, topic, experiment, reopen)


def row(
    own: str, number: int, entry: Entry, topic: str, experiment: Experiment, reopen: Callable[[Kept], None]
) -> None:
    """Draw one kept model: its name, when it was kept, open, delete."""

    def attempt(act: Callable[[], None]) -> None:
        try:
            act()
            st.session_state[f"{own}:problem"] = ""
        except GrimoireError as error:
            st.session_state[f"{own}:problem"] = str(error)

    with st.container(horizontal=True, vertical_alignment="center", key=f"{own}:row:{number}"):
        st.text(plain(entry.name), width="stretch")
        st.caption(when(entry.at))
        st.button("Open", key=f"{own}:open:{entry.name}", on_click=attempt, args=(
            lambda: reopen(open_model(entry.path, topic, experiment.id, experiment.settings)),))  # fmt: skip
        st.button("Delete", key=f"{own}:delete:{entry.name}", type="tertiary", on_click=attempt,
                  args=(lambda: forget(entry.path),))  # fmt: skip


def described(model: Kept) -> str:
    """Say which model it is, in words fit for a caption."""
    shown = plain(model.name).replace("*", r"\*").replace("_", r"\_").replace("`", "").replace("$", r"\$")
    return f"{shown}, trained {model.step:,} steps"
