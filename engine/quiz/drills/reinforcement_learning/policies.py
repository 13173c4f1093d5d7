"""Drills of Reinforcement Learning: policy gradients, advantages, and how far a policy may move."""

from __future__ import annotations

import numpy as np

from engine.language_modeling.attention import softmax
from engine.quiz.drills.draws import chances, one, some
from engine.quiz.drills.drill import Drill, Generator, numeric, trap
from engine.quiz.drills.text import added, answer, approx, held, listed, number, plus, weighted
from engine.reinforcement_learning.off_policy import importance_weights


def expected_return(rng: np.random.Generator) -> Drill:
    """Draw trajectories with chances and returns; the policy's objective is asked (section 25.1)."""
    shares, returns = chances(rng, 3, 0.05), some(rng, 3, -8, 20)
    value = float(shares @ returns)
    return Drill(
        ask=f"Under a policy three trajectories can come about, with the chances ${listed(shares)}$ and the returns "
        f"${listed(returns)}$. What is $J$?",
        exact=numeric(value),
        steps=f"$J$ is the expected return: ${weighted(shares, returns)} = {number(value)}$.",
        traps=(
            trap(returns.mean(), "This is the plain mean: each return has the chance of its trajectory as weight."),
            trap(returns[shares.argmax()], "This is the return of the likeliest trajectory: $J$ counts all of them."),
            trap(returns.sum(), "This adds the returns without their chances."),
            trap(returns.max(), "This is the best return: $J$ is the expected one."),
        ),
    )


def ascent_step(rng: np.random.Generator) -> Drill:
    """Draw parameters and a gradient; the parameters after a step of ascent are asked (section 25.1)."""
    theta, slope, rate = some(rng, 2, -3, 5, 0.5), some(rng, 2, -6, 6), one(rng, 0.05, 0.5, 0.05)
    new = theta + rate * slope  # (2,)
    a = number(rate)
    ways = "\n\n".join(
        f"${number(t)} + {a} \\cdot {held(s)} = {number(n)}$" for t, s, n in zip(theta, slope, new, strict=True)
    )
    return Drill(
        ask=f"A policy has the parameters $\\theta = ({listed(theta)})$, and $\\nabla_\\theta J = ({listed(slope)})$. "
        f"What is $\\theta$ after one policy-gradient step with the step size {a}?",
        exact=numeric(new),
        steps=f"$J$ shall grow, so the step goes along the gradient: $\\theta + \\alpha \\nabla_\\theta J$.\n\n{ways}",
        traps=(
            trap(theta - rate * slope, "This descends: the return is to grow, so the gradient is added."),
            trap(theta + slope, f"The step size is missing: add {a} times the gradient."),
            trap(rate * slope, "This is the step alone: add it to the old parameters."),
        ),
    )


def policy_score(rng: np.random.Generator) -> Drill:
    """Draw the logits of a softmax policy; the gradient of the log-probability is asked (section 25.1)."""
    logits, taken = some(rng, 3, -1, 2.5, 0.1), int(rng.integers(3))
    policy = softmax(logits)  # (3,)
    hot = np.eye(3)[taken]
    score = hot - policy
    ways = ",\\ ".join(
        f"{number(h)} - {number(p, 4)} {answer(s, 2)}" for h, p, s in zip(hot, policy, score, strict=True)
    )
    return Drill(
        ask=f"A softmax policy over three actions has the logits ${listed(logits)}$. What is the gradient of "
        f"$\\log \\pi(a_{taken + 1} \\mid s)$ with respect to the three logits? Round to two decimals.",
        exact=numeric(score, 2),
        steps=f"The softmax gives the chances ${listed(policy, 4)}$.\n\nThe gradient is 1 at the action taken and 0 "
        f"elsewhere, minus the chances: ${ways}$.",
        traps=(
            trap(-score, "The sign is turned: the logit of the action taken has to rise."),
            trap(policy, "These are the chances: the gradient is 1 at the action taken, minus the chances."),
            trap(
                policy[taken] * score,
                "This is the gradient of $\\pi$ itself: that of its logarithm is not multiplied by $\\pi$.",
            ),
            trap(hot, "This forgets that the softmax divides by the sum: the chances have to be subtracted."),
        ),
    )


