"""A network as a picture that is drawn anew ten times a second: each unit with its own field, each weight as a line.

The reader points at a line to read its weight, and presses it to edit or freeze the weight.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import ArrayLike, NDArray

HERE = Path(__file__).parent
SCRIPTS = ("plot.js", "network_view.js")

_mount = st.components.v2.component(
    "grimoire_network",
    html=(HERE / "network_view.html").read_text("utf-8"),
    css="".join((HERE / name).read_text("utf-8") for name in ("plot.css", "network_view.css")),
    js="".join((HERE / name).read_text("utf-8") for name in SCRIPTS),
)


@dataclass(frozen=True)
class Edit:
    """What the reader did to one weight. Layers and units count from 1; `source` 0 is the bias."""

    layer: int
    to: int
    source: int
    value: float
    frozen: bool


def network_view(
    key: str,
    *,
    inputs: Sequence[str],
    weights: Sequence[tuple[ArrayLike, ArrayLike]],
    fields: Sequence[ArrayLike],
    frozen: Collection[tuple[int, int, int]] = (),
    on_edit: Callable[[Edit], None] | None = None,
    most: float = 100.0,
    height: int = 360,
) -> None:
    """Draw a network.

    Args:
        key: the component's key in the session.
        inputs: the names of the input features.
        weights: for each layer W, shape (units, inputs of the layer), and b, shape (units,).
        fields: for the inputs and for each layer each unit's answer over the plane, shape (units, side, side) in
            [-1, 1], row 0 where y is lowest. NaN leaves a cell empty.
        frozen: the weights (layer, to, from) that do not train, counted as in Edit.
        on_edit: called, as a callback, when the reader has edited a weight; None: weights can be read only.
        most: the largest size of an edited weight.
        height: in CSS pixels.
    """

    def edited() -> None:
        said = st.session_state.get(key)
        edit = read_edit(said.get("edit") if isinstance(said, Mapping) else None, weights, most)
        if edit is not None and on_edit is not None:
            on_edit(edit)

    head = {
        "inputs": list(inputs),
        "sizes": [len(inputs), *(len(np.asarray(bias)) for _, bias in weights)],
        "sides": [int(np.asarray(one).shape[-1]) for one in fields],
        "frozen": [list(one) for one in sorted(frozen)],
        "editable": on_edit is not None,
        "most": most,
        "height": height,
    }
    _mount(key=key, data=packed(head, weights, fields), on_edit_change=edited)


def packed(
    head: Mapping[str, Any], weights: Sequence[tuple[ArrayLike, ArrayLike]], fields: Sequence[ArrayLike]
) -> bytes:
    """Return the bytes of a picture: header length, JSON header, weights and biases as floats, fields as levels."""
    text = json.dumps(head).encode()
    text += b" " * (-len(text) % 4)
    numbers = [np.asarray(one, "<f4").ravel() for pair in weights for one in pair]
    levels = [_levels(np.asarray(one, float)) for one in fields]
    body = np.concatenate(numbers).tobytes() + np.concatenate([one.ravel() for one in levels]).tobytes()
    return len(text).to_bytes(4, "little") + text + body


def _levels(values: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Turn [-1, 1] into colour levels 0 ... 254; 255 marks a missing one."""
    levels = np.round((np.clip(values, -1.0, 1.0) + 1.0) * 127.0)
    return np.where(np.isnan(levels), 255.0, levels).astype("u1")


def read_edit(said: object, weights: Sequence[tuple[ArrayLike, ArrayLike]], most: float) -> Edit | None:
    """Read what the browser says; None unless it names a weight of this network and a number within the limits."""
    if not isinstance(said, Mapping):
        return None
    layer, to, source, value = (said.get(name) for name in ("layer", "to", "source", "value"))
    if not all(type(one) is int for one in (layer, to, source)) or not 1 <= layer <= len(weights):
        return None
    units, inputs = np.shape(weights[layer - 1][0])
    if not (1 <= to <= units and 0 <= source <= inputs):
        return None
    if type(value) not in (int, float) or not math.isfinite(value) or abs(value) > most:
        return None
    return Edit(layer, to, source, float(value), said.get("frozen") is True)
