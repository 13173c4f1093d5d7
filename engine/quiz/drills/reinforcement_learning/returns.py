"""Drills of Reinforcement Learning: returns, and the values of states."""

from __future__ import annotations

import numpy as np

from engine.data import Floats
from engine.quiz.drills.draws import apart, chances, one, some
from engine.quiz.drills.drill import Drill, Generator, numeric, trap
from engine.quiz.drills.text import answer, approx, held, listed, number, plus, table, weighted
from engine.reinforcement_learning.decision_processes import Process, backup, policy_value


def discounted_return(rng: np.random.Generator) -> Drill:
    """Draw rewards and a discount; the return is asked (section 25.1)."""
    rewards = some(rng, int(one(rng, 3, 5)), -5, 9)
    gamma = one(rng, 0.3, 0.95, 0.05)
    weights = gamma ** np.arange(len(rewards))  # (T,)
    total = float(weights @ rewards)
    return Drill(
        ask=f"An episode earns the rewards ${listed(rewards)}$ at $t = 0, 1, 2, \\dots$ and ends. What is its return "
        f"from $t = 0$ on with $\\gamma = {number(gamma)}$? Round to two decimals.",
        exact=numeric(total, 2),
        steps=f"Reward $r_t$ counts $\\gamma^t$, the first one in full; the weights are ${listed(weights, 4)}$.\n\n"
        f"$G = {weighted(weights, rewards, 4)} {answer(total, 2)}$.",
        traps=(
            trap(rewards.sum(), "This adds the rewards without the discount: reward $r_t$ counts $\\gamma^t$."),
            trap(gamma * total, "This discounts one step too much: the reward at $t = 0$ counts in full."),
            trap(
                rewards[0] + gamma * rewards[1:].sum(),
                "This discounts every later reward once: the power of $\\gamma$ grows with each step.",
            ),
        ),
    )


def delayed_reward(rng: np.random.Generator) -> Drill:
    """Draw one late reward; what it adds to the return is asked (section 25.1)."""
    reward, steps, gamma = one(rng, 50, 500, 10), int(one(rng, 4, 20)), one(rng, 0.8, 0.98, 0.01)
    value = reward * gamma**steps
    g = number(gamma)
    return Drill(
        ask=f"A reward of ${number(reward)}$ is received $n = {steps}$ steps ahead. With $\\gamma = {g}$, how much "
        "does it add to today's return? Round to two decimals.",
        exact=numeric(value, 2),
        steps=f"A reward $n$ steps ahead counts $\\gamma^n = {g}^{{{steps}}} \\approx {number(gamma**steps, 5)}$.\n\n"
        f"${number(reward)} \\cdot {g}^{{{steps}}} {answer(value, 2)}$.",
        traps=(
            trap(gamma * reward, f"This discounts once: {steps} steps ahead means $\\gamma$ to the power {steps}."),
            trap(value * gamma, f"This is one power too many: the exponent is {steps}, the number of steps ahead."),
            trap(reward * gamma * steps, "This multiplies by the number of steps: it belongs in the exponent."),
        ),
    )


def horizon_and_bound(rng: np.random.Generator) -> Drill:
    """Draw a bound of the rewards and a discount; effective horizon and largest return are asked (section 25.1)."""
    largest, gamma = one(rng, 1, 30, 0.1), one(rng, 0.5, 0.98, 0.01)
    horizon = 1 / (1 - gamma)
    g = number(gamma)
    return Drill(
        ask=f"No reward is larger in size than ${number(largest)}$, and episodes never end. With $\\gamma = {g}$, what "
        "is the effective horizon, and what is the largest return that is possible? Round both to two decimals.",
        exact=numeric((horizon, largest * horizon), 2),
        steps=f"The weights add up to $1 + \\gamma + \\gamma^2 + \\dots = \\frac{{1}}{{1 - \\gamma}} = "
        f"\\frac{{1}}{{1 - {g}}} {answer(horizon, 2)}$: the effective horizon.\n\nWith the largest reward at every "
        f"step the return is $\\frac{{{number(largest)}}}{{1 - {g}}} {answer(largest * horizon, 2)}$.",
        traps=(
            trap(
                (1 / gamma, largest / gamma),
                "This divides by $\\gamma$: the geometric series sums to $\\frac{1}{1 - \\gamma}$.",
            ),
            trap((horizon, largest), "The horizon is right, but the bound is that of one reward: a return adds all."),
            trap(
                (gamma * horizon, largest * gamma * horizon),
                "This leaves the first reward out: it counts in full, so the series begins with 1.",
            ),
        ),
    )


