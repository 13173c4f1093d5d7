"""Backpropagation: the page. It draws; engine/experiments/backpropagation.py computes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from engine.experiment import Run
from engine.experiments.backpropagation import (
    EXPERIMENTS,
    GIVEN,
    BatchOutcome,
    BatchSettings,
    Curve,
    GraphOutcome,
    GraphSettings,
    NeuronOutcome,
    NeuronSettings,
    Node,
    VanishOutcome,
    VanishSettings,
)
from pages.widgets import charts, controls, state, tables, topic
from pages.widgets.board import Placed, board
from pages.widgets.player import Dots, Frame, Lines, Scene, Words, player

TOPIC = "backpropagation"
NEURON, GRAPH, BATCH, VANISH = EXPERIMENTS
MOST_EXAMPLES = 8

# --- neuron ----------------------------------------------------------------------------------------------------

NEAR, WHOLE = "near the weight", "all weights"


def draw_neuron(settings: NeuronSettings, run: Run) -> None:
    """The loss against the weight with its tangent and the updates; below, every number of the step."""
    outcome: NeuronOutcome = run.outcome
    now, right = outcome.now, outcome.weights[1]
    slope, new, loss = st.columns(3)
    slope.metric("∂L/∂w", signed(f"{now.by_w:.4f}"))
    new.metric("New w", signed(f"{right.w:.5g}"))
    loss.metric("New L", f"{right.loss:.4g}")
    view = st.segmented_control("Show the loss", (NEAR, WHOLE), default=NEAR, key=state.owned(TOPIC, "neuron", "view"))
    curve = outcome.whole if view == WHOLE else outcome.near
    low, high = curve.w[0], curve.w[-1]
    places = pd.DataFrame(
        [{"weight": one.how, "w": one.w, "loss": one.loss} for one in outcome.weights if low <= one.w <= high]
    )
    names = [one.how for one in outcome.weights]
    marks = alt.Chart(places).mark_point(filled=True, size=130, opacity=1, tooltip=True).encode(
        alt.X("w:Q"), alt.Y("loss:Q"),
        alt.Color("weight:N", scale=alt.Scale(domain=names), legend=ABOVE),
        alt.Shape("weight:N", scale=alt.Scale(domain=names), legend=ABOVE),
    )  # fmt: skip
    said = "; ".join(f"{one.how}: w {one.w:.4g}, loss {one.loss:.4g}" for one in outcome.weights)
    charts.show((loss_curve(curve) + marks).properties(height=320), f"Loss against weight. {said}.")
    st.caption(
        "The dashed line is the tangent at the present weight; its slope is ∂L/∂w. The wrong updates repeat the notes' "
        "arithmetic: prediction rounded to two digits, sign turned, and then the step ten times as long."
    )
    rows = {
        "z = w·x + b": now.z, "ŷ = σ(z)": now.prediction, "L = ½(ŷ − y)²": now.loss, "∂L/∂ŷ = ŷ − y": now.by_prediction,
        "∂ŷ/∂z = ŷ(1 − ŷ)": now.prediction_by_z, "∂z/∂w = x": now.z_by_w, "∂L/∂w: product of the three": now.by_w,
        "∂L/∂b: the same with ∂z/∂b = 1": now.by_b, "new w = w − η · ∂L/∂w": right.w,
    }  # fmt: skip
    tables.numbers(pd.DataFrame({"step": rows.keys(), "value": rows.values()}), "Every number of one step")
    table = [{"weight": one.how, "w": one.w, "ŷ": one.prediction, "loss": one.loss} for one in outcome.weights]
    tables.numbers(pd.DataFrame(table), "The weight, the prediction and the loss after the right and the wrong updates")


ABOVE, ABOVE_IN_ROWS = (
    alt.Legend(orient="top", columns=columns, title=None, labelLimit=320, symbolOpacity=1) for columns in (2, 1)
)


def loss_curve(curve: Curve) -> alt.LayerChart:
    """The loss against the weight, and its tangent as far as it stays in the picture."""
    room = 0.15 * (curve.loss.max() - curve.loss.min() or 0.1)
    low, high = curve.loss.min() - room, curve.loss.max() + room
    seen = (curve.tangent >= low) & (curve.tangent <= high)
    y = alt.Y("loss:Q", title="loss L", scale=alt.Scale(domain=[low, high], nice=False, clamp=False))
    x = alt.X("w:Q", title="weight w", scale=alt.Scale(domain=[curve.w[0], curve.w[-1]], nice=False))
    line = alt.Chart(pd.DataFrame({"w": curve.w, "loss": curve.loss})).mark_line(color=charts.COLOURS[7])
    tangent = alt.Chart(pd.DataFrame({"w": curve.w[seen], "loss": curve.tangent[seen]}))
    tangent = tangent.mark_line(color=charts.COLOURS[7], strokeDash=[6, 4], strokeWidth=1.5)
    return alt.layer(line.encode(x, y), tangent.encode(x, y))


def signed(text: str) -> str:
    """Write a real minus sign."""
    return text.replace("-", "−")


# --- graph -----------------------------------------------------------------------------------------------------

# Where every name stands: across 0 ... 1, down in pixels. The forward pass runs down the page, so a narrow screen is
# wide enough; a weight lies on its line, and no two texts that stand near each other share a height.
Place = tuple[float, float]
Weights = dict[tuple[str, str], str]
PLACES: dict[str, dict[str, Place]] = {
    "1-2-2-1": {
        "x1": (0.5, 24), "w1": (0.391, 84), "w2": (0.609, 84), "b1": (0.1, 134), "b2": (0.9, 134), "z1": (0.3, 134),
        "z2": (0.7, 134), "a1": (0.3, 184), "a2": (0.7, 184), "w4": (0.4, 234), "w3": (0.3, 284), "w6": (0.7, 284),
        "w5": (0.4, 334), "b3": (0.1, 384), "b4": (0.9, 384), "z3": (0.3, 384), "z4": (0.7, 384), "a3": (0.3, 434),
        "a4": (0.7, 434), "w7": (0.391, 484), "w8": (0.609, 484), "b5": (0.2, 544), "ŷ": (0.5, 544), "y": (0.8, 594),
        "L": (0.5, 594),
    },
    "2-2-1": {
        "x1": (0.3, 24), "x2": (0.7, 24), "w3": (0.4, 74), "w1": (0.3, 124), "w4": (0.7, 124), "w2": (0.4, 174),
        "b1": (0.1, 224), "b2": (0.9, 224), "z1": (0.3, 224), "z2": (0.7, 224), "a1": (0.3, 274), "a2": (0.7, 274),
        "w5": (0.391, 324), "w6": (0.609, 324), "b3": (0.2, 384), "ŷ": (0.5, 384), "y": (0.8, 434), "L": (0.5, 434),
    },
    "one neuron": {
        "x1": (0.1, 26), "w1": (0.37, 26), "w2": (0.63, 26), "x2": (0.9, 26), "p1": (0.24, 90), "p2": (0.76, 90),
        "s": (0.5, 154), "b": (0.8, 154), "z": (0.5, 218), "ŷ": (0.5, 282), "y": (0.8, 282), "d": (0.5, 346),
        "L": (0.5, 410),
    },
}  # fmt: skip
WEIGHTS: dict[str, Weights] = {  # the weight on the line from one name to another
    "1-2-2-1": {
        ("x1", "z1"): "w1", ("x1", "z2"): "w2", ("a1", "z3"): "w3", ("a1", "z4"): "w4", ("a2", "z3"): "w5",
        ("a2", "z4"): "w6", ("a3", "ŷ"): "w7", ("a4", "ŷ"): "w8",
    },
    "2-2-1": {
        ("x1", "z1"): "w1", ("x2", "z1"): "w2", ("x1", "z2"): "w3", ("x2", "z2"): "w4", ("a1", "ŷ"): "w5",
        ("a2", "ŷ"): "w6",
    },
    "one neuron": {},
}  # fmt: skip
HALF = 17  # pixels from a mark to the outer edge of the texts over and under it
SIGMOID_STEPS = ("n", "e", "q")  # between z and ŷ, a row each
ROW = 64
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
DONE, NOW = 0, 3  # groups of the player: a blue disc, a red diamond


def draw_graph(settings: GraphSettings, run: Run) -> None:
    """Replay the backward pass; below, edit the numbers, compare with torch, and list the paths to one of them."""
    outcome: GraphOutcome = run.outcome
    places, weights = placed(settings), WEIGHTS[settings.network]
    deep = max(place[1] for place in places.values()) + 30
    frames = [
        Frame(
            layers(outcome, places, weights, 0), f"Forward pass, downwards. Loss L = {number(outcome.nodes[0].value)}"
        )
    ]
    frames += [Frame(layers(outcome, places, weights, done), sentence(outcome.nodes[done - 1]))
               for done in range(1, len(outcome.nodes) + 1)]  # fmt: skip
    everything = lines(outcome.nodes, places, weights, 1.2)
    scene = Scene(frames, fixed=(everything,), x_label="", y_label="", x_range=(0, 1), y_range=(deep, 0), axes=False)
    player(scene, state.owned(TOPIC, "graph", "player"), height=int(deep))
    st.caption("Over each mark stands its value, under it the derivative ∂L/∂ once it is complete; the diamond is the "
               "one just completed, from the thick lines." + steps_said(settings))  # fmt: skip
    edit_numbers(settings)
    compared(outcome)
    listed = "\n".join(f"- {' → '.join(map(pretty, path.names))}:  {factors(path.slopes)} = **{number(path.product)}**"
                       for path in outcome.paths)  # fmt: skip
    total = sum(path.product for path in outcome.paths)
    many = f"{len(outcome.paths)} paths" if len(outcome.paths) > 1 else "One path"
    st.markdown(f"**{many} from L to {pretty(outcome.watched)}**, local derivatives multiplied along each:\n{listed}")
    st.markdown(f"Their sum is {number(total)} = ∂L/∂{pretty(outcome.watched)}.")


def placed(settings: GraphSettings) -> dict[str, Place]:
    """Return the place of every name; the sigmoid's own steps push what comes after them down."""
    places = dict(PLACES[settings.network])
    if settings.network == "one neuron" and settings.activation == "sigmoid":
        top = places["z"][1]
        later = {name: (x, y + ROW * len(SIGMOID_STEPS)) for name, (x, y) in places.items() if y > top}
        places |= later | {name: (0.5, top + ROW * (i + 1)) for i, name in enumerate(SIGMOID_STEPS)}
    return places


