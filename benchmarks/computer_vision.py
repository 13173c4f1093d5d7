"""Measure the digits CNN: accuracy on held-out digits and seconds of training, over random splits, beside its peers.

    python benchmarks/computer_vision.py [--splits 5] [--quick]

One thread. On every split (1,400 of the 1,797 digits for training, 397 for the test) all models are trained in turns;
medians over the splits, and the lowest and the highest accuracy. "drawn" is the share of 500 digits drawn by a pen of
our own (tests/engine/computer_vision/drawings.py) that the network reads, prepared as the page prepares them.
"""

from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"  # before numpy

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.neural_network import MLPClassifier
from sklearn.svm import SVC
from torch import nn

sys.path.pop(0)  # this folder
sys.path.insert(0, str(Path(__file__).parents[1]))

from engine.computer_vision import cnn, pen
from engine.computer_vision.digits import Digits, Pixels, split
from engine.data import Floats, Labels
from engine.experiments.cnn_pipeline.digits import RECIPE, DigitsSettings
from engine.torch_one_thread import torch
from tests.engine.computer_vision import drawings

TRAIN = 1_400
Guess = Callable[[Pixels], Labels]


@dataclass(frozen=True)
class Row:
    """One model: how it is trained, and the accuracy and seconds that are hoped for (None for a peer)."""

    what: str
    train: Callable[[Digits, int], Guess]
    parameters: int | None
    accuracy: float | None = None
    seconds: float | None = None


def ours(**changes: Any) -> Callable[[Digits, int], Guess]:
    """Train the page's network as the page does, without snapshots."""
    settings = DigitsSettings(train=TRAIN, **changes)

    def train(digits: Digits, seed: int) -> Guess:
        rng = np.random.default_rng(seed)
        model = cnn.SmallCNN(settings.first, settings.second, settings.norm).start(rng)
        trainer = cnn.Trainer(model, digits, settings.steps, settings.batch, rng)
        recipe = cnn.Recipe(**{name: getattr(settings, name) for name in RECIPE})
        for done in range(settings.steps):
            trainer.step(done, recipe)
        return guesser(model)

    return train


def plain(epochs: int, batch: int = 64) -> Callable[[Digits, int], Guess]:
    """Train a CNN of the same size as one would write it down: no batch norm, plain Adam at 0.001."""

    def train(digits: Digits, seed: int) -> Guess:
        torch.manual_seed(seed)
        model = nn.Sequential(
            nn.Conv2d(1, 8, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(8, 16, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(256, 10),
        )
        optimiser, loss = torch.optim.Adam(model.parameters()), nn.CrossEntropyLoss()
        images, labels = torch.from_numpy(digits.images)[:, None], torch.from_numpy(digits.labels)
        for _ in range(epochs):
            for chosen in torch.randperm(len(images)).split(batch):
                optimiser.zero_grad()
                loss(model(images[chosen]), labels[chosen]).backward()
                optimiser.step()
        return guesser(model)

    return train


def guesser(model: nn.Module) -> Guess:
    def guess(images: Pixels) -> Labels:
        with torch.inference_mode():
            return model.eval()(torch.from_numpy(images)[:, None]).argmax(dim=1).numpy()

    return guess


def sklearns(make: Callable[[int], Any]) -> Callable[[Digits, int], Guess]:
    def train(digits: Digits, seed: int) -> Guess:
        model = make(seed).fit(digits.images.reshape(len(digits.images), 64), digits.labels)
        return lambda images: model.predict(images.reshape(len(images), 64))

    return train


ROWS = (
    Row("ours, 10 epochs, digits as they are", ours(epochs=10, shift=0, warp=0, smoothing=0), 3_866, 0.985, 1.0),
    Row("ours, 20 epochs, the page's recipe", ours(epochs=20), 3_866, 0.990, 1.5),
    Row("ours, 30 epochs, the page's own", ours(epochs=30), 3_866, 0.994, 3.0),
    Row("ours, 50 epochs, the page's recipe", ours(epochs=50), 3_866, 0.994, 3.0),
    Row("plain torch CNN, Adam, 10 epochs", plain(10), 3_818),
    Row("plain torch CNN, Adam, 20 epochs", plain(20), 3_818),
    Row("plain torch CNN, Adam, 30 epochs", plain(30), 3_818),
    Row("scikit-learn SVC, rbf", sklearns(lambda seed: SVC()), None),
    Row("scikit-learn MLP, 100 units", sklearns(lambda seed: MLPClassifier(max_iter=400, random_state=seed)), 7_510),
)


def drawn(each: int) -> tuple[Pixels, Floats]:
    """Return drawings as the network sees them, and their digits."""
    found, digits = drawings.many(7, each)
    return np.stack([prepared.image for one in found if (prepared := pen.prepare(one))]), digits


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--splits", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="one split: enough to see that all of it works")
    arguments = parser.parse_args()
    splits = 1 if arguments.quick else arguments.splits
    strokes, digits = drawn(50)
    seconds: list[list[float]] = [[] for _ in ROWS]
    tested: list[list[float]] = [[] for _ in ROWS]
    read: list[list[float]] = [[] for _ in ROWS]
    ours(epochs=1)(split(TRAIN, 0)[0], 0)  # whatever is slow only once
    for seed in range(splits):
        train, test = split(TRAIN, seed)
        for number, row in enumerate(ROWS):
            start = time.perf_counter()
            guess = row.train(train, seed)
            seconds[number].append(time.perf_counter() - start)
            tested[number].append(float((guess(test.images) == test.labels).mean()))
            read[number].append(float((guess(strokes) == digits).mean()))
    print(f"{'what':38}  {'learned':>7}  {'accuracy':>8}  {'lowest':>6}  {'highest':>7}  {'seconds':>7}  {'drawn':>6}")
    for row, times, right, own in zip(ROWS, seconds, tested, read, strict=True):
        middle, taken = statistics.median(right), statistics.median(times)
        goal = ""
        if row.accuracy is not None and row.seconds is not None:
            met = middle >= row.accuracy and taken <= row.seconds
            goal = f"goal {row.accuracy:.1%} in {row.seconds:g} s: {'ok' if met else 'missed'}"
        print(
            f"{row.what:38}  {row.parameters or '':>7}  {middle:8.2%}  {min(right):6.1%}  {max(right):7.1%}  "
            f"{taken:7.2f}  {statistics.median(own):6.1%}  {goal}"
        )


if __name__ == "__main__":
    main()
