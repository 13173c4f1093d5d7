"""One learner's log in memory, and all that is derived from it: each new answer carries it forward.

Nothing here is kept on the disk: everything derived is derived. What a look finds to be new, marked or taken back, by
whomever, changes only what it is about; an answer put into the middle of the log, as an import does, or a clock that
went back, costs the questions whose answers count at other times now, and no others.
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, tzinfo
from itertools import count

import numpy as np

from engine.quiz import exam, record, schedule
from engine.quiz.clocks import lasting, moment, moments
from engine.quiz.grading import Agreement, agreement
from engine.quiz.progress import waits
from engine.quiz.record import Spent, Told
from engine.quiz.schedule import Memory, Wishes
from engine.quiz.store import Changes, Entry, Progress, Store
from engine.quiz.traces import Fold, Recall, counts, given

_ZONES = 4  # so many zones are counted in; a learner has one or two
_UNKNOWN = np.iinfo(np.int64).min  # in the place of a moment
_revisions = count(1)  # of all histories together, so that none is taken for another's


class History:
    """What one learner answered, as far as it was looked at; any thread may use it.

    Args:
        learner: id.

    Attributes:
        revision: another number whenever something of it counts anew.
    """

    def __init__(self, learner: int) -> None:
        self._learner, self._lock = learner, threading.RLock()
        self.revision = next(_revisions)
        self._reached: tuple[int, ...] | None = None
        self._entries: dict[int, Entry] = {}  # by id
        self._order: list[Entry] = []  # of the log, without those that were taken back
        self._place: dict[int, int] = {}  # in that order, by id
        self._questions: defaultdict[str, list[Entry]] = defaultdict(list)  # the same, by question
        self._progress: dict[str, Progress] = {}
        self._spent: dict[tzinfo | None, Spent] = {}
        self._told: Counter[Told] = Counter()
        self._waiting: set[int] = set()  # ids of answers that are locked and not judged
        self._exams: defaultdict[str, dict[int, Entry]] = defaultdict(dict)  # answers by sitting
        self._unread: set[int] = set()  # ids of answers whose points were not read as they are now
        self._agreed: dict[int, Agreement] = {}
        self._agreement = Agreement()
        self._stamps = self._moments = np.empty(0, np.int64)  # of the order: what the clocks said, and what counts
        self._counted_at: int | None = None  # the moment at which that was found out
        self._stale: set[str] = set()  # questions whose answers are not folded as they are now
        self._folds: dict[str, Fold] = {}

    def look(self, store: Store) -> int:
        """Take in what was written since the last look; return the revision."""
        with self._lock:
            found = store.changes(self._learner, self._reached)
            gone, come = self._compared(found)
            if gone or come:
                self._take(gone, come)
                self.revision = next(_revisions)
            self._reached = found.reached
            return self.revision

    # What is derived

    def progress(self) -> dict[str, Progress]:
        """Return the progress in each question that was ever answered, by question id."""
        with self._lock:
            return dict(self._progress)

    def memories(self, now: datetime, wishes: Wishes) -> dict[str, Memory]:
        """Return what is remembered, by question id; arguments as for `schedule.remembered`."""
        with self._lock:
            self._fold(now)
            traces = {id: fold.trace for id, fold in self._folds.items()}
            return {id: schedule.memory_of(id, trace, now, wishes) for id, trace in traces.items() if trace}

    def recalls(self, now: datetime) -> list[Recall]:
        """Return every repeated answer with what FSRS expected of it, by question."""
        with self._lock:
            self._fold(now)
            return [one for fold in self._folds.values() for one in fold.recalls]

    def told(self) -> Counter[Told]:
        """Return how many answers tell each confidence and outcome."""
        with self._lock:
            return +self._told

    def spent(self, zone: tzinfo | None) -> tuple[Counter[date], dict[tuple[date, str], float]]:
        """Return the answers by day, and the seconds by day and topic."""
        with self._lock:
            if zone not in self._spent:
                if len(self._spent) >= _ZONES:
                    del self._spent[next(iter(self._spent))]
                self._spent[zone] = record.spent(self._order, zone)
            return self._spent[zone].answers.copy(), self._spent[zone].seconds

    def agreement(self, store: Store) -> Agreement:
        """Return how often the learner and the machine agree; what the log says of points is read here, when asked."""
        with self._lock:
            read = [id for id in self._unread if id in self._place and self._entries[id].recalled is not None]
            for id in self._unread & self._agreed.keys():
                self._agreement = self._agreement.plus(self._agreed.pop(id), -1)
            for one in store.answers(read):
                self._agreed[one.id] = agreement([one])
                self._agreement = self._agreement.plus(self._agreed[one.id])
            self._unread = set()
            return self._agreement

    def count(self) -> int:
        """Return how many answers the log has, with those that were taken back."""
        with self._lock:
            return len(self._entries)

    def pace(self) -> float:
        """Return how long an answer takes this learner, s."""
        with self._lock:
            return schedule.pace(self._order)

    def last(self) -> int | None:
        """Return the id of the last answer that was not taken back."""
        with self._lock:
            return self._order[-1].id if self._order else None

    def waiting(self) -> list[int]:
        """Return the ids of the answers that wait for a judgement, in the order of the log."""
        with self._lock:
            return sorted(self._waiting, key=self._place.__getitem__)

    def is_ahead(self, now: datetime) -> bool:
        """Tell whether an answer is later than the clock, so that what counts as given moves with it."""
        with self._lock:
            return bool(len(self._stamps)) and int(self._stamps.max()) > moment(now)

    def exams(self) -> list[tuple[str, tuple[int, ...]]]:
        """Return the sittings, the newest first: the key of each, and the ids of its answers."""
        with self._lock:
            newest = {key: max((one.at, one.sequence) for one in ones.values()) for key, ones in self._exams.items()}
            return [(key, tuple(self._exams[key])) for key in sorted(newest, key=lambda key: newest[key], reverse=True)]

    # Taking in

    def _compared(self, found: Changes) -> tuple[list[Entry], list[Entry]]:
        """Return the entries that do not count any more, and those that do instead."""
        come = [one for one in found.entries if self._entries.get(one.id) != one]
        gone = [self._entries[one.id] for one in come if one.id in self._entries]
        if found.whole:
            here = {one.id for one in found.entries}
            gone += [one for id, one in self._entries.items() if id not in here]
        return gone, come

    def _take(self, gone: Sequence[Entry], come: Sequence[Entry]) -> None:
        for one in gone:
            del self._entries[one.id]
            self._count(one, -1)
        for one in come:
            self._entries[one.id] = one
            self._count(one, 1)
        self._unread |= {one.id for one in (*gone, *come)}
        self._put_in_order(gone, come)
        for question in {one.question for one in (*gone, *come)}:
            self._stale.add(question)
            if mine := self._questions[question]:
                self._progress[question] = _progress(mine)
            else:
                self._progress.pop(question, None)

    def _count(self, one: Entry, sign: int) -> None:
        """Count an entry in (1) or out (-1)."""
        for spent in self._spent.values():
            spent.count(one, sign)
        if said := record.told(one):
            self._told[said] += sign
        if waits(one):
            (self._waiting.add if sign > 0 else self._waiting.discard)(one.id)
        if one.exam is not None and not one.undone and (read := exam.read_noted(one.exam)):
            if sign > 0:
                self._exams[read[0]][one.id] = one
            elif self._exams[read[0]].pop(one.id) and not self._exams[read[0]]:
                del self._exams[read[0]]

    def _put_in_order(self, gone: Sequence[Entry], come: Sequence[Entry]) -> None:
        last = (self._order[-1].sequence, self._order[-1].key) if self._order else (-1, "")
        if not gone and all((one.sequence, one.key) > last for one in come):  # answers were given
            self._append([one for one in come if not one.undone])
        elif len(gone) == len(come) and all(one.id in self._place and not one.undone for one in come):  # or marked
            for one in come:
                self._order[self._place[one.id]] = one
            for question in {one.question for one in come}:
                self._questions[question] = [self._entries[one.id] for one in self._questions[question]]
        else:
            held = dict(zip(self._place, self._moments.tolist(), strict=True))
            self._order, self._place, self._questions = [], {}, defaultdict(list)
            self._stamps = self._moments = np.empty(0, np.int64)
            counting = [one for one in self._entries.values() if not one.undone]
            self._append(sorted(counting, key=lambda one: (one.sequence, one.key)))
            self._moments = np.fromiter((held.get(id, _UNKNOWN) for id in self._place), np.int64, len(self._place))

    def _append(self, come: Sequence[Entry]) -> None:
        for one in come:
            self._place[one.id] = len(self._order)
            self._order.append(one)
            self._questions[one.question].append(one)
        stamps = np.fromiter((moment(one.at) for one in come), np.int64, len(come))
        self._stamps = np.concatenate([self._stamps, stamps])
        self._moments = np.concatenate([self._moments, np.full(len(come), _UNKNOWN)])

    def _fold(self, now: datetime) -> None:
        """Fold the questions whose answers changed, or count at other moments than before."""
        here = moment(now.astimezone(UTC))
        if not self._stale and self._counted_at is not None and lasting(self._stamps, min(here, self._counted_at)):
            return
        found = moments(self._stamps, here)
        moved = {self._order[place].question for place in np.flatnonzero(found != self._moments).tolist()}
        self._moments, self._counted_at = found, here
        for question in self._stale | moved:
            answers = [given(one, int(found[self._place[one.id]])) for one in self._questions[question] if counts(one)]
            if answers:
                self._folds.setdefault(question, Fold(question)).take(answers)
            else:
                self._folds.pop(question, None)
        self._stale = set()


def _progress(entries: Sequence[Entry]) -> Progress:
    """Return the progress in one question, by its answers in their order."""
    last, outcomes = entries[-1], [one.outcome for one in entries if one.outcome is not None]
    return Progress(
        question=last.question,
        topic=last.topic,
        attempts=len(entries),
        first_at=entries[0].at,
        last_at=last.at,
        last_recalled=last.recalled,
        last_correct=last.correct,
        last_confidence=last.confidence,
        fingerprint=last.fingerprint,
        best=max(outcomes, default=None),
        answered=not all(one.left_open for one in entries),
        last_open=last.left_open,
    )
