"""The experiment order: shuffle the words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from engine.data import Floats
from engine.experiment import Experiment, Sabotage, Verdict
from engine.language_modeling import attention
from engine.settings import Choice, Flag, Settings, Whole

SENTENCE = ("the", "dog", "bites", "a", "man")
NO_POSITIONS, SINUSOIDAL, LEARNED = "none", "sinusoidal", "learned (here random)"
ORDERS: dict[str, tuple[int, ...]] = {"a man bites the dog": (3, 4, 2, 0, 1), "backwards": (4, 3, 2, 1, 0)}
SHUFFLED = "drawn at random"
WIDTH = 8


@dataclass(frozen=True)
class OrderSettings(Settings):
    """One head over five words, in their order and in another."""

    positions: Annotated[str, Choice((NO_POSITIONS, SINUSOIDAL, LEARNED), says="Position vectors")] = NO_POSITIONS
    masked: Annotated[bool, Flag(says="Causal mask")] = False
    order: Annotated[str, Choice((*ORDERS, SHUFFLED), says="The other order")] = "a man bites the dog"
    seed: Annotated[int, Whole(0, 9_999, says="Seed")] = 1


@dataclass(frozen=True)
class OrderOutcome:
    """What one head makes of five words before and after they were shuffled.

    Attributes:
        order: (5,) place i of the shuffled sentence holds word order[i].
        positions: (5, 8) position vectors; zeros where there are none.
        before: (5, 8) outputs of the sentence, row i for word i.
        after: (5, 8) outputs of the shuffled sentence, in its own order.
        moved: (5,) for each word of the sentence the largest difference of its two outputs.
    """

    order: NDArray[np.int64]
    positions: Floats
    before: Floats
    after: Floats
    moved: Floats


def run_order(settings: OrderSettings) -> OrderOutcome:
    """Attend to the sentence in both orders."""
    rng = np.random.default_rng(settings.seed)
    order = np.array(ORDERS.get(settings.order, shuffled(rng, len(SENTENCE))))
    return compare_orders(rng, order, settings.positions, settings.masked, WIDTH)


def shuffled(rng: np.random.Generator, n: int) -> tuple[int, ...]:
    """Draw an order of n things, n ≥ 2, that is not the one they have."""
    while (order := tuple(map(int, rng.permutation(n)))) == tuple(range(n)):
        pass
    return order


def compare_orders(
    rng: np.random.Generator, order: NDArray[np.int64], positions: str, masked: bool, d: int
) -> OrderOutcome:
    """Draw n words and a head of width d, and let it attend in the words' own order and in another."""
    n = len(order)
    X, W_q, W_k, W_v = (rng.normal(size=shape) for shape in ((n, d), (d, d), (d, d), (d, d)))
    learned = rng.normal(size=(n, d))
    P = {NO_POSITIONS: np.zeros((n, d)), SINUSOIDAL: attention.sinusoidal(n, d), LEARNED: learned}[positions]
    mask = attention.causal_mask(n) if masked else None
    before, after = (
        attention.self_attention(words + P, W_q, W_k, W_v, mask).outputs for words in (X, X[order])
    )  # (n, d) each; the words move, the positions stay
    moved = np.abs(after - before[order]).max(axis=1)[np.argsort(order)]
    return OrderOutcome(order, P, before, after, moved)


def claim_order(seed: int, plain: str = NO_POSITIONS) -> Verdict:
    """Shuffle five words: plain, with positions, and with a causal mask."""
    rng = np.random.default_rng(seed)
    order = np.array(shuffled(rng, 5))
    bare, placed, masked = (
        float(compare_orders(rng, order, positions, mask, 16).moved.max())
        for positions, mask in ((plain, False), (SINUSOIDAL, False), (NO_POSITIONS, True))
    )
    return Verdict(
        bare < 1e-10 and placed > 0.01 and masked > 0.01,
        {"largest difference, plain": bare, "with positions": placed, "with a causal mask": masked},
        f"After shuffling, a word's output differs by {bare:.0e} plain, by {placed:.2g} with positions and by "
        f"{masked:.2g} with a causal mask.",
    )


EXPERIMENT = Experiment(
    "order",
    OrderSettings,
    run_order,
    claim_order,
    Sabotage("positions added to the plain case", lambda seed: claim_order(seed, SINUSOIDAL)),
    shows=(compare_orders, attention.sinusoidal, attention.causal_mask),
)
