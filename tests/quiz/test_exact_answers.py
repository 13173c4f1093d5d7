"""Numbers, formulas and shapes in the spellings that people, phones, calculators and PDF copies produce.

What is right is right in every one of them, what changes a value is read or refused with its reason, and the preview
says what the grader reads. In a table ↵ ends an answer; behind ¦ stands what is said of it.
"""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import AnswerRefused
from engine.quiz.bank import Exact, Question
from engine.quiz.drills import draw
from engine.quiz.drills import grade as grade_drill
from engine.quiz.formulas.typed import plain_signs, typed
from engine.quiz.grading import grade_exact, read_as
from engine.quiz.ladders.check import LADDERS, check
from tests.quiz.answer_set import bank


def numbers(*values: float, tolerance: float = 1e-6, unit: str = "") -> Exact:
    return Exact("numeric", value=values, tolerance=tolerance, unit=unit)


FIVE, MINUS, SMALL, STATES = numbers(5.0), numbers(-3.0), numbers(0.05), numbers(9900.0)
PAIRS, LARGE = numbers(16_777_216.0), numbers(1.2e20, tolerance=1e18)
SHARE, POINTS, PERCENT = numbers(0.8), numbers(55.0, unit="percentage points"), numbers(75.0, unit="%")
MEMORY, CHANCE, GROWTH = numbers(14.0, 3.5, unit="GB"), numbers(0.75, 1.0), numbers(18.0, 0.0)
MIXED, LENGTH, SEVENTH = numbers(2.5), numbers(5.0, unit="cm"), numbers(1 / 7, tolerance=0.001)
SLOPE = Exact(
    "symbolic", expression="exp(-x)/(1+exp(-x))**2", names=("x",), accepts=("s*(1-s) with s = 1/(1+exp(-x))",)
)
LASSO = Exact("symbolic", expression="b - t", names=("b", "t"), between=(("b", 1.0, 4.0), ("t", 0.0, 1.0)))
HALF = Exact("symbolic", expression="x/2", names=("x",))
COUNT = Exact("symbolic", expression="n", names=("n",), accepts=("k=n",))
GATES = Exact("symbolic", expression="f*c + j*k", names=("f", "j", "c", "k"))
MATRIX, BATCH = Exact("shape", accepts=("4 x 3", "(4, 3)")), Exact("shape", accepts=("(32, 3, 28, 28)",))
DESIGN, COLUMN = Exact("shape", accepts=("m x n",)), Exact("shape", accepts=("n", "n x 1"))


def rows(table: dict[Exact, str]) -> list[tuple[Exact, str]]:
    """Return every answer of a table with its check."""
    return [
        (exact, line.strip()) for exact, lines in table.items() for line in re.split("[↵\n]", lines) if line.strip()
    ]


def refused(exact: Exact, text: str) -> str:
    with pytest.raises(AnswerRefused) as error:
        grade_exact(exact, text)
    return str(error.value)


