"""Putting a backup back, and what can be had from a file that does not open; nothing is deleted on the way."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from engine.errors import StoreError
from engine.quiz.store.faults import Locked
from engine.quiz.store.rescue import swap
from engine.quiz.store.rescue.rescue import BackupRefused, examine, kept_backups, restore
from engine.quiz.store.store import Store
from tests.quiz.import_helpers import DATA, dump
from tests.quiz.store_helpers import ROWS, answer, child, filled, go_on, left_alone, on_own_mounts, other

PAGE = 4096


def damage(path: Path) -> None:
    """Overwrite two pages in the middle."""
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // PAGE // 2 * PAGE)
        file.write(b"\xff" * 2 * PAGE)


def names(folder: Path) -> list[str]:
    return sorted(re.sub(r"\d{8}T\d{12}Z", "TIME", file.name) for file in folder.iterdir() if file.is_file())


@pytest.fixture
def backed_up(path: Path) -> Path:
    """Make a database with a backup of ROWS answers, and one more answer since; return the backup."""
    noor = filled(path)
    with Store.open(path) as store:
        copy = store.backup("by hand")
        answer(store, noor, "since")
    return copy


def keys(path: Path) -> list[str]:
    with Store.open(path) as store:
        return [one.key for one in store.attempts(1)]


class TestBackupList:
    def test_it_says_when_why_and_how_large_the_newest_first(self, path: Path, backed_up: Path) -> None:
        with Store.open(path) as store:
            newer = store.backup("before an import")
        (newer.parent / "grimoire-by-hand.db").write_text("mine")
        (newer.parent / "grimoire-20261399T999999999999Z-x.db").write_text("no such month")
        found = kept_backups(path)
        assert [(one.path, one.reason) for one in found] == [(newer, "before an import"), (backed_up, "by hand")]
        assert found[0].at > found[1].at
        assert found[1].size == backed_up.stat().st_size

    def test_without_a_folder_there_are_none(self, path: Path) -> None:
        assert kept_backups(path) == []


class TestRestore:
    def test_a_backup_comes_back_and_the_present_file_is_kept(self, path: Path, backed_up: Path) -> None:
        before = dump(path)
        with left_alone(backed_up):
            aside = restore(path, backed_up)
        assert aside is not None
        assert names(path.parent) == ["grimoire-TIME-set-aside.db", "grimoire.db"]
        assert dump(aside) == before
        assert keys(path) == [f"k{row}" for row in range(ROWS)]
        with Store.open(path) as store:
            answer(store, store.learners()[0], "goes on")
            assert store.check() == []

    def test_and_so_does_what_was_put_aside(self, path: Path, backed_up: Path) -> None:
        aside = restore(path, backed_up)
        assert aside is not None
        restore(path, aside)
        assert keys(path)[-1] == "since"

    def test_an_uploaded_file_will_do(self, path: Path, backed_up: Path) -> None:
        restore(path, backed_up.read_bytes())
        assert keys(path)[-1] == f"k{ROWS - 1}"

    def test_an_older_version_is_brought_up_when_it_opens(self, path: Path, tmp_path: Path) -> None:
        filled(path)
        with other(tmp_path / "old.db") as connection:
            connection.executescript((DATA / "version_1.sql").read_text(encoding="utf-8"))
        restore(path, tmp_path / "old.db")
        with Store.open(path) as store:
            assert [one.name for one in store.learners()] == ["Noor", "Zoë Ångström"]

    @pytest.mark.parametrize("state", ["damaged", "cut", "empty", "not a database", "a folder", "gone", "newer"])
    def test_whatever_state_the_file_is_in(self, path: Path, backed_up: Path, state: str) -> None:
        if state == "damaged":
            damage(path)
        elif state == "newer":
            with other(path) as connection:
                connection.execute("PRAGMA user_version = 99")
        elif state in ("gone", "a folder"):
            path.unlink()
            if state == "a folder":
                path.mkdir()
        else:
            path.write_bytes({"cut": path.read_bytes()[:10_000], "empty": b"", "not a database": b"diary"}[state])
        found = path.read_bytes() if path.is_file() else None
        aside = restore(path, backed_up)
        assert keys(path)[-1] == f"k{ROWS - 1}"
        if found is not None:
            assert aside is not None
            assert aside.read_bytes() == found

    def test_a_log_that_a_crash_left_is_put_aside_with_its_file(self, path: Path, backed_up: Path) -> None:
        """Beside the restored file it would be taken for that one's."""
        log = path.with_name(f"{path.name}-wal")
        kept = path.parent / "kept"
        kept.mkdir()
        with Store.open(path) as store:
            answer(store, store.learners()[0], "in the log only")
            for file in (path, log):
                shutil.copy(file, kept / file.name)
        for file in kept.iterdir():
            shutil.move(file, path.parent / file.name)
        aside = restore(path, backed_up)
        assert aside is not None
        assert keys(path)[-1] == f"k{ROWS - 1}"
        assert keys(aside)[-1] == "in the log only"

    def test_a_link_leads_to_the_restored_file(self, path: Path, backed_up: Path, tmp_path: Path) -> None:
        real = tmp_path / "synchronised"
        real.mkdir()
        shutil.move(path, real / path.name)
        path.symlink_to(real / path.name)
        restore(path, backed_up)
        assert path.is_symlink()
        assert keys(real / path.name)[-1] == f"k{ROWS - 1}"


