"""A small network whose weights the reader edits, and what Python heard of it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import streamlit as st

from pages.widgets.canvas.network.network_view import Edit, network_view

SIZES = (2, 4, 3, 1)
if "weights" not in st.session_state:
    rng = np.random.default_rng(3)
    layers = [(rng.normal(size=(units, inputs)), rng.normal(size=units)) for inputs, units in pairwise(SIZES)]
    st.session_state["weights"] = layers
    st.session_state["frozen"] = set()
weights = st.session_state["weights"]


def edited(edit: Edit) -> None:
    W, b = weights[edit.layer - 1]
    if edit.source:
        W[edit.to - 1, edit.source - 1] = edit.value
    else:
        b[edit.to - 1] = edit.value
    place = (edit.layer, edit.to, edit.source)
    (st.session_state["frozen"].add if edit.frozen else st.session_state["frozen"].discard)(place)
    st.session_state["heard"] = edit


grid = np.linspace(-1, 1, 24)
signal = [np.stack([np.tile(grid, (24, 1)), np.tile(grid[:, None], (1, 24))])]
for W, b in weights:
    signal.append(np.tanh(np.tensordot(W, signal[-1], 1) + b[:, None, None]))
network_view(
    "net",
    inputs=["x", "y"],
    weights=weights,
    fields=signal,
    frozen=st.session_state["frozen"],
    on_edit=None if "still" in st.query_params else edited,
)
st.text(f"heard {st.session_state.get('heard', 'nothing')}")
st.text(f"frozen {sorted(st.session_state['frozen'])}")
st.text(f"first weight {weights[0][0][0, 0]:.3f}")