RIGHT = {
    FIVE: """
        5 . ↵ 5.0 ↵ 5,00 ↵ +5 ↵ + 5 ↵ plus 5 ↵ SSE = 5 ↵ SSE=0+1+4=5 ↵ SSE: 5 ↵ SSE 5 ↵ ≈ 5 ↵ ~5 ↵ = 5 ↵ 5 = SSE
        x := 5 ↵ x = y = 5 ↵ 2+3 ↵ 2 + 3 = 5 ↵ 10/2 = 5 ↵ 10 ÷ 2 ↵ 10∕2 ↵ √25 ↵ √(25) ↵ sqrt 25 ↵ \\sqrt{25}
        \\frac{10}2 ↵ \\frac51 ↵ 25^½ ↵ 25^0,5 ↵ 5·10⁰ ↵ 5×1 ↵ 5 x 1 ↵ 5X1 ↵ ５ ↵ ٥ ↵ 5️⃣ ↵ 𝟓 ↵ 5¹ ↵ ⁵⁄₁ ↵ “5”
        `5` ↵ **5** ↵ (5) ↵ [5] ↵ the answer is 5 ↵ The answer is: 5 ↵ about 5 ↵ approx. 5 ↵ I think it’s 5
        it's 5 ↵ exactly 5 ↵ maybe 5 ↵ 5 points ↵ 5 steps per episode ↵ 5 times ↵ 5x ↵ 5 (points) ↵ 5 (SSE)
        5 (=5) ↵ 5 (10/2) ↵ mean squared error = 5 ↵ mean squared error 5 ↵ sum of squares: 5 ↵ F1-score = 5
        k = 5 ↵ w_1 = 5 ↵ w₁ = 5 ↵ θ' = 5 ↵ w* = 5 ↵ ŵ = 5 ↵ \\hat w = 5 ↵ P(A|B) = 5 ↵ E[X] = 5 ↵ 𝔼[X] = 5
        V(A)=5 ↵ Q(s, a) = 5 ↵ ‖w‖ = 5 ↵ ∂L/∂w = 5 ↵ dL/dw = 5 ↵ log p = 5 ↵ log-odds = 5 ↵ 1/(1-γ) = 5
        TP/(TP+FP) = 5 ↵ -log(p) = 5 ↵ negative log-likelihood = 5 ↵ negative log-likelihood 5 ↵ |-5| ↵ log₂(32)
        log2(32) = 5 ↵ lg 100000 ↵ false positives = 5 ↵ 5 false positives ↵ \u200b5
    """,
    MINUS: """
        minus 3 ↵ negative 3 ↵ −3 ↵ –3 ↵ —3 ↵ ‐3 ↵ ‑3 ↵ －3 ↵ - 3 ↵ x = −3 ↵ the answer is minus 3 ↵ (−3) ↵ −6/2
    """,
    SMALL: """
        5E−2 ↵ 5e−2 ↵ 5e–2 ↵ 5 E −2 ↵ 5ᴇ-2 ↵ 5×10⁻² ↵ 5·10^−2 ↵ 5x10^-2 ↵ 5 % ↵ ５％ ↵ 5 percent ↵ 5 per cent ↵ 50‰
        0,05 ↵ ,05 ↵ 1/20 ↵ 1⁄20 ↵ ¹⁄₂₀ ↵ 0.05 = 5 % ↵ 0,05 (5 %) ↵ ٠٫٠٥
    """,
    STATES: """
        9900 ↵ 9,900 ↵ 9.900 ↵ 9 900 ↵ 9\u00a0900 ↵ 9\u2009900 ↵ 9\u202f900 ↵ 9'900 ↵ 9’900 ↵ 9_900 ↵ 9.900,0
        9,900.0 ↵ 9.9k ↵ 9,9 thousand ↵ 99 hundred ↵ 99 x 100 ↵ 100×99 = 9900 ↵ 9.9·10³ ↵ 9900 states
        9 900 possible states ↵ 0.0099 million
    """,
    PAIRS: """
        16 777 216 ↵ 16'777'216 ↵ 16,777,216 ↵ 16.777.216 ↵ 1,67,77,216 ↵ 4096 x 4096 ↵ 4096x4096 ↵ 4096² ↵ 2^24
        16.777216 million ↵ 4096·4096 = 16,777,216 pairs ↵ 16,777216 million
    """,
    LARGE: """
        1.2x10^20 ↵ 1.2×10^{20} ↵ 1.2·10²⁰ ↵ 1.2 E20 ↵ 1,2e20 ↵ 120 quintillion ↵ 120 billion billion
        6ND = 1.2e20 ↵ 1.2 x 10^20 FLOPs ↵ 6·10^9·2·10^10 = 1.2e20 operations
    """,
    SHARE: """
        ~0.8 ↵ 80 % ↵ 80% ↵ 4/5 ↵ 0,8 ↵ .8 ↵ 8/10 = 0.8 = 80 % ↵ TP/(TP+FP) = 8/10 = 0.8 ↵ 0.8 (4/5)
        precision: 80 percent
    """,
    POINTS: """
        55 ↵ 55 percentage points ↵ 55 pp ↵ 55 points ↵ 55 %-points ↵ 55 percent points
        96 - 41 = 55 ↵ 55 percentage point
    """,
    PERCENT: "75 ↵ 75 % ↵ 75 percent ↵ 75.0 per cent",
    MEMORY: """
        14, 3.5 ↵ 14 and 3.5 ↵ 14; 3,5 ↵ 14 GB and 3.5 GB ↵ 14 and 3.5 GB ↵ 14000 MB, 3500 MB
        14 gigabytes; 3.5 gigabytes ↵ 16 bits: 14, 4 bits: 3.5 ↵ 14e9 bytes, 3.5e9 bytes
    """,
    CHANCE: """
        0.75 (class 1) ↵ 0.75, class 1 ↵ p = 0.75; y = 1 ↵ 75 % and 1 ↵ a) 0.75, b) 1 ↵ 1: 0.75, 2: 1 ↵ (¾, 1)
    """,
    GROWTH: "mean 18, median 0 ↵ mean = 18; median = 0 ↵ 18 0 ↵ 18,0 ↵ (18; 0) ↵ mean by 18 and median by 0",
    MIXED: "2½ ↵ 2 ½ ↵ 2,5 ↵ 2.500 ↵ 5/2 ↵ 2 + ½ ↵ 2¹⁄₂",
    LENGTH: "5 cm ↵ 5 CM ↵ 5cm ↵ 50 mm ↵ 0.05 m ↵ 5 centimetres ↵ 5",
    SEVENTH: "1/7 ↵ 1/7 = 0.143 ↵ 1/7 ≈ 0.14 ↵ IoU = 1/7 = 0.1428 ↵ 0,143 ↵ 0.142 857 ↵ 14.3 %",
    SLOPE: """
        σ(x)[1−σ(x)] ↵ σ(x)(1 − σ(x)) ↵ σ'(x) = σ(x)(1−σ(x)) ↵ σ’(x)=σ(x)·(1−σ(x)) ↵ σ(x) − σ²(x) ↵ σ(x) - σ^2(x)
        dσ/dx = σ(x)(1-σ(x)) ↵ dσ(x)/dx = σ(x)(1-σ(x)) ↵ d/dx σ(x) = σ(x)(1-σ(x)) ↵ ∂σ/∂x = σ(x)⊙(1−σ(x))
        \\frac{d\\sigma}{dx} = \\sigma(x)(1-\\sigma(x)) ↵ sig(x)(1-sig(x)) ↵ e⁻ˣ/(1+e⁻ˣ)²
        \\frac{e^{-x}}{(1+e^{-x})^2} ↵ Exp(-x)/(1+Exp(-x))^2 ↵ 𝜎(𝑥)(1−𝜎(𝑥)) ↵ s*(1-s) with s = 1/(1+exp(-x))
        s(1-s) where s = σ(x) ↵ f'(x) = σ(x)(1-σ(x)) = e^-x/(1+e^-x)^2
    """,
    LASSO: """
        |b| - t ↵ sign(b)(|b|-t) ↵ sgn(b)·max(|b| − t, 0) ↵ w = b−t ↵ \\hat w = b - t ↵ \\left|b\\right|-t
        b - t = w
    """,
    HALF: "0,5x ↵ 0.5x ↵ ½x ↵ x·½ ↵ x/2 ↵ x÷2 ↵ 1/2 x ↵ x × 0,5 ↵ \\frac12x ↵ 5e−1*x ↵ 2⁻¹x ↵ 0,500x ↵ \\(x/2\\)",
    COUNT: "n ↵ k = n ↵ k=n ↵ n = k ↵ K = n ↵ k := n ↵ k == n ↵ N ↵ k = n = 2n/2",
    GATES: "fc + jk ↵ f⊙c + j⊙k ↵ f∘c + j∘k ↵ f·c + j·k ↵ c_t = f c + j k ↵ f*c+j*k",
    MATRIX: """
        4X3 ↵ 4 X 3 ↵ 4x3 ↵ 4x 3 ↵ 4-by-3 ↵ 4-x-3 ↵ 4 by 3 ↵ (4; 3) ↵ 4; 3 ↵ 4,3 ↵ [4, 3] ↵ 4 rows 3 cols
        4 rows, 3 columns ↵ 3 columns, 4 rows ↵ rows: 4, columns: 3 ↵ rows = 4 and cols = 3 ↵ four by three ↵ ℝ⁴ˣ³
        ℝ^{4×3} ↵ R^4x3 ↵ ４×３ ↵ ٤×٣ ↵ 4 ✕ 3 ↵ torch.Size([4, 3]) ↵ W = (4, 3)
        W has 4 rows, one for each unit, and 3 columns ↵ 2+2 x 3 ↵ There is no bias so it is 4 x 3
    """,
    BATCH: """
        32,3,28,28 ↵ (32,3,28,28) ↵ 32x3x28x28 ↵ 32 × 3 × 28 × 28 ↵ 32X3X28X28 ↵ 32; 3; 28; 28 ↵ x: 32, 3, 28, 28
    """,
    DESIGN: "m-by-n ↵ mXn ↵ m X n ↵ (m;n) ↵ m,n ↵ m rows n cols ↵ rows m, columns n ↵ ℝᵐˣⁿ ↵ M × N",
    COLUMN: "ℝⁿ ↵ n×1 ↵ n,1 ↵ nX1 ↵ (n,)",
}


