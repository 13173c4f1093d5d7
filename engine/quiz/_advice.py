"""Advice on free text: which points of the rubric an answer seems to make, with the words that are meant.

The machine reads words, not meaning: it advises and the learner decides. So it is built to abstain. Where the words of
a point stand beside a negation, or beside the opposite of what the model answer says there, it cannot tell. Where the
whole answer does not read as an answer (the question again, the rubric's own words, shuffled words, another
language), it cannot tell anything.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.quiz._causes import exchanged
from engine.quiz._doubts import NEGATIONS, doubt, is_denied, is_negation, is_torn, with_denials
from engine.quiz._grade import ABSENT, CANNOT_TELL, PRESENT, Mark
from engine.quiz._guards import SMALL_WORDS, changed_copy, unread
from engine.quiz._spelling import mended
from engine.quiz._subjects import swapped
from engine.quiz._words import Match, Sentence, Word, copied, find, plain, sentences, stem, word_set
from engine.quiz.bank import Misconception, Question

ECHO = "Most of this repeats the question."
RUBRIC = "This holds the wording of the rubric itself, which shows that it was read, not that it is understood."
MORE_NEGATIONS = "This says “not” more often than the model answer; I cannot tell whether it denies a point."
LONG = "This is far longer than what is asked, so the words of a point may stand in it by chance."
SHORT = "This is very short for what is asked."

_LONGEST_SPAN = 240
_LONG = 600  # words
_MOST_MATCHES = 60
_NO_SENSE = word_set("the a an of is are was be to in it its that and as")


@dataclass(frozen=True)
class Advice:
    """Marks on all points of a question, warnings, and the misconception that the answer states, or None."""

    marks: tuple[Mark, ...]
    warnings: tuple[str, ...]
    misconception: Misconception | None


def advise(question: Question, text: str) -> Advice:
    """Mark every point of a question's rubric as present, absent or cannot tell."""
    answer, model = mended(with_denials(sentences(text)), question), _model(question)
    flat = [word for sentence in answer for word in sentence]
    only_words = [word.text for word in flat]
    echoed = _places(flat, copied(only_words, _reduced(question.ask), 5))
    rubric = _places(flat, _rubric_words(question, only_words))
    marked = [_mark(i, question, answer, text, echoed, rubric) for i in range(len(question.points))]
    if why := unread(question.answer, text, answer) or (RUBRIC if _holds_phrases(question, answer) else ""):
        return Advice(tuple(Mark(mark.point, CANNOT_TELL, mark.span) for mark, _ in marked), (why,), None)
    marks = tuple(mark for mark, _ in marked)
    warnings = [RUBRIC] if rubric else []
    warnings += [ECHO] if flat and len(echoed) >= 0.6 * len(flat) else []
    warnings += [warning for _, warning in marked if warning]
    warnings += [change] if (change := changed_copy(only_words, _reduced(question.answer))) else []
    warnings += [turned] if (turned := exchanged(answer, model)) else []
    warnings += _too_good(question, answer, model, marks)
    return Advice(marks, tuple(warnings), _stated(question.misconceptions, answer, model))


_reduced = functools.lru_cache(maxsize=8192)(plain)  # for what the questions say, not for answers


@functools.lru_cache(maxsize=256)
def _model(question: Question) -> list[Sentence]:
    return sentences(question.answer)


@functools.lru_cache(maxsize=256)
def _meaning(question: Question) -> tuple[tuple[list[Match], list[Match]], ...]:
    """Return for each point the words of the model answer and of the point itself that show it."""
    return tuple(
        (list(find(point.phrases, _model(question))), list(find(point.phrases, sentences(point.says))))
        for point in question.points
    )


def _places(flat: Sequence[Word], indices: Iterable[int]) -> set[int]:
    """Return where the words with these indices start in the answer's text."""
    return {flat[i].start for i in indices}


def _rubric_words(question: Question, answer: Sequence[str]) -> set[int]:
    """Return the indices of the answer's words that are the rubric's own: a whole point, or its phrases in a row."""
    taken: set[int] = set()
    for point in question.points:
        says = _reduced(point.says)
        if len(says) >= 4:
            taken |= copied(answer, says, min(len(says), 8))
        phrases = [_reduced(phrase) for phrase in point.phrases]
        in_words = [phrase for phrase in phrases if all(len(word) > 2 for word in phrase)]  # no pieces of formulas
        taken |= copied(answer, [word for phrase in in_words for word in phrase], 5)
    return taken - copied(answer, _reduced(question.answer), 4)


def _holds_phrases(question: Question, answer: list[Sentence]) -> bool:
    """Tell an answer that holds nearly every phrase of the rubric; no model answer holds three quarters."""
    every = [(point, phrase) for point in question.points for phrase in range(len(point.phrases))]
    found = {(point, match.phrase) for point in question.points for match in find(point.phrases, answer)}
    return len(every) > 8 and len(found) >= 0.85 * len(set(every))


