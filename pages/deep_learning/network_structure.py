"""Neurons, layers and matrix form: the page. It draws; engine/experiments/network_structure.py computes."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from engine.data import Floats
from engine.experiment import Diverged, Run
from engine.experiments.network_structure import (
    COMPARED,
    EXPERIMENTS,
    MOST_EDITS,
    REACH,
    TYPED,
    FlowSettings,
    FlowStep,
    InitOutcome,
    InitSettings,
    PixelStep,
    PlaygroundSettings,
    Points,
    Training,
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
from pages.widgets import charts, controls, live, state, tables, topic
from pages.widgets.network_view import Edit, network_view
from pages.widgets.panels import curves, panels
from pages.widgets.player import player
from pages.widgets.scene import Cells, Dots, Frame, Scene, Words
from pages.widgets.sums import LETTERS, name, scene_of, written
from pages.widgets.words import notice, plural

TOPIC = "network_structure"
FLOW, PLAYGROUND, INIT = EXPERIMENTS


# --- flow: the sums ----------------------------------------------------------------------------------------------


def draw_flow(settings: FlowSettings, run: Run) -> None:
    """Replay the sums term by term, or an image that becomes a column."""
    if isinstance(run.outcome, PixelStep):
        draw_pixels(run)
        return
    last: FlowStep = run.outcome
    player(scene_of(run.snapshots), state.owned(TOPIC, "flow", "player"), height=480)
    gap = max(float(np.abs(sums - products).max()) for sums, products in zip(last.sums, last.products, strict=True))
    outputs = ", ".join(written(one) for one in last.values[-1])
    st.caption(f"The network answers {outputs}. Written-out sums and matrix products differ by at most {gap:.0e}.")
    draw_curve(last)
    for layer in (1, 2):
        edit_layer(settings, last, layer)


def draw_curve(step: FlowStep) -> None:
    """Draw the answers, and the hidden units behind them, while the first input moves and the others stay."""
    frames, kinds = [], ["output", "hidden unit"]
    for letter, values in zip(LETTERS[1:], step.answers[1:], strict=True):
        for unit, curve in enumerate(values, 1):
            kind = kinds[letter != "y"]
            frames.append(pd.DataFrame({"a₁": step.sweep, "value": curve, "unit": name(letter, unit), "kind": kind}))
    here = alt.Chart(pd.DataFrame({"a₁": [step.values[0][0]]})).mark_rule(strokeDash=[4, 4]).encode(x="a₁:Q")
    lines = alt.Chart(pd.concat(frames)).mark_line(tooltip=True).encode(
        alt.X("a₁:Q", title="input a₁, the others as they are"), alt.Y("value:Q", title="value"),
        alt.Color("unit:N", legend=alt.Legend(orient="top", title=None, columns=6)),
        alt.StrokeDash("kind:N", scale=alt.Scale(domain=kinds, range=[[1, 0], [5, 3]]), legend=None),
        alt.StrokeWidth("kind:N", scale=alt.Scale(domain=kinds, range=[3, 1.2]), legend=None),
    )  # fmt: skip
    low, high = (f"{edge:.3g}" for edge in (step.answers[-1].min(), step.answers[-1].max()))
    charts.show(
        (lines + here).properties(height=260),
        f"Outputs and hidden units against the first input from −10 to 10; the outputs run from {low} to {high}.",
    )
    st.caption("Thick lines: the outputs. Dashed: the hidden units that they are made of.")


def edit_layer(settings: FlowSettings, step: FlowStep, layer: int) -> None:
    """Draw the weights and biases of a layer as a table; a change makes them typed ones."""
    both = tuple(tuple(map(tuple, np.column_stack(one).tolist())) for one in step.layers)
    base = both[layer - 1]
    names = (*(name(LETTERS[layer - 1], source) for source in range(1, len(base[0]))), "bias")
    editor = f"{state.owned(TOPIC, 'flow', f'layer{layer}')}:{hash(both)}"

    def changed() -> None:
        rows = tables.with_edits(base, st.session_state[editor], names)
        if rows is not None:
            typed = {"first": both[0], "second": both[1]} | {("first", "second")[layer - 1]: rows}
            sizes = dict(zip(("inputs", "hidden", "outputs"), map(len, step.values), strict=True))
            controls.move(TOPIC, FLOW, settings, weights=TYPED, activation=step.activation, **sizes, **typed)

    title = ("Edit the hidden layer's weights", "Edit the outputs' weights")[layer - 1]
    with st.expander(title, icon=":material/edit_note:", key=f"{state.owned(TOPIC, 'flow', f'open{layer}')}",
                     on_change="rerun") as opened:  # fmt: skip
        if opened.open:
            rows = pd.DataFrame(base, columns=list(names))
            st.caption("A row for each receiving neuron: a weight from each sender, then the bias.")
            cell = st.column_config.NumberColumn(format="%.3g", required=True, min_value=-100, max_value=100)
            st.data_editor(rows, hide_index=True, key=editor, on_change=changed, alt=title,
                           column_config=dict.fromkeys(names, cell))  # fmt: skip


# --- flow: an image becomes a column -----------------------------------------------------------------------------


def draw_pixels(run: Run) -> None:
    """Replay how a digit's rows are laid into the column of inputs; below, what a dense layer makes of their order."""
    last: PixelStep = run.outcome
    frames = tuple(Frame((Cells(laid(one), -0.15, 1.0), *HEADS), peeled(one)) for one in run.snapshots)
    scene = Scene(frames, x_label="", y_label="", x_range=(0, 26), y_range=(70, 0), axes=False)
    player(scene, state.owned(TOPIC, "flow", "pixels"), height=420)
    rows = pd.DataFrame({
        "neuron": [name("z", unit) for unit in range(1, len(last.plain) + 1)], "in order": last.plain,
        "both reordered": last.moved, "pixels alone": last.strange,
    })  # fmt: skip
    tables.numbers(rows, "The sums of a dense layer for the pixels in order, for both reordered, for the pixels alone")
    gap = float(np.abs(last.moved - last.plain).max())
    st.caption(
        f"Reorder the pixels and the columns of W alike, and every sum stays (largest difference {gap:.0e}): a dense "
        "layer does not know which pixels are neighbours. Reorder the pixels alone, and the sums change."
    )


