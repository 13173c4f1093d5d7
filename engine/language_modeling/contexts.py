"""The tree of contexts: which symbol stood how often with which neighbours.

Symbols are the characters of a string or the words of a list. V counts the different ones, N those of a text. The root
of the tree is the empty context; a child adds one symbol to its parent, the nearest first. So the parent of a context
is the context that forgets its farthest symbol.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]
DENSE = 8  # keys in a range at most so many times their number are ranked by a table instead of by sorting


@dataclass(frozen=True, eq=False)
class Level:
    """All c contexts of one depth, and the q different pairs of a context and the symbol that stood with it.

    Attributes:
        contexts: (c,) sorted keys, number of the parent · V + the symbol added.
        pairs: (q,) sorted keys, number of the context · V + the symbol.
        counts: (q,) how often each pair stands in the text.
        kinds: (q,) in how many different contexts one symbol longer it does; all 0 in the deepest level.
        starts: (c + 1,) the pairs of context j are those from starts[j] up to starts[j + 1].
    """

    contexts: Codes
    pairs: Codes
    counts: Codes
    kinds: Codes
    starts: Codes

    @cached_property
    def totals(self) -> tuple[Codes, Codes]:
        """How many symbols, and how many different ones, stood with each context; both (c,)."""
        return self._sums(self.counts), np.diff(self.starts)

    @cached_property
    def kind_totals(self) -> tuple[Codes, Codes]:
        """The same of `kinds`."""
        return self._sums(self.kinds), self._sums(self.kinds > 0)

    def _sums(self, values: NDArray[Any]) -> Codes:
        upto = np.concatenate([[0], np.cumsum(values, dtype=np.int64)])
        return np.diff(upto[self.starts])


@dataclass(frozen=True, eq=False)
class Tree:
    """The contexts of a text, level by level, from the empty one.

    Attributes:
        symbols: the V symbols; their places are their codes.
        offsets: where the context stands, counted from the symbol, nearest first.
        levels: len(offsets) + 1 of them.
        joint: what goes between two symbols when they are written out.
    """

    symbols: tuple[str, ...]
    offsets: tuple[int, ...]
    levels: tuple[Level, ...]
    joint: str

    @classmethod
    def of(cls, text: Sequence[str], offsets: Sequence[int], symbols: Sequence[str] | None = None) -> Tree:
        """Count a text.

        Args:
            text: a string, whose characters are the symbols, or a list of words.
            offsets: places of the context, counted from the symbol; none is 0.
            symbols: all that may ever come, those of the text among them; the text's own where None.

        Raises:
            ValueError: if the text is empty, or holds something that is not among `symbols`.
        """
        known = tuple(sorted(set(text)) if symbols is None else symbols)
        codes, size = encode(text, known), len(known)
        if not len(codes) or codes.min() < 0:
            raise ValueError("the text is empty, or holds a symbol that is not among `symbols`")
        contexts, node = np.zeros(1, np.int64), np.zeros_like(codes)  # node: (N,), number of each place's context
        levels: list[Level] = []
        for depth in range(len(offsets) + 1):
            inside = _inside(len(codes), offsets[:depth])
            if depth:
                near = codes[inside.start + offsets[depth - 1] : inside.stop + offsets[depth - 1]]
                contexts, node[inside] = _ranked(node[inside] * size + near, len(contexts) * size)
            pairs, counts = np.unique(node[inside] * size + codes[inside], return_counts=True)
            starts = np.searchsorted(pairs, np.arange(len(contexts) + 1) * size)
            if levels:
                _count_kinds(levels[-1], contexts, pairs, size)
            levels.append(Level(contexts, pairs, counts, np.zeros_like(pairs), starts))
        return cls(known, tuple(offsets), tuple(levels), "" if isinstance(text, str) else " ")

    def walk(self, codes: Codes, depths: int) -> Iterator[tuple[Level, Codes, NDArray[np.bool_]]]:
        """Walk from the root for every place of a text at once, for `depths` levels.

        Yields:
            The level; the number of each place's context in it, shape (N,), −1 where it was never seen; and whether the
            text reaches as far as the context, shape (N,).
        """
        size, node = len(self.symbols), np.zeros_like(codes)
        for depth in range(depths):
            reaches = np.zeros(len(codes), bool)
            inside = _inside(len(codes), self.offsets[:depth])
            reaches[inside] = True
            level = self.levels[depth]
            if depth:
                near = codes[inside.start + self.offsets[depth - 1] : inside.stop + self.offsets[depth - 1]]
                key = np.where(near >= 0, node[inside] * size + near, -1)  # negative, too, below an unseen context
                node = np.full_like(codes, -1)
                node[inside] = find(level.contexts, key)
            yield level, node, reaches

    @cached_property
    def codes(self) -> dict[str, int]:
        """The code of each symbol."""
        return {symbol: code for code, symbol in enumerate(self.symbols)}

    def unseen(self, text: Sequence[str]) -> NDArray[np.float64]:
        """Return for each depth the share of a text's places whose context was never seen, shape (levels,).

        Places that the text does not reach back from count as seen.
        """
        walked = self.walk(encode(text, self.symbols), len(self.levels))
        return np.array([np.mean(reaches & (node < 0)) for _, node, reaches in walked])

    def path(self, near: Sequence[str]) -> list[int]:
        """Return the numbers of the contexts from the root towards the symbols `near`, as far as they were seen.

        Args:
            near: the symbols at the offsets, nearest first.
        """
        size, nodes = len(self.symbols), [0]
        for level, symbol in zip(self.levels[1:], near, strict=False):
            code = self.codes.get(symbol, -1)
            key = nodes[-1] * size + code
            found = int(level.contexts.searchsorted(key))
            if code < 0 or found == len(level.contexts) or level.contexts[found] != key:
                break
            nodes.append(found)
        return nodes


def encode(text: Sequence[str], symbols: Sequence[str]) -> Codes:
    """Return the code of each symbol of a text, shape (N,); −1 where it is not among `symbols`."""
    if isinstance(text, str):
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        own = np.array([ord(one) for one in symbols], np.int64)
        table = np.full(max(points.max(initial=0), own.max(initial=0)) + 1, -1, np.int64)
        table[own] = np.arange(len(symbols))
        return table[points]
    code = {symbol: number for number, symbol in enumerate(symbols)}
    return np.fromiter((code.get(one, -1) for one in text), np.int64, len(text))


def find(keys: Codes, wanted: Codes) -> Codes:
    """Return where each wanted value stands among sorted keys, shape of `wanted`; −1 where it is missing."""
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, at, -1)


def _inside(length: int, offsets: Sequence[int]) -> slice:
    """Return the places whose neighbours at all offsets lie inside the text."""
    low = -min(0, *offsets, 0)
    high = length - max(0, *offsets, 0)
    return slice(min(low, length), max(high, min(low, length)))


def _ranked(keys: Codes, beyond: int) -> tuple[Codes, Codes]:
    """Return the different keys, sorted, and for each key its place among them; all keys lie in 0 … beyond − 1."""
    if beyond > DENSE * len(keys):
        different, place = np.unique(keys, return_inverse=True)
        return different, place
    there = np.zeros(beyond, bool)
    there[keys] = True
    different = np.flatnonzero(there)
    place = np.zeros(beyond, np.int64)
    place[different] = np.arange(len(different))
    return different, place[keys]


def _count_kinds(level: Level, contexts: Codes, pairs: Codes, size: int) -> None:
    """Fill in a level's `kinds` from the contexts and pairs of the level below it."""
    shorter = contexts[pairs // size] // size * size + pairs % size  # the pair without the farthest symbol
    level.kinds[:] = np.bincount(np.searchsorted(level.pairs, shorter), minlength=len(level.pairs))
