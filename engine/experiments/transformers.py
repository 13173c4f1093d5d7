"""Experiments of the topic "Attention and transformers" (section 33.2 of the primer)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from engine.data import Floats, Text
from engine.errors import TooLarge
from engine.experiment import Choice, Experiment, Flag, Number, OwnText, Rows, Sabotage, Settings, Verdict, Whole
from engine.language_modeling import attention, corpus
from engine.language_modeling.generation import NORMS, PARTS, Cache, Plan, Transformer
from engine.language_modeling.generation import RARE as RARE
from engine.language_modeling.material import share_of_pairs, share_of_words
from engine.language_modeling.pretraining import COOL as COOL
from engine.language_modeling.pretraining import HELD_OUT as HELD_OUT
from engine.language_modeling.pretraining import TRAINING as TRAINING
from engine.language_modeling.pretraining import Course, Recipe, check_size, pretrain
from engine.language_modeling.pretraining import Snapshot as Snapshot

Matrix = tuple[tuple[float, ...], ...]

# --- attend: three words, by hand ------------------------------------------------------------------------------

WORDS = ("dog", "bites", "man")
BY_HAND, DRAWN = "by hand", "drawn at random"
IDENTITY: Matrix = ((1.0, 0.0), (0.0, 1.0))
MIRROR: Matrix = ((-1.0, 0.0), (0.0, -1.0))  # puts values where no word lies


@dataclass(frozen=True)
class AttendSettings(Settings):
    """Three words as vectors in the plane, and the three projections of one head."""

    vectors: Annotated[Matrix, Rows(2, -10, 10, most=3, says="The three words' vectors: x, y")] = (
        (2.0, 0.0), (0.0, 2.0), (1.0, 1.0),
    )  # fmt: skip
    projections: Annotated[str, Choice((BY_HAND, DRAWN), says="Projections")] = BY_HAND
    W_q: Annotated[Matrix, Rows(2, -10, 10, most=2, says="W_Q", when=(("projections", (BY_HAND,)),))] = IDENTITY
    W_k: Annotated[Matrix, Rows(2, -10, 10, most=2, says="W_K", when=(("projections", (BY_HAND,)),))] = IDENTITY
    W_v: Annotated[Matrix, Rows(2, -10, 10, most=2, says="W_V", when=(("projections", (BY_HAND,)),))] = MIRROR
    scaled: Annotated[bool, Flag(says="Divide by √d_k")] = True
    normalised: Annotated[bool, Flag(says="Softmax")] = True
    masked: Annotated[bool, Flag(says="Causal mask")] = False
    seed: Annotated[int, Whole(0, 9_999, says="Seed", when=(("projections", (DRAWN,)),))] = 1

    def conflicts(self) -> Iterator[str]:
        if len(self.vectors) != 3:
            yield f"There are three words, so give three vectors; there are {len(self.vectors)}."
        if self.projections == BY_HAND:
            for name, rows in (("W_Q", self.W_q), ("W_K", self.W_k), ("W_V", self.W_v)):
                if len(rows) != 2:
                    yield f"{name} maps two numbers to two, so it has two rows; there are {len(rows)}."


@dataclass(frozen=True)
class AttendOutcome:
    """One head on three words: all shapes (3, 2), but for scores and weights, (3, 3); scores are −∞ where masked.

    Attributes:
        X: the words' vectors; projections: W_Q, W_K and W_V, shape (3, 2, 2).
        Q, K, V: what the projections make of X.
        blocked: whether a score is masked; scores hold NaN there.
        scores, weights, outputs: as in engine.language_modeling.attention.
    """

    X: Floats
    projections: Floats
    Q: Floats
    K: Floats
    V: Floats
    blocked: NDArray[np.bool_]
    scores: Floats
    weights: Floats
    outputs: Floats


def run_attend(settings: AttendSettings) -> AttendOutcome:
    """Attend once."""
    X = np.array(settings.vectors, dtype=float)  # (3, 2)
    if settings.projections == BY_HAND:
        W = np.array([settings.W_q, settings.W_k, settings.W_v], dtype=float)  # (3, 2, 2)
    else:
        W = np.round(np.random.default_rng(settings.seed).normal(size=(3, 2, 2)), 2)
    Q, K, V = X @ W  # (3, 2) each
    mask = attention.causal_mask(3) if settings.masked else None
    found = attention.attend(Q, K, V, mask, settings.scaled, settings.normalised)
    blocked = np.isneginf(found.scores)
    scores = np.where(blocked, np.nan, found.scores)
    return AttendOutcome(X, W, Q, K, V, blocked, scores, found.weights, found.outputs)


def claim_attend(seed: int, normalised: bool = True) -> Verdict:
    """Attend with random projections of three random words: are the outputs weighted means of the values?"""
    rng = np.random.default_rng(seed)
    X, W_q, W_k, W_v = (rng.normal(size=shape) for shape in ((3, 4), (4, 4), (4, 4), (4, 4)))
    V = X @ W_v  # (3, 4)
    found = attention.attend(X @ W_q, X @ W_k, V, normalised=normalised)
    error = float(np.abs(found.weights.sum(axis=-1) - 1).max())
    least = float(found.weights.min())
    outside = float(np.maximum(found.outputs - V.max(axis=0), V.min(axis=0) - found.outputs).max())
    return Verdict(
        least > 0 and error < 1e-12 and outside <= 1e-12,
        {"largest |row sum − 1|": error, "smallest weight": least, "farthest outside the values' range": outside},
        f"The rows sum to 1 within {error:.0e}, the smallest weight is {least:.2g}, and no output lies outside the "
        "range of the values."
        if outside <= 1e-12
        else f"The rows miss the sum 1 by up to {error:.2g}, the smallest weight is {least:.2g}, and an output lies "
        f"{outside:.2g} outside the range of the values.",
    )


# --- scale: why the square root --------------------------------------------------------------------------------

DIMENSIONS = (4, 8, 16, 32, 64, 128, 256)
DRAWS = 400  # queries for each dimension
MOST_NUMBERS = 20_000_000  # drawn for all dimensions together


@dataclass(frozen=True)
class ScaleSettings(Settings):
    """Random queries and keys whose numbers all have variance 1."""

    k: Annotated[int, Whole(1, 512, says="Key dimension, d_k")] = 64
    keys: Annotated[int, Whole(2, 64, says="Keys")] = 16
    power: Annotated[float, Number(0, 1, step=0.05, says="Divide by d_k to the power of")] = 0.5
    queries: Annotated[int, Whole(50, 1_000, step=50, says="Random queries")] = DRAWS
    seed: Annotated[int, Whole(0, 9_999, says="Seed")] = 1


@dataclass(frozen=True)
class ScaleOutcome:
    """Scores of random queries and keys, for each dimension.

    Attributes:
        dimensions: (n,) with the one looked into among them.
        variance: (2, n) of the scores, as they are and divided.
        entropy: (2, n) mean relative entropy of the softmax: 1 spread evenly, 0 all on one key.
        gradient: (2, n) mean of Σ p (1 − p): how much a softmax still reacts to its scores.
        slope: of log variance against log dimension, as they are and divided, shape (2,).
        weights: (2, keys) of one query at the dimension looked into, largest first.
    """

    dimensions: NDArray[np.int64]
    variance: Floats
    entropy: Floats
    gradient: Floats
    slope: Floats
    weights: Floats


def run_scale(settings: ScaleSettings) -> ScaleOutcome:
    """Draw queries and keys for each dimension and measure their scores with and without the division."""
    rng = np.random.default_rng(settings.seed)
    dimensions = sorted({*DIMENSIONS, settings.k})
    numbers = settings.queries * (settings.keys + 1) * sum(dimensions)
    if numbers > MOST_NUMBERS:
        raise TooLarge("random numbers", numbers, MOST_NUMBERS)
    return compare_scales(rng, dimensions, settings.keys, settings.queries, settings.power, settings.k)


def compare_scales(
    rng: np.random.Generator, dimensions: list[int], keys: int, queries: int, power: float, look: int
) -> ScaleOutcome:
    """Measure scores for each dimension as they are and divided by dimension^power; look into one of them."""
    found, examples = [], {}
    for k in dimensions:
        q, K = rng.normal(size=(queries, 1, k)), rng.normal(size=(queries, keys, k))
        raw = (q @ K.swapaxes(1, 2))[:, 0]  # (queries, keys)
        both = np.stack([raw, raw / k**power])  # (2, queries, keys)
        weights = attention.softmax(both)
        examples[k] = -np.sort(-weights[:, 0])  # (2, keys)
        found.append([
            both.var(axis=(1, 2)),
            attention.relative_entropy(weights).mean(axis=1),
            (weights * (1 - weights)).sum(axis=-1).mean(axis=1),
        ])  # fmt: skip
    variance, entropy, gradient = np.array(found).transpose(1, 2, 0)  # (2, n) each
    slope = np.array([np.polyfit(np.log(dimensions), np.log(one), 1)[0] for one in variance])
    return ScaleOutcome(np.array(dimensions), variance, entropy, gradient, slope, examples[look])


def claim_scale(seed: int, divided_first: bool = False) -> Verdict:
    """Fit the growth of the scores' variance over dimensions 4 ... 256, and compare the entropies at 256."""
    found = compare_scales(np.random.default_rng(seed), [*DIMENSIONS], 16, DRAWS, 0.5, 256)
    slope = float(found.slope[1 if divided_first else 0])
    raw, scaled = (float(one) for one in found.entropy[:, -1])
    return Verdict(
        abs(slope - 1) <= 0.05 and raw <= 0.2 and scaled >= 0.7,
        {"slope of log variance": slope, "relative entropy at 256, unscaled": raw, "scaled": scaled},
        f"The variance grows as dimension to the power of {slope:.3f}; at 256 the relative entropy is {raw:.3f} "
        f"unscaled and {scaled:.3f} scaled.",
    )


