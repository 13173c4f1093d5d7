"""Tabular learners beside plain re-tellings, exact values, and one another."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise

import gymnasium
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import DataRefused
from engine.reinforcement_learning import lock_step, off_policy, random_walk, tabular
from engine.reinforcement_learning.grid_worlds import (
    cliff_walk,
    frozen_lake,
    greedy,
    greedy_path,
    optimal_values,
    policy_values,
)

Q_AND_SARSA = pytest.mark.parametrize("rule", [tabular.q_learning, tabular.sarsa])


def choose_by_hand(row: np.ndarray, epsilon: float, explore: float, pick: float, first: bool) -> int:
    if explore < epsilon:
        return int(pick * 4)
    best = np.flatnonzero(row == row.max())
    return int(best[0] if first else best[int(pick * len(best))])


@given(
    st.lists(st.sampled_from([-1.0, 0.0, 0.5]), min_size=4, max_size=4),
    st.floats(0, 1),
    st.floats(0, 0.999),
    st.floats(0, 0.999),
    st.booleans(),
)
def test_choices_one_by_one_and_together(
    row: list[float], epsilon: float, explore: float, pick: float, first: bool
) -> None:
    wanted = choose_by_hand(np.array(row), epsilon, explore, pick, first)
    assert tabular.choose(row, epsilon, explore, pick, first) == wanted
    together = lock_step.choose(np.array([row, row]), epsilon, np.full(2, explore), np.full(2, pick), first)
    assert together.tolist() == [wanted, wanted]


@pytest.mark.parametrize("name", ["q_learning", "sarsa"])
@pytest.mark.parametrize("slip", [None, 0.0, 0.5])
def test_learning_in_gymnasium_itself_gives_the_same_table(name: str, slip: float | None) -> None:
    """The textbook loop on gymnasium's own environment, fed the same uniform numbers, is the oracle."""
    world = cliff_walk(60) if slip is None else frozen_lake(4, slip, 60)
    env = (
        gymnasium.make("CliffWalking-v1")
        if slip is None
        else gymnasium.make("FrozenLake-v1", is_slippery=slip > 0, success_rate=1 - slip)
    ).unwrapped
    env.reset(seed=0)
    luck = tabular.uniforms(np.random.default_rng(5))

    class Fed:  # what gymnasium draws its outcomes with
        def random(self) -> float:
            return next(luck)

    begun = np.random.default_rng(6).normal(size=(env.observation_space.n, 4))  # so that every update counts
    Q = begun.copy()
    totals = []
    for _ in range(40):
        state, total = world.start, 0.0
        env.s = state
        action = choose_by_hand(Q[state], 0.2, next(luck), next(luck), False) if name == "sarsa" else -1
        for _step in range(world.limit):
            if name == "q_learning":
                action = choose_by_hand(Q[state], 0.2, next(luck), next(luck), False)
            env._np_random = Fed()
            after, reward, terminated, _, _ = env.step(action)
            following = choose_by_hand(Q[after], 0.2, next(luck), next(luck), False) if name == "sarsa" else -1
            ahead = Q[after, following] if name == "sarsa" else Q[after].max()
            Q[state, action] += 0.3 * (reward + 0.9 * ahead * (not terminated) - Q[state, action])
            state, action, total = after, following, total + reward
            if terminated:
                break
        totals.append(total)
    ours = begun.tolist()
    episodes = list(getattr(tabular, name)(world, ours, 40, 0.3, 0.9, 0.2, np.random.default_rng(5)))
    assert np.array(ours) == pytest.approx(Q, abs=1e-12)
    assert [one.total for one in episodes] == pytest.approx(totals)
    assert np.abs(Q - begun).max() > 0.5


def test_q_learning_finds_the_optimal_values_of_the_cliff() -> None:
    world, Q = cliff_walk(), tabular.blank(cliff_walk())
    for _ in tabular.q_learning(world, Q, 3_000, 1.0, 0.95, 0.5, np.random.default_rng(1)):
        pass
    assert np.array(Q)[world.acting] == pytest.approx(optimal_values(world, 0.95)[world.acting], abs=1e-6)


