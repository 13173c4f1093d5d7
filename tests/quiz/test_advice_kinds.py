"""Kinds of free text, honest and wrong: own words, notes, negation elsewhere, opposites, comparisons, copies."""

import time
from dataclasses import replace

import pytest

from engine.quiz.bank import Question, RubricPoint
from engine.quiz.grading import guards
from engine.quiz.grading.advice import DOUBTFUL, RUBRIC
from engine.quiz.grading.grading import MOST_CHARACTERS, grade
from engine.quiz.grading.words import plain, sentences
from tests.quiz.answer_set import bank, free_text
from tests.quiz.written_questions import CENTROID, LABELS, PENALTIES, SMALL_SSE, SSE, STARTS, point, question

BANK = bank()


def _said(one: Question, text: str) -> str:
    """Return a letter a point: p present, a absent, w no words found, ? cannot tell."""
    letters = {"present": "p", "absent": "a", "cannot tell": "?"}
    return "".join("w" if mark.no_words else letters[mark.state] for mark in grade(one, text).points)


def _asked(answer: str, *points: RubricPoint, ask: str = "How do the two of them go about it?") -> Question:
    return question("9.q9", "keypoints", ask, answer, *points)


# ---------------------------------------------------------------- absent, or no words found


@pytest.mark.parametrize(
    ("one", "text", "said"),
    [
        (CENTROID, "It is the average of all the points assigned to the cluster.", "ppaa"),
        (STARTS, "There are many local minima in the objective.", "paaa"),
        (SMALL_SSE, "The objective is smooth and convex.", "aapa"),
        (LABELS, "Convolution slides a small kernel over an image, and pooling makes it smaller.", "aaaa"),
    ],
)
def test_absent_is_said_where_nothing_is_left_that_could_say_it(one: Question, text: str, said: str) -> None:
    assert _said(one, text) == said


@pytest.mark.parametrize(
    ("one", "text"),
    [
        (STARTS, "Picture a ball in the mountains: it rolls into whatever valley lies below, and there it remains."),
        (CENTROID, "You find the place where the group would be in balance if every item weighed alike."),
        (SSE, "Each gap between what we saw and what we said gets a penalty, and all penalties go into one figure."),
        (SMALL_SSE, "Then what the model says lies near what we saw, and big blunders hurt it most of all."),
    ],
)
def test_what_is_said_in_ones_own_words_is_not_called_absent(one: Question, text: str) -> None:
    assert "a" not in _said(one, text)
    assert "w" in _said(one, text)


@pytest.mark.parametrize("text", ["I don't know", "no idea, sorry", "Q: S x A -> R", "dist(x,y) = ||x-y||"])
def test_where_little_is_said_nothing_is_called_absent(text: str) -> None:
    assert set(_said(SSE, text)) == {"w"}


def test_the_points_own_words_among_those_left_are_no_absence() -> None:
    one = _asked(
        "It uses the mean of them. It is repeated until nothing moves.",
        point("mean of the points", "the mean"),
        point("repeated until all is quiet", "repeated until"),
    )
    assert _said(one, "It is the mean.") == "pa"
    assert _said(one, "It is the mean, quiet in the end.") == "pw"


def test_the_sentence_counts_found_no_words_and_cannot_tell() -> None:
    says = grade(SSE, "SSE: sum (y - yhat)^2, never negative, zero iff perfect fit").says
    assert says == ("I find words for 2 of 4 points; for 2 I found no words. I read words, not meaning: you decide.")
    assert grade(SSE, "I have no idea what that is").says.startswith("I found no words for any point.")


# ---------------------------------------------------------------- nobody honest is called a copyist


@pytest.mark.parametrize("asked", free_text(BANK.values()), ids=lambda one: one.id)
def test_a_short_point_of_ordinary_words_is_nobodys_wording(asked: Question) -> None:
    for one in asked.points:
        words = plain(one.says)
        if len(words) <= 4:
            text = f"I would put it like this: {one.says}, that is how I remember it from the lecture."
            assert RUBRIC not in grade(asked, text).warnings


