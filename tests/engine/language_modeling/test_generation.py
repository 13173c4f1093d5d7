"""Reading and writing in numpy against the model in torch and against plain loops."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import DataRefused
from engine.language_modeling.attention import softmax
from engine.language_modeling.generation import NORMS, PARTS, RARE, Cache, Plan, Transformer
from engine.language_modeling.transformer import logits
from engine.torch_one_thread import torch
from tests.engine.language_modeling.slow_transformer import every_plan, slow_logits, some_weights

LETTERS = "abcdefg"
plans = pytest.mark.parametrize("plan", every_plan(), ids=lambda plan: f"{plan.norm}, without {plan.without}")
masked = pytest.mark.parametrize(
    "plan",
    [one for one in every_plan() if one.without != "causal mask"],
    ids=lambda plan: f"{plan.norm}, without {plan.without}",
)


def written(model: Transformer, prompt: str, length: int, seed: int = 0, **how: float) -> str:
    return "".join(model.write(np.random.default_rng(seed), prompt, length, **how))


@plans
def test_reading_is_what_the_trained_model_computes(plan: Plan) -> None:
    weights = some_weights(plan, LETTERS)
    model = Transformer.of(weights)
    tensors = {name: torch.from_numpy(one) for name, one in weights.items() if one.dtype == np.float32}
    found = logits(plan, tensors, torch.from_numpy(model.encode("abcdefgabcde"))[None], torch.nn.functional.linear)[0]
    assert model.read("abcdefgabcde").probabilities == pytest.approx(found.softmax(-1).numpy(), abs=2e-5)


@plans
def test_maps_say_where_every_position_looks(plan: Plan) -> None:
    maps = Transformer.of(some_weights(plan, LETTERS)).read("gfedcba").maps
    assert maps.shape == (2, plan.heads, 7, 7)
    assert maps.sum(axis=-1) == pytest.approx(np.ones(maps.shape[:-1]), abs=1e-5)
    assert np.any(np.triu(maps, 1) > 0) == (plan.without == "causal mask")


@masked
def test_with_the_cache_each_character_is_read_once_and_nothing_changes(plan: Plan) -> None:
    model = Transformer.of(some_weights(plan, LETTERS))
    text = "cabbagefaced"
    cache = Cache(model)
    stepwise = np.array([softmax(cache.step(code)) for code in model.encode(text)])
    assert stepwise == pytest.approx(model.read(text).probabilities, abs=2e-5)


@masked
def test_beyond_the_context_the_cache_is_a_sliding_window(plan: Plan) -> None:
    weights, model = some_weights(plan, LETTERS), Transformer.of(some_weights(plan, LETTERS))
    codes = np.random.default_rng(3).integers(0, len(LETTERS), 40)
    cache = Cache(model)
    ours = [cache.step(int(code)) for code in codes]
    assert np.array(ours) == pytest.approx(slow_logits(plan, weights, codes.tolist(), window=12), abs=2e-3, rel=1e-3)


@masked
def test_writing_with_and_without_the_cache_is_the_same_within_the_context(plan: Plan) -> None:
    model = Transformer.of(some_weights(plan, LETTERS))
    for how in ({}, {"temperature": 0.5}, {"top_k": 3}, {"top_p": 0.7}):
        assert written(model, "ab", 10, **how) == written(model, "ab", 10, cache=False, **how)
    assert len(written(model, "ab", 40, cache=False)) == 40


def test_a_long_prompt_counts_by_its_end() -> None:
    model = Transformer.of(some_weights(Plan(2, 2, 8, 12), LETTERS))
    for cache in (True, False):
        end = "gabcdefgabcd"
        assert written(model, "fadedbeef" + end, 8, cache=cache) == written(model, end, 8, cache=cache)


def test_characters_are_drawn_as_often_as_their_probabilities_say() -> None:
    model = Transformer.of(some_weights(Plan(1, 2, 8, 12), LETTERS))
    expected = model.read("bad").probabilities[-1]
    rng = np.random.default_rng(1)
    drawn = [next(model.write(rng, "bad", 1)) for _ in range(4_000)]
    shares = [drawn.count(letter) / 4_000 for letter in LETTERS]
    assert shares == pytest.approx(expected, abs=0.03)


def test_without_heat_the_most_probable_character_always_comes() -> None:
    model = Transformer.of(some_weights(Plan(2, 2, 8, 12), LETTERS))
    text = "cab"
    for letter in written(model, text, 9, temperature=0):
        assert letter == LETTERS[model.read(text).probabilities[-1].argmax()]
        text += letter
    assert written(model, "cab", 9, seed=5, top_k=1) == text[3:]


@pytest.mark.parametrize(("text", "said"), [("cabz é", "'z', ' ', 'é'"), ("", "0 characters"), ("a" * 13, "13 char")])
def test_what_cannot_be_read_is_said(text: str, said: str) -> None:
    with pytest.raises(DataRefused, match=said):
        Transformer.of(some_weights(Plan(2, 2, 8, 12), LETTERS)).read(text)


def test_what_cannot_be_continued_is_said() -> None:
    model = Transformer.of(some_weights(Plan(2, 2, 8, 12), LETTERS))
    with pytest.raises(DataRefused, match="at least one character"):
        written(model, "", 3)
    with pytest.raises(DataRefused, match="never holds '!'"):
        written(model, "!", 3)


def test_strange_characters_are_read_as_rare_ones_where_there_were_such() -> None:
    model = Transformer.of(some_weights(Plan(2, 2, 8, 12), LETTERS + RARE))
    assert model.encode("a☃").tolist() == [0, len(LETTERS)]


@pytest.mark.filterwarnings("error")
def test_a_model_that_diverged_says_so() -> None:
    weights = some_weights(Plan(2, 2, 8, 12, norm="none"), LETTERS)
    weights["0.feed"] = np.full_like(weights["0.feed"], np.inf)
    model = Transformer.of(weights)
    for use in (lambda: model.read("cab"), lambda: written(model, "cab", 3)):
        with pytest.raises(DataRefused, match="diverged"):
            use()


@given(
    st.integers(1, 4),
    st.integers(1, 8),
    st.integers(16, 128),
    st.integers(8, 128),
    st.sampled_from(NORMS),
    st.sampled_from(PARTS),
)
def test_a_plan_survives_as_numbers(layers: int, heads: int, width: int, context: int, norm: str, without: str) -> None:
    plan = Plan(layers, heads, width, context, norm, without)
    assert Plan.unpacked(plan.packed()) == plan
