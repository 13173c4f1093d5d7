"""Advice on free text: which points of the rubric an answer seems to make, with the words that are meant.

The machine reads words, not meaning: it advises and the learner decides. So it is built to abstain. Where the words of
a point stand beside a negation, or beside the opposite of what the model answer says there, it cannot tell. Where the
whole answer does not read as an answer (the question again, the rubric's own words, shuffled words, another
language), it cannot tell anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.quiz._doubts import NEGATIONS, doubt, is_denied, is_negation, is_torn, with_denials
from engine.quiz._grade import ABSENT, CANNOT_TELL, PRESENT, Mark
from engine.quiz._guards import unread
from engine.quiz._words import Match, Sentence, Word, copied, find, plain, sentences, word_set
from engine.quiz.bank import Misconception, Question, RubricPoint

ECHO = "Most of this repeats the question."
RUBRIC = "This holds the wording of the rubric itself, which shows that it was read, not that it is understood."
MORE_NEGATIONS = "This says “not” more often than the model answer; I cannot tell whether it denies a point."
SHORT = "This is very short for what is asked."

_LONGEST_SPAN = 240
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
    answer, model = with_denials(sentences(text)), sentences(question.answer)
    flat = [word for sentence in answer for word in sentence]
    only_words = [word.text for word in flat]
    echoed = _places(flat, copied(only_words, plain(question.ask), 5))
    rubric = _places(flat, _rubric_words(question, only_words))
    marked = [_mark(i, point, answer, text, model, echoed, rubric) for i, point in enumerate(question.points)]
    if why := unread(question.answer, text, answer) or (RUBRIC if _holds_phrases(question, answer) else ""):
        return Advice(tuple(Mark(mark.point, CANNOT_TELL, mark.span) for mark, _ in marked), (why,), None)
    marks = tuple(mark for mark, _ in marked)
    warnings = [RUBRIC] if rubric else []
    warnings += [ECHO] if flat and len(echoed) >= 0.6 * len(flat) else []
    warnings += [warning for _, warning in marked if warning]
    warnings += _too_good(question, answer, model, marks)
    return Advice(marks, tuple(warnings), _stated(question.misconceptions, answer, model))


def _places(flat: Sequence[Word], indices: Iterable[int]) -> set[int]:
    """Return where the words with these indices start in the answer's text."""
    return {flat[i].start for i in indices}


def _rubric_words(question: Question, answer: Sequence[str]) -> set[int]:
    """Return the indices of the answer's words that are the rubric's own: a whole point, or its phrases in a row."""
    taken: set[int] = set()
    for point in question.points:
        says = plain(point.says)
        if len(says) >= 4:
            taken |= copied(answer, says, min(len(says), 8))
        phrases = [plain(phrase) for phrase in point.phrases]
        in_words = [phrase for phrase in phrases if all(len(word) > 2 for word in phrase)]  # no pieces of formulas
        taken |= copied(answer, [word for phrase in in_words for word in phrase], 5)
    return taken - copied(answer, plain(question.answer), 4)


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
    more = _negations(question, answer) - _negations(question, model)
    like_the_model = _alike(answer, model) > 0.7
    return [MORE_NEGATIONS] if everything and more >= (1 if like_the_model or count < 12 else 2) else []


def _alike(one: list[Sentence], other: list[Sentence]) -> float:
    """Return the share of words that two texts have in common, 0 to 1, wherever they stand."""
    first, second = (Counter(word.text for sentence in text for word in sentence) for text in (one, other))
    return (first & second).total() / max(first.total(), second.total(), 1)


def _negations(question: Question, text: list[Sentence]) -> int:
    """Count the negations of a text that are no part of a phrase, as "never negative" is."""
    matches = [match for point in question.points for match in find(point.phrases, text)]
    taken = {match.sentence[i].start for match in matches for i in match.covered}
    places = ((sentence, i) for sentence in text for i in range(len(sentence)))
    return sum(is_negation(sentence, i) and sentence[i].start not in taken for sentence, i in places)


# ---------------------------------------------------------------- one point


def _mark(
    index: int, point: RubricPoint, answer: list[Sentence], text: str, model: list[Sentence], echoed: set[int],
    rubric: set[int],
) -> tuple[Mark, str]:  # fmt: skip
    """Return the mark of one point, and a warning or ""."""
    matches = [m for m in find(point.phrases, answer) if not _within(m, echoed) and not is_torn(m)]
    if not matches:
        return Mark(index, ABSENT), ""
    own = [match for match in matches if not _within(match, rubric)]
    if not own:
        return Mark(index, CANNOT_TELL, _span(matches[0], text)), ""
    meant = list(find(point.phrases, model))
    first = ""
    for match in own[:_MOST_MATCHES]:
        why = doubt(match, meant, point.polarity)
        if not why:
            return Mark(index, PRESENT, _span(match, text)), ""
        first = first or why
    warning = f"Look at “{point.says}”: {first} near the words I found."
    return Mark(index, CANNOT_TELL if point.polarity else PRESENT, _span(own[0], text)), warning


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
    words = plain(claim)
    wanted = [_stem(word) for word in words if word not in _NO_SENSE and word not in NEGATIONS]
    if len(wanted) < 3:
        return False  # "k = 1" would be found in any answer that tries k = 1
    claim_denies = any(word in NEGATIONS for word in words)
    for sentence in text:
        for clause in {word.clause for word in sentence}:
            places = [i for i, word in enumerate(sentence) if word.clause == clause]
            stems = iter([_stem(sentence[i].text) for i in places])
            denies = is_denied(sentence) or any(is_negation(sentence, i) for i in places)
            if denies == claim_denies and all(word in stems for word in wanted):
                return True
    return False


def _stem(word: str) -> str:
    """Return a word without a common ending; words with one stem count as the same."""
    for ending in ("ations", "ation", "ings", "ing", "edly", "ed", "es", "ly", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word
