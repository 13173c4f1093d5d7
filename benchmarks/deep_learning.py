"""Measure the playground's network beside torch and beside an engine of objects, one thread, peers interleaved.

    python benchmarks/deep_learning.py [--quick]

A ratio is the median of the peer's times over the median of ours, in the same run. Both train the same network from
the same weights on the same batches; a row whose results differ says so and has no ratio. The engine of objects works
a node and a link at a time, as TensorFlow Playground's does, in JavaScript under Node.js (deep_learning_peer.js); only
its training is timed, not the way there and back.
"""

from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"  # before numpy

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).parents[1]))

from engine.deep_learning.network import LOSSES, OPTIMISERS, Network, train_epoch
from engine.deep_learning.planes import made
from engine.experiments.network_structure.playground import PlaygroundSettings, run_playground
from engine.experiments.network_structure.snapshots import answers, inputs_of
from engine.torch_one_thread import torch

POINTS, EPOCHS = 300, 10
ROW = "{:44} {:30} {:>10} {:>10} {:>7} {:>7}  {}"
SHAPES = ((2, 4, 1), (2, 8, 1), (2, 16, 1), (2, 8, 8, 1), (2, 16, 16, 1))


def data(seed: int = 0) -> tuple[Any, Any]:
    """Return inputs, shape (3, 300), and targets, (1, 300), of the spiral."""
    points = made("spiral", np.random.default_rng(seed), POINTS, 0.04, 0.5)
    return inputs_of(points.plane, ("x", "y")), points.target[np.newaxis].astype(np.float32)


