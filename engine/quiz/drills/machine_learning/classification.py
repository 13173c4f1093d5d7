"""Drills on classification, its scores, and on bias, variance and convexity (chapters 3 and 6)."""

from __future__ import annotations

import math

import numpy as np

from engine.deep_learning.neuron import sigmoid
from engine.quiz.drills.drill import Drill, Generator, numeric, trap, whole, wholes
from engine.quiz.drills.text import (
    added,
    answer,
    approx,
    held,
    listed,
    number,
    plus,
    rounded,
    term,
    times,
    vector,
    weighted,
)


def sigmoid_probability(rng: np.random.Generator) -> Drill | None:
    """Draw weights and an input; the reported probability and the class are asked (section 3.1)."""
    weights, inputs, bias = wholes(rng, -4, 4, 2) / 2, wholes(rng, -3, 3, 2), whole(rng, -4, 4, without=(0,)) / 2
    score = bias + float(weights @ inputs)
    if not 0 < abs(score) <= 4 or 0 in weights:
        return None
    chance, bare = float(sigmoid(score)), float(sigmoid(score - bias))
    label = int(score > 0)
    return Drill(
        ask=f"Logistic regression with $\\mathbf w = {vector(weights)}$ and $b = {number(bias)}$ gets "
        f"$\\mathbf x = {vector(inputs)}$. Which probability of class 1 does it report (to two decimals), and which "
        "class, 1 or 0, does it choose at threshold 0.5? Answer with two numbers: probability, class.",
        exact=numeric((chance, label), 2),
        steps=(
            f"Score: $z = {weighted(weights, inputs)} {plus(bias)} = {number(score)}$.\n\n"
            f"Probability: $\\sigma(z) = \\frac{{1}}{{1+e^{{{number(-score)}}}}} {answer(chance, 2)}$.\n\n"
            f"It is {'above' if label else 'below'} 0.5, as $z$ is {'above' if label else 'below'} 0: class "
            f"${rounded(label, 2)}$."
        ),
        traps=(
            trap((1 - chance, 1 - label), "The sign in the exponent is turned: $\\sigma(z)=1/(1+e^{-z})$."),
            trap((bare, float(score > bias)), "The intercept is missing in the score."),
            trap((score, label), "This is the score; the sigmoid turns it into a probability."),
            trap((chance, 1 - label), "The probability is right; class 1 is chosen where it is above 0.5."),
        ),
    )


def decision_boundary(rng: np.random.Generator) -> Drill:
    """Draw weight and intercept; the input with both classes equally likely is asked (section 3.1)."""
    weight, bias = whole(rng, -8, 8, without=(-1, 0, 1)), whole(rng, -20, 20, without=(0,))
    where = -bias / weight
    return Drill(
        ask=f"Logistic regression reports $P(y=1\\mid x)=\\sigma({weight}x {plus(bias)})$. At which $x$ are both "
        "classes equally likely? Round to two decimals.",
        exact=numeric(where, 2),
        steps=(
            "$\\sigma(z)=\\frac12$ where the score $z$ is 0.\n\n"
            f"${weight}x {plus(bias)} = 0$ gives $x = \\frac{{{-bias}}}{{{weight}}} {answer(where, 2)}$."
        ),
        traps=(
            trap(-where, "The sign is turned when $b$ changes sides: $wx=-b$."),
            trap(1 / where, "The fraction is upside down: divide by the weight."),
            trap(-bias, "The weight is missing: divide $-b$ by it."),
            trap((0.5 - bias) / weight, "The probability is 0.5 there, the score is 0."),
        ),
    )


def log_odds(rng: np.random.Generator) -> Drill:
    """Draw a probability; its log-odds are asked (sections 3.1 and 10.1)."""
    chance = whole(rng, 20, 980) / 1000
    odds = chance / (1 - chance)
    logit = math.log(odds)
    return Drill(
        ask=f"A sigmoid puts out ${number(chance, 3)}$. What is its logit, the natural logarithm of the odds, to two "
        "decimals?",
        exact=numeric(logit, 2),
        steps=(
            f"Odds: $\\frac{{p}}{{1-p}} = \\frac{{{number(chance, 3)}}}{{{number(1 - chance, 3)}}} "
            f"{approx(odds, 4)}$.\n\n"
            f"Logit: $\\ln\\frac{{p}}{{1-p}} {answer(logit, 2)}$."
        ),
        traps=(
            trap(odds, "These are the odds: take their logarithm."),
            trap(math.log(chance), "This is $\\ln p$: the odds compare $p$ with $1-p$."),
            trap(-logit, "The sign is turned: $p$ stands above the bar."),
            trap(math.log10(odds), "This logarithm has base 10; the natural one is asked."),
        ),
    )


