"""A network as a picture that is drawn anew ten times a second: each unit with its own field, each weight as a line.

The reader points at a line to read its weight, and presses it to edit or freeze the weight.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import ArrayLike

from pages.widgets.canvas.component import component
from pages.widgets.canvas.packing import colour_levels, packed

_mount = component(
    "grimoire_network",
    scripts=("plot/plot.js", "network/network_view.js"),
    styles=("plot/plot.css", "network/network_view.css"),
    html="network/network_view.html",
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
    _mount(key=key, data=picture(head, weights, fields), on_edit_change=edited)


def picture(
    head: Mapping[str, Any], weights: Sequence[tuple[ArrayLike, ArrayLike]], fields: Sequence[ArrayLike]
) -> bytes:
    """Return the bytes of a picture: the header, weights and biases as floats, fields as colour levels."""
    numbers = [np.asarray(one, "<f4").tobytes() for pair in weights for one in pair]
    return packed(head, numbers + [colour_levels(np.asarray(one, float)).tobytes() for one in fields])


def read_edit(said: object, weights: Sequence[tuple[ArrayLike, ArrayLike]], most: float) -> Edit | None:
    """Read what the browser says; None unless it names a weight of this network and a number within the limits."""
    if not isinstance(said, Mapping):
        return None
    layer, to, source, value = (said.get(name) for name in ("layer", "to", "source", "value"))
    if type(layer) is not int or type(to) is not int or type(source) is not int or not 1 <= layer <= len(weights):
        return None
    units, inputs = np.shape(weights[layer - 1][0])
    if not (1 <= to <= units and 0 <= source <= inputs):
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= most:  # False for NaN too
        return None
    return Edit(layer, to, source, float(value), said.get("frozen") is True)
