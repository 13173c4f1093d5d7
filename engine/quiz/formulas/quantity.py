"""One number as people write it: a name, neutral words, the number or a chain of equal ones, and what is counted.

    quantity := [label relation] part (relation part)*       all parts must be equal, the most exact one counts
    relation := "=" | "≈" | ":"                               the colon behind a name only
    part     := word* ["minus" | "plus"] value tail
    value    := what engine/quiz/formulas/maths.py reads, with thousands and decimal commas
    tail     := [magnitude] [percent | unit | noun*] ["(" noun* ")"]

Whatever else stands there is refused with a sentence that says what to change.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from engine.errors import AnswerRefused
from engine.quiz.formulas import maths, said
from engine.quiz.formulas.label import is_label
from engine.quiz.formulas.separators import Spelling, spellings
from engine.quiz.formulas.tokens import CONSTANTS, FUNCTIONS
from engine.quiz.grade import shown

MOST_PARTS = 8
_RELATION = re.compile(r":=|=/=|!=|<>|<=|>=|=>|->|==|[=≈:≠≤≥<>±→⇒↦]|\+/-|\+-(?=\s*[\d.])")
_BAD = {"±": "± stands for two numbers", ":": "a colon between two numbers is a ratio"}
_OPEN, _CLOSE = "([{", ")]}"
_WORD = re.compile(r"[A-Za-zα-ω][A-Za-z0-9_α-ω]*(?:['-][A-Za-z]+)*'?")
_PIECE = re.compile(
    r"(?P<number>(?:\d[\d.,']*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<word>\\?[A-Za-zα-ωµ°€£‰%][A-Za-z0-9_α-ωµ'/-]*)|(?P<sign>.)",
    re.DOTALL,
)
_TIMES = re.compile(r"\s*[\d.(√]")
_LONE = re.compile(r"[+-]?\s*(?:\d[\d.,' ]*|\.\d+)(?:[eE][+-]?\d+)?")
_EXPONENT_APART = re.compile(r"(?<=[\d.])(?:\s+([eE])\s*|([eE])\s+(?=[+-]?\s*\d)|([eE])(?=[+-]\s+\d))([+-]?)\s*(?=\d)")


@dataclass(frozen=True)
class Quantity:
    """A number that was read.

    Attributes:
        readings: what it may be worth: one number, or two where a comma or a point can be read in two ways, the usual
            one first.
        weak: whether the second reading is too odd to be taken for granted: 16,000 for 16.
        unit: what stands behind it, as it was written, or "".
        doubt: what can be read in two ways, as it was written, or "".
        fine: how finely it is written: 0.01 for 2.50; 0 for a whole number or a computation.
    """

    readings: tuple[float, ...]
    weak: bool = False
    unit: str = ""
    doubt: str = ""
    fine: float = 0.0


def read(text: str, unit: str = "") -> Quantity:
    """Read one number.

    Args:
        text: in plain signs.
        unit: the unit that is asked, or "".

    Raises:
        AnswerRefused: if it is none, or says two things.
    """
    parts = _parts(text.strip())
    if len(parts) > MOST_PARTS:
        raise AnswerRefused(f"At most {MOST_PARTS - 1} equals signs can be read. Write the number alone.")
    found: list[tuple[str, Quantity]] = []
    problem: AnswerRefused | None = None
    for place, (relation, part) in enumerate(parts):
        last = place == len(parts) - 1
        behind = parts[place + 1][0] if not last else ""
        if (named := is_label(part, behind)) is not None and not (last and not found):
            if named:
                raise AnswerRefused(named)
            continue
        try:
            found.append((relation, _part(part, unit)))
        except AnswerRefused as refused:
            problem = problem or refused
    if problem is not None:
        raise problem
    if any(relation == ":" for relation, _ in found[1:]):
        raise AnswerRefused(f"“{shown(text)}”: {_BAD[':']}; write it as a fraction like 2/5, or leave the first away.")
    return _agreed(found, text)


# ---------------------------------------------------------------- a chain of equal parts


def _parts(text: str) -> list[tuple[str, str]]:
    """Split at the relations that stand in no bracket; each part comes with the relation before it."""
    parts: list[tuple[str, str]] = []
    depth, start, relation = 0, 0, ""
    place = 0
    while place < len(text):
        depth += (text[place] in _OPEN) - (text[place] in _CLOSE)
        match = _RELATION.match(text, place) if depth <= 0 else None
        if match is None:
            place += 1
            continue
        sign = {":=": "=", "==": "="}.get(match[0], match[0])
        if sign not in "=≈:" or not sign:
            why = _BAD.get(sign[:1].replace("+", "±"), f"{sign} is no equals sign")
            raise AnswerRefused(f"“{shown(text)}” cannot be graded: {why}. Write the number alone, or x = 5.")
        if text[start:place].strip():
            parts.append((relation, text[start:place].strip()))
            relation = sign
        else:
            relation = relation or sign
        place = start = match.end()
    if text[start:].strip():
        return [*_restated(parts, relation, text[start:].strip())]
    raise AnswerRefused(
        f"I cannot read “{shown(text)}” as a number: nothing stands behind the last {relation or 'sign'}."
    )


def _restated(parts: list[tuple[str, str]], relation: str, last: str) -> list[tuple[str, str]]:
    """Split "0.5 (1/2)" and "0.5 (= 50 %)", which say one number twice, into two parts."""
    match = re.fullmatch(r"([^()]*[^()\s])\s+\(\s*[=≈]?\s*([^()]*\d[^()]*)\)", last)
    if match and _LONE.fullmatch(match[1].strip().rstrip("%").strip()) and not re.search(r"[A-Za-z]{2}", match[2]):
        return [*parts, (relation, match[1]), ("(", match[2].strip())]
    return [*parts, (relation, last)]


def _agreed(found: list[tuple[str, Quantity]], text: str) -> Quantity:
    """Return the most exact part of a chain, if the others are it or its roundings."""
    if len(found) == 1:
        return found[0][1]
    about = any(relation == "≈" for relation, _ in found)
    pieces = [one for _, one in found]
    fine = [_fineness(one, about) for one in pieces]
    exact = min(range(len(pieces)), key=lambda place: fine[place])
    kept = []
    for chosen in itertools.islice(itertools.product(*(one.readings for one in pieces)), 64):
        right = chosen[exact]
        if all(_rounds(right, x, f) for x, f in zip(chosen, fine, strict=True)):
            kept.append(right)
    if not kept:
        values = " and ".join(f"{one.readings[0]:.6g}" for one in pieces[:3])
        hint = " For a product write *." if any(relation == "(" for relation, _ in found) else ""
        raise AnswerRefused(f"“{shown(text)}” says that {values} are equal. Write the one that is meant.{hint}")
    unit = next((one.unit for one in reversed(pieces) if one.unit), "")
    return Quantity(tuple(dict.fromkeys(kept)), unit=unit, doubt=pieces[exact].doubt if len(set(kept)) > 1 else "")


def _rounds(exact: float, written: float, fine: float) -> bool:
    """Tell whether a number is another one, rounded or cut off where it ends."""
    off = abs(written - exact)
    cut = abs(written) <= abs(exact) and off < fine
    return cut or off <= max(0.5 * fine, 1e-9 * abs(exact)) * (1 + 1e-9)


def _fineness(one: Quantity, about: bool) -> float:
    return 1.0 if about and one.fine < 0 else max(one.fine, 0.0)


# ---------------------------------------------------------------- one part


def _part(text: str, unit: str) -> Quantity:
    sign, rest = _words_before(_bare(text))
    if apart := _EXPONENT_APART.search(rest):
        if "e" in apart.groups():
            raise AnswerRefused(f"“{shown(rest)}” can be read in two ways; write 5e-2 without spaces, or 5*e - 2.")
        rest = _EXPONENT_APART.sub(r"E\4", rest)
    if re.match(r"[+-]\s*[+-]", rest):
        raise AnswerRefused(f"“{shown(text)}” has two signs; write the number with one.")
    if twice := re.search(r"\d\.10(?=\s?(?:\^|\*\*))", rest):
        raise AnswerRefused(f"Is {twice[0]} in “{shown(rest)}” a decimal? Write * for a product, as in 5*10^2.")
    if re.search(r"\d[.,]\(", rest):
        raise AnswerRefused(
            f"I cannot read the bracket in “{shown(rest)}”: write a decimal that goes on as a fraction, 1/3."
        )
    body, tail = _cut(rest)
    body = re.sub(r"(?<=\d)-$", "", body) if tail[:1].isalpha() else body
    if not body:
        raise AnswerRefused(_unreadable(text, ""))
    factor, own = _tail(tail, unit, text)
    read_as = spellings(body)
    values = tuple(sign * factor * _value(one, text) for one in read_as.texts)
    values = tuple(dict.fromkeys(values))
    fine = _fine(read_as, body) * abs(factor) if factor else 0.0
    return Quantity(values, read_as.weak, own, read_as.doubt if len(values) > 1 else "", fine)


def _bare(text: str) -> str:
    """Leave away what is set round an answer: quotes, backticks, stars, a full stop."""
    bare = text.strip()
    for mark in ("**", "`", '"', "“", "'"):
        end = "”" if mark == "“" else mark
        if bare.startswith(mark) and bare.endswith(end) and len(bare) > 2 * len(mark):
            bare = bare[len(mark) : -len(end)].strip()
    return bare.replace("\\%", "%").replace("\\,", " ").rstrip(".…,; ").strip()


def _words_before(text: str) -> tuple[float, str]:
    """Return the sign that the words before a number give it, and what stands behind them."""
    rest, sign, skipped = text, 1.0, ""
    while match := _WORD.match(rest):
        word, behind = match[0], rest[match.end() :].lstrip(".")
        low, next_ = word.casefold(), behind.lstrip()
        if (low in FUNCTIONS and (next_.startswith("(") or low not in said.NOUNS)) or word in (*CONSTANTS, "x"):
            if not (word == "x" and re.match(r"\s+[\d.+-]", behind)):
                break
        elif not behind[:1].isspace() and behind:
            break
        following = match_[0].casefold() if (match_ := _WORD.match(next_)) else ""
        if low in said.SIGNS and not following and not (skipped and skipped not in said.NEUTRAL):
            if next_[:1] in "+-":
                raise AnswerRefused(f"“{shown(text)}” has two signs; write the number with one.")
            return said.SIGNS[low] * sign, next_
        if low in said.SIGNS and not following.startswith("log"):
            raise AnswerRefused(f"Write the sign before the number: “{shown(text)}” can be read in two ways.")
        if low in ("square", "cube") and following == "of":
            raise AnswerRefused(_changing("squared", text))
        if low in said.CHANGING and not said.is_noun(low) and not (following and said.is_noun(following)):
            raise AnswerRefused(_changing(word, text))
        if not (low in said.NEUTRAL or low in said.SIGNS or said.is_noun(word) or said.is_name(word)) and (
            low not in said.CHANGING
        ):
            raise AnswerRefused(_unreadable(text, word))
        rest, skipped = next_, low
    if skipped and re.match(r"-\s", rest):
        raise AnswerRefused(f"Is the dash in “{shown(text)}” a minus sign? Write = -5, or = 5.")
    return sign, rest


def _cut(text: str) -> tuple[str, str]:
    """Cut a text where its number ends and words begin; a bracket with words in it belongs to these."""
    opened: list[int] = []
    ended = False
    for piece in _PIECE.finditer(text):
        if word := piece["word"]:
            times = word in "xX" and ended and _TIMES.match(text, piece.end())
            known = word in FUNCTIONS or word in CONSTANTS or word.startswith("\\")
            if not (times or known or (ended and re.fullmatch(r"[xX]\d+", word))):  # 1.2x10^20: a sign and a number
                start = opened[0] if opened else piece.start()
                return text[:start].strip(), text[start:].strip()
            ended = False
            continue
        sign = piece["sign"] or ""
        if sign and sign in _OPEN:
            opened.append(piece.start())
        elif sign and sign in _CLOSE and opened:
            opened.pop()
        ended = bool(piece["number"]) or sign in _CLOSE or (ended and sign.isspace())
    return text.strip(), ""


def _tail(tail: str, unit: str, text: str) -> tuple[float, str]:
    """Read what stands behind a number; return the factor that it is, and the unit as it was written."""
    factor, rest = 1.0, tail.strip(" ,")
    if unit and same_unit(rest, unit):
        return 1.0, unit
    match = re.match(r"([A-Za-z]+)\.?(?![A-Za-z^/])\s*", rest)
    while match and (size := _magnitude(match[1])):
        factor, rest = factor * size, rest[match.end() :]
        match = re.match(r"([A-Za-z]+)\.?(?![A-Za-z^/])\s*", rest)
    rest = re.sub(r"^of\s+(?=\S)", "", rest) if factor != 1 else rest
    if not rest or (unit and same_unit(rest, unit)):
        return factor, unit if rest else ""
    low = re.sub(r"\s+", " ", rest.casefold().rstrip("."))
    if re.fullmatch(r"(?:percentage|percent|per cent|%)[- ]?points?|ppt?s?|p\.p|%-?pts?", low) or (
        unit == said.POINTS and low == "points"
    ):
        if not unit:
            raise AnswerRefused("No percentage points are asked here: write the number alone, or a share as in 12 %.")
        return factor, said.POINTS
    if low in said.PERCENT or low in ("per cent", "in percent"):
        return (factor if unit == "%" else factor / 100), "%"
    if low in said.PERMILLE or low == "per mille":
        return factor / 1000, ""
    own, asked = said.measure(rest), said.measure(unit) if unit else None
    if own and asked and own[0] == asked[0]:
        return factor * own[1] / asked[1], rest
    if len(rest) == 1 and own and not unit:
        raise AnswerRefused(f"Is the {rest} in “{shown(text)}” a unit or a size? Write the number in full.")
    if own or (unit and re.fullmatch(r"[A-Za-zµ]+(?:\^?\(?\d\)?)?", rest) and not said.is_noun(rest)):
        return factor, rest
    _check_tail(rest, text)
    return factor, rest if set(low.split()) - said.TAIL else ""


def _magnitude(word: str) -> float:
    return said.MAGNITUDES.get(word.casefold(), 1e6 if word == "M" else 0.0)


def _check_tail(rest: str, text: str) -> None:
    """Refuse what stands behind a number unless it is nouns, alone or in brackets."""
    inside = rest[1:-1] if re.fullmatch(r"\([^()]*\)", rest) else rest
    if strange := re.search(r"\d+|[^A-Za-zα-ω\s'/,.-]", inside):
        why = f"what stands behind the number cannot be read (“{shown(strange[0])}”)"
        raise AnswerRefused(f"I cannot read “{shown(text)}”: {why}. Write the number alone.")
    for word in re.findall(r"[A-Za-zα-ω]+(?:['-][A-Za-z]+)*", inside):
        low = word.casefold()
        if low in said.CHANGING and low not in said.TAIL:
            raise AnswerRefused(_changing(word, text))
        pieces = [low, *low.split("-")] if "-" in low else [low]
        known = low in said.TAIL or said.is_noun(low) or (all(map(said.is_noun, pieces[1:])) and len(pieces) > 1)
        if not known or (len(low) == 1 and low != "x" and low != "a"):
            raise AnswerRefused(_unreadable(text, word))


def same_unit(one: str, other: str) -> bool:
    """Tell whether two units are the same, however they are written: cm^2 and CM2, step and steps."""
    return _plain(one) == _plain(other)


def _plain(unit: str) -> str:
    plain = re.sub(r"[\s^().-]", "", unit).casefold()
    return plain[:-1] if len(plain) > 3 and plain.endswith("s") else plain


def _value(spelling: str, text: str) -> float:
    try:
        expression = maths.parse(spelling, ())
        if expression.vector:
            raise AnswerRefused("There is a list where one number is asked.")
        return maths.value(expression)[0]
    except AnswerRefused as refused:
        why = "" if "not known here" in str(refused) else f" {refused}"
        if re.search(r"\d\s+\d", spelling):
            why = " A space stands between two numbers: is 3 1/2 three and a half? Write 3 + 1/2."
        raise AnswerRefused(f"{_unreadable(text, '')}{why}") from None


def _fine(read_as: Spelling, body: str) -> float:
    """Return how finely a lone number is written: 0.01 for 2.50, -1 for a whole one; 0 for a computation."""
    if not _LONE.fullmatch(body.strip()):
        return 0.0
    digits, _, exponent = read_as.texts[0].lower().partition("e")
    decimals = len(digits.partition(".")[2])
    return 10.0 ** (int(exponent or 0) - decimals) if decimals else -1.0


def _changing(word: str, text: str) -> str:
    return f"“{shown(word)}” changes the number in “{shown(text)}”: write {said.CHANGING[word.casefold()]}."


def _unreadable(text: str, word: str) -> str:
    if word and re.search(r"\d", text):
        return f"What does “{shown(word)}” do to the number in “{shown(text)}”? Write the number alone, or x = 5."
    return f"I cannot read “{shown(text)}” as a number; write it like 5, -0.5, 1/3 or 2*10^3."
