"""The 1,797 handwritten digits that scikit-learn bundles: split, moved, and what a classifier made of them.

An image is an array of shape (8, 8) in 0 ... 1: how full of ink each block of 4 x 4 pixels of a 32 x 32 bitmap is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data import Floats, Labels
from engine.datasets import load

Pixels = NDArray[np.float32]

SIDE, CLASSES, COUNT = 8, 10, 1_797
FULL = 16.0  # black pixels of a block


@dataclass(frozen=True, eq=False)
class Digits:
    """Images of shape (m, 8, 8) and what they show, shape (m,)."""

    images: Pixels
    labels: Labels


def split(train: int, seed: int) -> tuple[Digits, Digits]:
    """Draw `train` of the 1,797 digits for training, all equally likely; the others are for the test."""
    table = load("digits").values
    order = np.random.default_rng(seed).permutation(COUNT)
    images = (table[:, :-1] / FULL).astype(np.float32).reshape(-1, SIDE, SIDE)
    labels = table[:, -1].astype(np.int64)
    first, rest = order[:train], order[train:]
    return Digits(images[first], labels[first]), Digits(images[rest], labels[rest])


def moved(images: Pixels, right: int) -> Pixels:
    """Return the images, shape (m, 8, 8), moved to the right by whole pixels (left where negative); blank comes in."""
    shifted = np.zeros_like(images)
    if right >= 0:
        shifted[..., right:] = images[..., : SIDE - right]
    else:
        shifted[..., :right] = images[..., -right:]
    return shifted


@dataclass(frozen=True, eq=False)
class Reading:
    """What a classifier made of m images.

    Attributes:
        truth, guess: shape (m,).
        probabilities: shape (m, 10), rows add up to 1.
    """

    truth: Labels
    guess: Labels
    probabilities: Floats

    @property
    def accuracy(self) -> float:
        return float((self.guess == self.truth).mean())

    @property
    def loss(self) -> float:
        """The cross-entropy: the mean of -log p over the true classes."""
        own = self.probabilities[np.arange(len(self.truth)), self.truth]
        return float(-np.log(np.maximum(own, 1e-300)).mean())

    @property
    def confusion(self) -> Labels:
        """How often digit i was read as j, shape (10, 10)."""
        table: Labels = np.bincount(CLASSES * self.truth + self.guess, minlength=CLASSES**2)
        return table.reshape(CLASSES, CLASSES)

    def worst(self, most: int) -> Labels:
        """Return the images that were misread, the most confident mistakes first, `most` of them at most."""
        wrong = np.flatnonzero(self.guess != self.truth)
        sure = self.probabilities[wrong, self.guess[wrong]]
        return wrong[np.argsort(-sure, kind="stable")][:most]


def read(truth: Labels, probabilities: Floats) -> Reading:
    """Return the reading that takes the most probable class of each image; of equals, the smallest."""
    return Reading(truth, probabilities.argmax(axis=1), probabilities)