@pytest.mark.parametrize(
    "says", ["the points are all close", "it is near zero", "one entry per feature", "the data carry no labels"]
)
def test_ordinary_words_in_the_order_of_a_point_are_no_copy(says: str) -> None:
    one = _asked(
        "All of them stand beside one another there.", point(says, *says.split()[-1:]), point("xyzzy", "xyzzy")
    )
    assert RUBRIC not in grade(one, f"My notes from the course say that {says} in the end.").warnings


def test_one_long_phrase_is_no_row_of_phrases_and_two_in_a_row_are() -> None:
    phrases = ("falls with every single step", "never comes back again later")
    one = _asked("It goes down all the time.", point("goes down", *phrases))
    assert RUBRIC not in grade(one, "I think that it falls with every single step there.").warnings
    assert RUBRIC in grade(one, "falls with every single step never comes back again later").warnings


def test_several_points_word_for_word_are_the_rubrics_wording() -> None:
    text = "It is done per coordinate, the mean of the points, over the points assigned to that cluster."
    assert RUBRIC in grade(CENTROID, text).warnings


# ---------------------------------------------------------------- negation


@pytest.mark.parametrize(
    "text",
    [
        "It does not use labels so the average of the points decides.",
        "It does not use labels and it takes the average of the points.",
        "It does not use labels and takes the average of the points.",
        "It has no labels and is the average of the points.",
        "It never looks at labels, it takes the average of the points.",
        "Without any labels it then takes the average of the points.",
        "It is the average of the points and does not use labels.",
        "It is the average of the points so it does not use labels.",
    ],
)
def test_a_negation_stays_in_its_clause(text: str) -> None:
    assert _said(CENTROID, text)[0] == "p"


@pytest.mark.parametrize(
    "text",
    [
        "It does not use the sum and the average of the points.",
        "It is not so that the average of the points decides.",
        "It is not the average of the points so it may lie anywhere.",
        "It never takes the average of the points and a median.",
        "It takes the labels and does not take the average of the points.",
    ],
)
def test_a_negation_reaches_as_far_as_its_clause(text: str) -> None:
    assert _said(CENTROID, text)[0] == "?"


@pytest.mark.parametrize("text", ["It is the sum but you do not divide it.", "You never sum and do not divide."])
def test_a_negation_between_the_words_of_a_phrase_is_seen(text: str) -> None:
    assert _said(CENTROID, text)[0] == "?"
    one = _asked("It is never empty when you sum and divide.", point("mean of them", "sum & divide"))
    assert _said(one, "You sum it and do not divide it there.") != "p"


def test_not_only_denies_only() -> None:
    one = _asked("Only the rewards from then on count.", point("only rewards from then on", "from then on"))
    assert _said(one, "Of the rewards only those from then on count.") == "p"
    assert _said(one, "Not only the rewards from then on count.") == "?"


# ---------------------------------------------------------------- opposites


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("short", "long"),
        ("compact", "long"),
        ("overestimates", "underestimates"),
        ("strong", "weak"),
        ("simple", "complicated"),
        ("stable", "unstable"),
        ("dense", "sparse"),
        ("positive", "negative"),
        ("early", "late"),
        ("often", "rarely"),
        ("deterministic", "stochastic"),
        ("raises", "lowers"),
        ("narrow", "wide"),
        ("forward", "backward"),
        ("over", "under"),
    ],
)
def test_an_opposite_in_the_place_of_a_word_is_seen(right: str, wrong: str) -> None:
    for one, other in ((right, wrong), (wrong, right)):
        asked = _asked(f"There the {one} vectors win.", point("the vectors win", "vector", polarity=True))
        assert _said(asked, f"I think that {one} vectors do.") == "p"
        assert _said(asked, f"I think that {other} vectors do.") == "?"


