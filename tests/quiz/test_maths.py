"""engine/quiz/formulas/maths.py: what is read, what is refused, and what comes out as equal."""

import itertools
import math
import subprocess
import sys
from fractions import Fraction
from unittest import mock

import pytest
from hypothesis import example, given, reject, settings
from hypothesis import strategies as st

from engine.errors import AnswerRefused
from engine.quiz.formulas import maths, prover
from engine.quiz.formulas.formula import Node, evaluate, in_order
from engine.quiz.formulas.maths import Different, Equal, Undecided, compare, parse, to_latex, value

NAMES = ("a", "b", "l", "x", "p", "T", "f", "c", "j", "k", "d_k", "lambda")

HOSTILE = [
    "",
    "   ",
    "()",
    "**bold** <b>x</b>",
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    r"\input{/etc/x}",
    r"$$\frac{1}{$$",
    "\x00",
    "x\x00",
    "\ud800",
    "x\udfffy",
    "x" * 1_000_000,
    "__import__('os')",
    "9**9**9",
    "9^9^9^9",
    "(" * 10_000 + "x" + ")" * 10_000,
    "[" * 200,
    "-" * 499,
    "+".join("x" * 249),
    "**".join("9" * 160),
    "x" + "²" * 400,
    "().__class__.__bases__[0]",
    "x.real",
    "x[0]",
    "lambda: x",
    "lambda x: x",
    "x if a else b",
    "[x for x in (a, b)]",
    "{x: a}",
    "'x'",
    '"x"',
    "f'{x}'",
    "x := 3",
    "x; a",
    "x = a",
    "x == a",
    "x < a",
    "not x",
    "x and a",
    "x or a",
    "await x",
    "yield x",
    "print(x)",
    "eval('1')",
    "exec(x)",
    "getattr(x, a)",
    "sqrt(*x)",
    "sqrt(**x)",
    "(*x, a)",
    "sqrt(x=a)",
    "x // a",
    "x % a",
    "x @ a",
    "~x",
    "x!",
    "x & a",
    "1_000",
    "0x10",
    "1j",
    "1e999",
    "9" * 400,
    "007",
    "１２",
    "٣",
    "x ** 1000",
    "2 ** 10 ** 10",
    "exp(exp(exp(9)))",
    "1/0",
    "0**-1",
    "log(0)",
    "sqrt(-1)",
    "x" * 500,
    "ⅷ",
    "🙂",
    "\u202ex",
    "x\ny",
    "#",
    "\\",
    "\\frac",
    "\\frac{1}",
    "\\frac12",
    "^2",
    "x^",
    "*x",
    "x*",
    ",",
    "x,,a",
    "max()",
    "exp",
    "exp()",
    "exp(x, a)",
    "log 2 x",
    "sin^2(x)",
    "…",
    "e" * 500,
    "π" * 300,
    "^" * 500,
    "-x" * 250,
]


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("2x", "2*x"),
        ("2(x+1)", "2*(x + 1)"),
        ("(x+1)(x-1)", "(x+1)*(x-1)"),
        ("x(1-x)", "x*(1-x)"),
        ("fc + jk", "f*c + j*k"),
        ("f c + j k", "f*c + j*k"),
        ("-Tlog(p)", "-T*log(p)"),
        ("-T log p", "-T*log(p)"),
        ("T ln p", "T*log(p)"),
        ("e^-x", "e**(-x)"),
        ("e^(-2x)", "e**(-2*x)"),
        ("e^{-x}", "e**(-x)"),
        ("x²", "x**2"),
        ("x⁻¹", "x**(-1)"),
        ("x²a", "x**2*a"),
        ("x^2 a", "x**2*a"),
        ("a·b × x − 1", "a*b*x - 1"),
        ("a ÷ b", "a/b"),
        ("λ/2", "lambda/2"),
        (r"\lambda / 2", "lambda/2"),
        (r"\frac{b}{a+l}", "b/(a+l)"),
        (r"$\frac{\frac{a}{b}}{x}c$", "((a/b)/x)*c"),
        (r"a \cdot \left(b + x\right)", "a*(b+x)"),
        ("√x", "sqrt(x)"),
        ("√(x+1)", "sqrt(x+1)"),
        ("σ(x)(1−σ(x))", "sigmoid(x)*(1-sigma(x))"),
        ("d_k", "d_k"),
        ("dk", "d_k"),
        ("B/(A+L)", "b/(a+l)"),
        ("[a, b]", "(a, b)"),
        ("a, b", "(a, b)"),
        (".5x", "0.5*x"),
        ("5.", "5."),
        ("2e3", "2e3"),
        ("2π", "2*pi"),
        ("((((a))))", "a"),
        ("+-x", "-x"),
        ("-x^2", "-(x^2)"),
        ("2^3^2", "2^(3^2)"),
        ("1/2 x", "(1/2)*x"),
        ("max(a, b, x)", "max(a,b,x)"),
    ],
)
def test_spellings(text: str, same: str) -> None:
    read, expected = parse(text, NAMES), parse(same, NAMES)
    assert read.vector == expected.vector
    assert _numbers(read) == pytest.approx(_numbers(expected))


