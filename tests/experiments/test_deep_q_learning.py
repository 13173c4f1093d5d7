"""What is special about Q-functions and deep Q-learning; the contract test has the rest."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import gymnasium
import numpy as np
import pytest

from engine.data import Floats
from engine.ends import Diverged, Done, End
from engine.errors import DataRefused
from engine.experiments.deep_q_learning.dqn import HARD, NETWORKS, NO_TARGET, DqnSettings, reopen_dqn, run_dqn
from engine.experiments.deep_q_learning.futures import FuturesSettings, run_futures
from engine.experiments.deep_q_learning.gamma import CORRECTED, PRINTED, GammaSettings, run_gamma
from engine.experiments.deep_q_learning.max import MaxSettings, run_max
from engine.experiments.deep_q_learning.shared import CELLS, DRAWN, GREEDY, GRID, MOVES, UNIFORM
from engine.experiments.deep_q_learning.training import (
    CURVE,
    EXAM,
    DqnSnapshot,
    Training,
    agent_of,
    learning_curve,
    value_map,
)
from engine.experiments.deep_q_learning.worked import worked
from engine.reinforcement_learning.decision_processes import random_process


def first(run: Iterator[DqnSnapshot], count: int) -> list[DqnSnapshot]:
    return list(itertools.islice(run, count))


def to_the_end(run: Training) -> tuple[list[DqnSnapshot], End]:
    snapshots = []
    while True:
        try:
            snapshots.append(next(run))
        except StopIteration as stop:
            return snapshots, stop.value


# --- futures, gamma, max -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", [DRAWN, UNIFORM, GREEDY])
@pytest.mark.parametrize("state", [1, 5])
def test_the_mean_of_futures_is_near_q_whatever_pair_and_policy(state: int, policy: str) -> None:
    outcome = run_futures(FuturesSettings(state=state, action=3, policy=policy, rollouts=3_000))
    assert abs(outcome.mean - outcome.exact) < 4.5 * outcome.error
    assert outcome.means[-1] == pytest.approx(outcome.mean)
    assert outcome.error == pytest.approx(outcome.returns.std(ddof=1) / np.sqrt(3_000))
    assert outcome.paths[-1] == pytest.approx(outcome.returns[:40])


def test_without_a_discount_on_the_future_only_the_first_reward_counts() -> None:
    outcome = run_futures(FuturesSettings(gamma=0.0, rollouts=50))
    assert np.ptp(outcome.returns) == 0
    assert outcome.exact == pytest.approx(outcome.mean)


@pytest.mark.parametrize(("cell", "move"), [(CELLS[0], "east"), (CELLS[-1], "west"), (CELLS[4], "north")])
def test_on_the_grid_the_best_policy_is_worth_more_than_chance(cell: str, move: str) -> None:
    best, chance = (
        run_futures(FuturesSettings(world=GRID, cell=cell, move=move, policy=policy, gamma=0.95, rollouts=2_000))
        for policy in (GREEDY, UNIFORM)
    )
    assert best.exact > chance.exact + 0.2
    assert abs(best.mean - best.exact) < 4.5 * best.error
    assert len(best.values) == len(CELLS) + 2  # two exits, in which nobody starts
    assert set(MOVES) == {"north", "east", "south", "west"}


def next_values(settings: GammaSettings, Q: Floats) -> Floats:
    """Return the mean value of the best next action for every pair, with its end counted, pair by pair."""
    process = random_process(np.random.default_rng(settings.seed), settings.states, 3, settings.ending)
    S, A = Q.shape
    return np.array(
        [
            [(1 - settings.ending) * sum(process.moves[s, a, to] * max(Q[to]) for to in range(S)) for a in range(A)]
            for s in range(S)
        ]
    )


@pytest.mark.parametrize("gamma", [0.0, 0.5, 0.9, 1.0])
def test_the_printed_recursion_is_off_by_the_missing_share_of_the_next_value(gamma: float) -> None:
    printed, right = (run_gamma(GammaSettings(gamma=gamma, recursion=one)) for one in (PRINTED, CORRECTED))
    assert right.residual < 1e-9
    if gamma == 1:
        assert printed.residual < 1e-9
    else:
        assert printed.residual > 0.01
    surplus = (1 - gamma) * next_values(GammaSettings(gamma=gamma), printed.left)
    assert printed.right - printed.left == pytest.approx(surplus, abs=1e-9)
    assert np.interp(gamma, printed.gammas, printed.printed) == pytest.approx(printed.residual, abs=1e-9)
    assert right.corrected.max() < 1e-9


@pytest.mark.parametrize("maximise", [False, True])
def test_sweeps_end_at_the_fixed_point_of_their_equation(maximise: bool) -> None:
    snapshots = list(run_max(MaxSettings(maximise=maximise)))
    last = snapshots[-1]
    fixed = last.optimal_value if maximise else last.policy_value
    assert np.abs(last.Q - fixed).max() <= 0.009 + 1e-9  # a change of 0.001 is at most 0.001·γ/(1 − γ) from the end
    assert not snapshots[0].Q.any()
    assert [one.sweep for one in snapshots] == list(range(len(snapshots)))


def test_of_the_best_policy_both_fixed_points_are_one() -> None:
    last = list(run_max(MaxSettings(policy=GREEDY)))[-1]
    assert last.policy_value == pytest.approx(last.optimal_value, abs=1e-9)


def test_the_default_shows_a_consistent_q_that_misleads() -> None:
    last = list(run_max(MaxSettings()))[-1]
    assert (last.policy_value.argmax(axis=1) != last.optimal_value.argmax(axis=1)).any()


# --- dqn ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def solved() -> DqnSnapshot:
    """A run with the default settings to its end."""
    snapshots, end = to_the_end(run_dqn(DqnSettings()))
    assert end == Done()
    assert snapshots[-1].solved == snapshots[-1].transitions
    assert sum(bool(one.solved) for one in snapshots) == 1
    return snapshots[-1]


def test_the_default_solves_cart_pole_in_gymnasium_itself(solved: DqnSnapshot) -> None:
    """100 fresh episodes, with the network evaluated by nothing but its layers."""
    agent = agent_of(DqnSettings().rules(), solved.weights)
    returns = []
    env = gymnasium.make("CartPole-v1")
    for seed in range(100):
        state, _ = env.reset(seed=seed)
        over, total = False, 0.0
        while not over:
            X = state * np.array(agent.inputs, dtype=np.float32)
            for weights, biases in agent.layers[:-1]:
                X = np.maximum(X @ weights + biases, 0)
            weights, biases = agent.layers[-1]
            state, reward, terminated, truncated, _ = env.step(int((X @ weights + biases).argmax()))
            over, total = terminated or truncated, total + float(reward)
        returns.append(total)
    assert np.mean(returns) >= 475


def test_the_values_of_the_solved_agent_lie_below_their_ceiling_and_falls_below_them(solved: DqnSnapshot) -> None:
    angles, spins, Q = value_map(DqnSettings().rules(), solved.weights, 0.0, 0.0)
    upright = Q[np.abs(spins).argmin(), np.abs(angles).argmin()].max()
    lost = Q[-1, -1].max()  # leaning right as far as it goes, and turning right fast
    assert 0 < upright < 1.5 * DqnSettings().ceiling
    assert lost < upright / 2
    assert Q.shape == (41, 41, 2)


def test_measures_are_in_steps_and_come_when_there_is_something_to_measure() -> None:
    snapshots = first(run_dqn(DqnSettings()), 3 * EXAM)
    assert snapshots[0].measures == {}
    assert "loss" not in snapshots[5].measures  # the memory is being filled
    learning = [one for one in snapshots if "loss" in one.measures]
    for one in learning:
        errors = one.targets - one.taken
        assert one.measures["TD error"] == pytest.approx(np.abs(errors).mean(), rel=1e-5)
        assert one.measures["loss"] == pytest.approx((errors**2).mean(), rel=1e-5)
        assert one.measures["Q"] == pytest.approx(one.taken.mean(), rel=1e-5)
        assert one.targets[one.fell] == pytest.approx(1.0)  # behind a fall there is nothing
    assert any(one.fell.any() for one in learning)
    assert [one.step for one in snapshots if "greedy return" in one.measures] == [EXAM, 2 * EXAM]
    assert all(1 <= one.measures["return"] <= 500 for one in snapshots if "return" in one.measures)


def test_scaled_and_plain_values_are_in_the_same_unit() -> None:
    for scaled in (True, False):
        seen = [one for one in first(run_dqn(DqnSettings(scaled=scaled)), 60) if one.fell.any()]
        assert seen
        assert all(one.targets[one.fell] == pytest.approx(1.0) for one in seen)


@pytest.mark.slow
def test_without_the_mask_nothing_holds_the_values() -> None:
    free, held = (first(run_dqn(DqnSettings(mask=mask, stop=False)), 400)[-1].measures["Q"] for mask in (False, True))
    assert held < 2 * DqnSettings().ceiling
    assert free > 2 * DqnSettings().ceiling


def test_rate_and_exploration_change_in_flight() -> None:
    run = run_dqn(DqnSettings())
    first(run, 20)
    before = next(run)
    told = run.send({"rate": 1e-5, "epsilon_start": 0.5, "epsilon_end": 0.5})
    assert told.epsilon == 0.5
    after = next(run)
    moved = np.abs(after.weights["weights1"] - told.weights["weights1"]).max()
    slow = np.abs(told.weights["weights1"] - before.weights["weights1"]).max()
    assert 0 < slow < 1e-3  # 16 steps of Adam at 1e-5, not at 1e-3
    assert 0 < moved < 1e-3
    plain = run_dqn(DqnSettings())
    fast = [one.weights["weights1"] for one in first(plain, 23)]
    assert np.abs(fast[-1] - fast[-2]).max() > 1e-3


def test_epsilon_falls_in_a_straight_line_and_stays() -> None:
    settings = DqnSettings(epsilon_start=0.8, epsilon_end=0.2, epsilon_steps=1_000)
    assert [settings.course().epsilon(at) for at in (0, 500, 1_000, 9_000)] == pytest.approx([0.8, 0.5, 0.2, 0.2])
    assert DqnSettings(epsilon_steps=0, epsilon_end=0.3).course().epsilon(0) == pytest.approx(0.3)


def test_snapshots_do_not_change_afterwards() -> None:
    run = run_dqn(DqnSettings())
    early = first(run, 20)[-1]
    kept = {name: array.copy() for name, array in early.weights.items()}
    targets = early.targets.copy()
    first(run, 5)
    assert all(np.array_equal(early.weights[name], kept[name]) for name in kept)
    assert np.array_equal(early.targets, targets)


@pytest.mark.slow
@pytest.mark.parametrize("network", list(NETWORKS))
def test_a_kept_model_goes_on_where_it_was(network: str) -> None:
    settings = DqnSettings(network=network)
    kept = first(run_dqn(settings), 25)[-1]
    again = first(reopen_dqn(settings, kept.weights, kept.step), 30)
    assert [one.step for one in again[:3]] == [kept.step, kept.step + 1, kept.step + 2]
    assert all(np.array_equal(again[0].weights[name], kept.weights[name]) for name in kept.weights)
    assert again[0].epsilon == kept.epsilon
    assert again[0].held == 0
    assert not np.array_equal(again[-1].weights["weights0"], kept.weights["weights0"])  # it learns on


@pytest.mark.parametrize("change", [{"network": "16"}, {"network": "table of 162 boxes"}])
def test_weights_of_another_network_are_refused_in_words(change: dict[str, str]) -> None:
    weights = first(run_dqn(DqnSettings()), 1)[0].weights
    with pytest.raises(DataRefused, match="do not fit"):
        next(reopen_dqn(replace(DqnSettings(), **change), weights, 3))
    with pytest.raises(DataRefused, match="do not fit"):
        next(reopen_dqn(DqnSettings(), {}, 3))


def test_numbers_that_stop_being_finite_end_the_run_in_words() -> None:
    settings = DqnSettings()
    weights = first(run_dqn(settings), 1)[0].weights
    huge = {name: array * 1e30 if name.startswith("weights") else array for name, array in weights.items()}
    _, end = to_the_end(reopen_dqn(settings, huge, 0))
    assert isinstance(end, Diverged)
    assert end.quantity == "loss"


def test_a_run_that_solves_nothing_ends_at_its_last_transition() -> None:
    snapshots, end = to_the_end(run_dqn(DqnSettings(network="none (linear)", most=5_000, batch=8)))
    assert end == Done()
    assert not snapshots[-1].solved
    assert snapshots[-1].transitions == 5_024  # 157 times 4 pushes of 8 carts


@pytest.mark.parametrize(
    "settings",
    [
        DqnSettings(replay=False),
        DqnSettings(target=NO_TARGET),
        DqnSettings(target=HARD, every=10),
        DqnSettings(double=True),
    ],
)
def test_every_switch_leads_to_another_run(settings: DqnSettings) -> None:
    plain, other = (first(run_dqn(one), 24)[-1].weights["weights0"] for one in (DqnSettings(), settings))
    assert not np.array_equal(plain, other)


@pytest.mark.slow
def test_a_curve_has_a_point_for_every_thousand_transitions_and_is_seeded() -> None:
    settings = DqnSettings(network="16", batch=8)
    at, returns = learning_curve(settings.rules(), settings.course(), 3)
    assert at.tolist() == list(range(1_000, CURVE + 1, 1_000))
    assert returns.shape == at.shape
    assert ((returns >= 8) & (returns <= 500)).all()
    assert np.array_equal(returns, learning_curve(settings.rules(), settings.course(), 3)[1])
    assert not np.array_equal(returns, learning_curve(settings.rules(), settings.course(), 4)[1])


def test_the_worked_example_is_what_a_reader_gets_by_hand() -> None:
    numbers = worked()
    by_hand = {
        "best_work": 2.5,
        "best_study": 3,
        "best_exam": 6,
        "best_rest": 1.5,
        "own_work": 1 + Fraction(10, 11),
        "own_study": Fraction(19, 11),
        "own_exam": 6,
        "own_rest": Fraction(10, 11),
        "printed_work": 4,
        "printed_study": 6,
        "printed_exam": 6,
        "printed_rest": 3,
        "v_own_a": Fraction(20, 11),
        "v_own_b": Fraction(38, 11),
        "v_best_a": 3,
        "v_best_b": 6,
        "target": 3,
        "td": 1,
        "unmasked": 8.5,
        "ceiling": 20,
    }
    assert numbers == pytest.approx({name: float(number) for name, number in by_hand.items()})
