"""The end of a run."""

from __future__ import annotations

from dataclasses import dataclass


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
