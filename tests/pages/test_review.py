"""The review page: what is due, the answer before the comparison, the verdict, undo, two windows, a moved clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engine.content.read import load_topic
from engine.quiz import drills
from engine.quiz.schedule import Wishes, remembered
from engine.quiz.store.faults import Full
from engine.quiz.store.rows import Attempt
from engine.quiz.store.store import Store
from pages.widgets.shell import standing
from pages.widgets.shell.store import _opened

Open = Callable[..., AppTest]
PAGE = "places/review/page.py"
TOPIC, OTHER = "linear_regression", "clustering"
WORDS, SHAPE = "2.q1a", "2.q2c"  # free text with a rubric, and an exact check
TITLES = {WORDS: "Question 1 of 6", SHAPE: "Question 5 of 6"}


def fingerprint(question: str, topic: str = TOPIC) -> str:
    return next(one.fingerprint for one in load_topic(topic).questions if one.id == question)


def answered(
    data: Path,
    question: str,
    days_ago: float,
    recalled: bool | None,
    sure: int = 2,
    topic: str = TOPIC,
    machine: dict[str, object] | None = None,
    text: str = "An old answer.",
) -> None:
    """Put an answer of some days ago into the log of the first learner."""
    with Store.open(data / "grimoire.db") as store:
        learner = (store.learners() or [store.add_learner("Noor")])[0].id
        number = len(store.attempts(learner, undone=True))
        at = datetime.now(UTC) - timedelta(days=days_ago)
        one = store.add_attempt(
            f"old-{number}",
            learner,
            topic,
            question,
            fingerprint(question, topic),
            text,
            machine or {"correct": None},
            sure,
            False,
            40.0,
            at,
        )
        if recalled is not None:
            store.add_marks(one.id, {"points": []}, recalled)


def log(data: Path, undone: bool = False) -> list[Attempt]:
    with Store.open(data / "grimoire.db") as store:
        return store.attempts(1, undone=undone)


def said(at: AppTest) -> str:
    return "\n".join(
        one.value for kind in (at.title, at.header, at.markdown, at.caption, at.text, at.code) for one in kind
    )


def labels(at: AppTest) -> list[str]:
    return [one.label for one in at.button]


def press(at: AppTest, label: str) -> AppTest:
    found = [one for one in at.button if one.label == label]
    assert found, f"no button {label!r} among {labels(at)}"
    at = found[0].click().run()
    assert not at.exception
    return at


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[timedelta]]:
    """Return a list whose one element is how far the page's clock is ahead."""
    ahead = [timedelta()]
    monkeypatch.setattr(standing, "now", lambda: datetime.now(UTC) + ahead[0])
    yield ahead
    standing.all_questions.clear()


# --- nothing to do ---------------------------------------------------------------------------------------------


def test_a_newcomer_is_offered_a_few_new_questions(app: Open, data: Path) -> None:
    at = app(PAGE)
    assert not at.exception
    assert "Nothing is to be reviewed yet" in said(at)
    assert "Begin 5 new questions" in labels(at)
    at = press(at, "Begin 5 new questions")
    assert "5 questions left" in said(at)
    at = press(press(at, "unsure"), "Recalled")
    assert "4 questions left" in said(at)
    assert [(one.recalled, one.machine["review"]) for one in log(data)] == [(True, True)]
    again = app(PAGE)  # the first of today's five is done
    assert "Begin 4 new questions" in labels(again)


def test_when_nothing_is_due_it_says_when_and_where_to_go_on(app: Open, data: Path) -> None:
    answered(data, WORDS, 1, True)
    at = app(PAGE)
    assert "Nothing is due now. The next question comes **tomorrow" in said(at)
    assert not {"guess", "Missed"} & set(labels(at))
    assert any("Linear regression" in link.label for link in at.get("page_link"))  # begun and not done


def test_no_new_questions_where_none_are_wished(app: Open, data: Path) -> None:
    answered(data, WORDS, 0, True)
    with Store.open(data / "grimoire.db") as store:
        store.save_setting(1, "wishes", Wishes(new=0).to_json())
    assert not [one for one in labels(app(PAGE)) if one.startswith("Begin")]


