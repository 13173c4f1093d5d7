"""Spelling mistakes: a long word that is one slip away from a word of the question's rubric is read as that word.

Only words that the question's own texts do not hold are mended, and the first letter has to be right, so that "over"
never turns into "under" and nobody's correct word is replaced by another one that the rubric would like to see.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence

from engine.quiz.bank import Question
from engine.quiz.grading.words import Sentence, Word, fragments, plain, word_set

_SHORTEST = 5
_ENDING = re.compile(r"(?:e?[srdn]|ers?|ly|al|ing|ments?|ity|(?:at)?ions?|e|ed)?")
_OTHER_WORDS = word_set(
    "there three simple sample simpler samples sampled acting entries based biased decides tuned picked reuse reused "
    "copes copies chose chosen losses masses misses tracked strong string strings stretch generate really "
    "explore explode chance change retain lender expert expect general generation strongly matrices"
)
_SOUNDS = (frozenset("aeiouy"), frozenset("cksqz"))  # letters taken for one another: seperate, panoptik


def mended(text: Sequence[Sentence], question: Question) -> list[Sentence]:
    """Return sentences with misspelled words of the rubric mended; the places in the text stay."""
    right, wanted = _vocabulary(question)
    strange = {word.text for sentence in text for word in sentence if len(word.text) >= _SHORTEST} - right
    found = {word: mend for word in strange if (mend := _nearest(word, wanted.get(word[0], ())))}
    if not found:
        return list(text)
    return [tuple(Word(found.get(w.text, w.text), w.start, w.end, w.clause) for w in sentence) for sentence in text]


@functools.lru_cache(maxsize=256)
def _vocabulary(question: Question) -> tuple[frozenset[str], dict[str, tuple[str, ...]]]:
    """Return the words that are spelled right, and the long words of the rubric's phrases by their first letter."""
    texts = (question.ask, question.answer, *(point.says for point in question.points))
    parts = (part for point in question.points for phrase in point.phrases for part in fragments(phrase))
    in_phrases = {word for part in parts for word in part}
    wanted: dict[str, tuple[str, ...]] = {}
    for word in sorted(in_phrases, key=lambda word: (-len(word), word)):
        if len(word) >= _SHORTEST and word.isalpha():
            wanted[word[0]] = (*wanted.get(word[0], ()), word)
    return frozenset(word for text in texts for word in plain(text)) | in_phrases | _OTHER_WORDS, wanted


def _nearest(word: str, wanted: Iterable[str]) -> str:
    """Return the rubric's word that a misspelled word begins with but for one slip, or ""."""
    if any(word.startswith(right) for right in wanted):
        return ""
    for right in wanted:
        if _one_slip(word, right):
            return right
    return ""


def _one_slip(word: str, right: str) -> bool:
    """Tell whether one letter missing, added, taken for another, or two exchanged separate a word from the right one.

    The word may have an ending that the right one, a beginning of words, has not.
    """
    same = 0
    while same < len(right) and same < len(word) and word[same] == right[same]:
        same += 1
    rest, goal = word[same:], right[same:]
    tails = [rest[len(goal) :]] if len(goal) > 1 and rest.startswith(goal[1::-1] + goal[2:]) else []  # sqaure
    if len(right) > 5 and len(goal) > 1:  # in a short word, or at its end, any other slip makes another word
        tails += [rest[len(goal) - 1 :]] if rest.startswith(goal[1:]) else []
        tails += [rest[len(goal) + 1 :]] if rest[1:].startswith(goal) else []
        sounds = any({rest[:1], goal[0]} <= alike for alike in _SOUNDS)
        tails += [rest[len(goal) :]] if sounds and rest[1:].startswith(goal[1:]) else []
    return any(_ENDING.fullmatch(tail) for tail in tails)
