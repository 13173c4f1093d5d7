"""The experiment ngram: train an n-gram."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from engine.data import Floats, Text
from engine.experiment import Experiment, Sabotage, Verdict
from engine.experiments.sequence_modeling.shared import DEEPEST, MOST_HELD_OUT, TEXTS, counted, material
from engine.language_modeling.contexts import Tree
from engine.language_modeling.corpus import OWN, descriptions, letters
from engine.language_modeling.ngram import ADD, SMOOTHINGS, ContextModel, NGram
from engine.language_modeling.written import longest_copy
from engine.settings import Choice, Flag, Number, OwnText, Settings, Whole


@dataclass(frozen=True)
class NGramSettings(Settings):
    """A text, how much of it is learned from, and the model."""

    main: ClassVar = ("text", "order", "smoothing", "size")

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
        len(train),
        len(held),
        len(tree.symbols),
        np.arange(1, DEEPEST + 1),
        scores[0],
        scores[1],
        tree.unseen(held),
        int(scores[1].argmin()) + 1,
        written,
        longest_copy(written, train),
    )


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


EXPERIMENT = Experiment(
    "ngram",
    NGramSettings,
    run_ngram,
    claim_ngram,
    sabotage=Sabotage("the letters shuffled", lambda seed: claim_ngram(seed, shuffle=True)),
    shows=(NGram, ContextModel, Tree),
)
