"""Why words that show a point may mean its opposite: a negation beside them, or an opposite word in their place.

The model answer is the measure, because it may itself say "not": what counts is a difference from it.
"""

from __future__ import annotations

import re

from engine.quiz._words import Match, Sentence, word_set

NEGATIONS = word_set(
    "not no never cannot cant neither nor none without hardly nothing isnt arent dont doesnt didnt wont wasnt fails"
)
_SHORTENED = word_set("isn aren don doesn didn can couldn won wouldn shouldn wasn weren hasn haven")  # before 't
_LOOKS_BACK = word_set("not never cannot t isnt arent dont doesnt fails")
_HARMLESS = word_set("only just merely simply matter doubt")  # not only, no doubt
_DENIAL = re.compile(
    r"\b(?:false|wrong|incorrect|untrue|not true|not correct|not the case|isn t true|a myth|a mistake to \w+) that\b"
    r"|\b(?:is|are|was) (?:false|untrue|not true|not so|not the case|not correct|incorrect|wrong)$|^(?:wrong|false)$"
)
# Beginnings of words, one side against the other; with a full stop, the whole word.
_OPPOSITES = (
    ("ridge", "lasso"), ("supervis", "unsupervis"), ("mean. average", "median"), ("l1.", "l2."), ("bias", "varian"),
    ("overfit", "underfit"), ("row. rows.", "column"), ("minimi", "maximi"), ("local", "global"), ("fast", "slow"),
    ("small low less. few. fewer. little.", "large high big more. great"), ("encoder", "decoder"),
    ("increas rise rising grow", "decreas fall shrink reduc"), ("close. closer closest near", "far. farther further"),
    ("always. every. all.", "never. rarely."), ("better. best.", "worse. worst."), ("squared.", "absolute."),
    ("labelled labeled", "unlabel"), ("smooth", "rough"), ("easy. easier", "hard. harder"), ("before.", "after."),
)  # fmt: skip


def doubt(match: Match, meant: list[Match], polarity: bool) -> str:
    """Say why a match may mean the opposite of its point, or "".

    Args:
        match: words of the answer that show the point.
        meant: the words of the model answer that show it.
        polarity: whether the opposite statement uses the same words. Where it does not, only a negation is looked for.

    Returns:
        a clause for a sentence, such as "there is a negation".
    """
    alike = [other for other in meant if other.phrase == match.phrase] or meant
    expected = {_negated(other) for other in alike} or {False}
    if _negated(match) and True not in expected:
        return "there is a negation"
    if not polarity:
        return ""
    if not _negated(match) and False not in expected:
        return "the model answer has a negation and this has none"
    if pair := _reversed(match, alike):
        return f"this says “{pair[0]}”, the model answer “{pair[1]}”,"
    return ""


def is_negation(sentence: Sentence, i: int) -> bool:
    """Tell whether word i of a sentence denies something."""
    word = sentence[i].text
    if word == "t":
        return i > 0 and sentence[i - 1].text in _SHORTENED
    after = sentence[i + 1].text if i + 1 < len(sentence) else ""
    return word in NEGATIONS and not (word in ("not", "no") and after in _HARMLESS)


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


def _negated(match: Match) -> bool:
    sentence, covered = match.sentence, set(match.covered)
    if is_denied(sentence):
        return True
    first, last = min(covered), max(covered)
    clauses = {sentence[i].clause for i in covered}
    for i in range(max(0, first - 8), min(len(sentence), last + 4)):
        near = sentence[i].clause in clauses and i not in covered and is_negation(sentence, i)
        if near and (i < last or sentence[i].text in _LOOKS_BACK):
            return True
    return False


def _reversed(match: Match, meant: list[Match]) -> tuple[str, str] | None:
    """Return a word that stands nearest to the match, and its opposite that stands nearest in the model answer."""
    for sides in _OPPOSITES:
        here = _nearest(match, sides)
        there = [near for other in meant if (near := _nearest(other, sides))]
        if here and there and here[0] not in {side for side, _ in there}:
            return here[1], there[0][1]
    return None


def _nearest(match: Match, sides: tuple[str, str]) -> tuple[int, str] | None:
    """Return side and word of the member of a pair that belongs to a match.

    That is the nearest before it in its clause, then after it in its clause, then before or after it in its sentence.
    """
    sentence, covered = match.sentence, set(match.covered)
    first, last = min(covered), max(covered)
    clauses = {sentence[i].clause for i in covered}
    before, after = range(last - 1, -1, -1), range(first + 1, len(sentence))
    places = [i for i in (*before, *after) if i not in covered]
    for i in (*(i for i in places if sentence[i].clause in clauses), *places):
        for side, beginnings in enumerate(sides):
            if any(_fits(sentence[i].text, beginning) for beginning in beginnings.split()):
                return side, sentence[i].text
    return None


def _fits(word: str, beginning: str) -> bool:
    return word == beginning[:-1] if beginning.endswith(".") else word.startswith(beginning)