def steps_said(settings: GraphSettings) -> str:
    if settings.network != "one neuron":
        return ""
    steps = " n = −z, e = exp(n), q = 1 + e, ŷ = 1/q," if settings.activation == "sigmoid" else ""
    return f" p₁ = w₁x₁, p₂ = w₂x₂, s = p₁ + p₂, z = s + b,{steps} d = ŷ − y, L = d²."


def layers(outcome: GraphOutcome, places: dict[str, Place], weights: Weights, done: int) -> list[Dots | Lines | Words]:
    """Picture the graph once `done` derivatives are complete."""
    nodes = outcome.nodes
    x, y = np.array([places[node.name] for node in nodes]).T  # (n,), (n,)
    place = np.arange(len(nodes))
    now = place == done - 1
    group = np.where(place < done, DONE, -1)
    return [
        lines(nodes[max(done - 1, 0) : done], places, weights, 4, DONE),
        Dots(x[~now], y[~now], group=group[~now], size=4),
        Dots(x[now], y[now], group=NOW, size=7),
        Words(x, y - 14, [f"{pretty(node.name)} = {number(node.value)}" for node in nodes]),
        Words(x[:done], y[:done] + 14, [f"∂ {number(node.derivative)}" for node in nodes[:done]]),
    ]


def lines(
    nodes: Sequence[Node], places: dict[str, Place], weights: Weights, width: float, group: int | None = None
) -> Lines:
    """Lines from nodes to what uses them, by way of a weight that lies between, clear of the texts at both ends."""
    parts = []
    for node in nodes:
        for term in node.terms:
            between = weights.get((node.name, term.user))
            way = (node.name, between, term.user) if between else (node.name, term.user)
            parts += [clear(places[a], places[b]) for a, b in pairwise(way)]
    return Lines(*np.array(parts, dtype=float).reshape(-1, 4).T, group=group, width=width)