def _numbers(expression: maths.Expression) -> list[float]:
    at = {name: 0.3 + 0.17 * index for index, name in enumerate(NAMES)}
    return [evaluate(entry, at)[0] for entry in expression.entries]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("__import__('os')", "Character 1: __import__"),
        ("x + eval(x)", "Character 5: eval"),
        ("9**9**9", "387,420,489"),
        ("x.real", "Character 2: a dot"),
        ("x[0]", "Character 2: a subscript"),
        ("lambda: x", "Character 7: a colon"),
        ("'x'", "Character 1: text in quotes"),
        ("x = 3", "Character 3: an equals sign"),
        ("y + 1", "the names are a, b"),
        ("1/2x", "two ways"),
        ("1/(a)b", "two ways"),
        ("e^-2x", "two ways"),
        ("log 2x", "brackets"),
        ("sin^2(x)", "brackets"),
        ("2 3", "operator is missing"),
        ("x +", "ends with +"),
        ("(x", "never closed"),
        ("x)", "closes nothing"),
        ("(x]", "closes nothing"),
        ("max(a)", "two or more arguments, 1 given"),
        ("sqrt(a, b)", "one argument, 2 given"),
        ("a, (b, c)", "vector"),
        ("()", "nothing between"),
        ("x" * 501, "501 characters"),
        ("(" * 100 + "x" + ")" * 100, "nested"),
        ("+".join(["x"] * 120), "too large"),
        ("\x00", "U+0000"),
        ("a\ud800", "Character 2: the sign U+D800"),
        ("x**0.5**-9", "exponent"),
        ("2**(1/0)", "exponent"),
        ("1e500", "too large"),
        ("|x", "abs(x)"),
        (r"\frac{a}b", "fraction"),
    ],
)
def test_refusals_name_what_was_found(text: str, says: str) -> None:
    with pytest.raises(AnswerRefused) as refused:
        parse(text, NAMES)
    assert says in str(refused.value)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:20]))
def test_hostile_text_is_read_or_refused(text: str) -> None:
    _read_fully(text)


@settings(deadline=None)
@given(st.text(max_size=80))
@example("9**9**9")
def test_any_text_is_read_or_refused(text: str) -> None:
    _read_fully(text)


@settings(deadline=None)
@given(st.lists(st.sampled_from([*"xab0123456789.+-*/^()[]{},e ²−·√σ'\"=\\$", "log", "**", r"\frac"]), max_size=40))
def test_any_formula_like_text_is_read_or_refused(pieces: list[str]) -> None:
    _read_fully("".join(pieces))


def _read_fully(text: str) -> None:
    """Read, show and compute: nothing but AnswerRefused may come out."""
    try:
        expression = parse(text, NAMES)
        with mock.patch.object(maths, "_ask_sympy", return_value=Undecided("not asked")):
            compare(expression, parse("a", NAMES), NAMES)
        to_latex(expression)
        value(expression)
    except AnswerRefused as refused:
        said = str(refused)
    else:
        return
    assert said.endswith((".", ")", "here."))


def test_a_name_of_the_question_comes_before_functions_and_constants() -> None:
    assert parse("e(x)", ("e", "x")).entries == parse("e*x", ("e", "x")).entries
    assert parse("sigma", ("sigma",)).entries[0].kind == "name"


