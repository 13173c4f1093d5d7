"""Experiments of the topic "Q-functions and deep Q-learning" (chapter 27 of the primer)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from engine.data import Floats
from engine.errors import DataRefused
from engine.experiment import (
    Choice,
    Experiment,
    Flag,
    Number,
    Sabotage,
    Settings,
    Verdict,
    Whole,
)
from engine.reinforcement_learning import cart_pole
from engine.reinforcement_learning import decision_processes as processes
from engine.reinforcement_learning.decision_processes import Process
from engine.reinforcement_learning.dqn import Learner, QNetwork, Rules, boxes
from engine.reinforcement_learning.dqn_run import CURVE as CURVE
from engine.reinforcement_learning.dqn_run import PASS as PASS
from engine.reinforcement_learning.dqn_run import Course, Training, train
from engine.reinforcement_learning.dqn_run import DqnSnapshot as DqnSnapshot
from engine.reinforcement_learning.dqn_run import agent_of as agent_of
from engine.reinforcement_learning.dqn_run import learning_curve as learning_curve
from engine.reinforcement_learning.dqn_run import value_map as value_map

DRAWN, UNIFORM, GREEDY = "drawn at random", "every action alike", "greedy on Q*"
RANDOM, GRID = "random process", "grid with two exits"
STATES, ACTIONS = 5, 3  # of the random process
PLACES = {f"row {r + 1}, column {c + 1}": (r, c) for r, c in processes.cells()}
CELLS = tuple(name for name, (r, c) in PLACES.items() if processes.GRID[r][c] == ".")
MOVES = ("north", "east", "south", "west")


def policy_of(name: str, process: Process, gamma: float, rng: np.random.Generator) -> Floats:
    """Return the named policy of a process, (S, A)."""
    if name == UNIFORM:
        return processes.uniform(process)
    if name == GREEDY:
        return processes.greedy(processes.optimal_value(process, gamma))
    S, A = process.rewards.shape
    return rng.dirichlet(np.ones(A), size=S)


# --- futures: average over futures -------------------------------------------------------------------------------


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
    process: Process, valued: Floats, followed: Floats, gamma: float, first: tuple[int, int], count: int,
    rng: np.random.Generator,
) -> FuturesOutcome:  # fmt: skip
    """Compare Q of the policy `valued` with the mean of rollouts of the policy `followed`, both (S, A)."""
    collected = processes.rollouts(process, followed, gamma, first, count, rng, processes.horizon(gamma))
    returns = collected[-1]  # (count,)
    Q = processes.policy_value(process, valued, gamma)
    return FuturesOutcome(
        collected[:, :40], returns, returns.cumsum() / np.arange(1, count + 1), float(returns.mean()),
        float(returns.std(ddof=1) / np.sqrt(count)), float(Q[first]),
        (valued * Q).sum(axis=1),
    )  # fmt: skip


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


# --- gamma: the missing gamma ------------------------------------------------------------------------------------

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


# --- max: Q^pi or Q* ---------------------------------------------------------------------------------------------


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
        processes.policy_value(process, policy, settings.gamma), processes.optimal_value(process, settings.gamma),
        policy,
    )  # fmt: skip
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


# --- dqn: a small task learned in view ---------------------------------------------------------------------------

NETWORKS: Mapping[str, tuple[int, ...] | None] = {
    "64-64": (64, 64), "32-32": (32, 32), "128-128": (128, 128), "64": (64,), "16": (16,),
    "none (linear)": (), "table of 162 boxes": None,
}  # fmt: skip
SOFT, HARD, NO_TARGET = "soft: a share each step", "hard: a copy now and then", "none"


@dataclass(frozen=True)
class DqnSettings(Settings):
    """Everything that makes a DQN, each to be changed or switched off."""

    rate: Annotated[float, Number(1e-5, 0.1, log=True, says="Learning rate")] = 1e-3
    epsilon_start: Annotated[float, Number(0, 1, step=0.01, says="Exploration ε at the start")] = 1.0
    epsilon_end: Annotated[float, Number(0, 1, step=0.01, says="Exploration ε at the end")] = 0.04
    epsilon_steps: Annotated[int, Whole(0, 20_000, step=500, says="ε falls over (transitions)")] = 3_000
    network: Annotated[str, Choice(tuple(NETWORKS), says="Hidden layers")] = "64-64"
    gamma: Annotated[float, Number(0.5, 0.995, step=0.005, says="Discount γ")] = 0.99
    mask: Annotated[bool, Flag(says="Terminal mask")] = True
    replay: Annotated[bool, Flag(says="Replay buffer")] = True
    memory: Annotated[int, Whole(100, 50_000, step=100, says="Transitions it holds", when=(("replay", (True,)),))] = (
        10_000
    )
    batch: Annotated[int, Whole(8, 256, step=8, says="Batch size", when=(("replay", (True,)),))] = 64
    target: Annotated[str, Choice((SOFT, HARD, NO_TARGET), says="Target network")] = SOFT
    tau: Annotated[float, Number(1e-3, 1, log=True, says="Share τ", when=(("target", (SOFT,)),))] = 0.05
    every: Annotated[int, Whole(1, 1_000, says="Gradient steps between copies", when=(("target", (HARD,)),))] = 50
    double: Annotated[bool, Flag(says="Double DQN")] = False
    scaled: Annotated[bool, Flag(says="Scale inputs, reward")] = True
    stop: Annotated[bool, Flag(says="Stop once solved")] = True
    most: Annotated[int, Whole(5_000, 100_000, step=5_000, says="Transitions at most")] = 50_000
    seed: Annotated[int, Whole(0, 999_999, says="Seed")] = 6

    def rules(self) -> Rules:
        """Return how the learner learns."""
        return Rules(
            hidden=NETWORKS[self.network], gamma=self.gamma, batch=self.batch, memory=self.memory * self.replay,
            tau=self.tau * (self.target == SOFT), every=self.every * (self.target == HARD), mask=self.mask,
            double=self.double, scaled=self.scaled,
        )  # fmt: skip

    def course(self) -> Course:
        """Return what may change while it learns, and when it ends."""
        return Course(**{one.name: getattr(self, one.name) for one in fields(Course)})

    @property
    def ceiling(self) -> float:
        """The largest return there can be, where each step earns 1 and nothing ever ends: 1/(1 − γ)."""
        return 1 / (1 - self.gamma)


def run_dqn(settings: DqnSettings) -> Training:
    """Train from nothing."""
    return train(Learner(settings.rules(), np.random.default_rng(settings.seed)), settings.course())


def reopen_dqn(settings: DqnSettings, arrays: Mapping[str, NDArray[Any]], step: int) -> Training:
    """Train on from kept weights; the replay memory begins empty, and fills before the first gradient step.

    Raises:
        DataRefused: if the arrays are not those of such a network.
    """
    learner = Learner(settings.rules(), np.random.default_rng((settings.seed, step)))
    try:
        learner.take(arrays)
        learner.transitions = int(arrays["transitions"][0])
    except (KeyError, ValueError, IndexError, TypeError) as error:
        raise DataRefused(f"These weights do not fit a network of {settings.network}.") from error
    return train(learner, settings.course(), step)


def claim_dqn(seed: int, mask_both: bool = False) -> Verdict:
    """Fit 4,000 random transitions with and without the terminal mask: what is the last step before a fall worth?"""
    masked, unmasked = (value_of_last_steps(seed, mask) for mask in (True, mask_both))
    return Verdict(
        masked <= 15 and unmasked >= 40,
        {"Q of last steps, masked": masked, "Q of last steps, unmasked": unmasked},
        f"The last step before a fall earns 1; with the mask its value is {masked:.1f}, without it {unmasked:.1f}. "
        f"The largest possible return is 20.",
    )


def value_of_last_steps(seed: int, mask: bool) -> float:
    """Return the mean Q of the steps that led to a fall, after 1,500 gradient steps on 4,000 random transitions."""
    rules = Rules(gamma=0.95, memory=4_000, tau=0, every=50, mask=mask, scaled=False, warm=10**9)
    learner = Learner(rules, np.random.default_rng(seed))
    while learner.transitions < 4_000:
        learner.tick(epsilon=1.0, rate=0.0)
    for _ in range(1_500):
        learner.learn(learner.memory.draw(64, learner.rng), rate=1e-3)
    last = learner.memory.rows[learner.memory.rows[:, 9] > 0]
    return float(learner.q(last[:, :4])[np.arange(len(last)), last[:, 8].astype(int)].mean())


# --- the lesson's worked example ---------------------------------------------------------------------------------


def two_states() -> Process:
    """Return states A and B. In A: work (+1, stay) or study (0, to B). In B: exam (+6, the end) or rest (0, to A)."""
    A, B = (1.0, 0.0), (0.0, 1.0)
    return Process(np.array([[A, B], [B, A]]), np.array([[1.0, 0.0], [6.0, 0.0]]), np.array([[0.0, 0.0], [1.0, 0.0]]))


def worked() -> dict[str, float]:
    """Return the numbers of the worked example by name; γ = 0.5."""
    process, gamma = two_states(), 0.5
    best, even = processes.optimal_value(process, gamma), processes.uniform(process)
    own = processes.policy_value(process, even, gamma)
    printed = processes.backup(process, best.max(axis=1), 1.0)
    numbers = {
        f"{kind}_{pair}": float(Q[place])
        for kind, Q in (("best", best), ("own", own), ("printed", printed))
        for pair, place in {"work": (0, 0), "study": (0, 1), "exam": (1, 0), "rest": (1, 1)}.items()
    }
    numbers |= {f"v_{kind}_{state}": float((policy * Q)[row].sum()) for row, state in enumerate("ab")
                for kind, Q, policy in (("best", best, processes.greedy(best)), ("own", own, even))}  # fmt: skip
    target = 0 + gamma * numbers["v_best_b"]
    return numbers | {"target": target, "td": target - 2, "unmasked": 6 + gamma * 5, "ceiling": 1 / (1 - 0.95)}


EXPERIMENTS = (
    Experiment(
        "futures", FuturesSettings, run_futures, claim_futures,
        sabotage=Sabotage("futures of another policy, every action alike", lambda seed: claim_futures(seed, True)),
        shows=(processes.rollouts, processes.policy_value, processes.backup),
    ),
    Experiment(
        "gamma", GammaSettings, run_gamma, claim_gamma,
        sabotage=Sabotage("γ put into the printed recursion", lambda seed: claim_gamma(seed, True)),
        shows=(both_sides, processes.backup, processes.optimal_value),
    ),
    Experiment(
        "max", MaxSettings, run_max, claim_max,
        sabotage=Sabotage("the greedy policy of Q* in the place of a random one", lambda seed: claim_max(seed, True)),
        shows=(processes.sweeps, processes.backup, processes.optimal_value),
    ),
    Experiment(
        "dqn", DqnSettings, run_dqn, claim_dqn,
        sabotage=Sabotage("the mask in both networks", lambda seed: claim_dqn(seed, True)),
        shows=(Learner, QNetwork, Rules, train, cart_pole.advance, cart_pole.CartPoles, boxes),
        live=("rate", "epsilon_start", "epsilon_end", "epsilon_steps"), reopen=reopen_dqn,
    ),
)  # fmt: skip
