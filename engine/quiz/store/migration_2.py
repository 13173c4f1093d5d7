"""Version 2: events that can be carried to another machine and taken back by the import that brought them; settings.

An import is a row of `batches`; the events it brought carry its number. Undoing it appends a row to `batch_turns`;
nothing is deleted. What is left out then, the views say: `answers` and the tables' `…_here`. A later import that brings
such an event again says so in `returned`, and so does whoever does the same thing by hand.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from engine.quiz.store.keys import DerivedKeys, Positions, undo_key
from engine.quiz.store.rows import pack, unpack

if TYPE_CHECKING:
    from sqlite_utils import Database

_NEW_COLUMNS = """
DROP VIEW answers;
DROP TRIGGER attempts_not_changed;
DROP TRIGGER marks_not_changed;
DROP TRIGGER predictions_not_changed;
CREATE TABLE batches (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    source NOT NULL,                             -- name of the file that was read
    counts NOT NULL                              -- JSON: how many rows it brought, by table
);
ALTER TABLE learners ADD COLUMN key;             -- the same on every machine, whatever the name
ALTER TABLE learners ADD COLUMN batch INTEGER REFERENCES batches (id);
ALTER TABLE attempts ADD COLUMN position INTEGER; -- order of events on every machine: _store_keys.py
ALTER TABLE attempts ADD COLUMN batch INTEGER REFERENCES batches (id);
ALTER TABLE marks ADD COLUMN key;
ALTER TABLE marks ADD COLUMN position INTEGER;
ALTER TABLE marks ADD COLUMN batch INTEGER REFERENCES batches (id);
ALTER TABLE predictions ADD COLUMN key;
ALTER TABLE predictions ADD COLUMN position INTEGER;
ALTER TABLE predictions ADD COLUMN batch INTEGER REFERENCES batches (id);
"""

_TABLES = """
CREATE UNIQUE INDEX learners_key ON learners (key);
CREATE UNIQUE INDEX marks_key ON marks (key);
CREATE UNIQUE INDEX predictions_key ON predictions (key);
CREATE INDEX attempts_in_order ON attempts (learner, position, key);
CREATE INDEX predictions_in_order ON predictions (learner, position, key);
CREATE INDEX marks_in_order ON marks (attempt, position, key);
DROP INDEX marks_of_attempt;
DROP INDEX predictions_of_learner;
CREATE TABLE batch_turns (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    batch INTEGER NOT NULL REFERENCES batches (id),
    undone INTEGER NOT NULL CHECK (undone IN (0, 1)),
    at TEXT NOT NULL
);
CREATE INDEX turns_of_batch ON batch_turns (batch);
CREATE TABLE returned (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    batch INTEGER REFERENCES batches (id),       -- NULL: by hand
    kind TEXT NOT NULL,                          -- the event's table
    event NOT NULL                               -- and its key
);
CREATE INDEX returned_events ON returned (kind, event);
CREATE TABLE replaced (                          -- what an import put in the place of what: drafts, readings, settings
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    batch INTEGER NOT NULL REFERENCES batches (id),
    kind TEXT NOT NULL,
    learner INTEGER NOT NULL REFERENCES learners (id),
    name NOT NULL,
    before,                                      -- JSON; NULL: there was nothing
    after NOT NULL                               -- JSON
);
CREATE INDEX replaced_of_batch ON replaced (batch);
CREATE TABLE settings (
    learner INTEGER NOT NULL REFERENCES learners (id),
    name NOT NULL,
    value NOT NULL,                              -- JSON
    at TEXT NOT NULL,
    PRIMARY KEY (learner, name)
);
"""

_NOT_CHANGED = """
CREATE TRIGGER {table}_not_changed BEFORE UPDATE ON {table} BEGIN
    SELECT RAISE(ABORT, '{table} is append-only: a row is never changed');
END;
"""
_NOT_DELETED = """
CREATE TRIGGER {table}_not_deleted BEFORE DELETE ON {table} BEGIN
    SELECT RAISE(ABORT, '{table} is append-only: a row is never deleted');
END;
"""

_HERE = """({row}.batch IS NULL OR {row}.batch NOT IN undone_batches OR EXISTS (
        SELECT 1 FROM returned WHERE kind = '{kind}' AND event = {row}.key
        AND (returned.batch IS NULL OR returned.batch NOT IN undone_batches)))"""

_VIEWS = """
CREATE VIEW undone_batches AS
    SELECT batch FROM batch_turns AS turn
    WHERE undone AND id = (SELECT max(id) FROM batch_turns WHERE batch = turn.batch);
CREATE VIEW attempts_here AS
    SELECT * FROM attempts AS a WHERE {a}
    AND (undoes IS NULL OR EXISTS (SELECT 1 FROM attempts AS t WHERE t.sequence = a.undoes AND {t}));
