"""What leaves one machine arrives on another: once, whole, in the same order, and it can be taken back."""

from __future__ import annotations

import itertools
import json
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings

from engine.quiz.store.faults import NotFound
from engine.quiz.store.rows import Learner
from engine.quiz.store.store import Store
from tests.quiz.import_helpers import (
    DATA,
    NOON,
    STEPS,
    Steps,
    brought,
    carry,
    dump,
    everything,
    export,
    line,
    said,
    standing,
    undo_line,
    work,
)
from tests.quiz.store_helpers import HOSTILE, answer, raw_log


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Store]:
    """Another machine."""
    with Store.open(tmp_path / "elsewhere" / "grimoire.db") as store:
        yield store


def busy(store: Store, learner: Learner) -> None:
    """Leave a little of everything."""
    for number, (name, text) in enumerate(HOSTILE.items()):
        if len(text) < 1000 and name != "a pair of lone surrogates":
            attempt = answer(store, learner, f"k{number}", answer=text, question=f"4.q{number % 4}")
            store.add_marks(attempt.id, {"0": True}, number % 2 == 0)
    store.undo_last(learner.id)
    store.add_prediction(learner.id, "clustering", "lloyd", 2, True)
    store.save_draft(learner.id, "2.q2", HOSTILE["NUL"], 3)
    store.save_reading(learner.id, "clustering", "worked")
    store.save_setting(learner.id, "wishes", {"retention": 0.8, "exam": "2026-12-01"})


class TestCarrying:
    def test_everything_arrives_and_leaves_again(self, store: Store, elsewhere: Store, noor: Learner) -> None:
        busy(store, noor)
        plan = carry(store.export_jsonl(), elsewhere)
        assert plan.aside == ()
        assert [(one.table, one.new, one.here) for one in plan.rows] == [
            ("learners", 1, 0),
            ("attempts", 15, 0),
            ("marks", 14, 0),
            ("predictions", 1, 0),
            ("drafts", 1, 0),
            ("readings", 1, 0),
            ("settings", 1, 0),
        ]
        assert standing(elsewhere) == standing(store)
        assert said(elsewhere.export_jsonl()) == said(store.export_jsonl())
        there = elsewhere.learners()[0]
        assert elsewhere.draft(there.id, "2.q2") == HOSTILE["NUL"]
        assert elsewhere.readings(there.id) == store.readings(noor.id)
        assert elsewhere.setting(there.id, "wishes") == {"retention": 0.8, "exam": "2026-12-01"}
        assert elsewhere.check() == []

    def test_a_second_time_nothing_happens(self, store: Store, elsewhere: Store, noor: Learner) -> None:
        busy(store, noor)
        carry(store.export_jsonl(), elsewhere)
        before, backups = dump(elsewhere.path), sorted(elsewhere.path.parent.rglob("*.db"))
        again = elsewhere.plan_import(store.export_jsonl())
        assert not again.adds
        assert elsewhere.import_plan(again) is None
        assert dump(elsewhere.path) == before
        assert sorted(elsewhere.path.parent.rglob("*.db")) == backups

    def test_nor_where_it_came_from(self, store: Store, noor: Learner) -> None:
        busy(store, noor)
        before = dump(store.path)
        assert not carry(store.export_jsonl(), store).adds
        assert dump(store.path) == before

    def test_a_plan_that_somebody_else_carried_out_meanwhile_brings_nothing_twice(
        self, store: Store, elsewhere: Store, noor: Learner
    ) -> None:
        busy(store, noor)
        first, second = (elsewhere.plan_import(store.export_jsonl()) for _ in range(2))
        assert elsewhere.import_plan(first) is not None
        before = dump(elsewhere.path)
        assert elsewhere.import_plan(second) is None
        assert dump(elsewhere.path) == before

    def test_a_plan_writes_nothing(self, store: Store, elsewhere: Store, noor: Learner) -> None:
        busy(store, noor)
        before = dump(elsewhere.path)
        assert elsewhere.plan_import(store.export_jsonl()).adds
        assert dump(elsewhere.path) == before

    def test_a_backup_comes_first(self, store: Store, elsewhere: Store, noor: Learner) -> None:
        busy(store, noor)
        elsewhere.add_learner("Ann")
        carry(store.export_jsonl(), elsewhere)
        (copy,) = (elsewhere.path.parent / "backups").iterdir()
        assert copy.name.endswith("-before-an-import.db")
        with Store.open(copy) as before:
            assert [one.name for one in before.learners()] == ["Ann"]

    def test_what_cannot_be_backed_up_is_not_imported(self, store: Store, elsewhere: Store, noor: Learner) -> None:
        busy(store, noor)
        (elsewhere.path.parent / "backups").write_text("a file where the folder should be")
        before = dump(elsewhere.path)
        with pytest.raises(Exception, match="backups"):
            carry(store.export_jsonl(), elsewhere)
        assert dump(elsewhere.path) == before

    def test_a_later_export_brings_what_came_since(self, store: Store, elsewhere: Store, noor: Learner) -> None:
        first = answer(store, noor, "a")
        carry(store.export_jsonl(), elsewhere)
        answer(store, noor, "b")
        store.add_marks(first.id, {}, False)
        plan = carry(store.export_jsonl(), elsewhere)
        assert {one.table: (one.new, one.here) for one in plan.rows} == {
            "learners": (0, 1),
            "attempts": (1, 1),
            "marks": (1, 0),
        }
        assert standing(elsewhere) == standing(store)

    def test_two_lone_surrogates_become_a_character_and_no_conflict(
        self, store: Store, elsewhere: Store, noor: Learner
    ) -> None:
        """JSON cannot tell them apart."""
        answer(store, noor, "k", answer=HOSTILE["a pair of lone surrogates"])
        carry(store.export_jsonl(), elsewhere)
        assert elsewhere.attempts(1)[0].answer == HOSTILE["the character they would be"]
        for data in (store.export_jsonl(), elsewhere.export_jsonl()):
            assert (store.plan_import(data).aside, elsewhere.plan_import(data).aside) == ((), ())