HEADS = (Words([8.0, 22.5], [3.0, 3.0], ["8 × 8 pixels", "64 inputs"]),)


def laid(step: PixelStep) -> Floats:
    """Picture the rows that are left beside the column so far, (70, 26): a pixel of the image is 8 × 2 cells."""
    cells = np.full((70, 26), np.nan)
    for row in range(step.rows, 8):
        cells[6 + 8 * row : 14 + 8 * row, :16] = np.repeat(step.pixels[row], 2)
    there = step.order < 8 * step.rows
    cells[6:, 20:25] = np.where(there, step.pixels.ravel()[step.order], np.nan)[:, np.newaxis]
    return cells


def peeled(step: PixelStep) -> str:
    if step.rows == 0:
        return "The image: 8 rows of 8 pixels, 0 is white and 1 black."
    return f"Row {step.rows} is laid down: {8 * step.rows} of 64 inputs are filled."


# --- playground --------------------------------------------------------------------------------------------------


def key_of(what: str) -> str:
    return state.owned(TOPIC, "playground", what)


def moving(settings: PlaygroundSettings, now: live.Now) -> None:
    """Draw the network, the decision field, both losses and what they are at this epoch."""
    snapshot = edited(settings, now.snapshot)

    def set_weight(edit: Edit) -> None:
        add_edit(settings, snapshot.step, edit)

    network_view(
        key_of("network"), inputs=feature_names(settings), weights=layers_of(settings, snapshot),
        fields=unit_fields(settings, snapshot, side=24), frozen=frozen_of(settings, snapshot.step),
        on_edit=set_weight, most=100.0, height=380,
    )  # fmt: skip
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
    size = 3.5 if len(own) <= 300 else 2.5
    group = (points.target > 0).astype(int)
    shown = [points.training]
    if st.session_state.get(key_of("tested:kept"), False):
        shown.append(~points.training)
    dots = [Dots(own[chosen, 0], own[chosen, 1], group=group[chosen], size=size if not number else 3,
                 shape="diamond" if number else "circle") for number, chosen in enumerate(shown)]  # fmt: skip
    groups = points.classes or ("target below 0", "target above 0")
    return Scene(
        [Frame([Cells(field(settings, snapshot), -1, 1), *dots], f"Decision field after {snapshot.step} epochs")],
        x_label=points.names[0], y_label=points.names[1], x_range=(float(low[0]), float(high[0])),
        y_range=(float(low[1]), float(high[1])), title="Decision field", legend=groups,
    )  # fmt: skip


