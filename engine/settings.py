"""Settings: declared once."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, get_type_hints

from engine.data import Image, Table, Text
from engine.errors import DataRefused, InvalidSettings

When = tuple[tuple[str, tuple[Any, ...]], ...]  # other fields and the values of theirs for which a field matters


@dataclass(frozen=True)
class Number:
    """A real number in [low, high]; `log` says that it is best chosen on a logarithmic scale."""

    low: float
    high: float
    step: float | None = None
    log: bool = False
    says: str = ""
    when: When = ()

    def problem(self, value: Any) -> str | None:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            return f"must be a finite number, got {value!r}"
        if not self.low <= value <= self.high:
            return f"must be between {self.low:g} and {self.high:g}, got {value:g}"
        return None


@dataclass(frozen=True)
class Whole:
    """A whole number in [low, high]."""

    low: int
    high: int
    step: int = 1
    says: str = ""
    when: When = ()

    def problem(self, value: Any) -> str | None:
        if isinstance(value, bool) or not isinstance(value, int):
            return f"must be a whole number, got {value!r}"
        if not self.low <= value <= self.high:
            return f"must be between {self.low} and {self.high}, got {value}"
        return None


@dataclass(frozen=True)
class Choice:
    """One of `options`, each a short name that the reader also sees."""

    options: tuple[str, ...]
    says: str = ""
    when: When = ()

    def problem(self, value: Any) -> str | None:
        return None if value in self.options else f"must be one of {', '.join(self.options)}, got {value!r}"


@dataclass(frozen=True)
class Flag:
    """Yes or no."""

    says: str = ""
    when: When = ()

    def problem(self, value: Any) -> str | None:
        return None if isinstance(value, bool) else f"must be true or false, got {value!r}"


@dataclass(frozen=True)
class Name:
    """A column's name; which names exist depends on the data, so the run checks it. Empty means the first that fits.

    `typed`: the names are proposals, and any other words will do.
    """

    says: str = ""
    when: When = ()
    typed: bool = False

    def problem(self, value: Any) -> str | None:
        if not isinstance(value, str) or len(value) > 200:
            return f"must be a column's name of at most 200 characters, got {value!r:.60}"
        return None


@dataclass(frozen=True)
class Rows:
    """Rows of numbers that the reader places or types: a tuple of equally long tuples of floats.

    `width` is the length of every row, or None where any equal length up to `widest` will do.
    """

    width: int | None
    low: float
    high: float
    most: int
    widest: int = 8
    says: str = ""
    when: When = ()

    def problem(self, value: Any) -> str | None:
        if not isinstance(value, tuple) or not all(isinstance(row, tuple) for row in value):
            return "must be rows of numbers"
        if len(value) > self.most:
            return f"holds {len(value)} rows; at most {self.most} are allowed"
        widths = {len(row) for row in value}
        if len(widths) > 1 or (widths and self.width is not None and widths != {self.width}):
            return f"must have {self.width or 'the same number of'} values in every row"
        if widths and max(widths) > self.widest:
            return f"has {max(widths)} columns; at most {self.widest} are allowed"
        for number, row in enumerate(value, start=1):
            for cell in row:
                if not isinstance(cell, (int, float)) or not self.low <= cell <= self.high:  # False for NaN too
                    return f"row {number} holds {cell!r}; values lie between {self.low:g} and {self.high:g}"
        return None


@dataclass(frozen=True)
class OwnTable:
    """The learner's own table, or None. It cannot travel in a link: it never leaves the machine."""

    none: ClassVar[str] = "Choose a table of your own first."

    says: str = ""
    when: When = ()

    def problem(self, value: Any) -> str | None:
        return (
            None
            if value is None or isinstance(value, Table)
            else "must be a table that engine.own_table.read_table made"
        )


@dataclass(frozen=True)
class OwnText:
    """The learner's own text, or None. It cannot travel in a link."""

    none: ClassVar[str] = "Choose a text of your own first."

    says: str = ""
    when: When = ()

    def problem(self, value: Any) -> str | None:
        fits = value is None or isinstance(value, Text)
        return None if fits else "must be a text that engine.own_text.read_text made"


@dataclass(frozen=True)
class OwnImage:
    """The learner's own image, or None. It cannot travel in a link."""

    none: ClassVar[str] = "Choose an image of your own first."

    says: str = ""
    when: When = ()

    def problem(self, value: Any) -> str | None:
        return (
            None
            if value is None or isinstance(value, Image)
            else "must be an image that engine.own_image.read_image made"
        )


