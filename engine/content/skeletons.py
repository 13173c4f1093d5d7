"""The code that a new topic begins with, one text a file; every hole is a TODO."""

from __future__ import annotations

import textwrap

from engine.content.plan import PlannedExperiment
from engine.content.topic import Entry

LONGEST_LINE = 120  # as ruff has it


def package(entry: Entry, ids: list[str]) -> str:
    """Return engine/experiments/<slug>/__init__.py, which lists the experiments."""
    home = f"engine.experiments.{entry.slug}"
    imports = "\n".join(f"from {home}.{id} import {camel(id)}Settings" for id in sorted(ids))
    return f'''"""Experiments of the topic "{entry.title}"."""

from __future__ import annotations

from {home} import {", ".join(sorted(ids))}
{imports}

# Scripts that were copied from the app take their settings from here.
__all__ = [{", ".join(f'"{name}"' for name in ("EXPERIMENTS", *sorted(f"{camel(id)}Settings" for id in ids)))}]

EXPERIMENTS = {_tuple([f"{id}.EXPERIMENT" for id in ids])}
'''


def experiment(one: PlannedExperiment) -> str:
    """Return engine/experiments/<slug>/<experiment>.py: settings, outcome, run, claim and sabotage."""
    id, name = one.id, camel(one.id)
    return f'''"""The experiment {id}: {_small(one.title)}."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from engine.experiment import Experiment, Sabotage, Verdict
from engine.settings import Settings, Whole


{_comment(f"TODO: declare what can be set. Planned: {one.manipulates}.")}
@dataclass(frozen=True)
class {name}Settings(Settings):
    """TODO: say what can be set."""

    seed: Annotated[int, Whole(0, 9_999, says="Seed")] = 1


{_comment(f"TODO: declare what a run finds. The reader sees: {one.sees}.")}
@dataclass(frozen=True)
class {name}Outcome:
    """TODO: say what was found, with shapes and units."""


def run_{id}(settings: {name}Settings) -> {name}Outcome:
    """TODO: say what a run computes."""
    raise NotImplementedError("TODO: run {id}")


{_comment(f"TODO: measure the claim: {one.claim}")}
{_comment(f"Measure: {one.measure}")}
{_comment(f"Sabotage: {one.sabotage}")}
def claim_{id}(seed: int, broken: bool = False) -> Verdict:
    """TODO: say what is measured."""
    raise NotImplementedError("TODO: measure the claim of {id}")


EXPERIMENT = Experiment(
    "{id}",
    {name}Settings,
    run_{id},
    claim_{id},
    Sabotage("TODO: name what is broken", lambda seed: claim_{id}(seed, broken=True)),
    shows=(),  # TODO: the engine's functions whose source the reader may read
)
'''


def worked() -> str:
    """Return engine/experiments/<slug>/worked.py."""
    return '''"""The lesson's worked example."""

from __future__ import annotations


def worked() -> dict[str, float]:
    """Return the numbers of the worked example by name."""
    return {}  # TODO: the numbers that the lesson prints as <<name:.2f>>
'''


def page_shared(slug: str, ids: list[str]) -> str:
    """Return pages/<part>/<slug>/shared.py."""
    return f'''"""What more than one of the topic's experiments use."""

from __future__ import annotations

from engine.experiments.{slug} import EXPERIMENTS

TOPIC = "{slug}"
{_tuple([id.upper() for id in ids]) if len(ids) == 1 else ", ".join(id.upper() for id in ids)} = EXPERIMENTS
'''


def drawing(slug: str, one: PlannedExperiment) -> str:
    """Return pages/<part>/<slug>/<experiment>.py."""
    name = camel(one.id)
    return f'''"""Pictures of the experiment {slug}.{one.id}."""

from __future__ import annotations

from engine.experiment import Run
from engine.experiments.{slug}.{one.id} import {name}Outcome, {name}Settings


{_comment(f"TODO: draw it. The reader sees: {one.sees}.")}
def draw_{one.id}(settings: {name}Settings, run: Run[{name}Outcome]) -> None:
    """TODO: say what the picture shows."""
    raise NotImplementedError("TODO: draw {one.id}")
'''


def page(entry: Entry, ids: list[str]) -> str:
    """Return pages/<part>/<slug>/page.py, which gives each experiment its drawing function."""
    home = f"pages.{entry.part}.{entry.slug}"
    names = {"shared": "TOPIC", **{id: f"draw_{id}" for id in ids}}
    imports = "\n".join(f"from {home}.{module} import {name}" for module, name in sorted(names.items()))
    drawn = [f'"{id}": draw_{id}' for id in ids]
    call = f"topic.show(TOPIC, {{{', '.join(drawn)}}})"
    if len(call) > LONGEST_LINE:
        rows = "".join(f"        {one},\n" for one in drawn)
        call = f"topic.show(\n    TOPIC,\n    {{\n{rows}    }},\n)"
    return f'''"""{entry.title}."""

from __future__ import annotations

{imports}
from pages.widgets.lesson import topic

{call}
'''


def test(entry: Entry) -> str:
    """Return tests/experiments/test_<slug>.py."""
    return f'''"""What is special about {_small(entry.title)}; the contract test has the rest."""

from __future__ import annotations

import pytest

from engine.experiments.{entry.slug}.worked import worked


def test_the_worked_example_is_what_a_reader_gets_by_hand() -> None:
    numbers = worked()
    by_hand: dict[str, float] = {{}}  # TODO: the same numbers, worked out without the engine
    assert by_hand
    assert {{name: numbers[name] for name in by_hand}} == pytest.approx(by_hand)
'''


def camel(id: str) -> str:
    """Return the beginning of a class's name: choose_k -> ChooseK."""
    return "".join(word.capitalize() for word in id.split("_"))


def _tuple(names: list[str]) -> str:
    return f"({', '.join(names)}{',' * (len(names) == 1)})"


def _small(title: str) -> str:
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def _comment(text: str) -> str:
    return textwrap.fill(" ".join(text.split()), LONGEST_LINE, initial_indent="# ", subsequent_indent="# ")