def test_answered_today_asked_three_days_later(app: Open, data: Path, clock: list[timedelta]) -> None:
    answered(data, WORDS, 0, True)
    at = app(PAGE)
    assert "Nothing is due now" in said(at)
    clock[0] = timedelta(days=3)
    at = at.run()
    assert TITLES[WORDS] in said(at)
    assert "guess" in labels(at)
    clock[0] = timedelta(days=-30)  # a clock that went back asks nothing, and what it says still makes sense
    at = app(PAGE)
    assert not at.exception
    assert "Nothing is due now" in said(at)


# --- one question ----------------------------------------------------------------------------------------------


def test_confidence_comes_before_the_comparison_and_is_in_the_log(app: Open, data: Path) -> None:
    answered(data, WORDS, 9, True)
    question = next(one for one in load_topic(TOPIC).questions if one.id == WORDS)
    at = app(PAGE)
    assert question.ask in said(at)
    for later in (question.answer, question.points[0].says):
        assert later not in said(at) + "".join(one.label for one in at.checkbox)
    assert not {"Missed", "Recalled"} & set(labels(at))
    at.text_area[0].set_value("Add up the squared residuals.").run()
    at = press(at, "fairly sure")
    last = log(data)[-1]
    assert (last.question, last.answer, last.confidence, last.recalled) == (
        WORDS,
        "Add up the squared residuals.",
        3,
        None,
    )
    assert last.machine["review"] is True
    assert last.machine["points"]  # the machine's advice, since there is text
    assert last.fingerprint == question.fingerprint
    assert question.answer in said(at)
    assert "Add up the squared residuals." in said(at)
    assert [box.label for box in at.checkbox] == [point.says for point in question.points]
    at.checkbox[0].check().run()
    at = press(at, "Missed")
    last = log(data)[-1]
    assert last.recalled is False
    assert last.marks is not None
    assert last.marks["points"] == [True] + [False] * (len(question.points) - 1)
    assert "1 question reviewed:** 0 recalled, 1 missed" in said(at)
    assert "in 10 minutes" in said(at)


def test_what_is_recalled_without_writing_has_no_advice(app: Open, data: Path) -> None:
    answered(data, WORDS, 9, True)
    at = press(app(PAGE), "certain")
    last = log(data)[-1]
    assert (last.answer, last.confidence, last.correct, last.machine["points"]) == ("", 4, None, [])
    assert "Recalled without writing. You were: certain." in said(at)
    assert "did you think of" in said(at)
    at = press(at, "Recalled")
    assert "1 recalled, 0 missed" in said(at)


def test_an_exact_answer_is_judged_and_a_refused_one_stays(app: Open, data: Path) -> None:
    answered(data, SHAPE, 9, True)
    at = app(PAGE)
    at.text_input[0].set_value("m by lots").run()
    at = press(at, "unsure")
    assert len(log(data)) == 1  # what cannot be read is not logged
    assert at.text_input[0].value == "m by lots"
    assert "guess" in labels(at)
    at.text_input[0].set_value("(7, 9)").run()
    at = press(at, "unsure")
    assert log(data)[-1].correct is False
    assert any("not right" in one.value for one in at.markdown)
    at = press(at, "Recalled")  # the learner decides
    assert log(data)[-1].outcome is True


def exercise() -> tuple[str, str]:
    """Return an exercise with drills, and its topic."""
    return next(
        (one.id, one.topic)
        for one in standing.all_questions().values()
        if one.is_exercise and one.drills and one.exact and one.exact.check == "numeric"
    )


def test_an_exercise_comes_with_fresh_numbers_each_time(app: Open, data: Path) -> None:
    id, topic = exercise()
    seeds = set[object]()
    answered(data, id, 9, False, topic=topic)
    for sure in ("unsure", "certain"):
        at = press(app(PAGE), sure)
        machine = log(data)[-1].machine
        drill = drills.draw(str(machine["drill"]), int(str(machine["seed"])))
        seeds.add(machine["seed"])
        assert machine["ask"] == drill.ask
        assert drill.ask in said(at)
        assert drill.steps in said(at)
        assert drill.steps in said(app(PAGE))  # the same numbers after a reload
        at = press(at, "Undo")
    assert len(seeds) == 2
    at = app(PAGE)
    drill = next(drills.draw(name, seed) for name, seed in [_pinned(at)])
    at.text_input[0].set_value(drills.printed(drill.exact)).run()
    at = press(at, "certain")
    assert log(data)[-1].correct is True


