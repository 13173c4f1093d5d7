"""Read numbers as people write them (1/3, 2·10^3, 0,5, "mean 18, median 0") and say what is wrong with wrong ones."""

from __future__ import annotations

import math
import re
import unicodedata

from engine.errors import AnswerRefused
from engine.quiz import maths
from engine.quiz._grade import Grade, shown
from engine.quiz._tokens import LONGEST
from engine.quiz.bank import Exact

_LABEL = re.compile(r"^[^=:≈]{0,60}[=:≈]\s*(?=\S)")
_WORDS_BEFORE = re.compile(r"^(?:(?:[A-Za-z][A-Za-z'-]*\s+){1,6})(?=[-+−(]?[\d.])")
_STRONG = re.compile(r"\s*(?:;|\band\b|&|\n)\s*", re.IGNORECASE)
_COMMA_SPACE = re.compile(r",\s+|\s*;\s*|\s*\band\b\s*|\s*&\s*|\s*\n\s*", re.IGNORECASE)
_COMMA = re.compile(r"\s*(?:,|;|&|\n|\band\b)\s*|\s+", re.IGNORECASE)
_UNIT = re.compile(
    r"^(.*?[\d)⁰¹²³⁴⁵⁶⁷⁸⁹.])\s*(%|[A-Za-zµ°€$][^\d\s()+*=]*(?:[\^]?[\d²³])?(?:\s?[A-Za-z]+)?)\.?$", re.DOTALL
)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+")
_TABLE = re.compile(r"[][(){},;|\s\d.eE+−-]+")
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)|(?<!\d),(?=\d)")


def read_numbers(exact: Exact, text: str) -> tuple[tuple[float, ...], str]:
    """Read the numbers of an answer.

    Args:
        exact: the check: how many numbers are asked, and in which unit.
        text: "5", "5.0 cm", "(2, 2)", "4 and 100", "1/3", "2·10^3"; a decimal comma where it can be told from a list's.

    Returns:
        The numbers, and the unit that was written, or "". Where a comma can be read in two ways ("1,000"), the reading
        that is right counts.

    Raises:
        AnswerRefused: if it is empty, too long, no number, or not as many numbers as are asked.
    """
    if not text.strip():
        raise AnswerRefused("There is no answer here yet.")
    if len(text) > LONGEST:
        raise AnswerRefused(f"This answer has {len(text):,} characters; a number needs at most {LONGEST}.")
    count = len(exact.value)
    pieces = _pieces(_outside_brackets(text.replace("$", " ").strip()), count)
    numbers, unit = [], ""
    for piece, right in zip(pieces, exact.value, strict=True):
        readings, own_unit = _readings(piece)
        unit = own_unit or unit
        percent = own_unit == "%" and exact.unit != "%"
        readings = [reading / 100 for reading in readings] if percent else readings
        numbers.append(min(readings, key=lambda reading: abs(reading - right)))
        unit = "" if percent else unit
    return tuple(numbers), unit


def _outside_brackets(text: str) -> str:
    """Return what stands inside the brackets of a vector such as "x = (2, 2)"; other text as it is."""
    text = _LABEL.sub("", text, count=1) if re.match(r"^[^=:≈]*[=:≈]\s*[(\[{]", text) else text
    match = re.fullmatch(r"[(\[{]([^()\[\]{}]*)[)\]}]\s*(.*)", text, re.DOTALL)
    if match and re.search(r"[,;]", match[1]):
        return match[1].strip().rstrip(",;") + (f" {match[2]}" if match[2] else "")
    return text


