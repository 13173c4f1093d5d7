"""Drills of the part Machine Learning: each answer computed again, by other means, from the numbers in the exercise."""

from __future__ import annotations

import math
import re
import statistics
from fractions import Fraction

import numpy as np
import pytest
from scipy import optimize, special, stats
from scipy.cluster import vq
from sklearn import linear_model, metrics

from engine.quiz.drills.drill import Drill
from engine.quiz.drills.machine_learning import DRILLS
from engine.torch_one_thread import torch
from tests.quiz.drill_helpers import Oracle, check


def _columns(n: list[float], drill: Drill) -> np.ndarray:
    """Return labels and predictions of a printed table."""
    rows = [line.strip("| ").split("|") for line in drill.ask.splitlines() if re.match(r"\| \d", line)]
    return np.array([[float(cell) for cell in row[1:]] for row in rows]).T


def mse(n: list[float], drill: Drill) -> object:
    found = metrics.mean_squared_error(*_columns(n, drill))
    return found, metrics.root_mean_squared_error(*_columns(n, drill))


def which_model(n: list[float], drill: Drill) -> str:
    half = len(n) // 2
    first, second = (np.linalg.norm(part) for part in (n[:half], n[half:]))
    return "the first" if first < second else "the second"


def least_squares_line(n: list[float], drill: Drill) -> object:
    half = len(n) // 2
    fit = stats.linregress(n[:half], n[half:])
    return fit.slope, fit.intercept


def no_intercept(n: list[float], drill: Drill) -> object:
    half = len(n) // 2
    return linear_model.LinearRegression(fit_intercept=False).fit(np.c_[n[:half]], n[half:]).coef_


def descent_step(n: list[float], drill: Drill) -> object:
    x, y, (start, rate) = np.array(n[:2]), np.array(n[2:4]), n[4:]

    high, low = (metrics.mean_squared_error(y, (start + shift) * x) for shift in (1, -1))
    return start - rate * (high - low) / 2  # exact for a parabola


def ridge(n: list[float], drill: Drill) -> object:
    half = len(n) // 2
    model = linear_model.Ridge(alpha=n[-1], fit_intercept=False, solver="cholesky")
    return model.fit(np.c_[n[:half]], n[half:-1]).coef_


def lasso(n: list[float], drill: Drill) -> object:
    _, b, penalty = n  # Σ x² = 1, b, λ
    x = np.array([0.6, 0.8])  # any with Σ x² = 1 and Σ xy = b; scikit-learn's loss is divided by 2m
    model = linear_model.Lasso(alpha=penalty / (2 * len(x)), fit_intercept=False, tol=1e-12)
    return model.fit(np.c_[x], b * x).coef_


def objectives(n: list[float], drill: Drill) -> object:
    *weights, error, strength = n
    return error + strength * np.linalg.norm(weights) ** 2, error + strength * np.linalg.norm(weights, 1)


def shapes(n: list[float], drill: Drill) -> object:
    m, features = map(int, n)
    X = np.ones((m, features))
    X = np.column_stack([X, np.ones(m)]) if "column of ones" in drill.ask else X
    w = np.linalg.lstsq(X, np.ones(m), rcond=None)[0]
    return *X.shape, len(w), len(X @ w)


def _split(text: str, pattern: str) -> list[np.ndarray]:
    return [np.array([float(v) for v in found.split(",")]) for found in re.findall(pattern, text)]


def _vectors(drill: Drill) -> np.ndarray:
    text = drill.ask.replace("\\ ", "")
    return np.array(_split(text, r"\((-?[\d.]+,\s*-?[\d.]+)\)"))


def mean_of_points(n: list[float], drill: Drill) -> object:
    return [smallest(2, list(axis)) for axis in _vectors(drill).T]


def smallest(power: int, values: list[float]) -> float:
    """Return where the sum of |x - c|^power is smallest, by search."""
    if power == 1:  # it is smallest at one of the values
        return min(values, key=lambda c: sum(abs(v - c) for v in values))
    found = optimize.minimize_scalar(lambda c: sum((v - c) ** 2 for v in values), method="golden", tol=1e-12)
    return round(found.x, 6)


def growth(n: list[float], drill: Drill) -> object:
    before, (old, new) = n[:5], n[5:]
    after = [new if value == old else value for value in before]
    return statistics.mean(after) - statistics.mean(before), statistics.median(after) - statistics.median(before)


def nearest(n: list[float], drill: Drill) -> str:
    *centres, point = _vectors(drill)
    return "ABCD"[min(range(4), key=lambda at: math.dist(centres[at], point))]


def one_step(n: list[float], drill: Drill) -> object:
    values, centres = n[:6], n[6:]
    own: dict[float, list[float]] = {}
    for value in values:
        own.setdefault(min(centres, key=lambda c: abs(c - value)), []).append(value)
    return sorted(statistics.fmean(part) for part in own.values())


def two_starts(n: list[float], drill: Drill) -> object:
    points = _vectors(drill)
    runs = [vq.kmeans2(points[:4], start, minit="matrix") for start in (points[4:6], points[6:8])]
    return [
        sum(math.dist(p, centres[at]) ** 2 for p, at in zip(points, labels, strict=False)) for centres, labels in runs
    ]


