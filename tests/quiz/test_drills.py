"""engine/quiz/drills.py: fresh numbers, right answers, named mistakes."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import AnswerRefused
from engine.quiz.drills import DRILLS, Drill, draw, grade

SEEDS = range(200)


def _numbers(text: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", text)]


def _typed(values: tuple[float, ...]) -> str:
    numbers = [f"{v:.2f}".rstrip("0").rstrip(".") for v in values]
    return f"({', '.join(numbers)})" if len(numbers) > 1 else numbers[0]


@pytest.mark.parametrize("name", DRILLS)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_answer_is_accepted_and_three_mistakes_are_named(name: str, seed: int) -> None:
    drill = draw(name, seed)
    assert grade(drill, _typed(drill.exact.value)).correct is True
    assert len(drill.traps) == 3
    for trap, says in drill.traps:
        graded = grade(drill, _typed(trap))
        assert graded.correct is False
        assert graded.says.startswith(says)


@pytest.mark.parametrize("seed", SEEDS)
def test_sse_is_that_of_the_printed_table(seed: int) -> None:
    drill = draw("sse_of_table", seed)
    rows = [_numbers(line) for line in drill.ask.splitlines() if re.match(r"\| \d", line)]
    assert 3 <= len(rows) <= 5
    residuals = [label - prediction for _, label, prediction in rows]
    assert drill.exact.value == (sum(r * r for r in residuals),)
    assert {trap for trap, _ in drill.traps} == {
        (sum(residuals),), (sum(r * r for r in residuals) / len(rows),), (sum(map(abs, residuals)),)
    }  # fmt: skip
    assert _numbers(drill.steps)[-1] == drill.exact.value[0]


@pytest.mark.parametrize("seed", SEEDS)
def test_centroid_is_that_of_the_printed_points(seed: int) -> None:
    drill = draw("centroid", seed)
    points = np.array([_numbers(pair) for pair in re.findall(r"\((-?\d+, -?\d+)\)", drill.ask)])
    assert 3 <= len(points) <= 5
    assert drill.exact.value == pytest.approx(points.mean(axis=0))
    assert all(round(v, 2) == pytest.approx(v, abs=1e-12) for v in drill.exact.value)
    assert {trap for trap, _ in drill.traps} == {
        tuple((points.min(axis=0) + points.max(axis=0)) / 2), drill.exact.value[::-1], tuple(points.sum(axis=0)),
    }  # fmt: skip
    assert _numbers(drill.steps)[-2:] == list(drill.exact.value)


@pytest.mark.parametrize("name", DRILLS)
def test_same_seed_same_drill_and_other_seeds_other_numbers(name: str) -> None:
    assert draw(name, 7) == draw(name, 7)
    assert len({draw(name, seed).ask for seed in SEEDS}) > 195


@pytest.mark.parametrize("name", DRILLS)
def test_steps_print_formulas_in_pairs_of_dollars(name: str) -> None:
    for seed in SEEDS:
        drill = draw(name, seed)
        assert drill.steps.count("$") % 2 == drill.ask.count("$") % 2 == 0
        assert "+ -" not in drill.steps
        assert "- -" not in drill.steps


def test_another_mistake_is_not_called_by_a_known_name() -> None:
    drill = draw("sse_of_table", 0)
    far = grade(drill, "1234.5")
    assert far.correct is False
    assert not any(far.says.startswith(says) for _, says in drill.traps)


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(AnswerRefused):
        grade(draw("centroid", 0), "in the middle")


def test_an_unknown_drill_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        draw("no such drill", 0)


@settings(deadline=None)
@given(st.sampled_from(sorted(DRILLS)), st.integers(0, 2**63))
def test_every_seed_gives_a_drill(name: str, seed: int) -> None:
    drill = draw(name, seed)
    assert isinstance(drill, Drill)
    assert grade(drill, _typed(drill.exact.value)).correct is True
