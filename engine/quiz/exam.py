"""Exams: papers drawn from weak spots, and what came of them.

A paper is a seed, a list of questions and perhaps a time limit, so that a link can carry it and everybody who opens it
sits the same one. A sitting is one go through a paper: its answers stand in the log, each with the sitting's key, and
results are derived from there.

>>> Paper(7, ("2.q1a", "4.q5")).code
'7.2-q1a.4-q5'
>>> Paper.read("7.2-q1a.4-q5") == Paper(7, ("2.q1a", "4.q5"))
True
>>> Paper(7, ("2.q1a", "4.q5"), 30).code
'7t30.2-q1a.4-q5'
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.errors import GrimoireError
from engine.quiz.bank import EXACT_CHECKS, Question

if TYPE_CHECKING:
    from engine.quiz.schedule import Memory
    from engine.quiz.store import Attempt

MOST_QUESTIONS = 40
MOST_SEED = 999_999
MOST_MINUTES = 300
NEVER_ASKED = 0.5  # how weak a question counts that was never answered: as likely known as not
LEAST = 0.02  # what is well remembered is asked now and then, too


class PaperRefused(GrimoireError):
    """A link that carries no paper, and why."""


@dataclass(frozen=True)
class Paper:
    """What is asked.

    Attributes:
        seed: 0 to MOST_SEED; it decides the numbers of the drills.
        questions: their ids, in order.
        minutes: the time limit, 1 to MOST_MINUTES, or 0 for none.
    """

    seed: int
    questions: tuple[str, ...]
    minutes: int = 0

    @property
    def code(self) -> str:
        """How a link carries it; without a limit as it always was, so that old links and old logs hold."""
        head = f"{self.seed}t{self.minutes}" if self.minutes else str(self.seed)
        return ".".join([head, *(id.replace(".", "-") for id in self.questions)])

    @classmethod
    def read(cls, code: str) -> Paper:
        """Read what `code` wrote.

        Raises:
            PaperRefused: where the link is damaged.
        """
        head, *ids = code.split(".")
        said = re.fullmatch(r"([0-9]{1,6})(?:t([0-9]{1,3}))?", head)
        if not said or not all(re.fullmatch(r"[A-Za-z0-9_-]{1,60}", id) for id in ids):
            raise PaperRefused("This link carries no exam, or only a part of one. Copy it whole, or draw an exam here.")
        if not 1 <= len(ids) <= MOST_QUESTIONS or len(set(ids)) < len(ids):
            raise PaperRefused(
                f"An exam has 1 to {MOST_QUESTIONS} different questions; this link names {len(ids)}, "
                f"{len(set(ids))} of them different. Draw an exam here."
            )
        minutes = min(int(said[2] or 0), MOST_MINUTES)
        return cls(int(said[1]), tuple(id.replace("-", ".") for id in ids), minutes)

    def seed_of(self, question: str) -> int:
        """Return the seed of a question's drill: a whole number below 2**32."""
        return int.from_bytes(sha256(f"{self.seed}:{question}".encode()).digest()[:4], "big")


def weakness(question: str, memories: Mapping[str, Memory], at: datetime) -> float:
    """Return how much a question is worth asking, 0 to 1.

    Args:
        question: id.
        memories: what the learner remembers, by question id.
        at: the time.

    Returns:
        1 for one that was missed, else the probability that it is forgotten; NEVER_ASKED for one never answered.
    """
    if question not in memories:
        return NEVER_ASKED
    return max(1 - memories[question].expected(at), LEAST)


def draw(topics: Mapping[str, Sequence[str]], weak: Mapping[str, float], size: int, seed: int) -> Paper:
    """Draw a paper, stratified by topic: the seats of each are in proportion to the weakness of all its questions.

    Within a topic the weaker a question is, the likelier it is drawn (Efraimidis & Spirakis 2006: the largest
    u ** (1 / weight) with u uniform); the whole is shuffled, so that topics are mixed.

    Args:
        topics: the ids of each topic's questions, by topic, in the order of the book.
        weak: weakness by question id, above 0.
        size: questions wished, 1 to MOST_QUESTIONS; fewer come where there are fewer.
        seed: 0 to MOST_SEED; the same arguments give the same paper.

    Raises:
        ValueError: for a size or a seed outside its limits, and where there is no question.
    """
    if not 1 <= size <= MOST_QUESTIONS or not 0 <= seed <= MOST_SEED:
        raise ValueError(f"A paper has 1 to {MOST_QUESTIONS} questions and a seed of 0 to {MOST_SEED}.")
    if not any(topics.values()):
        raise ValueError("There is no question to draw from.")
    rng = np.random.default_rng(seed)
    chosen: list[str] = []
    for topic, seats in _seats({slug: [weak[id] for id in ids] for slug, ids in topics.items()}, size, rng).items():
        ids = topics[topic]
        ranks = rng.random(len(ids)) ** (1 / np.array([weak[id] for id in ids]))  # (ids,)
        chosen += [ids[place] for place in np.argsort(-ranks)[:seats]]
    return Paper(seed, tuple(chosen[place] for place in rng.permutation(len(chosen))))


