"""What can be read of a file that is damaged, as an export that can be brought into a new one."""

from __future__ import annotations

import functools
import json
import re
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.errors import StoreError
from engine.quiz.store.rescue.rescue import BackupRefused, examine, restore
from engine.quiz.store.rescue.salvage import salvage
from engine.quiz.store.store import Store
from tests.quiz.data.freeze import fill
from tests.quiz.import_helpers import DATA, carry, said
from tests.quiz.store_helpers import ROWS, answer, filled, left_alone, other

PAGE = 4096


class TestSalvage:
    def test_of_a_sound_file_it_is_the_export(self, path: Path) -> None:
        noor = filled(path)
        with Store.open(path) as store:
            answer(store, noor, "hostile", answer="a\0b \ud800")
            store.save_setting(noor.id, "wishes", [1])
            expected = store.export_jsonl()
        found = salvage(path)
        assert said(found.data) == said(expected)
        assert found.whole
        assert found.rows == {"learners": 1, "attempts": ROWS + 1, "marks": 1, "settings": 1}

    def test_of_a_damaged_file_most_rows_are_read_and_can_be_imported(self, path: Path, tmp_path: Path) -> None:
        filled(path)
        whole = path.read_bytes()
        with other(path) as connection:
            leaves = (
                [
                    row[0]
                    for row in connection.execute(
                        "SELECT pageno FROM dbstat WHERE name = 'attempts' AND pagetype = 'leaf'"
                    )
                ]
                if _has_dbstat(connection)
                else [len(whole) // PAGE // 2]
            )
        for number, page in enumerate(leaves[1:-1] or leaves):
            path.write_bytes(whole[: (page - 1) * PAGE] + b"\xff" * PAGE + whole[page * PAGE :])
            with left_alone(path):
                found = salvage(path)
            assert found.rows["attempts"] >= ROWS - 3
            assert not found.whole
            with Store.open(tmp_path / str(number) / "grimoire.db") as store:
                plan = carry(found.data, store)
                kept = {one.key for one in store.attempts(1)}
                assert kept < {f"k{row}" for row in range(ROWS)}
                assert len(kept) == {one.table: one.new for one in plan.rows}["attempts"]
                assert store.check() == []

    @pytest.mark.parametrize("version", [1, 2])
    def test_without_its_schema_rows_are_found_on_the_pages(self, path: Path, tmp_path: Path, version: int) -> None:
        """All pages of the schema are overwritten; what SQLite reads of the sound file is the truth."""
        if version == 1:
            with other(path) as connection:
                connection.executescript((DATA / "version_1.sql").read_text(encoding="utf-8"))
        else:
            with Store.open(path) as store:
                fill(store)
                answer(store, store.learners()[0], "long", answer="λ" * 20_000)  # on pages of its own
        expected = salvage(path)
        with path.open("r+b") as file:
            file.seek(100)
            file.write(b"\xff" * (PAGE - 100))
        found = salvage(path)
        assert not found.whole
        assert found.rows == expected.rows
        assert rows_of(found.data) == rows_of(expected.data)
        assert len(rows_of(found.data)) >= 17

    @pytest.mark.parametrize("kept", [0.3, 0.5, 0.8])
    def test_a_file_cut_short_gives_what_is_left(self, path: Path, tmp_path: Path, kept: float) -> None:
        filled(path)
        with path.open("r+b") as file:
            file.truncate(int(path.stat().st_size * kept))
        try:
            found = salvage(path)
        except StoreError:
            assert kept == 0.3
            return
        with Store.open(tmp_path / "new" / "grimoire.db") as store:
            carry(found.data, store)
            assert {one.key for learner in store.learners() for one in store.attempts(learner.id)} <= {
                f"k{row}" for row in range(ROWS)
            }
            assert store.check() == []

    @pytest.mark.slow
    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 10**6), st.binary(min_size=1, max_size=600)), max_size=8), st.booleans())
    @example([(0x200 + n, b"\xff" * 40) for n in range(0, 3000, 300)], False)
    def test_any_damage_ends_in_rows_or_in_a_sentence(self, damages: list[tuple[int, bytes]], cut: bool) -> None:
        with TemporaryDirectory() as folder:
            path = Path(folder, "grimoire.db")
            path.write_bytes(sound())
            with path.open("r+b") as file:
                for place, content in damages:
                    file.seek(place % len(sound()))
                    file.write(content)
                if cut and damages:
                    file.truncate(damages[0][0] % len(sound()))
            with left_alone(path):
                assert isinstance(examine(path), list)
                try:
                    found = salvage(path)
                except StoreError:
                    return  # any other error fails
            with suppress(StoreError), Store.open(path) as store:
                assert isinstance(store.check(), list)
            with suppress(BackupRefused):
                restore(path, path.read_bytes())
            with Store.open(Path(folder, "new.db")) as store:
                carry(found.data, store)
                assert store.check() == []

    def test_rows_whose_learner_is_lost_get_one(self, path: Path, tmp_path: Path) -> None:
        filled(path)
        with other(path) as connection:
            connection.executescript("PRAGMA foreign_keys = OFF; DELETE FROM learners")
        with Store.open(tmp_path / "new" / "grimoire.db") as store:
            carry(salvage(path).data, store)
            assert [one.name for one in store.learners()] == ["Recovered 1"]
            assert len(store.attempts(1)) == ROWS

    def test_a_file_of_the_first_version(self, path: Path, tmp_path: Path) -> None:
        with other(path) as connection:
            connection.executescript((DATA / "version_1.sql").read_text(encoding="utf-8"))
        found = salvage(path)
        assert json.loads(found.data.splitlines()[0])["version"] == 1
        with Store.open(tmp_path / "new" / "grimoire.db") as store:
            assert carry(found.data, store).aside == ()
            assert len(store.attempts(1)) == 3

    @pytest.mark.parametrize("content", [b"", b"diary", b"SQLite format 3\0" + b"\xff" * 5000, None])
    def test_where_nothing_can_be_read_it_says_so(self, path: Path, content: bytes | None) -> None:
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(StoreError, match=re.escape(str(path))):
            salvage(path)


def rows_of(data: bytes) -> list[str]:
    return sorted(line.decode() for line in data.splitlines()[1:])


@functools.cache
def sound() -> bytes:
    """Return a sound database, as bytes."""
    with TemporaryDirectory() as folder:
        filled(Path(folder, "grimoire.db"))
        return Path(folder, "grimoire.db").read_bytes()


def _has_dbstat(connection: Any) -> bool:
    return any(row[0] == "ENABLE_DBSTAT_VTAB" for row in connection.execute("PRAGMA compile_options"))