class TestVersionOne:
    def test_an_export_of_the_first_version_is_what_its_database_became(self, path: Path) -> None:
        """Keys and positions are derived twice, from the file and from the rows, and are the same."""
        with sqlite3.connect(path) as connection:
            connection.executescript((DATA / "version_1.sql").read_text(encoding="utf-8"))
        connection.close()
        with Store.open(path) as store:
            before = dump(path)
            plan = carry((DATA / "export_1.jsonl").read_bytes(), store)
            assert (plan.version, plan.adds, plan.aside) == (1, False, ())
            assert dump(path) == before

    def test_it_arrives_on_a_new_machine(self, path: Path, elsewhere: Store) -> None:
        with sqlite3.connect(path) as connection:
            connection.executescript((DATA / "version_1.sql").read_text(encoding="utf-8"))
        connection.close()
        carry((DATA / "export_1.jsonl").read_bytes(), elsewhere)
        with Store.open(path) as store:
            assert standing(elsewhere) == standing(store)
            assert said(elsewhere.export_jsonl()) == said(store.export_jsonl())

    def test_two_copies_of_a_first_file_get_the_same_keys(self, path: Path, tmp_path: Path) -> None:
        with sqlite3.connect(path) as connection:
            connection.executescript((DATA / "version_1.sql").read_text(encoding="utf-8"))
            for _ in range(2):  # two that say exactly the same
                connection.execute(
                    "INSERT INTO marks (attempt, marks, recalled, at) SELECT attempt, marks, recalled, "
                    "at FROM marks WHERE id = 1"
                )
        connection.close()
        shutil.copy(path, tmp_path / "copy.db")
        with Store.open(path) as store, Store.open(tmp_path / "copy.db") as copy:
            keys = [row["key"] for row in raw_log(store) if row.get("key")]
            assert keys == [row["key"] for row in raw_log(copy) if row.get("key")]
            assert len(set(keys)) == len(keys) == 2 + 6 + 7 + 2
            assert not copy.plan_import(store.export_jsonl()).adds