def _seats(weak: Mapping[str, Sequence[float]], size: int, rng: np.random.Generator) -> dict[str, int]:
    """Share seats among topics: each gets its exact share rounded up or down, so that small topics have their turn.

    Systematic sampling (Madow 1949): on average every topic gets its share exactly.
    """
    rooms = {topic: len(ones) for topic, ones in weak.items() if ones}
    shares = dict.fromkeys(rooms, 0.0)
    while rooms and (left := min(size, sum(map(len, weak.values()))) - sum(shares.values())) > 1e-9:
        sums = {topic: sum(weak[topic]) for topic in rooms}
        rest = sum(sums.values())
        shares |= {topic: min(shares[topic] + left * sums[topic] / rest, rooms[topic]) for topic in rooms}
        rooms = {topic: room for topic, room in rooms.items() if shares[topic] < room - 1e-9}  # full ones get no more
    topics = [topic for _, topic in sorted(zip(rng.random(len(shares)), shares, strict=True))]
    ends = np.round(np.cumsum([0.0, *(shares[topic] for topic in topics)]), 9) + rng.random()
    seats = np.diff(np.floor(ends)).astype(int)
    return dict(zip(topics, seats.tolist(), strict=True))


# --- results ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sitting:
    """One go through a paper, as the log holds it.

    Attributes:
        key: its own.
        paper: what was asked.
        answers: the attempts in the order of the paper; undone ones are left out.
        at: UTC time at which it was handed in.
        took: s from its beginning to that, None where the log does not say it.
    """

    key: str
    paper: Paper
    answers: tuple[Attempt, ...]
    at: datetime
    took: float | None = None

    @property
    def taken_back(self) -> int:
        """How many answers were undone since."""
        return len(self.paper.questions) - len(self.answers)

    @property
    def missed(self) -> tuple[str, ...]:
        """The questions whose outcome is a miss."""
        return tuple(one.question for one in self.answers if one.outcome is False)


def noted(key: str, paper: Paper, place: int, took: float | None = None) -> dict[str, object]:
    """Return what an attempt of a sitting keeps beside the machine's marks; `took` is of the whole sitting, s."""
    said = {} if took is None else {"took": round(took, 1)}
    return {"exam": {"sitting": key, "paper": paper.code, "place": place, **said}}


def read_noted(exam: Any) -> tuple[str, Paper, int] | None:
    """Read what `noted` wrote: the sitting's key, its paper, the place in it; None where it is none or damaged."""
    try:
        return str(exam["sitting"]), Paper.read(exam["paper"]), int(exam["place"])
    except (TypeError, KeyError, ValueError, AttributeError, OverflowError, PaperRefused):
        return None


def sittings(attempts: Iterable[Attempt]) -> tuple[Sitting, ...]:
    """Return the exams in a learner's log, the newest first; what is damaged is passed over."""
    found: dict[str, list[tuple[int, Attempt]]] = {}
    papers: dict[str, Paper] = {}
    for one in attempts:
        if (read := read_noted(one.machine.get("exam"))) and not one.undone:
            key, papers[read[0]], place = read
            found.setdefault(key, []).append((place, one))
    made = []
    for key, answers in found.items():
        ordered = tuple(one for _, one in sorted(answers, key=lambda pair: pair[0]))
        made.append(Sitting(key, papers[key], ordered, max(one.at for one in ordered), _took(ordered[0])))
    return tuple(sorted(made, key=lambda one: (one.at, one.answers[-1].sequence), reverse=True))


def _took(one: Attempt) -> float | None:
    exam: Any = one.machine["exam"]
    took = exam.get("took")
    return float(took) if type(took) in (int, float) and 0 <= took < 1e9 else None


def clock(seconds: float) -> str:
    """Say how long something took.

    >>> clock(42.4), clock(754), clock(3661)
    ('0:42', '12:34', '1:01:01')
    """
    minutes, rest = divmod(round(max(seconds, 0)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def score(question: Question, attempt: Attempt) -> float | None:
    """Return the share of a question that an answer earned, 0 to 1, or None where the learner has yet to judge it.

    An exact check earns all or nothing; free text earns the weights of the points that the learner ticked, and where
    none was ticked all or nothing by the learner's verdict.
    """
    if not attempt.answer.strip():
        return 0.0
    if attempt.outcome is None:
        return None
    ticks = (attempt.marks or {}).get("points")
    ticked = ticks if isinstance(ticks, list) else []
    if question.check in EXACT_CHECKS or True not in ticked:
        return float(attempt.outcome)
    earned = sum(point.weight for point, tick in zip(question.points, ticked, strict=False) if tick is True)
    return earned / sum(point.weight for point in question.points)


@dataclass(frozen=True)
class Total:
    """Points earned, questions judged so far, and questions of the whole; a question is one point."""

    earned: float
    marked: int
    of: int


def total(parts: Iterable[float | None]) -> Total:
    """Add up scores.

    >>> total([1.0, 0.5, None])
    Total(earned=1.5, marked=2, of=3)
    """
    scores = list(parts)
    marked = [one for one in scores if one is not None]
    return Total(sum(marked), len(marked), len(scores))
