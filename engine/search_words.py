"""Words as search compares them: folded, in both spellings, without formulas, and how many slips part two of them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

STOP = frozenset(
    (
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "by",
        "can",
        "do",
        "does",
        "for",
        "from",
        "how",
        "i",
        "in",
        "is",
        "it",
        "its",
        "my",
        "of",
        "on",
        "one",
        "or",
        "that",
        "the",
        "their",
        "this",
        "to",
        "vs",
        "versus",
        "was",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "with",
        "you",
        "your",
    )
)
ARTICLES = frozenset(("a", "an", "the"))
LONGEST_WORD, FAR = 24, 3  # letters that are compared, and slips beyond which nobody counts

_GREEK = {one: unicodedata.name(one).split()[-1].lower() for one in "αβγδεζηθικλμνξοπρστυφχψω"}
_GREEK["λ"] = "lambda"  # Unicode says LAMDA
_BY_NAME = str.maketrans({letter: f" {name} " for letter, name in _GREEK.items()})
_LETTERS = {f"\\{name}": letter for letter, name in _GREEK.items()} | {"\\varepsilon": "ε", "\\varphi": "φ"}
_SIGNS = {"\\times": "×", "\\cdot": "·", "\\le": "≤", "\\ge": "≥", "\\mid": "|", "\\,": ""} | _LETTERS
_FONTS = re.compile(r"\\(?:math(?:bf|cal|rm|bb)|text)\s*")
_SPELLINGS = tuple(  # (a British ending, the American one)
    (re.compile(british + "$"), american)
    for british, american in (
        (r"(?<=\w)is(e|ed|er|ers|es|ing|ation|ations)", r"iz\1"),
        (r"(?<=\w)our(|s|al|ed|ing)", r"or\1"),
        (r"(?<=\w)ll(ed|er|ers|ing)", r"l\1"),
        (r"tre(|s|d)", r"ter\1"),
        (r"logue(|s)", r"log\1"),
        (r"yse(|d|r|s)", r"yze\1"),
        (r"grey(|s|scale)", r"gray\1"),
    )
)
_FROM_AMERICAN = re.compile(r"iz(e|ed|er|ers|es|ing|ation|ations)$")
_WORD = re.compile(r"[^\W_]+")
_HYPHEN = re.compile(r"(?<=\w)[-_‐‑](?=\w)")
_HYPHENED = re.compile(r"[^\W_]+(?:[-_‐‑][^\W_]+)+")


def fold(text: str) -> str:
    """Return text without case, accents and possessive s, Greek letters by their names.

    >>> fold("Poincaré's ε-greedy")
    'poincare  epsilon -greedy'
    """
    bare = text
    if not text.isascii():
        bare = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return re.sub(r"['’]s\b", "", bare.casefold().replace("ς", "σ")).translate(_BY_NAME)


def words(text: str) -> list[str]:
    """Return the folded words of a text in order.

    >>> words("K-Means, again")
    ['k', 'means', 'again']
    """
    return _WORD.findall(fold(text))


def joined(text: str) -> set[str]:
    """Return what hyphens part as one word, as others write it.

    >>> joined("K-means and back-propagation") == {"kmeans", "backpropagation"}
    True
    """
    return {_HYPHEN.sub("", one) for one in _HYPHENED.findall(fold(text))}


def pairs(parts: Sequence[str]) -> list[str]:
    """Return neighbouring words as one: "batch norm" is also typed "batchnorm"."""
    return [first + second for first, second in pairwise(parts)]


def singular(word: str) -> str:
    """Return a word without the ending of a plural.

    >>> [singular(one) for one in ("policies", "losses", "biases", "gates", "loss", "bias", "radius")]
    ['policy', 'loss', 'bias', 'gate', 'loss', 'bias', 'radius']
    """
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "iases")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word[-1] == "s" and word[-2] not in "asui" else word


@lru_cache(maxsize=8192)
def american(word: str) -> str:
    """Return a word as it is written in American English; what is none is changed in the same way everywhere."""
    for british, ending in _SPELLINGS if len(word) > 3 else ():
        changed, count = british.subn(ending, word)
        if count:
            return changed
    return word


@lru_cache(maxsize=8192)
def spellings(word: str) -> frozenset[str]:
    """Return a word in its British and American spelling.

    >>> sorted(spellings("behaviour")), sorted(spellings("optimizer")), sorted(spellings("modelling"))
    (['behavior', 'behaviour'], ['optimiser', 'optimizer'], ['modeling', 'modelling'])
    """
    return frozenset((word, american(word), _FROM_AMERICAN.sub(r"is\1", word)))


def whole(text: str) -> str:
    """Return a name in the one form in which equal names are equal.

    >>> whole("The K-Means"), whole("k means"), whole("kmeans")
    ('kmean', 'kmean', 'kmean')
    """
    parts = words(_HYPHEN.sub("", text))
    return "".join(singular(american(one)) for one in parts if one not in ARTICLES) or "".join(parts)


def plain(text: str) -> str:
    r"""Return Markdown as a line of words: short formulas as signs, long ones as an ellipsis.

    >>> plain("Why is $\\gamma<1$ in **the** `return`, $s^*$ too, and $\\frac{1}{1-\\gamma}$ not?")
    'Why is γ<1 in the return, s^* too, and … not?'
    """
    between = re.split(r"\$\$?(.+?)\$\$?", text, flags=re.DOTALL)
    between[::2] = [_unmarked(one) for one in between[::2]]
    between[1::2] = [_formula(one) for one in between[1::2]]
    return " ".join("".join(between).split())


def _unmarked(text: str) -> str:
    """Return Markdown without the signs of emphasis, code and links."""
    text = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", text)
    return re.sub(r"\*\*|`|(?<!\w)\*|\*(?!\w)", "", text)


def _formula(text: str) -> str:
    """Return a short formula as signs; what needs more than a line becomes an ellipsis."""
    text = _FONTS.sub("", text)
    text = re.sub(r"\\(?:[a-zA-Z]+|,)", lambda match: _SIGNS.get(match[0], match[0]), text)
    text = re.sub(r"[{}_\s]", "", text)
    return text if "\\" not in text and len(text) <= 12 else "…"


class Vocabulary:
    """The words among which one that was misspelt is looked for."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._words = list(vocabulary)
        self._codes = codes(self._words)
        self._lengths = np.array([len(word) for word in self._words], np.int64)
        self._letters = np.array([letters(word) for word in self._words], np.uint64)

    def near(self, typed: str, most: int) -> list[tuple[int, str]]:
        """Return the words whose beginnings are at most `most` slips from what was typed, behind the count of slips."""
        enough = self._lengths >= len(typed) - most
        missing = np.bitwise_count(np.uint64(letters(typed)) & ~self._letters)
        places = np.flatnonzero(enough & (missing <= most))  # a slip puts in one letter that the word has not
        counts = slips(typed, self._codes[places])
        return [(count, self._words[i]) for count, i in zip(counts.tolist(), places, strict=True) if count <= most]


