"""The random walk: values learned from whole returns (Monte Carlo) and from one step (TD(0)), many walkers at once.

States 1 … n lie in a row; a walker starts in the middle and goes left or right with equal chance. Leaving at the right
earns 1, at the left 0, and no other step earns anything, so the value of state s is its chance to leave at the right,
s / (n + 1). The ends 0 and n + 1 are worth nothing. There is no discount.

Source: Sutton and Barto, Reinforcement Learning, 2nd edition, example 6.2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.data import Floats
from engine.errors import DataRefused
from engine.reinforcement_learning.grid_worlds import Bools, States


@dataclass(frozen=True, eq=False)
class Walks:
    """Steps of w walkers, who begin again in the middle whenever they have left, until all have left `episodes` times.

    Attributes:
        n: states between the ends; episodes: that every walker finishes (most begin further ones).
        states, after: shape (T, w), where each walker stood and stepped; rewards likewise.
    """

    n: int
    episodes: int
    states: States
    after: States
    rewards: Floats

    @property
    def walkers(self) -> int:
        """How many walk."""
        return len(self.states[0])

    @cached_property
    def left(self) -> Bools:
        """Whether a step ended an episode, shape (T, w)."""
        ended: Bools = (self.after == 0) | (self.after == self.n + 1)
        return ended


def true_values(n: int) -> Floats:
    """Return the value of each state 1 … n, shape (n,)."""
    return np.arange(1, n + 1) / (n + 1)


def walk(n: int, walkers: int, episodes: int, rng: np.random.Generator) -> Walks:
    """Let walkers walk, each for itself.

    Raises:
        DataRefused: if there is no middle.
    """
    if n % 2 == 0 or n < 1:
        raise DataRefused(f"A walk starts in the middle, so it needs an odd number of states; got {n}.")
    middle = (n + 1) // 2
    state, finished = np.full(walkers, middle), np.zeros(walkers, dtype=np.intp)
    states, reached = [], []
    while finished.min() < episodes:
        after = state + rng.integers(2, size=walkers) * 2 - 1
        states.append(state)
        reached.append(after)
        over = (after == 0) | (after == n + 1)
        finished += over
        state = np.where(over, middle, after)
    after = np.array(reached)  # (T, w)
    return Walks(n, episodes, np.array(states), after, (after == n + 1).astype(np.float64))


def td0(walks: Walks, alphas: Floats, start: float, history: bool = True) -> Floats:
    """Learn after every step, from the reward and the estimate of the next state.

    Args:
        walks: the steps of w walkers.
        alphas: shape (a,), step sizes, each learned with on its own.
        start: first value of every state.
        history: whether to keep the values after each episode, or only the last ones.

    Returns:
        The values after 0, 1, … episodes, shape (episodes + 1, a, w, n), or the last ones, shape (1, a, w, n).
    """
    notes = _Notes(walks, alphas, start, history)
    V, everybody, step = notes.V, np.arange(walks.walkers), alphas[:, None]
    for state, after, reward, left in zip(walks.states, walks.after, walks.rewards, walks.left, strict=True):
        target = reward + V[:, everybody, after]  # (a, w); an end is worth 0
        V[:, everybody, state] += step * (target - V[:, everybody, state])
        notes.keep(left)
    return notes.kept[..., 1:-1]


def monte_carlo(walks: Walks, alphas: Floats, start: float, history: bool = True, first: bool = False) -> Floats:
    """Learn at the end of each episode, from the whole return: every visit moves the state's value towards it.

    All visits of an episode share one return G, so v of them move a value by 1 − (1 − α)ᵛ of its way to G.
    `first` counts an episode's first visit to a state and no other. Other arguments and result as `td0`.
    """
    notes = _Notes(walks, alphas, start, history)
    V, everybody = notes.V, np.arange(walks.walkers)
    visits = np.zeros(V.shape[1:])  # (w, n + 2)
    for state, reward, left in zip(walks.states, walks.rewards, walks.left, strict=True):
        visits[everybody, state] += 1
        if not left.any():
            continue
        G = reward[left, None]  # (m, 1), m walkers have left; the last reward is the only one that is not 0
        counted = np.minimum(visits[left], 1) if first else visits[left]  # (m, n + 2)
        V[:, left] += (1 - (1 - alphas[:, None, None]) ** counted) * (G - V[:, left])
        visits[left] = 0
        notes.keep(left)
    return notes.kept[..., 1:-1]


def first_targets(walks: Walks, state: int, start: float) -> tuple[Floats, Floats]:
    """Return what both methods would first learn `state` from, while every value is still `start`, each of shape (m,).

    The m walkers are those who come to the state in their first episode.

    Returns:
        The returns of these episodes, and the one-step targets r + V(next state) of the first visits.
    """
    returns, targets = [], []
    for walker in range(walks.walkers):
        end = int(np.argmax(walks.left[:, walker])) + 1
        visits = np.flatnonzero(walks.states[:end, walker] == state)
        if len(visits):
            after, reward = walks.after[visits[0], walker], walks.rewards[visits[0], walker]
            returns.append(walks.rewards[end - 1, walker])
            targets.append(reward + (start if 0 < after <= walks.n else 0.0))
    return np.array(returns), np.array(targets)


@dataclass(frozen=True, eq=False)
class Estimates:
    """How one method did in w runs on n states.

    Attributes:
        error: shape (episodes + 1,), root mean squared error over the states, mean over the runs.
        low, high: the same shape, the errors that a tenth and nine tenths of the runs stay below.
        mean, spread: shape (n,), mean and standard deviation of the last values over the runs.
        by_step: shape (number of other step sizes,), the last error with each of them.
        targets: how many runs have a first target of the state looked at; their mean and standard deviation follow.
    """

    error: Floats
    low: Floats
    high: Floats
    mean: Floats
    spread: Floats
    by_step: Floats
    targets: int
    target_mean: float
    target_spread: float


Method = Callable[..., Floats]  # as td0 and monte_carlo


def estimate(walks: Walks, method: Method, alpha: float, start: float, targets: Floats, sizes: Floats) -> Estimates:
    """Measure a method with the step size alpha, and its last error with others.

    Args:
        targets: shape (m,), first targets of some state by this method.
        sizes: shape (b,), the other step sizes.
    """
    true = true_values(walks.n)
    values = method(walks, np.array([alpha]), start)[:, 0]  # (episodes + 1, w, n)
    errors = _root_mean_square(values - true)  # (episodes + 1, w)
    low, high = np.quantile(errors, (0.1, 0.9), axis=1)
    others = method(walks, sizes, start, history=False)[0]  # (b, w, n)
    mean, spread = (float(targets.mean()), float(targets.std())) if len(targets) else (np.nan, np.nan)
    return Estimates(
        errors.mean(axis=1),
        low,
        high,
        values[-1].mean(axis=0),
        values[-1].std(axis=0),
        _root_mean_square(others - true).mean(axis=1),
        len(targets),
        mean,
        spread,
    )


def _root_mean_square(gaps: Floats) -> Floats:
    """Return the root of the mean square over the last axis."""
    root: Floats = np.sqrt((gaps**2).mean(axis=-1))
    return root


class _Notes:
    """The values V, shape (a, w, n + 2), and what is kept of them, shape (1 or episodes + 1, a, w, n + 2)."""

    def __init__(self, walks: Walks, alphas: Floats, start: float, history: bool) -> None:
        self.V = np.full((len(alphas), walks.walkers, walks.n + 2), start)
        self.V[..., [0, -1]] = 0.0
        self.kept = np.repeat(self.V[None], walks.episodes + 1 if history else 1, axis=0)
        self.finished = np.zeros(walks.walkers, dtype=np.intp)
        self.episodes = walks.episodes

    def keep(self, left: Bools) -> None:
        """Write down the values of the walkers who have just left, while they still have episodes to do."""
        who = np.flatnonzero(left & (self.finished < self.episodes))
        self.finished[who] += 1
        rows = self.finished[who] if len(self.kept) > 1 else 0
        self.kept[rows, :, who] = self.V[:, who].swapaxes(0, 1)  # (a, m, n + 2) -> (m, a, n + 2)
