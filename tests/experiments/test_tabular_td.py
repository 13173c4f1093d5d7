"""What is special about tabular learning; the contract test has the rest."""

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import InvalidSettings, TooLarge
from engine.experiments.tabular_td.cliff import CliffSettings, run_cliff
from engine.experiments.tabular_td.lake import EXPLORING_STARTS, FIRST, LARGE, LakeSettings, run_lake
from engine.experiments.tabular_td.offpolicy import MOSTLY_BEST, NEVER_DOWN, OffPolicySettings, run_offpolicy
from engine.experiments.tabular_td.shared import EXPLORING, GREEDY, LONGEST
from engine.experiments.tabular_td.walk import STEP_SIZES, WalkSettings, run_walk
from engine.experiments.tabular_td.worked import worked
from engine.reinforcement_learning import random_walk, tabular
from engine.reinforcement_learning.grid_worlds import chance_of_goal, greedy, greedy_path, policy_values

# --- walk --------------------------------------------------------------------------------------------------------


def test_estimates_are_read_off_the_values() -> None:
    outcome = run_walk(WalkSettings(alpha=0.3, episodes=12, states=7, runs=40, start=0.2, first=True, seed=8))
    walks = random_walk.walk(7, 40, 12, np.random.default_rng(8))
    true = np.arange(1, 8) / 8
    assert np.array_equal(outcome.true, true)
    for found, values in (
        (outcome.td, random_walk.td0(walks, np.array([0.3]), 0.2)),
        (outcome.monte_carlo, random_walk.monte_carlo(walks, np.array([0.3]), 0.2, first=True)),
    ):
        values = values[:, 0]
        errors = np.sqrt(((values - true) ** 2).mean(axis=2))
        assert found.error == pytest.approx(errors.mean(axis=1))
        assert found.error[0] == pytest.approx(np.sqrt(((0.2 - true) ** 2).mean()))
        assert (found.low <= found.high).all()
        assert found.mean == pytest.approx(values[-1].mean(axis=0))
        assert found.spread == pytest.approx(values[-1].std(axis=0))
        assert found.by_step[STEP_SIZES.tolist().index(0.3)] == pytest.approx(found.error[-1])


def test_the_first_td_target_is_a_guess_and_the_return_is_not() -> None:
    outcome = run_walk(WalkSettings(start=0.9, runs=300))
    assert outcome.looked_at == 2
    assert outcome.td.target_mean == pytest.approx(0.9)
    assert outcome.td.target_spread == pytest.approx(0.0)
    assert outcome.monte_carlo.target_mean == pytest.approx(1 / 3, abs=4 * np.sqrt(2 / 9 / outcome.td.targets))


def test_a_walk_needs_a_middle() -> None:
    with pytest.raises(InvalidSettings, match="must be odd; it is 4"):
        WalkSettings(states=4)


# --- cliff -------------------------------------------------------------------------------------------------------


def test_without_random_moves_both_take_the_edge() -> None:
    outcome = run_cliff(CliffSettings(epsilon=0.0, agents=3))
    for agents in (outcome.sarsa, outcome.q_learning):
        assert agents.lengths.tolist() == [13.0] * 3
        assert (agents.returns[:, -50:] == -13).all()
    assert outcome.best == 13


def test_tables_and_paths_belong_together() -> None:
    outcome = run_cliff(CliffSettings(episodes=60, agents=2, seed=5))
    for agents in (outcome.sarsa, outcome.q_learning):
        assert agents.after[0] == 0
        assert agents.after[-1] == 60
        assert len(agents.tables) == len(agents.after)
        assert not agents.tables[0].any()
        path, arrives = greedy_path(outcome.world, agents.tables[-1])
        assert agents.path.tolist() == path
        assert np.isfinite(agents.lengths[0]) == arrives
        assert len(agents.exploring.states) <= LONGEST + 1


def test_the_replay_does_not_change_what_was_learned() -> None:
    greedy_run, exploring = (run_cliff(CliffSettings(replay=one, agents=2, episodes=40)) for one in (GREEDY, EXPLORING))
    assert np.array_equal(greedy_run.sarsa.returns, exploring.sarsa.returns)
    assert np.array_equal(greedy_run.q_learning.tables, exploring.q_learning.tables)


def test_too_many_episodes_are_refused_with_numbers() -> None:
    with pytest.raises(TooLarge, match=r"needs 20,000 episodes of each kind of agent; at most 6,000 fit"):
        run_cliff(CliffSettings(agents=20, episodes=1_000))


