"""The hand-written network, optimiser and learner against torch; the learner's switches one by one."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import gymnasium
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.reinforcement_learning.dqn import (
    BOXES,
    EDGES,
    INPUTS,
    Adam,
    Learner,
    Memory,
    QNetwork,
    Rules,
    boxes,
    scaled,
)
from engine.torch_one_thread import torch

HIDDEN = [(64, 64), (16,), (), (5, 7, 3)]


def twin(network: QNetwork) -> torch.nn.Sequential:
    """Return torch's network with the same parameters."""
    layers: list[torch.nn.Module] = []
    for weights, biases in network.layers:
        layers += [torch.nn.Linear(*weights.shape), torch.nn.ReLU()]
        layers[-2].weight.data = torch.tensor(weights.T.copy())
        layers[-2].bias.data = torch.tensor(biases.copy())
    return torch.nn.Sequential(*layers[:-1])


def batch(seed: int, count: int = 32) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(count, 4)).astype(np.float32)
    return X, rng.integers(2, size=count), rng.normal(size=count).astype(np.float32)


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("seed", range(3))
def test_values_errors_and_gradients_are_torchs(hidden: tuple[int, ...], seed: int) -> None:
    network = QNetwork((4, *hidden, 2), np.random.default_rng(seed))
    network.flat += np.random.default_rng(9).normal(scale=0.1, size=len(network.flat)).astype(np.float32)  # biases too
    X, actions, targets = batch(seed)
    taken, errors = network.gradient(X, actions, targets)
    model = twin(network)
    there = model(torch.tensor(X))
    chosen = there.gather(1, torch.tensor(actions)[:, None])[:, 0]
    torch.nn.functional.mse_loss(chosen, torch.tensor(targets)).backward()
    assert network.values(X) == pytest.approx(there.detach().numpy(), abs=1e-5)
    assert taken == pytest.approx(chosen.detach().numpy(), abs=1e-5)
    assert errors == pytest.approx(targets - taken, abs=1e-6)
    for (weights, biases), layer in zip(network.slopes, model[::2], strict=True):
        assert weights == pytest.approx(layer.weight.grad.numpy().T, abs=1e-6)
        assert biases == pytest.approx(layer.bias.grad.numpy(), abs=1e-6)


def test_adam_is_torchs() -> None:
    rng = np.random.default_rng(0)
    flat = rng.normal(size=50).astype(np.float32)
    theirs = torch.tensor(flat.copy(), requires_grad=True)
    ours, optimiser = Adam(50), torch.optim.Adam([theirs], lr=0.01)
    for step in range(200):
        slope = (rng.normal(size=50) * 10.0 ** rng.uniform(-4, 1, 50)).astype(np.float32)
        rate = 0.01 if step < 100 else 0.002
        optimiser.param_groups[0]["lr"] = rate
        theirs.grad = torch.tensor(slope)
        optimiser.step()
        ours.step(flat, slope, rate)
    assert flat == pytest.approx(theirs.detach().numpy(), abs=2e-5)


@pytest.mark.parametrize("double", [False, True])
@pytest.mark.parametrize("mask", [False, True])
@pytest.mark.parametrize("rules", [Rules(tau=0.1), Rules(tau=0, every=3), Rules(tau=0, scaled=False)])
def test_gradient_steps_are_those_of_the_same_algorithm_in_torch(rules: Rules, double: bool, mask: bool) -> None:
    """Ten steps on given transitions beside the textbook's loop with torch's modules."""
    learner = Learner(replace(rules, double=double, mask=mask, hidden=(16, 8)), np.random.default_rng(1))
    online, target = twin(learner.network), twin(learner.network)
    adam = torch.optim.Adam(online.parameters(), lr=3e-3)
    scale, reward = (torch.tensor(INPUTS), 0.1) if rules.scaled else (torch.ones(4), 1.0)
    rng = np.random.default_rng(2)
    for step in range(1, 11):
        rows = np.hstack([rng.normal(size=(32, 8)), rng.integers(2, size=(32, 2))]).astype(np.float32)
        learner.learn(rows, 3e-3)
        s, s2, a, fell = (
            torch.tensor(one) for one in (rows[:, :4], rows[:, 4:8], rows[:, 8:9].astype(int), rows[:, 9])
        )
        source = online if not (rules.tau or rules.every) else target
        with torch.no_grad():
            future = source(s2 * scale)
            best = future.gather(1, online(s2 * scale).argmax(1, keepdim=True))[:, 0] if double else future.amax(1)
            y = reward + rules.gamma * best * (1 - fell if mask else 1)
        adam.zero_grad()
        torch.nn.functional.mse_loss(online(s * scale).gather(1, a)[:, 0], y).backward()
        adam.step()
        with torch.no_grad():
            for slow, fast in zip(target.parameters(), online.parameters(), strict=True):
                if rules.tau:
                    slow.lerp_(fast, rules.tau)
                elif rules.every and step % rules.every == 0:
                    slow.copy_(fast)
        assert learner.targets == pytest.approx(y.numpy(), abs=1e-4)
    for (weights, biases), layer in zip(learner.network.layers, online[::2], strict=True):
        assert weights == pytest.approx(layer.weight.detach().numpy().T, abs=1e-4)
        assert biases == pytest.approx(layer.bias.detach().numpy(), abs=1e-4)


