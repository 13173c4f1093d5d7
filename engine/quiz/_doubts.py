"""Why words that show a point may mean its opposite: a negation beside them, or an opposite word in their place.

The model answer is the measure, because it may itself say "not": what counts is a difference from it.
"""

from __future__ import annotations

import functools
import re

from engine.quiz._words import Match, Sentence, word_set

NEGATIONS = word_set("not no never cannot neither nor none without hardly barely nothing impossible fails")
_LOOKS_BACK = word_set("not never cannot fails impossible hardly barely")
_LEAVES_OUT = ("ignor", "disregard", "discard", "omit", "exclud", "neglect")
_BE = word_set("is are was were")
_HARMLESS = word_set("only just merely simply matter doubt seen met")  # not only, no doubt, never seen
_DENIAL = re.compile(
    r"\b(?:false|wrong|incorrect|untrue|not true|not correct|not the case|a myth|a mistake to \w+) that\b"
    r"|\b(?:is|are|was) (?:false|untrue|not true|not so|not the case|not correct|incorrect|wrong)$|^(?:wrong|false)$"
)
_FAR_BEFORE, _FAR_AFTER = 9, 6  # words; what stands farther off belongs to something else
# Beginnings of words, one side against the other; with a full stop, the whole word.
_OPPOSITES = (
    ("ridge", "lasso"), ("superv", "unsuperv"), ("mean. average", "median"), ("l1.", "l2."), ("bias.", "varian"),
    ("overfit", "underfit"), ("row. rows.", "column"), ("minimi", "maximi"), ("local", "global"), ("fast", "slow"),
    ("small low less. few. fewer. little.", "large high big more. great"), ("encoder", "decoder"),
    ("increas rise rising grow", "decreas fall shrink reduc"), ("close. closer closest near", "far. farther further"),
    ("better. best.", "worse. worst."), ("squared.", "absolute."),
    ("labeled", "unlabel"), ("smooth", "rough"), ("ascent", "descent"), ("expert", "learner learned. own."),
    ("easy. easier", "hard. harder"), ("before.", "after."),
)  # fmt: skip


def doubt(match: Match, own: list[Match], meant: list[Match], said: list[Match], polarity: bool) -> str:
    """Say why a match may mean the opposite of its point, or "".

    Args:
        match: words of the answer that show the point.
        own: all words of the answer that show it.
        meant: the words of the model answer that show it.
        said: the words of the point itself that show it.
        polarity: whether the opposite statement uses the same words. Where it does not, only a negation is looked for.

    Returns:
        a clause for a sentence, such as "there is a negation".
    """
    alike = [other for other in meant if other.phrase == match.phrase] or meant
    stated = [other for other in said if other.phrase == match.phrase]
    expected = {_negated(other, said if stated else meant) for other in stated or alike} or {False}
    negated = _negated(match, own)
    if negated and True not in expected:
        return "there is a negation"
    if not polarity:
        return ""
    if not negated and False not in expected:
        return "the model answer has a negation and this has none"
    if pair := _reversed(match, alike):
        return f"this says “{pair[0]}”, the model answer “{pair[1]}”,"
    return ""


def is_negation(sentence: Sentence, i: int) -> bool:
    """Tell whether word i of a sentence denies something."""
    word = sentence[i].text
    after = sentence[i + 1].text if i + 1 < len(sentence) else ""
    if word in ("not", "no", "never") and after in _HARMLESS:
        return False
    return word in NEGATIONS or word.startswith(_LEAVES_OUT)


def is_denied(sentence: Sentence) -> bool:
    """Tell a sentence that calls what it says false: "it is not true that …", "… is wrong"."""
    return bool(_DENIAL.search(" ".join(word.text for word in sentence)))


def with_denials(text: list[Sentence]) -> list[Sentence]:
    """Join a short sentence such as "This is wrong." to the one before it, which it denies."""
    made: list[Sentence] = []
    for sentence in text:
        if made and len(sentence) <= 6 and is_denied(sentence):
            made[-1] += sentence
        else:
            made.append(sentence)
    return made