CREATE VIEW marks_here AS
    SELECT * FROM marks AS m WHERE {m}
    AND EXISTS (SELECT 1 FROM attempts AS a WHERE a.sequence = m.attempt AND {a});
CREATE VIEW predictions_here AS
    SELECT * FROM predictions AS p WHERE {p};
CREATE VIEW answers AS
    SELECT a.*, m.marks, m.recalled,
        EXISTS (SELECT 1 FROM attempts AS u WHERE u.undoes = a.sequence AND {u}) AS undone
    FROM attempts AS a
    LEFT JOIN marks AS m ON m.id = (SELECT k.id FROM marks AS k WHERE k.attempt = a.sequence AND {k}
                                    ORDER BY k.position DESC, k.key DESC LIMIT 1)
    WHERE a.kind = 'answer' AND {a};
CREATE VIEW learners_here AS
    SELECT * FROM learners AS l WHERE l.batch IS NULL OR l.batch NOT IN undone_batches
    OR EXISTS (SELECT 1 FROM attempts_here WHERE learner = l.id)
    OR EXISTS (SELECT 1 FROM predictions_here WHERE learner = l.id)
    OR EXISTS (SELECT 1 FROM drafts WHERE learner = l.id)
    OR EXISTS (SELECT 1 FROM readings WHERE learner = l.id)
    OR EXISTS (SELECT 1 FROM settings WHERE learner = l.id);
"""


def here(row: str, kind: str) -> str:
    """Return the condition that a row of an event table counts: no import brought it, or one that is not undone."""
    return _HERE.format(row=row, kind=kind)


def carrying_and_settings(db: Database) -> None:
    """Version 2."""
    db.executescript(_NEW_COLUMNS)
    _name_the_learners(db)
    _name_the_attempts(db)
    _name_the_marks(db)
    _name_the_predictions(db)
    db.executescript(_TABLES)
    tables = {"a": "attempts", "t": "attempts", "u": "attempts", "m": "marks", "k": "marks", "p": "predictions"}
    db.executescript(_VIEWS.format(**{row: here(row, kind) for row, kind in tables.items()}))
    for table in ("attempts", "marks", "predictions", "batches", "batch_turns", "returned", "replaced"):
        db.executescript(_NOT_CHANGED.format(table=table))
    for table in ("batches", "batch_turns", "returned", "replaced"):
        db.executescript(_NOT_DELETED.format(table=table))


def _name_the_learners(db: Database) -> None:
    keys = DerivedKeys()
    for number, folded, since in db.execute("SELECT id, folded, since FROM learners ORDER BY id").fetchall():
        db.execute("UPDATE learners SET key = ? WHERE id = ?", [keys.of("learner", unpack(folded), since), number])


def _name_the_attempts(db: Database) -> None:
    positions, taken = Positions(), {unpack(key) for (key,) in db.execute("SELECT key FROM attempts")}
    rows = db.execute(
        "SELECT a.sequence, a.learner, a.at, a.key, t.key FROM attempts a "
        "LEFT JOIN attempts t ON t.sequence = a.undoes ORDER BY a.sequence"
    ).fetchall()
    for sequence, learner, at, key, undone in rows:
        if undone is not None:
            key = undo_key(unpack(undone))
            while key in taken:  # somebody's answer has it
                key += "'"
            key = pack(key)
        db.execute(
            "UPDATE attempts SET position = ?, key = ? WHERE sequence = ?", [positions.of(learner, at), key, sequence]
        )


def _name_the_marks(db: Database) -> None:
    keys, positions = DerivedKeys(), Positions()
    rows = db.execute(
        "SELECT m.id, m.attempt, a.key, m.marks, m.recalled, m.at FROM marks m "
        "JOIN attempts a ON a.sequence = m.attempt ORDER BY m.id"
    ).fetchall()
    for number, attempt, of, marks, recalled, at in rows:
        db.execute(
            "UPDATE marks SET key = ?, position = ? WHERE id = ?",
            [keys.of("mark", unpack(of), json.loads(unpack(marks)), recalled, at), positions.of(attempt, at), number],
        )


def _name_the_predictions(db: Database) -> None:
    keys, positions = DerivedKeys(), Positions()
    rows = db.execute(
        "SELECT id, learner, topic, experiment, choice, was_right, at FROM predictions ORDER BY id"
    ).fetchall()
    for number, learner, topic, experiment, choice, was_right, at in rows:
        db.execute(
            "UPDATE predictions SET key = ?, position = ? WHERE id = ?",
            [
                keys.of("prediction", unpack(topic), unpack(experiment), choice, was_right, at),
                positions.of(learner, at),
                number,
            ],
        )
