"""What a cell of a learner's table may be: a number in one of its spellings, one with a unit, a word, nothing."""

from __future__ import annotations

import re
import unicodedata

MINUS = "−–—‐‑‒﹣－"  # what keyboards, spreadsheets and PDFs put for "-"
_SIGN = f"[-+{MINUS}]"
_EXPONENT = rf"(?:[eE]{_SIGN}?[0-9]+)?"
_SIMPLE = rf"(?:[0-9]+(?:\.[0-9]*|,[0-9]+)?|[.,][0-9]+){_EXPONENT}"
_GROUPS = rf"[0-9]{{1,3}}(?:[.,'’ \u00a0\u2007\u2009\u202f][0-9]{{3}})+(?:[.,][0-9]+)?{_EXPONENT}"
SINGLE = re.compile(f"{_SIGN}?{_SIMPLE}")
_GROUPED = re.compile(f"{_SIGN}?{_GROUPS}")
COMMA = re.compile(rf"{_SIGN}?[0-9]*,[0-9]+{_EXPONENT}")
POINT = re.compile(rf"{_SIGN}?(?:[0-9]+\.[0-9]*|\.[0-9]+){_EXPONENT}")
THOUSANDS = re.compile(rf"{_SIGN}?[1-9][0-9]{{0,2}}[.,][0-9]{{3}}")  # one mark, before three digits

_MONEY = (
    r"(?:US\$|[$€£¥₹₽₩₺]|USD|EUR|GBP|CHF|JPY|CNY|RMB|INR|RUB|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|TRY|BRL|MXN|ZAR|KRW"
    "|kr|zł)"
)
_PLAIN_UNIT = (
    "(?:[nµμumcdk]?m|mi|in|ft|yd|[µμum]?g|kg|t|lbs?|oz|s|secs?|seconds?|[mµμun]s|min|mins|minutes?|h|hrs?|hours?|d|days?"
    "|weeks?|months?|yrs?|years?|Jahre?|Tage?|Std|[kMG]?Hz|[mk]?V|[mµμ]?A|[mkMG]?W|[kMG]?Wh|[kMG]?J|k?cal|[kMG]?eV|k?N"
    "|[hkM]?Pa|m?bar|mmHg|K|°[CF]?|deg|rad|[mµμ]?mol|[mdc]?[lL]|ha|px|pt|bits?|[kKMGT]?i?B|dB|lx|lm|cd|ppm|ppb|%|‰)"
)
_POWER = r"(?:\^?[-−⁻]?[0-9²³¹]{1,2})?"
_UNIT = rf"(?:{_MONEY}|{_PLAIN_UNIT}{_POWER})(?:[/·*](?:{_PLAIN_UNIT}{_POWER}))*"
UNIT_NAME = re.compile(rf"{_UNIT}|\[[^\[\]]{{1,20}}\]|\([^()]{{1,20}}\)|<[^<>]{{1,20}}>")
_QUANTITY = re.compile(
    rf"({_SIGN}?)(?:({_MONEY})[ \u00a0\u202f]?)?({_SIGN}?)({_SIMPLE}|{_GROUPS})(?:[ \u00a0\u202f]?({_UNIT}))?"
)

INFINITE = frozenset(sign + word for sign in ("", "+", "-", "−") for word in ("inf", "infinity", "∞"))
NAN = frozenset(("nan", "+nan", "-nan"))
MISSING = NAN | frozenset(("", "na", "n/a", "#n/a", "null", "none", "nil", "?", "-", "--", ".", "–", "—", "−"))


def is_number(cell: str) -> bool:
    """Tell whether a cell is meant as a number, be it infinite or written with thousands separators."""
    return bool(SINGLE.fullmatch(cell) or _GROUPED.fullmatch(cell)) or cell.lower() in INFINITE


def is_missing(cell: str) -> bool:
    """Tell whether a cell says that there is no value."""
    return cell.lower() in MISSING


def is_word(cell: str) -> bool:
    """Tell whether a cell holds something that is no number."""
    return not is_missing(cell) and not is_number(cell)


def quantity(cell: str) -> tuple[str, str] | None:
    """Split a number from its unit; None where a cell is no number with one unit.

    >>> quantity("-$1.50"), quantity("12 %"), quantity("12"), quantity("$12 %")
    (('-1.50', '$'), ('12', '%'), None, None)
    """
    found = _QUANTITY.fullmatch(cell)
    if found is None:
        return None
    first, before, second, number, after = found.groups()
    if bool(before) == bool(after) or (first and second):
        return None
    return f"{first or second}{number}", before or after


def clean(text: str) -> str:
    """Return the text without invisible characters and with single blanks."""
    return " ".join("".join(one for one in " ".join(text.split()) if unicodedata.category(one)[0] != "C").split())


def cut(text: str, most: int) -> str:
    """Return the text, or its beginning where it is longer than so many characters."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def shown(cell: str) -> str:
    """Return a cell as a sentence shows it.

    >>> shown("w" * 300)
    "'wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww…'"
    """
    return f"'{cut(clean(cell), 40)}'"
