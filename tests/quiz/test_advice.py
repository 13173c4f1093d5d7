"""Advice on free text: the rubric's points, negation and reversal, and the guards."""

import random
import re
from dataclasses import replace

import pytest

from engine.content import load_topic
from engine.errors import AnswerRefused
from engine.quiz import _guards
from engine.quiz._advice import ECHO, MORE_NEGATIONS, RUBRIC, SHORT
from engine.quiz._words import LONGEST_SENTENCE, sentences
from engine.quiz.bank import Question
from engine.quiz.grading import MOST_CHARACTERS, Grade, grade
from tests.quiz.written_questions import (
    ALL_POINTS,
    CENTROID,
    FREE_TEXT,
    LABELS,
    PENALTIES,
    SMALL_SSE,
    SSE,
    STARTS,
    WEIGHTS,
)  # fmt: skip


def _states(graded: Grade) -> list[str]:
    return [mark.state for mark in graded.points]


def _all_present(graded: Grade) -> bool:
    return all(state == "present" for state in _states(graded))


# ---------------------------------------------------------------- model answers and honest answers


@pytest.mark.parametrize("question", FREE_TEXT, ids=lambda q: q.id)
def test_a_model_answer_makes_every_point(question: Question) -> None:
    graded = grade(question, question.answer)
    assert graded.correct is None
    assert _all_present(graded)
    assert graded.warnings == ()
    assert graded.misconception is None
    assert all(mark.span and mark.span in question.answer for mark in graded.points)


@pytest.mark.parametrize("slug", ["linear_regression", "clustering"])
def test_every_model_answer_that_is_written_makes_every_point(slug: str) -> None:
    graded = {q.id: grade(q, q.answer) for q in load_topic(slug).questions if q.check in ("keypoints", "self", "shape")}
    assert graded
    assert [id for id, one in graded.items() if not _all_present(one) or one.warnings or one.misconception] == []
    assert not any(one.correct is False for one in graded.values())


@pytest.mark.parametrize(
    ("question", "text", "states"),
    [
        (SSE, "You take actual minus predicted, square, and add them all up.", "ppp-"),
        (SSE, "SSE means sum of squared errors: for each data point take the difference between label and "
              "prediction, square it and sum. It is never negative and is 0 for a perfect fit.", "pppp"),
        (SMALL_SSE, "If the SSE is small, the predictions are close to the real values. Big errors count a lot. It's "
                    "differentiable, so we can find the minimum. But on the training data it can mean "
                    "overfitting.", "pppp"),
        (PENALTIES, "OLS minimises the SSE only, without a penalty. Ridge adds the squared L2 norm of the weights, "
                    "which shrinks them but doesn't make them zero. LASSO adds the L1 norm and makes some weights "
                    "exactly zero. Lambda sets how strong the penalty is.", "pppppp"),
        (LABELS, "Supervised learning has labels and minimises the prediction error; unsupervised learning has no "
                 "labels. Clustering can be evaluated only indirectly, e.g. with the silhouette.", "pppp"),
        (CENTROID, "You take the average of all points that belong to the cluster, for every coordinate.", "ppp-"),
        (STARTS, "- There are many local minima.\n"
                 "- k-means only goes downhill, so it gets stuck.\n"
                 "- Use several restarts.", "pp-p"),
    ],
)  # fmt: skip
def test_an_honest_answer(question: Question, text: str, states: str) -> None:
    graded = grade(question, text)
    assert "".join({"present": "p", "absent": "-", "cannot tell": "?"}[state] for state in _states(graded)) == states
    assert all(mark.span in text for mark in graded.points)
    assert all((mark.span == "") == (mark.state == "absent") for mark in graded.points)


def test_fragments_count_only_within_one_sentence() -> None:
    one, two = "I add the squares, all of them.", "I add the squares. All of them count."
    assert grade(SSE, one).points[2].state == "present"
    assert grade(SSE, two).points[2].state == "absent"


def test_a_phrase_is_the_beginning_of_a_word() -> None:
    assert grade(SSE, "The residuals of all the points count here.").points[0].state == "present"
    assert grade(SSE, "The nonresiduals of all the points count here.").points[0].state == "absent"


def test_a_single_letter_of_a_phrase_is_a_whole_word() -> None:
    question = replace(SSE, points=(replace(SSE.points[0], phrases=("k n",)),))
    assert grade(question, "The best one is that with k = n of them.").points[0].span == "k = n"
    assert grade(question, "The best one is that with k nearest of them.").points[0].state == "absent"


