"""Many writers, one connection, nothing lost."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from engine.quiz.store.commit import GroupCommit, _Ticket
from engine.quiz.store.names import NameRefused
from engine.quiz.store.rows import Learner
from engine.quiz.store.store import Store
from tests.quiz.store_helpers import answer, in_threads


class TestThreads:
    def test_twenty_threads_lose_nothing(self, store: Store, path: Path, noor: Learner) -> None:
        def write(number: int) -> None:
            for row in range(200):
                answer(store, noor, f"{number}-{row}", question=f"4.q{number}", answer=f"answer {number} {row}")

        in_threads(20, write)
        assert store.check() == []
        store.close()
        with Store.open(path) as again:
            found = again.attempts(noor.id)
        assert {(one.key, one.answer) for one in found} == {
            (f"{number}-{row}", f"answer {number} {row}") for number in range(20) for row in range(200)
        }
        assert len(found) == 4000
        for number in range(20):  # each thread's own order is kept
            assert [one.key for one in found if one.question == f"4.q{number}"] == [f"{number}-{n}" for n in range(200)]

    def test_readers_and_writers_of_everything_agree(self, store: Store, noor: Learner) -> None:
        def work(number: int) -> None:
            question = f"4.q{number}"
            for row in range(20):
                store.save_draft(noor.id, question, f"draft {row}")
                attempt = answer(store, noor, f"{number}-{row}", question=question)
                store.add_marks(attempt.id, {"row": row}, True)
                assert store.draft(noor.id, question) == ""
                assert store.progress(noor.id)[question].attempts == row + 1

        in_threads(8, work)
        assert len([one for one in store.attempts(noor.id) if one.recalled]) == 160

    def test_names_raced_for_go_to_one(self, store: Store) -> None:
        refused: list[str] = []

        def add(number: int) -> None:
            try:
                store.add_learner("Noor" if number % 2 else "noor")
            except NameRefused as error:
                refused.append(str(error))

        in_threads(10, add)
        assert (len(store.learners()), len(refused)) == (1, 9)


class TestGroupCommit:
    def test_a_group_is_one_commit_and_one_failure_is_not_the_others(self, store: Store) -> None:
        commits: list[int] = []
        group = GroupCommit(store._connection._db, threading.Lock(), lambda: commits.append(1))

        def ticket(number: int) -> _Ticket:
            def job(db: Any) -> int:
                db.execute("INSERT INTO learners (name, folded, since) VALUES (?, ?, '')", [str(number), str(number)])
                if number < 0:
                    raise ValueError(f"job {number}")
                return number

            return _Ticket(job)

        group._commit([ticket(number) for number in range(5)])
        assert commits == [1]
        mixed = [ticket(number) for number in (10, -1, 11)]
        group._commit(mixed)
        assert [one.result for one in mixed] == [10, None, 11]
        assert [str(one.error) for one in mixed] == ["None", "job -1", "None"]
        assert [learner.name for learner in store.learners()] == ["0", "1", "2", "3", "4", "10", "11"]

    def test_nobody_reads_what_is_not_committed(self, store: Store) -> None:
        """One connection shows its own open transaction to every thread: reading has to wait for the lock."""
        connection, held = store._connection, list[bool]()

        def job(cursor: Any) -> None:
            cursor.run("DELETE FROM drafts")
            held.append(connection._lock.locked())

        connection.write(job)
        real = connection._cursor
        connection._cursor = type(
            "Watched",
            (),
            {  # type: ignore[assignment]
                "run": lambda _, *given: held.append(connection._lock.locked()) or real.run(*given)
            },
        )()
        store.learners()
        store.drafts(1)
        assert held == [True] * len(held)
        assert len(held) == 1 + 1 + 1  # the write, the learners, the drafts

    def test_those_who_wait_are_served_after_a_leader_that_was_interrupted(self, store: Store, noor: Learner) -> None:
        writes = store._connection._commits

        def interrupted(db: Any) -> None:
            db.execute("DELETE FROM drafts")
            raise KeyboardInterrupt

        store.save_draft(noor.id, "4.q1", "kept")
        with pytest.raises(KeyboardInterrupt):
            writes.run(interrupted)
        assert store.draft(noor.id, "4.q1") == "kept"
        assert answer(store, noor, "after").key == "after"
