"""Measure the n-gram models beside a plain dict of Counters, and beside NLTK where it is installed.

    python benchmarks/language_modeling_ngram.py [--quick]

The text is Python's own documentation (pydoc_data), letters only. Peers run interleaved with ours; a ratio is the
median of our times over the median of theirs. Before the clock starts the results are compared: the same counts, the
same cross-entropy to 1e-9, words as often known. NLTK is no dependency: `pip install nltk` to see its rows.
"""

from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"  # before numpy

import argparse
import math
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from pydoc_data.topics import topics
from typing import Any

import numpy as np

sys.path.pop(0)  # this folder
sys.path.insert(0, str(Path(__file__).parents[1]))

from engine.language_modeling.contexts import Tree
from engine.language_modeling.corpus import letters, split
from engine.language_modeling.ngram import WITTEN_BELL, NGram, before
from engine.language_modeling.written import known_words

K = 0.01
Counts = dict[str, Counter[str]]


@dataclass(frozen=True)
class Race:
    """One row: what runs, the peer, ours, theirs, and what says None if both found the same, or what differs."""

    what: str
    peer: str
    ours: Callable[[], Any]
    theirs: Callable[[], Any]
    same: Callable[[Any, Any], str | None]
    times: int = 7


def counters(text: str, order: int) -> Counts:
    """Count as one would write it down."""
    counts: Counts = defaultdict(Counter)
    for i in range(order - 1, len(text)):
        counts[text[i - order + 1 : i]][text[i]] += 1
    return counts


def by_counters(counts: Counts, text: str, order: int, symbols: list[str]) -> float:
    """Return the cross-entropy of a text, from its first full context on."""
    total = 0.0
    for i in range(order - 1, len(text)):
        seen = counts.get(text[i - order + 1 : i], Counter())
        total -= math.log((seen[text[i]] + K) / (seen.total() + K * len(symbols)))
    return total / (len(text) - order + 1)


def written(counts: Counts, start: str, order: int, symbols: list[str], length: int) -> str:
    """Write with one weighted choice for each letter."""
    import random

    rng, text = random.Random(0), start
    for _ in range(length):
        seen = counts.get(text[len(text) - order + 1 :], Counter())
        text += rng.choices(symbols, [seen[one] + K for one in symbols])[0]
    return text[len(start) :]


def close(ours: float, theirs: float) -> str | None:
    return None if abs(ours - theirs) < 1e-9 else f"{ours} and {theirs}"


def beside_counters(text: str) -> Iterator[Race]:
    train, held = split(text)
    held = held[:50_000]
    symbols, words = sorted(set(text)), frozenset(text.split())
    order = 5
    model, counts = NGram(order, K).fit(train, symbols), counters(train, order)

    def as_many(model: NGram, counts: Counts) -> str | None:
        level = model.tree.levels[-1]
        found = Counter(level.counts.tolist())
        return None if found == Counter(n for one in counts.values() for n in one.values()) else "other counts"

    def last_as_many(tree: Tree, every: list[Counts]) -> str | None:
        sizes = [len(level.pairs) for level in tree.levels], [sum(map(len, counts.values())) for counts in every]
        return None if sizes[0] == sizes[1] else f"{sizes[0]} and {sizes[1]} different n-grams"

    def alike(ours: str, theirs: str) -> str | None:
        shares = known_words(ours, words), known_words(theirs, words)
        return None if abs(shares[0] - shares[1]) < 0.12 else f"{shares} of the words known"

    def ours_from_full_contexts() -> float:
        first = model.cross_entropy(held[: order - 1]) * (order - 1)
        return (model.cross_entropy(held) * len(held) - first) / (len(held) - order + 1)

    size = f"{len(train) / 1e3:.0f} KB"
    yield Race(
        f"fit order {order}, {size} (ours: orders 1 to {order})",
        "dict of Counters",
        lambda: NGram(order, K).fit(train, symbols),
        lambda: counters(train, order),
        as_many,
        5,
    )
    yield Race(
        f"fit orders 1 to 7, {size}",
        "seven dicts of Counters",
        lambda: Tree.of(train, before(7), symbols),
        lambda: [counters(train, one) for one in range(1, 8)],
        last_as_many,
        3,
    )
    yield Race(
        f"score {len(held) / 1e3:.0f} KB, order {order}",
        "loop over Counters",
        ours_from_full_contexts,
        lambda: by_counters(counts, held, order, symbols),
        close,
    )
    yield Race(
        f"write 3,000 letters, order {order}",
        "random.choices",
        lambda: model.sample(np.random.default_rng(0), 3_000, train[:20]),
        lambda: written(counts, train[:20], order, symbols, 3_000),
        alike,
    )


