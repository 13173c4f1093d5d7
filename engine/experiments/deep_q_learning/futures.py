"""The experiment futures: average over futures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from engine.data import Floats
from engine.experiment import Experiment, Sabotage, Verdict
from engine.experiments.deep_q_learning.shared import (
    ACTIONS,
    CELLS,
    DRAWN,
    GREEDY,
    GRID,
    MOVES,
    PLACES,
    RANDOM,
    STATES,
    UNIFORM,
    policy_of,
)
from engine.reinforcement_learning import decision_processes as processes
from engine.reinforcement_learning.decision_processes import Process
from engine.settings import Choice, Number, Settings, Whole


@dataclass(frozen=True)
class FuturesSettings(Settings):
    """A process, the pair that every future begins with, and the policy that goes on from there."""

    world: Annotated[str, Choice((RANDOM, GRID), says="Process")] = RANDOM
    state: Annotated[int, Whole(1, STATES, says="State", when=(("world", (RANDOM,)),))] = 1
    action: Annotated[int, Whole(1, ACTIONS, says="Action", when=(("world", (RANDOM,)),))] = 1
    cell: Annotated[str, Choice(CELLS, says="Cell", when=(("world", (GRID,)),))] = CELLS[-2]
    move: Annotated[str, Choice(MOVES, says="Move", when=(("world", (GRID,)),))] = "north"
    policy: Annotated[str, Choice((DRAWN, UNIFORM, GREEDY), says="Then follow the policy")] = DRAWN
    gamma: Annotated[float, Number(0, 0.95, step=0.05, says="Discount γ")] = 0.9
    rollouts: Annotated[int, Whole(10, 5_000, step=10, says="Futures (rollouts)")] = 500
    seed: Annotated[int, Whole(0, 999_999, says="Seed")] = 1


@dataclass(frozen=True)
class FuturesOutcome:
    """Sampled futures and the exact value.

    Attributes:
        paths: (steps, at most 40), discounted rewards collected so far by the first futures.
        returns: (rollouts,), the return of every future.
        means: (rollouts,), mean of the first 1, 2, 3 … returns.
        mean, error: of the returns, and the standard error of that mean.
        exact: Q^π of the pair, from its Bellman equation.
        values: (S,), V^π of every state.
    """

    paths: Floats
    returns: Floats
    means: Floats
    mean: float
    error: float
    exact: float
    values: Floats


def run_futures(settings: FuturesSettings) -> FuturesOutcome:
    """Roll the futures out and solve for their mean."""
    rng = np.random.default_rng(settings.seed)
    if settings.world == RANDOM:
        process, first = processes.random_process(rng, STATES, ACTIONS), (settings.state - 1, settings.action - 1)
    else:
        first = list(PLACES).index(settings.cell), MOVES.index(settings.move)
        process = processes.grid_process()
    policy = policy_of(settings.policy, process, settings.gamma, rng)
    return compare_futures(process, policy, policy, settings.gamma, first, settings.rollouts, rng)


def compare_futures(
    process: Process,
    valued: Floats,
    followed: Floats,
    gamma: float,
    first: tuple[int, int],
    count: int,
    rng: np.random.Generator,
) -> FuturesOutcome:
    """Compare Q of the policy `valued` with the mean of rollouts of the policy `followed`, both (S, A)."""
    collected = processes.rollouts(process, followed, gamma, first, count, rng, processes.horizon(gamma))
    returns = collected[-1]  # (count,)
    Q = processes.policy_value(process, valued, gamma)
    return FuturesOutcome(
        collected[:, :40],
        returns,
        returns.cumsum() / np.arange(1, count + 1),
        float(returns.mean()),
        float(returns.std(ddof=1) / np.sqrt(count)),
        float(Q[first]),
        (valued * Q).sum(axis=1),
    )


def claim_futures(seed: int, uniform: bool = False) -> Verdict:
    """Average 5,000 rollouts of a policy on a random process of 5 states: how far from Q, in standard errors?"""
    rng = np.random.default_rng(seed)
    process = processes.random_process(rng, 5, 3)
    policy = processes.greedy(processes.optimal_value(process, 0.9))
    followed = processes.uniform(process) if uniform else policy
    found = compare_futures(process, policy, followed, 0.9, (0, 0), 5_000, rng)
    z = abs(found.mean - found.exact) / found.error
    return Verdict(
        z < 4.5,
        {"mean of the returns": found.mean, "Q": found.exact, "distance in standard errors": z},
        f"The mean of 5,000 returns is {found.mean:.3f}, Q is {found.exact:.3f}: {z:.1f} standard errors apart.",
    )


EXPERIMENT = Experiment(
    "futures",
    FuturesSettings,
    run_futures,
    claim_futures,
    sabotage=Sabotage("futures of another policy, every action alike", lambda seed: claim_futures(seed, True)),
    shows=(processes.rollouts, processes.policy_value, processes.backup),
)
