"""Experiments of the topic "Sequence modelling and decoding" (section 32.3 of the primer)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from engine.data import Floats, Text
from engine.errors import DataRefused
from engine.experiment import (
    Choice,
    Experiment,
    Flag,
    Name,
    Number,
    OwnText,
    Sabotage,
    Settings,
    Verdict,
    Whole,
)
from engine.language_modeling import decoding
from engine.language_modeling.contexts import Tree
from engine.language_modeling.corpus import NAMES, OWN, corpus, descriptions, letters, split
from engine.language_modeling.ngram import ADD, SMOOTHINGS, WITTEN_BELL, ContextModel, NGram, before
from engine.language_modeling.written import Written, judged, longest_copy

TEXTS = (*NAMES, OWN)
NO_TEXT = "Choose a text of your own first."
FEWEST_LETTERS = 200  # that are left of a text when all but letters is taken away
MOST_HELD_OUT = 100_000
DEEPEST = 7  # the highest order in the chart


@lru_cache(maxsize=8)
def material(name: str, own: Text | None, plain: bool) -> tuple[str, str]:
    """Return the part of a text to learn from and the part held out: the last tenth, at most MOST_HELD_OUT characters.

    Raises:
        DataRefused: if `plain`, which leaves nothing but letters and spaces, leaves too few.
    """
    text = corpus(name, own)
    if plain:
        text = letters(text)
        if len(text) < FEWEST_LETTERS:
            raise DataRefused(
                f"{len(text):,} letters and spaces are left of this text; at least {FEWEST_LETTERS} are needed. "
                "Turn 'Letters only' off."
            )
    train, held = split(text)
    return train, held[:MOST_HELD_OUT]


@lru_cache(maxsize=4)
def counted(name: str, own: Text | None, plain: bool, size: int, depth: int) -> Tree:
    """Count the contexts of up to `depth` characters in the first `size` characters to learn from."""
    train, held = material(name, own, plain)
    return Tree.of(train[:size], before(depth + 1), sorted(set(train) | set(held)))


# --- fox: five conditionals ------------------------------------------------------------------------------------

FOX = ("The", "quick", "brown", "fox", "jumps")
FACTORS = (0.4, 0.3, 0.2, 0.5, 0.6)


@dataclass(frozen=True)
class FoxSettings(Settings):
    """The probability of each word, given all words before it; and how often the sentence is written in a row."""

    p1: Annotated[float, Number(0.01, 1, step=0.01, says="P(The)")] = FACTORS[0]
    p2: Annotated[float, Number(0.01, 1, step=0.01, says="P(quick | The)")] = FACTORS[1]
    p3: Annotated[float, Number(0.01, 1, step=0.01, says="P(brown | The quick)")] = FACTORS[2]
    p4: Annotated[float, Number(0.01, 1, step=0.01, says="P(fox | The quick brown)")] = FACTORS[3]
    p5: Annotated[float, Number(0.01, 1, step=0.01, says="P(jumps | The quick brown fox)")] = FACTORS[4]
    times: Annotated[int, Whole(1, 200, says="Sentences in a row")] = 1


@dataclass(frozen=True)
class FoxOutcome:
    """Five factors, and what becomes of them.

    Attributes:
        factors: (5,) probability of each word after those before it; surprise: (5,) −log of it, in nats.
        product, nats: probability of the sentence and −log of it; perplexity: e^(nats / 5).
        long_product, long_nats: the same of the sentence written `times` times, in double precision.
    """

    factors: Floats
    surprise: Floats
    product: float
    nats: float
    perplexity: float
    long_product: float
    long_nats: float


def run_fox(settings: FoxSettings) -> FoxOutcome:
    """Multiply the factors and add their surprises."""
    return chained((settings.p1, settings.p2, settings.p3, settings.p4, settings.p5), settings.times)


def chained(factors: tuple[float, ...], times: int = 1) -> FoxOutcome:
    """Apply the chain rule to the probabilities of a sentence's words, each given those before it."""
    p = np.array(factors)
    surprise = -np.log(p)
    nats = float(surprise.sum())
    return FoxOutcome(
        p, surprise, float(p.prod()), nats, float(np.exp(nats / len(p))), float(np.tile(p, times).prod()), times * nats
    )