def clear(a: Place, b: Place) -> tuple[float, float, float, float]:
    """Return the part of a line that lies between the texts at its ends; all of it where it runs between their rows."""
    (x0, y0), (x1, y1) = a, b
    cut = HALF / abs(y1 - y0) if abs(y1 - y0) > 2 * HALF else 0.0
    return x0 + cut * (x1 - x0), y0 + cut * (y1 - y0), x1 - cut * (x1 - x0), y1 - cut * (y1 - y0)


def sentence(node: Node) -> str:
    """Say how a derivative comes about, with its numbers."""
    name = f"∂L/∂{pretty(node.name)}"
    if not node.terms:
        return f"{name} = 1: here the backward pass begins"
    symbols = " + ".join(f"∂L/∂{pretty(term.user)} · ∂{pretty(term.user)}/∂{pretty(node.name)}" for term in node.terms)
    numbers = " + ".join(factors((term.arriving, term.local)) for term in node.terms)
    return f"{name} = {symbols} = {numbers} = {number(node.derivative)}"


def pretty(name: str) -> str:
    return name.translate(SUBSCRIPTS)


def number(value: float) -> str:
    """Write a number with three digits, few enough to stand in the picture."""
    return signed(f"{value:.3g}")


def factors(values: tuple[float, ...]) -> str:
    """Write a product; a negative factor stands in parentheses."""
    return " · ".join(f"({number(value)})" if value < 0 else number(value) for value in values)