def rewards_to_go(rng: np.random.Generator) -> Drill:
    """Draw the rewards of an episode; the weights of its log-probability gradients are asked (section 25.1)."""
    rewards, gamma = some(rng, 3, -4, 9), float(rng.choice([0.5, 0.8, 0.9]))
    to_go = np.array([rewards[t:] @ gamma ** np.arange(3 - t) for t in range(3)])  # (3,)
    ways = "\n\n".join(
        f"$t = {t}$: ${weighted(gamma ** np.arange(3 - t), rewards[t:])} {answer(to_go[t], 2)}$" for t in range(3)
    )
    past = np.array([rewards[: t + 1].sum() for t in range(3)])
    return Drill(
        ask=f"An episode earns the rewards ${listed(rewards)}$ at $t = 0, 1, 2$. By which rewards to go, counted from "
        "each step on and discounted from there, are the three gradients of $\\log \\pi(a_t \\mid s_t)$ multiplied? "
        f"$\\gamma = {number(gamma)}$; round to two decimals.",
        exact=numeric(to_go, 2),
        steps=f"An action cannot change what was earned before it, so only rewards from $t$ on count.\n\n{ways}",
        traps=(
            trap(
                np.full(3, to_go[0]),
                "Each step gets the whole return here: what was earned before an action is not its merit.",
            ),
            trap(past, "These are the rewards so far: an action is judged by those that come after it."),
            trap(rewards, "These are the rewards alone: later ones count, too."),
            trap(np.cumsum(rewards[::-1])[::-1], "The discount is missing."),
        ),
    )


def baseline_weights(rng: np.random.Generator) -> Drill | None:
    """Draw the returns of four trajectories; their weights after a baseline are asked (section 26.2)."""
    returns = some(rng, 4, -4, 24)
    if not returns.std():
        return None
    mean = float(returns.mean())
    weights = returns - mean  # (4,)
    ways = ",\\ ".join(f"{number(r)} {plus(-mean)} = {number(w)}" for r, w in zip(returns, weights, strict=True))
    return Drill(
        ask=f"Four trajectories have the returns ${listed(returns)}$. The baseline is their mean. By which weights "
        "are the gradients of their log-probabilities multiplied?",
        exact=numeric(weights),
        steps=f"Baseline: $\\frac{{{added(returns)}}}{{4}} = {number(mean)}$.\n\nReturn minus baseline: ${ways}$.",
        traps=(
            trap(-weights, "The sign is turned: good trajectories become more likely, so return minus baseline."),
            trap(returns, "These are the returns: the baseline has to be subtracted."),
            trap(returns - np.median(returns), "This subtracts the median: the baseline here is the mean."),
            trap(
                weights / returns.std(),
                "This also divides by the standard deviation, which is a further step: a baseline only subtracts.",
            ),
        ),
    )


def generalised_advantage(rng: np.random.Generator) -> Drill:
    """Draw two steps and values; the generalised advantage estimate of the first is asked (section 26.2)."""
    rewards, values = some(rng, 2, -2, 6), some(rng, 3, 1, 9)
    gamma, lam = one(rng, 0.5, 0.9, 0.1), one(rng, 0.3, 0.9, 0.1)
    values[2] = 0  # the episode is over
    errors = rewards + gamma * values[1:] - values[:-1]  # (2,)
    gain = float(errors[0] + gamma * lam * errors[1])
    g = number(gamma)
    errors_shown = "\n\n".join(
        f"$\\delta_{t} = {number(rewards[t])} + {g} \\cdot {number(values[t + 1])} - {number(values[t])} "
        f"= {number(errors[t])}$"
        for t in (0, 1)
    )
    return Drill(
        ask=f"An episode has two steps with the rewards ${listed(rewards)}$; the critic says $V(s_0) = "
        f"{number(values[0])}$ and $V(s_1) = {number(values[1])}$, and behind the end the value is 0. With "
        f"$\\gamma = {g}$ and $\\lambda = {number(lam)}$, what is the generalised advantage estimate (GAE) of the "
        "first action? Round to two decimals.",
        exact=numeric(gain, 2),
        steps=f"TD errors:\n\n{errors_shown}\n\nThe second one counts $\\gamma\\lambda$: $\\hat A_0 = "
        f"{number(errors[0])} + {g} \\cdot {number(lam)} \\cdot {held(errors[1])} {answer(gain, 2)}$.",
        traps=(
            trap(errors[0], "This is the first TD error alone, as with $\\lambda = 0$."),
            trap(errors[0] + gamma * errors[1], "This leaves $\\lambda$ out, as with $\\lambda = 1$."),
            trap(errors[0] + lam * errors[1], "The second error counts $\\gamma\\lambda$, not $\\lambda$ alone."),
            trap(gain + values[0], "This is a return: the value $V(s_0)$ has to be subtracted."),
        ),
    )


