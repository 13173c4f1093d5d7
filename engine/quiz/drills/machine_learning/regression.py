"""Drills on linear regression: errors, the least-squares line, gradient descent, ridge and LASSO (chapter 2)."""

from __future__ import annotations

import numpy as np

from engine.data import Floats
from engine.machine_learning.regression import descend, line, ols, sse
from engine.quiz.drills.drill import Drill, Generator, choice, numeric, trap, whole, wholes
from engine.quiz.drills.text import added, answer, approx, held, number, plus, table, times, vector, weighted

_HEAD = ("$i$", "label $y_i$", "prediction $\\hat y_i$")


def _rows(labels: Floats, predictions: Floats) -> str:
    pairs = enumerate(zip(labels, predictions, strict=True), 1)
    return table(_HEAD, [(str(i), number(y), number(p)) for i, (y, p) in pairs])


def _residuals(labels: Floats, predictions: Floats) -> str:
    pairs = zip(labels, predictions, strict=True)
    return "$" + ",\\ ".join(f"{number(y)} - {held(p)} = {number(y - p)}" for y, p in pairs) + "$"


def _squares(values: Floats) -> str:
    return " + ".join(f"{held(v)}^2" for v in values)


def sse_of_table(rng: np.random.Generator) -> Drill:
    """Draw labels and predictions, 3 to 5 of each; the SSE is asked (section 2.2)."""
    count = whole(rng, 3, 5)
    labels, errors = wholes(rng, -4, 9, count), wholes(rng, -4, 4, count)
    errors[rng.integers(count)] = float(rng.choice([-3, -2, 2, 3]))  # at least one is no 0 and no 1
    predictions = labels - errors
    total = sse(labels, predictions)
    return Drill(
        ask=f"Compute the SSE of these predictions.\n\n{_rows(labels, predictions)}",
        exact=numeric(total),
        steps=(
            f"Residuals, label minus prediction: {_residuals(labels, predictions)}.\n\n"
            f"Square each and add: ${_squares(errors)} = {added(errors**2)} = {number(total)}$."
        ),
        traps=(
            trap(errors.sum(), "This is the sum of the residuals: each has to be squared before they are added."),
            trap(total / count, f"This is the mean squared error: the SSE is not divided by {count}."),
            trap(np.abs(errors).sum(), "This is the sum of absolute residuals: squares are added, not sizes."),
        ),
    )


def mse_and_rmse(rng: np.random.Generator) -> Drill:
    """Draw a table of predictions; mean squared error and its root are asked (sections 2.2 and 11.1)."""
    count = whole(rng, 3, 5)
    labels, errors = wholes(rng, -4, 9, count), wholes(rng, -4, 4, count)
    predictions = labels - errors
    total = sse(labels, predictions)
    mean, root = total / count, float(np.sqrt(total / count))
    size = float(np.abs(errors).mean())
    return Drill(
        ask="Compute the mean squared error and its root, the RMSE, both to two decimals. Answer with two numbers: "
        f"MSE, RMSE.\n\n{_rows(labels, predictions)}",
        exact=numeric((mean, root), 2),
        steps=(
            f"Residuals: {_residuals(labels, predictions)}.\n\n"
            f"Sum of their squares: ${_squares(errors)} = {number(total)}$.\n\n"
            f"Divide by the {count} points: $\\mathrm{{MSE}} = {number(total)}/{count} {answer(mean, 2)}$.\n\n"
            f"Take the root: $\\mathrm{{RMSE}} = \\sqrt{{{number(total)}/{count}}} {answer(root, 2)}$."
        ),
        traps=(
            trap((total, np.sqrt(total)), f"This starts from the sum: divide it by the {count} points first."),
            trap((root, mean), "The two are exchanged: the RMSE is the root of the MSE."),
            trap((size, np.sqrt(size)), "This averages the sizes of the residuals: square them before you average."),
        ),
    )


def which_model_fits(rng: np.random.Generator) -> Drill | None:
    """Draw two models' residuals that the SSE orders otherwise than the sum of sizes does (section 2.2)."""
    count = whole(rng, 2, 3)
    first, second = wholes(rng, -6, 6, count), wholes(rng, -6, 6, count)
    difference = float(first @ first - second @ second)
    if difference * float(np.abs(first).sum() - np.abs(second).sum()) >= 0:
        return None
    right, wrong = ("the first", "the second") if difference < 0 else ("the second", "the first")
    better, worse = ("smaller", "larger") if difference < 0 else ("larger", "smaller")
    return Drill(
        ask=f"On the same points model one leaves the residuals ${vector(first)}$, model two ${vector(second)}$. "
        "Which one does the SSE prefer?",
        exact=choice(("the first", "the second", "it is indifferent", "neither can be scored"), right),
        steps=(
            f"Model one: ${_squares(first)} = {number(float(first @ first))}$.\n\n"
            f"Model two: ${_squares(second)} = {number(float(second @ second))}$.\n\n"
            f"The first sum is the {better} one, the second the {worse}; the SSE prefers the smaller: {right}."
        ),
        traps=(
            trap(wrong, "Its residuals add up to less without their signs; squares make large misses count more."),
            trap("it is indifferent", "The two sums of squares differ."),
            trap("neither can be scored", "Residuals are all the SSE needs: square them and add."),
        ),
    )


