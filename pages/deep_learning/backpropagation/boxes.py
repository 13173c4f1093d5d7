"""The boxes and arrows of a small network's computation graph, for the pictures of the experiment graph."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from engine.data import Floats
from engine.experiments.backpropagation.graph import Node
from pages.widgets.canvas.scene import Bars, Layer, Lines, Words
from pages.widgets.canvas.view import written
from pages.widgets.figures.numbers import subscript

# Where every box stands: across 0 ... 1, down in pixels. The forward pass runs down the page, so that a telephone is
# wide enough; the weight of a sum stands on the line to it, and a unit's activation beside its sum.
Place = tuple[float, float]
Way = tuple[str, ...]
A, B, C, D, E, F = 0.077, 0.246, 0.415, 0.585, 0.754, 0.923  # the columns
MIDDLE = 0.5
OUTPUT: dict[str, Place] = {"ŷ": (MIDDLE, 336), "L": (E, 336), "y": (F, 336)}
PLACES: dict[str, dict[str, Place]] = {
    "1-2-2-1": {
        "b1": (A, 20), "w1": (0.29, 20), "x1": (MIDDLE, 20), "w2": (0.71, 20), "b2": (F, 20),
        "z1": (A, 80), "a1": (B, 80), "a2": (E, 80), "z2": (F, 80),
        "w3": (B, 138), "w4": (C, 138), "w5": (D, 138), "w6": (E, 138),
        "b3": (A, 212), "z3": (B, 212), "a3": (C, 212), "a4": (D, 212), "z4": (E, 212), "b4": (F, 212),
        "w7": (C, 274), "w8": (D, 274), "b5": (B, 336), **OUTPUT,
    },
    "2-2-1": {
        "x1": (B, 40), "x2": (E, 40), "w1": (B, 110), "w3": (C, 110), "w2": (D, 110), "w4": (E, 110),
        "b1": (A, 196), "z1": (B, 196), "a1": (C, 196), "a2": (D, 196), "z2": (E, 196), "b2": (F, 196),
        "w5": (C, 266), "w6": (D, 266), "b3": (B, 336), **OUTPUT,
    },
    "one neuron": {
        "x1": (0.12, 30), "w1": (0.38, 30), "w2": (0.62, 30), "x2": (0.88, 30), "p1": (B, 106), "p2": (E, 106),
        "b": (0.3, 182), "s": (MIDDLE, 182), "z": (0.3, 259), "ŷ": (0.7, 259), "L": (MIDDLE, 336), "d": (0.7, 336),
        "y": (0.9, 336),
    },
}  # fmt: skip
SIGMOID: dict[str, Place] = {  # the sigmoid's own steps
    "b": (0.1, 182), "z": (0.1, 259), "n": (0.3, 259), "e": (MIDDLE, 259), "q": (0.7, 259), "ŷ": (0.9, 259),
}  # fmt: skip
WEIGHTS = {  # the weights, each on the line from one name to another
    "1-2-2-1": "w1 x1 z1, w2 x1 z2, w3 a1 z3, w4 a1 z4, w5 a2 z3, w6 a2 z4, w7 a3 ŷ, w8 a4 ŷ",
    "2-2-1": "w1 x1 z1, w2 x2 z1, w3 x1 z2, w4 x2 z2, w5 a1 ŷ, w6 a2 ŷ",
    "one neuron": "",
}
BETWEEN = {
    network: {(start, end): weight for weight, start, end in map(str.split, filter(None, said.split(", ")))}
    for network, said in WEIGHTS.items()
}
DEEP = 356  # pixels of the whole picture
WIDE, TALL = 0.07, 17  # from a box's middle to its edges
LEAN = 0.25  # how far a line that comes from the side enters a box beside its middle
DONE, NOW = 0, 3


def places(network: str, activation: str) -> dict[str, Place]:
    """Return where the middle of every box lies."""
    own = SIGMOID if network == "one neuron" and activation == "sigmoid" else {}
    return PLACES[network] | own


def boxes(nodes: Sequence[Node], at: dict[str, Place], done: int) -> list[Layer]:
    """Draw every node's value in its box, and the first `done` derivatives; the newest one stands out."""
    x, y = np.array([at[node.name] for node in nodes]).T  # (n,), (n,)
    layers: list[Layer] = [edges(x, y, 1.0)]
    if done:
        layers.append(filled(x[:done], y[:done], [DONE] * (done - 1) + [NOW]))
        layers.append(edges(x[done - 1 : done], y[done - 1 : done], 2.5))
    layers.append(Words(x, y - 7.5, [said(node) for node in nodes]))
    layers.append(Words(x[:done], y[:done] + 8.5, [f"∂ {number(node.derivative)}" for node in nodes[:done]]))
    return layers


