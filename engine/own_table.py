"""The learner's own table: a CSV file or pasted text becomes a Table, or is refused with a sentence.

Nothing is sent anywhere. A refusal names the row (the line in the file, counted from 1) and the column, says why, and
what to do. The reader guesses only where one reading makes sense; where two do, it refuses.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.data import MOST_COLUMNS, MOST_ROWS, Floats, Table
from engine.errors import DataRefused

MOST_BYTES = 10_000_000  # 20,000 rows of 50 columns with ten characters a cell
FEWEST_ROWS = 3
LONGEST_NAME = 60
LARGEST = 1e50  # in size: squares and sums of products stay finite, so no experiment overflows on a table

_DELIMITERS = ("\t", ";", "|", ",", " ")  # of two that fit equally well, the first
_SAMPLE = 20_000  # characters that the delimiter is judged by

_EXCEL, _IMAGE = "an Excel file or another archive; save it as CSV", "a picture; give a table as CSV"
_MAGIC = {
    b"PK\x03\x04": _EXCEL,
    b"PK\x05\x06": _EXCEL,
    b"\xd0\xcf\x11\xe0": _EXCEL,
    b"\x89PNG": _IMAGE,
    b"\xff\xd8\xff": _IMAGE,
    b"GIF8": _IMAGE,
    b"%PDF": "a PDF; save the table in it as CSV",
    b"\x1f\x8b": "a compressed file; unpack it first",
}

_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_CONTROL = re.compile("[\x01-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_END, _JOINT = "\x02end", "\x1f"  # no text holds these once its control characters are gone

_EXPONENT = r"(?:[eE][-+]?[0-9]+)?"
_SINGLE = re.compile(rf"[-+−]?(?:[0-9]+(?:\.[0-9]*|,[0-9]+)?|[.,][0-9]+){_EXPONENT}")
_GROUPED = re.compile(rf"[-+−]?[0-9]{{1,3}}(?:[.,'’ \u00a0\u202f][0-9]{{3}})+(?:[.,][0-9]+)?{_EXPONENT}")
_COMMA = re.compile(rf"[-+−]?[0-9]*,[0-9]+{_EXPONENT}")
_POINT = re.compile(rf"[-+−]?(?:[0-9]+\.[0-9]*|\.[0-9]+){_EXPONENT}")
_THOUSANDS = re.compile(r"[-+−]?[1-9][0-9]{0,2},[0-9]{3}")
_PLAIN = re.compile(rf"[-+.0-9eE{_JOINT}]*")  # from these, float() reads what _SINGLE matches and nothing else

_INFINITE = frozenset(sign + word for sign in ("", "+", "-", "−") for word in ("inf", "infinity", "∞"))
_NAN = frozenset(("nan", "+nan", "-nan"))
_MISSING = _NAN | frozenset(("", "na", "n/a", "#n/a", "null", "none", "nil", "?", "-", "--", "."))


def read_table(text_or_bytes: str | bytes) -> Table:
    """Read a table of numbers that a learner uploads or pastes.

    Values stand between commas, semicolons, tabs, pipes or runs of spaces. A first row without a number names the
    columns. A decimal comma is understood. A column that holds no number is left out and listed in `Table.left_out`.

    Args:
        text_or_bytes: the text, or a file's content: UTF-8, UTF-16 with a byte order mark, or Windows-1252;
            at most MOST_BYTES, MOST_ROWS rows and MOST_COLUMNS columns.

    Returns:
        The table, shape (m, n), with m ≥ FEWEST_ROWS and n ≥ 2; no column is constant.

    Raises:
        DataRefused: if there is no such table; the sentence names the row and the column where there is one.

    >>> table = read_table("height;weight;name\\n1,62;58;Ada\\n1,80;77;Alan\\n1,75;70;Emmy\\n")
    >>> table.names, table.values[0].tolist(), table.left_out
    (('height', 'weight'), [1.62, 58.0], ('name (text)',))
    """
    text = _text(text_or_bytes)
    sheet = _sheet(text, _delimiter(text))
    comma = _decimal_comma(sheet)
    names, columns, left_out = [], [], []
    for name, cells in zip(sheet.names, sheet.columns, strict=True):
        if any(map(_is_number, cells)):
            names.append(name)
            columns.append(_numbers(sheet, name, cells, comma))
        else:
            left_out.append(f"{name} ({'text' if any(map(_is_word, cells)) else 'empty'})")
    if len(columns) < 2:
        what = f"Only the column '{names[0]}' holds numbers" if names else "No column holds numbers"
        raise DataRefused(f"{what}; at least two columns of numbers are needed.")
    return Table(tuple(names), np.column_stack(columns), left_out=tuple(left_out))


# --- from bytes to text ----------------------------------------------------------------------------------------


def _text(given: str | bytes) -> str:
    """Return the text with every line ending as \\n and without characters that nobody sees."""
    if len(given) > MOST_BYTES:
        unit = "characters" if isinstance(given, str) else "bytes"
        raise DataRefused(f"The table is {len(given):,} {unit} long; at most {MOST_BYTES:,} are read. Keep fewer rows.")
    text = given if isinstance(given, str) else _decoded(given)
    if "\0" in text:
        raise DataRefused("This is not a text file: it holds NUL bytes. Save the table as CSV in UTF-8.")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _CONTROL.sub(" ", _INVISIBLE.sub("", text))
    if not text.strip():
        raise DataRefused("The table is empty. Give at least two columns and three rows of numbers.")
    return text


def _decoded(content: bytes) -> str:
    for magic, what in _MAGIC.items():
        if content.startswith(magic):
            raise DataRefused(f"This looks like {what}.")
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ("utf-16",) if marked else ("utf-8", "cp1252")  # all keep a NUL, and the caller refuses it
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DataRefused("This is not a text file that can be read. Save the table as CSV in UTF-8.")


# --- from text to cells ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Sheet:
    """What the file says: `lines[i]` is the line where row i starts, `columns[j][i]` its cell, stripped of blanks."""

    names: tuple[str, ...]
    lines: Sequence[int]
    columns: Sequence[tuple[str, ...]]


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


def _delimiter(text: str) -> str:
    sample = text[:_SAMPLE]
    if len(text) > _SAMPLE:
        sample = sample[: sample.rfind("\n") + 1] or sample  # without the line that the cut broke
    fits = {delimiter: _fit(sample, delimiter) for delimiter in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda delimiter: fits[delimiter])
    if fits[best] < (0.0, 0.0):
        raise DataRefused(
            "The table has one column; at least two are needed, with a comma, semicolon, tab or space between values."
        )
    return best


def _fit(sample: str, delimiter: str) -> tuple[float, float]:
    """Return how well a delimiter splits the sample, best first: share of numbers and of rows of the usual width."""
    rows = [cells for _, cells in _records(sample, delimiter) if any(cells)]
    if not rows:
        return 0.0, 0.0  # delimiters and nothing else
    width, votes = Counter(map(len, rows)).most_common(1)[0]
    if width < 2:
        return -1.0, 0.0
    cells = [cell for row in rows[1:] or rows if len(row) == width for cell in row]
    # "5 100" in "0,5 100,5" is more likely a wrong cut than a thousands group, yet 1 234,5;6 789,1 must stay whole.
    numbers = sum(0.8 if " " in cell else 1.0 for cell in cells if _is_number(cell)) / max(len(cells), 1)
    agree = votes / len(rows)
    return numbers * agree, agree


def _sheet(text: str, delimiter: str) -> _Sheet:
    lines: list[int] = []
    rows: list[list[str]] = []
    blank = 0
    for line, cells in _records(f"{text}\n{_END}\n", delimiter):
        if cells == [_END]:
            break
        if not any(cells):  # spreadsheets end with such rows; between others they are a mistake
            blank = blank or (line if len(cells) > 1 else 0)
            continue
        if blank:
            raise DataRefused(f"Look at row {blank}: it holds no value. Delete the row.")
        _check_row(line, cells, rows, delimiter)
        lines.append(line)
        rows.append(cells)
        if len(rows) > MOST_ROWS + 1:
            break
    if not rows:
        raise DataRefused("The table is empty: it has delimiters, but no values.")
    named = _is_header(lines[0], rows)
    names = _unique_names(rows[0] if named else [""] * len(rows[0]))
    del lines[: int(named)], rows[: int(named)]
    _check_count(len(rows), named)
    return _Sheet(names, lines, list(zip(*rows, strict=True)))


def _check_row(line: int, cells: list[str], rows: list[list[str]], delimiter: str) -> None:
    """Refuse a row that no table can hold, as soon as it is read, so that memory stays bounded."""
    if cells[-1].endswith(_END):
        raise DataRefused(f"Look at row {line}: a quotation mark is opened there and never closed.")
    if not rows and len(cells) > MOST_COLUMNS:
        raise DataRefused(f"The table has {len(cells):,} columns; at most {MOST_COLUMNS} are read. Delete some.")
    if rows and len(cells) != len(rows[0]):
        first = "the first row" if any(map(_is_number, rows[0])) else "the header"
        hint = ""
        if delimiter == "," and len(cells) > len(rows[0]):
            hint = " Where a comma is the decimal mark, put semicolons between values."
        raise DataRefused(
            f"Look at the file: row {line} has {_count(len(cells), 'value')}, {first} has {len(rows[0])}. "
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


# --- the header ------------------------------------------------------------------------------------------------


def _is_header(line: int, rows: list[list[str]]) -> bool:
    """Tell whether the first row names the columns: it holds words and no number.

    Words beside numbers are data where the words are labels, which come again further down. Else they are a header
    with a number in it ("country, 1990, 2000") or a mistake in a number, which nobody can tell apart, so: refused.
    """
    first = rows[0]
    words = [j for j, cell in enumerate(first) if _is_word(cell)]
    number = next(filter(_is_number, first), None)
    if number is None or not words:
        return number is None and bool(words)
    below = {j: {row[j] for row in rows[1:]} for j in words}
    strange = next((j for j in words if any(map(_is_number, below[j]))), None)
    if strange is None and any(first[j] in below[j] for j in words):
        return False
    j = words[0] if strange is None else strange
    raise DataRefused(
        f"Look at row {line}, column {j + 1}: {_shown(first[j])} is not a number, but {_shown(number)} in the same row "
        "is one, so the row is neither a header nor numbers. Put a row of names first, or correct the cell."
    )


def _unique_names(header: list[str]) -> tuple[str, ...]:
    """Clean names, number those that are empty ("column 3") and those that come again ("x (2)")."""
    names: list[str] = []
    taken: set[str] = set()
    for number, cell in enumerate(header, start=1):
        base = _clean(cell) or f"column {number}"
        name, copy = _cut(base, LONGEST_NAME), 1
        while name in taken:
            copy += 1
            suffix = f" ({copy})"
            name = _cut(base, LONGEST_NAME - len(suffix)) + suffix
        taken.add(name)
        names.append(name)
    return tuple(names)


def _clean(text: str) -> str:
    """Return the text without invisible characters and with single blanks."""
    return " ".join("".join(one for one in " ".join(text.split()) if unicodedata.category(one)[0] != "C").split())


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _shown(cell: str) -> str:
    return f"'{_cut(_clean(cell), 40)}'"


# --- from cells to numbers -------------------------------------------------------------------------------------


def _is_number(cell: str) -> bool:
    """Tell whether a cell is meant as a number, be it infinite or written with thousands separators."""
    return bool(_SINGLE.fullmatch(cell) or _GROUPED.fullmatch(cell)) or cell.lower() in _INFINITE


def _is_word(cell: str) -> bool:
    return cell.lower() not in _MISSING and not _is_number(cell)


def _find(sheet: _Sheet, pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """Yield the place ("row 4, column 'height'") and the text of each cell that the pattern matches."""
    for name, column in zip(sheet.names, sheet.columns, strict=True):
        for line, cell in zip(sheet.lines, column, strict=True):
            if pattern.fullmatch(cell):
                yield f"row {line}, column '{name}'", cell


def _decimal_comma(sheet: _Sheet) -> bool:
    """Tell whether the whole table writes 3,14; refuse where 1,234 could be a thousand or one and a bit."""
    place, cell = next(_find(sheet, _COMMA), ("", ""))
    if not place:
        return False
    elsewhere, other = next(_find(sheet, _POINT), ("", ""))
    if elsewhere:
        raise DataRefused(
            f"Look at {place}: {_shown(cell)} has a comma, but {_shown(other)} in {elsewhere} has a point. "
            "Use one decimal mark throughout and no thousands separators."
        )
    if all(_THOUSANDS.fullmatch(one) for _, one in _find(sheet, _COMMA)):
        raise DataRefused(
            f"Look at {place}: {_shown(cell)} could be {cell.replace(',', '')} or {cell.replace(',', '.')}. "
            "Write it with a decimal point or without the comma."
        )
    return True


def _numbers(sheet: _Sheet, name: str, cells: tuple[str, ...], comma: bool) -> Floats:
    """Return a column's numbers, shape (m,).

    Raises:
        DataRefused: at the first cell that is not a number of usable size, or if all are the same.
    """
    values = _floats(cells, comma)
    if values is None or not (np.abs(values) <= LARGEST).all():
        line, cell = next(
            (line, cell)
            for line, cell in zip(sheet.lines, cells, strict=True)
            if (one := _floats((cell,), comma)) is None or not abs(one[0]) <= LARGEST
        )
        raise DataRefused(f"Look at row {line}, column '{name}': {_problem(cell, comma)}")
    if values.min() == values.max():
        raise DataRefused(
            f"The column '{name}' is constant: it holds {values[0]:g} in every row and can explain nothing. Delete it."
        )
    return values


def _floats(cells: tuple[str, ...], comma: bool) -> Floats | None:
    """Return the cells as numbers, or None if one of them is not written as one."""
    joined = _JOINT.join(cells).replace("−", "-")
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
    word = cell.lower()
    if (one := _floats((cell,), comma)) is not None and np.isfinite(one[0]):
        return f"{_shown(cell)} is larger than {LARGEST:g}. Choose a larger unit or delete the row."
    if word in _NAN or word in _INFINITE or _SINGLE.fullmatch(cell):
        return f"{_shown(cell)} is not a finite number. Correct it or delete the row."
    if word in _MISSING:
        return f"the value is missing{f' ({_shown(cell)})' if cell else ''}. Fill it in or delete the row."
    if _is_number(cell):
        return f"{_shown(cell)} has thousands separators. Write the number without them."
    return f"{_shown(cell)} is not a number. Correct it or delete the row."
