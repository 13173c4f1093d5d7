r"""Read a shape as people write it: (n,), n x 1, m by n, ℝ^{m×n}, \mathbb R^{m\times n}, "m rows and n columns"."""

from __future__ import annotations

import re
import unicodedata

from engine.errors import AnswerRefused
from engine.quiz._grade import Grade, shown
from engine.quiz._tokens import GREEK, LONGEST
from engine.quiz.bank import Exact

Shape = tuple[str, ...]

MOST_AXES = 6
_LATEX = (
    (re.compile(r"\\(?:mathbb|mathbf|mathrm|mathcal|boldsymbol|bm|text|operatorname)\b"), " "),
    (re.compile(r"\\(?:left|right|,|;|:|!|quad)"), " "),
    (re.compile(r"\\(?:times|cdot)\b"), " x "),
    (re.compile(r"\\in\b"), " ∈ "),
    (re.compile(r"\\R\b"), " R "),
    (re.compile(r"[×✕⨯*·]"), " x "),
    (re.compile(r"[{\[]"), "("),
    (re.compile(r"[}\]]"), ")"),
    (re.compile(r"[$`“”\"]"), " "),
    (re.compile(r"\(\s*R\s*\)"), "R"),
    (re.compile(r"\s+"), " "),  # one space at most between two signs: the patterns below stay fast on any text
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_NUMBER_WORDS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5"}
_AXIS = r"\(?(?:\d+|[A-Za-z](?:_?\d+|_[A-Za-z])?)(?:\s?[+-]\s?\d+)?\)?"
_JOIN = r"\s*(?:\bx\b|(?<=\d)x(?=[\dA-Za-z])|(?<=\b[A-Za-z])x(?=[\dA-Za-z]\b)|\bby\b|\btimes\b)\s*"
_TUPLE = re.compile(rf"\(\s*({_AXIS}(?:\s*,|(?:\s*,\s*{_AXIS}){{1,7}}))\s*,?\s*\)")  # (w) alone is no shape
_JOINED = re.compile(rf"(?<![\w^]){_AXIS}(?:{_JOIN}{_AXIS}){{1,7}}(?!\w)")
_REAL = re.compile(
    rf"\bR\s*\^?\s*(?:\(\s*({_AXIS}(?:(?:{_JOIN}|\s*,\s*){_AXIS}){{0,7}})\s*\)|({_AXIS}(?:{_JOIN}{_AXIS}){{0,7}})(?!\w))"
)
_ROWS = re.compile(rf"({_AXIS})\s+rows?\b\W*(?:and|by|x|with)?\s*({_AXIS})\s+columns?", re.IGNORECASE)
_COLUMNS = re.compile(rf"({_AXIS})\s+columns?\b\W*(?:and|by|x|with)?\s*({_AXIS})\s+rows?", re.IGNORECASE)
_LENGTH = re.compile(rf"\b(?:length|dimension|size)\s+(?:of\s+|is\s+|=\s*)?({_AXIS})(?!\w)", re.IGNORECASE)
_ENTRIES = re.compile(rf"(?<!\w)({_AXIS})\s(?:entries|elements|components|coordinates)\b", re.IGNORECASE)
_DIMENSIONAL = re.compile(rf"(?<!\w)({_AXIS})[- ]dimensional\b", re.IGNORECASE)


def find_shapes(text: str) -> list[Shape]:
    """Return the shapes that a text names, each once, in the order of the kinds of spelling."""
    plain = _plain(text)
    found: list[Shape] = []
    for pattern, turned in ((_ROWS, False), (_COLUMNS, True)):
        plain = _take(pattern, plain, found, turned)
    for pattern in (_REAL, _JOINED, _TUPLE, _LENGTH, _DIMENSIONAL, _ENTRIES):
        plain = _take(pattern, plain, found)
    if not found and re.fullmatch(rf"(?:[^=:∈]{{0,40}}[=:∈])?\s*\(?{_AXIS}\)?\s*\.?\s*", plain):
        found.append(_axes(re.split("[=:∈]", plain.strip(" ."))[-1]))
    return list(dict.fromkeys(shape for shape in found if shape))


def _plain(text: str) -> str:
    plain = "".join(GREEK.get(c, c) for c in text)
    plain = unicodedata.normalize("NFKC", plain.replace("ℝ", "R"))
    for pattern, instead in _LATEX:
        plain = pattern.sub(instead, plain)
    for word, digit in _NUMBER_WORDS.items():
        plain = re.sub(rf"\b{word}\b(?=\s+(?:rows?|columns?)\b)", digit, plain, flags=re.IGNORECASE)
    return plain


def _take(pattern: re.Pattern[str], plain: str, found: list[Shape], turned: bool = False) -> str:
    """Add the shapes of one spelling and blank them out, so that no other spelling reads them again."""
    for match in pattern.finditer(plain):
        groups = [group for group in match.groups() if group]
        shape = _axes(",".join(groups) if groups else match[0])
        found.append(shape[::-1] if turned else shape)
    return pattern.sub(lambda match: " " * len(match[0]), plain)


def _axes(text: str) -> Shape:
    pieces = re.split(rf"{_JOIN}|,", text.strip())
    axes = [re.sub(r"[\s()]", "", piece).casefold() for piece in pieces]
    return tuple(axis for axis in axes if axis)


def grade_shape(exact: Exact, text: str) -> Grade:
    """Grade a shape, alone or within a text, where the first sentence that names one counts.

    Raises:
        AnswerRefused: if there is no shape in it, or several different ones in that sentence.
    """
    if not text.strip():
        raise AnswerRefused("There is no answer here yet.")
    right = [shape for spelling in exact.accepts for shape in find_shapes(spelling)]
    sizes = set("mndkp") | {letter for shape in right for axis in shape for letter in axis}
    found: list[Shape] = []
    for sentence in [*_SENTENCE_END.split(text), text]:
        found = found or find_shapes(sentence)
        if len(text.split()) > 6:  # in a sentence "X times w" is a product, not a shape
            found = [shape for shape in found if all(sizes.issuperset(re.findall("[a-z]", axis)) for axis in shape)]
    if not found:
        short = f"“{shown(text)}”" if len(text) <= LONGEST else "this text"
        raise AnswerRefused(f"I cannot find a shape in {short}. Write it like (m, n), m x n or R^(m x n).")
    if max(len(shape) for shape in found) > MOST_AXES:
        raise AnswerRefused(f"A shape with more than {MOST_AXES} axes cannot be read here.")
    if all(shape in right for shape in found):
        return Grade(True, says="Right.")
    if len(found) > 1:
        named = ", ".join(map(spelled, found[:4]))
        raise AnswerRefused(f"I see {len(found)} shapes in this answer: {named}. Write the one that is meant.")
    return Grade(False, says=f"{_mistake(found[0], right)} The shape is {exact.accepts[0]}.")


def spelled(shape: Shape) -> str:
    """Return a shape as it stands in numpy: (m, n) or (n,)."""
    return f"({shape[0]},)" if len(shape) == 1 else f"({', '.join(shape)})"


def _mistake(shape: Shape, right: list[Shape]) -> str:
    if len(shape) > 1 and shape[::-1] in right:
        return f"{spelled(shape)} is the transposed shape: rows come first, then columns."
    if sorted(shape) in [sorted(one) for one in right]:
        return f"{spelled(shape)} has the right axes in another order."
    if all(len(shape) != len(one) for one in right):
        count = "one axis" if len(shape) == 1 else f"{len(shape)} axes"
        return f"{spelled(shape)} has {count}; {spelled(right[0])} is asked."
    return f"{spelled(shape)} is another shape."
