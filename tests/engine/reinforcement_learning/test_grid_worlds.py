"""Grid worlds beside gymnasium itself, and exact values beside other ways to them."""

from __future__ import annotations

import gymnasium
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.reinforcement_learning.grid_worlds import (
    CLIFF,
    GOAL,
    HOLE,
    START,
    GridWorld,
    chance_of_goal,
    cliff_walk,
    frozen_lake,
    greedy,
    greedy_path,
    optimal_values,
    policy_values,
)

WORLDS = {
    "cliff": (cliff_walk(), lambda: gymnasium.make("CliffWalking-v1")),
    "lake": (frozen_lake(), lambda: gymnasium.make("FrozenLake-v1", is_slippery=False)),
    "slippery lake": (frozen_lake(4, 2 / 3), lambda: gymnasium.make("FrozenLake-v1")),
    "large lake": (
        frozen_lake(8, 0.3),
        lambda: gymnasium.make("FrozenLake-v1", map_name="8x8", is_slippery=True, success_rate=0.7),
    ),
}
every_world = pytest.mark.parametrize("name", WORLDS)


@every_world
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_steps_are_gymnasiums_steps(name: str, seed: int) -> None:
    world, make = WORLDS[name]
    env = make().unwrapped
    actions = np.random.default_rng(seed).integers(4, size=2_000)
    state, _ = env.reset(seed=seed)
    luck = np.random.default_rng(0)
    luck.bit_generator.state = env.np_random.bit_generator.state  # the same uniform numbers from here on
    assert state == world.start
    for action in actions:
        reached, reward, terminated, _, _ = env.step(int(action))
        after, earned, ended = world.step(np.array([state]), np.array([action]), luck.random(1))
        assert (after[0], earned[0], ended[0]) == (reached, reward, terminated)
        state = reached
        if terminated:
            state, _ = env.reset()
            luck.random()  # what the reset drew


@every_world
def test_the_distribution_is_gymnasiums_table(name: str) -> None:
    world, make = WORLDS[name]
    table = make().unwrapped.P
    reward, onward = world.expected
    for state, actions in table.items():
        for action, outcomes in actions.items():
            ahead = np.zeros(len(table))
            for probability, reached, _, ended in outcomes:
                ahead[reached] += probability * (not ended)
            assert onward[state, action] == pytest.approx(ahead, abs=1e-15)
            assert reward[state, action] == pytest.approx(sum(p * r for p, _, r, _ in outcomes), abs=1e-12)


@every_world
def test_many_agents_step_as_one_does(name: str) -> None:
    world, _ = WORLDS[name]
    rng = np.random.default_rng(3)
    states, actions, luck = rng.choice(world.acting, 300), rng.integers(4, size=300), rng.random(300)
    together = world.step(states, actions, luck)
    for i in range(300):
        alone = world.step(*(x[i : i + 1] for x in (states, actions, luck)))
        assert [one[i] for one in together] == [one[0] for one in alone]


@every_world
def test_lists_and_arrays_hold_one_table(name: str) -> None:
    world, _ = WORLDS[name]
    for state, row in enumerate(world.outcomes):
        for action, pair in enumerate(row):
            assert [one[0] for one in pair] == np.cumsum(world.chance[state, action]).tolist()
            assert [one[1:] for one in pair] == list(
                zip(world.after[state, action], world.reward[state, action], world.ends[state, action], strict=True)
            )


def test_slippery_steps_come_as_often_as_the_table_says() -> None:
    world = frozen_lake(4, 2 / 3)
    n = 30_000
    luck = (np.arange(n) + 0.5) / n  # every n-th part of the unit interval once
    after, _, _ = world.step(np.full(n, 9), np.full(n, 1), luck)  # from cell 9, down, into a row of floor and holes
    reached, counts = np.unique(after, return_counts=True)
    assert dict(zip(reached.tolist(), (counts / n).tolist(), strict=True)) == pytest.approx(
        {8: 1 / 3, 13: 1 / 3, 10: 1 / 3}, abs=1e-4
    )


def test_maps_say_where_things_are() -> None:
    cliff, lake = "".join(cliff_walk().map), "".join(frozen_lake().map)
    assert cliff[36] == START and cliff[37:47] == CLIFF * 10 and cliff[47] == GOAL  # noqa: PT018
    env = gymnasium.make("FrozenLake-v1", is_slippery=False).unwrapped
    assert lake.replace(".", "F") == "".join(cell.decode() for cell in env.desc.ravel())
    assert lake.count(HOLE) == 4
    for world, _ in WORLDS.values():
        ends = {int(state) for state in world.after[world.ends]}
        assert ends.isdisjoint(world.acting.tolist())