def is_torn(match: Match) -> bool:
    """Tell a phrase such as "not & global" whose "not" stands in another clause, where it denies something else."""
    words = [match.sentence[i] for i in match.covered]
    return any(word.text in NEGATIONS for word in words) and len({word.clause for word in words}) > 1


def _negated(match: Match, own: list[Match]) -> bool:
    """Tell a negation beside a match that is no part of another phrase of the point, as it is in "never negative"."""
    sentence, covered = match.sentence, set(match.covered)
    phrased = {i for other in own if other.sentence is sentence for i in other.covered}
    if is_denied(sentence):
        return True
    first, last = min(covered), max(covered)
    clauses = {sentence[i].clause for i in covered}
    near = [
        i
        for i in range(max(0, first - 8), min(len(sentence), last + 9))
        if sentence[i].clause in clauses and i not in phrased and is_negation(sentence, i)
    ]
    near = [i for i in near if i < last or _looks_back(sentence, i)]
    verbs = sum(sentence[i].text.startswith(_LEAVES_OUT) for i in near)
    return len(near) > 0 and (verbs == 0 or len(near) % 2 == 1)  # "does not ignore" denies nothing


def _looks_back(sentence: Sentence, i: int) -> bool:
    """Tell a negation that denies what stands before it: "… is not so", "… is no remedy", "… is impossible"."""
    return sentence[i].text in _LOOKS_BACK or (sentence[i].text == "no" and sentence[i - 1].text in _BE)


def _reversed(match: Match, meant: list[Match]) -> tuple[str, str] | None:
    """Return a word that stands nearest to the match, and its opposite that stands nearest in the model answer."""
    here = _nearest(match)
    there = [_nearest(other) for other in meant] if here else []
    for pair, (side, word) in here.items():
        others = [near[pair] for near in there if pair in near]
        if others and side not in {other for other, _ in others}:
            return word, others[0][1]
    return _parted(match)


def _parted(match: Match) -> tuple[str, str] | None:
    """Return a word that stands between the words of a match and is the opposite of the first: expert … learner."""
    first, last = min(match.covered), max(match.covered)
    for pair, side in _sides(match.sentence[first].text):
        for i in range(first + 1, last):
            if i not in match.covered and (pair, 1 - side) in _sides(match.sentence[i].text):
                return match.sentence[i].text, match.sentence[first].text
    return None


def _nearest(match: Match) -> dict[int, tuple[int, str]]:
    """Return for each pair of opposites the side and the word of the member that belongs to a match.

    That is the nearest before it in its clause, then after it in its clause, then before or after it in its sentence.
    """
    sentence, covered = match.sentence, set(match.covered)
    first, last = min(covered), max(covered)
    clauses = {sentence[i].clause for i in covered}
    before = range(last - 1, max(-1, first - _FAR_BEFORE - 1), -1)
    after = range(first + 1, min(len(sentence), last + _FAR_AFTER + 1))
    places = [i for i in (*before, *after) if i not in covered]
    found: dict[int, tuple[int, str]] = {}
    for i in (*(i for i in places if sentence[i].clause in clauses), *places):
        for pair, side in _sides(sentence[i].text):
            found.setdefault(pair, (side, sentence[i].text))
    return found


@functools.lru_cache(maxsize=8192)
def _sides(word: str) -> tuple[tuple[int, int], ...]:
    """Return the pairs of opposites that a word is a member of, each with its side."""
    return tuple(
        (pair, side)
        for pair, sides in enumerate(_OPPOSITES)
        for side, beginnings in enumerate(sides)
        if any(_fits(word, beginning) for beginning in beginnings.split())
    )


def _fits(word: str, beginning: str) -> bool:
    return word == beginning[:-1] if beginning.endswith(".") else word.startswith(beginning)