def norm_and_distance(rng: np.random.Generator) -> Drill | None:
    """Draw two points; the length of the first and their distance are asked (section 2.3)."""
    x, y = wholes(rng, -9, 9, 2), wholes(rng, -9, 9, 2)
    gap = x - y
    if 0 in x or 0 in gap:
        return None
    squared = float(x @ x), float(gap @ gap)
    length, distance = (float(root) for root in np.sqrt(squared))
    between = abs(length - float(np.linalg.norm(y)))
    return Drill(
        ask=f"Let $\\mathbf x = {vector(x)}$ and $\\mathbf y = {vector(y)}$. Compute $\\lVert\\mathbf x\\rVert$ and "
        "the Euclidean distance between the two, both to two decimals. Answer with two numbers: norm, distance.",
        exact=numeric((length, distance), 2),
        steps=(
            f"Norm: $\\sqrt{{{_squares(x)}}} = \\sqrt{{{number(squared[0])}}} {answer(length, 2)}$.\n\n"
            f"Difference: $\\mathbf x - \\mathbf y = {vector(gap)}$. The distance is its norm: "
            f"$\\sqrt{{{_squares(gap)}}} = \\sqrt{{{number(squared[1])}}} {answer(distance, 2)}$."
        ),
        traps=(
            trap(squared, "These are the sums of squares: the roots are missing."),
            trap(
                (np.abs(x).sum(), np.abs(gap).sum()), "These are sums of sizes; Euclid squares, adds, takes the root."
            ),
            trap((length, between), "The distance is the norm of the difference, not the difference of the norms."),
        ),
    )


def regression_line(rng: np.random.Generator) -> Drill:
    """Draw three or four points; slope and intercept of their least-squares line are asked (section 2.3)."""
    count = whole(rng, 3, 4)
    x = np.arange(count, dtype=np.float64) + whole(rng, 0, 4)
    y = wholes(rng, -4, 9, count)
    slope, intercept = line(x, y)
    dx, dy = x - x.mean(), y - y.mean()
    through_zero = float(x @ y / (x @ x))
    return Drill(
        ask="Fit $\\hat y = wx + b$ by least squares, to two decimals. Answer with two numbers: $w$, $b$.\n\n"
        + table(("$x$", *map(number, x)), [("$y$", *map(number, y))]),
        exact=numeric((slope, intercept), 2),
        steps=(
            f"Means: $\\bar x {approx(x.mean())}$ and $\\bar y {approx(y.mean())}$. Deviations of $x$: ${vector(dx)}$, "
            f"of $y$: ${vector(dy)}$.\n\n"
            f"$w = \\frac{{\\sum(x_i-\\bar x)(y_i-\\bar y)}}{{\\sum(x_i-\\bar x)^2}} = "
            f"\\frac{{{number(dx @ dy)}}}{{{number(dx @ dx)}}} {answer(slope, 2)}$.\n\n"
            f"The line runs through the means: $b = \\bar y - w\\bar x {answer(intercept, 2)}$."
        ),
        traps=(
            trap((intercept, slope), "Slope and intercept are exchanged."),
            trap((slope, y.mean()), "The mean of $y$ is the height of the line at the mean of $x$, not at 0."),
            trap((through_zero, 0), "This is the best line through the origin: take the means away first."),
        ),
    )


def normal_equation(rng: np.random.Generator) -> Drill:
    """Draw two or three points; the weight of a model without intercept is asked (section 2.4)."""
    count = whole(rng, 2, 3)
    x, y = wholes(rng, 1, 5, count), wholes(rng, -4, 9, count)
    weight = float(ols(x[:, np.newaxis], y, intercept=False).weights[0])
    xx, xy = float(x @ x), float(x @ y)
    return Drill(
        ask=f"One feature, no intercept: $x = {vector(x)}$, $y = {vector(y)}$. Solve the normal equation "
        "$X^\\top X\\,w = X^\\top\\mathbf y$ for $w$, to two decimals.",
        exact=numeric(weight, 2),
        steps=(
            f"$X^\\top X = {_squares(x)} = {number(xx)}$.\n\n"
            f"$X^\\top\\mathbf y = {weighted(x, y)} = {number(xy)}$.\n\n"
            f"$w = \\frac{{{number(xy)}}}{{{number(xx)}}} {answer(weight, 2)}$."
        ),
        traps=(
            trap(xy, "This is $X^\\top\\mathbf y$: it still has to be divided by $X^\\top X$."),
            trap(
                (y / x).mean(), "This averages the slopes $y_i/x_i$; least squares weights points with large $x$ more."
            ),
            trap(y.sum() / x.sum(), "This divides the sums of $y$ and $x$: multiply both by $x_i$ before adding."),
        ),
    )