def claim_fox(seed: int, scale: float = 1.0) -> Verdict:
    """Multiply the primer's factors in an order of this seed and compare product, sum and perplexity with the claim."""
    order = np.random.default_rng(seed).permutation(5)
    found = chained(tuple(scale * FACTORS[i] for i in order))
    return Verdict(
        abs(found.product - 0.0072) <= 1e-12
        and abs(found.nats - 4.934) <= 5e-4
        and abs(found.perplexity - 2.682) <= 5e-4,
        {"product": found.product, "nats": found.nats, "perplexity": found.perplexity},
        f"The product is {found.product:.6g}, −log of it {found.nats:.3f} nats, the perplexity {found.perplexity:.3f}.",
    )


# --- ngram: train an n-gram ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NGramSettings(Settings):
    """A text, how much of it is learned from, and the model."""

    text: Annotated[str, Choice(TEXTS, says="Text")] = "lessons"
    own: Annotated[Text | None, OwnText(says="Your text", when=(("text", (OWN,)),))] = None
    plain: Annotated[bool, Flag(says="Letters only")] = True
    size: Annotated[float, Number(200, 2_000_000, log=True, says="Characters to learn from, at most")] = 50_000
    order: Annotated[int, Whole(1, 6, says="Order n of the model that writes")] = 4
    smoothing: Annotated[str, Choice(SMOOTHINGS, says="Smoothing")] = ADD
    add: Annotated[
        float, Number(0.0001, 10, log=True, says="k, added to every count", when=(("smoothing", (ADD,)),))
    ] = 0.005
    seed: Annotated[int, Whole(0, 9_999, says="Seed of the writing")] = 1

    def conflicts(self) -> Iterator[str]:
        if self.text == OWN and self.own is None:
            yield NO_TEXT


@dataclass(frozen=True)
class NGramOutcome:
    """How well the orders 1 … 7 predict, and what one of them writes.

    Attributes:
        learned, held_out, symbols: characters to learn from and to test on, and how many different ones there are.
        orders: (7,); training, held: (7,) perplexity on what was learned from (at most the last 100,000 characters of
            it) and on what was held out.
        unseen: (7,) share of the held-out places whose context never stood in what was learned from.
        best: the order of the lowest held-out perplexity.
        written: what the model of the chosen order writes; copied: its longest passage that it has read.
    """

    learned: int
    held_out: int
    symbols: int
    orders: NDArray[np.intp]
    training: Floats
    held: Floats
    unseen: Floats
    best: int
    written: str
    copied: str


def run_ngram(settings: NGramSettings) -> NGramOutcome:
    """Count once, score every order on both parts of the text, and write with the chosen one."""
    train, held = material(settings.text, settings.own, settings.plain)
    train = train[: round(settings.size)]
    tree = counted(settings.text, settings.own, settings.plain, len(train), DEEPEST - 1)
    every = NGram(DEEPEST, settings.add, settings.smoothing).fit(tree)
    scores = [np.exp(every.cross_entropies(part)) for part in (train[-MOST_HELD_OUT:], held)]
    writer = NGram(settings.order, settings.add, settings.smoothing).fit(tree)
    written = writer.sample(np.random.default_rng(settings.seed), 400)
    return NGramOutcome(
        len(train), len(held), len(tree.symbols), np.arange(1, DEEPEST + 1), scores[0], scores[1], tree.unseen(held),
        int(scores[1].argmin()) + 1, written, longest_copy(written, train),
    )  # fmt: skip


def claim_ngram(seed: int, shuffle: bool = False) -> Verdict:
    """Score the orders 1 … 7 after 400 and after 30,000 letters of the data set descriptions, begun anywhere."""
    rng = np.random.default_rng(seed)
    text = turned(letters(descriptions()), rng)
    if shuffle:
        text = "".join(rng.permutation(list(text)))
    few, many = (
        np.exp(NGram(DEEPEST, 0.1).fit(text[:size], sorted(set(text))).cross_entropies(text[30_000:]))
        for size in (400, 30_000)
    )
    best_few, best_many = int(few.argmin()) + 1, int(many.argmin()) + 1
    return Verdict(
        best_few < best_many < DEEPEST and few[-1] >= 1.1 * few.min() and many[0] >= 1.5 * many.min(),
        {"best order with 400 letters": best_few, "best order with 30,000 letters": best_many},
        f"The best order is {best_few} with 400 letters (perplexity {few.min():.1f}; order 7 has {few[-1]:.1f}) and "
        f"{best_many} with 30,000 ({many.min():.1f}; order 1 has {many[0]:.1f}).",
    )


def turned(text: str, rng: np.random.Generator) -> str:
    """Return the text begun at a place drawn at random, with what stood before it at the end."""
    place = int(rng.integers(len(text)))
    return text[place:] + text[:place]