# ---------------------------------------------------------------- computing


@settings(deadline=None)
@given(
    st.recursive(
        st.integers(0, 99).map(str) | st.decimals(0, 9, places=2).map(str),
        lambda inner: st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        max_leaves=12,
    )
)
def test_the_error_bound_holds_against_exact_fractions(text: str) -> None:
    entry = parse(text, ()).entries[0]
    try:
        exact = _exact(entry)
        number, error = evaluate(entry, {})
    except (ZeroDivisionError, OverflowError):
        return
    assert abs(Fraction(number) - exact) <= Fraction(error) * Fraction(101, 100)


def _exact(node: Node) -> Fraction:
    if node.kind == "number":
        return Fraction(node.value)
    left, right = (_exact(part) for part in node.parts)
    return {"+": left + right, "-": left - right, "*": left * right}[node.kind] if node.kind != "/" else left / right


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2*10^3", 2000),
        ("e", math.e),
        ("sqrt(2)", math.sqrt(2)),
        ("ln 3", math.log(3)),
        ("sigma(0)", 0.5),
        ("abs(-2)", 2),
        ("max(1, 3, 2)", 3),
        ("min(1, 3)", 1),
        ("tanh(1)", math.tanh(1)),
        ("sin(pi/2)", 1),
        ("cos(0)", 1),
        ("exp(1)", math.e),
        ("-2^2", -4),
        ("2^-1", 0.5),
        ("sigma(-800)", 0),
    ],
)
def test_values(text: str, number: float) -> None:
    assert value(parse(text, ()))[0] == pytest.approx(number)


@pytest.mark.parametrize("text", ["1/0", "log(0)", "sqrt(-1)", "(-8)^(1/3)", "exp(9999)", "0^-1"])
def test_what_cannot_be_computed_is_refused(text: str) -> None:
    with pytest.raises(AnswerRefused, match="computed"):
        value(parse(text, ()))


# ---------------------------------------------------------------- comparing


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("b/(a+l)", "b(l+a)^-1"),
        ("sigma(x)*(1-sigma(x))", "exp(-x)/(1+exp(-x))**2"),
        ("-T log p", "T log(1/p)"),
        ("(x+1)^2", "x^2 + 2x + 1"),
        ("sqrt(x^2)", "abs(x)"),
        ("tanh(x)", "2*sigma(2x) - 1"),
        ("(a, x^2 - 1)", "(a, (x-1)(x+1))"),
    ],
)
def test_sympy_shows_what_points_alone_cannot(left: str, right: str) -> None:
    assert compare(parse(left, NAMES), parse(right, NAMES), NAMES) == Equal()


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("b/(a+l)", "b/(l+a)"),
        ("r+g*p-q", "g p + r - q"),
        ("b - t", "-t + b"),
        ("a*b/x", "b*(a/x)"),
        ("2x", "x + x"),
        ("exp(-x)", "e^-x"),
        ("0.5x", "x/2"),
        ("-(a-b)", "b-a"),
        ("max(a, b)", "max(b, a)"),
        ("sqrt(x)", "x^(1/2)"),
    ],
)
def test_another_order_needs_no_sympy_or_is_shown_by_it(left: str, right: str) -> None:
    names = ("a", "b", "x", "l", "t", "r", "g", "p", "q")
    assert compare(parse(left, names), parse(right, names), names) == Equal()


def test_formulas_in_the_same_order_are_worth_the_same() -> None:
    leaves = ["a", "b", "2", "3"]
    once = [f"({x}{o}{y})" for x, o, y in itertools.product(leaves, ["+", "-", "*", "/", "^"], leaves)]
    twice = [f"{x}{o}{y}" for x, o, y in itertools.product(once, ["+", "-", "*", "/", "^"], leaves)]
    twice += [f"{y}{o}(-{x})" for x, o, y in itertools.product(once, ["+", "-", "*", "/"], leaves)]
    worth: dict[str, tuple[str, float]] = {}
    for text in [*once, *twice]:
        node = parse(text, NAMES).entries[0]
        try:
            number = evaluate(node, {"a": 1.3, "b": 0.7})[0]
        except (ValueError, ZeroDivisionError):
            continue  # a root of a negative number, 1/(a - a)
        first, expected = worth.setdefault(repr(in_order(node)), (text, number))
        assert number == pytest.approx(expected, rel=1e-12), f"{first} and {text}"
    assert 1000 < len(worth) < 0.8 * len(once + twice)


