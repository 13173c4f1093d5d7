"""Drills of Reinforcement Learning: errors, targets and updates of temporal-difference learning."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.quiz.drills.draws import apart, chances, one, some
from engine.quiz.drills.drill import Drill, Generator, numeric, trap
from engine.quiz.drills.text import answer, approx, held, listed, number, plus, weighted
from engine.reinforcement_learning.off_policy import Step, q_learning, sarsa
from engine.reinforcement_learning.tabular import Table


def state_value_and_advantage(rng: np.random.Generator) -> Drill:
    """Draw a policy and action values; the state's value and an advantage are asked (section 27.1)."""
    policy, Q = chances(rng, 3, 0.05), some(rng, 3, -4, 12)
    value, asked = float(policy @ Q), int(rng.integers(3))
    gain = float(Q[asked] - value)
    q = number(Q[asked])
    return Drill(
        ask=f"In a state the policy takes three actions with the chances ${listed(policy)}$; their values "
        f"$Q^\\pi(s, \\cdot)$ are ${listed(Q)}$. What is $V^\\pi(s)$, and what is the advantage of action "
        f"{asked + 1}?",
        exact=numeric((value, gain)),
        steps=f"$V^\\pi(s) = \\sum_a \\pi(a \\mid s)\\, Q^\\pi(s, a) = {weighted(policy, Q)} = {number(value)}$.\n\n"
        f"$A^\\pi(s, a_{asked + 1}) = Q^\\pi - V^\\pi = {q} {plus(-value)} = {number(gain)}$.",
        traps=(
            trap(
                (Q.mean(), Q[asked] - Q.mean()), "All actions count alike here: the policy's chances are the weights."
            ),
            trap((Q.max(), Q[asked] - Q.max()), "This takes the best action's value: $V^\\pi$ is the policy's mean."),
            trap((value, -gain), "The value is right; the advantage is $Q - V$, not $V - Q$."),
            trap(
                (value, policy[asked] * gain),
                "The value is right; the advantage is not weighted by the chance of the action.",
            ),
        ),
    )


def td_error(rng: np.random.Generator) -> Drill:
    """Draw a step; the error that SARSA makes of it is asked (section 27.1)."""
    reward, gamma = one(rng, -3, 6), one(rng, 0.5, 0.95, 0.05)
    before, after = apart(rng, 2, 1, 15, 0.5)
    delta = reward + gamma * after - before
    r, g, q, p = (number(v) for v in (reward, gamma, before, after))
    return Drill(
        ask=f"A step has the reward $r = {r}$, and the estimates are $Q(s, a) = {q}$ and $Q(s', a') = {p}$. With "
        f"$\\gamma = {g}$, what is the TD error? Round to two decimals.",
        exact=numeric(delta, 2),
        steps=f"Target: $r + \\gamma\\, Q(s', a') = {r} + {g} \\cdot {p} {approx(reward + gamma * after, 4)}$.\n\n"
        f"Target minus estimate: $\\delta = {number(reward + gamma * after, 4)} - {q} {answer(delta, 2)}$.",
        traps=(
            trap(-delta, "The sign is turned: the TD error is target minus estimate."),
            trap(reward + after - before, "The value of the next step is not discounted."),
            trap(reward + gamma * after, "This is the target: the estimate still has to be subtracted."),
            trap(reward + gamma * (after - before), "The discount belongs to the next value alone, not to $Q(s, a)$."),
        ),
    )


def td_update(rng: np.random.Generator) -> Drill:
    """Draw a step; the state's value after a TD(0) update is asked (section 27.1)."""
    reward, gamma, alpha = one(rng, -4, 8), one(rng, 0.5, 0.95, 0.05), one(rng, 0.1, 0.5, 0.1)
    before, after = apart(rng, 2, 1, 15)
    target = reward + gamma * after
    value = before + alpha * (target - before)
    r, g, a, v, w = (number(n) for n in (reward, gamma, alpha, before, after))
    return Drill(
        ask=f"$V(s) = {v}$ and $V(s') = {w}$. A step from $s$ to $s'$ earns $r = {r}$. With $\\gamma = {g}$ and the "
        f"step size $\\alpha = {a}$, what is $V(s)$ after the TD(0) update? Round to two decimals.",
        exact=numeric(value, 2),
        steps=f"Target: ${r} + {g} \\cdot {w} {approx(target, 4)}$.\n\n"
        f"TD error: $\\delta = {number(target, 4)} - {v} {approx(target - before, 4)}$.\n\n"
        f"$V(s) \\leftarrow {v} + {a} \\cdot {held(target - before, 4)} {answer(value, 2)}$.",
        traps=(
            trap(target, "This is the target itself: the value moves towards it by $\\alpha$ of the way only."),
            trap(before + alpha * (reward + after - before), "The next state's value is not discounted."),
            trap(
                before - alpha * (target - before),
                "The value moves away from the target: the step has the error's own sign.",
            ),
            trap(
                before + alpha * target,
                "The estimate is not subtracted: the step is $\\alpha$ times target minus estimate.",
            ),
        ),
    )


