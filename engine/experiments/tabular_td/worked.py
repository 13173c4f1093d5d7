"""The lesson's worked example."""

from __future__ import annotations

import numpy as np

from engine.reinforcement_learning import off_policy, random_walk


def worked() -> dict[str, float]:
    """Return the numbers of the worked example by name."""
    episode = random_walk.Walks(
        5,
        1,
        np.array([[3], [4], [3], [4], [5]]),
        np.array([[4], [3], [4], [5], [6]]),
        np.array([[0.0], [0.0], [0.0], [0.0], [1.0]]),
    )
    half = np.array([0.5])
    mc, td = (learn(episode, half, 0.5)[-1, 0, 0] for learn in (random_walk.monte_carlo, random_walk.td0))
    row = [-6.0, -4.0, -100.0, -8.0]  # up, right, down, left, in the next cell on the edge
    step = (0, 0, -1.0, 1, False, 2)  # the next action is the slip, down
    targets = {}
    for name, learn in (("q", off_policy.q_learning), ("sarsa", off_policy.sarsa)):
        Q = [[-7.0], row]
        learn([step], Q, 0.5, 1.0)
        targets[name] = Q[0][0]
    mean = 0.9 * max(row) + 0.1 * sum(row) / 4
    numbers = {
        "mc_3": mc[2],
        "mc_4": mc[3],
        "mc_5": mc[4],
        "td_3": td[2],
        "td_4": td[3],
        "td_5": td[4],
        "q_new": targets["q"],
        "sarsa_new": targets["sarsa"],
        "mean_next": mean,
        "mean_target": mean - 1,
        "weight": 1 / 0.25,
        "size": off_policy.effective_sample_size(np.array([4.0, 0.0, 0.0, 0.0])),
    }
    return {name: float(number) for name, number in numbers.items()}
