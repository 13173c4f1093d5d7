"""What more than one of the topic's experiments use."""

from __future__ import annotations

from functools import lru_cache

from engine.data import Text
from engine.errors import DataRefused
from engine.language_modeling.contexts import Tree
from engine.language_modeling.corpus import NAMES, OWN, corpus, letters, split
from engine.language_modeling.ngram import before

TEXTS = (*NAMES, OWN)
FEWEST_LETTERS = 200  # that are left of a text when all but letters is taken away
MOST_HELD_OUT = 100_000
DEEPEST = 7  # the highest order in the chart


@lru_cache(maxsize=8)
def material(name: str, own: Text | None, plain: bool) -> tuple[str, str]:
    """Return the part of a text to learn from and the part held out: the last tenth, at most MOST_HELD_OUT characters.

    Raises:
        DataRefused: if `plain`, which leaves nothing but letters and spaces, leaves too few.
    """
    text = corpus(name, own)
    if plain:
        text = letters(text)
        if len(text) < FEWEST_LETTERS:
            raise DataRefused(
                f"{len(text):,} letters and spaces are left of this text; at least {FEWEST_LETTERS} are needed. "
                "Turn 'Letters only' off."
            )
    train, held = split(text)
    return train, held[:MOST_HELD_OUT]


@lru_cache(maxsize=4)
def counted(name: str, own: Text | None, plain: bool, size: int, depth: int) -> Tree:
    """Count the contexts of up to `depth` characters in the first `size` characters to learn from."""
    train, held = material(name, own, plain)
    return Tree.of(train[:size], before(depth + 1), sorted(set(train) | set(held)))