def test_another_order_alone_starts_no_process() -> None:
    with mock.patch.object(prover, "ask", side_effect=AssertionError("a process was started")):
        assert compare(parse("b/(a+l)", NAMES), parse("b/(l+a)", NAMES), NAMES) == Equal()


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("a - b", "b - a"),
        ("x", "abs(x)"),
        ("sqrt(x^2)", "x"),
        ("b/a + l", "b/(a+l)"),
        ("x^2", "2x"),
        ("1", "2"),
        ("log(x)", "log(x) + 1e-6"),
        ("(a, b)", "(b, a)"),
        ("x^0", "x"),
        ("(x^2-1)/(x-1)", "x - 1"),
        ("0*x", "1e-30"),
    ],
)
def test_a_difference_comes_with_a_counterexample_and_no_process(left: str, right: str) -> None:
    a, b = parse(left, NAMES), parse(right, NAMES)
    with mock.patch.object(prover, "ask", side_effect=AssertionError("a process was started")):
        found = compare(a, b, NAMES)
    assert isinstance(found, Different)
    entry = max(found.entry - 1, 0)
    mine, theirs = (evaluate(e.entries[entry], found.at)[0] for e in (a, b))
    assert (mine, theirs) == (found.left, found.right)
    assert mine != theirs


def test_rounding_is_no_difference() -> None:
    outcome = compare(parse("(1e16 + x) - 1e16", NAMES), parse("x", NAMES), NAMES)
    assert outcome == Equal()


def test_a_rounded_number_is_undecided() -> None:
    outcome = compare(parse("0.333333333333", NAMES), parse("1/3", NAMES), NAMES)
    assert isinstance(outcome, Undecided)
    assert "agree" in outcome.why


def test_formulas_that_are_defined_nowhere_are_undecided() -> None:
    outcome = compare(parse("log(-1 - x^2)", NAMES), parse("x", NAMES), NAMES)
    assert isinstance(outcome, Undecided)
    assert "any point" in outcome.why


def test_another_number_of_entries_is_refused() -> None:
    with pytest.raises(AnswerRefused, match="2 entries; yours has one value"):
        compare(parse("a", NAMES), parse("(a, b)", NAMES), NAMES)


def test_a_process_that_takes_too_long_is_ended() -> None:
    with mock.patch.object(maths, "SECONDS", 0.01):
        outcome = compare(parse("(x+1)^2", NAMES), parse("x^2+2x+1", NAMES), NAMES)
    assert isinstance(outcome, Undecided)
    assert "0.01 s" in outcome.why


def test_a_process_that_needs_too_much_memory_decides_nothing() -> None:
    pytest.importorskip("resource", reason="only Unix can hold a process to a size")
    with mock.patch.object(maths, "MEMORY", 1 << 22):
        outcome = compare(parse("(x+1)^2", NAMES), parse("x^2+2x+1", NAMES), NAMES)
    assert isinstance(outcome, Undecided)


def test_a_process_that_cannot_start_decides_nothing() -> None:
    with mock.patch.object(prover, "ask", side_effect=OSError("no more processes")):
        outcome = compare(parse("(x+1)^2", NAMES), parse("x^2+2x+1", NAMES), NAMES)
    assert isinstance(outcome, Undecided)
    assert "no more processes" in outcome.why


def test_a_process_waits_where_a_formula_is_typed_and_answers_one_question() -> None:
    prover.end()
    prover.ready()
    [waits] = prover._waiting
    prover.ready()
    assert prover._waiting == [waits]  # one is enough
    assert compare(parse("(x+1)^2", NAMES), parse("x^2+2x+1", NAMES), NAMES) == Equal()
    assert prover._waiting == []
    assert waits.returncode == 0


def test_a_process_that_died_while_it_waited_is_replaced() -> None:
    prover.end()
    for renewed in (True, False):
        prover.ready()
        [waits] = prover._waiting
        waits.kill()
        waits.wait()
        if renewed:
            prover.ready()
        assert compare(parse("(x+1)^2", NAMES), parse("x^2+2x+1", NAMES), NAMES) == Equal()


