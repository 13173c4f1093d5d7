"""Your data: out, in, back, and what the page does when the file is not well."""

from __future__ import annotations

import importlib
import json
import sqlite3
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engine.quiz.store import file as _store_file
from engine.quiz.store.carry.reading import MOST_BYTES
from engine.quiz.store.rescue.rescue import kept_backups
from engine.quiz.store.rescue.salvage import salvage
from engine.quiz.store.store import Store
from pages.widgets.shell import store as page_store
from tests.quiz.import_helpers import everything, export, line
from tests.quiz.store_helpers import child, left_alone, on_own_mounts

App = Callable[..., AppTest]
PAGE = "places/your_data/page.py"


def words(at: AppTest) -> str:
    """Return everything that is said on the page."""
    assert not at.exception
    return "\n".join(one.value for kind in (at.markdown, at.text, at.caption, at.header, at.subheader) for one in kind)


def buttons(at: AppTest) -> dict[str, str]:
    """Return the buttons' labels by key."""
    return {one.key: one.label for one in at.button if one.key}


def press(at: AppTest, key: str) -> AppTest:
    return at.button(key).click().run()


def upload(at: AppTest, data: bytes, name: str = "export.jsonl") -> AppTest:
    """Choose a file to bring in."""
    return at.file_uploader[0].upload(name, data, "application/jsonl").run()


@pytest.fixture
def path(data: Path) -> Path:
    return data / "grimoire.db"


@pytest.fixture
def at(app: App, filled: Path) -> AppTest:
    """Open the page for Ada."""
    return app(PAGE, learner="Ada")


def answers(path: Path) -> dict[str, int]:
    """Return how many answers each learner has."""
    with Store.open(path) as store:
        return {one.name: len(store.attempts(one.id)) for one in store.learners()}


class TestOut:
    def test_every_kind_of_file_is_offered(self, at: AppTest) -> None:
        offered = {one.proto.label for one in at.get("download_button")}
        assert {"Everything, JSON Lines", "Answers, CSV", "All learners, JSON Lines", "Anki package"} <= offered
        assert at.segmented_control("keeping.anki.which").options == ["All questions", "Those you ever missed"]

    def test_one_learner_needs_no_file_for_all(self, app: App) -> None:
        at = app(PAGE)
        assert "All learners, JSON Lines" not in {one.proto.label for one in at.get("download_button")}
        assert "There is none yet." in words(at)
        assert "Imports so far" not in words(at)


