"""Drills of Language Modeling: attention, and what a transformer is made of."""

from __future__ import annotations

import math

import numpy as np

from engine.data import Floats
from engine.language_modeling.attention import attend, causal_mask, sinusoidal, softmax
from engine.quiz.drills.draws import apart, one, some
from engine.quiz.drills.drill import Drill, Generator, numeric, trap
from engine.quiz.drills.text import answer, approx, asked, listed, matrix, number, weighted


def scaled_score(rng: np.random.Generator) -> Drill | None:
    """Draw a query and a key; their scaled dot product is asked (section 33.2)."""
    width = int(one(rng, 2, 5))
    q, k = some(rng, width, -3, 5), some(rng, width, -3, 5)
    dot = float(q @ k)
    if dot == 0:
        return None
    score = float(attend(q[None], k[None], np.ones((1, 1))).scores[0, 0])
    return Drill(
        ask=f"A query is $q = ({listed(q)})$, a key is $k = ({listed(k)})$. What is their scaled score in attention? "
        "Round to two decimals.",
        exact=numeric(score, 2),
        steps=f"Dot product: ${weighted(q, k)} = {number(dot)}$.\n\nDivided by $\\sqrt{{d_k}} = \\sqrt{{{width}}}$: "
        f"$\\frac{{{number(dot)}}}{{\\sqrt{{{width}}}}} {answer(score, 2)}$.",
        traps=(
            trap(dot, "This is the dot product: divide it by $\\sqrt{d_k}$."),
            trap(dot / width, "This divides by $d_k$: take its root."),
            trap(
                dot / np.sqrt((q @ q) * (k @ k)),
                "This is the cosine: attention divides by $\\sqrt{d_k}$, not by the lengths.",
            ),
            trap(dot * math.sqrt(width), "This multiplies by $\\sqrt{d_k}$: divide by it."),
        ),
    )


def attention_weights(rng: np.random.Generator) -> Drill:
    """Draw the raw scores of a query with three keys; its attention weights are asked (section 33.2)."""
    width = int(rng.choice([4, 9, 16, 25]))
    raw = apart(rng, 3, -6, 9)
    scores = raw / math.sqrt(width)
    weights = softmax(scores)  # (3,)
    return Drill(
        ask=f"A query has the raw scores $q \\cdot k = {listed(raw)}$ with three keys, and $d_k = {width}$. What are "
        "its attention weights? Round to three decimals.",
        exact=numeric(weights, 3),
        steps=_weighed(raw, width, scores),
        traps=(
            trap(softmax(raw), "The scores are not scaled: divide them by $\\sqrt{d_k}$ before the softmax."),
            trap(softmax(raw / width), "This divides the scores by $d_k$: take its root."),
            trap(
                softmax(raw) / math.sqrt(width),
                "The scaling comes before the softmax: these weights no longer sum to one.",
            ),
            trap(np.eye(3)[raw.argmax()], "This takes the best key alone: the softmax gives each key a share."),
        ),
    )


def attention_output(rng: np.random.Generator) -> Drill:
    """Draw raw scores and values; what attention takes home is asked (section 33.2)."""
    width = int(rng.choice([4, 9, 16]))
    raw, values = apart(rng, 3, -5, 6), apart(rng, 3, -6, 12)
    scores = raw / math.sqrt(width)
    weights = softmax(scores)  # (3,)
    output = float(weights @ values)
    return Drill(
        ask=f"A query has the raw scores ${listed(raw)}$ with three keys, $d_k = {width}$, and the keys' values are "
        f"the numbers ${listed(values)}$. What is the output of attention? Round to two decimals.",
        exact=numeric(output, 2),
        steps=_weighed(raw, width, scores, 4)
        + f"\n\nWeighted mean of the values: ${weighted(weights, values, 4)} {answer(output, 2)}$.",
        traps=(
            trap(softmax(raw) @ values, "The scores are not scaled: divide them by $\\sqrt{d_k}$ before the softmax."),
            trap(values.mean(), "This weighs all values alike: the softmax of the scores gives the weights."),
            trap(values[raw.argmax()], "This takes the value of the best key alone: attention mixes them."),
            trap(scores @ values, "The scaled scores serve as weights here: the softmax is missing."),
        ),
    )