def test_sympy_stays_out_of_this_process() -> None:
    code = "import sys, engine.quiz.grading; sys.exit('sympy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# ---------------------------------------------------------------- rewriting

FORMULAS = st.recursive(
    st.sampled_from(["a", "b", "x", "2", "3", "0.5"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(st.sampled_from(["exp", "sigma", "sin", "abs", "tanh"]), inner).map(lambda t: f"{t[0]}({t[1]})"),
        st.tuples(inner, st.sampled_from("23")).map(lambda t: f"({t[0]})^{t[1]}"),
    ),
    max_leaves=8,
)


def _rewritten(node: Node, choose: st.DataObject) -> str:
    """Return the node as other text that means the same."""
    if not node.parts:
        return choose.draw(st.sampled_from([node.value, f"({node.value})", f"1·{node.value}", f"({node.value} + 0)"]))
    parts = [_rewritten(part, choose) for part in node.parts]
    forms = {
        "+": ["({0}) + ({1})", "({1}) + ({0})", "({0}) - (-({1}))"],
        "-": ["({0}) - ({1})", "-({1}) + ({0})"],
        "*": ["({0})({1})", "({1}) × ({0})"],
        "/": ["({0})/({1})", r"\frac{{{0}}}{{{1}}}", "({0}) * ({1})^(-1)"],
        "**": ["({0})^({1})", "({0})**({1})"],
        "exp": ["exp({0})", "e^({0})"],
        "sigma": ["σ({0})", "1/(1 + e^(-({0})))"],
    }
    form = choose.draw(st.sampled_from(forms.get(node.kind, [node.kind + "({0})"])))
    return f"({form.format(*parts)})"


def _read_again(text: str) -> maths.Expression:
    """Read a form of a formula; one that outgrows the limits is left out (hypothesis fails if most are)."""
    try:
        return parse(text, NAMES)
    except AnswerRefused:
        reject()


@settings(deadline=None)
@given(FORMULAS, st.data())
def test_a_rewritten_formula_is_never_different(text: str, choose: st.DataObject) -> None:
    formula = parse(text, NAMES)
    again = _read_again(_rewritten(formula.entries[0], choose))
    with mock.patch.object(maths, "_ask_sympy", return_value=Equal()):
        assert not isinstance(compare(formula, again, NAMES), Different)


@settings(deadline=None)
@given(FORMULAS)
def test_a_changed_formula_is_never_equal(text: str) -> None:
    formula, changed = parse(text, NAMES), parse(f"{text} + 1 + x^2", NAMES)
    with mock.patch.object(maths, "_ask_sympy", return_value=Undecided("not asked")):
        assert compare(formula, changed, NAMES) != Equal()


@settings(deadline=None)
@given(FORMULAS)
def test_latex_reads_back_as_the_same_formula(text: str) -> None:
    formula = parse(text, NAMES)
    latex = to_latex(formula).replace(r"\left|", "abs(").replace(r"\right|", ")")
    again = _read_again(latex)
    with mock.patch.object(maths, "_ask_sympy", return_value=Equal()):
        assert not isinstance(compare(formula, again, NAMES), Different)


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("b/(a+l)", r"\frac{b}{a + l}"),
        ("-T log p", r"-T\,\log\left(p\right)"),
        ("e^(-2x)", r"e^{-2\,x}"),
        ("a-(b-x)", r"a - \left(b - x\right)"),
        ("a*(-b)", r"a\,\left(-b\right)"),
        ("2*3", r"2 \cdot 3"),
        ("(a, b)", r"\left(a,\ b\right)"),
        ("d_k*lambda", r"d_{k}\,\lambda"),
        ("sqrt(x)^2", r"\sqrt{x}^{2}"),
        ("(a+b)^2", r"\left(a + b\right)^{2}"),
        ("2e3", r"2 \cdot 10^{3}"),
        ("exp(x)^2", r"\left(e^{x}\right)^{2}"),
        ("abs(x)", r"\left|x\right|"),
    ],
)
def test_latex(text: str, latex: str) -> None:
    assert to_latex(parse(text, NAMES)) == latex
