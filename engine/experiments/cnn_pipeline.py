"""Experiments of the topic "A complete CNN" (sections 16.4 and 16.5 of the primer)."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from numpy.typing import NDArray

from engine.computer_vision.counting import Part, convolution, dense, parts, vgg16
from engine.computer_vision.digits import CLASSES, COUNT, Digits, Pixels, Reading, moved, read, split
from engine.computer_vision.pen import prepare as prepare
from engine.computer_vision.softmax import softmax
from engine.data import Floats
from engine.errors import DataRefused
from engine.experiment import Choice, Diverged, Done, End, Experiment, Flag, Number, Sabotage, Settings, Verdict, Whole

if TYPE_CHECKING:
    from engine.computer_vision.cnn import SmallCNN
    from engine.computer_vision.residual import Epoch

Arrays = Mapping[str, NDArray[Any]]
Training = Generator["DigitsSnapshot", Mapping[str, Any] | None, End]

# --- digits: train and draw --------------------------------------------------------------------------------------

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
    """Train on from kept weights; Adam's averages begin anew."""
    from engine.computer_vision.cnn import SmallCNN, restored

    def shapes(of: Arrays) -> dict[str, tuple[int, ...]]:
        return {name: np.shape(one) for name, one in of.items()}

    asked = SmallCNN(settings.first, settings.second, settings.norm).arrays()
    if shapes(arrays) != shapes(asked) or not all(np.isfinite(one).all() for one in arrays.values()):
        raise DataRefused("These arrays are not the weights of such a network.")
    return train_digits(settings, restored(arrays), np.random.default_rng(settings.seed + step), step)


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


# --- softmax: logits to probabilities ----------------------------------------------------------------------------

LOGITS = ("z1", "z2", "z3", "z4", "z5")


@dataclass(frozen=True)
class SoftmaxSettings(Settings):
    """Five logits, what is done to all of them, and the temperature."""

    z1: Annotated[float, Number(-10, 10, step=0.1, says="z₁")] = 2.0
    z2: Annotated[float, Number(-10, 10, step=0.1, says="z₂")] = 1.0
    z3: Annotated[float, Number(-10, 10, step=0.1, says="z₃")] = 0.5
    z4: Annotated[float, Number(-10, 10, step=0.1, says="z₄")] = -1.0
    z5: Annotated[float, Number(-10, 10, step=0.1, says="z₅")] = -3.0
    added: Annotated[float, Number(-100, 100, step=1.0, says="Add to all logits")] = 0.0
    times: Annotated[float, Number(-3, 3, step=0.1, says="Multiply all logits by")] = 1.0
    temperature: Annotated[float, Number(0.1, 10, log=True, says="Temperature T")] = 1.0


@dataclass(frozen=True, eq=False)
class SoftmaxOutcome:
    """Five logits and their probabilities, all of shape (5,).

    Attributes:
        logits: after multiplying and adding.
        before: the probabilities of the sliders' logits as they stand, at T = 1.
        probabilities: those of `logits` at the temperature.
        powers: exp(z/T − largest z/T), what is added up below the line.
        overflows: whether exp(z/T) alone, nothing subtracted, is too large or all too small for a 64-bit number.
    """

    logits: Floats
    before: Floats
    probabilities: Floats
    powers: Floats
    overflows: bool


def run_softmax(settings: SoftmaxSettings) -> SoftmaxOutcome:
    """Turn the logits into probabilities, with and without what is done to them."""
    given = np.array([getattr(settings, name) for name in LOGITS])
    logits = settings.times * given + settings.added
    scaled = logits / settings.temperature
    widest = float(np.log(np.finfo(np.float64).max))
    return SoftmaxOutcome(
        logits, softmax(given), softmax(logits, settings.temperature), np.exp(scaled - scaled.max()),
        bool(scaled.max() > widest or scaled.max() < -widest),
    )  # fmt: skip


