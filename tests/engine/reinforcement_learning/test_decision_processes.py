"""Exact values against published ones, brute force, and sampled futures."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data import Floats
from engine.reinforcement_learning.decision_processes import (
    GRID,
    Process,
    backup,
    cells,
    greedy,
    grid_process,
    horizon,
    optimal_value,
    policy_value,
    random_process,
    rollouts,
    sweeps,
    uniform,
)

seeds = st.integers(0, 10_000)


def a_policy(rng: np.random.Generator, process: Process) -> Floats:
    return rng.dirichlet(np.ones(process.rewards.shape[1]), size=len(process.rewards))


@given(seeds, st.floats(0, 0.95))
def test_the_value_of_a_policy_is_the_sum_of_its_discounted_rewards(seed: int, gamma: float) -> None:
    """Beside a brute force: push the distribution of states through time and add up the rewards."""
    rng = np.random.default_rng(seed)
    process = random_process(rng, 4, 3, ending=0.1)
    policy = a_policy(rng, process)
    Q = np.zeros((4, 3))
    for s, a in itertools.product(range(4), range(3)):
        pair = np.zeros((4, 3))
        pair[s, a] = 1
        for t in range(horizon(gamma, 600)):
            Q[s, a] += gamma**t * (pair * process.rewards).sum()
            ahead = np.einsum("sa,sat->t", pair * (1 - process.ending), process.moves)
            pair = ahead[:, None] * policy
    assert policy_value(process, policy, gamma) == pytest.approx(Q, abs=1e-3)


@pytest.mark.parametrize("seed", range(4))
def test_the_optimal_value_is_that_of_the_best_of_all_policies(seed: int) -> None:
    process = random_process(np.random.default_rng(seed), 4, 3)
    values = [policy_value(process, np.eye(3)[list(one)], 0.9) for one in itertools.product(range(3), repeat=4)]
    assert optimal_value(process, 0.9) == pytest.approx(np.max(values, axis=0), abs=1e-9)


@given(seeds)
def test_optimal_values_satisfy_their_equation_and_lie_above_every_policys(seed: int) -> None:
    rng = np.random.default_rng(seed)
    process = random_process(rng, 6, 2)
    best = optimal_value(process, 0.95)
    assert best == pytest.approx(backup(process, best.max(axis=1), 0.95), abs=1e-9)
    assert (best - policy_value(process, a_policy(rng, process), 0.95)).min() >= -1e-9
    assert policy_value(process, greedy(best), 0.95) == pytest.approx(best, abs=1e-9)


def test_the_grid_has_the_values_of_its_book() -> None:
    """Russell and Norvig print these utilities of the 4 × 3 world, without a discount."""
    value = dict(zip(cells(), optimal_value(grid_process(), 1.0).max(axis=1), strict=True))
    printed = [[0.812, 0.868, 0.918, 1], [0.762, None, 0.660, -1], [0.705, 0.655, 0.611, 0.388]]
    for r, row in enumerate(printed):
        for c, number in enumerate(row):
            if number is None:
                assert GRID[r][c] == "#"
            else:
                assert value[r, c] == pytest.approx(number, abs=6e-4)


@given(seeds, st.booleans())
def test_sweeps_come_nearer_to_their_fixed_point_by_gamma_each(seed: int, maximise: bool) -> None:
    rng = np.random.default_rng(seed)
    process = random_process(rng, 5, 3)
    policy = a_policy(rng, process)
    fixed = optimal_value(process, 0.8) if maximise else policy_value(process, policy, 0.8)
    far = [np.abs(Q - fixed).max() for Q in itertools.islice(sweeps(process, 0.8, None if maximise else policy), 30)]
    assert all(after <= 0.8 * before + 1e-12 for before, after in itertools.pairwise(far))


@pytest.mark.parametrize("ending", [0.0, 0.3])
def test_futures_average_to_the_exact_value(ending: float) -> None:
    rng = np.random.default_rng(5)
    process = random_process(rng, 5, 3, ending)
    policy = a_policy(rng, process)
    Q = policy_value(process, policy, 0.9)
    for pair in ((0, 0), (4, 2), (2, 1)):
        returns = rollouts(process, policy, 0.9, pair, 4_000, rng, horizon(0.9))[-1]
        assert abs(returns.mean() - Q[pair]) < 4.5 * returns.std() / np.sqrt(4_000)
        other = rollouts(process, greedy(Q), 0.9, pair, 4_000, rng, horizon(0.9))[-1]
        assert abs(other.mean() - Q[pair]) > 4.5 * other.std() / np.sqrt(4_000)


def test_every_future_begins_with_the_pair_and_stands_still_after_its_end() -> None:
    rng = np.random.default_rng(1)
    process = random_process(rng, 3, 2, ending=0.5)
    collected = rollouts(process, uniform(process), 0.9, (1, 1), 200, rng, 40)
    assert collected.shape == (40, 200)
    assert (collected[0] == process.rewards[1, 1]).all()
    assert (collected[-1] == collected[-2]).mean() > 0.99
    assert (collected[1] == collected[0]).mean() == pytest.approx(0.5, abs=0.15)


def test_from_an_exit_there_is_one_reward_and_no_more() -> None:
    grid = grid_process()
    plus = cells().index((0, 3))
    collected = rollouts(grid, uniform(grid), 0.9, (plus, 2), 50, np.random.default_rng(0), 10)
    assert (collected == 1).all()


def test_moves_are_chances() -> None:
    for process in (grid_process(), random_process(np.random.default_rng(0), 7, 2)):
        assert process.moves.sum(axis=2) == pytest.approx(np.ones(process.rewards.shape))
        assert (process.moves >= 0).all()
