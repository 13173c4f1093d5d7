"""Drills on optimisers, regularisation, search, spiking and looking inside (chapter 12 and the topics around it)."""

from __future__ import annotations

import math

import numpy as np

from engine.deep_learning.autograd import Value
from engine.deep_learning.network import PENALTIES, SGD, Adam, Momentum
from engine.quiz.drills.drill import Drill, Generator, numeric, trap, whole, wholes
from engine.quiz.drills.text import (
    added,
    answer,
    approx,
    held,
    listed,
    matrix,
    number,
    plus,
    rounded,
    table,
    times,
    vector,
    weighted,
)


def momentum_step(rng: np.random.Generator) -> Drill:
    """Draw a weight and two slopes in a row; the weight after two steps with momentum is asked (section 11.4)."""
    start, rate = float(whole(rng, -3, 5)), float(rng.choice([0.1, 0.5]))
    first, second = (float(whole(rng, -9, 9, without=(0,))) for _ in range(2))
    flat = np.array([start])
    momentum = Momentum(flat)
    momentum.step(flat, np.array([first]), rate)
    between = float(flat[0])
    momentum.step(flat, np.array([second]), rate)
    velocity, after = float(momentum.velocity[0]), float(flat[0])
    return Drill(
        ask="Momentum keeps a velocity, $v\\leftarrow 0.9v+g$, and steps by $w\\leftarrow w-\\eta v$. From $v=0$ and "
        f"$w={number(start)}$ with $\\eta={number(rate)}$ the gradients are first $g={number(first)}$, then "
        f"$g={number(second)}$. What is $w$ after the two steps?",
        exact=numeric(after),
        steps=(
            f"First: $v={number(first)}$, $w={number(start)}-{times((rate, first))}={number(between)}$.\n\n"
            f"Second: $v=0.9\\cdot{held(first)} {plus(second)}={number(velocity)}$, "
            f"$w={number(between)}-{times((rate, velocity))}={number(after, 3)}$."
        ),
        traps=(
            trap(between - rate * second, "This is plain gradient descent: nine tenths of the old velocity stay."),
            trap(between - rate * (first + second), "The old velocity is multiplied by 0.9 before the slope is added."),
            trap(between, "This is $w$ after the first step only."),
            trap(start + rate * first + rate * velocity, "Steps go against the velocity: subtract."),
        ),
    )


def adam_first_step(rng: np.random.Generator) -> Drill:
    """Draw a weight and a slope; the weight after Adam's first step is asked (section 11.4)."""
    start, rate = whole(rng, -20, 30) / 10, whole(rng, 2, 20) / 100
    slope = whole(rng, -90, 90, without=tuple(range(-15, 16))) / 10
    flat = np.array([start])
    Adam(flat).step(flat, np.array([slope]), rate)
    sign = float(np.sign(slope))
    bare = start - rate * 0.1 * slope / math.sqrt(0.001 * slope**2)
    return Drill(
        ask="Adam ($\\beta_1=0.9$, $\\beta_2=0.999$, bias correction, $\\epsilon$ negligible) starts at "
        f"$w={number(start)}$ with learning rate {number(rate)}. The first gradient is ${number(slope)}$. What is $w$ "
        "after this first step? Round to two decimals.",
        exact=numeric(flat[0], 2),
        steps=(
            f"Mean of the slopes, corrected: $\\frac{{0.1\\cdot{held(slope)}}}{{1-0.9}}={number(slope)}$. Mean of "
            f"their squares, corrected: $\\frac{{0.001\\cdot{held(slope)}^2}}{{1-0.999}}={number(slope**2)}$.\n\n"
            f"Their ratio $\\frac{{{number(slope)}}}{{\\sqrt{{{number(slope**2)}}}}}={number(sign)}$ is the sign of "
            f"the slope: $w={number(start)}-{times((rate, sign))}={rounded(flat[0], 2)}$."
        ),
        traps=(
            trap(start - rate * slope, "This is plain gradient descent: Adam divides the slope by its own size."),
            trap(start + rate * sign, "The sign is turned: the step goes against the slope."),
            trap(bare, "The bias correction is missing: both means start at 0."),
        ),
    )


