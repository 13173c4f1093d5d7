"""Papers: seeded, stratified, weak spots first, carried by a link; results derived from the log."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.content.read import load_topic
from engine.errors import GrimoireError
from engine.quiz import exam, record
from engine.quiz.asking import asked
from engine.quiz.exam import Paper, PaperRefused, draw, score, sittings, total, weakness
from engine.quiz.progress import topic_progress
from engine.quiz.schedule import Memory
from engine.quiz.store.store import Store

NOW = datetime(2026, 11, 21, tzinfo=UTC)
TOPICS = {"a": [f"1.q{n}" for n in range(12)], "b": ["2.q1", "2.q2"], "c": ["3.q1"], "d": []}
EVEN = {id: 0.5 for ids in TOPICS.values() for id in ids}
QUESTIONS = {one.id: one for one in load_topic("linear_regression").questions}
ids = st.text("abcdefghijklmnopqrstuvwxyz0123456789_", min_size=1, max_size=12)


@given(seed=st.integers(0, exam.MOST_SEED), size=st.integers(1, exam.MOST_QUESTIONS))
def test_a_paper_is_drawn_again_from_its_seed_and_asks_nothing_twice(seed: int, size: int) -> None:
    paper = draw(TOPICS, EVEN, size, seed)
    assert paper == draw(TOPICS, EVEN, size, seed)
    assert len(set(paper.questions)) == len(paper.questions) == min(size, 15)
    assert set(paper.questions) <= set(EVEN)


@pytest.mark.parametrize("size", [1, 4, 7])
def test_each_topic_gets_its_share_up_to_one_and_on_average_exactly(size: int) -> None:
    counts: Counter[str] = Counter()
    for seed in range(1500):
        topics = Counter(id[0] for id in draw(TOPICS, EVEN, size, seed).questions)
        for name, of in (("1", 12), ("2", 2), ("3", 1)):
            assert abs(topics[name] - size * of / 15) < 1
        counts.update(topics)
    for name, of in (("1", 12), ("2", 2), ("3", 1)):
        assert counts[name] / 1500 == pytest.approx(size * of / 15, abs=0.05)


def test_weak_spots_are_asked_more_often() -> None:
    weak = {**EVEN, "1.q3": 1.0, "1.q4": exam.LEAST}
    counts = Counter(id for seed in range(800) for id in draw(TOPICS, weak, 4, seed).questions)
    others = np.mean([counts[id] for id in TOPICS["a"] if id not in ("1.q3", "1.q4")])
    assert counts["1.q3"] > 1.4 * others
    assert counts["1.q4"] < 0.2 * others


def test_what_is_weak() -> None:
    def memory(days: float, recalled: bool = True) -> Memory:
        return Memory("x", "t", NOW, NOW - timedelta(days=days), 10.0, 5.0, 2, 0, "fading", recalled)

    memories = {"fresh": memory(0), "old": memory(10), "ancient": memory(300), "missed": memory(0, recalled=False)}
    values = [weakness(id, memories, NOW) for id in ("fresh", "old", "new", "ancient", "missed")]
    assert values[0] == exam.LEAST
    assert values[1] == pytest.approx(0.1, abs=1e-9)  # stability is the time after which recall has fallen to 0.9
    assert values[2] == exam.NEVER_ASKED
    assert 0.1 < values[3] < 1
    assert values[4] == 1.0


@pytest.mark.parametrize(("size", "seed"), [(0, 1), (41, 1), (3, -1), (3, exam.MOST_SEED + 1)])
def test_sizes_and_seeds_have_limits(size: int, seed: int) -> None:
    with pytest.raises(ValueError, match="A paper has 1 to 40"):
        draw(TOPICS, EVEN, size, seed)


def test_nothing_to_draw_from() -> None:
    with pytest.raises(ValueError, match="no question"):
        draw({"d": []}, {}, 3, 1)


@given(st.integers(0, exam.MOST_SEED), st.lists(ids, min_size=1, max_size=40, unique=True), st.integers(1, 9))
def test_a_link_carries_a_paper(seed: int, names: list[str], number: int) -> None:
    paper = Paper(seed, tuple(f"{number}.{name}" for name in names))
    assert Paper.read(paper.code) == paper


@given(st.integers(0, exam.MOST_SEED), st.integers(1, exam.MOST_MINUTES))
def test_a_link_carries_a_time_limit(seed: int, minutes: int) -> None:
    paper = Paper(seed, ("2.q1a",), minutes)
    assert Paper.read(paper.code) == paper


def test_old_links_go_on_and_new_ones_without_a_limit_look_like_them() -> None:
    assert Paper.read("7.2-q1a.4-q5") == Paper(7, ("2.q1a", "4.q5"), 0)
    assert Paper(7, ("2.q1a", "4.q5")).code == "7.2-q1a.4-q5"
    assert Paper(7, ("2.q1a",), 30).seed_of("2.q1a") == Paper(7, ("2.q1a",)).seed_of("2.q1a")
    assert Paper.read("7t999.2-q1a").minutes == exam.MOST_MINUTES


@given(st.text(max_size=80))
def test_any_link_is_read_or_refused(code: str) -> None:
    try:
        paper = Paper.read(code)
    except GrimoireError:
        return
    assert 1 <= len(paper.questions) <= 40


@pytest.mark.parametrize(
    "code",
    [
        "",
        "7",
        "7.",
        "x.2-q1a",
        "7.2-q1a.2-q1a",
        "7.2 q1a",
        "1234567.a",
        "7t.a",
        "t7.a",
        "7t1234.a",
        "7T30.a",
        "7t-3.a",
        "7." + "a." * 41,
    ],
)
def test_damaged_links_are_refused(code: str) -> None:
    with pytest.raises(PaperRefused, match="raw an exam here"):
        Paper.read(code)


def test_numbers_of_a_drill_hang_on_the_paper_s_seed_and_the_question() -> None:
    one = Paper(1, ("2.q1a",))
    assert one.seed_of("2.q1a") == Paper(1, ("4.q5", "2.q1a")).seed_of("2.q1a")
    assert len({one.seed_of("2.q1a"), one.seed_of("2.q1b"), Paper(2, ()).seed_of("2.q1a")}) == 3


def test_an_exercise_is_asked_with_fresh_numbers_and_the_rest_as_written() -> None:
    exercise, question = QUESTIONS["2.q1a.x1"], QUESTIONS["2.q1a"]
    first, second = asked(exercise, 3), asked(exercise, 4)
    assert first.question.ask != second.question.ask
    assert asked(exercise, 3).question == first.question
    assert first.fingerprint == exercise.fingerprint
    assert first.noted["seed"] == 3
    assert first.exact is not None
    assert first.grade(", ".join(map(repr, first.exact.value))).correct is True
    assert asked(question, 3).question is question


def test_results_come_from_the_log(tmp_path: Path) -> None:
    with Store.open(tmp_path / "grimoire.db") as store:
        ada = store.add_learner("Ada").id
        paper = Paper(5, ("2.q2a", "2.q1a", "2.q1b"))
        for place, (correct, answer) in enumerate(((True, "(n,)"), (None, "squares"), (False, ""))):
            store.add_attempt(
                f"k-{place}",
                ada,
                "linear_regression",
                paper.questions[place],
                "f",
                answer,
                {"correct": correct, **exam.noted("k", paper, place)},
                2,
                False,
                1.0,
            )
        store.add_attempt("other", ada, "linear_regression", "2.q1a", "f", "x", {"exam": "damaged"}, 2, False, 1.0)
        (sitting,) = sittings(store.attempts(ada))
        assert (sitting.key, sitting.paper) == ("k", paper)
        assert [one.question for one in sitting.answers] == list(paper.questions)
        assert sitting.missed == ("2.q1b",)
        assert [score(QUESTIONS[one.question], one) for one in sitting.answers] == [1.0, None, 0.0]

        store.add_marks(sitting.answers[1].id, {"points": [True]}, None)
        assert score(QUESTIONS["2.q1a"], sittings(store.attempts(ada))[0].answers[1]) is None  # ticked, not judged
        points = QUESTIONS["2.q1a"].points
        ticks = [place == 0 for place in range(len(points))]
        store.add_marks(sitting.answers[1].id, {"points": ticks}, True)
        (marked,) = sittings(store.attempts(ada))
        share = points[0].weight / sum(point.weight for point in points)
        scores = [score(QUESTIONS[one.question], one) for one in marked.answers]
        assert scores == [1.0, pytest.approx(share), 0.0]
        assert total(scores).earned == pytest.approx(1 + share)

        store.add_marks(sitting.answers[1].id, {"points": [False]}, True)
        assert score(QUESTIONS["2.q1a"], sittings(store.attempts(ada))[0].answers[1]) == 1.0  # the verdict alone

        store.undo_last(ada)
        store.undo_last(ada)
        (left,) = sittings(store.attempts(ada, undone=True))
        assert [one.question for one in left.answers] == ["2.q2a", "2.q1a"]
        assert left.taken_back == 1


@pytest.mark.parametrize(
    ("kept", "took"), [(12.34, 12.3), (0, 0.0), (None, None), ("x", None), (True, None), (-1, None), (1e12, None)]
)
def test_how_long_a_sitting_took_is_read_with_care(tmp_path: Path, kept: object, took: float | None) -> None:
    paper = Paper(5, ("2.q1a",), 10)
    noted = exam.noted("k", paper, 0, 12.34 if kept == 12.34 else None)
    if kept != 12.34 and kept is not None:
        noted = {"exam": {**noted["exam"], "took": kept}}  # type: ignore[dict-item]
    with Store.open(tmp_path / "grimoire.db") as store:
        ada = store.add_learner("Ada").id
        store.add_attempt("k-0", ada, "linear_regression", "2.q1a", "f", "x", noted, 2, False, 1.0)
        (sitting,) = sittings(store.attempts(ada))
    assert (sitting.took, sitting.paper.minutes) == (took, 10)


def test_what_was_left_open_is_not_answered(tmp_path: Path) -> None:
    paper = Paper(5, ("2.q1a", "2.q1b"))
    with Store.open(tmp_path / "grimoire.db") as store:
        ada = store.add_learner("Ada").id

        def give(key: str, question: str, answer: str, exam_: bool) -> None:
            noted = exam.noted(key, paper, 0) if exam_ else {"review": True}
            machine = {"correct": False, **noted}
            store.add_attempt(key, ada, "linear_regression", question, "f", answer, machine, 1, False, 1.0)

        give("a", "2.q1a", "", exam_=True)
        give("b", "2.q1b", "squares", exam_=True)
        give("c", "2.q2a", "", exam_=False)  # recalled without writing
        known = store.progress(ada)
        assert {id: (one.answered, one.last_open) for id, one in known.items()} == {
            "2.q1a": (False, True),
            "2.q1b": (True, False),
            "2.q2a": (True, False),
        }
        found = topic_progress("linear_regression", ("2.q1a", "2.q1b", "2.q2a", "2.q2b"), known)
        assert (found.open, found.answered) == (("2.q1a", "2.q2b"), 2)
        give("d", "2.q1a", "squares", exam_=False)
        give("e", "2.q1a", "", exam_=True)
        again = store.progress(ada)["2.q1a"]
        assert (again.answered, again.last_open) == (True, True)
        assert sum(record.days(store.attempts(ada), None).values()) == 3
