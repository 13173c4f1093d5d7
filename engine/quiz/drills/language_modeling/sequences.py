"""Drills of Language Modeling: probabilities of sequences, and from a distribution to the next token."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from engine.language_modeling.attention import softmax
from engine.language_modeling.decoding import heated, reshape
from engine.language_modeling.ngram import NGram
from engine.quiz.drills.draws import apart, chances, one, some
from engine.quiz.drills.drill import Drill, Generator, numeric, trap
from engine.quiz.drills.text import added, answer, asked, held, listed, number, table, times

_TOKENS = ("cat", "dog", "bird", "fish", "fox", "owl")


def sequence_probability(rng: np.random.Generator) -> Drill:
    """Draw conditional probabilities; that of the sequence is asked (section 31.1)."""
    given = some(rng, 4, 0.2, 0.9, 0.1)
    value = float(given.prod())
    return Drill(
        ask="A model gives the four tokens of a text, each after those before it, the probabilities "
        f"${listed(given)}$. What is the probability of the text? Round to four decimals.",
        exact=numeric(value, 4),
        steps=f"The chain rule multiplies them: ${times(given)} {answer(value, 4)}$.",
        traps=(
            trap(given.mean(), "This is the mean: the chain rule multiplies."),
            trap(given.sum(), "This is the sum, which may exceed 1: the chain rule multiplies."),
            trap(given[-1], "This is the last token's probability alone: the text needs all of them."),
            trap(value**0.25, "This is the geometric mean, a probability per token."),
            trap(given.min(), "This is the rarest token's probability: the others count, too."),
        ),
    )


def sequence_nll(rng: np.random.Generator) -> Drill:
    """Draw conditional probabilities; the negative log-likelihood is asked (section 32.3)."""
    given = some(rng, int(one(rng, 4, 5)), 0.1, 0.9, 0.05)
    logs = -np.log(given)  # (T,)
    total = float(logs.sum())
    return Drill(
        ask=f"A model gives the tokens of a text, one after the other, the probabilities ${listed(given)}$. What is "
        "the text's negative log-likelihood in nats? Round to three decimals.",
        exact=numeric(total, 3),
        steps=f"Minus the natural logarithm of each: ${listed(logs, 4)}$.\n\n${added(logs, 4)} {answer(total, 3)}$.",
        traps=(
            trap(-total, "The sign is turned: logarithms of probabilities are negative, and minus them is asked."),
            trap(total / np.log(2), "This is in bits: nats take the natural logarithm."),
            trap(total / len(given), "This is the mean per token: the total is asked."),
            trap(-np.log(given.sum()), "The logarithm of the sum is no sum of logarithms."),
            trap(given.prod(), "This is the probability itself: its negative logarithm is asked."),
        ),
    )


def perplexity(rng: np.random.Generator) -> Drill:
    """Draw conditional probabilities; the perplexity is asked (section 32.3)."""
    given = some(rng, int(one(rng, 4, 5)), 0.1, 0.9, 0.05)
    count, total = len(given), float(-np.log(given).sum())
    value = float(np.exp(total / count))
    return Drill(
        ask=f"A model gives the {count} tokens of a text, one after the other, the probabilities ${listed(given)}$. "
        "What is its perplexity on this text? Round to two decimals.",
        exact=numeric(value, 2),
        steps=f"Negative log-likelihood: ${added(-np.log(given), 4)} \\approx {number(total, 4)}$ nats.\n\nPer token: "
        f"$\\frac{{{number(total, 4)}}}{{{count}}} \\approx {number(total / count, 4)}$.\n\n"
        f"Perplexity: $e^{{{number(total / count, 4)}}} {answer(value, 2)}$.",
        traps=(
            trap(
                np.exp(total),
                "This is one over the text's probability: take the mean per token before the exponential.",
            ),
            trap(total / count, "This is the cross-entropy per token: the perplexity is $e$ to it."),
            trap(
                (1 / given).mean(), "This is the mean of the inverse probabilities: the mean is taken over logarithms."
            ),
            trap(
                np.exp(total / count / np.log(2)),
                "Base 2 and base $e$ are mixed: the logarithm's base has to be that of the power.",
            ),
            trap(1 / value, "This is one over the perplexity, a probability per token."),
        ),
    )


def add_one(rng: np.random.Generator) -> Drill | None:
    """Draw a text; a bigram's probability with add-one smoothing is asked (section 32.3)."""
    words = [_TOKENS[i] for i in rng.choice(len(_TOKENS), 4, replace=False)]
    text = [words[i] for i in rng.integers(0, 4, 12)]
    before, after = (str(w) for w in rng.choice(words, 2))
    pairs = list(pairwise(text))
    seen, total = pairs.count((before, after)), sum(a == before for a, _ in pairs)
    size = len(set(text))
    if total < 2 or size < 4 or after == before:
        return None
    model = NGram(2, add=1).fit(text)
    value = float(model.probabilities([before])[model.symbols.index(after)])
    return Drill(
        ask=f"A bigram model is counted on the text “{' '.join(text)}”; its vocabulary is the words in it. What is "
        f"$P(\\text{{{after}}} \\mid \\text{{{before}}})$ with add-one smoothing? Round to three decimals.",
        exact=numeric(value, 3),
        steps=f"“{before}” is followed by a word {total} times, in {seen} of them by “{after}”; the vocabulary has "
        f"{size} words.\n\nAdd one to each word's count: "
        f"$\\frac{{{seen} + 1}}{{{total} + {size}}} {answer(value, 3)}$.",
        traps=(
            trap(seen / total, "There is no smoothing in this: every pair gets one count more."),
            trap((seen + 1) / total, "The total grows, too: each word of the vocabulary got one count more."),
            trap((seen + 1) / (total + 1), "One is added for each word of the vocabulary, not once."),
            trap(
                (seen + 1) / (text.count(after) + size),
                f"The condition is exchanged: divide by what follows “{before}”.",
            ),
            trap(
                (seen + 1) / (len(pairs) + size),
                f"This divides by all pairs: only those that begin with “{before}” count.",
            ),
        ),
    )


