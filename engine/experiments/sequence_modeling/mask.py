"""The experiment mask: fill the gap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from engine.data import Floats, Text
from engine.experiment import Experiment, Sabotage, Verdict
from engine.experiments.sequence_modeling.ngram import turned
from engine.experiments.sequence_modeling.shared import TEXTS, material
from engine.language_modeling.corpus import OWN, descriptions
from engine.language_modeling.ngram import WITTEN_BELL, ContextModel, before
from engine.settings import Choice, Flag, OwnText, Settings, Whole

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


EXPERIMENT = Experiment(
    "mask",
    MaskSettings,
    run_mask,
    claim_mask,
    sabotage=Sabotage("the left side used twice", lambda seed: claim_mask(seed, second=LEFT)),
    shows=(around, hits, ContextModel),
)