def still(settings: PlaygroundSettings, now: live.Now) -> None:
    """Say what is drawn, and edit weights without the picture."""
    points, snapshot = points_of(settings), edited(settings, now.snapshot)
    kept = key_of("tested:kept")
    st.session_state[kept] = st.toggle("Show the test points", st.session_state.get(kept, False), key=key_of("tested"),
                                       help="Small diamonds: the network never trains on them")  # fmt: skip
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
    _, losses = now.history.get("training loss", ((), ()))
    if len(losses) > 20 and losses[-1] > 1.05 * losses[0]:
        notice(f"After {now.snapshot.step} epochs the training loss is {losses[-1]:.3g}; it began at {losses[0]:.3g}.",
               "trending_up", key_of("worse"))  # fmt: skip
        offer_rate(settings)


def failed(settings: PlaygroundSettings, now: live.Now) -> None:
    """Explain why a run diverged, and offer the nearest rate with which it does not."""
    if not isinstance(now.end, Diverged):
        return
    notice(
        "Each update was longer than the distance to the valley, so it landed higher up on the other side, where the "
        f"slope is steeper and the next update longer still. The learning rate {settings.rate:g} is too large for "
        "these data and this network.",
        "help", key_of("why"),
    )  # fmt: skip
    offer_rate(settings)


def offer_rate(settings: PlaygroundSettings) -> None:
    """Offer the largest smaller rate with which the loss falls in a short trial."""
    rate = stable_rate(settings)
    if rate is None:
        st.caption("No smaller rate lowered the loss in a short trial: look at the weights you set, or begin anew.")
        return
    st.caption(f"Tried in short runs of these settings: with the rate {rate:g} the loss falls.")
    st.button(f"Take the rate {rate:g}", icon=":material/tune:", key=key_of("rate"), on_click=controls.move,
              args=(TOPIC, PLAYGROUND, settings), kwargs={"rate": rate})  # fmt: skip


# --- playground: weights by hand ---------------------------------------------------------------------------------


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
        layer = where.selectbox("Layer", range(1, len(sizes)), key=key_of(f"layer:{len(sizes)}"), filter_mode=None,
                                format_func=lambda at: f"hidden {at}" if at < len(sizes) - 1 else "output")  # fmt: skip
        unit = to.selectbox("To unit", range(1, sizes[layer] + 1), key=key_of(f"to:{sizes[layer]}"), filter_mode=None)
        senders = ["bias", *(names if layer == 1 else [f"unit {one}" for one in range(1, sizes[layer - 1] + 1)])]
        sender = source.selectbox("From", range(len(senders)), key=key_of(f"from:{layer}:{len(senders)}"),
                                  format_func=lambda at: senders[at], filter_mode=None)  # fmt: skip
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

            st.button("Set", icon=":material/check:", key=key_of("set"), on_click=set_it,
                      disabled=len(settings.edits) >= MOST_EDITS)  # fmt: skip
        list_edits(settings)


