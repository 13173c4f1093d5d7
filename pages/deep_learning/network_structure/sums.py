"""Weighted sums in view: a small network as units and lines, and under it the matrix product that says the same."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from engine.data import Floats
from engine.experiments.network_structure.flow import FlowStep
from pages.widgets.canvas.scene import Dots, Frame, Layer, Lines, Scene, Words
from pages.widgets.figures.numbers import decimal, subscript

LETTERS = ("a", "h", "y")  # inputs, hidden units, outputs
COLUMNS = (1.4, 6.0, 10.6)  # where the layers stand across; the graph lies over the matrices
TOP, FOOT = 11.7, 6.2
HOOKS = 0.12, -0.12  # how far the ends of the left and of the right bracket turn inwards


def scene_of(steps: Sequence[FlowStep]) -> Scene:
    """Return a frame for each step: the graph, the product, and a sentence about what was added."""
    frames = [Frame(graph(one) + product(one), told(one)) for one in steps]
    return Scene(frames, x_label="", y_label="", x_range=(0, 12), y_range=(0, 12.4), axes=False)


def written(value: float) -> str:
    """Write a number with at most two decimals and a real minus sign; a dot where it is not known yet."""
    return "·" if np.isnan(value) else decimal(value, 2)


def name(letter: str, index: int) -> str:
    return subscript(f"{letter}{index}")


def heights(units: int) -> Floats:
    """Return where the units of a layer stand, shape (units,), the first one on top."""
    pitch = min(1.6, (TOP - FOOT) / units)
    places: Floats = (TOP + FOOT) / 2 + pitch * ((units - 1) / 2 - np.arange(units, dtype=float))
    return places


def graph(step: FlowStep) -> list[Layer]:
    """Draw units as dots with their numbers, connections as lines; the term that was just added is thick."""
    places = [heights(len(values)) for values in step.values]
    layers: list[Layer] = []
    for number, (W, _) in enumerate(step.layers):
        to, source = np.indices(W.shape)
        left, right = (np.full(W.size, COLUMNS[side]) for side in (number, number + 1))
        layers.append(Lines(left, places[number][source.ravel()], right, places[number + 1][to.ravel()], width=1.0))
    if step.term is not None and step.term.kind == "term":
        at, unit, source_unit = step.term.layer, step.term.unit - 1, step.term.source - 1
        ends = (COLUMNS[at - 1], places[at - 1][source_unit], COLUMNS[at], places[at][unit])
        layers.append(Lines.between([ends], group=0, width=3.5))
    for number, (values, ys) in enumerate(zip(step.values, places, strict=True)):
        xs = np.full(len(ys), COLUMNS[number])
        layers.append(Dots(xs, ys, size=5))
        layers.append(Words(xs, ys + 0.36, [node(step, number, unit, value) for unit, value in enumerate(values, 1)]))
    return layers


def node(step: FlowStep, number: int, unit: int, value: float) -> str:
    """Say a unit's value, or the sum that it has so far."""
    so_far = step.sums[number - 1][unit - 1] if number else np.nan
    if np.isnan(value) and not np.isnan(so_far):
        return f"{name('z' if number == 1 else 'y', unit)} = {written(so_far)}"
    return f"{name(LETTERS[number], unit)}" + ("" if np.isnan(value) else f" = {written(value)}")


def product(step: FlowStep) -> list[Layer]:
    """Write the layer's product W a + b = z; boxes mark the weight and the input of the term just added."""
    at = step.term.layer if step.term is not None else 1
    W, b = step.layers[at - 1]
    a, z = step.values[at - 1], step.sums[at - 1]
    pitch, across = min(0.8, 4.6 / max(W.shape)), min(1.15, 6.0 / W.shape[1])
    rows, inputs = (2.6 + pitch * ((count - 1) / 2 - np.arange(count)) for count in (len(b), len(a)))
    wide = across * W.shape[1]
    left = (12 - wide - 4.9) / 2  # the product stands in the middle
    columns = left + across * (np.arange(W.shape[1]) + 0.5)
    places = {"a": left + wide + 0.8, "b": left + wide + 2.55, "z": left + wide + 4.3}
    over = max(rows[0], inputs[0]) + pitch / 2 + 0.4
    letters = [name("W", at), *(("a", "z") if at == 1 else ("h", "y"))]
    layers: list[Layer] = [
        Words(np.tile(columns, len(b)), np.repeat(rows, len(columns)), [written(one) for one in W.ravel()]),
        Words(np.full(len(a), places["a"]), inputs, [written(one) for one in a]),
        Words(np.full(len(b), places["b"]), rows, [written(one) for one in b]),
        Words(np.full(len(z), places["z"]), rows, [written(one) for one in z]),
        Words([columns.mean(), places["a"], places["b"], places["z"]], [over] * 4, [*letters[:2], "b", letters[2]]),
        Words([(places["a"] + places["b"]) / 2, (places["b"] + places["z"]) / 2], [2.6, 2.6], ["+", "="]),
        brackets((left, left + wide), (rows[0], rows[-1]), pitch),
        *(
            brackets((places[key] - 0.55, places[key] + 0.55), (column[0], column[-1]), pitch)
            for key, column in (("a", inputs), ("b", rows), ("z", rows))
        ),
    ]
    if step.term is not None:
        unit, source = step.term.unit - 1, step.term.source - 1
        marked = {
            "term": [(columns[source], rows[unit]), (places["a"], inputs[source])],
            "bias": [(places["b"], rows[unit])],
            "activation": [],
        }[step.term.kind]
        boxes = [*marked, (places["z"], rows[unit])]
        layers.extend(box(x, y, 0.5 if x > left + wide else across / 2 - 0.04, pitch / 2 - 0.04) for x, y in boxes)
    return layers


def brackets(x: tuple[float, float], y: tuple[float, float], pitch: float) -> Lines:
    """Draw both brackets of a matrix from its first row's height to its last row's."""
    top, foot = y[0] + pitch / 2, y[1] - pitch / 2
    sides = [[(at + hook, top), (at, top), (at, foot), (at + hook, foot)] for at, hook in zip(x, HOOKS, strict=True)]
    return Lines.between([(*a, *b) for side in sides for a, b in pairwise(side)], width=1.5)


def box(x: float, y: float, wide: float, high: float) -> Lines:
    """Draw a frame around a number."""
    left, right, foot, top = x - wide, x + wide, y - high, y + high
    return Lines(
        [left, right, right, left],
        [foot, foot, top, top],
        [right, right, left, left],
        [foot, top, top, foot],
        group=0,
        width=2,
    )


def told(step: FlowStep) -> str:
    """Say in a sentence what was added last."""
    if step.term is None:
        return "Start: the inputs are given, everything else is open."
    term = step.term
    W, b = step.layers[term.layer - 1]
    sender, receiver = LETTERS[term.layer - 1], LETTERS[term.layer]
    sum_of = name("z" if term.layer == 1 else "y", term.unit)
    if term.kind == "term":
        weight, value = W[term.unit - 1, term.source - 1], step.values[term.layer - 1][term.source - 1]
        factor = written(value) if value >= 0 else f"({written(value)})"
        return (
            f"Weight {written(weight)} times {name(sender, term.source)}: {written(weight)} · {factor} = "
            f"{written(term.value)}. So far {sum_of} = {written(term.total)}."
        )
    if term.kind == "bias":
        return f"Add the bias {written(b[term.unit - 1])}: {sum_of} = {written(term.total)}."
    return f"{step.activation} of {sum_of}: {name(receiver, term.unit)} = {written(term.value)}."
