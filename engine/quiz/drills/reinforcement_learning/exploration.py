"""Drills of Reinforcement Learning: exploration, imitation, search, models and meta-learning."""

from __future__ import annotations

import numpy as np

from engine.quiz.drills.draws import apart, one, some
from engine.quiz.drills.drill import Drill, Generator, numeric, trap
from engine.quiz.drills.text import added, answer, listed, number, plus, rounded, table, weighted


def epsilon_greedy(rng: np.random.Generator) -> Drill:
    """Draw action values and ε; the chances of the best and of another action are asked (section 28.3)."""
    count, epsilon = int(one(rng, 3, 5)), one(rng, 0.05, 0.6, 0.05)
    Q = apart(rng, count, -4, 9, 0.5)
    other = epsilon / count
    best = 1 - epsilon + other
    e = number(epsilon)
    return Drill(
        ask=f"In a state the actions have the values ${listed(Q)}$. An agent is $\\epsilon$-greedy with $\\epsilon = "
        f"{e}$; a random move picks any action, each with the same chance. What is the chance of the best action, and "
        "of each other one? Round to three decimals.",
        exact=numeric((best, other), 3),
        steps=f"A random move comes with {e} and picks each of {count} actions alike: $\\frac{{{e}}}{{{count}}} "
        f"{answer(other, 3)}$ for any action.\n\nThe best one, {number(Q.max())}, is also taken by every greedy move: "
        f"$1 - {e} + {number(other, 4)} {answer(best, 3)}$. Each other one has ${rounded(other, 3)}$.",
        traps=(
            trap(
                (1 - epsilon, other),
                "The second is right. A random move may pick the best action, too, which adds to its chance.",
            ),
            trap(
                (1 - epsilon, epsilon / (count - 1)),
                "This keeps random moves away from the best action: they pick any action.",
            ),
            trap((1 - epsilon, epsilon), "This gives each other action the whole $\\epsilon$: it is shared by all."),
            trap((other, best), "The two are exchanged: a greedy move takes the best action."),
        ),
    )


def upper_bound(rng: np.random.Generator) -> Drill:
    """Draw what is known of an arm; its upper confidence bound is asked (section 28.3)."""
    mean, pulls = one(rng, 0.2, 4, 0.1), int(one(rng, 3, 30))
    total, c = pulls + int(one(rng, 10, 200)), one(rng, 0.5, 3, 0.5)
    bonus = float(c * np.sqrt(np.log(total) / pulls))
    m, w = number(mean), number(c)
    return Drill(
        ask=f"After $t = {total}$ pulls in all, an arm was pulled {pulls} times and paid ${m}$ on average. What is its "
        f"upper confidence bound $\\hat Q + c\\sqrt{{\\ln t / N}}$ with $c = {w}$? Round to two decimals.",
        exact=numeric(mean + bonus, 2),
        steps=f"Bonus: ${w} \\cdot \\sqrt{{\\frac{{\\ln {total}}}{{{pulls}}}}} = {w} \\cdot "
        f"\\sqrt{{{number(np.log(total) / pulls, 4)}}} \\approx {number(bonus, 4)}$.\n\n"
        f"Mean and bonus: ${m} + {number(bonus, 4)} {answer(mean + bonus, 2)}$.",
        traps=(
            trap(bonus, "This is the bonus alone: the arm's mean has to be added."),
            trap(mean + c * np.log(total) / pulls, "The square root is missing."),
            trap(mean + c * np.sqrt(np.log10(total) / pulls), "This takes the logarithm to base 10: it is natural."),
            trap(
                mean + c * np.sqrt(np.log(pulls) / total),
                "The two counts are exchanged: an arm that was pulled rarely gets the larger bonus.",
            ),
        ),
    )


