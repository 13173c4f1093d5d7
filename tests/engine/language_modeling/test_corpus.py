"""The texts that models learn from, and the judging of what they write."""

from __future__ import annotations

import math
import re
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data import Text
from engine.errors import DataRefused
from engine.language_modeling import corpus as texts
from engine.language_modeling.corpus import NAMES, OWN, corpus, descriptions, grammar, letters, prose, small_book, split
from engine.language_modeling.written import distinct_triples, judged, known_words, longest_copy

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("name", NAMES)
def test_every_text_is_long_and_readable(name: str) -> None:
    text = corpus(name)
    assert len(text) > 15_000
    assert text == corpus(name)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f]", text)
    words = letters(text).split()
    assert 2.5 < np.mean([len(word) for word in words]) < 7


def test_own_text_is_taken_as_it_is_and_asked_for() -> None:
    assert corpus(OWN, Text("Ünë\ttext.")) == "Ünë\ttext."
    with pytest.raises(DataRefused, match="Choose a text"):
        corpus(OWN)
    with pytest.raises(DataRefused, match="lessons, a small book"):
        corpus("novel")


def test_lessons_hold_their_sentences_and_nothing_else() -> None:
    text = texts.lessons()
    assert "K-means looks for k groups" in text  # content/machine_learning/clustering.md, bold and formula taken away
    for strange in ("$", "::", "<<", "](", "**", "`", "|", "\\", "topic:", "# "):
        assert strange not in text, strange
    assert all(f"{path.stem}:" not in text for path in (ROOT / "content").glob("*/*.md"))


def test_prose() -> None:
    markdown = """## Intuition

**Bold** and *slanted* with `code`, [a link](topic:ridge_lasso) and $k$ groups. But $x^2$ leaves a hole. So goes
the <<slope:.2f>> too. This $\\lambda$ stays.

::: experiment fox

$$a
= b$$

- first: yes
- second

| a | b |
|---|---|

```
code
```
The end."""
    assert prose(markdown).split("\n") == [
        "Intuition",
        "Bold and slanted with code, a link and k groups. This lambda stays.",
        "first: yes",
        "second",
        "The end.",
    ]


def test_descriptions_are_scikit_learns_own() -> None:
    from sklearn.datasets import load_iris, load_wine

    text = " ".join(descriptions().split())
    for loaded in (load_iris(), load_wine()):
        assert " ".join(loaded.DESCR.split()) in text


def test_the_small_book_is_plain() -> None:
    assert small_book().isascii()
    assert 20_000 <= len(small_book()) <= 40_000


def test_in_the_toy_grammar_the_verb_agrees_with_its_subject() -> None:
    text = grammar(np.random.default_rng(0), 500)
    assert text == grammar(np.random.default_rng(0), 500)
    assert text != grammar(np.random.default_rng(1), 500)
    sentences = text.split(". ")
    assert len(sentences) == 500
    assert 35 <= len(set(letters(text).split())) <= 45
    many = {plural for _, plural in texts._NOUNS}
    verbs = {verb: n for pair in (*texts._ALONE, *texts._WITH_OBJECT) for n, verb in enumerate(pair)}
    apart = 0
    for sentence in sentences:
        words = letters(sentence).split()
        subject = next(word for word in words if any(word in pair for pair in texts._NOUNS))
        at = next(i for i, word in enumerate(words) if word in verbs)
        assert verbs[words[at]] == (subject in many), sentence
        nearest = [word for word in words[:at] if any(word in pair for pair in texts._NOUNS)][-1]
        apart += (nearest in many) != (subject in many)
    assert apart > 50  # often the noun next to the verb would mislead


@given(st.text(max_size=80), st.floats(0, 1))
def test_a_split_loses_nothing(text: str, share: float) -> None:
    train, held = split(text, share)
    assert train + held == text
    assert abs(len(train) - share * len(text)) <= 0.5


@given(st.text(max_size=80))
def test_letters_are_letters(text: str) -> None:
    found = letters(text)
    assert all(one == " " or unicodedata.category(one)[0] in "LM" for one in found)
    assert sum(map(str.isalpha, found)) == sum(map(str.isalpha, text.lower()))
    assert letters(found) == found
    assert "  " not in found


# --- judging ---------------------------------------------------------------------------------------------------


@given(st.lists(st.sampled_from("ab"), max_size=30))
def test_triples_are_counted_as_by_hand(words: list[str]) -> None:
    share = distinct_triples(" ".join(words))
    triples = [tuple(words[i : i + 3]) for i in range(len(words) - 2)]
    assert share == pytest.approx(len(set(triples)) / len(triples)) if triples else math.isnan(share)


def test_nothing_written_has_no_share() -> None:
    assert math.isnan(distinct_triples("one two"))
    assert math.isnan(known_words("...", {"a"}))
    assert known_words("the cat zat", {"the", "cat"}) == pytest.approx(2 / 3)


def test_the_last_word_may_be_cut_and_does_not_count() -> None:
    assert judged("the cat sa", {"the", "cat"}).known == 1
    assert judged("sa", {"the"}).known == 0


@given(st.text("ab ", max_size=25), st.text("ab ", max_size=40))
def test_the_longest_copy_is_the_longest_common_passage(text: str, source: str) -> None:
    found = longest_copy(text, source)
    passages = {text[i:j] for i in range(len(text)) for j in range(i + 1, len(text) + 1)}
    assert found in source
    rivals = [one for one in passages | {""} if one in source and len(one) == len(found)]
    assert text.index(found) == min(map(text.index, rivals))
    assert found in text
    assert len(found) == max((len(one) for one in passages if one in source), default=0)
