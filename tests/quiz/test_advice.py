"""Advice on free text: the rubric's points, negation and reversal, and the guards."""

from dataclasses import replace

import pytest

from engine.errors import AnswerRefused
from engine.quiz.bank import Question, RubricPoint
from engine.quiz.grade import Grade
from engine.quiz.grading import guards, spelling
from engine.quiz.grading.advice import ECHO, LONG, MORE_NEGATIONS, RUBRIC, SHORT
from engine.quiz.grading.grading import MOST_CHARACTERS, grade
from engine.quiz.grading.words import LONGEST_SENTENCE, plain, sentences
from tests.quiz.answer_set import bank, free_text
from tests.quiz.hostile_answers import GUARDS, TRANSLATED, all_present, passes, swapped_opposites
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
)

BANK = bank()
FREE_BANK = free_text(BANK.values())


def _states(graded: Grade) -> list[str]:
    return [mark.state for mark in graded.points]


# ---------------------------------------------------------------- model answers and honest answers


@pytest.mark.parametrize("question", FREE_TEXT, ids=lambda q: q.id)
def test_a_model_answer_makes_every_point(question: Question) -> None:
    graded = grade(question, question.answer)
    assert graded.correct is None
    assert all_present(graded)
    assert graded.warnings == ()
    assert graded.misconception is None
    assert all(mark.span and mark.span in question.answer for mark in graded.points)


def test_every_model_answer_of_the_bank_makes_every_point() -> None:
    graded = {question.id: grade(question, question.answer) for question in FREE_BANK}
    assert len(graded) > 100
    assert [id for id, one in graded.items() if not all_present(one) or one.warnings or one.misconception] == []


@pytest.mark.parametrize(
    ("question", "text", "states"),
    [
        (SSE, "You take actual minus predicted, square, and add them all up.", "ppp-"),
        (
            SSE,
            "SSE means sum of squared errors: for each data point take the difference between label and "
            "prediction, square it and sum. It is never negative and is 0 for a perfect fit.",
            "pppp",
        ),
        (
            SMALL_SSE,
            "If the SSE is small, the predictions are close to the real values. Big errors count a lot. It's "
            "differentiable, so we can find the minimum. But on the training data it can mean "
            "overfitting.",
            "pppp",
        ),
        (
            PENALTIES,
            "OLS minimises the SSE only, without a penalty. Ridge adds the squared L2 norm of the weights, "
            "which shrinks them but doesn't make them zero. LASSO adds the L1 norm and makes some weights "
            "exactly zero. Lambda sets how strong the penalty is.",
            "pppppp",
        ),
        (
            LABELS,
            "Supervised learning has labels and minimises the prediction error; unsupervised learning has no "
            "labels. Clustering can be evaluated only indirectly, e.g. with the silhouette.",
            "pppp",
        ),
        (CENTROID, "You take the average of all points that belong to the cluster, for every coordinate.", "ppp-"),
        (
            STARTS,
            "- There are many local minima.\n- k-means only goes downhill, so it gets stuck.\n- Use several restarts.",
            "pp-p",
        ),
    ],
)
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
    assert grade(SSE, "The nonresiduals of all the points count here.").points[0].no_words


def test_a_single_letter_of_a_phrase_is_a_whole_word() -> None:
    question = replace(SSE, points=(replace(SSE.points[0], phrases=("k n",)),))
    assert grade(question, "The best one is that with k = n of them.").points[0].span == "k = n"
    assert grade(question, "The best one is that with k nearest of them.").points[0].no_words


def test_a_negative_word_of_a_phrase_counts_only_in_its_own_clause() -> None:
    question = replace(STARTS, points=(replace(STARTS.points[0], phrases=("not & global",)),))
    assert grade(question, "The end is not the global minimum.").points[0].span == "not the global"
    assert grade(question, "It has not ended yet; the global minimum is near.").points[0].no_words


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


def test_a_negation_counts_beside_a_point_without_polarity_too() -> None:
    assert not CENTROID.points[0].polarity
    graded = grade(CENTROID, "It is not the average of the points in the cluster.")
    assert graded.points[0].state == "cannot tell"
    assert any("negation" in warning for warning in graded.warnings)


@pytest.mark.parametrize("text", ["The SSE isn't a total.", "The SSE isnt a total.", "The SSE is not a total of it."])
def test_short_forms_of_not_are_read(text: str) -> None:
    assert grade(SSE, text).points[2].state == "cannot tell"


def test_ignoring_denies_and_not_ignoring_does_not() -> None:
    assert grade(SSE, "It ignores the residuals of all of the points.").points[0].state == "cannot tell"
    assert grade(SSE, "It does not ignore the residuals of the points.").points[0].state == "present"


def test_a_negation_within_a_phrase_is_none_of_another_phrase() -> None:
    assert grade(SSE, "The score is never negative and is 0 for a fit that is perfect.").points[3].state == "present"