# --- lake --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "settings",
    [
        LakeSettings(agents=6, episodes=200),
        LakeSettings(agents=6, episodes=200, slip=0.4, ties=FIRST, epsilon=0.5),
        LakeSettings(agents=3, episodes=100, size=LARGE, learner=EXPLORING_STARTS),
    ],
)
def test_success_is_counted_by_blocks_and_known_exactly(settings: LakeSettings) -> None:
    outcome = run_lake(settings)
    assert outcome.until[-1] == settings.episodes
    won = outcome.first_success[outcome.first_success > 0]
    assert (outcome.success.sum() > 0) == (len(won) > 0)
    assert ((outcome.success >= 0) & (outcome.success <= 1)).all()
    assert (outcome.known <= outcome.best + 1e-12).all()
    alone = run_lake(LakeSettings(**{**vars(settings), "agents": 1}))
    policy = greedy(alone.tables[-1], first=settings.ties == FIRST)
    assert alone.known[-1] == pytest.approx(chance_of_goal(outcome.world, policy[None])[0])


def test_more_agents_in_lock_step_begin_with_the_same_agents() -> None:
    few, many = (run_lake(LakeSettings(agents=agents, episodes=100)) for agents in (8, 200))
    assert np.array_equal(few.first_success, many.first_success[:8])
    assert np.array_equal(few.tables, many.tables)


def test_the_first_success_is_the_episode_that_first_paid() -> None:
    outcome = run_lake(LakeSettings(agents=4, episodes=100, seed=7))
    for rng, found in zip(np.random.default_rng(7).spawn(4), outcome.first_success, strict=True):
        run = tabular.q_learning(outcome.world, tabular.blank(outcome.world), 100, 0.5, 0.95, 0.1, rng)
        paid = [count for count, episode in enumerate(run, start=1) if episode.total]
        assert found == (paid[0] if paid else 0)


def test_exploring_starts_need_no_random_ties() -> None:
    by_index = run_lake(LakeSettings(ties=FIRST, agents=8))
    starts = run_lake(LakeSettings(ties=FIRST, agents=8, learner=EXPLORING_STARTS))
    assert by_index.known[-1] < 0.1
    assert starts.known[-1] > 0.9


def test_a_lake_that_would_take_too_long_is_refused() -> None:
    with pytest.raises(TooLarge, match="episodes of all agents"):
        run_lake(LakeSettings(agents=256, episodes=2_000))


# --- offpolicy ---------------------------------------------------------------------------------------------------


def test_errors_end_where_the_tables_do() -> None:
    outcome = run_offpolicy(OffPolicySettings(steps=5_000, again=2, gamma=0.9))
    acting = outcome.world.acting
    assert outcome.moments[-1] == 5_000
    for lesson in outcome.lessons.values():
        gaps = np.abs(lesson.Q - outcome.best)[acting]
        assert lesson.to_best[-1] == pytest.approx(gaps.mean())
        assert lesson.farthest == pytest.approx(gaps.max())
        assert lesson.to_own[-1] == pytest.approx(np.abs(lesson.Q - outcome.own)[acting].mean())
    assert outcome.own == pytest.approx(policy_values(outcome.world, np.full((48, 4), 0.25), 0.9))
    assert outcome.visits.sum() == 5_000
    assert outcome.counting == pytest.approx(0.25, abs=0.03)  # one move in four is the target's


def test_learning_old_steps_again_saves_new_ones() -> None:
    once, thrice = (run_offpolicy(OffPolicySettings(steps=20_000, again=again, seed=3)) for again in (0, 2))
    assert np.array_equal(once.visits, thrice.visits)
    assert thrice.lessons["Q-learning"].to_best[-1] < 0.75 * once.lessons["Q-learning"].to_best[-1]


def test_what_never_happens_is_never_learned() -> None:
    outcome = run_offpolicy(OffPolicySettings(behaviour=NEVER_DOWN, steps=20_000))
    assert outcome.ends == 0
    assert outcome.tried < 0.75
    assert outcome.lessons["Q-learning"].farthest > 100
    assert not outcome.paths["Q-learning"][1]


def test_a_walker_like_the_target_keeps_more_of_its_samples() -> None:
    counting = [
        run_offpolicy(OffPolicySettings(behaviour=MOSTLY_BEST, epsilon=epsilon, steps=10_000)).counting
        for epsilon in (0.02, 0.4, 1.0)
    ]
    assert counting[0] > 0.9
    assert counting[0] > counting[1] > counting[2]


def test_the_worked_example_can_be_redone_by_hand() -> None:
    numbers = worked()
    assert (numbers["mc_3"], numbers["mc_4"], numbers["mc_5"]) == (0.875, 0.875, 0.75)
    assert (numbers["td_3"], numbers["td_4"], numbers["td_5"]) == (0.5, 0.5, 0.75)
    assert numbers["q_new"] == -7 + 0.5 * (-5 + 7)
    assert numbers["sarsa_new"] == -7 + 0.5 * (-101 + 7)
    assert numbers["mean_next"] == pytest.approx(0.9 * -4 + 0.1 * -29.5)
    assert numbers["size"] == 1.0
