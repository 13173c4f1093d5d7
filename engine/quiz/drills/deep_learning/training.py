"""Drills on losses, gradients and backpropagation (chapter 11)."""

from __future__ import annotations

import math

import numpy as np

from engine.computer_vision.softmax import softmax
from engine.data import Floats
from engine.deep_learning.autograd import Value
from engine.deep_learning.neuron import one_example, sigmoid
from engine.quiz.drills.drill import Drill, Generator, numeric, trap, whole, wholes
from engine.quiz.drills.text import added, answer, approx, asked, held, number, plus, term, times, vector


def cross_entropy_of_class(rng: np.random.Generator) -> Drill:
    """Draw the probabilities of three classes; the cross-entropy at the true one is asked (section 11.1)."""
    cuts = np.sort(rng.choice(np.arange(5, 96, 5), 2, replace=False))
    chances = np.diff(cuts, prepend=0, append=100) / 100  # (3,)
    true = whole(rng, 0, 2)
    chance = float(chances[true])
    loss = -math.log(chance)
    return Drill(
        ask=f"A network gives three classes the probabilities ${vector(chances)}$; number {true + 1} is the true one. "
        "What is the cross-entropy in nats, to two decimals?",
        exact=numeric(loss, 2),
        steps=f"Only the true class counts: $-\\ln {number(chance)} {answer(loss, 2)}$.",
        traps=(
            trap(-loss, "The minus sign is missing: a loss is at least 0."),
            trap(-math.log2(chance), "These are bits (base 2); nats take the natural logarithm."),
            trap(1 - chance, "This is what is missing to 1; the loss is the negative logarithm."),
            trap(-np.log(chances).sum(), "Only the true class counts, not all three."),
        ),
    )


def softmax_probabilities(rng: np.random.Generator) -> Drill | None:
    """Draw three logits; their softmax is asked (section 11.1)."""
    logits = wholes(rng, 0, 8, 3) / 2
    if len(set(logits)) < 3:
        return None
    chances, powers = softmax(logits), np.exp(logits)
    return Drill(
        ask=f"What are the softmax probabilities of the logits ${vector(logits)}$? Answer with three numbers to two "
        "decimals.",
        exact=numeric(chances, 2),
        steps=(
            f"Powers of $e$: ${vector(powers, 3)}$. Their sum: ${number(powers.sum(), 3)}$.\n\n"
            f"Divide each by the sum: $({asked(chances, 2)})$."
        ),
        traps=(
            trap(powers, "The powers still have to be divided by their sum."),
            trap(logits / logits.sum(), "This divides the logits themselves: take the powers of $e$ first."),
            trap(softmax(-logits), "The signs are turned: the largest logit gets the largest probability."),
            trap(sigmoid(logits), "This is the sigmoid of each: softmax makes the three sum to 1."),
        ),
    )


def softmax_gradient(rng: np.random.Generator) -> Drill | None:
    """Draw two logits and the true class; the slopes of the cross-entropy by them are asked (section 11.1)."""
    logits, true = wholes(rng, -4, 4, 3) / 2, whole(rng, 0, 2)
    if len(set(logits)) < 3:
        return None
    chances, target = softmax(logits), np.eye(3)[true]
    slopes = chances - target
    return Drill(
        ask=f"The logits ${vector(logits)}$ go through softmax and cross-entropy; class {true + 1} is the true one. "
        "What are the slopes of the loss by the three logits? Answer with three numbers to two decimals.",
        exact=numeric(slopes, 2),
        steps=(
            f"Softmax: $\\mathbf p \\approx {vector(chances, 3)}$.\n\n"
            f"The slope is $\\mathbf p - \\mathbf y$ with the one-hot $\\mathbf y = {vector(target)}$: "
            f"$({asked(slopes, 2)})$."
        ),
        traps=(
            trap(chances, "These are the probabilities: take 1 away at the true class."),
            trap(-slopes, "The sign is turned: more of the true class's logit lowers the loss."),
            trap(logits - target, "Take the probabilities, not the logits, minus the one-hot target."),
        ),
    )


