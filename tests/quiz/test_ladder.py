"""Derivations: sound ones arrive however they are written, broken ones are stopped at the first broken step."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from engine.content_check import formula_problems
from engine.errors import AnswerRefused
from engine.quiz.ladder import BROKEN, HOLDS, LADDERS, MOST_STEPS, UNREAD, WAITS, check, shown

SOUND = {
    "ridge": (
        "-2X'(y - Xw) + 2 l w\n-2X'y + 2X'Xw + 2lw\n-2X'y + 2X'Xw + 2lw = 0\nX'Xw + lw = X'y\n(X'X + lI)w = X'y\n"
        "w = inv(X'X + lI) X'y",
        "∇J = 2X^T(Xw - y) + 2λ w\n2(X^T X + λ I) w - 2X^T y = 0\n(X^T X + λ I)^{-1} X^T y = w",
        "-2 X^\\top y + 2 (X' X + l I) w = 0\nX'X w = X'y - l w\nw = (X'X + l I)⁻¹ X' y",
    ),
    "likelihood": (
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


@pytest.mark.parametrize(("name", "text", "place", "says"),
                         [(name, *one) for name, slips in BROKEN_AT.items() for one in slips])  # fmt: skip
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
    assert LADDERS[name].goal in check(LADDERS[name], text.split("\n")[:1]).says
    assert "at least" in check(LADDERS[name], text.split("\n")[-1:]).says


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
        X, target, w, penalty = (sympy.Matrix(world.values[name]) if name != "l" else world.values[name]
                                 for name in ("X", "y", "w", "l"))  # fmt: skip
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
    for text, expected in (("(x + 1)^2", r"\left(x+1\right)^{2}"), ("-(x - 1)", r"-\left(x-1\right)"),
                           ("x - (x - 1)", r"x-\left(x-1\right)"), ("2*3", r"2\cdot 3"),
                           ("x*(-2)", r"x\,\left(-2\right)")):  # fmt: skip
        assert shown(ladder, text) == expected


@pytest.mark.parametrize(
    ("name", "line", "says"),
    [
        ("ridge", "import os", "not known here"),
        ("ridge", "__import__('os')", "cannot stand in a step"),
        ("ridge", "w.T", "cannot stand in a step"),
        ("ridge", "(w", "not closed"),
        ("ridge", "X'X w + ", "ends too early"),
        ("ridge", "(X'X + l) w = X'y", "cannot be added"),
        ("ridge", "X X", "does not fit"),
        ("ridge", "y / X", "cannot be divided by"),
        ("ridge", "w' w w = 0", "not linear"),
        ("ridge", "0 w = 0", "does not decide"),
        ("ridge", "X w = y", "fulfils"),
        ("ridge", "w = w = w", "One equals sign"),
        ("ridge", "X'X^99", "exponent"),
        ("likelihood", "log(0)", "logarithm"),
        ("bellman", "E G", "needs brackets"),
        ("bellman", "E(G | 3)", "name of what is known"),
        ("gradient", "((1, 2), 3, 4)", "entry of a vector"),
        ("sigmoid", "1/(x - x)", "divides by zero"),
        ("sigmoid", "x" * 401, "at most 400"),
        ("sigmoid", "(" * 50 + "x" + ")" * 50, "brackets within"),
    ],
)
def test_what_cannot_be_read_is_said(name: str, line: str, says: str) -> None:
    (rung,) = check(LADDERS[name], [line]).rungs
    assert rung.state == UNREAD
    assert says in rung.says


@pytest.mark.parametrize("lines", [[], ["  "], ["x"] * (MOST_STEPS + 1)])
def test_too_few_and_too_many_steps_are_refused(lines: list[str]) -> None:
    with pytest.raises(AnswerRefused, match="1 to 30 steps"):
        check(LADDERS["sigmoid"], lines)


PIECES = [*"XywlIxyzPabcpGrHgs1V'^()+-*/=,|0123456789 ", "inv(", "log", "E(", "sum(", "exp(", "\ud800", "λ"]
signs = st.sampled_from(PIECES)


@given(name=st.sampled_from(sorted(LADDERS)), pieces=st.lists(signs, min_size=1, max_size=30))
def test_any_line_is_looked_at_or_refused(name: str, pieces: list[str]) -> None:
    try:
        climb = check(LADDERS[name], ["".join(pieces)])
    except AnswerRefused:
        return
    assert all(rung.state in (HOLDS, BROKEN, UNREAD) for rung in climb.rungs)


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
