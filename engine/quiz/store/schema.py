"""The tables, and the numbered steps that lead to them from every earlier version.

A step is never edited once it was released: a file of that version exists somewhere. Add a step, add a frozen file of
the version before it to tests/quiz/data/.

Text columns have no declared type. They hold text where SQLite can, and bytes where it cannot (_store_rows.pack).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from engine.quiz.store.migration_2 import carrying_and_settings

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations

# "Grim": tells our files from any other application's SQLite file (PRAGMA application_id).
APPLICATION = 0x4772696D

Step = Callable[["Database"], None]

_APPEND_ONLY = """
CREATE TRIGGER {table}_not_changed BEFORE UPDATE ON {table} BEGIN
    SELECT RAISE(ABORT, '{table} is append-only: a row is never changed');
END;
CREATE TRIGGER {table}_not_deleted BEFORE DELETE ON {table} BEGIN
    SELECT RAISE(ABORT, '{table} is append-only: a row is never deleted');
END;
"""

_LOG = """
CREATE TABLE learners (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name NOT NULL,
    folded NOT NULL UNIQUE,  -- the name without case: what makes two names the same
    since TEXT NOT NULL
);
CREATE TABLE attempts (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,  -- the order of events; clocks may go back, this may not
    key NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('answer', 'undo')),
    learner INTEGER NOT NULL REFERENCES learners (id),
    undoes INTEGER REFERENCES attempts (sequence),
    topic NOT NULL,
    question NOT NULL,
    fingerprint,
    correct INTEGER CHECK (correct IN (0, 1)),   -- machine's "correct", so that progress need not parse JSON
    confidence INTEGER CHECK (confidence BETWEEN 1 AND 4),
    hint_used INTEGER CHECK (hint_used IN (0, 1)),
    seconds REAL,
    at TEXT NOT NULL,                            -- UTC, ISO 8601
    machine,                                     -- JSON
    answer,                                      -- last: a long one need not be read for what stands before it
    CHECK ((kind = 'undo') = (undoes IS NOT NULL)),
    CHECK (kind = 'undo' OR (fingerprint IS NOT NULL AND answer IS NOT NULL AND machine IS NOT NULL
           AND confidence IS NOT NULL AND hint_used IS NOT NULL AND seconds IS NOT NULL))
);
CREATE INDEX attempts_of_learner ON attempts (learner, question);
CREATE UNIQUE INDEX attempts_undone_once ON attempts (undoes) WHERE undoes IS NOT NULL;
CREATE TABLE marks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    attempt INTEGER NOT NULL REFERENCES attempts (sequence),
    marks NOT NULL,                              -- JSON
    recalled INTEGER CHECK (recalled IN (0, 1)),
    at TEXT NOT NULL
);
CREATE INDEX marks_of_attempt ON marks (attempt);
CREATE VIEW answers AS
    SELECT a.*, m.marks, m.recalled, u.sequence IS NOT NULL AS undone
    FROM attempts a
    LEFT JOIN attempts u ON u.undoes = a.sequence
    LEFT JOIN marks m ON m.id = (SELECT max(id) FROM marks WHERE attempt = a.sequence)
    WHERE a.kind = 'answer';
"""

_AROUND_IT = """
CREATE TABLE predictions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    learner INTEGER NOT NULL REFERENCES learners (id),
    topic NOT NULL,
    experiment NOT NULL,
    choice INTEGER,                              -- NULL: skipped
    was_right INTEGER CHECK (was_right IN (0, 1)),
    at TEXT NOT NULL
);
CREATE INDEX predictions_of_learner ON predictions (learner);
CREATE TABLE drafts (
    learner INTEGER NOT NULL REFERENCES learners (id),
    question NOT NULL,
    text NOT NULL,
    seconds REAL NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (learner, question)
);
CREATE TABLE readings (
    learner INTEGER NOT NULL REFERENCES learners (id),
    topic NOT NULL,
    anchor NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (learner, topic)
);
"""


def the_log_and_what_lies_around_it(db: Database) -> None:
    """Version 1."""
    db.executescript(_LOG)
    db.executescript(_AROUND_IT)
    for table in ("attempts", "marks", "predictions"):
        db.executescript(_APPEND_ONLY.format(table=table))
    db.execute(f"PRAGMA application_id = {APPLICATION}")


STEPS: tuple[Step, ...] = (the_log_and_what_lies_around_it, carrying_and_settings)


def migrations(steps: Sequence[Step]) -> Migrations:
    """Return the steps as migrations of sqlite-utils; step number n leaves `PRAGMA user_version` at n."""
    from sqlite_utils import Migrations

    numbered = Migrations("grimoire")
    for version, step in enumerate(steps, 1):
        numbered(name=f"{version:03d}_{step.__name__}")(_numbered(version, step))
    return numbered


def _numbered(version: int, step: Step) -> Step:
    def apply(db: Database) -> None:
        step(db)
        db.execute(f"PRAGMA user_version = {version}")

    return apply
