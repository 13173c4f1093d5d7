"""Settings as words: what an address says of them, and what is read from it. Knows no streamlit."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from engine.settings import Choice, Field, Flag, Name, Number, Rows, Settings, Whole

Points = tuple[tuple[float, ...], ...]
LONGEST = 20_000  # characters of one setting in an address


def short(value: float) -> str:
    """Write a number as a slider, its link and its URL parameter all do.

    >>> short(2_000_000.0), short(0.02), short(1e-05)
    ('2000000', '0.02', '1e-05')
    """
    return f"{value:.12g}"


def words(settings: Settings) -> dict[str, str]:
    """Write what differs from the defaults as an address has it; own data have no words."""
    said: dict[str, str] = {}
    for name, value in settings.changed().items():
        if isinstance(value, bool):
            said[name] = str(value).lower()
        elif isinstance(value, tuple):
            said[name] = rows_to_text(value)
        elif isinstance(value, (int, float, str)):
            said[name] = short(value) if isinstance(value, float) else str(value)
    return said


def read(settings: type[Settings], said: Mapping[str, str]) -> dict[str, Any]:
    """Return every field's value as an address says it; what it does not say, or says wrongly, is the default."""
    values = settings.defaults()
    for name, field in settings.declared().items():
        text = said.get(name)
        if isinstance(text, str) and len(text) <= LONGEST:
            value = _value(field, text)
            if value is not None and field.problem(value) is None:
                values[name] = value
    return values


def _value(field: Field, text: str) -> Any:
    try:
        match field:
            case Number():
                return float(text)
            case Whole():
                return int(text)
            case Flag():
                return {"true": True, "false": False}.get(text.lower())
            case Choice() | Name():
                return text
            case Rows():
                return rows_from_text(text)
    except ValueError:
        pass
    return None


def rows_to_text(rows: Points) -> str:
    """Write rows of numbers for a link: values parted by commas, rows by semicolons.

    >>> rows_to_text(((1.0, 2.5), (3.0, -4.0)))
    '1,2.5;3,-4'
    """
    return ";".join(",".join(f"{value:.12g}" for value in row) for row in rows)


def rows_from_text(text: str) -> Points | None:
    """Read what rows_to_text wrote; None where a link was damaged.

    >>> rows_from_text("1,2.5;3,-4")
    ((1.0, 2.5), (3.0, -4.0))
    >>> rows_from_text("1,x") is None
    True
    """
    try:
        return tuple(tuple(float(value) for value in row.split(",")) for row in text.split(";")) if text else ()
    except ValueError:
        return None


def fit(value: Any, field: Field) -> Any:
    """Return the value as the control can hold it: inside its limits, and with few digits, so that links stay short."""
    match field:
        case Number():
            return round(float(min(max(value, field.low), field.high)), 6)
        case Whole():
            return int(min(max(value, field.low), field.high))
        case Rows():
            return tuple(tuple(float(f"{cell:.5g}") for cell in row) for row in value)
    return value


def logarithmic(field: Number, default: float) -> list[float]:
    """Return 1, 2, 5, 10 … between the limits, with the limits and the default among them."""
    decades = range(math.floor(math.log10(field.low)), math.ceil(math.log10(field.high)) + 1)
    steps = {factor * 10.0**decade for decade in decades for factor in (1, 2, 5)}
    return sorted({field.low, field.high, default, *(one for one in steps if field.low <= one <= field.high)})