# --- decode: reshape the distribution --------------------------------------------------------------------------

STEPS, SHOWN = 40, 12  # letters that are shown being chosen, and the bars of each
LENGTH = 3_000


@dataclass(frozen=True)
class DecodeSettings(Settings):
    """A letter model of a text, and how its next-letter distribution is reshaped before a letter is drawn."""

    temperature: Annotated[float, Number(0.05, 3, step=0.05, says="Temperature T")] = 0.7
    top_k: Annotated[int, Whole(0, 30, says="Top-k: keep so many letters (0: all)")] = 0
    top_p: Annotated[float, Number(0.05, 1, step=0.05, says="Top-p: keep so much probability (1: all)")] = 1.0
    text: Annotated[str, Choice(TEXTS, says="Text to learn from")] = "a small book"
    own: Annotated[Text | None, OwnText(says="Your text", when=(("text", (OWN,)),))] = None
    order: Annotated[int, Whole(1, 6, says="Order n of the model")] = 5
    add: Annotated[float, Number(0.0001, 1, log=True, says="k, added to every count")] = 0.002
    prompt: Annotated[str, Name(says="Continue")] = ""
    seed: Annotated[int, Whole(0, 9_999, says="Seed of the writing")] = 1

    def conflicts(self) -> Iterator[str]:
        if self.text == OWN and self.own is None:
            yield NO_TEXT

    @classmethod
    def columns(cls, values: Mapping[str, Any]) -> tuple[str, ...]:
        if values["text"] == OWN and values.get("own") is None:
            return ()
        try:
            return beginnings(values["text"], values.get("own"))
        except DataRefused:
            return ()


@lru_cache(maxsize=8)
def beginnings(name: str, own: Text | None) -> tuple[str, ...]:
    """Return twelve common beginnings, two words and the first letter of the third, the most open ones first."""
    train = material(name, own, True)[0]
    words = train.split()
    threes = zip(words, words[1:], words[2:], strict=False)
    common = [one for one, _ in Counter(f"{a} {b} {c[0]}" for a, b, c in threes if len(a + b) < 20).most_common(60)]
    model = NGram(5, smoothing=WITTEN_BELL).fit(counted(name, own, True, len(train), 5))
    open_first = sorted(common, key=lambda one: float(model.probabilities(one).max()))
    return tuple(open_first[:12]) or (words[0][:12],)


@dataclass(frozen=True)
class Step:
    """One letter being chosen: the context; the letters that were likeliest, before and after reshaping; the choice."""

    context: str
    letters: tuple[str, ...]
    before: Floats
    after: Floats
    chosen: str


@dataclass(frozen=True)
class DecodeOutcome:
    """The letters chosen one by one, and the whole with the untouched distribution beside it.

    Attributes:
        prompt: what was continued; steps: the first letters after it.
        kept: how many of all `symbols` keep a probability after the prompt.
        reshaped, untouched: 3,000 letters each, of the reshaped and of the model's own distribution.
    """

    prompt: str
    steps: tuple[Step, ...]
    kept: int
    symbols: int
    reshaped: Written
    untouched: Written


def run_decode(settings: DecodeSettings) -> DecodeOutcome:
    """Write with the reshaped and with the untouched distribution, and look at the first choices."""
    train, _ = material(settings.text, settings.own, True)
    model = NGram(settings.order, settings.add).fit(counted(settings.text, settings.own, True, len(train), 5))
    prompt = " ".join(settings.prompt.lower().split()) or beginnings(settings.text, settings.own)[0]
    how = (settings.temperature, settings.top_k, settings.top_p)
    words = frozenset(train.split())
    both = [
        judged(model.sample(np.random.default_rng(settings.seed), LENGTH, prompt, *one), words)
        for one in (how, (1.0, 0, 1.0))
    ]
    steps = tuple(step(model, prompt + both[0].text[:i], both[0].text[i], how) for i in range(STEPS))
    kept = int(np.count_nonzero(decoding.reshape(model.probabilities(prompt), *how)))
    return DecodeOutcome(prompt, steps, kept, len(model.symbols), *both)


def step(model: NGram, context: str, chosen: str, how: tuple[float, int, float]) -> Step:
    """Look at the distribution after a context, with the letter that was drawn among those shown."""
    own = model.probabilities(context)
    after = decoding.reshape(own, *how)
    likely = np.argsort(-own, kind="stable")[:SHOWN]
    if (at := model.symbols.index(chosen)) not in likely:
        likely[-1] = at
    return Step(context, tuple(model.symbols[i] for i in likely), own[likely], after[likely], chosen)