class TestWho:
    def test_names_decide_in_any_case(self, store: Store, elsewhere: Store, noor: Learner) -> None:
        answer(store, noor, "k")
        there = elsewhere.add_learner("NOOR")
        plan = carry(store.export_jsonl(), elsewhere)
        assert [(one.name, one.here) for one in plan.learners] == [("Noor", there)]
        assert (len(elsewhere.learners()), len(elsewhere.attempts(there.id))) == (1, 1)

    def test_who_was_renamed_since_is_found_again(self, store: Store, elsewhere: Store, noor: Learner) -> None:
        answer(store, noor, "a")
        carry(store.export_jsonl(), elsewhere)
        renamed = elsewhere.rename_learner(elsewhere.learners()[0].id, "Nora")
        answer(store, noor, "b")
        assert carry(store.export_jsonl(), elsewhere).learners[0].here == renamed
        assert [one.name for one in elsewhere.learners()] == ["Nora"]
        assert len(elsewhere.attempts(renamed.id)) == 2

    def test_everything_may_go_to_one(self, store: Store, elsewhere: Store, noor: Learner) -> None:
        answer(store, noor, "a")
        answer(store, store.add_learner("Zoë"), "b")
        me = elsewhere.add_learner("Me")
        data = store.export_jsonl()
        carry(data, elsewhere, into=me.id)
        assert [one.key for one in elsewhere.attempts(me.id)] == ["a", "b"]
        assert elsewhere.learners() == [me]
        by_name = elsewhere.plan_import(data)  # the answers are somebody's already: nobody is added for them
        assert (by_name.adds, by_name.learners) == (False, ())

    def test_nobody_takes_nothing(self, elsewhere: Store) -> None:
        before = dump(elsewhere.path)
        with pytest.raises(NotFound, match="Learner number 7"):
            carry(export(*everything()), elsewhere, into=7)
        assert dump(elsewhere.path) == before

    def test_one_learner_s_export_brings_one(self, store: Store, elsewhere: Store, noor: Learner) -> None:
        answer(store, noor, "a")
        answer(store, store.add_learner("Zoë"), "b")
        carry(store.export_jsonl(noor.id), elsewhere)
        assert {name: len(seen[0]) for name, seen in standing(elsewhere).items()} == {"Noor": 1}


class TestNewestCounts:
    def test_a_newer_draft_replaces_and_an_older_does_not(self, store: Store, noor: Learner) -> None:
        store.save_draft(noor.id, "4.q1", "here")
        for at, expected in ((NOON, "here"), (NOON + timedelta(days=900), "here there")):
            rows = line("learners"), line("drafts", question="4.q1", text=expected, at=at.isoformat())
            carry(export(*rows), store, now=NOON + timedelta(days=900))
            assert store.draft(noor.id, "4.q1") == expected

    def test_a_draft_of_a_question_that_was_answered_since_stays_away(self, store: Store, noor: Learner) -> None:
        answer(store, noor, "k", question="4.q2")
        plan = carry(export(line("learners"), line("drafts", at="2020-01-01T00:00:00Z")), store)
        assert not plan.adds
        assert store.drafts(noor.id) == {}

    def test_undoing_gives_back_what_was_replaced_unless_it_was_written_since(
        self, store: Store, noor: Learner
    ) -> None:
        store.save_setting(noor.id, "wishes", 1)
        store.save_setting(noor.id, "mood", 1)
        later = (NOON + timedelta(days=900)).isoformat()
        data = export(
            line("learners"),
            line("settings", at=later),
            line("settings", name="mood", value=2, at=later),
            line("settings", name="new", value=2, at=later),
        )
        batch = brought(store.import_plan(store.plan_import(data, now=NOON + timedelta(days=900))))
        assert store.setting(noor.id, "wishes") == {"retention": 0.9}
        store.save_setting(noor.id, "mood", 3)
        assert store.undo_import(batch)
        assert [store.setting(noor.id, name) for name in ("wishes", "mood", "new")] == [1, 3, None]
        assert store.redo_import(batch)
        assert [store.setting(noor.id, name) for name in ("wishes", "mood", "new")] == [{"retention": 0.9}, 3, 2]


