"""What the log says about topics, and what to do next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine.quiz.progress import Step, left_open, next_steps, topic_progress
from engine.quiz.store import Attempt, Progress, Reading

DAY = datetime(2026, 7, 1, tzinfo=UTC)


def known(question: str, outcome: bool | None, day: int = 0, correct: bool | None = None) -> Progress:
    at = DAY + timedelta(days=day)
    return Progress(question, "t", 1, at, at, outcome, correct, 3, "f", outcome)


def test_a_topic_is_split_into_open_missed_and_recalled() -> None:
    log = [known("a", True), known("b", False, 2), known("c", None, 1), known("other", False)]
    found = topic_progress("t", ("a", "b", "c", "d"), {one.question: one for one in log})
    assert (found.open, found.missed, found.recalled, found.answered) == (("d",), ("b",), 1, 3)
    assert found.at == DAY + timedelta(days=2)
    assert not found.done


def test_the_learners_mark_goes_before_the_machines() -> None:
    assert topic_progress("t", ("a",), {"a": known("a", True, correct=False)}).missed == ()
    assert topic_progress("t", ("a",), {"a": known("a", None, correct=False)}).missed == ("a",)


def test_a_topic_without_questions_is_never_done() -> None:
    assert not topic_progress("t", (), {}).done


def test_a_newcomer_begins_with_the_first_topic() -> None:
    topics = [topic_progress(name, (f"{name}1",), {}) for name in ("x", "y")]
    assert next_steps(topics, {}) == (Step("start", "x"),)


def test_what_was_begun_comes_before_what_is_new_and_the_latest_first() -> None:
    x = topic_progress("x", ("x1", "x2"), {"x1": known("x1", False, 1)})
    y = topic_progress("y", ("y1",), {})
    z = topic_progress("z", ("z1",), {})
    steps = next_steps([x, y, z], {"y": Reading("intuition", DAY + timedelta(days=3))})
    assert steps == (Step("read", "y"), Step("answer", "y", ("y1",)), Step("answer", "x", ("x2",)))
    assert next_steps([x, y, z], {}, most=1) == (Step("answer", "x", ("x2",)),)


def test_a_finished_topic_is_not_read_on_and_the_next_one_is_offered() -> None:
    x = topic_progress("x", ("x1",), {"x1": known("x1", True)})
    y = topic_progress("y", ("y1",), {})
    assert next_steps([x, y], {"x": Reading("intuition", DAY)}) == (Step("start", "y"),)
    assert next_steps([x], {}) == ()


outcomes = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from([True, False, None]))


@given(outcomes, outcomes, st.booleans(), st.integers(1, 6))
def test_steps_never_name_an_answered_question_as_open(first: dict[str, bool | None], second: dict[str, bool | None],
                                                       reads: bool, most: int) -> None:
    topics = [
        topic_progress(name, tuple(f"{name}{one}" for one in "abcdef"),
                       {f"{name}{id}": known(f"{name}{id}", outcome) for id, outcome in given.items()})
        for name, given in (("x", first), ("y", second))
    ]  # fmt: skip
    steps = next_steps(topics, {"x": Reading("intuition", DAY)} if reads else {}, most)
    assert len(steps) <= most
    assert len(set(steps)) == len(steps)
    for step in steps:
        topic = next(one for one in topics if one.topic == step.topic)
        wanted = {"answer": topic.open}.get(step.kind, ())
        assert step.questions == wanted
    assert steps or all(topic.done for topic in topics)


@given(st.text(" \n", max_size=3), st.booleans(), st.booleans())
def test_only_what_an_exam_got_no_answer_to_was_left_open(blank: str, exam: bool, written: bool) -> None:
    one = Attempt(1, 1, 1, "a", "t", "f", blank + "x" * written, {"exam": {}} if exam else {"review": True}, None, None,
                  1, False, 0.0, DAY, False)  # fmt: skip
    assert left_open(one) is (exam and not written)
