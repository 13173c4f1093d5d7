"""Answers as words: reduced to a-z and 0-9 with their places kept, in sentences and clauses, and phrases found in them.

The reduction is the one that the rubric's phrases were written for: small letters, accents dropped, Greek letters
spelled out, everything else between words.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.quiz._tokens import GREEK

LONGEST_SENTENCE = 150

_SENTENCE_END = re.compile(
    r"(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bvs\.)(?<!\bcf\.)(?<=[.!?])[\"')\]*_]*\s+"  # . ! ? but for e.g. and i.e.
    r"|\n\s*(?=\n|[-*•–+]\s|\d+[.)]\s|[A-Z#$\\])"  # a new line that starts an item or a sentence
)
_CLAUSE_END = re.compile(
    r"[,;:()—]|\s–\s|\b(?:but|while|whereas|although|though|however|because|since|which|who|yet)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Word:
    """A reduced word and where it stands: text[start:end]; `clause` counts the clauses of the whole text."""

    text: str
    start: int
    end: int
    clause: int = 0


Sentence = tuple[Word, ...]


@dataclass(frozen=True)
class Match:
    """A phrase found in a sentence.

    Attributes:
        phrase: index of the phrase.
        sentence: the sentence.
        covered: indices into it of the words that the phrase is made of.
    """

    phrase: int
    sentence: Sentence
    covered: tuple[int, ...]

    @property
    def start(self) -> int:
        return self.sentence[min(self.covered)].start

    @property
    def end(self) -> int:
        return self.sentence[max(self.covered)].end


@functools.lru_cache(maxsize=4096)
def _reduced(sign: str) -> str:
    """Return what one sign adds to a word: letters a-z and digits; "" ends the word; Greek is a word of its own."""
    low = sign.lower()
    if low in GREEK:
        return f" {GREEK[low]}"
    return "".join(c for c in unicodedata.normalize("NFKD", sign).casefold() if c.isascii() and c.isalnum())


def word_set(text: str) -> frozenset[str]:
    """Return the words of a string, split at its spaces: the way this grader writes its word lists."""
    return frozenset(text.split())


def words(text: str) -> list[Word]:
    """Return the reduced words of a text with their places."""
    found: list[Word] = []
    piece, start = "", 0
    for place, sign in enumerate(text):
        new = _reduced(sign)
        if new.startswith(" ") or (not new and not unicodedata.combining(sign)):
            if piece:
                found.append(Word(piece, start, place))
            piece = ""
            if new:
                found.append(Word(new[1:], place, place + 1))
        elif new:
            start = place if not piece else start
            piece += new
    return [*found, Word(piece, start, len(text))] if piece else found


def sentences(text: str) -> list[Sentence]:
    """Return the sentences of a text as words that know their clause.

    A sentence without an end is cut after LONGEST_SENTENCE words, so that work grows with the text and no faster.
    """
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    clauses = sorted({*(match.end() for match in _CLAUSE_END.finditer(text)), *ends})
    made: list[list[Word]] = [[]]
    sentence = clause = 0
    for word in words(text):
        while clause < len(clauses) and clauses[clause] <= word.start:
            clause += 1
        ended = sentence < len(ends) and ends[sentence] <= word.start
        if ended or len(made[-1]) >= LONGEST_SENTENCE:
            made.append([])
            while sentence < len(ends) and ends[sentence] <= word.start:
                sentence += 1
        made[-1].append(Word(word.text, word.start, word.end, clause))
    return [tuple(one) for one in made if one]


def plain(text: str) -> tuple[str, ...]:
    """Return the reduced words of a text without their places."""
    return tuple(word.text for word in words(text))


def find(phrases: Sequence[str], text: Sequence[Sentence]) -> Iterator[Match]:
    """Find phrases: every fragment (between "&") as the beginning of words, all of them in one sentence."""
    split = [[plain(fragment) for fragment in phrase.split("&")] for phrase in phrases]
    for sentence in text:
        for index, fragments in enumerate(split):
            places = [list(_occurrences(fragment, sentence)) for fragment in fragments if fragment]
            if not places or not all(places):
                continue
            for first in places[0]:
                chosen = [first] + [min(other, key=lambda place: abs(place - first)) for other in places[1:]]
                lengths = [len(fragment) for fragment in fragments if fragment]
                covered = [p + k for p, length in zip(chosen, lengths, strict=True) for k in range(length)]
                yield Match(index, sentence, tuple(sorted(set(covered))))


def _occurrences(fragment: tuple[str, ...], sentence: Sentence) -> Iterator[int]:
    last = len(fragment) - 1
    for place in range(len(sentence) - last):
        heads = all(sentence[place + k].text == fragment[k] for k in range(last))
        if heads and _begins(sentence[place + last].text, fragment[last]):
            yield place


def _begins(word: str, beginning: str) -> bool:
    """Compare a word with a beginning. A single sign has to be the whole word, or "k n" would find "k nearest"."""
    return word == beginning or (len(beginning) > 1 and word.startswith(beginning))


def copied(text: Sequence[str], source: Sequence[str], run: int) -> set[int]:
    """Return the indices of the words of a text that lie in runs of at least `run` words taken from a source."""
    runs = {tuple(source[i : i + run]) for i in range(len(source) - run + 1)}
    starts = [i for i in range(len(text) - run + 1) if tuple(text[i : i + run]) in runs]
    return {i + k for i in starts for k in range(run)}
