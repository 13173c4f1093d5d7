"""What more than one of the topic's experiments use."""

from __future__ import annotations

import numpy as np

from engine.data import Floats
from engine.reinforcement_learning import decision_processes as processes
from engine.reinforcement_learning.decision_processes import Process

DRAWN, UNIFORM, GREEDY = "drawn at random", "every action alike", "greedy on Q*"
RANDOM, GRID = "random process", "grid with two exits"
STATES, ACTIONS = 5, 3  # of the random process
PLACES = {f"row {r + 1}, column {c + 1}": (r, c) for r, c in processes.cells()}
CELLS = tuple(name for name, (r, c) in PLACES.items() if processes.GRID[r][c] == ".")
MOVES = ("north", "east", "south", "west")


def policy_of(name: str, process: Process, gamma: float, rng: np.random.Generator) -> Floats:
    """Return the named policy of a process, (S, A)."""
    if name == UNIFORM:
        return processes.uniform(process)
    if name == GREEDY:
        return processes.greedy(processes.optimal_value(process, gamma))
    S, A = process.rewards.shape
    return rng.dirichlet(np.ones(A), size=S)
