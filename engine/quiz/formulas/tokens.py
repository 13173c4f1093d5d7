"""Read a formula as it is typed (2x, e^-x, x², \\frac{a}{b}) into tokens that mean one thing only.

Whatever is not on the lists below is refused with a sentence that names it and says where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from engine.errors import AnswerRefused
from engine.quiz.formulas.arrange import BRACKETS, Token, arranged, refused
from engine.quiz.formulas.typed import typed
from engine.quiz.grade import shown

LONGEST = 500
LONGEST_NUMBER = 30

FUNCTIONS = {
    "sqrt": "sqrt",
    "exp": "exp",
    "log": "log",
    "ln": "log",
    "log2": "log2",
    "log_2": "log2",
    "ld": "log2",
    "log10": "log10",
    "log_10": "log10",
    "lg": "log10",
    "sin": "sin",
    "cos": "cos",
    "tanh": "tanh",
    "sigma": "sigma",
    "sigmoid": "sigma",
    "sig": "sigma",
    "logistic": "sigma",
    "abs": "abs",
    "sign": "sign",
    "sgn": "sign",
    "max": "max",
    "min": "min",
}
CONSTANTS = ("e", "pi")
_GREEK_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon "
    "phi chi psi omega"
)
GREEK = dict(zip("αβγδεζηθικλμνξοπρστυφχψω", _GREEK_NAMES.split(), strict=True))

_LATIN = {"gamma": "g", "lambda": "l"}  # how questions write γ and λ where letters are asked for

_SAME = {"^": "**"}
_NUMBER = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_DECIMAL_COMMA = re.compile(r"([0-9]+),([0-9]+)(?![0-9.]|,[0-9])")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[α-ω][0-9_]*")
_TIMES = re.compile(r"[xX](?=\s*[0-9.(√-])")
_COMMAND = re.compile(r"\\([A-Za-z]+|[,;:! ()\[\]])")
_WRAPPED = re.compile(
    r"\\(?:mathrm|mathbf|mathit|boldsymbol|text|operatorname)\s{0,3}\{\s{0,3}([A-Za-z]{1,20})\s{0,3}\}"
)
_DROPPED = {*",;:! ()[]", "left", "right", "quad", "qquad", "displaystyle"}
_DROPPED |= {size + side for size in ("big", "Big") for side in ("", "l", "r")}
_OPERATORS = {"cdot": "*", "times": "*", "odot": "*", "ast": "*", "div": "/"}
_BARS = {"lvert", "rvert", "vert", "mid"}
_FOUND = {
    "'": "text in quotes",
    '"': "text in quotes",
    ".": "a dot that belongs to no number",
    "=": "an equals sign",
    ":": "a colon",
    ";": "a semicolon",
    "!": "a factorial or exclamation mark",
    "<": "a comparison",
    ">": "a comparison",
    "@": "the sign @",
    "%": "a percent sign",
    "≈": "an about sign",
    "≠": "a comparison",
    "≤": "a comparison",
    "≥": "a comparison",
}


def tokens(text: str, names: Sequence[str], vector: bool = True) -> list[Token]:
    """Return the tokens of a formula, with every multiplication that was left out put in.

    Args:
        text: what was typed.
        names: the names that may stand in it.
        vector: whether commas separate entries; where they cannot, 0,5 is read as 0.5.

    Raises:
        AnswerRefused: if a sign, a word or the order of things is not allowed; the sentence names it and its place.
    """
    if len(text) > LONGEST:
        raise AnswerRefused(f"This formula has {len(text):,} characters; at most {LONGEST} can be read.")
    found = _scan(text, names, vector)
    if not found:
        raise AnswerRefused("There is no formula here yet.")
    return arranged(found)


def _scan(text: str, names: Sequence[str], vector: bool) -> list[Token]:
    plain, places = typed(text.replace("$", " "))
    plain = _WRAPPED.sub(lambda wrapped: wrapped[1].rjust(len(wrapped[0])), plain)
    found: list[Token] = []
    place, spaced = 0, False
    while place < len(plain):
        if plain[place].isspace():
            place, spaced = place + 1, True
            continue
        new, length = _next(plain, place, places[place] + 1, names, found, vector)
        if new:
            found += [replace(new[0], spaced=spaced), *new[1:]]
            spaced = False
        place += length
    return found


def _next(
    text: str, place: int, at: int, names: Sequence[str], before: list[Token], vector: bool
) -> tuple[list[Token], int]:
    """Return the tokens that start at a place, and how many characters they take."""
    sign = text[place]
    if text.startswith("**", place):
        return [Token("operator", "**", at)], 2
    if sign in "+-*/^" or (_TIMES.match(text, place) and _is_times(names, before)):
        return [Token("operator", _SAME.get(sign, sign) if sign not in "xX" else "*", at)], 1
    if sign in ",|":
        return [Token("comma" if sign == "," else "bar", sign, at)], 1
    if sign == "√":
        return [Token("function", "sqrt", at)], 1
    if sign == "[" and before and before[-1].kind in ("name", "constant", "function"):
        raise refused("a subscript in square brackets cannot be used here.", at)
    if sign in BRACKETS:
        return [Token("open", sign, at)], 1
    if sign in BRACKETS.values():
        return [Token("close", sign, at)], 1
    if not vector and (comma := _DECIMAL_COMMA.match(text, place)) and not _in_list(before):
        return _with_comma(comma, at), len(comma[0])
    readers: tuple[tuple[re.Pattern[str], Callable[[str, int, Sequence[str]], list[Token]]], ...] = (
        (_NUMBER, _number),
        (_WORD, _word),
        (_COMMAND, _command),
    )
    for pattern, read in readers:
        if match := pattern.match(text, place):
            return read(match[0], at, names), len(match[0])
    raise refused(f"{_FOUND.get(sign, f'the sign {shown(sign)}')} cannot be used in a formula here.", at)


def _is_times(names: Sequence[str], before: list[Token]) -> bool:
    """Tell whether an x behind what stands before is a multiplication sign: no name, and a number or bracket ends."""
    return bool(before) and before[-1].kind in ("number", "close") and not {"x", "X"} & set(names)


def _in_list(before: list[Token]) -> bool:
    """Tell whether the innermost open bracket is that of max or min, where commas separate."""
    depth = 0
    for index in range(len(before) - 1, -1, -1):
        depth += {"close": 1, "open": -1}.get(before[index].kind, 0)
        if depth < 0:
            return index > 0 and before[index - 1].text in ("max", "min")
    return False


def _with_comma(comma: re.Match[str], at: int) -> list[Token]:
    """Read 0,5 as 0.5; refuse 1,000, which can be read in two ways."""
    whole, decimals = comma.groups()
    if len(decimals) == 3 and not whole.startswith("0") and len(whole) <= 3:
        raise refused(f"{comma[0]} can be read as {whole}{decimals} or as {whole}.{decimals}; write the one meant.", at)
    return _number(f"{whole}.{decimals}", at, ())


def _number(text: str, at: int, names: Sequence[str]) -> list[Token]:
    exponent = re.split("[eE]", text)[1:]
    if len(text) > LONGEST_NUMBER or (exponent and abs(int(exponent[0])) > 100):
        raise refused(f"the number {shown(text, 12)} is too long or too large to be read.", at)
    return [Token("number", text, at)]


def _word(text: str, at: int, names: Sequence[str]) -> list[Token]:
    spelled = text if text in names else GREEK.get(text[0], text[0]) + text[1:]
    pieces = [spelled] if _known(spelled, names) else _split(spelled, names)
    if not pieces:
        known = f"the names are {', '.join(names)}" if names else "no names are used in this answer"
        functions = ", ".join(dict.fromkeys(FUNCTIONS.values()))
        raise refused(f"{shown(text)} is not known here: {known}; the functions are {functions}; also e and pi.", at)
    made, place = [], at
    for piece in pieces:
        kind, name = _known(piece, names) or ("", "")
        made.append(Token(kind, name, place))
        place += len(piece)
    return made


def _known(word: str, names: Sequence[str]) -> tuple[str, str] | None:
    """Return kind and own spelling of a word; the question's names come first, then capitals are overlooked."""
    if word in names:
        return "name", word
    if word in FUNCTIONS:
        return "function", FUNCTIONS[word]
    if word in CONSTANTS:
        return "constant", word
    alike = [name for name in names if name.replace("_", "").casefold() == word.replace("_", "").casefold()]
    if len(alike) == 1:
        return "name", alike[0]
    if word.casefold() in FUNCTIONS:
        return "function", FUNCTIONS[word.casefold()]
    return ("name", _LATIN[word]) if _LATIN.get(word) in names else None


def _split(word: str, names: Sequence[str]) -> list[str]:
    """Split a word into the fewest known ones, so that fc is f times c and Tlog is T times log; [] if it cannot be."""
    parts = {*names, *FUNCTIONS, "pi"}
    best: list[list[str] | None] = [[]] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for part in parts:
            head = best[end - len(part)] if len(part) <= end else None
            mine = best[end]
            if head is not None and word[:end].endswith(part) and (mine is None or len(head) + 1 < len(mine)):
                best[end] = [*head, part]
    return best[len(word)] or []


def _command(text: str, at: int, names: Sequence[str]) -> list[Token]:
    word = text[1:]
    if word in _DROPPED:
        return []
    if word in _OPERATORS:
        return [Token("operator", _OPERATORS[word], at)]
    if word in _BARS:
        return [Token("bar", "|", at)]
    return [Token("frac", word, at)] if word in ("frac", "tfrac", "dfrac") else _word(word, at, names)