# --- order: shuffle the words ----------------------------------------------------------------------------------

SENTENCE = ("the", "dog", "bites", "a", "man")
NO_POSITIONS, SINUSOIDAL, LEARNED = "none", "sinusoidal", "learned (here random)"
ORDERS: dict[str, tuple[int, ...]] = {"a man bites the dog": (3, 4, 2, 0, 1), "backwards": (4, 3, 2, 1, 0)}
SHUFFLED = "drawn at random"
WIDTH = 8


@dataclass(frozen=True)
class OrderSettings(Settings):
    """One head over five words, in their order and in another."""

    positions: Annotated[str, Choice((NO_POSITIONS, SINUSOIDAL, LEARNED), says="Position vectors")] = NO_POSITIONS
    masked: Annotated[bool, Flag(says="Causal mask")] = False
    order: Annotated[str, Choice((*ORDERS, SHUFFLED), says="The other order")] = "a man bites the dog"
    seed: Annotated[int, Whole(0, 9_999, says="Seed")] = 1


@dataclass(frozen=True)
class OrderOutcome:
    """What one head makes of five words before and after they were shuffled.

    Attributes:
        order: (5,) place i of the shuffled sentence holds word order[i].
        positions: (5, 8) position vectors; zeros where there are none.
        before: (5, 8) outputs of the sentence, row i for word i.
        after: (5, 8) outputs of the shuffled sentence, in its own order.
        moved: (5,) for each word of the sentence the largest difference of its two outputs.
    """

    order: NDArray[np.int64]
    positions: Floats
    before: Floats
    after: Floats
    moved: Floats


