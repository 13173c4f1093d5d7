"""Pictures of the experiment network_structure.playground."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from engine.ends import Diverged
from engine.experiments.network_structure.playground import (
    MOST_EDITS,
    PlaygroundSettings,
    edited,
    edits_of,
    feature_names,
    field,
    frozen_of,
    loss_of,
    points_of,
    sizes_of,
    stable_rate,
    unit_fields,
)
from engine.experiments.network_structure.shared import REACH, Points
from engine.experiments.network_structure.snapshots import Training
from pages.deep_learning.network_structure.shared import PLAYGROUND, TOPIC
from pages.deep_learning.network_structure.sums import name
from pages.widgets.canvas.network.network_view import Edit, network_view
from pages.widgets.canvas.panels.panels import panels
from pages.widgets.canvas.scene import Cells, Dots, Frame, Scene
from pages.widgets.figures import tables
from pages.widgets.figures.curves import curves
from pages.widgets.plate import controls, live
from pages.widgets.shell import state
from pages.widgets.shell.letters import plural
from pages.widgets.shell.words import notice


def key_of(what: str) -> str:
    return state.owned(TOPIC, "playground", what)


def moving(settings: PlaygroundSettings, now: live.Now) -> None:
    """Draw the network, the decision field, both losses and what they are at this epoch."""
    snapshot = edited(settings, now.snapshot)

    def set_weight(edit: Edit) -> None:
        add_edit(settings, snapshot.step, edit)

    network_view(
        key_of("network"),
        inputs=feature_names(settings),
        weights=layers_of(settings, snapshot),
        fields=unit_fields(settings, snapshot, side=24),
        frozen=frozen_of(settings, snapshot.step),
        on_edit=set_weight,
        most=100.0,
        height=380,
    )
    points = points_of(settings)
    losses = curves(now.history, ("training loss", "test loss"), f"{loss_of(settings)} loss", "epoch")
    panels([field_scene(settings, snapshot, points), losses], key_of("panels"), height=300)
    with st.container(horizontal=True, key=key_of("metrics")):
        for label in ("training loss", "test loss", "training accuracy", "test accuracy"):
            if label in snapshot.measures:
                form = ".1%" if label.endswith("accuracy") else ".4f" if snapshot.measures[label] < 1e4 else ".1e"
                st.metric(label.capitalize(), f"{snapshot.measures[label]:{form}}", width=140)


def layers_of(settings: PlaygroundSettings, snapshot: Training) -> list[tuple[Any, Any]]:
    """Return (W, b) of every layer."""
    return [(snapshot.weights[f"W{layer}"], snapshot.weights[f"b{layer}"]) for layer in range(1, settings.layers + 2)]


def field_scene(settings: PlaygroundSettings, snapshot: Training, points: Points) -> Scene:
    """Picture the network's answer over the plane, under the points that it is trained on."""
    own = points.centre + points.unit * points.plane  # in the columns' own units
    low, high = points.centre - REACH * points.unit, points.centre + REACH * points.unit
    group = (points.target > 0).astype(int)
    shown = [points.training]
    if st.session_state.get(key_of("tested:kept"), False):
        shown.append(~points.training)
    dots = [
        Dots(
            own[chosen, 0],
            own[chosen, 1],
            group=group[chosen],
            size=3 if number else 3.5 if len(own) <= 300 else 2.5,
            shape="diamond" if number else "circle",
        )
        for number, chosen in enumerate(shown)
    ]
    groups = points.classes or ("target below 0", "target above 0")
    return Scene(
        [Frame([Cells(field(settings, snapshot), -1, 1), *dots], f"Decision field, epochs trained: {snapshot.step}")],
        x_label=points.names[0],
        y_label=points.names[1],
        x_range=(float(low[0]), float(high[0])),
        y_range=(float(low[1]), float(high[1])),
        title="Decision field",
        legend=groups,
    )


def still(settings: PlaygroundSettings, now: live.Now) -> None:
    """Say what is drawn, and edit weights without the picture."""
    points, snapshot = points_of(settings), edited(settings, now.snapshot)
    kept = key_of("tested:kept")
    st.session_state[kept] = st.toggle(
        "Show the test points",
        st.session_state.get(kept, False),
        key=key_of("tested"),
        help="Small diamonds: the network never trains on them",
    )
    sizes = sizes_of(settings)
    parameters = sum(weights.size + biases.size for weights, biases in layers_of(settings, snapshot))
    shapes = ", ".join(f"{name('W', layer)} {sizes[layer]} × {sizes[layer - 1]}" for layer in range(1, len(sizes)))
    train = int(points.training.sum())
    clipped = f" {plural(points.clipped, 'point')} beyond the frame stand on its edge." if points.clipped else ""
    scaled = "" if points.classes else ", as a number scaled to about −1 … 1"
    predicted = f" Predicted: {points.predicts}{scaled}." if points.predicts else ""
    st.caption(
        f"{' – '.join(map(str, sizes))} units, {plural(parameters, 'parameter')}: {shapes}. {train} training points, "
        f"{len(points.target) - train} test points.{predicted}{clipped}"
    )
    advise(settings, now)
    edit_weights(settings, snapshot)


