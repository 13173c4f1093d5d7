"""Drills of Language Modeling: tokens, merges and word vectors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from engine.quiz.drills.draws import apart, one, some
from engine.quiz.drills.drill import Drill, Generator, choice, numeric, trap
from engine.quiz.drills.text import answer, listed, number, table, weighted

_WORDS = (
    "low",
    "lower",
    "slow",
    "flower",
    "new",
    "newer",
    "news",
    "wide",
    "wider",
    "tide",
    "test",
    "best",
    "rest",
    "nest",
    "seen",
    "see",
    "tree",
    "three",
    "rate",
    "late",
    "later",
    "water",
    "let",
    "letter",
    "tell",
    "well",
    "weld",
    "sold",
)
_THINGS = ("a cat", "the dog", "my bird", "one fish", "this tiny fox", "that old owl", "her horse", "no mouse")
_DEEDS = ("sleeps", "eats", "sits on", "looks at", "runs from", "waits for", "sees", "jumps over")
_NAMES = ("blim", "dax", "wug", "fep", "toma", "zib", "kiki", "boba")

Pair = tuple[str, str]
Corpus = dict[tuple[str, ...], int]


def count_pairs(corpus: Corpus) -> Counter[Pair]:
    """Count neighbouring tokens of a corpus of words, each with how often it occurs."""
    found: Counter[Pair] = Counter()
    for word, times in corpus.items():
        for pair in pairwise(word):
            found[pair] += times
    return found


def merge(corpus: Corpus, pair: Pair) -> Corpus:
    """Make one token of each occurrence of a pair, from left to right (Sennrich et al., 2016)."""
    return {tuple(_merged(word, pair)): times for word, times in corpus.items()}


def _merged(word: Iterable[str], pair: Pair) -> list[str]:
    found: list[str] = []
    for token in word:
        if found and (found[-1], token) == pair:
            found[-1] += token
        else:
            found.append(token)
    return found


def _corpus(rng: np.random.Generator) -> tuple[Corpus, str]:
    words = [_WORDS[i] for i in rng.choice(len(_WORDS), 4, replace=False)]
    counts = [int(n) for n in some(rng, 4, 2, 9)]
    told = table(("word", "times"), [(" ".join(w), str(n)) for w, n in zip(words, counts, strict=True)])
    return {tuple(word): times for word, times in zip(words, counts, strict=True)}, told


def next_merge(rng: np.random.Generator) -> Drill | None:
    """Draw words with counts; the pair that BPE merges first is asked (section 32.1)."""
    corpus, told = _corpus(rng)
    pairs = count_pairs(corpus)
    ranked = sorted(pairs, key=lambda pair: -pairs[pair])
    right, second, rare = ranked[0], ranked[1], ranked[-1]
    turned = right[::-1]
    in_words = count_pairs(dict.fromkeys(corpus, 1))
    spread = max(in_words, key=lambda pair: in_words[pair])
    if in_words[spread] <= in_words[right]:
        spread = right  # then no pair looks better by its words
    shown = {pair: f"{pair[0]} + {pair[1]}" for pair in (right, second, rare, turned, spread)}
    if pairs[right] == pairs[second] or len({right, second, rare, turned}) < 4 or pairs[turned] == pairs[right]:
        return None
    traps = {
        second: f"This pair comes {pairs[second]} times; another one comes more often.",
        rare: "No pair is rarer than this: the most frequent one is merged.",
        turned: f"The order counts: {right[0]} stands before {right[1]}.",
        spread: "This pair is in the most different words, but each word counts as often as it occurs.",
    }
    sums = "; ".join(f"{shown[pair]}: {pairs[pair]}" for pair in sorted(shown, key=lambda pair: -pairs[pair]))
    return Drill(
        ask=f"A byte-pair tokenizer is trained on these words, so far cut into letters.\n\n{told}\n\nWhich pair is "
        "merged first?",
        exact=choice(rng.permutation(list(shown.values())).tolist(), shown[right]),
        steps=f"Count each pair of neighbours, every word as often as it occurs: {sums}.\n\nThe most frequent pair is "
        f"merged: {shown[right]}.",
        traps=tuple(trap(shown[pair], says) for pair, says in traps.items() if pair != right),
    )


def merged_sizes(rng: np.random.Generator) -> Drill:
    """Draw words with counts and two merges; vocabulary and tokens of the corpus are asked (section 32.1)."""
    corpus, told = _corpus(rng)
    letters = len({token for word in corpus for token in word})
    before = sum(len(word) * times for word, times in corpus.items())
    merges: list[Pair] = []
    gains: list[int] = []
    for _ in range(2):
        pairs = count_pairs(corpus)
        merges.append(max(pairs, key=lambda pair: pairs[pair]))
        smaller = merge(corpus, merges[-1])
        gains.append(sum((len(a) - len(b)) * n for (a, n), b in zip(corpus.items(), smaller, strict=True)))
        corpus = smaller
    after = before - sum(gains)
    named = [f"{a} + {b}" for a, b in merges]
    return Drill(
        ask=f"A byte-pair tokenizer starts from the letters of these words.\n\n{told}\n\nThe first two merges are "
        f"{named[0]} and {named[1]}. How many tokens does the vocabulary hold then, and how many tokens do all the "
        "words together fall into?",
        exact=numeric((letters + 2, after)),
        steps=f"There are {letters} different letters, and each merge adds one token: ${letters} + 2 = {letters + 2}$."
        f"\n\nThe words have {before} letters in all. The merge {named[0]} joins {gains[0]} pairs, {named[1]} joins "
        f"{gains[1]}, and each joint saves a token: ${before} - {gains[0]} - {gains[1]} = {after}$.",
        traps=(
            trap(
                (letters, after),
                "The second is right. The letters stay in the vocabulary, and each merge adds one token.",
            ),
            trap((letters + 2, before), "The vocabulary is right, but these are all letters: merged pairs count once."),
            trap((letters + 2, before - gains[0]), "The vocabulary is right, but only the first merge is done here."),
            trap((letters - 2, after), "The second is right. A merge adds a token; the letters it joins stay."),
            trap(
                (letters + 2, sum(map(len, corpus))),
                "The vocabulary is right, but each word counts as often as it occurs.",
            ),
        ),
    )


def token_counts(rng: np.random.Generator) -> Drill:
    """Draw a sentence; its tokens at word and at character level are asked (section 32.1)."""
    ends = [_THINGS[i] for i in rng.choice(len(_THINGS), 2, replace=False)]
    first, second = (_DEEDS[i] for i in rng.choice(len(_DEEDS), 2, replace=False))
    text = f"{ends[0]} {first} and {second} {ends[1]}"
    words, spaces = text.split(), text.count(" ")
    letters = len(text) - spaces
    return Drill(
        ask=f"How many tokens does the text “{text}” have at word level (split at spaces), and how many at character "
        "level (a space counts)?",
        exact=numeric((len(words), len(text))),
        steps=f"Words: {len(words)}.\n\nLetters, word by word, and the spaces between the words: "
        f"${' + '.join(str(len(word)) for word in words)} + {spaces} = {len(text)}$.",
        traps=(
            trap((len(words), letters), f"The {spaces} spaces are characters, too."),
            trap((spaces, len(text)), "These are the spaces: there is one word more than spaces between words."),
            trap(
                (len(words), len(set(text))),
                "These are the different characters: that is the size of a vocabulary, not the length of the text.",
            ),
            trap((len(text), len(words)), "The two are exchanged: words are asked first."),
        ),
    )


def cosine_similarity(rng: np.random.Generator) -> Drill | None:
    """Draw two vectors; the cosine between them is asked (section 32.2)."""
    x, y = some(rng, 3, -3, 5), some(rng, 3, -3, 5)
    if not x.any() or not y.any():
        return None
    dot, xx, yy = float(x @ y), float(x @ x), float(y @ y)
    value = dot / np.sqrt(xx * yy)
    return Drill(
        ask=f"What is the cosine similarity of the word vectors $({listed(x)})$ and $({listed(y)})$? Round to three "
        "decimals.",
        exact=numeric(value, 3),
        steps=f"Dot product: ${weighted(x, y)} = {number(dot)}$.\n\nSquared lengths: ${number(xx)}$ and "
        f"${number(yy)}$.\n\n$\\frac{{{number(dot)}}}{{\\sqrt{{{number(xx)}}} \\sqrt{{{number(yy)}}}}} "
        f"{answer(value, 3)}$.",
        traps=(
            trap(dot, "This is the dot product: divide it by both lengths."),
            trap(dot / (xx * yy), "This divides by the squared lengths: take their roots."),
            trap(
                float(np.linalg.norm(x - y)),
                "This is the distance of the two: the cosine is the dot product over both lengths.",
            ),
            trap(dot / np.sqrt(xx), "This divides by one length alone: both count."),
        ),
    )


def analogy(rng: np.random.Generator) -> Drill | None:
    """Draw vectors of made-up words; which one completes an analogy is asked (section 32.2)."""
    a, b, c = some(rng, 6, -4, 5).reshape(3, 2)
    names: list[str] = rng.permutation(_NAMES).tolist()
    aims = (b - a + c, a - b + c, a + b + c, b + c)  # the right one first, then what mistakes lead to
    noise = rng.choice([-0.2, -0.1, 0.1, 0.2], (4, 2))
    words = np.array(aims) + noise  # (4, 2)
    gaps = np.linalg.norm(np.array(aims)[:, None] - words, axis=2)  # (4 aims, 4 words)
    known = np.linalg.norm(np.array([a, b, c]) - aims[0], axis=1)  # (3,): none of them may be the nearest word
    if (gaps + np.eye(4) * 9).min() < 2 or known.min() < 2 or np.linalg.norm(b - a) < 2:
        return None
    rows = [(names[i], f"$({listed(v)})$") for i, v in enumerate((a, b, c))]
    rows += [(names[3 + i], f"$({listed(words[i])})$") for i in rng.permutation(4)]
    A, B, C = names[:3]
    options = names[3:7]  # in the order of the aims
    return Drill(
        ask=f"{table(('word', 'vector'), rows)}\n\n{A} is to {B} as {C} is to … Which word lies nearest to the "
        "place where vector arithmetic leads?",
        exact=choice(sorted(options), options[0]),
        steps=f"The step from {A} to {B} is made from {C}: $({listed(b)}) - ({listed(a)}) + ({listed(c)}) = "
        f"({listed(aims[0])})$.\n\n{options[0]} with $({listed(words[0])})$ lies nearest.",
        traps=(
            trap(options[1], f"This makes the step backwards: from {A} to {B} is {B} minus {A}."),
            trap(options[2], f"This adds all three: {A} has to be subtracted."),
            trap(
                options[3], f"This adds {B} to {C} without subtracting {A}: the step from {A} to {B} is the difference."
            ),
        ),
    )


def mutual_information(rng: np.random.Generator) -> Drill:
    """Draw counts of two words; their pointwise mutual information is asked (section 32.2)."""
    x, y = (int(n) for n in apart(rng, 2, 20, 200, 5))
    both, total = int(one(rng, 3, 18)), int(one(rng, 1000, 9000, 500))
    ratio = both * total / (x * y)
    value = float(np.log2(ratio))
    return Drill(
        ask=f"In ${total}$ windows of text one word comes in {x}, another in {y}, and both together in {both}. What is "
        "their pointwise mutual information in bits? Round to two decimals.",
        exact=numeric(value, 2),
        steps=f"$P(x, y) = \\frac{{{both}}}{{{total}}}$, $P(x) = \\frac{{{x}}}{{{total}}}$, "
        f"$P(y) = \\frac{{{y}}}{{{total}}}$.\n\n$\\frac{{P(x, y)}}{{P(x) P(y)}} = \\frac{{{both} \\cdot {total}}}"
        f"{{{x} \\cdot {y}}} \\approx {number(ratio, 4)}$.\n\n$\\log_2 {number(ratio, 4)} {answer(value, 2)}$.",
        traps=(
            trap(value * np.log(2), "This is in nats: bits take the logarithm to base 2."),
            trap(ratio, "This is the ratio of the chances: its logarithm is asked."),
            trap(np.log2(both / (x * y)), "These are counts, not chances: the number of windows is missing."),
            trap(-value, "The fraction is upside down: the joint chance stands above."),
            trap(np.log2(both / x), "This leaves the second word's chance out: divide by both."),
        ),
    )


DRILLS: dict[str, Generator] = {
    "next_merge": next_merge,
    "merged_sizes": merged_sizes,
    "token_counts": token_counts,
    "cosine_similarity": cosine_similarity,
    "analogy": analogy,
    "mutual_information": mutual_information,
}
