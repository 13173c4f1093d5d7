"""What is special about attention and transformers; the contract test has the rest."""

from __future__ import annotations

import itertools
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data import Text
from engine.ends import Diverged, Done
from engine.errors import DataRefused, GrimoireError, InvalidSettings, TooLarge
from engine.experiments.transformers import EXPERIMENTS
from engine.experiments.transformers.attend import DRAWN, AttendSettings, run_attend
from engine.experiments.transformers.order import (
    LEARNED,
    NO_POSITIONS,
    SENTENCE,
    SHUFFLED,
    SINUSOIDAL,
    OrderSettings,
    run_order,
)
from engine.experiments.transformers.scale import ScaleSettings, run_scale
from engine.experiments.transformers.tiny import TinySettings, reopen_tiny, run_tiny
from engine.experiments.transformers.training import Snapshot
from engine.experiments.transformers.worked import worked
from engine.kept_models import Kept, keep, open_model
from engine.language_modeling.generation import PARTS, RARE
from engine.language_modeling.material import HELD_OUT, Material, ngram_levels, share_of_pairs, share_of_words
from engine.language_modeling.ngram import KNESER_NEY, NGram

TINY = EXPERIMENTS[-1]
SMALL = {"layers": 1, "heads": 2, "width": 16, "context": 16, "batch": 8}
LONG_ENOUGH = "a quick brown fox jumps over the lazy dog, and then it rests; " * 12


def after(steps: int, **values: Any) -> Snapshot:
    return next(itertools.islice(run_tiny(TinySettings(**(SMALL | values))), steps, None))


# --- attend, scale, order --------------------------------------------------------------------------------------


def test_the_worked_example_is_what_a_reader_gets_by_hand() -> None:
    numbers = worked()
    powers = [math.exp(4 / math.sqrt(2)), 1.0, math.exp(math.sqrt(2))]
    weights = [one / sum(powers) for one in powers]
    by_hand = {
        "raw_1": 4,
        "raw_2": 0,
        "raw_3": 2,
        "powers": sum(powers),
        "weight_1": weights[0],
        "weight_2": weights[1],
        "weight_3": weights[2],
        "output_1": -2 * weights[0] - weights[2],
        "output_2": -2 * weights[1] - weights[2],
        "unscaled": math.exp(4) / (math.exp(4) + 1 + math.exp(2)),
        "masked_1": 1 / (1 + math.exp(4 / math.sqrt(2))),
        "place_1": math.sin(1),
        "place_3": math.sin(0.01),
        "block": 4 * 64 * 64 + 2 * 64 * 256,
    }
    assert {name: numbers[name] for name in by_hand} == pytest.approx(by_hand)


def test_question_33_q3_has_the_weights_it_asks_for() -> None:
    powers = [math.exp(2 / 2), math.exp(0 / 2)]
    assert [one / sum(powers) for one in powers] == pytest.approx([0.7311, 0.2689], abs=6e-4)


def test_the_mask_leaves_the_first_word_to_itself() -> None:
    found = run_attend(AttendSettings(masked=True, projections=DRAWN))
    assert found.outputs[0] == pytest.approx(found.V[0])
    assert np.array_equal(found.blocked, np.triu(np.ones((3, 3), bool), 1))
    assert np.array_equal(np.isnan(found.scores), found.blocked)


def test_without_softmax_outputs_leave_the_values() -> None:
    found = run_attend(AttendSettings(normalised=False))
    assert found.outputs.min() < found.V.min()


@pytest.mark.parametrize("values", [{"vectors": ((1.0, 2.0),)}, {"W_q": ((1.0, 0.0),)}, {"W_v": ()}])
def test_what_cannot_be_attended_to_is_said(values: dict[str, Any]) -> None:
    with pytest.raises(InvalidSettings):
        AttendSettings(**values)


def test_the_root_is_the_power_that_keeps_the_variance() -> None:
    halves, none, whole = (run_scale(ScaleSettings(power=power)) for power in (0.5, 0.0, 1.0))
    assert halves.variance[1] == pytest.approx(np.ones(7), abs=0.15)
    assert halves.slope == pytest.approx([1, 0], abs=0.05)
    assert np.array_equal(none.variance[0], none.variance[1])
    assert whole.slope[1] == pytest.approx(-1, abs=0.05)
    assert (np.diff(halves.entropy[0]) < 0).all()
    assert halves.gradient[0, -1] < 0.2 < halves.gradient[1, -1]


def test_too_many_numbers_are_refused_before_they_are_drawn() -> None:
    with pytest.raises(TooLarge, match="random numbers"):
        run_scale(ScaleSettings(k=512, keys=64, queries=1_000))