def importance_weight(rng: np.random.Generator) -> Drill:
    """Draw the chances that two policies give to three actions; the trajectory's weight is asked (section 25.1)."""
    target, behaviour = some(rng, 3, 0.1, 0.9, 0.1), some(rng, 3, 0.2, 0.9, 0.1)
    ratios = importance_weights(target, behaviour)  # (3,)
    weight = float(ratios.prod())
    fractions = " \\cdot ".join(f"\\frac{{{number(p)}}}{{{number(b)}}}" for p, b in zip(target, behaviour, strict=True))
    return Drill(
        ask="A trajectory was collected by the behaviour policy $b$, which gave its three actions the chances "
        f"${listed(behaviour)}$. The policy $\\pi$ to be judged gives them ${listed(target)}$. What is the "
        "trajectory's importance weight? Round to two decimals.",
        exact=numeric(weight, 2),
        steps=f"The chances of the environment cancel; a ratio $\\pi / b$ is left for each action: ${fractions} "
        f"{answer(weight, 2)}$.",
        traps=(
            trap(1 / weight, "The fraction is upside down: $\\pi$ stands above, the policy that acted below."),
            trap(target.prod(), "This is the chance under $\\pi$ alone: divide by that under $b$."),
            trap(ratios.mean(), "This is the mean of the ratios: a trajectory's chance is a product, so multiply."),
            trap(ratios[2], "This is the ratio of the last action: all three count."),
        ),
    )


def kl_of_policies(rng: np.random.Generator) -> Drill:
    """Draw two policies over three actions; their KL divergence is asked (section 26.3)."""
    old, new = chances(rng, 3, 0.05), chances(rng, 3, 0.05)
    kl = float(old @ np.log(old / new))
    ways = " + ".join(f"{number(p)} \\ln\\frac{{{number(p)}}}{{{number(q)}}}" for p, q in zip(old, new, strict=True))
    return Drill(
        ask=f"The old policy takes three actions with the chances ${listed(old)}$, the new one with ${listed(new)}$. "
        "What is $D_{KL}(\\pi_{old} \\Vert \\pi_{new})$ in nats? Round to three decimals.",
        exact=numeric(kl, 3),
        steps="Weight each log-ratio by the first policy's chance.\n\n"
        f"${ways}$\n\n$= {added(old * np.log(old / new), 4)} {answer(kl, 3)}$.",
        traps=(
            trap(
                new @ np.log(new / old),
                "This is $D_{KL}(\\pi_{new} \\Vert \\pi_{old})$: the two are exchanged, and "
                "the divergence is not symmetric.",
            ),
            trap(kl / np.log(2), "This is in bits: nats take the natural logarithm."),
            trap(
                np.log(old / new).mean(), "The log-ratios count alike here: the old policy's chances are the weights."
            ),
            trap(-kl, "The sign is turned: a KL divergence is never negative."),
        ),
    )


