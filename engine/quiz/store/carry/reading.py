"""Reading an export (JSON Lines) that may come from anywhere: what can be used, and what is set aside and why.

Nothing here knows the database. A file that is no export of ours is refused as a whole; in one that is, each row is
checked by itself, and what breaks a rule is set aside with a reason in words. Exports of version 1 had no keys and
positions for all events; they are derived as the migration of a file derives them (_store_keys.py).
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from engine.errors import DataRefused
from engine.quiz.bank import main_question
from engine.quiz.exchange import FORMAT, VERSION
from engine.quiz.store.carry import checks as rows
from engine.quiz.store.carry.checks import Refused
from engine.quiz.store.keys import UNDO, DerivedKeys, Positions, undo_key
from engine.quiz.store.names import folded

MOST_BYTES = 128 << 20  # an export of some 145,000 answers; .streamlit/config.toml lets as much through
MOST_ROWS = 500_000
MOST_DEPTH = 40  # of brackets in brackets
_BINARY = {
    b"\x1f\x8b": "a gzip archive",
    b"PK": "a zip archive",
    b"SQLite format 3\0": "a database (restore it below)",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"(\xb5/\xfd": "a zstd archive",
}


@dataclass(slots=True)
class Event:
    """One event of the file.

    Attributes:
        kind: its table.
        key: what it is called on every machine.
        learner: whose it is, by their number in the file.
        of: key of the attempt that a mark or an undo is about, else empty.
        position: where it stands in the learner's log.
        says: its content by column.
        line: where it stands in the file, from 1.
    """

    kind: str
    key: str
    learner: int
    of: str
    position: int
    says: dict[str, Any]
    line: int


@dataclass(slots=True)
class State:
    """A draft, a reading position or a setting of the file: the newest counts, wherever it was written."""

    kind: str
    learner: int
    name: str
    says: dict[str, Any]


@dataclass(frozen=True)
class FileLearner:
    """A learner of the file."""

    name: str
    key: str
    since: str


@dataclass(frozen=True)
class Aside:
    """Rows that break one rule.

    Attributes:
        table: of the rows.
        says: the rule, and what the first of them has instead.
        count: how many there are.
        line: of the first, from 1.
    """

    table: str
    says: str
    count: int
    line: int


@dataclass
class Carried:
    """What a file brings.

    Attributes:
        version: of its format.
        at: when it was written, as the file says.
        learners: by their number in the file.
        events: attempts before what is about them.
        states: drafts, reading positions and settings.
        repeated: how many events stand in the file a second time, by table.
        unknown: ids of questions that this app does not have, with the number of their answers.
    """

    version: int
    at: str
    learners: dict[int, FileLearner] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    states: list[State] = field(default_factory=list)
    repeated: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    _aside: dict[tuple[str, str], Aside] = field(default_factory=dict)

    @property
    def aside(self) -> tuple[Aside, ...]:
        """What was set aside, in the order of the file."""
        return tuple(sorted(self._aside.values(), key=lambda one: one.line))

    def set_aside(self, table: str, rule: str, got: str, line: int) -> None:
        """Note a row that breaks a rule; the first of each rule is shown."""
        first = self._aside.get((table, rule))
        says = first.says if first else rule + (f": {got}" if got else "")
        self._aside[table, rule] = Aside(table, says, first.count + 1 if first else 1, first.line if first else line)


def read(data: bytes, known: Collection[str] | None = None, now: datetime | None = None) -> Carried:
    """Read an export.

    Args:
        data: the file.
        known: ids of the app's questions; answers to others are kept and counted. None: all are known.
        now: what counts as now, with its zone.

    Raises:
        DataRefused: where it is no export, one of a newer version, or too large; nothing of it was used.
    """
    lines = _lines(data)
    header = _header(lines[0])
    reader = _Reader(Carried(header["version"], str(header.get("at", ""))[:40]), known, now or datetime.now(UTC))
    for number, line in enumerate(lines[1:], 2):
        if line.strip():
            reader.take(line, number)
    return reader.carried


def _lines(data: bytes) -> list[bytes]:
    """Return the lines of a file of text, in which nothing is hidden that would unfold into more."""
    if len(data) > MOST_BYTES:
        raise DataRefused(f"This file has {len(data):,} bytes; at most {MOST_BYTES:,} are read.")
    for start, what in _BINARY.items():
        if data.startswith(start):
            raise DataRefused(f"This file is {what}. Only an export in JSON Lines is read here, as plain text.")
    if b"\0" in data:
        raise DataRefused("This file is not text. Only an export in JSON Lines is read here, as plain text.")
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not data.strip():
        raise DataRefused("This file is empty.")
    count = data.count(b"\n")
    if count > MOST_ROWS:
        raise DataRefused(f"This file has {count:,} rows; at most {MOST_ROWS:,} are read. Export learners one by one.")
    return data.split(b"\n")


def _header(line: bytes) -> dict[str, Any]:
    try:
        header = _parsed(line)
    except Refused:
        header = None
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise DataRefused("This file is not an export of the Living Grimoire: its first line does not say so.")
    version = header.get("version")
    if type(version) is not int or version < 1:
        raise DataRefused(f"This export says version {rows.short(version)}; versions 1 to {VERSION} can be read.")
    if version > VERSION:
        raise DataRefused(
            f"This export was written by a newer version of the app: it has version {version:,}, this "
            f"app reads up to {VERSION}. Update the app and try again."
        )
    return header


def _parsed(line: bytes) -> Any:
    """Return what a line says.

    Raises:
        Refused: where it is no JSON, or says what JSON cannot.
    """
    try:
        value = json.loads(line.decode("utf-8"), parse_constant=_no_number, parse_float=_finite)
    except UnicodeDecodeError as error:
        raise Refused("a line that is no UTF-8 text") from error
    except RecursionError as error:
        raise Refused("a line with too many brackets in brackets") from error
    except ValueError as error:
        raise Refused("a line that is no JSON", str(error)) from error
    if line.count(b"[") + line.count(b"{") > MOST_DEPTH and _deep(value, MOST_DEPTH):
        raise Refused("a line with too many brackets in brackets")
    return value


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text[:20]} is too large a number")
    return value


def _deep(value: object, most: int) -> bool:
    """Tell whether there are more than `most` brackets in brackets."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return most < 0 or any(_deep(one, most - 1) for one in inner)