def compared(outcome: GraphOutcome) -> None:
    """Every derivative beside torch's and a central difference."""
    rows = [
        {"number": pretty(node.name), "value": node.value, "ours": node.derivative, "torch": node.by_torch,
         "difference": "–" if math.isnan(node.by_difference) else f"{node.by_difference:.4g}"}
        for node in outcome.nodes
    ]  # fmt: skip
    tables.numbers(pd.DataFrame(rows), "The derivative of the loss by every number, found in three ways")
    off = "none" if outcome.from_torch == 0 else f"{outcome.from_torch:.0e} at most"
    st.caption(
        f"Difference from torch: {off}. Our autograd recorded {outcome.operations} operations. The last column is a "
        "central difference, (L(θ + h) − L(θ − h))/2h with h = 10⁻⁶, for what is given."
    )


def edit_numbers(settings: GraphSettings) -> None:
    """Draw the weights and biases as a table to type in."""
    names, values = zip(*settings.numbers().items(), strict=True)
    key = state.owned(TOPIC, "graph", "numbers")
    version, base, mine = st.session_state.get(key, (0, values, (names, values)))
    if (names, values) != mine:  # they changed elsewhere, by another network say: another table
        version, base, mine = version + 1, values, (names, values)
    st.session_state[key] = (version, base, mine)
    editor = f"{key}:{version}"

    def changed() -> None:
        typed = list(base)
        for row, cells in st.session_state[editor]["edited_rows"].items():
            typed[int(row)] = base[int(row)] if cells.get("number") is None else cells["number"]
        fitted = tuple((min(max(float(one), -5.0), 5.0),) for one in typed)
        controls.move(TOPIC, GRAPH, settings, weights=fitted, start=GIVEN)
        st.session_state[key] = (version, base, (names, tuple(row[0] for row in fitted)))

    with st.expander("Edit the weights and biases", icon=":material/edit_note:", key=f"{key}:open",
                     on_change="rerun") as opened:  # fmt: skip
        if opened.open:
            frame = pd.DataFrame({"name": [pretty(name) for name in names], "number": base})
            column = st.column_config.NumberColumn(format="%.4g", required=True, min_value=-5.0, max_value=5.0)
            st.data_editor(frame, hide_index=True, disabled=["name"], key=editor, on_change=changed,
                           column_config={"number": column}, alt="Weights and biases, from -5 to 5")  # fmt: skip
            st.button("Back to this network's own numbers", icon=":material/restart_alt:", key=f"{key}:own",
                      on_click=controls.move, args=(TOPIC, GRAPH, settings),
                      kwargs={"weights": (), "start": GIVEN})  # fmt: skip