@given(st.integers(1, 30), st.lists(st.integers(1, 7), max_size=12))
def test_the_memory_holds_the_newest(size: int, counts: list[int]) -> None:
    memory, told = Memory(max(size, 7)), []
    for number, count in enumerate(counts):
        rows = np.zeros((count, 10), dtype=np.float32)
        rows[:, 0] = [100 * number + k for k in range(count)]
        memory.add(rows)
        told += rows[:, 0].tolist()
    kept = told[-len(memory.rows) :]
    assert len(memory) == len(kept)
    assert sorted(memory.rows[: len(memory), 0].tolist()) == sorted(kept)
    if kept:
        drawn = memory.draw(50, np.random.default_rng(0))
        assert drawn.shape == (50, 10)
        assert set(drawn[:, 0].tolist()) <= set(kept)


def test_transitions_are_gymnasiums() -> None:
    """What lies in the memory is what a step of gymnasium makes of the same state and action."""
    learner = Learner(Rules(memory=400, warm=10**9), np.random.default_rng(0))
    while learner.transitions < 400:
        learner.tick(epsilon=0.5, rate=0.0)
    env = gymnasium.make("CartPole-v1").unwrapped
    for row in learner.memory.rows[::7]:
        env.reset()
        env.state = row[:4].astype(float)
        state, _, terminated, _, _ = env.step(int(row[8]))
        assert row[4:8] == pytest.approx(state, abs=1e-5)
        if abs(abs(state[2]) - 12 * np.pi / 180) > 1e-5:  # a float32's rounding from the edge
            assert bool(row[9]) == terminated


def test_epsilon_decides_how_many_pushes_are_random() -> None:
    for epsilon, share in ((0.0, 0.0), (1.0, 0.5), (0.4, 0.2)):
        learner = Learner(Rules(memory=4_000, warm=10**9), np.random.default_rng(3))
        while learner.transitions < 4_000:
            learner.tick(epsilon, 0.0)
        rows = learner.memory.rows
        other = (learner.greedy(rows[:, :4]) != rows[:, 8]).mean()  # half of the random pushes are greedy, too
        assert other == pytest.approx(share, abs=0.05)


def test_returns_are_the_lengths_of_the_episodes() -> None:
    learner = Learner(Rules(carts=1, memory=3_000, warm=10**9), np.random.default_rng(4))
    while learner.transitions < 3_000:
        learner.tick(1.0, 0.0)
    ends = np.flatnonzero(learner.memory.rows[:, 9]) + 1
    assert learner.returns == np.diff([0, *ends]).tolist()


