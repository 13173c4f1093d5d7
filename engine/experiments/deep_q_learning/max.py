"""The experiment max: Q^pi or Q*."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from engine.data import Floats
from engine.experiment import Experiment, Sabotage, Verdict
from engine.experiments.deep_q_learning.gamma import residual
from engine.experiments.deep_q_learning.shared import ACTIONS, DRAWN, GREEDY, UNIFORM, policy_of
from engine.reinforcement_learning import decision_processes as processes
from engine.reinforcement_learning.decision_processes import Process
from engine.settings import Choice, Flag, Number, Settings, Whole


@dataclass(frozen=True)
class MaxSettings(Settings):
    """A random process, a policy, and whether the backup takes the policy's average or the maximum."""

    maximise: Annotated[bool, Flag(says="Take the max")] = False
    policy: Annotated[str, Choice((DRAWN, UNIFORM, GREEDY), says="Policy π")] = DRAWN
    gamma: Annotated[float, Number(0, 0.95, step=0.05, says="Discount γ")] = 0.9
    states: Annotated[int, Whole(2, 6, says="States")] = 4
    seed: Annotated[int, Whole(0, 999_999, says="Seed")] = 3


@dataclass(frozen=True)
class MaxSnapshot:
    """The values after some sweeps, and both fixed points, (S, A) each; `change` is the largest of the last sweep."""

    sweep: int
    Q: Floats
    change: float
    policy_value: Floats
    optimal_value: Floats
    policy: Floats


def run_max(settings: MaxSettings) -> Iterator[MaxSnapshot]:
    """Back every value up again and again, from zero, until none moves by more than 0.001."""
    rng = np.random.default_rng(settings.seed)
    process = processes.random_process(rng, settings.states, ACTIONS)
    policy = policy_of(settings.policy, process, settings.gamma, rng)
    fixed = (
        processes.policy_value(process, policy, settings.gamma),
        processes.optimal_value(process, settings.gamma),
        policy,
    )
    before = np.zeros(process.rewards.shape)
    for sweep, Q in enumerate(processes.sweeps(process, settings.gamma, None if settings.maximise else policy)):
        change = residual(Q, before)
        yield MaxSnapshot(sweep, Q, change, *fixed)
        if sweep and change <= 1e-3:
            return
        before = Q


def claim_max(seed: int, take_greedy: bool = False) -> Verdict:
    """Sweep 3,000 times with and without the max: is the policy's value nowhere above Q*, and below it somewhere?"""
    rng = np.random.default_rng(seed)
    process = processes.random_process(rng, 5, 3)
    policy = policy_of(GREEDY if take_greedy else DRAWN, process, 0.95, rng)
    own, best = (swept(process, 0.95, one, 3_000) for one in (policy, None))
    least, largest = float((best - own).min()), float((best - own).max())
    return Verdict(
        least >= -1e-9 and largest > 0.1,
        {"least gap Q* − Q^π": least, "largest gap": largest},
        f"Q* lies above the policy's own value by {least:.3f} at least and {largest:.3f} at most.",
    )


def swept(process: Process, gamma: float, policy: Floats | None, times: int) -> Floats:
    """Return Q after so many sweeps, (S, A)."""
    course = processes.sweeps(process, gamma, policy)
    return next(Q for sweep, Q in enumerate(course) if sweep == times)


EXPERIMENT = Experiment(
    "max",
    MaxSettings,
    run_max,
    claim_max,
    sabotage=Sabotage("the greedy policy of Q* in the place of a random one", lambda seed: claim_max(seed, True)),
    shows=(processes.sweeps, processes.backup, processes.optimal_value),
)