def logistic_gradient_step(rng: np.random.Generator) -> Drill | None:
    """Draw one example; weight and intercept after a step on the cross-entropy are asked (section 3.2)."""
    weight, bias, x = whole(rng, -4, 4) / 2, whole(rng, -2, 2) / 2, whole(rng, -3, 3, without=(-1, 0, 1))
    label, rate = whole(rng, 0, 1), float(rng.choice([0.1, 0.5, 1.0]))
    score = weight * x + bias
    if abs(score) > 3:
        return None
    chance = float(sigmoid(score))
    error = chance - label
    after = (weight - rate * error * x, bias - rate * error)
    bent = error * chance * (1 - chance)
    return Drill(
        ask=f"Logistic regression with $w = {number(weight)}$, $b = {number(bias)}$ sees $x = {x}$ with label "
        f"$y = {label}$. Take one step of gradient descent on the cross-entropy with learning rate ${number(rate)}$. "
        "Answer with two numbers to three decimals: new $w$, new $b$.",
        exact=numeric(after, 3),
        steps=(
            f"Score: $z = {times((weight, x))} {plus(bias)} = {number(score)}$, so $p {approx(chance, 4)}$.\n\n"
            f"The slope by $z$ is $p - y {approx(error, 4)}$; by $w$ it is $(p-y)x {approx(error * x, 4)}$, by $b$ "
            "it is $p-y$.\n\n"
            f"$w = {number(weight)} - {number(rate)} \\cdot {held(error * x, 4)} {answer(after[0], 3)}$ and "
            f"$b = {number(bias)} - {number(rate)} \\cdot {held(error, 4)} {answer(after[1], 3)}$."
        ),
        traps=(
            trap((weight + rate * error * x, bias + rate * error), "This goes uphill: subtract the slopes."),
            trap(
                (weight - rate * bent * x, bias - rate * bent),
                "The factor $p(1-p)$ belongs to the squared error: with cross-entropy it cancels.",
            ),
            trap((weight - rate * error, bias - rate * error), "The slope by $w$ has the factor $x$."),
        ),
    )


def precision_recall_f1(rng: np.random.Generator) -> Drill:
    """Draw the counts of a confusion matrix; precision, recall and F1 are asked (part Machine Learning)."""
    hits, false, missed, rest = (whole(rng, 2, 20), whole(rng, 1, 20), whole(rng, 1, 20), whole(rng, 5, 60))
    precision, recall = hits / (hits + false), hits / (hits + missed)
    f1 = 2 * hits / (2 * hits + false + missed)
    accuracy = (hits + rest) / (hits + false + missed + rest)
    return Drill(
        ask=f"A classifier makes {hits} true positives, {false} false positives, {missed} false negatives and {rest} "
        "true negatives. Answer with three numbers to two decimals: precision, recall, F1.",
        exact=numeric((precision, recall, f1), 2),
        steps=(
            "Precision, right among those called positive: "
            f"$\\frac{{{hits}}}{{{hits}+{false}}} {answer(precision, 2)}$.\n\n"
            f"Recall, found among the positive ones: $\\frac{{{hits}}}{{{hits}+{missed}}} {answer(recall, 2)}$.\n\n"
            f"F1, their harmonic mean: $\\frac{{2\\cdot{hits}}}{{2\\cdot{hits}+{false}+{missed}}} {answer(f1, 2)}$."
        ),
        traps=(
            trap(
                (recall, precision, f1),
                "Precision and recall are exchanged: precision divides by what was called positive.",
            ),
            trap((precision, recall, (precision + recall) / 2), "F1 is the harmonic mean; this is the ordinary one."),
            trap((precision, recall, accuracy), "This is the accuracy; F1 leaves the true negatives out."),
            trap((precision, recall, f1 / 2), "The 2 of the harmonic mean is missing in F1."),
        ),
    )


def expected_error(rng: np.random.Generator) -> Drill:
    """Draw bias, variance and noise; the expected squared test error is asked (section 6.2)."""
    bias, variance, noise = whole(rng, 1, 9) / 10, whole(rng, 1, 40) / 100, whole(rng, 1, 40) / 100
    total = bias**2 + variance + noise
    return Drill(
        ask=f"At one input a model's predictions are off by ${number(bias)}$ on average over training sets (its bias), "
        f"with variance ${number(variance)}$; the noise of the labels has variance ${number(noise)}$. What is the "
        "expected squared test error there?",
        exact=numeric(total),
        steps=(
            "Squared bias, variance and noise add up.\n\n"
            f"${number(bias)}^2 + {number(variance)} + {number(noise)} = {added((bias**2, variance, noise))} = "
            f"{number(total)}$."
        ),
        traps=(
            trap(bias + variance + noise, "The bias has to be squared; variance and noise are squares already."),
            trap(bias**2 + variance, "The noise is missing: no model gets below it."),
            trap(bias**2 + noise, "The variance is missing: the fit changes with the training set."),
        ),
    )