def values(nodes: Sequence[Node], at: dict[str, Place], passed: Collection[str]) -> list[Layer]:
    """Draw every node's value in its box, and fill those that are passed."""
    x, y = np.array([at[node.name] for node in nodes]).T  # (n,), (n,)
    on = np.array([node.name in passed for node in nodes])
    return [filled(x[on], y[on], DONE), edges(x, y, 1.0), Words(x, y, [said(node) for node in nodes])]


def said(node: Node) -> str:
    return f"{subscript(node.name)} = {number(node.value)}"


def filled(x: Floats, y: Floats, group: ArrayLike) -> Bars:
    """Fill the boxes whose middles are (x, y), shape (n,) each."""
    return Bars(x - WIDE, y - TALL, x + WIDE, y + TALL, group, pale=True)


def edges(x: Floats, y: Floats, width: float) -> Lines:
    """Draw the edges of the boxes whose middles are (x, y), shape (n,) each."""
    across, down = np.array([[-WIDE], [WIDE], [WIDE], [-WIDE]]) + x, np.array([[-TALL], [-TALL], [TALL], [TALL]]) + y
    ends = np.stack([across, down, np.roll(across, -1, 0), np.roll(down, -1, 0)], axis=-1)  # (4, n, 4)
    return Lines.between(ends.transpose(1, 0, 2), None, width)


def arrows(
    ways: Sequence[Way], at: dict[str, Place], width: float = 1.0, group: int | None = None, over: Sequence[Way] = ()
) -> list[Layer]:
    """Draw arrows along ways, the names of two boxes and of those that lie between; the last part has the head.

    Parts that others will be drawn `over` are left out.
    """
    hidden = {pair for way in over for pair in pairwise(way)}
    plain = [line(at[a], at[b]) for way in ways for a, b in pairwise(way[:-1]) if (a, b) not in hidden]
    last = [line(at[a], at[b]) for *_, a, b in ways if (a, b) not in hidden]
    return [Lines.between(plain, group, width), Lines.between(last, group, width, heads=True)]


def uses(nodes: Sequence[Node], network: str) -> list[Way]:
    """Return the way from each node to each one that uses it, by the weight that lies between."""
    return [way(node.name, term.user, network) for node in nodes for term in node.terms]


def way(start: str, end: str, network: str) -> Way:
    """Return the names on the line from one box to another."""
    between = BETWEEN[network].get((start, end))
    return (start, between, end) if between else (start, end)


def line(a: Place, b: Place) -> tuple[float, float, float, float]:
    """Return the line from one box's edge to another's: sideways where they stand in a row, else downwards or up."""
    (x0, y0), (x1, y1) = a, b
    if abs(y1 - y0) < 2 * TALL:
        side = WIDE if x1 > x0 else -WIDE
        return x0 + side, y0, x1 - side, y1
    down = TALL if y1 > y0 else -TALL
    lean = float(np.clip(LEAN * (x1 - x0), -0.7 * WIDE, 0.7 * WIDE))
    return x0 + lean, y0 + down, x1 - lean, y1 - down


def number(value: float) -> str:
    """Write a number with three digits, few enough to stand in a box.

    >>> number(-0.12345), number(-0.0), number(123_456.0)
    ('−0.123', '0', '1.23 × 10⁵')
    """
    return written(float(f"{value:.3g}") + 0.0)
