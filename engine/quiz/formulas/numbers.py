"""Read the numbers of an answer and say what is wrong with wrong ones; `quantity` reads each of them."""

from __future__ import annotations

import math
import re

from engine.errors import AnswerRefused
from engine.quiz.bank import Exact
from engine.quiz.formulas import quantity, said
from engine.quiz.formulas.quantity import Quantity
from engine.quiz.formulas.separators import spellings
from engine.quiz.formulas.tokens import LONGEST
from engine.quiz.formulas.typed import plain_signs
from engine.quiz.grade import Grade, shown

_STRONG = r"[;&\n]|\band\b"
_SEPARATORS = (_STRONG, rf",\s|{_STRONG}", rf",|{_STRONG}", rf"[,()]|{_STRONG}", rf"[,\s]|{_STRONG}")
_TABLE = re.compile(r"[][(){},;|\s\d.eE+-]+")
_POINT_IN_THE_MIDDLE = re.compile(r"[^\d·∙‧・⋅]{0,40}0\s?[·∙‧・⋅]\s?\d+\s?[^\d·∙‧・⋅]{0,40}")
_LIST = re.compile(r"(?:[^=≈:(\[{]{0,60}[=≈:]\s*)?[(\[{]([^()\[\]{}]*)[)\]}]\s*([^()\[\]{}]*)", re.DOTALL)


def read(exact: Exact, text: str) -> tuple[Quantity, ...]:
    """Read the numbers of an answer, each with all that it may mean; the right ones play no part.

    Args:
        exact: the check: how many numbers are asked, and in which unit.
        text: "5", "5.0 cm", "(2, 2)", "4 and 100", "1/3", "2·10^3", "SSE = 0 + 1 + 4 = 5", "12 thousand".

    Raises:
        AnswerRefused: if it is empty, too long, no number, or not as many numbers as are asked.
    """
    if not text.strip():
        raise AnswerRefused("There is no answer here yet.")
    if len(text) > LONGEST:
        raise AnswerRefused(f"This answer has {len(text):,} characters; a number needs at most {LONGEST}.")
    plain = re.sub(r"\s*\n\s*(?=[=≈])|(?<=[=≈])\s*\n\s*", " ", plain_signs(text).replace("$", " ").strip())
    if _POINT_IN_THE_MIDDLE.fullmatch(text.strip()):
        raise AnswerRefused(f"“{shown(text)}” can be read as a decimal or as a product; write 0.8, or 0*8.")
    pieces = _pieces(_inside(plain), len(exact.value))
    return tuple(quantity.read(piece, exact.unit) for piece in pieces)


def read_numbers(exact: Exact, text: str) -> tuple[tuple[float, ...], str]:
    """Return the numbers of an answer and the unit that was written, or "".

    Where a comma or a point can be read in two ways, the reading that is right counts.

    Raises:
        AnswerRefused: as `read`, and for 16,000 where 16 is right: nobody writes that, and nobody means 16000.
    """
    found = read(exact, text)
    units = [one.unit for one in found if one.unit and not (one.unit == "%" and exact.unit not in ("%", said.POINTS))]
    return tuple(_meant(one, right, exact) for one, right in zip(found, exact.value, strict=True)), (units or [""])[-1]


def _meant(one: Quantity, right: float, exact: Exact) -> float:
    fits = [abs(reading - right) <= _slack(right, exact.tolerance) for reading in one.readings]
    if not any(fits):
        return one.readings[0]
    if not fits[0] and one.weak:
        first, second = (f"{reading:.12g}" for reading in one.readings)
        raise AnswerRefused(f"“{shown(one.doubt)}” can be read as {first} or as {second}; write the one that is meant.")
    return one.readings[fits.index(True)]


def _inside(text: str) -> str:
    """Return what stands inside the brackets of a vector such as "x = (2, 2) cm"; other text as it is."""
    match = _LIST.fullmatch(text)
    if match and re.search(r"[,;]", match[1]):
        return match[1].strip().rstrip(",;") + (f" {match[2]}" if match[2] else "")
    return text