def posterior_mean(rng: np.random.Generator) -> Drill:
    """Draw a Beta prior and what an arm paid; the posterior's mean is asked (section 28.3)."""
    a, b = (int(v) for v in some(rng, 2, 1, 6))
    wins, losses = (int(v) for v in some(rng, 2, 2, 30))
    mean = (a + wins) / (a + b + wins + losses)
    return Drill(
        ask=f"Thompson sampling begins with a Beta$({a}, {b})$ prior for an arm's chance to pay. The arm then paid "
        f"{wins} times and failed {losses} times. What is the mean of the posterior? Round to three decimals.",
        exact=numeric(mean, 3),
        steps=f"Successes add to the first number, failures to the second: Beta$({a + wins}, {b + losses})$.\n\n"
        f"Its mean is $\\frac{{{a + wins}}}{{{a + wins} + {b + losses}}} {answer(mean, 3)}$.",
        traps=(
            trap(wins / (wins + losses), "This is the share of successes: the prior's counts have to be added."),
            trap(a / (a + b), "This is the prior's mean: what the arm paid is not in it."),
            trap((b + losses) / (a + b + wins + losses), "This is the mean chance to fail."),
            trap((a + wins) / (b + losses), "This is the ratio of both numbers: divide by their sum."),
        ),
    )


def regret(rng: np.random.Generator) -> Drill:
    """Draw the means of three arms and how often each was pulled; the expected regret is asked (section 28.3)."""
    means, pulls = apart(rng, 3, 0.1, 0.9, 0.1), some(rng, 3, 10, 90, 5)
    gaps = means.max() - means  # (3,)
    total = float(pulls @ gaps)
    best = number(means.max())
    return Drill(
        ask=f"Three arms pay 1 with the chances ${listed(means)}$. An agent pulled them ${listed(pulls)}$ times. What "
        "is its expected regret, in all pulls together?",
        exact=numeric(total),
        steps=f"A pull loses what its arm pays less than the best one, {best}: the gaps are ${listed(gaps)}$.\n\n"
        f"${weighted(pulls, gaps)} = {number(total)}$.",
        traps=(
            trap(pulls @ means, "This is the expected reward: regret is what the best arm would have paid beyond it."),
            trap(gaps.sum(), "The gaps are not counted by pulls: each pull loses its arm's gap."),
            trap(total / pulls.sum(), "This is the regret per pull: it is asked for all pulls together."),
            trap(pulls.sum() * means.max(), "This is what the best arm would have paid: subtract what was earned."),
        ),
    )


def cloning_bounds(rng: np.random.Generator) -> Drill | None:
    """Draw an error rate and a horizon; the bounds with and without drift are asked (section 24)."""
    rate, steps = one(rng, 0.001, 0.05, 0.001), int(one(rng, 10, 250))
    drift, none = rate * steps**2, rate * steps
    if none > 1:
        return None  # a bound above the length of the episode says nothing
    e = number(rate, 3)
    return Drill(
        ask=f"A cloned policy errs with chance $\\varepsilon = {e}$ per step on the expert's states; an episode has "
        f"$T = {steps}$ steps. Bound its expected number of mistakes up to a constant: with drift, as in behaviour "
        "cloning, and without, as in supervised learning. Give both.",
        exact=numeric((drift, none)),
        steps=f"After a mistake the policy is on states it never saw and may err at all later steps: $\\varepsilon T^2 "
        f"= {e} \\cdot {steps}^2 = {number(drift, 3)}$.\n\nWithout drift mistakes only add up: $\\varepsilon T = {e} "
        f"\\cdot {steps} = {number(none, 3)}$.",
        traps=(
            trap((none, drift), "The two are exchanged: drift makes the bound grow with the square of $T$."),
            trap((none, rate), "Both lack a factor of $T$: mistakes add up over the steps even without drift."),
            trap((drift * steps, drift), "Both have a factor too many: the square of $T$ comes with drift alone."),
            trap((2 * none, none), "Drift does not double the mistakes: the bound grows with the square of $T$."),
        ),
    )


def dagger_pairs(rng: np.random.Generator) -> Drill:
    """Draw the rounds of DAgger; the size of the data set at the end is asked (section 24)."""
    start, rounds = int(one(rng, 100, 2000, 50)), int(one(rng, 2, 9))
    episodes, length = int(one(rng, 2, 12)), int(one(rng, 10, 60, 10))
    added_each = episodes * length
    total = start + rounds * added_each
    return Drill(
        ask=f"DAgger starts with {start} expert pairs. In each of {rounds} rounds the learner plays {episodes} "
        f"episodes of {length} steps, and the expert labels every state it visits. How many pairs does $\\mathcal D$ "
        "hold in the end?",
        exact=numeric(total),
        steps=f"A round adds ${episodes} \\cdot {length} = {added_each}$ pairs; nothing is thrown away.\n\n"
        f"${start} + {rounds} \\cdot {added_each} = {total}$.",
        traps=(
            trap(rounds * added_each, "The expert's first pairs are missing: the new ones are added to them."),
            trap(start + added_each, "This is the size after one round."),
            trap(start + rounds * episodes, "This counts episodes: every step of them gives a pair."),
            trap(rounds * (start + added_each), "The first pairs are counted in every round: they are there once."),
        ),
    )