def next_token_entropy(rng: np.random.Generator) -> Drill:
    """Draw what follows a context and what a model says; the cross-entropy is asked (section 32.3)."""
    seen, model = chances(rng, 3, 0.1), chances(rng, 3, 0.05)
    value = float(-seen @ np.log(model))
    own = float(-seen @ np.log(seen))
    ways = " + ".join(f"{number(p)} \\cdot {number(-np.log(q), 4)}" for p, q in zip(seen, model, strict=True))
    rows = [("frequency in the text", *map(number, seen)), ("model's probability", *map(number, model))]
    return Drill(
        ask=f"After some context three tokens come up:\n\n{table(('', 'a', 'b', 'c'), rows)}\n\nWhat is the model's "
        "cross-entropy there, in nats? Round to three decimals.",
        exact=numeric(value, 3),
        steps="Weight minus the logarithm of the model's probability by the frequency.\n\n"
        f"$-\\sum_i p_i \\ln q_i = {ways} {answer(value, 3)}$.",
        traps=(
            trap(own, "This is the entropy of the text itself: the logarithm is that of the model's probability."),
            trap(value - own, "This is the KL divergence: the cross-entropy also holds the entropy of the text."),
            trap(-model @ np.log(seen), "The two rows are exchanged: frequencies are the weights."),
            trap(value / np.log(2), "This is in bits: nats take the natural logarithm."),
        ),
    )


def likelihood_ratio(rng: np.random.Generator) -> Drill:
    """Draw the log-probabilities of two texts; how much likelier the first is, is asked (section 31.1)."""
    second = one(rng, -30, -9, 0.1)
    gap = one(rng, 0.3, 2.5, 0.1)
    first = round(second + gap, 6)
    ratio = float(np.exp(gap))
    a, b = number(first), number(second)
    return Drill(
        ask=f"Two transcripts have the log-probabilities ${a}$ and ${b}$ (natural logarithm). How many times as likely "
        "as the second is the first? Round to two decimals.",
        exact=numeric(ratio, 2),
        steps=f"A difference of logarithms is a ratio: ${a} - {held(second)} = {number(gap)}$.\n\n"
        f"$e^{{{number(gap)}}} {answer(ratio, 2)}$.",
        traps=(
            trap(gap, "This is the difference of the logarithms: the ratio is $e$ to it."),
            trap(first / second, "This divides the logarithms: a ratio of probabilities is $e$ to their difference."),
            trap(1 / ratio, "This is how likely the second is, measured by the first."),
            trap(2**gap, "This takes powers of 2: the logarithm is natural, so the base is $e$."),
            trap(10**gap, "This takes powers of 10: the logarithm is natural, so the base is $e$."),
        ),
    )


def temperature(rng: np.random.Generator) -> Drill:
    """Draw logits and a temperature; the probabilities are asked (section 32.3)."""
    logits, heat = apart(rng, 3, -2, 4, 0.5), float(rng.choice([0.5, 2.0, 2.5, 4.0]))
    found = heated(softmax(logits), heat)  # (3,)
    powers = np.exp(logits / heat)
    return Drill(
        ask=f"Three tokens have the logits ${listed(logits)}$. What are their probabilities at temperature "
        f"{number(heat)}? Round to three decimals.",
        exact=numeric(found, 3),
        steps=f"Logits over the temperature: ${listed(logits / heat, 4)}$.\n\nTheir exponentials: "
        f"${listed(powers, 4)}$, together {number(powers.sum(), 4)}.\n\nDivided by the sum: ${asked(found, 3)}$.",
        traps=(
            trap(softmax(logits), "These are the probabilities at temperature 1: divide the logits first."),
            trap(softmax(logits * heat), "The logits are multiplied by the temperature: they are divided by it."),
            trap(
                softmax(logits) / heat,
                "The probabilities are divided here and no longer sum to one: the temperature divides the logits.",
            ),
            trap(np.eye(3)[logits.argmax()], "This takes the likeliest token for sure, as temperature 0 does."),
        ),
    )


