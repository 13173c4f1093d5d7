"""The schedule: against py-fsrs itself, on ten thousand random logs, and where the clock or an exam interferes."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import fsrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.quiz import schedule
from engine.quiz.progress import topic_progress
from engine.quiz.schedule import (
    CONFIDENT_ERROR,
    DAY,
    EXAM,
    EXAM_DAYS,
    FADING,
    MISSED,
    WEEK,
    Memory,
    Wishes,
    by_topic,
    due,
    interval,
    mixed,
    new_questions,
    pace,
    remembered,
)
from engine.quiz.store.rows import Attempt, Progress
from engine.quiz.store.store import Store

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
MINUTES = timedelta(minutes=10)
LATER = START + timedelta(days=400)
CALM, SURE = 1, 4


def answer(
    day: float, recalled: bool | None, sure: int = CALM, question: str = "q", sequence: int | None = None
) -> Attempt:
    number = round(day * 1000) if sequence is None else sequence
    return Attempt(
        number,
        number,
        1,
        question,
        f"topic of {question}",
        "f",
        "a",
        {"correct": None},
        None,
        recalled,
        sure,
        False,
        30.0,
        START + timedelta(days=day),
        False,
    )


def only(log: Iterable[Attempt], now: datetime = LATER, wishes: Wishes | None = None) -> Memory:
    (memory,) = remembered(log, now, wishes).values()
    return memory


def looped(log: Iterable[Attempt], retention: float = 0.9) -> fsrs.Card:
    """Give a question's answers to py-fsrs, one after the other."""
    step = (timedelta(minutes=10),)
    fresh = fsrs.Scheduler(
        desired_retention=retention, learning_steps=step, relearning_steps=step, enable_fuzzing=False
    )
    card = fsrs.Card()
    for one in log:
        card, _ = fresh.review_card(card, fsrs.Rating.Good if one.recalled else fsrs.Rating.Again, one.at)
    return card


# --- what FSRS says --------------------------------------------------------------------------------------------

days = st.lists(st.floats(0.001, 60), min_size=1, max_size=12)


@given(days, st.data(), st.floats(0.7, 0.97))
def test_one_questions_memory_is_what_fsrs_makes_of_its_answers(
    gaps: list[float], data: st.DataObject, retention: float
) -> None:
    ats = [sum(gaps[: i + 1]) for i in range(len(gaps))]
    log = [answer(at, data.draw(st.booleans()), sequence=i) for i, at in enumerate(ats)]
    memory, card = only(log, START + timedelta(days=ats[-1]), Wishes(retention)), looped(log, retention)
    assert (memory.due, memory.last_at) == (card.due, card.last_review)
    assert (memory.stability, memory.difficulty) == (card.stability, card.difficulty)
    assert (memory.reviews, memory.lapses) == (len(log), sum(not one.recalled for one in log))


@given(st.lists(st.booleans(), min_size=1, max_size=6), st.integers(0, 900))
def test_retrievability_is_fsrs_curve_at_whole_days_and_falls_between(outcomes: list[bool], after: int) -> None:
    log = [answer(7.0 * i, recalled) for i, recalled in enumerate(outcomes)]
    memory, card = only(log), looped(log)
    at = memory.last_at + after * DAY
    assert memory.retrievability(at) == pytest.approx(fsrs.Scheduler().get_card_retrievability(card, at), abs=1e-12)
    assert memory.retrievability(at + DAY / 2) < memory.retrievability(at)
    assert memory.retrievability(memory.last_at + memory.stability * DAY) == pytest.approx(0.9)
    assert memory.retrievability(memory.last_at - DAY) == 1


@given(st.floats(0.1, 300), st.floats(0.7, 0.97))
def test_the_interval_is_when_the_curve_meets_the_wish(stability: float, retention: float) -> None:
    memory = Memory("q", "t", START, START, stability, 5, 1, 0, FADING)
    assert interval(stability, retention) >= 1
    if (length := interval(stability, retention)) > 1:
        low, high = (memory.retrievability(START + (length + one) * DAY) for one in (0.5, -0.5))
        assert low - 1e-9 <= retention <= high + 1e-9


