"""Grid worlds: gymnasium's transition tables as arrays, many agents stepped at once, and exact values as oracle.

CliffWalking-v1 and FrozenLake-v1 carry their whole dynamics as a table, `env.unwrapped.P`: for each state and action
the outcomes (probability, next state, reward, ended). A GridWorld holds that table, so that a step is a look-up.

    world = cliff_walk()
    after, reward, ended = world.step(np.array([36]), np.array([1]), np.array([0.5]))   # [36], [-100.0], [False]

Sources: gymnasium's toy_text; Sutton and Barto, Reinforcement Learning, 2nd edition, chapters 3, 4 and 6.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data import Floats
from engine.errors import DataRefused

States = NDArray[np.intp]
Bools = NDArray[np.bool_]
Outcome = tuple[float, int, float, bool]  # cumulated probability, next state, reward, ended

START, GOAL, CLIFF, HOLE, FLOOR = "SGCH."
CLIFF_MAP = ("." * 12, "." * 12, "." * 12, "S" + "C" * 10 + "G")
MOST_SWEEPS = 100_000


@dataclass(frozen=True, eq=False)
class GridWorld:
    """A Markov decision process with S states, the cells of a grid row by row, A actions and K outcomes of each pair.

    Attributes:
        map: one string a row; S start, G goal, C cliff, H hole, "." floor.
        moves: (columns, rows) that each action aims at, rows counted downwards.
        limit: steps after which an episode is cut off.
        chance: shape (S, A, K), probability of each outcome; 0 fills rows with fewer.
        after, reward, ends: shape (S, A, K), the state reached, its reward, and whether the episode is over there.
    """

    map: tuple[str, ...]
    moves: tuple[tuple[int, int], ...]
    limit: int
    chance: Floats
    after: States
    reward: Floats
    ends: Bools

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.map), len(self.map[0])

    @cached_property
    def start(self) -> int:
        """The state where every episode starts."""
        return "".join(self.map).index(START)

    @cached_property
    def acting(self) -> States:
        """The states in which an agent can stand and act: no goal, no hole, no cliff."""
        return np.array([state for state, cell in enumerate("".join(self.map)) if cell in START + FLOOR])

    @cached_property
    def heights(self) -> Floats:
        """Cumulated probabilities, shape (S, A, K)."""
        return np.cumsum(self.chance, axis=2)

    @cached_property
    def outcomes(self) -> list[list[list[Outcome]]]:
        """The same table as lists, for one agent in plain Python: outcomes[state][action]."""
        table = np.stack(np.broadcast_arrays(self.heights, self.after, self.reward, self.ends), axis=-1).tolist()
        return [[[(p, int(s), r, bool(e)) for p, s, r, e in pair] for pair in row] for row in table]

    def step(self, states: States, actions: States, luck: Floats) -> tuple[States, Floats, Bools]:
        """Move n agents at once.

        Args:
            states, actions: shape (n,).
            luck: shape (n,), uniform in [0, 1): picks the outcome, the first whose cumulated probability exceeds it.

        Returns:
            The next states, the rewards and whether each episode has ended, all of shape (n,).
        """
        if self.chance.shape[2] == 1:
            return self.after[states, actions, 0], self.reward[states, actions, 0], self.ends[states, actions, 0]
        k = np.argmax(self.heights[states, actions] > luck[:, None], axis=1)  # (n, K) -> (n,)
        return self.after[states, actions, k], self.reward[states, actions, k], self.ends[states, actions, k]

    @cached_property
    def expected(self) -> tuple[Floats, Floats]:
        """Expected reward of each pair, shape (S, A), and the chance to go on in each state, shape (S, A, S)."""
        states, actions, outcomes = self.chance.shape
        onward = np.zeros((states, actions, states))
        index = np.indices((states, actions, outcomes))
        np.add.at(onward, (index[0], index[1], self.after), self.chance * ~self.ends)
        return (self.chance * self.reward).sum(axis=2), onward


# --- the worlds ------------------------------------------------------------------------------------------------


@cache
def cliff_walk(limit: int = 500) -> GridWorld:
    """Return gymnasium's CliffWalking-v1, 4 × 12: each step costs 1; the cliff costs 100 and leads back to the start.

    gymnasium sets no limit to an episode; `limit` cuts it off.
    """
    import gymnasium

    env = gymnasium.make("CliffWalking-v1")
    return _from_table(env.unwrapped.P, CLIFF_MAP, ((0, -1), (1, 0), (0, 1), (-1, 0)), limit)  # type: ignore[attr-defined]


@cache
def frozen_lake(size: int = 4, slip: float = 0.0, limit: int = 100) -> GridWorld:
    """Return gymnasium's FrozenLake-v1: reward 1 at the goal, 0 elsewhere; goal and holes end the episode.

    Args:
        size: 4 or 8, rows and columns of gymnasium's own maps.
        slip: probability that a step goes to one of the two sides, half of it to each; gymnasium's default is 2/3.
        limit: of steps; gymnasium's is 100 for the small map.
    """
    import gymnasium

    env = gymnasium.make("FrozenLake-v1", map_name=f"{size}x{size}", is_slippery=slip > 0, success_rate=1 - slip)
    inner: Any = env.unwrapped
    rows = tuple("".join(cell.decode() for cell in row).replace("F", FLOOR) for row in inner.desc)
    return _from_table(inner.P, rows, ((-1, 0), (0, 1), (1, 0), (0, -1)), limit)


def _from_table(
    table: dict[int, dict[int, list[Any]]], rows: tuple[str, ...], moves: tuple[tuple[int, int], ...], limit: int
) -> GridWorld:
    """Pack gymnasium's table into arrays; the same object serves everybody, so nobody may write into it."""
    most = max(len(outcomes) for actions in table.values() for outcomes in actions.values())
    shape = len(table), len(moves), most
    chance, reward = np.zeros(shape), np.zeros(shape)
    after, ends = np.zeros(shape, dtype=np.intp), np.zeros(shape, dtype=np.bool_)
    for state, actions in table.items():
        for action, outcomes in actions.items():
            for k, (probability, reached, earned, ended) in enumerate(outcomes):
                place = state, action, k
                chance[place], after[place], reward[place], ends[place] = probability, reached, earned, ended
    for array in (chance, after, reward, ends):
        array.flags.writeable = False
    return GridWorld(rows, moves, limit, chance, after, reward, ends)