# --- batch -----------------------------------------------------------------------------------------------------


def draw_batch(settings: BatchSettings, run: Run) -> None:
    """The examples to drag, every factor and both averages, and the loss with both slopes."""
    outcome: BatchOutcome = run.outcome
    found = outcome.batch

    def moved(now: Placed) -> None:
        if now.points != settings.points:
            controls.move(TOPIC, BATCH, settings, points=now.points)

    board(state.owned(TOPIC, "batch", "board"), placed=Placed(settings.points, (), None), on_change=moved,
          x_label="input x", y_label="target y", x_range=(-5.0, 5.0), y_range=(-0.5, 1.5),
          most_points=MOST_EXAMPLES, add="points", height=240)  # fmt: skip
    right, wrong = st.columns(2)
    right.metric("Mean of the products", signed(f"{found.gradient:.4g}"))
    wrong.metric("Product of the means", signed(f"{found.product_of_means:.4g}"))
    factor_table(outcome)
    st.caption(f"A central difference of the loss gives {signed(f'{outcome.by_difference:.4g}')}.")
    colours = alt.Scale(domain=["loss", "mean of the products", "product of the means"],
                        range=[charts.COLOURS[7], charts.COLOURS[0], charts.COLOURS[3]])  # fmt: skip
    dashes = alt.Scale(domain=colours.domain, range=[[1, 0], [8, 4], [2, 3]])
    room = 0.1 * float(outcome.loss.max() - outcome.loss.min()) + 0.02
    low, high = float(outcome.loss.min()) - room, float(outcome.loss.max()) + room
    lines_drawn = zip(colours.domain, (outcome.loss, outcome.tangent, outcome.wrong), strict=True)
    drawn = pd.concat([pd.DataFrame({"w": outcome.w, "loss": line, "line": name}) for name, line in lines_drawn])
    drawn = drawn[(drawn["loss"] >= low) & (drawn["loss"] <= high)]
    chart = alt.Chart(drawn).mark_line().encode(
        alt.X("w:Q", title="weight w", scale=alt.Scale(zero=False, nice=False)),
        alt.Y("loss:Q", title="loss L", scale=alt.Scale(domain=[low, high], nice=False)),
        alt.Color("line:N", scale=colours, legend=ABOVE_IN_ROWS),
        alt.StrokeDash("line:N", scale=dashes, legend=ABOVE_IN_ROWS),
    )  # fmt: skip
    here = alt.Chart(pd.DataFrame({"w": [settings.w], "loss": [found.loss]})).mark_point(size=90, filled=True)
    charts.show(
        (chart + here.encode(x="w:Q", y="loss:Q")).properties(height=320),
        f"Mean squared error against the weight. At w = {settings.w:.3g} it is {found.loss:.4g}; its slope is "
        f"{found.gradient:.4g}, and the product of the means says {found.product_of_means:.4g}.",
    )
    tables.edit_points(TOPIC, BATCH, settings, "points", settings.points, ("x", "y"), title="Examples as a table")


