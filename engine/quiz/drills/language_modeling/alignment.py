"""Drills of Language Modeling: preferences, answers that can be checked, and what a model costs."""

from __future__ import annotations

import math

import numpy as np

from engine.quiz.drills.draws import apart, one, some
from engine.quiz.drills.drill import Drill, Generator, numeric, trap
from engine.quiz.drills.text import answer, held, listed, number, plus, rounded


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def preference(rng: np.random.Generator) -> Drill | None:
    """Draw the rewards of two answers; the chance that the first is preferred is asked (section 35.3)."""
    a, b = (float(v) for v in apart(rng, 2, 0.1, 4, 0.02))
    value = _sigmoid(a - b)
    if not 0.05 < value < 0.95:
        return None
    return Drill(
        ask=f"A reward model gives two answers the rewards ${number(a)}$ and ${number(b)}$. With what probability is "
        "the first preferred in the Bradley-Terry model? Round to three decimals.",
        exact=numeric(value, 3),
        steps=f"Difference of the rewards: ${number(a)} {plus(-b)} = {number(a - b)}$.\n\n"
        f"$\\sigma({number(a - b)}) = \\frac{{1}}{{1 + e^{{{number(b - a)}}}}} {answer(value, 3)}$.",
        traps=(
            trap(1 - value, "This is the probability that the second is preferred."),
            trap(a / (a + b), "This divides the rewards by their sum: the sigmoid of their difference is meant."),
            trap(_sigmoid(a), "This is the sigmoid of the first reward: the difference of both counts."),
            trap(a - b, "This is the difference of the rewards: take its sigmoid."),
        ),
    )


def dpo_loss(rng: np.random.Generator) -> Drill:
    """Draw log-probabilities of two answers; DPO's logit and loss are asked (section 35.3)."""
    win, lose, win_ref, lose_ref = (float(v) for v in some(rng, 4, -14, -4, 0.5))
    beta = one(rng, 0.1, 0.5, 0.1)
    logit = beta * ((win - win_ref) - (lose - lose_ref))
    loss = -math.log(_sigmoid(logit))

    def both(z: float) -> tuple[float, float]:
        return z, -math.log(_sigmoid(z))

    gains = [f"{number(p)} {plus(-q)} = {number(p - q)}" for p, q in ((win, win_ref), (lose, lose_ref))]
    return Drill(
        ask="Log-probabilities of two answers:\n\n| | preferred | rejected |\n| --- | --- | --- |\n"
        f"| policy | {number(win)} | {number(lose)} |\n| reference | {number(win_ref)} | {number(lose_ref)} |\n\nWith "
        f"$\\beta = {number(beta)}$, what is DPO's logit (the argument of the sigmoid), and what is the loss? Round to "
        "three decimals.",
        exact=numeric((logit, loss), 3),
        steps=f"Policy against reference: ${gains[0]}$ for the preferred, ${gains[1]}$ for the rejected answer.\n\n"
        f"Logit: ${number(beta)} \\cdot ({number(win - win_ref)} {plus(lose_ref - lose)}) {answer(logit, 3)}$.\n\n"
        f"Loss: $-\\ln \\sigma({rounded(logit, 3)}) {answer(loss, 3)}$.",
        traps=(
            trap(both(beta * (win - lose)), "The reference is missing: each log-probability is measured against it."),
            trap(both(-logit), "Preferred and rejected are exchanged."),
            trap(both(logit / beta), "The factor $\\beta$ is missing."),
            trap((logit, _sigmoid(logit)), "The logit is right; the loss is minus the logarithm of this sigmoid."),
        ),
    )


def penalised_reward(rng: np.random.Generator) -> Drill:
    """Draw a reward and two log-probabilities; the reward after the KL penalty is asked (section 35.3)."""
    score, beta = one(rng, -2, 5, 0.1), one(rng, 0.05, 0.5, 0.05)
    own, reference = (float(v) for v in some(rng, 2, -30, -5, 0.5))
    drift = own - reference
    value = score - beta * drift
    return Drill(
        ask=f"An answer gets the reward ${number(score)}$. Its log-probability is ${number(own)}$ under the policy and "
        f"${number(reference)}$ under the reference model. What is its reward after the KL penalty with $\\beta = "
        f"{number(beta)}$? Round to three decimals.",
        exact=numeric(value, 3),
        steps=f"Policy against reference: $\\ln\\frac{{\\pi_\\theta}}{{\\pi_{{ref}}}} = "
        f"{number(own)} {plus(-reference)} = {number(drift)}$.\n\n"
        f"${number(score)} - {number(beta)} \\cdot {held(drift)} {answer(value, 3)}$.",
        traps=(
            trap(
                score + beta * drift,
                "The penalty is added here: what the policy prefers more than the reference does costs reward.",
            ),
            trap(score - drift, "The factor $\\beta$ is missing."),
            trap(
                score - beta * own,
                "The reference is missing: the penalty is on the difference of both log-probabilities.",
            ),
            trap(-beta * drift, "This is the penalty alone: the reward has to be added."),
        ),
    )