def _pinned(at: AppTest) -> tuple[str, int]:
    pin = at.session_state["review.turn"]
    names = standing.all_questions()[pin.question].drills
    return names[pin.seed % len(names)], pin.seed


def test_topics_take_turns_and_confident_errors_come_first(app: Open, data: Path) -> None:
    mine = [one.id for one in load_topic(TOPIC).questions][:3]
    others = [one.id for one in load_topic(OTHER).questions][:3]
    for days, (one, other) in enumerate(zip(mine, others, strict=True), 20):
        answered(data, one, days, True)
        answered(data, other, days, other != others[2], sure=4, topic=OTHER)
    at, seen = app(PAGE), list[str]()
    assert "You were sure, and missed it" in said(at)
    for _ in range(6):
        seen.append(at.session_state["review.turn"].question)
        at = press(press(at, "guess"), "Recalled")
    assert seen[0] == others[2]
    assert sorted(seen) == sorted([*mine, *others])
    assert [id in mine for id in seen] == [False, True] * 3


def test_later_puts_a_question_behind_the_others(app: Open, data: Path) -> None:
    answered(data, WORDS, 30, True)
    answered(data, SHAPE, 20, True)
    at = app(PAGE)
    first = at.session_state["review.turn"].question
    at = press(at, "Later")
    assert at.session_state["review.turn"].question != first
    at = press(press(at, "guess"), "Recalled")
    assert at.session_state["review.turn"].question == first
    assert "Later" not in labels(at)  # it is the only one


# --- nothing lost, nothing twice -------------------------------------------------------------------------------


def test_undo_takes_the_review_back_and_asks_again(app: Open, data: Path) -> None:
    answered(data, WORDS, 9, True)
    at = app(PAGE)
    assert "Undo" not in labels(at)  # no review yet
    at.text_area[0].set_value("What I wrote").run()
    at = press(press(at, "fairly sure"), "Missed")
    at = press(at, "Undo")
    assert [one.recalled for one in log(data)] == [True]
    assert len(log(data, undone=True)) == 2  # the log keeps it
    assert TITLES[WORDS] in said(at)
    assert at.text_area[0].value == "What I wrote"
    assert "Undo" not in labels(at)  # once
    assert "done" not in said(at)
    at = press(press(at, "fairly sure"), "Recalled")
    assert [one.recalled for one in log(data)] == [True, True]


def test_undo_works_before_the_verdict_too(app: Open, data: Path) -> None:
    answered(data, WORDS, 9, True)
    at = press(press(app(PAGE), "guess"), "Undo")
    assert "certain" in labels(at)
    at = press(press(at, "certain"), "Recalled")
    assert [(one.confidence, one.recalled) for one in log(data)] == [(2, True), (4, True)]


def test_undo_of_what_is_no_longer_the_last_does_nothing(app: Open, data: Path) -> None:
    answered(data, WORDS, 9, True)
    answered(data, SHAPE, 9, True)
    at = press(press(app(PAGE), "guess"), "Recalled")
    second = app(PAGE)
    second = press(press(second, "guess"), "Recalled")
    at = press(at, "Undo")  # as it was drawn before the other window went on
    assert "there is a newer answer now" in said(at)
    assert len(log(data)) == 4


def test_a_reload_in_the_middle_finds_the_answer_that_was_given(app: Open, data: Path) -> None:
    answered(data, WORDS, 9, True)
    at = app(PAGE)
    at.text_area[0].set_value("Half way.").run()
    at = app(PAGE)  # before the answer was given
    assert at.text_area[0].value == "Half way."
    at = press(at, "unsure")
    at = app(PAGE)  # after it
    assert "Half way." in said(at)
    assert "Recalled" in labels(at)
    at = press(at, "Recalled")
    assert [one.recalled for one in log(data)] == [True, True]
    assert "Nothing is due now" in said(at)


def test_two_windows_write_one_answer(app: Open, data: Path) -> None:
    answered(data, WORDS, 9, True)
    one, two = app(PAGE), app(PAGE)
    one = press(one, "guess")
    two = press(two, "certain")  # drawn before the first window's answer
    assert [row.confidence for row in log(data)] == [2, 1]
    assert "was answered in another window" in said(two)
    one = press(one, "Missed")
    two = press(two, "Recalled")
    assert log(data)[-1].recalled is False  # the first verdict counts
    assert "Nothing is due now" in said(two)


