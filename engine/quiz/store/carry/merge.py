"""What an import does to the database: compare, bring, take back.

An event is known by its key: one that is here already is not brought again. A draft, a reading position or a setting is
known by learner and name: the newest counts, and what it replaces is kept for undoing (`replaced`).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.quiz.store.carry.checks import SAYS, STATES, short
from engine.quiz.store.carry.reading import Aside, Carried, Event, State
from engine.quiz.store.carry.who import found_here, keys_to_keep
from engine.quiz.store.connection import Cursor
from engine.quiz.store.keys import canonical
from engine.quiz.store.migration_2 import here
from engine.quiz.store.names import folded
from engine.quiz.store.rows import Learner, pack, stamp, to_json, unpack

EVENTS = ("attempts", "marks", "predictions")
_JSON = ("machine", "marks", "value")
_AT_ONCE = 500  # keys that one query asks for


@dataclass(frozen=True)
class Rows:
    """What becomes of the rows of one table: `new` ones are brought, `back` ones were brought by an import that was
    undone and come back, `here` ones are here already."""

    table: str
    new: int
    back: int
    here: int


@dataclass(frozen=True)
class Match:
    """A learner of the file and who that is here; `here` is None where the learner is new and will be added."""

    name: str
    here: Learner | None


@dataclass
class Plan:
    """What an import would do.

    Attributes:
        rows: by table, tables that the file has rows of.
        learners: who is who.
        aside: rows that are not brought, and why.
        unknown: ids of questions that this app does not have (its content may be older), with the number of answers.
        version: of the file's format.
        written: when the file was written, as it says.
        carried, into: what is brought, and the learner whom everything is given to (None: by name).
    """

    rows: tuple[Rows, ...]
    learners: tuple[Match, ...]
    aside: tuple[Aside, ...]
    unknown: dict[str, int]
    version: int
    written: str
    carried: Carried = field(repr=False)
    into: int | None = None

    @property
    def changes(self) -> int:
        """How many rows the import would bring."""
        return sum(one.new + one.back for one in self.rows)

    @property
    def adds(self) -> bool:
        """Whether there is anything to do."""
        return self.changes > 0


@dataclass(frozen=True)
class Batch:
    """An import that was done.

    Attributes:
        counts: how many rows it brought, by table.
        source: the file's name.
        undone: whether it was undone.
    """

    id: int
    at: datetime
    source: str
    counts: dict[str, int]
    undone: bool


class Comparison:
    """The rows of a file, compared with what is here.

    Args:
        cursor: of the transaction or the reading in which the comparison holds.
        carried: what the file brings.
        into: id of the learner whom everything is given to; None: by name.
    """

    def __init__(self, cursor: Cursor, carried: Carried, into: int | None) -> None:
        self._cursor, self._carried = cursor, carried
        self.who = found_here(cursor, carried, into)
        self.new: list[Event] = []
        self.back: list[Event] = []
        self.fresh: list[tuple[State, str | bytes | None]] = []  # and what each replaces, packed JSON
        self.counts: Counter[tuple[str, str]] = Counter()
        self.aside: dict[str, Aside] = {}
        self._conflicts: set[str] = set()  # keys of attempts that are something else here
        for kind in EVENTS:
            self._events(kind)
        for state in carried.states:
            self._state(state)
        if into is None and (self.new or self.back or self.fresh):  # a key alone is nothing to bring
            for state in keys_to_keep(cursor, carried, self.who):
                self._state(state)
        for kind, count in carried.repeated.items():
            self.counts[kind, "here"] += count

    def added(self) -> list[int]:
        """Return the learners to add: whoever is not here and either has something new or nothing in the file."""
        bringing = {event.learner for event in self.new} | {state.learner for state, _ in self.fresh}
        owning = {event.learner for event in self._carried.events} | {one.learner for one in self._carried.states}
        return [
            number for number, one in self.who.items() if one is None and (number in bringing or number not in owning)
        ]

    def _events(self, kind: str) -> None:
        events = [event for event in self._carried.events if event.kind == kind]
        for start in range(0, len(events), _AT_ONCE):
            some = events[start : start + _AT_ONCE]
            known = self._known(kind, [event.key for event in some])
            for event in some:
                self._event(event, known.get(event.key))

    def _known(self, kind: str, keys: list[str]) -> dict[str, tuple[bool, str, tuple[Any, ...]]]:
        """Return whether each event that is here counts, the key of what it is about, and what it says."""
        of = {"attempts": "undoes", "marks": "attempt"}.get(kind, "NULL")
        found = self._cursor.run(
            f"SELECT e.key, {here('e', kind)}, (SELECT key FROM attempts WHERE sequence = e.{of}), "
            f"{', '.join('e.' + column for column in SAYS[kind])} FROM {kind} AS e "
            f"WHERE e.key IN ({', '.join('?' * len(keys))})".replace("e.NULL", "NULL"),
            *keys,
        )
        return {
            unpack(key): (bool(counts), "" if about is None else unpack(about), tuple(says))
            for key, counts, about, *says in found
        }

    def _event(self, event: Event, known: tuple[bool, str, tuple[Any, ...]] | None) -> None:
        if event.of in self._conflicts:
            self._refuse(event, "about an answer that was set aside")
        elif known is None:
            self.new.append(event)
            self.counts[event.kind, "new"] += 1
        elif event.says.get("kind") != "undo" and (known[1] != event.of or not _same(event, known[2])):
            if event.kind == "attempts":
                self._conflicts.add(event.key)
            self._refuse(event, "a key that belongs to something else here")
        elif known[0]:
            self.counts[event.kind, "here"] += 1
        else:
            self.back.append(event)
            self.counts[event.kind, "back"] += 1

    def _refuse(self, event: Event, rule: str) -> None:
        first = self.aside.get(event.kind + rule)
        self.aside[event.kind + rule] = Aside(
            event.kind,
            first.says if first else f"{rule}: {short(event.key)}",
            first.count + 1 if first else 1,
            first.line if first else event.line,
        )

    def _state(self, state: State) -> None:
        owner, name = self.who[state.learner], STATES[state.kind]
        row = None
        if owner:
            row = self._cursor.row(
                f"SELECT {', '.join(SAYS[state.kind])} FROM {state.kind} WHERE learner = ? AND {name} = ?",
                owner.id,
                state.name,
            )
        now = _unpacked(state.kind, row) if row else None
        newer = now is None or (now["at"], canonical(now)) < (state.says["at"], canonical(state.says))
        if newer and state.kind == "drafts" and owner and self._answered_since(owner.id, state):
            newer = False
        self.counts[state.kind, "new" if newer else "here"] += 1
        if newer:
            self.fresh.append((state, None if now is None else to_json(now)))

    def _answered_since(self, learner: int, draft: State) -> bool:
        """Tell whether an answer to its question was given after a draft was left: then nobody waits for it."""
        return (
            self._cursor.row(
                "SELECT 1 FROM answers WHERE learner = ? AND question = ? AND at >= ? LIMIT 1",
                learner,
                draft.name,
                draft.says["at"],
            )
            is not None
        )


def plan(cursor: Cursor, carried: Carried, into: int | None) -> Plan:
    """Say what an import would do; nothing is written."""
    found = Comparison(cursor, carried, into)
    added = found.added()
    new = Counter({("learners", "new"): len(added), ("learners", "here"): len(carried.learners) - len(added)})
    counts = new + found.counts
    tables = [
        table
        for table in ("learners", *EVENTS, *STATES)
        if any(counts[table, what] for what in ("new", "back", "here"))
    ]
    return Plan(
        rows=tuple(Rows(table, *(counts[table, what] for what in ("new", "back", "here"))) for table in tables),
        learners=tuple(
            Match(one.name, found.who[number])
            for number, one in carried.learners.items()
            if found.who[number] or number in added
        ),
        aside=tuple(sorted((*carried.aside, *found.aside.values()), key=lambda one: one.line)),
        unknown=dict(carried.unknown),
        version=carried.version,
        written=carried.at,
        carried=carried,
        into=into,
    )


def bring(cursor: Cursor, carried: Carried, into: int | None, source: str) -> int | None:
    """Bring what is not here yet, as one batch.

    Args:
        cursor: of the transaction, in which nothing was read yet.
        carried, into: as in the plan; it is compared anew, for somebody else may have written meanwhile.
        source: name of the file.

    Returns:
        The number of the batch; None where there was nothing to bring: then nothing was written.
    """
    cursor.run("DELETE FROM drafts WHERE 0")  # takes the write lock: what is compared stays so
    found = Comparison(cursor, carried, into)
    added = found.added()
    found.counts["learners", "new"] += len(added)
    brought: Counter[str] = Counter()
    for (table, what), count in found.counts.items():
        brought[table] += count if what != "here" else 0
    if not brought.total():
        return None
    batch = int(
        cursor.run(
            "INSERT INTO batches (at, source, counts) VALUES (?, ?, ?)", stamp(), source, to_json(dict(+brought))
        ).lastrowid
        or 0
    )
    owners = {number: one.id for number, one in found.who.items() if one}
    for number in added:
        one = carried.learners[number]
        owners[number] = int(
            cursor.run(
                "INSERT INTO learners (name, folded, since, key, batch) VALUES (?, ?, ?, ?, ?)",
                one.name,
                folded(one.name),
                one.since,
                one.key,
                batch,
            ).lastrowid
            or 0
        )
    _write(cursor, found, owners, batch)
    return batch


def _write(cursor: Cursor, found: Comparison, owners: dict[int, int], batch: int) -> None:
    for kind, values in (("attempts", _attempt), ("marks", _mark), ("predictions", _prediction)):
        events = [event for event in found.new if event.kind == kind]
        cursor.many(_INSERT[kind], (values(event, owners.get(event.learner, 0), batch) for event in events))
    cursor.many(
        "INSERT INTO returned (batch, kind, event) VALUES (?, ?, ?)",
        ((batch, event.kind, event.key) for event in found.back),
    )
    for state, before in found.fresh:
        _put(cursor, state.kind, owners[state.learner], state.name, state.says)
        cursor.run(
            "INSERT INTO replaced (batch, kind, learner, name, before, after) VALUES (?, ?, ?, ?, ?, ?)",
            batch,
            state.kind,
            owners[state.learner],
            state.name,
            before,
            to_json(state.says),
        )


def turn(cursor: Cursor, batch: int, undone: bool) -> bool:
    """Undo an import, or do an undone one again; return whether there was anything to do."""
    done = (
        cursor.run(
            "INSERT INTO batch_turns (batch, undone, at) SELECT id, ?, ? FROM batches WHERE id = ? "
            "AND (id IN undone_batches) <> ?",
            int(undone),
            stamp(),
            batch,
            int(undone),
        ).rowcount
        > 0
    )
    if done:
        rows = cursor.run(
            "SELECT kind, learner, name, before, after FROM replaced WHERE batch = ? ORDER BY id", batch
        ).fetchall()
        for kind, learner, name, before, after in rows:
            was, becomes = (after, before) if undone else (before, after)
            _swap(cursor, kind, learner, unpack(name), was, becomes)
    return done


def _swap(cursor: Cursor, kind: str, learner: int, name: str, was: object, becomes: object) -> None:
    """Put one state in another's place, unless somebody wrote a third one since."""
    row = cursor.row(
        f"SELECT {', '.join(SAYS[kind])} FROM {kind} WHERE learner = ? AND {STATES[kind]} = ?", learner, name
    )
    if (_unpacked(kind, row) if row else None) != (None if was is None else json.loads(unpack(was))):
        return
    if becomes is None:
        cursor.run(f"DELETE FROM {kind} WHERE learner = ? AND {STATES[kind]} = ?", learner, name)
    else:
        _put(cursor, kind, learner, name, json.loads(unpack(becomes)))