def top_k(rng: np.random.Generator) -> Drill | None:
    """Draw a distribution; a token's probability after top-k is asked (section 32.3)."""
    found, k = chances(rng, 5, 0.02), int(one(rng, 2, 3))
    order = np.argsort(-found, kind="stable")
    if found[order[k - 1]] == found[order[k]]:
        return None  # then it is open which of the two stays
    asked = int(order[rng.integers(k)])
    kept = reshape(found, top_k=k)
    mass = float(found[order[:k]].sum())
    p, value = float(found[asked]), float(kept[asked])
    return Drill(
        ask=f"Five tokens a to e have the probabilities ${listed(found)}$. With what probability does top-{k} sampling "
        f"draw token {'abcde'[asked]}? Round to three decimals.",
        exact=numeric(value, 3),
        steps=f"The {k} likeliest tokens stay: together ${added(found[order[:k]])} = {number(mass)}$.\n\n"
        f"Divided by what stayed: $\\frac{{{number(p)}}}{{{number(mass)}}} {answer(value, 3)}$.",
        traps=(
            trap(p, "What stays has to sum to one again: divide by its mass."),
            trap(1 / k, f"The {k} tokens keep their proportions: they are not equally likely."),
            trap(p / float(found[order[: k + 1]].sum()), f"{k + 1} tokens are kept here: only {k} stay."),
            trap(p / (1 - mass), "This divides by the mass that was cut off: divide by what stayed."),
        ),
    )


def nucleus(rng: np.random.Generator) -> Drill | None:
    """Draw a distribution; size of the nucleus and the likeliest token's chance are asked (section 32.3)."""
    found, share = chances(rng, 6, 0.02), one(rng, 0.5, 0.9, 0.05)
    order = np.argsort(-found, kind="stable")
    mass = np.cumsum(found[order])  # (6,)
    if np.abs(mass - share).min() < 0.005:
        return None  # a sum that meets the share exactly would be a question of rounding
    kept = reshape(found, top_p=share)
    size, first = int((kept > 0).sum()), float(found.max())
    value = float(kept.max())
    if not 2 <= size <= 5:
        return None
    s = number(share)
    return Drill(
        ask=f"Six tokens have the probabilities ${listed(found)}$. How many tokens does top-$p$ sampling keep with "
        f"$p = {s}$, and with what probability does it then draw the likeliest one? Round to three decimals.",
        exact=numeric((size, value), 3),
        steps=f"Add up from the likeliest on: ${listed(mass[:size])}$. The last of these reaches {s}: {size} tokens "
        f"stay.\n\nDivided by what stayed: $\\frac{{{number(first)}}}{{{number(mass[size - 1])}}} {answer(value, 3)}$.",
        traps=(
            trap(
                (size - 1, first / mass[size - 2]),
                f"These tokens hold less than {s}: the one that reaches it belongs to the nucleus.",
            ),
            trap((size, first), "The number is right; what stays has to sum to one again, so divide by its mass."),
            trap((size, first / share), f"The number is right; divide by the mass of what stayed, not by {s}."),
            trap(
                (int((found >= 1 - share).sum()), first),
                "This keeps tokens above a threshold: the nucleus adds up from the likeliest on.",
            ),
        ),
    )


def training_signals(rng: np.random.Generator) -> Drill:
    """Draw a batch; how many tokens teach GPT and how many BERT is asked (section 32.3)."""
    count, length = int(one(rng, 2, 64)), int(one(rng, 20, 400, 20))
    percent = int(rng.choice([10, 15, 20, 25, 30, 40]))
    gpt, bert = count * (length - 1), round(count * length * percent / 100)
    return Drill(
        ask=f"A batch holds {count} sequences of {length} tokens. How many tokens give a training signal in one pass "
        f"of GPT, which predicts each token from those before it and the first one not at all, and in one pass of BERT "
        f"with {percent} % of the tokens masked?",
        exact=numeric((gpt, bert)),
        steps=f"GPT: every token but the first of each sequence, ${count} \\cdot ({length} - 1) = {gpt}$.\n\nBERT: the "
        f"masked ones, ${count} \\cdot {length} \\cdot {number(percent / 100)} = {bert}$.",
        traps=(
            trap(
                (count * length, bert), "The first token of each sequence has nothing before it and is not predicted."
            ),
            trap(
                (gpt, count * length - bert),
                "The first is right. BERT learns from the masked tokens, not from the visible ones.",
            ),
            trap((bert, gpt), "The two are exchanged: GPT learns from nearly every token."),
            trap((length - 1, bert / count), f"This is one sequence: the batch holds {count}."),
            trap((count, bert), "GPT predicts at every place of a sequence, not only its last token."),
        ),
    )


DRILLS: dict[str, Generator] = {
    "sequence_probability": sequence_probability,
    "sequence_nll": sequence_nll,
    "perplexity": perplexity,
    "add_one": add_one,
    "next_token_entropy": next_token_entropy,
    "likelihood_ratio": likelihood_ratio,
    "temperature": temperature,
    "top_k": top_k,
    "nucleus": nucleus,
    "training_signals": training_signals,
}
