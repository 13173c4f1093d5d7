"""The experiment offpolicy: learn from a walker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated

import numpy as np

from engine.data import Floats
from engine.experiment import Experiment, Sabotage, Verdict
from engine.experiments.tabular_td.cliff import MOMENTS
from engine.reinforcement_learning import off_policy
from engine.reinforcement_learning.grid_worlds import (
    GridWorld,
    States,
    cliff_walk,
    greedy,
    greedy_path,
    optimal_values,
    policy_values,
)
from engine.settings import Choice, Number, Settings, Whole

WALKER, MOSTLY_BEST, NEVER_DOWN = "random walker", "mostly the best path", "never goes down"


@dataclass(frozen=True)
class OffPolicySettings(Settings):
    """Who walks along the cliff, and how the three tables are learned from its steps."""

    behaviour: Annotated[str, Choice((WALKER, MOSTLY_BEST, NEVER_DOWN), says="Behaviour policy")] = WALKER
    epsilon: Annotated[
        float, Number(0.02, 1, step=0.02, says="Its share of random moves", when=(("behaviour", (MOSTLY_BEST,)),))
    ] = 0.3
    steps: Annotated[float, Number(1_000, 200_000, log=True, says="Steps it takes")] = 200_000
    again: Annotated[int, Whole(0, 4, says="Old steps learned again after each new one")] = 0
    alpha: Annotated[float, Number(0.02, 1, step=0.02, says="Step size, α")] = 0.5
    gamma: Annotated[float, Number(0.8, 0.99, step=0.01, says="Discount, γ")] = 0.95
    seed: Annotated[int, Whole(0, 999_999, says="Seed")] = 1


@dataclass(frozen=True, eq=False)
class OffPolicyOutcome:
    """Three tables learned from the same steps, beside exact values.

    Attributes:
        best, own: shape (S, A), exact values of the best policy and of the walker's.
        moments: shape (c,), numbers of steps after which the tables are compared with them.
        lessons: what Q-learning, SARSA and weighted SARSA learned.
        visits: shape (S, A), how often the walker tried each action; tried: share of the pairs that it tried at all.
        counting: share of the steps that count after weighting: effective sample size over samples.
        ends: how often the walker reached the goal.
    """

    world: GridWorld
    best: Floats
    own: Floats
    moments: States
    lessons: dict[str, off_policy.Lesson]
    paths: dict[str, tuple[int, bool]]
    visits: Floats
    tried: float
    counting: float
    ends: int


def behaviour_of(name: str, epsilon: float, best: Floats) -> Floats:
    """Return a walker's policy, shape (S, A); `best` are the values that "mostly the best path" goes by."""
    states, actions = best.shape
    if name == MOSTLY_BEST:
        mixed: Floats = (1 - epsilon) * greedy(best, first=True) + epsilon / actions
        return mixed
    allowed = np.array([1.0, 1.0, 0.0, 1.0]) if name == NEVER_DOWN else np.ones(actions)
    policy: Floats = np.tile(allowed / allowed.sum(), (states, 1))
    return policy


def run_offpolicy(settings: OffPolicySettings) -> OffPolicyOutcome:
    """Let the walker walk, learn from its steps in three ways, and compare with exact values."""
    best = optimal_values(cliff_walk(), settings.gamma)
    behaviour = behaviour_of(settings.behaviour, settings.epsilon, best)
    rng = np.random.default_rng(settings.seed)
    return learn_from(behaviour, best, round(settings.steps), settings.alpha, settings.gamma, rng, settings.again)


def learn_from(
    behaviour: Floats,
    best: Floats,
    steps: int,
    alpha: float,
    gamma: float,
    rng: np.random.Generator,
    again: int = 0,
    q_learning: Callable[..., None] = off_policy.q_learning,
) -> OffPolicyOutcome:
    """Walk along the cliff by `behaviour`, shape (S, A), and learn; `q_learning` is what Q-learning does."""
    world = cliff_walk()
    own = policy_values(world, behaviour, gamma)
    weights = off_policy.importance_weights(greedy(best, first=True), behaviour).tolist()
    walked = off_policy.wander(world, behaviour, steps, rng)
    replayed = off_policy.with_replay(walked, again, rng) if again else walked
    moments = np.unique(np.geomspace(min(100, steps), steps, MOMENTS).astype(np.intp))
    learners: dict[str, Callable[..., None]] = {
        "Q-learning": q_learning,
        "SARSA": off_policy.sarsa,
        "weighted SARSA": partial(off_policy.weighted_sarsa, weights=weights),
    }
    lessons = {
        name: off_policy.study(
            world, replayed, partial(learn, alpha=alpha, gamma=gamma), (moments * (1 + again)).tolist(), best, own
        )
        for name, learn in learners.items()
    }
    used = np.array([weights[after][later] for _, _, _, after, ended, later in walked if not ended])
    visits = np.zeros(best.shape)
    np.add.at(visits, tuple(np.array([[state, action] for state, action, *_ in walked]).T), 1)
    paths = {name: greedy_path(world, lesson.Q) for name, lesson in lessons.items()}
    return OffPolicyOutcome(
        world,
        best,
        own,
        moments,
        lessons,
        {name: (len(path) - 1, arrives) for name, (path, arrives) in paths.items()},
        visits,
        float((visits[world.acting] > 0).mean()),
        off_policy.effective_sample_size(used) / len(used),
        steps - len(used),
    )


def claim_offpolicy(seed: int, q_learning: Callable[..., None] = off_policy.q_learning) -> Verdict:
    """Learn from 200,000 steps of a random walker and measure the distances to the exact values."""
    best = optimal_values(cliff_walk(), 0.95)
    walker = np.full_like(best, 0.25)
    result = learn_from(walker, best, 200_000, 0.5, 0.95, np.random.default_rng(seed), q_learning=q_learning)
    q, sarsa = result.lessons["Q-learning"], result.lessons["SARSA"]
    q_path, sarsa_path = result.paths["Q-learning"], result.paths["SARSA"]
    to_own, to_best = float(sarsa.to_own[-1]), float(sarsa.to_best[-1])
    return Verdict(
        q.farthest < 1
        and q_path == (13, True)
        and sarsa.farthest > 20
        and sarsa_path != (13, True)
        and to_own < to_best / 2,
        {
            "largest error of Q-learning": q.farthest,
            "largest error of SARSA": sarsa.farthest,
            "mean distance of SARSA to the walker's values": to_own,
            "mean distance of SARSA to the best values": to_best,
        },
        f"Q-learning's values are within {q.farthest:.2g} of the best policy's and its path "
        f"{described(q_path)}. SARSA's are on average {to_own:.0f} away from the walker's own values and "
        f"{to_best:.0f} from the best ones; its path {described(sarsa_path)}.",
    )


def described(path: tuple[int, bool]) -> str:
    """Say how a greedy path ends: its steps, and whether it arrives."""
    return f"takes {path[0]} steps" if path[1] else "never arrives"


EXPERIMENT = Experiment(
    "offpolicy",
    OffPolicySettings,
    run_offpolicy,
    claim_offpolicy,
    Sabotage("the max dropped from Q-learning", lambda seed: claim_offpolicy(seed, q_learning=off_policy.sarsa)),
    shows=(off_policy.q_learning, off_policy.sarsa, off_policy.weighted_sarsa, off_policy.importance_weights),
)
