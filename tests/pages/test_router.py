"""Navigation, the learner, and what app.py hangs around the pages."""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from engine.content.curriculum import curriculum
from engine.errors import StoreError
from engine.quiz.store.rows import Learner
from engine.quiz.store.store import Store
from pages.widgets.shell import learner, standing
from pages.widgets.shell import store as page_store

App = Callable[..., AppTest]
ROOT = Path(__file__).resolve().parents[2]


def names(at: AppTest) -> list[str]:
    return list(at.sidebar.selectbox(key=learner.PICK).options)


def test_the_first_start_makes_one_learner_and_asks_for_nothing(app: App, data: Path) -> None:
    at = app()
    assert not at.exception
    assert names(at) == ["Learner 1"]
    assert "learner" not in at.query_params
    assert [one.name for one in Store.open(data / "grimoire.db").learners()] == ["Learner 1"]


def test_a_second_start_makes_no_second_learner(app: App) -> None:
    app()
    page_store.close()
    assert names(app()) == ["Learner 1"]


def test_rename_keeps_the_learner(app: App, data: Path) -> None:
    at = app()
    at.sidebar.text_input(key=learner.RENAME).set_value("  Ada   Lovelace ").run()
    assert names(at) == ["Ada Lovelace"]
    assert at.sidebar.text_input(key=learner.RENAME).value == ""
    assert Store.open(data / "grimoire.db").learners()[0].id == 1


def test_add_switches_to_the_new_learner_and_puts_the_name_into_the_address(app: App) -> None:
    at = app()
    at.sidebar.text_input(key=learner.ADD).set_value("Ben").run()
    assert names(at) == ["Learner 1", "Ben"]
    assert at.sidebar.selectbox(key=learner.PICK).value == 2
    assert at.query_params["learner"] in ("Ben", ["Ben"])


@pytest.mark.parametrize("name", ["learner 1", "x" * 61, "\u200b"])
def test_a_name_that_cannot_be_is_refused_in_words_and_kept_on_screen(app: App, name: str) -> None:
    at = app()
    at.sidebar.text_input(key=learner.ADD).set_value(name).run()
    assert "name" in at.sidebar.text[0].value or "called" in at.sidebar.text[0].value
    assert at.sidebar.text_input(key=learner.ADD).value == name
    assert names(at) == ["Learner 1"]


def ask(at: AppTest, *labels: str) -> AppTest:
    """Press buttons of the sidebar, one after the other."""
    for label in labels:
        next(one for one in at.sidebar.button if one.label == label).click().run()
        assert not at.exception
    return at


def told(at: AppTest) -> str:
    return "\n".join(one.value for one in at.sidebar.text)


def test_a_learner_is_deleted_after_two_questions_and_a_backup(app: App, filled: Path) -> None:
    at = ask(app(learner="Ada"), "Delete this learner")
    assert "Delete Ada with 4 answers, marks, drafts and settings?" in told(at)
    ask(at, "Yes, delete")
    assert "Really? A backup is made first" in told(at)
    with Store.open(filled / "grimoire.db") as store:
        assert len(store.learners()) == 2  # two presses delete nothing
    ask(at, "Delete for good")
    (backup,) = (filled / "backups").iterdir()
    assert f"Ada is deleted. The backup is {backup.name}" in told(at)
    assert at.sidebar.selectbox[0].value == 2  # Ben sits here now
    assert "learner" not in at.query_params
    with Store.open(filled / "grimoire.db") as store:
        assert [one.name for one in store.learners()] == ["Ben"]
        assert b"Ada" not in store.export_jsonl()
    with Store.open(backup) as store:
        assert [one.name for one in store.learners()] == ["Ada", "Ben"]


@pytest.mark.parametrize("presses", [("Delete this learner", "Keep"), ("Delete this learner", "Yes, delete", "Keep")])
def test_who_is_to_be_kept_is_kept(app: App, filled: Path, presses: tuple[str, ...]) -> None:
    at = ask(app(learner="Ada"), *presses)
    assert "Delete this learner" in [one.label for one in at.sidebar.button]
    with Store.open(filled / "grimoire.db") as store:
        assert len(store.learners()) == 2
    assert not (filled / "backups").exists()


def test_after_the_last_learner_a_new_one_sits_down(app: App, data: Path) -> None:
    at = ask(app(), "Delete this learner", "Yes, delete", "Delete for good")
    assert at.sidebar.selectbox[0].options == ["Learner 1"]
    with Store.open(data / "grimoire.db") as store:
        assert [one.id for one in store.learners()] == [2]  # nobody gets the number of who was deleted


