"""The lesson's worked example."""

from __future__ import annotations

import numpy as np

from engine.experiments.sequence_modeling.fox import FACTORS, chained
from engine.language_modeling import decoding
from engine.language_modeling.ngram import ADD, WITTEN_BELL, NGram

STORY = "the cat sat on the mat the dog sat on the cat"
FOUR = (0.5, 0.3, 0.15, 0.05)


def worked() -> dict[str, float | str]:
    """Return the numbers of the lesson by name."""
    words = STORY.split()
    add_one, witten = (NGram(2, 1.0, smoothing).fit(words) for smoothing in (ADD, WITTEN_BELL))
    after_the = dict(zip(add_one.symbols, add_one.probabilities(["the"]), strict=True))
    numbers: dict[str, float | str] = {
        "cat": after_the["cat"],
        "on": after_the["on"],
        "witten_cat": witten.probabilities(["the"])[witten.symbols.index("cat")],
        "three_nats": 3 * add_one.cross_entropy(["the", "dog", "sat"]),
        "three_mean": add_one.cross_entropy(["the", "dog", "sat"]),
        "three_perplexity": add_one.perplexity(["the", "dog", "sat"]),
    }
    fox = chained(FACTORS)
    numbers |= {"product": fox.product, "nats": fox.nats, "perplexity": fox.perplexity}
    sentence = chained((5 / 18, 2 / 10, 2 / 7))
    numbers |= {f"nats_{i}": nats for i, nats in enumerate(sentence.surprise.tolist(), start=1)}
    shapes = {
        "cold": decoding.reshape(np.array(FOUR), 0.5),
        "hot": decoding.reshape(np.array(FOUR), 2.0),
        "top_two": decoding.reshape(np.array(FOUR), top_k=2),
        "top_p": decoding.reshape(np.array(FOUR), top_p=0.9),
    }
    numbers |= {f"{name}_{i}": float(p) for name, shape in shapes.items() for i, p in enumerate(shape, start=1)}
    scores = np.array([2.0, 1.0, 0.0])  # z = W h of the words cat, dog and bird
    softmax = np.exp(scores) / np.exp(scores).sum()
    numbers |= dict(zip(("p_cat", "p_dog", "p_bird"), softmax, strict=True))
    return {name: one if isinstance(one, str) else float(one) for name, one in numbers.items()}