def test_a_negative_word_of_a_phrase_counts_only_in_its_own_clause() -> None:
    question = replace(STARTS, points=(replace(STARTS.points[0], phrases=("not & global",)),))
    assert grade(question, "The end is not the global minimum.").points[0].span == "not the global"
    assert grade(question, "It has not ended yet; the global minimum is near.").points[0].state == "absent"


def test_a_text_without_an_end_is_cut_into_sentences() -> None:
    cut = sentences("word " * 1000)
    assert max(map(len, cut)) == LONGEST_SENTENCE
    assert sum(map(len, cut)) == 1000


def test_greek_letters_and_accents_are_spelled_out() -> None:
    assert grade(PENALTIES, "How much it counts is set by the λ in it.").points[5].span == "λ"
    assert grade(SSE, "It is the total of the résiduals over the points.").points[0].span == "résiduals"


# ---------------------------------------------------------------- negation and reversal


@pytest.mark.parametrize(
    ("question", "point", "text"),
    [
        (SSE, 2, "The squared errors of the points are not summed in it."),
        (SMALL_SSE, 0, "A small SSE does not mean that the predictions are close to the labels."),
        (SMALL_SSE, 0, "A small SSE doesn’t mean that the predictions are close to the labels."),
        (SMALL_SSE, 0, "A larger SSE means that the predictions lie closer to the labels."),
        (SMALL_SSE, 3, "A low training SSE guarantees generalisation to all of the data."),
        (SMALL_SSE, 1, "The large misses count far less than the small ones do."),
        (PENALTIES, 1, "The ridge penalty is the L1 norm and the LASSO penalty is the L2 norm."),
        (PENALTIES, 3, "The ridge penalty is the L1 norm and the LASSO penalty is the L2 norm."),
        (PENALTIES, 4, "With ridge some of the weights become exactly zero."),
        (PENALTIES, 2, "It is not true that ridge makes the weights shrink."),
        (PENALTIES, 2, "That ridge makes the weights shrink is wrong."),
        (LABELS, 0, "Unsupervised learning has labels for all of the points."),
        (LABELS, 2, "In supervised learning there are no labels for the points."),
        (STARTS, 0, "There are no local minima in the objective of it."),
        (STARTS, 1, "The method never gets stuck in one of them."),
    ],
)
def test_a_reversed_point_is_not_called_present(question: Question, point: int, text: str) -> None:
    graded = grade(question, text)
    assert graded.points[point].state == "cannot tell"
    assert any(question.points[point].says in warning for warning in graded.warnings)


def test_a_negation_beside_a_point_without_polarity_only_warns() -> None:
    graded = grade(CENTROID, "It is not the average of the points in the cluster.")
    assert graded.points[0].state == "present"
    assert any("negation" in warning for warning in graded.warnings)


@pytest.mark.parametrize(
    "text", ["It is not only the sum of the errors of them.", "No doubt it is the sum of the errors."]
)
def test_not_only_is_no_negation(text: str) -> None:
    assert grade(SSE, text).points[2].state == "present"


# ---------------------------------------------------------------- guards


def _shuffled(text: str, seed: int) -> str:
    words = text.split()
    random.Random(seed).shuffle(words)
    return " ".join(words)


@pytest.mark.parametrize("question", FREE_TEXT, ids=lambda q: q.id)
class TestNothingPassesWithoutAWarning:
    @pytest.mark.parametrize("seed", range(20))
    def test_shuffled_model_answer(self, question: Question, seed: int) -> None:
        graded = grade(question, _shuffled(question.answer, seed))
        assert graded.warnings == (_guards.SHUFFLED,)
        assert set(_states(graded)) == {"cannot tell"}

    def test_the_question_again(self, question: Question) -> None:
        graded = grade(question, question.ask)
        assert "present" not in _states(graded)
        assert ECHO in graded.warnings

    def test_the_rubric(self, question: Question) -> None:
        graded = grade(question, ". ".join(point.says for point in question.points) + ".")
        assert not _all_present(graded)
        assert graded.warnings

    def test_the_phrases(self, question: Question) -> None:
        phrases = [phrase.replace("&", "") for point in question.points for phrase in point.phrases]
        graded = grade(question, " ".join(phrases))
        assert set(_states(graded)) == {"cannot tell"}
        assert len(graded.warnings) == 1

    @pytest.mark.parametrize("text", ["It is not true that {}", "It is false that {}", "{} This is wrong."])
    def test_denied_model_answer(self, question: Question, text: str) -> None:
        parts = [text.format(part) for part in re.split(r"(?<=\.) ", question.answer)]
        assert grade(question, " ".join(parts)).warnings or not _all_present(grade(question, " ".join(parts)))

    def test_model_answer_with_not_after_every_verb(self, question: Question) -> None:
        negated = re.sub(r"\b(is|are|can|does|may|has|means|makes|adds)\b", r"\1 not", question.answer)
        assert negated != question.answer
        graded = grade(question, negated)
        assert graded.warnings

    def test_the_following_is_false(self, question: Question) -> None:
        graded = grade(question, f"The following is false: {question.answer}")
        assert graded.warnings == (_guards.DENIED,)
        assert set(_states(graded)) == {"cannot tell"}

    def test_another_script(self, question: Question) -> None:
        text = "Сумма квадратов ошибок, среднее по координатам и минимум: " + question.points[0].phrases[0]
        graded = grade(question, text)
        assert graded.warnings == (_guards.FOREIGN,)
        assert "present" not in _states(graded)

    @pytest.mark.parametrize(
        "text",
        [
            "Das ist die Summe der quadrierten Fehler und der Mittelwert der Koordinaten, lokal minimal.",
            "C'est la somme des erreurs et la moyenne des points dans le cluster, un minimum local.",
        ],
    )
    def test_another_language(self, question: Question, text: str) -> None:
        graded = grade(question, text)
        assert graded.warnings == (_guards.NO_SENTENCES,)
        assert set(_states(graded)) == {"cannot tell"}

    def test_one_phrase_a_point(self, question: Question) -> None:
        graded = grade(question, " ".join(point.phrases[0].replace("&", "") for point in question.points))
        assert graded.warnings