def gradient_descent_step(rng: np.random.Generator) -> Drill:
    """Draw two points, a weight and a rate; the weight after one step on the MSE is asked (sections 2.4 and 11.6)."""
    x, y = wholes(rng, 1, 4, 2), wholes(rng, -3, 9, 2)
    start, rate = float(whole(rng, -2, 3)), float(rng.choice([0.01, 0.05, 0.1]))
    errors = y - start * x
    step = [*descend(x[:, np.newaxis], errors, rate, 1, intercept=False)][1]  # from 0, towards what is still missing
    slope, after = -float(errors @ x), start + float(step.weights[0])
    return Drill(
        ask="The model $\\hat y = wx$ has the loss $\\frac12\\sum_i(y_i - wx_i)^2$ on the two points "
        f"$x = {vector(x)}$, $y = {vector(y)}$ (their mean squared error). Take one step of gradient descent from "
        f"$w = {number(start)}$ with learning rate {number(rate)}. What is the new $w$?",
        exact=numeric(after),
        steps=(
            f"Residuals $y_i - wx_i$: ${vector(errors)}$.\n\n"
            f"Slope of the loss: $-\\sum_i(y_i-wx_i)x_i = -({weighted(errors, x)}) = {number(slope)}$.\n\n"
            f"Go against it: $w = {number(start)} - {times((rate, slope))} = {number(after)}$."
        ),
        traps=(
            trap(start + rate * slope, "This goes along the slope, uphill: subtract the slope times the rate."),
            trap(start - slope, "The learning rate is missing: multiply the slope by it."),
            trap(start + rate * errors.sum(), "Each residual has to be multiplied by its $x_i$: the inner derivative."),
        ),
    )


def ridge_weight(rng: np.random.Generator) -> Drill:
    """Draw one feature and a penalty; the ridge weight is asked (section 2.6)."""
    count = whole(rng, 2, 3)
    x, y, penalty = wholes(rng, 1, 4, count), wholes(rng, -3, 8, count), whole(rng, 1, 12)
    a, b = float(x @ x), float(x @ y)
    stretched = np.append(x, np.sqrt(penalty))[:, np.newaxis]  # ridge is least squares with one more point
    weight = float(ols(stretched, np.append(y, 0.0), intercept=False).weights[0])
    return Drill(
        ask=f"One feature, no intercept: $x = {vector(x)}$, $y = {vector(y)}$, $\\lambda = {penalty}$. Which $w$ "
        "minimises $\\sum_i(y_i-wx_i)^2+\\lambda w^2$? Round to two decimals.",
        exact=numeric(weight, 2),
        steps=(
            f"$\\sum x_i^2 = {_squares(x)} = {number(a)}$ and $\\sum x_iy_i = {weighted(x, y)} = {number(b)}$.\n\n"
            f"Set the derivative to 0: $w = \\frac{{\\sum x_iy_i}}{{\\sum x_i^2+\\lambda}} = "
            f"\\frac{{{number(b)}}}{{{number(a)} + {penalty}}} {answer(weight, 2)}$."
        ),
        traps=(
            trap(b / a, "This is the weight without penalty: $\\lambda$ is added to $\\sum x_i^2$."),
            trap((b - penalty) / a, "Ridge adds $\\lambda$ below the fraction bar; it takes nothing away above it."),
            trap(b / (a + penalty**2), "$\\lambda$ itself is added, not its square: the square stands on $w$."),
            trap(b / (a + 2 * penalty), "The 2 of the derivative stands before every term and cancels."),
        ),
    )


