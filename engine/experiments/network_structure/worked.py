"""The lesson's worked example."""

from __future__ import annotations

import numpy as np

from engine.deep_learning import network, signals
from engine.experiments.network_structure.flow import SIGMOIDS, FlowSettings, run_terms


def worked() -> dict[str, float]:
    """Return the numbers of the worked example by name."""
    x = np.array([2.0, -1.0, 3.0])
    layers = [
        (np.array([[0.5, 1.0, -1.0], [1.0, 2.0, 0.5]]), np.array([1.0, -0.5])),
        (np.array([[3.0, -2.0]]), np.array([1.0])),
    ]
    terms = list(signals.term_by_term(x, layers, "ReLU"))
    totals = {(one.layer, one.unit, one.kind): one.total for one in terms}
    _, hidden, output = signals.by_matrices(x[:, np.newaxis], layers, "ReLU")
    *_, by_two = run_terms(FlowSettings(weights=SIGMOIDS, a1=2.0))
    (s1, s2), (s3,) = by_two.values[1:]
    return {
        "z1": totals[1, 1, "bias"],
        "z2": totals[1, 2, "bias"],
        "h1": float(hidden[0, 0]),
        "h2": float(hidden[1, 0]),
        "z3": totals[2, 1, "bias"],
        "p": float(network.sigmoid(output.copy())[0, 0]),
        "parameters": float(sum(W.size + b.size for W, b in layers)),
        "s1": float(s1),
        "s2": float(s2),
        "s3": float(s3),
        "he": float(np.sqrt(2 / 256)),
        "shrunk": 1e6 * 0.5**20,
        "grown": 2.0**20,
    }
