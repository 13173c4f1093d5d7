"""What is special about sequence modelling; the contract test has the rest."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest

from engine.data import Text
from engine.errors import DataRefused, InvalidSettings
from engine.experiments.sequence_modeling.decode import DecodeSettings, beginnings, run_decode
from engine.experiments.sequence_modeling.fox import FACTORS, FoxSettings, run_fox
from engine.experiments.sequence_modeling.mask import BOTH, LEFT, PASSAGE, MaskSettings, around, passage_of, run_mask
from engine.experiments.sequence_modeling.ngram import NGramSettings, run_ngram
from engine.experiments.sequence_modeling.shared import material
from engine.experiments.sequence_modeling.worked import worked
from engine.language_modeling.corpus import NAMES, OWN, corpus
from engine.language_modeling.ngram import ADD, KNESER_NEY, WITTEN_BELL, NGram
from engine.settings import Settings

CHINESE = Text("天地玄黃宇宙洪荒日月盈昃辰宿列張寒來暑往秋收冬藏閏餘成歲律呂調陽" * 30)
DIGITS = Text("3.14159 26535 " * 60)
TEXT_SETTINGS = (NGramSettings, DecodeSettings, MaskSettings)


def test_the_primers_sentence() -> None:
    found = run_fox(FoxSettings())
    assert found.product == pytest.approx(math.prod(FACTORS))
    assert math.exp(-found.nats) == pytest.approx(0.0072)
    assert found.perplexity == pytest.approx(0.0072 ** (-1 / 5))


def test_a_long_product_underflows_and_the_sum_does_not() -> None:
    long = run_fox(FoxSettings(times=200))
    assert long.long_product == 0.0
    assert long.long_nats == pytest.approx(-200 * math.log(0.0072))
    short = run_fox(FoxSettings(times=20))
    assert short.long_product == pytest.approx(math.exp(-short.long_nats))


def test_the_prediction_about_one_bad_guess_is_right() -> None:
    assert run_fox(FoxSettings(p3=0.01)).perplexity == pytest.approx(4.9, abs=0.05)


@pytest.mark.parametrize("name", NAMES)
def test_held_out_text_is_never_learned_from(name: str) -> None:
    train, held = material(name, None, False)
    assert train + held == corpus(name)
    assert len(held) == pytest.approx(len(train) / 9, rel=0.01)


def test_perplexities_are_those_of_each_order_alone() -> None:
    found = run_ngram(NGramSettings(text="a small book", size=3_000))
    train, held = material("a small book", None, True)
    symbols = sorted(set(train + held))
    for order in (1, 3, 7):
        alone = NGram(order, 0.005).fit(train[:3_000], symbols)
        assert found.held[order - 1] == pytest.approx(alone.perplexity(held))
        assert found.training[order - 1] == pytest.approx(alone.perplexity(train[:3_000]))
    assert found.learned == 3_000
    assert found.copied in found.written
    assert found.copied in train[:3_000]


def test_what_the_lesson_says_of_orders_and_sizes() -> None:
    much, little = (run_ngram(NGramSettings(text="a small book", size=size)) for size in (50_000, 500))
    assert much.best in (4, 5)
    assert little.best in (1, 2)
    assert much.held[3] < much.held[6] < much.held[0]  # the prediction's answer
    assert np.all(np.diff(much.unseen) >= 0)


def test_smoothing_that_asks_shorter_contexts_levels_off() -> None:
    last = {
        how: run_ngram(NGramSettings(text="a small book", smoothing=how)).held for how in (ADD, WITTEN_BELL, KNESER_NEY)
    }
    for how in (WITTEN_BELL, KNESER_NEY):
        assert last[how].min() < last[ADD].min()
        assert last[how][-1] / last[how].min() < 1.3 < last[ADD][-1] / last[ADD].min()


def test_temperature_one_without_a_cut_changes_nothing() -> None:
    found = run_decode(DecodeSettings(temperature=1.0))
    assert found.reshaped == found.untouched
    assert all(step.before == pytest.approx(step.after) for step in found.steps)


def test_the_letters_shown_are_the_letters_written() -> None:
    found = run_decode(DecodeSettings(top_p=0.8, prompt="the light"))
    text = "the light"
    for step in found.steps:
        assert step.context == text
        assert step.after[step.letters.index(step.chosen)] > 0
        text += step.chosen
    assert ("the light" + found.reshaped.text).startswith(text)


def test_a_cut_keeps_what_it_says() -> None:
    assert run_decode(DecodeSettings(top_k=3)).kept == 3
    assert run_decode(DecodeSettings(top_k=0, top_p=1.0)).kept == run_decode(DecodeSettings()).symbols
    greedy = run_decode(DecodeSettings(top_k=1))
    assert all(step.after.max() == 1 for step in greedy.steps)


def test_cold_repeats_and_hot_invents() -> None:
    cold, warm, hot = (run_decode(DecodeSettings(temperature=one)).reshaped for one in (0.2, 1.0, 2.5))
    assert cold.distinct < 0.6 * warm.distinct
    assert cold.known > 0.9 > warm.known > hot.known + 0.1


def test_beginnings_stand_in_the_text_and_leave_the_next_letter_open() -> None:
    for name in NAMES:
        found = beginnings(name, None)
        assert len(set(found)) == 12
        train = material(name, None, True)[0]
        assert all(one in train for one in found)
        tail = found[0][-4:]
        assert len({train[i + 4] for i in range(len(train) - 4) if train.startswith(tail, i)}) > 2
    assert DecodeSettings.columns(DecodeSettings.defaults()) == beginnings("a small book", None)
    assert DecodeSettings.columns(DecodeSettings.defaults() | {"text": OWN}) == ()


def test_any_beginning_can_be_continued() -> None:
    for prompt in ("x", "  The LIGHT ", "ß42?", "q" * 200):
        assert len(run_decode(DecodeSettings(prompt=prompt)).reshaped.text) == 3_000


@pytest.mark.parametrize("sides", [LEFT, BOTH])
@pytest.mark.parametrize("width", [2, 4, 6])
def test_both_models_see_as_many_characters(sides: str, width: int) -> None:
    assert len(set(around(sides, width))) == width
    assert 0 not in around(sides, width)


def test_the_hidden_character_is_guessed_from_others_only() -> None:
    found = run_mask(MaskSettings())
    train, held = material("a small book", None, True)
    assert found.passage in held
    followers = Counter(train[i + 2] for i in range(len(train) - 2) if train[i : i + 2] == found.passage[38:40])
    assert found.guesses[0] == followers.most_common(1)[0][0]
    assert found.passage[found.gap] == found.passage[40]
    assert found.both_right > found.left_right
    hits = run_mask(MaskSettings(sides=BOTH))
    assert (hits.left_right, hits.both_right) == (found.left_right, found.both_right)


@pytest.mark.parametrize("number", [1, 2, 7, 20, 400])
def test_there_is_a_passage_for_every_number(number: int) -> None:
    _, held = material("a small book", None, True)
    passage = passage_of(held, number)
    assert len(passage) == PASSAGE
    assert passage in held
    assert passage_of("short", number) == "short"


@pytest.mark.parametrize("settings", TEXT_SETTINGS)
def test_a_missing_own_text_is_asked_for(settings: type[Settings]) -> None:
    with pytest.raises(InvalidSettings, match="Choose a text of your own first"):
        settings(text=OWN)  # type: ignore[call-arg]


@pytest.mark.parametrize("run", [run_ngram, run_decode, run_mask])
def test_own_text_without_spaces_or_with_many_symbols_runs(run: object) -> None:
    settings = {run_ngram: NGramSettings, run_decode: DecodeSettings, run_mask: MaskSettings}[run]  # type: ignore[index]
    assert run(settings(text=OWN, own=CHINESE))  # type: ignore[operator]
    with pytest.raises(DataRefused, match=r"0 letters and spaces are left .* at least 200"):
        run(settings(text=OWN, own=DIGITS))  # type: ignore[operator]


def test_digits_run_as_they_are() -> None:
    assert run_ngram(NGramSettings(text=OWN, own=DIGITS, plain=False)).best > 2
    assert run_mask(MaskSettings(text=OWN, own=DIGITS, plain=False)).both_right > 0.9


def test_the_worked_example_is_what_a_reader_gets_by_hand() -> None:
    by_hand = {
        "cat": 3 / 10, "on": 1 / 10, "witten_cat": (2 + 3 / 6) / 7, "three_nats": -math.log(5 / 18 * 2 / 10 * 2 / 7),
        "three_perplexity": (5 / 18 * 2 / 10 * 2 / 7) ** (-1 / 3), "product": 0.0072, "top_two_1": 5 / 8,
        "top_p_3": 3 / 19, "cold_1": 0.25 / 0.365, "p_cat": math.exp(2) / (math.exp(2) + math.e + 1),
    }  # fmt: skip
    numbers = worked()
    assert {name: numbers[name] for name in by_hand} == pytest.approx(by_hand)
