"""The lesson's worked example."""

from __future__ import annotations

import math

import numpy as np

from engine.computer_vision.counting import convolution, dense, vgg16
from engine.computer_vision.digits import CLASSES as CLASSES
from engine.computer_vision.digits import COUNT as COUNT
from engine.computer_vision.softmax import softmax
from engine.experiments.cnn_pipeline.digits import DigitsSettings, parts_of


def worked() -> dict[str, float]:
    """Return the numbers of the worked example by name."""
    side, filters, hidden = 64, 32, 128
    mapped = side - 3 + 1
    pooled = (mapped - 2) // 2 + 1
    flat = filters * pooled * pooled
    counts = {"conv": convolution(filters, 3, 3), "hidden": dense(hidden, flat), "last": dense(10, hidden)}
    total = sum(counts.values())
    ours = parts_of(DigitsSettings())
    return worked_softmax() | {
        "mapped": mapped,
        "pooled": pooled,
        "flat": flat,
        **counts,
        "total": total,
        "share": counts["hidden"] / total,
        "gap_head": dense(10, filters),
        "vgg": vgg16(),
        "vgg_first_dense": dense(4096, 512 * 7 * 7),
        "ours": sum(part.parameters for part in ours),
        "ours_dense": ours[-2].parameters,
        "ours_flat": ours[-3].shape[0],
        "all": COUNT,
        "smooth_right": 0.9 + 0.1 / CLASSES,
        "smooth_wrong": 0.1 / CLASSES,
        "plain_factor": math.sqrt(1 / 6),
        "plain_twenty": math.sqrt(1 / 6) ** 20,
    }


def worked_softmax() -> dict[str, float]:
    """Return the powers, probabilities and losses of three logits."""
    logits = np.array([2.0, 1.0, 0.0])
    warm, cold = softmax(logits), softmax(logits, 0.5)
    return {
        "e2": math.exp(2),
        "e1": math.e,
        "below": math.exp(2) + math.e + 1,
        **{f"p{i}": float(p) for i, p in enumerate(warm, start=1)},
        **{f"cold{i}": float(p) for i, p in enumerate(cold, start=1)},
        "shifted1": float(softmax(logits + 100)[0]),
        "nll": -math.log(warm[0]),
        "chance": math.log(CLASSES),
    }
