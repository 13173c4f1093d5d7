"""Print a database of the current version as SQL, to freeze it: `python -m tests.quiz.data.freeze > version_N.sql`.

Run it once, when a version is released; the file is never made again. tests/quiz/test_store_migrations.py opens every
frozen version with the app as it is and expects the learners below to find everything again. export_1.jsonl is the
export of version_1.sql by the app of that version.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from engine.quiz.store.store import Store

HOSTILE = "NUL \0, lone \ud800, <b>&\"' $\\lambda$ λ"


def fill(store: Store) -> None:
    """Write a little of everything."""
    noor, jo = store.add_learner("Noor"), store.add_learner("Zoë Ångström")
    for number, (question, correct) in enumerate([("4.q1", True), ("4.q2", False), ("4.q1", None), ("4.q3", True)]):
        attempt = store.add_attempt(
            f"key-{number}",
            noor.id,
            "clustering",
            question,
            "0123456789abcdef",
            f"answer {number}",
            {"correct": correct, "points": ["present"]},
            number + 1,
            number == 2,
            1.5 * number,
            datetime(2026, 1, 2, 3, 4, number, tzinfo=UTC),
        )
        store.add_marks(attempt.id, {"0": number > 0}, number != 1)
    store.add_marks(1, {"0": True}, True)
    store.undo_last(noor.id)
    store.add_attempt("hostile", jo.id, "linear_regression", "2.q1", "fedcba9876543210", HOSTILE, {}, 2, False, 60.0)
    store.save_draft(jo.id, "2.q2", f"draft {HOSTILE}", 12)
    store.add_prediction(noor.id, "clustering", "lloyd", 2, True)
    store.add_prediction(noor.id, "clustering", "inits", None, None)
    store.save_setting(noor.id, "wishes", {"retention": 0.85, "exam": None})
    store.save_reading(jo.id, "linear_regression", "worked-example")
    plan = store.plan_import(Path(__file__).with_name("export_1.jsonl").read_bytes())
    batch = store.import_plan(plan, "export_1.jsonl")
    assert batch is not None
    store.undo_import(batch.id)


def as_sql(path: Path) -> str:
    """Return a database as SQL, with the two numbers that a dump leaves out."""
    with closing(sqlite3.connect(path)) as connection:
        pragmas = [
            f"PRAGMA {name} = {connection.execute(f'PRAGMA {name}').fetchone()[0]};"
            for name in ("application_id", "user_version")
        ]
        return "\n".join([*connection.iterdump(), *pragmas]) + "\n"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "grimoire.db"
        with Store.open(path) as store:
            fill(store)
        sys.stdout.write(as_sql(path))
