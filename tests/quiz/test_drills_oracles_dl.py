"""Drills of the part Deep Learning: each answer computed again, mostly by torch, from the numbers in the exercise."""

from __future__ import annotations

import itertools
import math
import re
from fractions import Fraction

import numpy as np
import pytest
import sympy
from scipy import special, stats
from sklearn.model_selection import ParameterGrid

from engine.quiz.drills.deep_learning import DRILLS
from engine.quiz.drills.drill import Drill
from engine.torch_one_thread import torch
from tests.quiz.drill_helpers import Oracle, check, numbers

F = torch.nn.functional


def _t(values: object) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)


def _between(drill: Drill, start: str, end: str) -> list[float]:
    """Return the numbers between two pieces of the exercise."""
    return numbers(drill.ask.partition(start)[2].partition(end)[0])


def _sizes(drill: Drill) -> list[int]:
    found = re.search(r"\d+(?:-\d+)+", drill.ask)
    assert found
    return [int(size) for size in found[0].split("-")]


def _chain(sizes: list[int]) -> torch.nn.Sequential:
    return torch.nn.Sequential(*(torch.nn.Linear(a, b) for a, b in itertools.pairwise(sizes)))


def neuron(n: list[float], drill: Drill) -> object:
    half = len(n) // 2
    return torch.relu(_t(n[:half]) @ _t(n[half + 1 :]) + n[half])


def hidden(n: list[float], drill: Drill) -> object:
    outs = [layer.out_features for layer in _chain(_sizes(drill))][:-1]
    return len(outs), sum(outs)


def layer_shapes(n: list[float], drill: Drill) -> object:
    first, second = _chain([int(size) for size in n])
    return *first.weight.shape, *second.weight.shape, *first.bias.shape


def parameters(n: list[float], drill: Drill) -> object:
    return sum(p.numel() for p in _chain(_sizes(drill)).parameters())


def truth_table(n: list[float], drill: Drill) -> object:
    w1, w2, bias = n[:3]
    return [w1 * a + w2 * b > -bias for a, b in itertools.product((0, 1), repeat=2)]


def perceptron(n: list[float], drill: Drill) -> object:
    w1, w2, bias, _, _, _, x1, x2, label, rate = n  # the two outputs and the threshold stand between
    w = torch.nn.Parameter(_t([w1, w2, bias]))
    x = _t([x1, x2, 1])
    score = w @ x
    sign = 2 * label - 1
    torch.relu(-sign * score).backward()  # the perceptron's loss
    torch.optim.SGD([w], lr=rate).step()
    return w.detach()


def relu_layer(n: list[float], drill: Drill) -> object:
    return F.relu(F.linear(_t(n[6:8]), _t(n[:4]).reshape(2, 2), _t(n[4:6])))


def two_layers(n: list[float], drill: Drill) -> object:
    inside = F.relu(F.linear(_t(n[9:11]), _t(n[:4]).reshape(2, 2), _t(n[4:6])))
    return F.linear(inside, _t(n[6:8])[None], _t(n[8:9]))


def collapsed(n: list[float], drill: Drill) -> object:
    def network(x: list[float]) -> torch.Tensor:
        return F.linear(F.linear(_t(x), _t(n[:4]).reshape(2, 2), _t(n[4:6])), _t(n[6:8])[None], _t(n[8:9]))

    at_zero = network([0, 0])
    return *(float(network(x) - at_zero) for x in ([1, 0], [0, 1])), float(at_zero)


def bent_line(n: list[float], drill: Drill) -> object:
    terms = re.findall(r"([+-]? ?\d*)\\,r\(x-(\d+)\)", drill.ask)
    x = n[-1]
    heights = [float(a.replace(" ", "") + ("" if a.strip("+- ") else "1")) for a, _ in terms]
    return sum(a * max(0.0, x - float(c)) for a, (_, c) in zip(heights, terms, strict=True))


def entropy_of_class(n: list[float], drill: Drill) -> object:
    return F.nll_loss(_t(n[:3]).log()[None], torch.tensor([int(n[3]) - 1]))