def _weighed(raw: Floats, width: int, scores: Floats, decimals: int = 3) -> str:
    powers = np.exp(scores)
    return (
        f"Scaled by $\\sqrt{{{width}}} = {number(math.sqrt(width))}$: ${listed(scores, 4)}$.\n\n"
        f"Exponentials: ${listed(powers, 4)}$, together {number(powers.sum(), 4)}.\n\n"
        f"Weights: ${asked(softmax(scores), decimals)}$."
    )


def causal_row(rng: np.random.Generator) -> Drill:
    """Draw scaled scores; a row of the weights behind a causal mask is asked (section 33.2)."""
    scores, row = some(rng, 16, -3, 4, 0.5).reshape(4, 4), int(one(rng, 1, 2))
    weights = softmax(scores + causal_mask(4))[row]  # (4,)
    powers, seen = np.exp(scores[row, : row + 1]), row + 1
    open_weights = softmax(scores[row])
    zeroed = np.where(np.arange(4) <= row, scores[row], 0)
    earlier = np.array([*softmax(scores[row, :row]), *np.zeros(4 - row)])
    return Drill(
        ask=f"Four tokens have the scaled scores\n\n$${matrix(scores)}$$\n\nWhat are the attention weights of token "
        f"{seen} (row {seen}) on tokens 1 to 4 behind a causal mask? Round to three decimals.",
        exact=numeric(weights, 3),
        steps=f"Token {seen} may look at itself and at earlier ones; later scores become $-\\infty$, their "
        f"exponentials 0.\n\nThe rest: ${', '.join(f'e^{{{number(s)}}}' for s in scores[row, :seen])} \\approx "
        f"{listed(powers, 4)}$, together {number(powers.sum(), 4)}.\n\nWeights: ${asked(weights, 3)}$.",
        traps=(
            trap(open_weights, "There is no mask in this: a token may not look at later ones."),
            trap(
                np.where(np.arange(4) <= row, open_weights, 0),
                "The mask comes after the softmax here, so the weights no longer sum to one.",
            ),
            trap(softmax(zeroed), "The later scores become 0 here, and $e^0 = 1$ counts, too: they become $-\\infty$."),
            trap(earlier, "The token's own score is masked, too: it may look at itself."),
        ),
    )