SLOW = _asked(
    "Lloyd is slower than Hartigan on large data.",
    point("Lloyd is slower than Hartigan", "slower", "faster", polarity=True),
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Lloyd's method is slower than Hartigan's.", "p"),
        ("Hartigan's method is faster than Lloyd's.", "p"),
        ("Hartigan's method is slower than Lloyd's.", "?"),
        ("Lloyd's method is faster than Hartigan's.", "?"),
        ("Lloyd's method is not slower than Hartigan's.", "?"),
        ("I read that Hartigan is much slower than Lloyd there.", "?"),
    ],
)
def test_a_comparison_is_read_both_ways(text: str, said: str) -> None:
    assert _said(SLOW, text) == said


def test_less_than_is_the_other_way_round() -> None:
    one = _asked("Ridge is more stable than LASSO.", point("ridge is steadier", "stable than", polarity=True))
    assert _said(one, "I think that ridge is more stable than LASSO.") == "p"
    assert _said(one, "I think that ridge is less stable than LASSO.") == "?"
    assert _said(one, "I think that LASSO is more stable than ridge.") == "?"


def test_what_is_preferred_to_what_is_a_comparison_too() -> None:
    one = _asked("Sooner rewards are preferred to later ones.", point("sooner is better", "sooner", polarity=True))
    assert _said(one, "With it sooner rewards are preferred to later ones.") == "p"
    assert _said(one, "With it later rewards are preferred to sooner ones.") == "?"


def test_a_comparison_is_held_against_a_point_that_has_none() -> None:
    one = _asked("There a larger model performs better.", point("a larger model is better", "better & larger"))
    assert _said(one, "I think a larger model performs better.") == "p"
    assert _said(one, "I think a smaller model performs better than a larger one.") == "?"


@pytest.mark.parametrize(("polarity", "said"), [(True, "?"), (False, "?")])
def test_an_opposite_beside_the_model_answers_own_words_is_seen_for_every_point(polarity: bool, said: str) -> None:
    one = _asked("It maximises the expectation.", point("the expectation is raised", "expectation", polarity=polarity))
    assert _said(one, "I think it minimises the expectation.") == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("It does not matter whether the average of the points is known.", "?"),
        ("It does not matter where the average of the points lies.", "p"),
    ],
)
def test_not_matter_whether_denies(text: str, said: str) -> None:
    assert _said(CENTROID, text)[0] == said


def test_pairs_of_opposites_joined_crosswise_are_pointed_out() -> None:
    one = _asked(
        "With few parameters it underfits, with many of them it overfits: high variance. Low bias comes with it.",
        point("too little underfits", "underfit", "overfit"),
    )
    assert not any("other way" in w for w in grade(one, "A small one will underfit and a large one overfit.").warnings)
    turned = _asked("A small one will underfit, a large one will overfit.", point("underfits", "underfit"))
    warnings = grade(turned, "A small one will overfit and a large one underfit, I think.").warnings
    assert any("joins them the other way round" in warning for warning in warnings)


@pytest.mark.parametrize(
    ("right", "wrong"), [("incoherent", "coherent"), ("unstable", "stable"), ("impossible", "possible")]
)
def test_a_word_without_its_denying_prefix_is_seen(right: str, wrong: str) -> None:
    phrases = (right, wrong)
    one = _asked(f"The text becomes {right} in the end.", point(f"the text becomes {right}", *phrases))
    assert _said(one, f"I think that the text becomes {right} then.") == "p"
    assert _said(one, f"I think that the text becomes {wrong} then.") == "?"
    assert _said(one, f"I think that the text becomes not {wrong} then.") == "p"


def test_many_for_one_is_seen() -> None:
    one = _asked("It has one hidden layer.", point("one hidden layer", "hidden layer", polarity=True))
    assert _said(one, "It takes one hidden layer for that.") == "p"
    assert _said(one, "It takes many hidden layers for that.") == "?"


def test_several_doubts_cast_doubt_on_the_rest() -> None:
    text = "Ridge adds the L1 norm. LASSO adds the L2 norm. Lambda sets the strength."
    assert DOUBTFUL in grade(PENALTIES, text).warnings
    assert DOUBTFUL not in grade(PENALTIES, PENALTIES.answer).warnings


