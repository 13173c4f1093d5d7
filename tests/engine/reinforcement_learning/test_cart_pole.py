"""The numpy carts against gymnasium's, step by step."""

from __future__ import annotations

import gymnasium
import numpy as np
import pytest
from gymnasium.envs.classic_control.cartpole import CartPoleEnv
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.data import Floats
from engine.reinforcement_learning.cart_pole import LEAN, LIMIT, START, TRACK, CartPoles, advance, fallen, play

finite = st.floats(-8, 8, allow_subnormal=False)


@given(arrays(float, 4, elements=finite), st.integers(0, 1))
def test_a_step_is_gymnasiums(state: Floats, action: int) -> None:
    env = CartPoleEnv()
    env.state = state
    env.steps_beyond_terminated = None
    _, reward, terminated, truncated, _ = env.step(action)
    ours = advance(state[:, None], np.array([action]))
    assert ours[:, 0] == pytest.approx(env.state, abs=1e-12, rel=1e-12)
    assert fallen(ours).tolist() == [terminated]
    assert (reward, truncated) == (1.0, False)


@pytest.mark.parametrize("seed", range(5))
def test_every_step_of_an_episode_is_gymnasiums_and_the_end_comes_when_theirs_does(seed: int) -> None:
    env = gymnasium.make("CartPole-v1")
    env.reset(seed=seed)
    state = env.unwrapped.state[:, None].copy()
    for _ in range(LIMIT):
        action = int(state[2, 0] + 0.3 * state[3, 0] + 0.02 * state[0, 0] + 0.05 * state[1, 0] > 0)
        _, _, terminated, truncated, _ = env.step(action)
        state = advance(state, np.array([action]))
        assert state[:, 0] == pytest.approx(env.unwrapped.state, abs=1e-12)
        assert fallen(state)[0] == terminated
        if terminated or truncated:
            return
        state = env.unwrapped.state[:, None].copy()
    pytest.fail("gymnasium cut nothing off")


@pytest.mark.parametrize("count", [1, 8, 64])
def test_many_carts_go_on_as_gymnasiums_vector(count: int) -> None:
    rng = np.random.default_rng(count)
    env = gymnasium.make_vec("CartPole-v1", num_envs=count, vectorization_mode="vector_entry_point").unwrapped
    env.reset(seed=3)
    ours = CartPoles(count, rng)
    ours.states = env.state.copy()
    for _ in range(700):
        actions = rng.integers(2, size=count)
        begun = env.prev_done.copy()  # gymnasium begins these anew in this step, ours did so in the last
        _, rewards, terminated, truncated, _ = env.step(actions)
        before = ours.states.copy()
        reached, fell, cut = ours.step(actions)
        assert reached[:, ~begun] == pytest.approx(env.state[:, ~begun], abs=1e-12)
        assert np.array_equal(fell[~begun], terminated[~begun])
        assert np.array_equal(cut[~begun], truncated[~begun])
        assert (rewards[~begun] == 1).all()
        assert (np.abs(before[:, begun]) <= START).all()
        ours.states[:, begun], ours.ages[begun] = env.state[:, begun], 0


def test_an_episode_that_ends_begins_anew_and_is_reported() -> None:
    carts = CartPoles(3, np.random.default_rng(0), limit=4)
    carts.states[:, 0] = (TRACK - 0.001, 3.0, 0, 0)  # over the edge in the next step
    reached, fell, cut = carts.step(np.array([1, 1, 1]))
    assert fell.tolist() == [True, False, False]
    assert not cut.any()
    assert reached[0, 0] > TRACK
    assert (np.abs(carts.states[:, 0]) <= START).all()
    assert carts.ages.tolist() == [0, 1, 1]
    for _ in range(3):
        _, fell, cut = carts.step(np.array([1, 0, 1]))
    assert cut.tolist() == [False, True, True]
    assert not fell.any()
    assert carts.ages.tolist() == [3, 0, 0]


def test_a_fall_at_the_limit_is_a_fall() -> None:
    carts = CartPoles(1, np.random.default_rng(0), limit=1)
    carts.states[:, 0] = (0, 0, LEAN - 1e-3, 3.0)
    _, fell, cut = carts.step(np.array([0]))
    assert (fell.tolist(), cut.tolist()) == ([True], [False])


def test_returns_of_played_episodes_are_gymnasiums() -> None:
    def sways(states: Floats) -> np.ndarray:
        return (states[2] > 0).astype(int)

    ours = play(sways, 300, np.random.default_rng(1))
    env = gymnasium.make("CartPole-v1")
    theirs = []
    for seed in range(300):
        env.reset(seed=seed)
        over = False
        while not over:
            _, _, terminated, truncated, _ = env.step(int(sways(env.unwrapped.state)))
            over = terminated or truncated
        theirs.append(env.get_wrapper_attr("_elapsed_steps"))
    assert 20 < np.mean(theirs) < 480  # neither at once nor never
    spread = np.hypot(np.std(theirs), np.std(ours)) / np.sqrt(300)
    assert abs(ours.mean() - np.mean(theirs)) < 5 * spread


def test_played_returns_count_every_step_of_every_episode() -> None:
    """Beside the plainest loop, cart by cart, from the same starts."""
    rng = np.random.default_rng(7)
    starts = rng.uniform(-START, START, (4, 20))
    returns = []
    for state in starts.T[:, :, None]:
        count, down = 0, False
        while not down and count < 60:
            state = advance(state, np.array([count % 2]))
            count, down = count + 1, bool(fallen(state)[0])
        returns.append(count)

    calls = iter(range(10**6))

    def alternate(states: Floats) -> np.ndarray:
        return np.full(states.shape[1], next(calls) % 2)

    assert play(alternate, 20, np.random.default_rng(7), limit=60).tolist() == returns
    assert len(set(returns)) > 3