def mse_gradient(rng: np.random.Generator) -> Drill:
    """Draw targets and predictions; the slopes of their mean squared error are asked (section 11.1)."""
    count = int(rng.choice([2, 4]))
    targets, errors = wholes(rng, -4, 9, count), wholes(rng, -4, 4, count)
    predictions = targets + errors
    slopes = 2 * errors / count
    return Drill(
        ask=f"Targets ${vector(targets)}$, predictions ${vector(predictions)}$. What is the gradient of the mean "
        f"squared error by the predictions? Answer with {count} numbers.",
        exact=numeric(slopes),
        steps=(
            "$\\frac{\\partial}{\\partial\\hat y_i}\\frac1m\\sum_j(\\hat y_j-y_j)^2=\\frac2m(\\hat y_i-y_i)$.\n\n"
            f"Prediction minus target: ${vector(errors)}$. Times $2/{count}$: ${vector(slopes)}$."
        ),
        traps=(
            trap(-slopes, "The sign is turned: a prediction that is too high has a positive slope."),
            trap(2 * errors, f"The mean divides by {count}."),
            trap(errors**2 / count, "These are the shares of the loss itself: differentiate them."),
            trap(4 * errors / count, "The 2 of the square comes once."),
        ),
    )


def gradient_length(rng: np.random.Generator) -> Drill:
    """Draw a plane; its steepest slope is asked (section 11.2)."""
    a, b = whole(rng, -12, 12, without=(-1, 0, 1)), whole(rng, -12, 12, without=(-1, 0, 1))
    steepest = math.hypot(a, b)
    return Drill(
        ask=f"What is the slope of $f(x,y)={a}x {plus(b)}y$ in the direction of its gradient? Round to two decimals.",
        exact=numeric(steepest, 2),
        steps=(
            f"The gradient is ${vector((a, b))}$. In its own direction the slope is its length.\n\n"
            f"$\\sqrt{{{held(a)}^2 + {held(b)}^2}} = \\sqrt{{{a * a + b * b}}} {answer(steepest, 2)}$."
        ),
        traps=(
            trap(a + b, "This adds the entries; the slope is the gradient's length."),
            trap(abs(a) + abs(b), "This adds the sizes; the length is the root of the sum of squares."),
            trap(a * a + b * b, "The root is missing."),
            trap(max(abs(a), abs(b)), "This goes along one axis; the gradient's direction is steeper."),
        ),
    )


def gradient_at_a_point(rng: np.random.Generator) -> Drill:
    """Draw a polynomial of three variables and a point; its gradient there is asked (section 11.2)."""
    a, b, c, d = (whole(rng, -4, 4, without=(0,)) for _ in range(4))
    at = np.array([whole(rng, -3, 3, without=(0,)) for _ in range(3)], dtype=float)
    x, y, z = (Value(float(v)) for v in at)
    value = a * x**2 + b * x * y + c * y + d * z**3
    value.backward()
    slopes = np.array([x.grad, y.grad, z.grad])
    p, q, r = (held(v) for v in at)
    lone = slopes - np.array([b * at[1], b * at[0], 0.0])
    return Drill(
        ask=f"Compute the gradient of $f(x,y,z)={term(a, 'x^2')} {term(b, 'xy', True)} {term(c, 'y', True)} "
        f"{term(d, 'z^3', True)}$ at $(x,y,z)={vector(at)}$. Answer with three numbers.",
        exact=numeric(slopes),
        steps=(
            f"By $x$: ${2 * a}x {term(b, 'y', True)} = {2 * a}\\cdot{p} {plus(b)}\\cdot{q} = {number(slopes[0])}$.\n\n"
            f"By $y$: ${term(b, 'x')} {plus(c)} = {b}\\cdot{p} {plus(c)} = {number(slopes[1])}$.\n\n"
            f"By $z$: ${3 * d}z^2 = {3 * d}\\cdot{r}^2 = {number(slopes[2])}$."
        ),
        traps=(
            trap(lone, "The mixed term is missing: it counts in the slopes by $x$ and by $y$."),
            trap((*slopes[:2], d * at[2] ** 2), "The 3 of the third power comes down as a factor."),
            trap((slopes[0] - a * at[0], *slopes[1:]), "The 2 of the square comes down as a factor."),
            trap((*slopes[:2], 3 * d * at[2] ** 3), "The power drops by one when it comes down."),
        ),
    )


