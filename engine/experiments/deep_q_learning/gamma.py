"""The experiment gamma: the missing gamma."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from engine.data import Floats
from engine.experiment import Experiment, Sabotage, Verdict
from engine.experiments.deep_q_learning.shared import ACTIONS
from engine.reinforcement_learning import decision_processes as processes
from engine.reinforcement_learning.decision_processes import Process
from engine.settings import Choice, Number, Settings, Whole

PRINTED, CORRECTED = "as printed", "corrected"
SWEEP = np.linspace(0, 1, 21)  # discounts at which both residuals are drawn


@dataclass(frozen=True)
class GammaSettings(Settings):
    """A random process, a discount, and one of two recursions."""

    gamma: Annotated[float, Number(0, 1, step=0.05, says="Discount γ")] = 0.9
    recursion: Annotated[str, Choice((PRINTED, CORRECTED), says="Recursion")] = PRINTED
    ending: Annotated[float, Number(0.05, 0.5, step=0.05, says="Chance that a step is the last")] = 0.2
    states: Annotated[int, Whole(2, 8, says="States")] = 5
    seed: Annotated[int, Whole(0, 999_999, says="Seed")] = 1


@dataclass(frozen=True)
class GammaOutcome:
    """Both sides of a recursion.

    Attributes:
        left: (S, A), Q*; right: (S, A), what the recursion says that Q* is.
        residual: the largest |left − right|.
        gammas: (21,), discounts; printed, corrected: (21,), the residual of each recursion there.
    """

    left: Floats
    right: Floats
    residual: float
    gammas: Floats
    printed: Floats
    corrected: Floats


def run_gamma(settings: GammaSettings) -> GammaOutcome:
    """Put the optimal Q into a recursion at one discount, and into both at many."""
    rng = np.random.default_rng(settings.seed)
    process = processes.random_process(rng, settings.states, ACTIONS, settings.ending)
    left, right = both_sides(process, settings.gamma, settings.gamma if settings.recursion == CORRECTED else 1.0)
    printed, corrected = (
        np.array([residual(*both_sides(process, gamma, gamma if right else 1.0)) for gamma in SWEEP.tolist()])
        for right in (False, True)
    )
    return GammaOutcome(left, right, residual(left, right), SWEEP, printed, corrected)


def both_sides(process: Process, gamma: float, weight: float) -> tuple[Floats, Floats]:
    """Return Q* and r + weight·E[max Q*(s′, ·)], both (S, A): the recursion with γ, or the printed one with 1."""
    Q = processes.optimal_value(process, gamma)
    return Q, processes.backup(process, Q.max(axis=1), weight)


def residual(left: Floats, right: Floats) -> float:
    """Return the largest difference of two sides."""
    return float(np.abs(left - right).max())


def claim_gamma(seed: int, gamma_in_printed: bool = False) -> Verdict:
    """Put Q* into both recursions, with γ at 0.9 and at 1."""
    process = processes.random_process(np.random.default_rng(seed), 5, 3, ending=0.2)
    right = max(residual(*both_sides(process, gamma, gamma)) for gamma in (0.9, 1.0))
    printed = residual(*both_sides(process, 0.9, 0.9 if gamma_in_printed else 1.0))
    at_one = residual(*both_sides(process, 1.0, 1.0))
    return Verdict(
        right < 1e-9 and printed > 0.01 and at_one < 1e-9,
        {"residual with γ": right, "residual as printed, γ = 0.9": printed, "as printed, γ = 1": at_one},
        f"With γ the sides differ by {right:.0e}; as printed by {printed:.3f} at γ = 0.9 and by {at_one:.0e} at γ = 1.",
    )


EXPERIMENT = Experiment(
    "gamma",
    GammaSettings,
    run_gamma,
    claim_gamma,
    sabotage=Sabotage("γ put into the printed recursion", lambda seed: claim_gamma(seed, True)),
    shows=(both_sides, processes.backup, processes.optimal_value),
)
