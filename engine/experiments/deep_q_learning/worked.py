"""The lesson's worked example."""

from __future__ import annotations

import numpy as np

from engine.reinforcement_learning import decision_processes as processes
from engine.reinforcement_learning.decision_processes import Process


def two_states() -> Process:
    """Return states A and B. In A: work (+1, stay) or study (0, to B). In B: exam (+6, the end) or rest (0, to A)."""
    A, B = (1.0, 0.0), (0.0, 1.0)
    return Process(np.array([[A, B], [B, A]]), np.array([[1.0, 0.0], [6.0, 0.0]]), np.array([[0.0, 0.0], [1.0, 0.0]]))


def worked() -> dict[str, float]:
    """Return the numbers of the worked example by name; γ = 0.5."""
    process, gamma = two_states(), 0.5
    best, even = processes.optimal_value(process, gamma), processes.uniform(process)
    own = processes.policy_value(process, even, gamma)
    printed = processes.backup(process, best.max(axis=1), 1.0)
    numbers = {
        f"{kind}_{pair}": float(Q[place])
        for kind, Q in (("best", best), ("own", own), ("printed", printed))
        for pair, place in {"work": (0, 0), "study": (0, 1), "exam": (1, 0), "rest": (1, 1)}.items()
    }
    numbers |= {
        f"v_{kind}_{state}": float((policy * Q)[row].sum())
        for row, state in enumerate("ab")
        for kind, Q, policy in (("best", best, processes.greedy(best)), ("own", own, even))
    }
    target = 0 + gamma * numbers["v_best_b"]
    return numbers | {"target": target, "td": target - 2, "unmasked": 6 + gamma * 5, "ceiling": 1 / (1 - 0.95)}