def loop_values(rng: np.random.Generator) -> Drill:
    """Draw a step into a loop without end; the values of both states are asked (section 27.1)."""
    first, loop, gamma = one(rng, -6, 9), one(rng, 1, 9, 0.5), one(rng, 0.5, 0.95, 0.05)
    moves = np.array([[[0.0, 1.0]], [[0.0, 1.0]]])  # (2, 1, 2): both go to B
    process = Process(moves, np.array([[first], [loop]]), np.zeros((2, 1)))
    A, B = policy_value(process, np.ones((2, 1)), gamma)[:, 0]
    a, r, g = number(first), number(loop), number(gamma)
    return Drill(
        ask=f"From state A the only step leads to B and earns ${a}$. From B the only step leads back to B and earns "
        f"${r}$, for ever. With $\\gamma = {g}$, what are $V(A)$ and $V(B)$? Round both to two decimals.",
        exact=numeric((A, B), 2),
        steps=f"Bellman at B: $V(B) = {r} + {g} \\cdot V(B)$, so $V(B) = \\frac{{{r}}}{{1 - {g}}} {answer(B, 2)}$.\n\n"
        f"Bellman at A: $V(A) = {a} + {g} \\cdot {number(B, 4)} {answer(A, 2)}$.",
        traps=(
            trap((first + B, B), "$V(B)$ is right, but $V(A)$ lacks the discount of the step to B."),
            trap((first + gamma * loop, loop), "This counts the loop's reward once: it comes back at every step."),
            trap(
                (first + gamma**2 * B, gamma * B),
                "This discounts the loop's first reward: seen from B it counts in full.",
            ),
        ),
    )


def chain_values(rng: np.random.Generator) -> Drill:
    """Draw the rewards of a chain of three states; their values are asked (section 27.1)."""
    rewards, gamma = some(rng, 3, -4, 9), one(rng, 0.3, 0.9, 0.1)
    moves = np.eye(3)[[1, 2, 2]][:, None]  # (3, 1, 3): A to B to C
    ending = np.array([[0.0], [0.0], [1.0]])
    A, B, C = policy_value(Process(moves, rewards[:, None], ending), np.ones((3, 1)), gamma)[:, 0]
    a, b, g = (number(v) for v in (*rewards[:2], gamma))
    return Drill(
        ask="A chain $A \\to B \\to C \\to$ end has one action in each state. The three steps earn "
        f"${listed(rewards)}$ in this order. With $\\gamma = {g}$, what are $V(A)$, $V(B)$ and $V(C)$? Round to two "
        "decimals.",
        exact=numeric((A, B, C), 2),
        steps=f"Go backwards; behind the end the value is 0.\n\n$V(C) {answer(C, 2)}$\n\n"
        f"$V(B) = {b} + {g} \\cdot {held(C)} {answer(B, 2)}$\n\n$V(A) = {a} + {g} \\cdot {held(B, 4)} {answer(A, 2)}$",
        traps=(
            trap(np.cumsum(rewards[::-1])[::-1], "This adds the rewards to come without the discount."),
            trap(rewards, "These are the rewards alone: a value counts what comes after, too."),
            trap(
                (rewards[0], rewards[1] + gamma * rewards[0], rewards[2] + gamma * (rewards[1] + gamma * rewards[0])),
                "This carries values along the chain: a value looks ahead, so begin at the end and go backwards.",
            ),
        ),
    )


