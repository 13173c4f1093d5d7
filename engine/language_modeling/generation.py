"""A trained transformer at work, in numpy: read a text with every attention map, or write one with a KV cache.

Training is next door (transformer.py, torch); both compute the same function. Letters: n positions, d the width, h the
heads, k = d / h, V the characters.

    writer = Transformer.of(snapshot.weights)
    writer.read("the cat ").probabilities        what may come after every position
    "".join(writer.write(rng, "the cat ", 100))  a hundred characters more
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data import Floats
from engine.errors import DataRefused
from engine.language_modeling.attention import Array, attend, causal_mask, phases, rotate, softmax
from engine.language_modeling.decoding import reshape, sample

NORMS = ("RMS norm", "layer norm", "none")
WHOLE = "nothing"
PARTS = (WHOLE, "positions", "causal mask", "scaling", "feed-forward blocks", "residual paths")
RARE = "\N{REPLACEMENT CHARACTER}"  # stands for every character that is not in the vocabulary, where it is one itself
TINY = 1e-6  # keeps norms from dividing by zero

Codes = NDArray[np.int64]
Weights = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Plan:
    """What a transformer is built of.

    Attributes:
        layers, heads, width: how many blocks, heads in each, and numbers for each position, d.
        context: how many characters it sees at most.
        norm: one of NORMS.
        without: one of PARTS, left out to see what it does.
    """

    layers: int = 2
    heads: int = 4
    width: int = 64
    context: int = 48
    norm: str = NORMS[0]
    without: str = WHOLE

    @property
    def scale(self) -> float:
        """What scores are multiplied by: 1 / √k."""
        return 1.0 if self.without == "scaling" else math.sqrt(self.heads / self.width)

    def packed(self) -> NDArray[np.int64]:
        """Return the plan as whole numbers, to be kept beside the weights."""
        return np.array([*astuple(self)[:4], NORMS.index(self.norm), PARTS.index(self.without)])

    @classmethod
    def unpacked(cls, numbers: NDArray[Any]) -> Plan:
        """Read what `packed` wrote.

        Raises:
            DataRefused: if the numbers are no plan.
        """
        layers, heads, width, context, norm, without = map(int, numbers)
        if min(layers, heads, width, context) < 1 or not (0 <= norm < len(NORMS) and 0 <= without < len(PARTS)):
            raise DataRefused("The kept plan is that of no transformer: it does not fit.")
        return cls(layers, heads, width, context, NORMS[norm], PARTS[without])


@dataclass(frozen=True)
class Reading:
    """What a transformer makes of a text of n characters.

    Attributes:
        text: as it was read.
        probabilities: (n, V) of the next character, after each position.
        maps: (layers, h, n, n) attention weights; row i says where position i looks.
    """

    text: str
    probabilities: Floats
    maps: Floats


@dataclass(frozen=True)
class Transformer:
    """A transformer's plan, characters and matrices, as `engine.language_modeling.transformer` trains them.

    Attributes:
        plan: what it is built of.
        characters: the V characters that it knows, one string; places are codes.
        weights: "embed" and "head" (V, d); for each layer l "l.attend" (4, d, d): queries, keys, values, output; and
            "l.feed" (2, 4d, d): up and down.
    """

    plan: Plan
    characters: str
    weights: Weights

    @classmethod
    def of(cls, weights: Weights) -> Transformer:
        """Read a snapshot's weights, which hold plan and characters as well."""
        return cls(Plan.unpacked(weights["plan"]), "".join(map(chr, weights["characters"])), weights)

    @cached_property
    def codes(self) -> dict[str, int]:
        return {character: code for code, character in enumerate(self.characters)}

    def encode(self, text: str) -> Codes:
        """Turn a text into codes, shape (n,).

        Raises:
            DataRefused: if it holds characters that the model has never seen.
        """
        codes = [self.codes.get(one, self.codes.get(RARE)) for one in text]
        if None in codes:
            strange = dict.fromkeys(repr(one) for one, code in zip(text, codes, strict=True) if code is None)
            raise DataRefused(
                f"The model's text never holds {', '.join([*strange][:8])}, so the model has no vector for "
                f"{'it' if len(strange) == 1 else 'them'}. Leave {'it' if len(strange) == 1 else 'them'} out."
            )
        return np.array(codes, dtype=np.int64)

    def read(self, text: str) -> Reading:
        """Read a text of 1 ... context characters in one pass.

        Raises:
            DataRefused: if it is empty, longer than the context, or holds characters that the model has never seen.
        """
        plan, codes = self.plan, self.encode(text)
        n = len(codes)
        if not 1 <= n <= plan.context:
            raise DataRefused(f"The text has {n:,} characters; the model sees between 1 and {plan.context}.")
        mask = None if plan.without == "causal mask" else causal_mask(n)
        turn = None if plan.without == "positions" else phases(np.arange(n), plan.width // plan.heads)
        maps = []
        with np.errstate(all="ignore"):  # a run that is about to diverge overflows here; `finite` says so
            x = normed(self.weights["embed"][codes], plan)  # (n, d)
            for layer in range(plan.layers):
                W_q, W_k, W_v, W_o = self.weights[f"{layer}.attend"]
                y = normed(x, plan)
                q, k, v = (split(y @ W.T, plan.heads) for W in (W_q, W_k, W_v))  # (h, n, k) each
                if turn is not None:
                    q, k = rotate(q, turn), rotate(k, turn)
                found = attend(q * plan.scale, k, v, mask, scaled=False)
                maps.append(found.weights)  # (h, n, n)
                x = self.add(x, joined(found.outputs) @ W_o.T)
                x = self.feed(x, layer)
            return Reading(text, finite(softmax(normed(x, plan) @ self.weights["head"].T)), np.array(maps))

    def feed(self, x: Array, layer: int) -> Array:
        """Send each position of x, shape (..., d), through the layer's feed-forward block."""
        if self.plan.without == "feed-forward blocks":
            return x
        up, down = self.weights[f"{layer}.feed"]
        hidden = np.maximum(normed(x, self.plan) @ up.T, 0.0)  # (..., 4d)
        return self.add(x, hidden @ down)

    def add(self, x: Array, found: Array) -> Array:
        """Add what a block found to the stream x, shape (..., d), or put it in its place where residuals are off."""
        return found if self.plan.without == "residual paths" else x + found

    def write(
        self,
        rng: np.random.Generator,
        prompt: str,
        length: int,
        temperature: float = 1.0,
        top_k: int = 0,
        top_p: float = 1.0,
        cache: bool = True,
    ) -> Iterator[str]:
        """Yield `length` characters that follow the prompt, each drawn after all before it were read.

        Args:
            rng: draws the characters.
            prompt: at least one character; of a longer one than the context the end counts.
            temperature, top_k, top_p: as in `engine.language_modeling.decoding.reshape`.
            cache: keep keys and values, so that each step reads one character; without, each step reads the last
                `context` characters anew. The two draw the same text as long as all of it fits the context. Beyond
                that the cache remembers more: its keys saw characters that have left the window.

        Raises:
            DataRefused: if the prompt is empty or holds characters that the model has never seen.
        """
        if not prompt:
            raise DataRefused("Begin with at least one character: the model continues what it is given.")
        codes = self.encode(prompt)
        memory = Cache(self)
        if cache:
            for code in codes[-self.plan.context :]:
                scores = memory.step(int(code))
        text = prompt
        for _ in range(length):
            if not cache:
                text = text[-self.plan.context :]
            found = finite(softmax(scores)) if cache else self.read(text).probabilities[-1]
            code = sample(rng, reshape(found, temperature, top_k, top_p))
            yield self.characters[code]
            text += self.characters[code]
            if cache:
                scores = memory.step(code)


class Cache:
    """The keys and values of what was read, so that the next character costs one position and not all of them.

    The newest `context` positions are kept: place t of the cache holds position t, t + context, … The angle between a
    query and a key depends on their distance alone, so nothing has to be turned again when the oldest one goes.
    """

    def __init__(self, model: Transformer) -> None:
        plan = model.plan
        shape = (plan.layers, plan.heads, plan.context, plan.width // plan.heads)
        self.model, self.read = model, 0
        self.keys, self.values = np.zeros(shape, np.float32), np.zeros(shape, np.float32)  # (layers, h, context, k)
        self.matrices = [
            (W[:3].reshape(-1, plan.width), W[3]) for W in (model.weights[f"{i}.attend"] for i in range(plan.layers))
        ]

    def step(self, code: int) -> Floats:
        """Read one character and return the scores of the next one, shape (V,)."""
        model, plan = self.model, self.model.plan
        place, filled = self.read % plan.context, min(self.read + 1, plan.context)
        turn = None if plan.without == "positions" else phases(np.array([self.read]), plan.width // plan.heads)
        with np.errstate(all="ignore"):
            x = normed(model.weights["embed"][code], plan)  # (d,)
            for layer, (W_qkv, W_o) in enumerate(self.matrices):
                qkv = (W_qkv @ normed(x, plan)).reshape(3, plan.heads, 1, -1)  # (3, h, 1, k)
                if turn is not None:
                    qkv[:2] = rotate(qkv[:2], turn)
                self.keys[layer, :, place], self.values[layer, :, place] = qkv[1:, :, 0]
                scores = self.keys[layer, :, :filled] @ np.swapaxes(qkv[0], -1, -2)  # (h, filled, 1)
                weights = softmax(np.swapaxes(scores, -1, -2) * plan.scale)  # (h, 1, filled)
                mixed = weights @ self.values[layer, :, :filled]  # (h, 1, k)
                x = model.feed(model.add(x, W_o @ mixed.reshape(-1)), layer)
            self.read += 1
            logits: Floats = model.weights["head"] @ normed(x, plan)
            return logits


def normed(x: Array, plan: Plan) -> Array:
    """Bring each position of x, shape (..., d), to mean square 1; layer norm takes the mean away first."""
    if plan.norm == "none":
        return x
    if plan.norm == "layer norm":
        x = x - x.mean(axis=-1, keepdims=True)
    scaled: Array = x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + TINY)
    return scaled


def split(x: Array, heads: int) -> Array:
    """Cut each position's numbers into heads: (n, d) -> (h, n, k)."""
    return x.reshape(len(x), heads, -1).transpose(1, 0, 2)


def joined(x: Array) -> Array:
    """Lay the heads side by side again: (h, n, k) -> (n, d)."""
    return x.transpose(1, 0, 2).reshape(x.shape[1], -1)


def finite(probabilities: Array) -> Floats:
    """Return probabilities as float64, rows summing to one.

    Raises:
        DataRefused: if they are not finite: the model has diverged.
    """
    if not np.isfinite(probabilities).all():
        raise DataRefused("The model's scores are no longer finite numbers: it has diverged.")
    doubles = probabilities.astype(np.float64)
    exact: Floats = doubles / doubles.sum(axis=-1, keepdims=True)
    return exact