def list_edits(settings: PlaygroundSettings) -> None:
    """List the edits, and take the last or all of them away."""
    if not settings.edits:
        st.caption("A link carries your edits with their epochs. Pause first, and it repeats them exactly.")
        return
    used = edits_of(settings)
    rows = [{"epoch": epoch, "layer": layer, "to": to, "from": "bias" if source == 0 else str(source), "value": value,
             "frozen": "yes" if frozen else "no"} for epoch, layer, to, source, value, frozen in used]  # fmt: skip
    tables.numbers(pd.DataFrame(rows), "The weights that were edited, with their epochs")
    if lost := len(settings.edits) - len(used):
        st.caption(f"{plural(lost, 'edit')} name no weight of this network and do nothing.")
    with st.container(horizontal=True):
        st.button("Take the last one back", icon=":material/undo:", key=key_of("undo"), on_click=controls.move,
                  args=(TOPIC, PLAYGROUND, settings), kwargs={"edits": settings.edits[:-1]})  # fmt: skip
        st.button("Clear edits", icon=":material/delete:", key=key_of("clear"), on_click=controls.move,
                  args=(TOPIC, PLAYGROUND, settings), kwargs={"edits": ()})  # fmt: skip


# --- init --------------------------------------------------------------------------------------------------------


def draw_init(settings: InitSettings, run: Run) -> None:
    """The size of the signal after every layer, and the values of four layers."""
    outcome: InitOutcome = run.outcome
    labels = {**{scale: scale for scale in COMPARED}, "chosen": "as you set it"}
    frames = [pd.DataFrame({"layer": np.arange(len(sizes)), "size": np.where(sizes > 0, sizes, np.nan),
                            "weights": labels[scale]}) for scale, sizes in outcome.sizes.items()]  # fmt: skip
    lines = alt.Chart(pd.concat(frames)).mark_line(tooltip=True).encode(
        alt.X("layer:Q", axis=alt.Axis(tickMinStep=1, format="d")),
        alt.Y("size:Q", title="RMS, the input's is 1", scale=alt.Scale(type="log"),
              axis=alt.Axis(format=".0e", tickCount=7)),
        alt.Color("weights:N", sort=list(labels.values()), legend=alt.Legend(orient="top", title=None, columns=2)),
        alt.StrokeDash("weights:N", sort=list(labels.values()), legend=alt.Legend(orient="top", title=None, columns=2)),
    )  # fmt: skip
    ends = "; ".join(f"{labels[scale]}: {sizes[-1]:.2g}" for scale, sizes in outcome.sizes.items())
    charts.show(lines.properties(height=320), f"Size of the signal after 0 to {settings.depth} layers. Last: {ends}.")
    st.caption(
        f"After {settings.depth} layers, as you set it: {outcome.sizes['chosen'][-1]:.3g} times the size of the input. "
        f"{outcome.quiet[-1]:.0%} of the last layer's values are 0, {outcome.loud[-1]:.0%} lie beyond ±0.99."
    )
    places = st.columns(2) + st.columns(2)
    for place, layer, values in zip(places, outcome.looked_at, outcome.values, strict=False):
        with place:
            histogram(layer, values)


def histogram(layer: int, values: Floats) -> None:
    """Draw how often each value occurs in a layer; the axis is the layer's own."""
    low, high = float(values.min()), float(values.max())
    high = high if high > low else low + 1.0
    counts, edges = np.histogram(values, np.linspace(low, high, 31))
    reach = max(abs(low), abs(high))
    bars = alt.Chart(pd.DataFrame({"from": edges[:-1], "to": edges[1:], "values": counts})).mark_bar(tooltip=True)
    bars = bars.encode(
        alt.X("from:Q", title=f"value in layer {layer}", bin=alt.Bin(binned=True),
              scale=alt.Scale(domain=[low, high], nice=False),
              axis=alt.Axis(format=".0e" if not 0.01 < reach < 1e3 else ".2~f", tickCount=4, labelFlush=False)),
        alt.X2("to:Q"), alt.Y("values:Q", title="values", axis=alt.Axis(tickCount=3)),
    )  # fmt: skip
    said = f"Values in layer {layer}: standard deviation {values.std():.2g}, size at most {reach:.2g}."
    charts.show(bars.properties(height=150), said)


topic.show(
    TOPIC,
    {
        "flow": draw_flow,
        "playground": live.Views(moving, still, failed, pace=30.0, unit="epoch", settings_open=False),
        "init": draw_init,
    },
)
