"""CartPole beside gymnasium and Stable-Baselines3, one thread, peers interleaved with ours.

    pip install -r requirements-benchmarks.txt
    python benchmarks/reinforcement_learning.py [--seeds 20] [--peers 5] [--quick]

Dynamics: microseconds a step of all carts, after 500 steps of both were compared state by state. Solving: seconds from
nothing until 16 episodes without exploration last 475 steps on average and 100 more last 490; exams are part of the
time, for the peers the same exams on the same fast carts. Each solution is then tested again in gymnasium itself on
100 fresh episodes. Stable-Baselines3 runs with the settings that its zoo has tuned for CartPole.
"""

from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"  # before numpy

import argparse
import statistics
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np

sys.path.pop(0)  # this folder, where `engine` would be a benchmark
sys.path.insert(0, str(Path(__file__).parents[1]))

from engine.data import Floats
from engine.experiments.deep_q_learning.dqn import DqnSettings, run_dqn
from engine.experiments.deep_q_learning.training import CONFIRM, PASS, PUPILS, agent_of
from engine.reinforcement_learning.cart_pole import SOLVED, Actions, CartPoles, advance, play

Policy = Callable[[Floats], Actions]  # states (4, n) to actions (n,)
Solver = Callable[[int], tuple[float, int, Policy]]  # seed to seconds, transitions and the greedy policy


# --- dynamics ----------------------------------------------------------------------------------------------------


def dynamics(times: int) -> Iterator[str]:
    """Race 500 steps of n carts against gymnasium's vector environment."""
    yield f"{'carts':>24}  {'ours µs':>9}  {'gymnasium µs':>13}  {'speed-up':>9}  {'goal ≥':>7}"
    for count in (8, 16, 32, 64):
        rng = np.random.default_rng(count)
        env = gymnasium.make_vec("CartPole-v1", num_envs=count, vectorization_mode="vector_entry_point")
        env.reset(seed=0)
        carts, pushes = CartPoles(count, rng), rng.integers(2, size=(500, count))
        gap = 0.0
        for actions in pushes:
            before, begun = env.unwrapped.state.copy(), env.unwrapped.prev_done.copy()
            env.step(actions)
            gap = max(gap, float(np.abs(advance(before, actions) - env.unwrapped.state)[:, ~begun].max(initial=0)))
        pairs = [(timed(carts.step, pushes), timed(env.step, pushes)) for _ in range(times)]
        ours, theirs = (1e6 * statistics.median(column) / len(pushes) for column in zip(*pairs, strict=True))
        ratio = theirs / ours
        said = "states differ" if gap > 1e-12 else "ok" if ratio >= 1.2 else "missed"
        yield f"{count:>24}  {ours:9.1f}  {theirs:13.1f}  {ratio:9.2f}  {1.2:7.2f}  {said}, gap {gap:.0e}"


def timed(step: Callable[[Any], Any], pushes: Any) -> float:
    start = time.perf_counter()
    for actions in pushes:
        step(actions)
    return time.perf_counter() - start


# --- solving -----------------------------------------------------------------------------------------------------


def ours(seed: int) -> tuple[float, int, Policy]:
    """Solve with the experiment's own run, snapshots and all."""
    settings = DqnSettings(seed=seed)
    start = time.perf_counter()
    snapshot = deque(run_dqn(settings), maxlen=1).pop()
    seconds = time.perf_counter() - start
    agent = agent_of(settings.rules(), snapshot.weights)

    def policy(states: Floats) -> Actions:
        X = states.T * np.array(agent.inputs)
        for number, (weights, biases) in enumerate(agent.layers, start=1):
            X = X @ weights + biases
            X = np.maximum(X, 0) if number < len(agent.layers) else X
        return X.argmax(axis=1)

    return seconds, snapshot.transitions, policy


