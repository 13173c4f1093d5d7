"""n-gram models against counters, formulas written out, and loops."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.language_modeling.contexts import Tree, encode, find
from engine.language_modeling.corpus import grammar
from engine.language_modeling.decoding import reshape
from engine.language_modeling.ngram import (
    ADD,
    DISCOUNT,
    KNESER_NEY,
    SMOOTHINGS,
    WITTEN_BELL,
    ContextModel,
    NGram,
    before,
)

texts = st.text("abc ", min_size=1, max_size=60)
models = st.sampled_from(SMOOTHINGS)
TEXT = grammar(np.random.default_rng(1), 60)
HELD = grammar(np.random.default_rng(2), 15)


# --- the formulas, counted anew for every question -------------------------------------------------------------


def around(text: Sequence[str], place: int, offsets: Sequence[int]) -> tuple[str, ...]:
    """Return the symbols at the offsets, as many as there are before one lies outside."""
    found = []
    for offset in offsets:
        if not 0 <= place + offset < len(text):
            break
        found.append(text[place + offset])
    return tuple(found)


def counts_after(text: Sequence[str], context: tuple[str, ...], offsets: Sequence[int]) -> Counter[str]:
    depth = len(context)
    return Counter(text[i] for i in range(len(text)) if around(text, i, offsets[:depth]) == context)


def kinds_after(text: Sequence[str], context: tuple[str, ...], offsets: Sequence[int]) -> Counter[str]:
    depth = len(context)
    longer = {
        (here, text[i])
        for i in range(len(text))
        if len(here := around(text, i, offsets[: depth + 1])) == depth + 1 and here[:depth] == context
    }
    return Counter(symbol for _, symbol in longer)


def by_formula(
    text: str,
    symbols: str,
    context: tuple[str, ...],
    smoothing: str,
    k: float,
    offsets: Sequence[int],
    top: bool = True,
) -> dict[str, float]:
    """Return P(· | context) as Chen and Goodman write it, by recursion from the longest context."""
    size = len(symbols)
    if smoothing == ADD:
        seen = counts_after(text, context, offsets)
        return {w: (seen[w] + k) / (seen.total() + k * size) for w in symbols}
    below = (
        by_formula(text, symbols, context[:-1], smoothing, k, offsets, top=False)
        if context
        else dict.fromkeys(symbols, 1 / size)
    )
    seen = (counts_after if top or smoothing == WITTEN_BELL else kinds_after)(text, context, offsets)
    total, different = seen.total(), len(seen)
    if not total:
        return below
    if smoothing == WITTEN_BELL:
        return {w: (seen[w] + different * below[w]) / (total + different) for w in symbols}
    return {w: max(seen[w] - DISCOUNT, 0) / total + DISCOUNT * different / total * below[w] for w in symbols}


@given(texts, texts, st.integers(1, 4), models)
@settings(deadline=None, max_examples=150)
def test_probabilities_are_the_formulas(text: str, context: str, order: int, smoothing: str) -> None:
    model = NGram(order, 0.3, smoothing).fit(text, "abc ")
    ours = dict(zip(model.symbols, model.probabilities(context), strict=True))
    near = tuple(reversed(context))[: order - 1]
    assert ours == pytest.approx(by_formula(text, "abc ", near, smoothing, 0.3, before(order)))


@given(texts, texts, st.integers(0, 60), st.sampled_from([(-1, 1), (-1, 1, -2, 2), (2, -1), (1,)]), models)
@settings(deadline=None, max_examples=150)
def test_gaps_are_the_formulas(text: str, other: str, place: int, offsets: tuple[int, ...], smoothing: str) -> None:
    place %= len(other)
    model = ContextModel(offsets, 0.3, smoothing).fit(text, "abc ")
    ours = dict(zip(model.symbols, model.at(other, place), strict=True))
    assert ours == pytest.approx(by_formula(text, "abc ", around(other, place, offsets), smoothing, 0.3, offsets))


@given(texts, texts, st.integers(1, 5), models)
@settings(deadline=None)
def test_a_distribution_after_any_context(text: str, context: str, order: int, smoothing: str) -> None:
    p = NGram(order, 0.01, smoothing).fit(text, "abcd ").probabilities(context)
    assert p.sum() == pytest.approx(1)
    assert (p > 0).all()  # or a text that was never seen is impossible


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
@pytest.mark.parametrize("order", [1, 2, 3, 5, 7])
def test_cross_entropy_is_the_mean_surprise(order: int, smoothing: str) -> None:
    model = NGram(order, 0.1, smoothing).fit(TEXT, sorted(set(TEXT + HELD)))
    surprises = [-math.log(model.probabilities(HELD[:i])[model.symbols.index(one)]) for i, one in enumerate(HELD)]
    assert model.cross_entropy(HELD) == pytest.approx(np.mean(surprises), rel=1e-12)
    assert model.perplexity(HELD) == pytest.approx(math.exp(np.mean(surprises)))


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
def test_all_orders_at_once_are_each_order_alone(smoothing: str) -> None:
    symbols = sorted(set(TEXT + HELD))
    tree = Tree.of(TEXT, before(6), symbols)
    at_once = NGram(6, 0.1, smoothing).fit(tree).cross_entropies(HELD)
    alone = [NGram(n, 0.1, smoothing).fit(TEXT, symbols).cross_entropy(HELD) for n in range(1, 7)]
    from_one_tree = [NGram(n, 0.1, smoothing).fit(tree).cross_entropy(HELD) for n in range(1, 7)]
    assert at_once == pytest.approx(alone, rel=1e-12)
    assert from_one_tree == pytest.approx(alone, rel=1e-12)


def test_perplexity_of_a_uniform_text_is_the_number_of_symbols() -> None:
    assert NGram(1, 1.0).fit("abcd").perplexity("dcba") == pytest.approx(4)


def test_every_place_is_scored_for_a_gap_too() -> None:
    model = ContextModel((-1, 1, -2), smoothing=WITTEN_BELL).fit(TEXT, sorted(set(TEXT + HELD)))
    loop = np.mean([-math.log(model.at(HELD, i)[model.symbols.index(HELD[i])]) for i in range(len(HELD))])
    assert model.cross_entropy(HELD) == pytest.approx(loop, rel=1e-12)
    assert model.guesses(HELD) == [model.symbols[int(model.at(HELD, i).argmax())] for i in range(len(HELD))]


@given(texts, st.text("ab", max_size=12), st.sampled_from([(-1, 1), (-1, -2), (2, -1)]))
@settings(deadline=None)
def test_guesses_are_the_likeliest(text: str, other: str, offsets: tuple[int, ...]) -> None:
    model = ContextModel(offsets, smoothing=WITTEN_BELL).fit(text, "abc ")
    assert model.guesses(other) == [model.symbols[int(model.at(other, i).argmax())] for i in range(len(other))]


def test_words_are_symbols_too() -> None:
    words = TEXT.split()
    model = NGram(2, 1e-9).fit(words)
    after = Counter(b for a, b in pairwise(words) if a == "the")
    expected = [after[w] / after.total() for w in model.symbols]
    assert model.probabilities(["the"]) == pytest.approx(expected, abs=1e-6)
    assert set(model.sample(np.random.default_rng(0), 50, ["the"]).split()) <= set(words)


def test_what_is_no_symbol_ends_the_context_and_cannot_be_scored() -> None:
    model = NGram(3, smoothing=WITTEN_BELL).fit(TEXT)
    assert model.probabilities("x?t") == pytest.approx(model.probabilities("t"))
    with pytest.raises(ValueError, match="does not know"):
        model.cross_entropy("the ?")
    with pytest.raises(ValueError, match="empty"):
        model.cross_entropy("")
    with pytest.raises(ValueError, match="empty"):
        NGram(2).fit("")
    with pytest.raises(ValueError, match="symbol"):
        NGram(2).fit("abc", "ab")


@pytest.mark.parametrize(("add", "smoothing"), [(0.0, ADD), (-1.0, ADD), (0.1, "Laplace")])
def test_a_model_that_makes_no_sense_is_refused(add: float, smoothing: str) -> None:
    with pytest.raises(ValueError, match="need"):
        NGram(2, add, smoothing)


def test_a_tree_of_other_places_is_refused() -> None:
    with pytest.raises(ValueError, match="offsets"):
        NGram(3).fit(Tree.of(TEXT, (-1, 1)))


def test_samples_are_the_same_for_a_seed_and_follow_the_distribution() -> None:
    model = NGram(3, 0.01).fit(TEXT)
    one, two = (model.sample(np.random.default_rng(5), 300, "the") for _ in range(2))
    assert one == two
    assert len(one) == 300
    first = Counter(model.sample(np.random.default_rng(seed), 1, "th") for seed in range(3_000))
    p = dict(zip(model.symbols, model.probabilities("th"), strict=True))
    assert first["e"] / 3_000 == pytest.approx(p["e"], abs=0.03)


def test_sampling_reshapes() -> None:
    model = NGram(3, 0.01).fit(TEXT)
    text = "the"
    for _ in range(40):
        text += model.symbols[int(reshape(model.probabilities(text), 0).argmax())]
    assert model.sample(np.random.default_rng(1), 40, "the", temperature=0) == text[3:]
    assert model.sample(np.random.default_rng(1), 40, "the", top_k=1) == text[3:]
    assert model.sample(np.random.default_rng(1), 40, "the", top_p=1e-9) == text[3:]


def test_unseen_contexts_are_counted() -> None:
    tree = Tree.of(TEXT, before(4))
    held = HELD.replace("w", "?")  # which is no symbol
    loop = [np.mean([i >= m and held[i - m : i] not in TEXT[:-1] for i in range(len(held))]) for m in range(4)]
    assert tree.unseen(held) == pytest.approx(loop)


def test_codes_and_look_ups() -> None:
    assert encode("ab\U0001f600?", ["a", "b", "\U0001f600"]).tolist() == [0, 1, 2, -1]
    assert encode(["on", "x", "the"], ["on", "the"]).tolist() == [0, -1, 1]
    assert find(np.array([2, 5, 9]), np.array([9, 1, 5, 10])).tolist() == [2, -1, 1, -1]


def test_many_symbols_do_not_overflow() -> None:
    rng = np.random.default_rng(0)
    text = "".join(map(chr, rng.integers(0x4E00, 0x9FFF, 4_000)))  # 20,000 symbols: seven of them exceed 64 bits
    model = NGram(7, 0.1, KNESER_NEY).fit(text)
    assert model.probabilities(text[:6]).argmax() == model.symbols.index(text[6])