def test_what_another_window_answered_is_not_asked_here(app: Open, data: Path) -> None:
    answered(data, WORDS, 9, True)
    one, two = app(PAGE), app(PAGE)
    press(press(one, "guess"), "Recalled")
    two = two.run()
    assert f"{TITLES[WORDS]} was answered in another window." in said(two)
    assert "guess" not in labels(two)


def test_what_the_topics_page_answered_meanwhile_counts_and_the_review_does_not(app: Open, data: Path) -> None:
    answered(data, WORDS, 9, True)
    at = app(PAGE)
    with Store.open(data / "grimoire.db") as store:
        last = store.attempts(1)[-1]
        store.add_attempt("topic", 1, last.topic, WORDS, last.fingerprint, "x", {"correct": None}, 3, False, 1.0)
    at = press(at, "guess")
    assert "its model answer could be seen there" in said(at)
    assert [row.question for row in log(data)] == [WORDS, WORDS, f"{WORDS}~seen"]
    press(at, "Recalled")  # what is compared is the answer of the topic's page, which waits
    assert [row.recalled for row in log(data)] == [True, True, None]


def test_a_verdict_that_comes_twice_does_not_judge_the_next_question(app: Open, data: Path) -> None:
    answered(data, WORDS, 30, True)
    answered(data, SHAPE, 20, True)
    at = press(app(PAGE), "guess")
    key = next(one.key for one in at.button if one.label == "Recalled")
    at = press(at, "Recalled")
    at = press(at, "guess")
    assert key != next(one.key for one in at.button if one.label == "Recalled")
    assert [row.recalled for row in log(data)] == [True, True, True, None]


def test_a_review_begins_with_what_waits_for_a_judgement(app: Open, data: Path) -> None:
    """Wherever it was locked: on a topic's page, in an exam, by a file from elsewhere."""
    question = next(one for one in load_topic(TOPIC).questions if one.id == WORDS)
    answered(data, SHAPE, 30, True)  # due
    answered(data, WORDS, 2, None, text="Locked, and never looked at.")
    answered(data, "4.q1a", 1, None, topic=OTHER, machine={"correct": None, "exam": {"sitting": "s"}})
    at = app(PAGE)
    assert "2 answers wait for your judgement" in said(at)
    assert "Locked, and never looked at." in said(at)  # the oldest first, at the comparing step
    assert question.answer in said(at)
    assert "guess" not in labels(at)
    at = press(at, "Recalled")
    assert "1 answer waits for your judgement" in said(at)
    at = press(at, "Recalled")
    assert [one.recalled for one in log(data)] == [True, True, True]
    assert "wait" not in said(at)
    assert TITLES[SHAPE] in said(at)  # and then what is due
    assert "guess" in labels(at)


@pytest.mark.parametrize("text", ["x", ""])
def test_an_answer_to_an_earlier_wording_is_judged_last(app: Open, data: Path, text: str) -> None:
    answered(data, SHAPE, 30, True)
    with Store.open(data / "grimoire.db") as store:
        store.add_attempt("old", 1, TOPIC, WORDS, "another print", text, {"correct": None}, 3, False, 5.0)
    answered(data, "4.q1a", 0, None, topic=OTHER)
    at = press(app(PAGE), "Recalled")
    assert TITLES[SHAPE] in said(at)
    assert "1 answer waits for your judgement" in said(at)
    at = press(press(at, "guess"), "Recalled")
    assert "The question has changed since you answered it." in said(at)
    press(at, "Missed")
    assert [one.recalled for one in log(data)] == [True, False, True, True]


def test_fresh_numbers_wait_with_their_numbers(app: Open, data: Path) -> None:
    id, topic = exercise()
    name = standing.all_questions()[id].drills[0]
    drill = drills.draw(name, 0)
    for ask in (drill.ask, "Numbers that nobody draws any more."):
        answered(data, id, 1, None, topic=topic, text="", machine={"drill": name, "seed": 0, "ask": ask})
    at = app(PAGE)
    assert drill.ask in said(at)
    assert "has changed" not in said(at)
    at = press(at, "Recalled")
    assert "The question has changed since you answered it." in said(at)
    assert drill.ask not in said(at)


