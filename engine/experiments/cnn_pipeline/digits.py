"""The experiment digits: train and draw."""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np

from engine.computer_vision.counting import Part, parts
from engine.computer_vision.digits import Digits, moved, read, split
from engine.computer_vision.digits import Pixels as Pixels
from engine.computer_vision.digits import Reading as Reading
from engine.data import Floats
from engine.ends import Diverged, Done, End
from engine.experiment import Experiment, Sabotage, Verdict
from engine.experiments.cnn_pipeline.shared import Arrays
from engine.kept_models import fitted
from engine.settings import Flag, Number, Settings, Whole

if TYPE_CHECKING:
    from engine.computer_vision.cnn import SmallCNN

Training = Generator["DigitsSnapshot", Mapping[str, Any] | None, End]
RECIPE = ("rate", "shift", "warp", "smoothing")  # may change in flight


@dataclass(frozen=True)
class DigitsSettings(Settings):
    """A small convolutional network, its digits, and how it is trained on them."""

    first: Annotated[int, Whole(2, 32, says="Channels of stage 1")] = 8
    second: Annotated[int, Whole(0, 32, says="Channels of stage 2 (0: no second stage)")] = 16
    norm: Annotated[bool, Flag(says="Batch norm in every stage")] = True
    train: Annotated[int, Whole(200, 1_600, step=100, says="Digits to train on; the rest is the test")] = 1_400
    epochs: Annotated[int, Whole(1, 60, says="Epochs")] = 30
    batch: Annotated[int, Whole(16, 256, step=16, says="Batch size")] = 64
    rate: Annotated[float, Number(1e-4, 1, log=True, says="Highest learning rate")] = 0.01
    shift: Annotated[float, Number(0, 2, step=0.25, says="Shift training digits by up to (pixels)")] = 0.5
    warp: Annotated[float, Number(0, 0.2, step=0.01, says="Turn, stretch and slant them by (spread)")] = 0.05
    smoothing: Annotated[float, Number(0, 0.4, step=0.05, says="Label smoothing")] = 0.1
    seed: Annotated[int, Whole(0, 999_999, says="Seed of split, start and order")] = 1

    @property
    def steps(self) -> int:
        """Return how many batches the whole training takes."""
        return self.epochs * math.ceil(self.train / self.batch)


@dataclass(frozen=True, eq=False)
class DigitsSnapshot:
    """The network after `step` batches.

    Attributes:
        measures: "training loss" of the batch just learned (cross-entropy, before it was learned, no smoothing); after
            every epoch and at the start "test loss" and "test accuracy".
        weights: all arrays of the network by name.
    """

    step: int
    measures: Mapping[str, float]
    weights: Arrays


def run_digits(settings: DigitsSettings) -> Training:
    """Train the network from scratch, a batch a step."""
    from engine.computer_vision.cnn import SmallCNN

    rng = np.random.default_rng(settings.seed)
    model = SmallCNN(settings.first, settings.second, settings.norm).start(rng)
    return train_digits(settings, model, rng, 0)


def reopen_digits(settings: DigitsSettings, arrays: Arrays, step: int) -> Training:
    """Train on from kept weights; Adam's averages begin anew.

    Raises:
        DataRefused: if the arrays are not those of such a network.
    """
    from engine.computer_vision.cnn import SmallCNN, restored

    found = fitted(arrays, SmallCNN(settings.first, settings.second, settings.norm).arrays())
    return train_digits(settings, restored(found), np.random.default_rng(settings.seed + step), step)