# ---------------------------------------------------------------- subjects, causes, spelling

RIVALS = replace(
    PENALTIES,
    ask="Contrast a cat with a dog.",
    answer="The cat purrs when it is pleased. The dog wags its tail.",
    points=(RubricPoint("cat: purrs", 1, ("purr",)), RubricPoint("dog: wags", 1, ("wag",))),
    misconceptions=(),
)


def test_swapped_subjects_are_seen_without_a_list_of_them() -> None:
    right = grade(RIVALS, "A dog wags its tail, whereas a cat is one that purrs.")
    assert _states(right) == ["present", "present"]
    wrong = grade(RIVALS, "A cat wags its tail, whereas a dog is one that purrs.")
    assert _states(wrong) == ["cannot tell", "cannot tell"]
    assert "says it of “dog”, the model answer of “cat”" in wrong.warnings[0]


def test_a_subject_of_the_sentence_holds_for_its_later_clauses() -> None:
    assert _states(grade(RIVALS, "A dog is an animal, and when it is pleased it purrs.")) == ["cannot tell", "absent"]


def test_an_opposite_between_the_words_of_a_phrase_parts_them() -> None:
    point = replace(LABELS.points[0], says="the expert labels the states", phrases=("expert & label",), polarity=True)
    question = replace(LABELS, answer="The expert labels all of the states.", points=(point,))
    assert grade(question, "It is the expert who then labels all of these.").points[0].state == "present"
    assert grade(question, "The expert drives and the learner labels them all.").points[0].state == "cannot tell"


CAUSE = replace(
    STARTS,
    answer="The targets move because the network that makes them is trained with every step.",
    points=(RubricPoint("the targets move", 1, ("move",)),),
    misconceptions=(),
)


@pytest.mark.parametrize(
    ("text", "turned"),
    [
        ("The targets move because the network which makes them is being trained.", False),
        ("Because the network is trained that makes them, the targets move all the time.", False),
        ("The network that makes them is trained, therefore the targets move.", False),
        ("The network that makes them is trained because the targets move a lot.", True),
        ("Because the targets always move, the network that makes them is trained.", True),
        ("The targets move all of the time. Therefore the network that makes them is trained.", True),
    ],
)
def test_an_exchanged_cause_is_pointed_out(text: str, turned: bool) -> None:
    assert any("cause" in warning for warning in grade(CAUSE, text).warnings) == turned


@pytest.mark.parametrize(
    "text", ["the residaul of it", "the residul of it", "the ressidual of it", "the resedual of it"]
)
def test_one_slip_in_a_long_word_is_forgiven(text: str) -> None:
    graded = grade(SSE, f"You take {text} for each of them.")
    assert graded.points[0].state == "present"
    assert graded.points[0].span == text.split()[1]


@pytest.mark.parametrize("word", ["regidual", "resudial", "cesidual", "resid", "total", "tosal"])
def test_two_slips_another_first_letter_and_short_words_are_not(word: str) -> None:
    mark = grade(SSE, f"You take the {word} for each one of them.").points[2 if word.startswith("to") else 0]
    assert (mark.state == "present", mark.no_words) == (word == "total", word != "total")


@pytest.mark.slow
def test_no_model_answer_has_a_word_that_would_be_mended_into_another() -> None:
    bank_of = list(BANK.values())
    mended = {
        (word.text, mend.text)
        for question in FREE_BANK[::6]
        for other in bank_of
        for before, after in [(sentences(other.answer), spelling.mended(sentences(other.answer), question))]
        for sentence, changed in zip(before, after, strict=True)
        for word, mend in zip(sentence, changed, strict=True)
        if word.text[:4] != mend.text[:4] or abs(len(word.text) - len(mend.text)) > 4
    }
    assert mended == set()


def test_british_and_american_spelling_are_one() -> None:
    for one, other in (
        ("minimised", "minimized"),
        ("labelled", "labeled"),
        ("neighbours", "neighbors"),
        ("centre", "center"),
        ("generalisation", "generalization"),
        ("behaviour", "behavior"),
    ):
        assert plain(one) == plain(other)
    assert plain("this basis is noise") == ("this", "basis", "is", "noise")


def test_k_means_plus_plus_is_not_k_means() -> None:
    assert plain("k-means++ and 1 + 1") == ("k", "means", "plus", "plus", "and", "1", "1")


def test_the_points_own_words_without_a_known_wording_are_left_to_the_learner() -> None:
    question = replace(SSE, points=(replace(SSE.points[0], says="the residual of every sample", phrases=("xyzzy",)),))
    assert grade(question, "I think there is a residual for each sample in it.").points[0].state == "cannot tell"
    assert grade(question, "I think there is an average for each sample in it.").points[0].no_words


def test_a_word_of_the_model_answer_that_was_exchanged_is_named() -> None:
    warnings = grade(SMALL_SSE, SMALL_SSE.answer.replace("observed", "expected")).warnings
    assert any("says “expected” where that says “observed”" in warning for warning in warnings)


