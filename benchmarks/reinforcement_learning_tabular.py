"""Measure tabular Q-learning in steps a second beside the usual loop on gymnasium, one thread, taking turns.

    python benchmarks/reinforcement_learning_tabular.py [--quick]

The peer is one agent with a numpy table on the environment that `gymnasium.make` returns. Ours is the lesson's single
agent, and 512 agents in lock step. Before the clock starts, the tables are compared: with the same random numbers all
three learn the same values. A ratio is the median of our steps a second over the median of the peer's.
"""

from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"  # before numpy

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import gymnasium
import numpy as np

sys.path.pop(0)  # this folder
sys.path.insert(0, str(Path(__file__).parents[1]))

from engine.data import Floats
from engine.reinforcement_learning import lock_step, tabular
from engine.reinforcement_learning.grid_worlds import GridWorld, cliff_walk, frozen_lake

ALPHA, GAMMA, EPSILON = 0.5, 0.95, 0.1
FLOCK = 512
Learn = Callable[[], tuple[int, Floats]]  # returns how many steps were taken, and the first agent's table


def peer(name: str, episodes: int, limit: int, **how: object) -> tuple[int, Floats]:
    """Learn as the tutorials do: one agent, a numpy table, gymnasium's own environment."""
    env = gymnasium.make(name, max_episode_steps=limit, **how)
    rng = np.random.default_rng(0)
    Q = np.zeros((env.observation_space.n, env.action_space.n))
    steps = 0
    for _ in range(episodes):
        state, _ = env.reset()
        over = False
        while not over:
            explore, pick, _ = rng.random(3)  # the third is what a slippery world would draw
            if explore < EPSILON:
                action = int(pick * env.action_space.n)
            else:
                best = np.flatnonzero(Q[state] == Q[state].max())
                action = int(best[int(pick * len(best))])
            after, reward, terminated, truncated, _ = env.step(action)
            target = reward + GAMMA * Q[after].max() * (not terminated)
            Q[state, action] += ALPHA * (target - Q[state, action])
            state, over, steps = after, terminated or truncated, steps + 1
    return steps, Q


def single(world: GridWorld, episodes: int) -> tuple[int, Floats]:
    """Learn with the lesson's agent."""
    Q = tabular.blank(world)
    run = tabular.q_learning(world, Q, episodes, ALPHA, GAMMA, EPSILON, np.random.default_rng(0))
    return sum(episode.steps for episode in run), np.array(Q)


def flock(world: GridWorld, episodes: int) -> tuple[int, Floats]:
    """Learn with 512 agents in lock step; the first of them draws the single agent's numbers."""
    rngs = [np.random.default_rng(seed) for seed in range(FLOCK)]
    learned = lock_step.q_learning(world, rngs, episodes, ALPHA, GAMMA, EPSILON)
    return learned.steps, learned.tables[0, -1]


def rate(learn: Learn) -> float:
    """Return steps a second."""
    start = time.perf_counter()
    steps, _ = learn()
    return steps / (time.perf_counter() - start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="three runs a row: enough to see that all of it works")
    times = 3 if parser.parse_args().quick else 9
    print(f"{'what':34}  {'ours steps/s':>13}  {'peer steps/s':>13}  {'ratio':>7}  {'goal ≥':>7}")
    for title, world, name, limit, episodes, how in (
        ("CliffWalking 4 × 12", cliff_walk(500), "CliffWalking-v1", 500, 200, {}),
        ("FrozenLake 4 × 4", frozen_lake(), "FrozenLake-v1", 100, 600, {"is_slippery": False}),
    ):
        learners: dict[str, Learn] = {
            "peer": lambda name=name, limit=limit, episodes=episodes, how=how: peer(name, episodes, limit, **how),
            "one agent": lambda world=world, episodes=episodes: single(world, episodes),
            f"{FLOCK} agents": lambda world=world, episodes=episodes: flock(world, episodes),
        }
        tables = [learn()[1] for learn in learners.values()]
        gap = max(float(np.abs(table - tables[0]).max()) for table in tables)
        if gap > 1e-9 or not tables[0].any():
            print(f"{title}: the tables differ by {gap:.0e}")
            continue
        rates = [[rate(learn) for learn in learners.values()] for _ in range(times)]
        theirs, *ours = (statistics.median(column) for column in zip(*rates, strict=True))
        for kind, mine, goal in zip(list(learners)[1:], ours, (8, 30), strict=True):
            verdict = "ok" if mine / theirs >= goal else "missed"
            what = f"{title}, {kind}"
            print(f"{what:34}  {mine:13,.0f}  {theirs:13,.0f}  {mine / theirs:6.1f}x  {goal:6}x  {verdict}", flush=True)


if __name__ == "__main__":
    main()