def _put(cursor: Cursor, kind: str, learner: int, name: str, says: dict[str, Any]) -> None:
    columns = ("learner", STATES[kind], *SAYS[kind])
    cursor.run(
        f"INSERT OR REPLACE INTO {kind} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",
        learner,
        name,
        *(to_json(says[column]) if column in _JSON else says[column] for column in SAYS[kind]),
    )


def _unpacked(kind: str, row: tuple[Any, ...]) -> dict[str, Any]:
    """Return what a state says as the file would."""
    return {
        column: json.loads(unpack(value)) if column in _JSON else unpack(value) if isinstance(value, bytes) else value
        for column, value in zip(SAYS[kind], row, strict=True)
    }


def _same(event: Event, row: tuple[Any, ...]) -> bool:
    """Tell whether an event of the file says what a row here says."""
    for column, stored in zip(SAYS[event.kind], row, strict=True):
        said = event.says[column]
        if column in _JSON:
            if to_json(said) != stored and canonical(said) != canonical(json.loads(unpack(stored))):
                return False
        elif isinstance(said, str):
            if pack(said) != stored and canonical(said) != canonical(unpack(stored)):
                return False  # in JSON two lone surrogates that follow each other are the character they would make
        elif said != stored:
            return False
    return True


_INSERT = {
    "attempts": "INSERT INTO attempts (kind, topic, question, fingerprint, answer, machine, confidence, hint_used, "
    "seconds, at, key, learner, position, batch, correct, undoes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
    "?, ?, ?, ?, (SELECT sequence FROM attempts WHERE key = ?)) ON CONFLICT (undoes) "
    "WHERE undoes IS NOT NULL DO NOTHING",
    "marks": "INSERT INTO marks (marks, recalled, at, key, position, batch, attempt) VALUES (?, ?, ?, ?, ?, ?, "
    "(SELECT sequence FROM attempts WHERE key = ?))",
    "predictions": "INSERT INTO predictions (topic, experiment, choice, was_right, at, key, learner, position, batch) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
}


def _attempt(event: Event, learner: int, batch: int) -> tuple[Any, ...]:
    correct = (event.says["machine"] or {}).get("correct")
    return (
        *_values(event),
        event.key,
        learner,
        event.position,
        batch,
        int(correct) if isinstance(correct, bool) else None,
        event.of or None,
    )


def _mark(event: Event, learner: int, batch: int) -> tuple[Any, ...]:
    return (*_values(event), event.key, event.position, batch, event.of)


def _prediction(event: Event, learner: int, batch: int) -> tuple[Any, ...]:
    return (*_values(event), event.key, learner, event.position, batch)


def _values(event: Event) -> Iterator[Any]:
    for column in SAYS[event.kind]:
        value = event.says[column]
        yield to_json(value) if column in _JSON and value is not None else value
