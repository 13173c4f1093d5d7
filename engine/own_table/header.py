"""The header of a learner's table: whether there is one, and names that are clean and all different."""

from __future__ import annotations

from engine.data import MOST_ROWS
from engine.errors import DataRefused
from engine.own_table.around import with_names, without_totals, without_units
from engine.own_table.cells import clean, cut, is_number, is_word, quantity, shown
from engine.own_table.numbers import Sheet
from engine.own_table.rows import Found, Row

FEWEST_ROWS = 3
LONGEST_NAME = 60


def sheet_of(found: Found) -> tuple[Sheet, list[str]]:
    """Return names and columns, and what in the file was taken for something else: "row 1 taken for a title".

    Raises:
        DataRefused: if rows are not of one width, or it cannot be told which one names the columns.
    """
    rows, notes = with_names(found)
    named = _is_header(rows[0].line, [row.cells for row in rows])
    if named:
        rows, units = without_units(rows)
        notes += units
    rows, totals = without_totals(rows, int(named))
    notes += totals
    cells = [_fitted(row, rows[0], found.delimiter) for row in rows]
    gap = next((row.gap for row in rows[1:] if row.gap), 0)
    if gap:
        raise DataRefused(f"Look at row {gap}: it holds no value. Delete the row.")
    names = _unique_names(cells[0] if named else [""] * len(cells[0]))
    lines = [row.line for row in rows]
    del lines[: int(named)], cells[: int(named)]
    _check_count(len(cells), named)
    if named:
        _refuse_second_header(lines[0], cells)
    return Sheet(names, lines, list(zip(*cells, strict=True))), notes


def _fitted(row: Row, first: Row, delimiter: str) -> list[str]:
    """Return a row's cells, as many as the first row has; empty ones at the end may be missing or too many."""
    cells, width = row.cells, len(first.cells)
    if len(cells) == width:
        return cells
    if not any(cells[width:]) and not any(first.cells[len(cells) :]):
        return (cells + [""] * width)[:width]
    hint = ""
    if delimiter == "," and len(cells) > width:
        hint = " Where a comma is the decimal mark, put semicolons between values."
    if sum(map(bool, first.cells)) == 1:
        hint += f" If row {first.line} is a title, delete it, and let a row of names come first."
    elif not any(map(is_number, cells)) or (len(cells) < width and is_word(cells[0])):
        hint += " If the row is a title, a note or a total, delete it."
    raise DataRefused(
        f"Look at the file: row {row.line} has {_count(len(cells), 'value')}, "
        f"{'the first row' if any(map(is_number, first.cells)) else 'the header'} has {width}. "
        f"Give every row the same number of values.{hint}"
    )


def _check_count(rows: int, named: bool) -> None:
    if not rows:
        raise DataRefused(f"The table has a header and no rows; at least {FEWEST_ROWS} rows of numbers are needed.")
    if rows > MOST_ROWS:
        raise DataRefused(f"The table has more than {MOST_ROWS:,} rows; at most {MOST_ROWS:,} are read. Delete some.")
    if rows < FEWEST_ROWS:
        after = " after its header" if named else ""
        raise DataRefused(f"The table has {_count(rows, 'row')}{after}; at least {FEWEST_ROWS} are needed.")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def _refuse_second_header(line: int, cells: list[list[str]]) -> None:
    """Raise DataRefused where the row under the header holds words above numbers, and no number."""
    words = [j for j, cell in enumerate(cells[0]) if is_word(cell) and is_number(cells[1][j])]
    if len(words) > 1 and not any(map(is_number, cells[0])):
        raise DataRefused(
            f"Look at row {line}: {shown(cells[0][words[0]])} and {shown(cells[0][words[1]])} stand there, and no "
            "number. If the row names units or the columns once more, delete it; if what stands above it is a title, "
            "delete that; else correct its values."
        )


def _is_header(line: int, rows: list[list[str]]) -> bool:
    """Tell whether the first row names the columns: it holds words and no number.

    Words beside numbers are data where the words are labels, which come again further down. Else they are a header
    with a number in it ("country, 1990, 2000") or a mistake in a number, which nobody can tell apart, so: refused.
    """
    first = rows[0]
    measured = {
        j
        for j, cell in enumerate(first)
        if quantity(cell) and any(quantity(row[j]) for row in rows[1:] if j < len(row))
    }
    words = [j for j, cell in enumerate(first) if is_word(cell) and j not in measured]
    number = next((cell for j, cell in enumerate(first) if is_number(cell) or j in measured), None)
    if number is None or not words:
        return number is None and bool(words)
    below = {j: {row[j] for row in rows[1:] if j < len(row)} for j in words}
    strange = next((j for j in words if any(map(is_number, below[j]))), None)
    if strange is None and any(first[j] in below[j] for j in words):
        return False
    j = words[0] if strange is None else strange
    raise DataRefused(
        f"Look at row {line}, column {j + 1}: {shown(first[j])} is not a number, but {shown(number)} in the same row "
        "is one, so the row is neither a header nor numbers. Put a row of names first, or correct the cell; if it is a "
        "title, delete the row."
    )


def _unique_names(header: list[str]) -> tuple[str, ...]:
    """Clean names, number those that are empty ("column 3") and those that come again ("x (2)")."""
    names: list[str] = []
    taken: set[str] = set()
    for number, cell in enumerate(header, start=1):
        base = clean(cell) or f"column {number}"
        name, copy = cut(base, LONGEST_NAME), 1
        while name in taken:
            copy += 1
            suffix = f" ({copy})"
            name = cut(base, LONGEST_NAME - len(suffix)) + suffix
        taken.add(name)
        names.append(name)
    return tuple(names)
