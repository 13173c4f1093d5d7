"""Q-learning by hundreds of agents in lock step: one array operation moves or teaches all of them.

Every agent has its own stream of random numbers and ends with the very table that `tabular.q_learning` gives it with
the same stream, bit for bit; only the loop is turned inside out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.data import Floats
from engine.reinforcement_learning import tabular
from engine.reinforcement_learning.grid_worlds import Bools, GridWorld, States

AT_ONCE = 256  # steps for which random numbers are drawn at a time
SINGLE, TOGETHER, EACH = 0.9e-6, 45e-6, 0.12e-6  # seconds a step: one agent, all in lock step, and each of them more


@dataclass(frozen=True, eq=False)
class Learned:
    """What n agents did and knew.

    Attributes:
        totals: shape (n, episodes), the sum of each episode's rewards.
        tables: shape (n, episodes // every, S, A), the table after each `every` episodes.
        steps: that all of them took together.
    """

    totals: Floats
    tables: Floats
    steps: int


def q_learning(
    world: GridWorld,
    rngs: Sequence[np.random.Generator],
    episodes: int,
    alpha: float,
    gamma: float,
    epsilon: float,
    first: bool = False,
    every: int | None = None,
) -> Learned:
    """Let n agents learn, one generator each, in lock step. The other arguments are those of `tabular.q_learning`."""
    n, (states, actions, _) = len(rngs), world.chance.shape
    Q, book = np.zeros((n * states, actions)), _Book(n, episodes, every or episodes)
    agents, rows = np.arange(n), np.arange(n)  # the m that still act
    own = agents * states  # where each one's table begins in Q
    state, steps, total, t = np.full(n, world.start), np.zeros(n, dtype=np.intp), np.zeros(n), AT_ONCE
    taken = 0
    while len(agents):
        taken += len(agents)
        if t == AT_ONCE:
            draws, t = np.stack([rngs[agent].random((AT_ONCE, 3)) for agent in agents.tolist()], axis=2), 0
        explore, pick, luck = draws[t]  # (AT_ONCE, 3, m) -> (m,) each
        values = Q[own + state]  # (m, A)
        action = choose(values, epsilon, explore, pick, first)
        after, reward, ended = world.step(state, action, luck)
        target = reward + gamma * Q[own + after].max(axis=1) * ~ended
        old = values[rows, action]
        Q[own + state, action] = old + alpha * (target - old)
        state, steps, total, t = after, steps + 1, total + reward, t + 1
        over = ended | (steps == world.limit)
        if over.any():
            acting = book.close(agents[over], total[over], Q.reshape(n, states, actions))[agents]
            state, steps, total = np.where(over, world.start, state), steps * ~over, total * ~over
            if not acting.all():
                agents, own, state, steps = (one[acting] for one in (agents, own, state, steps))
                total, draws, rows = total[acting], draws[:, :, acting], rows[: len(agents)]
    return Learned(book.totals, np.array(book.tables).reshape(n, -1, states, actions), taken)


class _Book:
    """Who has finished how many episodes, with which totals, and the tables that are kept."""

    def __init__(self, n: int, episodes: int, every: int) -> None:
        self.totals, self.done, self.every = np.zeros((n, episodes)), np.zeros(n, dtype=np.intp), every
        self.tables: list[list[Floats]] = [[] for _ in range(n)]

    def close(self, agents: States, totals: Floats, Q: Floats) -> Bools:
        """Write down an episode of m agents, and return who of all n has more to do, shape (n,)."""
        self.totals[agents, self.done[agents]] = totals
        self.done[agents] += 1
        for agent in agents[self.done[agents] % self.every == 0].tolist():
            self.tables[agent].append(Q[agent].copy())
        unfinished: Bools = self.done < self.totals.shape[1]
        return unfinished


def choose(values: Floats, epsilon: float, explore: Floats, pick: Floats, first: bool) -> States:
    """Choose ε-greedily for m agents as `tabular.choose` does for one: values (m, A), explore and pick (m,)."""
    if first:
        action = values.argmax(axis=1)
    else:
        best = values == values.max(axis=1, keepdims=True)
        wanted = (pick * best.sum(axis=1)).astype(np.intp)  # which of the equals
        action = np.argmax(np.cumsum(best, axis=1) > wanted[:, None], axis=1)
    chosen: States = np.where(explore < epsilon, (pick * values.shape[1]).astype(np.intp), action)
    return chosen


Learner = Callable[[tabular.Table, np.random.Generator], Iterator[tabular.Episode]]


def one_by_one(
    world: GridWorld, rngs: Sequence[np.random.Generator], episodes: int, learn: Learner, every: int | None = None
) -> Learned:
    """Let n agents learn one after the other, by any method: faster than lock step for a few of them."""
    every = every or episodes
    totals, tables, steps = np.empty((len(rngs), episodes)), [], 0
    for agent, rng in enumerate(rngs):
        Q = tabular.blank(world)
        for count, episode in enumerate(learn(Q, rng), start=1):
            totals[agent, count - 1] = episode.total
            steps += episode.steps
            if count % every == 0:
                tables.append(np.array(Q))
    return Learned(totals, np.array(tables).reshape(len(rngs), episodes // every, *world.chance.shape[:2]), steps)


def seconds(agents: int, episodes: int, limit: int) -> tuple[float, float]:
    """Estimate the longest time of `one_by_one` and of `q_learning`: every episode goes on to the limit."""
    steps = episodes * limit
    return agents * steps * SINGLE, steps * (TOGETHER + agents * EACH)
