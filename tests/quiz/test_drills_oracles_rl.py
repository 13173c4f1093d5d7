"""Drills of Reinforcement Learning: every answer computed again from the printed numbers, by another route."""

import math
import re
from fractions import Fraction

import numpy as np
import pytest
import scipy.optimize
import scipy.signal
import scipy.stats
import torch

from engine.quiz.drills.reinforcement_learning import DRILLS
from tests.quiz.drill_helpers import Oracle, check, of_text
from tests.quiz.drill_numbers import after, between, numbers, rows

Answer = float | list[float] | tuple[float, ...]


def _horner(rewards: list[float], gamma: float, last: float = 0) -> float:
    total = last
    for reward in reversed(rewards):
        total = reward + gamma * total
    return total


# ---------------------------------------------------------------- returns and values


def discounted_return(ask: str) -> Answer:
    return _horner(between(ask, "rewards $"), after(ask, "\\gamma = "))


def delayed_reward(ask: str) -> Answer:
    steps = int(after(ask, "n = "))
    return float(after(ask, "reward of") * math.prod([Fraction(str(after(ask, "\\gamma = ")))] * steps))


def horizon_and_bound(ask: str) -> Answer:
    weights = after(ask, "\\gamma = ") ** np.arange(5_000)
    return [weights.sum(), (weights * after(ask, "than")).sum()]


def loop_values(ask: str) -> Answer:
    first, loop, gamma = after(ask, "to B and earns"), after(ask, "back to B and earns"), after(ask, "\\gamma = ")
    A = B = 0.0
    for _ in range(2_000):  # value iteration
        A, B = first + gamma * B, loop + gamma * B
    return [A, B]


def chain_values(ask: str) -> Answer:
    rewards, gamma = between(ask, "steps earn $"), after(ask, "\\gamma = ")
    return [sum(gamma**k * reward for k, reward in enumerate(rewards[at:])) for at in range(3)]


def first_visit_value(ask: str) -> Answer:
    gamma, found = after(ask, "\\gamma = "), []
    for line in re.findall(r"\$\d:.*?\$", ask):
        steps = re.findall(r"([AB]) \\xrightarrow\{(-?\d+)\}", line)
        start = [state for state, _ in steps].index("A")
        found.append(_horner([float(reward) for _, reward in steps[start:]], gamma))
    assert len(found) == 2
    return float(np.mean(found))


def n_step_return(ask: str) -> Answer:
    return _horner(between(ask, "r_0, r_1, r_2 ="), after(ask, "\\gamma = "), after(ask, "V(s_3) = "))


def _backups(ask: str) -> list[float]:
    """Walk through every outcome of both actions."""
    gamma, values = after(ask, "\\gamma = "), (after(ask, "V(x) = "), after(ask, "V(y) = "))
    found = []
    for _, reward, *shares in rows(ask):
        assert sum(map(Fraction, shares)) == 1
        outcomes = [(float(s), float(reward) + gamma * v) for s, v in zip(shares, values, strict=True)]
        found.append(sum(chance * gain for chance, gain in outcomes))
    return found


def bellman_expectation(ask: str) -> Answer:
    chance = after(ask, "$a_1$ with chance")
    return float(np.average(_backups(ask), weights=[chance, 1 - chance]))


def bellman_optimality(ask: str) -> Answer:
    return sorted(_backups(ask))[-1]


# ---------------------------------------------------------------- errors, targets, updates


def state_value_and_advantage(ask: str) -> Answer:
    shares, Q = between(ask, "chances $"), between(ask, "\\cdot)$ are $")
    value = float(np.average(Q, weights=shares))
    return [value, Q[int(after(ask, "advantage of action")) - 1] - value]


def _descended(estimate: float, target: float, rate: float) -> float:
    """Take a step of torch's SGD on half the squared error; the target is held fixed."""
    weight = torch.tensor(estimate, dtype=torch.float64, requires_grad=True)
    (0.5 * (target - weight) ** 2).backward()
    torch.optim.SGD([weight], lr=rate).step()
    return weight.item()


def td_error(ask: str) -> Answer:
    q, target = after(ask, "Q(s, a) = "), after(ask, "r = ") + after(ask, "\\gamma = ") * after(ask, "Q(s', a') = ")
    return _descended(q, target, 1) - q


