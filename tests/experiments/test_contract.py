"""One contract for all experiments: whatever stands in an EXPERIMENTS tuple passes this, or is no experiment."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from engine.data import Image, Table, Text
from engine.errors import GrimoireError, InvalidSettings
from engine.experiment import (
    Cancelled,
    Choice,
    Diverged,
    Done,
    Experiment,
    Flag,
    Name,
    Number,
    OwnImage,
    OwnTable,
    OwnText,
    Refused,
    Rows,
    Run,
    Settings,
    Whole,
    experiments_of,
)
from engine.script import as_python

ROOT = Path(__file__).parents[2]
TOPICS = sorted(path.stem for path in (ROOT / "engine" / "experiments").glob("*.py") if path.stem != "__init__")
CASES = [pytest.param(topic, one, id=f"{topic}.{one.id}") for topic in TOPICS for one in experiments_of(topic).values()]
every_experiment = pytest.mark.parametrize(("topic", "experiment"), CASES)

LIVE_STEPS = 4  # of a live run: its own tests train further
OWN_IMAGE = Image(np.random.default_rng(6).integers(0, 256, (24, 27, 3)))
OWN_TEXT = Text(" ".join(f"the {one} sat on the {one}'s mat, and so on;" for one in ["cat", "dog", "hen", "owl"] * 9))
OWN_TABLE = Table(("a", "b", "c"), np.random.default_rng(5).normal(size=(40, 3)))


def sample(experiment: Experiment, rng: np.random.Generator) -> Settings | None:
    """Draw settings from their own declarations; None where the fields drawn contradict each other."""
    values = {}
    for name, field in experiment.settings.declared().items():
        match field:
            case Number():
                values[name] = float(rng.uniform(field.low, field.high))
            case Whole():
                values[name] = int(rng.integers(field.low, field.high + 1))
            case Choice():
                values[name] = str(rng.choice(field.options))
            case Flag():
                values[name] = bool(rng.integers(2))
            case Rows():
                shape = (int(rng.integers(2, min(field.most, 12) + 1)), field.width or 3)
                values[name] = tuple(tuple(float(cell) for cell in row) for row in rng.normal(scale=3, size=shape))
            case OwnTable():
                values[name] = OWN_TABLE
            case OwnText():
                values[name] = OWN_TEXT
            case OwnImage():
                values[name] = OWN_IMAGE
            case Name():
                names = experiment.settings.columns({**experiment.settings.defaults(), **values, "table": OWN_TABLE})
                values[name] = str(rng.choice(names)) if names else ""
    try:
        return experiment.settings(**values)
    except InvalidSettings:
        return None


def performed(experiment: Experiment, settings: Settings) -> Run:
    """Run to the end, or a live run for its first steps."""
    return experiment.perform(settings, None if experiment.live is None else LIVE_STEPS)


def same(a: object, b: object) -> bool:
    """Compare outcomes to the last bit."""
    if isinstance(a, np.ndarray):
        return isinstance(b, np.ndarray) and a.dtype == b.dtype and np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
    if dataclasses.is_dataclass(a) and not isinstance(a, type):
        return type(a) is type(b) and all(
            same(getattr(a, field.name), getattr(b, field.name)) for field in dataclasses.fields(a)
        )
    if isinstance(a, Mapping):
        return isinstance(b, Mapping) and a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, (tuple, list)):
        return isinstance(b, type(a)) and len(a) == len(b) and all(map(same, a, b))
    return a == b or (isinstance(a, float) and np.isnan(a) and np.isnan(b))


def all_finite(value: object) -> bool:
    """Tell whether no number in an outcome is infinite; NaN and infinity may stand where a docstring says so."""
    if isinstance(value, np.ndarray):
        return value.dtype.kind != "f" or not np.isinf(value).any()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return all(
            all_finite(getattr(value, field.name)) for field in dataclasses.fields(value) if field.name != "condition"
        )
    if isinstance(value, Mapping):
        return all(map(all_finite, value.values()))
    return not (isinstance(value, float) and np.isinf(value))


@every_experiment
def test_every_field_is_declared_with_a_meaning_and_a_valid_default(topic: str, experiment: Experiment) -> None:
    settings = experiment.settings()
    for name, field in experiment.settings.declared().items():
        assert field.says, f"{name} says nothing"
        assert field.problem(getattr(settings, name)) is None
        assert all(other in experiment.settings.declared() for other, _ in field.when)
    assert settings.changed() == {}


@every_experiment
def test_all_problems_are_told_at_once(topic: str, experiment: Experiment) -> None:
    declared = experiment.settings.declared()
    with pytest.raises(InvalidSettings) as error:
        experiment.settings(**dict.fromkeys(declared, object()))
    assert len(error.value.problems) == len(declared)
    assert all(any(problem.startswith(name) for problem in error.value.problems) for name in declared)


@every_experiment
def test_default_settings_run_and_run_alike_twice(topic: str, experiment: Experiment) -> None:
    first, second = (performed(experiment, experiment.settings()) for _ in range(2))
    assert isinstance(first.end, Done if experiment.live is None else (Done, Cancelled))
    assert first.snapshots
    assert same(first, second)
    assert all(all_finite(snapshot) for snapshot in first.snapshots)


@every_experiment
@pytest.mark.parametrize("seed", range(12))
def test_sampled_settings_end_in_words(topic: str, experiment: Experiment, seed: int) -> None:
    settings = sample(experiment, np.random.default_rng(seed))
    if settings is None:
        return
    try:
        run = performed(experiment, settings)
    except GrimoireError:
        return
    assert isinstance(run.end, (Done, Diverged, Cancelled, Refused))
    assert isinstance(run.end, Refused) or all(all_finite(snapshot) for snapshot in run.snapshots)


@every_experiment
@pytest.mark.parametrize("seed", [11, 12, 13])
def test_the_claim_holds_and_its_sabotaged_twin_does_not(topic: str, experiment: Experiment, seed: int) -> None:
    verdict = experiment.claim(seed)
    assert verdict.holds, verdict.says
    assert verdict.measured
    assert verdict.says.endswith(".")
    broken = experiment.sabotage.claim(seed)
    assert not broken.holds, broken.says


@every_experiment
@pytest.mark.parametrize("seed", [None, 1, 2, 3, 4])
def test_copy_as_python_gives_the_same_outcome(topic: str, experiment: Experiment, seed: int | None) -> None:
    settings = experiment.settings() if seed is None else sample(experiment, np.random.default_rng(seed))
    if settings is None:
        return
    try:
        expected = performed(experiment, settings)
    except GrimoireError:
        return
    there: dict[str, Run] = {}
    script = as_python(topic, experiment, settings).replace("print(", "str(")
    if experiment.live is not None:
        script = script.replace(".perform(settings)", f".perform(settings, {LIVE_STEPS})")
    exec(compile(script, "copied.py", "exec"), there)
    assert same(there["run"], expected)


@every_experiment
def test_the_code_shown_is_the_engines(topic: str, experiment: Experiment) -> None:
    assert experiment.shows
    assert all(name.startswith("engine.") and source for name, source in experiment.code())


@every_experiment
def test_a_live_run_counts_its_steps_and_names_what_may_change(topic: str, experiment: Experiment) -> None:
    if experiment.live is None:
        return
    assert set(experiment.live) <= set(experiment.settings.declared())
    run = experiment.run(experiment.settings())
    steps = [next(run) for _ in range(3)]
    assert [one.step for one in steps] == [0, 1, 2]
    assert all(isinstance(value, float) for one in steps for value in one.measures.values())


def test_asking_for_a_topic_imports_no_other() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from engine.experiment import experiments_of; experiments_of('linear_regression');"
        "heavy = ('torch', 'sklearn', 'streamlit');"
        "print([m for m in sys.modules if m.startswith('engine.experiments.') or m in heavy])"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert found.strip() == "['engine.experiments.linear_regression']"


@pytest.mark.parametrize("topic", TOPICS)
def test_a_page_is_drawn_before_torch_is_loaded(topic: str) -> None:
    import subprocess
    import sys

    code = f"import sys, engine.experiments.{topic} as m; m.worked(); print('torch' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert found.strip() == "False"


def test_an_unknown_topic_is_a_key_error() -> None:
    for name in ("nothing", "../data", ""):
        with pytest.raises(KeyError):
            experiments_of(name)
