"""Learning from somebody else's steps: a walker acts, and tables are learned from what it did.

A step is (state, action, reward, next state, ended, next action). All three learners below read the same steps and
differ only in the value that they give to the next state.

Source: Sutton and Barto, Reinforcement Learning, 2nd edition, sections 5.5, 6.4 and 6.5.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from engine.data import Floats
from engine.reinforcement_learning.grid_worlds import GridWorld
from engine.reinforcement_learning.tabular import Table, blank, move, uniforms

Step = tuple[int, int, float, int, bool, int]


def wander(world: GridWorld, behaviour: Floats, steps: int, rng: np.random.Generator) -> list[Step]:
    """Return the steps of a walker that follows `behaviour`, shape (S, A), and starts again after each end."""
    heights = np.cumsum(behaviour, axis=1).tolist()
    draw = uniforms(rng).__next__

    def act(state: int) -> int:
        row: list[float] = heights[state]
        return bisect(row, draw() * row[-1])  # the first action whose cumulated probability exceeds the draw

    state, walked = world.start, list[Step]()
    action = act(state)
    for _ in range(steps):
        after, reward, ended = move(world, state, action, draw())
        later = world.start if ended else after
        following = act(later)
        walked.append((state, action, reward, after, ended, following))
        state, action = later, following
    return walked


def with_replay(walked: list[Step], again: int, rng: np.random.Generator) -> list[Step]:
    """Return the steps in order, each followed by `again` steps drawn from all those up to it."""
    new = np.arange(len(walked))[:, None]
    old = (rng.random((len(walked), again)) * (new + 1)).astype(np.intp)  # (T, again)
    return [walked[step] for step in np.hstack([new, old]).ravel().tolist()]


def q_learning(walked: Iterable[Step], Q: Table, alpha: float, gamma: float) -> None:
    """Value the next state by its best action, taken or not."""
    for state, action, reward, after, ended, _ in walked:
        target = reward if ended else reward + gamma * max(Q[after])
        Q[state][action] += alpha * (target - Q[state][action])


def sarsa(walked: Iterable[Step], Q: Table, alpha: float, gamma: float) -> None:
    """Value the next state by the action that the walker took there."""
    for state, action, reward, after, ended, following in walked:
        target = reward if ended else reward + gamma * Q[after][following]
        Q[state][action] += alpha * (target - Q[state][action])


def weighted_sarsa(walked: Iterable[Step], Q: Table, alpha: float, gamma: float, weights: list[list[float]]) -> None:
    """Value the next state by the walker's action there, times its importance weight π(a|s) / b(a|s)."""
    for state, action, reward, after, ended, following in walked:
        target = reward if ended else reward + gamma * weights[after][following] * Q[after][following]
        Q[state][action] += alpha * (target - Q[state][action])


def importance_weights(target: Floats, behaviour: Floats) -> Floats:
    """Return π(a|s) / b(a|s), shape (S, A); 0 where b never goes, for no step will ask for it."""
    weights: Floats = np.divide(target, behaviour, out=np.zeros_like(target), where=behaviour > 0)
    return weights


def effective_sample_size(weights: Floats) -> float:
    """Return (Σ w)² / Σ w², of weights of shape (n,): how many equally weighted samples say as much."""
    squares = float((weights**2).sum())
    return float(weights.sum()) ** 2 / squares if squares else 0.0


@dataclass(frozen=True, eq=False)
class Lesson:
    """What one learner made of a walk.

    Attributes:
        Q: shape (S, A), its last table.
        to_best, to_own: shape (c,), mean distance of its values to the best policy's and to the walker's own, over the
            pairs in which an agent can act, at c moments of the walk.
        farthest: largest distance to the best policy's values at the end.
    """

    Q: Floats
    to_best: Floats
    to_own: Floats
    farthest: float


def study(
    world: GridWorld,
    walked: list[Step],
    learn: Callable[[Iterable[Step], Table], None],
    moments: Sequence[int],
    best: Floats,
    own: Floats,
) -> Lesson:
    """Learn from a walk, and compare the table with exact values after `moments` of its steps.

    Args:
        walked: the steps, replayed ones included.
        learn: changes a table in place by some steps.
        best, own: shape (S, A), exact values of the best policy and of the walker's.
    """
    Q, gaps = blank(world), []
    for start, stop in pairwise((0, *moments)):
        learn(walked[start:stop], Q)
        gaps.append([np.abs(np.array(Q) - exact)[world.acting] for exact in (best, own)])
    means = np.array([[gap.mean() for gap in pair] for pair in gaps])
    return Lesson(np.array(Q), means[:, 0], means[:, 1], float(gaps[-1][0].max()))
