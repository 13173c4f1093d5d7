"""Texts that language models learn from: the book's own lessons, a small book, a toy grammar, data set descriptions.

Nothing is downloaded. The learner's own text is read by engine/own_text.py.
"""

from __future__ import annotations

import importlib.util
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import TypeVar

import numpy as np

from engine.data import Text
from engine.errors import DataRefused
from engine.lesson import EXPERIMENT, FENCE, LINK, NUMBER, fenced

One = TypeVar("One")

CONTENT = Path(__file__).parents[2] / "content"
OWN = "own text"
NAMES = ("lessons", "a small book", "toy grammar", "data set descriptions")
TOY_SENTENCES = 3_000  # about 90,000 characters


def corpus(name: str, own: Text | None = None, seed: int = 0) -> str:
    """Return a text to learn from.

    Args:
        name: one of NAMES, or OWN.
        own: the learner's own text, where the name is OWN.
        seed: draws the sentences of the toy grammar; the other texts do not depend on it.

    Raises:
        DataRefused: if there is no such text.
    """
    match name:
        case "lessons":
            return lessons()
        case "a small book":
            return small_book()
        case "toy grammar":
            return grammar(np.random.default_rng(seed), TOY_SENTENCES)
        case "data set descriptions":
            return descriptions()
        case _ if name == OWN and own is not None:
            return own.characters
    if name == OWN:
        raise DataRefused("Choose a text of your own first.")
    raise DataRefused(f"There is no text '{name:.60}'; there are {', '.join(NAMES)} and {OWN}.")


def split(text: str, share: float = 0.9) -> tuple[str, str]:
    """Cut a text into its beginning, to learn from, and its end, held out to test on.

    >>> split("abcdefghij", 0.8)
    ('abcdefgh', 'ij')
    """
    cut = round(share * len(text))
    return text[:cut], text[cut:]


def letters(text: str) -> str:
    """Return the text in lower case with nothing but letters, and single spaces between words.

    >>> letters("It's 12 o'clock: GO!")
    'it s o clock go'
    """
    lower = text.lower()
    others = {ord(one): " " for one in set(lower) if unicodedata.category(one)[0] not in "LM"}  # M: marks on letters
    return " ".join(lower.translate(others).split())


# --- the texts -------------------------------------------------------------------------------------------------


@cache
def lessons() -> str:
    """Return the prose of every lesson of this book, in the order of their files."""
    return "\n\n".join(prose(path.read_text(encoding="utf-8")) for path in sorted(CONTENT.glob("*/*.md")))


@cache
def small_book() -> str:
    """Return a short story that was written for this project."""
    return (CONTENT / "language_modeling" / "small_book.txt").read_text(encoding="utf-8")


@cache
def descriptions() -> str:
    """Return what scikit-learn says of its data sets: about 43,000 characters, tables and references among them."""
    found = importlib.util.find_spec("sklearn")  # finds the folder and imports nothing
    assert found is not None
    assert found.submodule_search_locations
    folder = Path(found.submodule_search_locations[0]) / "datasets" / "descr"
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.rst")))


_SIMPLE = re.compile(r"\$\\?([A-Za-z]{1,6}|[0-9.]+)\$")  # a formula that is a word: $k$, $\lambda$, $3$
_SENTENCE = re.compile(r"(?<=[.?!:])\s+")
_LIST = re.compile(r"^\s*(?:[-*]|\d+\.)\s+|^#+\s+|^>\s+", re.MULTILINE)
_SIGNS = re.compile(r"[*`_]|\\(?=[$*_])")


def prose(markdown: str) -> str:
    """Return a lesson's sentences as plain text, a paragraph a line.

    Code, tables, directives and set formulas go. A formula that is one sign stays as that sign; a sentence with any
    other formula, or with a number that is filled in later, goes whole, for without it there would be a hole.
    """
    lines = ["" if code or _apart(line) else line for line, code in fenced(markdown.split("\n"))]
    text = re.sub(r"\$\$.*?\$\$", "\n\n", "\n".join(lines), flags=re.DOTALL)
    text = _LIST.sub("\n", _SIMPLE.sub(r"\1", LINK.sub(r"\1", text)))
    paragraphs = []
    for paragraph in re.split(r"\n\s*\n", text):
        sentences = _SENTENCE.split(" ".join(paragraph.split()))
        said = [one for one in sentences if "$" not in one and not NUMBER.search(one)]
        paragraphs.append(_SIGNS.sub("", " ".join(said)))
    return "\n".join(one for one in paragraphs if one)


def _apart(line: str) -> bool:
    """Tell whether a line is no prose: a directive, a row of a table or a fence."""
    return bool(EXPERIMENT.match(line) or FENCE.match(line)) or line.lstrip().startswith(("|", ":::"))


# --- the toy grammar -------------------------------------------------------------------------------------------

_NOUNS = (("cat", "cats"), ("dog", "dogs"), ("bird", "birds"), ("key", "keys"), ("ship", "ships"), ("man", "men"))
_ALONE = (("sleeps", "sleep"), ("sings", "sing"), ("waits", "wait"), ("runs", "run"))
_WITH_OBJECT = (("sees", "see"), ("follows", "follow"), ("finds", "find"))
_ADJECTIVES = ("old", "small", "red", "happy", "quiet")
_PLACES = ("near", "behind", "under", "with")
_ENDS = ("today", "again", "slowly")


def grammar(rng: np.random.Generator, sentences: int) -> str:
    """Draw sentences of a grammar with 40 words.

    The verb agrees with its subject, however much stands between the two: "the keys near the old boat wait."
    """
    return " ".join(_sentence(rng) for _ in range(sentences))


def _sentence(rng: np.random.Generator) -> str:
    many = int(rng.integers(2))
    words = [*_things(rng, many)]
    if rng.random() < 0.4:
        words += [_one(rng, _PLACES), *_things(rng, int(rng.integers(2)))]
    if rng.random() < 0.5:
        words += [_one(rng, _WITH_OBJECT)[many], *_things(rng, int(rng.integers(2)))]
    else:
        words.append(_one(rng, _ALONE)[many])
    if rng.random() < 0.3:
        words.append(_one(rng, _ENDS))
    return " ".join(words) + "."


def _things(rng: np.random.Generator, many: int) -> list[str]:
    adjective = [_one(rng, _ADJECTIVES)] if rng.random() < 0.4 else []
    return ["the", *adjective, _one(rng, _NOUNS)[many]]


def _one(rng: np.random.Generator, options: tuple[One, ...]) -> One:
    return options[rng.integers(len(options))]
