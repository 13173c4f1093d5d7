"""From the text of a learner's table to rows of cells: what separates values, and what no table can hold."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from engine.data import MOST_COLUMNS, MOST_ROWS
from engine.errors import DataRefused
from engine.own_table.cells import is_number, quantity

MOST_AROUND = 40  # rows of titles, units and totals beside those of the table
COMMENT = ("#", "%", "//")

_DELIMITERS = ("\t", ";", "|", ",", " ")  # of two that fit equally well, the first
_SAMPLE = 20_000  # characters that the delimiter is judged by
_END = "\x02end"  # no text holds it once its control characters are gone
_SAID = re.compile(r'[ \n]*"?sep *=([^\n]*)(?:\n|$)', re.IGNORECASE)
_NO_DELIMITER = re.compile(r"[\w\"'.+\-−]")


class Row(NamedTuple):
    """A row of the file.

    Attributes:
        line: the line where it starts, from 1.
        cells: its values, stripped of blanks.
        gap: line of a row without a value directly before it, 0 where there is none.
    """

    line: int
    cells: list[str]
    gap: int = 0


@dataclass
class Found:
    """The rows of a file that hold a value.

    Attributes:
        delimiter: what stands between values.
        width: how many values most rows have, empty columns at the end not counted.
        rows: all but comments, in order.
        comments: lines of comments.
        heading: the last comment before the first row, its mark taken off: it may hold the names.
    """

    delimiter: str
    width: int
    rows: list[Row] = field(default_factory=list)
    comments: list[int] = field(default_factory=list)
    heading: list[str] = field(default_factory=list)

    def fits(self, cells: list[str]) -> bool:
        """Tell whether cells are as many as most rows have; empty ones at the end do not count."""
        return len(cells) >= self.width and not any(cells[self.width :])


def rows_of(text: str) -> Found:
    """Split a text into rows.

    Raises:
        DataRefused: if it has one column, too many, or a quotation mark that is never closed.
    """
    text, found = _shape(text)
    blank = 0
    for line, cells in _records(f"{text}\n{_END}\n", found.delimiter):
        if cells == [_END]:
            break
        if not any(cells):  # spreadsheets end with such rows; between others they are a mistake
            blank = blank or (line if len(cells) > 1 else 0)
            continue
        _check(line, cells)
        if commented(cells) and not found.fits(cells):
            found.comments.append(line) if len(found.comments) < MOST_AROUND else None
            found.heading = found.heading if found.rows else _unmarked(cells)
            continue
        found.rows.append(Row(line, cells, blank))
        blank = 0
        if len(found.rows) > MOST_ROWS + 1 + MOST_AROUND:
            break
    if not found.rows:
        raise DataRefused("The table is empty: it has delimiters or comments, but no values.")
    return found


def commented(cells: list[str]) -> bool:
    """Tell whether a row begins as comments do."""
    return cells[0].startswith(COMMENT)


def _unmarked(cells: list[str]) -> list[str]:
    first = re.sub(f"^(?:{'|'.join(COMMENT)})+", "", cells[0]).strip()
    return [first, *cells[1:]] if first else cells[1:]


def _check(line: int, cells: list[str]) -> None:
    """Refuse a row that no table can hold, as soon as it is read, so that memory stays bounded."""
    if cells[-1].endswith(_END):
        raise DataRefused(f"Look at row {line}: a quotation mark is opened there and never closed.")
    if len(cells) > MOST_COLUMNS:
        while not cells[-1]:
            del cells[-1]
        if len(cells) > MOST_COLUMNS:
            raise DataRefused(f"The table has {len(cells):,} columns; at most {MOST_COLUMNS} are read. Delete some.")


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the first line and the stripped cells of each record; a record in quotes may run over several lines."""
    lines: Iterable[str] = io.StringIO(text)
    if delimiter == " ":
        lines = (line.replace("\t", " ").rstrip() + "\n" for line in lines)
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)  # which also makes one of a run of spaces
    line = 1
    try:
        for cells in reader:
            yield line, [cell.strip() for cell in cells]
            line = reader.line_num + 1
    except csv.Error:
        raise DataRefused(f"Look at row {line}: a value is too long. Is a quotation mark there not closed?") from None


# --- what separates values -------------------------------------------------------------------------------------


def _shape(text: str) -> tuple[str, Found]:
    """Return the text without a line that names the delimiter, and the delimiter and the usual width of its rows."""
    text, said = _said_delimiter(text)
    sample = text[:_SAMPLE]
    if len(text) > _SAMPLE:
        sample = sample[: sample.rfind("\n") + 1] or sample  # without the line that the cut broke
    fits = {delimiter: _fit(sample, delimiter) for delimiter in ((said,) if said else _DELIMITERS)}
    best = max(fits, key=lambda delimiter: fits[delimiter][:2])
    if fits[best] < (0.0, 0.0):
        if said:
            raise DataRefused(
                f"The first line says that {said!r} stands between values, but then the table has one column. Correct "
                "that line or delete it."
            )
        raise DataRefused(
            "The table has one column; at least two are needed, with a comma, semicolon, tab or space between values."
        )
    return text, Found(best, fits[best][2])


def _said_delimiter(text: str) -> tuple[str, str]:
    """Read the line "sep=;" with which spreadsheets name the delimiter; it is emptied, so that rows keep their numbers.

    >>> _said_delimiter("sep=;" + chr(10) + "x;y"), _said_delimiter("x;y")
    (('\\nx;y', ';'), ('x;y', ''))
    """
    found = _SAID.match(text)
    if found is None:
        return text, ""
    said = found[1].rstrip('"') if "\t" in found[1] else found[1].rstrip('"').strip(" ") or found[1][:1]
    if len(set(said)) > 1 or _NO_DELIMITER.match(said):
        return text, ""  # a header that begins with these letters
    return text[: found.start()] + "\n" * found[0].count("\n") + text[found.end() :], said[:1]


def _fit(sample: str, delimiter: str) -> tuple[float, float, int]:
    """Return how well a delimiter splits the sample: share of numbers, share of rows of the usual width; that width."""
    rows = [cells for _, cells in _records(sample, delimiter) if any(cells)]
    rows = [cells for cells in rows if not commented(cells)] or rows
    if not rows:
        return 0.0, 0.0, 0  # delimiters and nothing else
    width, votes = Counter(map(len, rows)).most_common(1)[0]
    if width < 2:
        return -1.0, 0.0, 0
    usual = [row for row in rows if len(row) == width]
    cells = [cell for row in rows[1:] or rows if len(row) == width for cell in row]
    # "5 100" in "0,5 100,5" is more likely a wrong cut than a thousands group, yet 1 234,5;6 789,1 must stay whole.
    numbers = sum((0.8 if " " in cell else 1.0) for cell in cells if is_number(cell) or quantity(cell))
    agree = votes / len(rows)
    while width > 2 and not any(row[width - 1] for row in usual):  # a delimiter at the end of every row
        width -= 1
    return numbers / max(len(cells), 1) * agree, agree, width
