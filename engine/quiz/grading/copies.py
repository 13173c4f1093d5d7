"""The rubric's own wording in an answer: whole points or rows of its phrases, which nobody writes by chance.

An honest learner meets a point's words too, where they are few or what anybody would say. So one point counts as copied
only where it holds rare words of its own, several where they are more than a few words each.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

from engine.quiz.bank import Question
from engine.quiz.grading.words import copied, places_of, plain, stem

_LONG = 8  # words in a row
_SHORT = 4
_RARE = 8  # letters
_LEAST_RARE = 2
_ROW = 5  # words of phrases, one phrase after the other


def rubric_words(question: Question, answer: Sequence[str]) -> set[int]:
    """Return the indices of the answer's words that are the rubric's own."""
    usual = {stem(word) for word in (*_reduced(question.ask), *_reduced(question.answer))}
    said = [_reduced(point.says) for point in question.points]
    whole = [copied(answer, says, min(len(says), _LONG)) if len(says) >= _SHORT else set() for says in said]
    several = sum(map(bool, whole)) > 1
    taken: set[int] = set()
    for point, says, places in zip(question.points, said, whole, strict=True):
        rare = {stem(word) for word in says if len(word) >= _RARE} - usual
        if several or (len(says) > _SHORT and len(rare) >= _LEAST_RARE):
            taken |= places
        taken |= places_of(_over_the_ends(point.phrases), answer, _ROW)
    return taken - copied(answer, _reduced(question.answer), 4)


_reduced = functools.lru_cache(maxsize=2048)(plain)  # for what the questions say, not for answers


@functools.lru_cache(maxsize=2048)
def _over_the_ends(phrases: Sequence[str]) -> frozenset[tuple[str, ...]]:
    """Return the rows of words that run over the end of one phrase into the next; not those with pieces of formulas."""
    split = [plain(phrase) for phrase in phrases]
    row = [(word, i) for i, words in enumerate(split) if all(len(word) > 2 for word in words) for word in words]
    windows = [row[k : k + _ROW] for k in range(len(row) - _ROW + 1)]
    return frozenset(tuple(word for word, _ in one) for one in windows if one[0][1] != one[-1][1])
