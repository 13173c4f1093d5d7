"""Who the learners of a file are here: by name, or by what a machine that they learned on calls them.

A learner who was matched by name has another key on the other machine. It is kept as a setting, `key.` and the key, so
that a renaming on either side makes no second learner; exports carry it, so that a third machine knows it, too.
"""

from __future__ import annotations

from engine.quiz.store.carry.reading import Carried, State
from engine.quiz.store.connection import Cursor
from engine.quiz.store.names import folded
from engine.quiz.store.rows import Learner, unpack

KEY = "key."


def found_here(cursor: Cursor, carried: Carried, into: int | None) -> dict[int, Learner | None]:
    """Return who each learner of a file is here, None for who is new.

    Args:
        cursor: of the transaction or the reading.
        carried: what the file brings.
        into: id of the learner whom everything is given to; None: by name, or by key where they were renamed.
    """
    return {number: _found(cursor, carried, number, into) for number in carried.learners}


def _found(cursor: Cursor, carried: Carried, number: int, into: int | None) -> Learner | None:
    if into is not None:
        row = cursor.row("SELECT id, name FROM learners WHERE id = ?", into)
    else:
        name = folded(carried.learners[number].name)
        row = cursor.row("SELECT id, name FROM learners WHERE folded = ?", name)
        for key in () if row else _keys(carried, number):  # renamed since
            row = row or cursor.row(
                "SELECT id, name FROM learners WHERE key = ? OR id IN (SELECT learner FROM settings WHERE name = ?)",
                key,
                KEY + key,
            )
    return Learner(row[0], unpack(row[1])) if row else None


def _keys(carried: Carried, number: int) -> list[str]:
    """Return what the file knows a learner by."""
    mine = [one.name for one in carried.states if one.kind == "settings" and one.learner == number]
    return [carried.learners[number].key, *(name.removeprefix(KEY) for name in mine if name.startswith(KEY))]


def keys_to_keep(cursor: Cursor, carried: Carried, who: dict[int, Learner | None]) -> list[State]:
    """Return the keys of learners who were matched by name, as settings to bring with the rest."""
    kept = []
    for number, here in who.items():
        one = carried.learners[number]
        if here and cursor.row("SELECT key FROM learners WHERE id = ? AND key <> ?", here.id, one.key):
            kept.append(State("settings", number, KEY + one.key, {"value": True, "at": one.since}))
    return kept
