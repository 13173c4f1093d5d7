"""engine/quiz/grading/grading.py: numbers, shapes, choices and formulas, and hostile text for all six checks."""

import re
from dataclasses import replace
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import AnswerRefused
from engine.quiz.bank import Exact, Question
from engine.quiz.formulas import maths
from engine.quiz.formulas.numbers import read_numbers
from engine.quiz.grading.grading import grade, grade_exact
from tests.quiz.written_questions import ALL_POINTS, DESIGN, SSE, WEIGHTS


def test_a_wrong_exact_answer_that_is_a_misconception_is_named() -> None:
    found = [grade(DESIGN, "n x m").misconception, grade(ALL_POINTS, "1").misconception]
    assert found == [DESIGN.misconceptions[0], ALL_POINTS.misconceptions[0]]
    assert grade(ALL_POINTS, "n/2").misconception is None


# ---------------------------------------------------------------- numbers

FIVE, IN_CM = Exact("numeric", value=(5.0,)), Exact("numeric", value=(5.0,), unit="cm")
PAIR, BOTH = Exact("numeric", value=(2.0, 2.5), tolerance=0.005), Exact("numeric", value=(4.0, 100.0))
QUARTER = Exact("numeric", value=(0.75,), tolerance=1e-6)
THIRD = Exact("numeric", value=(1 / 3,), tolerance=1e-6)
LARGE = Exact("numeric", value=(3.0, 100_000.0))


@pytest.mark.parametrize(
    ("exact", "text"),
    [
        (FIVE, "5"),
        (FIVE, "5.0"),
        (FIVE, "5,0"),
        (FIVE, "+5"),
        (FIVE, "$5$"),
        (FIVE, "SSE = 5"),
        (FIVE, "10/2"),
        (FIVE, "The answer is 5."),
        (FIVE, "sqrt(25)"),
        (FIVE, "(5)"),
        (FIVE, "0.5·10^1"),
        (FIVE, "5e0"),
        (FIVE, " 5 \n"),
        (IN_CM, "5 cm"),
        (IN_CM, "5.0cm"),
        (IN_CM, "5 CM"),
        (BOTH, "4 and 100"),
        (BOTH, "4, 100"),
        (BOTH, "(4,100)"),
        (BOTH, "4;100"),
        (BOTH, "4 100"),
        (BOTH, "4\n100"),
        (BOTH, "4,0; 100,0"),
        (BOTH, "SSE 4 and SSE 100"),
        (BOTH, "first = 4, second = 10^2"),
        (PAIR, "(2, 2.5)"),
        (PAIR, "x = 2, y = 2.5"),
        (PAIR, "(2; 2,5)"),
        (PAIR, "μ = (2, 2.5)"),
        (PAIR, "[2, 2.5]"),
        (QUARTER, "75%"),
        (QUARTER, "3/4"),
        (QUARTER, ".75"),
        (THIRD, "1/3"),
        (THIRD, "0.3333333"),
        (LARGE, "3 and 100,000"),
        (LARGE, "3, 1e5"),
        (LARGE, "3; 10⁵"),
    ],
)
def test_right_numbers(exact: Exact, text: str) -> None:
    assert grade_exact(exact, text).correct is True


@pytest.mark.parametrize(
    ("exact", "text", "says"),
    [
        (FIVE, "-5", "the sign is wrong"),
        (FIVE, "500", "a factor of 100"),
        (FIVE, "0.2", "one divided by"),
        (FIVE, "5.01", "close"),
        (FIVE, "7", "7 is not right"),
        (IN_CM, "5 m", "asked in cm; yours is in m"),
        (IN_CM, "5 cm²", "asked in cm"),
        (BOTH, "100, 4", "another order"),
        (BOTH, "4 and 99", "Number 2 of 2 is not right"),
        (BOTH, "1 and 2", "None of the numbers"),
        (QUARTER, "75", "a factor of 100"),
        (PAIR, "(2, 2.51)", "Number 2"),
    ],
)
def test_wrong_numbers_are_explained(exact: Exact, text: str, says: str) -> None:
    graded = grade_exact(exact, text)
    assert graded.correct is False
    assert says in graded.says
    assert "The answer is " in graded.says


