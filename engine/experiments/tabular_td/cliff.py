"""The experiment cliff: SARSA and Q-learning side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from engine.data import Floats
from engine.errors import TooLarge
from engine.experiment import Experiment, Sabotage, Verdict
from engine.experiments.tabular_td.shared import EXPLORING, GREEDY, LEARNING, LONGEST
from engine.reinforcement_learning import lock_step, tabular
from engine.reinforcement_learning.grid_worlds import GridWorld, States, cliff_walk, greedy_path, optimal_values
from engine.settings import Choice, Number, Settings, Whole

Rule = Callable[..., Iterator[tabular.Episode]]  # as tabular.sarsa and tabular.q_learning
MOST_EPISODES = 6_000  # of all agents of one kind
MOMENTS = 24  # at which the first agent's table is looked at


@dataclass(frozen=True)
class CliffSettings(Settings):
    """The cliff walk, and how agents of both kinds learn it."""

    epsilon: Annotated[float, Number(0, 0.4, step=0.01, says="Share of random moves, ε")] = 0.1
    alpha: Annotated[float, Number(0.05, 1, step=0.05, says="Step size, α")] = 0.5
    episodes: Annotated[int, Whole(20, 1_000, step=20, says="Episodes")] = 500
    gamma: Annotated[float, Number(0.8, 1, step=0.01, says="Discount, γ")] = 1.0
    agents: Annotated[int, Whole(1, 20, says="Agents of each kind")] = 10
    replay: Annotated[str, Choice((GREEDY, EXPLORING, LEARNING), says="Replay the first agents")] = GREEDY
    seed: Annotated[int, Whole(0, 999_999, says="Seed")] = 1


@dataclass(frozen=True, eq=False)
class Walkers:
    """Agents that learned the cliff walk by one rule.

    Attributes:
        returns: shape (agents, episodes), sum of the rewards of each episode.
        lengths: shape (agents,), steps on the greedy path; NaN where it goes round and never reaches the goal.
        path: states on the first agent's greedy path; exploring: its next episode, random moves and all.
        after, tables: shape (k,) and (k, S, A), the first agent's table after some numbers of episodes.
    """

    returns: Floats
    lengths: Floats
    path: States
    exploring: tabular.Played
    after: States
    tables: Floats


@dataclass(frozen=True, eq=False)
class CliffOutcome:
    """Agents of both kinds in the same world; `best` is the length of the shortest path."""

    world: GridWorld
    sarsa: Walkers
    q_learning: Walkers
    best: int


def run_cliff(settings: CliffSettings) -> CliffOutcome:
    """Let agents of both kinds learn the cliff walk.

    Raises:
        TooLarge: if agents · episodes is above MOST_EPISODES.
    """
    if (asked := settings.agents * settings.episodes) > MOST_EPISODES:
        raise TooLarge("episodes of each kind of agent", asked, MOST_EPISODES)
    world = cliff_walk()
    sarsa, q_learning = (
        learn_cliff(
            world,
            rule,
            settings.agents,
            settings.episodes,
            settings.alpha,
            settings.gamma,
            settings.epsilon,
            (settings.seed, kind),
        )
        for kind, rule in enumerate((tabular.sarsa, tabular.q_learning))
    )
    return CliffOutcome(world, sarsa, q_learning, len(greedy_path(world, optimal_values(world, 0.9))[0]) - 1)


def learn_cliff(
    world: GridWorld,
    rule: Rule,
    agents: int,
    episodes: int,
    alpha: float,
    gamma: float,
    epsilon: float,
    seed: tuple[int, int],
) -> Walkers:
    """Let agents learn one after the other by one rule, and look at what the first one knew on its way."""
    first, *others = np.random.default_rng(seed).spawn(agents)

    def learn(Q: tabular.Table, rng: np.random.Generator) -> Iterator[tabular.Episode]:
        return rule(world, Q, episodes, alpha, gamma, epsilon, rng)

    every = lock_step.one_by_one(world, [first], episodes, learn, every=1)
    rest = lock_step.one_by_one(world, others, episodes, learn)
    final = np.concatenate([every.tables[:, -1], rest.tables[:, -1]])  # (agents, S, A)
    paths = [greedy_path(world, Q) for Q in final]
    after = np.unique(np.geomspace(1, episodes, MOMENTS).astype(np.intp))
    tables = np.concatenate([np.zeros((1, *final.shape[1:])), every.tables[0, after - 1]])
    return Walkers(
        np.concatenate([every.totals, rest.totals]),
        np.array([len(path) - 1 if arrives else np.nan for path, arrives in paths]),
        np.array(paths[0][0]),
        tabular.play(world, final[0].tolist(), epsilon, first, LONGEST),
        np.append(0, after),
        tables,
    )


def claim_cliff(seed: int, epsilon: float = 0.1) -> Verdict:
    """Let five agents of each kind learn: compare the median greedy path and the mean of the last 200 returns."""
    world = cliff_walk()
    sarsa, q = (
        learn_cliff(world, rule, 5, 500, 0.5, 1.0, epsilon, (seed, kind))
        for kind, rule in enumerate((tabular.sarsa, tabular.q_learning))
    )
    sarsa_return, q_return = (float(one.returns[:, -200:].mean()) for one in (sarsa, q))
    sarsa_length, q_length = (  # a path that never arrives counts as a long one
        float(np.median(np.nan_to_num(one.lengths, nan=LONGEST))) for one in (sarsa, q)
    )
    return Verdict(
        q_length == 13 and sarsa_length >= 15 and sarsa_return - q_return >= 8,
        {
            "median greedy path of Q-learning": q_length,
            "median greedy path of SARSA": sarsa_length,
            "mean return of Q-learning": q_return,
            "mean return of SARSA": sarsa_return,
        },
        f"The greedy paths take {q_length:.0f} steps with Q-learning and {sarsa_length:.0f} with SARSA; the last 200 "
        f"episodes earn {q_return:.1f} with Q-learning and {sarsa_return:.1f} with SARSA.",
    )


EXPERIMENT = Experiment(
    "cliff",
    CliffSettings,
    run_cliff,
    claim_cliff,
    Sabotage("no random moves, ε = 0", lambda seed: claim_cliff(seed, epsilon=0.0)),
    shows=(tabular.sarsa, tabular.q_learning, tabular.choose),
)
