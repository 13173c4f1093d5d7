"""Today and Progress, empty and filled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engine.quiz.store.store import Store
from pages.widgets.shell import standing
from pages.widgets.shell import store as page_store
from pages.widgets.shell import words as words_of_others

App = Callable[..., AppTest]
PROGRESS = "places/progress/page.py"
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


def test_today_names_one_place_to_begin_and_does_not_list_the_book(app: App) -> None:
    at = app()
    assert len(links(at)) == 1
    assert not at.main.header


def test_today_says_three_things_and_where_one_stopped_reading(app: App, filled: Path) -> None:
    at = app(learner="Ada")
    assert not at.exception
    assert [label.partition(" · ")[0] for label in links(at)] == ["**Review**", "**Continue reading**", "**Begin**"]
    assert links(at)[1] == "**Continue reading** · Linear regression and least squares"
    assert "You stopped at “Worked example”" in words(at)
    assert "3 of 4 questions answered" in words(at)
    assert "stays on this machine" not in words(at)


def test_today_offers_what_is_ready_and_not_what_waits_for_a_lesson(app: App, filled: Path) -> None:
    at = app(learner="Ada")  # linear regression is not done, and k-means needs it; what this one needs is not written
    assert links(at)[-1] == "**Begin** · Monte Carlo, TD, SARSA and Q-learning"


def test_today_offers_open_questions_where_nothing_else_is_to_be_done(app: App, data: Path) -> None:
    app()
    page_store.close()
    with Store.open(data / "grimoire.db") as store:
        store.add_attempt("k", 1, "linear_regression", "2.q1a", "f", "x", {"correct": True}, 3, False, 1.0)
    at = app()
    assert links(at)[0] == "**3 open questions** · Linear regression and least squares"
    assert "1 of 4 questions answered" in words(at)


def test_today_opens_with_what_is_due(app: App, filled: Path) -> None:
    at = app(learner="Ada")  # her answers are months old
    assert links(at)[0].startswith("**Review** · ")
    assert "fading" in words(at).casefold()


def test_today_reminds_of_an_exam_that_was_not_handed_in(app: App, filled: Path) -> None:
    with Store.open(filled / "grimoire.db") as store:
        store.save_setting(1, "exam", {"key": "k", "paper": "7.2-q1a"})
    at = app(learner="Ada")
    assert "**Hand in your exam**" in links(at)
    assert len(links(at)) == 3


def test_today_begins_a_new_topic_when_the_others_are_done(
    app: App, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "questions_of", lambda slug: QUESTIONS.get(slug, ())[:1])
    at = app(learner="Ada")
    assert "**Begin** · K-means and k-medians" in links(at)
    assert "Continue reading" not in words(at)


def test_today_of_another_learner_is_another(app: App, filled: Path) -> None:
    assert links(app(learner="Ben")) == ["**Begin** · Linear regression and least squares"]


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
    assert (regression["Answered"], regression["Judged"]) == ("3 of 4", "2 of 4")  # one waits for its verdict
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
            store.add_attempt(
                f"no-{number}", 1, "linear_regression", question, "f", "x", {"correct": False}, 2, False, 1.0
            )
    mastery = {row["Topic"]: row for row in rows(app(PROGRESS, learner="Ada"), "Mastery")}
    assert mastery["Linear regression and least squares"]["Mastery"] == "0 %"


def test_progress_is_silent_about_calibration_below_twenty_answers(app: App, filled: Path) -> None:
    at = app(PROGRESS, learner="Ada")
    assert "So far: 3." in words(at)
    with Store.open(filled / "grimoire.db") as store:
        for number in range(17):
            store.add_attempt(
                f"more-{number}",
                1,
                "clustering",
                "4.q1a",
                "f",
                "x",
                {"correct": number % 4 > 0},
                1 + number % 2,
                False,
                1.0,
            )
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
            store.add_attempt(
                f"again-{number}", 1, "clustering", "4.q1a", "f", "x", {"correct": True}, 3, False, 1.0, at_
            )
    at = app(PROGRESS, learner="Ada")
    assert not at.exception
    assert rows(at, "Came true")[0] == {
        "Topic": "Linear regression and least squares",
        "Came true": 1,
        "Did not": 1,
        "Skipped": 0,
    }
    assert sum(row["Of"] for row in rows(at, "Gap")) == 21  # of 21 answers to 4.q1a 20 are repeated, and 2.q1a once


def test_the_log_holds_every_answer_newest_first_and_marks_the_undone(app: App, filled: Path) -> None:
    log = app(PROGRESS, learner="Ada").main.dataframe[0].value
    assert list(log["Question"]) == [f"Question {number} of 6" for number in (4, 2, 3, 1, 1)]
    assert list(log["Result"]) == ["undone", "not marked", "recalled", "recalled", "missed"]
    assert list(log["Confidence"]) == ["certain", "guess", "unsure", "certain", "fairly sure"]
    assert log["Answer"][1] == "It fits *better*. <b>So</b>"
    assert log["Time"].is_monotonic_decreasing


def test_undo_takes_back_the_last_answer_and_says_which(app: App, filled: Path) -> None:
    at = app(PROGRESS, learner="Ada")
    assert "Question 2 of 6, Linear regression and least squares, " in words(at)
    button(at, "Undo the last answer").click().run()
    assert "Undone: Question 2 of 6, Linear regression and least squares, your answer of" in words(at)
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


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 7, 4, 8, 5, tzinfo=UTC), "today 08:05"),
        (datetime(2026, 7, 3, 23, 59, tzinfo=UTC), "yesterday 23:59"),
        (datetime(2026, 7, 2, 9, 0, tzinfo=UTC), "2 Jul, 09:00"),
        (datetime(2025, 12, 31, 9, 0, tzinfo=UTC), "31 Dec 2025, 09:00"),
    ],
)
def test_times_are_said_as_people_say_them(at: datetime, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words_of_others, "zone", lambda: UTC)
    assert words_of_others.when(at, now=datetime(2026, 7, 4, 12, 0, tzinfo=UTC)) == said


def locked(data: Path, count: int) -> None:
    """Lock answers to the first questions of two topics, and judge none."""
    asked = [(topic, id) for topic, ids in QUESTIONS.items() for id in ids][:count]
    with Store.open(data / "grimoire.db") as store:
        learner = store.learners()[0].id if store.learners() else store.add_learner("Noor").id
        for topic, id in asked:
            store.add_attempt(f"locked-{id}", learner, topic, id, "f", "x", {"correct": None}, 3, False, 30.0)


@pytest.mark.parametrize(("count", "says"), [(1, "1 answer waits for"), (6, "6 answers wait for")])
def test_what_is_locked_and_not_judged_is_in_every_place(app: App, data: Path, count: int, says: str) -> None:
    locked(data, count)
    at = app()
    assert f"**Review** · {says} your judgement" in links(at)
    if count == 1:
        assert "1 of 4 questions answered" in words(at)
    assert "Nothing is due" not in words(at)
    at = app(PROGRESS)
    assert f"**Judge** · {says} your judgement" in links(at)
    found = {row["Topic"]: (row["Answered"], row["Judged"]) for row in rows(at, "Mastery")}
    assert found["Linear regression and least squares"] == (f"{min(count, 4)} of 4", "0 of 4")
    assert f"So far: 0. {count} more wait" in words(at)
    assert sum(row["Answers"] for row in rows(at, "Day")) == count


def test_what_is_due_and_what_waits_are_one_thing_to_do(app: App, filled: Path) -> None:
    at = app(learner="Ada")
    assert sum(label.startswith("**Review**") for label in links(at)) == 1
    assert "1 answer waits for your judgement first." in words(at)


def test_today_counts_one_as_one(app: App, data: Path) -> None:
    with Store.open(data / "grimoire.db") as store:
        noor = store.add_learner("Noor").id
        at_ = datetime(2026, 7, 1, tzinfo=UTC)
        store.add_attempt("k", noor, "clustering", "4.q1a", "f", "x", {"correct": False}, 4, False, 30.0, at_)
    at = app()
    assert "**Review** · 1 question due" in links(at)
    assert "1 confident error. " in words(at)


def test_progress_says_first_what_is_weakest_and_practises_it(app: App, filled: Path) -> None:
    at = app(PROGRESS, learner="Ada")
    assert [one.value for one in at.main.header][:2] == ["Weakest first", "Mastery"]
    (practise,) = [one for one in at.main.get("page_link") if one.proto.label.startswith("**Practise**")]
    assert practise.proto.label == "**Practise** · Linear regression and least squares"
    assert "practise=linear_regression" in practise.proto.query_string
    assert "Of 2 judged questions you can be expected to recall" in words(at)


def test_progress_is_not_a_page_of_dashes(app: App, filled: Path) -> None:
    at = app(PROGRESS, learner="Ada")
    tiles = "".join(one.proto.body for one in at.main.get("html"))
    assert tiles.count("<li>") == 1  # of 49 topics one was begun
    assert "–" not in tiles
    assert "48 topics are not begun" in words(at)
    assert "3 of 4, 1 not judged" in tiles


def test_progress_says_that_nothing_is_weak(app: App, data: Path) -> None:
    with Store.open(data / "grimoire.db") as store:
        noor = store.add_learner("Noor").id
        store.add_attempt("k", noor, "clustering", "4.q1a", "f", "x", {"correct": True}, 4, False, 30.0)
    at = app(PROGRESS)
    assert "No topic is below the 90 % that you wish to recall." in words(at)
    assert not [label for label in links(at) if "Practise" in label]
