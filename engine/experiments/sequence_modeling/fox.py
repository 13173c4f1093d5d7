"""The experiment fox: five conditionals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from engine.data import Floats
from engine.experiment import Experiment, Sabotage, Verdict
from engine.settings import Number, Settings, Whole

FOX = ("The", "quick", "brown", "fox", "jumps")
FACTORS = (0.4, 0.3, 0.2, 0.5, 0.6)


@dataclass(frozen=True)
class FoxSettings(Settings):
    """The probability of each word, given all words before it; and how often the sentence is written in a row."""

    p1: Annotated[float, Number(0.01, 1, step=0.01, says="P(The)")] = FACTORS[0]
    p2: Annotated[float, Number(0.01, 1, step=0.01, says="P(quick | The)")] = FACTORS[1]
    p3: Annotated[float, Number(0.01, 1, step=0.01, says="P(brown | The quick)")] = FACTORS[2]
    p4: Annotated[float, Number(0.01, 1, step=0.01, says="P(fox | The quick brown)")] = FACTORS[3]
    p5: Annotated[float, Number(0.01, 1, step=0.01, says="P(jumps | The quick brown fox)")] = FACTORS[4]
    times: Annotated[int, Whole(1, 200, says="Sentences in a row")] = 1


@dataclass(frozen=True)
class FoxOutcome:
    """Five factors, and what becomes of them.

    Attributes:
        factors: (5,) probability of each word after those before it; surprise: (5,) −log of it, in nats.
        product, nats: probability of the sentence and −log of it; perplexity: e^(nats / 5).
        long_product, long_nats: the same of the sentence written `times` times, in double precision.
    """

    factors: Floats
    surprise: Floats
    product: float
    nats: float
    perplexity: float
    long_product: float
    long_nats: float


def run_fox(settings: FoxSettings) -> FoxOutcome:
    """Multiply the factors and add their surprises."""
    return chained((settings.p1, settings.p2, settings.p3, settings.p4, settings.p5), settings.times)


def chained(factors: tuple[float, ...], times: int = 1) -> FoxOutcome:
    """Apply the chain rule to the probabilities of a sentence's words, each given those before it."""
    p = np.array(factors)
    surprise = -np.log(p)
    nats = float(surprise.sum())
    return FoxOutcome(
        p, surprise, float(p.prod()), nats, float(np.exp(nats / len(p))), float(np.tile(p, times).prod()), times * nats
    )


def claim_fox(seed: int, scale: float = 1.0) -> Verdict:
    """Multiply the primer's factors in an order of this seed and compare product, sum and perplexity with the claim."""
    order = np.random.default_rng(seed).permutation(5)
    found = chained(tuple(scale * FACTORS[i] for i in order))
    return Verdict(
        abs(found.product - 0.0072) <= 1e-12
        and abs(found.nats - 4.934) <= 5e-4
        and abs(found.perplexity - 2.682) <= 5e-4,
        {"product": found.product, "nats": found.nats, "perplexity": found.perplexity},
        f"The product is {found.product:.6g}, −log of it {found.nats:.3f} nats, the perplexity {found.perplexity:.3f}.",
    )


EXPERIMENT = Experiment(
    "fox",
    FoxSettings,
    run_fox,
    claim_fox,
    sabotage=Sabotage("every factor halved", lambda seed: claim_fox(seed, scale=0.5)),
    shows=(chained,),
)