def beside_nltk(text: str) -> Iterator[Race]:
    try:
        from nltk.lm import Lidstone, Vocabulary
        from nltk.util import everygrams
    except ImportError:
        print("NLTK is not installed: no rows beside it.")
        return
    train, held = text[:30_000], text[30_000:32_000]
    order, symbols = 4, sorted(set(text))

    def fitted() -> Any:
        model = Lidstone(K, order, Vocabulary(symbols, unk_cutoff=1))
        model.fit([list(everygrams(list(train), max_len=order))])
        return model

    theirs, ours = fitted(), NGram(order, K).fit(train, [*symbols, "\0"])  # NLTK's vocabulary has one sign more

    def score() -> float:
        full = range(order - 1, len(held))
        logs = [theirs.logscore(held[i], tuple(held[i - order + 1 : i])) for i in full]
        return -math.log(2) * sum(logs) / len(full)

    def ours_full() -> float:
        first = ours.cross_entropy(held[: order - 1]) * (order - 1)
        return (ours.cross_entropy(held) * len(held) - first) / (len(held) - order + 1)

    def as_many(model: NGram, theirs: Any) -> str | None:
        sizes = len(model.tree.levels[-1].pairs), sum(map(len, theirs.counts[order].values()))
        return None if sizes[0] == sizes[1] else f"{sizes} different n-grams"

    yield Race("fit order 4, 30 KB", "nltk.lm", lambda: NGram(order, K).fit(train, symbols), fitted, as_many, 3)
    yield Race("score 2 KB, order 4", "nltk.lm", ours_full, score, close)


def measure(race: Race, times: int) -> str:
    """Compare, then time both in turns, and return the row."""
    if problem := race.same(race.ours(), race.theirs()):
        return f"{race.what:<50} {race.peer:<26} not the same: {problem}"
    clocks: list[list[float]] = [[], []]
    for _ in range(times):
        for run, clock in zip((race.ours, race.theirs), clocks, strict=True):
            start = time.perf_counter()
            run()
            clock.append(time.perf_counter() - start)
    ours, theirs = map(statistics.median, clocks)
    return f"{race.what:<50} {race.peer:<26} {1e3 * ours:9.1f} ms {1e3 * theirs:9.1f} ms  ratio {ours / theirs:6.3f}"


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="run each row twice only")
    quick = parser.parse_args().quick
    text = letters(" ".join(topics.values()))
    print(f"{'what':<50} {'peer':<26} {'ours':>12} {'theirs':>12}")
    for family in (beside_counters, beside_nltk):
        for race in family(text):
            print(measure(race, 2 if quick else race.times), flush=True)
    long = (text * (2_000_000 // len(text) + 1))[:2_000_000]
    start = time.perf_counter()
    model = NGram(7, smoothing=WITTEN_BELL).fit(long[:1_800_000], sorted(set(long)))
    middle = time.perf_counter()
    model.cross_entropies(long[-100_000:])
    print(
        f"2 MB, orders 1 to 7: fit {middle - start:.2f} s, score 100 KB {time.perf_counter() - middle:.2f} s (goal 2 s)"
    )


if __name__ == "__main__":
    main()
