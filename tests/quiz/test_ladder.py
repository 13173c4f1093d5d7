"""Derivations: sound ones arrive however they are written, broken ones are stopped at the first broken step."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from engine.content.formulas import formula_problems
from engine.errors import AnswerRefused
from engine.quiz.ladders.check import BROKEN, HOLDS, MOST_STEPS, UNREAD, WAITS, _entry, check, shown
from engine.quiz.ladders.ladders import LADDERS

SOUND = {
    "ridge": (
        "-2X'(y - Xw) + 2 l w\n-2X'y + 2X'Xw + 2lw\n-2X'y + 2X'Xw + 2lw = 0\nX'Xw + lw = X'y\n(X'X + lI)w = X'y\n"
        "w = inv(X'X + lI) X'y",
        "∇J = 2X^T(Xw - y) + 2λ w\n2(X^T X + λ I) w - 2X^T y = 0\n(X^T X + λ I)^{-1} X^T y = w",
        "-2 X^\\top y + 2 (X' X + l I) w = 0\nX'X w = X'y - l w\nw = (X'X + l I)⁻¹ X' y",
        "∇J = -2X'(y - Xw) + 2lw = -2X'y + 2X'Xw + 2lw\n∇J = 0\nw = X' inv(X X' + l I) y",
        "J' = 2X'Xw + 2lw - 2X'y = 2(X'X + lI)w - 2X'y = 0\n(X'X + lI)^-1 X'y = w",
    ),
    "likelihood": (
        "-log(P) = -log(a b c) = -log(a) - log(b) - log(c)",
        "-log(P)\n-log(a*b*c)\n-log(a) - log(b) - log(c)",
        "L = -log prod(p)\n-sum(log(p)) = -log(a b c)\nL = -sum(log p)",
        "-ln(P)\n-ln(a b) - ln(c)\n-(ln a + ln b + ln c)",
    ),
    "bellman": (
        "V(s) = E(G)\nE(r + g H)\nE(r) + g E(H)\nE(r) + g E(E(H | s1))\nE(r) + g E(V1)\nE(r + g V1)",
        "E(G) = E(r + γ G1)\nE(r) + γ E(E(H | s1))\nE(r + γ V1)",
    ),
    "gradient": (
        "(4x/3, 2y - 2, 4z^3 - 4z^2)\n(4*3/3, 2*2 - 2, 4*1^3 - 4*1^2)\n(4, 2, 0)",
        "∇f = (2*2/3*x, 2(y-1), 4z^2(z - 1))\n∇f(3,2,1) = (4, 2, 0)",
    ),
    "sigmoid": (
        "-(1 + exp(-x))^-2 * (-exp(-x))\nexp(-x)/(1 + exp(-x))^2\nsigma(x) (1 - sigma(x))",
        "exp(-x)/(1+exp(-x))^2\n1/(1+exp(-x)) * (1 - 1/(1+exp(-x)))\nσ(x) - σ(x)^2",
    ),
}
BROKEN_AT = {  # where a typical slip is found, and what stands in the sentence
    "ridge": (
        ("-2X'(y - Xw) + l w", 1, "the gradient"),
        ("2X'(y - Xw) + 2lw", 1, "Take X = "),
        ("-2X'(y - Xw) + 2 l w\n-2X'y - 2X'Xw + 2lw", 2, "the step before"),
        ("-2X'y + 2X'Xw + 2lw = 0\nX'Xw - lw = X'y", 2, "w = ("),
        ("-2X'y + 2X'Xw + 2lw = 0\n(X'X + lI)w = y'X", 2, ""),
        ("(X'X + lI)w = X'y\nw = X'y inv(X'X + lI)", 2, ""),
    ),
    "likelihood": (
        ("-log(P)\n-log(a + b + c)", 2, "Take p = (0.5, 0.25, 0.8)"),
        ("-log(P)\n-prod(log(p))", 2, "the step before"),
        ("log(P)", 1, "−log P"),
        ("-log(a b c)\n-log(a) + log(b) + log(c)", 2, "this gives"),
    ),
    "bellman": (
        ("E(G)\nE(r + H)", 2, "g = 0.5"),
        ("E(G)\nE(r) + g E(H | s1)", 2, "a vector of 4"),
        ("E(r) + g E(H)\nE(r) + E(V1)", 2, "this gives"),
        ("E(r + V1)", 1, "the value E(G)"),
    ),
    "gradient": (
        ("(4x/3, 2y, 4z^3 - 4z^2)", 1, "x = 3, y = 2, z = 1"),
        ("(2x, 2y - 2, 0)", 1, ""),
        ("(4x/3, y, 4z^3 - 4z^2)", 1, "the gradient"),  # right at the point and nowhere else
        ("(4x/3, 2y - 2, 4z^3 - 4z^2)\n(4, 2, 1)", 2, "(4, 2, 1)"),
        ("(4, 2)", 1, "a vector of 2"),
    ),
    "sigmoid": (
        ("-exp(-x)/(1 + exp(-x))^2", 1, "Take x = 1"),
        ("exp(-x)/(1 + exp(-x))^2\nsigma(x)(1 + sigma(x))", 2, "the step before"),
    ),
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in SOUND.items() for text in texts])
def test_sound_derivations_arrive(name: str, text: str) -> None:
    climb = check(LADDERS[name], text.split("\n"))
    assert [rung.says for rung in climb.rungs if rung.state != HOLDS] == []
    assert climb.arrived, climb.says


@pytest.mark.parametrize(
    ("name", "text", "place", "says"), [(name, *one) for name, slips in BROKEN_AT.items() for one in slips]
)
def test_the_first_broken_step_is_pointed_at(name: str, text: str, place: int, says: str) -> None:
    climb = check(LADDERS[name], [*text.split("\n"), "never looked at"])
    assert not climb.arrived
    states = [rung.state for rung in climb.rungs]
    assert states[: place - 1] == [HOLDS] * (place - 1)
    assert states[place - 1] in (BROKEN, UNREAD)
    assert states[place:] == [WAITS] * len(states[place:])
    assert states[-1] == WAITS
    assert says in climb.rungs[place - 1].says
    assert climb.says.startswith(f"Step {place} ")


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in SOUND.items() for text in texts])
def test_a_derivation_that_stops_early_is_told_where_to_go(name: str, text: str) -> None:
    lines = text.split("\n") if "\n" in text else text.split("=")
    assert LADDERS[name].goal in check(LADDERS[name], lines[:1]).says
    assert "at least" in check(LADDERS[name], lines[-1:]).says


def test_every_starting_point_is_what_sympy_says() -> None:
    x, y, z = sympy.symbols("x y z")
    f = sympy.Rational(2, 3) * x**2 + y**2 - 2 * y + z**4 - sympy.Rational(4, 3) * z**3
    for world in LADDERS["gradient"].worlds:
        at = {symbol: world.values[symbol.name] for symbol in (x, y, z)}
        expected = [float(f.diff(symbol).subs(at)) for symbol in (x, y, z)]
        np.testing.assert_allclose(LADDERS["gradient"].start(world), expected)
    slope = (1 / (1 + sympy.exp(-x))).diff(x)
    for world in LADDERS["sigmoid"].worlds:
        assert LADDERS["sigmoid"].start(world) == pytest.approx(float(slope.subs(x, world.values["x"])))
    for world in LADDERS["ridge"].worlds:
        X, target, w, penalty = (
            sympy.Matrix(world.values[name]) if name != "l" else world.values[name] for name in ("X", "y", "w", "l")
        )
        free = sympy.Matrix(sympy.symbols(f"w:{len(w)}"))
        objective = ((target - X * free).T * (target - X * free))[0] + penalty * (free.T * free)[0]
        gradient = sympy.Matrix([objective.diff(one) for one in free]).subs(dict(zip(free, w, strict=True)))
        np.testing.assert_allclose(np.array(LADDERS["ridge"].start(world)), np.array(gradient, dtype=float))


def test_the_worlds_of_the_bellman_ladder_are_markov_by_brute_force() -> None:
    for world in LADDERS["bellman"].worlds:
        values = world.values
        for place, s1 in enumerate(values["s1"]):
            alike = [k for k, other in enumerate(values["s1"]) if other == s1]
            chance = sum(values["chance"][k] for k in alike)
            mean = sum(values["chance"][k] * values["H"][k] for k in alike) / chance
            assert values["V1"][place] == pytest.approx(mean)


def test_first_worlds_tell_matrices_of_different_order_apart() -> None:
    for world in LADDERS["ridge"].worlds:
        square = world.values["X"].T @ world.values["X"]
        assert abs(np.linalg.det(square - world.values["l"] * np.eye(2))) > 1e-3  # the wrong sign has a solution, too


@pytest.mark.parametrize("name", LADDERS)
def test_what_a_learner_reads_is_sound(name: str) -> None:
    ladder = LADDERS[name]
    assert list(formula_problems(ladder.ask)) == []
    for text in SOUND[name]:
        for line in text.split("\n"):
            assert list(formula_problems(f"${shown(ladder, line)}$")) == []


def test_latex_keeps_the_order_of_operations() -> None:
    ladder = LADDERS["sigmoid"]
    for text, expected in (
        ("(x + 1)^2", r"\left(x+1\right)^{2}"),
        ("-(x - 1)", r"-\left(x-1\right)"),
        ("x - (x - 1)", r"x-\left(x-1\right)"),
        ("2*3", r"2\cdot 3"),
        ("x*(-2)", r"x\,\left(-2\right)"),
    ):
        assert shown(ladder, text) == expected


@pytest.mark.parametrize(
    ("name", "line", "says"),
    [
        ("ridge", "import os", "not known here"),
        ("ridge", "__import__('os')", "cannot stand in a step"),
        ("ridge", "w.T", "cannot stand in a step"),
        ("ridge", "(w", "not closed"),
        ("ridge", "X'X w + ", "ends too early"),
        ("ridge", "w' w w = 0", "not linear"),
        ("ridge", "inv(w' w) w = 0", "not linear"),
        ("ridge", "w = w = w", "One equals sign"),
        ("ridge", "grad = 0 = X'Xw + lw - X'y", "One equals sign"),
        ("ridge", "X'X^99", "exponent"),
        ("ridge", "(" * 30 + "w" + "'" * 150 + ")" * 30, "within one another"),
        ("bellman", "E G", "needs brackets"),
        ("bellman", "E(G | 3)", "name of what is known"),
        ("bellman", "E(G | g)", "something random"),
        ("bellman", "E(r')", "nothing to transpose"),
        ("bellman", "E(rG'')", "nothing to transpose"),
        ("bellman", "E(gX)", "“gX” is not known here. Known: G, r, H, s1, V1, g, E."),
        ("sigmoid", "s'", "nothing to transpose"),
        ("sigmoid", "x" * 401, "at most 400"),
        ("sigmoid", "(" * 50 + "x" + ")" * 50, "brackets within"),
    ],
)
def test_what_cannot_be_read_is_said(name: str, line: str, says: str) -> None:
    (rung,) = check(LADDERS[name], [line]).rungs
    assert rung.state == UNREAD
    assert says in rung.says


@pytest.mark.parametrize(
    ("name", "line", "says"),
    [
        ("ridge", "(X'X + l) w = X'y", "A 2×2 matrix and a number cannot be added."),
        ("ridge", "X X", "does not fit"),
        ("ridge", "y / X", "cannot be divided by"),
        ("ridge", "w / (1, 2)", "A vector cannot be divided by"),
        ("ridge", "w / (l - l)", "divides by zero"),
        ("ridge", "0 w = 0", "does not decide"),
        ("ridge", "X w = y", "fulfils"),
        ("ridge", "X w/10^9 = y/10^9", "fulfils"),
        ("ridge", "w = inv(X) y", "A 3×2 matrix has no inverse"),
        ("ridge", "w = X^-1 y", "has no power -1"),
        ("ridge", "inv(X'X w w') w", "is singular"),
        ("ridge", "(w w')^-1 w", "is singular"),
        ("ridge", "inv((1, 2))", "A vector of 2 has no inverse"),
        ("ridge", "inv(0)", "Zero has no inverse"),
        ("ridge", "inv(l - l)", "Zero has no inverse"),
        ("ridge", "inv(I - I)", "Zero has no inverse"),
        ("ridge", "(X'X)^(1/0-1/0)", "divides by zero"),
        ("ridge", "(X'X)^(1/2)", "no power 0.5"),
        ("ridge", "X'X^w", "An exponent is one number, and this is a 2×1 matrix"),
        ("ridge", "(10^12)^12", "far too large"),
        ("ridge", "(1, 2)' = w", "A vector of 2 and a 2×1 matrix cannot be added."),
        ("ridge", "(1, 2) w", "A vector of 2 times a 2×1 matrix"),
        ("ridge", "I + l", "A multiple of I and a number cannot be added."),
        ("ridge", "X + I", "A 3×2 matrix and a multiple of I"),
        ("ridge", "l I", "how large I is"),
        ("ridge", "(I, 2)", "entry of a vector"),
        ("likelihood", "log(0)", "logarithm"),
        ("likelihood", "(1, 2) p", "A vector of 2 times a vector of 3"),
        ("bellman", "E((1, 2))", "this is a vector of 2"),
        ("bellman", "E((1, 2, 3) + G)", "A vector of 3 and a vector of 4 cannot be added."),
        ("gradient", "((1, 2), 3, 4)", "entry of a vector"),
        ("gradient", "(4, 2, 3)(1, 1, 0)", "A vector of 3 times a vector of 3"),
        ("gradient", "(2, 4, 0)^2", "no power 2"),
        ("gradient", "(3, 1, -1) + 1", "cannot be added"),
        ("sigmoid", "exp((1, 2))", "takes one number"),
        ("sigmoid", "1/(x - x)", "divides by zero"),
        ("sigmoid", "exp(exp(exp(9)))", "far too large"),
    ],
)
def test_what_is_read_and_has_no_value_is_broken(name: str, line: str, says: str) -> None:
    (rung,) = check(LADDERS[name], [line]).rungs
    assert rung.state == BROKEN
    assert rung.latex
    assert says in rung.says


def test_the_same_step_counts_once() -> None:
    last = "-sum(log(p))"
    assert "at least 3 steps" in check(LADDERS["likelihood"], [last] * 3).says
    assert "at least 3 steps" in check(LADDERS["likelihood"], [f"{last} = {last} = -(sum(log(p)))"]).says
    ridge = "w = inv(X'X + lI) X'y"
    assert "at least 3 steps" in check(LADDERS["ridge"], [ridge, "grad = 0", ridge]).says
    equation, turned = "X'Xw + lw = X'y", "inv(X'X + lI) X'y = w"
    assert "at least 3 steps" in check(LADDERS["ridge"], [equation, turned, "grad = 0"]).says  # says nothing new


def test_zero_behind_a_label_is_where_the_gradient_vanishes() -> None:
    expression, equation = "-2X'y + 2X'Xw + 2lw", "X'Xw + lw = X'y"
    for name in ("grad", "J'", "∇J", "dJ/dw", "gradient"):
        climb = check(LADDERS["ridge"], [expression, f"{name} = 0", equation])
        assert [one.state for one in climb.rungs] == [HOLDS] * 3
        assert check(LADDERS["ridge"], [f"{name} = {expression} = 0"]).rungs[0].state == HOLDS
        assert check(LADDERS["ridge"], [f"{name} = {expression} = 2X'Xw"]).rungs[0].state == BROKEN
    assert check(LADDERS["ridge"], [f"grad = {expression} = -{expression} = 0"]).rungs[0].state == BROKEN
    assert check(LADDERS["ridge"], [expression, "0 = grad", equation]).rungs[2].state == HOLDS
    assert check(LADDERS["ridge"], ["grad = 0"]).rungs[0].latex == r"\nabla J = 0"
    arrives = [equation, "w = inv(X'X + lI) X'y", "grad = 0"]
    assert check(LADDERS["ridge"], arrives).rungs[2].state == HOLDS
    assert not check(LADDERS["ridge"], ["grad = 0", "w = 0"]).arrived


@pytest.mark.parametrize(
    ("line", "holds"),
    [
        ("(4*3/3, 2y - 2, 4z^3 - 4z^2)", True),
        ("(4, 2, 4z^3 - 4z^2)", True),
        ("(4x/3, 2y - 2, 0)", True),
        ("(4, 2y - 2, 4z^3 - 4z)", False),  # right at z = 1 and nowhere else
        ("(4, y, 0)", False),  # right at y = 2 and nowhere else
        ("(5, 2y - 2, 4z^3 - 4z^2)", False),
        ("(3.9999999, 2, 0)", False),
    ],
)
def test_one_coordinate_may_be_put_in_before_the_others(line: str, holds: bool) -> None:
    climb = check(LADDERS["gradient"], ["(4x/3, 2y - 2, 4z^3 - 4z^2)", line, "(4, 2, 0)"])
    assert climb.rungs[1].state == (HOLDS if holds else BROKEN)
    assert climb.arrived == holds


def test_what_was_put_in_cannot_become_a_variable_again() -> None:
    assert check(LADDERS["gradient"], ["(4, 2, 0)", "(4x/3, 2, 0)"]).rungs[1].state == BROKEN


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("ridge", "-2X^Ty+2X^TXw", "-2X'y + 2X'X w"),
        ("ridge", "2\\lambda w - X^{T}y", "2 l w - X' y"),
        ("ridge", "lambdaXw", "l X w"),
        ("ridge", "w^{-1}", "w^(-1)"),
        ("likelihood", "-logP", "-log(P)"),
        ("likelihood", "-lna - lnb", "-log a - log b"),
        ("bellman", "E(r)+gE(H)", "E(r) + g E(H)"),
        ("bellman", "E(r+gV1)", "E(r + g V1)"),
        ("bellman", "E(r + γG')", "E(r + g H)"),
        ("bellman", "E(r + gG′)", "E(r + g H)"),
        ("bellman", "E(G' | s')", "E(H | s1)"),
        ("bellman", "E_π[G]", "E(G)"),
        ("bellman", "𝔼_{\\pi}[G | s1]", "E(G | s1)"),
        ("bellman", "\\mathbb{E}[r]", "E(r)"),
        ("sigmoid", "x² − x³ + x⁻¹ + x¹²", "x^2 - x^3 + x^-1 + x^12"),
        ("sigmoid", "sigmoid(x)", "sigma(x)"),
        ("sigmoid", "s(1-s)", "sigma(x) (1 - sigma(x))"),
        ("sigmoid", "σ(1-σ)", "sigma(x) (1 - sigma(x))"),
        ("sigmoid", "s - s²", "sigma(x) - sigma(x)^2"),
        ("sigmoid", "(1-s)s", "(1 - sigma(x)) sigma(x)"),
        ("sigmoid", "s(x)(1-s(x))", "sigma(x) (1 - sigma(x))"),
        ("sigmoid", "s(-x)", "sigma(-x)"),
        ("sigmoid", "e^{-x}", "e^(-x)"),
        ("sigmoid", "e^-x", "e^(-x)"),
    ],
)
def test_the_same_step_written_in_another_way(name: str, one: str, other: str) -> None:
    assert shown(LADDERS[name], one) == shown(LADDERS[name], other)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("ridge", "dJ / dw = -2X'(y - Xw) + 2lw"),
        ("ridge", "\\nabla J(w) = -2X'(y - Xw) + 2lw"),
        ("gradient", "∇f(3, 2, 1) = (4, 2, 0)"),
        ("gradient", "grad f(x, y, z) = (4x/3, 2y - 2, 4z³ - 4z²)"),
        ("bellman", "V^π(s) = E_π[G]"),
        ("bellman", "V^{\\pi}(s) = E(G)"),
        ("bellman", "V_π (s) = E(G)"),
        ("sigmoid", "dσ/dx = e^-x/(1 + e^-x)²"),
        ("likelihood", "NLL = -log(P)"),
    ],
)
def test_labels_are_dropped(name: str, line: str) -> None:
    (rung,) = check(LADDERS[name], [line]).rungs
    assert rung.state == HOLDS, rung.says
    assert list(formula_problems(f"${rung.latex}$")) == []


@pytest.mark.parametrize(
    ("name", "line", "comes_back"),
    [
        ("bellman", "E(r + g H)", r"\mathbb E\left[r+\gamma\,H\right]"),
        ("bellman", "E(r + g G')", r"\mathbb E\left[r+\gamma\,G'\right]"),
        ("bellman", "E(G' - H + G1)", r"\mathbb E\left[G'-H+G_{1}\right]"),
        ("likelihood", "-ln(a) - log(b)", r"-\ln P(x_1)-\log P(x_2\mid x_1)"),
        ("sigmoid", "sigmoid(x) - s(x)", r"\operatorname{sigmoid}\left(x\right)-s\left(x\right)"),
        ("sigmoid", "s(1 - s)", r"s\left(x\right)\,\left(1-s\left(x\right)\right)"),
        ("ridge", "lambda w + l w", r"\lambda\,\mathbf w+\lambda\,\mathbf w"),
    ],
)
def test_what_was_typed_comes_back_as_typed(name: str, line: str, comes_back: str) -> None:
    assert shown(LADDERS[name], line, typed=True) == comes_back
    assert list(formula_problems(f"${comes_back}$")) == []


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        *(("ridge", f"X{sign}X w", "X'X w") for sign in "’‘ʼ´′`＇"),
        ("bellman", "E(r + g G’)", "E(r + g G')"),
        *(("sigmoid", f"1/(1 + {word}(-x))", "1/(1 + exp(-x))") for word in ("Exp", "EXP")),
        ("sigmoid", "Sigma(x) - SIGMOID(x)", "sigma(x) - sigma(x)"),
        ("likelihood", "-Log(P) - Ln(a) - LOG(b)", "-log(P) - log(a) - log(b)"),
        ("likelihood", "-Sum(Log(p)) + Prod(p)", "-sum(log(p)) + prod(p)"),
        ("ridge", "w = Inv(X'X + l I) X'y", "w = inv(X'X + l I) X'y"),
        *(("ridge", f"X'X w {sign} l w", "X'X w - l w") for sign in "−–—‐－"),
        ("ridge", "X'X w∗l", "X'X w*l"),
        ("gradient", "(4x÷3, 2y − 2, 4z^3)", "(4x/3, 2y - 2, 4z^3)"),
        ("ridge", "X'X\u200bw\ufeff\u00a0+ l w", "X'X w + l w"),
    ],
)
def test_a_step_from_any_keyboard_is_read(name: str, one: str, other: str) -> None:
    assert shown(LADDERS[name], one) == shown(LADDERS[name], other)


@pytest.mark.parametrize("line", ["J’ = -2X’(y – Xw) + 2lw", "∇J = -2X´(y − Xw) + 2lw", "dJ/dw ＝ -2X'(y - Xw) + 2lw"])
def test_a_label_from_any_keyboard_is_dropped(line: str) -> None:
    assert check(LADDERS["ridge"], [line]).rungs[0].state == HOLDS


@pytest.mark.parametrize(
    ("name", "lines", "says"),
    [
        ("gradient", ["(4x/3, 2y, 4z^3 - 4z^2)"], "Entry 2 is wrong: 4 instead of 2."),
        ("gradient", ["(4x/3, 2y - 2, 4z^3 - 4z^2)", "(4, 2, 1)"], "Entry 3 is wrong: 1 instead of 0."),
        ("gradient", ["(2x, 2y - 2, 1)"], "Entry 1 is wrong: 6 instead of 4. Entry 3 is wrong: 1 instead of 0."),
        ("gradient", ["(4x/3, y, 4z^3 - 4z^2)"], "Take x = 6, y = 4, z = 2: "),  # right at the point, so another
        ("sigmoid", ["exp(-x)/(1 + exp(-x))^2", "x exp(-x)/(1 + exp(-x))^2"], "Take x = 2: "),
        ("gradient", ["(4x/3 + 10^-7, 2y - 2, 4z^3 - 4z^2)"], "4.0000001 instead of 4."),
    ],
)
def test_a_counterexample_names_the_entry_in_kind_numbers(name: str, lines: list[str], says: str) -> None:
    assert says in check(LADDERS[name], lines).rungs[-1].says


def test_a_row_and_a_column_are_named() -> None:
    ladder = LADDERS["ridge"]
    said = _entry(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 5.0], [3.0, 4.0]]), 4)
    assert said == " Row 1, column 2 is wrong: 2 instead of 5."
    assert "Entry" not in check(ladder, ["-2X'(y - Xw) + l w"]).rungs[0].says  # all of them are


def test_an_equation_may_be_scaled_by_very_much() -> None:
    lines = ["X'Xw + lw = X'y", "(X'Xw + lw)/10^9 = X'y/10^9", "10^9 (X'X + lI) w = 10^9 X'y"]
    assert [one.state for one in check(LADDERS["ridge"], lines).rungs] == [HOLDS] * 3
    assert check(LADDERS["ridge"], [lines[0], "(X'Xw - lw)/10^9 = X'y/10^9"]).rungs[1].state == BROKEN


def test_what_is_not_linear_everywhere_is_not_called_broken() -> None:
    assert check(LADDERS["ridge"], ["X'Xw + lw = X'y", "X'Xw (w'w)/(w'w) + lw = X'y"]).rungs[1].state == UNREAD


@pytest.mark.parametrize("lines", [[], ["  "], ["x"] * (MOST_STEPS + 1)])
def test_too_few_and_too_many_steps_are_refused(lines: list[str]) -> None:
    with pytest.raises(AnswerRefused, match="1 to 30 steps"):
        check(LADDERS["sigmoid"], lines)


@given(st.permutations(["-2X'y", "+ 2X'X w", "+ 2 l w"]), st.integers(-3, 3).filter(lambda factor: factor != 1))
def test_order_of_terms_changes_nothing_and_a_factor_does(terms: list[str], factor: int) -> None:
    line = " ".join(terms)
    assert check(LADDERS["ridge"], [line]).rungs[0].state == HOLDS
    assert check(LADDERS["ridge"], [f"{factor} ({line})"]).rungs[0].state == BROKEN
    if factor:
        assert check(LADDERS["ridge"], [f"{factor} ({line}) = 0"]).rungs[0].state == HOLDS  # an equation may be scaled


def test_no_two_wrong_steps_agree_with_the_right_one() -> None:
    """All ways to sign the terms of the gradient but the right one are broken."""
    for signs_ in itertools.product("+-", repeat=3):
        line = f"{signs_[0]}2X'y {signs_[1]} 2X'Xw {signs_[2]} 2lw"
        assert (check(LADDERS["ridge"], [line]).rungs[0].state == HOLDS) == (signs_ == ("-", "+", "+"))
