"""The experiment walk: Monte Carlo and TD on the random walk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Annotated

import numpy as np

from engine.data import Floats
from engine.experiment import Experiment, Sabotage, Verdict
from engine.experiments.tabular_td.shared import Estimates
from engine.reinforcement_learning import random_walk
from engine.settings import Flag, Number, Settings, Whole

STEP_SIZES = np.array([0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5])


@dataclass(frozen=True)
class WalkSettings(Settings):
    """A random walk, and how its values are learned."""

    alpha: Annotated[float, Number(0.01, 0.5, step=0.01, says="Step size, α")] = 0.1
    episodes: Annotated[int, Whole(1, 200, says="Episodes")] = 30
    start: Annotated[float, Number(0, 1, step=0.05, says="First value of every state")] = 0.5
    states: Annotated[int, Whole(3, 11, step=2, says="States")] = 5
    first: Annotated[bool, Flag(says="First visits only")] = False
    runs: Annotated[int, Whole(20, 300, step=20, says="Runs")] = 200
    seed: Annotated[int, Whole(0, 999_999, says="Seed")] = 1

    def conflicts(self) -> Iterator[str]:
        if self.states % 2 == 0:
            yield f"A walk starts in the middle, so the number of states must be odd; it is {self.states}."


@dataclass(frozen=True, eq=False)
class WalkOutcome:
    """Both methods on the same walks.

    Attributes:
        true: shape (n,), the value of each state.
        looked_at: the state, from 1, whose first targets are measured: the one left of the middle.
        monte_carlo, td: how they did. Without a first target its mean and spread are NaN.
    """

    true: Floats
    looked_at: int
    monte_carlo: Estimates
    td: Estimates


def run_walk(settings: WalkSettings) -> WalkOutcome:
    """Let the walkers walk once, and learn from their walks in both ways."""
    rng = np.random.default_rng(settings.seed)
    walks = random_walk.walk(settings.states, settings.runs, settings.episodes, rng)
    monte_carlo = partial(random_walk.monte_carlo, first=settings.first)
    return compare_methods(walks, settings.alpha, settings.start, monte_carlo, random_walk.td0, STEP_SIZES)


def compare_methods(
    walks: random_walk.Walks,
    alpha: float,
    start: float,
    monte_carlo: random_walk.Method,
    td: random_walk.Method,
    sizes: Floats,
) -> WalkOutcome:
    """Learn from the walks in both ways with the step size alpha, and with all others of `sizes`."""
    looked_at = (walks.n + 1) // 2 - 1
    targets = random_walk.first_targets(walks, looked_at, start)
    estimates = [
        random_walk.estimate(walks, method, alpha, start, first, sizes)
        for method, first in zip((monte_carlo, td), targets, strict=True)
    ]
    return WalkOutcome(random_walk.true_values(walks.n), looked_at, *estimates)


def claim_walk(seed: int, td: random_walk.Method = random_walk.td0) -> Verdict:
    """Learn the five-state walk 200 times: compare the spread between runs, and the first targets of state 2."""
    walks = random_walk.walk(5, 200, 30, np.random.default_rng(seed))
    result = compare_methods(walks, 0.1, 0.5, random_walk.monte_carlo, td, np.empty(0))
    mc_spread, td_spread = (float(one.spread.mean()) for one in (result.monte_carlo, result.td))
    mc_off, td_off = (abs(one.target_mean - 2 / 6) for one in (result.monte_carlo, result.td))
    return Verdict(
        td_spread <= 0.5 * mc_spread and td_off >= 0.1 and mc_off < 0.14,
        {
            "spread of TD": td_spread,
            "spread of Monte Carlo": mc_spread,
            "first TD target off by": td_off,
            "mean return off by": mc_off,
        },
        f"After 30 episodes the values of 200 runs spread by {td_spread:.3f} with TD and {mc_spread:.3f} with Monte "
        f"Carlo. At state 2 the first TD target is off by {td_off:.3f} on average, the return by {mc_off:.3f}.",
    )


EXPERIMENT = Experiment(
    "walk",
    WalkSettings,
    run_walk,
    claim_walk,
    Sabotage("the return taken as TD's target", lambda seed: claim_walk(seed, td=random_walk.monte_carlo)),
    shows=(random_walk.monte_carlo, random_walk.td0),
)