# ---------------------------------------------------------------- single ordinary words


@pytest.mark.parametrize("word", ["memory", "stable", "easy", "noise", "cheap", "rare"])
def test_an_ordinary_word_alone_is_no_evidence(word: str) -> None:
    one = _asked(f"Old transitions stay {word} in the buffer.", point(f"transitions stay {word}", word))
    assert _said(one, f"I would say it is a matter of {word}.") == "?"
    assert _said(one, f"I would say that transitions are {word}.") == "p"


def test_a_technical_word_alone_is() -> None:
    assert _said(SSE, "You start with the residuals there.")[0] == "p"


# ---------------------------------------------------------------- notes


@pytest.mark.parametrize(
    ("one", "text", "said"),
    [
        (STARTS, "local minima\ngets stuck, greedy\ntwo seeds same cluster\nrestarts / k-means++", "pppp"),
        (
            PENALTIES,
            "OLS: SSE w/o penalty. ridge: L2, weights shrink. LASSO: L1 -> exactly zero. lambda = strength",
            "pppppp",
        ),
        (CENTROID, "average points assigned cluster, coordinate wise, recomputed each iteration", "pppp"),
        (
            SMALL_SSE,
            "smooth convex objective, large misses count, predictions closer labels, overfitting possible",
            "pppp",
        ),
    ],
)
def test_notes_are_read(one: Question, text: str, said: str) -> None:
    assert guards.NO_SENTENCES not in grade(one, text).warnings
    assert _said(one, text) == said


def test_a_word_said_twice_is_no_disorder() -> None:
    text = f"{STARTS.answer} Else you get the the the the, and a loop of of of of it."
    assert guards.SHUFFLED not in grade(STARTS, text).warnings


def test_no_within_a_phrase_is_the_negation_that_is_asked() -> None:
    one = _asked(
        "No model or search is needed.", point("no model or search is needed", "search", "no planning", polarity=True)
    )
    assert _said(one, "There is no planning in it.") == "p"
    assert _said(one, "There is a search in it.") == "?"


@pytest.mark.parametrize(
    "text",
    [
        "objectif convexe minima locaux algorithme glouton restarts utiles",
        "viele lokale Minima greedy Abstieg mehrere Neustarts helfen",
        "tavoite epakonveksi paikallisia minimeja ahne algoritmi",
    ],
)
def test_notes_in_another_language_are_not(text: str) -> None:
    assert grade(STARTS, text).warnings == (guards.NO_SENTENCES,)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("w/o labels", ("without", "labels")),
        ("W/O labels b/c none", ("without", "labels", "because", "none")),
        ("a ≠ b", ("a", "not", "b")),
        ("a != b", ("a", "not", "b")),
        ("a == b", ("a", "b")),
        ("w / o", ("w", "o")),
    ],
)
def test_short_forms_of_notes(text: str, words: tuple[str, ...]) -> None:
    assert plain(text) == words


@pytest.mark.parametrize("text", ["noise -> escape", "noise => escape", "noise → escape", "noise\nescape"])
def test_arrows_and_short_lines_end_a_clause(text: str) -> None:
    assert len({word.clause for sentence in sentences(text) for word in sentence}) == 2


def test_a_wrapped_line_does_not() -> None:
    text = f"{'word ' * 14}not\nglobal"
    assert len({word.clause for sentence in sentences(text) for word in sentence}) == 1


# ---------------------------------------------------------------- time


@pytest.mark.parametrize("unit", ["1,", "(n,", "a ", "a. ", "λ", "not, ", "a\n", "than er ", "small large ", "a≠"])
def test_the_longest_answer_takes_no_time_to_speak_of(unit: str) -> None:
    text = (unit * MOST_CHARACTERS)[:MOST_CHARACTERS]
    asked = replace(PENALTIES, points=PENALTIES.points * 2)
    began = time.process_time()
    try:
        grade(asked, text)
    finally:
        assert time.process_time() - began < 1  # some 0.2 s; far more where a phrase's every match is looked at