# --- exact values ----------------------------------------------------------------------------------------------


def optimal_values(world: GridWorld, gamma: float) -> Floats:
    """Return Q*, shape (S, A), by value iteration until no value changes by more than 1e-12 of the largest.

    Raises:
        DataRefused: if the values have not settled after 100,000 sweeps.
    """
    reward, onward = world.expected
    values = np.zeros(len(reward))  # (S,)
    for _ in range(MOST_SWEEPS):
        Q: Floats = reward + gamma * onward @ values  # (S, A) + (S, A, S) @ (S,)
        better = Q.max(axis=1)
        if np.abs(better - values).max() <= 1e-12 * max(1.0, np.abs(better).max()):
            return Q
        values = better
    raise DataRefused(f"Value iteration has not settled after {MOST_SWEEPS:,} sweeps at γ = {gamma:g}.")


def policy_values(world: GridWorld, policy: Floats, gamma: float) -> Floats:
    """Return Q of a policy, shape (S, A): solve the Bellman equation of its states, v = r + γ P v, and look ahead.

    Args:
        policy: shape (S, A), the probability of each action in each state.
        gamma: below 1, or the policy must reach an end from everywhere.
    """
    reward, onward = world.expected
    earned = (policy * reward).sum(axis=1)  # (S,)
    moves = (policy[..., None] * onward).sum(axis=1)  # (S, A, S) -> (S, S)
    values = np.linalg.solve(np.eye(len(reward)) - gamma * moves, earned)
    Q: Floats = reward + gamma * onward @ values
    return Q


def greedy(Q: Floats, first: bool = False) -> Floats:
    """Return the policy, shape (..., S, A), that takes the best action of each state.

    Equal best actions share the probability, or the one with the lowest index takes it all.
    """
    best = np.equal(Q, Q.max(axis=-1, keepdims=True))
    if first:
        best &= np.cumsum(best, axis=-1) == 1
    shares: Floats = best / best.sum(axis=-1, keepdims=True)
    return shares


def greedy_path(world: GridWorld, Q: Floats) -> tuple[list[int], bool]:
    """Follow the best action (the lowest index among equals) from the start.

    Returns:
        The states passed, and whether the goal was reached; without slip a path that comes back somewhere goes round
        for ever, and ends at the first state that it meets again.
    """
    path = [world.start]
    while True:
        action = int(np.argmax(Q[path[-1]]))
        _, reached, _, ended = world.outcomes[path[-1]][action][0]
        path.append(reached)
        if ended or reached in path[:-1]:
            return path, ended and "".join(world.map)[reached] == GOAL


def chance_of_goal(world: GridWorld, policies: Floats | None = None) -> Floats:
    """Return the chance of each of n policies, shape (n, S, A), to earn a reward from the start within the limit, (n,).

    Exact: it sums over all outcomes, for rewards of 0 and 1 as on the frozen lake. Without policies it is the best
    chance of all, shape (1,), with an agent that also counts its steps.
    """
    reward, onward = world.expected
    reach = np.ascontiguousarray(onward.reshape(reward.size, -1).T)  # (S, A, S) -> (S, SA)
    chance = np.zeros((1 if policies is None else len(policies), len(reward)))  # (n, S)
    for _ in range(world.limit):
        ahead = reward + (chance @ reach).reshape(-1, *reward.shape)  # (n, S) @ (S, SA) -> (n, S, A)
        chance = ahead.max(axis=2) if policies is None else (ahead * policies).sum(axis=2)
    return chance[:, world.start]
