"""Reading what can be read of a damaged database, as an export that can be imported into a new one.

SQLite stops at the first damaged page of a scan. The rows after it are reached from the other end and, in between, one
by one; what is not reached at all, because the page that leads there is lost, is looked for on every page. What comes
out may hold nonsense; the import looks at every row by itself and sets nonsense aside.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from engine.errors import StoreError
from engine.quiz.exchange import write
from engine.quiz.store.faults import typed
from engine.quiz.store.rescue import carve
from engine.quiz.store.rescue.swap import LOGS
from engine.quiz.store.rows import stamp

_TABLES = ("learners", "attempts", "marks", "predictions", "drafts", "readings", "settings")
_JSON = ("machine", "marks", "value")
_MOST_PROBES = 200_000

Found = dict[int, dict[str, Any]]  # rows by number


@dataclass(frozen=True)
class Salvage:
    """What could be read of a damaged database.

    Attributes:
        data: an export, JSON Lines.
        rows: how many rows are in it, by table.
        whole: whether that is all there was, as far as can be told.
    """

    data: bytes
    rows: dict[str, int]
    whole: bool


def salvage(path: Path) -> Salvage:
    """Read what can be read of a database, from a copy: the file stays as it is.

    What imports had brought that were undone is among it, and so may be drafts that were deleted.

    Raises:
        StoreError: where nothing can be read at all.
    """
    try:
        with TemporaryDirectory() as folder:
            copy = Path(folder, "copy.db")
            for end in ("", *LOGS):
                if end != "-shm" and (part := path.with_name(path.name + end)).exists():
                    shutil.copyfile(part, copy.with_name(copy.name + end))
            data = copy.read_bytes()
            version = min(max(carve.version(data), 1), write.VERSION)
            found, whole = _read(copy)
    except OSError as error:
        raise typed(error, path, 0) from error
    if not all(whole.get(table) for table in _TABLES[: len(_TABLES) if version > 1 else -1]):
        for table, carved in carve.carve(data, version).items():
            if not whole.get(table):
                kept = found.setdefault(table, {})
                for number, values in carved.items():
                    if number not in kept and (row := _row(list(values), list(values.values()))) is not None:
                        kept[number] = row
    rows = [(table, found[table][number]) for table in _TABLES for number in sorted(found.get(table, {}))]
    if not rows:
        raise StoreError(f"No row could be read of {path}. It was left as it is.")
    rows = _with_owners(rows, version)
    header = {"schema": version, "at": stamp(), "learner": None, "salvaged": True}
    return Salvage(
        write.jsonl(header, rows, version),
        dict(Counter(table for table, _ in rows)),
        all(whole.get(table) for table in found),
    )


def _read(copy: Path) -> tuple[dict[str, Found], dict[str, bool]]:
    """Return the rows that SQLite can read, by table, and whether those are all of a table."""
    found: dict[str, Found] = {}
    whole: dict[str, bool] = {}
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        connection.text_factory = lambda text: text.decode("utf-8", "replace")
        for table in _TABLES:
            found[table] = {}
            whole[table] = _rows(connection, table, found[table])
    return found, whole


def _rows(connection: sqlite3.Connection, table: str, rows: Found) -> bool:
    """Read the rows of a table that can be read; return whether that is all of them."""
    whole = _scan(connection, table, "ASC", rows)
    if not whole and rows:
        reached = max(rows)
        _scan(connection, table, "DESC", rows)
        beyond = min((number for number in rows if number > reached), default=_highest(connection, table) + 1)
        for number in range(reached + 1, min(beyond, reached + _MOST_PROBES)):
            _scan(connection, table, "ASC", rows, number)
    return whole


def _scan(connection: sqlite3.Connection, table: str, way: str, rows: Found, only: int | None = None) -> bool:
    """Read rows until one cannot be read; return whether all could."""
    where = "" if only is None else f"WHERE rowid = {only}"
    try:
        found = connection.execute(f"SELECT rowid, * FROM {table} NOT INDEXED {where} ORDER BY rowid {way}")
        columns = [column[0] for column in found.description][1:]
        for number, *values in found:
            if number in rows:
                return False  # the other end was reached
            if (row := _row(columns, values)) is not None:
                rows[number] = row
    except (sqlite3.Error, UnicodeDecodeError):  # the latter: a broken name in SQLite's message
        return False
    return True


def _row(columns: list[str], values: list[Any]) -> dict[str, Any] | None:
    """Return a row as the export has it; None where its JSON is broken."""
    row = {
        column: _text(value) if isinstance(value, bytes) else value
        for column, value in zip(columns, values, strict=True)
        if column != "batch"
    }
    try:
        row.update({name: json.loads(str(row[name])) for name in _JSON if row.get(name) is not None})
        json.dumps(row, allow_nan=False)
    except (ValueError, RecursionError):
        return None
    return row


def _text(value: bytes) -> str:
    """Return packed text; what is no text any more shows where."""
    try:
        return value.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return value.decode("utf-8", "replace")


def _highest(connection: sqlite3.Connection, table: str) -> int:
    """Return the highest number that a table has given to a row, as far as that can be told."""
    try:
        row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", [table]).fetchone()
    except sqlite3.Error:
        return 0
    return int(row[0]) if row and isinstance(row[0], int) else 0


def _with_owners(rows: list[tuple[str, dict[str, Any]]], version: int) -> list[tuple[str, dict[str, Any]]]:
    """Put a learner before the rows of each who could not be read."""
    known = {row.get("id") for table, row in rows if table == "learners"}
    missing = sorted({row["learner"] for _, row in rows if isinstance(row.get("learner"), int)} - known)
    owners: Iterator[dict[str, Any]] = (
        {
            "id": number,
            "name": f"Recovered {number}",
            "folded": f"recovered {number}",
            "since": stamp(),
            **({"key": f"recovered:{number}"} if version > 1 else {}),
        }
        for number in missing
    )
    return [("learners", one) for one in owners] + rows
