"""A learner who leaves takes everything along, and nothing of anybody else; only the backup brings it back."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from engine.errors import StoreError
from engine.quiz.store.faults import NotFound
from engine.quiz.store.rescue.rescue import restore
from engine.quiz.store.store import Store
from tests.quiz.store_helpers import answer, other

SECRET = "what nobody else may read"


def everything(store: Store, name: str) -> int:
    """Add a learner who has left a row in every table; return the id."""
    one = store.add_learner(name)
    for number in range(3):
        store.add_marks(answer(store, one, f"{name}-{number}", answer=f"{SECRET} {name}").id, {"points": [True]}, True)
    store.undo_last(one.id)
    store.save_draft(one.id, "4.q1", f"{SECRET} {name}")
    store.add_prediction(one.id, "clustering", "lloyd", 1, True)
    store.save_reading(one.id, "clustering", "intuition")
    store.save_setting(one.id, "wishes", {"new": 3})
    return one.id


def of(store: Store, learner: int) -> tuple[object, ...]:
    return (
        store.attempts(learner, undone=True),
        store.drafts(learner),
        store.predictions(learner),
        store.readings(learner),
        store.setting(learner, "wishes"),
    )


def test_everything_of_one_goes_and_nothing_of_another(path: Path) -> None:
    with Store.open(path) as store:
        ada, ben = everything(store, "Ada"), everything(store, "Ben")
        kept = of(store, ben)
        copy = store.delete_learner(ada)
        assert [one.name for one in store.learners()] == ["Ben"]
        assert of(store, ben) == kept
        assert of(store, ada) == ([], {}, [], {}, None)
        assert store.check() == []
        with other(path) as connection:
            for table in ("attempts", "predictions", "drafts", "readings", "settings", "replaced"):
                assert connection.execute(f"SELECT count(*) FROM {table} WHERE learner = ?", [ada]).fetchone() == (0,)
            assert connection.execute("SELECT count(*) FROM marks").fetchone() == (3,)
    assert f"{SECRET} Ada".encode() not in path.read_bytes()  # not even where rows have been
    restore(path, copy)
    with Store.open(path) as store:
        assert [one.name for one in store.learners()] == ["Ada", "Ben"]
        assert len(store.attempts(ada)) == 2


def test_the_log_is_append_only_afterwards_as_before(path: Path) -> None:
    with Store.open(path) as store:
        with other(path) as connection:
            before = connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
        ada, ben = everything(store, "Ada"), store.add_learner("Ben")
        answer(store, ben, "ben")
        store.delete_learner(ada)
        with other(path) as connection:
            assert connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall() == before
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute("DELETE FROM attempts")


def test_who_is_not_there_cannot_be_deleted(path: Path) -> None:
    with Store.open(path) as store:
        ada = everything(store, "Ada")
        with pytest.raises(NotFound):
            store.delete_learner(ada + 1)
        assert len(store.attempts(ada)) == 2
        assert not (path.parent / "backups").exists()


def test_without_a_backup_nothing_is_deleted(path: Path) -> None:
    (path.parent / "backups").write_text("no folder")
    with Store.open(path) as store:
        ada = everything(store, "Ada")
        with pytest.raises(StoreError):
            store.delete_learner(ada)
        assert len(store.attempts(ada)) == 2


def test_nobody_gets_the_number_or_is_kept_from_the_name(path: Path) -> None:
    with Store.open(path) as store:
        ada = everything(store, "Ada")
        store.delete_learner(ada)
        again = store.add_learner("Ada")
        assert again.id > ada
        assert store.attempts(again.id) == []


def test_an_import_brings_a_deleted_learner_as_anybody_new(path: Path) -> None:
    with Store.open(path) as store:
        ada, ben = everything(store, "Ada"), everything(store, "Ben")
        taken = store.export_jsonl(ada)
        store.import_plan(store.plan_import(taken, into=ben))  # nothing: it is all here
        store.delete_learner(ada)
        assert store.import_plan(store.plan_import(taken)) is not None
        back = next(one.id for one in store.learners() if one.name == "Ada")
        assert len(store.attempts(back)) == 2
        for batch in store.batches():
            store.undo_import(batch.id)
        assert store.check() == []