class TestIn:
    def test_a_file_is_shown_brought_in_undone_and_brought_back(self, at: AppTest, path: Path) -> None:
        before = answers(path)
        at = upload(
            at,
            export(
                *everything(),
                line("attempts", sequence=9, key="b", question="99.q1"),
                line("attempts", sequence=10, confidence=7),
            ),
        )
        assert answers(path) == before
        table = at.table[0].value
        assert dict(zip(table["What"], table["New"], strict=True))["Answers and undos"] == 3
        says = words(at)
        assert "“Noor” is new here and will be added." in says
        assert "2 answers to 2 questions that this app does not have." in says
        assert at.expander[0].label == "1 row cannot be used and will be left out"
        assert "Answers and undos (1 row, line 11): “confidence” must be a whole number from 1 to 4: it is 7." in says
        assert buttons(at)["keeping.import"] == "Bring in 9 rows"
        at = press(at, "keeping.import")
        assert "Brought in: 1 learner, 3 answers and undos, 1 mark" in words(at)
        assert answers(path) == {**before, "Noor": 1}
        assert "keeping.import" not in buttons(at)
        assert [one.reason for one in kept_backups(path)] == ["before an import"]
        assert buttons(at)["keeping.turn.1"] == "Undo"
        at = press(at, "keeping.turn.1")
        assert "does not count any more" in words(at)
        assert answers(path) == before
        at = press(at, "keeping.turn.1")
        assert "Back again" in words(at)
        assert answers(path) == {**before, "Noor": 1}

    def test_what_is_here_already_is_not_offered(self, at: AppTest, path: Path) -> None:
        with Store.open(path) as store:
            data = store.export_jsonl()
        at = upload(at, data)
        assert "Everything that can be used of this file is here already." in words(at)
        assert "keeping.import" not in buttons(at)

    def test_the_dry_run_says_one_thing(self, at: AppTest, path: Path) -> None:
        with Store.open(path) as store:
            known = store.export_jsonl()
        odd = line("attempts", sequence=9, key="b", question="99.q1")
        for data, heads, silent in (
            (export(*everything(), odd), "It would bring in", ("Everything that can be used", "Nothing in this file")),
            (
                known,
                "Everything that can be used",
                ("would bring", "will be added", "They are kept", "will be left out"),
            ),
            (
                export(line("attempts", confidence=7)),
                "Nothing in this file can be used",
                ("would bring", "Everything that can", "will be left out"),
            ),
        ):
            says = words(upload(at, data))
            assert heads in says
            assert not any(other in says for other in silent), says

    def test_everything_may_go_to_the_one_who_sits_here(self, at: AppTest, path: Path) -> None:
        before = answers(path)
        at = upload(at, export(line("learners"), line("attempts")))
        at = at.radio("keeping.into").set_value(1).run()
        assert "“Noor” is Ada here." in words(at)
        press(at, "keeping.import")
        assert answers(path) == {**before, "Ada": before["Ada"] + 1}

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (b"Dear diary", "not an export of the Living Grimoire"),
            (b"PK\x03\x04", "zip archive"),
            (b"", "empty"),
            (b"SQLite format 3\0", "a database (restore it below)"),
            (export(version=99), "newer version"),
            (export() + b"{}\n" * 500_001, "500,002 rows; at most 500,000"),
        ],
        ids=["text", "zip", "empty", "database", "newer", "many rows"],
    )
    def test_what_is_no_export_is_refused_in_place(self, at: AppTest, path: Path, content: bytes, says: str) -> None:
        before = answers(path)
        at = upload(at, content)
        assert says in words(at)
        assert "Nothing was changed." in words(at)
        assert "keeping.import" not in buttons(at)
        assert answers(path) == before

    def test_markup_is_text(self, at: AppTest, path: Path) -> None:
        evil = "**b** <i>x</i> ![](u) $x$"
        at = upload(
            at, export(line("learners", name=evil), line("attempts", question=evil), {"table": evil}), f"{evil}.jsonl"
        )
        shown = {one.value for one in at.markdown}
        assert not any(evil in one for one in shown)
        assert evil in "\n".join(one.value for one in at.text)
        at = press(at, "keeping.import")
        assert not any(evil in one.value for one in at.markdown)
        assert any(f"{evil}.jsonl" in one.value for one in at.text)

    def test_a_failure_is_said_and_the_file_stays_chosen(self, at: AppTest, path: Path) -> None:
        (path.parent / "backups").write_text("a file where the folder should be")
        before = answers(path)
        at = press(upload(at, export(*everything())), "keeping.import")
        assert "Nothing was brought in." in words(at)
        assert "keeping.import" in buttons(at)
        assert answers(path) == before

    def test_the_limit_stands_at_the_upload(self, at: AppTest) -> None:
        assert at.file_uploader[0].proto.max_upload_size_mb == MOST_BYTES >> 20


class TestBackups:
    def test_one_is_made_listed_and_put_back(self, at: AppTest, path: Path) -> None:
        before = answers(path)
        at = press(at, "keeping.back-up")
        assert "Backed up to" in words(at)
        assert list(at.table[0].value["Why"]) == ["by hand"]
        with Store.open(path) as store:
            store.add_learner("Later")
        at = press(at, "keeping.restore")
        assert "Restored. What was there before is now" in words(at)
        assert answers(path) == before
        (aside,) = path.parent.glob("*-set-aside.db")
        assert "Later" in answers(aside)

    def test_every_session_sees_what_was_put_back(self, app: App, at: AppTest, path: Path) -> None:
        press(at, "keeping.back-up")
        other = app(PAGE, learner="Ben")
        with Store.open(path) as store:
            store.add_learner("Later")
        assert "Later" in other.run().selectbox("learner.pick").options
        press(at.run(), "keeping.restore")
        assert "Later" not in other.run().selectbox("learner.pick").options
        assert "Nothing can be kept" not in words(other)

    def test_an_uploaded_file_is_put_back(self, at: AppTest, path: Path, tmp_path: Path) -> None:
        copy = tmp_path / "from-elsewhere" / "grimoire.db"
        with Store.open(copy) as store:
            store.add_learner("Elsewhere")
        at.file_uploader("keeping.db").upload("copy.db", copy.read_bytes(), "application/vnd.sqlite3").run()
        at = press(at, "keeping.restore-file")
        assert "Restored" in words(at)
        assert answers(path) == {"Elsewhere": 0}

    def test_a_file_that_is_no_backup_is_refused(self, at: AppTest, path: Path) -> None:
        before = answers(path)
        at.file_uploader("keeping.db").upload("copy.db", b"diary", "application/vnd.sqlite3").run()
        at = press(at, "keeping.restore-file")
        assert "Nothing was restored. This file is not a database." in words(at)
        assert answers(path) == before
        assert "Take it with you" in words(at)

    def test_what_to_copy_is_said_beside_the_path(self, at: AppTest, path: Path) -> None:
        said = next(one.value for one in at.caption if "copy it by hand" in one.value)
        assert all(word in said for word in (path.name, f"{path.name}-wal", "Back up now", "models", "close the app"))

    def test_while_another_process_has_the_file(self, at: AppTest, path: Path) -> None:
        at = press(at, "keeping.back-up")
        with child("store = Store.open(path)\nprint('open', flush=True)\nsys.stdin.readline()", path) as process:
            assert process.stdout
            assert process.stdout.readline() == "open\n"
            at = press(at, "keeping.restore")
            assert "Nothing was restored." in words(at)
            assert "locked by another program, which has it open" in words(at)
            assert "waited" not in words(at)  # it did not
        assert "Restored" in words(press(at, "keeping.restore"))