LEFT = cliff_walk().acting[cliff_walk().acting % 12 < 4]  # where a random walker comes often


def test_sarsa_with_only_random_moves_learns_the_random_walkers_values() -> None:
    world, Q = cliff_walk(), tabular.blank(cliff_walk())
    for _ in tabular.sarsa(world, Q, 300, 0.02, 0.8, 1.0, np.random.default_rng(1)):
        pass
    own, best = policy_values(world, np.full((48, 4), 0.25), 0.8), optimal_values(world, 0.8)
    assert np.abs(np.array(Q) - own)[LEFT].mean() < 0.1 * np.abs(best - own)[LEFT].mean()


def test_an_end_is_worth_its_reward_and_nothing_after() -> None:
    world = frozen_lake()
    for rule in (tabular.q_learning, tabular.sarsa):
        Q = tabular.blank(world)
        Q[15] = [9.0] * 4  # the goal's own row must never be asked
        Q[5] = [9.0] * 4  # nor a hole's
        for _ in rule(world, Q, 300, 1.0, 1.0, 1.0, np.random.default_rng(0)):
            pass
        assert Q[14][2] == 1.0
        assert Q[1][1] == 0.0


@Q_AND_SARSA
def test_episodes_are_cut_off_at_the_limit(rule: Callable[..., object]) -> None:
    world = frozen_lake(4, 0.0, 7)
    episodes = list(rule(world, tabular.blank(world), 30, 0.5, 0.9, 0.0, np.random.default_rng(0), True))  # left only
    assert {(one.steps, one.ended, one.total) for one in episodes} == {(7, False, 0.0)}


def test_first_index_goes_left_and_random_ties_go_everywhere() -> None:
    rng = np.random.default_rng(0)
    world = frozen_lake(4, 0.0, 10)
    assert set(tabular.play(world, tabular.blank(world), 0.0, rng, 50, first=True).states.tolist()) == {0}
    assert len({*tabular.play(world, tabular.blank(world), 0.0, rng, 50).states.tolist()}) > 1


def test_playing_follows_the_table_and_counts_rewards() -> None:
    world = cliff_walk()
    best = optimal_values(world, 0.95).tolist()
    played = tabular.play(world, best, 0.0, np.random.default_rng(0), 100)
    assert played.states.tolist() == greedy_path(world, np.array(best))[0]
    assert played.rewards.tolist() == [-1.0] * 13
    fallen = tabular.play(world, best, 1.0, np.random.default_rng(0), 100)
    drops = np.flatnonzero(fallen.rewards == -100)
    assert len(drops)
    assert (fallen.states[drops + 1] == world.start).all()


# --- Monte Carlo ------------------------------------------------------------------------------------------------


def test_exploring_starts_find_the_optimal_policy() -> None:
    world, Q = frozen_lake(), tabular.blank(frozen_lake())
    for _ in tabular.monte_carlo_control(world, Q, 6_000, 0.9, np.random.default_rng(2)):
        pass
    best = optimal_values(world, 0.9)
    assert greedy_path(world, np.array(Q))[1]
    chosen = np.array(Q)[world.acting].argmax(axis=1)
    assert (best[world.acting, chosen] >= best[world.acting].max(axis=1) - 1e-9).mean() >= 0.8


