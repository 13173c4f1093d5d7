"""Small decision processes with known chances: exact values, Bellman backups, and sampled futures.

S states, A actions. A step from state s by action a earns rewards[s, a]; then the process ends with a chance of
ending[s, a], or goes on in state s′ with a chance of (1 − ending[s, a])·moves[s, a, s′]. Q has shape (S, A), and so has
a policy: its rows are chances of the actions.

Sources: Bellman, Dynamic Programming, 1957; Sutton and Barto, Reinforcement Learning, 2018, chapters 3 and 4; the
grid: Russell and Norvig, Artificial Intelligence, chapter on complex decisions; the primer, section 27.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine.data import Floats

GRID = ("...+", ".#.-", "....")  # two exits and a wall
COMPASS = ((-1, 0), (0, 1), (1, 0), (0, -1))  # north, east, south, west as (row, column)
SLIP = 0.1  # the chance of drifting off to either side


@dataclass(frozen=True, eq=False)
class Process:
    """A decision process.

    Attributes:
        moves: (S, A, S), chances of the next state if the process goes on; they add up to 1 over the last axis.
        rewards: (S, A), earned by a step.
        ending: (S, A), the chance that the step is the last one.
    """

    moves: Floats
    rewards: Floats
    ending: Floats


def random_process(rng: np.random.Generator, states: int = 5, actions: int = 3, ending: float = 0.0) -> Process:
    """Draw chances that favour few next states, and rewards from N(0, 1); every step may be the last alike."""
    moves = rng.dirichlet(np.full(states, 0.3), size=(states, actions))  # (S, A, S)
    return Process(moves, rng.normal(size=(states, actions)), np.full((states, actions), ending))


def cells() -> list[tuple[int, int]]:
    """Return the grid's cells but for the wall, as (row, column): the states of `grid_process`."""
    return [(r, c) for r, row in enumerate(GRID) for c, sign in enumerate(row) if sign != "#"]


def grid_process() -> Process:
    """Return a grid of 3 × 4 cells: every step costs 0.04, one in five slips sideways, and a wall stops it.

    Two cells are exits: a step taken there earns +1 or −1, and it is the last.
    """
    free = cells()
    moves = np.zeros((len(free), 4, len(free)))
    rewards, ending = np.full((len(free), 4), -0.04), np.zeros((len(free), 4))
    for s, (r, c) in enumerate(free):
        if GRID[r][c] != ".":
            rewards[s], ending[s] = (1 if GRID[r][c] == "+" else -1), 1
        for a in range(4):
            for turn, chance in ((0, 1 - 2 * SLIP), (1, SLIP), (3, SLIP)):
                down, right = COMPASS[(a + turn) % 4]
                to = (r + down, c + right)
                moves[s, a, free.index(to) if to in free else s] += chance
    return Process(moves, rewards, ending)


def backup(process: Process, next_values: Floats, gamma: float) -> Floats:
    """Return r + γ·E[value of the next state], (S, A); `next_values` is (S,), and behind the end the value is 0."""
    expected: Floats = (1 - process.ending) * (process.moves @ next_values)  # (S, A, S) @ (S,) -> (S, A)
    return process.rewards + gamma * expected


def policy_value(process: Process, policy: Floats, gamma: float) -> Floats:
    """Return Q^π, (S, A): the solution of its Bellman equation, a linear system. γ = 1 needs an end in reach."""
    S = len(process.rewards)
    on = (1 - process.ending)[:, :, None] * process.moves  # (S, A, S)
    P = np.einsum("sa,sat->st", policy, on)  # (S, S)
    V = np.linalg.solve(np.eye(S) - gamma * P, (policy * process.rewards).sum(axis=1))  # (S,)
    return backup(process, V, gamma)


def greedy(Q: Floats) -> Floats:
    """Return the policy that takes the action of the largest value, (S, A); the first one of equals."""
    policy: Floats = np.eye(Q.shape[1])[Q.argmax(axis=1)]
    return policy


def uniform(process: Process) -> Floats:
    """Return the policy that takes every action alike, (S, A)."""
    return np.full(process.rewards.shape, 1 / process.rewards.shape[1])


def optimal_value(process: Process, gamma: float) -> Floats:
    """Return Q*, (S, A), by policy iteration: value the policy, make it greedy, until no action is better."""
    policy = uniform(process)
    Q = policy_value(process, policy, gamma)
    while True:
        gain = Q.max(axis=1) - (policy * Q).sum(axis=1)  # (S,)
        if gain.max() <= 1e-12 * (1 + np.abs(Q).max()):
            return Q
        policy = np.where(gain[:, None] > 0, greedy(Q), policy)
        Q = policy_value(process, policy, gamma)


def sweeps(process: Process, gamma: float, policy: Floats | None) -> Iterator[Floats]:
    """Yield Q = 0, and then for ever what a backup of every pair makes of it: towards Q^π, or Q* where π is None."""
    Q = np.zeros(process.rewards.shape)
    while True:
        yield Q
        Q = backup(process, Q.max(axis=1) if policy is None else (policy * Q).sum(axis=1), gamma)


def rollouts(
    process: Process,
    policy: Floats,
    gamma: float,
    first: tuple[int, int],
    count: int,
    rng: np.random.Generator,
    steps: int,
) -> Floats:
    """Roll out `count` futures that begin with the same state and action and then follow the policy.

    Args:
        first: the state and the action that every future begins with.
        steps: where futures are cut off.

    Returns:
        The discounted rewards collected after each step, (steps, count); the last row holds the returns.
    """
    to_state, to_action = process.moves.cumsum(axis=2), policy.cumsum(axis=1)
    to_state[..., -1] = to_action[..., -1] = 1  # not a rounding less
    s, a = np.full(count, first[0]), np.full(count, first[1])
    going, collected = np.ones(count), np.zeros((steps, count))
    for t in range(steps):
        collected[t] = gamma**t * going * process.rewards[s, a]
        going *= rng.random(count) >= process.ending[s, a]
        s = (rng.random((count, 1)) > to_state[s, a]).sum(axis=1)  # (count, S) -> (count,)
        a = (rng.random((count, 1)) > to_action[s]).sum(axis=1)
    total: Floats = collected.cumsum(axis=0)
    return total


def horizon(gamma: float, most: int = 400) -> int:
    """Return after how many steps what is left of a return is below a millionth of the largest, or `most`.

    >>> horizon(0.9)
    133
    """
    return most if gamma >= 1 else min(most, 1 + int(np.ceil(np.log(1e-6) / np.log(max(gamma, 1e-6)))))