class TestUndo:
    def test_it_leaves_out_and_deletes_nothing(self, store: Store, elsewhere: Store, noor: Learner) -> None:
        busy(store, noor)
        mine = answer(elsewhere, elsewhere.add_learner("Ann"), "mine")
        before = standing(elsewhere), said(elsewhere.export_jsonl())
        batch = brought(elsewhere.import_plan(elsewhere.plan_import(store.export_jsonl()), "from.jsonl"))
        after = standing(elsewhere), said(elsewhere.export_jsonl())
        rows = dump(elsewhere.path)
        assert elsewhere.undo_import(batch)
        assert (standing(elsewhere), said(elsewhere.export_jsonl())) == before
        assert not elsewhere.undo_import(batch)
        assert [(one.source, one.undone) for one in elsewhere.batches()] == [("from.jsonl", True)]
        kept = {row for row in rows.splitlines() if 'INTO "attempts"' in row or 'INTO "marks"' in row}
        assert kept <= set(dump(elsewhere.path).splitlines())
        assert elsewhere.redo_import(batch)
        assert (standing(elsewhere), said(elsewhere.export_jsonl())) == after
        assert not elsewhere.redo_import(batch)
        assert not elsewhere.batches()[0].undone
        assert elsewhere.attempts(mine.learner) == [mine]

    def test_importing_again_brings_it_back(self, store: Store, elsewhere: Store, noor: Learner) -> None:
        busy(store, noor)
        first = brought(elsewhere.import_plan(elsewhere.plan_import(store.export_jsonl())))
        elsewhere.undo_import(first)
        plan = elsewhere.plan_import(store.export_jsonl())
        assert {one.table: (one.new, one.back) for one in plan.rows if one.table in ("attempts", "marks")} == {
            "attempts": (0, 15),
            "marks": (0, 14),
        }
        second = brought(elsewhere.import_plan(plan))
        assert standing(elsewhere) == standing(store)
        elsewhere.undo_import(second)
        assert standing(elsewhere) == {}
        elsewhere.redo_import(first)  # either brings it
        assert standing(elsewhere) == standing(store)

    def test_only_what_the_import_brought_goes(self, store: Store, elsewhere: Store, noor: Learner) -> None:
        answer(store, noor, "a")
        carry(store.export_jsonl(), elsewhere)
        answer(store, noor, "b")
        second = brought(elsewhere.import_plan(elsewhere.plan_import(store.export_jsonl())))
        elsewhere.undo_import(second)
        assert [one.key for one in elsewhere.attempts(1)] == ["a"]

    def test_an_undo_that_came_and_went_can_be_made_here(self, store: Store, noor: Learner) -> None:
        answer(store, noor, "k", at=NOON, answer="text", fingerprint="f", seconds=1.5)
        rows = line("learners"), line("attempts"), undo_line()
        batch = brought(store.import_plan(store.plan_import(export(*rows))))
        assert store.attempts(noor.id) == []
        store.undo_import(batch)
        assert len(store.attempts(noor.id)) == 1
        undone = store.undo_last(noor.id)
        assert undone is not None
        assert undone.undone
        assert store.attempts(noor.id) == []
        assert store.undo_last(noor.id) is None

    def test_somebody_who_came_and_went_can_be_added_here(self, store: Store) -> None:
        batch = brought(store.import_plan(store.plan_import(export(*everything()))))
        store.undo_import(batch)
        assert store.learners() == []
        assert [one.name for one in (store.add_learner("NOOR"), *store.learners())] == ["NOOR", "NOOR"]
        assert store.attempts(1) == []
        store.redo_import(batch)
        assert len(store.attempts(1, undone=True)) == 1

    def test_who_only_looked_around_goes_and_comes_back_with_a_place_in_the_book(self, store: Store) -> None:
        batch = brought(store.import_plan(store.plan_import(export(line("learners"), line("attempts")))))
        (noor,) = store.learners()
        for _ in range(2):
            store.save_reading(noor.id, "clustering", "words")
            store.save_setting(noor.id, "wishes", {"new": 3})
            store.undo_import(batch)
            assert store.learners() == []
            store.redo_import(batch)
            assert store.learners() == [noor]
            assert store.readings(noor.id)["clustering"].anchor == "words"
            assert store.setting(noor.id, "wishes") == {"new": 3}

    def test_whoever_came_twice_leaves_nothing_either(self, store: Store) -> None:
        data = export(line("learners"), line("attempts"))
        first = brought(store.import_plan(store.plan_import(data)))
        store.undo_import(first)
        second = brought(store.import_plan(store.plan_import(data)))
        store.save_reading(store.learners()[0].id, "clustering", "words")
        store.undo_import(second)
        assert store.learners() == []

    @pytest.mark.parametrize("kind", ["answer", "draft", "prediction"])
    def test_work_of_their_own_keeps_a_learner(self, store: Store, kind: str) -> None:
        batch = brought(store.import_plan(store.plan_import(export(line("learners"), line("attempts")))))
        (noor,) = store.learners()
        if kind == "answer":
            answer(store, noor, "mine")
        elif kind == "draft":
            store.save_draft(noor.id, "4.q1", "half")
        else:
            store.add_prediction(noor.id, "clustering", "lloyd", 1, True)
        store.save_reading(noor.id, "clustering", "words")
        store.undo_import(batch)
        assert store.learners() == [noor]
        assert "clustering" in store.readings(noor.id)

    def test_who_came_and_answered_here_stays(self, store: Store) -> None:
        batch = brought(store.import_plan(store.plan_import(export(*everything()))))
        (noor,) = store.learners()
        mine = answer(store, noor, "mine")
        store.undo_import(batch)
        assert store.learners() == [noor]
        assert [one.key for one in store.attempts(noor.id, undone=True)] == [mine.key]