def attention_pairs(rng: np.random.Generator) -> Drill:
    """Draw a length and a window; the pairs scored with and without the window are asked (section 33.2)."""
    n = int(one(rng, 40, 400)) * 10
    w = int(one(rng, 2, 30))
    full, local = n * n, n * w
    return Drill(
        ask=f"A sequence has {n} tokens. How many pairs of tokens does full self-attention score in one head, and how "
        f"many if each token looks at a window of {w} keys (ignoring the borders)?",
        exact=numeric((full, local)),
        steps=f"Each of {n} queries meets {n} keys: ${n}^2 = {full}$.\n\nWith a window it meets {w}: ${n} \\cdot {w} = "
        f"{local}$.",
        traps=(
            trap(
                (n * (n - 1) // 2, local),
                "The second is right. Each ordered pair has its own score, and a token looks at itself, too.",
            ),
            trap((2 * n, local), "The second is right. Every query meets every key: square the length."),
            trap((full, w * w), "The first is right. Each of the tokens has its own window."),
            trap(
                (full, full // w),
                "The first is right. A window does not divide the pairs: each token scores as many as it holds.",
            ),
        ),
    )


def block_parameters(rng: np.random.Generator) -> Drill:
    """Draw the sizes of a transformer block; the number of its weights is asked (section 33.2)."""
    heads, width, hidden = int(one(rng, 2, 16)), int(one(rng, 4, 64)), int(one(rng, 8, 200)) * 8
    d = heads * width
    mixing, feeding = 4 * d * d, 2 * d * hidden
    total = mixing + feeding
    return Drill(
        ask=f"A transformer block has {heads} attention heads of width {width}, so the tokens have width {d}, and a "
        f"feed-forward part with {hidden} hidden units. How many weights do $W^Q, W^K, W^V, W^O$ of all heads and the "
        "two feed-forward matrices hold (no biases)?",
        exact=numeric(total),
        steps=f"All heads together project from {d} to {d}, and so does $W^O$: $4 \\cdot {d}^2 = {mixing}$.\n\n"
        f"Feed-forward, there and back: $2 \\cdot {d} \\cdot {hidden} = {feeding}$.\n\nTogether: ${mixing} + {feeding} "
        f"= {total}$.",
        traps=(
            trap(3 * d * d + feeding, "The output projection $W^O$ is missing: there are four matrices."),
            trap(
                heads * mixing + feeding,
                "The heads share the width: the matrices of all heads together are this large once.",
            ),
            trap(mixing + d * hidden, "The feed-forward part has two matrices: to the hidden units and back."),
            trap(mixing, "The feed-forward part is missing."),
            trap(4 * d * width + feeding, "These are the matrices of one head: all heads together fill the width."),
        ),
    )


def embedding_parameters(rng: np.random.Generator) -> Drill:
    """Draw a vocabulary and a context; the parameters of the embeddings are asked (section 33.2)."""
    size, width, length = int(one(rng, 1, 60)) * 1000, int(one(rng, 2, 16)) * 32, int(one(rng, 1, 32)) * 64
    total = (size + length) * width
    return Drill(
        ask=f"A language model has {size} tokens in its vocabulary, learned vectors for {length} positions, and width "
        f"{width}. The output layer shares the token vectors. How many parameters do token and position vectors hold?",
        exact=numeric(total),
        steps=f"Tokens: ${size} \\cdot {width} = {size * width}$. Positions: ${length} \\cdot {width} = "
        f"{length * width}$.\n\nTogether: ${total}$; sharing adds nothing.",
        traps=(
            trap(size * width, "The position vectors are missing."),
            trap(total + size * width, "The token vectors are counted twice: the output layer shares them."),
            trap(
                size * length * width,
                "Token and position vectors are added, not multiplied: a token has one vector at all positions.",
            ),
            trap(size + length, "This counts the vectors: each holds as many numbers as the width."),
        ),
    )


def position_pair(rng: np.random.Generator) -> Drill | None:
    """Draw a position, a width and a pair; its sine and cosine are asked (section 33.2)."""
    position, width = int(one(rng, 1, 99)), 2 * int(one(rng, 2, 16))
    pair = int(rng.integers(1, width // 2))
    vector = sinusoidal(position + 1, width)[position]  # (d,)
    sine, cosine = vector[2 * pair : 2 * pair + 2]
    raised = 10_000.0 ** (2 * pair / width)
    angle = position / raised
    if angle < 0.1:
        return None  # sine and cosine would be 0 and 1
    beside = vector[2 * pair - 2 : 2 * pair]
    return Drill(
        ask=f"Sinusoidal encoding of width $d = {width}$: what are sine and cosine of pair $i = {pair}$ at position "
        f"{position}? The first pair is $i = 0$, and the angle is the position over $10000^{{2i/d}}$, in radians. "
        "Round to three decimals.",
        exact=numeric((sine, cosine), 3),
        steps=f"$10000^{{{2 * pair}/{width}}} {approx(raised, 4)}$, so the angle is "
        f"$\\frac{{{position}}}{{{number(raised, 4)}}} {approx(angle, 5)}$.\n\n"
        f"$\\sin$ and $\\cos$ of it: ${asked((sine, cosine), 3)}$.",
        traps=(
            trap((cosine, sine), "The two are exchanged: the sine comes first."),
            trap(
                (math.sin(math.radians(angle)), math.cos(math.radians(angle))),
                "The angle is in radians: these are sine and cosine of so many degrees.",
            ),
            trap(beside, "This is the pair before: the first one is $i = 0$."),
            trap((math.sin(position), math.cos(position)), "This is the first pair: later ones turn more slowly."),
        ),
    )


DRILLS: dict[str, Generator] = {
    "scaled_score": scaled_score,
    "attention_weights": attention_weights,
    "attention_output": attention_output,
    "causal_row": causal_row,
    "attention_pairs": attention_pairs,
    "block_parameters": block_parameters,
    "embedding_parameters": embedding_parameters,
    "position_pair": position_pair,
}