def _pieces(text: str, count: int) -> list[str]:
    """Return as many pieces as numbers are asked, split at the strongest sign that gives that many."""
    if count > 1 and _TABLE.fullmatch(text) and re.search(r"[][(){}|]", text):  # [[1, 2], [3, 4]], (1 2) below (3 4)
        found = [piece for piece in re.split(r"[][(){},;|\s]+", text) if piece]
        if len(found) == count:
            return found
    patterns = (_COMMA_SPACE,) if count == 1 else (_STRONG, _COMMA_SPACE, _COMMA)
    for pattern in patterns:
        found = [piece for piece in pattern.split(text) if piece.strip()]
        if len(found) == 1 and text.count(",") > 1 and not _THOUSANDS.fullmatch(text):
            found = [piece for piece in text.split(",") if piece.strip()]
        if len(found) == count:
            return found
    wanted = "one number is" if count == 1 else f"{count} numbers are"
    example = "" if count == 1 else f" Write them as in {'; '.join(str(n) for n in range(1, min(count, 4) + 1))}."
    raise AnswerRefused(f"{wanted.capitalize()} asked; I can read {len(found)} in “{shown(text)}”.{example}")


def _readings(piece: str) -> tuple[list[float], str]:
    """Return what a piece may mean, one number or two where a comma is in doubt, and its unit."""
    bare = _LABEL.sub("", piece.strip(), count=1)
    bare = _WORDS_BEFORE.sub("", bare).strip()
    problem: AnswerRefused | None = None
    for body, unit in _with_units(bare):
        thousands = [body.replace(",", "")] if _THOUSANDS.fullmatch(body) else []
        several = thousands and body.count(",") > 1  # 1,000,000 is no decimal; 1,000 may be
        spellings = thousands if several else [_DECIMAL_COMMA.sub(".", body), *thousands]
        try:
            return [_value(spelling) for spelling in spellings], unit
        except AnswerRefused as refused:
            problem = problem or refused
    why = "" if problem is None or "not known here" in str(problem) else f" {problem}"
    raise AnswerRefused(f"I cannot read “{shown(piece)}” as a number; write it like 5, -0.5, 1/3 or 2*10^3.{why}")


def _with_units(text: str) -> list[tuple[str, str]]:
    """Return the text as a bare number and, if it ends like one, as a number with a unit."""
    match = _UNIT.match(text)
    return [(text, ""), (match[1], match[2].strip())] if match else [(text, "")]


def _value(text: str) -> float:
    expression = maths.parse(text.rstrip(". "), ())
    if expression.vector:
        raise AnswerRefused("There is a list where one number is asked.")
    return maths.value(expression)[0]


def grade_numeric(exact: Exact, text: str) -> Grade:
    """Grade numbers against the right ones; the sentence says what is wrong with wrong ones."""
    numbers, unit = read_numbers(exact, text)
    warnings: tuple[str, ...] = ()
    if unit and exact.unit and _plain(unit) != _plain(exact.unit):
        says = f"The answer is asked in {exact.unit}; yours is in {shown(unit)}."
        return Grade(False, says=f"{says} {_right(exact)}")
    if unit and not exact.unit:
        warnings = (f"This answer has no unit; {shown(unit)} is left aside.",)
    fits = [abs(n - v) <= _slack(v, exact.tolerance) for n, v in zip(numbers, exact.value, strict=True)]
    if all(fits):
        if exact.unit and not unit:
            warnings = (f"The unit is missing: {exact.unit}.",)
        return Grade(True, says="Right.", warnings=warnings)
    return Grade(False, says=f"{_mistake(numbers, fits, exact)} {_right(exact)}", warnings=warnings)


def _slack(value: float, tolerance: float) -> float:
    """Return the tolerance, never below what storing a number in binary costs."""
    return max(tolerance, 1e-12 * abs(value))


def _plain(unit: str) -> str:
    plain = unicodedata.normalize("NFKC", unit).casefold().replace("^", "").replace(" ", "").rstrip(".")
    return plain[:-1] if len(plain) > 3 and plain.endswith("s") else plain


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
        if len(wrong) < len(numbers):
            return f"Number {' and '.join(wrong)} of {len(numbers)} is not right; the rest is."
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
