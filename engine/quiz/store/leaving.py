"""Deleting a learner: the one time that rows leave the log. Nothing but a backup brings them back."""

from __future__ import annotations

from engine.quiz.store.connection import Cursor

_OF_EVENTS = " OR ".join(
    f"(kind = '{kind}' AND event IN (SELECT key FROM {kind} WHERE {whose}))"
    for kind, whose in (
        ("attempts", "learner = ?1"),
        ("marks", "attempt IN (SELECT sequence FROM attempts WHERE learner = ?1)"),
        ("predictions", "learner = ?1"),
    )
)
_ROWS = (  # those first that point to others
    f"DELETE FROM returned WHERE {_OF_EVENTS}",
    "DELETE FROM marks WHERE attempt IN (SELECT sequence FROM attempts WHERE learner = ?1)",
    *(
        f"DELETE FROM {table} WHERE learner = ?1"
        for table in ("attempts", "predictions", "readings", "settings", "replaced")
    ),
)


def delete(cursor: Cursor, learner: int) -> bool:
    """Delete a learner and everything of theirs in one transaction; return whether there was such a learner.

    The log's guards against deletion are put aside for it and are there again when it is committed. What is deleted is
    overwritten, so that what is read from a damaged file later does not hold it.
    """
    cursor.run("DELETE FROM drafts WHERE learner = ?", learner)  # takes the write lock
    guards = cursor.run(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND substr(name, -12) = '_not_deleted'"
    ).fetchall()
    cursor.run("PRAGMA secure_delete = ON").fetchall()
    for name, _ in guards:
        cursor.run(f"DROP TRIGGER {name}")
    for statement in _ROWS:
        cursor.run(statement, learner)
    gone = cursor.run("DELETE FROM learners WHERE id = ?", learner).rowcount
    for _, sql in guards:
        cursor.run(sql)
    cursor.run("PRAGMA secure_delete = OFF").fetchall()
    return gone > 0
