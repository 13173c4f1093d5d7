"""What stands around a learner's table and is no row of it: titles, comments, units, totals, notes."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from engine.errors import DataRefused
from engine.own_table.cells import UNIT_NAME, is_missing, is_number, is_word, shown
from engine.own_table.numbers import floats
from engine.own_table.rows import MOST_AROUND, Found, Row, commented

_TOTAL = re.compile(
    r"(?:(?:grand|sub)[ -]?)?totals?|sums?|means?|averages?|Σ|∑|Ø|(?:gesamt|zwischen)?summe|insgesamt|"
    r"durchschnitt|mittelwert|sommes?|moyennes?|total général|promedio|totale|somma|итого|всего|сумма|"
    r"среднее|合计|总计|总和|平均|小计",
    re.IGNORECASE,
)
_SUM_UP = re.compile(  # these may be words of a column as well
    r"avg|medians?|st\.? ?d(?:ev|\.)?|std|standard deviation|standardabweichung|count|anzahl|min(?:imum)?|max(?:imum)?|"
    r"n|gesamt|mittel|sumas?|media",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"(?:sources?|quellen?|notes?|n\.?b|hinweise?|anmerkung(?:en)?|stand|fuente|fonte|источник|примечание|来源|注)\b.*"
    r"|[*†‡©].*",
    re.IGNORECASE | re.DOTALL,
)
_CLOSE = 5e-3  # a total may be rounded by so much of itself


def with_names(found: Found) -> tuple[list[Row], list[str]]:
    """Take titles from the top, and bring the names that a comment may hold.

    Returns:
        The rows from the header on, and what was taken for what.
    """
    rows = found.rows
    titles = _titles(found)
    notes = _told(found.comments, "comment") + _told([row.line for row in rows[:titles]], "title")
    rows = rows[titles:]
    names = len(found.heading) == found.width and all(map(is_word, found.heading))
    if names and not any(map(is_word, rows[0].cells)):
        rows = [Row(rows[0].line - 1, found.heading), *rows]
    return rows, notes


def _titles(found: Found) -> int:
    """Return how many rows stand above the header: the first row of words and of the usual width above numbers."""
    rows = found.rows[:MOST_AROUND]
    for at, row in enumerate(rows[:-1]):
        if not found.fits(row.cells):
            continue
        if any(map(is_number, row.cells)) and not commented(row.cells):
            return 0
        below = rows[at + 1 : at + 3]
        numbers = any(any(map(is_number, one.cells)) and found.fits(one.cells) for one in below)
        if at and numbers and any(map(is_word, row.cells)):
            above = found.rows[at - 1].cells
            wider = _filled(row.cells) > _filled(above)
            return at if wider or not found.fits(above) or commented(above) else 0
    return 0


def _filled(cells: list[str]) -> int:
    return sum(not is_missing(cell) for cell in cells)


def without_units(rows: list[Row]) -> tuple[list[Row], list[str]]:
    """Take a row of units from under the header, rows[0]; return the rows and what was taken for what."""
    if len(rows) < 3:
        return rows, []
    units = {j: cell for j, cell in enumerate(rows[1].cells) if not is_missing(cell)}
    if not units or not all(map(UNIT_NAME.fullmatch, units.values())):
        return rows, []
    if not all(j < len(rows[2].cells) and is_number(rows[2].cells[j]) for j in units):
        return rows, []
    return [rows[0], *rows[2:]], [f"row {rows[1].line} taken for units: {', '.join(units.values())}"]


def without_totals(rows: list[Row], first: int) -> tuple[list[Row], list[str]]:
    """Take totals and notes from the end.

    Args:
        rows: all, the header first where `first` is 1.
        first: place of the first row of numbers.

    Raises:
        DataRefused: if a row may be a total or a row like the others.
    """
    taken: dict[str, list[int]] = {"note": [], "total": []}
    while len(rows) > first + 3 and len(taken["note"]) + len(taken["total"]) < MOST_AROUND:
        kind = _label(rows[-1].cells)
        if not kind or not _is_around(rows, first, kind):
            break
        taken[kind].append(rows[-1].line)
        rows = rows[:-1]
    return rows, [note for kind, lines in taken.items() for note in _told(sorted(lines), kind)]


def _label(cells: list[str]) -> str:
    """Return what the first word of a row says it is: a "total", a "note", or ""."""
    word = next(filter(None, cells), "")
    if _NOTE.fullmatch(word):
        return "note"
    word = re.split(r"[:(=]", word)[0].strip(" .")
    return "total" if _TOTAL.fullmatch(word) or _SUM_UP.fullmatch(word) else ""


def _is_around(rows: list[Row], first: int, kind: str) -> bool:
    """Tell whether the last row is what its label says, and no row like the others."""
    last, above = rows[-1], rows[first:-1]
    while len(above) > 3 and _label(above[-1].cells):
        above = above[:-1]  # a mean above a total is no part of it
    if len(last.cells) < len(above[0].cells):
        return True  # it is shorter than the others, and it says why
    place = next(j for j, cell in enumerate(last.cells) if cell)
    labels = [row.cells[place] if place < len(row.cells) else "" for row in above]
    if sum(map(is_number, labels)) > len(labels) / 2:
        return True  # a word in a column of numbers
    if kind == "note" or last.cells[place] in labels:
        return False  # a column of words, and this is one of them
    columns = [j for j, cell in enumerate(last.cells) if is_number(cell) and j < len(above[0].cells)]
    missing = [j for j, cell in enumerate(above[0].cells) if is_number(cell) and j not in columns]
    if missing or any(_sums_up(above, j, last.cells[j]) for j in columns):
        return True
    if not _TOTAL.fullmatch(last.cells[place].strip(" .:")):
        return False
    raise DataRefused(
        f"Look at row {last.line}: {shown(last.cells[place])} could be a total of the rows above or one of them. "
        "Delete the row, or give it another name."
    )


def _sums_up(above: Sequence[Row], j: int, cell: str) -> bool:
    """Tell whether a cell is the sum, the mean or another sum-up of its column."""
    column = tuple(row.cells[j] if j < len(row.cells) else "" for row in above)
    for comma in (False, True):
        values, one = floats(column, comma), floats((cell,), comma)
        if values is not None and one is not None:
            ups = [values.sum(), values.mean(), np.median(values), values.min(), values.max(), len(values)]
            ups += [values.std(), values.std(ddof=1)]
            if any(abs(one[0] - up) <= _CLOSE * abs(up) for up in ups):
                return True
    return False


def _told(lines: list[int], kind: str) -> list[str]:
    """Say which lines were taken for what.

    >>> _told([], "title"), _told([1], "title"), _told([2, 3], "comment"), _told([*range(40)], "comment")
    ([], ['row 1 taken for a title'], ['rows 2 and 3 taken for comments'], ['40 rows and more taken for comments'])
    """
    if not lines:
        return []
    if len(lines) == 1:
        return [f"row {lines[0]} taken for a {kind}"]
    if len(lines) >= MOST_AROUND:
        return [f"{len(lines)} rows and more taken for {kind}s"]
    said = f"rows {', '.join(map(str, lines[:-1]))} and {lines[-1]}" if len(lines) < 6 else f"{len(lines)} rows"
    return [f"{said} taken for {kind}s"]
