"""A live run on a plate: play, pause, step, stop, reset, pace and state around what a page draws of it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar

import streamlit as st

from engine.experiment import Experiment
from engine.kept_models import Kept
from engine.settings import Settings
from pages.widgets.plate import controls, models
from pages.widgets.plate.runner import AS_FAST_AS_IT_GOES, SLOTS, Now, Runner, Slots
from pages.widgets.shell import alone, state

__all__ = ["Now", "Views", "stage", "step_key"]

POLL = 0.1  # seconds
RARELY = 86_400.0  # Streamlit stops no timer of a fragment that stays: a slower one has to take its place
PACES = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, AS_FAST_AS_IT_GOES)
FARTHEST = 1_000_000  # the step that a link may ask for
WORDS = {
    "queued": ("hourglass_top", "queued"),
    "running": ("play_arrow", "running"),
    "paused": ("pause", "paused"),
    "done": ("check", "done"),
    "cancelled": ("stop", "cancelled"),
    "failed": ("error", "failed"),
}
S = TypeVar("S", bound=Settings)


@dataclass(frozen=True)
class Views(Generic[S]):
    """What a page draws of a live run.

    Attributes:
        moving: drawn ten times a second while the run goes on; canvases, metrics and captions only.
        still: drawn under it when the run starts, stops or is begun anew, and when something in it is used.
        failed: drawn when the run failed: what can be done about it.
        pace: steps a second when the page is opened, one of PACES.
        unit: what a step is called.
        settings_open: whether the settings that begin a new run are unfolded.
    """

    moving: Callable[[S, Now], None]
    still: Callable[[S, Now], None] | None = None
    failed: Callable[[S, Now], None] | None = None
    pace: float = AS_FAST_AS_IT_GOES
    unit: str = "step"
    settings_open: bool = False


@dataclass
class Held:
    """A run and the settings that it was begun with; in the session as long as the session lasts."""

    runner: Runner
    settings: Settings  # as the controls had them
    opened: Kept | None = None  # a kept model that was reopened, until a control is changed
    visit: int = 0  # the page's, when it was last drawn
    forgotten: bool = False  # the controls are to be set as the settings say

    def used(self) -> Settings:
        """Return the settings of the run itself: a reopened model has its own."""
        return self.opened.settings if self.opened else self.settings


def step_key(topic: str, experiment: str) -> str:
    """Return the URL parameter that says to which step a link's run is trained."""
    return state.setting(topic, experiment, "step")


def stage(topic: str, experiment: Experiment, views: Views[Any], slots: Slots = SLOTS) -> Held | None:
    """Draw the buttons, the moving view, the controls and the still view; None while the settings cannot be run.

    The run waits for its place in `slots`, the server's own unless a test says otherwise.
    """
    waiting = come_back(topic, experiment)
    transport, moving = st.container(), st.container()
    settings = settings_below(topic, experiment, views.settings_open)
    if settings is None:
        return None
    if waiting and waiting.settings != settings and not asked(topic, experiment):
        waiting.forgotten = True  # the browser's back button: Streamlit takes the bare address for the defaults
        st.rerun()
    held = hold(topic, experiment, settings, views, slots)
    with transport:
        buttons(topic, experiment, held, views)
    with moving:
        now = held.runner.look()
        on = now.state in ("queued", "running")
        key = state.owned(topic, experiment.id, "moving")
        moved = state.owned(topic, experiment.id, "moved")
        st.session_state.pop(moved, None)
        st.fragment(watch, run_every=POLL if on else RARELY, key=key)(held, views, on, moved)
        if now.state == "failed" and views.failed is not None:
            with alone.part("What can be done about it", state.owned(topic, experiment.id, "failed")):
                views.failed(held.used(), now)
    if views.still is not None:
        st.fragment(rest, key=state.owned(topic, experiment.id, "still"))(held, views, moved)
    return held