def peers() -> dict[str, Solver]:
    """Return Stable-Baselines3's algorithms, or nothing where it is not installed."""
    try:
        import stable_baselines3 as sb3
        from stable_baselines3.common.callbacks import BaseCallback
        from stable_baselines3.common.env_util import make_vec_env
    except ImportError:
        print("Stable-Baselines3 is not installed: pip install -r requirements-benchmarks.txt")
        return {}

    from engine.torch_one_thread import torch

    class Exam(BaseCallback):  # type: ignore[misc]
        """Stop when the exam is passed."""

        def __init__(self, every: int, rng: np.random.Generator) -> None:
            super().__init__()
            self.every, self.rng, self.due = every, rng, every

        def _on_step(self) -> bool:
            if self.num_timesteps < self.due:
                return True
            self.due += self.every
            policy = policy_of(self.model, torch)
            passed = play(policy, PUPILS, self.rng).mean() >= SOLVED and play(policy, CONFIRM, self.rng).mean() >= PASS
            return not passed

    def policy_of(model: Any, torch: Any) -> Policy:
        def policy(states: Floats) -> Actions:
            with torch.no_grad():
                seen = torch.as_tensor(states.T, dtype=torch.float32)
                return model.policy._predict(seen, deterministic=True).numpy()

        return policy

    def dqn(seed: int) -> Any:
        return sb3.DQN(
            "MlpPolicy",
            "CartPole-v1",
            learning_rate=2.3e-3,
            batch_size=64,
            buffer_size=100_000,
            learning_starts=1_000,
            gamma=0.99,
            target_update_interval=10,
            train_freq=256,
            gradient_steps=128,
            exploration_fraction=0.16,
            exploration_final_eps=0.04,
            policy_kwargs={"net_arch": [256, 256]},
            seed=seed,
            device="cpu",
        )

    def ppo(seed: int) -> Any:
        return sb3.PPO(
            "MlpPolicy",
            make_vec_env("CartPole-v1", 8, seed=seed),
            n_steps=32,
            batch_size=256,
            gae_lambda=0.8,
            gamma=0.98,
            n_epochs=20,
            ent_coef=0.0,
            learning_rate=lambda left: 1e-3 * left,
            clip_range=lambda left: 0.2 * left,
            seed=seed,
            device="cpu",
        )

    def solver(make: Callable[[int], Any], most: int) -> Solver:
        def solve(seed: int) -> tuple[float, int, Policy]:
            model = make(seed)
            start = time.perf_counter()
            model.learn(most, callback=Exam(512, np.random.default_rng((seed, 1))))
            return time.perf_counter() - start, model.num_timesteps, policy_of(model, torch)

        return solve

    return {"SB3 DQN": solver(dqn, 50_000), "SB3 PPO": solver(ppo, 100_000)}


def retested(policy: Policy, seed: int, episodes: int = 100) -> float:
    """Return the mean return of fresh episodes in gymnasium's own environment."""
    env = gymnasium.make("CartPole-v1")
    total = 0.0
    for episode in range(episodes):
        state, _ = env.reset(seed=1_000_000 + 1_000 * seed + episode)
        over = False
        while not over:
            state, reward, terminated, truncated, _ = env.step(int(policy(state[:, None])[0]))
            over, total = terminated or truncated, total + float(reward)
    return total / episodes


def solving(seeds: int, few: int) -> Iterator[str]:
    """Solve CartPole again and again, ours and the peers' in turns."""
    columns = f"{'seeds':>5}  {'median s':>9}  {'worst s':>8}  {'transitions':>11}  {'worst retest':>12}  goal"
    yield f"{'solved by':>24}  {columns}"
    solvers = {"ours: DQN": ours, **peers()}
    found: dict[str, list[tuple[float, int, float]]] = {name: [] for name in solvers}
    for seed in range(seeds):
        for name, solve in solvers.items():
            if name == "ours: DQN" or seed < few:
                seconds, transitions, policy = solve(seed)
                found[name].append((seconds, transitions, retested(policy, seed)))
    for name, runs in found.items():
        if not runs:
            continue
        seconds, transitions, retests = zip(*runs, strict=True)
        middle, worst = statistics.median(seconds), max(seconds)
        goal = ""
        if name == "ours: DQN":
            met = middle <= 1 and worst <= 3 and min(retests) >= SOLVED
            goal = f"median ≤ 1, worst ≤ 3, retest ≥ 475: {'ok' if met else 'missed'}"
        yield (
            f"{name:>24}  {len(runs):>5}  {middle:9.2f}  {worst:8.2f}  {statistics.median(transitions):11,.0f}  "
            f"{min(retests):12.1f}  {goal}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=20, help="of ours")
    parser.add_argument("--peers", type=int, default=5, help="seeds of the peers, which take longer")
    parser.add_argument("--quick", action="store_true", help="little of each: enough to see that all of it works")
    arguments = parser.parse_args()
    seeds, few = (2, 1) if arguments.quick else (arguments.seeds, min(arguments.peers, arguments.seeds))
    for line in dynamics(3 if arguments.quick else 15):
        print(line, flush=True)
    for line in solving(seeds, few):
        print(line, flush=True)


if __name__ == "__main__":
    main()