def sigmoid_slope(rng: np.random.Generator) -> Drill:
    """Draw a place; the sigmoid's slope there is asked (section 11.3)."""
    x = whole(rng, -300, 300, without=tuple(range(-15, 16))) / 100
    height = float(sigmoid(x))
    slope = one_example(1.0, height - 1.0, x, 0.0).by_w  # with x = 1 and an error of 1 the slope stands alone
    return Drill(
        ask=f"What is the slope $\\sigma'(x)$ of the sigmoid at $x={number(x)}$? Round to three decimals.",
        exact=numeric(slope, 3),
        steps=(
            f"$\\sigma(x) = \\frac{{1}}{{1+e^{{{number(-x)}}}}} {approx(height, 4)}$.\n\n"
            f"$\\sigma'(x) = \\sigma(x)(1-\\sigma(x)) \\approx {number(height, 4)}\\cdot{number(1 - height, 4)} "
            f"{answer(slope, 3)}$."
        ),
        traps=(
            trap(height, "This is $\\sigma(x)$: multiply it by $1-\\sigma(x)$."),
            trap(1 - height, "This is $1-\\sigma(x)$: multiply it by $\\sigma(x)$."),
            trap(x * (1 - x), "$\\sigma(x)$ has to be put in, not $x$ itself."),
            trap(-slope, "The sigmoid rises everywhere: its slope is positive."),
        ),
    )


def largest_slope(rng: np.random.Generator) -> Drill:
    """Draw a stretched sigmoid; the largest value of its derivative is asked (section 11.3)."""
    height, steep = whole(rng, 2, 40) / 4, whole(rng, 2, 40) / 10
    if height == 1:
        height = 10.25
    slope = height * steep / 4
    shift = whole(rng, -5, 5, without=(0,))
    return Drill(
        ask=f"What is the largest value that the derivative of ${number(height)}\\,\\sigma({number(steep)}\\,x "
        f"{plus(shift)})$ can take? Round to three decimals.",
        exact=numeric(slope, 3),
        steps=(
            "$\\sigma'(z)=\\sigma(z)(1-\\sigma(z))$ is largest where $\\sigma(z)=\\frac12$: $\\frac14$.\n\n"
            "The chain rule brings the inner factor, the outer one stays: "
            f"${number(height)}\\cdot{number(steep)}\\cdot\\frac14 {answer(slope, 3)}$. The shift does not matter."
        ),
        traps=(
            trap(height / 4, "The inner derivative is missing: the chain rule brings the factor before $x$."),
            trap(steep / 4, "The factor before the sigmoid multiplies its slope, too."),
            trap(height * steep, "This takes 1 for the largest slope of $\\sigma$; it is $\\frac14$."),
            trap(height, "This is the largest value of the function, not of its derivative."),
        ),
    )


def vanishing_bound(rng: np.random.Generator) -> Drill | None:
    """Draw depth and weights; the largest factor that a gradient can keep is asked (section 11.3)."""
    layers, weight = whole(rng, 2, 5), whole(rng, 10, 79, without=(20,)) / 20
    bound = (0.25 * weight) ** layers
    if bound < 1e-4:
        return None
    decimals = max(3, 2 - math.floor(math.log10(bound)))
    return Drill(
        ask=f"A gradient goes back through {layers} layers, each with one sigmoid neuron and a weight of size "
        f"{number(weight)}. By which factor can it be multiplied at most? Round to {decimals} decimals.",
        exact=numeric(bound, decimals),
        steps=(
            "Each layer multiplies it by the weight and by $\\sigma'(z)\\le\\frac14$.\n\n"
            f"$(\\frac14\\cdot{number(weight)})^{{{layers}}} = {number(weight / 4, 4)}^{{{layers}}} "
            f"{answer(bound, decimals)}$."
        ),
        traps=(
            trap(0.25 * weight * layers, "The factors of the layers are multiplied, not added."),
            trap(0.25**layers, "The weights are missing: each layer multiplies by its weight, too."),
            trap(weight**layers, "The slope of the sigmoid is missing: at most $\\frac14$ a layer."),
            trap(0.25 * weight**layers, "The $\\frac14$ comes at every layer, not once."),
        ),
    )


def minibatch_gradient(rng: np.random.Generator) -> Drill:
    """Draw parabolas; the full gradient and that of a mini-batch of one are asked (section 11.4)."""
    count, weight = whole(rng, 2, 4), float(whole(rng, -3, 5))
    centres = wholes(rng, -5, 9, count)
    if count == 3:
        centres[-1] -= centres.sum() % 3  # thirds would not be exact
    which = whole(rng, 0, count - 1)
    slopes = 2 * (weight - centres)
    mean, one = float(slopes.mean()), float(slopes[which])
    losses = ",\\ ".join(f"(w {plus(-c)})^2" if c else "w^2" for c in centres)
    return Drill(
        ask=f"Each of {count} examples has its own loss: ${losses}$. At $w={number(weight)}$, what is the "
        f"gradient of their average, and what is the gradient of example {which + 1} alone? Answer with two numbers.",
        exact=numeric((mean, one)),
        steps=(
            f"Each slope is twice the bracket: ${vector(slopes)}$.\n\n"
            f"Average: $\\frac{{{added(slopes)}}}{{{count}}} = {number(mean)}$. Example {which + 1} alone: "
            f"${number(one)}$."
        ),
        traps=(
            trap((slopes.sum(), one), f"The average divides the sum by {count}."),
            trap((one, mean), "The two are exchanged."),
            trap((mean / 2, one / 2), "The 2 of the square comes down as a factor."),
            trap((-mean, -one), "This is the direction of descent; the gradient has the other sign."),
        ),
    )


