"""Judging what a model has written: does it repeat itself, do its words exist, how much did it copy."""

from __future__ import annotations

import math
from collections.abc import Set
from dataclasses import dataclass

from engine.language_modeling.corpus import letters


@dataclass(frozen=True)
class Written:
    """What was written, the share of its word triples that are different, and of its words that are known.

    A share is NaN where nothing was written that it could be a share of.
    """

    text: str
    distinct: float
    known: float


def judged(text: str, words: Set[str]) -> Written:
    """Measure a text against known words; its last word may be cut off, and does not count."""
    whole = text.rpartition(" ")[0] or text
    return Written(text, distinct_triples(whole), known_words(whole, words))


def distinct_triples(text: str) -> float:
    """Return the share of different ones among all runs of three words; NaN where there are fewer than three words.

    >>> distinct_triples("so it goes and then it stops")
    1.0
    >>> distinct_triples("so it goes so it goes so it goes")
    0.42857142857142855
    """
    words = letters(text).split()
    triples = list(zip(words, words[1:], words[2:], strict=False))
    return len(set(triples)) / len(triples) if triples else math.nan


def known_words(text: str, words: Set[str]) -> float:
    """Return the share of a text's words that are among `words`; NaN where it has no word.

    >>> known_words("The cat zat.", {"the", "cat", "sat"})
    0.6666666666666666
    """
    found = letters(text).split()
    return sum(one in words for one in found) / len(found) if found else math.nan


def longest_copy(text: str, source: str) -> str:
    """Return the longest passage of a text that stands in the source, word for word; the first of several.

    >>> longest_copy("a cat sat there", "the cat sat on the mat")
    ' cat sat '
    """
    best, start = "", 0
    for end in range(1, len(text) + 1):
        while text[start:end] not in source:
            start += 1
        if end - start > len(best):
            best = text[start:end]
    return best
