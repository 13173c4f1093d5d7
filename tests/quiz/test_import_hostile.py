"""A file may come from anywhere: what is wrong with it is said in words, and the database stays as it was."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import random
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import DataRefused, GrimoireError
from engine.quiz.store.carry import reading
from engine.quiz.store.rows import Learner
from engine.quiz.store.store import Store
from tests.quiz.import_helpers import DATA, NOON, carry, dump, everything, export, line, undo_line
from tests.quiz.store_helpers import HOSTILE, answer

NAN, LONG, DEEP = float("nan"), "x" * 1001, json.loads("[" * 60 + "]" * 60)


class TestRefused:
    def zipped(self) -> bytes:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("export.jsonl", bytes(1 << 20))
        return packed.getvalue()

    @pytest.mark.parametrize(
        ("data", "says"),
        [
            (b"", "empty"),
            (b"\n \n", "empty"),
            (b"\xef\xbb\xbf", "empty"),
            (gzip.compress(bytes(1 << 20)), "gzip"),
            ("zip", "zip archive"),
            (b"SQLite format 3\0" + bytes(80), "a database"),
            (b"{}\n\0", "not text"),
            (b"\xff\xfe\xfa", "not an export"),
            (b"[]\n", "not an export"),
            (b"{}\n", "not an export"),
            (b"Dear diary", "not an export"),
            (b"[" * 100_000, "not an export"),
            (b"1" * 10_000, "not an export"),
            (b'{"format": "another"}', "not an export"),
            (b'{"format": "living-grimoire"}', "says version None"),
            (b'{"format": "living-grimoire", "version": true}', "says version True"),
            (b'{"format": "living-grimoire", "version": 0}', "says version 0"),
            (b'{"format": "living-grimoire", "version": 1e999}', "not an export"),
            (export(version=99), "newer version of the app: it has version 99"),
            (export(version=10**300), "newer"),
        ],
    )
    def test_what_is_no_export(self, store: Store, data: Any, says: str) -> None:
        before = dump(store.path)
        with pytest.raises(DataRefused, match=says):
            store.plan_import(self.zipped() if data == "zip" else data)
        assert dump(store.path) == before

    def test_what_is_too_large(self, store: Store) -> None:
        """Neither is parsed: ten million rows are counted, the size is asked."""
        with pytest.raises(DataRefused, match="10,000,001 rows; at most 500,000"):
            store.plan_import(export() + b"{}\n" * 10_000_000)
        with pytest.raises(DataRefused, match=f"at most {reading.MOST_BYTES:,}"):
            store.plan_import(b" " * (reading.MOST_BYTES + 1))

    def test_a_line_without_an_end_is_read(self, store: Store) -> None:
        assert store.plan_import(export(line("learners"))[:-1].replace(b"\n", b"\r\n")).changes == 1


# What is wrong with one row among good ones, and what is said about it.
BAD_ROWS: list[tuple[Any, str]] = [
    ("text", "a line that is no row: 'text'"),
    (["table"], "a line that is no row: a list"),
    (None, "a line that is no row"),
    ({}, "a table that this app does not know: None"),
    ({"table": "sqlite_master"}, "a table that this app does not know: 'sqlite_master'"),
    ({"table": ["attempts"]}, "a table that this app does not know: a list"),
    (line("attempts", DROP=1), "a column that this app does not know: 'DROP'"),
    ({key: value for key, value in line("attempts").items() if key != "answer"}, "a row without “answer”"),
    (line("attempts", key=DEEP), "too many brackets in brackets"),
    (line("attempts", sequence=2, key="x", machine={"a": NAN}), "NaN is no number"),
    *(
        (line("attempts", **{"sequence": 2, "key": "x", column: value}), says)
        for column, value, says in [
            ("confidence", 7, "“confidence” must be a whole number from 1 to 4: it is 7"),
            ("confidence", 0, "it is 0"),
            ("confidence", "3", "it is '3'"),
            ("confidence", True, "it is True"),
            ("confidence", 3.0, "it is 3.0"),
            ("confidence", None, "an answer without “confidence”"),
            ("confidence", 10**30, "a number of more than 20 digits"),
            ("seconds", -1, "“seconds” must be a number of seconds, 0 or more: it is -1"),
            ("seconds", 10**400, "“seconds”"),
            ("seconds", "1", "“seconds”"),
            ("seconds", True, "“seconds”"),
            ("at", "2031-01-01T00:00:00+00:00", "no more than a day ahead of this machine's clock: it is '2031"),
            ("at", "2026-01-01T00:00:00", "a time with its zone"),
            ("at", "yesterday", "a time with its zone"),
            ("at", 5, "a time"),
            ("at", "0001-01-01T00:00:00+14:00", "a time"),
            ("at", "1969-12-31T00:00:00Z", "a time"),
            ("learner", 9, "a learner who is not in the file: 9"),
            ("learner", "1", "“learner” must be a whole number"),
            ("learner", 2**63, "“learner” must be a whole number"),
            ("kind", "delete", "“answer” or “undo”"),
            ("answer", {"a": 1}, "“answer” must be text"),
            ("answer", None, "an answer without “answer”"),
            ("machine", [], "“machine” must be an object: it is a list"),
            ("machine", "{}", "must be an object"),
            ("key", LONG, "“key” must be text of at most 1,000 characters: it is 1,001 long"),
            ("key", "undo:k", "an answer whose key begins with 'undo:'"),
            ("question", 4, "“question” must be text"),
            ("undoes", 1, "an answer that undoes something"),
            ("hint_used", 2, "“hint_used”"),
            ("position", 2**61, "“position”"),
            ("position", -1, "“position”"),
            ("correct", "yes", "“correct”"),
            ("sequence", 1, "a number that another row of the file has: 1"),
        ]
    ),
    (line("attempts", sequence=2, answer="other"), "a key that another row of the file has: 'k'"),
    (undo_line(undoes=9), "an answer that is not in the file or was set aside: 9"),
    (undo_line(undoes=None), "an undo of nothing"),
    (line("marks", attempt=9), "an answer that is not in the file or was set aside: 9"),
    (line("marks", marks=[1]), "“marks” must be an object"),
    (line("marks", recalled=2), "“recalled”"),
    (line("predictions", choice=-1), "“choice”"),
    (line("predictions", learner=2), "a learner who is not in the file"),
    (line("learners", id=2, name=""), "“name” must be a name that can be used"),
    (line("learners", id=2, name="a\u202eb"), "cannot be seen"),
    (line("learners", id=2, name="\ud800"), "“name”"),
    (line("learners", id=2, name="x" * 61), "“name”"),
    (line("learners", id=2, key="M"), "in the file already"),
    (line("learners", name="Zoë", key="M"), "in the file already"),
    (line("learners", id=2, name="Zoë"), "in the file already"),
    (line("drafts", learner=9), "a learner who is not in the file"),
    (line("drafts", text=None), "“text” must be text"),
    (line("readings", anchor=1), "“anchor”"),
    (line("settings", name=None), "“name” must be text"),
]


class TestSetAside:
    @pytest.mark.parametrize(("row", "says"), BAD_ROWS, ids=[str(n) for n in range(len(BAD_ROWS))])
    def test_a_bad_row_is_set_aside_with_a_reason_and_the_good_ones_arrive(
        self, store: Store, row: Any, says: str
    ) -> None:
        data = export(line("learners"), line("attempts"), row, line("predictions", key="good"))
        plan = carry(data, store, now=NOON)
        assert [(one.count, one.line) for one in plan.aside] == [(1, 4)]
        assert says in plan.aside[0].says
        assert len(plan.aside[0].says) < 300
        (noor,) = store.learners()
        assert (len(store.attempts(noor.id)), len(store.predictions(noor.id))) == (1, 1)
        assert store.attempts(noor.id)[0].confidence == 3
        assert store.check() == []

    def test_many_of_a_kind_are_one_line(self, store: Store) -> None:
        plan = store.plan_import(export(*(line("attempts", learner=n) for n in range(5000))))
        assert [(one.says, one.count, one.line) for one in plan.aside] == [
            ("a learner who is not in the file: 0", 5000, 2)
        ]

    def test_lines_that_are_no_text_or_no_json(self, store: Store) -> None:
        plan = store.plan_import(export() + b'{"table": \xff}\n{"table": \n' + b"[" * 100_000 + b"\n" + b"9" * 5000)
        assert [(one.table, one.says.split(":")[0]) for one in plan.aside] == [
            ("unknown", "a line that is no UTF-8 text"),
            ("unknown", "a line that is no JSON"),
            ("unknown", "a line with too many brackets in brackets"),
        ]

    def test_a_key_with_another_content_here_changes_nothing(self, store: Store, noor: Learner) -> None:
        answer(store, noor, "k", answer="mine", at=NOON)
        store.add_marks(1, {}, True)
        before = dump(store.path)
        plan = carry(export(line("learners"), line("attempts"), undo_line(), line("marks")), store)
        assert not plan.adds
        assert [(one.table, one.says) for one in plan.aside] == [
            ("attempts", "a key that belongs to something else here: 'k'"),
            ("attempts", "about an answer that was set aside: 'undo:k'"),
            ("marks", "about an answer that was set aside: 'm'"),
        ]
        assert dump(store.path) == before

    def test_the_same_row_twice_counts_once(self, store: Store) -> None:
        plan = carry(
            export(
                line("learners"),
                line("attempts"),
                line("attempts", sequence=2),
                line("predictions"),
                line("predictions"),
            ),
            store,
        )
        assert plan.aside == ()
        assert {one.table: (one.new, one.here) for one in plan.rows} == {
            "learners": (1, 0),
            "attempts": (1, 1),
            "predictions": (1, 1),
        }


class TestKept:
    @pytest.mark.parametrize("name", HOSTILE)
    def test_text_stays_text(self, store: Store, name: str) -> None:
        text = HOSTILE[name]
        short = text[:1000]
        rows = (
            line("learners", name="<b>Jo</b>"),
            line("attempts", answer=text, question=short, topic=short, machine={"correct": True, text: [text]}),
            line("drafts", text=text, question=short[:900] + "2"),
        )
        plan = carry(export(*rows), store)
        assert plan.aside == ()
        (expected,) = reading.read(export(*rows)).events
        (one,) = store.attempts(1)
        assert (one.answer, one.question, one.machine) == (
            expected.says["answer"],
            expected.says["question"],
            expected.says["machine"],
        )
        if "surrogates" not in name:
            assert one.answer == text

    def test_questions_that_this_app_does_not_have_are_kept_and_listed(self, store: Store) -> None:
        rows = [
            line("attempts", sequence=n, key=f"k{n}", question=question)
            for n, question in enumerate(["4.q1", "4.q1~drill", "99.q1", "99.q1~exact", "99.q1"])
        ]
        plan = carry(export(line("learners"), *rows), store, known={"4.q1"})
        assert plan.unknown == {"99.q1": 2, "99.q1~exact": 1}
        assert len(store.attempts(1)) == 5

    def test_a_clock_may_be_ahead_by_a_day(self, store: Store) -> None:
        at = (NOON + timedelta(hours=23)).isoformat()
        assert carry(export(line("learners"), line("attempts", at=at)), store, now=NOON).aside == ()

    def test_a_position_far_ahead_leaves_room_for_answers_here(self, store: Store) -> None:
        """A clock that was wrong once leaves positions ahead of all clocks; the log goes on after them."""
        ahead = 3_000_000_000_000_000
        plan = carry(export(line("learners"), line("attempts", position=ahead)), store)
        assert plan.aside == ()
        assert answer(store, store.learners()[0], "here").sequence == ahead + 1


@pytest.fixture(scope="module")
def target() -> Iterator[Store]:
    """A database with work in it, which no hostile file may change."""
    with TemporaryDirectory() as folder, Store.open(Path(folder, "grimoire.db")) as store:
        noor = store.add_learner("Noor")
        answer(store, noor, "k", at=NOON)
        yield store


def unchanged(store: Store, data: bytes) -> None:
    """Check that a file is planned, or refused in words, and that planning wrote nothing."""
    before = store.export_jsonl().splitlines()[1:]
    with contextlib.suppress(GrimoireError):
        assert all(one.says for one in store.plan_import(data).aside)
    assert store.export_jsonl().splitlines()[1:] == before


GOOD = (DATA / "export_1.jsonl").read_bytes(), export(*everything())
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


class TestFuzz:
    @settings(max_examples=150, deadline=None)
    @given(st.binary(max_size=300))
    def test_any_bytes(self, target: Store, data: bytes) -> None:
        unchanged(target, data)
        unchanged(target, export() + data)

    @settings(max_examples=150, deadline=None)
    @given(
        st.sampled_from(GOOD),
        st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), max_size=5),
        st.integers(0, 5000),
        st.integers(0, 20),
    )
    def test_an_export_with_bytes_changed_or_cut(
        self, target: Store, good: bytes, changes: list[tuple[int, int]], cut: int, length: int
    ) -> None:
        data = bytearray(good)
        for place, byte in changes:
            data[place % len(data)] = byte
        unchanged(target, bytes(data[:cut] + data[cut + length :]))

    @pytest.mark.slow
    @settings(max_examples=150, deadline=None)
    @given(st.integers(0, 7), st.integers(0, 14), JSON)
    def test_an_export_with_any_value_anywhere(self, which: int, column: int, value: Any) -> None:
        """It is imported for good here, into a database of its own: then the file must still be in order."""
        rows = everything()
        row = rows[which]
        row[sorted(set(row) - {"table"})[column % (len(row) - 1)]] = value
        with TemporaryDirectory() as folder, Store.open(Path(folder, "grimoire.db")) as store:
            plan = carry(export(*rows), store)
            assert store.check() == []
            for learner in store.learners():
                assert all(one.confidence in (1, 2, 3, 4) for one in store.attempts(learner.id, undone=True))
                store.progress(learner.id)
                store.predictions(learner.id)
                store.drafts(learner.id)
                store.readings(learner.id)
            again = store.plan_import(store.export_jsonl())
            assert (again.adds, again.aside) == (False, ())
            if plan.adds:
                assert store.undo_import(store.batches()[0].id)
                assert store.learners() == []

    def test_rows_in_any_order(self, target: Store) -> None:
        for seed in range(30):
            rows = everything() * 2
            random.Random(seed).shuffle(rows)
            unchanged(target, export(*rows))
