"""An import is all or nothing: killed, locked out, out of room, or beside another one."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from engine.errors import StoreError
from engine.quiz.store import file as _store_file
from engine.quiz.store.faults import Damaged, Full, Locked, Moved, NewerVersion, ReadOnly
from engine.quiz.store.store import Store
from tests.quiz.import_helpers import dump, export, line
from tests.quiz.store_helpers import child, filled, go_on, left_alone, on_own_mounts, other

MANY = 3000


def many(start: int = 0, count: int = MANY) -> bytes:
    """Return an export of many answers with marks."""
    rows = [line("learners")]
    for number in range(start, start + count):
        rows += [
            line("attempts", sequence=number, key=f"k{number}", answer="long " * 20),
            line("marks", id=number, attempt=number, key=f"m{number}"),
        ]
    return export(*rows)


class TestKilled:
    def test_kill_9_in_the_middle_leaves_all_or_nothing(self, path: Path) -> None:
        """The child stops itself, in the middle of its writes, after a number of rows that grows."""
        code = """
            store = Store.open(path)
            plan = store.plan_import(sys.stdin.buffer.read())
            written, most = 0, int(sys.argv[2])
            def count(sql):
                global written
                written += sql.startswith(("INSERT", "COMMIT"))
                if written > most:
                    os.kill(os.getpid(), 9)
            store._connection._db.conn.set_trace_callback(count)
            store.import_plan(plan)
            os.kill(os.getpid(), 9)
        """
        data, found = many(count=200), set[int]()
        Store.open(path).close()
        for most in (0, 1, 2, 150, 300, 401, 402, 403, 10**9):
            with child(code, path, str(most)) as process:
                assert process.stdin
                process.stdin.buffer.write(data)
                process.stdin.buffer.close()
                assert process.wait() == -signal.SIGKILL
            with Store.open(path) as store:
                assert store.check() == []
                answers = [store.attempts(learner.id) for learner in store.learners()]
                found.add(sum(len(one) for one in answers))
                assert {len(one) for one in answers} <= {200}
                assert len(store.batches()) == len(answers)
                assert all(one.recalled for some in answers for one in some)
        assert found == {0, 200}


class TestAtOnce:
    def test_two_processes_import_the_same_and_half_of_another(self, path: Path) -> None:
        code = """
            import tests.quiz.test_import_faults as faults
            store = Store.open(path)
            plan = store.plan_import(faults.many(int(sys.argv[2])))
            print("ready", flush=True)
            sys.stdin.readline()
            batch = store.import_plan(plan, sys.argv[2])
            print(batch.counts["attempts"], batch.counts.get("learners", 0))
        """
        Store.open(path).close()
        with child(code, path, "0") as one, child(code, path, str(MANY // 2)) as two:
            outputs = [process.stdout for process in (one, two) if process.stdout]
            assert [output.readline() for output in outputs] == ["ready\n"] * 2
            go_on(one)
            go_on(two)
            told = sorted(tuple(map(int, output.read().split())) for output in outputs)
        assert told == [(MANY // 2, 0), (MANY, 1)]
        with Store.open(path) as store:
            assert store.check() == []
            (noor,) = store.learners()
            assert {one.key for one in store.attempts(noor.id)} == {f"k{number}" for number in range(MANY * 3 // 2)}
            for batch in store.batches():
                assert store.undo_import(batch.id)
            assert store.learners() == []


class TestFaults:
    def test_no_room(self, path: Path) -> None:
        with Store.open(path) as store:
            plan, before = store.plan_import(many()), dump(path)
            pages = store._read("PRAGMA page_count")[0][0]
            store._read(f"PRAGMA max_page_count = {pages + 20}")
            with pytest.raises(Full, match="not saved"):
                store.import_plan(plan)
            assert dump(path) == before
            store._read(f"PRAGMA max_page_count = {pages + 5000}")
            assert store.import_plan(plan) is not None
            assert len(store.attempts(1)) == MANY

    def test_no_room_on_a_real_disk(self, tmp_path: Path) -> None:
        told = on_own_mounts(
            tmp_path,
            "mount -t tmpfs -o size=1000k none {folder}",
            """
            import tests.quiz.test_import_faults as faults
            with Store.open(path) as store:
                plan, before = store.plan_import(faults.many()), faults.dump(path)
                try:
                    store.import_plan(plan)
                except StoreError as error:
                    kind = type(error).__name__
                print(json.dumps([kind, faults.dump(path) == before, store.check(), len(store.learners())]))
        """,
        )
        assert told == ["Full", True, [], 0]

    def test_locked(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(_store_file, "BUSY_SECONDS", 0.05)
        filled(path)
        with Store.open(path) as store, other(path) as connection:
            plan = store.plan_import(many(100, 5))
            before = dump(path)
            connection.execute("BEGIN IMMEDIATE")
            with pytest.raises(Locked):
                store.import_plan(plan)
            connection.execute("ROLLBACK")
            assert dump(path) == before
            assert store.import_plan(plan) is not None

    def test_read_only(self, path: Path) -> None:
        filled(path)
        with Store.open(path) as store:
            plan = store.plan_import(many(100, 5))
            before = dump(path)
            store._connection._db.execute("PRAGMA query_only = ON")
            with pytest.raises(ReadOnly):
                store.import_plan(plan)
            assert dump(path) == before

    @pytest.mark.parametrize("fault", ["newer", "moved", "replaced"])
    def test_another_file_than_was_opened(self, path: Path, fault: str) -> None:
        filled(path)
        with Store.open(path) as store:
            plan = store.plan_import(many(100, 5))
            if fault == "newer":
                with other(path) as connection:
                    connection.execute("PRAGMA user_version = 99")
            else:
                path.rename(path.with_suffix(".elsewhere"))
                if fault == "replaced":
                    path.write_bytes(path.with_suffix(".elsewhere").read_bytes())
            with pytest.raises(NewerVersion if fault == "newer" else StoreError):
                store.import_plan(plan)
            if fault == "replaced":
                with left_alone(path), pytest.raises(Moved):
                    store._write(lambda cursor: cursor.run("DELETE FROM drafts"))

    def test_damage_while_it_is_open(self, path: Path) -> None:
        filled(path)
        with Store.open(path) as store:
            with path.open("r+b") as file:
                file.seek(4096)
                file.write(b"\xff" * (path.stat().st_size - 4096))
            with left_alone(path), pytest.raises(Damaged):
                store.plan_import(many(100, 5))
            with left_alone(path), pytest.raises(Damaged):
                store.export_jsonl()