def seconds(run: Callable[[], Any]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


# --- ours, torch's, and the engine of objects ------------------------------------------------------------------


def start_of(sizes: tuple[int, ...]) -> Network:
    net = Network(sizes)
    net.draw(np.random.default_rng(7))
    return net


def our_training(sizes: tuple[int, ...], batch: int, optimiser: str, loss: str) -> tuple[float, Any]:
    """Train ten epochs; return the seconds and the parameters."""
    (X, target), net, rng = data(), start_of(sizes), np.random.default_rng(3)
    steps = OPTIMISERS[optimiser](net.flat)

    def train() -> None:
        for _ in range(EPOCHS):
            train_epoch(net, X, target, LOSSES[loss], steps, rng, rate=0.01, batch=batch)

    return seconds(train), net.flat


def torch_training(sizes: tuple[int, ...], batch: int) -> tuple[float, Any]:
    """Train ten epochs as torch's tutorials do: Sequential, BCEWithLogitsLoss, Adam."""
    (X, target), net, rng = data(), start_of(sizes), np.random.default_rng(3)
    layers: list[Any] = []
    for (inputs, units), matrix in zip(pairwise(sizes), net.layers, strict=True):
        linear = torch.nn.Linear(inputs, units)
        linear.weight.data, linear.bias.data = torch.tensor(matrix[:, :-1].copy()), torch.tensor(matrix[:, -1].copy())
        layers += [linear, torch.nn.Tanh()]
    model = torch.nn.Sequential(*layers[:-1])
    points, classes = torch.tensor(X[:-1].T.copy()), torch.tensor((target.T + 1) / 2)
    loss_of, optimiser = torch.nn.BCEWithLogitsLoss(), torch.optim.Adam(model.parameters(), 0.01)

    def train() -> None:
        for _ in range(EPOCHS):
            order = torch.from_numpy(rng.permutation(POINTS))
            mixed, labels = points[order], classes[order]
            for first in range(0, POINTS, batch):
                optimiser.zero_grad()
                loss_of(model(mixed[first : first + batch]), labels[first : first + batch]).backward()
                optimiser.step()

    took = seconds(train)
    flat = [np.column_stack([one.weight.detach(), one.bias.detach()]).ravel() for one in layers[::2]]
    return took, np.concatenate(flat)


class Objects:
    """The engine of objects in a process of its own."""

    def __init__(self, node: str) -> None:
        script = str(Path(__file__).with_name("deep_learning_peer.js"))
        self.process = subprocess.Popen([node, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def training(self, sizes: tuple[int, ...], batch: int) -> tuple[float, Any]:
        (X, target), net, rng = data(), start_of(sizes), np.random.default_rng(3)
        orders = [rng.permutation(POINTS).tolist() for _ in range(EPOCHS)]
        task = {
            "layers": [matrix.tolist() for matrix in net.layers],
            "points": X[:-1].T.tolist(),
            "targets": target[0].tolist(),
            "orders": orders,
            "batch": batch,
            "rate": 0.01,
        }
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(task) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        return answer["seconds"], np.concatenate([np.ravel(matrix) for matrix in answer["layers"]])


# --- rows ------------------------------------------------------------------------------------------------------


def race(
    what: str, peer: str, goal: float | None, ours: Callable[[], Any], theirs: Callable[[], Any], times: int
) -> str:
    """Train in turns and return the row's text."""
    (_, mine), (_, other) = ours(), theirs()
    gap = float(np.abs(mine - other).max())
    if gap > 2e-3:
        return f"{what:44} {peer:30} parameters differ by {gap:.0e}"
    pairs = [(ours()[0], theirs()[0]) for _ in range(times)]
    mine, other = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = other / mine
    said = ("", "") if goal is None else (f"≥{goal:g}", "ok" if ratio >= goal else "missed")
    return ROW.format(what, peer, f"{1e3 * mine:.2f}", f"{1e3 * other:.2f}", f"{ratio:.1f}", *said)


def trainings(times: int) -> Iterator[str]:
    for sizes in SHAPES:
        name = "-".join(map(str, sizes))
        for batch in (1, 10, 30):
            updates = EPOCHS * -(-POINTS // batch)
            yield race(
                f"{updates:,} updates of {name}, Adam, batch {batch}",
                "torch eager",
                6,
                lambda s=sizes, b=batch: our_training(s, b, "Adam", "logistic"),
                lambda s=sizes, b=batch: torch_training(s, b),
                max(3, times // 4),
            )
    node = shutil.which("node")
    if node is None:
        yield "The engine of objects needs Node.js; there is no `node` here."
        return
    objects = Objects(node)
    for sizes in SHAPES:
        name = "-".join(map(str, sizes))
        for batch in (10, 30, 100):
            updates = EPOCHS * -(-POINTS // batch)
            goal = 5.0 if batch >= 30 else None
            yield race(
                f"{updates:,} updates of {name}, SGD, batch {batch}",
                "an object a node and a link",
                goal,
                lambda s=sizes, b=batch: our_training(s, b, "SGD", "squared"),
                lambda s=sizes, b=batch: objects.training(s, b),
                times,
            )
    objects.process.stdin.close()  # type: ignore[union-attr]
    objects.process.wait()


def fields(times: int) -> Iterator[str]:
    for sizes in ((2, 8, 1), (2, 16, 16, 1), (7, 16, 16, 16, 16, 16, 16, 1)):
        net = start_of(sizes)
        names = ("x", "y", "x²", "y²", "xy", "sin 2x", "sin 2y")[: sizes[0]]
        took = 1e3 * statistics.median(seconds(lambda n=net, f=names: answers(n, f, 100)) for _ in range(times + 3))
        yield ROW.format(
            f"field 100 × 100 of {'-'.join(map(str, sizes))}",
            "",
            f"{took:.2f}",
            "",
            "",
            "≤1",
            "ok" if took <= 1 else "missed",
        )


def epochs_to(settings: PlaygroundSettings, share: float) -> float:
    """Return the seconds until the test accuracy reaches `share`, measured after every epoch; infinite if never."""
    start = time.perf_counter()
    for snapshot in run_playground(settings):
        if snapshot.measures["test accuracy"] >= share:
            return time.perf_counter() - start
    return float("inf")


def spiral_of(seed: int, sizes: tuple[int, ...]) -> float:
    """Return the seconds until a network that is wider than the page allows gets 98 % of fresh points right."""
    train, test = (made("spiral", np.random.default_rng((seed, one)), 400, 0.08, 0.5) for one in (0, 1))
    X, fresh = (inputs_of(one.plane, ("x", "y")) for one in (train, test))
    target = train.target[np.newaxis].astype(np.float32)
    net, rng = Network(sizes), np.random.default_rng(seed)
    net.draw(rng)
    optimiser = OPTIMISERS["Adam"](net.flat)
    start = time.perf_counter()
    for _ in range(2_000):
        train_epoch(net, X, target, LOSSES["logistic"], optimiser, rng, rate=0.02, batch=50)
        if np.mean((net.forward(fresh)[-1][0] > 0) == (test.target > 0)) >= 0.98:
            return time.perf_counter() - start
    return float("inf")


def spirals() -> Iterator[str]:
    default = PlaygroundSettings()
    runs: dict[str, Callable[[int], float]] = {
        "spiral to 98 %, 2-32-32-1, batch 50": lambda seed: spiral_of(seed, (2, 32, 32, 1)),
        "spiral to 98 %, 2-16-16-1, batch 50": lambda seed: spiral_of(seed, (2, 16, 16, 1)),
        "spiral to 98 %, the page's default": lambda seed: epochs_to(replace(default, seed=seed), 0.98),
    }
    for what, run in runs.items():
        took = sorted(run(seed) for seed in range(1, 12))
        median, worst = statistics.median(took), took[-1]
        yield ROW.format(
            what,
            "worst of 11 seeds in column 4",
            f"{1e3 * median:.0f}",
            f"{1e3 * worst:.0f}",
            "",
            "≤100",
            "ok" if median <= 0.1 and worst <= 1 else "missed",
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="three runs a row: enough to see that all of it works")
    times = 3 if parser.parse_args().quick else 21
    print(ROW.format("what", "peer", "ours ms", "peer ms", "ratio", "goal", ""))
    for rows in (trainings(times), fields(times), spirals()):
        for row in rows:
            print(row, flush=True)


if __name__ == "__main__":
    main()