Field = Number | Whole | Choice | Flag | Name | Rows | OwnTable | OwnText | OwnImage


@dataclass(frozen=True)
class Settings:
    """What an experiment is run with; a subclass declares one annotated field for each setting.

    Every settings object that exists is valid: the constructor raises one InvalidSettings that lists every problem.
    A subclass adds rules that tie fields together in `conflicts`, and names in `main` the two to five fields that a
    plate keeps in view where it folds the others; the first four, where it names none.
    """

    main: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        declared = self.declared()
        problems = [
            f"{name} {problem}." for name, one in declared.items() if (problem := one.problem(getattr(self, name)))
        ]
        problems = problems or [*self.missing(), *self.conflicts()]
        if problems:
            raise InvalidSettings(problems)

    def missing(self) -> Iterator[str]:
        """Yield a sentence for each own table, text or image that matters and was not given."""
        values = vars(self)
        for name, one in self.declared().items():
            if isinstance(one, OwnTable | OwnText | OwnImage) and values[name] is None and self.matters(name, values):
                yield one.none

    def conflicts(self) -> Iterator[str]:
        """Yield a sentence for each combination of values that cannot be run; called when every field is valid."""
        yield from ()

    @classmethod
    @functools.cache
    def declared(cls) -> dict[str, Field]:
        """Map each field's name to its declaration, in order."""
        hints = get_type_hints(cls, include_extras=True)
        return {one.name: hints[one.name].__metadata__[0] for one in fields(cls)}

    @classmethod
    def columns(cls, values: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the names that a Name field may take, given the values of the other fields."""
        return ()

    @classmethod
    def preferred(cls, values: Mapping[str, Any]) -> dict[str, str]:
        """Map Name fields to the column that stands for the empty default, given the values of the other fields."""
        return {}

    @classmethod
    def matters(cls, name: str, values: Mapping[str, Any]) -> bool:
        """Tell whether a field makes a difference at these values of the others: a page draws no other fields."""
        return all(values.get(other) in allowed for other, allowed in cls.declared()[name].when)

    @classmethod
    def defaults(cls) -> dict[str, Any]:
        """Map each field's name to its default."""
        return {one.name: one.default for one in fields(cls)}

    def changed(self) -> dict[str, Any]:
        """Return the fields that differ from their defaults: what a link or a script has to say."""
        return {one.name: value for one in fields(self) if (value := getattr(self, one.name)) != one.default}


@dataclass(frozen=True)
class ColumnSettings(Settings):
    """Settings whose Name fields choose among the columns of a table, a bundled one or the learner's own."""

    @classmethod
    def bundled(cls, values: Mapping[str, Any]) -> Table | None:
        """Return the bundled table that these values name, or None where they name none."""
        raise NotImplementedError

    @classmethod
    def usual_columns(cls, names: tuple[str, ...], values: Mapping[str, Any]) -> tuple[str, ...]:
        """Return a column for each Name field, in their order: those taken where none is chosen."""
        raise NotImplementedError

    @classmethod
    def source(cls, values: Mapping[str, Any]) -> Table | None:
        """Return the table whose columns can be chosen, or None where there is none (yet)."""
        for name, one in cls.declared().items():
            if isinstance(one, OwnTable) and cls.matters(name, values):
                table: Table | None = values.get(name)
                return table
        return cls.bundled(values)

    @classmethod
    def columns(cls, values: Mapping[str, Any]) -> tuple[str, ...]:
        table = cls.source(values)
        return table.names if table else ()

    @classmethod
    def preferred(cls, values: Mapping[str, Any]) -> dict[str, str]:
        if not (names := cls.columns(values)):
            return {}
        fields = [name for name, one in cls.declared().items() if isinstance(one, Name)]
        return dict(zip(fields, cls.usual_columns(names, values), strict=True))

    def chosen_columns(self) -> tuple[str, ...]:
        """Return what each Name field chooses, in their order; the usual column where it is empty."""
        return tuple(getattr(self, field) or usual for field, usual in self.preferred(vars(self)).items())

    def two_columns(self) -> tuple[str, str]:
        """Return the two columns that the first two Name fields choose.

        Raises:
            DataRefused: if both are the same.
        """
        one, other = self.chosen_columns()[:2]
        if one == other:
            raise DataRefused(f"Choose two different columns; '{one}' was chosen for both axes.")
        return one, other
