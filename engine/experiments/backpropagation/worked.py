"""The lesson's worked example."""

from __future__ import annotations

import numpy as np

from engine.deep_learning import neuron
from engine.deep_learning.small_graphs import NETWORKS, backward
from engine.experiments.backpropagation.neuron import NOTES, PRINTED, as_printed


def worked() -> dict[str, float]:
    """Return the numbers of the worked example by name."""
    x, y, w, b = NOTES
    now = neuron.one_example(x, y, w, b)
    new = w - 0.1 * now.by_w
    numbers = {
        "z": now.z,
        "p": now.prediction,
        "loss": now.loss,
        "by_p": now.by_prediction,
        "slope": now.prediction_by_z,
        "by_w": now.by_w,
        "by_b": now.by_b,
        "new_w": new,
        "new_loss": neuron.one_example(x, y, new, b).loss,
        "printed_loss": neuron.one_example(x, y, PRINTED, b).loss,
        "turned": as_printed(x, y, w, b, 0.1)[0],
    }
    nodes = backward("1-2-2-1", {"x1": 2.0, "y": 0.0, **NETWORKS["1-2-2-1"].parameters}, "ReLU")
    numbers |= {name.replace("ŷ", "out"): node.data for name, node in nodes.items()}
    numbers |= {f"d_{name.replace('ŷ', 'out')}": node.grad for name, node in nodes.items()}
    pair = neuron.batch(np.array([1.0, -1.0]), np.array([1.0, 0.0]), 0.0, 0.0)
    numbers |= {"pair_mean": pair.gradient, "pair_product": pair.product_of_means, "pair_one": pair.products[0]}
    return {name: float(number) for name, number in numbers.items()}