def watch(held: Held, views: Views[Any], on: bool, moved: str) -> None:
    """Draw the run as it is at this moment; `on` while this is asked for ten times a second."""
    if moved in st.session_state:
        st.rerun()  # a callback in here set a control: the controls are drawn outside
    now = held.runner.poll() if on else held.runner.look()
    standing(now, views.unit)
    if now.snapshot is None and now.state != "failed":
        st.skeleton(height=320)
    elif now.snapshot is not None:
        with alone.part("The moving picture", f"{moved}.moving"):
            views.moving(held.used(), now)
    if on and now.state not in ("queued", "running"):
        st.rerun()  # the buttons, the still view and the clock of this fragment are the page's


def rest(held: Held, views: Views[Any], moved: str) -> None:
    """Draw what stands still: of the newest snapshot when something in it is used."""
    if moved in st.session_state:
        st.rerun()
    now = held.runner.look()
    if now.snapshot is not None and views.still is not None:
        as_of = st.empty()  # always there: what stands under it must not be made anew when the run starts
        if now.state == "running":
            at = f"{views.unit} {now.snapshot.step:,}"
            as_of.caption(f"As it was at {at}: drawn anew when it is used, or the run pauses.")
        with alone.part("What stands still", f"{moved}.still"):
            views.still(held.used(), now)


def standing(now: Now, unit: str) -> None:
    """Say in words what the run is doing."""
    icon, word = WORDS[now.state]
    step = now.snapshot.step if now.snapshot is not None else 0
    where = {"queued": "", "failed": ""}.get(now.state, f" at {unit} {step:,}" if now.state != "done" else "")
    done = f" after {step:,} {unit}{'' if step == 1 else 's'}" if now.state == "done" else ""
    speed = f", {now.steps_per_second:,.0f} a second" if now.steps_per_second >= 1 else ""
    reason = f": {now.reason}" if now.reason else ""
    st.caption(f":material/{icon}: {word}{where}{done}{speed}{reason}")


def come_back(topic: str, experiment: Experiment) -> Held | None:
    """Return the run that waits for a page that was left and is drawn again, paused, or None."""
    held: Held | None = st.session_state.get(state.owned(topic, experiment.id, "run"))
    if held is None or held.visit == state.visits():
        return None
    held.runner.settle()
    if held.forgotten:
        held.forgotten = False
        controls.bring_back(topic, experiment, held.settings)
        return None  # once: what still differs is new, an own text given elsewhere, and begins a new run
    return held


# --- the run that a session holds --------------------------------------------------------------------------------


def hold(topic: str, experiment: Experiment, settings: Settings, views: Views[Any], slots: Slots) -> Held:
    """Return the session's run of an experiment, begun anew where the settings ask for it."""
    key = state.owned(topic, experiment.id, "run")
    held: Held | None = st.session_state.get(key)
    if held is None:
        held = Held(Runner(lambda: begin(experiment, settings), slots), settings)
        held.runner.set_pace(views.pace)
        st.session_state[key] = held
        if until := asked_step(topic, experiment):
            held.runner.play(until)
    elif held.settings != settings:
        follow(held, experiment, settings)
    held.visit = state.visits()
    return held


def begin(experiment: Experiment, settings: Settings) -> Iterator[Any]:
    """Start a run; an experiment that cannot be started says so when its first snapshot is asked for."""
    run: Iterator[Any] = experiment.run(settings)
    return run


def follow(held: Held, experiment: Experiment, settings: Settings) -> None:
    """Go on with other settings: in flight where they may change so, else with a new run."""
    changes = {
        one.name: getattr(settings, one.name)
        for one in fields(settings)
        if getattr(settings, one.name) != getattr(held.settings, one.name)
    }
    doing = held.runner.look().state
    held.settings = settings
    if changes.keys() <= set(experiment.live or ()) and doing in ("queued", "running", "paused"):
        held.runner.change(changes)
        if held.opened:
            held.opened = held.opened.with_settings(changes)
        return
    held.opened = None
    held.runner.reset(lambda: begin(experiment, settings))
    if doing in ("queued", "running"):
        held.runner.play()


def reopen(held: Held, experiment: Experiment, kept: Kept) -> None:
    """Put a kept model in the place of the run, paused; in a callback."""
    resume = experiment.reopen
    assert resume is not None
    held.opened = kept
    held.runner.reset(lambda: resume(kept.settings, kept.arrays, kept.step))


