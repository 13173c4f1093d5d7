"""Advice on free text: which points of the rubric an answer seems to make, with the words that are meant.

The machine reads words, not meaning: it advises and the learner decides. So it is built to abstain. Where the words of
a point stand beside a negation, or beside the opposite of what the model answer says there, it cannot tell. Where the
whole answer does not read as an answer (the question again, the rubric's own words, shuffled words, another
language), it cannot tell anything.
"""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from engine.quiz.bank import Misconception, Question
from engine.quiz.grade import ABSENT, CANNOT_TELL, PRESENT, Mark
from engine.quiz.grading.causes import exchanged
from engine.quiz.grading.comparisons import crossed
from engine.quiz.grading.copies import rubric_words
from engine.quiz.grading.doubts import NEGATIONS, doubt, is_denied, is_negation, is_torn, with_denials
from engine.quiz.grading.evidence import is_evidence, known_words, left_over, shares
from engine.quiz.grading.guards import SMALL_WORDS, changed_copy, unread
from engine.quiz.grading.spelling import mended
from engine.quiz.grading.subjects import swapped
from engine.quiz.grading.words import (
    Match,
    Sentence,
    Word,
    copied,
    find,
    held,
    lines_of,
    plain,
    sentences,
    stem,
    word_set,
)

ECHO = "Most of this repeats the question."
RUBRIC = (
    "Some of this is word for word what the rubric says, and so I cannot tell what you would have said. "
    "Only you know whether you recalled it."
)
MORE_NEGATIONS = "This says “not” more often than the model answer; I cannot tell whether it denies a point."
DOUBTFUL = "Where one point seems to be turned round, others may be: look at all of them as closely."
LONG = "This is far longer than what is asked, so the words of a point may stand in it by chance."
SHORT = "This is very short for what is asked."

_LONGEST_SPAN = 240
_LONG = 600  # words
_MOST_MATCHES = 60
_MOST_FOUND = 1_000  # matches of a point: an answer that says it so often is no answer, and is called too long
_NO_SENSE = word_set("the a an of is are was be to in it its that and as")


@dataclass(frozen=True)
class Advice:
    """Marks on all points of a question, warnings, and the misconception that the answer states, or None."""

    marks: tuple[Mark, ...]
    warnings: tuple[str, ...]
    misconception: Misconception | None


@dataclass(frozen=True)
class _Read:
    """An answer as it was read.

    Attributes:
        question, text: what was asked and what was typed.
        answer: its sentences.
        rubric: where words stand that are the rubric's own wording.
        echoed: where words stand that repeat the question.
        lines: the answer's sentences as lines (words.lines_of).
        found: the first matches of each point, but for words that repeat the question.
        left: the words that could say a point which was not found; None where there may be enough of them.
    """

    question: Question
    text: str
    answer: list[Sentence]
    rubric: set[int]
    echoed: set[int]
    lines: list[str]
    found: list[list[Match]]
    left: frozenset[str] | None


def _read(question: Question, text: str) -> _Read:
    answer = mended(with_denials(sentences(text)), question)
    flat = [word for sentence in answer for word in sentence]
    only_words = [word.text for word in flat]
    echoed = _places(flat, copied(only_words, _reduced(question.ask), 5))
    rubric = _places(flat, rubric_words(question, only_words))
    lines = lines_of(answer)
    found = [
        [
            match
            for match in itertools.islice(find(point.phrases, answer, lines), _MOST_FOUND)
            if not _within(match, echoed) and not is_torn(match)
        ]
        for point in question.points
    ]
    return _Read(question, text, answer, rubric, echoed, lines, found, left_over(question, answer, found))