def q_learning_update(rng: np.random.Generator) -> Drill:
    """Draw a step and the next actions' values; the value after a Q-learning update is asked (section 27.1)."""
    return _control(rng, best=True)


def sarsa_update(rng: np.random.Generator) -> Drill:
    """Draw a step and the next actions' values; the value after a SARSA update is asked (section 27.1)."""
    return _control(rng, best=False)


def _control(rng: np.random.Generator, best: bool) -> Drill:
    reward, gamma, alpha = one(rng, -3, 6), one(rng, 0.5, 0.9, 0.1), one(rng, 0.1, 0.5, 0.1)
    old, future = one(rng, 1, 12), apart(rng, 3, 1, 14)
    taken = int(rng.integers(3))
    step: Step = (0, 0, reward, 1, False, taken)

    def learned(learn: Callable[[list[Step], Table, float, float], None], discount: float, rate: float) -> float:
        table: Table = [[old], future.tolist()]
        learn([step], table, rate, discount)
        return table[0][0]

    mine, other = (q_learning, sarsa) if best else (sarsa, q_learning)
    value, target = learned(mine, gamma, alpha), learned(mine, gamma, 1)
    used = future.max() if best else future[taken]
    r, g, a, q = (number(n) for n in (reward, gamma, alpha, old))
    why = "the best next action, taken or not" if best else "the next action that is really taken"
    mixed_up = (
        "This is SARSA: Q-learning takes the best next action, whatever the agent does there."
        if best
        else "This is Q-learning: SARSA takes the next action that the agent really takes."
    )
    return Drill(
        ask=f"$Q(s, a) = {q}$. A step by $a$ earns $r = {r}$ and leads to $s'$, where three actions have the values "
        f"${listed(future)}$; the agent takes action {taken + 1} there. With $\\gamma = {g}$ and $\\alpha = {a}$, what "
        f"is $Q(s, a)$ after the {'Q-learning' if best else 'SARSA'} update? Round to two decimals.",
        exact=numeric(value, 2),
        steps=f"The target takes {why}: ${r} + {g} \\cdot {number(used)} {approx(target, 4)}$.\n\n"
        f"$Q(s, a) \\leftarrow {q} + {a} \\cdot ({number(target, 4)} - {q}) {answer(value, 2)}$.",
        traps=(
            trap(learned(other, gamma, alpha), mixed_up),
            trap(learned(mine, 1, alpha), "The next value is not discounted."),
            trap(target, "This is the target itself: the value moves towards it by $\\alpha$ of the way only."),
            trap(
                old + alpha * target,
                "The old value is not subtracted: the step is $\\alpha$ times target minus estimate.",
            ),
        ),
    )


def targets_of_both(rng: np.random.Generator) -> Drill:
    """Draw a step; the targets of Q-learning and of SARSA are asked (section 27.1)."""
    reward, gamma = one(rng, -3, 6), one(rng, 0.3, 0.9, 0.1)
    future, taken = apart(rng, 3, 1, 14), int(rng.integers(3))
    learned = [[[0.0], future.tolist()] for _ in range(2)]
    step: Step = (0, 0, reward, 1, False, taken)
    q_learning([step], learned[0], 1, gamma)
    sarsa([step], learned[1], 1, gamma)
    off, on = float(learned[0][0][0]), float(learned[1][0][0])
    r, g = number(reward), number(gamma)
    return Drill(
        ask=f"$r = {r}$, $\\gamma = {g}$, and in $s'$ the three actions have the values ${listed(future)}$. The "
        f"behaviour policy takes action {taken + 1} there. What are the targets of Q-learning and of SARSA?",
        exact=numeric((off, on)),
        steps=f"Q-learning takes the largest value: ${r} + {g} \\cdot {number(future.max())} = {number(off)}$.\n\n"
        f"SARSA takes the value of action {taken + 1}: ${r} + {g} \\cdot {number(future[taken])} = {number(on)}$.",
        traps=(
            trap((on, off), "The two are exchanged: Q-learning takes the best next action, SARSA the taken one."),
            trap((reward + future.max(), reward + future[taken]), "The next value is not discounted."),
            trap(
                (off, reward + gamma * future.mean()),
                "Q-learning is right. SARSA takes the one action that was taken, not the mean of all.",
            ),
            trap((gamma * future.max(), gamma * future[taken]), "The reward is missing from both."),
        ),
    )