@pytest.mark.parametrize(("exact", "text"), rows(RIGHT))
def test_right_in_every_spelling_and_the_preview_reads_it(exact: Exact, text: str) -> None:
    assert grade_exact(exact, text).correct is True
    assert read_as(exact, text)


WRONG = {
    FIVE: """
        minus 5 ¦ sign is wrong ↵ −5 ¦ sign is wrong ↵ sqrt 5 ¦ not right ↵ log 5 ¦ not right
        5 million ¦ a factor of 1e+06 ↵ 5k ¦ a factor of 1000 ↵ 5 thousand ¦ a factor of 1000 ↵ 5 dozen ¦ 60
        5 % ¦ a factor of 100 ↵ 5 percent ¦ a factor of 100 ↵ 4.5 ≈ 5 ¦ 4.5 is not right
        5'000 ¦ a factor of 1000 ↵ 5,001 ¦ 5001 is
    """,
    MINUS: "3 ¦ sign is wrong ↵ plus 3 ¦ sign is wrong",
    STATES: "9,901 ¦ close",
    SHARE: "80 ¦ a factor of 100 ↵ 0.8 % ¦ a factor of 100 ↵ 0.8 k ¦ a factor of 1000",
    POINTS: """
        55 % ¦ percentage points ↵ 55 percent ¦ yours is in % ↵ 0.55 ¦ a factor of 100
    """,
    PERCENT: "0.75 ¦ a factor of 100 ↵ 75 percentage points ¦ asked in % ↵ 75 pp ¦ asked in %",
    MEMORY: "14 MB, 3.5 MB ¦ asked in GB ↵ 14 bits, 3.5 bits ¦ asked in GB",
    LENGTH: "5 m ¦ asked in cm ↵ 5 cm² ¦ asked in cm ↵ 5 kg ¦ asked in cm",
    SEVENTH: "0.14 ¦ rounded too far",
    SLOPE: "0,25 ¦ Not equal ↵ σ²(x) ¦ Not equal ↵ |x| ¦ Not equal",
    HALF: "0,25x ¦ yours gives ↵ 0,5 ¦ Not equal",
    COUNT: "k = 1 ¦ Not equal",
    MATRIX: "3X4 ¦ transposed ↵ 3-by-4 ¦ transposed ↵ 3 rows 4 cols ¦ transposed ↵ 3,4 ¦ transposed",
    BATCH: "32,28,28,3 ¦ another order",
}


