"""From the cells of a learner's table to numbers: units, the decimal mark, and a sentence where a cell is none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.data import Floats
from engine.errors import DataRefused
from engine.own_table.cells import (
    COMMA,
    INFINITE,
    MINUS,
    NAN,
    POINT,
    SINGLE,
    THOUSANDS,
    is_missing,
    is_number,
    quantity,
    shown,
)

LARGEST = 1e50  # in size: squares and sums of products stay finite, so no experiment overflows on a table

_JOINT = "\x1f"  # no text holds it once its control characters are gone
_PLAIN = re.compile(rf"[-+.0-9eE{_JOINT}]*")  # from these, float() reads what SINGLE matches and nothing else
_BARE = re.compile(f"[-+.,0-9{_JOINT}]*")  # no sign of any unit
_HYPHENS = str.maketrans(dict.fromkeys(MINUS, "-"))


@dataclass(frozen=True)
class Sheet:
    """What the file says: `lines[i]` is the line where row i starts, `columns[j][i]` its cell, stripped of blanks."""

    names: tuple[str, ...]
    lines: Sequence[int]
    columns: Sequence[tuple[str, ...]]


def without_signs(sheet: Sheet) -> tuple[Sheet, list[str]]:
    """Take the unit from columns whose every value has the same one; return the sheet and "price in $", "share in %".

    Raises:
        DataRefused: if some numbers of a column have a unit and others none.
    """
    columns, notes = [], []
    for name, cells in zip(sheet.names, sheet.columns, strict=True):
        split = {} if _BARE.fullmatch(_JOINT.join(cells)) else {cell: quantity(cell) for cell in {*cells}}
        units = {found[1] for found in split.values() if found}
        strange = next((cell for cell, found in split.items() if not found and not is_missing(cell)), None)
        if len(units) == 1 and strange is None:
            notes.append(f"{name} in {units.pop()}")
            cells = tuple(found[0] if (found := split[cell]) else cell for cell in cells)
        elif units and all(found or is_missing(cell) or is_number(cell) for cell, found in split.items()):
            _refuse_mixture(sheet, name, cells)
        columns.append(cells)
    return replace(sheet, columns=columns), notes


def _refuse_mixture(sheet: Sheet, name: str, cells: tuple[str, ...]) -> None:
    """Raise DataRefused where numbers with a unit stand in a column with others that have none."""
    bare = next(((line, cell) for line, cell in zip(sheet.lines, cells, strict=True) if is_number(cell)), None)
    line, cell = next((line, cell) for line, cell in zip(sheet.lines, cells, strict=True) if quantity(cell))
    if bare:
        raise DataRefused(
            f"Look at row {line}, column '{name}': {shown(cell)} has a unit, but {shown(bare[1])} in row {bare[0]} has "
            "none. Write the column with the same unit throughout or without any."
        )


def _find(sheet: Sheet, pattern: re.Pattern[str], mark: str) -> Iterator[tuple[str, str]]:
    """Yield the place ("row 4, column 'height'") and the text of each cell that the pattern, with its mark, matches."""
    for name, column in zip(sheet.names, sheet.columns, strict=True):
        if mark not in _JOINT.join(column):  # a tenth of the time of looking at every cell
            continue
        for line, cell in zip(sheet.lines, column, strict=True):
            if pattern.fullmatch(cell):
                yield f"row {line}, column '{name}'", cell


def decimal_comma(sheet: Sheet, delimiter: str) -> bool:
    """Tell whether the whole table writes 3,14; refuse where 1,234 or 1.234 could be a thousand or one and a bit.

    Where a comma stands between values, a point is the decimal mark; elsewhere it may part thousands as well.
    """
    place, cell = next(_find(sheet, COMMA, ","), ("", ""))
    elsewhere, other = next(_find(sheet, POINT, "."), ("", ""))
    if place and elsewhere:
        raise DataRefused(
            f"Look at {place}: {shown(cell)} has a comma, but {shown(other)} in {elsewhere} has a point. "
            "Use one decimal mark throughout and no thousands separators."
        )
    if place and all(THOUSANDS.fullmatch(one) for _, one in _find(sheet, COMMA, ",")):
        raise DataRefused(
            f"Look at {place}: {shown(cell)} could be {cell.replace(',', '')} or {cell.replace(',', '.')}. "
            "Write it with a decimal point or without the comma."
        )
    if elsewhere and delimiter != "," and all(THOUSANDS.fullmatch(one) for _, one in _find(sheet, POINT, ".")):
        raise DataRefused(
            f"Look at {elsewhere}: {shown(other)} could be {other.replace('.', '')} or {other}, for every point in the "
            f"table stands before three digits. Write thousands without the point; where it is the decimal mark, write "
            f"one digit more, {other}0."
        )
    return bool(place)


def numbers(sheet: Sheet, name: str, cells: tuple[str, ...], comma: bool) -> Floats:
    """Return a column's numbers, shape (m,).

    Raises:
        DataRefused: at the first cell that is not a number of usable size, or if all are the same.
    """
    values = floats(cells, comma)
    if values is None or not (np.abs(values) <= LARGEST).all():
        line, cell = next(
            (line, cell)
            for line, cell in zip(sheet.lines, cells, strict=True)
            if (one := floats((cell,), comma)) is None or not abs(one[0]) <= LARGEST
        )
        raise DataRefused(f"Look at row {line}, column '{name}': {_problem(cell, comma)}")
    if values.min() == values.max():
        raise DataRefused(
            f"The column '{name}' is constant: it holds {values[0]:g} in every row and can explain nothing. Delete it."
        )
    return values


def floats(cells: tuple[str, ...], comma: bool) -> Floats | None:
    """Return the cells as numbers, or None if one of them is not written as one."""
    joined = _JOINT.join(cells).translate(_HYPHENS)
    if comma:
        joined = joined.replace(",", ".")
    if not _PLAIN.fullmatch(joined):
        return None
    try:
        return np.array([float(cell) for cell in joined.split(_JOINT)])
    except ValueError:
        return None


def _problem(cell: str, comma: bool) -> str:
    """Say why a cell cannot be used as a number, and what to do."""
    if (one := floats((cell,), comma)) is not None and np.isfinite(one[0]):
        return f"{shown(cell)} is larger than {LARGEST:g}. Choose a larger unit or delete the row."
    if cell.lower() in NAN or cell.lower() in INFINITE or SINGLE.fullmatch(cell):
        return f"{shown(cell)} is not a finite number. Correct it or delete the row."
    if is_missing(cell):
        return f"the value is missing{f' ({shown(cell)})' if cell else ''}. Fill it in or delete the row."
    if is_number(cell):
        return f"{shown(cell)} has thousands separators. Write the number without them."
    return f"{shown(cell)} is not a number. Correct it or delete the row."