@pytest.mark.parametrize(
    ("exact", "text", "says"),
    [
        (BOTH, "4", "2 numbers are asked; I can read 1"),
        (BOTH, "(4, 100, 3)", "2 numbers are asked; I can read 3"),
        (FIVE, "1, 2", "One number is asked; I can read 2"),
        (FIVE, "1,2,3", "One number is asked; I can read 3"),
        (FIVE, "five", "cannot read “five”"),
        (FIVE, "nan", "cannot read"),
        (FIVE, "inf", "cannot read"),
        (FIVE, "9**9**9", "387,420,489"),
        (FIVE, "1/0", "division by zero"),
        (FIVE, "5" * 501, "501 characters"),
        (FIVE, "x = ", "cannot read"),
    ],
)
def test_unreadable_numbers_are_refused_in_words(exact: Exact, text: str, says: str) -> None:
    with pytest.raises(AnswerRefused) as refused:
        grade_exact(exact, text)
    assert says in str(refused.value)


def test_units_that_are_missing_or_not_asked_are_mentioned() -> None:
    assert "unit is missing: cm" in grade_exact(IN_CM, "5").warnings[0]
    assert "points is left aside" in grade_exact(FIVE, "5 points").warnings[0]
    assert read_numbers(IN_CM, "5 cm") == ((5.0,), "cm")


@settings(deadline=None)
@given(st.floats(-1e6, 1e6).map(lambda x: round(x, 3)), st.sampled_from(["{}", "x = {}", "{} cm", "${}$"]))
def test_any_number_is_read_back(number: float, form: str) -> None:
    exact = Exact("numeric", value=(number,))
    assert grade_exact(exact, form.format(f"{number:.3f}")).correct is True
    assert grade_exact(exact, form.format(f"{number + 1:.3f}")).correct is False


# ---------------------------------------------------------------- shapes


@pytest.mark.parametrize(
    "text",
    [
        "(n,)",
        "n x 1",
        "n×1",
        "n by 1",
        "R^n",
        "ℝ^n",
        "ℝⁿ",
        "n",
        "N",
        "(n)",
        "[n]",
        "nx1",
        "(n, 1)",
        r"$\mathbb R^n$",
        r"\mathbb{R}^{n\times 1}",
        "w ∈ R^n",
        "w: (n,)",
        "the weight vector, n x 1",
        "a column of length n",
        "an n-dimensional vector",
        "n rows and one column",
        "w is a vector with n entries",
        "The prediction is X times w. So it has shape (n,), one number per feature.",
    ],
)
def test_spellings_of_a_vector(text: str) -> None:
    assert grade_exact(WEIGHTS.exact or FIVE, text).correct is True


@pytest.mark.parametrize(
    "text",
    [
        "(m,n)",
        "m x n",
        "m×n",
        "m by n",
        "mxn",
        r"X\in\mathbb R^{m\times n}",
        "ℝ^{m×n}",
        "R^(m,n)",
        "R^m x n",
        "[m, n]",
        "m rows and n columns",
        "n columns and m rows",
        "rows are the points, m×n",
        "(m) x (n)",
        "(m x n)",
    ],
)
def test_spellings_of_a_matrix(text: str) -> None:
    assert grade_exact(DESIGN.exact or FIVE, text).correct is True


@pytest.mark.parametrize(
    "text", ["[[-3, 6], [-2, 3]]", "(-3 6)\n(-2 3)", "-3, 6; -2, 3", "-3|6|-2|3", "((-3,6),(-2,3))"]
)
def test_a_table_of_numbers_is_read_row_by_row(text: str) -> None:
    assert grade_exact(Exact("numeric", value=(-3.0, 6.0, -2.0, 3.0)), text).correct is True


def test_what_is_rounded_too_far_is_told_so_and_the_answer_is_rounded_as_asked() -> None:
    says = grade_exact(Exact("numeric", value=(2.48998,), tolerance=0.0051), "2.5").says
    assert says == "This is rounded too far: give more decimals. The answer is 2.49."
    both = Exact("numeric", value=(2.61803, 54.59815), tolerance=0.0051)
    assert "rounded too far" in grade_exact(both, "2.6; 54.6").says
    assert "None of the numbers" in grade_exact(both, "3.6; 51").says


def test_limits_that_the_question_gives_hold_for_counterexamples() -> None:
    soft = Exact("symbolic", expression="b - t", names=("b", "t"), between=(("b", 1.0, 4.0), ("t", 0.0, 1.0)))
    assert grade_exact(soft, "max(b - t, 0)").correct is True
    assert "t = 0." in grade_exact(soft, "b + t").says
    discounted = Exact("symbolic", expression="r/(1 - g)", names=("r", "g"), between=(("g", 0.0, 1.0),))
    assert grade_exact(discounted, "r/(1-γ)").correct is True
    assert grade_exact(discounted, "\\frac{r}{1-\\gamma}").correct is True
    assert "g = 0." in grade_exact(discounted, "r/(1+g)").says