@pytest.mark.parametrize(("exact", "line"), rows(WRONG))
def test_wrong_whatever_is_left_aside(exact: Exact, line: str) -> None:
    text, _, says = line.partition(" ¦ ")
    graded = grade_exact(exact, text)
    assert graded.correct is False
    assert says in graded.says
    assert read_as(exact, text)


REFUSED = {
    FIVE: """
        half of 5 ¦ “half” changes ↵ the square of 5 ¦ as in 3^2 ↵ 0.(5) ¦ as a fraction ↵ x times 2 = 5 ¦ solve for ↵
        x plus 1 = 5 ¦ solve for ↵ 5 per thousand ¦ “thousand” ↵ 5 tens ¦ “tens” ↵ more than 5 ¦ “more” changes
        at least 5 ¦ “least” changes
        no idea maybe 5 ¦ “no” changes ↵ it can’t be 5 ¦ “can't” changes ↵ not 5 ¦ “not” changes
        twice 5 ¦ as in 3*5 ↵ square root of 25 ¦ as in sqrt(5) ↵ 5 squared ¦ as in 3^2 ↵ 5 halves ¦ as in 1/2
        5 or 6 ¦ alone ↵ 5 or so ¦ “or” changes ↵ foo 5 ¦ “foo” ↵ 5 foos ¦ “foos” ↵ five 5 ¦ “five”
        x != 5 ¦ != is no equals sign ↵ x ≠ 5 ¦ ≠ is no equals sign ↵ x < 5 ¦ < is no ↵ ≥ 5 ¦ ≥ is no
        4 → 5 ¦ → is no ↵ 5 ± 1 ¦ two numbers ↵ 5 +/- 1 ¦ two numbers ↵ 4 = 5 ¦ 4 and 5 are equal
        3+1=5 ¦ 4 and 5 are equal ↵ 4 points = 5 ¦ 4 and 5 are equal ↵ log2(4) = 5 ¦ 2 and 5 are equal
        five = 5 ¦ cannot read “five” ↵ 2:5 ¦ a ratio ↵ 1 : 5 ¦ a ratio ↵ 5 thousand: 5 ¦ a ratio
        -x = 5 ¦ solve for ↵ 2x = 5 ¦ solve for ↵ 1/x = 5 ¦ solve for ↵ x^2 = 5 ¦ solve for
        1 - p = 5 ¦ solve for ↵ sqrt(x) = 5 ¦ solve for ↵ not x = 5 ¦ “not” stands before
        half of x = 5 ¦ “half” stands before ↵ minus x = 5 ¦ solve for ↵ 5 = ¦ nothing stands behind
        x = ¦ nothing stands behind ↵ 5 5/1 ¦ Write 3 + 1/2 ↵ mean - 5 ¦ Is the dash ↵ minus -5 ¦ two signs
        --5 ¦ two signs ↵ 5 times 2 ¦ “2” ↵ 1 in 5 ¦ “5” ↵ 5! ¦ factorial ↵ 5? ¦ ? ↵ 5 m ¦ a unit or a size
        5 B ¦ a unit or a size ↵ 5 G ¦ “G” ↵ 5 mega ¦ in full
        5 percentage points ¦ No percentage points are asked ↵ 5 (6) ¦ For a product write * ↵ 5 (not 6) ¦ “6”
        0·5 ¦ as a product ↵ 5.10^2 ¦ Is 5.10 ↵ 5 e-2 ¦ two ways ↵ 5,000 ¦ as 5000 or as 5
        5 and 6 ¦ I can read 2 ↵ 5 cm² ¦ “^” ↵ 5, not 6 ¦ I can read 2 ↵ 5/0 ¦ division by zero
        5 = SSE = 6 ¦ 5 and 6 are equal ↵ 2.5½ ¦ sign ½
    """,
    numbers(16.0): "16,000 ¦ as 16000 or as 16",
    numbers(1 / 3): "1:3 ¦ a ratio ↵ one third ¦ cannot read",
    SEVENTH: "1/7 = 0.15 ¦ are equal",
    MEMORY: "14/3.5 ¦ 2 numbers are asked; I can read 1",
    SLOPE: """
        σ(x) = σ(x)(1-σ(x)) ¦ two sides ↵ sin²(x) ¦ brackets ↵ |x ¦ never closed ↵ x ≠ 1 ¦ a comparison
        ≈ x ¦ about sign
    """,
    HALF: "1,000x ¦ 1000 or as 1.000 ↵ 1/2x ¦ two ways ↵ x = ¦ missing beside",
    COUNT: "j = n ¦ cannot stand ↵ = n ¦ missing beside ↵ k = n = 1 ¦ two sides",
    MATRIX: """
        it isn't 4x3 ¦ is not ↵ it isn’t 4×3 ¦ is not ↵ not (4, 3) ¦ is not ↵ it is never 4 x 3 ¦ is not
        transpose of 3x4 ¦ is not ↵ instead of 3 x 4 ¦ is not ↵ 4x3, not 3x4 ¦ 2 shapes
        4 x 3 or 3 x 4 ¦ 2 shapes ↵ 4.0 x 3 ¦ cannot find ↵ 4 3 ¦ cannot find
    """,
}


