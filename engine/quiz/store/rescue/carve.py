"""Reading rows off the pages of a database without its schema: what is left when SQLite itself gives up.

Every row of a table lies in a cell of a leaf page; the page says how long the cell is, the cell says what types follow
(sqlite.org/fileformat2.html, 1.6 and 2.1). Which table it is of can be told by its columns, for the tables are ours.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator
from typing import Any

_LEAF = 13
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_COLUMNS = {
    "learners": ("id", "name", "folded", "since", "key", "batch"),
    "attempts": (
        "sequence",
        "key",
        "kind",
        "learner",
        "undoes",
        "topic",
        "question",
        "fingerprint",
        "correct",
        "confidence",
        "hint_used",
        "seconds",
        "at",
        "machine",
        "answer",
        "position",
        "batch",
    ),
    "marks": ("id", "attempt", "marks", "recalled", "at", "key", "position", "batch"),
    "predictions": ("id", "learner", "topic", "experiment", "choice", "was_right", "at", "key", "position", "batch"),
    "drafts": ("learner", "question", "text", "seconds", "at"),
    "readings": ("learner", "topic", "anchor", "at"),
    "settings": ("learner", "name", "value", "at"),
}
_WIDTHS = {
    "learners": (4, 6),
    "attempts": (15, 17),
    "marks": (5, 8),
    "predictions": (7, 10),
    "drafts": (5, 5),
    "readings": (4, 4),
    "settings": (4, 4),
}  # in version 1 and 2
_NUMBERED = ("learners", "attempts", "marks", "predictions")  # the first column is the row's number, and stored as NULL


def version(data: bytes) -> int:
    """Return the schema's version as the header says it."""
    return int.from_bytes(data[60:64], "big")


def carve(data: bytes, version: int) -> dict[str, dict[int, dict[str, Any]]]:
    """Return the rows that lie on a database's pages, by table and number.

    Args:
        data: the file.
        version: of the schema, 1 or 2: how many columns the rows have.
    """
    found: dict[str, dict[int, dict[str, Any]]] = {table: {} for table in _COLUMNS}
    for number, values in _cells(data):
        table = _table(values, version)
        if table:
            row = dict(zip(_COLUMNS[table], values, strict=False))
            if table in _NUMBERED:
                row[_COLUMNS[table][0]] = number
            if isinstance(row.get("seconds"), int):  # SQLite keeps a whole REAL as an integer
                row["seconds"] = float(row["seconds"])
            found[table].setdefault(number, row)
    return found


def _table(values: list[Any], version: int) -> str:
    """Return the table that a row is of, or nothing."""
    for table, columns in _COLUMNS.items():
        if len(values) != _WIDTHS[table][version - 1] or (values[0] is None) != (table in _NUMBERED):
            continue
        row = dict(zip(columns, values, strict=False))
        at = row.get("at", row.get("since"))
        if not isinstance(at, str) or not _TIME.match(at):
            continue
        if table == "attempts" and row["kind"] not in ("answer", "undo"):
            continue
        if table in ("readings", "settings") and _is_json(row.get("anchor", row.get("value"))) != (table == "settings"):
            continue
        return table
    return ""


def _is_json(value: object) -> bool:
    try:
        json.loads(str(value))
    except (ValueError, RecursionError):
        return False
    return True


def _cells(data: bytes) -> Iterator[tuple[int, list[Any]]]:
    """Yield (number, values) of every row on a leaf page that can be read."""
    size = int.from_bytes(data[16:18], "big")
    size = 65536 if size == 1 else size if size >= 512 and size & (size - 1) == 0 else 4096
    usable = size - (data[20] if len(data) > 20 and data[20] < size // 2 else 0)
    for start in range(0, len(data), size):
        head = start + (100 if start == 0 else 0)
        if data[head : head + 1] != bytes([_LEAF]):
            continue
        for cell in range(int.from_bytes(data[head + 3 : head + 5], "big")):
            place = int.from_bytes(data[head + 8 + 2 * cell : head + 10 + 2 * cell], "big")
            try:
                yield _cell(data, start + place, size, usable)
            except (IndexError, ValueError, struct.error):
                continue  # this one is beyond reading; the next may not be


def _cell(data: bytes, place: int, size: int, usable: int) -> tuple[int, list[Any]]:
    length, place = _varint(data, place)
    number, place = _varint(data, place)
    least = (usable - 12) * 32 // 255 - 23
    local = length
    if length > usable - 35:  # the rest of it lies on other pages
        local = least + (length - least) % (usable - 4)
        local = local if local <= usable - 35 else least
    payload = data[place : place + local]
    page = int.from_bytes(data[place + local : place + local + 4], "big")
    while len(payload) < length:
        start = (page - 1) * size
        if page < 1 or start + usable > len(data):
            raise ValueError("the row goes on where the file does not")
        page, more = int.from_bytes(data[start : start + 4], "big"), data[start + 4 : start + usable]
        payload += more[: length - len(payload)]
    return number, _record(payload)


def _record(payload: bytes) -> list[Any]:
    """Return the values of a record."""
    end, place = _varint(payload, 0)
    kinds = []
    while place < end:
        kind, place = _varint(payload, place)
        kinds.append(kind)
    values = []
    for kind in kinds:
        value, place = _value(payload, place, kind)
        values.append(value)
    return values


def _value(payload: bytes, place: int, kind: int) -> tuple[Any, int]:
    if kind in (0, 8, 9):
        return (None, 0, 1)[max(0, kind - 7)], place
    if kind in (10, 11):
        raise ValueError("no such type")
    width = {5: 6, 6: 8, 7: 8}.get(kind, kind if kind < 5 else (kind - 12) // 2)
    part = payload[place : place + width]
    if len(part) < width:
        raise ValueError("the record is cut short")
    if kind < 7:
        return int.from_bytes(part, "big", signed=True), place + width
    if kind == 7:
        return struct.unpack(">d", part)[0], place + width
    return part.decode("utf-8", "replace") if kind % 2 else part, place + width


def _varint(data: bytes, place: int) -> tuple[int, int]:
    """Return a number of one to nine bytes, and where it ends."""
    value = 0
    for count in range(9):
        byte = data[place + count]
        if count == 8:
            value = value << 8 | byte
            return value - (1 << 64) if value >= 1 << 63 else value, place + 9
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, place + count + 1
    raise AssertionError