def _pieces(text: str, count: int) -> list[str]:
    """Return as many pieces as numbers are asked, split at the strongest sign that gives that many."""
    if count > 1 and _TABLE.fullmatch(text) and re.search(r"[][(){}|]", text):  # [[1, 2], [3, 4]], (1 2) below (3 4)
        found = [piece for piece in re.split(r"[][(){},;|\s]+", text) if piece]
        if len(found) == count:
            return found
    for pattern in _SEPARATORS if count > 1 else _SEPARATORS[1:2]:
        found = _split(text, pattern)
        if len(found) == count and (count > 1 or len(_split(spellings(text).texts[0], _SEPARATORS[2])) == 1):
            return _without_numbering(found)
    found = _split(text, _SEPARATORS[2])
    wanted = "one number is" if count == 1 else f"{count} numbers are"
    example = "" if count == 1 else f" Write them as in {'; '.join(str(n) for n in range(1, min(count, 4) + 1))}."
    raise AnswerRefused(f"{wanted.capitalize()} asked; I can read {len(found)} in “{shown(text)}”.{example}")


def _split(text: str, pattern: str) -> list[str]:
    """Split at signs that stand in no bracket; where brackets themselves are among the signs, everywhere."""
    pieces, depth, start = [], 0, 0
    for match in re.finditer(rf"(?P<sign>{pattern})|(?P<open>[(\[{{])|(?P<close>[)\]}}])", text, re.IGNORECASE):
        if match["sign"] is None:
            depth += 1 if match["open"] else -1
        elif depth <= 0:
            pieces.append(text[start : match.start()])
            start = match.end()
    return [piece.strip() for piece in [*pieces, text[start:]] if piece.strip()]


def _without_numbering(pieces: list[str]) -> list[str]:
    """Take away the numbering of "1: 4, 2: 100" and "a) 4, b) 100", if it is whole."""
    for names in ("123456789", "abcdefghi"):
        heads = [re.match(rf"\(?{name}[:).]\s+(?=\S)", piece) for name, piece in zip(names, pieces, strict=False)]
        if len(pieces) > 1 and len(heads) == len(pieces) and all(heads):
            return [piece[head.end() :] for head, piece in zip(heads, pieces, strict=True) if head]
    return pieces


def grade_numeric(exact: Exact, text: str) -> Grade:
    """Grade numbers against the right ones; the sentence says what is wrong with wrong ones."""
    numbers, unit = read_numbers(exact, text)
    warnings = _warnings(read(exact, text), numbers, unit, exact)
    if unit and exact.unit and not _same_unit(unit, exact.unit):
        says = f"The answer is asked in {exact.unit}; yours is in {shown(unit)}."
        fits = _near(list(numbers), exact.value, exact.tolerance)
        if not (fits and _converted(unit, exact.unit)):
            return Grade(False, says=f"{says} {_right(exact)}")
        return Grade(True, says="Right.", warnings=(*warnings, says))
    fits_ = [abs(n - v) <= _slack(v, exact.tolerance) for n, v in zip(numbers, exact.value, strict=True)]
    if all(fits_):
        return Grade(True, says="Right.", warnings=warnings)
    return Grade(False, says=f"{_mistake(numbers, fits_, exact)} {_right(exact)}", warnings=warnings)


def _warnings(found: tuple[Quantity, ...], numbers: tuple[float, ...], unit: str, exact: Exact) -> tuple[str, ...]:
    """Say what was left aside, and how a number was read that has two readings."""
    made = []
    if unit and not exact.unit:
        made.append(f"This answer has no unit; {shown(unit)} is left aside.")
    if exact.unit and not unit and exact.unit not in ("%", said.POINTS):
        made.append(f"The unit is missing: {exact.unit}.")
    for one, number in zip(found, numbers, strict=True):
        if one.doubt and ("," in one.doubt or number != one.readings[0]):
            made.append(f"“{shown(one.doubt)}” can be read in two ways; it was read as {number:.12g}.")
    return tuple(made)


def _same_unit(unit: str, asked: str) -> bool:
    return quantity.same_unit(unit, asked) or (_converted(unit, asked) and said.measure(unit) == said.measure(asked))


