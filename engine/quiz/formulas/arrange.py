"""Put the tokens of a formula into an order that means one thing only: |x|, \\frac{a}{b}, σ²(x), log p, 2x.

Where two readings are left, as of 1/2x, the formula is refused with a sentence that says how to write it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.errors import AnswerRefused

DEEPEST = 60
BRACKETS = {"(": ")", "[": "]", "{": "}"}
_SQUARED = ("sigma", "tanh")  # σ²(x) is the square of σ(x); of sin, log and the like nobody can be sure


@dataclass(frozen=True)
class Token:
    """A piece of a formula.

    Attributes:
        kind: "number", "name", "constant", "function", "operator" (+ - * / **), "open", "close", "comma", "bar" or
            "frac".
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


def refused(what: str, token_or_place: Token | int) -> AnswerRefused:
    """Return the refusal that says what stands at a place."""
    at = token_or_place if isinstance(token_or_place, int) else token_or_place.at
    return AnswerRefused(f"Character {at}: {what}")


def arranged(found: list[Token]) -> list[Token]:
    """Return tokens with every bracket and every multiplication that was left out put in.

    Raises:
        AnswerRefused: if a bracket, a bar or a fraction is not whole, or the order can be read in two ways.
    """
    found = _fractions(_absolute(found))
    _check_brackets(found)
    return _multiplied(_bracketed(found))


def _absolute(found: list[Token]) -> list[Token]:
    """Turn |x| into abs(x); a bar opens where a value can begin, and closes where one has ended."""
    made: list[Token] = []
    waiting: list[int] = []  # how many brackets are open where each open bar stands
    depth = 0
    for token in found:
        if token.kind != "bar":
            depth += {"open": 1, "close": -1}.get(token.kind, 0)
            made.append(token)
            continue
        ended = bool(made) and made[-1].kind in ("number", "name", "constant", "close")
        if ended and waiting and waiting[-1] == depth:
            waiting.pop()
            made.append(Token("close", ")", token.at))
            depth -= 1
        else:
            made += [Token("function", "abs", token.at, token.spaced), Token("open", "(", token.at)]
            depth += 1
            waiting.append(depth)
    if waiting:
        raise refused("this bar is never closed; write |x| or abs(x).", next(t for t in found if t.kind == "bar"))
    return made


def _fractions(found: list[Token]) -> list[Token]:
    r"""Turn every \frac{a}{b} into ((a)/(b)), from the last to the first so that inner ones come before outer ones."""
    for here in range(len(found) - 1, -1, -1):
        token = found[here]
        if token.kind != "frac":
            continue
        found[here + 1 :] = _in_braces(found[here + 1 :])
        middle = _group_end(found, here + 1)
        end = _group_end(found, middle)
        if end < 0:
            raise refused(r"write a fraction as a/b or \frac{a}{b}.", token)
        found[here:end] = [
            Token("open", "(", token.at, token.spaced),
            *found[here + 1 : middle],
            Token("operator", "/", token.at),
            *found[middle:end],
            Token("close", ")", token.at, closed=True),
        ]
    return found


def _in_braces(found: list[Token]) -> list[Token]:
    r"""Put the digits of \frac12 in braces, one for each part that has none."""
    for part in range(2):
        start = 0 if part == 0 else _group_end(found, 0)
        if 0 <= start < len(found) and found[start].kind == "number" and found[start].text.isdigit():
            token = found[start]
            rest = [replace(token, text=token.text[1:], at=token.at + 1)] if token.text[1:] else []
            braces = [Token("open", "{", token.at), replace(token, text=token.text[0]), Token("close", "}", token.at)]
            found = [*found[:start], *braces, *rest, *found[start + 1 :]]
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
                raise refused(f"more than {DEEPEST} brackets are nested here.", token)
        elif token.kind == "close" and (not waiting or BRACKETS[waiting.pop().text] != token.text):
            raise refused(f"the bracket {token.text} closes nothing.", token)
    if waiting:
        raise refused(f"the bracket {waiting[-1].text} is never closed.", waiting[-1])


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
        if power := _power_before(found, index):
            end = _group_end(found, index + len(power))
            made += [*_bracketed(found[index + len(power) : end]), *power]
            index = end
            continue
        argument = found[index] if index < len(found) else None
        after = found[index + 1] if index + 1 < len(found) else None
        plain = after is None or after.kind in ("close", "comma") or after.text in "+-*/"
        if argument is None or argument.kind not in ("name", "constant", "number") or not plain:
            raise refused(f"write the argument of {token.text} in brackets, as in {token.text}(…).", token)
        made += [Token("open", "(", argument.at), argument, Token("close", ")", argument.at)]
        index += 1
    return made


def _power_before(found: list[Token], index: int) -> list[Token]:
    """Return the ^2 that stands between a function and its argument, as in σ²(x); [] where none does."""
    if found[index - 1].text not in _SQUARED or index + 1 >= len(found) or found[index].text != "**":
        return []
    end = _group_end(found, index + 1) if found[index + 1].kind == "open" else index + 2
    inside = [token for token in found[index + 1 : end] if token.kind not in ("open", "close")]
    whole = len(inside) == 1 and inside[0].text in ("2", "3", "4")
    power = [*found[index : end - 1], replace(found[end - 1], closed=True)]
    return power if whole and _group_end(found, end) > 0 else []


def _multiplied(found: list[Token]) -> list[Token]:
    """Put in the multiplications that were left out."""
    made: list[Token] = []
    for token in found:
        last = made[-1] if made else None
        ends = last is not None and last.kind in ("number", "name", "constant", "close")
        if last is not None and ends and token.kind in ("number", "name", "constant", "function", "open"):
            if token.kind == "number":
                raise refused(f"an operator is missing before {token.text}.", token)
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
        raise refused(f"this can be read in two ways; write it like {how}.", token)