def damage(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 4096 // 2 * 4096 + 5)


class TestNotWell:
    @pytest.fixture
    def backup(self, filled: Path, path: Path) -> Path:
        """Leave a backup, and nothing open."""
        with Store.open(path) as store:
            return store.backup("by hand")

    def test_a_damaged_file_can_be_had_read_and_replaced(self, app: App, path: Path, backup: Path) -> None:
        damage(path)
        with left_alone(path):
            at = app(PAGE)
            says = words(at)
            assert "Nothing can be kept now." in says
            assert "is damaged" in says
            assert "Bring it in" not in says
            offered = {one.proto.label for one in at.get("download_button")}
            assert offered == {"Download the file as it is", "Download"}
            at = press(at, "keeping.check")
            assert "is damaged" in words(at)
            at = press(at, "keeping.salvage")
        found = path.read_bytes()
        at = press(at, "keeping.restore")
        assert "Restored" in words(at)
        assert "Take it with you" in words(at)
        assert answers(path)["Ada"] == 4
        (aside,) = path.parent.glob("*-set-aside.db")
        assert aside.read_bytes() == found

    def test_what_can_be_read_is_offered_and_can_be_brought_into_a_new_file(
        self, app: App, path: Path, filled: Path
    ) -> None:
        with path.open("ab") as file:
            file.write(b"x" * 100)  # the file's length is wrong, its rows are whole
        at = press(app(PAGE), "keeping.salvage")
        assert "Every row could be read." in words(at)
        assert "answers and undos: 6" in words(at)
        assert "Download 13 rows, JSON Lines" in {one.proto.label for one in at.get("download_button")}
        recovered = salvage(path).data
        at = press(at, "keeping.anew")
        assert "A new file was begun. What was there before is now" in words(at)
        at = press(upload(at, recovered), "keeping.import")
        assert answers(path) == {"Learner 1": 0, "Ada": 4, "Ben": 0}

    @pytest.mark.parametrize(
        ("fault", "says"),
        [
            ("diary", "is not a Living Grimoire database"),
            ("newer", "newer version of the app"),
            ("empty", "it is empty"),
            ("folder", "it is a folder"),
        ],
    )
    def test_other_faults_are_said_and_a_backup_helps(
        self, app: App, path: Path, backup: Path, fault: str, says: str
    ) -> None:
        if fault == "newer":
            connection = sqlite3.connect(path)
            connection.execute("PRAGMA user_version = 99")
            connection.close()
        elif fault == "folder":
            path.unlink()
            path.mkdir()
        else:
            path.write_bytes(b"" if fault == "empty" else b"Dear diary")
        at = app(PAGE)
        assert says in words(at)
        assert ("keeping.salvage" in buttons(at)) == (fault != "folder")
        at = press(at, "keeping.restore")
        assert "Restored" in words(at)
        assert answers(path)["Ada"] == 4

    def test_a_locked_file_opens_once_it_is_free(
        self, app: App, path: Path, filled: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(_store_file, "BUSY_SECONDS", 0.05)
        code = """
            held = sqlite3.connect(path, isolation_level=None)
            held.execute("PRAGMA locking_mode = EXCLUSIVE")
            held.execute("BEGIN EXCLUSIVE")
            print("locked", flush=True)
            sys.stdin.readline()
        """
        with child(code, path) as process:
            assert process.stdout
            assert process.stdout.readline() == "locked\n"
            at = app(PAGE)
            assert "is locked by another program" in words(at)
            at = press(at, "keeping.anew")
            assert "Nothing was moved." in words(at)
            assert not list(path.parent.glob("*-set-aside*"))
        at = press(at, "keeping.again")
        assert "Take it with you" in words(at)

    def test_a_file_that_was_replaced_while_the_app_runs_is_opened_again(self, at: AppTest, path: Path) -> None:
        path.rename(path.with_name("old.db"))
        with Store.open(path.with_name("new.db")) as store:
            store.add_learner("Newcomer")
        path.with_name("new.db").rename(path)
        at = press(at, "keeping.check")
        assert "was moved, deleted or replaced while the app was running" in words(at)
        at = press(at, "keeping.reopen")
        assert at.selectbox("learner.pick").options == ["Newcomer"]

    def test_a_full_and_a_read_only_disk(self, filled: Path, tmp_path: Path) -> None:
        code = """
            del sys.modules["pandas"]
            os.environ["GRIMOIRE_DATA"] = str(path.parent)
            from streamlit.testing.v1 import AppTest
            at = AppTest.from_file("pages/router.py", default_timeout=60).run()
            at = at.switch_page("places/your_data/page.py").run()
            def said():
                return [one.value for one in [*at.text, *at.header]] + [str(one) for one in at.exception]
            first = said()
            key, = {"keeping.back-up", "keeping.anew"} & {button.key for button in at.button}
            at = at.button(key).click().run()
            print(json.dumps([first, said()]))
        """
        read_only = on_own_mounts(filled, "mount --bind {folder} {folder} && mount -o remount,bind,ro {folder}", code)
        assert any("cannot be written" in one for one in read_only[0]), read_only
        assert any("Nothing was moved." in one and "cannot be written" in one for one in read_only[1])
        small = filled / "small"
        small.mkdir()
        (small / "grimoire.db").write_bytes((filled / "grimoire.db").read_bytes())
        full = on_own_mounts(
            small,
            "cp {folder}/grimoire.db {folder}/../kept.db && mount -t tmpfs -o size=300k none "
            "{folder} && cp {folder}/../kept.db {folder}/grimoire.db",
            code,
        )
        assert "Bring it in" in full[0]
        assert any("No backup was made. There is no room left" in one for one in full[1])

    def test_a_sound_file_is_said_to_be_in_order(self, at: AppTest) -> None:
        assert "The file is in order" in words(press(at, "keeping.check"))
        assert "closed and opened again" in words(press(at, "keeping.reopen"))

    def test_damage_that_comes_while_the_app_runs_leads_to_the_same_help(self, at: AppTest, path: Path) -> None:
        press(at, "keeping.back-up")
        store = page_store._opened(path)
        store._read("PRAGMA wal_checkpoint(TRUNCATE)")
        with path.open("r+b") as file:
            file.seek(4096)
            file.write(b"\xff" * (path.stat().st_size - 4096))
        store._read("PRAGMA shrink_memory")  # what SQLite has in memory is whole
        at = at.run()
        assert "Nothing can be kept now." in words(at)
        assert "is damaged" in words(at)
        at = press(at, "keeping.restore")
        assert "Restored" in words(at)
        assert "Take it with you" in words(at)

    def test_rows_that_hold_what_nobody_wrote_are_damage(self, app: App, path: Path, backup: Path) -> None:
        """SQLite finds its pages in order; the words on them are not."""
        spoil(path, "UPDATE attempts SET at = 'never' WHERE sequence = 1")
        at = app(PAGE)
        assert "a row of it cannot be understood" in words(at)
        at = press(press(at, "keeping.salvage"), "keeping.restore")
        assert "Restored" in words(at)
        assert answers(path)["Ada"] == 4


def spoil(path: Path, statement: str) -> None:
    """Change rows that the file itself protects."""
    connection = sqlite3.connect(path)
    connection.executescript(f"DROP TRIGGER attempts_not_changed; {statement};")
    connection.close()


class TestAsItIs:
    def test_a_log_beside_the_file_is_packed_with_it(self, app: App, path: Path, filled: Path) -> None:
        """The page's function is what the button hands out; a damaged file with a log is two files."""
        page = importlib.import_module("pages.places.your_data.page")

        damage(path)
        log = path.with_name(f"{path.name}-wal")
        assert page.as_it_is(path) == path.read_bytes()
        log.write_bytes(b"log")
        with zipfile.ZipFile(BytesIO(page.as_it_is(path))) as archive:
            assert {name: archive.read(name) for name in archive.namelist()} == {
                path.name: path.read_bytes(),
                log.name: b"log",
            }
        assert "Download the file as it is" in {one.proto.label for one in app(PAGE).get("download_button")}


def test_exports_are_those_of_the_store(filled: Path, path: Path) -> None:
    """What Anki gets: all questions, or those that this learner ever missed."""
    page = importlib.import_module("pages.places.your_data.page")

    with Store.open(path) as store:
        ada = store.learners()[0].id
        missed = zipfile.ZipFile(BytesIO(page.anki_package(store, ada, True)))
        assert json.loads(missed.read("media")) == {}
        every = page.anki_package(store, ada, False)
    assert (
        missed.getinfo("collection.anki2").file_size
        < zipfile.ZipFile(BytesIO(every)).getinfo("collection.anki2").file_size
    )
