"""Comparisons turned round: "A is slower than B" where the model answer says "B is slower than A", or "A is faster"."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from engine.quiz.grading.guards import SMALL_WORDS
from engine.quiz.grading.opposites import sides
from engine.quiz.grading.words import Match, Sentence, Word, stem, word_set

_REACH = 8  # words; what stands farther off is no side of a comparison
_PREFERRED = word_set("preferred superior inferior")
_AMOUNTS = _PREFERRED | word_set("more less fewer better worse")
_LESS = word_set("less fewer worse")
_COMPARATIVE = re.compile(r"(?!other|under|after|over|whether|rather|never|however|either)[a-z]{2,}er")
_NO_SIDE = SMALL_WORDS | word_set("ones far much even")
_PLACES = word_set("over under above below beneath inside within outside before after")  # places, not measures
_DENYING = word_set("not no never hardly")


@dataclass(frozen=True)
class Comparison:
    """One thing that is more of something than another.

    Attributes:
        left, right: stems of what is compared.
        of: the stems of its comparative.
        measures: the pairs of opposites that the comparative belongs to, with its side.
        denied: whether it is said not to be so.
        clause: the clause of its comparative.
    """

    left: frozenset[str]
    right: frozenset[str]
    of: frozenset[str]
    measures: dict[int, int]
    denied: bool
    clause: int


def comparisons(text: Iterable[Sentence]) -> Iterator[Comparison]:
    """Find the comparisons of a text: a comparative and its "than", "preferred to"."""
    for sentence in text:
        for than in (i for i in range(1, len(sentence)) if _sets_against(sentence, i)):
            near = range(than - 1, max(-1, than - _REACH), -1)
            at = next((i for i in near if sentence[i].text in _AMOUNTS or _COMPARATIVE.fullmatch(sentence[i].text)), -1)
            if at > 0:
                yield _at(sentence, at, than)


def _sets_against(sentence: Sentence, i: int) -> bool:
    return sentence[i].text == "than" or (sentence[i].text == "to" and sentence[i - 1].text in _PREFERRED)


def _at(sentence: Sentence, at: int, than: int) -> Comparison:
    before = [word for word in sentence[max(0, at - _REACH) : at] if word.clause == sentence[at].clause]
    after = [word for word in sentence[than + 1 : than + 1 + _REACH] if word.clause == sentence[than].clause]
    measure, amount = sentence[at:than], sentence[at].text
    graded = [word for word in measure[1:] if sides(word.text)] if amount in _AMOUNTS else []  # less expensive
    measures = {pair: side for word in graded or measure for pair, side in sides(word.text)}
    denials = sum(word.text in _DENYING for word in before) + (bool(graded) and amount in _LESS)
    of = frozenset(stem(word.text) for word in measure)
    return Comparison(_stems(before), _stems(after), of, measures, denials % 2 == 1, sentence[at].clause)


def _stems(words: Iterable[Word]) -> frozenset[str]:
    return frozenset(stem(word.text) for word in words if word.text not in _NO_SIDE)


def agreement_of(match: Match, model: Iterable[Sentence]) -> bool | None:
    """Tell whether the clause of a match compares as the model answer does (True) or the other way round (False).

    Returns:
        None where there is nothing to compare with.
    """
    found: bool | None = None
    clauses = {match.sentence[i].clause for i in match.covered}
    mine = [one for one in comparisons([match.sentence]) if one.clause in clauses]
    for theirs in comparisons(model) if mine else ():
        for one in mine:
            opposite = _opposite(one, theirs)
            across = len(one.left & theirs.right) + len(one.right & theirs.left)
            straight = len(one.left & theirs.left) + len(one.right & theirs.right)
            if opposite is None or across == straight:
                continue
            if (across > straight) != opposite:
                return False
            found = True
    return found


def _opposite(one: Comparison, other: Comparison) -> bool | None:
    """Tell whether two comparatives say the opposite of one another, or None where they have nothing in common."""
    shared = one.measures.keys() & other.measures.keys()
    if not shared and not one.of & other.of:
        return None
    turned = any(one.measures[pair] != other.measures[pair] for pair in shared)
    return (turned + one.denied + other.denied) % 2 == 1


def crossed(answer: Sequence[Sentence], model: Sequence[Sentence]) -> str:
    """Return the warning for two pairs of opposites that the answer joins crosswise, or "".

    Where the model answer joins "overfitting" to "variance" and "underfitting" to "bias", this one joins them the other
    way. Only what a text joins in one way is compared.
    """
    theirs = _joined(model)
    mine = _joined(answer) if theirs else {}
    for pairs, (crosswise, words) in mine.items():
        if pairs in theirs and theirs[pairs][0] != crosswise:
            return f"Look at “{words[0]}” and “{words[1]}”: the model answer joins them the other way round."
    return ""


def _joined(text: Sequence[Sentence]) -> dict[tuple[int, int], tuple[bool, tuple[str, str]]]:
    """Return for two pairs of opposites that meet in a clause whether unlike sides meet, and the words."""
    found: dict[tuple[int, int], tuple[bool, tuple[str, str]]] = {}
    torn: set[tuple[int, int]] = set()
    for sentence in text:
        for words in _statements(sentence):
            for ((a, one), first), ((b, other), second) in itertools.combinations(_measures(words), 2):
                crosswise = one != other
                if first != second and found.setdefault((a, b), (crosswise, (first, second)))[0] != crosswise:
                    torn.add((a, b))
    return {pairs: joined for pairs, joined in found.items() if pairs not in torn}


def _statements(sentence: Sentence) -> Iterator[list[Word]]:
    """Return the clauses of a sentence, and parts of them that "and" joins."""
    ands = list(itertools.accumulate(word.text == "and" for word in sentence))
    for _, places in itertools.groupby(range(len(sentence)), key=lambda i: (sentence[i].clause, ands[i])):
        yield [sentence[i] for i in places]


def _measures(clause: Sequence[Word]) -> list[tuple[tuple[int, int], str]]:
    """Return the members of pairs of opposites in a clause, unless it denies something; none of which it holds both."""
    if any(word.text in _DENYING for word in clause):
        return []
    words = (word.text for word in clause if word.text not in _PLACES)
    members = {member: word for word in words for member in sides(word)}
    return sorted((member, word) for member, word in members.items() if (member[0], 1 - member[1]) not in members)
