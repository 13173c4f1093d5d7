"""Experiments of the topic "Monte Carlo, TD, SARSA and Q-learning" (section 21.4 of the primer)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Annotated

import numpy as np

from engine.data import Floats
from engine.errors import TooLarge
from engine.experiment import Choice, Experiment, Flag, Number, Sabotage, Settings, Verdict, Whole
from engine.reinforcement_learning import lock_step, off_policy, random_walk, tabular
from engine.reinforcement_learning.grid_worlds import (
    GridWorld,
    States,
    chance_of_goal,
    cliff_walk,
    frozen_lake,
    greedy,
    greedy_path,
    optimal_values,
    policy_values,
)

Estimates = random_walk.Estimates
GREEDY, EXPLORING, LEARNING = "after learning", "with random moves", "while learning"  # replays
LONGEST = 100  # steps of a replay


def read_table(world: GridWorld, Q: Floats, first: bool = False) -> tuple[Floats, Floats]:
    """Return what a table Q, shape (S, A), says: the value of each state, shape (S,), and its best moves, shape (S, A).

    The value is NaN where nobody acts, and there are no best moves where all are equal. `first` takes the lowest index
    among equal ones.
    """
    acting = np.isin(np.arange(len(Q)), world.acting)
    differ = acting & (np.ptp(Q, axis=1) > 0)
    return np.where(acting, Q.max(axis=1), np.nan), greedy(Q, first) * differ[:, None]


# --- walk: Monte Carlo and TD on the random walk ---------------------------------------------------------------

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
    walks: random_walk.Walks, alpha: float, start: float, monte_carlo: random_walk.Method, td: random_walk.Method,
    sizes: Floats,
) -> WalkOutcome:  # fmt: skip
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
        {"spread of TD": td_spread, "spread of Monte Carlo": mc_spread,
         "first TD target off by": td_off, "mean return off by": mc_off},
        f"After 30 episodes the values of 200 runs spread by {td_spread:.3f} with TD and {mc_spread:.3f} with Monte "
        f"Carlo. At state 2 the first TD target is off by {td_off:.3f} on average, the return by {mc_off:.3f}.",
    )  # fmt: skip


# --- cliff: SARSA and Q-learning side by side ------------------------------------------------------------------

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
        learn_cliff(world, rule, settings.agents, settings.episodes, settings.alpha, settings.gamma, settings.epsilon,
                    (settings.seed, kind)) for kind, rule in enumerate((tabular.sarsa, tabular.q_learning))
    )  # fmt: skip
    return CliffOutcome(world, sarsa, q_learning, len(greedy_path(world, optimal_values(world, 0.9))[0]) - 1)


def learn_cliff(
    world: GridWorld, rule: Rule, agents: int, episodes: int, alpha: float, gamma: float, epsilon: float,
    seed: tuple[int, int],
) -> Walkers:  # fmt: skip
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
        np.array([len(path) - 1 if arrives else np.nan for path, arrives in paths]), np.array(paths[0][0]),
        tabular.play(world, final[0].tolist(), epsilon, first, LONGEST), np.append(0, after), tables,
    )  # fmt: skip


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
        {"median greedy path of Q-learning": q_length, "median greedy path of SARSA": sarsa_length,
         "mean return of Q-learning": q_return, "mean return of SARSA": sarsa_return},
        f"The greedy paths take {q_length:.0f} steps with Q-learning and {sarsa_length:.0f} with SARSA; the last 200 "
        f"episodes earn {q_return:.1f} with Q-learning and {sarsa_return:.1f} with SARSA.",
    )  # fmt: skip


# --- lake: a goal that pays once -------------------------------------------------------------------------------

RANDOM, FIRST = "at random", "lowest index first"
Q_LEARNING, EXPLORING_STARTS = "Q-learning", "Monte Carlo"
SMALL, LARGE = "4 × 4", "8 × 8"
BLOCKS = 20
MOST_JUDGED = 40  # agents whose chances are computed exactly
MOST_SECONDS = 4.0  # of the longest run that the settings allow, by lock_step.seconds


@dataclass(frozen=True)
class LakeSettings(Settings):
    """The frozen lake, and how agents learn it."""

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
        world, np.arange(1, BLOCKS + 1) * every, won.reshape(settings.agents, BLOCKS, every).mean(axis=(0, 2)),
        np.array([chance_of_goal(world, greedy(Q, first)).mean() for Q in learned.tables[:MOST_JUDGED].swapaxes(0, 1)]),
        float(chance_of_goal(world)[0]), np.where(won.any(axis=1), won.argmax(axis=1) + 1, 0), learned.tables[0],
        tabular.play(world, learned.tables[0, -1].tolist(), epsilon, rngs[0], LONGEST, first),
    )  # fmt: skip


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
        {"agents of 20 with random ties that reached the goal": reached, "median first success": median,
         "agents of 8 with the lowest index first that did": lucky},
        f"{reached} of 20 agents with random ties reached the goal within 500 episodes, half of them within "
        f"{median:.0f}; of the 8 agents {'with the lowest index first' if first else 'beside them'} {lucky} did within "
        "1,000.",
    )  # fmt: skip


# --- offpolicy: learn from a walker ----------------------------------------------------------------------------

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
    behaviour: Floats, best: Floats, steps: int, alpha: float, gamma: float, rng: np.random.Generator, again: int = 0,
    q_learning: Callable[..., None] = off_policy.q_learning,
) -> OffPolicyOutcome:  # fmt: skip
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
        name: off_policy.study(world, replayed, partial(learn, alpha=alpha, gamma=gamma),
                               (moments * (1 + again)).tolist(), best, own)
        for name, learn in learners.items()
    }  # fmt: skip
    used = np.array([weights[after][later] for _, _, _, after, ended, later in walked if not ended])
    visits = np.zeros(best.shape)
    np.add.at(visits, tuple(np.array([[state, action] for state, action, *_ in walked]).T), 1)
    paths = {name: greedy_path(world, lesson.Q) for name, lesson in lessons.items()}
    return OffPolicyOutcome(
        world, best, own, moments, lessons, {name: (len(path) - 1, arrives) for name, (path, arrives) in paths.items()},
        visits, float((visits[world.acting] > 0).mean()), off_policy.effective_sample_size(used) / len(used),
        steps - len(used),
    )  # fmt: skip


def claim_offpolicy(seed: int, q_learning: Callable[..., None] = off_policy.q_learning) -> Verdict:
    """Learn from 200,000 steps of a random walker and measure the distances to the exact values."""
    best = optimal_values(cliff_walk(), 0.95)
    walker = np.full_like(best, 0.25)
    result = learn_from(walker, best, 200_000, 0.5, 0.95, np.random.default_rng(seed), q_learning=q_learning)
    q, sarsa = result.lessons["Q-learning"], result.lessons["SARSA"]
    q_path, sarsa_path = result.paths["Q-learning"], result.paths["SARSA"]
    to_own, to_best = float(sarsa.to_own[-1]), float(sarsa.to_best[-1])
    return Verdict(
        q.farthest < 1 and q_path == (13, True) and sarsa.farthest > 20 and sarsa_path != (13, True)
        and to_own < to_best / 2,
        {"largest error of Q-learning": q.farthest, "largest error of SARSA": sarsa.farthest,
         "mean distance of SARSA to the walker's values": to_own, "mean distance of SARSA to the best values": to_best},
        f"Q-learning's values are within {q.farthest:.2g} of the best policy's and its path "
        f"{described(q_path)}. SARSA's are on average {to_own:.0f} away from the walker's own values and "
        f"{to_best:.0f} from the best ones; its path {described(sarsa_path)}.",
    )  # fmt: skip


def described(path: tuple[int, bool]) -> str:
    """Say how a greedy path ends: its steps, and whether it arrives."""
    return f"takes {path[0]} steps" if path[1] else "never arrives"


# --- the lesson's worked example -------------------------------------------------------------------------------


def worked() -> dict[str, float]:
    """Return the numbers of the worked example by name."""
    episode = random_walk.Walks(
        5, 1, np.array([[3], [4], [3], [4], [5]]), np.array([[4], [3], [4], [5], [6]]),
        np.array([[0.0], [0.0], [0.0], [0.0], [1.0]]),
    )  # fmt: skip
    half = np.array([0.5])
    mc, td = (learn(episode, half, 0.5)[-1, 0, 0] for learn in (random_walk.monte_carlo, random_walk.td0))
    row = [-6.0, -4.0, -100.0, -8.0]  # up, right, down, left, in the next cell on the edge
    step = (0, 0, -1.0, 1, False, 2)  # the next action is the slip, down
    targets = {}
    for name, learn in (("q", off_policy.q_learning), ("sarsa", off_policy.sarsa)):
        Q = [[-7.0], row]
        learn([step], Q, 0.5, 1.0)
        targets[name] = Q[0][0]
    mean = 0.9 * max(row) + 0.1 * sum(row) / 4
    numbers = {
        "mc_3": mc[2], "mc_4": mc[3], "mc_5": mc[4], "td_3": td[2], "td_4": td[3], "td_5": td[4],
        "q_new": targets["q"], "sarsa_new": targets["sarsa"], "mean_next": mean, "mean_target": mean - 1,
        "weight": 1 / 0.25, "size": off_policy.effective_sample_size(np.array([4.0, 0.0, 0.0, 0.0])),
    }  # fmt: skip
    return {name: float(number) for name, number in numbers.items()}


EXPERIMENTS = (
    Experiment(
        "walk", WalkSettings, run_walk, claim_walk,
        Sabotage("the return taken as TD's target", lambda seed: claim_walk(seed, td=random_walk.monte_carlo)),
        shows=(random_walk.monte_carlo, random_walk.td0),
    ),
    Experiment(
        "cliff", CliffSettings, run_cliff, claim_cliff,
        Sabotage("no random moves, ε = 0", lambda seed: claim_cliff(seed, epsilon=0.0)),
        shows=(tabular.sarsa, tabular.q_learning, tabular.choose),
    ),
    Experiment(
        "lake", LakeSettings, run_lake, claim_lake,
        Sabotage("random ties on both sides", lambda seed: claim_lake(seed, first=False)),
        shows=(tabular.q_learning, tabular.choose, tabular.monte_carlo_control, lock_step.q_learning),
    ),
    Experiment(
        "offpolicy", OffPolicySettings, run_offpolicy, claim_offpolicy,
        Sabotage(
            "the max dropped from Q-learning", lambda seed: claim_offpolicy(seed, q_learning=off_policy.sarsa)
        ),
        shows=(off_policy.q_learning, off_policy.sarsa, off_policy.weighted_sarsa, off_policy.importance_weights),
    ),
)  # fmt: skip