def claim_softmax(seed: int, multiply: bool = False) -> Verdict:
    """Add a number to six random logits, or multiply them by 2, and compare the probabilities."""
    rng = np.random.default_rng(seed)
    logits, constant = rng.normal(size=6), float(rng.normal(scale=50))
    before = softmax(logits)
    after = softmax(2 * logits) if multiply else softmax(logits + constant)
    added, doubled = float(np.abs(after - before).max()), float(np.abs(softmax(2 * logits) - before).max())
    gap = abs(float(after.sum()) - 1)
    what = "multiplying by 2" if multiply else f"adding {constant:.1f}"
    return Verdict(
        added < 1e-12 and gap < 1e-12 and doubled > 1e-3,
        {"change after adding": added, "change after doubling": doubled, "sum minus 1": gap},
        f"Most changed by {what}: {added:.1e}. By doubling the logits: {doubled:.1e}. The sum is 1 within {gap:.0e}.",
    )


# --- residual: twenty layers with and without skips ----------------------------------------------------------------

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
        {"first gradient, plain": reach, "first gradient, with skips": other_reach,
         "accuracy, plain": plain_end.accuracy, "accuracy, with skips": other_end.accuracy},
        f"At the start the first layer's gradient is {reach:.0e} without skips and {other_reach:.2g} "
        f"{'with them' if skips else 'in the second stack'}; after six epochs {plain_end.accuracy:.0%} and "
        f"{other_end.accuracy:.0%} of the held-out digits are read.",
    )  # fmt: skip


# --- the lesson's worked example -----------------------------------------------------------------------------------


def worked() -> dict[str, float]:
    """Return the numbers of the worked example by name."""
    side, filters, hidden = 64, 32, 128
    mapped = side - 3 + 1
    pooled = (mapped - 2) // 2 + 1
    flat = filters * pooled * pooled
    counts = {"conv": convolution(filters, 3, 3), "hidden": dense(hidden, flat), "last": dense(10, hidden)}
    total = sum(counts.values())
    ours = parts_of(DigitsSettings())
    return worked_softmax() | {
        "mapped": mapped, "pooled": pooled, "flat": flat, **counts, "total": total, "share": counts["hidden"] / total,
        "gap_head": dense(10, filters), "vgg": vgg16(), "vgg_first_dense": dense(4096, 512 * 7 * 7),
        "ours": sum(part.parameters for part in ours), "ours_dense": ours[-2].parameters,
        "ours_flat": ours[-3].shape[0], "all": COUNT,
        "smooth_right": 0.9 + 0.1 / CLASSES, "smooth_wrong": 0.1 / CLASSES,
        "plain_factor": math.sqrt(1 / 6), "plain_twenty": math.sqrt(1 / 6) ** 20,
    }  # fmt: skip


def worked_softmax() -> dict[str, float]:
    """Return the powers, probabilities and losses of three logits."""
    logits = np.array([2.0, 1.0, 0.0])
    warm, cold = softmax(logits), softmax(logits, 0.5)
    return {
        "e2": math.exp(2), "e1": math.e, "below": math.exp(2) + math.e + 1,
        **{f"p{i}": float(p) for i, p in enumerate(warm, start=1)},
        **{f"cold{i}": float(p) for i, p in enumerate(cold, start=1)},
        "shifted1": float(softmax(logits + 100)[0]), "nll": -math.log(warm[0]), "chance": math.log(CLASSES),
    }  # fmt: skip


EXPERIMENTS = (
    Experiment(
        "digits", DigitsSettings, run_digits, claim_digits,
        Sabotage("training digits shifted by up to two pixels", lambda seed: claim_digits(seed, shift=2.0)),
        shows=("engine.computer_vision.cnn:SmallCNN", "engine.computer_vision.cnn:Trainer"),
        live=RECIPE, reopen=reopen_digits,
    ),
    Experiment(
        "softmax", SoftmaxSettings, run_softmax, claim_softmax,
        Sabotage("the logits multiplied by 2 instead", lambda seed: claim_softmax(seed, multiply=True)),
        shows=(softmax,),
    ),
    Experiment(
        "residual", ResidualSettings, run_residual, claim_residual,
        Sabotage("no skips in either stack", lambda seed: claim_residual(seed, skips=False)),
        shows=("engine.computer_vision.residual:DeepStack", "engine.computer_vision.residual:train"),
    ),
)  # fmt: skip