@pytest.mark.parametrize("order", ["a man bites the dog", "backwards", SHUFFLED])
def test_who_bites_whom_is_told_by_positions_and_by_the_mask_alone(order: str) -> None:
    for positions, masked in itertools.product((NO_POSITIONS, SINUSOIDAL, LEARNED), (False, True)):
        found = run_order(OrderSettings(order=order, positions=positions, masked=masked))
        blind = positions == NO_POSITIONS and not masked
        assert (found.moved.max() < 1e-10) == blind
        assert sorted(found.order) == [*range(len(SENTENCE))]
        if blind:
            assert found.after == pytest.approx(found.before[found.order])


# --- material --------------------------------------------------------------------------------------------------


def test_a_text_becomes_codes_and_back() -> None:
    material = Material.of("a cat 🐈 sat\n" * 9)
    assert "".join(material.characters[code] for code in material.codes) == material.text == "a cat 🐈 sat\n" * 9
    assert material.text[material.held_out(3)] == material.text[material.cut - 3 : material.cut + HELD_OUT]


def test_of_too_many_kinds_the_rarest_are_one() -> None:
    text = "".join(chr(0x4E00 + i) for i in range(700)) + "".join(chr(0x4E00 + i) for i in range(499)) * 2
    material = Material.of(text)
    assert len(material.characters) == 500
    assert material.text.count(RARE) == 201


def test_a_kept_vocabulary_leaves_out_what_it_does_not_know() -> None:
    assert Material.of("abc abc", "abc").text == "abcabc"
    assert Material.of("abc☃", "abc" + RARE).text == f"abc{RARE}"
    with pytest.raises(DataRefused, match="0 characters"):
        Material.of("123", "abc")


def test_the_lines_are_those_of_n_gram_models() -> None:
    material = Material.of(LONG_ENOUGH * 3)
    train, held_out = material.text[: material.cut], material.text[material.cut :]
    levels = ngram_levels(material)
    assert [*levels] == ["1-gram", "2-gram", "3-gram", "4-gram", "5-gram"]
    for order, level in enumerate(levels.values(), start=1):
        model = NGram(order, smoothing=KNESER_NEY).fit(train, material.characters)
        assert level <= model.cross_entropy(held_out) + 1e-12
    shares = np.array([train.count(one) for one in material.characters]) / len(train)
    codes = material.codes[material.cut :]
    assert levels["1-gram"] == pytest.approx(-np.log(shares[codes]).mean(), abs=0.05)


def test_shares_count_pairs_and_whole_words() -> None:
    assert share_of_pairs("abc", "abab") == pytest.approx(2 / 3)
    assert share_of_words("the cat sat.", "the dog cat sa") == pytest.approx(2 / 3)  # the last is cut off
    assert share_of_pairs("abc", "a") == share_of_words("abc", "ab") == 0


# --- tiny ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_it_passes_every_n_gram_and_writes_sentences() -> None:
    snapshot = TINY.perform(TinySettings(steps=400)).outcome
    assert snapshot.measures["held-out loss"] < min(snapshot.levels.values())
    assert [step for step, _ in snapshot.samples] == [0, 25, 50, 100, 200, 400]
    assert snapshot.samples[-1][1].count("the ") >= 3


@pytest.mark.slow
@pytest.mark.parametrize("without", PARTS)
def test_every_part_can_be_left_out(without: str) -> None:
    first, last = after(0, without=without), after(60, without=without, rate=0.02)
    assert last.step == 60
    assert first.model.plan.without == without
    assert after(50, without=without, rate=0.02).measures["held-out loss"] < first.measures["held-out loss"]


def test_what_is_needed_to_use_a_model_is_in_its_weights() -> None:
    snapshot = after(3)
    assert all(isinstance(one, np.ndarray) and one.dtype.kind in "fiu" for one in snapshot.weights.values())
    assert snapshot.model.characters == "".join(sorted(set(snapshot.model.characters)))
    assert snapshot.model.read(snapshot.excerpt).maps.shape[:2] == (1, 2)


def test_losses_begin_at_the_logarithm_of_the_number_of_characters() -> None:
    first, second = itertools.islice(run_tiny(TinySettings(**SMALL)), 2)
    level = math.log(len(first.model.characters))
    assert first.measures == pytest.approx({"held-out loss": level})
    assert second.measures == pytest.approx({"training loss": level})  # measured before its step is taken


def test_earlier_snapshots_stay_as_they_were() -> None:
    run = run_tiny(TinySettings(**SMALL))
    first = next(run)
    before = {name: one.copy() for name, one in first.weights.items()}
    next(run)
    assert all(np.array_equal(one, before[name]) for name, one in first.weights.items())


