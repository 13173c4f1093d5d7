"""Read a formula as it is typed (2x, e^-x, x², \\frac{a}{b}) into tokens that mean one thing only.

Whatever is not on the lists below is refused with a sentence that names it and says where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from engine.errors import AnswerRefused
from engine.quiz._grade import shown

LONGEST = 500
DEEPEST = 60
LONGEST_NUMBER = 30

FUNCTIONS = {
    "sqrt": "sqrt", "exp": "exp", "log": "log", "ln": "log", "sin": "sin", "cos": "cos", "tanh": "tanh",
    "sigma": "sigma", "sigmoid": "sigma", "abs": "abs", "max": "max", "min": "min",
}  # fmt: skip
CONSTANTS = ("e", "pi")
_GREEK_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon "
    "phi chi psi omega"
)
GREEK = dict(zip("αβγδεζηθικλμνξοπρστυφχψω", _GREEK_NAMES.split(), strict=True))

_LATIN = {"gamma": "g", "lambda": "l"}  # how questions write γ and λ where letters are asked for

_SAME = {"−": "-", "–": "-", "·": "*", "⋅": "*", "∙": "*", "×": "*", "÷": "/", "^": "**", "∗": "*"}
_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ⁿ", "0123456789-+n")
_BRACKETS = {"(": ")", "[": "]", "{": "}"}
_INVISIBLE = "\u200b\u200c\u200d\u2060\u2062\ufeff"
_NUMBER = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[α-ω][0-9_]*")
_RAISED = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ⁿ]+")
_COMMAND = re.compile(r"\\([A-Za-z]+|[,;:! ])")
_DROPPED = {",", ";", ":", "!", " ", "left", "right", "quad"}
_FOUND = {
    "'": "text in quotes", '"': "text in quotes", ".": "a dot that belongs to no number", "=": "an equals sign",
    ":": "a colon", ";": "a semicolon", "!": "a factorial or exclamation mark", "<": "a comparison",
    ">": "a comparison", "@": "the sign @", "%": "a percent sign", "|": "a bar (write abs(x) for |x|)",
}  # fmt: skip


@dataclass(frozen=True)
class Token:
    """A piece of a formula.

    Attributes:
        kind: "number", "name", "constant", "function", "operator" (+ - * / **), "open", "close", "comma" or "frac".
        text: the number, the name, the function's own name or the sign.
        at: the place of its first character in what was typed, from 1.
        spaced: whether a space stands before it.
        closed: True for the bracket of a superscript: x²y cannot be read in two ways.
    """

    kind: str
    text: str
    at: int
    spaced: bool = False
    closed: bool = False


def tokens(text: str, names: Sequence[str]) -> list[Token]:
    """Return the tokens of a formula, with every multiplication that was left out put in.

    Raises:
        AnswerRefused: if a sign, a word or the order of things is not allowed; the sentence names it and its place.
    """
    if len(text) > LONGEST:
        raise AnswerRefused(f"This formula has {len(text):,} characters; at most {LONGEST} can be read.")
    found = _fractions(_scan(text.replace("$", " "), names))
    if not found:
        raise AnswerRefused("There is no formula here yet.")
    _check_brackets(found)
    return _multiplied(_bracketed(found))


def _refuse(what: str, token_or_place: Token | int) -> AnswerRefused:
    at = token_or_place if isinstance(token_or_place, int) else token_or_place.at
    return AnswerRefused(f"Character {at}: {what}")


def _scan(text: str, names: Sequence[str]) -> list[Token]:
    found: list[Token] = []
    place, spaced = 0, False
    while place < len(text):
        sign = text[place]
        if sign.isspace() or sign in _INVISIBLE:
            place, spaced = place + 1, True
            continue
        new, length = _next(text, place, names, found)
        if new:
            found += [replace(new[0], spaced=spaced), *new[1:]]
            spaced = False
        place += length
    return found


def _next(text: str, place: int, names: Sequence[str], before: list[Token]) -> tuple[list[Token], int]:
    """Return the tokens that start at a place, and how many characters they take."""
    sign, at = text[place], place + 1
    if text.startswith("**", place):
        return [Token("operator", "**", at)], 2
    if sign in "+-*/" or sign in _SAME:
        return [Token("operator", _SAME.get(sign, sign), at)], 1
    if sign == ",":
        return [Token("comma", ",", at)], 1
    if sign == "√":
        return [Token("function", "sqrt", at)], 1
    if sign == "[" and before and before[-1].kind in ("name", "constant", "number", "close", "function"):
        raise _refuse("a subscript in square brackets cannot be used here.", at)
    if sign in _BRACKETS:
        return [Token("open", sign, at)], 1
    if sign in _BRACKETS.values():
        return [Token("close", sign, at)], 1
    readers: tuple[tuple[re.Pattern[str], Callable[[str, int, Sequence[str]], list[Token]]], ...] = (
        (_NUMBER, _number), (_WORD, _word), (_RAISED, _raised), (_COMMAND, _command),
    )  # fmt: skip
    for pattern, read in readers:
        if match := pattern.match(text, place):
            return read(match[0], at, names), len(match[0])
    raise _refuse(f"{_FOUND.get(sign, f'the sign {shown(sign)}')} cannot be used in a formula here.", at)


def _number(text: str, at: int, names: Sequence[str]) -> list[Token]:
    exponent = re.split("[eE]", text)[1:]
    if len(text) > LONGEST_NUMBER or (exponent and abs(int(exponent[0])) > 100):
        raise _refuse(f"the number {shown(text, 12)} is too long or too large to be read.", at)
    return [Token("number", text, at)]


def _word(text: str, at: int, names: Sequence[str]) -> list[Token]:
    spelled = text if text in names else GREEK.get(text[0], text[0]) + text[1:]
    pieces = [spelled] if _known(spelled, names) else _split(spelled, names)
    if not pieces:
        known = f"the names are {', '.join(names)}" if names else "no names are used in this answer"
        raise _refuse(
            f"{shown(text)} is not known here: {known}; the functions are {', '.join(FUNCTIONS)}; also e and pi.", at
        )
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


def _raised(text: str, at: int, names: Sequence[str]) -> list[Token]:
    inner = _scan(text.translate(_SUPERSCRIPT), names)
    return [
        Token("operator", "**", at),
        Token("open", "(", at),
        *(replace(token, at=at + token.at - 1) for token in inner),
        Token("close", ")", at, closed=True),
    ]


def _command(text: str, at: int, names: Sequence[str]) -> list[Token]:
    word = text[1:]
    if word in _DROPPED:
        return []
    if word in ("cdot", "times"):
        return [Token("operator", "*", at)]
    return [Token("frac", word, at)] if word in ("frac", "tfrac", "dfrac") else _word(word, at, names)


def _fractions(found: list[Token]) -> list[Token]:
    r"""Turn every \frac{a}{b} into ((a)/(b)), from the last to the first so that inner ones come before outer ones."""
    for here in range(len(found) - 1, -1, -1):
        token = found[here]
        if token.kind != "frac":
            continue
        middle = _group_end(found, here + 1)
        end = _group_end(found, middle)
        if end < 0:
            raise _refuse(r"write a fraction as a/b or \frac{a}{b}.", token)
        found[here:end] = [
            Token("open", "(", token.at, token.spaced),
            *found[here + 1 : middle],
            Token("operator", "/", token.at),
            *found[middle:end],
            Token("close", ")", token.at, closed=True),
        ]
    return found


def _group_end(found: list[Token], start: int) -> int:
    """Return the index after the bracket that closes the one at `start`, or -1."""
    if start < 0 or start >= len(found) or found[start].kind != "open":
        return -1
    depth = 0
    for index in range(start, len(found)):
        depth += {"open": 1, "close": -1}.get(found[index].kind, 0)
        if depth == 0:
            return index + 1
    return -1


def _check_brackets(found: list[Token]) -> None:
    waiting: list[Token] = []
    for token in found:
        if token.kind == "open":
            waiting.append(token)
            if len(waiting) > DEEPEST:
                raise _refuse(f"more than {DEEPEST} brackets are nested here.", token)
        elif token.kind == "close" and (not waiting or _BRACKETS[waiting.pop().text] != token.text):
            raise _refuse(f"the bracket {token.text} closes nothing.", token)
    if waiting:
        raise _refuse(f"the bracket {waiting[-1].text} is never closed.", waiting[-1])


def _bracketed(found: list[Token]) -> list[Token]:
    """Put brackets round the argument in "log p"; refuse "log 2x" and "sin^2(x)", which can be read in two ways."""
    made: list[Token] = []
    index = 0
    while index < len(found):
        token = found[index]
        made.append(token)
        index += 1
        if token.kind != "function" or (index < len(found) and found[index].kind == "open"):
            continue
        argument = found[index] if index < len(found) else None
        after = found[index + 1] if index + 1 < len(found) else None
        plain = after is None or after.kind in ("close", "comma") or after.text in "+-*/"
        if argument is None or argument.kind not in ("name", "constant", "number") or not plain:
            raise _refuse(f"write the argument of {token.text} in brackets, as in {token.text}(…).", token)
        made += [Token("open", "(", argument.at), argument, Token("close", ")", argument.at)]
        index += 1
    return made


def _multiplied(found: list[Token]) -> list[Token]:
    """Put in the multiplications that were left out."""
    made: list[Token] = []
    for token in found:
        last = made[-1] if made else None
        ends = last is not None and last.kind in ("number", "name", "constant", "close")
        if last is not None and ends and token.kind in ("number", "name", "constant", "function", "open"):
            if token.kind == "number":
                raise _refuse(f"an operator is missing before {token.text}.", token)
            if not token.spaced:
                _check_reading(made, token)
            made.append(Token("operator", "*", token.at))
        made.append(token)
    return made


def _check_reading(made: list[Token], token: Token) -> None:
    """Refuse 1/2x and e^-2x: nobody can know which of the two readings is meant."""
    start = len(made) - 1
    if made[start].closed:
        return
    bracket = made[start].kind == "close"
    if bracket:
        depth = 0
        while start >= 0:
            depth += {"close": 1, "open": -1}.get(made[start].kind, 0)
            if depth == 0:
                break
            start -= 1
        if start > 0 and made[start - 1].kind == "function":
            start -= 1
    before = start - 1
    while before >= 0 and made[before].text in "+-" and before > 0 and made[before - 1].kind == "operator":
        before -= 1
    sign = made[before] if before >= 0 else None
    if sign is not None and (sign.text == "/" or (sign.text == "**" and not bracket)):
        how = "/(2x) or /2*x" if sign.text == "/" else "^(2x) or ^2*x"
        raise _refuse(f"this can be read in two ways; write it like {how}.", token)
