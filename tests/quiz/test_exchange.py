"""What leaves the database as a file."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.quiz.exchange import write
from engine.quiz.store.rows import Learner
from engine.quiz.store.store import Store
from tests.quiz.store_helpers import HOSTILE, answer, raw_log

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class TestExports:
    def test_json_lines_hold_everything(self, store: Store, noor: Learner) -> None:
        attempt = answer(store, noor, "k", answer=HOSTILE["lone surrogates"])
        store.add_marks(attempt.id, {"0": True}, True)
        store.undo_last(noor.id)
        store.save_draft(noor.id, "4.q2", "λ")
        store.add_prediction(noor.id, "clustering", "lloyd", 1, False)
        store.save_reading(noor.id, "clustering", "worked")
        store.save_setting(noor.id, "wishes", {"exam": None})
        lines = store.export_jsonl().decode("ascii").splitlines()
        header, *rows = map(json.loads, lines)
        assert (header["format"], header["version"], header["schema"]) == ("living-grimoire", 2, store.version)
        assert datetime.fromisoformat(header["at"]).utcoffset() == timedelta(0)
        assert [row["table"] for row in rows] == [
            "learners",
            "attempts",
            "attempts",
            "marks",
            "predictions",
            "drafts",
            "readings",
            "settings",
        ]
        assert rows[1]["answer"] == HOSTILE["lone surrogates"]
        assert (rows[1]["machine"], rows[3]["marks"]) == ({"correct": True}, {"0": True})
        assert (rows[4]["was_right"], rows[5]["text"], rows[6]["anchor"], rows[7]["value"]) == (
            0,
            "λ",
            "worked",
            {"exam": None},
        )

    def test_json_lines_hold_every_column_of_every_table(self, store: Store, path: Path, noor: Learner) -> None:
        """Only what an import did here stays here: the tables of imports, and which one brought a row."""
        store.add_marks(answer(store, noor, "k").id, {}, True)
        store.save_draft(noor.id, "4.q2", "text")
        store.add_prediction(noor.id, "clustering", "lloyd", 1, False)
        store.save_reading(noor.id, "clustering", "worked")
        store.save_setting(noor.id, "wishes", 1)
        with closing(sqlite3.connect(path)) as other:
            tables = [
                name
                for (name,) in other.execute(
                    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%sqlite%'"
                )
            ]
            columns = {
                name: {row[1] for row in other.execute(f"PRAGMA table_info({name})")} - {"batch"}
                for name in tables
                if name not in ("batches", "batch_turns", "returned", "replaced")
            }
        assert {row.pop("table"): set(row) for row in raw_log(store)} == columns

    def test_json_lines_of_one_learner_hold_nothing_of_another(self, store: Store, noor: Learner) -> None:
        other = store.add_learner("Zoë")
        for learner in (noor, other):
            store.add_marks(answer(store, learner, learner.name).id, {}, True)
            store.save_draft(learner.id, "4.q2", "text")
        header, *rows = map(json.loads, store.export_jsonl(other.id).splitlines())
        assert header["learner"] == other.id
        assert [(row["table"], row.get("learner", row.get("id"))) for row in rows] == [
            ("learners", other.id),
            ("attempts", other.id),
            ("marks", 2),
            ("drafts", other.id),
        ]
        assert len(raw_log(store)) == 8

    def test_csv_reads_back(self, store: Store, noor: Learner) -> None:
        text = 'a, "quoted"\nλ'
        store.add_marks(answer(store, noor, "k", answer=text, at=NOON, seconds=2.5).id, {"0": True}, False)
        answer(store, noor, "l")
        store.undo_last(noor.id)
        first, second = csv.DictReader(io.StringIO(store.export_csv(noor.id).decode("utf-8-sig"), newline=""))
        assert first == {
            "id": "1",
            "at": "2026-03-01 12:00:00+00:00",
            "topic": "clustering",
            "question": "4.q1",
            "answer": text,
            "correct": "1",
            "recalled": "0",
            "confidence": "3",
            "hint_used": "0",
            "seconds": "2.5",
            "undone": "0",
            "machine": '{"correct": true}',
            "marks": '{"0": true}',
            "fingerprint": "0123456789abcdef",
            "key": "k",
        }
        assert (second["recalled"], second["undone"]) == ("", "1")

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
    def test_no_cell_is_a_formula(self, store: Store, noor: Learner, start: str) -> None:
        evil = f'{start}HYPERLINK("http://x")'
        answer(store, noor, f"{start}k", answer=evil, question=evil)
        row = next(csv.DictReader(io.StringIO(store.export_csv(noor.id).decode("utf-8-sig"), newline="")))
        assert (row["answer"], row["question"], row["key"]) == (f"'{evil}", f"'{evil}", f"'{start}k")

    @pytest.mark.parametrize("number", ["-3", "+2.5", "-.5", "-1e-9", "4."])
    def test_numbers_stay_numbers(self, number: str) -> None:
        written = write.csv_table(["x"], [[number], [-2], [-0.5]]).decode("utf-8-sig")
        assert written == f"x\r\n{number}\r\n-2\r\n-0.5\r\n"

    @pytest.mark.parametrize("almost", ["-3+cmd", "-", "+1e", "-1\n=2", "--1"])
    def test_what_only_begins_like_a_number_does_not(self, almost: str) -> None:
        (cell,) = list(csv.reader(io.StringIO(write.csv_table(["x"], [[almost]]).decode("utf-8-sig"), newline="")))[1]
        assert cell == f"'{almost}"

    @pytest.mark.parametrize("name", HOSTILE)
    def test_any_text_can_be_written(self, store: Store, noor: Learner, name: str) -> None:
        answer(store, noor, "k", answer=HOSTILE[name])
        text = store.export_csv(noor.id).decode("utf-8-sig")
        assert "\0" not in text
        limit = csv.field_size_limit(10_000_000)
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        csv.field_size_limit(limit)
        assert len(rows) == 1
        assert len(rows[0]["answer"]) >= len(HOSTILE[name])
        assert store.export_jsonl().count(b"\n") == 3