class TestMerge:
    @pytest.mark.slow
    @settings(max_examples=40, deadline=None)
    @given(STEPS, STEPS, STEPS, STEPS)
    def test_two_machines_end_alike_whichever_way_round(
        self, common: Steps, ours: Steps, theirs: Steps, after: Steps
    ) -> None:
        with (
            TemporaryDirectory() as folder,
            Store.open(Path(folder, "a.db")) as a,
            Store.open(Path(folder, "b.db")) as b,
            Store.open(Path(folder, "c.db")) as c,
        ):
            work(a, "Noor", "a", common)
            carry(a.export_jsonl(), b)
            work(a, "Noor", "a", ours, NOON + timedelta(minutes=1))
            work(b, "Noor", "b", theirs, NOON + timedelta(minutes=2))
            work(b, "Zoë", "b", ours, NOON + timedelta(minutes=3))
            from_a, from_b = a.export_jsonl(), b.export_jsonl()
            carry(from_b, a)
            carry(from_a, b)
            carry(from_b, c)
            carry(from_a, c)
            same(a, b, c)
            work(a, "Noor", "a", after, NOON + timedelta(minutes=4))
            carry(a.export_jsonl(), b)
            same(a, b)
            assert not b.plan_import(a.export_jsonl()).adds
            assert a.check() == b.check() == c.check() == []

    def test_work_done_apart_is_ordered_by_time(self, store: Store, elsewhere: Store, noor: Learner) -> None:
        there = elsewhere.add_learner("Noor")
        for hour, one, who in ((1, store, noor), (2, elsewhere, there), (3, store, noor), (4, elsewhere, there)):
            answer(one, who, f"k{hour}", at=NOON + timedelta(hours=hour), machine={"correct": hour == 4})
        carry(elsewhere.export_jsonl(), store)
        assert [one.key for one in store.attempts(noor.id)] == ["k1", "k2", "k3", "k4"]
        assert store.progress(noor.id)["4.q1"].last_correct is True
        assert answer(store, noor, "k5", at=NOON).sequence > store.attempts(noor.id)[-2].sequence
        gone = store.undo_last(noor.id)
        assert gone is not None
        assert gone.key == "k5"


def same(*stores: Store) -> None:
    """Check that databases hold the same events and answers, and so the same progress."""
    events = [
        [row for row in said(store.export_jsonl()) if row["table"] in ("attempts", "marks", "predictions")]
        for store in stores
    ]
    for one, other in itertools.pairwise(events):
        assert one == other
    for one, other in itertools.pairwise(stores):
        assert standing(one) == standing(other)


def test_counts_of_a_batch_are_what_it_brought(store: Store) -> None:
    batch = store.import_plan(store.plan_import(export(*everything())), "a/b.jsonl")
    assert batch is not None
    assert batch.counts == {
        "learners": 1,
        "attempts": 2,
        "marks": 1,
        "predictions": 1,
        "drafts": 1,
        "readings": 1,
        "settings": 1,
    }
    assert (batch.source, batch.undone, store.batches()) == ("a/b.jsonl", False, [batch])


def test_an_export_says_nothing_of_imports(store: Store) -> None:
    carry(export(*everything()), store)
    assert all("batch" not in json.loads(row) for row in store.export_jsonl().splitlines())