def advise(settings: PlaygroundSettings, now: live.Now) -> None:
    """Say so when training has made things worse, and offer a rate."""
    if "training loss" not in now.history:
        return
    _, losses = now.history["training loss"]
    if len(losses) > 20 and losses[-1] > 1.05 * losses[0]:
        notice(
            f"After {now.snapshot.step} epochs the training loss is {losses[-1]:.3g}; it began at {losses[0]:.3g}.",
            "trending_up",
            key_of("worse"),
        )
        offer_rate(settings)


def failed(settings: PlaygroundSettings, now: live.Now) -> None:
    """Explain why a run diverged, and offer the nearest rate with which it does not."""
    if not isinstance(now.end, Diverged):
        return
    notice(
        "Each update was longer than the distance to the valley, so it landed higher up on the other side, where the "
        f"slope is steeper and the next update longer still. The learning rate {settings.rate:g} is too large for "
        "these data and this network.",
        "help",
        key_of("why"),
    )
    offer_rate(settings)


def offer_rate(settings: PlaygroundSettings) -> None:
    """Offer the largest smaller rate with which the loss falls in a short trial."""
    rate = stable_rate(settings)
    if rate is None:
        st.caption("No smaller rate lowered the loss in a short trial: look at the weights you set, or begin anew.")
        return
    st.caption(f"Tried in short runs of these settings: with the rate {rate:g} the loss falls.")
    st.button(
        f"Take the rate {rate:g}",
        icon=":material/tune:",
        key=key_of("rate"),
        on_click=controls.on_press,
        args=(TOPIC, PLAYGROUND, settings),
        kwargs={"rate": rate},
    )


def add_edit(settings: PlaygroundSettings, step: int, edit: Edit) -> None:
    """Append an edit to the settings, in a callback."""
    row = (float(step), float(edit.layer), float(edit.to), float(edit.source), edit.value, float(edit.frozen))
    controls.move(TOPIC, PLAYGROUND, settings, edits=(*settings.edits, row))


def edit_weights(settings: PlaygroundSettings, snapshot: Training) -> None:
    """Draw fields that name a weight, its value and whether it is frozen; below, the edits so far."""
    with st.expander("Edit a weight", icon=":material/edit:", key=key_of("edit"), on_change="rerun") as opened:
        if not opened.open:
            return
        sizes, names = sizes_of(settings), feature_names(settings)
        where, to, source = st.columns(3)
        layer = where.selectbox(
            "Layer",
            range(1, len(sizes)),
            key=key_of(f"layer:{len(sizes)}"),
            filter_mode=None,
            format_func=lambda at: f"hidden {at}" if at < len(sizes) - 1 else "output",
        )
        unit = to.selectbox("To unit", range(1, sizes[layer] + 1), key=key_of(f"to:{sizes[layer]}"), filter_mode=None)
        senders = ["bias", *(names if layer == 1 else [f"unit {one}" for one in range(1, sizes[layer - 1] + 1)])]
        sender = source.selectbox(
            "From",
            range(len(senders)),
            key=key_of(f"from:{layer}:{len(senders)}"),
            format_func=lambda at: senders[at],
            filter_mode=None,
        )
        W, b = layers_of(settings, snapshot)[layer - 1]
        value = float(W[unit - 1, sender - 1] if sender else b[unit - 1])
        frozen = (layer, unit, sender) in frozen_of(settings, snapshot.step)
        at = f"{snapshot.step}:{layer}:{unit}:{sender}:{len(settings.edits)}"
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.number_input("Value", -100.0, 100.0, round(value, 5), 0.1, format="%.4f", key=key_of(f"value:{at}"))
            st.toggle("Frozen", frozen, key=key_of(f"frozen:{at}"), help="A frozen weight keeps its value in training")

            def set_it() -> None:
                given = st.session_state[key_of(f"value:{at}")], st.session_state[key_of(f"frozen:{at}")]
                add_edit(settings, snapshot.step, Edit(layer, unit, sender, *given))

            st.button(
                "Set",
                icon=":material/check:",
                key=key_of("set"),
                on_click=set_it,
                disabled=len(settings.edits) >= MOST_EDITS,
            )
        list_edits(settings)


def list_edits(settings: PlaygroundSettings) -> None:
    """List the edits, and take the last or all of them away."""
    if not settings.edits:
        st.caption("A link carries your edits with their epochs. Pause first, and it repeats them exactly.")
        return
    used = edits_of(settings)
    rows = [
        {
            "epoch": epoch,
            "layer": layer,
            "to": to,
            "from": "bias" if source == 0 else str(source),
            "value": value,
            "frozen": "yes" if frozen else "no",
        }
        for epoch, layer, to, source, value, frozen in used
    ]
    tables.numbers(pd.DataFrame(rows), "The weights that were edited, with their epochs")
    if lost := len(settings.edits) - len(used):
        st.caption(f"{plural(lost, 'edit')} name no weight of this network and do nothing.")
    with st.container(horizontal=True):
        st.button(
            "Take the last one back",
            icon=":material/undo:",
            key=key_of("undo"),
            on_click=controls.on_press,
            args=(TOPIC, PLAYGROUND, settings),
            kwargs={"edits": settings.edits[:-1]},
        )
        st.button(
            "Clear edits",
            icon=":material/delete:",
            key=key_of("clear"),
            on_click=controls.on_press,
            args=(TOPIC, PLAYGROUND, settings),
            kwargs={"edits": ()},
        )
