"""engine/quiz/grading/agreement.py: how often a learner and the machine see a rubric point alike."""

import random
from dataclasses import replace
from typing import Any

import pytest

from engine.quiz.grading.agreement import LEAST, Agreement, agreement, differing
from engine.quiz.store.rows import Learner
from engine.quiz.store.store import Store


def _answer(
    store: Store, learner: Learner, states: list[str], ticks: list[Any] | None, recalled: bool | None = True
) -> None:
    machine = {"correct": None, "points": [[i, state, ""] for i, state in enumerate(states)]}
    key = f"{learner.id}-{len(store.attempts(learner.id))}"
    one = store.add_attempt(key, learner.id, "clustering", "4.q5", "0123456789abcdef", "a", machine, 3, False, 1.0)
    if ticks is not None:
        store.add_marks(one.id, {"points": ticks}, recalled)


def test_points_are_counted_by_what_the_machine_said(store: Store, noor: Learner) -> None:
    _answer(store, noor, ["present", "present", "absent", "cannot tell"], [True, False, True, True])
    _answer(store, noor, ["absent", "absent"], [False, False], recalled=False)
    found = agreement(store.attempts(noor.id))
    assert (found.present, found.absent, found.agreed, found.points) == ((1, 2), (2, 3), 3, 5)


def test_only_judged_answers_of_this_learner_that_stand_count(store: Store, noor: Learner) -> None:
    _answer(store, noor, ["present"], None)
    _answer(store, noor, ["present"], [False], recalled=None)  # boxes ticked, no verdict yet
    _answer(store, noor, ["present"], [True])
    last = store.attempts(noor.id)[-1]
    assert agreement([last]).points == 1
    assert agreement([replace(last, undone=True)]) == Agreement()
    store.undo_last(noor.id)
    _answer(store, store.add_learner("Ada"), ["present"], [True])
    assert agreement(store.attempts(noor.id)) == Agreement()


@pytest.mark.parametrize(
    "points",
    [
        None,
        "present",
        {"0": "present"},
        [[0]],
        [["0", "present"]],
        [[5, "present"]],
        [[-1, "present"]],
        [[0, {}]],
        [7],
        [[0, "certain"]],
    ],
)
def test_marks_that_are_none_are_left_out(store: Store, noor: Learner, points: object) -> None:
    machine = {"points": points}
    one = store.add_attempt("k", noor.id, "clustering", "4.q5", "0123456789abcdef", "a", machine, 3, False, 1.0)
    store.add_marks(one.id, {"points": [True]}, True)
    assert agreement(store.attempts(noor.id)).points == 0


def test_a_brute_force_count_agrees(store: Store, noor: Learner) -> None:
    drawn = random.Random(4)
    alike = total = 0
    for _ in range(30):
        states = drawn.choices(["present", "absent", "cannot tell"], k=4)
        ticks = drawn.choices([True, False], k=4)
        _answer(store, noor, states, ticks)
        told = [(state, tick) for state, tick in zip(states, ticks, strict=True) if state != "cannot tell"]
        total += len(told)
        alike += sum((state, tick) in (("present", True), ("absent", False)) for state, tick in told)
    found = agreement(store.attempts(noor.id))
    assert (found.agreed, found.points) == (alike, total)


def test_the_sentence_has_the_counts_and_is_silent_on_few_points() -> None:
    found = Agreement(present=(30, 32), absent=(11, 20))
    assert found.sentence({"absent"}) == (
        "So far you and the machine agreed on 41 of 52 points; where it said “absent” you disagreed 9 of 20 times."
    )
    assert found.sentence() == (
        "So far you and the machine agreed on 41 of 52 points; where it said “present” you disagreed 2 of 32 times, "
        "where it said “absent” you disagreed 9 of 20 times."
    )
    assert Agreement((LEAST - 1, LEAST - 1)).sentence() == ""
    assert Agreement((LEAST, LEAST)).sentence({"absent"}) == "So far you and the machine agreed on 10 of 10 points."


def test_a_box_that_is_not_ticked_yet_is_no_difference() -> None:
    machine = [(0, "present"), (1, "absent"), (2, "cannot tell"), (9, "present")]
    assert differing(machine, [False, False, False], judged=False) == frozenset()
    assert differing(machine, [False, True, True], judged=False) == {"absent"}
    assert differing(machine, [False, False, True], judged=True) == {"present"}
    assert differing(machine, [True, False, True], judged=True) == frozenset()
