"""A desk on a page: the component that draws an experiment's controls and pictures, and what Streamlit keeps of it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.data import Image, Table, Text
from engine.experiment import Experiment
from engine.settings import OwnImage, OwnTable, OwnText, Settings
from pages.widgets.canvas.component import CANVAS, component
from pages.widgets.plate import own_image, own_table, own_text
from pages.widgets.plate.described import OWN
from pages.widgets.plate.seats import Pictures, Seat
from pages.widgets.shell import state

CHOOSE = {OwnTable: own_table.table, OwnText: own_text.text, OwnImage: own_image.image}


def _html() -> str:
    def read(file: str) -> str:
        return (CANVAS / file).read_text("utf-8")

    copied = (("of-replay", "player/player.html"), ("of-board", "board/board.html"))
    templates = [f'<template class="{name}">{read(file)}</template>' for name, file in copied]
    return read("desk/desk.html") + "".join(templates)


_mount = component(
    "grimoire_desk",
    scripts=(
        "plot/plot.js",
        "plot/layers.js",
        "player/player_picture.js",
        "player/player.js",
        "board/board_model.js",
        "board/board_picture.js",
        "board/board.js",
        "panels/panel.js",
        "desk/socket.js",
        "desk/address.js",
        "desk/controls.js",
        "desk/reader.js",
        "desk/parts.js",
        "desk/desk.js",
    ),
    styles=("plot/plot.css", "player/player.css", "board/board.css", "panels/panels.css", "desk/desk.css"),
    html=_html(),
)


def desk(topic: str, experiment: Experiment, pictures: Pictures, title: str) -> None:
    """Draw the desk of an experiment, and under it what gives it data of the learner's own."""
    seat = seat_of(topic, experiment, pictures)
    place = st.container()
    with st.container(width=280):
        given = choose(seat)
    with place:
        _mount(
            key=state.owned(topic, experiment.id, "desk"),
            data={
                "token": seat.token,
                "name": f"{topic}.{experiment.id}",
                "title": title,
                "own": ";".join(one.digest if one else "" for one in seat.own.values()),
                "choose": given,
            },
        )


def seat_of(topic: str, experiment: Experiment, pictures: Pictures) -> Seat:
    """Return the session's seat at an experiment."""
    key = state.owned(topic, experiment.id, "seat")
    if key not in st.session_state:
        st.session_state[key] = Seat(topic, experiment, pictures)
    seat: Seat = st.session_state[key]
    return seat


def choose(seat: Seat) -> dict[str, Any]:
    """Draw what gives the seat data of the learner's own; return the settings that use what was given."""
    given: dict[str, Any] = {}
    for name, field in seat.experiment.settings.declared().items():
        if isinstance(field, OWN):
            key = state.setting(seat.topic, seat.experiment.id, name)
            found: Table | Text | Image | None = CHOOSE[type(field)](key)
            seat.own[name] = found
            if found is not None:
                given |= {other: allowed[0] for other, allowed in field.when}
    return given


def now(topic: str, experiment: Experiment, pictures: Pictures) -> Settings:
    """Return the settings of the desk; before it has asked for any, those of the address, or the defaults."""
    seat = seat_of(topic, experiment, pictures)
    start = f"{topic}.{experiment.id}."
    words = {name.removeprefix(start): text for name, text in st.query_params.items() if name.startswith(start)}
    return seat.newest or seat.settings(words) or experiment.settings()