@pytest.mark.parametrize(("exact", "line"), rows(REFUSED))
def test_what_cannot_be_known_is_refused_with_what_to_change(exact: Exact, line: str) -> None:
    text, _, says = line.partition(" ¦ ")
    assert says in refused(exact, text)


# ---------------------------------------------------------------- what is told


@pytest.mark.parametrize(
    ("exact", "text", "warns"),
    [
        (STATES, "9.900", "“9.900” can be read in two ways; it was read as 9900."),
        (STATES, "9,900", "“9,900” can be read in two ways; it was read as 9900."),
        (numbers(2.594), "2,594", "“2,594” can be read in two ways; it was read as 2.594."),
        (numbers(7.0), "2,594", "“2,594” can be read in two ways; it was read as 2594."),
        (LENGTH, "50 mm", "The answer is asked in cm; yours is in mm."),
        (FIVE, "5 times as much", "This answer has no unit; times as much is left aside."),
    ],
)
def test_two_readings_and_what_is_left_aside_are_told(exact: Exact, text: str, warns: str) -> None:
    assert grade_exact(exact, text).warnings == (warns,)


@pytest.mark.parametrize(("exact", "text"), [(numbers(2.594), "2.594"), (POINTS, "55"), (FIVE, "5 exactly")])
def test_nothing_is_told_where_nothing_is_in_doubt(exact: Exact, text: str) -> None:
    assert grade_exact(exact, text).warnings == ()