def asked(topic: str, experiment: Experiment) -> bool:
    """Tell whether the address says settings of this experiment."""
    return any(state.setting(topic, experiment.id, name) in st.query_params for name in experiment.settings.declared())


def asked_step(topic: str, experiment: Experiment) -> int:
    """Return the step that the address asks for, once, or 0."""
    text = st.query_params.get(step_key(topic, experiment.id), "")
    if text:
        del st.query_params[step_key(topic, experiment.id)]
    return min(int(text), FARTHEST) if text.isascii() and text.isdigit() else 0


# --- buttons and controls ----------------------------------------------------------------------------------------


def buttons(topic: str, experiment: Experiment, held: Held, views: Views[Any]) -> None:
    """Draw play or pause, step, stop, reset, the pace, and the models that were kept."""
    own, doing = state.owned(topic, experiment.id, "live"), held.runner.look().state
    on, over = doing in ("queued", "running"), doing in ("done", "cancelled", "failed")
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"play-{topic}-{experiment.id}"):
        # two keys: a press that Streamlit hands over twice must not pause and play again
        st.button(
            "Pause" if on else "Play",
            icon=f":material/{'pause' if on else 'play_arrow'}:",
            type="primary",
            key=f"{own}:{'pause' if on else 'play'}",
            disabled=over,
            on_click=held.runner.pause if on else held.runner.play,
        )
        st.button(
            "Step",
            icon=":material/skip_next:",
            key=f"{own}:step",
            disabled=on or over,
            on_click=held.runner.step,
            help=f"One {views.unit}",
        )
        st.button(
            "Stop",
            icon=":material/stop:",
            key=f"{own}:stop",
            disabled=not on,
            on_click=held.runner.cancel,
            help="End this run for good",
        )
        st.button(
            "Reset",
            icon=":material/restart_alt:",
            key=f"{own}:reset",
            on_click=reset,
            args=(held, experiment),
            help="Begin anew, untrained",
        )
        pace(own, held, views)
        if experiment.reopen is not None:
            with alone.part("The list of models", f"{own}:models"):
                models.menu(topic, experiment, held.runner, held.used(), lambda kept: reopen(held, experiment, kept))
    if held.opened:
        st.caption(f":material/inventory_2: Opened: {models.described(held.opened)}. Change a control to begin anew.")


def reset(held: Held, experiment: Experiment) -> None:
    """Begin anew with the settings of the controls, in a callback."""
    settings, held.opened = held.settings, None
    held.runner.reset(lambda: begin(experiment, settings))


def pace(own: str, held: Held, views: Views[Any]) -> None:
    """Draw how fast the run may go."""

    def said(steps: float) -> str:
        if steps == AS_FAST_AS_IT_GOES:
            return "as fast as it goes"
        return f"{steps:g} a second"

    key = f"{own}:pace"
    kept = st.session_state.get(f"{key}:kept", views.pace)
    chosen = st.selectbox(
        "Pace",
        PACES,
        index=PACES.index(kept),
        format_func=said,
        key=key,
        width=165,
        filter_mode=None,
        label_visibility="collapsed",
    )
    st.session_state[f"{key}:kept"] = chosen
    held.runner.set_pace(chosen)


def settings_below(topic: str, experiment: Experiment, expanded: bool) -> Settings | None:
    """Draw the controls under the picture: first those that may change while it runs, then those that begin anew."""
    swift = st.container(key=f"swift-{topic}-{experiment.id}")
    grids: dict[bool, Iterator[Any]] = {}

    def place(name: str) -> Any:
        flies = name in (experiment.live or ())
        if flies not in grids:
            if flies:
                swift.caption("May change while it runs")
                grids[flies] = itertools.cycle(swift.columns(3))
            else:
                begins = st.expander("Settings that begin a new run", icon=":material/tune:", expanded=expanded)
                grids[flies] = itertools.cycle(begins.columns(3))
        return next(grids[flies])

    return controls.settings_of(topic, experiment, place)
