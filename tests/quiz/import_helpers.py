"""What the tests of importing share: databases by name, random logs, and what has to be equal in the end."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from engine.quiz.store.carry.merge import Batch, Plan
from engine.quiz.store.store import Store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DATA = Path(__file__).parent / "data"


def carry(data: bytes, store: Store, **how: Any) -> Plan:
    """Import a file; return the plan it was imported by."""
    plan = store.plan_import(data, **how)
    store.import_plan(plan, "carried.jsonl")
    return plan


def brought(batch: Batch | None) -> int:
    """Return the number of an import that brought something."""
    assert batch is not None
    return batch.id


def dump(path: Path) -> str:
    """Return a database as SQL."""
    with closing(sqlite3.connect(path)) as connection:
        return "\n".join(connection.iterdump())


def said(data: bytes) -> list[dict[str, Any]]:
    """Return the rows of an export without what only this file calls them: numbers, and when it was written."""
    rows = [json.loads(line) for line in data.splitlines()][1:]
    names = {row["id"]: row["name"] for row in rows if row["table"] == "learners"}
    keys = {row["sequence"]: row["key"] for row in rows if row["table"] == "attempts"}
    clean = []
    for row in rows:
        row["learner"] = names.get(row.get("learner"))
        row["undoes"], row["attempt"] = keys.get(row.get("undoes")), keys.get(row.get("attempt"))
        if row.get("kind") == "undo":  # two machines may undo the same answer, each at its own time
            row["at"] = row["position"] = None
        for number in ("id", "sequence"):
            row.pop(number, None)
        clean.append(row)
    return sorted(clean, key=lambda row: json.dumps(row, sort_keys=True))


def standing(store: Store) -> dict[str, Any]:
    """Return what a learner sees, by name, without local numbers."""
    seen = {}
    for learner in store.learners():
        attempts = [replace(one, id=0, learner=0) for one in store.attempts(learner.id, undone=True)]
        predictions = [replace(one, id=0, learner=0) for one in store.predictions(learner.id)]
        seen[learner.name] = (attempts, store.progress(learner.id), predictions)
    return seen


def line(table: str, **changed: Any) -> dict[str, Any]:
    """Return a row of an export, of which only what matters has to be said."""
    at = NOON.isoformat()
    rows: dict[str, dict[str, Any]] = {
        "learners": {"id": 1, "name": "Noor", "folded": "noor", "since": at, "key": "L"},
        "attempts": {
            "sequence": 1,
            "key": "k",
            "kind": "answer",
            "learner": 1,
            "undoes": None,
            "topic": "clustering",
            "question": "4.q1",
            "fingerprint": "f",
            "correct": 1,
            "confidence": 3,
            "hint_used": 0,
            "seconds": 1.5,
            "at": at,
            "machine": {"correct": True},
            "answer": "text",
            "position": 5,
        },
        "marks": {"id": 1, "attempt": 1, "marks": {}, "recalled": 1, "at": at, "key": "m", "position": 5},
        "predictions": {
            "id": 1,
            "learner": 1,
            "topic": "clustering",
            "experiment": "lloyd",
            "choice": 1,
            "was_right": 0,
            "at": at,
            "key": "p",
            "position": 5,
        },
        "drafts": {"learner": 1, "question": "4.q2", "text": "half", "seconds": 2.0, "at": at},
        "readings": {"learner": 1, "topic": "clustering", "anchor": "worked", "at": at},
        "settings": {"learner": 1, "name": "wishes", "value": {"retention": 0.9}, "at": at},
    }
    return {"table": table, **rows[table], **changed}


def undo_line(**changed: Any) -> dict[str, Any]:
    """Return the row that takes back the answer of `line`."""
    nothing = dict.fromkeys(("fingerprint", "correct", "confidence", "hint_used", "seconds", "machine", "answer"))
    return line("attempts", **nothing, **{"sequence": 2, "key": "undo:k", "kind": "undo", "undoes": 1, **changed})


def export(*rows: object, version: object = 2) -> bytes:
    """Return a file of these rows."""
    lines = [
        {"format": "living-grimoire", "version": version, "schema": 2, "at": NOON.isoformat(), "learner": None},
        *rows,
    ]
    return "".join(json.dumps(one) + "\n" for one in lines).encode()


def everything() -> list[dict[str, Any]]:
    """Return one row of each table."""
    return [
        line("learners"),
        line("attempts"),
        undo_line(),
        line("marks"),
        line("predictions"),
        line("drafts"),
        line("readings"),
        line("settings"),
    ]


Steps = list[tuple[str, int, int]]

# A step of somebody's work: what they did, and how their clock jumped before, in minutes.
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["answer", "answer", "answer", "mark", "undo", "predict", "draft", "read", "set"]),
        st.integers(0, 3),
        st.sampled_from([0, 1, 5, -300, 2000]),
    ),
    max_size=12,
)


def work(store: Store, name: str, machine: str, steps: Steps, start: datetime = NOON) -> None:
    """Do somebody's work on one machine."""
    learner = next((one for one in store.learners() if one.name == name), None) or store.add_learner(name)
    at = start
    for number, (what, which, jump) in enumerate(steps):
        at += timedelta(minutes=jump)
        question = f"4.q{which}"
        if what == "answer":
            store.add_attempt(
                f"{machine}{name}{start.minute}-{number}",
                learner.id,
                "clustering",
                question,
                "f",
                f"{machine} {number} λ\0\ud800",
                {"correct": [True, False, None][which % 3]},
                1 + which,
                which == 2,
                1.5 * number,
                at,
            )
        elif what == "mark" and (mine := store.attempts(learner.id, undone=True)):
            store.add_marks(mine[which % len(mine)].id, {"0": bool(which % 2)}, [True, False, None][which % 3])
        elif what == "undo":
            store.undo_last(learner.id)
        elif what == "predict":
            store.add_prediction(learner.id, "clustering", f"e{which}", which, [True, False, None][which % 3])
        elif what == "draft":
            store.save_draft(learner.id, question, f"{machine} draft {number}", number)
        elif what == "read":
            store.save_reading(learner.id, "clustering", f"{machine}{number}")
        elif what == "set":
            store.save_setting(learner.id, "wishes", {"retention": which / 10, "exam": None})
