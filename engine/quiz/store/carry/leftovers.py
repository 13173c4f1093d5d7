"""What an undone import would leave: a learner whom it brought, and who has nothing but a place in a book."""

from __future__ import annotations

import json

from engine.quiz.store.carry.checks import SAYS, STATES
from engine.quiz.store.connection import Cursor
from engine.quiz.store.rows import to_json, unpack

_JSON = "value"
_EMPTY = """SELECT id FROM learners AS l WHERE batch IN undone_batches
    AND NOT EXISTS (SELECT 1 FROM attempts_here WHERE learner = l.id)
    AND NOT EXISTS (SELECT 1 FROM predictions_here WHERE learner = l.id)
    AND NOT EXISTS (SELECT 1 FROM drafts WHERE learner = l.id)"""


def put_aside(cursor: Cursor, batch: int) -> None:
    """Put the reading positions and settings of such learners aside, among what redoing the import brings back.

    Who looked at a page as a learner left some, and they alone would keep the learner in every list. Answers,
    predictions and drafts are work: whoever has one of their own since stays.
    """
    for (learner,) in cursor.run(_EMPTY).fetchall():
        for kind in ("readings", "settings"):
            _aside(cursor, batch, learner, kind)


def _aside(cursor: Cursor, batch: int, learner: int, kind: str) -> None:
    columns, name = SAYS[kind], STATES[kind]
    found = cursor.run(f"SELECT {name}, {', '.join(columns)} FROM {kind} WHERE learner = ?", learner).fetchall()
    for named, *values in found:
        said = {
            column: json.loads(unpack(value)) if column == _JSON else unpack(value)
            for column, value in zip(columns, values, strict=True)
        }
        last = cursor.row(
            "SELECT after FROM replaced WHERE batch = ? AND kind = ? AND learner = ? AND name = ? "
            "ORDER BY id DESC LIMIT 1",
            batch,
            kind,
            learner,
            named,
        )  # what redoing puts there before
        cursor.run(
            "INSERT INTO replaced (batch, kind, learner, name, before, after) VALUES (?, ?, ?, ?, ?, ?)",
            batch,
            kind,
            learner,
            named,
            last[0] if last else None,
            to_json(said),
        )
    cursor.run(f"DELETE FROM {kind} WHERE learner = ?", learner)
