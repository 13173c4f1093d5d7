"""Today and Progress, empty and filled."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engine.content import curriculum
from engine.quiz.store import ReadOnly, Store
from pages.widgets import standing
from pages.widgets import store as page_store
from pages.widgets import words as words_of_others

App = Callable[..., AppTest]
PROGRESS = "places/progress.py"
QUESTIONS = {"linear_regression": ("2.q1a", "2.q1b", "2.q2a", "2.q2b"), "clustering": ("4.q1a", "4.q1b")}


@pytest.fixture(autouse=True)
def fixed_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pin which questions the topics have, so that new content changes no count here."""
    monkeypatch.setattr(standing, "questions_of", lambda slug: QUESTIONS.get(slug, ()))


def words(at: AppTest) -> str:
    """Return everything that the page says."""
    parts = [*at.main.markdown, *at.main.caption, *at.main.text, *at.main.title, *at.main.header, *at.main.code]
    return "\n".join([*(one.value for one in parts), *links(at)])


def links(at: AppTest) -> list[str]:
    return [link.proto.label for link in at.main.get("page_link")]


def button(at: AppTest, label: str) -> object:
    return next(one for one in at.main.button if one.label == label)


def test_today_tells_a_newcomer_in_two_sentences_where_to_begin(app: App) -> None:
    at = app()
    assert not at.exception
    assert links(at)[0] == "**Begin** · Linear regression and least squares"
    assert "stays on this machine" in words(at)


def test_today_shows_all_topics_of_the_book_and_links_to_the_written_ones(app: App) -> None:
    at = app()
    for part in curriculum():
        assert part.title in [header.value for header in at.main.header]
        for entry in part.topics:
            assert (entry.title in links(at)) is entry.written
            assert entry.title in words(at)


def test_today_names_what_was_begun_first(app: App, filled: Path) -> None:
    at = app(learner="Ada")
    assert not at.exception
    assert links(at)[:2] == [
        "**Continue reading** · Linear regression and least squares",
        "**1 open question** · Linear regression and least squares",
    ]
    assert "Worked example" in words(at)
    assert "3 of 4 answered" in words(at)
    assert "0 of 2 answered" in words(at)
    assert "stays on this machine" not in words(at)


def test_today_offers_what_was_missed_the_last_time(app: App, filled: Path) -> None:
    with Store.open(filled / "grimoire.db") as store:
        store.add_marks(1, {}, False)  # an older answer to 2.q1a: only the latest counts
        assert not [link for link in links(app(learner="Ada")) if "repair" in link]
        store.add_marks(2, {}, False)
    at = app(learner="Ada")
    assert links(at)[2] == "**1 question to repair** · Linear regression and least squares"
    assert "Missed the last time. 2.q1a" in words(at)


def test_today_begins_a_new_topic_when_the_others_are_done(app: App, filled: Path,
                                                           monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing, "questions_of", lambda slug: QUESTIONS.get(slug, ())[:1])
    at = app(learner="Ada")
    assert links(at)[0] == "**Begin** · K-means and k-medians"
    assert "1 of 1 answered" in words(at)


def test_today_of_another_learner_is_another(app: App, filled: Path) -> None:
    assert "0 of 4 answered" in words(app(learner="Ben"))


def test_today_works_with_no_store(app: App, data: Path) -> None:
    (data / "grimoire.db").write_bytes(b"my diary")
    at = app()
    assert not at.exception
    assert links(at)[0].startswith("**Begin**")


def test_progress_of_a_newcomer_says_what_will_stand_here(app: App) -> None:
    at = app(PROGRESS)
    assert not at.exception
    assert "Nothing is answered yet" in words(at)
    assert not at.main.dataframe
    assert "Undo the last answer" not in [one.label for one in at.main.button]


def test_progress_counts_the_latest_result_of_each_question(app: App, filled: Path) -> None:
    at = app(PROGRESS, learner="Ada")
    assert not at.exception
    table = at.main.table[0].value
    row = table.to_dict("records")[0]
    assert row.pop("Last answer")
    assert row == {"Topic": "Linear regression and least squares", "Answered": "3 of 4", "Recalled": 2, "Missed": 0}


def test_the_log_holds_every_answer_newest_first_and_marks_the_undone(app: App, filled: Path) -> None:
    log = app(PROGRESS, learner="Ada").main.dataframe[0].value
    assert list(log["Question"]) == ["2.q2b", "2.q1b", "2.q2a", "2.q1a", "2.q1a"]
    assert list(log["Result"]) == ["undone", "not marked", "recalled", "recalled", "missed"]
    assert list(log["Confidence"]) == ["certain", "guess", "unsure", "certain", "fairly sure"]
    assert log["Answer"][1] == "It fits *better*. <b>So</b>"
    assert log["Time"].is_monotonic_decreasing


def test_the_chart_says_its_numbers_in_words(app: App, filled: Path) -> None:
    chart = app(PROGRESS, learner="Ada").main.get("vega_lite_chart")[0]
    said = str(chart.proto)
    assert "unsure: 1 recalled, fairly sure: 1 missed, certain: 1 recalled" in said
    assert '\\"title\\": \\"answers\\"' in said or '"title": "answers"' in chart.proto.spec


