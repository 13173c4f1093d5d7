"""The experiment attend: three words, by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from engine.data import Floats
from engine.experiment import Experiment, Sabotage, Verdict
from engine.experiments.transformers.shared import Matrix
from engine.language_modeling import attention
from engine.settings import Choice, Flag, Rows, Settings, Whole

WORDS = ("dog", "bites", "man")
BY_HAND, DRAWN = "by hand", "drawn at random"
IDENTITY: Matrix = ((1.0, 0.0), (0.0, 1.0))
MIRROR: Matrix = ((-1.0, 0.0), (0.0, -1.0))  # puts values where no word lies


@dataclass(frozen=True)
class AttendSettings(Settings):
    """Three words as vectors in the plane, and the three projections of one head."""

    vectors: Annotated[Matrix, Rows(2, -10, 10, most=3, says="The three words' vectors: x, y")] = (
        (2.0, 0.0),
        (0.0, 2.0),
        (1.0, 1.0),
    )
    projections: Annotated[str, Choice((BY_HAND, DRAWN), says="Projections")] = BY_HAND
    W_q: Annotated[Matrix, Rows(2, -10, 10, most=2, says="W_Q", when=(("projections", (BY_HAND,)),))] = IDENTITY
    W_k: Annotated[Matrix, Rows(2, -10, 10, most=2, says="W_K", when=(("projections", (BY_HAND,)),))] = IDENTITY
    W_v: Annotated[Matrix, Rows(2, -10, 10, most=2, says="W_V", when=(("projections", (BY_HAND,)),))] = MIRROR
    scaled: Annotated[bool, Flag(says="Divide by √d_k")] = True
    normalised: Annotated[bool, Flag(says="Softmax")] = True
    masked: Annotated[bool, Flag(says="Causal mask")] = False
    seed: Annotated[int, Whole(0, 9_999, says="Seed", when=(("projections", (DRAWN,)),))] = 1

    def conflicts(self) -> Iterator[str]:
        if len(self.vectors) != 3:
            yield f"There are three words, so give three vectors; there are {len(self.vectors)}."
        if self.projections == BY_HAND:
            for name, rows in (("W_Q", self.W_q), ("W_K", self.W_k), ("W_V", self.W_v)):
                if len(rows) != 2:
                    yield f"{name} maps two numbers to two, so it has two rows; there are {len(rows)}."


@dataclass(frozen=True)
class AttendOutcome:
    """One head on three words: all shapes (3, 2), but for scores and weights, (3, 3); scores are −∞ where masked.

    Attributes:
        X: the words' vectors; projections: W_Q, W_K and W_V, shape (3, 2, 2).
        Q, K, V: what the projections make of X.
        blocked: whether a score is masked; scores hold NaN there.
        scores, weights, outputs: as in engine.language_modeling.attention.
    """

    X: Floats
    projections: Floats
    Q: Floats
    K: Floats
    V: Floats
    blocked: NDArray[np.bool_]
    scores: Floats
    weights: Floats
    outputs: Floats


def run_attend(settings: AttendSettings) -> AttendOutcome:
    """Attend once."""
    X = np.array(settings.vectors, dtype=float)  # (3, 2)
    if settings.projections == BY_HAND:
        W = np.array([settings.W_q, settings.W_k, settings.W_v], dtype=float)  # (3, 2, 2)
    else:
        W = np.round(np.random.default_rng(settings.seed).normal(size=(3, 2, 2)), 2)
    Q, K, V = X @ W  # (3, 2) each
    mask = attention.causal_mask(3) if settings.masked else None
    found = attention.attend(Q, K, V, mask, settings.scaled, settings.normalised)
    blocked = np.isneginf(found.scores)
    scores = np.where(blocked, np.nan, found.scores)
    return AttendOutcome(X, W, Q, K, V, blocked, scores, found.weights, found.outputs)


def claim_attend(seed: int, normalised: bool = True) -> Verdict:
    """Attend with random projections of three random words: are the outputs weighted means of the values?"""
    rng = np.random.default_rng(seed)
    X, W_q, W_k, W_v = (rng.normal(size=shape) for shape in ((3, 4), (4, 4), (4, 4), (4, 4)))
    V = X @ W_v  # (3, 4)
    found = attention.attend(X @ W_q, X @ W_k, V, normalised=normalised)
    error = float(np.abs(found.weights.sum(axis=-1) - 1).max())
    least = float(found.weights.min())
    outside = float(np.maximum(found.outputs - V.max(axis=0), V.min(axis=0) - found.outputs).max())
    return Verdict(
        least > 0 and error < 1e-12 and outside <= 1e-12,
        {"largest |row sum − 1|": error, "smallest weight": least, "farthest outside the values' range": outside},
        f"The rows sum to 1 within {error:.0e}, the smallest weight is {least:.2g}, and no output lies outside the "
        "range of the values."
        if outside <= 1e-12
        else f"The rows miss the sum 1 by up to {error:.2g}, the smallest weight is {least:.2g}, and an output lies "
        f"{outside:.2g} outside the range of the values.",
    )


EXPERIMENT = Experiment(
    "attend",
    AttendSettings,
    run_attend,
    claim_attend,
    Sabotage("the softmax skipped", lambda seed: claim_attend(seed, normalised=False)),
    shows=(attention.attend, attention.softmax, attention.multi_head),
)