def weight_decay_step(rng: np.random.Generator) -> Drill:
    """Draw a weight, a slope and an L2 penalty; the weight after one step is asked (section 12.3)."""
    start, slope = float(whole(rng, -9, 9, without=(-1, 0, 1))), float(whole(rng, -6, 6, without=(0,)))
    rate, strength = float(rng.choice([0.1, 0.5])), float(rng.choice([0.1, 0.2, 0.5]))
    flat = np.array([start])
    pull = strength * float(PENALTIES["L2"](flat)[0])
    SGD(flat).step(flat, np.array([slope + pull]), rate)
    return Drill(
        ask=f"The loss is penalised by $\\frac\\lambda2w^2$ with $\\lambda={number(strength)}$. At "
        f"$w={number(start)}$ the unpenalised loss has the slope ${number(slope)}$. What is $w$ after one step of "
        f"gradient descent with learning rate {number(rate)}?",
        exact=numeric(flat[0]),
        steps=(
            f"The penalty adds $\\lambda w={times((strength, start))}={number(pull)}$ to the slope: "
            f"${number(slope)} {plus(pull)}={number(slope + pull)}$.\n\n"
            f"$w={number(start)}-{times((rate, slope + pull))}={number(flat[0], 3)}$."
        ),
        traps=(
            trap(start - rate * slope, "The penalty is missing: it pulls the weight towards 0."),
            trap(start - rate * (slope - pull), "The penalty's sign is turned: it would push the weight away from 0."),
            trap(start - rate * slope - pull, "The penalty is part of the loss: the learning rate multiplies it, too."),
            trap(start - rate * (slope + 2 * pull), "The half in the penalty cancels the 2 of the square."),
        ),
    )


def dropout_scale(rng: np.random.Generator) -> Drill:
    """Draw a layer and a drop probability; the units that stay and their scale are asked (section 12.1)."""
    units, drop = 20 * whole(rng, 2, 25), whole(rng, 1, 17, without=(10,)) / 20
    stay, scale = round(units * (1 - drop)), 1 / (1 - drop)
    return Drill(
        ask=f"A layer of {units} units uses dropout with drop probability {number(drop)}. How many units stay on in "
        "expectation, and by which factor does inverted dropout scale them (three decimals)? Answer with two numbers.",
        exact=numeric((stay, scale), 3),
        steps=(
            f"A unit stays with probability ${number(1 - drop)}$: ${units}\\cdot{number(1 - drop)}"
            f"={rounded(stay, 3)}$.\n\n"
            f"Dividing by it keeps the expected sum: $\\frac{{1}}{{{number(1 - drop)}}} {answer(scale, 3)}$."
        ),
        traps=(
            trap((units * drop, scale), "This counts the units that are dropped."),
            trap((stay, 1 / drop), "The scale is one over the probability to stay, not to drop."),
            trap((stay, 1 - drop), "Inverted dropout scales up while training, by one over this."),
        ),
    )


def running_mean(rng: np.random.Generator) -> Drill:
    """Draw a running mean and a batch mean; the new running mean is asked (section 12.2)."""
    old, new, keep = whole(rng, -20, 60), whole(rng, -20, 60), float(rng.choice([0.6, 0.7, 0.8, 0.9]))
    after = keep * old + (1 - keep) * new
    return Drill(
        ask=f"Batch normalisation keeps a running mean of {old} with momentum {number(keep)} on the old value. The "
        f"batch has the mean {new}. What is the new running mean?",
        exact=numeric(after),
        steps=f"${number(keep)}\\cdot{held(old)}+{number(1 - keep)}\\cdot{held(new)}="
        f"{added((keep * old, (1 - keep) * new))}={number(after)}$.",
        traps=(
            trap((1 - keep) * old + keep * new, "The weights are exchanged: the momentum stands on the old value."),
            trap((old + new) / 2, "This weights both alike: the momentum says how much of the old value stays."),
            trap(keep * old + new, "The batch counts only with what the momentum leaves."),
        ),
    )


def batch_norm(rng: np.random.Generator) -> Drill | None:
    """Draw a batch of four; one of its values after normalising, scaling and shifting is asked (section 12.2)."""
    batch, gamma, beta = wholes(rng, -4, 12, 4), float(whole(rng, 2, 4)), float(whole(rng, -3, 3, without=(0,)))
    mean, spread, which = float(batch.mean()), float(batch.std()), whole(rng, 0, 3)
    if spread < 1 or batch[which] == mean:
        return None
    plain = (batch[which] - mean) / spread
    out = gamma * plain + beta
    wider = float(batch.std(ddof=1))
    return Drill(
        ask=f"A batch of one unit's values is ${listed(batch)}$. Batch normalisation ($\\epsilon$ negligible, "
        f"variance with division by 4) scales by $\\gamma={number(gamma)}$ and shifts by $\\beta={number(beta)}$. "
        f"What becomes of value number {which + 1}, the {number(batch[which])}? Round to two decimals.",
        exact=numeric(out, 2),
        steps=(
            f"Mean: ${number(mean)}$. Variance: ${number(spread**2, 4)}$; its root: ${number(spread, 4)}$.\n\n"
            f"Normalised: $\\frac{{{number(batch[which])}-{held(mean)}}}{{{number(spread, 4)}}} "
            f"{approx(plain, 4)}$.\n\nScaled and shifted: ${number(gamma)}\\cdot{held(plain, 4)} {plus(beta)} "
            f"{answer(out, 2)}$."
        ),
        traps=(
            trap(plain, "This is normalised only: scale by $\\gamma$ and shift by $\\beta$."),
            trap(
                gamma * (batch[which] - mean) / spread**2 + beta, "Divide by the standard deviation, not the variance."
            ),
            trap(gamma * (plain + beta), "Scale first, then shift: $\\gamma\\hat x+\\beta$."),
            trap(gamma * (batch[which] - mean) / wider + beta, "The variance divides by 4 here, not by 3."),
        ),
    )


