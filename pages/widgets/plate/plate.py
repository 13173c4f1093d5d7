"""The plate around an experiment: predict, run, what did you see, check the claim; and its menu."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import add_script_run_ctx

from engine.content import ExperimentText
from engine.data import Image, Table, Text
from engine.errors import GrimoireError
from engine.experiment import Experiment, Verdict, experiments_of
from engine.script import as_python
from engine.settings import Settings
from pages.widgets.plate import controls, desk, live
from pages.widgets.plate.seats import Pictures
from pages.widgets.shell import alone, kept_place, state
from pages.widgets.shell.store import the_learner, the_store

# What pictures an experiment, or what kept it from being imported.
Draw = live.Views[Any] | Pictures | Exception
SKIPPED = -1
OWN = (Table, Text, Image)  # what stays on the learner's machine


def plate(topic: str, text: ExperimentText, draw: Draw) -> None:
    """Draw one experiment in its frame; everything in it reruns on its own, and what fails in it fails alone."""
    name = text.id.replace("_", "-")
    st.html(f'<div id="experiment-{name}" class="experiment-anchor"></div>')
    with st.container(border=True, key=f"plate-{topic}-{name}"):
        inside(topic, text, draw)


@st.fragment
def inside(topic: str, text: ExperimentText, draw: Draw) -> None:
    """Draw the prediction, or once it is made the bench, the reveal and the claim, each rerunning on its own."""
    st.subheader(f":material/experiment: {text.title}", anchor=False)
    st.markdown(text.do)
    with alone.part("This experiment", state.owned(topic, text.id, "inside")):
        experiment = experiments_of(topic)[text.id]
        if predicted(topic, text):
            bench(topic, experiment, draw, text.title)
            seen(topic, text)
            claim(topic, text, experiment)


@st.fragment
def bench(topic: str, experiment: Experiment, draw: Draw, title: str) -> None:
    """Draw the controls, the picture and the menu."""
    with alone.part("The bench of this experiment", state.owned(topic, experiment.id, "bench")):
        if isinstance(draw, Exception):
            with alone.part("The picture", state.owned(topic, experiment.id, "picture")):
                raise draw
        elif isinstance(draw, Pictures):
            desk.desk(topic, experiment, draw, title)
            menu(topic, experiment, desk.now(topic, experiment, draw))
        elif held := live.stage(topic, experiment, draw):
            now = held.runner.look()
            menu(topic, experiment, held.used(), step=now.snapshot.step if now.snapshot else 0)


# --- predict, and what did you see -----------------------------------------------------------------------------


def predicted(topic: str, text: ExperimentText) -> bool:
    """Ask for the prediction, unless it was made or skipped; True when the experiment may run."""
    key = state.owned(topic, text.id, "prediction")
    if key not in st.session_state:
        st.session_state[key] = earlier_prediction(topic, text)
        if st.session_state[key] is None and came_by_link(topic, text):
            st.session_state[key] = SKIPPED  # for this visit; nothing is stored
    if st.session_state[key] is None and kept_place.was_open(f"claim-{topic}-{text.id}"):
        st.session_state[key] = SKIPPED
    if st.session_state[key] is not None:
        return True
    with st.container(key=f"predict-{topic}-{text.id}"):
        st.markdown(f"**Predict first.** {text.predict.ask}")
        choice = st.radio(
            "Your prediction",
            range(len(text.predict.options)),
            index=None,
            key=f"{key}:choice",
            format_func=lambda i: text.predict.options[i],
            label_visibility="collapsed",
        )
        with st.container(horizontal=True):
            st.button(
                "Commit and run",
                type="primary",
                disabled=choice is None,
                key=f"{key}:commit",
                on_click=commit,
                args=(topic, text, choice),
            )
            st.button("Skip", type="tertiary", key=f"{key}:skip", on_click=commit, args=(topic, text, SKIPPED))
    return False


def commit(topic: str, text: ExperimentText, choice: int) -> None:
    """Keep a prediction, or that it was skipped, for this session and in the store."""
    st.session_state[state.owned(topic, text.id, "prediction")] = choice
    if store := the_store():
        made = None if choice == SKIPPED else choice
        right = None if made is None else made == text.predict.right
        try:
            store.add_prediction(the_learner().id, topic, text.id, made, right)
        except GrimoireError as error:
            st.toast(f"Your prediction could not be kept. {error}", icon=":material/cloud_off:")


def earlier_prediction(topic: str, text: ExperimentText) -> int | None:
    """Return this learner's stored prediction, SKIPPED, or None where there is none."""
    store = the_store()
    try:
        found = store.predictions(the_learner().id) if store else []
    except GrimoireError as error:  # it is asked for again
        alone.log("Reading a prediction", error)
        found = []
    mine = [one for one in found if one.topic == topic and one.experiment == text.id]
    if not mine:
        return None
    return SKIPPED if mine[-1].choice is None else mine[-1].choice


