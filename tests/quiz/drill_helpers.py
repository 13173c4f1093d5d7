"""What the tests of drills share: every drill drawn once, and the numbers that a learner reads in an exercise."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from engine.quiz.bank import Exact
from engine.quiz.drills import draw, printed
from engine.quiz.drills.drill import Answer, Drill
from engine.quiz.drills.text import number

SEEDS = range(200)
Oracle = Callable[[list[float], Drill], object]


@cache
def drawn(name: str) -> tuple[Drill, ...]:
    """Return the drill of every seed."""
    return tuple(draw(name, seed) for seed in SEEDS)


def typed(answer: Answer, exact: Exact) -> str:
    """Return an answer as a learner types it: rounded as the exercise asks, at least to two decimals."""
    if isinstance(answer, str):
        return answer
    decimals = 2 if exact.tolerance <= 1e-9 else round(-math.log10(exact.tolerance / 0.51))
    return f"({', '.join(number(v, decimals) for v in answer)})" if len(answer) > 1 else number(answer[0], decimals)


def numbers(text: str) -> list[float]:
    """Return the numbers that stand in an exercise, in order; not those of indices, powers and names (w_1, x^2, L2)."""
    text = re.sub(r"\\(times|cdot)", " ", text)
    text = re.sub(r"([+-]) (?=\d)", r" \1", text)  # "x - 3" adds -3
    return [float(one) for one in re.findall(r"(?<![\w.^])[+-]?\d+(?:\.\d+)?", text)]


def of_text(oracle: Callable[[str], object]) -> Oracle:
    """Make an oracle of a function that reads the exercise's text itself."""
    return lambda numbers, drill: oracle(drill.ask)


def check(name: str, oracle: Oracle) -> None:
    """Assert for every seed that an independent computation from the printed numbers gives the drill's answer."""
    for seed, drill in enumerate(drawn(name)):
        found, said = oracle(numbers(drill.ask), drill), f"{name}, seed {seed}: {drill.ask}"
        if isinstance(found, str):
            assert printed(drill.exact) == found, said
            continue
        found = found.detach().numpy() if hasattr(found, "detach") else found
        values = np.ravel(np.asarray(found, dtype=float))
        assert drill.exact.value == pytest.approx(values, rel=1e-8, abs=1e-8), said