def test_a_miss_comes_back_in_ten_minutes_and_a_recall_after_days() -> None:
    assert only([answer(0, False)]).due == START + MINUTES
    assert only([answer(0, True)]).due == START + 2 * DAY
    assert only([answer(0, True), answer(2, True)]).due >= START + 10 * DAY


def test_more_retention_asks_earlier() -> None:
    log = [answer(0, True), answer(2, True), answer(13, True)]
    dues = [only(log, LATER, Wishes(one)).due for one in (0.7, 0.8, 0.9, 0.97)]
    assert dues == sorted(dues, reverse=True)
    assert len(set(dues)) == 4


# --- what counts -----------------------------------------------------------------------------------------------


def test_what_has_no_outcome_was_undone_or_stands_beside_the_question_does_not_count() -> None:
    counted = [answer(0, True), answer(3, False)]
    beside = [
        answer(1, True, question="q~exact"),
        answer(1, False, question="q~drill"),
        answer(1, None),
        replace(answer(2, False), undone=True),
    ]
    assert remembered([*counted, *beside], LATER) == remembered(counted, LATER)
    assert remembered(beside, LATER) == {}


def test_the_learners_verdict_goes_before_the_machines() -> None:
    right = replace(answer(0, None), machine={"correct": True})
    assert (only([right]).lapses, only([right]).recalled) == (0, True)
    assert only([replace(right, recalled=False)]).lapses == 1


def test_a_question_that_was_edited_stays_and_its_topic_is_the_latest() -> None:
    log = [answer(0, True), replace(answer(2, True), fingerprint="other", topic="moved")]
    assert (only(log).reviews, only(log).topic) == (2, "moved")


# --- confident errors ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("sure", "why"), [(1, MISSED), (2, MISSED), (3, CONFIDENT_ERROR), (4, CONFIDENT_ERROR)])
def test_a_confident_error_says_so_and_is_due_in_the_next_session(sure: int, why: str) -> None:
    memory = only([answer(0, False, sure)])
    assert (memory.why, memory.due) == (why, START + MINUTES)


@pytest.mark.parametrize("sure", [CALM, SURE])
def test_a_confident_error_comes_again_after_a_week_though_it_was_recalled(sure: int) -> None:
    before = [answer(-40, True), answer(-38, True), answer(-27, True)]  # firm, then missed, then recalled
    log = [*before, answer(0, False, sure), answer(0.01, True), answer(2, True), answer(4, True)]
    memory, card = only(log), looped(log)
    assert card.due > START + WEEK
    if sure == SURE:
        assert (memory.due, memory.why) == (START + WEEK, CONFIDENT_ERROR)
        asked = only([*log, answer(7, True)])
        assert (asked.due, asked.why) == (looped([*log, answer(7, True)]).due, FADING)  # FSRS has it again
    else:
        assert (memory.due, memory.why) == (card.due, FADING)


def test_the_week_counts_from_the_latest_confident_error() -> None:
    log = [
        answer(0, False, SURE),
        answer(0.01, True),
        answer(3, False, SURE),
        answer(3.01, True),
        answer(4, True),
        answer(5, True),
    ]
    assert only(log).due <= START + 3 * DAY + WEEK


# --- an exam ---------------------------------------------------------------------------------------------------

FIRM = [answer(0, True), answer(2, True), answer(13, True)]  # due about day 60


def test_nothing_is_scheduled_beyond_the_day_before_the_exam() -> None:
    now = START + timedelta(days=14)
    free = only(FIRM, now)
    exam = (START + timedelta(days=25)).date()
    drawn = only(FIRM, now, Wishes(exam=exam))
    assert free.due.date() > exam
    assert (drawn.due, drawn.why) == (datetime(2026, 3, 25, tzinfo=UTC), EXAM)
    assert exam == date(2026, 3, 26)


def test_an_exam_that_is_past_or_today_changes_nothing() -> None:
    now = START + timedelta(days=14)
    for day in (0, 13, 14):
        assert only(FIRM, now, Wishes(exam=(START + timedelta(days=day)).date())) == only(FIRM, now)


def test_what_was_answered_on_the_day_before_is_not_asked_again_and_again() -> None:
    exam = (START + timedelta(days=15)).date()
    log = [*FIRM, answer(14, True)]
    memory = only(log, START + timedelta(days=14, hours=1), Wishes(exam=exam))
    assert memory == only(log, START + timedelta(days=14, hours=1))
    assert due({"q": memory}, START + timedelta(days=14, hours=23)) == ()