def _loss_slopes(n: list[float], drill: Drill) -> object:
    logits = _t(n[:3]).requires_grad_()
    F.cross_entropy(logits[None], torch.tensor([int(n[3]) - 1])).backward()
    return logits.grad


def mse_slopes(n: list[float], drill: Drill) -> object:
    half = len(n) // 2
    predictions = _t(n[half : 2 * half]).requires_grad_()
    F.mse_loss(predictions, _t(n[:half])).backward()
    return predictions.grad


def _formula(text: str) -> sympy.Expr:
    text = re.sub(r"(\d)(?=[a-z])", r"\1*", text).replace("xy", "x*y").replace("^", "**")
    return sympy.sympify(text)


def _defined(drill: Drill, name: str) -> sympy.Expr:
    return _formula(drill.ask.partition(f"{name}=")[2].partition("$")[0])


def steepest(n: list[float], drill: Drill) -> object:
    f = _defined(drill, "f(x,y)")
    return sympy.sqrt(sum(f.diff(v) ** 2 for v in "xy")).evalf()


def gradient(n: list[float], drill: Drill) -> object:
    f = _defined(drill, "f(x,y,z)")
    at = dict(zip("xyz", n[-3:], strict=True))
    return [f.diff(v).subs(at) for v in "xyz"]


def chain(n: list[float], drill: Drill) -> object:
    f = _defined(drill, "f").subs("u", _defined(drill, "u"))
    return f.diff("x").subs("x", n[-1])


def slope(n: list[float], drill: Drill) -> object:
    return stats.logistic.pdf(n[0])  # the density of the logistic distribution is the sigmoid's slope


def steepest_sigmoid(n: list[float], drill: Drill) -> object:
    height, steep, shift = n[:3]
    x = -shift / steep + np.linspace(-0.01, 0.01, 2001)
    return np.max(np.gradient(height * special.expit(steep * x + shift), x)[1:-1])


def largest_factor(n: list[float], drill: Drill) -> object:
    layers, weight = int(n[0]), Fraction(str(n[1]))
    return math.prod([weight / 4] * layers)


def batches(n: list[float], drill: Drill) -> object:
    losses = re.findall(r"\(w ([+-]) (\d+)\)\^2|(w\^2)", drill.ask)
    w = _t([_between(drill, "$w=", "$")[0]] * len(losses)).requires_grad_()
    shifts = [0.0 if alone else float(sign + size) for sign, size, alone in losses]
    parts = torch.autograd.grad(((w + _t(shifts)) ** 2).sum(), w)[0]
    return parts.mean(), parts[int(_between(drill, "example ", " alone")[0]) - 1]


def backprop(n: list[float], drill: Drill) -> object:
    x, y, *start, rate = n[-5:]
    w = [torch.nn.Parameter(_t(one)) for one in start]
    (0.5 * (w[1] * torch.relu(w[0] * x) - y) ** 2).backward()
    torch.optim.SGD(w, lr=rate).step()
    return [float(one.detach()) for one in w]


def _steps(optimiser: torch.optim.Optimizer, w: torch.nn.Parameter, slopes: list[float]) -> float:
    for one in slopes:
        w.grad = _t(one)
        optimiser.step()
    return float(w.detach())


def momentum(n: list[float], drill: Drill) -> object:
    _, _, start, rate, *slopes = n  # 0.9 and v = 0 stand first
    w = torch.nn.Parameter(_t(start))
    return _steps(torch.optim.SGD([w], lr=rate, momentum=0.9), w, slopes)


def adam(n: list[float], drill: Drill) -> object:
    _, _, start, rate, first = n  # after the two betas
    w = torch.nn.Parameter(_t(start))
    return _steps(torch.optim.Adam([w], lr=rate, eps=1e-12), w, [first])


def decay(n: list[float], drill: Drill) -> object:
    strength, start, first, rate = n[-4:]
    w = torch.nn.Parameter(_t(start))
    return _steps(torch.optim.SGD([w], lr=rate, weight_decay=strength), w, [first])


def dropped(n: list[float], drill: Drill) -> object:
    units, drop = n
    torch.manual_seed(0)
    kept = F.dropout(torch.ones(100, dtype=torch.float64), drop)
    return stats.binom(int(units), 1 - drop).mean(), kept.max()


