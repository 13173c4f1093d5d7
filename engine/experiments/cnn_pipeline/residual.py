"""The experiment residual: twenty layers with and without skips."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np

from engine.computer_vision.digits import split
from engine.data import Floats
from engine.ends import Diverged, Done, End
from engine.experiment import Experiment, Sabotage, Verdict
from engine.settings import Choice, Number, Settings, Whole

if TYPE_CHECKING:
    from engine.computer_vision.residual import Epoch

BOTH, PLAIN, SKIPS = "both", "without skips", "with skips"
RESIDUAL_TRAIN = 1_200


@dataclass(frozen=True)
class ResidualSettings(Settings):
    """A deep stack of dense layers, plain, with skips, or one beside the other."""

    paths: Annotated[str, Choice((BOTH, PLAIN, SKIPS), says="Layers")] = BOTH
    depth: Annotated[int, Whole(1, 40, says="Depth: layers of 64 units")] = 20
    start: Annotated[str, Choice(("torch's default", "He"), says="Start of the weights")] = "torch's default"
    rate: Annotated[float, Number(1e-4, 0.1, log=True, says="Learning rate of Adam")] = 0.001
    epochs: Annotated[int, Whole(1, 10, says="Epochs")] = 6
    seed: Annotated[int, Whole(0, 999_999, says="Seed of split, start and order")] = 1


@dataclass(frozen=True, eq=False)
class StackCourse:
    """One stack's training so far, before the first epoch and after each: n epochs give n + 1 rows.

    Attributes:
        name: "without skips" or "with skips".
        losses: shape (n + 1,), over the 1,200 training digits.
        gradients: shape (n + 1, depth), the norm of each layer's gradient over them.
        accuracy: shape (n + 1,), on the other 597.
    """

    name: str
    losses: Floats
    gradients: Floats
    accuracy: Floats


@dataclass(frozen=True, eq=False)
class ResidualSnapshot:
    """All stacks after `epoch` epochs."""

    epoch: int
    stacks: tuple[StackCourse, ...]


def run_residual(settings: ResidualSettings) -> Generator[ResidualSnapshot, None, End]:
    """Train the stacks side by side on the same digits, an epoch a snapshot."""
    names = (PLAIN, SKIPS) if settings.paths == BOTH else (settings.paths,)
    running = [stack(settings, name == SKIPS) for name in names]
    courses: list[list[Epoch]] = [[] for _ in names]
    last = 0.0
    for epoch in range(settings.epochs + 1):
        for course, one in zip(courses, running, strict=True):
            course.append(next(one))
            if not (math.isfinite(course[-1].loss) and np.isfinite(course[-1].gradients).all()):
                return Diverged(epoch, "training loss", last)
            last = course[-1].loss
        stacks = (
            StackCourse(name, *map(np.array, zip(*((e.loss, e.gradients, e.accuracy) for e in course), strict=True)))
            for name, course in zip(names, courses, strict=True)
        )
        yield ResidualSnapshot(epoch, tuple(stacks))
    return Done()


def stack(settings: ResidualSettings, skips: bool) -> Iterator[Epoch]:
    """Return one stack's epochs; the plain one and the one with skips start and shuffle alike."""
    from engine.computer_vision.residual import DeepStack, train

    rng = np.random.default_rng(settings.seed)
    digits, test = split(RESIDUAL_TRAIN, settings.seed)
    model = DeepStack(settings.depth, skips).start(settings.start, rng)
    return train(model, digits, test, settings.epochs, settings.rate, rng)


def claim_residual(seed: int, skips: bool = True) -> Verdict:
    """Train twenty layers without skips and twenty with (or without again), and compare gradients and accuracies."""
    courses = (stack(ResidualSettings(seed=seed), one) for one in (False, skips))
    (plain, *_, plain_end), (other, *_, other_end) = courses
    reach, other_reach = float(plain.gradients[0]), float(other.gradients[0])
    return Verdict(
        reach < 1e-6 and other_reach > 1e-2 and plain_end.accuracy <= 0.4 and other_end.accuracy >= 0.7,
        {
            "first gradient, plain": reach,
            "first gradient, with skips": other_reach,
            "accuracy, plain": plain_end.accuracy,
            "accuracy, with skips": other_end.accuracy,
        },
        f"At the start the first layer's gradient is {reach:.0e} without skips and {other_reach:.2g} "
        f"{'with them' if skips else 'in the second stack'}; after six epochs {plain_end.accuracy:.0%} and "
        f"{other_end.accuracy:.0%} of the held-out digits are read.",
    )


EXPERIMENT = Experiment(
    "residual",
    ResidualSettings,
    run_residual,
    claim_residual,
    Sabotage("no skips in either stack", lambda seed: claim_residual(seed, skips=False)),
    shows=("engine.computer_vision.residual:DeepStack", "engine.computer_vision.residual:train"),
)