def td_update(ask: str) -> Answer:
    target = after(ask, "r = ") + after(ask, "\\gamma = ") * after(ask, "V(s') = ")
    return _descended(after(ask, "V(s) = "), target, after(ask, "\\alpha = "))


def q_learning_update(ask: str) -> Answer:
    target = after(ask, "r = ") + after(ask, "\\gamma = ") * max(between(ask, "have the values $"))
    return _descended(after(ask, "Q(s, a) = "), target, after(ask, "\\alpha = "))


def sarsa_update(ask: str) -> Answer:
    taken = between(ask, "have the values $")[int(after(ask, "takes action")) - 1]
    target = after(ask, "r = ") + after(ask, "\\gamma = ") * taken
    return _descended(after(ask, "Q(s, a) = "), target, after(ask, "\\alpha = "))


def targets_of_both(ask: str) -> Answer:
    future, taken = between(ask, "have the values $"), int(after(ask, "takes action")) - 1
    return [after(ask, "r = ") + after(ask, "\\gamma = ") * v for v in (max(future), future[taken])]


def double_dqn_target(ask: str) -> Answer:
    online = torch.tensor(between(ask, "\\cdot) = (", ")"), dtype=torch.float64)[None]
    slow = torch.tensor(between(ask.split("target network says")[1], "\\cdot) = (", ")"), dtype=torch.float64)[None]
    rated = slow.gather(1, online.argmax(dim=1, keepdim=True))
    return (after(ask, "r = ") + after(ask, "\\gamma = ") * rated).item()


def polyak_update(ask: str) -> Answer:
    fast, slow = (
        torch.tensor(between(ask, mark, ")"), dtype=torch.float64) for mark in ("\\phi = (", "\\hat\\phi = (")
    )
    return slow.lerp(fast, 1 - after(ask, "\\kappa = ")).tolist()


def replay_use(ask: str) -> Answer:
    steps, every, batch = int(after(ask, "makes")), int(after(ask, "every")), int(after(ask, "batch of"))
    updates = sum(step % every == 0 for step in range(1, steps + 1))
    return [updates, float(Fraction(updates * batch, steps))]


# ---------------------------------------------------------------- policies


def expected_return(ask: str) -> Answer:
    return float(np.average(between(ask, "the returns $"), weights=between(ask, "the chances $")))


def ascent_step(ask: str) -> Answer:
    theta = torch.tensor(between(ask, "\\theta = (", ")"), dtype=torch.float64, requires_grad=True)
    theta.grad = torch.tensor(between(ask, "J = (", ")"), dtype=torch.float64)
    torch.optim.SGD([theta], lr=after(ask, "the step size"), maximize=True).step()
    return theta.tolist()


def policy_score(ask: str) -> Answer:
    logits = torch.tensor(between(ask, "the logits $"), dtype=torch.float64, requires_grad=True)
    torch.log_softmax(logits, 0)[int(after(ask, "\\pi(a_")) - 1].backward()
    assert logits.grad is not None
    return logits.grad.tolist()


def rewards_to_go(ask: str) -> Answer:
    backwards = scipy.signal.lfilter([1], [1, -after(ask, "\\gamma = ")], between(ask, "rewards $")[::-1])
    return backwards[::-1].tolist()


def baseline_weights(ask: str) -> Answer:
    return scipy.signal.detrend(between(ask, "the returns $"), type="constant").tolist()


def generalised_advantage(ask: str) -> Answer:
    """Mix the one-step and the two-step advantage: (1 − λ)·A₁ + λ·A₂, for the episode ends after two steps."""
    first, second = between(ask, "the rewards $")
    now, later = after(ask, "V(s_0) = "), after(ask, "V(s_1) = ")
    gamma, lam = after(ask, "\\gamma = "), after(ask, "\\lambda = ")
    return (1 - lam) * (first + gamma * later - now) + lam * (first + gamma * second - now)


def importance_weight(ask: str) -> Answer:
    return math.exp(np.log(between(ask, "gives them $")).sum() - np.log(between(ask, "the chances $")).sum())


def kl_of_policies(ask: str) -> Answer:
    return float(scipy.stats.entropy(between(ask, "the chances $"), between(ask, "new one with $")))


def entropy_bonus(ask: str) -> Answer:
    policy = torch.distributions.Categorical(torch.tensor(between(ask, "the chances $"), dtype=torch.float64))
    return after(ask, "maximised, is") + after(ask, "\\beta = ") * policy.entropy().item()