def came_by_link(topic: str, text: ExperimentText) -> bool:
    """Tell whether the address carries settings of this experiment: a copied link is to be seen at once."""
    return any(name.startswith(f"{topic}.{text.id}.") for name in st.query_params)


@st.fragment
def seen(topic: str, text: ExperimentText) -> None:
    """Offer the reveal: the prediction beside what happens, and why."""
    key = state.owned(topic, text.id, "see")
    with (
        st.expander("What did you see?", icon=":material/visibility:", key=key, on_change="rerun") as reveal,
        alone.part("What there was to see", key),
    ):
        if not reveal.open:
            return
        choice: int = st.session_state[state.owned(topic, text.id, "prediction")]
        right = text.predict.options[text.predict.right]
        if choice not in range(len(text.predict.options)):  # skipped, or made when there were other options
            st.markdown(f"*{text.predict.ask}* **{right}**")
        elif choice == text.predict.right:
            st.markdown(f":material/check_circle: You predicted: **{right}** So it is.")
        else:
            st.markdown(
                f":material/cancel: You predicted: {text.predict.options[choice]}  \n"
                f":material/arrow_forward: What happens: **{right}**"
            )
        st.markdown(text.predict.why)
        st.markdown(text.see)


@contextmanager
def skeleton_after(seconds: float, height: int = 380) -> Iterator[None]:
    """Show the outline of a picture while a run takes longer than this."""
    place, lock, waiting = st.empty(), threading.Lock(), [True]

    def show() -> None:
        with lock:
            if waiting:
                place.skeleton(height=height)

    timer = threading.Timer(seconds, show)
    add_script_run_ctx(timer)
    timer.start()
    try:
        yield
    finally:
        with lock:
            waiting.clear()
        timer.cancel()
        place.empty()


# --- claim -----------------------------------------------------------------------------------------------------


@st.fragment
def claim(topic: str, text: ExperimentText, experiment: Experiment) -> None:
    """Draw the claim, and the evidence once it was asked for."""
    key = state.owned(topic, text.id, "verdict")
    with st.container(key=f"claim-{topic}-{text.id}"):
        st.markdown(f"**Claim.** {text.claim}")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Check it",
                icon=":material/fact_check:",
                key=f"{key}:check",
                on_click=check,
                args=(key, experiment.claim, ""),
                help="Measures the claim on a fresh seed",
            )
            st.button(
                "Break it",
                icon=":material/build:",
                type="tertiary",
                key=f"{key}:break",
                on_click=check,
                args=(key, experiment.sabotage.claim, experiment.sabotage.says),
                help=f"The same measurement with {experiment.sabotage.says}: it must not hold",
            )
        with alone.part("The measurement", key):
            if asked := st.session_state.pop(f"{key}:asked", None):
                measure, seed, broken = asked
                with skeleton_after(0.3, height=30):  # a transformer is trained for some of these
                    st.session_state[key] = (measure(seed), seed, broken)
            if key in st.session_state:
                evidence(*st.session_state[key])


def check(key: str, measure: Callable[[int], Verdict], broken: str) -> None:
    """Ask for a measurement on a fresh seed, in a callback; the claim's own fragment takes it."""
    st.session_state.pop(key, None)
    st.session_state[f"{key}:asked"] = (measure, secrets.randbelow(1_000_000), broken)


def evidence(verdict: Verdict, seed: int, broken: str) -> None:
    """Show a verdict: a badge, the sentence with its numbers, the seed."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if verdict.holds:
            st.badge("holds", icon=":material/check:", color="green")
        else:
            st.badge("does not hold", icon=":material/close:", color="red")
        st.markdown(f"{f'With {broken}: ' if broken else ''}{verdict.says} :small[seed {seed}]")


# --- menu ------------------------------------------------------------------------------------------------------


def menu(topic: str, experiment: Experiment, settings: Settings, step: int = 0) -> None:
    """Draw the small menu: copy link, copy as Python, read the code that ran. A live run's link says its step, too."""
    key = state.owned(topic, experiment.id, "menu")
    with (
        st.container(key=f"menu-{topic}-{experiment.id}", width="content"),
        st.popover(
            "More", type="tertiary", help="Copy link, copy as Python, read the code", key=key, on_change="rerun"
        ) as opened,
    ):
        if not opened.open:
            return
        link, python, code = st.tabs(["Copy link", "Copy as Python", "Read the code"])
        with link, alone.part("The link", f"{key}.link"):
            steps = {live.step_key(topic, experiment.id): step} if step else {}
            st.code(controls.link(topic, experiment, settings, steps), language=None, wrap_lines=True)
            if any(isinstance(value, OWN) for value in settings.changed().values()):
                st.caption("Your own data do not travel in the link: whoever opens it has to load the file.")
        with python, alone.part("The script", f"{key}.python"):
            st.code(as_python(topic, experiment, settings), language="python")
        with code, alone.part("The code", f"{key}.code"):
            for name, source in experiment.code():
                st.caption(name)
                st.code(source, language="python")