def letters(word: str) -> int:
    """Return the letters of a word as a set of 64 bits, a letter's second and third with bits of their own."""
    counts: Counter[str] = Counter()
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) + 29 * counts[letter]) % 64
        counts[letter] += 1
    return bits


def codes(vocabulary: Sequence[str]) -> NDArray[np.int32]:
    """Return words as rows of code points, shape (words, LONGEST_WORD), zeros behind the end."""
    rows = np.zeros((len(vocabulary), LONGEST_WORD), np.int32)
    for row, word in zip(rows, vocabulary, strict=True):
        row[: len(word)] = [ord(one) for one in word[:LONGEST_WORD]]
    return rows


def slips(typed: str, rows: NDArray[np.int32]) -> NDArray[np.int16]:
    """Return how many slips lead from the likeliest beginning of each word to what was typed.

    A slip is a letter too many, missing or another, or two neighbours exchanged: the optimal string alignment distance
    (Damerau 1964), taken to the nearest prefix and for all words at once.

    Args:
        typed: the word that was typed; its first LONGEST_WORD letters count.
        rows: words as codes() returns them, shape (words, LONGEST_WORD).

    Returns:
        shape (words,), right up to FAR.

    >>> slips("trnasfo", codes(["transformer", "tree"])).tolist()
    [1, 5]
    """
    rows = rows[:, : len(typed) + FAR]
    steps = np.arange(rows.shape[1] + 1, dtype=np.int16)
    before, last = (
        steps,
        np.broadcast_to(steps, (len(rows), len(steps))),
    )  # last[:, j]: typed so far, j letters of the word
    for i, letter in enumerate(map(ord, typed[:LONGEST_WORD]), 1):
        row = np.empty_like(last)
        row[:, 0] = i
        row[:, 1:] = np.minimum(last[:, :-1] + (rows != letter), last[:, 1:] + 1)
        if i > 1:
            exchanged = (rows[:, 1:] == ord(typed[i - 2])) & (rows[:, :-1] == letter)
            row[:, 2:] = np.where(exchanged, np.minimum(row[:, 2:], before[:, :-2] + 1), row[:, 2:])
        row = np.minimum.accumulate(row - steps, axis=1) + steps  # a letter of the word was left out
        before, last = last, row
    return np.asarray(last.min(axis=1), np.int16)
