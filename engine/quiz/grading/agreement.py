"""How often a learner and the machine agree on rubric points, from the log: what the machine's advice is worth here."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from engine.quiz.grade import ABSENT, PRESENT
from engine.quiz.store import Attempt

LEAST = 10  # points; fewer say nothing about the machine


@dataclass(frozen=True)
class Agreement:
    """Rubric points that the machine called present or absent, and on how many of them the learner agreed.

    Attributes:
        present, absent: (points on which both agree, points that the machine called so).
    """

    present: tuple[int, int] = (0, 0)
    absent: tuple[int, int] = (0, 0)

    def plus(self, other: Agreement, sign: int = 1) -> Agreement:
        """Return both together, or this one without the other (-1)."""
        present, absent = (
            (same + sign * more, total + sign * further)
            for (same, total), (more, further) in ((self.present, other.present), (self.absent, other.absent))
        )
        return Agreement(present, absent)

    @property
    def agreed(self) -> int:
        """How many points both see alike."""
        return self.present[0] + self.absent[0]

    @property
    def points(self) -> int:
        """How many points the machine called present or absent; "cannot tell" is no opinion to agree with."""
        return self.present[1] + self.absent[1]

    def sentence(self, differ: Collection[str] = (PRESENT, ABSENT)) -> str:
        """Say it in a sentence, or "" below LEAST points.

        Args:
            differ: the states in which learner and machine differ where the sentence is to stand.
        """
        if self.points < LEAST:
            return ""
        clauses = [
            f"where it said “{state}” you disagreed {total - same} of {total} times"
            for state, (same, total) in ((PRESENT, self.present), (ABSENT, self.absent))
            if state in differ and total
        ]
        return f"So far you and the machine agreed on {self.agreed} of {self.points} points{_joined(clauses)}."


def _joined(clauses: list[str]) -> str:
    return f"; {', '.join(clauses)}" if clauses else ""


def agreement(attempts: Iterable[Attempt]) -> Agreement:
    """Count the points of all answers that the learner has judged; what was taken back does not count.

    Args:
        attempts: the learner's log. Marks that do not read as marks, as a file from elsewhere may hold, are left out.
    """
    same = {PRESENT: 0, ABSENT: 0}
    total = dict(same)
    for one in attempts:
        if one.undone or one.recalled is None:
            continue
        for state, ticked in _marked(one):
            total[state] += 1
            same[state] += ticked == (state == PRESENT)
    return Agreement((same[PRESENT], total[PRESENT]), (same[ABSENT], total[ABSENT]))


def differing(machine: Iterable[tuple[int, str]], ticks: Iterable[object], judged: bool) -> frozenset[str]:
    """Return the states in which the learner's boxes differ from the machine's advice on one answer.

    Args:
        machine: (index of the point, state) for each mark of the machine.
        ticks: the learner's boxes, in the order of the points.
        judged: whether the learner has given a verdict. Before it a box without a tick may only not be reached yet.
    """
    boxes = [bool(tick) for tick in ticks]
    pairs = [(state, boxes[index]) for index, state in machine if 0 <= index < len(boxes)]
    differ = {state for state, ticked in pairs if state == (ABSENT if ticked else PRESENT)}
    return frozenset(differ if judged else differ - {PRESENT})


def _marked(one: Attempt) -> Iterable[tuple[str, bool]]:
    """Return the machine's state and the learner's tick of each point that both have marked."""
    machine, ticks = one.machine.get("points"), (one.marks or {}).get("points")
    if not isinstance(machine, list) or not isinstance(ticks, list):
        return
    for mark in machine:
        if isinstance(mark, (list, tuple)) and len(mark) >= 2 and isinstance(mark[0], int):
            index, state = mark[0], mark[1]
            if state in (PRESENT, ABSENT) and 0 <= index < len(ticks) and isinstance(ticks[index], bool):
                yield state, ticks[index]
