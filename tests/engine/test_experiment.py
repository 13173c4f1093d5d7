"""The contract itself: declarations, validation, the ends of a run."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import pytest

from engine.errors import InvalidSettings, TooLarge
from engine.experiment import (
    Cancelled,
    Choice,
    Diverged,
    Done,
    Experiment,
    Flag,
    Name,
    Number,
    Refused,
    Rows,
    Sabotage,
    Settings,
    Verdict,
    Whole,
)


@dataclass(frozen=True)
class Descent(Settings):
    kind: Annotated[str, Choice(("plain", "momentum"), says="Kind")] = "plain"
    rate: Annotated[float, Number(1e-3, 10, says="Rate")] = 0.1
    inertia: Annotated[float, Number(0, 1, says="Inertia", when=(("kind", ("momentum",)),))] = 0.9
    steps: Annotated[int, Whole(1, 1000, says="Steps")] = 10
    loud: Annotated[bool, Flag(says="Loud")] = False

    def conflicts(self) -> Iterator[str]:
        if self.rate > 5 and self.steps > 500:
            yield "A large rate and many steps do not go together."


def halve(settings: Descent) -> Iterator[float]:
    """A run that diverges when the rate is above 2, is refused at 999 steps and never ends at 1,000."""
    if settings.steps == 999:
        raise TooLarge("steps", 999, 998)
    x, step = 1.0, 0
    while settings.steps == 1000 or step < settings.steps:
        x, last, step = x * (1 - settings.rate), x, step + 1
        if abs(x) > 1e6:
            return Diverged(step, "x", last)
        yield x


def verdict(seed: int) -> Verdict:
    return Verdict(True, {"x": 0.0}, "It holds.")


DESCENT = Experiment("descent", Descent, halve, verdict, Sabotage("nothing", verdict), shows=(halve,))


def test_validation_lists_every_problem_with_rule_and_value() -> None:
    with pytest.raises(InvalidSettings) as error:
        Descent(kind="fast", rate=math.nan, steps=0, loud=1)  # type: ignore[arg-type]
    assert error.value.problems == (
        "kind must be one of plain, momentum, got 'fast'.",
        "rate must be a finite number, got nan.",
        "steps must be between 1 and 1000, got 0.",
        "loud must be true or false, got 1.",
    )


def test_fields_that_contradict_each_other_are_told_once_each_is_valid() -> None:
    with pytest.raises(InvalidSettings, match="do not go together"):
        Descent(rate=6.0, steps=600)


def test_a_field_matters_only_where_it_says_so() -> None:
    assert not Descent.matters("inertia", {"kind": "plain"})
    assert Descent.matters("inertia", {"kind": "momentum"})
    assert Descent.matters("rate", {})


def test_changed_names_what_a_link_must_say() -> None:
    assert Descent(rate=0.5).changed() == {"rate": 0.5}


@pytest.mark.parametrize(
    ("settings", "end"),
    [
        (Descent(), Done()),
        (Descent(rate=4.0, steps=100), Diverged(13, "x", 531441.0)),
        (Descent(steps=999), Refused("steps", 999, 998)),
        (Descent(steps=1000), Cancelled(10_000)),
    ],
)
def test_every_end_is_typed(settings: Descent, end: object) -> None:
    run = DESCENT.perform(settings)
    assert run.end == end
    assert bool(run.snapshots) is not isinstance(end, Refused)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (((1.0, 2.0),), None),
        ((), None),
        (((1.0,),), "must have 2 values in every row"),
        (((1.0, 2.0), (1.0,)), "must have 2 values in every row"),
        (((1.0, math.nan),), "row 1 holds nan; values lie between -5 and 5"),
        (((1.0, 9.0),), "row 1 holds 9.0; values lie between -5 and 5"),
        (((0.0, 0.0),) * 4, "holds 4 rows; at most 3 are allowed"),
        ([(1.0, 2.0)], "must be rows of numbers"),
        ("1,2", "must be rows of numbers"),
    ],
)
def test_rows(value: Any, problem: str | None) -> None:
    assert Rows(2, -5, 5, most=3).problem(value) == problem


@pytest.mark.parametrize("value", [True, "3", None, 2.5, [], 10**400])
def test_whole_numbers_are_whole(value: Any) -> None:
    assert Whole(0, 10).problem(value)


@pytest.mark.parametrize("value", [None, 3, "x" * 201])
def test_names_are_short_text(value: Any) -> None:
    assert Name().problem(value)