def test_monte_carlo_averages_the_returns_of_first_visits_in_gymnasium() -> None:
    """The textbook's algorithm on gymnasium's table, with lists of returns and a look at every earlier step."""
    world = frozen_lake(4, 0.3, 40)
    table = gymnasium.make("FrozenLake-v1", is_slippery=True, success_rate=0.7).unwrapped.P
    acting = [state for state in range(16) if state not in (5, 7, 11, 12, 15)]
    luck = tabular.uniforms(np.random.default_rng(9))
    Q, returns = np.zeros((16, 4)), {}
    for _ in range(400):
        state, action = acting[int(next(luck) * len(acting))], int(next(luck) * 4)
        passed, ended = [], False
        while not ended and len(passed) < 40:
            draw = next(luck)
            heights = np.cumsum([p for p, *_ in table[state][action]])
            _, after, reward, ended = table[state][action][int(np.argmax(heights > draw))]
            passed.append((state, action, reward))
            state, action = after, choose_by_hand(Q[after], 0.0, 1.0, next(luck), False)
        for t, (state, action, _reward) in enumerate(passed):
            if (state, action) not in [(s, a) for s, a, _ in passed[:t]]:
                G = sum(0.9**k * r for k, (*_, r) in enumerate(passed[t:]))
                returns.setdefault((state, action), []).append(G)
        for (state, action), seen in returns.items():
            Q[state, action] = np.mean(seen)
    ours = tabular.blank(world)
    for _ in tabular.monte_carlo_control(world, ours, 400, 0.9, np.random.default_rng(9)):
        pass
    assert np.array(ours) == pytest.approx(Q, abs=1e-9)
    assert Q.any()


def test_monte_carlo_estimates_the_expected_reward_of_a_single_step() -> None:
    """With a limit of one step a return is one reward: the average must be the expected reward of the pair."""
    world = frozen_lake(4, 0.5, 1)
    Q = tabular.blank(world)
    for _ in tabular.monte_carlo_control(world, Q, 20_000, 0.9, np.random.default_rng(3)):
        pass
    assert np.array(Q)[world.acting] == pytest.approx(world.expected[0][world.acting], abs=0.1)
    assert np.array(Q)[14, 2] == pytest.approx(0.5, abs=0.1)


# --- lock step --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize("world", [cliff_walk(80), frozen_lake(4, 0.0), frozen_lake(4, 2 / 3), frozen_lake(8, 0.2, 30)])
def test_agents_in_lock_step_are_single_agents_bit_for_bit(world: object, first: bool) -> None:
    how = (0.3, 0.95, 0.1)
    seeds = np.random.SeedSequence(7).spawn(6)

    def learn(Q: tabular.Table, rng: np.random.Generator) -> object:
        return tabular.q_learning(world, Q, 60, *how, rng, first)

    alone = lock_step.one_by_one(world, [np.random.default_rng(one) for one in seeds], 60, learn, every=20)
    together = lock_step.q_learning(world, [np.random.default_rng(one) for one in seeds], 60, *how, first, every=20)
    assert np.array_equal(alone.totals, together.totals)
    assert alone.steps == together.steps
    assert np.array_equal(alone.tables, together.tables)
    assert together.tables.shape == (6, 3, *world.chance.shape[:2])


def test_one_by_one_keeps_only_the_last_table_unless_asked() -> None:
    world = frozen_lake()
    rngs = np.random.default_rng(0).spawn(2)
    learned = lock_step.one_by_one(world, rngs, 5, lambda Q, rng: tabular.q_learning(world, Q, 5, 0.5, 0.9, 0.1, rng))
    assert learned.totals.shape == (2, 5)
    assert learned.tables.shape == (2, 1, 16, 4)
    nobody = lock_step.one_by_one(world, [], 5, lambda Q, rng: iter(()))
    assert nobody.tables.shape == (0, 1, 16, 4)


# --- the random walk --------------------------------------------------------------------------------------------


def walked_by_hand(
    walks: random_walk.Walks, alpha: float, start: float, method: str, first: bool = False
) -> np.ndarray:
    """Return the last values of every walker, learned episode by episode as the textbook writes it, shape (w, n)."""
    values = []
    for walker in range(walks.walkers):
        V = [0.0] + [start] * walks.n + [0.0]
        passed, finished = [], 0
        for state, after, reward in zip(
            walks.states[:, walker], walks.after[:, walker], walks.rewards[:, walker], strict=True
        ):
            passed.append(state)
            if method == "td":
                V[state] += alpha * (reward + V[after] - V[state])
            if after in (0, walks.n + 1):
                if method == "mc":
                    for place, visited in enumerate(passed):
                        if not (first and visited in passed[:place]):
                            V[visited] += alpha * (reward - V[visited])
                passed, finished = [], finished + 1
                if finished == walks.episodes:
                    break
        values.append(V[1:-1])
    return np.array(values)