def test_thousands_with_several_commas_are_read_and_the_answer_is_written_out() -> None:
    many = Exact("numeric", value=(16_777_216.0,))
    assert grade_exact(many, "16,777,216").correct is True
    assert grade_exact(many, "16,777,217").correct is False
    assert "16777216" in grade_exact(many, "16,777").says


@pytest.mark.parametrize(
    ("question", "text", "says"),
    [
        (DESIGN, "(n, m)", "transposed"),
        (DESIGN, "n by m", "transposed"),
        (DESIGN, r"\mathbb R^{n\times m}", "transposed"),
        (WEIGHTS, "1 x n", "transposed"),
        (DESIGN, "m", "one axis"),
        (DESIGN, "(m, n, 1)", "3 axes"),
        (WEIGHTS, "m", "another shape"),
        (WEIGHTS, "n + 1", "another shape"),
    ],
)
def test_wrong_shapes_are_explained(question: Question, text: str, says: str) -> None:
    graded = grade(question, text)
    assert graded.correct is False
    assert says in graded.says


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("it is a matrix", "cannot find a shape"),
        ("m x n, not n x m", "2 shapes"),
        ("n x n x n x n x n x n x n", "6 axes"),
    ],
)
def test_unclear_shapes_are_refused(text: str, says: str) -> None:
    with pytest.raises(AnswerRefused, match=says):
        grade(DESIGN, text)


def test_a_shape_within_a_sentence_gets_advice_on_the_points_too() -> None:
    graded = grade(WEIGHTS, "The vector of the weights, one for each feature: n x 1.")
    assert (graded.correct, [mark.state for mark in graded.points]) == (True, ["present", "present"])
    assert grade(WEIGHTS, "n x 1").points == ()


# ---------------------------------------------------------------- choices and formulas

ONE_OF = Exact("choice", options=("the first", "the $second$", "neither"), correct=(1,))
TWO_OF = Exact("choice", options=("a", "b", "c", "d"), correct=(0, 1))


@pytest.mark.parametrize(
    ("exact", "text", "correct", "says"),
    [
        (ONE_OF, "the $second$", True, "Right"),
        (ONE_OF, "  the   $second$ \n", True, "Right"),
        (ONE_OF, "the first", False, "The answer is: the $second$"),
        (ONE_OF, "the first\nthe $second$", False, "Not right"),
        (TWO_OF, "b\na", True, "Right"),
        (TWO_OF, "a\na\nb", True, "Right"),
        (TWO_OF, "a", False, "1 missing"),
        (TWO_OF, "a\nb\nc", False, "1 of your choices not right"),
        (TWO_OF, "c\nd", False, "Not right"),
    ],
)
def test_choices(exact: Exact, text: str, correct: bool, says: str) -> None:
    graded = grade_exact(exact, text)
    assert graded.correct is correct
    assert says in graded.says


def test_a_choice_that_is_no_option_is_refused() -> None:
    with pytest.raises(AnswerRefused, match="“third” is none of the options: a; b"):
        grade_exact(TWO_OF, "a\nthird")


RIDGE = Exact("symbolic", expression="b/(a + l)", names=("a", "b", "l"))
SLOPE = Exact(
    "symbolic", expression="exp(-x)/(1+exp(-x))**2", names=("x",), accepts=("s*(1-s) with s = 1/(1+exp(-x))",)
)
THRESHOLD = Exact("symbolic", expression="b - t", names=("b", "t"), accepts=("max(b - t, 0)",))
VECTOR = Exact("symbolic", expression="(a, b)", names=("a", "b"))
COUNT = ALL_POINTS.exact or FIVE


@pytest.mark.parametrize(
    ("exact", "text", "correct"),
    [
        (RIDGE, "b/(a+l)", True),
        (RIDGE, "w = b/(l + a)", True),
        (RIDGE, r"\hat w = \frac{b}{a+l}", True),
        (RIDGE, "b/a + l", False),
        (RIDGE, "b/(a+l).", True),
        (RIDGE, "(b, a)", False),
        (COUNT, "n", True),
        (COUNT, "k=n", True),
        (COUNT, "n = k", True),
        (COUNT, "k = 1", False),
        (COUNT, "1", False),
        (SLOPE, "s*(1-s) with s=1/(1+exp(-x))", True),
        (SLOPE, "sigma(x)*(1-sigma(x))", True),
        (SLOPE, "sigma(x)", False),
        (SLOPE, "1/(1+exp(-x))", False),
        (THRESHOLD, "b-t", True),
        (THRESHOLD, "max(0, b-t)", True),
        (THRESHOLD, "max(b, t)", False),
        (VECTOR, "(a, b)", True),
        (VECTOR, "a, b", True),
        (VECTOR, "(b, a)", False),
        (VECTOR, "a", False),
    ],
)
def test_formulas(exact: Exact, text: str, correct: bool) -> None:
    assert grade_exact(exact, text).correct is correct