def soft_threshold(rng: np.random.Generator) -> Drill:
    """Draw a correlation and a penalty; the LASSO weight is asked, now and then 0 (section 2.5)."""
    b, penalty = whole(rng, -60, 60, without=(0,)) / 10, whole(rng, 1, 12) / 2
    sign, threshold = float(np.sign(b)), penalty / 2
    weight = sign * max(abs(b) - threshold, 0.0)
    past = [trap(sign * (abs(b) - threshold), "The weight may not cross 0: it stops there.")] if weight == 0 else []
    says = f"that is {'more' if weight else 'not more'} than $t$, so $w = {number(weight)}$"
    how = f"$|b| - t = {number(abs(b))} - {number(threshold)} = {number(abs(b) - threshold)}$"
    return Drill(
        ask=f"LASSO with one feature: $\\sum_ix_i^2 = 1$ and $b = \\sum_ix_iy_i = {number(b)}$. Which $w$ minimises "
        f"$\\sum_i(y_i-wx_i)^2+\\lambda|w|$ for $\\lambda = {number(penalty)}$?",
        exact=numeric(weight),
        steps=(
            f"The threshold is $t = \\lambda/2 = {number(threshold)}$; without penalty the weight would be $b$.\n\n"
            f"The weight moves by $t$ towards 0 and stops there. $|b| = {number(abs(b))}$, {says}: {how}, "
            f"{'with the sign of $b$' if weight else 'below 0'}."
        ),
        traps=(
            trap(b, "This is the weight without penalty."),
            trap(sign * (abs(b) - penalty), "The threshold is $\\lambda/2$: the 2 comes from the squared error."),
            trap(b / (1 + penalty), "This is ridge, which divides; LASSO subtracts."),
            *past,
        ),
    )


def penalised_loss(rng: np.random.Generator) -> Drill:
    """Draw weights, an SSE and a penalty; the ridge and the LASSO objective are asked (sections 2.5 and 2.6)."""
    weights, strength = wholes(rng, -4, 4, 3), whole(rng, 1, 8) / 2
    error = float(whole(rng, 3, 30))
    squares, sizes = float(weights @ weights), float(np.abs(weights).sum())
    ridge, lasso = error + strength * squares, error + strength * sizes
    named = " + ".join(f"\\lvert{number(w)}\\rvert" for w in weights)
    return Drill(
        ask=f"A model with weights $\\mathbf w = {vector(weights)}$ has the SSE {number(error)}. For "
        f"$\\lambda = {number(strength)}$, compute the ridge objective $\\mathrm{{SSE}}+\\lambda\\sum_jw_j^2$ and the "
        "LASSO objective $\\mathrm{SSE}+\\lambda\\sum_j|w_j|$. Answer with two numbers: ridge, LASSO.",
        exact=numeric((ridge, lasso)),
        steps=(
            f"Ridge: ${_squares(weights)} = {number(squares)}$, so "
            f"${number(error)} + {times((strength, squares))} = {number(ridge)}$.\n\n"
            f"LASSO: ${named} = {number(sizes)}$, so "
            f"${number(error)} {plus(strength)} \\cdot {number(sizes)} = {number(lasso)}$."
        ),
        traps=(
            trap((lasso, ridge), "The two are exchanged: ridge squares the weights, LASSO takes their sizes."),
            trap((ridge - error, lasso - error), "These are the penalties alone: the SSE has to be added."),
            trap((error + squares, error + sizes), "The penalties have to be multiplied by $\\lambda$."),
            trap((ridge, error + strength * weights.sum()), "LASSO adds sizes: a negative weight may not help."),
        ),
    )


def regression_shapes(rng: np.random.Generator) -> Drill:
    """Draw the size of a table; rows and columns of X and the lengths of w and y are asked (section 2.4)."""
    m, n, ones = whole(rng, 5, 90), whole(rng, 2, 30), bool(rng.integers(2))
    width = n + ones
    column = "and a column of ones for the intercept " if ones else "and no intercept "
    forgotten = [trap((m, n, n, m), "The column of ones is missing: it adds a column and a weight.")] if ones else []
    return Drill(
        ask=f"A linear regression in matrix form, $\\hat{{\\mathbf y}} = X\\mathbf w$, has {m} data points with {n} "
        f"features each {column}in $X$. Answer with four numbers: rows of $X$, columns of $X$, entries of "
        "$\\mathbf w$, entries of $\\mathbf y$.",
        exact=numeric((m, width, width, m)),
        steps=(
            f"Each point is a row of $X$, each feature a column{' and the ones are one more' if ones else ''}: "
            f"$X$ is ${m}\\times{width}$.\n\n"
            f"$\\mathbf w$ has one entry for each column, {width}; $\\mathbf y$ has one label for each point, {m}. "
            f"Check: $({m}\\times{width})({width}\\times1) = {m}\\times1$."
        ),
        traps=(
            trap((width, m, width, m), "$X$ is turned: points are rows, features are columns."),
            trap((m, width, m, m), "A weight belongs to a feature, not to a point."),
            trap((m, width, width, width), "$\\mathbf y$ holds a label for each point, not for each feature."),
            *forgotten,
        ),
    )


DRILLS: dict[str, Generator] = {
    one.__name__: one
    for one in (
        sse_of_table,
        mse_and_rmse,
        which_model_fits,
        norm_and_distance,
        regression_line,
        normal_equation,
        gradient_descent_step,
        ridge_weight,
        soft_threshold,
        penalised_loss,
        regression_shapes,
    )
}