def first_visit_value(rng: np.random.Generator) -> Drill | None:
    """Draw two episodes; the first-visit Monte Carlo estimate of a state is asked (section 27.1)."""
    gamma = float(rng.choice([0.5, 0.8, 0.9]))
    visited = rng.choice(["A", "B"], (2, 3))  # (2 episodes, 3 steps)
    rewards = some(rng, 6, -3, 9).reshape(2, 3)
    if not (visited == "A").any(axis=1).all() or (visited == "A").sum() < 3:
        return None  # A comes in both, in one of them again
    discounted, plain = _returns(rewards, gamma), _returns(rewards, 1)
    at = [int((episode == "A").argmax()) for episode in visited]
    last = [2 - int((episode == "A")[::-1].argmax()) for episode in visited]
    G = discounted[[0, 1], at]  # (2,)
    value = float(G.mean())
    shown = [
        " ".join(f"{s} \\xrightarrow{{{number(r)}}}" for s, r in zip(*pair, strict=True)) + " \\text{end}"
        for pair in zip(visited, rewards, strict=True)
    ]
    powers = gamma ** np.arange(3)
    ways = [f"G_{e + 1} = {weighted(powers[: 3 - t], rewards[e, t:])} {approx(G[e])}" for e, t in enumerate(at)]
    return Drill(
        ask=f"Two episodes, each arrow with its reward:\n\n$1:\\ {shown[0]}$\n\n$2:\\ {shown[1]}$\n\nWhat is the "
        f"first-visit Monte Carlo estimate of $V(A)$ with $\\gamma = {number(gamma)}$? Round to two decimals.",
        exact=numeric(value, 2),
        steps=f"In each episode take the return from the first A on.\n\n${ways[0]}$\n\n${ways[1]}$\n\n"
        f"Their mean: $V(A) = \\frac{{{number(G[0], 4)} {plus(G[1], 4)}}}{{2}} {answer(value, 2)}$.",
        traps=(
            trap(
                discounted[visited == "A"].mean(),
                "This averages over every visit of A: only the first one in each episode counts.",
            ),
            trap(plain[[0, 1], at].mean(), "The rewards are added without the discount."),
            trap(discounted[[0, 1], last].mean(), "This takes the last visit of A in each episode: the first counts."),
            trap(rewards[[0, 1], at].mean(), "This takes the reward of the first visit: a return goes on to the end."),
        ),
    )


def _returns(rewards: Floats, gamma: float) -> Floats:
    """Return the discounted rewards to come from each step on, (episodes, T) as given."""
    T = rewards.shape[1]
    ahead = np.arange(T)[:, None] - np.arange(T)  # (T, T): row later step, column where the return begins
    found: Floats = rewards @ np.where(ahead >= 0, gamma ** np.maximum(ahead, 0), 0.0)
    return found


def n_step_return(rng: np.random.Generator) -> Drill:
    """Draw three rewards and a value to go on with; the three-step return is asked (section 27.1)."""
    rewards, value, gamma = some(rng, 3, -4, 9), one(rng, 2, 15, 0.5), one(rng, 0.5, 0.95, 0.05)
    weights = gamma ** np.arange(4)  # (4,)
    found = float(weights @ [*rewards, value])
    v = number(value)
    return Drill(
        ask=f"An agent earns $r_0, r_1, r_2 = {listed(rewards)}$ and then stands in $s_3$, where the estimate is "
        f"$V(s_3) = {v}$. What is the three-step return from $s_0$ with $\\gamma = {number(gamma)}$? "
        "Round to two decimals.",
        exact=numeric(found, 2),
        steps=f"$G = r_0 + \\gamma r_1 + \\gamma^2 r_2 + \\gamma^3 V(s_3)$ with the weights ${listed(weights, 4)}$.\n\n"
        f"$G = {weighted(weights, [*rewards, value], 4)} {answer(found, 2)}$.",
        traps=(
            trap(weights[:3] @ rewards, "This stops at the third reward: the estimate $V(s_3)$ stands for the rest."),
            trap(weights[:3] @ rewards + value, "$V(s_3)$ is not discounted: it lies three steps ahead."),
            trap(weights[:3] @ rewards + gamma**2 * value, "$V(s_3)$ has the weight of $r_2$: it lies one step later."),
            trap(rewards.sum() + value, "There is no discount in this."),
        ),
    )


