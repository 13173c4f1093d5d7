"""The hand-written learner answers in answers/, and what the machine makes of them.

The test and benchmarks/grading.py share this. Half of the questions in answers/*.toml (by a hash of the id) are for
tuning, the others are held out: no rule of the grader may be chosen by looking at them. answers/fresh/ was written
after the rules and measured once; answers/seen/ was fresh once.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from engine.content.curriculum import ROOT, curriculum
from engine.content.read import load_topic
from engine.errors import ContentError
from engine.quiz.bank import Question
from engine.quiz.grade import ABSENT, CANNOT_TELL, PRESENT, Grade
from engine.quiz.grading.grading import grade

FOLDER = Path(__file__).parent / "answers"
DENIED = "denied"
NO_WORDS = "no words"
TRUTHS = {"p": PRESENT, "a": ABSENT, "d": DENIED}
STATES = (PRESENT, ABSENT, NO_WORDS, CANNOT_TELL)
SPLITS = ("dev", "held-out", "seen", "fresh")
HONEST = ("full", "partial", "telegram", "short", "typos", "foreign", "bullets", "rambling")


@dataclass(frozen=True)
class Written:
    """An answer as a learner may write it.

    Attributes:
        kind: "full", "partial", "wrong", "negated", "swapped", "reversed", "off-topic", "short", "rambling", "typos",
            "bullets" or "foreign" (English as a second language); among the fresh ones "telegram" and "denied" too.
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
    folder: str = ""

    @property
    def split(self) -> str:
        return self.folder or SPLITS[hashlib.sha256(self.id.encode()).digest()[0] % 2]


@dataclass(frozen=True)
class Judged:
    """One rubric point of one answer: what is true of it, and what the machine says (NO_WORDS apart)."""

    asked: Asked
    answer: Written
    point: int
    truth: str
    machine: str
    warned: bool


def answer_set() -> tuple[Asked, ...]:
    """Read every answer that was written."""
    return tuple(
        Asked(one["id"], one.get("part", path.stem), tuple(one["says"]), tuple(map(_written, one["answer"])), folder)
        for folder in ("", "seen", "fresh")
        for path in sorted((FOLDER / folder).glob("*.toml"))
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
                says = NO_WORDS if mark.no_words else mark.state
                made.append(Judged(one, answer, mark.point, truth, says, _warned(question, graded, mark.point)))
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
        no_words: the share of points for which it found no words.
        precision: of the points called present, the share that is.
        recall: of the points that are present, the share called so.
        denied_passed: of the denied points, the share called present without a warning.
        false_absent: of the points called absent, the share that is present.
    """

    points: int
    accuracy: float
    abstained: float
    precision: float
    recall: float
    denied_passed: float
    no_words: float = field(default=float("nan"), compare=False)
    false_absent: float = field(default=float("nan"), compare=False)


def figures(marks: Iterable[Judged]) -> Figures:
    """Sum up a list of marks."""
    marks = list(marks)
    told = [one for one in marks if one.machine in (PRESENT, ABSENT)]
    missed = [one for one in marks if one.machine == ABSENT]
    called = [one for one in marks if one.machine == PRESENT]
    there = [one for one in marks if one.truth == PRESENT]
    denied = [one for one in marks if one.truth == DENIED]
    return Figures(
        len(marks),
        _share(told, lambda one: (one.truth == PRESENT) == (one.machine == PRESENT)),
        _share(marks, lambda one: one.machine == CANNOT_TELL),
        _share(called, lambda one: one.truth == PRESENT),
        _share(there, lambda one: one.machine == PRESENT),
        _share(denied, lambda one: one.machine == PRESENT and not one.warned),
        _share(marks, lambda one: one.machine == NO_WORDS),
        _share(missed, lambda one: one.truth == PRESENT),
    )


def confusion(marks: Iterable[Judged]) -> dict[tuple[str, str], int]:
    """Count marks by (truth, machine)."""
    counts = {(truth, state): 0 for truth in TRUTHS.values() for state in STATES}
    for one in marks:
        counts[one.truth, one.machine] += 1
    return counts


def _share(marks: list[Judged], holds: Callable[[Judged], bool]) -> float:
    return sum(map(holds, marks)) / len(marks) if marks else float("nan")
