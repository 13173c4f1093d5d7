"""Controls drawn from an experiment's settings: nothing about a setting is declared here a second time."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from engine.errors import GrimoireError, InvalidSettings, sentence
from engine.experiment import Experiment
from engine.settings import Choice, Field, Flag, Name, Number, OwnImage, OwnTable, OwnText, Rows, Settings, Whole
from pages.widgets.plate import own_image, own_table, own_text
from pages.widgets.plate.said import LONGEST, Points, fit, logarithmic, rows_from_text, rows_to_text, short, words
from pages.widgets.shell import alone, state
from pages.widgets.shell.letters import plain
from pages.widgets.shell.words import notice


def settings_of(
    topic: str, experiment: Experiment, place: Callable[[str], AbstractContextManager[Any]] = lambda _: nullcontext()
) -> Settings | None:
    """Draw the controls that matter and return the settings they say, or say in place why there are none yet.

    `place` returns the container of a field's control.
    """
    declared, defaults = experiment.settings.declared(), experiment.settings.defaults()
    values = dict(defaults)
    for name, field in declared.items():  # a field that does not matter is not drawn and keeps its default
        key = state.setting(topic, experiment.id, name)
        if experiment.settings.matters(name, values):
            with nullcontext() if isinstance(field, Rows) else place(name):  # rows have no control of their own
                values[name] = draw(key, field, defaults[name], experiment.settings, values)
    try:
        return experiment.settings(**values)
    except GrimoireError as error:
        notice(str(error), "tune", state.owned(topic, experiment.id, "conflict"))
        return None


def draw(key: str, field: Field, default: Any, settings: type[Settings], values: dict[str, Any]) -> Any:
    """Draw one control, bound to the URL parameter `key`, and return its value."""
    label = field.says
    match field:
        case Number(log=True):
            options = logarithmic(field, default)
            return st.select_slider(label, options, value=default, key=key, bind="query-params", format_func=short)
        case Number():
            step = float(field.step or (field.high - field.low) / 100)
            return st.slider(label, float(field.low), float(field.high), default, step, key=key, bind="query-params")
        case Whole() if key.endswith(".seed"):
            value = st.number_input(label, field.low, field.high, default, key=key, bind="query-params")
            st.button(
                "New numbers",
                icon=":material/casino:",
                key=f"{key}:fresh",
                on_click=fresh_seed,
                args=(key, field),
                width="stretch",
            )
            return value
        case Whole():
            return st.slider(label, field.low, field.high, default, field.step, key=key, bind="query-params")
        case Choice():
            index = field.options.index(default)
            return st.selectbox(label, field.options, index=index, key=key, bind="query-params", filter_mode=None)
        case Flag():
            return st.toggle(label, default, key=key, bind="query-params")
        case Name():
            return column(key, label, settings.columns(values), settings.preferred(values).get(key.rsplit(".", 1)[1]))
        case Rows():
            return remembered_rows(key, default)
        case OwnTable():
            return own_table.table(key)
        case OwnText():
            return own_text.text(key)
        case OwnImage():
            return own_image.image(key)


def remembered_rows(key: str, default: Points) -> Points:
    """Return the rows kept under `key`, seeded from the URL at first and on Back and Forward; keep the URL in step."""
    context = get_script_run_ctx()
    if key not in st.session_state or (context is not None and context.is_history_navigation):
        carried = rows_from_text(st.query_params[key][:LONGEST]) if key in st.query_params else None
        st.session_state[key] = default if carried is None else carried
    rows: Points = st.session_state[key]
    if rows != default:
        text = rows_to_text(rows)
        if st.query_params.get(key) != text:
            st.query_params[key] = text
    elif key in st.query_params:
        del st.query_params[key]
    return rows


def fresh_seed(key: str, field: Whole) -> None:
    """Draw another seed, in a callback."""
    st.session_state[key] = secrets.choice(range(field.low, field.high + 1))


def column(key: str, label: str, names: tuple[str, ...], preferred: str | None) -> str:
    """Draw the choice of a column among `names`; a name that another data set left behind gives way."""
    if not names:
        return ""
    if key in st.session_state and st.session_state[key] not in names:
        del st.session_state[key]
    index = names.index(preferred) if preferred in names else 0
    return str(st.selectbox(label, names, index=index, key=key, bind="query-params"))


def move(topic: str, experiment: Experiment, settings: Settings, **values: Any) -> str:
    """Set controls from a callback: a line that was dragged, a point that was placed.

    Numbers are kept inside their limits. Values that cannot be run are not taken: the sentence that says why is
    returned and shown, and everything stays as it was.
    """
    declared = experiment.settings.declared()
    try:
        fitted = {name: fit(value, declared[name]) for name, value in values.items()}
        replace(settings, **fitted)
    except Exception as error:
        if not isinstance(error, InvalidSettings):
            alone.log("Moving a control", error)
        st.toast(plain(sentence(error)), icon=":material/tune:")
        return sentence(error)
    for name, value in fitted.items():
        st.session_state[state.setting(topic, experiment.id, name)] = value
    st.session_state[state.owned(topic, experiment.id, "moved")] = True  # a live run's views ask for the controls anew
    return ""


def on_press(topic: str, experiment: Experiment, settings: Settings, **values: Any) -> None:
    """Set controls as `move` does, when a button is pressed."""
    move(topic, experiment, settings, **values)


def bring_back(topic: str, experiment: Experiment, settings: Settings) -> None:
    """Set the controls, before they are drawn, to these settings; own data are kept where they are."""
    for name, field in experiment.settings.declared().items():
        if not isinstance(field, (OwnTable, OwnText, OwnImage)):
            st.session_state[state.setting(topic, experiment.id, name)] = getattr(settings, name)


def link(topic: str, experiment: Experiment, settings: Settings, also: Mapping[str, int] | None = None) -> str:
    """Return the address that reproduces these settings. An own table stays at home, and the link says so elsewhere.

    `also` are further parameters: the step of a live run.
    """
    named = {state.setting(topic, experiment.id, name): text for name, text in words(settings).items()}
    query = urlencode({**named, **(also or {})})
    base = (st.context.url or "").split("?")[0].split("#")[0]
    return f"{base}{'?' if query else ''}{query}#experiment-{experiment.id.replace('_', '-')}"
