"""The experiment contract: settings -> run -> snapshots -> outcome, and a claim that can fail.

An experiment module under engine/experiments/ declares its settings as a frozen dataclass, a function that runs
them, a claim, and the sabotage that must break the claim, and lists them:

    EXPERIMENTS = (Experiment("lloyd", LloydSettings, run_lloyd, claim_lloyd, sabotage=..., shows=(kmeans,)),)

Everybody else (the page, the tests, "copy as Python", a benchmark) reads that one declaration.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import itertools
import math
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from types import GeneratorType
from typing import Any, ClassVar, get_type_hints

from numpy.typing import NDArray

from engine.data import Image, Table, Text
from engine.errors import InvalidSettings, TooLarge

# --- settings: declared once -----------------------------------------------------------------------------------

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
    """A column's name; which names exist depends on the data, so the run checks it. Empty means the first that fits."""

    says: str = ""
    when: When = ()

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

    says: str = ""
    when: When = ()

    def problem(self, value: Any) -> str | None:
        fits = value is None or isinstance(value, Text)
        return None if fits else "must be a text that engine.own_text.read_text made"


@dataclass(frozen=True)
class OwnImage:
    """The learner's own image, or None. It cannot travel in a link."""

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
    A subclass adds rules that tie fields together in `conflicts`.
    """

    def __post_init__(self) -> None:
        declared = self.declared()
        problems = [
            f"{name} {problem}." for name, one in declared.items() if (problem := one.problem(getattr(self, name)))
        ]
        problems = problems or list(self.conflicts())
        if problems:
            raise InvalidSettings(problems)

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


# --- the end of a run ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Done:
    """The run came to its own end."""


@dataclass(frozen=True)
class Diverged:
    """A number stopped being finite: at `step`, `quantity` was last seen finite as `last`."""

    step: int
    quantity: str
    last: float


@dataclass(frozen=True)
class Cancelled:
    """The reader stopped the run after `step` snapshots."""

    step: int


@dataclass(frozen=True)
class Refused:
    """The run was not started: `asked` of `what`, where `allowed` fit."""

    what: str
    asked: float
    allowed: float


End = Done | Diverged | Cancelled | Refused


# --- run and claim ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Run:
    """A finished run: its snapshots in order and how it ended. The last snapshot is the outcome."""

    snapshots: tuple[Any, ...]
    end: End

    @property
    def outcome(self) -> Any:
        return self.snapshots[-1]


@dataclass(frozen=True)
class Verdict:
    """Whether a claim holds, the numbers that say so, and a sentence with those numbers in it."""

    holds: bool
    measured: Mapping[str, float]
    says: str


@dataclass(frozen=True)
class Sabotage:
    """A broken variant of an experiment: the same measurement, which must not hold. `says` names what was broken."""

    says: str
    claim: Callable[[int], Verdict]


@dataclass(frozen=True)
class Experiment:
    """One experiment of a topic.

    Attributes:
        id: the manifest's id.
        settings: the Settings subclass that declares what can be set.
        run: a pure function of the settings that returns an outcome, or an iterator of snapshots whose last is the
            outcome; a generator may return an End (Diverged, say) in place of running to Done.
        claim: measures on a fresh seed whether the experiment's claim holds.
        sabotage: the broken variant that the claim must catch.
        shows: the engine's functions and classes whose source "Read the code" prints, or their names,
            "engine.module:name", where the module imports torch: a page is drawn before torch is loaded.
        live: None for a short run. A long one is trained in view: `run` is a generator that yields a frozen snapshot
            after each small step, with `step` (0 before the first) and `measures` (numbers by name, those
            measured at this step, perhaps none). `live` names the settings that may change while it runs: the runner
            sends {name: value} into the generator (`changes = yield snapshot`), and `next` sends None.
        reopen: run(settings, arrays, step) for live runs whose models can be kept: the same generator, starting from
            the arrays (name to array) that a snapshot's `weights` held.
    """

    id: str
    settings: type[Settings]
    run: Callable[[Any], Any]
    claim: Callable[[int], Verdict]
    sabotage: Sabotage
    shows: tuple[Callable[..., Any] | str, ...]
    live: tuple[str, ...] | None = None
    reopen: Callable[[Any, Mapping[str, NDArray[Any]], int], Iterator[Any]] | None = None

    MOST_SNAPSHOTS: ClassVar[int] = 10_000

    def perform(self, settings: Settings, most: int | None = None) -> Run:
        """Run to the end, or for `most` snapshots (10,000 unless the run is live), and keep them.

        A live run keeps its last snapshot only: each carries the weights of a whole model. A run that is too large
        ends as Refused, with no snapshot.
        """
        most = most or (self.MOST_SNAPSHOTS if self.live is None else sys.maxsize)
        try:
            result = self.run(settings)
            if not isinstance(result, GeneratorType):
                return Run((result,), Done())
            snapshots: deque[Any] = deque(maxlen=None if self.live is None else 1)
            for count in itertools.count():
                if count == most:
                    return Run(tuple(snapshots), Cancelled(count))
                try:
                    snapshots.append(next(result))
                except StopIteration as stop:
                    return Run(tuple(snapshots), stop.value or Done())
            raise AssertionError("unreachable")
        except TooLarge as error:
            return Run((), Refused(error.what, error.asked, error.allowed))

    def code(self) -> Iterator[tuple[str, str]]:
        """Yield the dotted name and the source of everything that `shows` lists."""
        for one in self.shows:
            if isinstance(one, str):
                module, _, name = one.partition(":")
                one = getattr(importlib.import_module(module), name)
            yield f"{one.__module__}.{one.__name__}", inspect.getsource(one)


def experiments_of(topic: str) -> dict[str, Experiment]:
    """Return a topic's experiments by id, importing that topic's module and no other.

    Raises:
        KeyError: if there is no such module.
    """
    if not topic.isidentifier():
        raise KeyError(topic)
    try:
        module = importlib.import_module(f"engine.experiments.{topic}")
    except ModuleNotFoundError as error:
        if error.name != f"engine.experiments.{topic}":
            raise  # the module is there; what it imports is not
        raise KeyError(topic) from error
    return {experiment.id: experiment for experiment in module.EXPERIMENTS}
