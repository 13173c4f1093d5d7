"""engine/quiz/drills: fresh numbers, right answers, named mistakes. Every drill of every part, 200 seeds each."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.content_check import formula_problems
from engine.errors import AnswerRefused
from engine.quiz import drills
from engine.quiz.bank import Exact
from engine.quiz.drills import DRILLS, Drill, draw, grade, printed
from engine.quiz.drills._drill import choice, numeric, trap
from tests.quiz.drill_helpers import drawn, typed

# one worker draws all of a drill's seeds once
every = pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in DRILLS])
_UGLY = re.compile(r"[+\-] -|\\cdot -|(?<!\d)-0(?![.\d])|\bnan\b|\binf\b|np\.|\de-\d")


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