def train_digits(settings: DigitsSettings, model: SmallCNN, rng: np.random.Generator, step: int) -> Training:
    """Yield a snapshot after each batch from `step` on; changes of RECIPE that are sent in hold from the next batch."""
    from engine.computer_vision.cnn import Recipe, Trainer

    digits, test = split(settings.train, settings.seed)
    trainer = Trainer(model, digits, settings.steps, settings.batch, rng)
    recipe = Recipe(**{name: getattr(settings, name) for name in RECIPE})
    per_epoch = settings.steps // settings.epochs
    measures = on_the_test(model.arrays(), test)
    last = measures["test loss"]
    while True:
        changes = yield DigitsSnapshot(step, measures, model.arrays())
        for name, value in (changes or {}).items():
            setattr(recipe, name, value)
        if step >= settings.steps:
            return Done()
        loss = trainer.step(step, recipe)
        step += 1
        if not math.isfinite(loss):
            return Diverged(step, "training loss", last)
        last, measures = loss, {"training loss": loss}
        if step % per_epoch == 0:
            measures |= on_the_test(model.arrays(), test)
            if not math.isfinite(measures["test loss"]):
                return Diverged(step, "test loss", last)


def on_the_test(weights: Arrays, test: Digits) -> dict[str, float]:
    """Measure a network on the test digits."""
    from engine.computer_vision.cnn import probabilities

    reading = read(test.labels, probabilities(weights, test.images))
    return {"test loss": reading.loss, "test accuracy": reading.accuracy}


# what a page draws of a snapshot
def reading_of(settings: DigitsSettings, weights: Arrays) -> tuple[Digits, Reading]:
    """Return the test digits of these settings and what the network makes of them."""
    from engine.computer_vision.cnn import probabilities

    _, test = split(settings.train, settings.seed)
    return test, read(test.labels, probabilities(weights, test.images))


def example(settings: DigitsSettings, label: int, number: int = 0) -> Pixels:
    """Return a test digit that shows `label`, shape (8, 8): the first, or after `number` others."""
    _, test = split(settings.train, settings.seed)
    shown = np.flatnonzero(test.labels == label)
    image: Pixels = test.images[shown[number % len(shown)]]
    return image


@dataclass(frozen=True, eq=False)
class Stage:
    """What one part of the network makes of an image: maps of shape (C, side, side), none of them negative."""

    name: str
    maps: Pixels


def stages_of(weights: Arrays, image: Pixels) -> tuple[Stage, ...]:
    """Return the feature maps of every stage, and the pooled ones, for an image of shape (8, 8)."""
    from engine.computer_vision.cnn import maps

    found = maps(weights, image)
    names = [*(f"Stage {number}" for number in range(1, len(found))), "Pooled"]
    return tuple(Stage(name, one) for name, one in zip(names, found, strict=True))


def probabilities_of(weights: Arrays, image: Pixels) -> Floats:
    """Return the ten class probabilities of an image, shape (8, 8)."""
    from engine.computer_vision.cnn import probabilities

    row: Floats = probabilities(weights, image[None])[0]
    return row


def parts_of(settings: DigitsSettings) -> tuple[Part, ...]:
    """Return the network's parts in order, with shapes and numbers of parameters."""
    return parts(settings.first, settings.second, settings.norm)


CLAIMED = DigitsSettings(train=1_300, epochs=12, shift=0, warp=0, smoothing=0)


def claim_digits(seed: int, shift: float = 0.0) -> Verdict:
    """Train on 1,300 digits, moved by up to `shift` pixels, and read the test digits, as they are and moved by two."""
    from engine.computer_vision.cnn import probabilities

    settings = replace(CLAIMED, seed=seed, shift=shift)
    for snapshot in run_digits(settings):
        weights = snapshot.weights
    _, test = split(settings.train, seed)
    clean, two = (read(test.labels, probabilities(weights, moved(test.images, right))).accuracy for right in (0, 2))
    return Verdict(
        clean >= 0.95 and two <= clean - 0.25,
        {"accuracy": clean, "accuracy after a shift by two": two},
        f"Of {len(test.labels)} held-out digits {clean:.1%} were read, and {two:.1%} moved right by two pixels.",
    )


EXPERIMENT = Experiment(
    "digits",
    DigitsSettings,
    run_digits,
    claim_digits,
    Sabotage("training digits shifted by up to two pixels", lambda seed: claim_digits(seed, shift=2.0)),
    shows=("engine.computer_vision.cnn:SmallCNN", "engine.computer_vision.cnn:Trainer"),
    live=RECIPE,
    reopen=reopen_digits,
)