def run_order(settings: OrderSettings) -> OrderOutcome:
    """Attend to the sentence in both orders."""
    rng = np.random.default_rng(settings.seed)
    order = np.array(ORDERS.get(settings.order, shuffled(rng, len(SENTENCE))))
    return compare_orders(rng, order, settings.positions, settings.masked, WIDTH)


def shuffled(rng: np.random.Generator, n: int) -> tuple[int, ...]:
    """Draw an order of n things, n ≥ 2, that is not the one they have."""
    while (order := tuple(map(int, rng.permutation(n)))) == tuple(range(n)):
        pass
    return order


def compare_orders(
    rng: np.random.Generator, order: NDArray[np.int64], positions: str, masked: bool, d: int
) -> OrderOutcome:
    """Draw n words and a head of width d, and let it attend in the words' own order and in another."""
    n = len(order)
    X, W_q, W_k, W_v = (rng.normal(size=shape) for shape in ((n, d), (d, d), (d, d), (d, d)))
    learned = rng.normal(size=(n, d))
    P = {NO_POSITIONS: np.zeros((n, d)), SINUSOIDAL: attention.sinusoidal(n, d), LEARNED: learned}[positions]
    mask = attention.causal_mask(n) if masked else None
    before, after = (
        attention.self_attention(words + P, W_q, W_k, W_v, mask).outputs for words in (X, X[order])
    )  # (n, d) each; the words move, the positions stay
    moved = np.abs(after - before[order]).max(axis=1)[np.argsort(order)]
    return OrderOutcome(order, P, before, after, moved)


