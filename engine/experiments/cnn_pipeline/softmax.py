"""The experiment softmax: logits to probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from engine.computer_vision.softmax import softmax
from engine.data import Floats
from engine.experiment import Experiment, Sabotage, Verdict
from engine.settings import Number, Settings

LOGITS = ("z1", "z2", "z3", "z4", "z5")


@dataclass(frozen=True)
class SoftmaxSettings(Settings):
    """Five logits, what is done to all of them, and the temperature."""

    main: ClassVar = ("z1", "z2", "added", "times", "temperature")

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
        logits,
        softmax(given),
        softmax(logits, settings.temperature),
        np.exp(scaled - scaled.max()),
        bool(scaled.max() > widest or scaled.max() < -widest),
    )


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


EXPERIMENT = Experiment(
    "softmax",
    SoftmaxSettings,
    run_softmax,
    claim_softmax,
    Sabotage("the logits multiplied by 2 instead", lambda seed: claim_softmax(seed, multiply=True)),
    shows=(softmax,),
)