def chain_rule(rng: np.random.Generator) -> Drill | None:
    """Draw a composition; its derivative at a place is asked (section 11.3)."""
    inner, shift, outer, x = (whole(rng, -4, 5, without=(0, 1)) for _ in range(4))
    place = Value(float(x))
    (outer * (inner * place + shift) ** 2).backward()
    slope, inside = place.grad, inner * x + shift
    if inside in (0, 1):
        return None
    return Drill(
        ask=f"Let $u={term(inner, 'x')} {plus(shift)}$ and $f={term(outer, 'u^2')}$. "
        f"What is $\\frac{{df}}{{dx}}$ at $x={x}$?",
        exact=numeric(slope),
        steps=(
            f"At $x={x}$: $u={inside}$.\n\n"
            f"$\\frac{{df}}{{du}}={2 * outer}u={2 * outer * inside}$ and $\\frac{{du}}{{dx}}={inner}$.\n\n"
            f"Multiply along the chain: ${times((2 * outer * inside, inner))} = {number(slope)}$."
        ),
        traps=(
            trap(slope / inner, "The inner derivative is missing."),
            trap(2 * outer * inner * x, "The outer derivative is taken at $u$, not at $x$."),
            trap(slope / 2, "The 2 of the square comes down as a factor."),
            trap(2 * outer * inside + inner, "The derivatives along a chain are multiplied, not added."),
        ),
    )


def backprop_update(rng: np.random.Generator) -> Drill | None:
    """Draw a chain of a ReLU and a linear neuron; both weights after one step are asked (section 11.3)."""
    x, target, rate = whole(rng, 1, 3), whole(rng, -3, 6), float(rng.choice([0.1, 0.05, 0.01]))
    first, second = Value(float(whole(rng, 1, 3))), Value(float(whole(rng, -3, 3, without=(0,))))
    hidden = (first * x).relu()
    out = second * hidden
    loss = (out - target) ** 2 * 0.5
    loss.backward()
    error = out.data - target
    if error == 0:
        return None
    before, slopes = np.array([first.data, second.data]), np.array([first.grad, second.grad])
    after: Floats = before - rate * slopes
    late = before - rate * np.array([error * after[1] * x, slopes[1]])
    return Drill(
        ask="A network computes $h=\\max(0,w_1x)$ and $\\hat y=w_2h$ with the loss $\\frac12(\\hat y-y)^2$. "
        f"With $x={x}$, $y={target}$, $w_1={number(before[0])}$, "
        f"$w_2={number(before[1])}$ and learning rate {number(rate)}, "
        "what are $w_1$ and $w_2$ after one step? Answer with two numbers.",
        exact=numeric(after),
        steps=(
            f"Forward: $h={number(hidden.data)}$, $\\hat y={number(out.data)}$, error $\\hat y-y={number(error)}$.\n\n"
            f"Backward: by $w_2$ it is $(\\hat y-y)h={number(slopes[1])}$; by $w_1$ it is $(\\hat y-y)w_2x="
            f"{times((error, before[1], x))}={number(slopes[0])}$ (the ReLU is open).\n\n"
            f"Step: $w_1={number(before[0])}-{times((rate, slopes[0]))}={number(after[0])}$, "
            f"$w_2={number(before[1])}-{times((rate, slopes[1]))}={number(after[1])}$."
        ),
        traps=(
            trap(before + rate * slopes, "This goes uphill: subtract the slopes."),
            trap((before[0] - rate * error * x, after[1]), "The way to $w_1$ leads through $w_2$: multiply by it."),
            trap(late, "Both slopes are taken at the old weights; here $w_2$ had moved already."),
            trap(before - slopes, "The learning rate is missing."),
        ),
    )


DRILLS: dict[str, Generator] = {
    one.__name__: one
    for one in (
        cross_entropy_of_class,
        softmax_probabilities,
        softmax_gradient,
        mse_gradient,
        gradient_length,
        gradient_at_a_point,
        sigmoid_slope,
        largest_slope,
        vanishing_bound,
        minibatch_gradient,
        chain_rule,
        backprop_update,
    )
}