def bias_variance_of_table(rng: np.random.Generator) -> Drill:
    """Draw one prediction from each of four training sets; squared bias and variance are asked (section 6.2)."""
    predictions, truth = wholes(rng, -2, 12, 4), float(whole(rng, 0, 10))
    mean, variance = float(predictions.mean()), float(predictions.var())
    bias = mean - truth
    around = float(((predictions - truth) ** 2).mean())
    return Drill(
        ask=f"At one input the true value is ${number(truth)}$. Four models of one kind, each trained on another "
        f"sample, predict ${listed(predictions)}$ there. Treat the four as all there are: what are the squared bias "
        "and the variance? Answer with two numbers in this order, to two decimals.",
        exact=numeric((bias**2, variance), 2),
        steps=(
            f"Mean prediction: $\\frac{{{added(predictions)}}}{{4}} = {number(mean)}$. Bias: ${number(mean)} - "
            f"{held(truth)} = {number(bias)}$, squared: ${held(bias)}^2 {answer(bias**2, 2)}$.\n\n"
            f"Deviations from the mean: ${vector(predictions - mean)}$. Their mean square: "
            f"$\\frac14\\cdot{number(variance * 4, 4)} {answer(variance, 2)}$."
        ),
        traps=(
            trap(
                (variance, bias**2), "The two are exchanged: bias is how far the mean is off, variance is the scatter."
            ),
            trap((bias, variance), "The bias has to be squared, so that the two can be added."),
            trap((bias**2, variance * 4 / 3), "The four are all there are: divide by 4, not by 3."),
            trap((bias**2, around), "The variance is measured from the mean prediction, not from the true value."),
        ),
    )


def interpolating_degree(rng: np.random.Generator) -> Drill:
    """Draw a number of points and a degree; what fits exactly and what can be chosen are asked (section 6.1)."""
    count, degree = whole(rng, 3, 40), whole(rng, 2, 40)
    return Drill(
        ask=f"A polynomial of degree at most $d$ shall pass through any {count} points with different $x$: what is the "
        f"smallest $d$ that always suffices? And how many coefficients does a polynomial of degree {degree} in one "
        "variable have, with the constant? Answer with two numbers.",
        exact=numeric((count - 1, degree + 1)),
        steps=(
            f"Each point is one equation, so {count} free coefficients are needed; degree $d$ has $d+1$ of them: "
            f"$d = {count} - 1 = {count - 1}$.\n\n"
            f"Degree {degree} has the powers $x^0$ to $x^{{{degree}}}$: ${degree} + 1 = {degree + 1}$ coefficients."
        ),
        traps=(
            trap((count, degree + 1), "The constant is a coefficient, too: one degree less suffices."),
            trap((count - 1, degree), "The constant is missing: the powers run from 0."),
            trap((count, degree), "Degree $d$ has $d+1$ coefficients, as the constant counts."),
            trap((count + 1, degree + 1), "Degree $d$ has $d+1$ coefficients; this goes one the wrong way."),
        ),
    )


def chord_gap(rng: np.random.Generator) -> Drill:
    """Draw a cubic and two places; how far the chord lies above the curve is asked (section 6.4)."""
    cubic, square = whole(rng, -2, 2, without=(0,)), whole(rng, -4, 4, without=(0,))
    left = whole(rng, -3, 1)
    right = left + 2 * whole(rng, 1, 2)
    low, high, middle = (float(cubic * x**3 + square * x**2) for x in (left, right, (left + right) // 2))
    chord = (low + high) / 2
    gap = chord - middle
    kind = "above the curve, as for a convex function" if gap > 0 else "below the curve: the function is not convex"
    return Drill(
        ask=f"Let $f(x) = {term(cubic, 'x^3')} {term(square, 'x^2', True)}$. How far does the "
        f"chord from $x = {left}$ to $x = {right}$ lie "
        "above the curve at the midpoint? (A negative number means below: then $f$ is not convex.)",
        exact=numeric(gap),
        steps=(
            f"$f({left}) = {number(low)}$ and $f({right}) = {number(high)}$, so the chord's middle is at "
            f"${number(chord)}$.\n\n"
            f"At the midpoint ${(left + right) // 2}$ the curve is at ${number(middle)}$.\n\n"
            f"${number(chord)} - {held(middle)} = {number(gap)}$: "
            f"{kind if gap else 'on the curve'}."
        ),
        traps=(
            trap(-gap, "The sign is turned: take the curve away from the chord."),
            trap(chord, "This is the height of the chord: take the curve's height at the midpoint away."),
            trap(low + high - middle, "The chord's middle is half the sum of the two ends."),
        ),
    )


DRILLS: dict[str, Generator] = {
    one.__name__: one
    for one in (
        sigmoid_probability,
        decision_boundary,
        log_odds,
        logistic_gradient_step,
        precision_recall_f1,
        expected_error,
        bias_variance_of_table,
        interpolating_degree,
        chord_gap,
    )
}
