"""What the store keeps, and that it gives back exactly that."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from engine.errors import StoreError
from engine.quiz.store.faults import NotFound
from engine.quiz.store.names import NameRefused
from engine.quiz.store.rows import Attempt, Learner, Progress
from engine.quiz.store.store import Store, default_path
from tests.quiz.store_helpers import answer, in_threads, raw_log

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class TestLearners:
    def test_they_come_back_in_the_order_in_which_they_came(self, store: Store, path: Path) -> None:
        added = [store.add_learner(name) for name in ("Noor", "Zoë", "Ann")]
        store.close()
        with Store.open(path) as again:
            assert again.learners() == added
            assert [learner.name for learner in added] == ["Noor", "Zoë", "Ann"]

    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("  Noor \n", "Noor"),
            ("Zoe\u0308", "Zoë"),
            ("Ann \t  Lee", "Ann Lee"),
            ("李", "李"),
            ("x" * 60, "x" * 60),
            ("🦊", "🦊"),
            ("علی\u200cرضا", "علی\u200cرضا"),
            ("<b>Jo</b>", "<b>Jo</b>"),
        ],
    )
    def test_a_name_is_trimmed_and_otherwise_kept(self, store: Store, typed: str, kept: str) -> None:
        assert store.add_learner(typed).name == kept
        assert store.learners()[0].name == kept

    @pytest.mark.parametrize(
        "name",
        [
            "",
            "   ",
            "\n\t",
            "x" * 61,
            "a\0b",
            "a\u202eb",
            "\u200b",
            "\u200d",
            "\u0301",
            "\ud800",
            "\u3164",
            "\u2800",
            "\ufeff",
            "a\x07",
        ],
    )
    def test_a_name_that_cannot_be_seen_or_is_too_long_is_refused(self, store: Store, name: str) -> None:
        with pytest.raises(NameRefused, match=r"character"):
            store.add_learner(name)
        assert store.learners() == []

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ("Noor", "noor"),
            ("Zoë", "ZOE\u0308"),
            ("Straße", "STRASSE"),
            ("Noor", " Noor "),
            ("Noor", "No\u200dor"),
        ],
    )
    def test_two_names_that_look_the_same_are_refused(self, store: Store, first: str, second: str) -> None:
        store.add_learner(first)
        with pytest.raises(NameRefused, match="already"):
            store.add_learner(second)
        assert len(store.learners()) == 1

    def test_a_new_name_keeps_the_answers(self, store: Store, noor: Learner) -> None:
        kept = answer(store, noor, "k")
        assert store.rename_learner(noor.id, " Nora ") == Learner(noor.id, "Nora")
        assert store.rename_learner(noor.id, "NORA") == Learner(noor.id, "NORA")
        assert store.learners() == [Learner(noor.id, "NORA")]
        assert store.attempts(noor.id) == [kept]

    def test_a_new_name_may_not_be_taken_or_given_to_nobody(self, store: Store, noor: Learner) -> None:
        store.add_learner("Zoë")
        with pytest.raises(NameRefused, match="already"):
            store.rename_learner(noor.id, "zoë")
        with pytest.raises(NotFound, match="number 99"):
            store.rename_learner(99, "Ann")
        assert [learner.name for learner in store.learners()] == ["Noor", "Zoë"]


class TestAttempts:
    def test_everything_comes_back_after_a_restart(self, store: Store, path: Path, noor: Learner) -> None:
        machine = {"correct": None, "points": [["present", "a span"], ["absent", ""]], "nested": {"a": 1.5, "b": None}}
        added = store.add_attempt(
            "key", noor.id, "clustering", "4.q2", "fedcba", "my answer", machine, 4, True, 12.25, NOON
        )
        assert added == Attempt(
            added.id,
            added.sequence,
            noor.id,
            "4.q2",
            "clustering",
            "fedcba",
            "my answer",
            machine,
            None,
            None,
            4,
            True,
            12.25,
            NOON,
            False,
            "key",
        )
        store.close()
        with Store.open(path) as again:
            assert again.attempts(noor.id) == [added]

    def test_time_is_utc_whatever_zone_it_was_given_in(self, store: Store, noor: Learner) -> None:
        there = NOON.astimezone(timezone(timedelta(hours=5, minutes=45)))
        assert answer(store, noor, "k", at=there).at == NOON
        assert store.attempts(noor.id)[0].at.utcoffset() == timedelta(0)
        before = datetime.now(UTC)
        assert before <= answer(store, noor, "now").at <= datetime.now(UTC)

    @pytest.mark.parametrize(
        "wrong", [{"confidence": 0}, {"confidence": 5}, {"confidence": 2.5}, {"at": datetime(2026, 3, 1)}]
    )
    def test_what_cannot_be_is_refused(self, store: Store, noor: Learner, wrong: dict[str, Any]) -> None:
        with pytest.raises(ValueError, match="got"):
            answer(store, noor, "k", **wrong)
        assert store.attempts(noor.id) == []

    @pytest.mark.parametrize("seconds", [float("nan"), float("inf"), -1.0])
    def test_a_broken_stopwatch_loses_no_answer(self, store: Store, noor: Learner, seconds: float) -> None:
        assert answer(store, noor, "k", seconds=seconds).seconds == 0
        assert len(store.attempts(noor.id)) == 1

    def test_the_same_key_is_the_same_row(self, store: Store, noor: Learner) -> None:
        first = answer(store, noor, "k", answer="the first")
        assert answer(store, noor, "k", answer="changed after the reveal") == first
        assert store.attempts(noor.id) == [first]

    def test_the_same_key_from_twenty_threads_is_one_row(self, store: Store, noor: Learner) -> None:
        found: list[Attempt] = []
        in_threads(20, lambda number: found.append(answer(store, noor, "k", answer=str(number))))
        assert len(found) == 20
        assert store.attempts(noor.id) == [found[0]]
        assert set(map(repr, found)) == {repr(found[0])}

    def test_a_key_of_another_row_is_refused(self, store: Store, noor: Learner) -> None:
        answer(store, noor, "k")
        store.undo_last(noor.id)
        for key, changed in (("k", {"question": "4.q2"}), ("undo:k", {}), ("undo:l", {})):
            with pytest.raises(ValueError, match="belongs to another row"):
                answer(store, noor, key, **changed)
        with pytest.raises(ValueError, match="belongs to another row"):
            answer(store, store.add_learner("Zoë"), "k")
        assert len([row for row in raw_log(store) if row["table"] == "attempts"]) == 2

    def test_somebody_who_is_not_there_cannot_answer(self, store: Store) -> None:
        for write in (
            lambda: answer(store, Learner(7, "?"), "k"),
            lambda: store.save_draft(7, "4.q1", "text"),
            lambda: store.add_prediction(7, "clustering", "lloyd", 0, None),
            lambda: store.save_reading(7, "clustering", "intuition"),
        ):
            with pytest.raises(NotFound, match="Learner number 7"):
                write()
        assert raw_log(store) == []

    def test_order_is_the_log_s_not_the_clock_s(self, store: Store, noor: Learner) -> None:
        for hours in (5, 1, 3):
            answer(store, noor, f"k{hours}", at=NOON + timedelta(hours=hours), answer=str(hours))
        found = store.attempts(noor.id)
        assert [one.answer for one in found] == ["5", "1", "3"]
        assert [one.sequence for one in found] == sorted(one.sequence for one in found)
        assert store.progress(noor.id)["4.q1"].last_at == NOON + timedelta(hours=3)

    def test_they_can_be_chosen_by_topic_and_question(self, store: Store, noor: Learner) -> None:
        other = store.add_learner("Zoë")
        answer(store, noor, "a")
        answer(store, noor, "b", question="4.q2")
        answer(store, noor, "c", topic="linear_regression", question="2.q1")
        answer(store, other, "d")
        keys = {
            name: [one.key for one in found]
            for name, found in {
                "all": store.attempts(noor.id),
                "topic": store.attempts(noor.id, "clustering"),
                "question": store.attempts(noor.id, question="4.q2"),
                "neither": store.attempts(noor.id, "nothing"),
                "both": store.attempts(noor.id, "clustering", "4.q1"),
                "other": store.attempts(other.id),
            }.items()
        }
        assert keys == {
            "all": ["a", "b", "c"],
            "topic": ["a", "b"],
            "question": ["b"],
            "neither": [],
            "both": ["a"],
            "other": ["d"],
        }

    def test_what_comes_out_is_a_copy(self, store: Store, noor: Learner) -> None:
        machine = {"correct": True}
        added = answer(store, noor, "k", machine=machine)
        machine["correct"] = False
        added.machine["correct"] = False
        assert store.attempts(noor.id)[0].correct is True


class TestMarks:
    def test_the_latest_count_and_the_earlier_stay(self, store: Store, noor: Learner) -> None:
        attempt = answer(store, noor, "k")
        assert (attempt.marks, attempt.recalled) == (None, None)
        store.add_marks(attempt.id, {"0": True, "1": False}, False)
        marked = store.add_marks(attempt.id, {"0": True, "1": True}, True)
        assert (marked.marks, marked.recalled) == ({"0": True, "1": True}, True)
        assert store.attempts(noor.id) == [marked]
        assert [row["recalled"] for row in raw_log(store) if row["table"] == "marks"] == [0, 1]

    def test_there_may_be_ticks_without_a_verdict(self, store: Store, noor: Learner) -> None:
        marked = store.add_marks(answer(store, noor, "k", machine={"correct": False}).id, {}, None)
        assert (marked.marks, marked.recalled, marked.outcome) == ({}, None, False)

    def test_there_is_nothing_to_mark_where_nothing_was_answered(self, store: Store, noor: Learner) -> None:
        answer(store, noor, "k")
        store.undo_last(noor.id)
        for attempt in (2, 99):  # 2 is the undo
            with pytest.raises(NotFound, match=f"Attempt number {attempt}"):
                store.add_marks(attempt, {}, True)
        assert [row for row in raw_log(store) if row["table"] == "marks"] == []


class TestUndo:
    def test_it_is_a_further_row(self, store: Store, noor: Learner) -> None:
        first, second = answer(store, noor, "a"), answer(store, noor, "b")
        undone = store.undo_last(noor.id)
        assert undone is not None
        assert (undone.id, undone.undone) == (second.id, True)
        assert store.attempts(noor.id) == [first]
        assert store.attempts(noor.id, undone=True) == [first, undone]
        log = [(row["kind"], row["undoes"]) for row in raw_log(store) if row["table"] == "attempts"]
        assert log == [("answer", None), ("answer", None), ("undo", second.id)]

    def test_it_goes_back_as_far_as_there_are_attempts(self, store: Store, noor: Learner) -> None:
        other = store.add_learner("Zoë")
        answer(store, other, "theirs")
        for key in "abc":
            answer(store, noor, key)
        undone = [store.undo_last(noor.id) for _ in range(4)]
        assert [one.key if one else None for one in undone] == ["c", "b", "a", None]
        assert store.progress(noor.id) == {}
        assert len(store.attempts(other.id)) == 1
        assert answer(store, noor, "d").sequence > max(one.sequence for one in undone if one)

    def test_it_takes_back_nothing_that_was_not_shown(self, store: Store, noor: Learner) -> None:
        shown = answer(store, noor, "a")
        newer = answer(store, noor, "b")
        assert store.undo_last(noor.id, shown.id) is None
        assert len(store.attempts(noor.id)) == 2
        undone = store.undo_last(noor.id, newer.id)
        assert undone is not None
        assert undone.key == "b"
        assert store.undo_last(noor.id, newer.id) is None  # pressed twice


class TestProgress:
    def test_nothing_answered_is_nothing(self, store: Store, noor: Learner) -> None:
        assert store.progress(noor.id) == {}

    def test_it_says_how_the_last_and_the_best_went(self, store: Store, noor: Learner) -> None:
        answer(store, noor, "a", at=NOON)
        second = answer(
            store, noor, "b", machine={"correct": None}, confidence=1, fingerprint="edited", at=NOON + timedelta(days=1)
        )
        store.add_marks(second.id, {}, False)
        progress = store.progress(noor.id)["4.q1"]
        assert progress == Progress(
            "4.q1", "clustering", 2, NOON, NOON + timedelta(days=1), False, None, 1, "edited", True
        )
        assert progress.last_outcome is False

    @pytest.mark.parametrize("seed", range(3))
    def test_it_can_be_rebuilt_from_the_log(self, store: Store, seed: int) -> None:
        learners = [store.add_learner(name) for name in ("Noor", "Zoë", "Ann")]
        rng = random.Random(seed)
        for number in range(120):
            act, learner = rng.random(), rng.choice(learners)
            if act < 0.6:
                answer(
                    store,
                    learner,
                    str(number),
                    question=f"4.q{rng.randint(1, 6)}",
                    confidence=rng.randint(1, 4),
                    machine={"correct": rng.choice([True, False, None])},
                    at=NOON + timedelta(minutes=rng.randint(-500, 500)),
                    fingerprint=rng.choice("ab"),
                )
            elif act < 0.8:
                store.undo_last(learner.id)
            elif mine := store.attempts(learner.id, undone=True):
                store.add_marks(rng.choice(mine).id, {"0": True}, rng.choice([True, False, None]))
        log = raw_log(store)
        for learner in learners:
            assert store.progress(learner.id) == rebuilt(log, learner)
        assert any(store.progress(learner.id) for learner in learners)


def rebuilt(log: list[dict[str, Any]], learner: Learner) -> dict[str, Progress]:
    """Derive progress from the rows of the export, slowly and with nothing of the store."""
    undone = {row["undoes"] for row in log if row["table"] == "attempts" and row["kind"] == "undo"}
    verdicts = {row["attempt"]: row["recalled"] for row in log if row["table"] == "marks"}
    progress: dict[str, Progress] = {}
    rows = [row for row in log if row["table"] == "attempts" and row["kind"] == "answer"]
    for row in sorted(rows, key=lambda row: row["sequence"]):
        if row["learner"] != learner.id or row["sequence"] in undone:
            continue
        before, at = progress.get(row["question"]), datetime.fromisoformat(row["at"])
        recalled, correct = verdicts.get(row["sequence"]), row["machine"]["correct"]
        recalled = None if recalled is None else bool(recalled)
        outcome = correct if recalled is None else recalled
        past = before.best if before else None
        best = True if True in (outcome, past) else False if False in (outcome, past) else None
        progress[row["question"]] = Progress(
            row["question"],
            row["topic"],
            before.attempts + 1 if before else 1,
            before.first_at if before else at,
            at,
            recalled,
            correct,
            row["confidence"],
            row["fingerprint"],
            best,
        )
    return progress


class TestDrafts:
    def test_one_is_offered_back_after_a_restart(self, store: Store, path: Path, noor: Learner) -> None:
        store.save_draft(noor.id, "4.q1", "half a", 3)
        store.save_draft(noor.id, "4.q1", "half a thought", 8.5)
        store.close()
        with Store.open(path) as again:
            assert again.draft(noor.id, "4.q1") == "half a thought"
            assert again.drafts(noor.id)["4.q1"].seconds == 8.5

    def test_there_is_one_for_each_learner_and_question(self, store: Store, noor: Learner) -> None:
        other = store.add_learner("Zoë")
        store.save_draft(noor.id, "4.q1", "a")
        store.save_draft(noor.id, "4.q2", "b")
        assert {question: draft.text for question, draft in store.drafts(noor.id).items()} == {"4.q1": "a", "4.q2": "b"}
        assert store.draft(other.id, "4.q1") == ""
        store.save_draft(noor.id, "4.q1", "")
        assert set(store.drafts(noor.id)) == {"4.q2"}

    def test_an_answer_takes_its_place(self, store: Store, noor: Learner) -> None:
        for question in ("4.q1", "4.q2"):
            store.save_draft(noor.id, question, "text")
        answer(store, noor, "k")
        assert set(store.drafts(noor.id)) == {"4.q2"}

    def test_a_page_that_runs_twice_drops_no_newer_draft(self, store: Store, noor: Learner) -> None:
        answer(store, noor, "k")
        store.save_draft(noor.id, "4.q1", "the next try")
        answer(store, noor, "k")
        assert store.draft(noor.id, "4.q1") == "the next try"


def test_predictions_are_kept_with_their_outcome(store: Store, path: Path, noor: Learner) -> None:
    added = [
        store.add_prediction(noor.id, "clustering", "lloyd", 2, True),
        store.add_prediction(noor.id, "clustering", "lloyd", 0, False),
        store.add_prediction(noor.id, "clustering", "inits", None, None),
    ]
    store.close()
    with Store.open(path) as again:
        assert again.predictions(noor.id) == added
    assert [(one.experiment, one.choice, one.right) for one in added] == [
        ("lloyd", 2, True),
        ("lloyd", 0, False),
        ("inits", None, None),
    ]


def test_the_last_reading_position_of_each_topic_is_kept(store: Store, path: Path, noor: Learner) -> None:
    for topic, anchor in (("clustering", "intuition"), ("linear_regression", "normal"), ("clustering", "worked")):
        store.save_reading(noor.id, topic, anchor)
    store.close()
    with Store.open(path) as again:
        found = again.readings(noor.id)
    assert {topic: reading.anchor for topic, reading in found.items()} == {
        "clustering": "worked",
        "linear_regression": "normal",
    }
    assert all(reading.at.utcoffset() == timedelta(0) for reading in found.values())


class TestAppendOnly:
    @pytest.mark.parametrize("table", ["attempts", "marks", "predictions"])
    @pytest.mark.parametrize("statement", ["UPDATE {} SET at = 'never'", "DELETE FROM {}"])
    def test_the_file_itself_refuses_to_forget(
        self, store: Store, path: Path, noor: Learner, table: str, statement: str
    ) -> None:
        store.add_marks(answer(store, noor, "k").id, {}, True)
        store.add_prediction(noor.id, "clustering", "lloyd", 1, None)
        before = raw_log(store)
        with closing(sqlite3.connect(path)) as other, pytest.raises(sqlite3.IntegrityError, match="append-only"):
            other.execute(statement.format(table))
        assert raw_log(store) == before

    def test_nor_does_replacing_help(self, store: Store, noor: Learner) -> None:
        answer(store, noor, "k")
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            store._connection._cursor.run("REPLACE INTO attempts SELECT * FROM attempts")

    def test_an_attempt_is_undone_once(self, store: Store, noor: Learner) -> None:
        answer(store, noor, "k")
        store.undo_last(noor.id)
        with pytest.raises(sqlite3.IntegrityError, match="undoes"):
            store._connection._cursor.run(
                "INSERT INTO attempts (kind, key, learner, undoes, topic, question, at) "
                "VALUES ('undo', 'x', 1, 1, '', '', '')"
            )


def test_the_database_lies_where_it_is_told_to(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GRIMOIRE_DATA", str(tmp_path / "deep" / "er"))
    assert default_path() == tmp_path / "deep" / "er" / "grimoire.db"
    with Store.open(default_path()) as store:
        assert store.path.is_file()
    for value in ("", None):
        monkeypatch.setenv("GRIMOIRE_DATA", value) if value is not None else monkeypatch.delenv("GRIMOIRE_DATA")
        assert default_path().name == "grimoire.db"
        assert "living-grimoire" in default_path().parts


@pytest.mark.parametrize("name", ["with space", "ünïcødé", "per%20cent", "quest?ion", "ha#sh", "quote'"])
def test_the_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name / "grimoire.db"
    for _ in range(2):
        with Store.open(path) as store:
            assert store.backup("x").parent == tmp_path / name / "backups"
    assert {entry.name for entry in tmp_path.iterdir()} == {name}


def test_the_disk_is_waited_for(store: Store) -> None:
    assert [store._read(f"PRAGMA {pragma}")[0][0] for pragma in ("journal_mode", "synchronous", "foreign_keys")] == [
        "wal",
        2,
        1,
    ]


def test_a_closed_store_says_so(store: Store, noor: Learner) -> None:
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        answer(store, noor, "k")
    with pytest.raises(StoreError, match="closed"):
        store.learners()


def test_importing_the_store_is_cheap() -> None:
    code = (
        "import sys, engine.quiz.store; "
        "print([name for name in ('sqlite_utils', 'pandas', 'numpy', 'platformdirs') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