class TestTwoMachinesCallALearnerByOneName:
    """Both begin with "Learner 1"; what follows is one learner on each, whoever renames."""

    @staticmethod
    def names(store: Store) -> list[str]:
        return [one.name for one in store.learners()]

    @pytest.fixture
    def machines(self, tmp_path: Path) -> Iterator[tuple[Store, Store]]:
        with Store.open(tmp_path / "one.db") as one, Store.open(tmp_path / "two.db") as two:
            for number, store in enumerate((one, two)):
                answer(store, store.add_learner("Learner 1"), f"machine {number}")
            yield one, two

    def test_renamed_and_exported_again(self, machines: tuple[Store, Store]) -> None:
        one, two = machines
        carry(two.export_jsonl(), one)
        two.rename_learner(1, "Noor")
        answer(two, two.learners()[0], "later")
        plan = carry(two.export_jsonl(), one)
        assert [match.here for match in plan.learners] == one.learners()
        assert self.names(one) == ["Learner 1"]
        assert len(one.attempts(1)) == 3
        assert not carry(two.export_jsonl(), one).adds

    def test_renamed_here(self, machines: tuple[Store, Store]) -> None:
        one, two = machines
        carry(two.export_jsonl(), one)
        one.rename_learner(1, "Ada")
        answer(two, two.learners()[0], "later")
        carry(two.export_jsonl(), one)
        assert (self.names(one), len(one.attempts(1))) == (["Ada"], 3)

    def test_carried_back_under_another_name(self, machines: tuple[Store, Store]) -> None:
        one, two = machines
        carry(two.export_jsonl(), one)
        one.rename_learner(1, "Ada")
        carry(one.export_jsonl(), two)  # two never saw one's key: one says that it knows two's
        assert (self.names(two), len(two.attempts(1))) == (["Learner 1"], 2)

    def test_both_renamed(self, machines: tuple[Store, Store]) -> None:
        one, two = machines
        carry(two.export_jsonl(), one)
        carry(one.export_jsonl(), two)
        one.rename_learner(1, "Ada")
        two.rename_learner(1, "Noor")
        answer(one, one.learners()[0], "of one")
        answer(two, two.learners()[0], "of two")
        carry(two.export_jsonl(), one)
        carry(one.export_jsonl(), two)
        assert (self.names(one), self.names(two)) == (["Ada"], ["Noor"])
        assert {row.key for row in one.attempts(1)} == {row.key for row in two.attempts(1)}
        assert len(one.attempts(1)) == 4

    def test_a_third_machine_learns_it_from_the_first(self, machines: tuple[Store, Store], tmp_path: Path) -> None:
        one, two = machines
        carry(two.export_jsonl(), one)
        with Store.open(tmp_path / "three.db") as three:
            carry(one.export_jsonl(), three)
            two.rename_learner(1, "Noor")
            answer(two, two.learners()[0], "later")
            carry(two.export_jsonl(), three)
            assert (self.names(three), len(three.attempts(1))) == (["Learner 1"], 3)

    def test_with_nothing_but_a_draft(self, tmp_path: Path) -> None:
        with Store.open(tmp_path / "one.db") as one, Store.open(tmp_path / "two.db") as two:
            for store in (one, two):
                store.save_draft(store.add_learner("Learner 1").id, f"4.q{store.path.stem}", "half")
            carry(two.export_jsonl(), one)
            two.rename_learner(1, "Noor")
            two.save_draft(1, "4.q3", "more")
            carry(two.export_jsonl(), one)
            assert self.names(one) == ["Learner 1"]

    def test_undone_with_the_import_that_brought_it(self, machines: tuple[Store, Store]) -> None:
        one, two = machines
        before = one.export_jsonl().splitlines()[1:]
        carry(two.export_jsonl(), one)
        one.undo_import(one.batches()[0].id)
        assert one.export_jsonl().splitlines()[1:] == before

    def test_somebody_else_of_another_name_is_new(self, machines: tuple[Store, Store]) -> None:
        one, two = machines
        carry(two.export_jsonl(), one)
        answer(two, two.add_learner("Ben"), "Ben's")
        carry(two.export_jsonl(), one)
        assert self.names(one) == ["Learner 1", "Ben"]
