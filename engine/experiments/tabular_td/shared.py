"""What more than one of the topic's experiments use."""

from __future__ import annotations

import numpy as np

from engine.data import Floats
from engine.reinforcement_learning import random_walk
from engine.reinforcement_learning.grid_worlds import GridWorld as GridWorld
from engine.reinforcement_learning.grid_worlds import greedy

Estimates = random_walk.Estimates
GREEDY, EXPLORING, LEARNING = "after learning", "with random moves", "while learning"  # replays
LONGEST = 100  # steps of a replay


def read_table(world: GridWorld, Q: Floats, first: bool = False) -> tuple[Floats, Floats]:
    """Return what a table Q, shape (S, A), says: the value of each state, shape (S,), and its best moves, shape (S, A).

    The value is NaN where nobody acts, and there are no best moves where all are equal. `first` takes the lowest index
    among equal ones.
    """
    acting = np.isin(np.arange(len(Q)), world.acting)
    differ = acting & (np.ptp(Q, axis=1) > 0)
    return np.where(acting, Q.max(axis=1), np.nan), greedy(Q, first) * differ[:, None]