def double_dqn_target(rng: np.random.Generator) -> Drill | None:
    """Draw the values of both networks; the target of double DQN is asked (section 28.2)."""
    reward, gamma = one(rng, -2, 5), one(rng, 0.5, 0.9, 0.1)
    online, slow = apart(rng, 3, 1, 12, 0.5), apart(rng, 3, 1, 12, 0.5)
    chosen, own = int(online.argmax()), int(slow.argmax())
    if chosen == own:
        return None  # then double DQN and DQN agree
    r, g = number(reward), number(gamma)
    target = reward + gamma * slow[chosen]
    return Drill(
        ask=f"In $s'$ the network says $Q_\\phi(s', \\cdot) = ({listed(online)})$ and the target network says "
        f"$Q_{{\\hat\\phi}}(s', \\cdot) = ({listed(slow)})$. With $r = {r}$ and $\\gamma = {g}$, what is the target "
        "of double DQN?",
        exact=numeric(target),
        steps=f"The network chooses: its largest value is {number(online[chosen])}, action {chosen + 1}.\n\n"
        f"The target network rates that action with {number(slow[chosen])}.\n\n"
        f"${r} + {g} \\cdot {number(slow[chosen])} = {number(target, 4)}$.",
        traps=(
            trap(reward + gamma * slow.max(), "This is plain DQN: the target network both chooses and rates."),
            trap(reward + gamma * online.max(), "The network rates its own choice: the target network has to rate it."),
            trap(reward + gamma * online[own], "The roles are exchanged: the network chooses, its slow copy rates."),
            trap(reward + slow[chosen], "The next value is not discounted."),
        ),
    )


def polyak_update(rng: np.random.Generator) -> Drill:
    """Draw two weights of a network and of its slow copy; the copy's next weights are asked (section 28.2)."""
    fast, slow = some(rng, 2, -5, 9), some(rng, 2, -5, 9)
    kappa = one(rng, 0.6, 0.95, 0.05)
    new = (1 - kappa) * fast + kappa * slow  # (2,)
    k = number(kappa)
    ways = "\n\n".join(
        f"${number(1 - kappa)} \\cdot {held(f)} + {k} \\cdot {held(s)} = {number(n)}$"
        for f, s, n in zip(fast, slow, new, strict=True)
    )
    return Drill(
        ask=f"Two weights of the network are $\\phi = ({listed(fast)})$, the target network's are $\\hat\\phi = "
        f"({listed(slow)})$. A soft update lets the target network follow slowly: it keeps the share $\\kappa = {k}$ "
        "of its own weights. What is $\\hat\\phi$ after one?",
        exact=numeric(new),
        steps="$\\hat\\phi \\leftarrow (1 - \\kappa)\\phi + \\kappa\\hat\\phi$, for "
        f"$\\kappa = {k}$ is the share that stays.\n\n{ways}",
        traps=(
            trap(
                kappa * fast + (1 - kappa) * slow,
                "The shares are exchanged: $\\kappa$ is the share of the target's own old weights.",
            ),
            trap(fast, "This copies the network: a soft update moves by a small share of the way."),
            trap((1 - kappa) * fast + slow, "The old target weights have to be multiplied by $\\kappa$."),
            trap((fast + slow) / 2, "This is the plain mean: the shares are $1 - \\kappa$ and $\\kappa$."),
        ),
    )


def replay_use(rng: np.random.Generator) -> Drill:
    """Draw the beat of a replay agent; how often a transition is used is asked (section 28.1)."""
    steps, every = int(one(rng, 1, 60)) * 1000, int(rng.choice([2, 4, 5, 8, 10]))
    batch = int(one(rng, 4, 64)) * every // 2
    updates = steps // every
    uses = batch / every
    return Drill(
        ask=f"An agent makes {steps} environment steps. After every {every} steps it updates on a batch of {batch} "
        "stored transitions. How many updates are there, and how often is a transition used on average?",
        exact=numeric((updates, uses)),
        steps=f"Updates: $\\frac{{{steps}}}{{{every}}} = {updates}$.\n\nThey draw ${updates} \\cdot {batch} = "
        f"{updates * batch}$ transitions out of {steps}: $\\frac{{{updates * batch}}}{{{steps}}} = {number(uses)}$ "
        "uses each.",
        traps=(
            trap((steps, batch), f"This updates after every step: here {every} steps pass between two updates."),
            trap(
                (updates, batch),
                f"The updates are right, but in {every} steps only one batch is drawn, so a "
                "transition is used less often than the batch is large.",
            ),
            trap((updates, updates * batch), "The second number counts all draws: divide by the transitions stored."),
            trap((updates, 1), "With replay a transition is drawn again and again, not once."),
        ),
    )


DRILLS: dict[str, Generator] = {
    "state_value_and_advantage": state_value_and_advantage,
    "td_error": td_error,
    "td_update": td_update,
    "q_learning_update": q_learning_update,
    "sarsa_update": sarsa_update,
    "targets_of_both": targets_of_both,
    "double_dqn_target": double_dqn_target,
    "polyak_update": polyak_update,
    "replay_use": replay_use,
}
