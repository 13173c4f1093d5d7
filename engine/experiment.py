"""The experiment contract: settings -> run -> snapshots -> outcome, and a claim that can fail.

An experiment module under engine/experiments/ declares its settings as a frozen dataclass, a function that runs
them, a claim, and the sabotage that must break the claim, and lists them:

    EXPERIMENTS = (Experiment("lloyd", LloydSettings, run_lloyd, claim_lloyd, sabotage=..., shows=(kmeans,)),)

Everybody else (the page, the tests, "copy as Python", a benchmark) reads that one declaration."""

from __future__ import annotations

import importlib
import inspect
import itertools
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import GeneratorType
from typing import Any, ClassVar, Generic, TypeVar

from numpy.typing import NDArray

from engine.ends import Cancelled, Done, End, Refused
from engine.errors import TooLarge
from engine.settings import Settings

Snapshot = TypeVar("Snapshot")


@dataclass(frozen=True)
class Run(Generic[Snapshot]):
    """A finished run: its snapshots in order and how it ended. The last snapshot is the outcome."""

    snapshots: tuple[Snapshot, ...]
    end: End

    @property
    def outcome(self) -> Snapshot:
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

    def perform(self, settings: Settings, most: int | None = None) -> Run[Any]:
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
