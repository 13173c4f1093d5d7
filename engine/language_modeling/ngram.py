"""n-gram models: the next symbol's probability from counts of what followed each short context, smoothed.

The counts stand in a tree of contexts (contexts.py), and smoothing walks down from its root, the empty context. Which
places make up the context is free: −1, −2, … from the symbol is an n-gram model; −1, +1, … fills a gap from both sides.

Sources: Chen and Goodman, An empirical study of smoothing techniques for language modeling, 1999; the primer, 32.3.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import numpy as np

from engine.data import Floats
from engine.language_modeling import decoding
from engine.language_modeling.contexts import Tree, encode, find

ADD, WITTEN_BELL, KNESER_NEY = "add k", "Witten-Bell", "Kneser-Ney"
SMOOTHINGS = (ADD, WITTEN_BELL, KNESER_NEY)
DISCOUNT = 0.75  # what Kneser-Ney takes off every count

Model = TypeVar("Model", bound="ContextModel")


class ContextModel:
    """The probability of a symbol, given the symbols at some places around it.

    Args:
        offsets: the places, counted from the symbol, nearest first: (−1, −2) are the two symbols before it.
        add: k > 0 of add-k smoothing.
        smoothing: one of SMOOTHINGS.
    """

    tree: Tree

    def __init__(self, offsets: Sequence[int], add: float = 0.1, smoothing: str = ADD) -> None:
        if not add > 0 or smoothing not in SMOOTHINGS:
            raise ValueError(f"need k > 0 and a smoothing of {SMOOTHINGS}, got {add} and {smoothing!r}")
        self.offsets, self.add, self.smoothing = tuple(offsets), add, smoothing

    def fit(self: Model, text: Sequence[str] | Tree, symbols: Sequence[str] | None = None) -> Model:
        """Count a text and return the model.

        Args:
            text: a string, a list of words, or a tree already counted, at least as deep as this model.
            symbols: all that may ever come; those of the text where None.
        """
        self.tree = text if isinstance(text, Tree) else Tree.of(text, self.offsets, symbols)
        if self.tree.offsets[: len(self.offsets)] != self.offsets:
            raise ValueError(f"the tree has the offsets {self.tree.offsets}, the model {self.offsets}")
        return self

    @property
    def symbols(self) -> tuple[str, ...]:
        """The V symbols that may come; a distribution's entries stand in this order."""
        return self.tree.symbols

    def at(self, text: Sequence[str], place: int) -> Floats:
        """Return the distribution of the symbol at a place of a text, shape (V,); what stands there is not looked at.

        Where the text ends before one of the offsets, the context ends there too.
        """
        near: list[str] = []
        for offset in self.offsets:
            if not 0 <= place + offset < len(text):
                break
            near.append(text[place + offset])
        size = len(self.symbols)
        path = self.tree.path(near)
        below = np.full(size, 1 / size)
        first = len(near) if self.smoothing == ADD else 0  # add k forgets what shorter contexts say
        for depth, node in list(enumerate(path))[first:]:
            level = self.tree.levels[depth]
            mine = slice(level.starts[node], level.starts[node + 1])
            values = level.kinds if self.smoothing == KNESER_NEY and depth < len(near) else level.counts
            seen = np.zeros(size)
            seen[level.pairs[mine] - node * size] = values[mine]
            below = self._smoothed(seen, seen.sum(), np.count_nonzero(seen), below)
        return below

    def guesses(self, text: Sequence[str]) -> list[str]:
        """Return the most probable symbol at each place of a text: what the model puts in where it is hidden."""
        known: dict[tuple[str, ...], str] = {}
        found = []
        for place in range(len(text)):
            around = tuple(text[place + one] if 0 <= place + one < len(text) else "" for one in self.offsets)
            if around not in known:
                known[around] = self.symbols[int(self.at(text, place).argmax())]
            found.append(known[around])
        return found

    def cross_entropy(self, text: Sequence[str]) -> float:
        """Return −log P of a text per symbol, in nats; each symbol is predicted as by `at`.

        Raises:
            ValueError: if the text is empty or holds something that is not among the symbols.
        """
        return self.cross_entropies(text)[-1]

    def perplexity(self, text: Sequence[str]) -> float:
        """Return e to the cross-entropy: among how many equally likely symbols the model is as unsure."""
        return float(np.exp(self.cross_entropy(text)))

    def cross_entropies(self, text: Sequence[str]) -> list[float]:
        """Return the cross-entropy of the models that use the first 0, 1, 2, … offsets, up to this one."""
        return [float(-np.log(one).mean()) for one in self._scores(text)]

    def _scores(self, text: Sequence[str]) -> Iterator[Floats]:
        """Yield the probability of each symbol of a text, shape (N,), by the models of 0, 1, 2, … offsets."""
        codes, size = encode(text, self.symbols), len(self.symbols)
        if not len(codes) or codes.min() < 0:
            raise ValueError("the text is empty, or holds a symbol that the model does not know")
        below = score = np.full(len(codes), 1 / size)
        for level, node, reaches in self.tree.walk(codes, len(self.offsets) + 1):
            pair = find(level.pairs, np.where(node >= 0, node * size + codes, -1))
            total, different = (np.where(node >= 0, one[node], 0) for one in level.totals)
            here = self._smoothed(np.where(pair >= 0, level.counts[pair], 0), total, different, below)
            score = np.where(reaches, here, score)
            yield score
            if self.smoothing == KNESER_NEY:
                total, different = (np.where(node >= 0, one[node], 0) for one in level.kind_totals)
                here = self._smoothed(np.where(pair >= 0, level.kinds[pair], 0), total, different, below)
            below = here

    def _smoothed(self, seen: Any, total: Any, different: Any, below: Floats) -> Floats:
        """Return probabilities after a context.

        Args:
            seen: how often each symbol stood with the context.
            total, different: the sum over all V symbols of `seen`, and of seen > 0.
            below: the probabilities after the context that is one symbol shorter.
        """
        found: Floats
        if self.smoothing == ADD:
            found = (seen + self.add) / (total + self.add * len(self.symbols))
            return found
        if self.smoothing == WITTEN_BELL:
            found = (seen + different * below) / np.maximum(total + different, 1)
        else:
            found = (np.maximum(seen - DISCOUNT, 0) + DISCOUNT * different * below) / np.maximum(total, 1)
        return np.asarray(np.where(total > 0, found, below))