class TestRefused:
    @pytest.mark.parametrize(
        ("spoil", "says"),
        [
            (lambda copy: copy.write_bytes(b"diary"), "not a database"),
            (lambda copy: copy.write_bytes(b""), "not a data"),
            (damage, "damaged|cannot be read"),
            (lambda copy: copy.write_bytes(copy.read_bytes()[:9000]), "cannot be read"),
            (lambda copy: copy.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000), "cannot be read"),
            ("PRAGMA user_version = 99", "newer version"),
            ("PRAGMA user_version = 0", "does not have the tables"),
            ("PRAGMA user_version = -5", "does not have the tables"),
            ("PRAGMA application_id = 1", "another application"),
            ("DROP TABLE drafts", "cannot be read: no such table"),
            ("CREATE TABLE more (x)", "does not have the tables"),
            ("ALTER TABLE drafts ADD COLUMN more", "does not have the tables"),
            (
                "PRAGMA foreign_keys = OFF; UPDATE drafts SET learner = 9; "
                "INSERT INTO drafts VALUES (9, '', '', 0, '')",
                "points to a missing row",
            ),
        ],
    )
    def test_a_copy_that_is_not_sound_and_ours(self, path: Path, backed_up: Path, spoil: Any, says: str) -> None:
        if callable(spoil):
            spoil(backed_up)
        else:
            with other(backed_up) as connection:
                connection.executescript(spoil)
        with left_alone(path), left_alone(backed_up), pytest.raises(BackupRefused, match=says) as caught:
            restore(path, backed_up)
        assert "Nothing was changed" in str(caught.value)
        assert names(path.parent) == ["grimoire.db"]

    def test_a_backup_that_is_gone(self, path: Path, backed_up: Path) -> None:
        with left_alone(path), pytest.raises(StoreError):
            restore(path, backed_up.with_name("gone.db"))

    @pytest.mark.parametrize(
        "holding",
        [
            "store = Store.open(path)",
            "held = sqlite3.connect(path); held.execute('BEGIN EXCLUSIVE')",
        ],
        ids=["the app", "another program"],
    )
    def test_while_another_process_has_the_file_open(self, path: Path, backed_up: Path, holding: str) -> None:
        code = f"{holding}\nprint('open', flush=True)\nsys.stdin.readline()"
        with child(code, path) as process:
            assert process.stdout
            assert process.stdout.readline() == "open\n"
            with left_alone(path), pytest.raises(Locked):
                restore(path, backed_up)
            assert not swap.waiting(path).exists()
            go_on(process)
            process.wait()
        restore(path, backed_up)
        assert keys(path)[-1] == f"k{ROWS - 1}"

    def test_on_a_full_disk_and_on_one_that_is_read_only(self, path: Path, backed_up: Path) -> None:
        small_disk = "mkdir -p {folder}/small && mount -t tmpfs -o size=200k none {folder}/small"
        told = on_own_mounts(
            path.parent,
            small_disk,
            """
            from engine.quiz.store import kept_backups, restore
            import shutil
            small = path.parent / "small" / path.name
            shutil.copy(path, small)
            before = small.read_bytes()
            source = kept_backups(path)[0].path
            print(json.dumps([sentence(lambda: restore(small, source)), small.read_bytes() == before,
                              [file.name for file in small.parent.iterdir()]]))
        """,
        )
        assert told[0][0] == "Full", told
        assert told[1:] == [True, ["grimoire.db"]]
        with left_alone(path):
            told = on_own_mounts(
                path.parent,
                "mount --bind {folder} {folder} && mount -o remount,bind,ro {folder}",
                """
                from engine.quiz.store import kept_backups, restore
                print(json.dumps(sentence(lambda: restore(path, kept_backups(path)[0].path))))
            """,
            )
        assert told[0] == "ReadOnly"


class TestCutOff:
    def test_a_restore_that_is_cut_off_anywhere_leaves_one_of_the_two(
        self, path: Path, backed_up: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Every renaming is a moment at which the machine may stop."""
        real, seen = Path.rename, set[str]()
        for moment in range(3):
            calls: list[Path] = []

            def rename(self: Path, target: Path, calls: list[Path] = calls, moment: int = moment) -> Path:
                calls.append(self)
                if len(calls) > moment:
                    raise KeyboardInterrupt
                return real(self, target)

            with Store.open(path) as store:
                last = store.attempts(1)[-1].key
            monkeypatch.setattr(Path, "rename", rename)
            try:
                restore(path, backed_up)
            except KeyboardInterrupt:
                seen.add("cut off")
            monkeypatch.setattr(Path, "rename", real)
            found = keys(path)[-1]
            assert found in (last, f"k{ROWS - 1}")
            seen.add(found)
        assert seen == {"cut off", "since", f"k{ROWS - 1}"}
        asides = [file for file in path.parent.iterdir() if "set-aside" in file.name]
        assert "since" in [keys(file)[-1] for file in asides]


class TestExamine:
    def test_a_sound_file_has_nothing_wrong(self, path: Path) -> None:
        filled(path)
        with left_alone(path):
            assert examine(path) == []

    def test_what_is_wrong_is_said(self, path: Path) -> None:
        assert examine(path) == [f"There is no file at {path}."]
        path.write_bytes(b"diary")
        assert "not a Living Grimoire database" in examine(path)[0]
        path.unlink()
        filled(path)
        damage(path)
        with left_alone(path):
            assert "damaged" in examine(path)[0]

    def test_an_index_that_lost_a_row_is_found(self, path: Path) -> None:
        """Opening looks at pages only; this looks at indices and references, too."""
        filled(path)
        with other(path) as connection:
            connection.executescript("PRAGMA foreign_keys = OFF; INSERT INTO drafts VALUES (9, 'q', 't', 0, '2026')")
        with Store.open(path) as store:
            assert store.check() == examine(path) == ["drafts row 1 points to a missing row of learners"]
