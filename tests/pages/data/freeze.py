"""Print a link and a copied script of every experiment, to freeze them: `python -m tests.pages.data.freeze`.

Run it once, when a version is released: `> tests.pages.data/version_N.json`; the file is never made again.
tests/pages/test_old_links.py opens what learners copied from every version with the app as it is. version_3.json
is of version 0.3.0.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import numpy as np

from engine.errors import InvalidSettings
from engine.experiment import Experiment, experiments_of
from engine.script import as_python
from engine.settings import Choice, Field, Flag, Number, Rows, Settings, Whole
from pages.widgets.plate.controls import logarithmic, words
from tests.experiments.test_contract import TOPICS


def drawn(field: Field, default: Any, rng: np.random.Generator) -> Any:
    """Return a value that the field's control can stand at; own data and their columns stay as they are."""
    match field:
        case Number(log=True):
            return float(rng.choice(logarithmic(field, default)))
        case Number():
            step = field.step or (field.high - field.low) / 100
            return round(float(field.low + step * rng.integers(round((field.high - field.low) / step) + 1)), 6)
        case Whole():
            return int(rng.choice(range(field.low, field.high + 1, field.step)))
        case Choice():
            return str(rng.choice([one for one in field.options if "own" not in one.split()]))
        case Flag():
            return bool(rng.integers(2))
        case Rows():
            shape = (int(rng.integers(2, min(field.most, 6) + 1)), field.width or 3)
            return tuple(tuple(round(float(cell), 2) for cell in row) for row in rng.normal(scale=2, size=shape))
    return default


def somewhere(experiment: Experiment) -> Settings:
    """Return settings of an experiment that are not its defaults, and that matter."""
    for seed in range(10_000):
        rng, values = np.random.default_rng(seed), experiment.settings.defaults()
        for name, field in experiment.settings.declared().items():
            if experiment.settings.matters(name, values):
                values[name] = drawn(field, values[name], rng)
        try:
            return experiment.settings(**values)
        except InvalidSettings:
            continue
    raise RuntimeError(f"no settings of {experiment.id} found")


def frozen() -> list[dict[str, Any]]:
    """Return topic, experiment, what its link carries, and its script, for every experiment."""
    return [
        {
            "topic": topic,
            "experiment": name,
            "link": {f"{topic}.{name}.{field}": text for field, text in words(settings).items()},
            "script": as_python(topic, one, settings),
        }
        for topic in TOPICS
        for name, one in experiments_of(topic).items()
        for settings in [somewhere(one)]
    ]


if __name__ == "__main__":
    json.dump(frozen(), sys.stdout, indent=1, ensure_ascii=False)
