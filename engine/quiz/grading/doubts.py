"""Why words that show a point may mean its opposite: a negation beside them, or an opposite word in their place.

The model answer is the measure, because it may itself say "not": what counts is a difference from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from engine.quiz.grading.comparisons import agreement_of
from engine.quiz.grading.opposites import sides
from engine.quiz.grading.words import Match, Sentence, word_set

NEGATIONS = word_set(
    "not no never cannot neither nor none without hardly barely nothing impossible fails missing lacks lack"
)
_LOOKS_BACK = word_set("not never cannot fails impossible hardly barely missing")
_LEAVES_OUT = ("ignor", "disregard", "discard", "omit", "exclud", "neglect")
_DENYING_PREFIXES = ("in", "im", "un", "non", "ir", "dis")
_ONLY = word_set("only alone just")
_ONE, _MANY = word_set("one single"), word_set("many several multiple")
_BE = word_set("is are was were")
_HARMLESS = {  # not only, no doubt, never seen
    "not": word_set("only just merely simply matter doubt seen met"),
    "no": word_set("matter doubt"),
    "never": word_set("seen met"),
}
_CONCLUDES = word_set("so then therefore thus hence consequently")
_FINITE = word_set("is are was were has have can may does do will must stays stay keeps keep becomes become gets get")
_BEGINS = _FINITE | word_set(
    "it they we you he this that these those there then so thus therefore instead only just uses takes gives makes "
    "needs finds learns grows falls rises adds goes works helps lets leads means depends"
)
_DENIAL = re.compile(
    r"\b(?:false|wrong|incorrect|untrue|not true|not correct|not the case|a myth|a mistake to \w+) that\b"
    r"|\b(?:is|are|was) (?:false|untrue|not true|not so|not the case|not correct|incorrect|wrong)$|^(?:wrong|false)$"
)
_FAR_BEFORE, _FAR_AFTER = 9, 6  # words; what stands farther off belongs to something else


def doubt(match: Match, own: list[Match], meant: list[Match], said: list[Match], polarity: bool) -> str:
    """Say why a match may mean the opposite of its point, or "".

    Args:
        match: words of the answer that show the point.
        own: all words of the answer that show it.
        meant: the words of the model answer that show it.
        said: the words of the point itself that show it.
        polarity: whether the opposite statement uses the same words. Where it does not, only a negation is looked for,
            and an opposite beside the very words of the model answer.

    Returns:
        a clause for a sentence, such as "there is a negation".
    """
    same = [other for other in (*meant, *said) if other.phrase == match.phrase]
    alike = [other for other in meant if other.phrase == match.phrase] or meant
    stated = [other for other in said if other.phrase == match.phrase]
    negated = _negated(match, own)
    if pair := _without_prefix(match, (*meant, *said)):
        return "" if negated else f"this says “{pair[0]}”, the model answer “{pair[1]}”,"
    expected = {_negated(other, said if stated else meant) for other in stated or alike} or {False}
    if (negated and True not in expected) or (_split(match, own) and not any(_split(other, meant) for other in same)):
        return "there is a negation"
    compares = agreement_of(match, [other.sentence for other in (*meant, *said)])
    if _not_only(match) and any(_ONLY & {word.text for word in other.sentence} for other in (*alike, *said)):
        return "there is a “not only”"
    if compares is False or (_holds_than(match) and same and not any(map(_holds_than, same))):
        return "this compares the other way round than the model answer"
    if polarity and not negated and False not in expected and not _holds_negation(match):
        return "the model answer has a negation and this has none"
    if polarity and (pair := _miscounted(match, same)):
        return f"this says “{pair[0]}”, the model answer “{pair[1]}”,"
    if not compares and (pair := _reversed(match, (same or said) if polarity else same)):
        return f"this says “{pair[0]}”, the model answer “{pair[1]}”,"
    return ""


def is_negation(sentence: Sentence, i: int) -> bool:
    """Tell whether word i of a sentence denies something."""
    word = sentence[i].text
    after = sentence[i + 1].text if i + 1 < len(sentence) else ""
    if after in _HARMLESS.get(word, ()):
        return after == "matter" and "whether" in (other.text for other in sentence[i + 2 : i + 3])
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


def _split(match: Match, own: list[Match]) -> bool:
    """Tell a negation between the words of a match: "minimises, but not the squares"."""
    inside = range(min(match.covered) + 1, max(match.covered))
    phrased = {i for other in own if other.sentence is match.sentence for i in other.covered}
    return any(i not in phrased and is_negation(match.sentence, i) for i in inside)


def _new_statement(sentence: Sentence, start: int, stop: int) -> bool:
    """Tell whether another statement begins between two words, with "so" or with "and" and a verb of its own."""
    words = [word.text for word in sentence[start : stop + 4]]
    for i in range(1, stop - start):
        word, before, after = words[i], words[i - 1], words[i + 1 : i + 5]
        if word in _CONCLUDES and before not in _BE | NEGATIONS and after[:1] not in (["much"], ["many"]):
            return True
        if word == "and" and after and (after[0] in _BEGINS or any(each in _FINITE for each in after[1:])):
            return True
    return False


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
    near = [i for i in near if not _new_statement(sentence, *((i, first) if i < first else (last, i)))]
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


def _holds_negation(match: Match) -> bool:
    """Tell a match that stands with a negation in its clause, be it a part of a phrase: "no planning"."""
    clauses, last = {match.sentence[i].clause for i in match.covered}, max(match.covered)
    return any(match.sentence[i].clause in clauses and is_negation(match.sentence, i) for i in range(last + 1))


def _holds_than(match: Match) -> bool:
    """Tell a "than" between the words of a match: better than a larger one, for "the larger one is better"."""
    return any(match.sentence[i].text == "than" for i in range(min(match.covered), max(match.covered)))


def _not_only(match: Match) -> bool:
    """Tell "not only" before a match, in its clause: it denies what "only" says, and nothing else."""
    sentence, first = match.sentence, min(match.covered)
    places = range(max(1, first - _FAR_BEFORE), first + 1)
    near = [i for i in places if sentence[i].text == "only" and sentence[i - 1].text == "not"]
    return any(sentence[i].clause == sentence[first].clause for i in near)


def _miscounted(match: Match, same: Iterable[Match]) -> tuple[str, str] | None:
    """Return "many" right before a match and the "one" of the model answer right before the same words, or reversed."""
    word, told = _before(match), [_before(other) for other in same]
    for here, there in (_ONE, _MANY), (_MANY, _ONE):
        if word in here and told and all(other in there for other in told):
            return word, told[0]
    return None


def _before(match: Match) -> str:
    first = min(match.covered)
    return match.sentence[first - 1].text if first else ""


def _without_prefix(match: Match, meant: Iterable[Match]) -> tuple[str, str] | None:
    """Return a word of a match and the one of the model answer that denies it: coherent, incoherent."""
    told = {other.sentence[i].text for other in meant for i in other.covered}
    for i in match.covered:
        word = match.sentence[i].text
        denying = next((f"{prefix}{word}" for prefix in _DENYING_PREFIXES if f"{prefix}{word}" in told), "")
        if denying and word not in told:
            return word, denying
    return None


def _parted(match: Match) -> tuple[str, str] | None:
    """Return a word that stands between the words of a match and is the opposite of the first: expert … learner."""
    first, last = min(match.covered), max(match.covered)
    for pair, side in sides(match.sentence[first].text):
        for i in range(first + 1, last):
            if i not in match.covered and (pair, 1 - side) in sides(match.sentence[i].text):
                return match.sentence[i].text, match.sentence[first].text
    return None


def _nearest(match: Match) -> dict[int, tuple[int, str]]:
    """Return for each pair of opposites the side and the word of the member that belongs to a match.

    That is the nearest before it in its clause, then after it in its clause.
    """
    sentence, covered = match.sentence, set(match.covered)
    first, last = min(covered), max(covered)
    clauses = {sentence[i].clause for i in covered}
    before = range(last - 1, max(-1, first - _FAR_BEFORE - 1), -1)
    after = range(first + 1, min(len(sentence), last + _FAR_AFTER + 1))
    found: dict[int, tuple[int, str]] = {}
    for i in (i for i in (*before, *after) if i not in covered and sentence[i].clause in clauses):
        for pair, side in sides(sentence[i].text):
            found.setdefault(pair, (side, sentence[i].text))
    return found