def pass_at_k(rng: np.random.Generator) -> Drill | None:
    """Draw how many of n samples are right; pass@k is asked (section 35.3)."""
    n, k = int(one(rng, 8, 90)), int(one(rng, 2, 5))
    right = int(one(rng, 1, n - k))
    miss = math.comb(n - right, k) / math.comb(n, k)
    value = 1 - miss
    if not 0.1 < value < 0.97:
        return None
    wrong = n - right
    ways = " \\cdot ".join(f"\\frac{{{wrong - j}}}{{{n - j}}}" for j in range(k))
    return Drill(
        ask=f"{right} of {n} sampled solutions are right. What is the unbiased estimate of pass@{k}? Round to three "
        "decimals.",
        exact=numeric(value, 3),
        steps=f"The chance that {k} of the {n}, drawn without putting back, are all wrong: $\\frac{{\\binom{{{wrong}}}"
        f"{{{k}}}}}{{\\binom{{{n}}}{{{k}}}}} = {ways} \\approx {number(miss, 4)}$.\n\n"
        f"$1 - {number(miss, 4)} {answer(value, 3)}$.",
        traps=(
            trap(1 - (wrong / n) ** k, "This draws with putting back: a sample cannot come twice."),
            trap(right / n, "This is pass@1: with more tries the chance of a right one grows."),
            trap(miss, "This is the chance that all are wrong: take one minus it."),
            trap(math.comb(right, k) / math.comb(n, k), "This is the chance that all are right: one is enough."),
            trap(k * right / n, "Chances of several tries do not add up: two of them may be right together."),
        ),
    )


def majority_of_three(rng: np.random.Generator) -> Drill:
    """Draw the chances of three voters; that of a right majority is asked (section 35.3)."""
    p, q, r = (float(v) for v in some(rng, 3, 0.5, 0.95, 0.01))
    both = p * q * (1 - r) + p * (1 - q) * r + (1 - p) * q * r
    value = p * q * r + both
    a, b, c = (number(v) for v in (p, q, r))
    x, y, z = (number(1 - v) for v in (p, q, r))
    return Drill(
        ask=f"Three models answer a yes/no question independently and are right with the chances "
        f"${listed((p, q, r))}$. With what chance is the majority right? Round to three decimals.",
        exact=numeric(value, 3),
        steps=f"All three right: ${a} \\cdot {b} \\cdot {c} \\approx {number(p * q * r, 4)}$.\n\n"
        f"Exactly two: ${a} \\cdot {b} \\cdot {z} + {a} \\cdot {y} \\cdot {c} + {x} "
        f"\\cdot {b} \\cdot {c} \\approx {number(both, 4)}$."
        f"\n\nTogether: ${number(p * q * r, 4)} + {number(both, 4)} {answer(value, 3)}$.",
        traps=(
            trap(p * q * r, "This asks for all three: two right ones are a majority."),
            trap(both, "Exactly two are right here: all three are a majority, too."),
            trap(1 - (1 - p) * (1 - q) * (1 - r), "One right answer is enough here: a majority needs two."),
            trap((p + q + r) / 3, "This is the mean chance of one model."),
        ),
    )


def training_flops(rng: np.random.Generator) -> Drill:
    """Draw the size of a model and its tokens; the training compute is asked (section 35.2)."""
    billions, tokens = one(rng, 0.1, 20, 0.1), one(rng, 5, 500, 5)
    total = 6 * billions * tokens
    n, d = number(billions), number(tokens)
    return Drill(
        ask=f"A model with ${n} \\cdot 10^9$ parameters is trained on ${d} \\cdot 10^9$ tokens. On the "
        "way forward each parameter multiplies and adds once for each token; the way back has to find two slopes for "
        "each such product. How many floating-point operations is that? Give the answer in units of $10^{18}$.",
        exact=numeric(total),
        steps="Forward: two operations for each parameter and token. Back: twice as many, a slope by the input and one "
        "by the weight. Six in all, the $6ND$ rule.\n\n"
        f"$6 \\cdot {n} \\cdot 10^9 \\cdot {d} \\cdot 10^9 = {number(total)} \\cdot 10^{{18}}$.\n\n"
        f"In units of $10^{{18}}$: {number(total)}.",
        traps=(
            trap(total / 3, "This is $2ND$, the forward pass: the backward pass takes twice as much again."),
            trap(total / 6, "This is $ND$: each parameter takes about six operations per token."),
            trap(total * 2 / 3, "This is $4ND$, the backward pass: the forward pass adds $2ND$."),
            trap(6 * (billions + tokens), "Size and tokens are added here: they multiply."),
        ),
    )


def weights_memory(rng: np.random.Generator) -> Drill:
    """Draw the size of a model; the memory of its weights at two precisions is asked (section 35.2)."""
    billions = one(rng, 0.2, 180, 0.1)
    wide, narrow = int(rng.choice([16, 32])), int(rng.choice([2, 4, 8]))
    more, less = billions * wide / 8, billions * narrow / 8
    n = number(billions)
    return Drill(
        ask=f"A model has ${n} \\cdot 10^9$ parameters. How much memory do its weights take at {wide} bits each, and "
        f"at {narrow} bits each, in gigabytes ($10^9$ bytes)? Round to two decimals.",
        exact=numeric((more, less), 2, "GB"),
        steps=f"Eight bits are a byte.\n\n$\\frac{{{n} \\cdot {wide}}}{{8}} {answer(more, 2)}$ and "
        f"$\\frac{{{n} \\cdot {narrow}}}{{8}} {answer(less, 2)}$.",
        traps=(
            trap((8 * more, 8 * less), "These are gigabits: a byte has eight bits."),
            trap((more, more), "The first is right; fewer bits take less memory."),
            trap((less, more), "The two are exchanged: more bits take more memory."),
            trap((billions, billions), "This counts a byte for each parameter: divide its bits by eight."),
        ),
    )


DRILLS: dict[str, Generator] = {
    "preference": preference,
    "dpo_loss": dpo_loss,
    "penalised_reward": penalised_reward,
    "pass_at_k": pass_at_k,
    "majority_of_three": majority_of_three,
    "training_flops": training_flops,
    "weights_memory": weights_memory,
}
