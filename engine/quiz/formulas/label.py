"""What may stand before an equals sign: the name of what is asked, or the formula of several names that it is.

"SSE", "P(spam | x)", "σ'(2)", "∂L/∂w", "1/(1-γ)" are names of a value. "-x", "2x" and "x^2" are not: there the number
on the right is not the one that is asked.
"""

from __future__ import annotations

import re

from engine.quiz.formulas import said
from engine.quiz.formulas.tokens import CONSTANTS, FUNCTIONS
from engine.quiz.grade import shown

LONGEST = 80
_COMMAND = re.compile(r"\\[A-Za-z]+|[{}$\\*]+$|[{}$]")
_WORD = re.compile(r"[^\W\d_](?:\w|[\u0300-\u036f])*(?:['-][^\W\d_]{2,})*")
_DERIVATIVE = re.compile(r"[d∂∇Δ][\w^()\\ ]{0,20}/\s?[d∂Δ]")
_COUNTED = re.compile(r"[+-]?\d[\d.,' ]*(?:[\s-]([A-Za-z]{2,})|%)")
_OPERATED = re.compile(
    r"\b(?:minus|negative)\b(?!\s+log)|\b(?:times|over|less|plus|by|to the)\s+[\d.]|\bsquare of\b|\b(?:squared|cubed)$",
    re.IGNORECASE,
)
_UNKNOWN = {"x", "y", "z"}
_TURNED = {"sqrt", "exp", "log", "ln", "abs"}


def is_label(text: str, behind: str) -> str | None:
    """Tell whether a text names a value: "" if it does, None if it may be a value, else a sentence that refuses it.

    Args:
        text: what stands beside a relation.
        behind: the relation behind it, or "": before a colon "4 bits" is a name, before an equals sign a value.
    """
    plain = _COMMAND.sub(" ", text).strip()
    words = _WORD.findall(plain)
    if plain in FUNCTIONS:
        return ""
    names = {word.casefold() for word in words if word not in FUNCTIONS and word not in CONSTANTS}
    if len(text) > LONGEST or names <= said.NUMBER_WORDS or names == {"false"}:
        return None
    counted = _COUNTED.match(plain)
    if counted:
        size = (counted[1] or "%").casefold() in said.NUMBER_WORDS | said.PERCENT
        return "" if behind == ":" and not size else None
    for word in re.findall(r"[A-Za-z]+(?:'[A-Za-z]+)?", plain):
        if word.casefold() in said.IN_LABELS:
            return f"“{shown(word)}” stands before the number: write {said.CHANGING[word.casefold()]}."
    sign = _OPERATED.search(plain)
    if len(words) > 1 and all(_is_word(word) for word in words) and not re.search(r"[+*/()^|∂]|\d", plain):
        return _refusal(text) if sign else ("" if _starts_as_name(plain) else None)
    if sign or _is_equation(plain, names):
        return _refusal(text)
    return ""


def _is_word(word: str) -> bool:
    return len(word) > 1


def _starts_as_name(plain: str) -> bool:
    return re.match(r"[+-]|minus\b|negative\s+\d", plain, re.IGNORECASE) is None


def _is_equation(plain: str, names: set[str]) -> bool:
    """Tell 2x, -x, x/2, 1 - p and x^2, which say something about a name, from a name and from a formula of names."""
    if _DERIVATIVE.match(plain):
        return False
    outside = re.sub(r"\([^()]*\)|\[[^][]*\]|\|[^|]*\|", "()", plain)
    hyphened = re.sub(r"(?:(?<=[^\W\d_])|(?<=[^\W\d_]\d))-(?=[^\W\d_]{2})", "", outside)
    operated = re.search(r"[+\-*/√]", hyphened) or re.match(r"[\d.]+\s*[^\W\d_]\b", hyphened)
    powered = "^" in outside and names <= _UNKNOWN
    counted = re.fullmatch(r"[\d.]+([^\W\d_]{2,})", outside)
    if counted and said.is_noun(counted[1]):
        return True
    turned = names <= _UNKNOWN and any(word in _TURNED for word in _WORD.findall(plain))
    simple = len(names) == 1 and "(" not in outside
    return bool((operated and (simple or names <= _UNKNOWN)) or powered or turned)


def _refusal(text: str) -> str:
    return (
        f"“{shown(text)} =” stands before the number, and that is no name: solve for what is asked and write the "
        "number alone, or x = 5."
    )