def _too_good(question: Question, answer: list[Sentence], model: list[Sentence], marks: Sequence[Mark]) -> list[str]:
    """Return the warning for an answer that is too short for all it seems to say, or denies more than it should."""
    count = sum(map(len, answer))
    everything = all(mark.state == PRESENT for mark in marks)
    if count < 5 or (everything and count < 3 * len(marks)):
        return [SHORT]
    if count > max(_LONG, 8 * sum(map(len, model))):
        return [LONG]
    more = _negations(question, answer) - _negations_of_model(question)
    like_the_model = _alike(answer, model) > 0.7
    return [MORE_NEGATIONS] if everything and more >= (1 if like_the_model or count < 12 else 2) else []


def _alike(one: list[Sentence], other: list[Sentence]) -> float:
    """Return the share of words that two texts have in common, 0 to 1, wherever they stand."""
    first, second = (Counter(word.text for sentence in text for word in sentence) for text in (one, other))
    return (first & second).total() / max(first.total(), second.total(), 1)


@functools.lru_cache(maxsize=256)
def _negations_of_model(question: Question) -> int:
    return _negations(question, _model(question))


def _negations(question: Question, text: list[Sentence]) -> int:
    """Count the negations of a text that are no part of a phrase, as "never negative" is."""
    matches = [match for point in question.points for match in find(point.phrases, text)]
    taken = {match.sentence[i].start for match in matches for i in match.covered}
    places = ((sentence, i) for sentence in text for i in range(len(sentence)))
    return sum(is_negation(sentence, i) and sentence[i].start not in taken for sentence, i in places)


# ---------------------------------------------------------------- one point


def _mark(
    index: int, question: Question, answer: list[Sentence], text: str, echoed: set[int], rubric: set[int],
) -> tuple[Mark, str]:  # fmt: skip
    """Return the mark of one point, and a warning or ""."""
    point = question.points[index]
    matches = [m for m in find(point.phrases, answer) if not _within(m, echoed) and not is_torn(m)]
    if not matches:
        near = _near(point.says, answer, echoed, text)
        return Mark(index, CANNOT_TELL if near else ABSENT, near), ""
    own = [match for match in matches if not _within(match, rubric)]
    if not own:
        return Mark(index, CANNOT_TELL, _span(matches[0], text)), ""
    meant, said = _meaning(question)[index]
    held = [(match, _reason(match, own, question, index, meant, said)) for match in own[:_MOST_MATCHES]]
    sound = [match for match, why in held if not why]
    if sound and 2 * len(sound) >= len(held):
        return Mark(index, PRESENT, _span(sound[0], text)), ""
    match, why = next((match, why) for match, why in held if why)
    return Mark(index, CANNOT_TELL, _span(match, text)), f"Look at “{point.says}”: {why} near the words I found."


def _reason(
    match: Match, own: list[Match], question: Question, index: int, meant: list[Match], said: list[Match]
) -> str:
    """Say why a match may not mean its point, or ""."""
    if why := doubt(match, own, meant, said, question.points[index].polarity):
        return why
    pair = swapped(match, question, index, meant)
    return f"this says it of “{pair[0]}”, the model answer of “{pair[1]}”," if pair else ""


def _near(says: str, answer: list[Sentence], echoed: set[int], text: str) -> str:
    """Return the piece of a sentence that holds half of a point's own words, but no wording of the rubric's; or ""."""
    wanted = {stem(word) for word in _reduced(says) if word not in SMALL_WORDS and len(word) > 1}
    for sentence in answer:
        held = [word for word in sentence if stem(word.text) in wanted and word.start not in echoed]
        found = {stem(word.text) for word in held}
        if len(found) >= max(2, len(wanted) / 2):
            return text[held[0].start : held[-1].end][:_LONGEST_SPAN]
    return ""


def _within(match: Match, starts: set[int]) -> bool:
    return bool(starts) and all(match.sentence[i].start in starts for i in match.covered)


def _span(match: Match, text: str) -> str:
    return text[match.start : match.end][:_LONGEST_SPAN]


# ---------------------------------------------------------------- misconceptions


def _stated(
    misconceptions: Sequence[Misconception], answer: list[Sentence], model: list[Sentence]
) -> Misconception | None:
    """Return the misconception that a clause of the answer states: its words in its order, and as (un)negated."""
    for misconception in misconceptions:
        if _states(misconception.claim, answer) and not _states(misconception.claim, model):
            return misconception
    return None


def _states(claim: str, text: list[Sentence]) -> bool:
    words = _reduced(claim)
    wanted = [stem(word) for word in words if word not in _NO_SENSE and word not in NEGATIONS]
    if len(wanted) < 3:
        return False  # "k = 1" would be found in any answer that tries k = 1
    claim_denies = any(word in NEGATIONS for word in words)
    for sentence in text:
        for clause in {word.clause for word in sentence}:
            places = [i for i, word in enumerate(sentence) if word.clause == clause]
            stems = iter([stem(sentence[i].text) for i in places])
            denies = is_denied(sentence) or any(is_negation(sentence, i) for i in places)
            if denies == claim_denies and all(word in stems for word in wanted):
                return True
    return False