def _converted(unit: str, asked: str) -> bool:
    """Tell whether two units measure the same, so that a number in one has been turned into the other."""
    own, other = said.measure(unit), said.measure(asked)
    return own is not None and other is not None and own[0] == other[0]


def read_as(exact: Exact, text: str) -> str:
    """Say how the numbers of an answer are read, before it is graded.

    Raises:
        AnswerRefused: if they cannot be read.
    """
    return "; ".join(_reading(one, exact) for one in read(exact, text))


def _reading(one: Quantity, exact: Exact) -> str:
    written = " or ".join(f"{reading + 0.0:.12g}" for reading in one.readings)
    if one.unit == "%" and exact.unit != "%":
        return f"{written} ({100 * one.readings[0]:.12g} %)"
    own = said.measure(one.unit)
    unit = exact.unit if own and exact.unit and _converted(one.unit, exact.unit) else one.unit
    return f"{written} {unit}".strip()


def _slack(value: float, tolerance: float) -> float:
    """Return the tolerance, never below what storing a number in binary costs."""
    return max(tolerance, 1e-12 * abs(value))


def _right(exact: Exact) -> str:
    numbers = ", ".join(_written(v, exact.tolerance) for v in exact.value)
    numbers = f"({numbers})" if len(exact.value) > 1 else numbers
    return f"The answer is {numbers}{' ' + exact.unit if exact.unit else ''}."


def _written(value: float, tolerance: float = 0.0) -> str:
    """Return a number in words: whole ones whole, others with as many decimals as are asked."""
    if 1e-6 < tolerance < 0.1 and abs(value) < 1e6:
        value = round(value, math.ceil(-math.log10(2 * tolerance)))
    return f"{value:.0f}" if value == int(value) and abs(value) < 1e12 else f"{value:.6g}"


def _rounded_too_far(number: float, right: float, tolerance: float) -> bool:
    """Tell a right answer with fewer decimals than are asked."""
    if number == right or not 1e-6 < tolerance < 0.1:
        return False
    return any(abs(round(right, decimals) - number) < 1e-9 for decimals in range(math.ceil(-math.log10(2 * tolerance))))


def _mistake(numbers: tuple[float, ...], fits: list[bool], exact: Exact) -> str:
    """Say what kind of mistake it is, for the kinds that can be told."""
    if len(numbers) > 1:
        if _near(sorted(numbers), sorted(exact.value), exact.tolerance):
            return "These are the right numbers in another order."
        pairs = list(zip(numbers, exact.value, fits, strict=True))
        if all(fit or _rounded_too_far(n, v, exact.tolerance) for n, v, fit in pairs):
            return "This is rounded too far: give more decimals."
        wrong = [str(index + 1) for index, fit in enumerate(fits) if not fit]
        if len(wrong) == 1:
            return f"Number {wrong[0]} of {len(numbers)} is not right; the rest is."
        if len(wrong) < len(numbers):
            named = f"{', '.join(wrong[:-1])} and {wrong[-1]}"
            return f"Numbers {named} of {len(numbers)} are not right; the rest is."
        return "None of the numbers is right."
    number, right = numbers[0], exact.value[0]
    if _rounded_too_far(number, right, exact.tolerance):
        return "This is rounded too far: give more decimals."
    if _near([-number], [right], exact.tolerance) and number != 0:
        return "The size is right and the sign is wrong."
    if right != 0 and number != 0 and number / right > 0:
        powers = math.log10(number / right)
        if round(powers) != 0 and abs(powers - round(powers)) < 1e-6:
            return f"This is off by a factor of {10.0 ** abs(round(powers)):g}: look at the decimal point."
    if right not in (0, 1, -1) and _near([number], [1 / right], exact.tolerance):
        return "This is one divided by the right number."
    if right != 0 and abs(number - right) <= 0.02 * abs(right):
        allowed = f"at most {exact.tolerance:g} off counts" if exact.tolerance > 1e-6 else "the exact number is asked"
        return f"This is close, but {allowed}."
    return f"{_written(number)} is not right."


def _near(numbers: list[float], values: list[float] | tuple[float, ...], tolerance: float) -> bool:
    return all(abs(n - v) <= _slack(v, tolerance) for n, v in zip(numbers, values, strict=True))