def test_what_cannot_be_judged_does_not_wait(app: Open, data: Path) -> None:
    """A side part without a verdict, what was taken back, a question that the book does not have."""
    with Store.open(data / "grimoire.db") as store:
        store.add_learner("Noor")
        for number, id in enumerate((f"{WORDS}~ladder", "2.gone", WORDS)):
            store.add_attempt(f"k{number}", 1, TOPIC, id, "f", "x", {"correct": None}, 3, False, 5.0)
        store.undo_last(1)
    at = app(PAGE)
    assert "wait" not in said(at)
    assert "Recalled" not in labels(at)


def test_what_is_judged_here_is_judged_on_its_topics_page(app: Open, data: Path) -> None:
    at = app(f"machine_learning/{TOPIC}/page.py", question=WORDS)
    at.main.text_area[0].set_value("Squares.").run()
    at.main.get("button_group")[-1].set_value(3).run()
    at = press(at, "Lock answer")
    at = at.switch_page(PAGE).run()
    assert "Squares." in said(at)
    at = press(at, "Recalled")
    at = at.switch_page(f"machine_learning/{TOPIC}/page.py").run()
    assert "Squares." not in said(at)  # it is judged, and a new try can begin
    assert "Lock answer" in labels(at)


def test_recalled_without_a_tick_is_asked_back_in_one_sentence(app: Open, data: Path) -> None:
    answered(data, WORDS, 9, True)
    answered(data, SHAPE, 8, True)
    at = press(press(app(PAGE), "guess"), "Recalled")
    assert "no point ticked, recalled all the same?" in said(at)
    at = press(at, "guess")
    at.checkbox[0].check().run()
    at = press(at, "Recalled")
    assert "no point ticked" not in said(at)
    assert [one.recalled for one in log(data)][-2:] == [True, True]
    answered(data, WORDS, 0, None)
    assert "no point ticked" not in said(press(app(PAGE), "Missed"))


def test_a_topic_is_practised_by_its_address(app: Open, data: Path) -> None:
    answered(data, "4.q1a", 90, True, topic=OTHER)  # due, and not asked first
    for number, (id, recalled) in enumerate(((WORDS, True), (SHAPE, False), ("2.q2a", True))):
        answered(data, id, 1 - number / 10, recalled)
    at = app(PAGE, practise=TOPIC)
    seen = []
    for _ in range(3):
        seen.append(at.session_state["review.turn"].question)
        at = press(press(at, "guess"), "Recalled")
    assert seen == [SHAPE, WORDS, "2.q2a"]  # what was missed, then what is most nearly forgotten
    assert at.session_state["review.turn"].question == "4.q1a"  # and on with what is due
    assert not app(PAGE, practise="no_such_topic").exception


def test_another_learner_has_a_review_of_their_own(app: Open, data: Path) -> None:
    answered(data, WORDS, 9, True)
    with Store.open(data / "grimoire.db") as store:
        store.add_learner("Ada")
    at = press(app(PAGE), "guess")
    at.selectbox[0].select(2).run()
    assert "Nothing is to be reviewed yet" in said(at)
    at.selectbox[0].select(1).run()
    assert "Recalled" in labels(at)  # the answer waits for its verdict


def test_questions_that_left_the_bank_are_not_asked_and_not_lost(app: Open, data: Path) -> None:
    answered(data, WORDS, 9, True)
    with Store.open(data / "grimoire.db") as store:
        one = store.add_attempt(
            "gone",
            1,
            TOPIC,
            "2.gone",
            "f",
            "x",
            {"correct": True},
            3,
            False,
            5.0,
            datetime.now(UTC) - timedelta(days=30),
        )
    at = app(PAGE)
    assert "2.gone" not in said(at)
    assert "The last one." in said(at)
    assert one in log(data)


def test_an_edited_question_stays_in_the_schedule(app: Open, data: Path) -> None:
    with Store.open(data / "grimoire.db") as store:
        store.add_learner("Noor")
        store.add_attempt(
            "old",
            1,
            TOPIC,
            WORDS,
            "another print",
            "x",
            {"correct": True},
            3,
            False,
            5.0,
            datetime.now(UTC) - timedelta(days=30),
        )
    assert TITLES[WORDS] in said(app(PAGE))