def test_the_rate_changes_in_flight_and_the_end_moves() -> None:
    run = run_tiny(TinySettings(steps=50, falls=False, **SMALL))
    still = run_tiny(TinySettings(steps=50, falls=False, **SMALL))
    for _ in range(4):
        next(run), next(still)
    changed, same = run.send({"rate": 0.1, "steps": 100}), next(still)
    assert changed.measures == same.measures  # the loss of a step is measured before its rate counts
    assert not np.array_equal(changed.weights["embed"], same.weights["embed"])
    steps = [snapshot.step for snapshot in run]
    assert steps[-1] == 100


def test_a_kept_model_is_reopened_where_it_was(tmp_path: Path) -> None:
    snapshot = after(40)
    settings = TinySettings(**SMALL)
    kept = Kept("poet", "transformers", "tiny", settings, snapshot.step, snapshot.weights)
    found = open_model(keep(tmp_path, kept), "transformers", "tiny", TinySettings)
    assert TINY.reopen is reopen_tiny
    run = reopen_tiny(found.settings, found.arrays, found.step)
    reopened = next(run)
    assert reopened.step == 40
    assert all(np.array_equal(one, snapshot.weights[name]) for name, one in reopened.weights.items())
    assert next(run).measures["training loss"] < 2.8  # it goes on from there: an untrained one begins at log 24
    assert reopened.measures["held-out loss"] < 2.5


def test_a_kept_model_keeps_its_own_plan_and_characters() -> None:
    snapshot = after(5, width=32)
    other = TinySettings(text="own text", own=Text(LONG_ENOUGH + "ÄÖÜ"))
    reopened = next(reopen_tiny(other, snapshot.weights, 5))
    assert reopened.model.plan == snapshot.model.plan
    assert reopened.model.characters == snapshot.model.characters


def test_a_kept_model_that_does_not_fit_together_is_refused() -> None:
    snapshot = after(1)
    damaged = dict(snapshot.weights) | {"head": snapshot.weights["head"][:-1]}
    with pytest.raises(DataRefused, match="do not fit"):
        next(reopen_tiny(TinySettings(**SMALL), damaged, 1))


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("plan", [2, 4, 64, 48, -1, 0]),
        ("plan", [2, 4, 64, 48, 0, 6]),
        ("plan", [0, 4, 64, 48, 0, 0]),
        ("plan", [1, 5, 32, 24, 0, 0]),
        ("plan", [2**40, 4, 32, 24, 0, 0]),
        ("characters", [98, 97]),
        ("characters", [97, 97, 98]),
        ("characters", [97, 0x110000]),
        ("characters", [[97, 98]]),
    ],
)
def test_a_kept_plan_and_kept_characters_that_are_none_are_refused(name: str, numbers: list[int]) -> None:
    snapshot = after(1)
    damaged = dict(snapshot.weights) | {name: np.array(numbers, snapshot.weights[name].dtype)}
    with pytest.raises(GrimoireError, match=r"do(es)? not fit|at most"):
        next(reopen_tiny(TinySettings(**SMALL), damaged, 1))


def test_a_rate_that_is_far_too_high_ends_in_words() -> None:
    run = TINY.perform(TinySettings(rate=1.0, norm="none", optimiser="AdamW", layers=4, heads=1, width=64, context=8))
    assert isinstance(run.end, Diverged)
    assert run.outcome.step == run.end.step - 1
    assert math.isfinite(run.end.last)


def test_it_ends_when_it_was_told_to() -> None:
    run = TINY.perform(TinySettings(steps=50, **SMALL))
    assert isinstance(run.end, Done)
    assert run.outcome.step == 50


@pytest.mark.parametrize("values", [{"text": "own text"}, {"width": 16, "heads": 3}, {"width": 16, "heads": 5}])
def test_what_cannot_be_built_is_said(values: dict[str, Any]) -> None:
    with pytest.raises(InvalidSettings):
        TinySettings(**values)


@pytest.mark.parametrize(
    "values",
    [
        {"layers": 4, "heads": 8, "width": 128, "context": 128, "batch": 64},
        {"layers": 4, "heads": 8, "width": 16, "context": 128, "batch": 64},
    ],
)
def test_what_is_too_large_is_refused_before_torch_is_loaded(values: dict[str, Any]) -> None:
    with pytest.raises(TooLarge):
        next(run_tiny(TinySettings(**values)))


def test_a_text_shorter_than_ten_contexts_is_refused() -> None:
    with pytest.raises(DataRefused, match="744 characters; this model needs at least 1,280"):
        next(run_tiny(TinySettings(text="own text", own=Text(LONG_ENOUGH), context=128)))