@pytest.mark.parametrize(
    ("exact", "text", "read"),
    [
        (FIVE, "SSE = 0 + 1 + 4", "5"),
        (FIVE, "minus ½", "-0.5"),
        (FIVE, "5 %", "0.05 (5 %)"),
        (STATES, "9,900", "9900 or 9.9"),
        (STATES, "9.900", "9.9 or 9900"),
        (LENGTH, "0.05 m", "5 cm"),
        (MEMORY, "14 and 3,5", "14; 3.5"),
        (MATRIX, "4X3", "(4, 3)"),
        (COLUMN, "n entries", "(n,)"),
        (HALF, "0,5x", r"0.5\,x"),
        (COUNT, "k = n", "n"),
    ],
)
def test_the_preview_says_how_an_answer_is_read(exact: Exact, text: str, read: str) -> None:
    assert read_as(exact, text) == read


def test_a_choice_needs_no_preview() -> None:
    assert read_as(Exact("choice", options=("a", "b"), correct=(0,)), "a") == ""


@settings(deadline=None, max_examples=300)
@given(
    st.sampled_from([FIVE, MEMORY, POINTS, SLOPE, COUNT, MATRIX]),
    st.lists(st.sampled_from([*"0123456789.,;:=+-*/()[]|x n%½²−", "minus", "half", " of ", "SSE", "k = ", "4x3"])),
)
def test_whatever_the_grader_reads_the_preview_reads_too(exact: Exact, pieces: list[str]) -> None:
    text = "".join(pieces)
    try:
        grade_exact(exact, text)
    except AnswerRefused:
        return
    assert read_as(exact, text)


