"""The contract itself: declarations, validation, the ends of a run."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import pytest

from engine.data import Table
from engine.ends import Cancelled, Diverged, Done, Refused
from engine.errors import DataRefused, InvalidSettings, TooLarge
from engine.experiment import Experiment, Sabotage, Verdict
from engine.settings import (
    Choice,
    ColumnSettings,
    Flag,
    Name,
    Number,
    OwnImage,
    OwnTable,
    OwnText,
    Rows,
    Settings,
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


@pytest.mark.parametrize(("kind", "what"), [(OwnTable, "a table"), (OwnText, "a text"), (OwnImage, "an image")])
def test_own_data_are_asked_for_where_they_matter_and_only_there(kind: type, what: str) -> None:
    when = (("data", ("own",)),)

    @dataclass(frozen=True)
    class Given(Settings):
        data: Annotated[str, Choice(("made", "own"))] = "made"
        mine: Annotated[Any, kind(when=when)] = None

        def conflicts(self) -> Iterator[str]:
            if self.data == "own":
                yield "And another thing."

    # `kind` is no global, so the hint is written out: annotations are text here
    Given.__annotations__["mine"] = Annotated[Any, kind(when=when)]
    assert Given().mine is None
    with pytest.raises(InvalidSettings) as error:
        Given(data="own")
    assert error.value.problems == (f"Choose {what} of your own first.", "And another thing.")


TABLES = {"small": Table(("a", "b", "c"), np.ones((2, 3)))}
MINE = Table(("p", "q"), np.ones((2, 2)))


@dataclass(frozen=True)
class Chosen(ColumnSettings):
    data: Annotated[str, Choice(("small", "made", "own"))] = "small"
    across: Annotated[str, Name()] = ""
    up: Annotated[str, Name()] = ""
    table: Annotated[Table | None, OwnTable(when=(("data", ("own",)),))] = None

    @classmethod
    def bundled(cls, values: Mapping[str, Any]) -> Table | None:
        return TABLES.get(values["data"])

    @classmethod
    def usual_columns(cls, names: tuple[str, ...], values: Mapping[str, Any]) -> tuple[str, ...]:
        return names[0], names[-1]


def test_columns_come_from_the_table_that_the_settings_name() -> None:
    defaults = Chosen.defaults()
    assert Chosen.columns(defaults) == ("a", "b", "c")
    assert Chosen.columns(defaults | {"data": "made"}) == Chosen.columns(defaults | {"data": "own"}) == ()
    assert Chosen.columns(defaults | {"data": "own", "table": MINE}) == ("p", "q")
    assert Chosen.preferred(defaults) == {"across": "a", "up": "c"}
    assert Chosen.preferred(defaults | {"data": "made"}) == {}


def test_an_empty_name_stands_for_the_usual_column() -> None:
    assert Chosen().two_columns() == ("a", "c")
    assert Chosen(up="b").two_columns() == ("a", "b")
    assert Chosen(data="own", table=MINE).two_columns() == ("p", "q")
    with pytest.raises(DataRefused, match="Choose two different columns; 'c' was chosen for both axes"):
        Chosen(across="c").two_columns()


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