def running(n: list[float], drill: Drill) -> object:
    old, keep, new = n
    norm = torch.nn.BatchNorm1d(1, momentum=1 - keep, dtype=torch.float64)
    norm.running_mean.fill_(old)
    norm(_t([[new - 1], [new + 1]]))
    return norm.running_mean


def normalised(n: list[float], drill: Drill) -> object:
    batch, (gamma, beta, which) = n[:4], n[5:8]  # after "division by 4"
    out = F.batch_norm(_t(batch)[:, None], None, None, _t([gamma]), _t([beta]), training=True, eps=1e-15)
    return out[int(which) - 1]


def stopped(n: list[float], drill: Drill) -> object:
    patience = int(n[0])
    losses = [float(row) for row in re.findall(r"\| \d+ \| ([\d.]+) \|", drill.ask)]
    for end in range(1, len(losses) + 1):
        kept = min(range(end), key=losses.__getitem__)
        if end - 1 - kept >= patience:
            return end, kept + 1
    raise AssertionError("training does not end")


def trainings(n: list[float], drill: Drill) -> object:
    *counts, folds = map(int, n)
    return len(ParameterGrid({str(at): list(range(count)) for at, count in enumerate(counts)})) * folds


def leaky(n: list[float], drill: Drill) -> object:
    keep, drive, _, threshold = n  # V_t = I (1 - k^t) / (1 - k)
    return math.ceil(math.log(1 - threshold * (1 - keep) / drive) / math.log(keep))


def ablated(n: list[float], drill: Drill) -> object:
    rows = re.findall(r"\| \d \| (\d+) \| (\d+) \|", drill.ask)
    drops = [int(a) - int(b) for a, b in rows]
    return max(drops), Fraction(sum(drops), len(drops))


def saliency(n: list[float], drill: Drill) -> object:
    x = _t(n[6:8]).requires_grad_()
    (_t(n[4:6]) @ torch.relu(_t(n[:4]).reshape(2, 2) @ x)).backward()
    return x.grad


ORACLES: dict[str, Oracle] = {
    "neuron_output": neuron,
    "weighted_sum": lambda n, d: F.linear(_t(n[:1]), _t(n[1:2])[None], _t(n[2:])),
    "switching_point": lambda n, d: sympy.solve(_formula(f"{n[0]:g}x+b").subs("x", sympy.Rational(str(n[2]))), "b"),
    "connections": lambda n, d: torch.nn.Linear(int(n[0]), int(n[1])).weight.numel(),
    "hidden_units": hidden,
    "layer_shapes": layer_shapes,
    "mlp_parameters": parameters,
    "threshold_unit": truth_table,
    "perceptron_update": perceptron,
    "relu_vector": lambda n, d: torch.relu(_t(n[:-1])),
    "relu_layer": relu_layer,
    "forward_pass": two_layers,
    "collapsed_layers": collapsed,
    "relu_sum": bent_line,
    "cross_entropy_of_class": entropy_of_class,
    "softmax_probabilities": lambda n, d: special.softmax(n),
    "softmax_gradient": _loss_slopes,
    "mse_gradient": mse_slopes,
    "gradient_length": steepest,
    "gradient_at_a_point": gradient,
    "sigmoid_slope": slope,
    "largest_slope": steepest_sigmoid,
    "vanishing_bound": largest_factor,
    "minibatch_gradient": batches,
    "chain_rule": chain,
    "backprop_update": backprop,
    "momentum_step": momentum,
    "adam_first_step": adam,
    "weight_decay_step": decay,
    "dropout_scale": dropped,
    "running_mean": running,
    "batch_norm": normalised,
    "early_stopping": stopped,
    "grid_search_trainings": trainings,
    "leaky_neuron_steps": leaky,
    "ablation_drop": ablated,
    "saliency_of_inputs": saliency,
}


def test_every_drill_of_the_part_has_an_oracle() -> None:
    assert set(ORACLES) == set(DRILLS)


@pytest.mark.parametrize("name", ORACLES)
def test_the_answer_is_that_of_the_printed_numbers(name: str) -> None:
    check(name, ORACLES[name])
