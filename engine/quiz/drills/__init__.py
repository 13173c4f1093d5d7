"""Drills: exercises whose numbers are drawn from a seed and whose answer is computed, so they can be repeated for ever.

A generator takes a random generator and returns a Drill. Where a typical wrong answer coincides with the right one,
`draw` draws again. Adding a drill is adding a function to the DRILLS of its part's module.

>>> drill = draw("centroid", seed=1)
>>> grade(drill, ", ".join(map(str, drill.exact.value))).correct
True
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from engine.quiz.bank import Exact
from engine.quiz.drills import (
    computer_vision,
    deep_learning,
    language_modeling,
    machine_learning,
    reinforcement_learning,
)
from engine.quiz.drills.drill import Answer, Drill, Generator
from engine.quiz.drills.text import asked, number
from engine.quiz.formulas import read_numbers
from engine.quiz.grade import Grade
from engine.quiz.grading import grade_exact

__all__ = ["DRILLS", "Answer", "Drill", "Generator", "draw", "grade", "printed"]

_MOST_DRAWS = 1000
_ROUNDED = 0.0051  # where the exact number is asked, a typical wrong one is known again when it has two decimals

_OURS = re.compile(r"[A-Za-z0-9 .,:;()/×'−-]*")  # a sentence of the grader in which nothing typed could be Markdown

_PARTS = (machine_learning, deep_learning, computer_vision, reinforcement_learning, language_modeling)
DRILLS: dict[str, Generator] = {name: generator for part in _PARTS for name, generator in part.DRILLS.items()}


def draw(name: str, seed: int) -> Drill:
    """Draw a drill: the same name and seed give the same numbers.

    Args:
        name: a key of DRILLS.
        seed: a whole number of at least 0.

    Raises:
        KeyError: if there is no drill of that name.
        ValueError: if the seed is below 0.
    """
    generator = DRILLS[name]
    rng = np.random.default_rng(seed)
    for _ in range(_MOST_DRAWS):
        drill = generator(rng)
        if drill is not None and _apart(drill):
            return drill
    raise RuntimeError(f"drill {name} has traps that always coincide with its answer")


def grade(drill: Drill, text: str) -> Grade:
    """Grade an answer to a drill; a typical mistake is named, and any other wrong one gets the first step of the way.

    Raises:
        AnswerRefused: if the answer cannot be read.
    """
    graded = grade_exact(drill.exact, text)
    if graded.correct is not False:
        return graded
    says, gap = _known(drill, text), " "
    if not says:
        mistake = graded.says.partition(" The answer is")[0]  # "The size is right and the sign is wrong."
        says = f"{mistake if _OURS.fullmatch(mistake) else 'Not right.'} The way begins so: {_first(drill.steps)}"
        gap = "\n\n" if "\n" in says else " "  # a table may stand in it
    return replace(graded, says=f"{says}{gap}The answer is {printed(drill.exact)}.", ours=True)


def printed(exact: Exact) -> str:
    """Return the right answer as a learner would type it: with the decimals that are asked, or an option's text."""
    if exact.check == "choice":
        return "\n".join(exact.options[index] for index in exact.correct)
    if exact.tolerance <= 1e-9:
        return ", ".join(number(value, 6) for value in exact.value)
    decimals = math.ceil(-math.log10(2 * exact.tolerance))
    return asked(exact.value, decimals)


def _first(steps: str) -> str:
    """Return the first step of a way: up to the first empty line that does not stand behind a colon."""
    parts = steps.split("\n\n")
    end = next((place for place, part in enumerate(parts, 1) if not part.rstrip().endswith(":")), len(parts))
    return "\n\n".join(parts[:end])


def _known(drill: Drill, text: str) -> str:
    """Return what is to be said of a typical wrong answer, or nothing of another one."""
    if drill.exact.check == "choice":
        return next((says for option, says in drill.traps if option == " ".join(text.split())), "")
    numbers, _ = read_numbers(drill.exact, text)
    slack = _slack(drill.exact)
    return next((says for wrong, says in drill.traps if _distance(numbers, wrong) <= slack), "")


def _apart(drill: Drill) -> bool:
    """Tell whether answer and traps differ by so much that no rounded answer fits two of them."""
    answers: Sequence[Answer] = [drill.exact.value, *(wrong for wrong, _ in drill.traps)]
    if drill.exact.check == "choice":
        answers = [printed(drill.exact), *answers[1:]]
    least = 4 * _slack(drill.exact)
    return all(_distance(one, other) > least for one, other in itertools.combinations(answers, 2))


def _slack(exact: Exact) -> float:
    return exact.tolerance if exact.tolerance > 1e-9 else _ROUNDED


def _distance(one: Answer, other: Answer) -> float:
    """Return the largest difference of two answers' numbers; that of two options is infinite unless they are one."""
    if isinstance(one, str) or isinstance(other, str):
        return 0.0 if one == other else math.inf
    return max(abs(a - b) for a, b in zip(one, other, strict=True))