def test_an_answer_that_cannot_be_saved_is_said_and_nothing_is_lost(
    app: Open, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(data, WORDS, 9, True)

    def full(*_: object, **__: object) -> Attempt:
        raise Full(data, 0)

    at = app(PAGE)
    at.text_area[0].set_value("Kept in the box.").run()
    with monkeypatch.context() as broken:
        broken.setattr(Store, "add_attempt", full)
        at = press(at, "unsure")
        assert "Your answer is not saved. There is no room left" in said(at)
        assert at.text_area[0].value == "Kept in the box."
        assert "Recalled" not in labels(at)
        compared = press(at, "Compare without saving")
        assert "Recalled" in labels(compared)
        compared = press(compared, "Recalled")
    assert len(log(data)) == 1
    assert TITLES[WORDS] in said(compared)  # the log knows nothing of it: it is due still
    compared = press(press(compared, "unsure"), "Recalled")
    assert len(log(data)) == 2


def test_a_verdict_that_cannot_be_saved_stays_with_its_question(
    app: Open, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(data, WORDS, 9, True)

    def full(*_: object, **__: object) -> Attempt:
        raise Full(data, 0)

    at = press(app(PAGE), "unsure")
    with monkeypatch.context() as broken:
        broken.setattr(Store, "add_marks", full)
        at = press(at, "Recalled")
        assert "Your marks are not saved. There is no room left" in said(at)
    at = press(at, "Recalled")
    assert log(data)[-1].recalled is True


def test_it_works_without_a_store_and_says_so(app: Open, data: Path) -> None:
    _opened.clear()
    (data / "grimoire.db").write_bytes(b"this is no database" * 99)
    at = app(PAGE)
    assert not at.exception
    assert "nothing is kept" in said(at)
    at = press(press(press(at, "Begin 5 new questions"), "guess"), "Recalled")
    assert "4 questions left" in said(at)


def standing_due(data: Path) -> datetime:
    """Return when the question is due by what the store holds."""
    with Store.open(data / "grimoire.db") as store:
        wished = replace(Wishes.from_json(store.setting(1, "wishes")), exam=None)
        return remembered(store.attempts(1), datetime.now(UTC), wished)[WORDS].due


# --- wishes ----------------------------------------------------------------------------------------------------


def test_wishes_are_kept_and_move_the_schedule(app: Open, data: Path) -> None:
    answered(data, WORDS, 20, True)
    answered(data, WORDS, 12, True)
    answered(data, SHAPE, 1, True)
    at = app(PAGE)
    assert at.slider[0].value == 90
    free = standing_due(data)
    at.slider[0].set_value(70).run()
    at.number_input[0].set_value(2).run()
    exam = datetime.now(UTC).date() + timedelta(days=40)
    at.date_input[0].set_value(exam).run()
    assert not at.exception
    with Store.open(data / "grimoire.db") as store:
        assert Wishes.from_json(store.setting(1, "wishes")) == Wishes(0.7, exam, 2)
    assert f"In {(exam - datetime.now(UTC).date()).days} days" in said(at)
    again = app(PAGE)
    assert (again.slider[0].value, again.number_input[0].value, again.date_input[0].value) == (70, 2, exam)
    assert free < standing_due(data)  # less retention asks later


def test_an_exam_that_is_past_is_not_offered_again(app: Open, data: Path) -> None:
    answered(data, WORDS, 1, True)
    with Store.open(data / "grimoire.db") as store:
        store.save_setting(1, "wishes", Wishes(0.8, date(2020, 1, 1), 3).to_json())
    at = app(PAGE)
    assert not at.exception
    assert at.date_input[0].value is None
    at.slider[0].set_value(85).run()
    with Store.open(data / "grimoire.db") as store:
        assert Wishes.from_json(store.setting(1, "wishes")) == Wishes(0.85, None, 3)


def test_keys_can_be_turned_off(app: Open, data: Path) -> None:
    answered(data, WORDS, 9, True)
    at = app(PAGE)
    assert {one.proto.shortcut for one in at.button if one.label in ("guess", "certain")} == {"1", "4"}
    at.toggle[0].set_value(False).run()
    assert {one.proto.shortcut for one in at.button if one.label in ("guess", "certain")} == {""}
    assert {one.proto.shortcut for one in app(PAGE).button} == {""}
