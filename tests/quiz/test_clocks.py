"""Answers given while a clock was wrong: none is lost, none is asked again and again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.quiz.clocks import BORN, Moments, lasting, moment, times
from engine.quiz.schedule import CONFIDENT_ERROR, DAY, due, remembered
from engine.quiz.store.rows import Attempt
from engine.quiz.store.store import Store
from tests.quiz.test_schedule import LATER, MINUTES, START, SURE, answer


def stamped(*rows: tuple[float, bool, str]) -> list[Attempt]:
    """Return a log in this order, whatever its stamps say: (day, recalled, question)."""
    return [answer(day, recalled, SURE, question, place) for place, (day, recalled, question) in enumerate(rows)]


def best_in_order(stamps: Sequence[datetime]) -> int:
    """Return the length of the longest run that never falls, by trying all."""
    runs = [0] * len(stamps)
    for i, at in enumerate(stamps):
        runs[i] = 1 + max((runs[j] for j in range(i) if stamps[j] <= at), default=0)
    return max(runs, default=0)


@given(st.lists(st.integers(-40, 40), max_size=12), st.integers(-40, 40))
def test_the_times_of_a_log_are_in_order_and_change_as_few_stamps_as_can_be(days: list[int], day: int) -> None:
    now, stamps = START + day * DAY, [START + one * DAY for one in days]
    found = times(stamps, now)
    assert found == sorted(found)
    assert all(at <= now for at in found)
    known = [min(at, now) for at in stamps if at <= now + DAY]
    kept = sum(min(at, now) == given_ for at, given_ in zip(stamps, found, strict=True) if at <= now + DAY)
    assert kept >= best_in_order(known)
    if stamps == sorted(stamps) and all(at <= now for at in stamps):
        assert found == stamps
    if known:
        assert set(found) <= set(known)
    else:
        assert found == [now - DAY] * len(stamps)


def test_a_clock_set_back_an_hour_leaves_the_order_of_the_answers() -> None:
    log = stamped((-3, True, "other"), (0, True, "q"), (-1 / 24, False, "q"))
    for hours in (-0.9, 0.0, 1.0, 100.0):
        memory = remembered(log, START + timedelta(hours=hours))["q"]
        assert (memory.lapses, memory.why, memory.recalled) == (1, CONFIDENT_ERROR, False)


def test_a_miss_stamped_a_year_ahead_is_due_today_and_stays_so() -> None:
    alone = stamped((365, False, "q"))
    before = stamped((-2, True, "other"), (365, False, "q"))
    for hours in (0.0, 1.0, 24.0, 2400.0):  # each look
        now = START + timedelta(hours=hours)
        assert due(remembered(alone, now), now)[0].question == "q"
        memory = remembered(before, now)["q"]
        assert memory.last_at == START - 2 * DAY
        assert memory in due(remembered(before, now), now)
    after = [*before, answer(1, True, question="third", sequence=9)]  # the clock is right again
    for days in (1.0, 50.0, 500.0):
        assert remembered(after, START + timedelta(days=days))["q"].due == START + DAY + MINUTES


def test_a_recall_stamped_a_year_ahead_is_neither_repeated_nor_lost() -> None:
    alone, now = stamped((365, True, "q")), START
    assert due(remembered(alone, now), now) == ()
    log = stamped((-1, True, "other"), (365, True, "q"))
    dues = {remembered(log, START + hours * DAY / 24)["q"].due for hours in range(0, 2000, 100)}
    assert dues == {START - DAY + 2 * DAY}  # the same at each look


def test_a_dead_battery_takes_the_time_of_the_answer_before() -> None:
    dead = (datetime(1970, 1, 1, tzinfo=UTC) - START) / DAY
    log = stamped(
        (0, True, "a"), (1, True, "c"), (2, True, "a"), (dead, True, "b"), (dead + 0.01, False, "a"), (3, True, "c")
    )
    found = remembered(log, START + 4 * DAY)
    assert [found[id].last_at for id in "abc"] == [START + 2 * DAY, START + 2 * DAY, START + 3 * DAY]
    assert (found["a"].reviews, found["a"].lapses) == (3, 1)
    still = remembered(log[:5], START + dead * DAY + DAY)  # and while it is dead nothing is lost
    assert (still["a"].reviews, still["a"].recalled) == (3, False)
    assert still["a"] in due(still, START + dead * DAY + DAY)


def test_a_merged_log_gives_one_schedule_on_both_machines(tmp_path: Path) -> None:
    """One machine's clock was a year ahead; each imports the other's answers."""
    ahead = 365 * DAY
    with Store.open(tmp_path / "a.db") as one, Store.open(tmp_path / "b.db") as two:
        logs = []
        for store, off in ((one, 0 * DAY), (two, ahead)):
            noor = store.add_learner("Noor").id
            for number in range(3):
                store.add_attempt(
                    f"{off.days}-{number}",
                    noor,
                    "t",
                    f"q{number}",
                    "f",
                    "a",
                    {"correct": number > 0},
                    3,
                    False,
                    1.0,
                    START + off + number * DAY,
                )
            logs.append(store.attempts(noor))
    merged = sorted([*logs[0], *logs[1]], key=lambda row: (row.sequence, row.key))
    now = START + 4 * DAY
    found = remembered(merged, now)
    assert remembered(list(reversed(merged)), now) == found
    assert {id: (memory.reviews, memory.last_at) for id, memory in found.items()} == {
        f"q{number}": (2, START + 2 * DAY) for number in range(3)
    }
    assert due(found, now)[0].question == "q0"


def test_nothing_is_due_right_after_it_was_recalled_whatever_the_clock_says() -> None:
    for clock in (-4000.0, -1.0, 0.0, 1.0, 4000.0):
        log = [answer(0, True, sequence=1), answer(clock, True, sequence=2)]
        now = START + timedelta(days=clock)
        assert due(remembered(log, now), now) == ()


def test_a_zone_changes_nothing() -> None:
    log = [answer(0, True), answer(2, False, SURE), answer(3, True)]
    for zone in ("America/New_York", "Asia/Kolkata"):
        here = LATER.astimezone(ZoneInfo(zone))
        assert remembered([replace(one, at=one.at.astimezone(ZoneInfo(zone))) for one in log], here) == remembered(
            log, LATER
        )


# --- a clock in the past ---------------------------------------------------------------------------------------

OLD = [datetime(year, 1, 1, tzinfo=UTC) for year in (1970, 1980, 1999, 2000, 2001, 2010, 2020, 2024)]


@pytest.mark.parametrize("dead", OLD)
@pytest.mark.parametrize("before", [0, 1, 3])
@pytest.mark.parametrize("recalled", [True, False])
def test_stamps_of_before_the_app_are_no_years(dead: datetime, before: int, recalled: bool) -> None:
    """Five answers by a clock without a battery, then one by a clock that is right: days pass, not decades."""
    days = (dead - START) / DAY
    log = stamped(
        *[(-5.0 + n, True, "other") for n in range(before)], *[(days + n / 500, recalled, "q") for n in range(5)]
    )
    while_dead = remembered(log, START)["q"]
    assert while_dead in due({"q": while_dead}, START + 20 * DAY)  # not lost
    after = remembered([*log, answer(0, True, question="q", sequence=99)], START)["q"]
    near = before - 6.0 if before else 0.0  # the answer before them, else the one after
    known = [replace(one, at=START + near * DAY) if one.question == "q" else one for one in log]
    assert after == remembered([*known, answer(0, True, question="q", sequence=99)], START)["q"]
    assert after.due <= START + 60 * DAY


@pytest.mark.parametrize("dead", OLD)
def test_a_log_of_a_dead_clock_alone_is_asked_and_counts_no_years(dead: datetime) -> None:
    log = stamped(*[((dead - START) / DAY + n, True, "q") for n in range(5)])
    memory = remembered(log, START)["q"]
    assert memory.last_at == BORN
    assert due({"q": memory}, START) == (memory,)
    assert remembered(log, START + 9 * DAY)["q"] == memory  # the same at each look
    assert remembered([*log, answer(0, False, question="q", sequence=99)], START)["q"].due == START + MINUTES


def test_while_the_clock_itself_is_that_wrong_it_counts_on() -> None:
    stamps = [datetime(1970, 1, day, tzinfo=UTC) for day in (1, 2, 5)]
    assert times(stamps, datetime(1970, 1, 6, tzinfo=UTC)) == stamps


@pytest.mark.parametrize("back", [100, 200, 400])
@pytest.mark.parametrize("before", [1, 2, 7])
def test_a_clock_that_fell_back_and_was_put_right_loses_against_its_neighbours(back: int, before: int) -> None:
    """Many answers of one evening do not outvote the days around them."""
    right = [(float(n), True, "other") for n in range(before)]
    evening = [(-back + n / 500, True, "q") for n in range(9)]
    log = stamped(*right, *evening, (before + 1.0, True, "q"))
    found = remembered(log, START + (before + 2) * DAY)["q"]
    assert found.due <= START + 30 * DAY
    assert found.reviews == 10
    assert times([one.at for one in log], START + 9 * DAY)[before : before + 9] == [START + (before - 1) * DAY] * 9


def test_one_stamp_ahead_does_not_outvote_the_days_after_it() -> None:
    """A clock a year ahead for an evening, then right for a month, and a year later all of it is past."""
    log = [START + 365 * DAY, *(START + n * DAY for n in range(30)), START + 366 * DAY]
    found = times(log, START + 400 * DAY)
    assert found[1:] == log[1:]
    assert found[0] == START


def test_a_pause_is_no_wrong_clock() -> None:
    log = [START, START + 200 * DAY, START + 200.1 * DAY, START + 500 * DAY]
    assert times(log, START + 501 * DAY) == log
    back = [START, START + 80 * DAY, START + 10 * DAY, START + 11 * DAY]  # set back, but not far: the majority, as ever
    assert times(back, START + 90 * DAY) == [START, START + 10 * DAY, START + 10 * DAY, START + 11 * DAY]


@given(st.lists(st.integers(-900, 900), max_size=14), st.integers(-900, 900))
def test_times_are_in_order_and_past_whatever_the_stamps(days: list[int], day: int) -> None:
    now = START + day * DAY
    stamps = [START + one * DAY for one in days]
    found = times(stamps, now)
    assert found == sorted(found)
    assert all(at <= now for at in found)
    assert times(found, now) == found or not any(BORN <= at <= now + DAY for at in stamps)
    if len(stamps) and lasting(moments_of(stamps), moment(now)):
        assert times(stamps, now + 77 * DAY) == found


def moments_of(stamps: Sequence[datetime]) -> Moments:
    return np.array([moment(at) for at in stamps], np.int64)