def test_an_episode_that_is_cut_off_has_not_fallen() -> None:
    learner = Learner(Rules(memory=800, warm=10**9), np.random.default_rng(5))
    learner.carts.limit = 6  # no pole falls so soon
    while learner.transitions < 800:
        learner.tick(1.0, 0.0)
    assert learner.returns == [6] * (800 // 8 // 6 * 8)
    assert not learner.memory.rows[:, 9].any()


def test_a_learner_that_begins_with_given_weights_has_them_in_both_networks() -> None:
    given = QNetwork((4, 64, 64, 2), np.random.default_rng(8))
    learner = Learner(Rules(), np.random.default_rng(9))
    learner.take(given.arrays())
    assert np.array_equal(learner.network.flat, given.flat)
    assert np.array_equal(learner.target.flat, given.flat)
    assert learner.target is not learner.network


@pytest.mark.parametrize(("per", "steps"), [(2, 50), (8, 12), (3, 33)])
def test_transitions_pay_for_gradient_steps(per: int, steps: int) -> None:
    learner = Learner(Rules(carts=4, per=per, warm=0), np.random.default_rng(0))
    while learner.transitions < 100:
        learner.tick(1.0, 1e-3)
    assert learner.gradient_steps == steps


def test_without_memory_one_step_is_taken_on_the_newest_transitions_alone() -> None:
    learner = Learner(Rules(memory=0), np.random.default_rng(0))
    for tick in range(1, 6):
        learner.tick(1.0, 1e-3)
        assert (learner.gradient_steps, len(learner.taken)) == (tick, 8)


def test_target_networks_follow_as_told() -> None:
    def distance(rules: Rules, steps: int) -> float:
        learner = Learner(rules, np.random.default_rng(0))
        rows = np.random.default_rng(1).normal(size=(32, 10)).astype(np.float32)
        rows[:, 8:] = np.random.default_rng(1).integers(2, size=(32, 2))
        for _ in range(steps):
            learner.learn(rows, 1e-2)
        return float(np.abs(learner.target.flat - learner.network.flat).max())

    assert distance(Rules(tau=0, every=0), 7) == 0
    assert distance(Rules(tau=0, every=5), 5) == 0
    assert distance(Rules(tau=0, every=5), 7) > 0
    assert distance(Rules(tau=1.0), 7) == 0
    assert distance(Rules(tau=0.5), 7) < distance(Rules(tau=0.01), 7)


@settings(max_examples=50)
@given(st.lists(st.tuples(*[st.floats(-3, 3)] * 4), min_size=1, max_size=20))
def test_each_state_lies_in_one_box_and_neighbours_share_it(states: list[tuple[float, ...]]) -> None:
    X = np.array(states, dtype=np.float32)
    ones = boxes(X)
    assert ones.shape == (len(X), BOXES)
    assert (ones.sum(axis=1) == 1).all()
    same = [[sum(edge < value for edge in edges) for edges, value in zip(EDGES, row, strict=True)] for row in X]
    for (a, box_a), (b, box_b) in pairwise(zip(same, ones.argmax(axis=1), strict=True)):
        assert (a == b) == (box_a == box_b)


def test_all_boxes_can_be_reached() -> None:
    middles = [np.convolve([-9, *edges, 9], [0.5, 0.5], "valid") for edges in EDGES]
    grid = np.stack(np.meshgrid(*middles, indexing="ij"), axis=-1).reshape(-1, 4).astype(np.float32)
    assert boxes(grid).argmax(axis=1).tolist() == list(range(BOXES))


def test_a_table_learns_each_box_by_itself() -> None:
    learner = Learner(Rules(hidden=None), np.random.default_rng(0))
    before = learner.network.flat.copy()
    rows = np.zeros((8, 10), dtype=np.float32)
    learner.learn(rows, 1e-2)
    weights = learner.network.layers[0][0] - before[: 2 * BOXES].reshape(BOXES, 2)
    assert np.count_nonzero(weights) == 1  # one box, one action
    assert learner.q(rows[:, :4]).shape == (8, 2)


def test_scaled_observations_of_falls_are_about_one() -> None:
    learner = Learner(Rules(memory=2_000, warm=10**9), np.random.default_rng(0))
    while learner.transitions < 2_000:
        learner.tick(1.0, 0.0)
    seen = scaled(learner.memory.rows[:, 4:8])
    assert 0.5 < np.abs(seen).max() < 3


def test_weights_come_back_as_they_were_and_others_are_refused() -> None:
    one, other = (QNetwork((4, 8, 2), np.random.default_rng(seed)) for seed in (1, 2))
    kept = one.arrays()
    other.take(kept)
    assert np.array_equal(one.flat, other.flat)
    one.flat += 1
    assert not np.array_equal(kept["weights0"], one.layers[0][0])  # a copy, not a view
    for sizes in ((4, 9, 2), (4, 8, 8, 2), (4, 1, 2)):
        with pytest.raises(ValueError, match="must have the shape"):
            QNetwork(sizes, np.random.default_rng(0)).take(kept)