def bellman_expectation(rng: np.random.Generator) -> Drill:
    """Draw a state with two actions; one backup of the policy's value is asked (section 27.1)."""
    process, values, gamma, shown = _state(rng)
    policy = chances(rng, 2, 0.1)
    Q = backup(process, values, gamma)[0]  # (2,)
    value, free = float(policy @ Q), backup(process, values, 1.0)[0]
    return Drill(
        ask=f"{shown}\n\nThe policy takes $a_1$ with chance ${number(policy[0])}$, else $a_2$. What does one backup "
        "of the policy's Bellman equation make of $V(s)$? Round to two decimals.",
        exact=numeric(value, 2),
        steps=_backed_up(process, values, gamma, Q)
        + f"\n\nThe policy's mean: $V(s) = {weighted(policy, Q, 4)} {answer(value, 2)}$.",
        traps=(
            trap(Q.max(), "This takes the better action: that is the optimality equation. The policy mixes both."),
            trap(policy @ free, "The value of the next state is not discounted."),
            trap(Q.mean(), "Both actions count alike here: the policy's chances are the weights."),
            trap(
                policy @ process.rewards[0], "These are the expected rewards alone: the next state's value is missing."
            ),
        ),
    )


def bellman_optimality(rng: np.random.Generator) -> Drill:
    """Draw a state with two actions; one backup of the best value is asked (section 27.1)."""
    process, values, gamma, shown = _state(rng)
    Q = backup(process, values, gamma)[0]  # (2,)
    value = float(Q.max())
    return Drill(
        ask=f"{shown}\n\nWhat does one backup of the Bellman optimality equation make of $V(s)$? Round to two "
        "decimals.",
        exact=numeric(value, 2),
        steps=_backed_up(process, values, gamma, Q)
        + f"\n\nThe best action counts: $V(s) = \\max({number(Q[0], 4)},\\ {number(Q[1], 4)}) {answer(value, 2)}$.",
        traps=(
            trap(Q.mean(), "This is the mean of both actions: the best one counts alone."),
            trap(backup(process, values, 1.0)[0].max(), "The value of the next state is not discounted."),
            trap(
                (process.rewards[0] + gamma * values.max()).max(),
                "This hopes for the better next state: chance decides where a step ends, so take the expected value.",
            ),
            trap(Q.min(), "This takes the worse action."),
        ),
    )


def _state(rng: np.random.Generator) -> tuple[Process, Floats, float, str]:
    """Draw two actions of state s that lead to x or y: the process (S = 3), the values (3,), γ, and how it is told."""
    rewards, values, gamma = apart(rng, 2, -3, 6), apart(rng, 2, 1, 15), one(rng, 0.5, 0.9, 0.1)
    to_x = some(rng, 2, 0.1, 0.9, 0.1)
    moves = np.zeros((3, 2, 3))
    moves[0, :, 1], moves[0, :, 2] = to_x, 1 - to_x
    process = Process(moves, np.vstack([rewards, np.zeros((2, 2))]), np.zeros((3, 2)))
    head = ("action", "reward", "chance of $x$", "chance of $y$")
    rows = [(f"$a_{a + 1}$", f"${number(rewards[a])}$", number(to_x[a]), number(1 - to_x[a])) for a in (0, 1)]
    told = f"$V(x) = {number(values[0])}$, $V(y) = {number(values[1])}$, $\\gamma = {number(gamma)}$."
    return process, np.array([0.0, *values]), gamma, f"State $s$ has two actions:\n\n{table(head, rows)}\n\n{told}"


def _backed_up(process: Process, values: Floats, gamma: float, Q: Floats) -> str:
    return "\n\n".join(
        f"$Q(s, a_{a + 1}) = {number(process.rewards[0, a])} + {number(gamma)} \\cdot "
        f"({weighted(process.moves[0, a, 1:], values[1:])}) {approx(Q[a], 4)}$"
        for a in (0, 1)
    )


DRILLS: dict[str, Generator] = {
    "discounted_return": discounted_return,
    "delayed_reward": delayed_reward,
    "horizon_and_bound": horizon_and_bound,
    "loop_values": loop_values,
    "chain_values": chain_values,
    "first_visit_value": first_visit_value,
    "n_step_return": n_step_return,
    "bellman_expectation": bellman_expectation,
    "bellman_optimality": bellman_optimality,
}