def test_a_learner_without_a_backup_is_not_deleted(app: App, filled: Path) -> None:
    (filled / "backups").write_text("no folder")
    at = ask(app(learner="Ada"), "Delete this learner", "Yes, delete", "Delete for good")
    assert "Not deleted." in told(at)
    with Store.open(filled / "grimoire.db") as store:
        assert len(store.learners()) == 2


def test_a_window_of_a_deleted_learner_writes_to_nobody_else(app: App, filled: Path) -> None:
    page = "machine_learning/linear_regression/page.py"
    at = app(page, learner="Ada", question="2.q1a")
    at.main.text_area[0].set_value("Ada's own words").run()
    ask(app(learner="Ada"), "Delete this learner", "Yes, delete", "Delete for good")
    at.main.get("button_group")[-1].set_value(3).run()
    assert "Ada's own words" not in [one.value for one in at.main.text_area]
    assert "The learner who sat here is not in the file any more." in told(at)
    with Store.open(filled / "grimoire.db") as store:
        (ben,) = store.learners()
        assert store.attempts(ben.id) == []
        assert store.drafts(ben.id) == {}


def test_the_address_chooses_the_learner_whatever_its_case(app: App, filled: Path) -> None:
    assert app(learner="ben").sidebar.selectbox(key=learner.PICK).value == 2


def test_without_an_address_the_learner_who_answered_last_goes_on(app: App, filled: Path) -> None:
    assert app().sidebar.selectbox(key=learner.PICK).value == 1
    assert app(learner="nobody").sidebar.selectbox(key=learner.PICK).value == 1


def test_switching_begins_the_session_anew(app: App, filled: Path) -> None:
    at = app()
    at.session_state["plate:of the one before"] = "seen"
    at.sidebar.selectbox(key=learner.PICK).set_value(2).run()
    assert "plate:of the one before" not in at.session_state
    assert page_store.CHOSEN in at.session_state
    assert at.session_state[page_store.CHOSEN] == 2


def test_going_back_over_a_switch_goes_back_to_that_learner(app: App, filled: Path) -> None:
    at = app(learner="Ada")
    at.session_state["plate:of the one before"] = "seen"
    at.query_params["learner"] = "Ben"
    assert at.run().sidebar.selectbox(key=learner.PICK).value == 2
    assert "plate:of the one before" not in at.session_state


def test_going_back_beyond_the_first_page_is_not_undone(app: App, filled: Path) -> None:
    at = app()
    assert at.query_params["learner"] in ("Ada", ["Ada"])
    del at.query_params["learner"]
    assert "learner" not in at.run().query_params
    assert at.sidebar.selectbox(key=learner.PICK).value == 1


def test_two_sessions_may_hold_two_learners(app: App, filled: Path) -> None:
    ada, ben = app(learner="Ada"), app(learner="Ben")
    assert ada.run().sidebar.selectbox(key=learner.PICK).value == 1
    assert ben.run().sidebar.selectbox(key=learner.PICK).value == 2


