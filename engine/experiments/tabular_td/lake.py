"""The experiment lake: a goal that pays once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from engine.data import Floats
from engine.errors import TooLarge
from engine.experiment import Experiment, Sabotage, Verdict
from engine.experiments.tabular_td.shared import EXPLORING, GREEDY, LEARNING, LONGEST
from engine.reinforcement_learning import lock_step, tabular
from engine.reinforcement_learning.grid_worlds import GridWorld, States, chance_of_goal, frozen_lake, greedy
from engine.settings import Choice, Number, Settings, Whole

RANDOM, FIRST = "at random", "lowest index first"
Q_LEARNING, EXPLORING_STARTS = "Q-learning", "Monte Carlo"
SMALL, LARGE = "4 × 4", "8 × 8"
BLOCKS = 20
MOST_JUDGED = 40  # agents whose chances are computed exactly
MOST_SECONDS = 4.0  # of the longest run that the settings allow, by lock_step.seconds


@dataclass(frozen=True)
class LakeSettings(Settings):
    """The frozen lake, and how agents learn it."""

    main: ClassVar = ("slip", "size", "learner", "epsilon")

    ties: Annotated[str, Choice((RANDOM, FIRST), says="Ties between equal values are broken")] = RANDOM
    slip: Annotated[float, Number(0, 0.8, step=0.01, says="Slip, chance that a step goes sideways")] = 0.0
    size: Annotated[str, Choice((SMALL, LARGE), says="Map")] = SMALL
    learner: Annotated[str, Choice((Q_LEARNING, EXPLORING_STARTS), says="Learner")] = Q_LEARNING
    episodes: Annotated[int, Whole(100, 2_000, step=100, says="Episodes")] = 500
    agents: Annotated[int, Whole(1, 256, says="Agents")] = 20
    epsilon: Annotated[
        float, Number(0, 1, step=0.05, says="Share of random moves, ε", when=(("learner", (Q_LEARNING,)),))
    ] = 0.1
    alpha: Annotated[float, Number(0.02, 1, step=0.02, says="Step size, α", when=(("learner", (Q_LEARNING,)),))] = 0.5
    gamma: Annotated[float, Number(0.5, 1, step=0.01, says="Discount, γ")] = 0.95
    replay: Annotated[str, Choice((GREEDY, EXPLORING, LEARNING), says="Replay the first agent")] = GREEDY
    seed: Annotated[int, Whole(0, 999_999, says="Seed")] = 1


@dataclass(frozen=True, eq=False)
class LakeOutcome:
    """Agents on the lake, in blocks of episodes.

    Attributes:
        until: shape (b,), the last episode of each block.
        success: shape (b,), share of the block's episodes, of all agents, that reached the goal.
        known: shape (b,), exact chance that the greedy policy at the block's end reaches the goal from the start, mean
            over the first MOST_JUDGED agents; best: the highest chance that any policy has.
        first_success: shape (agents,), the episode of the first success, 0 where there was none.
        tables: shape (b, S, A), the first agent's; episode: one that it plays at the end, without learning.
    """

    world: GridWorld
    until: States
    success: Floats
    known: Floats
    best: float
    first_success: States
    tables: Floats
    episode: tabular.Played


def run_lake(settings: LakeSettings) -> LakeOutcome:
    """Let agents learn the lake, in lock step where that is faster.

    Raises:
        TooLarge: if it could take longer than MOST_SECONDS.
    """
    world = frozen_lake(4, settings.slip) if settings.size == SMALL else frozen_lake(8, settings.slip, 200)
    first, every = settings.ties == FIRST, settings.episodes // BLOCKS
    episodes = every * BLOCKS
    rngs = np.random.default_rng(settings.seed).spawn(settings.agents)
    alone, together = lock_step.seconds(settings.agents, episodes, world.limit)
    monte_carlo = settings.learner == EXPLORING_STARTS
    longest = 2 * alone if monte_carlo else min(alone, together)
    if longest > MOST_SECONDS:
        asked = settings.agents * episodes
        raise TooLarge("episodes of all agents", asked, asked * MOST_SECONDS / longest)

    def learn(Q: tabular.Table, rng: np.random.Generator) -> Iterator[tabular.Episode]:
        if monte_carlo:
            return tabular.monte_carlo_control(world, Q, episodes, settings.gamma, rng, first)
        return tabular.q_learning(world, Q, episodes, *how, rng, first)

    how = settings.alpha, settings.gamma, settings.epsilon
    if monte_carlo or alone <= together:
        learned = lock_step.one_by_one(world, rngs, episodes, learn, every)
    else:
        learned = lock_step.q_learning(world, rngs, episodes, *how, first, every)
    won = learned.totals > 0  # (agents, episodes)
    epsilon = settings.epsilon if settings.replay == EXPLORING and not monte_carlo else 0.0
    return LakeOutcome(
        world,
        np.arange(1, BLOCKS + 1) * every,
        won.reshape(settings.agents, BLOCKS, every).mean(axis=(0, 2)),
        np.array([chance_of_goal(world, greedy(Q, first)).mean() for Q in learned.tables[:MOST_JUDGED].swapaxes(0, 1)]),
        float(chance_of_goal(world)[0]),
        np.where(won.any(axis=1), won.argmax(axis=1) + 1, 0),
        learned.tables[0],
        tabular.play(world, learned.tables[0, -1].tolist(), epsilon, rngs[0], LONGEST, first),
    )


def claim_lake(seed: int, first: bool = True) -> Verdict:
    """Count the episodes until an agent first reaches the goal: ties at random, and (unless sabotaged) by index."""
    world = frozen_lake(4, 0.0)

    def first_success(rng: np.random.Generator, most: int, by_index: bool) -> int:
        run = tabular.q_learning(world, tabular.blank(world), most, 0.5, 0.95, 0.1, rng, by_index)
        return next((count for count, episode in enumerate(run, start=1) if episode.total > 0), most + 1)

    rngs = np.random.default_rng(seed).spawn(28)
    random = np.array([first_success(rng, 500, False) for rng in rngs[:20]])
    by_index = np.array([first_success(rng, 1_000, first) for rng in rngs[20:]])
    reached, lucky = int((random <= 500).sum()), int((by_index <= 1_000).sum())
    median = float(np.median(random))
    return Verdict(
        reached >= 17 and median <= 150 and lucky <= 2,
        {
            "agents of 20 with random ties that reached the goal": reached,
            "median first success": median,
            "agents of 8 with the lowest index first that did": lucky,
        },
        f"{reached} of 20 agents with random ties reached the goal within 500 episodes, half of them within "
        f"{median:.0f}; of the 8 agents {'with the lowest index first' if first else 'beside them'} {lucky} did within "
        "1,000.",
    )


EXPERIMENT = Experiment(
    "lake",
    LakeSettings,
    run_lake,
    claim_lake,
    Sabotage("random ties on both sides", lambda seed: claim_lake(seed, first=False)),
    shows=(tabular.q_learning, tabular.choose, tabular.monte_carlo_control, lock_step.q_learning),
)
