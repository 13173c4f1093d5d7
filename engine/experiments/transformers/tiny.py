"""The experiment tiny: a transformer in a minute."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from engine.data import Text
from engine.experiment import Experiment, Sabotage, Verdict
from engine.experiments.transformers.training import Course, Recipe, check_size, pretrain, unpacked
from engine.language_modeling import corpus
from engine.language_modeling.generation import NORMS, PARTS, Cache, Plan, Transformer
from engine.language_modeling.material import share_of_pairs, share_of_words
from engine.settings import Choice, Flag, Number, OwnText, Settings, Whole


@dataclass(frozen=True)
class TinySettings(Settings):
    """A text, a transformer, and how it is trained."""

    text: Annotated[str, Choice((*corpus.NAMES, corpus.OWN), says="Text to learn")] = "toy grammar"
    own: Annotated[Text | None, OwnText(says="Your text", when=(("text", (corpus.OWN,)),))] = None
    layers: Annotated[int, Whole(1, 4, says="Layers")] = 2
    heads: Annotated[int, Whole(1, 8, says="Heads in each layer")] = 4
    width: Annotated[int, Whole(16, 128, step=16, says="Width, d: numbers for each character")] = 64
    context: Annotated[int, Whole(8, 128, step=8, says="Context: characters it sees")] = 48
    norm: Annotated[str, Choice(NORMS, says="Norm before each block")] = NORMS[0]
    without: Annotated[str, Choice(PARTS, says="Leave out, to see what it does")] = PARTS[0]
    batch: Annotated[int, Whole(1, 64, says="Texts in a batch")] = 24
    optimiser: Annotated[str, Choice(("Muon", "AdamW"), says="Optimiser")] = "Muon"
    falls: Annotated[bool, Flag(says="Rate falls to 0")] = True
    rate: Annotated[float, Number(1e-5, 1, log=True, says="Learning rate")] = 0.01
    dropout: Annotated[float, Number(0, 0.5, step=0.05, says="Dropout: share of each block's output")] = 0.0
    steps: Annotated[int, Whole(50, 5_000, step=50, says="Stop after steps")] = 600
    seed: Annotated[int, Whole(0, 9_999, says="Seed")] = 1

    def conflicts(self) -> Iterator[str]:
        if self.width % (2 * self.heads):
            yield f"The width is shared out among the heads in pairs: {self.width} is no multiple of 2 · {self.heads}."

    def plan(self) -> Plan:
        return Plan(self.layers, self.heads, self.width, self.context, self.norm, self.without)

    def recipe(self) -> Recipe:
        return Recipe(self.batch, self.optimiser == "Muon", self.rate, self.falls, self.dropout, self.steps, self.seed)


def run_tiny(settings: TinySettings) -> Course:
    """Train from the beginning, a step a snapshot; rate, dropout and steps may be changed by `send`."""
    check_size(settings.plan(), settings.batch)
    return pretrain(text_of(settings), settings.plan(), settings.recipe(), {})


def reopen_tiny(settings: TinySettings, arrays: Mapping[str, NDArray[Any]], step: int) -> Course:
    """Go on from a kept model, which brings its own plan and characters.

    Raises:
        DataRefused: if the arrays are not those of a transformer; their shapes are looked at with the first step.
    """
    plan, _ = unpacked(arrays)
    check_size(plan, settings.batch)
    return pretrain(text_of(settings), plan, settings.recipe(), arrays, step)


def text_of(settings: TinySettings) -> str:
    """Return what is to be learned."""
    return corpus.corpus(settings.text, settings.own, settings.seed)


def claim_tiny(seed: int, shuffle: bool = False) -> Verdict:
    """Train a narrow transformer on a small grammar: letter pairs are right after 40 steps, words after 250."""
    plan, recipe = Plan(width=32, context=24), Recipe(batch=16, falls=False, steps=250, seed=seed)
    rng = np.random.default_rng(seed)
    text = corpus.grammar(rng, 1_500)
    learned = "".join(rng.permutation([*text])) if shuffle else text
    pairs, words = dict[int, float](), dict[int, float]()
    for snapshot in pretrain(learned, plan, recipe, {}):
        if (step := snapshot.step) in (40, 250):
            samples = ["".join(snapshot.model.write(rng, ". ", 100)) for _ in range(16)]
            pairs[step] = float(np.mean([share_of_pairs(text, one) for one in samples]))
            words[step] = float(np.mean([share_of_words(text, one) for one in samples]))
    return Verdict(
        pairs[40] >= 0.8 and words[40] <= 0.3 and words[250] >= 0.55,
        {"possible pairs, 40 steps": pairs[40], "words, 40 steps": words[40], "words, 250 steps": words[250]},
        f"After 40 steps {pairs[40]:.0%} of the letter pairs are possible and {words[40]:.0%} of the words exist; "
        f"after 250 steps {words[250]:.0%} do.",
    )


EXPERIMENT = Experiment(
    "tiny",
    TinySettings,
    run_tiny,
    claim_tiny,
    Sabotage("the letters of the text shuffled", lambda seed: claim_tiny(seed, shuffle=True)),
    shows=(
        "engine.language_modeling.transformer:logits",
        "engine.language_modeling.transformer:attention",
        "engine.language_modeling.transformer:Training",
        "engine.language_modeling.transformer:Muon",
        pretrain,
        Transformer,
        Cache,
    ),
    live=("rate", "dropout", "steps"),
    reopen=reopen_tiny,
)
