"""What the tests of drills share: every drill drawn once, and the numbers that a learner reads in an exercise."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import cache

import numpy as np

from engine.quiz.bank import Exact
from engine.quiz.drills import Answer, Drill, draw
from engine.quiz.drills._text import number

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


def agree(oracle: Oracle, drill: Drill) -> bool:
    """Tell whether an independent computation from the printed numbers gives the drill's answer."""
    found = oracle(numbers(drill.ask), drill)
    if isinstance(found, str):
        return drill.exact.options[drill.exact.correct[0]] == found
    found = found.detach().numpy() if hasattr(found, "detach") else found
    return np.allclose(np.ravel(np.asarray(found, dtype=float)), drill.exact.value, rtol=1e-6, atol=1e-7)