def test_undo_takes_back_the_last_answer_and_says_which(app: App, filled: Path) -> None:
    at = app(PROGRESS, learner="Ada")
    assert "Question 2.q1b" in words(at)
    button(at, "Undo the last answer").click().run()
    assert "Undone: the answer to 2.q1b" in words(at)
    assert "“It fits *better*. <b>So</b>”" in words(at)
    assert list(at.main.dataframe[0].value["Result"])[:2] == ["undone", "undone"]
    assert at.main.table[0].value["Answered"][0] == "2 of 4"
    assert "Undone" not in words(at.run())


def test_undo_never_takes_what_was_not_shown(app: App, filled: Path) -> None:
    at = app(PROGRESS, learner="Ada")
    with Store.open(filled / "grimoire.db") as other:
        other.add_attempt("new", 1, "linear_regression", "2.q2d", "f", "(m,)", {"correct": True}, 3, False, 1.0)
    button(at, "Undo the last answer").click().run()
    assert "there is a newer answer now" in words(at)
    assert list(at.main.dataframe[0].value["Result"]).count("undone") == 1  # the one from before


def test_everything_can_be_undone_down_to_the_first(app: App, filled: Path) -> None:
    at = app(PROGRESS, learner="Ada")
    for _ in range(4):
        button(at, "Undo the last answer").click().run()
    assert not at.exception
    assert "Undo the last answer" not in [one.label for one in at.main.button]
    assert set(at.main.dataframe[0].value["Result"]) == {"undone"}


def test_the_files_hold_everything_and_no_formula(app: App, filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import streamlit as st

    offered: dict[str, bytes] = {}

    def spied(label: str, data: Callable[[], bytes], name: str, *_: object, **__: object) -> None:
        offered[name] = data()

    monkeypatch.setattr(st, "download_button", spied)
    app(PROGRESS, learner="Ada")
    rows = list(csv.DictReader(io.StringIO(offered["living-grimoire.csv"].decode("utf-8-sig"))))
    assert len(rows) == 5
    assert rows[4]["answer"] == "'=1+1"
    lines = [json.loads(line) for line in offered["living-grimoire.jsonl"].splitlines()]
    assert sum(line.get("table") == "attempts" for line in lines) == 6  # five answers and an undo


def test_a_backup_is_made_and_named(app: App, filled: Path) -> None:
    at = app(PROGRESS, learner="Ada")
    assert str(filled / "grimoire.db") in [one.value for one in at.main.code]
    button(at, "Back up now").click().run()
    copies = list((filled / "backups").glob("*.db"))
    assert len(copies) == 1
    assert str(copies[0]) in words(at)
    with Store.open(copies[0]) as copy:
        assert len(copy.attempts(1, undone=True)) == 5


def test_a_backup_that_fails_says_why(app: App, filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = app(PROGRESS, learner="Ada")

    def fails(self: Store, reason: str) -> Path:
        raise ReadOnly(self.path, "its folder is read-only")

    monkeypatch.setattr(Store, "backup", fails)
    button(at, "Back up now").click().run()
    assert not at.exception
    assert "No backup was made." in words(at)
    assert "its folder is read-only" in words(at)


def test_hostile_answers_stay_text_in_the_log(app: App, data: Path) -> None:
    hostile = "\x00 \ud800 ![x](http://e.vil/x.png) $\\frac{$ <script>alert(1)</script> \u202e" + "x" * 20_000
    app()
    page_store.close()
    with Store.open(data / "grimoire.db") as store:
        store.add_attempt("k", 1, "clustering", "4.q1a", "f", hostile, {"correct": None}, 2, False, 1.0)
    at = app(PROGRESS)
    assert not at.exception
    shown = at.main.dataframe[0].value["Answer"][0]
    assert shown.startswith("␀ � ![x](http://e.vil/x.png) $\\frac{$ <script>")
    assert len(shown) == 80
    button(at, "Undo the last answer").click().run()
    assert not at.exception
    assert any("<script>" in one.value for one in at.main.text)  # st.text, which renders nothing
    assert not any("<script>" in one.value for one in at.main.markdown)


@pytest.mark.parametrize(("at", "said"), [
    (datetime(2026, 7, 4, 8, 5, tzinfo=UTC), "today 08:05"),
    (datetime(2026, 7, 3, 23, 59, tzinfo=UTC), "yesterday 23:59"),
    (datetime(2026, 7, 2, 9, 0, tzinfo=UTC), "2 Jul, 09:00"),
    (datetime(2025, 12, 31, 9, 0, tzinfo=UTC), "31 Dec 2025, 09:00"),
])
def test_times_are_said_as_people_say_them(at: datetime, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words_of_others, "zone", lambda: UTC)
    assert words_of_others.when(at, now=datetime(2026, 7, 4, 12, 0, tzinfo=UTC)) == said