# ---------------------------------------------------------------- where it is asked


@pytest.fixture(scope="module")
def questions() -> dict[str, Question]:
    return bank()


def test_every_exact_answer_of_the_bank_is_right_as_it_is_written(questions: dict[str, Question]) -> None:
    for question in questions.values():
        exact = question.exact
        if exact is None or exact.check == "choice":
            continue
        written = [exact.expression, *exact.accepts] if exact.check != "numeric" else []
        for sign in ("; ", ", ", " and ", "\n") if exact.check == "numeric" else ():
            written += [sign.join(f"{value:.12g}" for value in exact.value)]
            written += [sign.join(f"x = {value:.12g}".replace("-", "−") for value in exact.value)]
        for text in filter(None, written):
            assert grade_exact(exact, text).correct is True, f"{question.id}: {text}"


def test_percentage_points_are_asked_as_such(questions: dict[str, Question]) -> None:
    exact = questions["interpretability.x1"].exact
    assert exact is not None
    assert [grade_exact(exact, text).correct for text in ("55", "55 pp", "55 %", "0.55")] == [True, True, False, False]
    drill = draw("ablation_drop", 1)
    both = [f"{value:g}" for value in drill.exact.value]
    assert grade_drill(drill, " percentage points; ".join(both)).correct is True
    assert grade_drill(drill, " %; ".join([*both, ""])[:-2]).correct is False


@pytest.mark.parametrize(("name", "line"), [("ridge", "−2X’(y − Xw) + 2λw"), ("ridge", "X′Xw + λw = X’y")])
def test_a_ladder_reads_what_a_phone_types(name: str, line: str) -> None:
    assert check(LADDERS[name], [line]).rungs[0].state == "holds"


def test_a_ladder_reads_a_function_with_a_capital() -> None:
    small, capital = (check(LADDERS["sigmoid"], [text]).rungs[0] for text in ("exp(-x)", "Exp(−x)"))
    assert (capital.state, capital.latex) == (small.state, small.latex)
    assert capital.latex


# ---------------------------------------------------------------- plain signs


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("−–—‐‑‒﹣－", "--------"),
        ("·⋅∙×✕⊙∗＊", "********"),
        ("÷∕⁄／", "////"),
        ("’‘′´＇", "'''''"),
        ("≃∼～~", "≈≈≈≈"),
        ("１２３", "123"),
        ("٣٫٥", "3.5"),
        ("a\u00a0b\u2009c\u202fd\u3000e", "a b c d e"),
        ("1\u200b2\u2060\ufeff3", "123"),
        ("x²y⁻¹", "x^(2)y^(-1)"),
        ("x₁", "x_1"),
        ("½", "(1/2)"),
        ("−2½", "-(2+1/2)"),
        ("³⁄₄", "(3/4)"),
        ("𝑥ϕℯ", "xφe"),
        ("（a，b）＝5％", "(a,b)=5%"),
        ("2\u20623", "2*3"),
        ("\u00ad5", "\u00ad5"),
        ("\u202e5", "\u202e5"),
        ("Xᵀ", "Xᵀ"),
        ("\ud800", "\ud800"),
    ],
)
def test_signs_become_plain_once(text: str, plain: str) -> None:
    assert plain_signs(text) == plain
    assert plain_signs(plain) == plain


@given(st.text())
def test_every_plain_sign_has_its_place(text: str) -> None:
    plain, places = typed(text)
    assert len(plain) == len(places)
    assert places == sorted(places)
    assert all(0 <= place < len(text) for place in places)