def early_stopping(rng: np.random.Generator) -> Drill | None:
    """Draw validation losses; where early stopping ends and which epoch it keeps are asked (section 12.3)."""
    patience, losses = whole(rng, 2, 3), np.round(rng.integers(30, 95, 10) / 100, 2)
    losses = np.sort(losses)[::-1] + np.where(rng.random(10) < 0.6, rng.integers(5, 30, 10), 0) / 100
    best, end = 0, None
    for epoch, loss in enumerate(losses):
        best = epoch if loss < losses[best] else best
        if epoch - best == patience:
            end = epoch
            break
    if end is None or len(set(np.round(losses, 2))) < 10 or best == 0:
        return None
    first_rise = next(at for at in range(1, 10) if losses[at] > losses[at - 1])
    lowest = int(np.argmin(losses))
    rows = [(str(at), number(loss)) for at, loss in enumerate(losses, 1)]
    return Drill(
        ask=f"Early stopping with patience {patience}: training ends once the validation loss has not fallen below "
        f"its best for {patience} epochs in a row, and the weights of the best epoch are kept. After which epoch does "
        f"it end, and which epoch is kept? Answer with two numbers.\n\n{table(('epoch', 'validation loss'), rows)}",
        exact=numeric((end + 1, best + 1)),
        steps=(
            f"The best loss on the way is {number(losses[best])} in epoch {best + 1}. The next {patience} epochs "
            f"({listed(losses[best + 1 : end + 1])}) are not below it.\n\n"
            f"Training ends after epoch {end + 1}; epoch {best + 1} is kept."
        ),
        traps=(
            trap((end + 1, end + 1), "The weights of the best epoch are kept, not those of the last."),
            trap((first_rise + 1, first_rise), "This ends at the first rise: the patience waits for more epochs."),
            trap((10, lowest + 1), "Training ends before the last epoch: what comes after is never seen."),
            trap((best + 1, best + 1), "Nobody knows yet that this is the best: patience waits."),
        ),
    )


def grid_search_trainings(rng: np.random.Generator) -> Drill:
    """Draw a grid and a number of folds; the number of trainings is asked (part Deep Learning)."""
    counts, folds = [whole(rng, 2, 6) for _ in range(3)], whole(rng, 2, 10)
    rates, widths, drops = counts
    grid = math.prod(counts)
    return Drill(
        ask=f"A grid search tries {rates} learning rates, {widths} widths and {drops} dropout rates in all "
        f"combinations, each with {folds}-fold cross-validation. A random search may train as many networks, and "
        "checks each setting on a single split. How many settings can it try?",
        exact=numeric(grid * folds),
        steps=f"The grid has ${times(counts)}={grid}$ combinations and trains each once for each fold: "
        f"${grid}\\cdot{folds}={grid * folds}$ trainings.\n\nOn a single split a setting costs one training, so the "
        f"random search tries {grid * folds} settings.",
        traps=(
            trap(sum(counts) * folds, "This tries one setting at a time: a grid multiplies the counts."),
            trap(grid, "These are the grid's combinations: it trains each once for each fold, and that is the budget."),
            trap(grid + folds, "Each combination is trained for each fold: multiply."),
            trap(grid * (folds - 1), "Every fold is left out once, so there are as many trainings as folds."),
        ),
    )


def leaky_neuron_steps(rng: np.random.Generator) -> Drill | None:
    """Draw a leaky neuron; the step in which it first reaches its threshold is asked (topic network_zoo)."""
    keep, drive, threshold = whole(rng, 10, 19) / 20, whole(rng, 1, 8) / 2, whole(rng, 4, 40) / 2
    limit = drive / (1 - keep)
    volts = [0.0]
    while volts[-1] < threshold < 0.95 * limit:
        volts.append(keep * volts[-1] + drive)
    steps = len(volts) - 1
    if not 3 <= steps <= 10 or min(abs(volt - threshold) for volt in volts) < 0.02:
        return None
    lines = [
        f"$V_{{{at}}}={number(keep)}\\cdot{number(volts[at - 1], 3)}+{number(drive)} {approx(volts[at], 3)}$"
        for at in range(1, steps + 1)
    ]
    no_leak = math.ceil(threshold / drive)
    return Drill(
        ask=f"A leaky neuron keeps ${number(keep)}$ of its voltage in each step and then receives ${number(drive)}$; "
        f"it starts at 0. After how many steps does it first reach ${number(threshold)}$?",
        exact=numeric(steps),
        steps="\n\n".join(lines) + f"\n\nThe threshold ${number(threshold)}$ is first reached after {steps} steps.",
        traps=(
            trap(no_leak, "This is a neuron without leak: it loses a share of its voltage in each step."),
            trap(steps - 1, "One step too early: the voltage is still below the threshold."),
            trap(steps + 1, "One step too late: count the first input as step 1."),
        ),
    )


