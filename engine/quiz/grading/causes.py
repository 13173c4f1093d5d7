"""Cause and effect exchanged: "A because B" where the model answer says "B because A"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from engine.quiz.grading.guards import SMALL_WORDS
from engine.quiz.grading.words import Sentence, stem

_EFFECT_FIRST = re.compile(r"\b(?:because|becuase|since|due to|as a result of|thanks to|for the reason that)\b")
_CAUSE_FIRST = re.compile(
    r"\b(?:therefore|hence|thus|consequently|leads? to|causes?|results? in|(?:that|this|which) is why|so)\b"
)
_LEAST = 2  # words that a cause and an effect have to share with the model answer's before they are compared

Link = tuple[frozenset[str], frozenset[str]]


def links(text: Sequence[Sentence]) -> Iterator[Link]:
    """Find causes and effects in a text, as the stems of their words."""
    before: list[str] = []
    for sentence in text:
        words = [word.text for word in sentence]
        yield from _of_sentence(sentence, words, before)
        before = words


def _of_sentence(sentence: Sentence, words: list[str], before: list[str]) -> Iterator[Link]:
    line = " ".join(words)
    for pattern, effect_first in ((_EFFECT_FIRST, True), (_CAUSE_FIRST, False)):
        for found in pattern.finditer(line):
            start = line[: found.start()].count(" ")
            end = start + len(found[0].split())
            if effect_first and start < 2 and end < len(sentence):  # Because the cause, the effect.
                causes = sum(word.clause == sentence[end].clause for word in sentence[end:])
                cause, effect = words[end : end + causes], words[end + causes :]
            elif effect_first:
                cause, effect = words[end:], words[:start]
            else:
                cause, effect = words[:start] if start > 1 else before, words[end:]
            yield _stems(cause), _stems(effect)


def _stems(words: Sequence[str]) -> frozenset[str]:
    return frozenset(stem(word) for word in words if word not in SMALL_WORDS)


def exchanged(answer: Sequence[Sentence], model: Sequence[Sentence]) -> str:
    """Return the warning for a cause that the model answer calls the effect, and the effect its cause; or ""."""
    right = list(links(model))
    for cause, effect in links(answer):
        for their_cause, their_effect in right:
            crossed = min(len(cause & their_effect), len(effect & their_cause))
            straight = len(cause & their_cause) + len(effect & their_effect)
            if crossed >= _LEAST and 2 * crossed > straight:
                return "Look at what is cause and what is effect: the model answer has it the other way round."
    return ""