def test_what_would_fade_by_the_exam_is_due_some_days_before_it() -> None:
    weak = [answer(0, True), answer(2, True)]  # due on day 13
    exam = START.date() + timedelta(days=15)
    memory = only(weak, START + timedelta(days=3), Wishes(exam=exam))
    opens = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=15 - EXAM_DAYS)
    assert only(weak, START + timedelta(days=3)).due == START + timedelta(days=13)
    assert (memory.due, memory.why) == (opens, EXAM)
    late = only([answer(12.2, True)], START + timedelta(days=12.3), Wishes(exam=exam))  # within these days, and weak
    assert (late.due, late.why) == (late.last_at + DAY, EXAM)


def test_the_exam_is_a_day_of_the_learners_zone() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    now = (START + timedelta(days=14)).astimezone(tokyo)
    assert only(FIRM, now, Wishes(exam=date(2026, 3, 26))).due == datetime(2026, 3, 25, tzinfo=tokyo)


# --- wishes ----------------------------------------------------------------------------------------------------


def test_wishes_outside_their_limits_are_refused_all_at_once() -> None:
    with pytest.raises(ValueError, match=r"Retention is 0.7 to 0.97, got 0.99. New .* are 0 to 50, got -1"):
        Wishes(0.99, new=-1)
    assert Wishes(0.7).retention == 0.7
    assert Wishes(0.97).retention == 0.97


wishes = st.builds(Wishes, st.floats(0.7, 0.97), st.none() | st.dates(), st.integers(0, 50))


@given(wishes)
def test_wishes_survive_the_store(wished: Wishes) -> None:
    assert Wishes.from_json(json.loads(json.dumps(wished.to_json()))) == wished


@pytest.mark.parametrize(
    "kept",
    [
        None,
        3,
        [],
        "x",
        {},
        {"retention": 2.0, "exam": "never", "new": True},
        {"retention": "0.8", "exam": 5, "new": 999},
    ],
)
def test_damaged_wishes_are_the_default(kept: object) -> None:
    assert Wishes.from_json(kept) == Wishes()


# --- lists -----------------------------------------------------------------------------------------------------


def memory_of(question: str, topic: str, stability: float = 1.0, why: str = FADING, days: float = -1) -> Memory:
    return Memory(question, topic, START + timedelta(days=days), START - 9 * DAY, stability, 5, 2, 1, why)


def test_confident_errors_come_first_then_misses_then_what_is_nearly_forgotten() -> None:
    known = [
        memory_of("firm", "a", 50),
        memory_of("weak", "a", 2),
        memory_of("missed", "b", 90, MISSED),
        memory_of("exam", "a", 10, EXAM),
        memory_of("sure", "c", 99, CONFIDENT_ERROR),
        memory_of("now", "c", 60, days=0),
        memory_of("tomorrow", "b", 1, CONFIDENT_ERROR, days=1),
        replace(memory_of("in a minute", "b", 1, MISSED, days=0.001), last_at=START),
    ]
    found = due({one.question: one for one in known}, START)
    assert [one.question for one in found] == ["sure", "missed", "weak", "exam", "firm", "now"]


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/Sao_Paulo", "Pacific/Kiritimati"])
@pytest.mark.parametrize("hour", [0, 8, 20, 23])
def test_what_comes_back_after_days_is_due_from_the_start_of_the_learners_day(zone: str, hour: int) -> None:
    here = datetime(2026, 3, 1, hour, 40, tzinfo=ZoneInfo(zone))
    log = [replace(answer(0, True), at=here)]  # recalled: again after two days
    midnight = datetime(2026, 3, 3, tzinfo=ZoneInfo(zone))
    early, late = midnight - timedelta(minutes=1), midnight + timedelta(minutes=1)
    assert due(remembered(log, early), early) == ()
    assert [one.question for one in due(remembered(log, late), late)] == ["q"]
    error = [replace(answer(0, False, SURE), at=here), *(replace(answer(n, True), at=here + n * DAY) for n in (1, 3))]
    week = datetime(2026, 3, 8, tzinfo=ZoneInfo(zone))
    memory = only(error, week)
    assert (memory.due, memory.why, memory.opens(week.tzinfo)) == (here + WEEK, CONFIDENT_ERROR, week)
    assert due({"q": memory}, week - MINUTES) == ()
    assert due({"q": memory}, week) == (memory,)