def ablation_drop(rng: np.random.Generator) -> Drill:
    """Draw accuracies with and without a unit; the largest and the mean drop are asked (topic interpretability)."""
    before = rng.integers(88, 99, 4).astype(float)
    lost = wholes(rng, 0, 4, 4)
    hit = whole(rng, 0, 3)
    lost[hit] = float(whole(rng, 20, 70))
    after = before - lost
    rows = [(str(at), *map(number, pair)) for at, pair in enumerate(zip(before, after, strict=True))]
    mean, most, others = float(lost.mean()), float(lost[hit]), float(np.delete(lost, hit).mean())
    return Drill(
        ask="A unit of a digit net is switched off. For the class that suffers most: by how many percentage points "
        "does its accuracy drop? And by how many does the mean over the four (equally frequent) classes drop? Answer "
        "with two numbers.\n\n" + table(("class", "accuracy in percent", "without the unit"), rows),
        exact=numeric((most, mean), unit="percentage points"),
        steps=(
            f"Drops: ${listed(lost)}$. The largest is that of class {hit}: "
            f"${number(before[hit])}-{number(after[hit])}={number(most)}$.\n\n"
            f"Mean: $\\frac{{{added(lost)}}}{{4}}={number(mean)}$."
        ),
        traps=(
            trap((100 * most / before[hit], mean), "This is the drop in percent of the old accuracy, not in points."),
            trap((after[hit], after.mean()), "These are the accuracies that are left; the drops are asked."),
            trap((most, most), "The other classes hardly suffer: the mean counts all four."),
            trap((most, others), "The mean is over all four classes, the one that suffers most included."),
        ),
    )


def saliency_of_inputs(rng: np.random.Generator) -> Drill | None:
    """Draw a small ReLU network; the gradient of its output by the inputs is asked (topic interpretability)."""
    weights, last = rng.integers(-3, 5, (2, 2)).astype(float), wholes(rng, -3, 4, 2)
    inputs = wholes(rng, -3, 4, 2)
    totals = weights @ inputs
    if 0 in last or 0 in weights or not totals.min() < 0 < totals.max():
        return None
    x = [Value(float(v)) for v in inputs]
    hidden = [(float(row[0]) * x[0] + float(row[1]) * x[1]).relu() for row in weights]
    (float(last[0]) * hidden[0] + float(last[1]) * hidden[1]).backward()
    slopes = np.array([x[0].grad, x[1].grad])
    on = int(np.argmax(totals))
    sums = ",\\ ".join(f"z_{at + 1}={weighted(weights[at], inputs)}={number(totals[at])}" for at in (0, 1))
    return Drill(
        ask=f"A score is $s=\\mathbf v^\\top\\mathrm{{ReLU}}(W\\mathbf x)$ with $W={matrix(weights)}$ and "
        f"$\\mathbf v={vector(last)}$. What is its gradient by the inputs (the saliency) at $\\mathbf "
        f"x={vector(inputs)}$? Answer with two numbers.",
        exact=numeric(slopes),
        steps=(
            f"${sums}$: only unit {on + 1} is on, the other passes no gradient.\n\n"
            f"Its weights times its share: ${number(last[on])}\\cdot{vector(weights[on])}={vector(slopes)}$."
        ),
        traps=(
            trap(last @ weights, "A ReLU that is off passes no gradient: leave its unit out."),
            trap(weights[on], "The weight from the hidden unit to the score is missing."),
            trap(slopes * inputs, "This is gradient times input; the gradient alone is asked."),
            trap(last[1 - on] * weights[1 - on], "This is the unit that is off."),
        ),
    )


DRILLS: dict[str, Generator] = {
    one.__name__: one
    for one in (
        momentum_step,
        adam_first_step,
        weight_decay_step,
        dropout_scale,
        running_mean,
        batch_norm,
        early_stopping,
        grid_search_trainings,
        leaky_neuron_steps,
        ablation_drop,
        saliency_of_inputs,
    )
}