def claim_order(seed: int, plain: str = NO_POSITIONS) -> Verdict:
    """Shuffle five words: plain, with positions, and with a causal mask."""
    rng = np.random.default_rng(seed)
    order = np.array(shuffled(rng, 5))
    bare, placed, masked = (
        float(compare_orders(rng, order, positions, mask, 16).moved.max())
        for positions, mask in ((plain, False), (SINUSOIDAL, False), (NO_POSITIONS, True))
    )
    return Verdict(
        bare < 1e-10 and placed > 0.01 and masked > 0.01,
        {"largest difference, plain": bare, "with positions": placed, "with a causal mask": masked},
        f"After shuffling, a word's output differs by {bare:.0e} plain, by {placed:.2g} with positions and by "
        f"{masked:.2g} with a causal mask.",
    )


# --- tiny: a transformer in a minute ---------------------------------------------------------------------------


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
        if self.text == corpus.OWN and self.own is None:
            yield "Give a text of your own first."
        if self.width % (2 * self.heads):
            yield f"The width is shared out among the heads in pairs: {self.width} is no multiple of 2 · {self.heads}."

    def plan(self) -> Plan:
        return Plan(self.layers, self.heads, self.width, self.context, self.norm, self.without)

    def recipe(self) -> Recipe:
        return Recipe(
            self.batch, self.optimiser == "Muon", self.rate, self.falls, self.dropout, self.steps, self.seed
        )


def run_tiny(settings: TinySettings) -> Course:
    """Train from the beginning, a step a snapshot; rate, dropout and steps may be changed by `send`."""
    return reopen_tiny(settings, {}, 0)


def reopen_tiny(settings: TinySettings, arrays: Mapping[str, NDArray[Any]], step: int) -> Course:
    """Go on from a kept model, or begin where there are no arrays."""
    check_size(Plan.unpacked(arrays["plan"]) if arrays else settings.plan(), settings.batch)
    text = corpus.corpus(settings.text, settings.own, settings.seed)
    return pretrain(text, settings.plan(), settings.recipe(), arrays, step)


def claim_tiny(seed: int, shuffle: bool = False) -> Verdict:
    """Train on a small grammar: after 40 steps letter pairs are right and words are not, after 250 words are, too."""
    rng = np.random.default_rng(seed)
    text = corpus.grammar(rng, 1_500)
    learned = "".join(rng.permutation([*text])) if shuffle else text
    pairs, words = dict[int, float](), dict[int, float]()
    for snapshot in pretrain(learned, Plan(), Recipe(rate=0.006, falls=False, steps=250, seed=seed), {}):
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


# --- the lesson's worked example -------------------------------------------------------------------------------


def worked() -> dict[str, float]:
    """Return the numbers of the worked example by name: three words, one head, two rows."""
    free, blind = run_attend(AttendSettings()), run_attend(AttendSettings(masked=True))
    raw = free.Q @ free.K.T  # (3, 3)
    powers = np.exp(free.scores[0])
    places = attention.sinusoidal(2, 4)
    rows = {
        "raw": raw[0], "score": free.scores[0], "power": powers, "weight": free.weights[0], "output": free.outputs[0],
        "masked": blind.weights[1, :2], "masked_output": blind.outputs[1], "place": places[1],
    }  # fmt: skip
    numbers = {f"{name}_{i}": number for name, row in rows.items() for i, number in enumerate(row, start=1)}
    numbers |= {"powers": powers.sum(), "unscaled": attention.softmax(raw)[0, 0], "block": 12 * Plan().width ** 2}
    return {name: float(number) for name, number in numbers.items()}


EXPERIMENTS = (
    Experiment(
        "attend", AttendSettings, run_attend, claim_attend,
        Sabotage("the softmax skipped", lambda seed: claim_attend(seed, normalised=False)),
        shows=(attention.attend, attention.softmax, attention.multi_head),
    ),
    Experiment(
        "scale", ScaleSettings, run_scale, claim_scale,
        Sabotage("the scores divided before their variance is measured", lambda seed: claim_scale(seed, True)),
        shows=(compare_scales, attention.relative_entropy),
    ),
    Experiment(
        "order", OrderSettings, run_order, claim_order,
        Sabotage("positions added to the plain case", lambda seed: claim_order(seed, SINUSOIDAL)),
        shows=(compare_orders, attention.sinusoidal, attention.causal_mask),
    ),
    Experiment(
        "tiny", TinySettings, run_tiny, claim_tiny,
        Sabotage("the letters of the text shuffled", lambda seed: claim_tiny(seed, shuffle=True)),
        shows=(
            "engine.language_modeling.transformer:logits", "engine.language_modeling.transformer:attention",
            "engine.language_modeling.transformer:Training", "engine.language_modeling.transformer:Muon",
            pretrain, Transformer, Cache,
        ),
        live=("rate", "dropout", "steps"), reopen=reopen_tiny,
    ),
)  # fmt: skip
