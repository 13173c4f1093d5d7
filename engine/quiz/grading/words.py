"""Answers as words: reduced to a-z and 0-9 with their places kept, in sentences and clauses, and phrases found in them.

The reduction is the one that the rubric's phrases were written for: small letters, accents dropped, Greek letters
spelled out, everything else between words.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from engine.quiz.formulas import GREEK

LONGEST_SENTENCE = 150

_SENTENCE_END = re.compile(
    r"(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bvs\.)(?<!\bcf\.)(?<=[.!?])[\"')\]*_]*\s+"  # . ! ? but for e.g. and i.e.
    r"|\n\s*(?=\n|[-*•–+]\s|\d+[.)]\s|[A-Z#$\\])"  # a new line that starts an item or a sentence
)
_CLAUSE_END = re.compile(
    r"[,;:()—→⇒]|[-=]>|\s–\s|(?<![^\n]{60})\n"  # a short line is a note of its own, a long one is wrapped
    r"|\b(?:but|while|whereas|although|though|however|because|becuase|b/c|since|yet|vs|versus)\b",
    re.IGNORECASE,
)


class Word(NamedTuple):  # a long answer makes tens of thousands
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


# One spelling for British and American, so that a rubric needs only one of them; both sides are reduced alike.
_SPELLINGS = (
    (re.compile(r"(?<=[a-z]{4})is(?=[aeio]|$)"), "iz"),  # generalise, minimisation; no matter that "promise" turns too
    (re.compile(r"(?<=[a-z]{3})ell(?=ed|ing|er)"), "el"),  # labelled
    (re.compile(r"(col|behavi|neighb|fav)our"), r"\1or"),
    (re.compile(r"^centre"), "center"),
    (re.compile(r"^judgement"), "judgment"),
)


_HELPERS = word_set("is are was were do does did has have had could would should must")
_BEFORE_T = {f"{verb}n": (verb, "not") for verb in _HELPERS} | {"can": ("cannot",), "won": ("will", "not")}
_SHORTENED = {"w/o": "without", "b/c": "because"}
_LONGEST_SHORTENED = max(map(len, _SHORTENED))
_WITHOUT_SIGN = {f"{verb}nt": (verb, "not") for verb in _HELPERS} | {"cant": ("cannot",)}


@functools.lru_cache(maxsize=8192)
def one_spelling(word: str) -> str:
    """Return a reduced word in the one spelling that stands for its British and its American one."""
    for pattern, spelling in _SPELLINGS:
        word = pattern.sub(spelling, word)
    return word


@functools.lru_cache(maxsize=8)  # one answer is read by several who look at it
def words(text: str) -> tuple[Word, ...]:
    """Return the reduced words of a text with their places.

    "isn't", "isnt" and "is not" come out alike, and so do "w/o" and "without".
    """
    found: list[Word] = []
    for word in _pieces(text):
        before = found[-1].text if found else ""
        if word.text == "t" and before in _BEFORE_T:
            found[-1:] = [Word(each, found[-1].start, word.end) for each in _BEFORE_T[before]]
        elif word.text == "not" and before == "can":
            found[-1] = Word("cannot", found[-1].start, word.end)
        elif (
            found
            and word.end - found[-1].start <= _LONGEST_SHORTENED
            and (short := text[found[-1].start : word.end].casefold()) in _SHORTENED
        ):
            found[-1] = Word(_SHORTENED[short], found[-1].start, word.end)
        elif whole := _WITHOUT_SIGN.get(word.text):
            found += [Word(each, word.start, word.end) for each in whole]
        else:
            found.append(word)
    return tuple(found)


def _pieces(text: str) -> list[Word]:
    """Return the runs of letters and digits of a text, reduced."""
    found: list[Word] = []
    piece, start = "", 0
    for place, sign in enumerate(text):
        doubled = sign == "+" and "+" in (text[place - 1 : place], text[place + 1 : place + 2])
        unequal = sign == "≠" or (sign == "=" and text[place - 1 : place] in ("!", "/"))
        new = " plus" if doubled else " not" if unequal else _reduced(sign)  # k-means++ is not k-means
        if new.startswith(" ") or (not new and not unicodedata.combining(sign)):
            if piece:
                found.append(Word(one_spelling(piece), start, place))
            piece = ""
            if new:
                found.append(Word(new[1:], place, place + 1))
        elif new:
            start = place if not piece else start
            piece += new
    return [*found, Word(one_spelling(piece), start, len(text))] if piece else found


def sentences(text: str) -> list[Sentence]:
    """Return the sentences of a text as words that know their clause.

    A sentence without an end is cut after LONGEST_SENTENCE words, so that work grows with the text and no faster.
    """
    return list(_sentences(text))


@functools.lru_cache(maxsize=8)  # as `words`
def _sentences(text: str) -> tuple[Sentence, ...]:
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
    return tuple(tuple(one) for one in made if one)


def plain(text: str) -> tuple[str, ...]:
    """Return the reduced words of a text without their places."""
    return tuple(word.text for word in words(text))


@functools.lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """Return a word without a common ending; words with one stem count as the same."""
    for ending in ("ations", "ation", "ings", "ing", "edly", "ed", "es", "ly", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def lines_of(text: Sequence[Sentence]) -> list[str]:
    """Return each sentence as a line of its words, with a blank on either side of each."""
    return [f" {' '.join([word.text for word in sentence])} " for sentence in text]


def find(phrases: Sequence[str], text: Sequence[Sentence], lines: Sequence[str] | None = None) -> Iterator[Match]:
    """Find phrases: every fragment (between "&") as the beginning of words, all of them in one sentence.

    Args:
        phrases: what is looked for.
        text: where.
        lines: of the text (lines_of), where they are known already.
    """
    lines = lines_of(text) if lines is None else lines
    split = _possible(phrases, lines)
    for sentence, line in zip(text, lines, strict=True):
        for index, parts in split:
            if not all(_held(part, line) for part in parts):
                continue
            places = [list(_occurrences(part, sentence)) for part in parts]
            for first in places[0]:
                chosen = [first] + [min(other, key=lambda place: abs(place - first)) for other in places[1:]]
                covered = [p + k for p, part in zip(chosen, parts, strict=True) for k in range(len(part))]
                yield Match(index, sentence, tuple(sorted(set(covered))))


def held(phrases: Sequence[str], lines: Sequence[str]) -> set[int]:
    """Return which phrases stand somewhere in the lines of a text: those of which `find` yields a match."""
    split = _possible(phrases, lines)
    return {index for index, parts in split if any(all(_held(part, line) for part in parts) for line in lines)}


def _possible(phrases: Sequence[str], lines: Sequence[str]) -> list[tuple[int, tuple[tuple[str, ...], ...]]]:
    """Return the phrases, by number and in fragments, all of whose fragments stand in one line or another."""
    everything = "".join(lines)
    split = ((index, fragments(phrase)) for index, phrase in enumerate(phrases))
    return [(index, parts) for index, parts in split if parts and all(_held(part, everything) for part in parts)]


@functools.lru_cache(maxsize=16384)
def fragments(phrase: str) -> tuple[tuple[str, ...], ...]:
    """Return the fragments of a phrase as reduced words."""
    return tuple(part for fragment in phrase.split("&") if (part := plain(fragment)))


def _held(part: tuple[str, ...], line: str) -> bool:
    """Tell whether words begin somewhere in a line of words. A single sign has to be the whole word."""
    return f" {' '.join(part)}{' ' if len(part[-1]) == 1 else ''}" in line


def _occurrences(part: tuple[str, ...], sentence: Sentence) -> Iterator[int]:
    """Return where words begin: all whole but the last. A single sign is whole, or "k n" would find "k nearest"."""
    *heads, end = part
    for place in range(len(sentence) - len(heads)):
        word = sentence[place + len(heads)].text
        begins = word.startswith(end) and (len(end) > 1 or word == end)
        if begins and all(sentence[place + k].text == head for k, head in enumerate(heads)):
            yield place


def copied(text: Sequence[str], source: Sequence[str], run: int) -> set[int]:
    """Return the indices of the words of a text that lie in runs of at least `run` words taken from a source."""
    return places_of({tuple(source[i : i + run]) for i in range(len(source) - run + 1)}, text, run)


def places_of(runs: Collection[tuple[str, ...]], text: Sequence[str], run: int) -> set[int]:
    """Return the indices of the words of a text that lie in one of the runs of `run` words."""
    first = {words[0] for words in runs}
    if not first:
        return set()
    starts = [i for i in range(len(text) - run + 1) if text[i] in first and tuple(text[i : i + run]) in runs]
    return {i + k for i in starts for k in range(run)}