def test_the_store_and_the_learners_are_looked_for_once_a_rerun(
    app: App, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, reads = [], []
    found, learners = page_store._opened, Store.learners

    def look(path: Path) -> Store:
        looks.append(path)
        return found(path)

    def read(store: Store) -> list[Learner]:
        reads.append(store)
        return learners(store)

    look.clear = found.clear  # type: ignore[attr-defined]
    monkeypatch.setattr(page_store, "_opened", look)
    monkeypatch.setattr(Store, "learners", read)
    at = app("machine_learning/clustering/page.py", learner="Ada")
    looks.clear()
    reads.clear()
    at.run()
    assert (len(looks), len(reads)) == (1, 1)
    at.run()  # what was found in one rerun is not believed in the next
    assert (len(looks), len(reads)) == (2, 2)


def test_whoever_is_renamed_or_added_elsewhere_is_seen_in_the_next_rerun(app: App, filled: Path) -> None:
    ada, ben = app(learner="Ada"), app(learner="Ben")
    ada.sidebar.text_input(key=learner.RENAME).set_value("Ada Lovelace").run()
    assert names(ada) == ["Ada Lovelace", "Ben"]  # in the very rerun that renames
    assert names(ben.run()) == ["Ada Lovelace", "Ben"]


def test_every_page_has_its_address_and_is_built_once(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[st.Page]] = []
    real = st.navigation

    def spied(pages: list[st.Page], **options: object) -> st.Page:
        seen.append(pages)
        return real(pages, **options)

    monkeypatch.setattr(st, "navigation", spied)
    app().run()
    wanted = ["", "review", "exam", "progress", "your-data"]
    for part in curriculum():
        wanted += [part.url, *(one.url for one in part.topics)]
    assert len(wanted) == 5 + 5 + 49
    assert [page.url_path for page in seen[0]] == wanted
    assert all(first is again for first, again in zip(*seen, strict=True))


def test_a_topic_carries_a_check_mark_once_every_question_is_answered_and_judged(
    app: App, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app()
    monkeypatch.setattr(standing, "questions_of", lambda slug: ("2.q1a",) if slug == "linear_regression" else ("x",))

    def done(at: AppTest) -> frozenset[str]:
        return frozenset(at.session_state["test.done"])

    script = (
        "import streamlit as st\nfrom pages.widgets.shell import standing\n"
        "st.session_state['test.done'] = sorted(standing.done_topics())"
    )
    at = AppTest.from_string(script, default_timeout=20).run()
    assert done(at) == frozenset()
    store = Store.open(data / "grimoire.db")
    one = store.add_attempt("k", 1, "linear_regression", "2.q1a", "f", "a", {"correct": None}, 3, False, 1.0)
    assert done(at.run()) == frozenset()  # nothing said that anything changed, so the store is not asked again
    standing.changed()
    assert done(at.run()) == frozenset()  # locked, and not judged yet
    store.add_marks(one.id, {}, False)
    standing.changed()
    assert done(at.run()) == {"linear_regression"}
    store.undo_last(1, one.id)
    standing.changed()
    assert done(at.run()) == frozenset()


def test_a_file_that_is_no_database_is_left_alone_and_the_app_goes_on(app: App, data: Path) -> None:
    file = data / "grimoire.db"
    file.write_bytes(b"my diary")
    at = app()
    assert not at.exception
    assert "Nothing is kept" in at.sidebar.warning[0].value
    at.switch_page("places/progress/page.py").run()
    assert not at.exception
    assert any("not a Living Grimoire database" in one.value for one in at.text)
    assert file.read_bytes() == b"my diary"


def test_the_store_is_asked_again_when_the_cause_is_gone(app: App, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (data / "grimoire.db").write_bytes(b"my diary")
    at = app()
    (data / "grimoire.db").unlink()
    assert at.run().sidebar.warning  # not on every rerun
    monkeypatch.setattr(page_store, "RETRY_S", 0.0)
    assert names(at.run()) == ["Learner 1"]


def test_app_opens_the_store_in_the_background_and_closes_it(data: Path) -> None:
    import app as entry

    async def life() -> None:
        async with entry.lifespan(entry.app):
            pass

    asyncio.run(life())
    assert (data / "grimoire.db").is_file()
    assert not (data / "grimoire.db-wal").exists()  # the last connection's close takes the log in


def test_app_survives_a_store_that_does_not_open(data: Path) -> None:
    import app as entry

    (data / "grimoire.db").write_bytes(b"my diary")

    async def life() -> None:
        async with entry.lifespan(entry.app):
            pass

    asyncio.run(life())
    assert (data / "grimoire.db").read_bytes() == b"my diary"


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (StoreError("The disk is full."), "The disk is full."),
        (ZeroDivisionError("secret"), "Something went wrong"),
    ],
)
def test_an_uncaught_error_becomes_a_sentence_and_a_log_line(
    error: Exception, shown: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import app as entry

    said: list[str] = []
    monkeypatch.setattr(entry.st, "error", lambda text, **_: said.append(text))
    with caplog.at_level(logging.ERROR, logger="grimoire"):
        assert entry.on_script_error(error) is True
    assert shown in said[0]
    assert "secret" not in said[0]
    assert type(error).__name__ in caplog.text


def test_threads_are_set_before_numpy_is_there_and_yield_to_the_user() -> None:
    code = "import sys, app; assert 'numpy' not in sys.modules; import os; print(os.environ['OMP_NUM_THREADS'])"
    for given, wanted in (({}, "1"), ({"OMP_NUM_THREADS": "3"}, "3")):
        clean = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}
        ran = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=clean | given, capture_output=True, text=True, check=True
        )
        assert ran.stdout.split() == [wanted]


@pytest.mark.parametrize("missing", ["", "sys.modules['sqlite_utils'] = None; "])
def test_the_app_starts_without_pandas_and_whoever_needs_it_finds_it(missing: str) -> None:
    code = (
        f"import sys, app; {missing}app.spare_pandas(); assert 'pandas' not in sys.modules\n"
        "import pandas; app.spare_pandas(); assert sys.modules['pandas'] is pandas"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