def test_ones_own_words_shuffled_are_noticed() -> None:
    text = "The of squared sum is over residual the points to is never and the negative all of it is the"
    graded = grade(SSE, text)
    assert graded.warnings == (_guards.SHUFFLED,)
    assert "present" not in _states(graded)


def test_two_words_are_called_short() -> None:
    assert SHORT in grade(SSE, "Residuals squared.").warnings


def test_more_negations_than_the_model_answer_has_are_pointed_out() -> None:
    text = CENTROID.answer.replace("is recomputed", "is of course not recomputed in any way and never")
    assert MORE_NEGATIONS in grade(CENTROID, text.replace("after every", "again after every")).warnings


def test_a_copied_point_of_the_rubric_does_not_count() -> None:
    graded = grade(SMALL_SSE, "I would say that large misses are punished disproportionately by it.")
    assert graded.points[1].state == "cannot tell"
    assert RUBRIC in graded.warnings


def test_words_copied_from_the_question_do_not_count() -> None:
    ask = "Why does the result of k-means get stuck in the same cluster?"
    graded = grade(replace(STARTS, ask=ask), "The result of k-means get stuck in the same cluster.")
    assert "present" not in _states(graded)


@pytest.mark.parametrize("text", ["", "   \n\t", "...", "?!", "\x00\x00", "🙂", "$ $", "\u200b"])
def test_an_answer_without_a_word_is_refused(text: str) -> None:
    for question in (SSE, WEIGHTS, ALL_POINTS):
        with pytest.raises(AnswerRefused, match="no answer here yet"):
            grade(question, text)


def test_the_longest_answer_is_graded_and_a_longer_one_refused_with_its_count() -> None:
    longest = (SSE.answer + " ") * 100
    assert grade(SSE, longest[:MOST_CHARACTERS]).points
    with pytest.raises(AnswerRefused, match=r"20,001 characters; at most 20,000"):
        grade(SSE, "a" * (MOST_CHARACTERS + 1))


# ---------------------------------------------------------------- misconceptions


@pytest.mark.parametrize(
    ("question", "text", "claim"),
    [
        (SSE, "SSE is the average squared error.", "SSE is the average squared error"),
        (SSE, "I think the SSE is the average of the squared errors, over all points.",
        "SSE is the average squared error"),
        (SSE, "SSE is not the average squared error.", None),
        (SSE, "It is false that SSE is the average squared error.", None),
        (SSE, "MSE is the average squared error, while SSE is the sum of them.", None),
        (SSE, "The error is squared and the SSE is not an average.", None),
        (SMALL_SSE, "The smallest possible SSE is always the best model.", "The smallest possible SSE is always the "
        "best model"),
        (SMALL_SSE, "The smallest possible SSE is not always the best model.", None),
        (PENALTIES, "Ridge sets small weights exactly to zero.", "Ridge sets small weights exactly to zero"),
        (PENALTIES, "LASSO sets small weights exactly to zero.", None),
    ],
)  # fmt: skip
def test_a_misconception_is_named_only_where_it_is_stated(question: Question, text: str, claim: str | None) -> None:
    found = grade(question, text).misconception
    assert (found.claim if found else None) == claim
