"""One contract for all experiments: whatever stands in an EXPERIMENTS tuple passes this, or is no experiment."""

from __future__ import annotations

import dataclasses
import functools
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data import Image, Table, Text
from engine.ends import Cancelled, Diverged, Done, Refused
from engine.errors import DataRefused, GrimoireError, InvalidSettings
from engine.experiment import Experiment, Run, experiments_of
from engine.script import as_python
from engine.settings import Choice, Flag, Name, Number, OwnImage, OwnTable, OwnText, Rows, Settings, Whole

ROOT = Path(__file__).parents[2]
TOPICS = sorted(path.parent.name for path in (ROOT / "engine" / "experiments").glob("*/__init__.py"))
CASES = [pytest.param(topic, one, id=f"{topic}.{one.id}") for topic in TOPICS for one in experiments_of(topic).values()]
# the tests of an experiment follow each other, so that they can share its runs
every_experiment = pytest.mark.parametrize(("topic", "experiment"), CASES, scope="module")

SLOW_CLAIMS = {"cnn_pipeline.digits", "transformers.tiny"}  # above 1.5 s: one seed, or as many as are asked for
SEEDS = [11, 12, 13]
SLOW_SEEDS = SEEDS[: int(os.environ.get("GRIMOIRE_CLAIMS", "1"))]
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


@functools.lru_cache(maxsize=16)
def ran(experiment: Experiment, seed: int | None) -> Run[Any] | None:
    """Run settings drawn with a seed, without one the default ones, to the end, or a live run for its first steps.

    Returns:
        The run, kept for the tests that follow; None where it was refused in words.
    """
    settings = experiment.settings() if seed is None else sample(experiment, np.random.default_rng(seed))
    if settings is None:
        return None
    try:
        return experiment.perform(settings, None if experiment.live is None else LIVE_STEPS)
    except GrimoireError:
        return None


def claims() -> Iterator[Any]:
    """Yield a case for each claim and seed; the slow ones are marked, and have fewer seeds."""
    for topic in TOPICS:
        for one in experiments_of(topic).values():
            slow = f"{topic}.{one.id}" in SLOW_CLAIMS
            for seed in SLOW_SEEDS if slow else SEEDS:
                marks = [pytest.mark.slow] if slow else []
                yield pytest.param(topic, one, seed, id=f"{topic}.{one.id}-{seed}", marks=marks)


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
def test_default_settings_run(topic: str, experiment: Experiment) -> None:
    run = ran(experiment, None)
    assert run
    assert isinstance(run.end, Done if experiment.live is None else (Done, Cancelled))
    assert run.snapshots
    assert all(all_finite(snapshot) for snapshot in run.snapshots)


@every_experiment
@pytest.mark.parametrize("seed", [*range(4), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(4, 12))])
def test_sampled_settings_end_in_words(topic: str, experiment: Experiment, seed: int) -> None:
    run = ran(experiment, seed)
    if run is None:
        return
    assert isinstance(run.end, (Done, Diverged, Cancelled, Refused))
    assert isinstance(run.end, Refused) or all(all_finite(snapshot) for snapshot in run.snapshots)


@pytest.mark.parametrize(("topic", "experiment", "seed"), [*claims()], scope="module")
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
    """It is a second run of the same settings, and alike to the last bit."""
    expected = ran(experiment, seed)
    if expected is None:
        return
    settings = experiment.settings() if seed is None else sample(experiment, np.random.default_rng(seed))
    assert settings
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


def spoiled(weights: Mapping[str, np.ndarray]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what a damaged or hostile file may hold in place of a snapshot's weights, each with a word for it."""
    yield "nothing", {}
    yield "a stranger", {**weights, "stranger": np.zeros(3, np.float32)}
    for name, own in weights.items():
        is_float, ones = own.dtype.kind == "f", np.ones(own.shape)
        yield f"no {name}", {other: array for other, array in weights.items() if other != name}
        cells: dict[str, Any] = {
            "empty": np.zeros(0, own.dtype),
            "longer": np.concatenate([own.ravel(), own.ravel()[:1]]),
            "one axis more": own[np.newaxis],
            "NaN": ones * np.nan,
            "infinite": ones * np.inf,
            "too large for its type": ones * 1e300 if is_float else ones.astype(object) * 10**30,
            "words": ones.astype(str),
            "complex": ones * 1j,
            "truth values": ones > 0,
            "objects": ones.astype(object),
            "of the other kind": own.astype(np.int64) if is_float else own.astype(float),
        }
        for word, array in cells.items():
            yield f"{name} {word}", {**weights, name: array}


def said_of(experiment: Experiment, settings: Settings, arrays: dict[str, Any]) -> str:
    """Return how an experiment refuses kept arrays; nothing where it takes them."""
    assert experiment.reopen
    try:
        next(experiment.reopen(settings, arrays, 7))
    except DataRefused as refused:
        return str(refused)
    return ""


@every_experiment
def test_kept_arrays_are_checked_before_they_are_used(topic: str, experiment: Experiment) -> None:
    assert (experiment.reopen is None) == (experiment.live is None), "a live run's model can be kept"
    if experiment.reopen is None:
        return
    settings = experiment.settings()
    weights = dict(next(experiment.run(settings)).weights)
    again = next(experiment.reopen(settings, weights, 7))
    assert again.step == 7
    assert same(dict(again.weights), weights)
    wide = {name: one.astype(float) if one.dtype.kind == "f" else one.astype(np.int64) for name, one in weights.items()}
    assert same(dict(next(experiment.reopen(settings, wide, 7)).weights), weights), "of another width, but the same"
    for word, arrays in spoiled(weights):
        assert said_of(experiment, settings, arrays).endswith("."), f"taken, though it holds {word}"


@pytest.mark.parametrize("topic", TOPICS)
def test_no_hole_is_left(topic: str) -> None:
    rooms = [*ROOT.glob(f"engine/experiments/{topic}/*.py"), *ROOT.glob(f"pages/*/{topic}/*.py")]
    rooms += ROOT.glob(f"tests/experiments/test_{topic}.py")
    lines = [(path, line) for path in sorted(rooms) for line in path.read_text("utf-8").splitlines()]
    assert [f"{path.relative_to(ROOT)}: {line.strip()}" for path, line in lines if "TODO" in line] == []


def test_asking_for_a_topic_imports_no_other() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from engine.experiment import experiments_of; experiments_of('linear_regression');"
        "heavy = ('torch', 'sklearn', 'streamlit');"
        "topics = {m.split('.')[2] for m in sys.modules if m.startswith('engine.experiments.')};"
        "print(sorted(topics | {*heavy} & {*sys.modules}))"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert found.strip() == "['linear_regression']"


@pytest.mark.parametrize("topic", TOPICS)
def test_a_page_is_drawn_before_torch_is_loaded(topic: str) -> None:
    import subprocess
    import sys

    code = f"import sys, engine.experiments.{topic}.worked as m; m.worked(); print('torch' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert found.strip() == "False"


def test_an_unknown_topic_is_a_key_error() -> None:
    for name in ("nothing", "../data", ""):
        with pytest.raises(KeyError):
            experiments_of(name)
