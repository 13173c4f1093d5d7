"""A random walk as a live experiment. In a module of its own: a script's classes are others after each rerun."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

import numpy as np

from engine.ends import Diverged, Done, End
from engine.experiment import Verdict
from engine.settings import Choice, Number, Settings, Whole
from pages.widgets.plate.runner import Slots

STEPS_A_SECOND = 200
PLACES = Slots(4)  # for as many runs as a test starts, whatever the cores of the machine


@dataclass(frozen=True)
class WalkSettings(Settings):
    rate: Annotated[float, Number(0.1, 2.0, says="rate")] = 1.0
    seed: Annotated[int, Whole(0, 999, says="seed")] = 0
    end: Annotated[str, Choice(("never", "after 50", "diverges"), says="end")] = "never"


@dataclass(frozen=True)
class Snapshot:
    step: int
    measures: Mapping[str, float]
    weights: Mapping[str, np.ndarray] = field(default_factory=dict)


Walk = Generator[Snapshot, Any, End]


def walk(settings: WalkSettings, arrays: Mapping[str, Any] | None = None, step: int = 0) -> Walk:
    """Walk at random; the same seed walks alike."""
    rng, rate = np.random.default_rng(settings.seed), settings.rate
    at = float(arrays["at"][0]) if arrays else 0.0
    while True:
        changes = yield Snapshot(step, {"place": at, "rate": rate}, {"at": np.array([at])})
        rate = (changes or {}).get("rate", rate)
        at += rate * float(rng.normal())
        step += 1
        time.sleep(1 / STEPS_A_SECOND)
        if settings.end == "after 50" and step > 50:
            return Done()
        if settings.end == "diverges" and step > 20:
            return Diverged(step, "place", at)


def verdict(seed: int) -> Verdict:
    return Verdict(True, {}, "It walks.")
