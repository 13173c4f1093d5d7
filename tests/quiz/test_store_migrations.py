"""Older files are brought up, after a backup; backups are whole."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from engine.errors import StoreError
from engine.quiz.store import schema
from engine.quiz.store.faults import NewerVersion
from engine.quiz.store.store import Store
from tests.quiz.data.freeze import HOSTILE, as_sql
from tests.quiz.store_helpers import ROWS, answer, filled, left_alone, other

DATA = Path(__file__).parent / "data"


def newest() -> int:
    return len(schema.STEPS)


class TestBackups:
    def test_it_is_a_whole_copy_of_this_moment(self, path: Path) -> None:
        noor = filled(path)
        with Store.open(path) as store:
            answer(store, noor, "in the log only")
            copy = store.backup("Before the Exam!")
            answer(store, noor, "later")
        assert re.fullmatch(r"grimoire-\d{8}T\d{12}Z-before-the-exam\.db", copy.name)
        assert copy.parent == path.parent / "backups"
        assert list(copy.parent.iterdir()) == [copy]
        with Store.open(copy) as store:
            assert [one.key for one in store.attempts(noor.id)][ROWS:] == ["in the log only"]

    def test_the_last_ten_are_kept_and_nothing_else_is_touched(self, path: Path) -> None:
        with Store.open(path) as store:
            mine = path.parent / "backups" / "grimoire-by-hand.db"
            mine.parent.mkdir()
            mine.write_text("mine")
            made = [store.backup(f"number {number}") for number in range(13)]
        assert sorted(mine.parent.iterdir()) == sorted([*made[3:], mine])

    @pytest.mark.parametrize("reason", ["", "../../evil", "\0", "λ" * 300])
    def test_no_reason_makes_a_bad_name(self, path: Path, reason: str) -> None:
        with Store.open(path) as store:
            assert store.backup(reason).parent == path.parent / "backups"


def frozen_files() -> list[Path]:
    return sorted(DATA.glob("version_*.sql"), key=lambda file: int(file.stem.split("_")[1]))


def thaw(frozen: Path, path: Path) -> None:
    with other(path) as connection:
        connection.executescript(frozen.read_text(encoding="utf-8"))


def shape(path: Path) -> dict[str, str]:
    """Return what the tables, triggers, indices and views of a database were made with."""
    with other(path) as connection:
        return dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))


class TestMigrations:
    def test_every_version_is_frozen(self) -> None:
        assert [file.stem for file in frozen_files()] == [f"version_{number}" for number in range(1, newest() + 1)]

    @pytest.mark.parametrize("frozen", frozen_files(), ids=lambda file: file.stem)
    def test_a_file_of_every_version_opens_with_everything_in_it(self, path: Path, frozen: Path) -> None:
        thaw(frozen, path)
        with Store.open(path) as store:
            assert store.check() == []
            assert store.version == newest()
            noor, zoe = store.learners()
            assert (noor.name, zoe.name) == ("Noor", "Zoë Ångström")
            assert [
                (one.question, one.answer, one.correct, one.recalled, one.confidence, one.undone)
                for one in store.attempts(noor.id, undone=True)
            ] == [
                ("4.q1", "answer 0", True, True, 1, False),
                ("4.q2", "answer 1", False, False, 2, False),
                ("4.q1", "answer 2", None, True, 3, False),
                ("4.q3", "answer 3", True, True, 4, True),
            ]
            assert store.attempts(noor.id)[0].marks == {"0": True}
            progress = store.progress(noor.id)
            assert {question: one.attempts for question, one in progress.items()} == {"4.q1": 2, "4.q2": 1}
            assert store.attempts(zoe.id)[0].answer == HOSTILE
            assert store.draft(zoe.id, "2.q2") == f"draft {HOSTILE}"
            assert [(one.choice, one.right) for one in store.predictions(noor.id)] == [(2, True), (None, None)]
            assert store.readings(zoe.id)["linear_regression"].anchor == "worked-example"
            assert answer(store, noor, "one more").id > 6

    def test_a_released_step_is_not_edited(self, path: Path, tmp_path: Path) -> None:
        """A new file has the shape of the newest frozen one: a change to the tables is a further step."""
        thaw(frozen_files()[-1], tmp_path / "thawed.db")
        Store.open(path).close()
        assert shape(path) == shape(tmp_path / "thawed.db")

    def test_an_older_file_is_backed_up_then_brought_up(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        noor = filled(path)
        before = as_sql(path)
        monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, add_a_column))
        with Store.open(path) as store:
            assert store.version == newest()
            assert len(store.attempts(noor.id)) == ROWS
            assert {row[0] for row in store._read("SELECT mood FROM learners")} == {"curious"}
        (copy,) = (path.parent / "backups").iterdir()
        assert copy.name.endswith(f"-before-version-{newest()}.db")
        assert as_sql(copy) == before
        Store.open(path).close()
        assert list(copy.parent.iterdir()) == [copy]  # nothing was pending, nothing was copied
        monkeypatch.undo()
        with pytest.raises(NewerVersion), left_alone(path):
            Store.open(path)
        with Store.open(copy) as store:
            assert len(store.attempts(noor.id)) == ROWS

    def test_a_new_file_is_made_by_all_the_steps_and_needs_no_backup(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, add_a_column))
        with Store.open(path) as store:
            assert store.version == newest()
        assert "mood" in shape(path)["learners"]
        assert not (path.parent / "backups").exists()

    @pytest.mark.parametrize(
        "error", [ValueError("two learners have no name"), KeyboardInterrupt()], ids=["failed", "interrupted"]
    )
    def test_a_step_that_fails_changes_nothing(
        self, path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
    ) -> None:
        noor = filled(path)
        before, version = as_sql(path), newest()

        def fail(db: Any) -> None:
            db.execute("UPDATE learners SET name = 'gone'")
            raise error

        monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, add_a_column, fail))
        expected = StoreError if isinstance(error, ValueError) else KeyboardInterrupt
        with pytest.raises(expected) as caught:
            Store.open(path)
        if isinstance(error, ValueError):
            assert "two learners have no name" in str(caught.value)
            assert f"left at version {version}" in str(caught.value)
        assert as_sql(path) == before
        monkeypatch.undo()
        with Store.open(path) as store:
            assert len(store.attempts(noor.id)) == ROWS

    def test_a_file_that_cannot_be_backed_up_is_not_migrated(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        filled(path)
        before = as_sql(path)
        (path.parent / "backups").write_text("a file where the folder should be")
        monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, add_a_column))
        with pytest.raises(StoreError, match="backups"):
            Store.open(path)
        assert as_sql(path) == before


def add_a_column(db: Any) -> None:
    """What a second version might do."""
    db.execute("ALTER TABLE learners ADD COLUMN mood TEXT NOT NULL DEFAULT 'curious'")