def _lists(drill: Drill) -> list[np.ndarray]:
    return _split(drill.ask, r"\$(-?\d+(?:, -?\d+)+)\$")


def within(n: list[float], drill: Drill) -> object:
    return sum(len(part) * np.var(part) for part in _lists(drill))


def silhouette(n: list[float], drill: Drill) -> object:
    own, other = _lists(drill)
    values, labels = np.concatenate([own, other])[:, np.newaxis], [0] * len(own) + [1] * len(other)
    return metrics.silhouette_samples(values, labels)[list(own).index(n[-1])]


def medians(n: list[float], drill: Drill) -> object:
    return [statistics.median(axis) for axis in _vectors(drill).T]


def reported(n: list[float], drill: Drill) -> object:
    w1, w2, bias, x1, x2 = n[:5]
    model = linear_model.LogisticRegression()
    model.classes_, model.coef_, model.intercept_ = np.array([0, 1]), np.array([[w1, w2]]), np.array([bias])
    return model.predict_proba([[x1, x2]])[0, 1], model.predict([[x1, x2]])[0]


def boundary(n: list[float], drill: Drill) -> object:
    weight, bias = _line(drill)
    return optimize.brentq(lambda x: special.expit(weight * x + bias) - 0.5, -50, 50, xtol=1e-12)


def _line(drill: Drill) -> tuple[float, float]:
    found = re.search(r"sigma\((-?\d+)x ([+-]) (\d+)\)", drill.ask)
    assert found
    return float(found[1]), float(found[2] + found[3])


def logistic_step(n: list[float], drill: Drill) -> object:
    w, b, x, y, rate = n
    weights = torch.tensor([w, b], dtype=torch.float64, requires_grad=True)
    z = weights @ torch.tensor([x, 1.0], dtype=torch.float64)
    torch.nn.functional.binary_cross_entropy_with_logits(z, torch.tensor(y, dtype=torch.float64)).backward()
    torch.optim.SGD([weights], lr=rate).step()
    return weights


def scores(n: list[float], drill: Drill) -> object:
    hits, false, missed, rest = map(int, n)
    truth = [1] * hits + [0] * false + [1] * missed + [0] * rest
    called = [1] * (hits + false) + [0] * (missed + rest)
    return metrics.precision_recall_fscore_support(truth, called, average="binary")[:3]


def error(n: list[float], drill: Drill) -> object:
    bias, variance, noise = (Fraction(str(value)) for value in n)
    return bias * bias + variance + noise


def bias_and_variance(n: list[float], drill: Drill) -> object:
    truth, *predictions = n
    return (statistics.fmean(predictions) - truth) ** 2, statistics.pvariance(predictions)


def degrees(n: list[float], drill: Drill) -> object:
    count, degree = map(int, n)
    x = np.cos(np.arange(count))  # different
    rank = next(d for d in range(count + 1) if np.polynomial.chebyshev.chebvander(x, d).shape[1] == count)
    return rank, len(np.poly1d([1] + [0] * degree).coeffs)


def gap(n: list[float], drill: Drill) -> object:
    found = re.search(r"f\(x\) = (.*?)\$", drill.ask)
    assert found
    text = re.sub(r"(\d)x", r"\1*x", found[1]).replace("^", "**")
    left, right = (Fraction(int(v)) for v in re.findall(r"x = (-?\d+)", drill.ask))
    low, high, middle = (eval(text, {"x": x}) for x in (left, right, (left + right) / 2))
    return (low + high) / 2 - middle


ORACLES: dict[str, Oracle] = {
    "sse_of_table": lambda n, d: len(_columns(n, d)[0]) * metrics.mean_squared_error(*_columns(n, d)),
    "mse_and_rmse": mse,
    "which_model_fits": which_model,
    "norm_and_distance": lambda n, d: (math.hypot(*n[:2]), math.dist(n[:2], n[2:])),
    "regression_line": least_squares_line,
    "normal_equation": no_intercept,
    "gradient_descent_step": descent_step,
    "ridge_weight": ridge,
    "soft_threshold": lasso,
    "penalised_loss": objectives,
    "regression_shapes": shapes,
    "centroid": mean_of_points,
    "centre_on_a_line": lambda n, d: smallest(2, n),
    "mean_and_median": lambda n, d: (smallest(2, n), smallest(1, n)),
    "outlier_shift": growth,
    "nearest_centre": nearest,
    "lloyd_step": one_step,
    "kmeans_two_starts": two_starts,
    "inertia": within,
    "silhouette_of_point": silhouette,
    "k_medians_centre": medians,
    "zero_sse": lambda n, d: len(set(_lists(d)[0])),
    "sigmoid_probability": reported,
    "decision_boundary": boundary,
    "log_odds": lambda n, d: special.logit(n[0]),
    "logistic_gradient_step": logistic_step,
    "precision_recall_f1": scores,
    "expected_error": error,
    "bias_variance_of_table": bias_and_variance,
    "interpolating_degree": degrees,
    "chord_gap": gap,
}


def test_every_drill_of_the_part_has_an_oracle() -> None:
    assert set(ORACLES) == set(DRILLS)


@pytest.mark.parametrize("name", ORACLES)
def test_the_answer_is_that_of_the_printed_numbers(name: str) -> None:
    check(name, ORACLES[name])
