"""The hand-written learner answers (answers/*.toml): that they fit the bank, and what the machine's advice is worth.

Each half has its bounds, what was measured on it with a margin: the held-out half does worse than the one that rules
were chosen on. So do the fresh answers, which were written after the rules. Do not loosen one: an advice that got worse
is to be mended. `python -m benchmarks.grading` prints all.
"""

from __future__ import annotations

import difflib
from dataclasses import replace

import pytest

from engine.quiz.bank import Question
from engine.quiz.grade import ABSENT, CANNOT_TELL, PRESENT, Grade, Mark
from engine.quiz.grading.advice import RUBRIC
from engine.quiz.grading.grading import grade
from engine.quiz.grading.words import plain, stem
from tests.quiz.answer_set import (
    DENIED,
    FOLDER,
    HONEST,
    Asked,
    Figures,
    Judged,
    Written,
    answer_set,
    bank,
    confusion,
    figures,
    judged,
)
from tests.quiz.hostile_answers import passes

ASKED = answer_set()
HALVES = [one for one in ASKED if not one.folder]  # dev and held-out; the others are fresh, or were
KINDS = {
    "full",
    "partial",
    "wrong",
    "negated",
    "swapped",
    "reversed",
    "off-topic",
    "short",
    "rambling",
    "typos",
    "bullets",
    "foreign",
    "telegram",
    "denied",
}

# Measured when this was written, dev, held-out and fresh: accuracy 94.7 %, 91.9 and 94.9, cannot tell 18.3, 17.8 and
# 13.1, precision 92.0, 86.8 and 94.5, recall 85.0, 83.6 and 76.6, denied points called present without a warning 6.2,
# 14.0 and 10.0, no words found 24.5, 29.5 and 22.5, points called absent that are there 1.3, 0.6 and 3.4.
BOUNDS = {
    "dev": Figures(0, 0.92, 0.21, 0.89, 0.81, 0.10, no_words=0.28, false_absent=0.04),
    "held-out": Figures(0, 0.89, 0.21, 0.83, 0.79, 0.19, no_words=0.33, false_absent=0.04),
    "fresh": Figures(0, 0.91, 0.18, 0.90, 0.72, 0.15, no_words=0.28, false_absent=0.10),
}


@pytest.fixture(scope="module")
def questions() -> dict[str, Question]:
    return bank()


@pytest.fixture(scope="module")
def marks(questions: dict[str, Question]) -> list[Judged]:
    return judged(ASKED, questions)


# ---------------------------------------------------------------- the set itself


def test_there_are_enough_answers_of_every_kind() -> None:
    assert len(HALVES) >= 40
    assert len({one.id for one in HALVES}) == len(HALVES)
    assert len({one.part for one in HALVES}) == 5
    for one in HALVES:
        kinds = [answer.kind for answer in one.answers]
        assert len(one.answers) >= 5, one.id
        assert {"full", "partial", "wrong", "off-topic"} <= set(kinds) <= KINDS, one.id
        assert {"negated", "swapped"} & set(kinds), one.id
        assert len({answer.text for answer in one.answers}) == len(one.answers), one.id


def test_the_fresh_answers_are_to_questions_that_no_rule_was_chosen_on() -> None:
    fresh = [one for one in ASKED if one.split == "fresh"]
    assert sum(len(one.answers) for one in fresh) >= 60
    assert {one.id for one in fresh}.isdisjoint(one.id for one in ASKED if one.split != "fresh")
    for one in fresh:
        assert {"full", "partial", "telegram"} <= {answer.kind for answer in one.answers} <= KINDS, one.id


def test_the_marks_fit_their_kinds() -> None:
    for one in ASKED:
        for answer in one.answers:
            assert len(answer.truth) == len(one.says), (one.id, answer.text)
            if answer.kind == "full":
                assert set(answer.truth) == {PRESENT}, (one.id, answer.text)
            if answer.kind == "off-topic":
                assert set(answer.truth) == {ABSENT}, (one.id, answer.text)
            if answer.kind in ("negated", "swapped", "denied"):
                assert DENIED in answer.truth, (one.id, answer.text)


def test_both_halves_have_every_part() -> None:
    parts = {path.stem for path in FOLDER.glob("*.toml")}
    assert {(one.split, one.part) for one in HALVES} == {(s, part) for s in ("dev", "held-out") for part in parts}


@pytest.mark.parametrize("asked", ASKED, ids=lambda one: one.id)
def test_the_points_are_still_those_that_were_marked(asked: Asked, questions: dict[str, Question]) -> None:
    file = f"tests/quiz/answers/{asked.folder or asked.part}"
    assert asked.id in questions, f"{asked.id} is in no topic that loads. Mend its topic, or take it out of {file}."
    points = questions[asked.id].points
    assert len(points) == len(asked.says), (
        f"{asked.id} has {len(points)} points; its answers were marked for {len(asked.says)}. Mark them anew in "
        f"{file}, a letter a point, and write the points as they are now into says."
    )
    for index, (was, point) in enumerate(zip(asked.says, points, strict=True)):
        assert _similar(was, point.says), (
            f"Point {index} of {asked.id} now says {point.says!r}; its answers were marked for {was!r}. Read them "
            f"again in {file}, correct letter {index + 1} of their marks where the meaning changed, and put the new "
            "words there."
        )