def test_a_wrong_formula_comes_with_a_counterexample() -> None:
    says = grade_exact(RIDGE, "b/a").says
    assert re.search(r"for a = [\d.]+, b = [\d.]+, l = [\d.]+ yours gives [\d.]+, the right one [\d.]+", says)


def test_an_undecided_formula_is_neither_right_nor_wrong() -> None:
    with mock.patch.object(maths, "compare", return_value=maths.Undecided("They agree at every point tried.")):
        graded = grade_exact(RIDGE, "b/(a+l)")
    assert graded.correct is None
    assert "agree" in graded.says


@pytest.mark.parametrize("text", ["a = b", "j = n", "k = n = 1", "= n", "2a = b"])
def test_a_label_that_is_not_the_asked_one_is_refused(text: str) -> None:
    with pytest.raises(AnswerRefused):
        grade_exact(replace(COUNT, names=("n", "a", "b")), text)


# ---------------------------------------------------------------- hostile text

HOSTILE = [
    "**bold** _x_ # head",
    "[link](javascript:alert(1)) ![](x)",
    "<script>alert(1)</script>",
    "<b>sum</b> & <i>",
    "&lt;",
    r"$\href{javascript:alert(1)}{x}$",
    r"$$\frac{1}{",
    r"\def\x{\x\x}\x",
    "a\x00b",
    "\x00",
    "\ud800",
    "sum \udfff",
    "x" * 1_000_000,
    "(" * 10_000 + "n" + ")" * 10_000,
    "[" * 10_000 + "n",
    "__import__('os').system('ls')",
    "9**9**9",
    "n" * 20_000,
    "n x " * 5_000,
    "(n," * 6_666,
    "R^" * 10_000,
    "not " * 5_000,
    "lasso zero " * 1_800,
    "λ" * 20_000,
    "sum. " * 4_000,
    "1," * 10_000,
    "1 " * 10_000,
    "k=" * 10_000,
    "🙂" * 500 + "n",
    "\u202eevil\u202c",
    "n\r\nm",
    "'; DROP TABLE x",
    "=1+1",
    "@SUM(A1)",
    "{{7*7}}",
    "${7*7}",
    "%s%n",
    "NaN",
    "Infinity",
    "-0",
    "1e309",
    "ﬁ ½ ⅷ ² ℝ ﷽",
    "e\u0301" * 5_000,
]
WORDS = [*"()=,.nmx15$\\{λ", "sum", "square", "residual", "is", "not", "the", "of", "zero", "and", "R^"]
CHECKS = [SSE, WEIGHTS, ALL_POINTS, replace(SSE, check="self")] + [
    replace(ALL_POINTS, check=exact.check, exact=exact) for exact in (FIVE, BOTH, IN_CM, TWO_OF, VECTOR)
]


@pytest.mark.slow
@pytest.mark.parametrize("question", CHECKS, ids=lambda q: f"{q.check}-{q.id}")
@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:16]))
def test_hostile_text_is_graded_or_refused(question: Question, text: str) -> None:
    _grade_or_refuse(question, text)


@settings(deadline=None)
@given(st.sampled_from(CHECKS), st.text(max_size=200))
def test_any_text_is_graded_or_refused(question: Question, text: str) -> None:
    _grade_or_refuse(question, text)


@settings(deadline=None)
@given(
    st.sampled_from(CHECKS),
    st.lists(st.sampled_from(WORDS)),
)
def test_any_words_are_graded_or_refused(question: Question, words: list[str]) -> None:
    _grade_or_refuse(question, " ".join(words))


def _grade_or_refuse(question: Question, text: str) -> None:
    """Grade; nothing but AnswerRefused may come out, every span is a piece of the answer, every mark has its point."""
    try:
        graded = grade(question, text)
    except AnswerRefused as refused:
        said = str(refused)
    else:
        assert all(mark.span in text for mark in graded.points)
        assert [mark.point for mark in graded.points] in ([], list(range(len(question.points))))
        assert graded.correct is None or question.check not in ("keypoints", "self")
        return
    assert said
    assert not re.search("[\x00-\x08\ud800-\udfff]", said)
    assert len(said) < 600


def test_a_question_without_its_exact_part_is_an_authors_error() -> None:
    with pytest.raises(ValueError, match=r"4\.q4"):
        grade(replace(ALL_POINTS, exact=None), "n")