def claim_decode(seed: int, temperatures: tuple[float, float, float] = (0.2, 1.0, 2.5)) -> Verdict:
    """Let an order-5 model write 6,000 letters at each of three temperatures."""
    rng = np.random.default_rng(seed)
    text = letters(descriptions())
    model, words = NGram(5, 0.002).fit(text), frozenset(text.split())
    cold, warm, hot = (judged(model.sample(rng, 6_000, temperature=one), words) for one in temperatures)
    ratio, lost = cold.distinct / warm.distinct, warm.known - hot.known
    return Verdict(
        ratio <= 0.6 and lost >= 0.1,
        {"distinct triples, of those at temperature 1": ratio, "share of known words lost when hot": lost},
        f"Of the word triples {cold.distinct:.0%} are distinct at T = {temperatures[0]:g} and {warm.distinct:.0%} at "
        f"T = {temperatures[1]:g}; of the words {warm.known:.0%} exist at T = {temperatures[1]:g} and {hot.known:.0%} "
        f"at T = {temperatures[2]:g}.",
    )


# --- mask: fill the gap ----------------------------------------------------------------------------------------

LEFT, BOTH = "left only", "both sides"
PASSAGE, LIKELIEST, MOST_TESTED = 48, 10, 8_000


@dataclass(frozen=True)
class MaskSettings(Settings):
    """A text, a gap in a passage of its held-out part, and what a model may see of the passage."""

    sides: Annotated[str, Choice((LEFT, BOTH), says="The model sees")] = LEFT
    width: Annotated[int, Whole(2, 6, step=2, says="Characters that it sees")] = 2
    gap: Annotated[int, Whole(1, PASSAGE, says="Hidden character of the passage")] = 41
    passage: Annotated[int, Whole(1, 20, says="Passage")] = 1
    text: Annotated[str, Choice(TEXTS, says="Text to learn from")] = "a small book"
    own: Annotated[Text | None, OwnText(says="Your text", when=(("text", (OWN,)),))] = None
    plain: Annotated[bool, Flag(says="Letters only")] = True

    def conflicts(self) -> Iterator[str]:
        if self.text == OWN and self.own is None:
            yield NO_TEXT


@dataclass(frozen=True)
class MaskOutcome:
    """What a model puts in the gap, and how both kinds of model do elsewhere.

    Attributes:
        passage: the characters, n of them; gap: the place of the hidden one.
        guesses: the ten likeliest characters; probabilities: (10,) of them.
        left, both: (n,) probability of the true character at each place, by the two kinds of model.
        left_right, both_right: share of `tested` held-out characters that the likeliest guess hits.
    """

    passage: str
    gap: int
    guesses: tuple[str, ...]
    probabilities: Floats
    left: Floats
    both: Floats
    left_right: float
    both_right: float
    tested: int


def around(sides: str, width: int) -> tuple[int, ...]:
    """Return the offsets that a model sees, nearest first: −1, −2, … or −1, +1, −2, +2, …"""
    return before(width + 1) if sides == LEFT else (-1, 1, -2, 2, -3, 3)[:width]


def run_mask(settings: MaskSettings) -> MaskOutcome:
    """Fit both kinds of model and let them guess every character of a passage from those around it."""
    train, held = material(settings.text, settings.own, settings.plain)
    symbols = sorted(set(train) | set(held))
    models = {
        sides: ContextModel(around(sides, settings.width), smoothing=WITTEN_BELL).fit(train, symbols)
        for sides in (LEFT, BOTH)
    }
    passage = passage_of(held, settings.passage)
    gap = min(settings.gap, len(passage)) - 1
    at_gap = models[settings.sides].at(passage, gap)
    likely = np.argsort(-at_gap, kind="stable")[:LIKELIEST]
    true = [symbols.index(one) for one in passage]
    left, both = (
        np.array([model.at(passage, place)[code] for place, code in enumerate(true)]) for model in models.values()
    )
    tested = held[:MOST_TESTED]
    right = [hits(model, tested) for model in models.values()]
    return MaskOutcome(
        passage, gap, tuple(symbols[i] for i in likely), at_gap[likely], left, both, right[0], right[1], len(tested)
    )


