r"""Read a shape as people write it: (n,), n x 1, 4-by-3, 32,3,28,28, ℝ^{m×n}, \mathbb R^{m\times n}, m rows n cols."""

from __future__ import annotations

import re

from engine.errors import AnswerRefused
from engine.quiz.bank import Exact
from engine.quiz.formulas.tokens import GREEK, LONGEST
from engine.quiz.formulas.typed import plain_signs
from engine.quiz.grade import Grade, shown

Shape = tuple[str, ...]

MOST_AXES = 6
LONGEST_TEXT = 2_000
_LATEX = (
    (re.compile(r"\\(?:mathbb|mathbf|mathrm|mathcal|boldsymbol|bm|text|operatorname)\b"), " "),
    (re.compile(r"\\(?:left|right|,|;|:|!|quad)"), " "),
    (re.compile(r"\\(?:times|cdot)\b"), " x "),
    (re.compile(r"\\in\b"), " ∈ "),
    (re.compile(r"\\R\b"), " R "),
    (re.compile(r"\*|(?<=[\dA-Za-z])-x-(?=[\dA-Za-z])"), " x "),
    (re.compile(r"(?<=[\dA-Za-z])-by-(?=[\dA-Za-z])"), " by "),
    (re.compile(r"(?<=\d)\s?[xX]\s?(?=\d)"), " x "),
    (re.compile(r"[{\[]"), "("),
    (re.compile(r"[}\]]"), ")"),
    (re.compile(r"[$`“”\"]"), " "),
    (re.compile(r"\(\s*R\s*\)"), "R"),
    (re.compile(r"\s+"), " "),  # one space at most between two signs: the patterns below stay fast on any text
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_CAPITAL = re.compile(r"\(?\s?(?:\d{1,9}|[A-Za-z])(?:\s?X\s?(?:\d{1,9}|[A-Za-z])){1,5}\s?\)?")
_NUMBER_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
_IN_WORDS = re.compile(
    rf"\b({'|'.join(_NUMBER_WORDS)})\b(?=\s(?:rows?|col(?:umn)?s?|by|x)\b)|(?<=\bby\s)({'|'.join(_NUMBER_WORDS)})\b",
    re.IGNORECASE,
)
_AXIS = r"\(?(?:\d{1,9}|[A-Za-z](?:_?\d+|_[A-Za-z])?)(?:\s?[+-]\s?\d{1,9})?\)?"
_JOIN = r"\s*(?:\bx\b|(?<=\d)x(?=[\dA-Za-z])|(?<=\b[A-Za-z])x(?=[\dA-Za-z]\b)|\bby\b|\btimes\b)\s*"
_TUPLE = re.compile(rf"\(\s?({_AXIS}(?:\s?,|(?:\s?[,;]\s?{_AXIS}){{1,7}}))\s?,?\s?\)")  # (w) alone is no shape
_LIST = re.compile(rf"(?:[^=:∈,;]{{0,40}}[=:∈])?\s?({_AXIS}(?:\s?[,;]\s?{_AXIS}){{1,7}})\s?,?\s?")
_JOINED = re.compile(rf"(?<![\w^.,]){_AXIS}(?:{_JOIN}{_AXIS}){{1,7}}(?!\w|[.,]\d)")
_REAL = re.compile(
    rf"\bR\s*\^?\s*(?:\(\s*({_AXIS}(?:(?:{_JOIN}|\s*,\s*){_AXIS}){{0,7}})\s*\)|({_AXIS}(?:{_JOIN}{_AXIS}){{0,7}})(?!\w))"
)
_ROW, _COLUMN, _AND = r"rows?\b", r"col(?:umn)?s?\b", r"\W{0,3}(?:(?:and|by|x|with)\s)?"
_ROWS = re.compile(rf"(?<!\w)({_AXIS})\s{_ROW}{_AND}({_AXIS})\s{_COLUMN}", re.IGNORECASE)
_COLUMNS = re.compile(rf"(?<!\w)({_AXIS})\s{_COLUMN}{_AND}({_AXIS})\s{_ROW}", re.IGNORECASE)
_FAR = r"\b[^\d.!?]{0,60}?(?<!\w)"  # 4 rows, one for each unit, and 3 columns
_FAR_ROWS = re.compile(rf"(?<!\w)(\d{{1,9}})\s{_ROW}{_FAR}(\d{{1,9}})\s{_COLUMN}", re.IGNORECASE)
_FAR_COLUMNS = re.compile(rf"(?<!\w)(\d{{1,9}})\s{_COLUMN}{_FAR}(\d{{1,9}})\s{_ROW}", re.IGNORECASE)
_NAMED = re.compile(rf"\b{_ROW}\s?[:=]?\s?({_AXIS}){_AND}{_COLUMN}\s?[:=]?\s?({_AXIS})(?!\w)", re.IGNORECASE)
_IN_ROWS_AND_COLUMNS = (
    (_ROWS, False),
    (_COLUMNS, True),
    (_NAMED, False),
    (_FAR_ROWS, False),
    (_FAR_COLUMNS, True),
)
_DENIED = re.compile(
    r"(?:\b(?:not|never|isnt|arent)|n't)\b(?:\s(?!(?:and|so|but|it's)\b)[^\s,;.]{1,30}){0,6}(?:[,;]\s?[\dA-Za-z]{1,9}\))?"
    r"|\b(?:instead of|rather than|unlike|neither|nor|no|transpose of)\s(?:an?\s|the\s)?[^\s,;.]{1,30}"
    r"(?:\s(?:x|by|times)\s\w{1,9}|[,;]\s?\w{1,9}\))?",
    re.IGNORECASE,
)
_LENGTH = re.compile(rf"\b(?:length|dimension|size)\s+(?:of\s+|is\s+|=\s*)?({_AXIS})(?!\w)", re.IGNORECASE)
_ENTRIES = re.compile(rf"(?<!\w)({_AXIS})\s(?:entries|elements|components|coordinates)\b", re.IGNORECASE)
_DIMENSIONAL = re.compile(rf"(?<!\w)({_AXIS})[- ]dimensional\b", re.IGNORECASE)


def find_shapes(text: str) -> list[Shape]:
    """Return the shapes that a text names, each once, in the order of the kinds of spelling."""
    plain = _plain(text)
    found: list[Shape] = []
    for pattern, turned in _IN_ROWS_AND_COLUMNS:
        plain = _take(pattern, plain, found, turned)
    for pattern in (_REAL, _JOINED, _TUPLE, _LENGTH, _DIMENSIONAL, _ENTRIES):
        plain = _take(pattern, plain, found)
    if not found and (listed := _LIST.fullmatch(plain.strip(" ."))):
        found.append(_axes(listed[1]))
    if not found and re.fullmatch(rf"(?:[^=:∈]{{0,40}}[=:∈])?\s*\(?{_AXIS}\)?\s*\.?\s*", plain):
        found.append(_axes(re.split("[=:∈]", plain.strip(" ."))[-1]))
    return list(dict.fromkeys(shape for shape in found if shape))


def _plain(text: str) -> str:
    plain = "".join(GREEK.get(c, c) for c in plain_signs(text))
    for pattern, instead in _LATEX:
        plain = pattern.sub(instead, plain)
    if _CAPITAL.fullmatch(plain.strip(" .")):
        plain = plain.replace("X", " x ")
    return _IN_WORDS.sub(lambda word: str(_NUMBER_WORDS[word[0].casefold()]), plain)


def _take(pattern: re.Pattern[str], plain: str, found: list[Shape], turned: bool = False) -> str:
    """Add the shapes of one spelling and blank them out, so that no other spelling reads them again."""
    for match in pattern.finditer(plain):
        groups = [group for group in match.groups() if group]
        shape = _axes(",".join(groups) if groups else match[0])
        found.append(shape[::-1] if turned else shape)
    return pattern.sub(lambda match: " " * len(match[0]), plain)


def _axes(text: str) -> Shape:
    pieces = re.split(rf"{_JOIN}|[,;]", text.strip())
    axes = [re.sub(r"[\s()]", "", piece).casefold() for piece in pieces]
    return tuple(_summed(axis) for axis in axes if axis)


def _summed(axis: str) -> str:
    """Return 4 for 2+2; n+1 stays."""
    match = re.fullmatch(r"(\d+)([+-])(\d+)", axis)
    return axis if match is None else str(int(match[1]) + int(match[2] + match[3]))


def read(exact: Exact, text: str) -> list[Shape]:
    """Return the shapes of the first sentence that names one.

    Args:
        exact: the check: in a longer text, other letters than its sizes are no axes ("X times w" is a product).
        text: a shape, alone or within a text.

    Raises:
        AnswerRefused: if it is empty or too long, or there is no shape in it, or one is only denied.
    """
    if not text.strip():
        raise AnswerRefused("There is no answer here yet.")
    if len(text) > LONGEST_TEXT:
        raise AnswerRefused(
            f"This answer has {len(text):,} characters; at most {LONGEST_TEXT:,} can be read. Write the shape alone."
        )
    right = _right(exact)
    sizes = set("mndkp") | {letter for shape in right for axis in shape for letter in axis}
    for sentence in [*_SENTENCE_END.split(text), text]:
        found = find_shapes(sentence)
        if len(text.split()) > 6:
            found = [shape for shape in found if all(sizes.issuperset(re.findall("[a-z]", axis)) for axis in shape)]
        if found:
            break
    else:
        short = f"“{shown(text)}”" if len(text) <= LONGEST else "this text"
        raise AnswerRefused(f"I cannot find a shape in {short}. Write it like (m, n), m x n or R^(m x n).")
    if max(len(shape) for shape in found) > MOST_AXES:
        raise AnswerRefused(f"A shape with more than {MOST_AXES} axes cannot be read here.")
    if (kept := _DENIED.sub(" ", _plain(sentence))) != _plain(sentence) and not find_shapes(kept):
        raise AnswerRefused("This says what the shape is not, or what it becomes. Write the shape alone, like (m, n).")
    return found


def read_as(exact: Exact, text: str) -> str:
    """Say how a shape is read, before it is graded.

    Raises:
        AnswerRefused: as `read`.
    """
    return " and ".join(map(spelled, read(exact, text)))


def _right(exact: Exact) -> list[Shape]:
    return [shape for spelling in exact.accepts for shape in find_shapes(spelling)]


def grade_shape(exact: Exact, text: str) -> Grade:
    """Grade a shape, alone or within a text, where the first sentence that names one counts.

    Raises:
        AnswerRefused: if there is no shape in it, or several different ones in that sentence.
    """
    found, right = read(exact, text), _right(exact)
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