def mixture_moments(rng: np.random.Generator) -> Drill:
    """Draw an expert with two modes; mean and variance of the Gaussian nearest in forward KL are asked (section 23)."""
    share, low, high = one(rng, 0.2, 0.8, 0.1), one(rng, -6, -1, 0.5), one(rng, 1, 6, 0.5)
    spread = one(rng, 0.1, 1, 0.1)
    shares, means = np.array([share, 1 - share]), np.array([low, high])
    mean = float(shares @ means)
    within, between = spread**2, float(shares @ (means - mean) ** 2)
    s = number(spread)
    return Drill(
        ask=f"An expert acts by a mixture: with chance ${number(share)}$ from $N({number(low)}, {s}^2)$, else from "
        f"$N({number(high)}, {s}^2)$. Which mean and which variance has the Gaussian that minimises the forward KL "
        "divergence, as maximum likelihood does? Round to three decimals.",
        exact=numeric((mean, within + between), 3),
        steps="It matches the mixture's moments.\n\n"
        f"Mean: ${weighted(shares, means)} {answer(mean, 3)}$.\n\nVariance, within plus between: ${s}^2 + "
        f"{number(share)} \\cdot ({number(low)} {plus(-mean)})^2 + {number(1 - share)} \\cdot ({number(high)} "
        f"{plus(-mean)})^2 = {number(within, 4)} + {number(between, 4)} {answer(within + between, 3)}$.",
        traps=(
            trap((mean, within), "The mean is right; the variance also holds the distance of the modes from it."),
            trap((mean, between), "The mean is right; the variance within the modes is missing."),
            trap(
                (means[shares.argmax()], within),
                "This sits on one mode, as the reverse KL does: the forward KL has to cover both.",
            ),
            trap(((low + high) / 2, within + (high - low) ** 2 / 4), "Both modes count alike here: they have chances."),
        ),
    )


def elite_refit(rng: np.random.Generator) -> Drill:
    """Draw a population with returns; the number of elites and the new mean of CEM are asked."""
    count, share = 10, float(rng.choice([0.2, 0.3, 0.4, 0.5]))
    samples, returns = some(rng, count, -4, 9, 0.5), apart(rng, count, 1, 40)
    elites = round(count * share)
    order = np.argsort(-returns)  # (count,), best first
    best = samples[np.sort(order[:elites])]  # (elites,), in the table's order
    mean = float(best.mean())
    rows = [("sample", *(number(v) for v in samples)), ("return", *(number(v) for v in returns))]
    return Drill(
        ask="The cross-entropy method drew ten samples and measured their returns:\n\n"
        f"{table(['', *(str(i + 1) for i in range(count))], rows)}\n\nThe elite share is {number(share)}. How many "
        "samples refit the distribution, and what is its new mean? Round to two decimals.",
        exact=numeric((elites, mean), 2),
        steps=f"Elites: ${count} \\cdot {number(share)} = {elites}$, those with the largest returns.\n\nMean of their "
        f"samples: $\\frac{{{added(best)}}}{{{elites}}} {answer(mean, 2)}$.",
        traps=(
            trap(
                (elites, samples.mean()),
                "The number is right, but this is the mean of all samples: only the elites count.",
            ),
            trap((elites, samples[order[-elites:]].mean()), "These are the samples with the smallest returns."),
            trap(
                (elites, np.sort(samples)[-elites:].mean()),
                "These are the largest samples: the elites are those with the largest returns.",
            ),
            trap((elites, samples[order[0]]), "This is the best sample alone: the new mean is that of all elites."),
            trap(
                (elites, returns[order[:elites]].mean()),
                "This is the mean of their returns: the distribution is one of samples.",
            ),
        ),
    )


