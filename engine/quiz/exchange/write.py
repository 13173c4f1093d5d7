"""The learner's data as files that other programs read: JSON Lines, complete; CSV, for a spreadsheet.

Versions of the JSON Lines: 1 had no keys of marks and predictions, no positions and no settings; 2 has. importing.py
reads both.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence

FORMAT = "living-grimoire"
VERSION = 2

# What makes Excel, LibreOffice or Google Sheets take a cell for a formula (OWASP, "CSV Injection").
_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def jsonl(
    header: Mapping[str, object], rows: Iterable[tuple[str, Mapping[str, object]]], version: int = VERSION
) -> bytes:
    """Write rows as JSON Lines in ASCII: one header, then one object a row.

    Args:
        header: facts about the export; format and version are put before them.
        rows: (table, row) in the order in which they are to be read back.
        version: of the format that the rows have.

    Returns:
        The file. Lone surrogates stand in it as escapes, as JSON allows.
    """
    lines = [json.dumps({"format": FORMAT, "version": version, **header})]
    lines += [json.dumps({"table": table, **row}, allow_nan=False) for table, row in rows]
    return ("\n".join(lines) + "\n").encode("ascii")


def csv_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Write a table as CSV (RFC 4180) in UTF-8 with a byte order mark, without which Excel misreads λ.

    Args:
        columns: the header.
        rows: as many cells each; None is an empty cell, True and False are 1 and 0, a dict is its JSON.

    Returns:
        The file; no cell in it is a formula.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().replace("\0", "\\x00").encode("utf-8-sig", "backslashreplace")


def _cell(value: object) -> object:
    """Return what stands in a cell: text that would be a formula gets an apostrophe before it, numbers stay.

    >>> [_cell(value) for value in ("=1+1", "-x", "-3.5e2", -2, True, None)]
    ["'=1+1", "'-x", '-3.5e2', -2, 1, '']
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float):
        return value
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text