@pytest.mark.parametrize("n", [1, 5, 7])
def test_walkers_learn_as_the_textbook_says(n: int) -> None:
    walks = random_walk.walk(n, 12, 9, np.random.default_rng(4))
    alphas = np.array([0.05, 0.3])
    for k, alpha in enumerate(alphas):
        td = random_walk.td0(walks, alphas, 0.4)
        assert td.shape == (10, 2, 12, n)
        assert td[-1, k] == pytest.approx(walked_by_hand(walks, alpha, 0.4, "td"), abs=1e-12)
        for first in (False, True):
            mc = random_walk.monte_carlo(walks, alphas, 0.4, first=first)
            assert mc[-1, k] == pytest.approx(walked_by_hand(walks, alpha, 0.4, "mc", first), abs=1e-12)


def test_history_ends_with_what_is_kept_without_it() -> None:
    walks = random_walk.walk(5, 8, 6, np.random.default_rng(0))
    for method in (random_walk.td0, random_walk.monte_carlo):
        alphas = np.array([0.1, 0.2])
        whole, last = method(walks, alphas, 0.5), method(walks, alphas, 0.5, history=False)
        assert np.array_equal(whole[-1:], last)
        assert (whole[0] == 0.5).all()


def test_true_values_are_the_linear_systems_solution() -> None:
    n = 7
    moves = 0.5 * (np.eye(n, k=1) + np.eye(n, k=-1))
    earned = np.append(np.zeros(n - 1), 0.5)
    assert random_walk.true_values(n) == pytest.approx(np.linalg.solve(np.eye(n) - moves, earned), abs=1e-12)


def test_walkers_walk_step_by_step_from_the_middle() -> None:
    walks = random_walk.walk(5, 40, 10, np.random.default_rng(1))
    assert (np.abs(walks.after - walks.states) == 1).all()
    assert (walks.states[0] == 3).all()
    assert (walks.states[1:][walks.left[:-1]] == 3).all()
    assert (walks.states[1:] == np.where(walks.left, 3, walks.after)[:-1]).all()
    assert (walks.left.sum(axis=0) >= 10).all()
    assert np.array_equal(walks.rewards, (walks.after == 6).astype(float))


def test_first_targets_are_read_off_the_walk() -> None:
    walks = random_walk.Walks(
        3,
        1,
        np.array([[2, 2], [1, 3], [2, 2], [3, 2]]),
        np.array([[1, 3], [2, 4], [3, 1], [4, 1]]),
        np.array([[0.0, 0.0], [0.0, 1.0], [0.0, 0.0], [1.0, 0.0]]),
    )
    returns, targets = random_walk.first_targets(walks, 1, 0.25)
    assert returns.tolist() == [1.0]  # the second walker never came to state 1 in its first episode
    assert targets.tolist() == [0.25]
    returns, targets = random_walk.first_targets(walks, 3, 0.25)
    assert returns.tolist() == targets.tolist() == [1.0, 1.0]


def test_a_walk_without_a_middle_is_refused() -> None:
    with pytest.raises(DataRefused, match="odd number of states; got 4"):
        random_walk.walk(4, 1, 1, np.random.default_rng(0))


# --- off-policy --------------------------------------------------------------------------------------------------


def test_a_walker_keeps_to_its_policy_and_to_the_world() -> None:
    world = cliff_walk()
    behaviour = np.tile([0.5, 0.25, 0.0, 0.25], (48, 1))
    walked = off_policy.wander(world, behaviour, 20_000, np.random.default_rng(0))
    for (state, action, reward, after, ended, following), later in pairwise(walked):
        assert world.outcomes[state][action][0][1:] == (after, reward, ended)
        assert later[:2] == (world.start if ended else after, following)
    counts = np.bincount([action for _, action, *_ in walked], minlength=4) / len(walked)
    assert counts == pytest.approx([0.5, 0.25, 0.0, 0.25], abs=0.02)


