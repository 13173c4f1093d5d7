"""The experiment decode: reshape the distribution."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, ClassVar

import numpy as np

from engine.data import Floats, Text
from engine.errors import DataRefused
from engine.experiment import Experiment, Sabotage, Verdict
from engine.experiments.sequence_modeling.shared import TEXTS, counted, material
from engine.language_modeling import decoding
from engine.language_modeling.corpus import OWN, descriptions, letters
from engine.language_modeling.ngram import WITTEN_BELL, NGram
from engine.language_modeling.written import Written as Written
from engine.language_modeling.written import judged
from engine.settings import Choice, Name, Number, OwnText, Settings, Whole

STEPS, SHOWN = 40, 12  # letters that are shown being chosen, and the bars of each
LENGTH = 3_000


@dataclass(frozen=True)
class DecodeSettings(Settings):
    """A letter model of a text, and how its next-letter distribution is reshaped before a letter is drawn."""

    main: ClassVar = ("temperature", "top_k", "top_p", "prompt")

    temperature: Annotated[float, Number(0.05, 3, step=0.05, says="Temperature T")] = 0.7
    top_k: Annotated[int, Whole(0, 30, says="Top-k: keep so many letters (0: all)")] = 0
    top_p: Annotated[float, Number(0.05, 1, step=0.05, says="Top-p: keep so much probability (1: all)")] = 1.0
    text: Annotated[str, Choice(TEXTS, says="Text to learn from")] = "a small book"
    own: Annotated[Text | None, OwnText(says="Your text", when=(("text", (OWN,)),))] = None
    order: Annotated[int, Whole(1, 6, says="Order n of the model")] = 5
    add: Annotated[float, Number(0.0001, 1, log=True, says="k, added to every count")] = 0.002
    prompt: Annotated[str, Name(says="Continue", typed=True)] = ""
    seed: Annotated[int, Whole(0, 9_999, says="Seed of the writing")] = 1

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


EXPERIMENT = Experiment(
    "decode",
    DecodeSettings,
    run_decode,
    claim_decode,
    sabotage=Sabotage("temperature 1 three times", lambda seed: claim_decode(seed, (1.0, 1.0, 1.0))),
    shows=(decoding.reshape, decoding.heated, NGram.sample),
)
