"""A text made ready for a model of characters: codes to learn from, an end held out, and what n-grams make of it."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.errors import DataRefused
from engine.language_modeling.corpus import split
from engine.language_modeling.generation import RARE
from engine.language_modeling.ngram import KNESER_NEY, WITTEN_BELL, NGram

MOST_CHARACTERS = 500  # different ones; of more, the rarest are read as one sign
HELD_OUT = 2_000  # characters that are predicted again and again while a model learns
MOST_ORDER = 5  # of the n-gram models

Codes = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Material:
    """A text of n characters of V kinds.

    Attributes:
        text: the text, its rarest characters replaced by RARE where there were too many kinds.
        characters: the V kinds, sorted; places are codes.
    """

    text: str
    characters: str

    @classmethod
    def of(cls, text: str, characters: str = "", least: int = 2) -> Material:
        """Prepare a text.

        Args:
            text: any string.
            characters: the kinds that a kept model knows; the text's own where "".
            least: characters that are needed.

        Raises:
            DataRefused: if too little is there, or nothing that the kept model knows.
        """
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")  # (n,)
        if characters:
            kept = np.array([ord(one) for one in characters], dtype="<u4")
        else:
            kinds, counts = np.unique(points, return_counts=True)
            common = np.argsort(-counts, kind="stable")[: MOST_CHARACTERS - 1]
            kept = kinds if len(kinds) <= MOST_CHARACTERS else np.union1d(kinds[common], [ord(RARE)]).astype("<u4")
        known = np.isin(points, kept)
        points = np.where(known, points, np.uint32(ord(RARE))) if ord(RARE) in kept else points[known]
        if len(points) < least:
            raise DataRefused(f"The text has {len(points):,} characters; this model needs at least {least:,}.")
        return cls(*(one.tobytes().decode("utf-32-le", "surrogatepass") for one in (points, kept)))

    @cached_property
    def codes(self) -> Codes:
        """The text as codes, shape (n,)."""
        points, kinds = (
            np.frombuffer(one.encode("utf-32-le", "surrogatepass"), "<u4") for one in (self.text, self.characters)
        )
        return np.searchsorted(kinds, points).astype(np.int64)

    @cached_property
    def cut(self) -> int:
        """Where what is held out begins."""
        return len(split(self.text)[0])

    def held_out(self, lead: int = 0) -> slice:
        """Return where the characters stand that a model is examined on, and `lead` characters before them."""
        return slice(self.cut - lead, self.cut + HELD_OUT)

    @cached_property
    def opening(self) -> str:
        """What a model is given to begin a sentence."""
        return next((one for one in (". ", ".\n", "\n") if one in self.text), self.text[0])


def ngram_levels(material: Material) -> dict[str, float]:
    """Return the cross-entropy of what is held out, in nats a character, of n-gram models by name: "1-gram", ...

    Each counts all that the transformer learns from, with the better of two smoothings.
    """
    train, held_out = material.text[: material.cut], material.text[material.held_out()]
    model = NGram(MOST_ORDER, smoothing=KNESER_NEY).fit(train, material.characters)
    found = [model.cross_entropies(held_out)]
    found.append(NGram(MOST_ORDER, smoothing=WITTEN_BELL).fit(model.tree).cross_entropies(held_out))
    return {f"{order}-gram": min(both) for order, both in enumerate(zip(*found, strict=True), start=1)}


def share_of_pairs(text: str, sample: str) -> float:
    """Return the share of a sample's neighbouring pairs that the text holds as well; 0 where there are none."""
    possible, pairs = set(itertools.pairwise(text)), [*itertools.pairwise(sample)]
    return sum(pair in possible for pair in pairs) / max(len(pairs), 1)


def share_of_words(text: str, sample: str) -> float:
    """Return the share of a sample's words that the text holds as well; the last, perhaps cut short, does not count."""
    known, written = set(re.findall(r"\w+", text)), re.findall(r"\w+", sample)[:-1]
    return sum(word in known for word in written) / max(len(written), 1)