def factor_table(outcome: BatchOutcome) -> None:
    """The three factors of every example, their product, and the means below."""
    found = outcome.batch
    columns = {"−2(y − ŷ)": found.errors, "σ′(z)": found.slopes, "x": found.inputs, "product": found.products}
    rows = {"example": [*(str(i + 1) for i in range(len(found.inputs))), "mean"]}
    frame = pd.DataFrame(rows | {name: [*values, values.mean()] for name, values in columns.items()})
    tables.numbers(frame, "The factors of every example's derivative, their product, and the means of the columns")


# --- vanish ----------------------------------------------------------------------------------------------------


KINDS = {  # what is drawn -> the field that holds it, and the title of its axis
    "∂L/∂z arriving": ("arriving", "length of ∂L/∂z"),
    "∂L/∂W": ("weights", "length of ∂L/∂W"),
    "outputs": ("outputs", "spread of the outputs"),
}


def draw_vanish(settings: VanishSettings, run: Run) -> None:
    """The gradient, or what goes forward, in each layer of both stacks."""
    outcome: VanishOutcome = run.outcome
    for name, one, place in zip("AB", outcome.stacks, st.columns(2), strict=True):
        place.metric(f"{name}: first ÷ last layer", "–" if math.isnan(one.share) else f"{one.share:.2g}")
        per_layer = "no gradient arrives" if math.isnan(one.factor) else f"× {one.factor:.2g} a layer, on average"
        place.caption(f"{one.name}: {per_layer}")
    key = state.owned(TOPIC, "vanish", "kind")
    kind = st.segmented_control("Show, layer by layer", KINDS, default=next(iter(KINDS)), key=key)
    field, title = KINDS[kind or next(iter(KINDS))]
    names = [f"{name}: {one.name}" for name, one in zip("AB", outcome.stacks, strict=True)]
    lengths = {name: getattr(one, field) for name, one in zip(names, outcome.stacks, strict=True)}
    parts = [pd.DataFrame({"layer": np.arange(1, settings.depth + 1), "value": values, "stack": name})
             for name, values in lengths.items()]  # fmt: skip
    drawn = pd.concat(parts)
    drawn = drawn[drawn["value"] > 0]  # a logarithm shows no zero
    powers = np.log10(drawn["value"]) if len(drawn) else np.zeros(1)
    decades = [10.0 ** math.floor(powers.min()), 10.0 ** max(math.ceil(powers.max()), math.floor(powers.min()) + 1)]
    chart = alt.Chart(drawn).mark_line(point=alt.OverlayMarkDef(size=45, filled=True), tooltip=True).encode(
        alt.X("layer:Q", axis=alt.Axis(tickMinStep=1, format="d"), scale=alt.Scale(domain=[1, settings.depth])),
        alt.Y("value:Q", title=title, scale=alt.Scale(type="log", domain=decades, nice=False),
              axis=alt.Axis(format=".0e", tickCount=6)),
        alt.Color("stack:N", scale=alt.Scale(domain=names), legend=ABOVE),
        alt.Shape("stack:N", scale=alt.Scale(domain=names), legend=ABOVE),
    )  # fmt: skip
    ends = "; ".join(
        f"{name}: {values[0]:.1e} in layer 1, {values[-1]:.1e} in the last" for name, values in lengths.items()
    )
    charts.show(chart.properties(height=340), f"{title.capitalize()} in {settings.depth} layers. {ends}.")
    st.caption(
        "Layer 1 stands next to the input: the gradient reaches it last. The figures above the chart are of ∂L/∂z. "
        "Where a length is exactly 0 there is no mark on this logarithmic axis."
    )


topic.show(TOPIC, {"neuron": draw_neuron, "graph": draw_graph, "batch": draw_batch, "vanish": draw_vanish})
