"""Read a TOML file whose author wants to know what to do next: every rule that is broken, each with its line."""

from __future__ import annotations

import difflib
import math
import re
import tomllib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from engine.errors import ContentError

HEADER = re.compile(r"^\s*\[\[?\s*([A-Za-z0-9_.\-]+)\s*\]\]?\s*(?:#.*)?$")
PLACE = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)")


@dataclass
class Source:
    """One file under content/: its name as errors print it, its lines, and the problems found so far."""

    file: str
    lines: list[str]
    problems: list[ContentError] = field(default_factory=list)

    def complain(self, problem: str, line: int | None = None) -> None:
        self.problems.append(ContentError(self.file, problem, line))


def file_name(path: Path, root: Path) -> str:
    """Return the path as errors print it: from the folder that holds content/."""
    return path.relative_to(root.parent).as_posix()


def read_source(path: Path, root: Path, todo: str) -> Source:
    """Read a text file; where there is none, or none that can be read, the source holds the problem and no lines."""
    source = Source(file_name(path, root), [])
    try:
        # not splitlines(): a form feed or U+2028 inside a sentence is no line break for an author's editor
        source.lines = path.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        source.complain(f"there is no such file. {todo}")
    except UnicodeDecodeError as error:
        source.complain(f"byte {error.start} is not UTF-8. Save the file as UTF-8.")
    except OSError as error:
        source.complain(f"the file cannot be read ({error.strerror}). Check that it is a file and may be read.")
    return source


class Facts:
    """One table of a TOML file. Every getter notes what is wrong and returns something of the right type all the same.

    Attributes:
        source: where problems are noted.
        label: how messages name the table, for example "question 4.q5"; its reader sets it once the id is known.
    """

    def __init__(
        self, source: Source, data: dict[str, Any], parent: Facts | None = None, key: str = "", number: int = 0
    ) -> None:
        self.source, self._data = source, data
        self._parent, self._key, self._number = parent, key, number
        self._path: str = parent.child(key) if parent else ""
        self.label = self._path
        self._used: list[str] = []
        self._missing: list[str] = []

    def line(self, key: str | None = None) -> int | None:
        """Return the 1-based line of a key, else of the table's header, else None."""
        start, end = self._span
        own = True
        for index in range(start + bool(self._path), end) if key else ():
            header = HEADER.match(self.source.lines[index])
            if header and header[1] == self.child(key or ""):
                return index + 1
            own = own and not header  # below the first header the keys are those of a child
            if own and re.match(rf"""\s*(["']?){re.escape(key or "")}\1\s*[=.]""", self.source.lines[index]):
                return index + 1
        return start + 1 if self._path else None

    def complain(self, problem: str, key: str | None = None) -> None:
        """Note a problem on the line of `key`, or on the table's own line."""
        self.source.complain(f"{self.label}: {problem}" if self.label else problem, self.line(key))

    def has(self, key: str) -> bool:
        return key in self._data

    def text(self, key: str, default: str | None = None) -> str:
        """Return a string that says something; `default` makes the key optional."""
        value = self._take(key, default)
        if isinstance(value, str) and (value.strip() or value == default):
            return value.strip()
        if value is not None:
            self.complain(f"{key} must be text that is not empty, got {value!r:.60}. Write it in quotes.", key)
        return ""

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Return a list of strings, none of them empty."""
        value = self._take(key, default)
        listed = isinstance(value, (list, tuple)) and (value or default is not None)
        if listed and all(isinstance(one, str) and one.strip() for one in value):
            return tuple(one.strip() for one in value)
        if value is not None:
            self.complain(f'{key} must be a list of texts such as ["one", "two"], got {value!r:.60}.', key)
        return ()

    def whole(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """Return a whole number in [low, high]."""
        value = self._take(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        if value is not None:
            self.complain(f"{key} must be a whole number from {low} to {high}, got {value!r:.60}.", key)
        return low

    def numbers(self, key: str, default: float | None = None) -> tuple[float, ...]:
        """Return one number or a list of them, all finite."""
        value = self._take(key, default)
        many = value if isinstance(value, list) else [value]
        if many and all(type(one) in (int, float) and math.isfinite(one) for one in many):  # True is no number
            return tuple(float(one) for one in many)
        if value is not None:
            self.complain(f"{key} must be a finite number or a list of them, got {value!r:.60}.", key)
        return (0.0,)

    def flag(self, key: str) -> bool:
        """Return true or false; false where the key is not there."""
        value = self._take(key, False)
        if not isinstance(value, bool):
            self.complain(f"{key} must be true or false, got {value!r:.60}.", key)
        return value is True

    def mapping(self, key: str) -> dict[str, str]:
        """Return a table of texts, empty where the key is not there."""
        value = self._take(key, {})
        if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
            self.complain(f'{key} must be a table of texts like {{ "1" = "experiment:sse" }}, got {value!r:.60}', key)
            return {}
        return value

    def tables(self, key: str) -> list[Facts]:
        """Return the tables written as [[key]], in order."""
        value = self._take(key, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.complain(f"write {key} as [[{self.child(key)}]] tables.", key)
            return []
        return [Facts(self.source, one, self, key, number) for number, one in enumerate(value)]

    def table(self, key: str) -> Facts | None:
        """Return the table written as [key], or None where there is none."""
        value = self._take(key, {})
        if not isinstance(value, dict):
            self.complain(f"write {key} as a [{self.child(key)}] table.", key)
            return None
        return Facts(self.source, value, self, key) if self.has(key) else None

    def done(self) -> None:
        """Note every key that nothing asked for: a key that is spelt wrongly would be lost in silence."""
        for key in self._data.keys() - set(self._used):
            near = difflib.get_close_matches(key, self._missing, 1) or difflib.get_close_matches(key, self._used, 1)
            hint = f"Did you mean {near[0]!r}?" if near else f"Known here: {', '.join(self._used)}."
            self.complain(f"nothing reads the key {key!r}. {hint}", key)

    def _take(self, key: str, default: Any) -> Any:
        self._used.append(key)
        if key not in self._data and default is None:
            self._missing.append(key)
            self.complain(f"{key} is missing. Add it.")
        return self._data.get(key, default)

    def child(self, key: str) -> str:
        """Return how the header of a child table is written."""
        return f"{self._path}.{key}" if self._path else key

    @cached_property
    def _span(self) -> tuple[int, int]:
        """Find the lines [start, end) of the table when a message needs them; an inline table has its parent's."""
        if self._parent is None:
            return 0, len(self.source.lines)
        first, end = self._parent._span
        headers = [
            (index, match[1]) for index in range(first, end) if (match := HEADER.match(self.source.lines[index]))
        ]
        starts = [index for index, name in headers if name == self._path]
        if self._number >= len(starts):
            return first, end
        start = starts[self._number]
        later = (index for index, name in headers if index > start and not name.startswith(self._path + "."))
        return start, next(later, end)


def parse_facts(source: Source) -> Facts | None:
    """Parse a TOML source, or note why it is none."""
    try:
        return Facts(source, tomllib.loads("\n".join(source.lines)))
    except tomllib.TOMLDecodeError as error:
        place = PLACE.search(str(error))
        what = PLACE.sub("", str(error)).strip()
        line = int(place[1]) if place and place[1] else len(source.lines)
        source.complain(f"this is not TOML: {what}. Correct this line.", line)
        return None
