"""The promise: what was reported saved survives a crash, and a file that cannot be read is never overwritten."""

from __future__ import annotations

import os
import random
import re
import shutil
from pathlib import Path

import pytest

from engine.errors import StoreError
from engine.quiz.store import file as _store_file
from engine.quiz.store import schema
from engine.quiz.store.faults import Damaged, Full, Locked, Moved, NewerVersion, NotADatabase, ReadOnly
from engine.quiz.store.rescue.rescue import examine
from engine.quiz.store.store import Store
from tests.quiz.store_helpers import ROWS, answer, child, fill_up, filled, go_on, left_alone, on_own_mounts, other


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait five seconds for a lock that will not be given back."""
    monkeypatch.setattr(_store_file, "BUSY_SECONDS", 0.05)


class TestNotADatabase:
    @pytest.mark.parametrize(
        "content",
        [
            b"Dear diary,\n",
            b"\x89PNG\r\n\x1a\n" + bytes(5000),
            b"PK\x03\x04",
            b"\0" * 4096,
            b"x",
            b"SQLite format 2\0" + bytes(4080),
        ],
    )
    def test_something_else_is_left_alone(self, path: Path, content: bytes) -> None:
        path.write_bytes(content)
        with left_alone(path), pytest.raises(NotADatabase) as caught:
            Store.open(path)
        assert str(path) in str(caught.value)
        assert f"{len(content):,} bytes" in str(caught.value)
        assert "GRIMOIRE_DATA" in str(caught.value)
        assert list(path.parent.iterdir()) == [path]

    def test_so_is_the_database_of_another_program(self, path: Path) -> None:
        with other(path) as connection:
            connection.execute("CREATE TABLE attempts (x)")
            connection.execute("PRAGMA user_version = 1")
        with left_alone(path), pytest.raises(NotADatabase, match="another application"):
            Store.open(path)

    def test_and_a_folder(self, path: Path) -> None:
        (path / "inside").mkdir(parents=True)
        with pytest.raises(NotADatabase, match="it is a folder"):
            Store.open(path)
        assert (path / "inside").is_dir()

    def test_a_file_where_the_folder_should_be_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "data").write_text("mine")
        with pytest.raises(StoreError, match=re.escape(str(tmp_path / "data"))):
            Store.open(tmp_path / "data" / "grimoire.db")
        assert (tmp_path / "data").read_text() == "mine"

    def test_an_empty_file_becomes_one(self, path: Path) -> None:
        path.touch()
        with Store.open(path) as store:
            assert store.add_learner("Noor").id == 1

    def test_a_file_that_a_crash_left_without_tables_becomes_one(self, path: Path) -> None:
        with other(path) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
        assert path.stat().st_size > 0
        with Store.open(path) as store:
            assert store.version == len(schema.STEPS)


class TestDamaged:
    @pytest.mark.parametrize("kept", [0.01, 0.1, 0.5, 0.9, 0.999])
    def test_a_file_cut_short(self, path: Path, kept: float) -> None:
        filled(path)
        with path.open("r+b") as file:
            file.truncate(int(path.stat().st_size * kept))
        with left_alone(path), pytest.raises(Damaged) as caught:
            Store.open(path)
        assert str(path) in str(caught.value)
        assert "There is no backup" in str(caught.value)

    @pytest.mark.parametrize("content", [b"\0", b"\xff", None], ids=["zeros", "ones", "noise"])
    def test_every_page_that_is_overwritten_is_noticed(self, path: Path, content: bytes | None) -> None:
        filled(path)
        whole, size, rng = path.read_bytes(), 4096, random.Random(0)
        assert len(whole) > 10 * size
        for page in range(1, len(whole) // size):
            path.write_bytes(
                whole[: page * size]
                + (content or b"") * size
                + (b"" if content else rng.randbytes(size))
                + whole[(page + 1) * size :]
            )
            with left_alone(path), pytest.raises(Damaged):
                Store.open(path)
        path.write_bytes(whole)
        with Store.open(path) as store:
            assert store.check() == []

    def test_a_header_that_is_overwritten_is_noticed(self, path: Path) -> None:
        filled(path)
        whole = path.read_bytes()
        path.write_bytes(whole[:16] + b"\xff" * 84 + whole[100:])
        with left_alone(path), pytest.raises(Damaged):
            Store.open(path)

    def test_the_newest_backup_is_named_and_works(self, path: Path) -> None:
        noor = filled(path)
        with Store.open(path) as store:
            store.backup("first")
            answer(store, noor, "last")
            newest = store.backup("second")
        with path.open("r+b") as file:
            file.truncate(6000)
        with pytest.raises(Damaged, match=re.escape(str(newest))):
            Store.open(path)
        for left in path.parent.glob(f"{path.name}*"):  # what the sentence says to do
            left.unlink()
        shutil.copy(newest, path)
        with Store.open(path) as store:
            assert store.attempts(noor.id)[-1].key == "last"

    def test_an_emptied_file_is_not_taken_for_a_new_one(self, path: Path) -> None:
        filled(path)
        with Store.open(path) as store:
            store.backup("x")
        path.write_bytes(b"")
        with left_alone(path), pytest.raises(Damaged, match="it is empty"):
            Store.open(path)

    def test_a_damaged_file_with_a_log_beside_it_keeps_both(self, path: Path, tmp_path: Path) -> None:
        """Closing a writable connection would write the log, which a crash left, into the damaged file."""
        noor, crashed = filled(path), tmp_path / "crashed" / path.name
        crashed.parent.mkdir()
        log = crashed.with_name(f"{path.name}-wal")
        with Store.open(path) as store:
            answer(store, noor, "in the log only")
            shutil.copy(path, crashed)
            shutil.copy(path.with_name(log.name), log)
        with crashed.open("r+b") as file:
            file.seek(5 * 4096)
            file.write(b"\xff" * 3 * 4096)
        with left_alone(crashed), left_alone(log), pytest.raises(Damaged):
            Store.open(crashed)

    def test_damage_that_comes_while_the_file_is_open_is_told(self, path: Path) -> None:
        noor = filled(path)
        with Store.open(path) as store:
            with path.open("r+b") as file:
                file.seek(4096)
                file.write(b"\xff" * (path.stat().st_size - 4096))
            with pytest.raises(Damaged):
                store.attempts(noor.id)
            assert store.check() != []

    @pytest.mark.parametrize("change", ["at = 'never'", "machine = '{'", "machine = x'ff'", "at = CAST(x'ff' AS TEXT)"])
    def test_a_row_that_holds_what_nobody_wrote_is_told(self, path: Path, change: str) -> None:
        noor = filled(path)
        with other(path) as connection:
            connection.execute("DROP TRIGGER attempts_not_changed")
            connection.execute(f"UPDATE attempts SET {change} WHERE sequence = 3")
        with Store.open(path) as store:
            with pytest.raises(Damaged, match="a row of it"):
                store.attempts(noor.id)
            (found,) = store.check()
            assert "a row of it" in found
            assert examine(path) == [found]

    def test_a_schema_whose_names_are_no_text_is_told(self, path: Path) -> None:
        """SQLite quotes the name in its message, and sqlite3 cannot decode that."""
        filled(path)
        whole = path.read_bytes()
        path.write_bytes(whole.replace(b"CREATE TABLE learners", b"CREATE TABLE \xff\xff\xff\xff\xff\xff\xff\xff"))
        with left_alone(path), pytest.raises(Damaged):
            Store.open(path)


class TestNewer:
    def test_a_newer_file_is_left_alone(self, path: Path) -> None:
        filled(path)
        with other(path) as connection:
            connection.execute("PRAGMA user_version = 99")
        known = len(schema.STEPS)
        with left_alone(path), pytest.raises(NewerVersion, match=f"version 99, this app knows up to {known}"):
            Store.open(path)

    def test_a_newer_app_that_comes_later_ends_the_writing(self, path: Path) -> None:
        noor = filled(path)
        with Store.open(path) as store:
            with other(path) as connection:
                connection.execute("PRAGMA user_version = 99")
            with pytest.raises(NewerVersion):
                answer(store, noor, "too late")
            assert "too late" not in [one.key for one in store.attempts(noor.id)]


class TestLocked:
    @pytest.mark.usefixtures("impatient")
    def test_writing_waits_then_says_so_then_goes_on(self, path: Path) -> None:
        noor = filled(path)
        with Store.open(path) as store, other(path) as connection:
            connection.execute("BEGIN IMMEDIATE")
            with pytest.raises(Locked, match=re.escape(str(path))):
                answer(store, noor, "not now")
            assert len(store.attempts(noor.id)) == ROWS  # reading goes on
            connection.execute("ROLLBACK")
            answer(store, noor, "now")
            assert [one.key for one in store.attempts(noor.id)][ROWS:] == ["now"]

    @pytest.mark.usefixtures("impatient")
    def test_opening_says_so(self, path: Path) -> None:
        filled(path)
        with other(path) as connection:
            connection.execute("BEGIN IMMEDIATE")
            with pytest.raises(Locked, match="another program"):
                Store.open(path)
            connection.execute("ROLLBACK")
        with other(path) as connection:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("UPDATE learners SET name = 'Nora'")
            with pytest.raises(Locked, match="another program"):
                Store.open(path)
        Store.open(path).close()

    def test_the_switch_to_a_log_is_tried_again(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """SQLite itself does not wait for it: another app that makes the file at this moment would be in the way."""
        with other(path) as connection:
            connection.execute("BEGIN IMMEDIATE")
            waits: list[float] = []

            def instead_of_waiting(seconds: float) -> None:
                waits.append(seconds)
                if len(waits) == 2:
                    connection.execute("ROLLBACK")

            monkeypatch.setattr(_store_file.time, "sleep", instead_of_waiting)
            with Store.open(path) as store:
                assert store.learners() == []
            assert len(waits) == 2

    def test_another_writer_is_waited_for(self, path: Path) -> None:
        """The other process gives the lock back when this one has begun to write, not earlier."""
        noor = filled(path)
        code = """
            connection = sqlite3.connect(path, isolation_level=None)
            connection.execute("BEGIN IMMEDIATE")
            print("locked", flush=True)
            sys.stdin.readline()
            connection.execute("COMMIT")
            connection.close()
        """
        with Store.open(path) as store, child(code, path) as process:
            assert process.stdout
            assert process.stdout.readline() == "locked\n"
            begun: list[str] = []

            def release(sql: str) -> None:
                if "INSERT INTO attempts" in sql and not begun:
                    begun.append(sql)
                    go_on(process)

            store._connection._db.conn.set_trace_callback(release)
            answer(store, noor, "after")
            store._connection._db.conn.set_trace_callback(None)
            assert begun
            assert store.attempts(noor.id)[-1].key == "after"


class TestMoved:
    def test_nothing_is_reported_saved_into_a_file_that_is_gone(self, path: Path) -> None:
        noor = filled(path)
        with Store.open(path) as store:
            path.rename(path.with_suffix(".elsewhere"))
            with pytest.raises(Moved, match=re.escape(str(path))):
                answer(store, noor, "lost")
            assert not path.exists()
            path.with_suffix(".elsewhere").rename(path)
            answer(store, noor, "found")
        with Store.open(path) as store:
            assert [one.key for one in store.attempts(noor.id)][ROWS:] == ["found"]

    def test_nor_into_one_that_was_replaced(self, path: Path) -> None:
        noor = filled(path)
        with Store.open(path) as store:
            copy = path.with_suffix(".copy")
            shutil.copy(path, copy)
            copy.replace(path)
            with left_alone(path), pytest.raises(Moved):
                store.save_draft(noor.id, "4.q1", "lost")


class TestFull:
    def test_a_full_file_is_told_and_goes_on_when_there_is_room(self, path: Path) -> None:
        """SQLite's own limit on pages stands for the disk, so this runs everywhere; the next test fills a real disk."""
        noor = filled(path)
        with Store.open(path) as store:
            pages = store._read("PRAGMA page_count")[0][0]
            store._read(f"PRAGMA max_page_count = {pages + 5}")
            saved = fill_up(store, noor)
            assert store.check() == []
            assert [one.key for one in store.attempts(noor.id)][ROWS:] == saved
            with pytest.raises(Full, match="not saved"):
                store.save_draft(noor.id, "4.q2", "x" * 100_000)
            store._read(f"PRAGMA max_page_count = {pages + 5000}")
            answer(store, noor, "room again")
        with Store.open(path) as store:
            assert [one.key for one in store.attempts(noor.id)][ROWS:] == [*saved, "room again"]

    def test_a_real_disk(self, tmp_path: Path) -> None:
        told = on_own_mounts(
            tmp_path,
            "mount -t tmpfs -o size=700k none {folder}",
            """
            from tests.quiz.store_helpers import ROWS, answer, fill_up
            with Store.open(path) as store:
                noor = store.add_learner("Noor")
                path.with_name("ballast").write_bytes(bytes(150_000))
                saved = fill_up(store, noor)
                kept = [one.key for one in store.attempts(noor.id)]
                backup = sentence(lambda: store.backup("x"))
                left = sorted(file.name for file in path.parent.rglob("*") if "backups/" in str(file))
                fresh = sentence(lambda: Store.open(path.with_name("fresh.db")))
                path.with_name("ballast").unlink()
                answer(store, noor, "room again")
            with Store.open(path) as store:
                again, wrong = [one.key for one in store.attempts(noor.id)], store.check()
            print(json.dumps([saved, kept, again, wrong, backup, left, fresh]))
        """,
        )
        saved, kept, again, wrong, backup, left, fresh = told
        assert len(saved) > 10
        assert kept == saved
        assert again == [*saved, "room again"]
        assert wrong == left == []
        assert backup[0] == fresh[0] == "Full"
        assert "bytes free" in fresh[1]


