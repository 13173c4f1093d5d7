"""A learner's record: what is counted, and what is left out; intervals against scipy."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from engine.quiz import record, schedule
from engine.quiz.record import FEWEST, Foresight, Share
from engine.quiz.schedule import Recall, TopicMemory
from engine.quiz.store.rows import Attempt, Prediction

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


def attempt(
    number: int,
    recalled: bool | None = True,
    sure: int = 3,
    at: datetime = NOON,
    question: str = "1.q1",
    seconds: float = 60.0,
    undone: bool = False,
    correct: bool | None = None,
) -> Attempt:
    return Attempt(
        number,
        number,
        1,
        question,
        "t",
        "f",
        "a",
        {"correct": correct},
        None,
        recalled,
        sure,
        False,
        seconds,
        at,
        undone,
    )


@given(st.integers(1, 400), st.data())
def test_intervals_are_wilson_s(of: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, of))
    ours = Share(hits, of)
    theirs = binomtest(hits, of).proportion_ci(method="wilson")
    assert (ours.low, ours.high) == (pytest.approx(theirs.low, abs=1e-6), pytest.approx(theirs.high, abs=1e-6))
    assert 0 <= ours.low <= ours.value + 1e-12
    assert ours.value <= ours.high + 1e-12 <= 1 + 1e-12


def test_calibration_counts_what_has_a_verdict_and_was_not_undone() -> None:
    log = [attempt(n, recalled=n % 3 > 0, sure=4) for n in range(18)]
    log += [attempt(20, None, sure=1, correct=False), attempt(21, None, sure=2), attempt(22, undone=True)]
    assert record.calibration(log) == {}  # 19 of them have a verdict
    found = record.calibration([*log, attempt(23, True, sure=1)])
    assert found == {1: Share(1, 2), 4: Share(12, 18)}
    assert sum(one.of for one in found.values()) == FEWEST


def test_days_are_days_of_the_reader() -> None:
    late = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    log = [attempt(1, at=late), attempt(2, at=late, undone=True), attempt(3, at=late - timedelta(hours=2))]
    assert record.days(log, UTC) == {date(2026, 7, 1): 2}
    assert record.days(log, ZoneInfo("Asia/Tokyo")) == {date(2026, 7, 2): 2}


def test_time_is_added_up_and_a_forgotten_page_counts_half_an_hour() -> None:
    log = [attempt(1, seconds=90), attempt(2, seconds=1e5), attempt(3, seconds=50, undone=True)]
    assert record.seconds(log, UTC) == {(NOON.date(), "t"): 90 + 1800}


def test_the_first_prediction_made_counts() -> None:
    def said(number: int, experiment: str, choice: int | None, right: bool | None) -> Prediction:
        return Prediction(number, 1, "t", experiment, choice, right, NOON)

    log = [
        said(1, "a", 0, False),
        said(2, "a", 1, True),
        said(3, "b", None, None),
        said(4, "b", 2, True),
        said(5, "c", None, None),
    ]
    assert record.foresight(log) == [Foresight("t", right=1, wrong=1, skipped=1)]


def test_mastery_is_what_can_be_expected() -> None:
    assert record.mastery(TopicMemory(None, 0, 4)) == 0
    assert record.mastery(TopicMemory(0.8, 3, 1)) == pytest.approx(0.6)
    assert record.mastery(TopicMemory(None, 0, 0)) == 0


def test_right_after_everything_was_missed_nothing_is_mastered_until_it_is_recalled() -> None:
    log = [attempt(n, True, question=f"1.q{n}", at=NOON) for n in range(3)]
    log += [attempt(n + 3, False, question=f"1.q{n}", at=NOON + timedelta(days=1)) for n in range(3)]
    now = NOON + timedelta(days=1)

    def mastered(answers: list[Attempt]) -> float:
        memories = schedule.remembered(answers, now)
        return record.mastery(schedule.by_topic(memories, {"t": ("1.q0", "1.q1", "1.q2")}, now)["t"])

    assert mastered(log[:3]) > 0.85
    assert mastered(log) == 0
    assert mastered([*log, attempt(9, True, question="1.q0", at=now)]) == pytest.approx(1 / 3)
    assert schedule.remembered(log, now)["1.q0"].retrievability(now) == 1  # the curve itself stays FSRS's


def test_what_was_left_open_in_an_exam_says_nothing_about_confidence() -> None:
    log = [attempt(n, sure=4) for n in range(FEWEST)]
    left = replace(attempt(50, None, sure=1, correct=False), answer="", machine={"correct": False, "exam": {}})
    assert record.calibration([*log, left]) == record.calibration(log) == {4: Share(FEWEST, FEWEST)}
    assert record.calibration([*log[1:], left]) == {}
    recalled = replace(attempt(51, True, sure=1), answer="", machine={"review": True})  # in the mind: a real confidence
    assert record.calibration([*log, recalled])[1] == Share(1, 1)


def test_forgetting_groups_gaps_and_is_silent_at_first() -> None:
    few = [Recall("q", 0.5, 0.9, True)] * 10 + [Recall("q", 3.0, 0.7, False)] * 9
    assert record.forgetting(few) == []
    first, second = record.forgetting([*few, Recall("q", 6.9, 0.4, True)])
    assert (first.label, first.share, first.predicted) == ("under 1 day", Share(10, 10), pytest.approx(0.9))
    assert (second.label, second.share) == ("3 to 7 days", Share(1, 10))
    assert second.days == pytest.approx((27 + 6.9) / 10)
    assert second.predicted == pytest.approx((6.3 + 0.4) / 10)


@pytest.mark.parametrize("seed", range(20))
def test_recalls_are_those_of_the_log_cut_before_each_answer(seed: int) -> None:
    """What was expected of an answer is the retrievability that the log before it gives at that moment."""
    rng = random.Random(seed)
    at, log = NOON, []
    for number in range(25):
        at += timedelta(days=rng.choice([0.01, 0.5, 2, 9]))
        log.append(attempt(number, rng.random() < 0.7, at=at, question=f"1.q{rng.randint(1, 4)}"))
    found = schedule.recalls(log, at)
    expected = []
    for place, one in enumerate(log):
        before = schedule.remembered(log[:place], one.at)
        if one.question in before:
            expected.append((one.question, before[one.question].retrievability(one.at), one.outcome))
    assert [(one.question, pytest.approx(one.predicted), one.recalled) for one in found] == expected


def test_the_weakest_topics_come_first_and_only_weak_ones() -> None:
    topics = {
        "never judged": TopicMemory(None, 0, 9),
        "barely begun": TopicMemory(0.95, 1, 9),
        "weak": TopicMemory(0.5, 4, 0),
        "weaker": TopicMemory(0.0, 1, 3),
        "as wished": TopicMemory(0.9, 2, 0),
    }
    assert record.weakest(topics, 0.9) == ("weaker", "weak")
    assert record.weakest(topics, 0.97) == ("weaker", "weak", "as wished")
    assert record.weakest(topics, 0.9, most=1) == ("weaker",)
    assert record.weakest({}, 0.9) == ()
