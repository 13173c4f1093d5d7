"""engine/quiz/drills: fresh numbers, right answers, named mistakes. Every drill of every part, 200 seeds each."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.content.formulas import formula_problems
from engine.errors import AnswerRefused
from engine.quiz import drills
from engine.quiz.bank import Exact
from engine.quiz.drills import DRILLS, draw, grade, printed
from engine.quiz.drills.drill import Drill, choice, numeric, trap
from tests.quiz.drill_helpers import drawn, typed

# the tests of a drill follow each other, so that a worker draws its seeds once
every = pytest.mark.parametrize("name", [*DRILLS], scope="module")
_UGLY = re.compile(r"[+\-] -|\\cdot -|(?<!\d)-0(?![.\d])|\bnan\b|\binf\b|np\.|\de-\d")


@pytest.mark.slow
@every
def test_the_answer_is_accepted_and_three_mistakes_are_refused_and_named(name: str) -> None:
    for seed, drill in enumerate(drawn(name)):
        assert grade(drill, printed(drill.exact)).correct is True, f"seed {seed}"
        assert len(drill.traps) >= 3, f"seed {seed}"
        for wrong, says in drill.traps:
            graded = grade(drill, typed(wrong, drill.exact))
            assert graded.correct is False, f"seed {seed}: {wrong} is accepted"
            assert graded.says == f"{says} The answer is {printed(drill.exact)}.", f"seed {seed}: {wrong}"


@every
def test_same_seed_same_drill_and_other_seeds_other_numbers(name: str) -> None:
    assert [draw(name, seed) for seed in (0, 7, 199)] == [drawn(name)[seed] for seed in (0, 7, 199)]
    assert len({drill.ask for drill in drawn(name)}) >= 100


@every
def test_what_is_written_can_be_read(name: str) -> None:
    texts = {text for drill in drawn(name) for text in (drill.ask, drill.steps)}
    says = {says for drill in drawn(name) for _, says in drill.traps}
    for text in texts | says:
        assert list(formula_problems(text)) == [], text
        assert not _UGLY.search(text), text
    assert all(re.fullmatch(r"\S.*[.!?)]", one, re.DOTALL) for one in says)


@every
def test_the_steps_lead_to_the_answer(name: str) -> None:
    for seed, drill in enumerate(drawn(name)):
        wanted = [printed(drill.exact)] if drill.exact.check == "choice" else printed(drill.exact).split(", ")
        for one in wanted:
            assert re.search(rf"(?<![\d.]){re.escape(one)}(?!\d|\.\d)", drill.steps), (
                f"seed {seed}: {one}, {drill.steps}"
            )


@every
def test_who_has_to_round_is_told_how(name: str) -> None:
    for seed, drill in enumerate(drawn(name)):
        if drill.exact.tolerance > 1e-9:
            assert "decimal" in drill.ask, f"seed {seed}"
        elif drill.exact.check == "numeric":
            assert all(round(v, 4) == pytest.approx(v, abs=1e-9) for v in drill.exact.value), f"seed {seed}"


@every
def test_options_are_different_and_traps_are_among_them(name: str) -> None:
    for drill in drawn(name):
        if drill.exact.check == "choice":
            right = printed(drill.exact)
            assert len(set(drill.exact.options)) == len(drill.exact.options)
            assert {wrong for wrong, _ in drill.traps} <= {*drill.exact.options} - {right}
        else:
            assert {len(wrong) for wrong, _ in drill.traps} == {len(drill.exact.value)}


def test_no_two_parts_use_one_name() -> None:
    assert len(DRILLS) == sum(len(part.DRILLS) for part in drills._PARTS)
    assert len(DRILLS) >= 40


def test_another_mistake_is_not_called_by_a_known_name() -> None:
    drill = draw("sse_of_table", 0)
    far = grade(drill, "1234.5")
    assert far.correct is False
    assert not any(far.says.startswith(says) for _, says in drill.traps)


@every
def test_a_mistake_that_no_trap_explains_gets_the_first_step(name: str) -> None:
    for drill in drawn(name)[:20]:
        if drill.exact.check == "choice":
            said = {says for _, says in drill.traps}
            others = [one for one in drill.exact.options if one != printed(drill.exact)]
            graded = [one for other in others if not any(says in (one := grade(drill, other)).says for says in said)]
        else:
            graded = [grade(drill, ", ".join(f"{value + 12345.75}" for value in drill.exact.value))]
        for one in graded:
            assert one.correct is False
            assert one.ours
            assert drill.steps.split("\n\n")[0] in one.says
            assert one.says.endswith(f"The answer is {printed(drill.exact)}.")
            assert list(formula_problems(one.says)) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("-1.5", "The size is right and the sign is wrong. The way begins so: Count. The answer is 1.5."),
        (
            "15",
            "This is off by a factor of 10: look at the decimal point. The way begins so: Count. The answer is 1.5.",
        ),
    ],
)
def test_what_kind_of_mistake_it_is_stands_before_the_first_step(text: str, says: str) -> None:
    assert grade(one_drill(numeric(1.5), 40, 50, 60), text).says == says


def test_the_first_step_goes_on_behind_a_colon() -> None:
    drill = Drill("How many?", numeric(4), "Each one:\n\n$2 + 2$\n\nTogether 4.", ())
    assert grade(drill, "7").says == "7 is not right. The way begins so: Each one:\n\n$2 + 2$\n\nThe answer is 4."


@pytest.mark.parametrize(
    ("values", "decimals", "says"),
    [
        ((0.7,), 2, "0.70"),
        ((2.0,), 2, "2.00"),
        ((1.9996,), 2, "2.00"),
        ((-0.001,), 2, "0.00"),
        ((-0.5,), 3, "-0.500"),
        ((0.125,), 2, "0.13"),
        ((0.7, 3.0), 2, "0.70, 3.00"),
        ((0.7, 3), 2, "0.70, 3"),  # a count among them stays one
        ((2.9996, 0.1), 3, "3.000, 0.100"),
        ((0.7,), None, "0.7"),
        ((3.0,), None, "3"),
    ],
)
def test_an_answer_has_the_decimals_that_are_asked(values: tuple[float, ...], decimals: int | None, says: str) -> None:
    exact = numeric(values, decimals)
    assert printed(exact) == says
    assert grade(one_drill(exact, *[tuple(v + n for v in values) for n in (10, 20, 30)]), says).correct is True


@every
def test_who_is_asked_for_decimals_sees_them(name: str) -> None:
    for drill in drawn(name)[:40]:
        if drill.exact.check == "numeric" and drill.exact.tolerance > 1e-9:
            places = round(-math.log10(drill.exact.tolerance / 0.51))
            for value, said in zip(drill.exact.value, printed(drill.exact).split(", "), strict=True):
                assert re.fullmatch(r"-?\d+" if isinstance(value, int) else rf"-?\d+\.\d{{{places}}}", said)


@pytest.mark.parametrize(
    ("typed_", "says"),
    [
        ("1, 2, 3, 50", "Number 4 of 4 is not right; the rest is."),
        ("1, 20, 3, 50", "Numbers 2 and 4 of 4 are not right; the rest is."),
        ("10, 20, 30, 4", "Numbers 1, 2 and 3 of 4 are not right; the rest is."),
    ],
)
def test_which_of_several_numbers_is_wrong_is_said_in_plain_words(typed_: str, says: str) -> None:
    drill = one_drill(numeric((1, 2, 3, 4)), (9, 9, 9, 9), (8, 8, 8, 8), (7, 7, 7, 7))
    assert grade(drill, typed_).says.startswith(says)


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(AnswerRefused):
        grade(draw("centroid", 0), "in the middle")


def test_what_is_no_option_is_refused() -> None:
    with pytest.raises(AnswerRefused, match="none of the options"):
        grade(draw("nearest_centre", 0), "E")


def test_an_unknown_drill_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        draw("no such drill", 0)


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(sorted(DRILLS)), st.integers(0, 2**63))
def test_every_seed_gives_a_drill(name: str, seed: int) -> None:
    drill = draw(name, seed)
    assert grade(drill, printed(drill.exact)).correct is True


# --- the drawing itself, on drills made for it -----------------------------------------------------------------


def one_drill(exact: Exact, *wrong: object) -> Drill:
    return Drill("How many?", exact, "Count.", tuple(trap(one, f"Mistake {one}.") for one in wrong))  # type: ignore[arg-type]


def test_poor_numbers_and_traps_that_coincide_are_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    poor = [None, one_drill(numeric(4), 4.004, 1, 2), one_drill(numeric(4), 1, 1.01, 2)]
    good = one_drill(numeric(4), 1, 2, 3)
    left = [*poor, good]
    monkeypatch.setitem(DRILLS, "mine", lambda rng: left.pop(0))
    assert draw("mine", 0) == good


def test_a_drill_that_never_comes_apart_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DRILLS, "mine", lambda rng: one_drill(choice("AB", "A"), "B", "B", "A"))
    with pytest.raises(RuntimeError, match="mine"):
        draw("mine", 0)


@pytest.mark.parametrize(
    ("decimals", "text", "correct"),
    [
        (2, "0.12", True),
        (2, "0.13", True),
        (2, "1/8", True),
        (2, "0.14", False),
        (3, "0.12", False),
        (None, "0.13", False),
    ],
)
def test_rounded_as_asked_is_right_up_and_down(decimals: int | None, text: str, correct: bool) -> None:
    assert grade(one_drill(numeric(0.125, decimals), 1, 2, 3), text).correct is correct


def test_a_choice_names_its_mistake_and_the_answer() -> None:
    drill = one_drill(choice(("red", "green", "blue", "grey"), "green"), "red", "blue", "grey")
    assert grade(drill, " green ").correct is True
    assert grade(drill, "blue").says == "Mistake blue. The answer is green."
