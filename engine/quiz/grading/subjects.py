"""What a question sets side by side, and which of them a statement is about: ridge or LASSO, V or Q.

The rivals come from the rubric itself: words of the question with which different points begin. So swapped subjects are
seen in any question, without a list of what may be swapped.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable

from engine.quiz.bank import Question
from engine.quiz.formulas import GREEK
from engine.quiz.grading.words import Match, plain, stem, word_set

_JOINING = word_set("and or")
_NO_SUBJECT = word_set(
    "the a an of is are was be to in it its they them their these those that this and or for with by on from as at "
    "into no not all one each every how what why which when does do can may only has have uses both between per most "
    "more less than used use example order kind first second check still single alone " + " ".join(GREEK.values())
)


@functools.lru_cache(maxsize=256)
def rivals(question: Question) -> dict[str, frozenset[str]]:
    """Return each subject's rivals, by the stem of its word: {"ridg": {"lasso"}, "lasso": {"ridg"}}."""
    asked = {stem(word) for word in plain(question.ask) if word not in _NO_SUBJECT}
    heads = [_head(point.says) & asked for point in question.points]
    where = {word: {i for i, head in enumerate(heads) if word in head} for head in heads for word in head}
    return {
        word: others
        for word, points in where.items()
        if (others := frozenset(other for other in where if not points & where[other]))
    }


def subjects_of(question: Question, index: int) -> frozenset[str]:
    """Return the subjects that a point names where it begins, as stems."""
    return _head(question.points[index].says) & rivals(question).keys()


def _head(says: str) -> frozenset[str]:
    """Return the stems of what a point begins with: its first word with sense, and those joined to it by "and"."""
    words = [word for word in plain(says) if word in _JOINING or word not in _NO_SUBJECT]
    head = [word for word in words[:1] if word not in _JOINING]
    for joint, word in itertools.pairwise(words[1:]):
        if joint not in _JOINING or word in _JOINING:
            break
        head.append(word)
    return frozenset(stem(word) for word in head)


def subject(match: Match, known: Iterable[str]) -> tuple[str, str]:
    """Return stem and word of the subject that a match is about, or two empty strings.

    That is the nearest one before it in its clause, then after it in its clause, then before it in its sentence.
    """
    known = frozenset(known)
    sentence = match.sentence
    at = next((i for i in match.covered if stem(sentence[i].text) not in known), match.covered[-1])
    clause = sentence[at].clause
    before = range(at - 1, -1, -1)
    after = range(at + 1, len(sentence))
    places = [i for i in (*before, *after) if sentence[i].clause == clause]
    for i in (*places, *before):
        if stem(sentence[i].text) in known:
            return stem(sentence[i].text), sentence[i].text
    return "", ""


def swapped(match: Match, question: Question, index: int, meant: Iterable[Match]) -> tuple[str, str] | None:
    """Return the subject that the answer names and the one that the point is about, where they are rivals."""
    against = rivals(question)
    if not against or any(stem(match.sentence[i].text) in against for i in match.covered):
        return None  # a phrase that names its subject itself
    here, word = subject(match, against)
    wanted = subjects_of(question, index)
    told = [subject(other, against) for other in meant if other.phrase == match.phrase]
    allowed = wanted | {there for there, _ in told if there}
    if not here or not allowed or here in allowed or not any(here in against[one] for one in allowed):
        return None
    return word, next((text for _, text in told if text), "") or _word(question.points[index].says, wanted)


def _word(says: str, stems: Iterable[str]) -> str:
    return next((word for word in plain(says) if stem(word) in frozenset(stems)), "")