def model_error(rng: np.random.Generator) -> Drill:
    """Draw how a model's error grows; the error after some imagined steps is asked."""
    first, percent, steps = one(rng, 0.5, 8, 0.1), int(one(rng, 4, 25)), int(one(rng, 4, 12))
    factor = (1 + percent / 100) ** steps
    error, f = first * factor, number(1 + percent / 100)
    return Drill(
        ask=f"A learned model starts with an error of ${number(first)}$ cm, and each imagined step makes it {percent} "
        f"percent larger. How large is it, in cm, after {steps} steps? Round to two decimals.",
        exact=numeric(error, 2, "cm"),
        steps=f"Each step multiplies by {f}: the factor is ${f}^{{{steps}}} \\approx {number(factor, 4)}$.\n\n"
        f"${number(first)} \\cdot {number(factor, 4)} {answer(error, 2)}$.",
        traps=(
            trap(first * (1 + steps * percent / 100), "This adds the same amount each step: the error compounds."),
            trap(error * (1 + percent / 100), f"This is one step too many: {steps} steps multiply {steps} times."),
            trap(factor, "This is the factor: the first error has to be multiplied by it."),
            trap(first * (percent / 100) ** steps, f"Each step multiplies by {f}, not by {number(percent / 100)}."),
        ),
    )


def dyna_updates(rng: np.random.Generator) -> Drill:
    """Draw the planning of Dyna-Q; the updates per real step and in all are asked."""
    real, planned = int(one(rng, 20, 900, 10)), int(one(rng, 3, 80))
    total = real * (planned + 1)
    return Drill(
        ask=f"A Dyna-Q agent makes {real} real steps, and after each it does {planned} planning steps in its model. "
        "How many value updates are there per real step, and how many in all?",
        exact=numeric((planned + 1, total)),
        steps=f"Per real step: one update from the real transition and {planned} from imagined ones, ${planned} + 1 = "
        f"{planned + 1}$.\n\nIn all: ${real} \\cdot {planned + 1} = {total}$.",
        traps=(
            trap((planned, real * planned), "The real step is an update, too: add one to the planned ones."),
            trap(
                (planned + 1, real + planned), "The first is right, but planning comes after every real step: multiply."
            ),
            trap((1, real), "These are the real updates alone: planning makes more of them."),
        ),
    )


def maml_step(rng: np.random.Generator) -> Drill | None:
    """Draw a start and two tasks; the parameters adapted to each are asked."""
    theta, rate = one(rng, -4, 6, 0.5), one(rng, 0.05, 0.4, 0.05)
    goals = apart(rng, 2, -8, 9)
    if not goals.all():
        return None
    slopes = 2 * (theta - goals)  # (2,)
    new = theta - rate * slopes
    t, a = number(theta), number(rate)
    ways = "\n\n".join(
        f"${t} - {a} \\cdot 2 \\cdot ({t} {plus(-goal)}) = {number(n)}$" for goal, n in zip(goals, new, strict=True)
    )
    return Drill(
        ask=f"MAML starts from $\\theta = {t}$. Two tasks have the losses $(\\theta {plus(-goals[0])})^2$ and "
        f"$(\\theta {plus(-goals[1])})^2$. What is the adapted $\\theta$ of each task after one inner step with the "
        f"rate {a}?",
        exact=numeric(new),
        steps=f"Each task takes its own step from the same start, against its slope $2(\\theta - c)$.\n\n{ways}",
        traps=(
            trap(theta + rate * slopes, "The steps go uphill: subtract the slope."),
            trap(theta - rate * slopes / 2, "The slope of a square is twice the distance."),
            trap(
                (new[0], new[0] - rate * 2 * (new[0] - goals[1])),
                "The second task goes on from the first one's result: both start from $\\theta$.",
            ),
            trap(
                np.full(2, theta - rate * slopes.mean()),
                "This is one step for both tasks together: in the inner step each adapts for itself.",
            ),
        ),
    )


DRILLS: dict[str, Generator] = {
    "epsilon_greedy": epsilon_greedy,
    "upper_bound": upper_bound,
    "posterior_mean": posterior_mean,
    "regret": regret,
    "cloning_bounds": cloning_bounds,
    "dagger_pairs": dagger_pairs,
    "mixture_moments": mixture_moments,
    "elite_refit": elite_refit,
    "model_error": model_error,
    "dyna_updates": dyna_updates,
    "maml_step": maml_step,
}