@pytest.mark.parametrize(
    "text", ["It is not only the sum of the errors of them.", "No doubt it is the sum of the errors."]
)
def test_not_only_is_no_negation(text: str) -> None:
    assert grade(SSE, text).points[2].state == "present"


# ---------------------------------------------------------------- guards


@pytest.mark.slow
@pytest.mark.parametrize("guard", GUARDS)
def test_nothing_passes_without_a_warning(guard: str) -> None:
    asked = FREE_BANK[::12] if guard.startswith("20,000") else FREE_BANK  # benchmarks/grading.py runs them all
    assert len(asked) >= 10
    assert [question.id for question in asked if passes(grade(question, GUARDS[guard](question)))] == []


def test_opposites_exchanged_in_the_model_answer_do_not_pass() -> None:
    texts = [(question, swapped_opposites(question.answer)) for question in FREE_BANK]
    changed = [(question, text) for question, text in texts if text != question.answer]
    assert len(changed) > 0.9 * len(texts)
    assert [question.id for question, text in changed if passes(grade(question, text))] == []


@pytest.mark.parametrize("id", TRANSLATED)
def test_another_language_makes_no_point(id: str) -> None:
    for text in TRANSLATED[id]:
        graded = grade(BANK[id], text)
        assert graded.warnings == (guards.NO_SENTENCES,)
        assert set(_states(graded)) == {"cannot tell"}


@pytest.mark.parametrize("question", FREE_BANK, ids=lambda q: q.id)
class TestWhatIsSaidOfNoAnswer:
    def test_shuffled_model_answer(self, question: Question) -> None:
        graded = grade(question, GUARDS["model answer shuffled, 1"](question))
        assert graded.warnings == (guards.SHUFFLED,)
        assert set(_states(graded)) == {"cannot tell"}

    def test_the_question_again(self, question: Question) -> None:
        graded = grade(question, question.ask)
        assert "present" not in _states(graded)
        assert {ECHO, SHORT, guards.NO_SENTENCES} & set(graded.warnings)

    def test_the_rubric(self, question: Question) -> None:
        graded = grade(question, GUARDS["rubric's points pasted"](question))
        assert RUBRIC in graded.warnings or not all_present(graded)

    def test_the_phrases(self, question: Question) -> None:
        graded = grade(question, GUARDS["rubric's phrases pasted"](question))
        assert set(_states(graded)) == {"cannot tell"}
        assert len(graded.warnings) == 1

    def test_the_following_is_false(self, question: Question) -> None:
        graded = grade(question, GUARDS["the following is false"](question))
        assert graded.warnings == (guards.DENIED,)
        assert set(_states(graded)) == {"cannot tell"}


def test_ones_own_words_shuffled_are_noticed() -> None:
    text = "The of squared sum is over residual the points to is never and the negative all of it is the"
    graded = grade(SSE, text)
    assert graded.warnings == (guards.SHUFFLED,)
    assert "present" not in _states(graded)


def test_two_words_are_called_short() -> None:
    assert SHORT in grade(SSE, "Residuals squared.").warnings


def test_more_negations_than_the_model_answer_has_are_pointed_out() -> None:
    graded = grade(CENTROID, f"{CENTROID.answer} It has nothing to do with colours. It is none of my own words.")
    assert all_present(graded)
    assert MORE_NEGATIONS in graded.warnings


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
    assert LONG in grade(SSE, longest[:MOST_CHARACTERS]).warnings
    with pytest.raises(AnswerRefused, match=r"20,001 characters; at most 20,000"):
        grade(SSE, "a" * (MOST_CHARACTERS + 1))


# ---------------------------------------------------------------- misconceptions


@pytest.mark.parametrize(
    ("question", "text", "claim"),
    [
        (SSE, "SSE is the average squared error.", "SSE is the average squared error"),
        (
            SSE,
            "I think the SSE is the average of the squared errors, over all points.",
            "SSE is the average squared error",
        ),
        (SSE, "SSE is not the average squared error.", None),
        (SSE, "It is false that SSE is the average squared error.", None),
        (SSE, "MSE is the average squared error, while SSE is the sum of them.", None),
        (SSE, "The error is squared and the SSE is not an average.", None),
        (
            SMALL_SSE,
            "The smallest possible SSE is always the best model.",
            "The smallest possible SSE is always the best model",
        ),
        (SMALL_SSE, "The smallest possible SSE is not always the best model.", None),
        (PENALTIES, "Ridge sets small weights exactly to zero.", "Ridge sets small weights exactly to zero"),
        (PENALTIES, "LASSO sets small weights exactly to zero.", None),
    ],
)
def test_a_misconception_is_named_only_where_it_is_stated(question: Question, text: str, claim: str | None) -> None:
    found = grade(question, text).misconception
    assert (found.claim if found else None) == claim
