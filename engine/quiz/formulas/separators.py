"""Commas, points, spaces and apostrophes within numbers: what marks thousands and what decimals.

The rule, in words: several equal marks between groups of three digits mark thousands, as do spaces and apostrophes.
The last of two different marks is the decimal one. One mark alone is a decimal mark, unless exactly three digits stand
behind it and one to three before it, the first no 0: then both readings are tried, a comma's as thousands first, a
point's as a decimal first, and whoever used it is told.

>>> spellings("16 777 216").texts, spellings("1.234,5").texts, spellings("0,25").texts, spellings("2,594").texts
(('16777216',), ('1234.5',), ('0.25',), ('2594', '2.594'))
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_GROUPED = re.compile(r"(?<![\d.,'])\d{1,3}(?:(?:'\d{3})+|(?:_\d{3})+|(?: \d{3})+)(?![\d']| \d|\s*/)")
_DECIMALS_GROUPED = re.compile(r"(?<![\d.,'])\d+[.,]\d{3}(?: \d{3})+(?: \d{1,2})?(?![\d.,'])")
_NUMBER = re.compile(r"(?<![\d.,])(?:\d+(?:[.,]\d+)+|,\d+)(?![\d,])")


@dataclass(frozen=True)
class Spelling:
    """How a text may be spelled with points for decimals and nothing for thousands.

    Attributes:
        texts: one spelling, or two, the usual one first.
        doubt: the number that can be read in two ways, or "".
        weak: whether the second spelling is an odd one: 16,000 for 16.
    """

    texts: tuple[str, ...]
    doubt: str = ""
    weak: bool = False


def spellings(text: str) -> Spelling:
    """Return how a number or a computation may be spelled; a comma between arguments of max and min is left alone."""
    text = _GROUPED.sub(lambda group: re.sub(r"[ '_]", "", group[0]), text.strip())
    text = _DECIMALS_GROUPED.sub(lambda group: group[0].replace(" ", ""), text)
    doubtful = ""

    def spelled(match: re.Match[str], other: bool) -> str:
        nonlocal doubtful
        number = match[0]
        first, second = _one(number)
        if second:
            doubtful = doubtful or number
        return second if other and second else first

    if re.search(r"\b(?:max|min)\s*\(", text):
        return Spelling((text,))
    usual = _NUMBER.sub(lambda match: spelled(match, False), text)
    if not doubtful:
        return Spelling((usual,))
    other = _NUMBER.sub(lambda match: spelled(match, True), text)
    return Spelling((usual, other), doubtful, weak="," in doubtful and doubtful.endswith("0"))


def _one(number: str) -> tuple[str, str]:
    """Return the usual and the other spelling of a number with commas or points, the other "" where there is none."""
    marks = re.sub(r"\d", "", number)
    pieces = re.split(r"[.,]", number)
    groups = 1 <= len(pieces[0]) <= 3 and not pieces[0].startswith("0")
    thousands = groups and all(len(piece) == 3 for piece in pieces[1:])
    if len(marks) == 1:
        decimal, whole = f"{pieces[0]}.{pieces[1]}", "".join(pieces)
        if not thousands:
            return decimal, ""
        return (whole, decimal) if marks == "," else (decimal, whole)
    if len(set(marks)) == 1:
        indian = marks[0] == "," and groups and len(pieces[-1]) == 3 and all(len(piece) == 2 for piece in pieces[1:-1])
        return ("".join(pieces), "") if thousands or indian else (number, "")
    if marks[-1] in marks[:-1] or not (groups and all(len(piece) == 3 for piece in pieces[1:-1])):
        return number, ""
    return f"{''.join(pieces[:-1])}.{pieces[-1]}", ""