class NGram(ContextModel):
    """A model of order n: each symbol depends on the n − 1 before it; order 1 counts symbols alone.

    >>> model = NGram(2, add=1e-9).fit("abracadabra")
    >>> dict(zip(model.symbols, model.probabilities("a").round(3).tolist()))
    {'a': 0.0, 'b': 0.5, 'c': 0.25, 'd': 0.25, 'r': 0.0}
    """

    def __init__(self, order: int, add: float = 0.1, smoothing: str = ADD) -> None:
        self.order = order
        super().__init__(before(order), add, smoothing)

    def probabilities(self, context: Sequence[str]) -> Floats:
        """Return the distribution of the symbol that comes after a context, shape (V,)."""
        return self.at(context, len(context))

    def sample(
        self,
        rng: np.random.Generator,
        length: int,
        start: Sequence[str] = "",
        temperature: float = 1.0,
        top_k: int = 0,
        top_p: float = 1.0,
    ) -> str:
        """Write `length` symbols that continue `start`, each drawn from the reshaped distribution (decoding.reshape).

        A distribution is computed when its context first comes, and remembered.
        """
        written, known = list(start), dict[tuple[str, ...], Floats]()
        for drawn in rng.random(length).tolist():
            context = tuple(written[len(written) - self.order + 1 :] if self.order > 1 else ())
            if context not in known:
                known[context] = np.cumsum(decoding.reshape(self.probabilities(context), temperature, top_k, top_p))
            mass = known[context]
            written.append(self.symbols[mass.searchsorted(drawn * mass[-1], side="right")])
        return self.tree.joint.join(written[len(start) :])


def before(order: int) -> tuple[int, ...]:
    """Return the offsets of a model of this order.

    >>> before(4)
    (-1, -2, -3)
    """
    return tuple(range(-1, -order, -1))