def entropy_bonus(rng: np.random.Generator) -> Drill:
    """Draw a policy and its objective; the objective with the entropy bonus is asked (section 26.3)."""
    policy, gain, share = chances(rng, 3, 0.05), one(rng, -2, 3, 0.1), one(rng, 0.1, 0.9, 0.1)
    entropy = float(-policy @ np.log(policy))
    value = gain + share * entropy
    ways = " ".join(f"- {number(p)} \\ln {number(p)}" for p in policy)
    return Drill(
        ask=f"A policy takes three actions with the chances ${listed(policy)}$, and its objective, which is maximised, "
        f"is ${number(gain)}$. What is the objective with an entropy bonus of the weight $\\beta = {number(share)}$? "
        "Take natural logarithms; round to two decimals.",
        exact=numeric(value, 2),
        steps=f"Entropy: $H = {ways} \\approx {number(entropy, 4)}$.\n\nObjective and bonus: ${number(gain)} + "
        f"{number(share)} \\cdot {number(entropy, 4)} {answer(value, 2)}$.",
        traps=(
            trap(
                gain - share * entropy,
                "This punishes randomness: the bonus is added, so that the policy keeps exploring.",
            ),
            trap(gain + entropy, "The weight $\\beta$ of the bonus is missing."),
            trap(gain + share * entropy / np.log(2), "The entropy is in bits here: take the natural logarithm."),
            trap(gain - share * np.log(policy).mean(), "The logarithms count alike here: the chances are the weights."),
        ),
    )


def ppo_objective(rng: np.random.Generator) -> Drill | None:
    """Draw two chances of an action and its advantage; PPO's clipped objective is asked (section 26.3)."""
    old, new = some(rng, 2, 0.1, 0.9, 0.05)
    gain, epsilon = one(rng, -6, 6, 0.5), float(rng.choice([0.1, 0.2, 0.3]))
    ratio = new / old
    clipped = float(np.clip(ratio, 1 - epsilon, 1 + epsilon))
    value = min(ratio * gain, clipped * gain)
    low, high, a = number(1 - epsilon), number(1 + epsilon), number(gain)
    inverse = float(np.clip(1 / ratio, 1 - epsilon, 1 + epsilon)) * gain
    if abs(ratio - clipped) < 0.01 or gain == 0:
        return None  # nothing to clip, or nothing to weigh
    wrong = (
        (ratio * gain, "This is not clipped: the ratio has left the allowed range, and the smaller term counts."),
        (clipped * gain, "This clips always: the minimum of both terms counts, and here the unclipped one is smaller."),
        (clipped, "This is the clipped ratio: it still has to be multiplied by the advantage."),
        (gain, "This is the advantage alone: the ratio of the two policies multiplies it."),
        (inverse, "The ratio is upside down: the new policy stands above, the old one below."),
    )
    return Drill(
        ask=f"The old policy gave an action the chance ${number(old)}$, the new one gives it ${number(new)}$; its "
        f"advantage is ${a}$. What is PPO's clipped objective of this sample with $\\epsilon = {number(epsilon)}$? "
        "Round to two decimals.",
        exact=numeric(value, 2),
        steps=f"Ratio: $\\frac{{{number(new)}}}{{{number(old)}}} {approx(ratio, 4)}$, clipped to "
        f"$[{low},\\ {high}]$: ${number(clipped, 4)}$.\n\nThe smaller term counts: $\\min({number(ratio, 4)} \\cdot "
        f"{held(gain)},\\ {number(clipped, 4)} \\cdot {held(gain)}) = \\min({number(ratio * gain, 4)},\\ "
        f"{number(clipped * gain, 4)}) {answer(value, 2)}$.",
        traps=tuple(trap(answer, says) for answer, says in wrong if answer != value),
    )


DRILLS: dict[str, Generator] = {
    "expected_return": expected_return,
    "ascent_step": ascent_step,
    "policy_score": policy_score,
    "rewards_to_go": rewards_to_go,
    "baseline_weights": baseline_weights,
    "generalised_advantage": generalised_advantage,
    "importance_weight": importance_weight,
    "kl_of_policies": kl_of_policies,
    "entropy_bonus": entropy_bonus,
    "ppo_objective": ppo_objective,
}
