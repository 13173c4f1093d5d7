"""Controls: what a link says is what a slider has."""

from __future__ import annotations

import pytest

from engine.content.curriculum import curriculum
from engine.experiment import experiments_of
from engine.settings import Number
from pages.widgets.plate import said

LOGARITHMIC = [
    pytest.param(field, one.settings.defaults()[name], id=f"{entry.slug}.{one.id}.{name}")
    for part in curriculum()
    for entry in part.topics
    if entry.written
    for one in experiments_of(entry.slug).values()
    for name, field in one.settings.declared().items()
    if isinstance(field, Number) and field.log
]


@pytest.mark.parametrize(("field", "default"), LOGARITHMIC)
def test_every_step_of_a_logarithmic_slider_has_a_name_of_its_own(field: Number, default: float) -> None:
    options = said.logarithmic(field, default)
    names = [said.short(option) for option in options]
    assert default in options
    assert len(set(names)) == len(names)
    assert [float(name) for name in names] == options
