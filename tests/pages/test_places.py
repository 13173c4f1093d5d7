"""Today and Progress, empty and filled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engine.content import curriculum
from engine.quiz.store import Store
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


def test_today_shows_all_topics_of_the_book_with_links(app: App) -> None:
    at = app()
    for part in curriculum():
        assert part.title in [header.value for header in at.main.header]
        for entry in part.topics:
            assert entry.title in links(at)


def test_today_names_what_was_begun_first(app: App, filled: Path) -> None:
    at = app(learner="Ada")
    assert not at.exception
    assert links(at)[1:3] == [
        "**Continue reading** · Linear regression and least squares",
        "**1 open question** · Linear regression and least squares",
    ]
    assert "Worked example" in words(at)
    assert "3 of 4 answered" in words(at)
    assert "0 of 2 answered" in words(at)
    assert "stays on this machine" not in words(at)


def test_today_opens_with_what_is_due(app: App, filled: Path) -> None:
    at = app(learner="Ada")  # her answers are months old
    assert links(at)[0].startswith("**Review** · ")
    assert "fading" in words(at).casefold()


def test_today_reminds_of_an_exam_that_was_not_handed_in(app: App, filled: Path) -> None:
    with Store.open(filled / "grimoire.db") as store:
        store.save_setting(1, "exam", {"key": "k", "paper": "7.2-q1a"})
    assert "**Hand in your exam**" in links(app(learner="Ada"))


def test_today_begins_a_new_topic_when_the_others_are_done(app: App, filled: Path,
                                                           monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing, "questions_of", lambda slug: QUESTIONS.get(slug, ())[:1])
    at = app(learner="Ada")
    assert "**Begin** · K-means and k-medians" in links(at)
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


def rows(at: AppTest, header: str) -> list[dict[str, object]]:
    """Return the table that has this column."""
    return next(one.value.to_dict("records") for one in at.main.table if header in one.value.columns)


def test_progress_maps_every_topic_and_says_its_numbers_in_a_table(app: App, filled: Path) -> None:
    at = app(PROGRESS, learner="Ada")
    assert not at.exception
    mastery = {row["Topic"]: row for row in rows(at, "Mastery")}
    assert len(mastery) == 49
    regression = mastery["Linear regression and least squares"]
    assert regression["Answered"] == "2 of 4"  # one more has no verdict yet
    assert mastery["K-means and k-medians"]["Mastery"] == "0 %"
    assert [row["Answers"] for row in rows(at, "Day")] == [1, 1, 1, 1]
    assert rows(at, "Time") == [{"Topic": "Linear regression and least squares", "Time": "2 min"}]  # days stand apart


def test_time_is_told_by_topic_and_by_day_apart(app: App, filled: Path) -> None:
    with Store.open(filled / "grimoire.db") as store:
        store.add_attempt("now", 1, "clustering", "4.q1a", "f", "x", {"correct": False}, 2, False, 600.0)
    times = [one.value for one in app(PROGRESS, learner="Ada").main.table if "Time" in one.value.columns]
    assert [list(one.columns) for one in times] == [["Topic", "Time"], ["Day", "Time"]]
    today = datetime.now(UTC).astimezone().date()
    assert times[1].to_dict("records") == [{"Day": f"{today.day} {today:%b %Y}", "Time": "10 min"}]


def test_dates_on_axes_are_dates_wherever_the_reader_is(app: App, filled: Path) -> None:
    """Vega reads a date alone as midnight UTC: written in the zone west of it, that is the evening before."""
    charts = "".join(chart.proto.spec for chart in app(PROGRESS, learner="Ada").main.get("vega_lite_chart"))
    assert charts.count("utcFormat(toDate(") == charts.count("toDate(") >= 2  # days and minutes


def test_what_was_missed_last_is_not_mastered(app: App, filled: Path) -> None:
    with Store.open(filled / "grimoire.db") as store:
        for number, question in enumerate(("2.q1a", "2.q2a")):
            store.add_attempt(f"no-{number}", 1, "linear_regression", question, "f", "x", {"correct": False}, 2, False,
                              1.0)  # fmt: skip
    mastery = {row["Topic"]: row for row in rows(app(PROGRESS, learner="Ada"), "Mastery")}
    assert mastery["Linear regression and least squares"]["Mastery"] == "0 %"


def test_progress_is_silent_about_calibration_below_twenty_answers(app: App, filled: Path) -> None:
    at = app(PROGRESS, learner="Ada")
    assert "So far: 3." in words(at)
    with Store.open(filled / "grimoire.db") as store:
        for number in range(17):
            store.add_attempt(f"more-{number}", 1, "clustering", "4.q1a", "f", "x", {"correct": number % 4 > 0},
                              1 + number % 2, False, 1.0)  # fmt: skip
    at = app(PROGRESS, learner="Ada")
    assert sum(row["Of"] for row in rows(at, "Confidence")) == 20
    said = str([chart.proto for chart in at.main.get("vega_lite_chart")])
    assert "Share recalled by confidence" in said


def test_progress_counts_predictions_and_repeated_answers(app: App, filled: Path) -> None:
    with Store.open(filled / "grimoire.db") as store:
        store.add_prediction(1, "linear_regression", "sse", 1, True)
        store.add_prediction(1, "linear_regression", "normal", 0, False)
        for number in range(21):
            at_ = datetime(2026, 7, 10 + number % 20, 9, number, tzinfo=UTC)
            store.add_attempt(f"again-{number}", 1, "clustering", "4.q1a", "f", "x", {"correct": True}, 3, False, 1.0,
                              at_)  # fmt: skip
    at = app(PROGRESS, learner="Ada")
    assert not at.exception
    assert rows(at, "Came true")[0] == {"Topic": "Linear regression and least squares", "Came true": 1, "Did not": 1,
                                        "Skipped": 0}  # fmt: skip
    assert sum(row["Of"] for row in rows(at, "Gap")) == 21  # of 21 answers to 4.q1a 20 are repeated, and 2.q1a once


def test_the_log_holds_every_answer_newest_first_and_marks_the_undone(app: App, filled: Path) -> None:
    log = app(PROGRESS, learner="Ada").main.dataframe[0].value
    assert list(log["Question"]) == ["2.q2b", "2.q1b", "2.q2a", "2.q1a", "2.q1a"]
    assert list(log["Result"]) == ["undone", "not marked", "recalled", "recalled", "missed"]
    assert list(log["Confidence"]) == ["certain", "guess", "unsure", "certain", "fairly sure"]
    assert log["Answer"][1] == "It fits *better*. <b>So</b>"
    assert log["Time"].is_monotonic_decreasing


def test_undo_takes_back_the_last_answer_and_says_which(app: App, filled: Path) -> None:
    at = app(PROGRESS, learner="Ada")
    assert "Question 2.q1b" in words(at)
    button(at, "Undo the last answer").click().run()
    assert "Undone: the answer to 2.q1b" in words(at)
    assert "“It fits *better*. <b>So</b>”" in words(at)
    assert list(at.main.dataframe[0].value["Result"])[:2] == ["undone", "undone"]
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