def ppo_objective(ask: str) -> Answer:
    """Bound the ratio on the side that the advantage rewards, which is what the minimum of both terms comes to."""
    ratio = after(ask, "new one gives it") / after(ask, "gave an action the chance")
    gain, epsilon = after(ask, "advantage is"), after(ask, "\\epsilon = ")
    return gain * (min(ratio, 1 + epsilon) if gain > 0 else max(ratio, 1 - epsilon))


# ---------------------------------------------------------------- exploration, imitation, search, models


def epsilon_greedy(ask: str) -> Answer:
    Q, epsilon = between(ask, "the values $"), Fraction(str(after(ask, "\\epsilon = ")))
    policy = [epsilon / len(Q) + (1 - epsilon) * (value == max(Q)) for value in Q]
    assert sum(policy) == 1
    return [float(max(policy)), float(min(policy))]


def upper_bound(ask: str) -> Answer:
    total, pulls, mean, c = after(ask, "t = "), after(ask, "was pulled"), after(ask, "and paid"), after(ask, "c = ")
    # Hoeffding: the bonus u at which exp(−N (u/c)²) is 1/t
    bonus = scipy.optimize.brentq(lambda u: pulls * (u / c) ** 2 + math.log(1 / total), 0, 100, xtol=1e-12)
    return mean + bonus


def posterior_mean(ask: str) -> Answer:
    a, b = between(ask, "Beta$(", ")")
    return float(scipy.stats.beta(a + after(ask, "then paid"), b + after(ask, "and failed")).mean())


def regret(ask: str) -> Answer:
    means, pulls = between(ask, "the chances $"), between(ask, "pulled them $")
    return sum(pulls) * max(means) - float(np.dot(means, pulls))


def cloning_bounds(ask: str) -> Answer:
    rate, steps = Fraction(str(after(ask, "\\varepsilon = "))), int(after(ask, "T = "))
    return [float(sum(rate * steps for _ in range(steps))), float(sum(rate for _ in range(steps)))]


def dagger_pairs(ask: str) -> Answer:
    pairs = list(range(int(after(ask, "starts with"))))
    for _ in range(int(after(ask, "each of"))):
        for _ in range(int(after(ask, "plays"))):
            pairs += range(int(after(ask, "episodes of")))
    return len(pairs)


def mixture_moments(ask: str) -> Answer:
    """Integrate the density on a fine grid."""
    share, low, high = after(ask, "with chance"), after(ask, "from $N("), after(ask, "else from $N(")
    spread = numbers(ask.split("$N(")[1])[1]
    x = np.linspace(-20, 20, 80_001)
    density = share * scipy.stats.norm.pdf(x, low, spread) + (1 - share) * scipy.stats.norm.pdf(x, high, spread)
    mean = np.trapezoid(x * density, x)
    return [mean, np.trapezoid((x - mean) ** 2 * density, x)]


def elite_refit(ask: str) -> Answer:
    samples, returns = ([float(cell) for cell in row[1:]] for row in rows(ask))
    ranked = sorted(zip(returns, samples, strict=True), reverse=True)
    count = int(len(ranked) * Fraction(str(after(ask, "elite share is"))))
    return [count, float(np.mean([sample for _, sample in ranked[:count]]))]


def model_error(ask: str) -> Answer:
    error = after(ask, "error of")
    for _ in range(int(after(ask, "after"))):
        error += error * after(ask, "makes it") / 100
    return error


def dyna_updates(ask: str) -> Answer:
    real, planned, updates = int(after(ask, "makes")), int(after(ask, "does")), 0
    for _ in range(real):
        updates += 1
        for _ in range(planned):
            updates += 1
    return [updates / real, updates]


def maml_step(ask: str) -> Answer:
    found = []
    for sign, goal in re.findall(r"\(\\theta ([+-]) ([\d.]+)\)\^2", ask):
        theta = torch.tensor(after(ask, "\\theta = "), dtype=torch.float64, requires_grad=True)
        ((theta - (float(goal) if sign == "-" else -float(goal))) ** 2).backward()
        torch.optim.SGD([theta], lr=after(ask, "the rate")).step()
        found.append(theta.item())
    return found


ORACLES: dict[str, Oracle] = {name: of_text(globals()[name]) for name in DRILLS}


@pytest.mark.parametrize("name", ORACLES)
def test_the_answer_is_that_of_the_printed_numbers(name: str) -> None:
    check(name, ORACLES[name])