def test_what_was_missed_is_due_after_minutes_also_over_midnight() -> None:
    late = START.replace(hour=23, minute=55)
    memory = only([replace(answer(0, False), at=late)], late)
    assert memory.opens(UTC) == late + MINUTES
    assert due({"q": memory}, late + MINUTES / 2) == ()
    assert due({"q": memory}, late + MINUTES) == (memory,)


def test_nothing_is_asked_again_on_the_day_it_was_recalled() -> None:
    for hour in range(24):
        at = START.replace(hour=hour)
        memory = only([replace(answer(0, True), at=at)], at)
        assert due({"q": memory}, at.replace(hour=23, minute=59)) == ()


@given(st.lists(st.sampled_from("abc"), max_size=20))
def test_mixing_keeps_everything_and_parts_the_topics(topics: list[str]) -> None:
    given_ = [memory_of(str(i), topic) for i, topic in enumerate(topics)]
    order = mixed(given_)
    assert sorted(order, key=given_.index) == given_
    assert not order or order[0] == given_[0]
    for i in range(1, len(order)):
        if order[i].topic == order[i - 1].topic:  # only where nothing else was left
            assert {one.topic for one in order[i:]} == {order[i].topic}
    assert not order or mixed(given_, given_[0].topic)[0].topic != given_[0].topic or len(set(topics)) == 1
    for topic in set(topics):  # within a topic the urgent ones stay first
        mine = [one for one in order if one.topic == topic]
        assert mine == sorted(mine, key=given_.index)


def test_a_topic_is_remembered_as_well_as_its_answered_questions_on_average() -> None:
    log = [answer(0, True, question="a1"), answer(1, True, question="a2"), answer(0, True, question="gone")]
    memories = remembered(log, LATER)
    at = START + timedelta(days=5)
    found = by_topic(memories, {"a": ("a1", "a2", "a3"), "b": ("b1",)}, at)
    both = (memories["a1"].retrievability(at) + memories["a2"].retrievability(at)) / 2
    assert (found["a"].retrievability, found["a"].answered, found["a"].open) == (pytest.approx(both), 2, 1)
    missed = by_topic(remembered([*log, answer(2, False, question="a2")], LATER), {"a": ("a1", "a2")}, at)
    assert missed["a"].retrievability == pytest.approx(memories["a1"].retrievability(at) / 2)
    assert (found["b"].retrievability, found["b"].answered, found["b"].open) == (None, 0, 1)


def test_new_questions_are_few_a_day_and_begin_with_what_was_begun() -> None:
    def progress(id: str, at: datetime) -> Progress:
        return Progress(id, "y", 1, at, at, True, None, 3, "f", True)

    known = {"y1": progress("y1", START - DAY), "y2": progress("y2", START), "y1~drill": progress("y1~drill", START)}
    topics = [topic_progress(name, [f"{name}{i}" for i in range(1, 5)], known) for name in "xyz"]
    assert new_questions(topics, known, START, 6) == ("y3", "y4", "x1", "x2", "x3")  # y2 was the first of the six
    assert new_questions(topics, known, START + DAY, 3, begun=["z"]) == ("y3", "y4", "z1")
    assert new_questions(topics, known, START, 0) == ()
    late = START.replace(hour=23).astimezone(ZoneInfo("Asia/Tokyo"))  # already tomorrow there
    assert len(new_questions(topics, known, late, 6)) == 6


def test_the_pace_is_the_median_of_the_latest_answers() -> None:
    log = [replace(answer(i, True), seconds=one) for i, one in enumerate([900.0, *[20.0, 40.0, 60.0] * 17, 0.0])]
    assert pace(log) == 40
    assert pace([]) == schedule.USUAL_S


# --- derived from the log and nothing else ---------------------------------------------------------------------


