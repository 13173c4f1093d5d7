"""Pictures of the experiment backpropagation.graph."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
import streamlit as st

from engine.experiment import Run
from engine.experiments.backpropagation.graph import GIVEN, GraphOutcome, GraphSettings, Node
from pages.deep_learning.backpropagation.shared import GRAPH, TOPIC
from pages.widgets.canvas.player.player import player
from pages.widgets.canvas.scene import Dots, Frame, Lines, Scene, Words
from pages.widgets.figures import tables
from pages.widgets.figures.numbers import signed, subscript
from pages.widgets.plate import controls
from pages.widgets.plate.rows import Sheet, edit
from pages.widgets.shell import state

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
        ("x1", "z1"): "w1",
        ("x1", "z2"): "w2",
        ("a1", "z3"): "w3",
        ("a1", "z4"): "w4",
        ("a2", "z3"): "w5",
        ("a2", "z4"): "w6",
        ("a3", "ŷ"): "w7",
        ("a4", "ŷ"): "w8",
    },
    "2-2-1": {
        ("x1", "z1"): "w1",
        ("x2", "z1"): "w2",
        ("x1", "z2"): "w3",
        ("x2", "z2"): "w4",
        ("a1", "ŷ"): "w5",
        ("a2", "ŷ"): "w6",
    },
    "one neuron": {},
}
HALF = 17  # pixels from a mark to the outer edge of the texts over and under it
SIGMOID_STEPS = ("n", "e", "q")  # between z and ŷ, a row each
ROW = 64
DONE, NOW = 0, 3  # groups of the player: a blue disc, a red diamond


def draw_graph(settings: GraphSettings, run: Run[GraphOutcome]) -> None:
    """Replay the backward pass; below, edit the numbers, compare with torch, and list the paths to one of them."""
    outcome = run.outcome
    places, weights = placed(settings), WEIGHTS[settings.network]
    deep = max(place[1] for place in places.values()) + 30
    frames = [
        Frame(
            layers(outcome, places, weights, 0), f"Forward pass, downwards. Loss L = {number(outcome.nodes[0].value)}"
        )
    ]
    frames += [
        Frame(layers(outcome, places, weights, done), sentence(outcome.nodes[done - 1]))
        for done in range(1, len(outcome.nodes) + 1)
    ]
    everything = lines(outcome.nodes, places, weights, 1.2)
    scene = Scene(frames, fixed=(everything,), x_label="", y_label="", x_range=(0, 1), y_range=(deep, 0), axes=False)
    player(scene, state.owned(TOPIC, "graph", "player"), height=int(deep))
    st.caption(
        "Over each mark stands its value, under it the derivative ∂L/∂ once it is complete; the diamond is the "
        "one just completed, from the thick lines." + steps_said(settings)
    )
    edit_numbers(settings)
    compared(outcome)
    listed = "\n".join(
        f"- {' → '.join(map(subscript, path.names))}:  {factors(path.slopes)} = **{number(path.product)}**"
        for path in outcome.paths
    )
    total = sum(path.product for path in outcome.paths)
    many = f"{len(outcome.paths)} paths" if len(outcome.paths) > 1 else "One path"
    st.markdown(
        f"**{many} from L to {subscript(outcome.watched)}**, local derivatives multiplied along each:\n{listed}"
    )
    st.markdown(f"Their sum is {number(total)} = ∂L/∂{subscript(outcome.watched)}.")


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
        Words(x, y - 14, [f"{subscript(node.name)} = {number(node.value)}" for node in nodes]),
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
    return Lines.between(parts, group, width)


def clear(a: Place, b: Place) -> tuple[float, float, float, float]:
    """Return the part of a line that lies between the texts at its ends; all of it where it runs between their rows."""
    (x0, y0), (x1, y1) = a, b
    cut = HALF / abs(y1 - y0) if abs(y1 - y0) > 2 * HALF else 0.0
    return x0 + cut * (x1 - x0), y0 + cut * (y1 - y0), x1 - cut * (x1 - x0), y1 - cut * (y1 - y0)


def sentence(node: Node) -> str:
    """Say how a derivative comes about, with its numbers."""
    name = f"∂L/∂{subscript(node.name)}"
    if not node.terms:
        return f"{name} = 1: here the backward pass begins"
    users = [subscript(term.user) for term in node.terms]
    symbols = " + ".join(f"∂L/∂{user} · ∂{user}/∂{subscript(node.name)}" for user in users)
    numbers = " + ".join(factors((term.arriving, term.local)) for term in node.terms)
    return f"{name} = {symbols} = {numbers} = {number(node.derivative)}"


def number(value: float) -> str:
    """Write a number with three digits, few enough to stand in the picture."""
    return signed(f"{value:.3g}")


def factors(values: tuple[float, ...]) -> str:
    """Write a product; a negative factor stands in parentheses."""
    return " · ".join(f"({number(value)})" if value < 0 else number(value) for value in values)


def compared(outcome: GraphOutcome) -> None:
    """Every derivative beside torch's and a central difference."""
    rows = [
        {
            "number": subscript(node.name),
            "value": node.value,
            "ours": node.derivative,
            "torch": node.by_torch,
            "difference": "–" if math.isnan(node.by_difference) else f"{node.by_difference:.4g}",
        }
        for node in outcome.nodes
    ]
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
    fold = edit(
        key,
        "Edit the weights and biases",
        tuple((one,) for one in values),
        Sheet(("number",), [subscript(name) for name in names], low=-5.0, high=5.0, digits=4),
        lambda rows: controls.move(TOPIC, GRAPH, settings, weights=rows, start=GIVEN),
    )
    if fold:
        fold.button(
            "Back to this network's own numbers",
            icon=":material/restart_alt:",
            key=f"{key}:own",
            on_click=controls.on_press,
            args=(TOPIC, GRAPH, settings),
            kwargs={"weights": (), "start": GIVEN},
        )
