"""What the log says about topics, and what to do next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine.quiz.progress import Step, left_open, next_steps, topic_progress, waits
from engine.quiz.store.rows import Attempt, Progress, Reading

DAY = datetime(2026, 7, 1, tzinfo=UTC)


def known(question: str, outcome: bool | None, day: int = 0, correct: bool | None = None) -> Progress:
    at = DAY + timedelta(days=day)
    return Progress(question, "t", 1, at, at, outcome, correct, 3, "f", correct if outcome is None else outcome)


def test_a_topic_is_split_into_open_and_answered() -> None:
    log = [known("a", True), known("b", False, 2), known("c", None, 1), known("other", False)]
    found = topic_progress("t", ("a", "b", "c", "d"), {one.question: one for one in log})
    assert (found.open, found.answered) == (("d",), 3)
    assert found.at == DAY + timedelta(days=2)
    assert not found.done


def test_answered_is_locked_and_judged_is_marked_and_nothing_is_done_before() -> None:
    questions = ("a", "b", "c")
    locked = {id: known(id, None) for id in questions}
    found = topic_progress("t", questions, locked)
    assert (found.answered, found.judged, found.open, found.unjudged) == (3, 0, (), questions)
    assert not found.done
    found = topic_progress("t", questions, {**locked, "a": known("a", False), "b": known("b", None, correct=True)})
    assert (found.judged, found.unjudged, found.done) == (2, ("c",), False)
    assert topic_progress("t", questions, {id: known(id, False) for id in questions}).done  # missed is judged


def test_what_waits_for_a_judgement() -> None:
    def one(
        question: str = "a", correct: bool | None = None, recalled: bool | None = None, undone: bool = False
    ) -> Attempt:
        return Attempt(
            1, 1, 1, question, "t", "f", "x", {"correct": correct}, None, recalled, 1, False, 0.0, DAY, undone
        )

    waiting = [one(), one("b")]
    others = [
        one(correct=True),
        one(correct=False),
        one(recalled=False),
        one(undone=True),
        one("a~ladder"),
        one("a~exact"),
    ]
    assert [waits(each) for each in (*waiting, *others)] == [True] * 2 + [False] * len(others)


def test_where_all_is_answered_what_waits_is_to_be_judged() -> None:
    x = topic_progress("x", ("x1",), {"x1": known("x1", None)})
    assert next_steps([x], {}, ["x"]) == (Step("judge", "x"),)
    assert next_steps([x], {"x": Reading("words", DAY)}, ["x"]) == (Step("read", "x"),)
    y = topic_progress("y", ("y1", "y2"), {"y1": known("y1", None)})
    assert next_steps([x, y], {}, ["x"]) == (Step("answer", "y", ("y2",)),)


def test_the_learners_mark_goes_before_the_machines() -> None:
    assert known("a", True, correct=False).last_outcome is True
    assert known("a", None, correct=False).last_outcome is False


def test_a_topic_without_questions_is_never_done() -> None:
    assert not topic_progress("t", (), {}).done


def test_a_newcomer_begins_with_the_first_topic_that_is_ready() -> None:
    topics = [topic_progress(name, (f"{name}1",), {}) for name in ("x", "y", "z")]
    assert next_steps(topics, {}, ["y", "z"]) == (Step("start", "y"),)
    assert next_steps(topics, {}, []) == ()


def test_what_was_begun_comes_before_what_is_new_and_the_latest_first() -> None:
    x = topic_progress("x", ("x1", "x2"), {"x1": known("x1", False, 1)})
    y = topic_progress("y", ("y1",), {})
    z = topic_progress("z", ("z1",), {})
    ready, reading = ["x", "y", "z"], {"y": Reading("intuition", DAY + timedelta(days=3))}
    read, answer, start = Step("read", "y"), Step("answer", "x", ("x2",)), Step("start", "z")
    assert next_steps([x, y, z], reading, ready) == (read, answer, start)
    assert next_steps([x, y, z], reading, ready, most=2) == (read, start)
    assert next_steps([x, y, z], reading, ready, most=1) == (read,)
    assert next_steps([x, y, z], {}, ready, most=2) == (answer, Step("start", "y"))
    assert next_steps([x, y, z], {}, ready, most=1) == (answer,)
    both = {"x": Reading("words", DAY), **reading}
    assert next_steps([x, y, z], both, ready) == (read, answer, start)


def test_a_finished_topic_is_not_read_on_and_the_next_one_is_offered() -> None:
    x = topic_progress("x", ("x1",), {"x1": known("x1", True)})
    y = topic_progress("y", ("y1",), {})
    assert next_steps([x, y], {"x": Reading("intuition", DAY)}, ["x", "y"]) == (Step("start", "y"),)
    assert next_steps([x], {}, ["x"]) == ()


outcomes = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from([True, False, None]))


@given(outcomes, outcomes, st.booleans(), st.integers(1, 6))
def test_steps_never_name_an_answered_question_as_open(
    first: dict[str, bool | None], second: dict[str, bool | None], reads: bool, most: int
) -> None:
    topics = [
        topic_progress(
            name,
            tuple(f"{name}{one}" for one in "abcdef"),
            {f"{name}{id}": known(f"{name}{id}", outcome) for id, outcome in given.items()},
        )
        for name, given in (("x", first), ("y", second))
    ]
    steps = next_steps(topics, {"x": Reading("intuition", DAY)} if reads else {}, ["x", "y"], most)
    assert len(steps) <= most
    assert len({step.topic for step in steps}) == len(steps)  # nothing is offered in two ways
    for step in steps:
        topic = next(one for one in topics if one.topic == step.topic)
        wanted = {"answer": topic.open}.get(step.kind, ())
        assert step.questions == wanted
    assert steps or all(topic.done for topic in topics)


@given(st.text(" \n", max_size=3), st.booleans(), st.booleans())
def test_only_what_an_exam_got_no_answer_to_was_left_open(blank: str, exam: bool, written: bool) -> None:
    one = Attempt(
        1,
        1,
        1,
        "a",
        "t",
        "f",
        blank + "x" * written,
        {"exam": {}} if exam else {"review": True},
        None,
        None,
        1,
        False,
        0.0,
        DAY,
        False,
    )
    assert left_open(one) is (exam and not written)