def test_a_walker_starts_again_after_an_end() -> None:
    world = frozen_lake(4, 0.5)
    walked = off_policy.wander(world, np.full((16, 4), 0.25), 3_000, np.random.default_rng(0))
    ends = [earlier for earlier in walked[:-1] if earlier[4]]
    assert len(ends) > 100
    for earlier, later in pairwise(walked):
        assert later[:2] == (world.start if earlier[4] else earlier[3], earlier[5])


def test_replay_keeps_the_order_and_draws_from_the_past() -> None:
    walked = [(step, 0, 0.0, 0, False, 0) for step in range(500)]
    mixed = off_policy.with_replay(walked, 3, np.random.default_rng(0))
    numbers = np.array([step for step, *_ in mixed]).reshape(500, 4)
    assert numbers[:, 0].tolist() == list(range(500))
    assert (numbers[:, 1:] <= numbers[:, :1]).all()
    assert (numbers[1:, 1:] == numbers[1:, :1]).any()


def test_weights_turn_the_walkers_mean_into_the_targets() -> None:
    rng = np.random.default_rng(0)
    target, behaviour = rng.dirichlet(np.ones(4), 5), rng.dirichlet(np.ones(4), 5)
    values = rng.normal(size=(5, 4))
    weights = off_policy.importance_weights(target, behaviour)
    assert (behaviour * weights * values).sum(axis=1) == pytest.approx((target * values).sum(axis=1), abs=1e-12)
    assert off_policy.importance_weights(np.ones((1, 1)), np.zeros((1, 1))) == 0.0


def test_effective_sample_sizes() -> None:
    assert off_policy.effective_sample_size(np.ones(7)) == 7.0
    assert off_policy.effective_sample_size(np.array([4.0, 0.0, 0.0, 0.0])) == 1.0
    assert off_policy.effective_sample_size(np.zeros(3)) == 0.0


def test_each_learner_finds_what_it_should_in_expectation() -> None:
    """With step sizes that fall with the visits the noise dies down, and each table must come near its exact values."""
    world, gamma = cliff_walk(), 0.8
    best, behaviour = optimal_values(world, gamma), np.full((48, 4), 0.25)
    own = policy_values(world, behaviour, gamma)
    weights = off_policy.importance_weights(greedy(best, first=True), behaviour).tolist()
    walked = off_policy.wander(world, behaviour, 60_000, np.random.default_rng(1))
    for learn, exact in (
        (off_policy.q_learning, best),
        (off_policy.sarsa, own),
        (partial(off_policy.weighted_sarsa, weights=weights), best),
    ):
        Q, visits = tabular.blank(world), np.zeros((48, 4))
        for step in walked:
            visits[step[0], step[1]] += 1
            learn([step], Q, alpha=visits[step[0], step[1]] ** -0.7, gamma=gamma)
        assert np.abs(np.array(Q) - exact)[LEFT].mean() < 0.1 * np.abs(best - own)[LEFT].mean()


def test_studying_measures_at_its_moments() -> None:
    world = cliff_walk()
    best = optimal_values(world, 0.9)
    walked = off_policy.wander(world, np.full((48, 4), 0.25), 400, np.random.default_rng(0))
    learn = partial(off_policy.q_learning, alpha=0.5, gamma=0.9)
    lesson = off_policy.study(world, walked, learn, (100, 400), best, np.zeros_like(best))
    Q = tabular.blank(world)
    for k, (start, stop) in enumerate(((0, 100), (100, 400))):
        learn(walked[start:stop], Q)
        gaps = np.abs(np.array(Q) - best)[world.acting]
        assert lesson.to_best[k] == gaps.mean()
        assert lesson.to_own[k] == np.abs(np.array(Q))[world.acting].mean()
    assert lesson.farthest == gaps.max()
    assert np.array_equal(lesson.Q, np.array(Q))
