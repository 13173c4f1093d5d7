"""The experiment scale: why the square root."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from engine.data import Floats
from engine.errors import TooLarge
from engine.experiment import Experiment, Sabotage, Verdict
from engine.language_modeling import attention
from engine.settings import Number, Settings, Whole

DIMENSIONS = (4, 8, 16, 32, 64, 128, 256)
DRAWS = 400  # queries for each dimension
MOST_NUMBERS = 20_000_000  # drawn for all dimensions together


@dataclass(frozen=True)
class ScaleSettings(Settings):
    """Random queries and keys whose numbers all have variance 1."""

    k: Annotated[int, Whole(1, 512, says="Key dimension, d_k")] = 64
    keys: Annotated[int, Whole(2, 64, says="Keys")] = 16
    power: Annotated[float, Number(0, 1, step=0.05, says="Divide by d_k to the power of")] = 0.5
    queries: Annotated[int, Whole(50, 1_000, step=50, says="Random queries")] = DRAWS
    seed: Annotated[int, Whole(0, 9_999, says="Seed")] = 1


@dataclass(frozen=True)
class ScaleOutcome:
    """Scores of random queries and keys, for each dimension.

    Attributes:
        dimensions: (n,) with the one looked into among them.
        variance: (2, n) of the scores, as they are and divided.
        entropy: (2, n) mean relative entropy of the softmax: 1 spread evenly, 0 all on one key.
        gradient: (2, n) mean of Σ p (1 − p): how much a softmax still reacts to its scores.
        slope: of log variance against log dimension, as they are and divided, shape (2,).
        weights: (2, keys) of one query at the dimension looked into, largest first.
    """

    dimensions: NDArray[np.int64]
    variance: Floats
    entropy: Floats
    gradient: Floats
    slope: Floats
    weights: Floats


def run_scale(settings: ScaleSettings) -> ScaleOutcome:
    """Draw queries and keys for each dimension and measure their scores with and without the division."""
    rng = np.random.default_rng(settings.seed)
    dimensions = sorted({*DIMENSIONS, settings.k})
    numbers = settings.queries * (settings.keys + 1) * sum(dimensions)
    if numbers > MOST_NUMBERS:
        raise TooLarge("random numbers", numbers, MOST_NUMBERS)
    return compare_scales(rng, dimensions, settings.keys, settings.queries, settings.power, settings.k)


def compare_scales(
    rng: np.random.Generator, dimensions: list[int], keys: int, queries: int, power: float, look: int
) -> ScaleOutcome:
    """Measure scores for each dimension as they are and divided by dimension^power; look into one of them."""
    found, examples = [], {}
    for k in dimensions:
        q, K = rng.normal(size=(queries, 1, k)), rng.normal(size=(queries, keys, k))
        raw = (q @ K.swapaxes(1, 2))[:, 0]  # (queries, keys)
        both = np.stack([raw, raw / k**power])  # (2, queries, keys)
        weights = attention.softmax(both)
        examples[k] = -np.sort(-weights[:, 0])  # (2, keys)
        found.append(
            [
                both.var(axis=(1, 2)),
                attention.relative_entropy(weights).mean(axis=1),
                (weights * (1 - weights)).sum(axis=-1).mean(axis=1),
            ]
        )
    variance, entropy, gradient = np.array(found).transpose(1, 2, 0)  # (2, n) each
    slope = np.array([np.polyfit(np.log(dimensions), np.log(one), 1)[0] for one in variance])
    return ScaleOutcome(np.array(dimensions), variance, entropy, gradient, slope, examples[look])


def claim_scale(seed: int, divided_first: bool = False) -> Verdict:
    """Fit the growth of the scores' variance over dimensions 4 ... 256, and compare the entropies at 256."""
    found = compare_scales(np.random.default_rng(seed), [*DIMENSIONS], 16, DRAWS, 0.5, 256)
    slope = float(found.slope[1 if divided_first else 0])
    raw, scaled = (float(one) for one in found.entropy[:, -1])
    return Verdict(
        abs(slope - 1) <= 0.05 and raw <= 0.2 and scaled >= 0.7,
        {"slope of log variance": slope, "relative entropy at 256, unscaled": raw, "scaled": scaled},
        f"The variance grows as dimension to the power of {slope:.3f}; at 256 the relative entropy is {raw:.3f} "
        f"unscaled and {scaled:.3f} scaled.",
    )


EXPERIMENT = Experiment(
    "scale",
    ScaleSettings,
    run_scale,
    claim_scale,
    Sabotage("the scores divided before their variance is measured", lambda seed: claim_scale(seed, True)),
    shows=(compare_scales, attention.relative_entropy),
)
