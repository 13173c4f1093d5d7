"""Train a transformer on a text, a step at a time, with samples and examinations on the way."""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.ends import Diverged, Done, End
from engine.errors import DataRefused, TooLarge
from engine.kept_models import fitted
from engine.language_modeling.generation import Plan, Transformer, Weights
from engine.language_modeling.material import MOST_CHARACTERS, Material, ngram_levels

EVERY = 25  # steps between two examinations, and between two samples
SAMPLE, COOL = 120, 0.8  # characters of a sample, and the temperature at which they are drawn
EXCERPT = 32  # characters of the held-out text that are shown as an example
MOST_CODE = 0x10FFFF  # of a character
WARM_UP = 10  # steps in which the rate grows to its value
MOST_OPERATIONS = 8e9  # multiplications and additions of a step: about a fifth of a second
MOST_WEIGHTS = 16_000_000  # attention weights that a step remembers
TRAINING, HELD_OUT = "training loss", "held-out loss"

Samples = tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Recipe:
    """How a transformer is trained.

    Attributes:
        batch: texts in a batch.
        muon: Muon for the blocks' matrices, or AdamW for everything.
        rate: the learning rate after the warm-up; `falls` lets it fall from there to 0 at the last step.
        dropout: share of each block's output that is left out.
        steps: when to stop.
        seed: draws the first matrices, the batches, the dropout and the samples.
    """

    batch: int = 24
    muon: bool = True
    rate: float = 0.01
    falls: bool = True
    dropout: float = 0.0
    steps: int = 600
    seed: int = 1


@dataclass(frozen=True)
class Snapshot:
    """A transformer after `step` steps.

    Attributes:
        measures: the training loss of the step; every 25 steps the held-out loss; both in nats a character.
        weights: copies of the matrices, and all else that `Transformer.of` needs.
        samples: (step, what it wrote) at steps 0, 25, 50, 100, 200 ... and the newest.
        levels: the held-out loss of n-gram models, by name.
        excerpt: the beginning of the held-out text, to look into.
        opening: what the samples continue.
    """

    step: int
    measures: Mapping[str, float]
    weights: Weights
    samples: Samples
    levels: Mapping[str, float]
    excerpt: str
    opening: str

    @property
    def model(self) -> Transformer:
        return Transformer.of(self.weights)


Course = Generator[Snapshot, Mapping[str, Any] | None, End]


def pretrain(text: str, plan: Plan, recipe: Recipe, kept: Weights, start: int = 0) -> Course:
    """Yield the model after each step.

    Args:
        text: what is learned; its last tenth is held out.
        plan: what the model is built of.
        recipe: how it is trained; `send` changes rate, dropout and steps.
        kept: a snapshot's weights to begin with, or nothing. The optimiser's memory was not kept with them, so the
            rate grows once more.
        start: how many steps those have behind them.

    Raises:
        DataRefused: if the text is shorter than ten contexts, or what was kept does not fit together.
    """
    characters = ""
    if kept:
        plan, characters = unpacked(kept)
    material = Material.of(text, characters, least=10 * plan.context)
    from engine.language_modeling.transformer import Training, lead, untrained  # loads torch

    rng = np.random.default_rng((recipe.seed, start))
    matrices = {name: one for name, one in kept.items() if name not in ("plan", "characters")}
    fresh = untrained(rng, plan, len(material.characters))
    if kept:
        fresh = fitted(matrices, fresh)
    training = Training(plan, fresh, material.codes[: material.cut], recipe.batch, recipe.muon, rng)
    excerpt = material.text[material.held_out()][: min(EXCERPT, plan.context)]
    levels, samples = ngram_levels(material), Samples()
    step, loss, measures = start, math.nan, dict[str, float]()
    while True:
        weights = packed(training.arrays(), plan, material.characters)
        if step == start or step % EVERY == 0:
            measures[HELD_OUT] = training.loss(material.codes[material.held_out(lead(plan))])
            try:
                samples = (*kept_of(samples), (step, sample(weights, recipe.seed, step, material.opening)))
            except DataRefused:
                return Diverged(step, "score of the next character", loss)
        changes = yield Snapshot(step, measures, weights, samples, levels, excerpt, material.opening)
        recipe = replace(recipe, **(changes or {}))
        if step >= recipe.steps:
            return Done()
        step += 1
        share = 1 - (step - 1) / recipe.steps if recipe.falls else 1.0
        now = training.step(recipe.rate * share * min(1.0, (step - start) / WARM_UP), recipe.dropout)
        if not math.isfinite(now):
            return Diverged(step, TRAINING, loss)
        loss, measures = now, {TRAINING: now}


def packed(matrices: Mapping[str, NDArray[np.float32]], plan: Plan, characters: str) -> Weights:
    """Return matrices with all that is needed to use them without the text they were trained on."""
    codes = np.array([ord(one) for one in characters], np.uint32)
    return {**matrices, "plan": plan.packed(), "characters": codes}


def unpacked(kept: Weights) -> tuple[Plan, str]:
    """Return the plan and the characters of what `packed` returned.

    Raises:
        DataRefused: if they are missing, or are none.
    """
    places = np.shape(kept.get("characters", ()))
    like: dict[str, NDArray[Any]] = {"plan": Plan().packed(), "characters": np.zeros(places, np.uint32)}
    found = fitted({name: one for name, one in kept.items() if name in like}, like)
    codes = found["characters"].astype(np.int64)
    if (
        codes.ndim != 1
        or not 1 <= len(codes) <= MOST_CHARACTERS
        or (np.diff(codes) <= 0).any()
        or codes[-1] > MOST_CODE
    ):
        raise DataRefused("The kept characters do not fit a model: they must be different ones, in order.")
    plan = Plan.unpacked(found["plan"])
    if plan.width % (2 * plan.heads):
        raise DataRefused(f"The kept plan does not fit: a width of {plan.width} is no multiple of 2 · {plan.heads}.")
    return plan, "".join(map(chr, codes))


def sample(weights: Weights, seed: int, step: int, opening: str) -> str:
    """Write a sample of SAMPLE characters."""
    rng = np.random.default_rng((seed, step, 1))
    return "".join(Transformer.of(weights).write(rng, opening, SAMPLE, temperature=COOL))


def kept_of(samples: Samples) -> Samples:
    """Return the samples that stay when another one comes: those of steps 0, 25, 50, 100, 200, ..."""
    counts = [step // EVERY for step, _ in samples]
    return tuple(one for one, count in zip(samples, counts, strict=True) if count & (count - 1) == 0)


def check_size(plan: Plan, batch: int) -> None:
    """Refuse a model whose steps would take too long or too much memory.

    Raises:
        TooLarge: with the number and the largest that fits.
    """
    positions = batch * plan.context
    operations = 6 * positions * plan.layers * (12 * plan.width**2 + 2 * plan.context * plan.width)
    if operations > MOST_OPERATIONS:
        raise TooLarge("multiplications and additions in a step", operations, MOST_OPERATIONS)
    remembered = plan.layers * plan.heads * positions * plan.context
    if remembered > MOST_WEIGHTS:
        raise TooLarge("attention weights in a step", remembered, MOST_WEIGHTS)