class TestReadOnly:
    READ_ONLY = "mount --bind {folder} {folder} && mount -o remount,bind,ro {folder}"

    def test_a_disk_that_is_read_only(self, path: Path) -> None:
        filled(path)
        with left_alone(path):
            told = on_own_mounts(
                path.parent,
                self.READ_ONLY,
                """
                print(json.dumps([sentence(lambda: Store.open(path)),
                                  sentence(lambda: Store.open(path.with_name("new.db"))),
                                  sentence(lambda: Store.open(path.parent / "new" / "grimoire.db"))]))
            """,
            )
        assert [kind for kind, _ in told] == ["ReadOnly"] * 3
        assert all(str(path.parent) in says and "GRIMOIRE_DATA" in says for _, says in told)
        assert list(path.parent.iterdir()) == [path]

    def test_a_file_that_is_read_only(self, path: Path) -> None:
        filled(path)
        with left_alone(path):
            told = on_own_mounts(
                path.parent,
                self.READ_ONLY.replace("{folder}", "{folder}/grimoire.db"),
                """
                print(json.dumps(sentence(lambda: Store.open(path))))
            """,
            )
        assert told[0] == "ReadOnly"
        assert str(path) in told[1]

    @pytest.mark.parametrize(("place", "mode"), [("grimoire.db", 0o444), (".", 0o555)], ids=["file", "folder"])
    def test_modes(self, path: Path, place: str, mode: int) -> None:
        filled(path)
        closed = path.parent / place
        before = closed.stat().st_mode
        closed.chmod(mode)
        try:
            if os.access(closed, os.W_OK):
                pytest.skip("this user (root) may write whatever the mode says; the mounts above stand for it")
            with left_alone(path), pytest.raises(ReadOnly, match=re.escape(str(path))):
                Store.open(path)
        finally:
            closed.chmod(before)

    def test_a_file_that_turns_read_only_while_it_is_open(self, path: Path) -> None:
        noor = filled(path)
        with Store.open(path) as store:
            store._connection._db.execute("PRAGMA query_only = ON")
            with pytest.raises(ReadOnly, match="cannot be written"):
                answer(store, noor, "k")
            assert len(store.attempts(noor.id)) == ROWS