def _similar(one: str, other: str) -> bool:
    first, second = ({stem(word) for word in plain(text)} for text in (one, other))
    shared = len(first & second) / max(1, min(len(first), len(second)))
    return shared >= 0.6 or difflib.SequenceMatcher(None, one, other).ratio() >= 0.6


def test_points_that_mean_something_else_are_not_similar() -> None:
    assert _similar("labels are expensive / scarce", "human labels are expensive, slow and scarce")
    assert not _similar("each residual is squared", "the vocabulary stays small")


# ---------------------------------------------------------------- what the advice is worth


@pytest.mark.slow
@pytest.mark.parametrize("split", BOUNDS)
def test_the_advice_is_as_good_as_it_was(split: str, marks: list[Judged]) -> None:
    found, bound = figures(mark for mark in marks if mark.asked.split == split), BOUNDS[split]
    assert found.points > 200
    assert found.accuracy >= bound.accuracy
    assert found.abstained <= bound.abstained
    assert found.precision >= bound.precision
    assert found.recall >= bound.recall
    assert found.denied_passed <= bound.denied_passed
    assert found.no_words <= bound.no_words
    assert found.false_absent <= bound.false_absent


def test_no_honest_answer_is_told_that_it_is_a_copy(questions: dict[str, Question]) -> None:
    told = [
        (one.id, answer.text)
        for one in ASKED
        for answer in one.answers
        if answer.kind in HONEST and RUBRIC in grade(questions[one.id], answer.text).warnings
    ]
    assert told == []


def test_absent_is_seldom_wrong_on_honest_answers(marks: list[Judged]) -> None:
    for split in BOUNDS:
        honest = [mark for mark in marks if mark.asked.split == split and mark.answer.kind in HONEST]
        assert figures(honest).false_absent <= 0.05, split  # measured 1.6, 0.9 and 0 %


def test_an_answer_beside_the_point_makes_hardly_a_point(marks: list[Judged]) -> None:
    off_topic = [mark for mark in marks if mark.answer.kind == "off-topic"]
    assert sum(mark.machine == PRESENT for mark in off_topic) <= 0.04 * len(off_topic)


def test_no_answer_that_says_little_or_the_opposite_passes_whole(questions: dict[str, Question]) -> None:
    passed = [
        (one.id, answer.text)
        for one in ASKED
        if one.folder != "seen"  # there are two that do, where the words of one point are exchanged
        for answer in one.answers
        if answer.kind in ("off-topic", "negated", "swapped", "denied")
        and passes(grade(questions[one.id], answer.text))
    ]
    assert passed == []


def test_a_full_answer_is_seldom_called_absent(marks: list[Judged]) -> None:
    full = [mark for mark in marks if mark.answer.kind == "full" and not mark.asked.folder]
    assert sum(mark.machine == ABSENT for mark in full) <= 0.02 * len(full)
    assert sum(mark.machine == PRESENT for mark in full) >= 0.84 * len(full)


# ---------------------------------------------------------------- the measuring


def _say(state: str) -> Grade:
    return Grade(None, tuple(Mark(i, state, "x" if state == CANNOT_TELL else "") for i in range(3)))


def _three_marks(questions: dict[str, Question], grader: Grade) -> list[Judged]:
    id = next(one.id for one in ASKED if len(one.says) == 3 and one.id in questions)
    asked = Asked(id, "machine_learning", ("a", "b", "c"), (Written("partial", "x", (PRESENT, ABSENT, DENIED)),))
    return judged([asked], questions, lambda question, text: grader)


def test_a_machine_that_finds_everything_or_tells_nothing_gets_no_good_figures(questions: dict[str, Question]) -> None:
    every = figures(_three_marks(questions, _say(PRESENT)))
    assert every == Figures(3, pytest.approx(1 / 3), 0, pytest.approx(1 / 3), 1, 1)
    none = figures(_three_marks(questions, _say(CANNOT_TELL)))
    assert (none.abstained, none.recall, none.denied_passed) == (1, 0, 0)
    assert none.accuracy != none.accuracy  # nothing was told


def test_a_warning_about_the_answer_counts_for_each_point_and_one_about_a_point_for_it(
    questions: dict[str, Question],
) -> None:
    warned = replace(_say(PRESENT), warnings=("Most of this repeats the question.",))
    assert figures(_three_marks(questions, warned)).denied_passed == 0
    id = next(one.id for one in ASKED if len(one.says) == 3 and one.id in questions)
    points = questions[id].points
    first, last = (replace(_say(PRESENT), warnings=(f"Look at “{points[i].says}”: …",)) for i in (0, 2))
    assert figures(_three_marks(questions, first)).denied_passed == 1
    assert figures(_three_marks(questions, last)).denied_passed == 0


def test_the_confusion_counts_every_mark(questions: dict[str, Question]) -> None:
    counts = confusion(_three_marks(questions, _say(ABSENT)))
    assert sum(counts.values()) == 3
    assert (counts[PRESENT, ABSENT], counts[ABSENT, ABSENT], counts[DENIED, ABSENT]) == (1, 1, 1)


def test_no_words_found_is_counted_apart_from_cannot_tell(questions: dict[str, Question]) -> None:
    found = figures(_three_marks(questions, Grade(None, tuple(Mark(i, CANNOT_TELL) for i in range(3)))))
    assert (found.no_words, found.abstained) == (1, 0)
    assert figures(_three_marks(questions, _say(CANNOT_TELL))).no_words == 0
    assert figures(_three_marks(questions, _say(ABSENT))).false_absent == pytest.approx(1 / 3)
