"""What the pictures of sequence modelling say and hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from engine.data import Text as OwnText
from engine.experiment import Experiment, experiments_of
from engine.experiments.sequence_modeling import DecodeSettings, FoxSettings, MaskSettings, NGramSettings
from engine.settings import Settings
from pages.language_modeling.sequence_modeling import decode, fox, mask, ngram
from pages.widgets.canvas.scene import Bars, Cells, Dots, Frame, Lines, Words
from pages.widgets.canvas.view import Metrics, Part, Picture, Row, Table, Text
from pages.widgets.plate import described
from pages.widgets.plate.protocol import Ask
from pages.widgets.plate.seats import Pictures, Seat

STORY = "The keeper lit the lamp, and *nobody* saw it [but](x) the sea. " * 20


def experiment(name: str) -> Experiment:
    return experiments_of("sequence_modeling")[name]


def run(settings: Settings) -> Any:
    (one,) = (one for one in experiments_of("sequence_modeling").values() if one.settings is type(settings))
    return one.perform(settings)


def only(kind: type[Any], frame: Frame) -> list[Any]:
    return [layer for layer in frame.layers if isinstance(layer, kind)]


def words(parts: list[Part]) -> str:
    """Return all sentences, those in rows too."""
    said = []
    for part in parts:
        if isinstance(part, Text):
            said.append(part.text)
        if isinstance(part, Row):
            said += [words(list(one) if isinstance(one, Sequence) else [one]) for one in part.parts]
    return "\n".join(said)


def test_a_product_underflows_and_its_surprises_do_not() -> None:
    settings = FoxSettings(times=200)
    parts = fox.view(settings, run(settings))
    assert "200 sentences in a row: product 0. It is smaller than the smallest" in words(parts)
    assert "986.7 nats, still a perplexity of 2.682" in words(parts)
    assert "in a row" not in words(fox.view(FoxSettings(), run(FoxSettings())))


def test_the_product_falls_by_its_factors_and_the_surprises_stand_as_bars() -> None:
    settings = FoxSettings(p1=0.01, p2=0.01)
    row, metrics = fox.view(settings, run(settings))
    assert isinstance(row, Row)
    assert isinstance(metrics, Metrics)
    surprise, product = (one.scene for one in row.parts if isinstance(one, Picture))
    (bars,) = only(Bars, surprise.frames[0])
    assert np.asarray(bars.y1)[:2] == pytest.approx([4.605, 4.605], abs=1e-3)
    dots = only(Dots, product.frames[0])[0]
    assert np.asarray(dots.y)[:2] == pytest.approx([-2, -4])  # powers of ten
    assert "quick 0.0001, brown 2 × 10⁻⁵" in product.frames[0].says
    assert metrics.values["Product"] == "6 × 10⁻⁶"


def test_certain_words_have_no_surprise_and_are_drawn_all_the_same() -> None:
    settings = FoxSettings(1.0, 1.0, 1.0, 1.0, 1.0)
    row, _ = fox.view(settings, run(settings))
    assert isinstance(row, Row)
    assert all(one.scene.packed for one in row.parts if isinstance(one, Picture))


def test_the_order_that_writes_is_marked_and_the_best_one_is_said() -> None:
    settings = NGramSettings(order=2, size=5_000.0)
    outcome = run(settings).outcome
    parts = ngram.view(settings, run(settings))
    row, metrics = parts[0], parts[1]
    assert isinstance(row, Row)
    assert isinstance(metrics, Metrics)
    perplexity, unseen = (one.scene for one in row.parts if isinstance(one, Picture))
    assert only(Lines, perplexity.frames[0])[0].x0 == [1.0]
    assert list(perplexity.x_marks)[1] == "2"
    assert f"lowest, {outcome.held.min():.2f}, at order {outcome.best}" in perplexity.frames[0].says
    assert np.asarray(only(Bars, unseen.frames[0])[0].y1) == pytest.approx(100 * outcome.unseen)
    assert metrics.values["Learned from"] == "5,000 characters"
    assert f"Order 2 writes: “{outcome.written.strip()}”" in words(parts)
    assert f"(characters: {len(outcome.copied)}): “{outcome.copied}”" in words(parts)


def test_letters_are_chosen_one_by_one_under_a_diamond() -> None:
    settings = DecodeSettings(top_k=3)
    outcome = run(settings).outcome
    row: Any
    (row,) = decode.view(settings, run(settings))
    (_, replay), (shares, *_) = row.parts
    assert len(replay.scene.frames) == 40
    for frame, step in zip(replay.scene.frames, outcome.steps, strict=True):
        before, after = only(Bars, frame)
        assert list(before.y1) == step.before.tolist()
        assert np.count_nonzero(after.y1) <= 3
        (diamond,) = only(Dots, frame)
        assert only(Words, frame)[0].texts[int(diamond.x[0]) - 1] == step.chosen.replace(" ", "␣")
    assert "3 of 27 characters keep a probability" in words([row])
    assert isinstance(shares, Table)
    assert shares.rows[0][1:] == (f"{outcome.reshaped.distinct:.0%}", f"{outcome.untouched.distinct:.0%}")


def test_own_words_are_typed_proposed_ones_chosen_and_both_can_be_continued() -> None:
    seat = Seat("sequence_modeling", experiment("decode"), Pictures(decode.view))
    assert b"problem" not in seat.answer(Ask(1, {}, {"prompt": "One Lighthouse, on <b>"}, {}))[:200]
    settings = DecodeSettings(prompt="One Lighthouse, on <b>")
    assert "After “one lighthouse, on <b>”" in words(decode.view(settings, run(settings)))
    for value, shown in (("", "to the s"), ("Fish and ch", "Fish and ch"), (None, "to the s")):
        (control,) = (one for one in described.controls(DecodeSettings, {"prompt": value}) if one["name"] == "prompt")
        assert control["kind"] == "words"
        assert control["value"] == shown
        assert len(control["options"]) == 12


def test_an_own_text_is_asked_for_and_used_as_text() -> None:
    seat = Seat("sequence_modeling", experiment("ngram"), Pictures(ngram.view))
    ask = Ask(1, {"text": "own text"}, {}, {})
    assert b"Choose a text of your own first." in seat.answer(ask)
    seat.own["own"] = OwnText(STORY.strip())
    assert b"Learned from" in seat.answer(ask)


@pytest.mark.parametrize("sides", ["left only", "both sides"])
def test_the_hidden_character_is_marked_among_the_guesses(sides: str) -> None:
    settings = MaskSettings(sides=sides)
    outcome = run(settings).outcome
    passage, row, strip = mask.view(settings, run(settings))
    assert isinstance(passage, Text)
    assert passage.text.count("▢") == 1
    assert passage.text.index("▢") == outcome.gap == 40
    assert ("after it" in passage.text) == (sides == "both sides")
    assert isinstance(row, Row)
    guesses, told = row.parts
    assert isinstance(guesses, Picture)
    (bars,) = only(Bars, guesses.scene.frames[0])
    place = outcome.guesses.index(outcome.passage[40])
    assert np.flatnonzero(np.asarray(bars.group)).tolist() == [place]
    assert only(Words, guesses.scene.frames[0])[0].x == [place]
    assert isinstance(told, list)
    assert f"{outcome.left[40]:.0%} from the left only, {outcome.both[40]:.0%} from both sides" in words(told)
    assert isinstance(strip, Picture)
    (cells,) = only(Cells, strip.scene.frames[0])
    values = np.asarray(cells.values)
    line, column = divmod(40, mask.LINE)
    assert values[mask.ROWS * line + 1, mask.BESIDE + column] == outcome.left[40]
    assert values[mask.ROWS * line + 2, mask.BESIDE + column] == outcome.both[40]
    assert np.isfinite(values).sum() == 2 * len(outcome.passage)


def test_a_short_text_of_ones_own_has_a_short_passage() -> None:
    settings = MaskSettings(text="own text", own=OwnText(("a lamp on the sea " * 30).strip()), gap=48)
    (_, _, strip) = mask.view(settings, run(settings))
    assert isinstance(strip, Picture)
    assert strip.scene.packed
