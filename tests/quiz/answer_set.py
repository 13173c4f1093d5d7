"""The hand-written learner answers in answers/*.toml, and what the machine makes of them.

The test and benchmarks/grading.py share this. Half of the questions (by a hash of the id) are for tuning, the others
are held out: no rule of the grader may be chosen by looking at them.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from engine.content import ROOT, curriculum, load_topic
from engine.errors import ContentError
from engine.quiz.bank import Question
from engine.quiz.grading import ABSENT, CANNOT_TELL, PRESENT, Grade, grade

FOLDER = Path(__file__).parent / "answers"
DENIED = "denied"
TRUTHS = {"p": PRESENT, "a": ABSENT, "d": DENIED}
STATES = (PRESENT, ABSENT, CANNOT_TELL)
SPLITS = ("dev", "held-out")


@dataclass(frozen=True)
class Written:
    """An answer as a learner may write it.

    Attributes:
        kind: "full", "partial", "wrong", "negated", "swapped", "reversed", "off-topic", "short", "rambling", "typos",
            "bullets" or "foreign" (English as a second language).
        text: the answer.
        truth: what it says of each rubric point: "present", "absent" or "denied".
    """

    kind: str
    text: str
    truth: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """A question with its answers. `says`: the rubric points as they stood when the answers were marked."""

    id: str
    part: str
    says: tuple[str, ...]
    answers: tuple[Written, ...]

    @property
    def split(self) -> str:
        return SPLITS[hashlib.sha256(self.id.encode()).digest()[0] % 2]


@dataclass(frozen=True)
class Judged:
    """One rubric point of one answer: what is true of it, and what the machine says."""

    asked: Asked
    answer: Written
    point: int
    truth: str
    machine: str
    warned: bool


def answer_set(folder: Path = FOLDER) -> tuple[Asked, ...]:
    """Read every answer that was written."""
    return tuple(
        Asked(one["id"], path.stem, tuple(one["says"]), tuple(_written(each) for each in one["answer"]))
        for path in sorted(folder.glob("*.toml"))
        for one in tomllib.loads(path.read_text())["question"]
    )


def _written(one: dict[str, str]) -> Written:
    return Written(one["kind"], one["text"], tuple(TRUTHS[letter] for letter in one["marks"]))


def bank(root: Path = ROOT) -> dict[str, Question]:
    """Return every question of every topic that loads, by id."""
    found: dict[str, Question] = {}
    for part in curriculum(root):
        for entry in part.topics:
            try:
                found |= {question.id: question for question in load_topic(entry.slug, root).questions}
            except ContentError:
                continue  # the content's own tests say what is wrong with it
    return found


def free_text(questions: Iterable[Question]) -> list[Question]:
    return [question for question in questions if question.check in ("keypoints", "self")]


def judged(
    asked: Iterable[Asked], questions: dict[str, Question], grader: Callable[[Question, str], Grade] = grade
) -> list[Judged]:
    """Let the machine mark every answer to the questions that are in the bank."""
    made = []
    for one in asked:
        for answer in one.answers if one.id in questions else ():
            question = questions[one.id]
            graded = grader(question, answer.text)
            for mark, truth in zip(graded.points, answer.truth, strict=True):
                made.append(Judged(one, answer, mark.point, truth, mark.state, _warned(question, graded, mark.point)))
    return made


def _warned(question: Question, graded: Grade, point: int) -> bool:
    """Whether a warning is about this point, or about the whole answer."""
    others = [f"“{other.says}”" for i, other in enumerate(question.points) if i != point]
    return any(not any(says in warning for says in others) for warning in graded.warnings)


@dataclass(frozen=True)
class Figures:
    """What the machine's marks are worth; shares from 0 to 1, nan where there is nothing to count.

    Attributes:
        points: how many marks were compared.
        accuracy: of the marks present or absent, the share that is right (a denied point is not present).
        abstained: the share of "cannot tell".
        precision: of the points called present, the share that is.
        recall: of the points that are present, the share called so.
        denied_passed: of the denied points, the share called present without a warning.
    """

    points: int
    accuracy: float
    abstained: float
    precision: float
    recall: float
    denied_passed: float


def figures(marks: Iterable[Judged]) -> Figures:
    """Sum up a list of marks."""
    marks = list(marks)
    told = [one for one in marks if one.machine != CANNOT_TELL]
    called = [one for one in marks if one.machine == PRESENT]
    there = [one for one in marks if one.truth == PRESENT]
    denied = [one for one in marks if one.truth == DENIED]
    return Figures(
        len(marks),
        _share(told, lambda one: (one.truth == PRESENT) == (one.machine == PRESENT)),
        1 - _share(marks, lambda one: one.machine != CANNOT_TELL),
        _share(called, lambda one: one.truth == PRESENT),
        _share(there, lambda one: one.machine == PRESENT),
        _share(denied, lambda one: one.machine == PRESENT and not one.warned),
    )


def confusion(marks: Iterable[Judged]) -> dict[tuple[str, str], int]:
    """Count marks by (truth, machine)."""
    counts = {(truth, state): 0 for truth in TRUTHS.values() for state in STATES}
    for one in marks:
        counts[one.truth, one.machine] += 1
    return counts


def _share(marks: list[Judged], holds: Callable[[Judged], bool]) -> float:
    return sum(map(holds, marks)) / len(marks) if marks else float("nan")
