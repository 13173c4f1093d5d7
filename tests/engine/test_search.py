"""Search: what a reader types, and what he then expects to stand first."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.content.curriculum import ROOT, curriculum
from engine.content.topic import Entry
from engine.errors import ContentError
from engine.search import Hit, Index, Thing, find, search, the_index, things
from engine.search_words import LONGEST_WORD, STOP, Vocabulary, codes, pairs, plain, singular, slips, whole, words

TOPICS = [entry for part in curriculum() for entry in part.topics if entry.asked]
NAMES = {word for thing in things() for name in thing.names for word in (*words(name), *pairs(words(name)))}

FIRST = {
    # a whole name, its beginning, its words in any order
    "linear regression": "Linear regression and least squares",
    "Backpropagation": "Backpropagation",
    "rein": "Reinforcement learning",
    "rid": "Ridge, LASSO and elastic net",
    "lasso": "Ridge, LASSO and elastic net",
    "transfo": "Attention and transformers",
    "gradient policy": "Policy gradient and REINFORCE",
    "squares least": "Linear regression and least squares",
    "actor critic": "Return-to-go, baselines and actor-critic",
    "attention": "Attention and transformers",
    "what is a transformer": "Attention and transformers",
    "the perceptron": "The perceptron and XOR",
    "policy": "Policy gradient and REINFORCE",
    "conv pool": "Convolution, padding, stride and pooling",
    "overfitting": "Bias, variance and overfitting",
    # short forms
    "SGD": "Optimisers and learning rates",
    "ppo": "Natural gradient, TRPO and PPO",
    "CNN": "A complete CNN",
    "dqn": "Deep Q-network (DQN)",
    "mdp": "Markov decision processes and Bellman equations",
    "rl": "Reinforcement learning",
    "nlp": "Language modelling",
    "rag": "LLM challenges and grounding",
    "sse": "Sum of squared errors (SSE)",
    "bert": "Families: BERT, GPT, T5 and long-context variants",
    "vae": "Generative models: GAN and VAE",
    "td": "Monte Carlo, TD, SARSA and Q-learning",
    "ucb": "Exploration",
    # hyphens, plurals, case, accents, Greek letters
    "kmeans": "K-means and k-medians",
    "k means": "K-means and k-medians",
    "K_MEANS": "K-means and k-medians",
    "on-policy": "On-policy versus off-policy",
    "q learning": "Monte Carlo, TD, SARSA and Q-learning",
    "transformers": "Attention and transformers",
    "bellman equation": "Markov decision processes and Bellman equations",
    "batchnorm": "Dropout, batch norm and other regularisers",
    "back propagation": "Backpropagation",
    "auto encoder": "A zoo of network types",
    "bàckpropagàtion": "Backpropagation",
    "epsilon greedy": "Exploration",
    "ε-greedy": "Exploration",
    "occam's razor": "What machine learning is, and how to test it",
    "L_2 norm": "Ridge, LASSO and elastic net",
    # both spellings
    "behavior cloning": "Behaviour cloning and DAgger",
    "behaviour cloning": "Behaviour cloning and DAgger",
    "optimizer": "Optimisers and learning rates",
    "optimisers": "Optimisers and learning rates",
    "regularization": "Dropout, batch norm and other regularisers",
    "tokenisation": "Tokenization",
    "sequence modeling": "Sequence modelling and decoding",
    # slips
    "attenton": "Attention and transformers",
    "backpropogation": "Backpropagation",
    "overfiting": "Bias, variance and overfitting",
    "convolusion": "Convolution, padding, stride and pooling",
    "nueral network": "Neurons, layers and matrix form",
    "trnasformer": "Attention and transformers",
    "regresion linear": "Linear regression and least squares",
    "gausian mixture": "Mode averaging and KL divergence",
    "sarsaa": "Monte Carlo, TD, SARSA and Q-learning",
    "silhuette": "Elbow and silhouette",
    "median experiment": "Mean or median",
    # experiments, terms, headings, questions, places
    "random walk": "Random walk",
    "frozen lake": "FrozenLake",
    "softmax": "Softmax",
    "max pooling": "Max pooling",
    "perplexity": "Negative log-likelihood and perplexity",
    "temperature": "Temperature",
    "choosing k": "Choosing k",
    "what a small sse does not say": "What a small SSE does not say",
    "agglutinative turkish": "Which tokenization suits an agglutinative language such as Turkish best, and why?",
    "which part of the brain": "Which part of the brain loosely inspired convolutional networks?",
    "exam": "Exam",
    "flashcards": "Review",
    "export": "Your data",
    "computer vision": "Computer vision",
}


@pytest.mark.parametrize("query", FIRST)
def test_what_a_reader_expects_stands_first(query: str) -> None:
    assert search(query)[0].title == FIRST[query]


@pytest.mark.parametrize("query", ["", "   ", "?!", "zzzzzz", "\0", "…", "🙂", "\ud800"])
def test_nothing_is_found_where_nothing_is_meant(query: str) -> None:
    assert search(query) == []


def test_a_part_is_found_with_all_its_topics() -> None:
    for part in curriculum():
        hits = search(part.title, limit=30)
        assert (hits[0].kind, hits[0].title) == ("part", part.title)
        assert {entry.title for entry in part.topics} <= {hit.title for hit in hits if hit.kind == "topic"}


@pytest.mark.parametrize("entry", TOPICS, ids=lambda entry: entry.slug)
def test_every_topic_is_the_first_hit_of_its_title_and_of_its_slug_s_words(entry: Entry) -> None:
    first = search(entry.title)[0]
    assert (first.kind, first.title, first.url) == ("topic", entry.title, entry.url)


def test_every_hit_is_found_by_its_title_and_known_by_its_key() -> None:
    for hit in the_index().hits.values():
        assert find(hit.key) == hit
        assert hit in search(hit.title.rstrip("…"), limit=20, here=hit.url), hit
    assert find("topic:machine_learning/nothing#:") is None


def test_a_heading_of_the_page_one_is_on_comes_first() -> None:
    for url in ("transformers", "linear-regression"):
        assert search("worked example", here=url)[0].url == url
    assert search("worked example clustering")[0].url == "clustering"


def test_kinds_are_weighed() -> None:
    kinds = [hit.kind for hit in search("pool", limit=5)]
    assert kinds == ["topic", "experiment", "term", "term", "heading"]


def test_a_hit_says_where_it_is() -> None:
    by_title = {hit.title: hit for hit in search("silhouette", limit=50)}
    experiment, term = by_title["Elbow and silhouette"], by_title["Silhouette score"]
    assert experiment.where == term.where == "Machine learning · K-means and k-medians"
    assert (experiment.anchor, experiment.text) == ("experiment-choose-k", "")
    assert (term.anchor, term.text) == ("words", "Silhouette score")
    assert search("agglutinative")[0].anchor == "question-32-1-q3"
    assert search("tokenization")[0].where == "Language modelling"


def test_a_question_s_title_has_no_code_and_no_formula_signs() -> None:
    titles = [hit.title for hit in the_index().hits.values() if hit.kind == "question"]
    assert len(titles) > 150
    assert not [title for title in titles if "\\" in title or "$" in title or len(title) > 91]


def test_a_topic_with_a_broken_file_is_still_found_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "curriculum.toml").write_text(
        '[[part]]\nid = "a"\ntitle = "Part"\n[[part.topic]]\nslug = "good"\ntitle = "Broken bridges"\n'
        '[[part.topic]]\nslug = "absent"\ntitle = "Bridges nobody wrote"\n'
    )
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "good.toml").write_text("this is no TOML")
    (tmp_path / "search.toml").write_text('[names]\ngood = ["BB"]\n')
    index = Index(list(things(tmp_path)))
    assert [hit.title for hit in index.search("bridges")] == ["Broken bridges"]  # no page, no hit
    assert index.search("bb")[0].url == "good"
    (tmp_path / "search.toml").write_text('[names]\ngod = ["BB"]\n')
    with pytest.raises(ContentError, match="'god'"):
        list(things(tmp_path))


def test_what_waits_for_a_lesson_is_named_for_unwritten_topics_only() -> None:
    waiting = (ROOT / "search.toml").read_text("utf-8").partition("[waiting]")[2]
    written = {entry.slug for entry in TOPICS if entry.written}
    named = {line.partition(" = ")[0] for line in waiting.splitlines() if " = " in line}
    assert named & written == set()
    assert named <= {entry.slug for entry in TOPICS}


# --- properties ------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.text(max_size=400), st.integers(1, 30))
def test_any_text_is_a_query(query: str, limit: int) -> None:
    hits = search(query, limit)
    assert len(hits) <= limit
    assert len({hit.key for hit in hits}) == len(hits)
    assert hits == search(query, limit)


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(["a", "k", "q", "means", "learning", "policy", "xyzzy", "of", "λ", "re"]),
        min_size=1,
        max_size=9,
    )
)
def test_case_and_order_of_signs_do_not_matter(parts: list[str]) -> None:
    assert search(" ".join(parts)) == search("  ".join(parts).upper())


@settings(deadline=None)
@given(st.sampled_from(TOPICS), st.data())
def test_the_beginning_of_a_title_finds_it(entry: Entry, data: st.DataObject) -> None:
    length = data.draw(st.integers(4, len(entry.title)))
    assert entry.title in [hit.title for hit in search(entry.title[:length], limit=100)]


def long_words(entry: Entry) -> list[str]:
    return [word for word in words(entry.title) if len(word) >= 5 and word not in STOP]


@settings(deadline=None)
@given(st.sampled_from([entry for entry in TOPICS if long_words(entry)]), st.data())
def test_one_slip_in_a_word_of_a_title_is_forgiven(entry: Entry, data: st.DataObject) -> None:
    word = data.draw(st.sampled_from(long_words(entry)))
    at = data.draw(st.integers(0, len(word) - 1))
    other = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
    slips_of_the_pen = {
        "missing": word[:at] + word[at + 1 :],
        "twice": word[: at + 1] + word[at:],
        "other": word[:at] + other + word[at + 1 :],
        "exchanged": word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
    }
    typed = data.draw(st.sampled_from(sorted(slips_of_the_pen.values())))
    # "last" for "least" is a word of its own, and "modells" the plural of what begins "modelling"
    assume(not any(one.startswith((typed, singular(typed))) for one in NAMES))
    assert entry.title in [hit.title for hit in search(typed, limit=500)]


def test_a_slip_that_looks_british_is_forgiven() -> None:
    assert "Convolution, padding, stride and pooling" in [hit.title for hit in search("poolling")]


def alignment(typed: str, word: str) -> int:
    """Return the optimal string alignment distance by its recursion, cell by cell."""
    cost = {(-1, j): 99 for j in range(-1, len(word) + 1)} | {(i, -1): 99 for i in range(-1, len(typed) + 1)}
    for i in range(len(typed) + 1):
        for j in range(len(word) + 1):
            ways = [0] if i == j == 0 else []
            if i:
                ways.append(cost[i - 1, j] + 1)
            if j:
                ways.append(cost[i, j - 1] + 1)
            if i and j:
                ways.append(cost[i - 1, j - 1] + (typed[i - 1] != word[j - 1]))
            if i > 1 and j > 1 and typed[i - 2 : i] == word[j - 2 : j][::-1]:
                ways.append(cost[i - 2, j - 2] + 1)
            cost[i, j] = min(ways)
    return cost[len(typed), len(word)]


WORDS = st.text("abcλ", max_size=8)


@settings(deadline=None)
@given(WORDS, st.lists(WORDS, max_size=5))
def test_slips_are_counted_as_by_the_recursion(typed: str, vocabulary: list[str]) -> None:
    true = [min(alignment(typed, word[:length]) for length in range(len(word) + 1)) for word in vocabulary]
    counted = slips(typed, codes(vocabulary)).tolist()
    assert [min(one, 3) for one in counted] == [min(one, 3) for one in true]
    for most in (1, 2):
        near = {word: count for count, word in Vocabulary(vocabulary).near(typed, most)}
        assert near == {word: count for word, count in zip(vocabulary, true, strict=True) if count <= most}


def test_a_word_longer_than_any_is_no_error() -> None:
    assert Vocabulary(["a" * 2 * LONGEST_WORD]).near("b" * 3 * LONGEST_WORD, 2) == []


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_folded_and_unmarked(text: str) -> None:
    assert whole(text) == whole(text.upper().lower()) or not text.isascii()
    assert "\n" not in plain(text)


def test_an_index_of_other_things() -> None:
    one, two = (Hit("term", name, "", "p", "words", name) for name in ("Café culture", "Tea"))
    index = Index([Thing(one, ("Café culture",), "with cream"), Thing(two, ("Tea",), "no coffee, no café", "drinks")])
    assert index.search("cafe") == [one, two]
    assert index.search("CREAM") == [one]
    assert index.search("drinks") == []  # what stands around is not the thing itself
    assert index.search("tea drinks") == [two]
