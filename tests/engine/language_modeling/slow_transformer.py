"""The transformer once more, number by number in plain loops: the oracle of the two fast ones."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.language_modeling.generation import NORMS, PARTS, Plan

Vector = list[float]


def some_weights(plan: Plan, characters: str, seed: int = 0) -> dict[str, NDArray[Any]]:
    """Return matrices none of which is zero, with plan and characters."""
    rng, d, V = np.random.default_rng(seed), plan.width, len(characters)
    weights: dict[str, NDArray[Any]] = {"plan": plan.packed(), "characters": np.array([*map(ord, characters)])}
    shapes = {"embed": (V, d), "head": (V, d)}
    shapes |= {f"{layer}.attend": (4, d, d) for layer in range(plan.layers)}
    shapes |= {f"{layer}.feed": (2, 4 * d, d) for layer in range(plan.layers)}
    return weights | {name: rng.normal(0, 0.4, shape).astype(np.float32) for name, shape in shapes.items()}


def every_plan() -> list[Plan]:
    """Return small plans that leave out each part, and have each norm."""
    return [*(Plan(2, 2, 8, 12, NORMS[0], part) for part in PARTS), *(Plan(2, 4, 8, 12, norm) for norm in NORMS[1:])]


def slow_logits(plan: Plan, weights: Mapping[str, Any], codes: list[int], window: int | None = None) -> NDArray[Any]:
    """Return the scores after every position, (n, V); each looks at no more than the last `window` positions."""
    stream = [normed([float(x) for x in weights["embed"][code]], plan) for code in codes]
    for layer in range(plan.layers):
        W_q, W_k, W_v, W_o = weights[f"{layer}.attend"]
        inner = [normed(x, plan) for x in stream]
        queries, keys, values = ([times(W, x) for x in inner] for W in (W_q, W_k, W_v))
        found = [times(W_o, looking(plan, i, queries, keys, values, window or len(codes))) for i in range(len(codes))]
        stream = [added(plan, x, y) for x, y in zip(stream, found, strict=True)]
        if plan.without != "feed-forward blocks":
            up, down = weights[f"{layer}.feed"]
            hidden = [[max(one, 0.0) for one in times(up, normed(x, plan))] for x in stream]
            stream = [added(plan, x, times(down.T, h)) for x, h in zip(stream, hidden, strict=True)]
    return np.array([times(weights["head"], normed(x, plan)) for x in stream])


def looking(plan: Plan, i: int, queries: list[Vector], keys: list[Vector], values: list[Vector], window: int) -> Vector:
    """Return what position i takes home from the positions that it may see, all heads side by side."""
    k, out = plan.width // plan.heads, []
    last = len(keys) if plan.without == "causal mask" else i + 1
    seen = range(max(0, last - window), last)
    for head in range(plan.heads):
        mine = slice(head * k, (head + 1) * k)
        scores = []
        for j in seen:
            q, key = turned(plan, queries[i][mine], i), turned(plan, keys[j][mine], j)
            score = sum(a * b for a, b in zip(q, key, strict=True))
            scores.append(score if plan.without == "scaling" else score / math.sqrt(k))
        powers = [math.exp(score - max(scores)) for score in scores]
        out += [
            sum(p * values[j][mine][place] for p, j in zip(powers, seen, strict=True)) / sum(powers)
            for place in range(k)
        ]
    return out


def turned(plan: Plan, x: Vector, position: int) -> Vector:
    """Turn the pairs (2i, 2i + 1) of x by the position's angles, with sines and cosines."""
    if plan.without == "positions":
        return x
    out: Vector = []
    for i in range(0, len(x), 2):
        angle = position / 10_000 ** (i / len(x))
        out.append(x[i] * math.cos(angle) - x[i + 1] * math.sin(angle))
        out.append(x[i] * math.sin(angle) + x[i + 1] * math.cos(angle))
    return out


def normed(x: Vector, plan: Plan) -> Vector:
    if plan.norm == "none":
        return x
    mean = sum(x) / len(x) if plan.norm == "layer norm" else 0.0
    size = math.sqrt(sum((one - mean) ** 2 for one in x) / len(x) + 1e-6)
    return [(one - mean) / size for one in x]


def added(plan: Plan, x: Vector, y: Vector) -> Vector:
    return y if plan.without == "residual paths" else [a + b for a, b in zip(x, y, strict=True)]


def times(W: Any, x: Vector) -> Vector:
    return [sum(float(w) * one for w, one in zip(row, x, strict=True)) for row in W]