class _Reader:
    """Takes the rows of a file one by one."""

    def __init__(self, carried: Carried, known: Collection[str] | None, now: datetime) -> None:
        self.carried = carried
        self._known = known
        self._checks = rows.checks(carried.version, now)
        self._names: set[str] = set()
        self._attempts: dict[int, tuple[str, int, bool]] = {}  # number in the file -> key, learner, whether an answer
        self._events: dict[tuple[str, str], Event] = {}
        self._states: dict[tuple[str, int, str], State] = {}
        self._keys, self._positions = DerivedKeys(), Positions()

    def take(self, line: bytes, number: int) -> None:
        """Take a row, or set it aside."""
        table = "unknown"
        try:
            row = _parsed(line)
            if not isinstance(row, dict):
                raise Refused("a line that is no row", rows.short(row))
            name = row.pop("table", None)
            if not isinstance(name, str) or name not in self._checks:
                raise Refused("a table that this app does not know", rows.short(name))
            table = name
            self._take_row(table, rows.checked(row, self._checks[table]), number)
        except Refused as refused:
            self.carried.set_aside(table, refused.rule, refused.got, number)

    def _take_row(self, table: str, row: dict[str, Any], line: int) -> None:
        if table == "learners":
            self._take_learner(row)
            return
        if table != "marks" and row["learner"] not in self.carried.learners:
            raise Refused("a learner who is not in the file", str(row["learner"]))
        if table in rows.STATES:
            state = State(
                table, row["learner"], row[rows.STATES[table]], {column: row[column] for column in rows.SAYS[table]}
            )
            if self._states.setdefault((table, state.learner, state.name), state) is not state:
                raise Refused("a second row for the same thing", rows.short(state.name))
            self.carried.states.append(state)
        else:
            self._take_event(table, row, line)

    def _take_learner(self, row: dict[str, Any]) -> None:
        name = folded(row["name"])
        key = row.get("key") or self._keys.of("learner", name, row["since"])
        if (
            row["id"] in self.carried.learners
            or name in self._names
            or any(one.key == key for one in self.carried.learners.values())
        ):
            raise Refused("a learner who is in the file already", rows.short(row["name"]))
        self._names.add(name)
        self.carried.learners[row["id"]] = FileLearner(row["name"], key, row["since"])

    def _take_event(self, table: str, row: dict[str, Any], line: int) -> None:
        event = {"attempts": self._attempt, "marks": self._mark, "predictions": self._prediction}[table](row)
        event.line = line
        met = self._events.setdefault((table, event.key), event)
        if met is not event and event.says.get("kind") != "undo" and (met.says, met.of) != (event.says, event.of):
            raise Refused("a key that another row of the file has", rows.short(event.key))
        if table == "attempts":
            if row["sequence"] in self._attempts:
                raise Refused("a number that another row of the file has", str(row["sequence"]))
            self._attempts[row["sequence"]] = (event.key, event.learner, row["kind"] == "answer")
        if met is not event:
            self.carried.repeated[table] += 1
            return
        self.carried.events.append(event)
        known = self._known
        if known is not None and row.get("kind") == "answer" and main_question(row["question"]) not in known:
            self.carried.unknown[row["question"]] += 1

    def _attempt(self, row: dict[str, Any]) -> Event:
        of, key, learner = "", row["key"], row["learner"]
        if row["kind"] == "undo":
            of, owner = self._answer(row["undoes"])
            if owner != learner:
                raise Refused("an undo of another learner's answer")
            key = undo_key(of)
        elif key.startswith(UNDO):
            raise Refused(f"an answer whose key begins with {UNDO!r}", rows.short(key))
        position = row.get("position")
        if position is None:
            position = self._positions.of(("attempts", learner), row["at"])
        return Event("attempts", key, learner, of, position, {name: row[name] for name in rows.SAYS["attempts"]}, 0)

    def _mark(self, row: dict[str, Any]) -> Event:
        of, learner = self._answer(row["attempt"])
        says = {name: row[name] for name in rows.SAYS["marks"]}
        if self.carried.version == 1:
            row["key"] = self._keys.of("mark", of, *says.values())
            row["position"] = self._positions.of(("marks", of), row["at"])
        return Event("marks", row["key"], learner, of, row["position"], says, 0)

    def _prediction(self, row: dict[str, Any]) -> Event:
        says = {name: row[name] for name in rows.SAYS["predictions"]}
        if self.carried.version == 1:
            row["key"] = self._keys.of("prediction", *says.values())
            row["position"] = self._positions.of(("predictions", row["learner"]), row["at"])
        return Event("predictions", row["key"], row["learner"], "", row["position"], says, 0)

    def _answer(self, number: int) -> tuple[str, int]:
        """Return the key and the learner of an answer of the file."""
        key, learner, answer = self._attempts.get(number, ("", 0, False))
        if not answer:
            raise Refused("an answer that is not in the file or was set aside", str(number))
        return key, learner