def passage_of(held: str, number: int) -> str:
    """Return a passage of the held-out text, from the beginning of a word if there is one near; they take turns."""
    start = (number - 1) % max(len(held) // PASSAGE, 1) * PASSAGE
    space = held.find(" ", start, start + PASSAGE // 2)
    start = space + 1 if 0 <= space < len(held) - PASSAGE else start
    return held[start : start + PASSAGE]


def hits(model: ContextModel, text: str) -> float:
    """Return the share of a text's characters that are the model's likeliest guess."""
    return float(np.mean([guess == true for guess, true in zip(model.guesses(text), text, strict=True)]))


def claim_mask(seed: int, second: str = BOTH) -> Verdict:
    """Guess 8,000 letters of the data set descriptions after 30,000, from two on the left and from one on each side."""
    rng = np.random.default_rng(seed)
    text = turned(" ".join(descriptions().lower().split()), rng)
    train, held = text[:30_000], text[30_000:38_000]
    left, both = (
        hits(ContextModel(around(sides, 2), smoothing=WITTEN_BELL).fit(train, sorted(set(text))), held)
        for sides in (LEFT, second)
    )
    return Verdict(
        both - left >= 0.02,
        {"right from two on the left": left, "right from one on each side": both},
        f"Of the hidden letters {left:.1%} are guessed from two on the left and {both:.1%} from "
        f"{'one on each side' if second == BOTH else 'the same two'}.",
    )


# --- the lesson's worked example -------------------------------------------------------------------------------

STORY = "the cat sat on the mat the dog sat on the cat"
FOUR = (0.5, 0.3, 0.15, 0.05)


def worked() -> dict[str, float | str]:
    """Return the numbers of the lesson by name."""
    words = STORY.split()
    add_one, witten = (NGram(2, 1.0, smoothing).fit(words) for smoothing in (ADD, WITTEN_BELL))
    after_the = dict(zip(add_one.symbols, add_one.probabilities(["the"]), strict=True))
    numbers: dict[str, float | str] = {
        "cat": after_the["cat"], "on": after_the["on"],
        "witten_cat": witten.probabilities(["the"])[witten.symbols.index("cat")],
        "three_nats": 3 * add_one.cross_entropy(["the", "dog", "sat"]),
        "three_mean": add_one.cross_entropy(["the", "dog", "sat"]),
        "three_perplexity": add_one.perplexity(["the", "dog", "sat"]),
    }  # fmt: skip
    fox = chained(FACTORS)
    numbers |= {"product": fox.product, "nats": fox.nats, "perplexity": fox.perplexity}
    sentence = chained((5 / 18, 2 / 10, 2 / 7))
    numbers |= {f"nats_{i}": nats for i, nats in enumerate(sentence.surprise.tolist(), start=1)}
    shapes = {
        "cold": decoding.reshape(np.array(FOUR), 0.5), "hot": decoding.reshape(np.array(FOUR), 2.0),
        "top_two": decoding.reshape(np.array(FOUR), top_k=2), "top_p": decoding.reshape(np.array(FOUR), top_p=0.9),
    }  # fmt: skip
    numbers |= {f"{name}_{i}": float(p) for name, shape in shapes.items() for i, p in enumerate(shape, start=1)}
    scores = np.array([2.0, 1.0, 0.0])  # z = W h of the words cat, dog and bird
    softmax = np.exp(scores) / np.exp(scores).sum()
    numbers |= dict(zip(("p_cat", "p_dog", "p_bird"), softmax, strict=True))
    return {name: one if isinstance(one, str) else float(one) for name, one in numbers.items()}


EXPERIMENTS = (
    Experiment(
        "fox", FoxSettings, run_fox, claim_fox,
        sabotage=Sabotage("every factor halved", lambda seed: claim_fox(seed, scale=0.5)),
        shows=(chained,),
    ),
    Experiment(
        "ngram", NGramSettings, run_ngram, claim_ngram,
        sabotage=Sabotage("the letters shuffled", lambda seed: claim_ngram(seed, shuffle=True)),
        shows=(NGram, ContextModel, Tree),
    ),
    Experiment(
        "decode", DecodeSettings, run_decode, claim_decode,
        sabotage=Sabotage("temperature 1 three times", lambda seed: claim_decode(seed, (1.0, 1.0, 1.0))),
        shows=(decoding.reshape, decoding.heated, NGram.sample),
    ),
    Experiment(
        "mask", MaskSettings, run_mask, claim_mask,
        sabotage=Sabotage("the left side used twice", lambda seed: claim_mask(seed, second=LEFT)),
        shows=(around, hits, ContextModel),
    ),
)  # fmt: skip
