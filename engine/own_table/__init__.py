"""The learner's own table: a CSV file or pasted text becomes a Table, or is refused with a sentence.

Nothing is sent anywhere. A refusal names the row (the line in the file, counted from 1) and the column, says why, and
what to do. The reader guesses only where one reading makes sense; where two do, it refuses and says both.
"""

from __future__ import annotations

import re

import numpy as np

from engine.data import Table
from engine.errors import DataRefused
from engine.own_bytes import nearly_utf8, strange_words, western
from engine.own_table.cells import is_number, is_word, quantity, shown
from engine.own_table.header import FEWEST_ROWS, LONGEST_NAME, sheet_of
from engine.own_table.numbers import LARGEST, decimal_comma, numbers, without_signs
from engine.own_table.rows import rows_of

__all__ = ["FEWEST_ROWS", "LARGEST", "LONGEST_NAME", "MOST_BYTES", "read_table"]

MOST_BYTES = 10_000_000  # 20,000 rows of 50 columns with ten characters a cell

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


def read_table(text_or_bytes: str | bytes) -> Table:
    """Read a table of numbers that a learner uploads or pastes.

    Values stand between commas, semicolons, tabs, pipes, runs of spaces or what a first line "sep=;" says. A first row
    without a number names the columns. A decimal comma is understood, and so is a unit that every value of a column
    has: 12 %, $12. Comments, titles above the header, a row of units under it and totals at the end are no rows; what
    was taken for one is listed in `Table.notes`. A column that holds no number is left out and listed in
    `Table.left_out`.

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
    text, guessed = _text(text_or_bytes)
    found = rows_of(text)
    sheet, notes = sheet_of(found)
    if guessed:
        _refuse_strange_names(sheet.names)
    sheet, units = without_signs(sheet)
    comma = decimal_comma(sheet, found.delimiter)
    names, columns, left_out = [], [], []
    for name, cells in zip(sheet.names, sheet.columns, strict=True):
        if any(map(is_number, cells)):
            names.append(name)
            columns.append(numbers(sheet, name, cells, comma))
        else:
            left_out.append(f"{name} ({_kind(cells)})")
    if len(columns) < 2:
        what = f"Only the column '{names[0]}' holds numbers" if names else "No column holds numbers"
        raise DataRefused(f"{what}; at least two columns of numbers are needed.")
    return Table(tuple(names), np.column_stack(columns), left_out=tuple(left_out), notes=(*notes, *units))


def _kind(cells: tuple[str, ...]) -> str:
    """Say what a column without a number holds."""
    words = [cell for cell in cells if is_word(cell)]
    if words and all(map(quantity, words)):
        return "numbers with different units"
    return "text" if words else "empty"


def _text(given: str | bytes) -> tuple[str, bool]:
    """Return the text with every line ending as \\n and without characters that nobody sees; was its code guessed?"""
    if len(given) > MOST_BYTES:
        unit = "characters" if isinstance(given, str) else "bytes"
        raise DataRefused(f"The table is {len(given):,} {unit} long; at most {MOST_BYTES:,} are read. Keep fewer rows.")
    text, guessed = (given, False) if isinstance(given, str) else _decoded(given)
    if "\0" in text:
        raise DataRefused("This is not a text file: it holds NUL bytes. Save the table as CSV in UTF-8.")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _CONTROL.sub(" ", _INVISIBLE.sub("", text))
    if not text.strip():
        raise DataRefused("The table is empty. Give at least two columns and three rows of numbers.")
    return text, guessed


def _decoded(content: bytes) -> tuple[str, bool]:
    """Return the text, and whether its code is no Unicode; all codes keep a NUL, and the caller refuses it."""
    for magic, what in _MAGIC.items():
        if content.startswith(magic):
            raise DataRefused(f"This looks like {what}.")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16"), False
        except UnicodeDecodeError:
            pass
    elif (text := nearly_utf8(content)) is not None:
        return text, False
    elif (text := western(content)) is not None:
        return text, True
    raise DataRefused("This is not a text file that can be read. Save the table as CSV in UTF-8.")


def _refuse_strange_names(names: tuple[str, ...]) -> None:
    """Refuse names that were read as Windows-1252 and are words of no language that is written in it."""
    if strange := next((name for name in names if strange_words(name)), ""):
        raise DataRefused(
            "The names of the columns cannot be read: the file is not in UTF-8, and as a Western file (Windows-1252) "
            f"it would say {shown(strange)}. Save the table as CSV in UTF-8."
        )
