"""Tabular control: Q-learning, SARSA and Monte Carlo with exploring starts, short enough to read.

A table Q holds one value for each state and action; here it is a list of lists, Q[state][action], which one agent in
plain Python reads and writes faster than an array. Each function learns in place and yields one Episode after another,
so a caller can look at the table in between. Hundreds of agents learn faster in lock step: lock_step.py.

Source: Sutton and Barto, Reinforcement Learning, 2nd edition, sections 5.3, 6.4 and 6.5.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.data import Floats
from engine.reinforcement_learning.grid_worlds import GridWorld, States

Table = list[list[float]]
BLOCK = 4_096  # uniform numbers drawn at a time


@dataclass(frozen=True)
class Episode:
    """An episode that is over: the sum of its rewards, its steps, and whether it ended by itself or was cut off."""

    total: float
    steps: int
    ended: bool


@dataclass(frozen=True, eq=False)
class Played:
    """An episode step by step: the states passed, shape (T + 1,), and the rewards, shape (T,)."""

    states: States
    rewards: Floats


def blank(world: GridWorld) -> Table:
    """Return a table of zeros."""
    states, actions, _ = world.chance.shape
    return [[0.0] * actions for _ in range(states)]


def uniforms(rng: np.random.Generator) -> Iterator[float]:
    """Yield uniform numbers of [0, 1) one by one; drawn in blocks, for a single draw costs more than a step."""
    while True:
        yield from rng.random(BLOCK).tolist()


def choose(values: Sequence[float], epsilon: float, explore: float, pick: float, first: bool = False) -> int:
    """Choose an action ε-greedily.

    Args:
        values: the state's row of Q.
        explore, pick: uniform numbers: below ε, the first makes the move random; the second says which one.
        first: among equal best actions take the lowest index, as argmax does, instead of a random one.
    """
    if explore < epsilon:
        return int(pick * len(values))
    best = max(values)
    ties = values.count(best)
    if first or ties == 1:
        return values.index(best)
    return [action for action, value in enumerate(values) if value == best][int(pick * ties)]


def move(world: GridWorld, state: int, action: int, luck: float) -> tuple[int, float, bool]:
    """Return next state, reward and whether the episode has ended: one line of the world's table."""
    outcomes = world.outcomes[state][action]
    for height, after, reward, ended in outcomes:
        if luck < height:
            return after, reward, ended
    return outcomes[0][1:]  # the probabilities add up to a hair less than 1: as in gymnasium


def q_learning(
    world: GridWorld,
    Q: Table,
    episodes: int,
    alpha: float,
    gamma: float,
    epsilon: float,
    rng: np.random.Generator,
    first: bool = False,
) -> Iterator[Episode]:
    """Learn off-policy: the target takes the best next action, whatever the agent does there.

    Args:
        world: where to act.
        Q: the table to learn; it is changed in place.
        alpha: step size; gamma: discount; epsilon: share of random moves.
        first: break ties by the lowest index instead of at random.
    """
    draw = uniforms(rng).__next__
    for _ in range(episodes):
        state, ended, steps, total = world.start, False, 0, 0.0
        while not ended and steps < world.limit:
            action = choose(Q[state], epsilon, draw(), draw(), first)
            after, reward, ended = move(world, state, action, draw())
            target = reward if ended else reward + gamma * max(Q[after])
            Q[state][action] += alpha * (target - Q[state][action])
            state, steps, total = after, steps + 1, total + reward
        yield Episode(total, steps, ended)


def sarsa(
    world: GridWorld,
    Q: Table,
    episodes: int,
    alpha: float,
    gamma: float,
    epsilon: float,
    rng: np.random.Generator,
    first: bool = False,
) -> Iterator[Episode]:
    """Learn on-policy: the target takes the next action that the agent really takes. Arguments as `q_learning`."""
    draw = uniforms(rng).__next__
    for _ in range(episodes):
        state, ended, steps, total = world.start, False, 0, 0.0
        action = choose(Q[state], epsilon, draw(), draw(), first)
        while not ended and steps < world.limit:
            after, reward, ended = move(world, state, action, draw())
            following = choose(Q[after], epsilon, draw(), draw(), first)
            target = reward if ended else reward + gamma * Q[after][following]
            Q[state][action] += alpha * (target - Q[state][action])
            state, action, steps, total = after, following, steps + 1, total + reward
        yield Episode(total, steps, ended)


def play(
    world: GridWorld, Q: Table, epsilon: float, rng: np.random.Generator, most: int, first: bool = False
) -> Played:
    """Act in an episode without learning, for `most` steps at most."""
    draw = uniforms(rng).__next__
    states, rewards, ended = [world.start], list[float](), False
    while not ended and len(rewards) < most:
        action = choose(Q[states[-1]], epsilon, draw(), draw(), first)
        after, reward, ended = move(world, states[-1], action, draw())
        states.append(after)
        rewards.append(reward)
    return Played(np.array(states), np.array(rewards))


def monte_carlo_control(
    world: GridWorld, Q: Table, episodes: int, gamma: float, rng: np.random.Generator, first: bool = False
) -> Iterator[Episode]:
    """Learn from whole returns: start anywhere with any action, be greedy after that, average first visits' returns."""
    draw = uniforms(rng).__next__
    visits = [[0] * len(row) for row in Q]
    for _ in range(episodes):
        state = int(world.acting[int(draw() * len(world.acting))])
        action, ended, passed = int(draw() * len(Q[state])), False, list[tuple[int, int, float]]()
        while not ended and len(passed) < world.limit:
            after, reward, ended = move(world, state, action, draw())
            passed.append((state, action, reward))
            state, action = after, choose(Q[after], 0.0, 1.0, draw(), first)
        G, returns = 0.0, dict[tuple[int, int], float]()
        for state, action, reward in reversed(passed):
            G = reward + gamma * G
            returns[state, action] = G  # going backwards, the first visit is written last and stays
        for (state, action), G in returns.items():
            visits[state][action] += 1
            Q[state][action] += (G - Q[state][action]) / visits[state][action]
        yield Episode(sum(reward for _, _, reward in passed), len(passed), ended)