def advise(question: Question, text: str) -> Advice:
    """Mark every point of a question's rubric as present, absent or cannot tell."""
    read, model = _read(question, text), _model(question)
    only_words = [word.text for sentence in read.answer for word in sentence]
    marked = [_mark(i, read) for i in range(len(question.points))]
    why = unread(question.answer, text, read.answer, known_words(question))
    if why := why or (RUBRIC if _holds_phrases(question, read.lines) else ""):
        return Advice(tuple(Mark(mark.point, CANNOT_TELL, mark.span) for mark, _ in marked), (why,), None)
    warnings = [RUBRIC] if read.rubric else []
    warnings += [ECHO] if only_words and len(read.echoed) >= 0.6 * len(only_words) else []
    warnings += [warning for _, warning in marked if warning]
    marks = tuple(mark for mark, _ in marked)
    doubts, sure = sum(bool(warning) for _, warning in marked), sum(mark.state == PRESENT for mark in marks)
    warnings += [DOUBTFUL] if doubts and doubts >= sure > 0 else []
    if doubts > 1 and doubts >= sure:
        marks = tuple(replace(mark, state=CANNOT_TELL) if mark.state == PRESENT else mark for mark in marks)
    warnings += [change] if (change := changed_copy(only_words, _reduced(question.answer))) else []
    warnings += [turned] if (turned := exchanged(read.answer, model)) else []
    warnings += [turned] if (turned := crossed(read.answer, model)) else []
    warnings += _too_good(question, read.answer, model, marks)
    return Advice(marks, tuple(warnings), _stated(question.misconceptions, read.answer, model))


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


def _holds_phrases(question: Question, lines: list[str]) -> bool:
    """Tell an answer that holds nearly every phrase of the rubric; no model answer holds three quarters."""
    every = [(point, phrase) for point in question.points for phrase in range(len(point.phrases))]
    found = {(point, phrase) for point in question.points for phrase in held(point.phrases, lines)}
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


def _mark(index: int, read: _Read) -> tuple[Mark, str]:
    """Return the mark of one point, and a warning or ""."""
    question, text = read.question, read.text
    point, matches = question.points[index], read.found[index]
    if not matches:
        near = _near(point.says, read.answer, read.echoed, text)
        unsaid = not near and read.left is not None and not shares(point.says, read.left)
        return Mark(index, ABSENT if unsaid else CANNOT_TELL, near), ""
    own = [m for m in matches if not _within(m, read.rubric) and is_evidence(m, question, index)]
    if not own:
        return Mark(index, CANNOT_TELL, _span(matches[0], text)), ""
    meant, said = _meaning(question)[index]
    looked_at = [(match, _reason(match, own, question, index, meant, said)) for match in own[:_MOST_MATCHES]]
    sound = [match for match, why in looked_at if not why]
    if 2 * len(sound) > len(looked_at):
        return Mark(index, PRESENT, _span(sound[0], text)), ""
    match, why = next((match, why) for match, why in looked_at if why)
    return Mark(index, CANNOT_TELL, _span(match, text)), f"Look at “{point.says}”: {why} near the words I found."


def _reason(
    match: Match, own: list[Match], question: Question, index: int, meant: list[Match], said: list[Match]
) -> str:
    """Say why a match may not mean its point, or ""."""
    if why := doubt(match, own, meant, said, question.points[index].polarity):
        return why
    pair = swapped(match, question, index, (*meant, *said))
    return f"this says it of “{pair[0]}”, the model answer of “{pair[1]}”," if pair else ""


def _near(says: str, answer: list[Sentence], echoed: set[int], text: str) -> str:
    """Return the piece of a sentence that holds half of a point's own words, but no wording of the rubric's; or ""."""
    wanted = {stem(word) for word in _reduced(says) if word not in SMALL_WORDS and len(word) > 1}
    least = max(2, len(wanted) / 2)
    for sentence in answer:
        if len(sentence) < least:
            continue
        own = [word for word in sentence if stem(word.text) in wanted and word.start not in echoed]
        if len({stem(word.text) for word in own}) >= least:
            return text[own[0].start : own[-1].end][:_LONGEST_SPAN]
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
        if len(sentence) < len(wanted):
            continue
        denied = is_denied(sentence)
        for _, places in itertools.groupby(range(len(sentence)), key=lambda i: sentence[i].clause):
            clause = list(places)
            stems = iter([stem(sentence[i].text) for i in clause])
            denies = denied or any(is_negation(sentence, i) for i in clause)
            if denies == claim_denies and all(word in stems for word in wanted):
                return True
    return False
