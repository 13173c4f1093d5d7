"""Other processes: killed ones, and several at once."""

from __future__ import annotations

import random
import signal
from pathlib import Path

from engine.quiz.store.store import Store
from tests.quiz.store_helpers import child, go_on


class TestCrash:
    def test_what_was_acknowledged_survives_kill_9(self, path: Path) -> None:
        """A child with four threads writes until it is killed, ten times over, on the same file."""
        code = """
            def work(number):
                for row in itertools.count():
                    key = f"{prefix}-{number}-{row}"
                    store.save_draft(1, "4.q1", key)
                    attempt = store.add_attempt(key, 1, "clustering", "4.q1", "0123", key * 50, {}, 3, False, 1.0)
                    store.add_marks(attempt.id, {"key": key}, True)
                    os.write(1, f"{key}\\n".encode())
            prefix, store = sys.argv[2], Store.open(path)
            for number in range(4):
                threading.Thread(target=work, args=(number,)).start()
        """
        with Store.open(path) as store:
            store.add_learner("Noor")
        rng, acknowledged = random.Random(9), set[str]()
        for kill in range(10):
            with child(code, path, str(kill)) as process:
                assert process.stdout
                for _ in range(rng.randint(1, 150)):
                    acknowledged.add(process.stdout.readline().strip())
                process.send_signal(signal.SIGKILL)
                acknowledged.update(line.strip() for line in process.stdout if line.endswith("\n"))
                assert process.wait() == -signal.SIGKILL
            with Store.open(path) as store:
                assert store.check() == []
                marked = {one.key for one in store.attempts(1) if one.marks == {"key": one.key}}
                assert acknowledged <= marked
                assert all(one.answer == one.key * 50 for one in store.attempts(1))
        assert len(acknowledged) > 200

    def test_three_processes_write_at_once(self, path: Path) -> None:
        """They also make the file at once; all are released by a line on their input."""
        code = """
            print("ready", flush=True)
            sys.stdin.readline()
            with Store.open(path) as store:
                try:
                    store.add_learner("Noor")
                except NameRefused:
                    pass
                for row in range(200):
                    key = f"{sys.argv[2]}-{row}"
                    store.add_attempt(key, 1, "clustering", "4.q1", "0123", "text", {}, 3, False, 1.0)
                    if row % 10 == 0:
                        store.undo_last(1)
            print("done")
        """
        with child(code, path, "a") as first, child(code, path, "b") as second, child(code, path, "c") as third:
            processes = [first, second, third]
            outputs = [process.stdout for process in processes if process.stdout]
            assert [output.readline() for output in outputs] == ["ready\n"] * 3
            for process in processes:
                go_on(process)
            assert [output.read() for output in outputs] == ["done\n"] * 3
        with Store.open(path) as store:
            assert store.check() == []
            assert len(store.learners()) == 1
            keys = {one.key for one in store.attempts(1, undone=True)}
            assert keys == {f"{process}-{row}" for process in "abc" for row in range(200)}
            assert len(store.attempts(1)) == 600 - 60