def random_log(r: random.Random) -> list[Attempt]:
    """Draw a log: few questions, clocks that jump, undone and unmarked answers, side parts."""
    clock, log = START, list[Attempt]()
    for sequence in range(1, r.randint(1, 14)):
        clock += timedelta(days=r.choice([0.0, 0.003, 0.3, 1.0, 3.7, 20.0, -2.0, -30.0]) * r.random())
        question = r.choice(["a", "b", "c"]) + r.choice(["", "", "", "~exact", "~drill"])
        log.append(
            Attempt(
                sequence,
                sequence,
                1,
                question,
                "t",
                "f",
                "",
                {"correct": r.choice([True, False, None])},
                None,
                r.choice([True, True, False, None]),
                r.randint(1, 4),
                False,
                9.0,
                clock,
                r.random() < 0.1,
                f"k{sequence}",
            )
        )
    return log


def clock_was_right(log: Sequence[Attempt], now: datetime) -> bool:
    stamps = [row.at for row in log if not row.undone]
    return stamps == sorted(stamps) and all(at <= now for at in stamps)


def rebuilt(log: Sequence[Attempt], r: random.Random) -> list[Attempt]:
    """Return the log as it comes back from text, in another order."""
    rows = [json.dumps({**vars(one), "at": one.at.isoformat()}) for one in log]
    back = [Attempt(**{**json.loads(row), "at": datetime.fromisoformat(json.loads(row)["at"])}) for row in rows]
    r.shuffle(back)
    return back


@pytest.mark.slow
def test_ten_thousand_random_logs() -> None:
    r = random.Random(2026)
    for _ in range(10_000):
        log = random_log(r)
        now = START + timedelta(days=r.choice([-10.0, 0.0, 1.0, 15.0, 200.0]))
        wished = r.choice([Wishes(), Wishes(0.8), Wishes(exam=(now + r.randint(-3, 40) * DAY).date())])
        memories = remembered(log, now, wished)
        assert remembered(log, now, wished) == memories  # deterministic
        assert remembered(rebuilt(log, r), now, wished) == memories
        for id, one in memories.items():
            alone = [row for row in log if row.question == id]
            others = [row if row.question == id else replace(row, recalled=r.random() < 0.5) for row in log]
            assert remembered(others, now, wished)[id] == one  # how other questions went does not matter
            assert len([row for row in alone if schedule.counts(row)]) == one.reviews  # no answer is lost
            if clock_was_right(log, now):
                assert remembered(alone, now, wished) == {id: one}  # nor that they were asked
            assert one.last_at <= now
            assert one.due > one.last_at
            assert one.stability > 0
        last = max((row for row in log if not row.undone), key=lambda row: row.sequence, default=None)
        if last:
            undone = [replace(row, undone=row.undone or row is last) for row in log]
            assert remembered(undone, now, wished) == remembered([row for row in log if row is not last], now, wished)


def test_one_answer_after_the_other_gives_what_the_whole_log_gives() -> None:
    r = random.Random(7)
    for _ in range(300):
        log = sorted(random_log(r), key=lambda one: (one.at, one.sequence))
        log = [replace(one, sequence=place) for place, one in enumerate(log)]
        kept: dict[str, Memory] = {}
        for count, one in enumerate(log, 1):  # only the question that was answered is derived again
            mine = [row for row in log[:count] if row.question == one.question]
            kept |= remembered(mine, LATER)
        assert kept == remembered(log, LATER)


def test_the_store_gives_back_the_log_that_gives_the_schedule(tmp_path: Path) -> None:
    r = random.Random(11)
    with Store.open(tmp_path / "grimoire.db") as store:
        for number in range(12):
            learner = store.add_learner(f"Learner {number}").id
            for one in random_log(r):
                row = store.add_attempt(
                    f"{number}.{one.key}",
                    learner,
                    "t",
                    one.question,
                    "f",
                    "",
                    one.machine,
                    one.confidence,
                    False,
                    9.0,
                    one.at,
                )
                if one.recalled is not None:
                    store.add_marks(row.id, {}, one.recalled)
                if one.undone:
                    store.undo_last(learner, row.id)
            everything = store.attempts(learner, undone=True)
            assert remembered(store.attempts(learner), LATER) == remembered(everything, LATER)
            gone = store.undo_last(learner)
            left = [one for one in everything if gone is None or one.id != gone.id]
            assert remembered(store.attempts(learner), LATER) == remembered(left, LATER)
            again = store.attempts(learner, undone=True)
            assert remembered(again, LATER) == remembered(left, LATER)
