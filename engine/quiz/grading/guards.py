"""Answers that cannot be read as answers: another script or language, shuffled words, a text that denies itself."""

from __future__ import annotations

import difflib
import itertools
import re
from collections import Counter
from collections.abc import Collection, Sequence

from engine.quiz.grading.words import Sentence, plain, sentences, stem, word_set

_NOT_READ = "I cannot tell which points are made."
SHUFFLED = f"These are words of a good answer, but their order is not that of sentences. {_NOT_READ}"
NO_SENTENCES = f"This does not read as English sentences. {_NOT_READ}"
FOREIGN = f"Most letters here are of a script that I cannot read; only English is read. {_NOT_READ}"
DENIED = f"The answer calls what it says false. {_NOT_READ}"

_ALL_DENIED = re.compile(
    r"\b(?:following|all of this|everything|none of (?:this|the following))\b.{0,40}"
    r"\b(?:false|wrong|not true|untrue|incorrect|is true|are true)\b"
)
_FORMULA = re.compile(r"\$[^$]*\$|\\[A-Za-z]+")
SMALL_WORDS = word_set(
    "the a an of is are was be been and or but not no to in for by with from on at as it its they their them this that "
    "these those which who what when where while if then than so because since does do did has have had can cannot "
    "could may might will would should must you we i he one each every all any some more most less only also too very "
    "such into over under between about after before out up there here how why both either neither nor"
)
_OTHER_LANGUAGES = word_set(
    "der die das und ist nicht ein eine einen mit auf sich auch werden le la les et est une des du que pour dans avec "
    "sur peut pas el los las es una por con para il lo che di della sono het een van niet zijn att som det inte jest "
    "nie oraz av viele mehrere sehr oder aber nur wird kann durch wenn dem den im très sont aux ces leur tout "
    "muchos pero cuando molti sono senza veel"
)
# What English does not have side by side: "the of", "of is", "is are", a sentence that ends in "the".
_ARTICLES = word_set("the an its their every")
_AFTER_ARTICLE = word_set(
    "the a an of is are was and or to in for by with it that so because but be has have does do than as on at from "
    "when if which they"
)
_PREPOSITIONS = word_set("of to for by with from into at")
_AFTER_PREPOSITION = word_set("of is are was and or but has have because so than does do by with")
_BE = word_set("is are was has have")
_TELEGRAM = 0.38  # the share of the question's words in notes of English
_NEVER_LAST = word_set("the an of is are and to for by with its their than or because every from")


def unread(model_answer: str, text: str, answer: Sequence[Sentence], known: Collection[str]) -> str:
    """Return a sentence that says why an answer as a whole cannot be read as an answer, or "".

    Args:
        model_answer, text: what the question holds, and what was typed.
        answer: its sentences.
        known: the stems of the question's own words, its rubric's among them: by them a telegram is known as English.
    """
    letters = Counter(c for c in text if c.isalpha())
    strange = sum(count for letter, count in letters.items() if not plain(letter))
    if strange > 0.3 * letters.total():
        return FOREIGN
    if any(_ALL_DENIED.search(" ".join(word.text for word in sentence)) for sentence in answer[:2]):
        return DENIED
    spellings = ((" ".join(plain(text)), " ".join(plain(model_answer))), (text.lower(), model_answer.lower()))
    if any(_same_words_shuffled(mine.split(), theirs.split()) for mine, theirs in spellings):
        return SHUFFLED
    prose = [[word.text for word in sentence] for sentence in sentences(_FORMULA.sub(" x ", text))]
    if _out_of_order(prose) >= max(2, 0.05 * sum(map(len, prose))):
        return SHUFFLED
    return NO_SENTENCES if _is_no_english(prose, known) else ""


def _same_words_shuffled(answer: Sequence[str], model: Sequence[str]) -> bool:
    """Tell the model answer's words in another order: the same words, few of the same neighbours."""
    if len(answer) < 8:
        return False
    same = (Counter(answer) & Counter(model)).total()
    neighbours = (Counter(itertools.pairwise(answer)) & Counter(itertools.pairwise(model))).total()
    return same >= 0.8 * max(len(answer), len(model)) and neighbours < 0.4 * len(answer)


def changed_copy(answer: Sequence[str], model: Sequence[str]) -> str:
    """Return the warning for the model answer with single words of it exchanged, "larger" for "smaller", or ""."""
    if (Counter(answer) & Counter(model)).total() < 0.7 * max(len(answer), len(model), 1):
        return ""
    compared = difflib.SequenceMatcher(None, model, answer, autojunk=False)
    for kind, a, b, c, d in compared.get_opcodes():
        theirs, mine = model[a:b], answer[c:d]
        alike = len(theirs) != len(mine) or len(mine) > 2 or stem(theirs[0]) == stem(mine[0])
        if kind == "replace" and not alike and compared.ratio() > 0.8:
            return f"This is nearly the model answer, but says “{' '.join(mine)}” where that says “{' '.join(theirs)}”."
    return ""


def _out_of_order(prose: Sequence[Sequence[str]]) -> int:
    """Count neighbours that English does not have."""
    count = 0
    for sentence in prose:
        for word, after in itertools.pairwise(sentence):
            count += word != after and (
                (word in _ARTICLES and after in _AFTER_ARTICLE)
                or (word in _PREPOSITIONS and after in _AFTER_PREPOSITION)
                or (word in _BE and after in _BE)
            )
        count += len(sentence) > 2 and sentence[-1] in _NEVER_LAST
    return count


def _is_no_english(prose: Sequence[Sequence[str]], known: Collection[str]) -> bool:
    """Tell another language by its small words, or where ours are missing too, by words that the question has not.

    Notes without small words are read: "gradient noisy, cheap steps, escapes shallow minima".
    """
    words = [word for sentence in prose for word in sentence if len(word) > 1]
    small = sum(word in SMALL_WORDS for word in words)
    other = sum(word in _OTHER_LANGUAGES for word in words)
    if len(words) < 6 or small >= 0.08 * len(words):
        return len(words) >= 6 and other > max(1, small)
    return other > 1 or sum(stem(word) in known for word in words) < (_TELEGRAM + 0.1 * other) * len(words)