def test_nobody_can_write_into_a_shared_table() -> None:
    with pytest.raises(ValueError, match="read-only"):
        cliff_walk().reward[0, 0, 0] = 5.0


# --- exact values ----------------------------------------------------------------------------------------------


@every_world
@pytest.mark.parametrize("gamma", [0.9, 0.99])
def test_optimal_values_solve_bellmans_equation(name: str, gamma: float) -> None:
    world, make = WORLDS[name]
    Q = optimal_values(world, gamma)
    for state, actions in make().unwrapped.P.items():  # straight from gymnasium's table
        for action, outcomes in actions.items():
            right = sum(p * (r + gamma * Q[reached].max() * (not ended)) for p, reached, r, ended in outcomes)
            assert Q[state, action] == pytest.approx(right, abs=1e-8)


@every_world
def test_the_greedy_policys_values_are_the_optimal_ones(name: str) -> None:
    world, _ = WORLDS[name]
    Q = optimal_values(world, 0.95)
    assert policy_values(world, greedy(Q), 0.95) == pytest.approx(Q, abs=1e-8)


def random_policy(world: GridWorld, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).dirichlet(np.ones(4), size=len(world.chance))


@every_world
def test_no_policy_beats_the_optimal_values(name: str) -> None:
    world, _ = WORLDS[name]
    best = optimal_values(world, 0.95)
    for seed in range(5):
        assert (policy_values(world, random_policy(world, seed), 0.95) <= best + 1e-9).all()


@every_world
def test_policy_values_are_what_sweeping_ends_with(name: str) -> None:
    world, make = WORLDS[name]
    policy = random_policy(world, 4)
    table = make().unwrapped.P
    Q = np.zeros((len(table), 4))
    for _ in range(400):  # 0.9⁴⁰⁰ is below 1e-18
        v = (policy * Q).sum(axis=1)
        Q = np.array(
            [
                [sum(p * (r + 0.9 * v[s] * (not ended)) for p, s, r, ended in actions[a]) for a in range(4)]
                for actions in table.values()
            ]
        )
    assert policy_values(world, policy, 0.9) == pytest.approx(Q, abs=1e-9)


def test_the_best_path_along_the_cliff_has_thirteen_steps() -> None:
    path, arrives = greedy_path(cliff_walk(), optimal_values(cliff_walk(), 0.95))
    assert arrives
    assert path == [36, *range(24, 36), 47]


def test_a_greedy_path_that_goes_round_ends_where_it_began_to() -> None:
    Q = np.zeros((48, 4))
    Q[36, 0] = Q[24, 2] = 1.0  # up, and down again
    assert greedy_path(cliff_walk(), Q) == ([36, 24, 36], False)


def test_a_greedy_path_into_a_hole_does_not_arrive() -> None:
    Q = np.zeros((16, 4))
    Q[0, 2] = Q[1, 1] = 1.0  # right, down
    assert greedy_path(frozen_lake(), Q) == ([0, 1, 5], False)


@given(st.lists(st.sampled_from([0.0, 1.0, 2.0]), min_size=4, max_size=4))
def test_greedy_shares_among_the_best(values: list[float]) -> None:
    shared, first = greedy(np.array([values]))[0], greedy(np.array([values]), first=True)[0]
    best = [action for action, value in enumerate(values) if value == max(values)]
    assert shared.tolist() == [1 / len(best) if action in best else 0.0 for action in range(4)]
    assert first.tolist() == [float(action == best[0]) for action in range(4)]


def test_chances_are_what_playing_in_gymnasium_comes_to() -> None:
    world = frozen_lake(4, 2 / 3)
    policy = greedy(optimal_values(world, 0.99))
    chance = float(chance_of_goal(world, policy[None])[0])
    env = gymnasium.make("FrozenLake-v1")  # with its own limit of 100 steps
    env.reset(seed=1)
    won = []
    for _ in range(1_500):
        state, over = env.reset()[0], False
        while not over:
            state, reward, terminated, truncated, _ = env.step(int(policy[state].argmax()))
            over = terminated or truncated
        won.append(reward)
    assert abs(np.mean(won) - chance) < 4 * np.sqrt(chance * (1 - chance) / len(won))
    assert 0.7 < chance <= float(chance_of_goal(world)[0]) < 0.83


def test_without_slip_the_best_chance_is_one() -> None:
    assert chance_of_goal(frozen_lake())[0] == 1.0
    assert chance_of_goal(frozen_lake(), np.full((1, 16, 4), 0.25))[0] < 0.02
