"""Drills on what a network is: neurons, layers, shapes, parameters, activations (chapters 9 and 10)."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from engine.data import Floats
from engine.deep_learning.network import ACTIVATIONS, Network
from engine.quiz.drills.drill import Drill, Generator, numeric, trap, whole, wholes
from engine.quiz.drills.text import added, held, matrix, number, plus, term, times, vector, weighted

_CORNERS = np.array([(0, 0), (0, 1), (1, 0), (1, 1)], dtype=float)


def _relu(z: Floats) -> Floats:
    out: Floats = z.copy()
    ACTIVATIONS["ReLU"].apply(out)
    return out


def neuron_output(rng: np.random.Generator) -> Drill | None:
    """Draw inputs, weights and a bias; what a ReLU neuron puts out is asked (section 9.1)."""
    count = whole(rng, 2, 3)
    inputs, weights, bias = wholes(rng, -4, 4, count), wholes(rng, -5, 5, count) / 2, whole(rng, -20, 20) / 10
    total = float(weights @ inputs) + bias
    if 0 in inputs * weights or bias == 0 or total == 0:
        return None
    out, bare = float(_relu(np.array([total]))[0]), float(weights @ inputs)
    early = float(_relu(weights * inputs).sum()) + bias
    if total > 0:
        others = (
            trap(max(bare - bias, 0.0), "The bias is added, not taken away."),
            trap(max(bare, 0.0), "The bias is missing."),
        )
    else:
        others = (
            trap(total, "This is the weighted sum: ReLU turns what is negative into 0."),
            trap(-total, "ReLU cuts off what is negative; it does not turn its sign."),
        )
    return Drill(
        ask=f"A neuron with weights ${vector(weights)}$, bias ${number(bias)}$ and ReLU gets the inputs "
        f"${vector(inputs)}$. What does it put out?",
        exact=numeric(out),
        steps=(
            f"Weighted sum: $z = {weighted(weights, inputs)} {plus(bias)} = {number(total)}$.\n\n"
            f"ReLU: $\\max(0,\\ {number(total)}) = {number(out)}$."
        ),
        traps=(*others, trap(early, "ReLU comes after the sum, not before: negative products count in it.")),
    )


def weighted_sum(rng: np.random.Generator) -> Drill:
    """Draw an input, its weight and a bias; how far the bias is from the switching point is asked (section 9.1)."""
    value, weight = whole(rng, -8, 8, without=(-1, 0, 1)), whole(rng, -8, 8, without=(-4, 0, 4)) / 4
    bias = whole(rng, -6, 6, without=(0,)) / 2
    total = weight * value + bias
    return Drill(
        ask=f"An input of ${value}$ arrives through a weight of ${number(weight)}$, and the bias is ${number(bias)}$. "
        "By how much can the bias fall until a step neuron, which fires above zero, is about to switch on this input? "
        "(A negative number means that it has to rise.)",
        exact=numeric(total),
        steps="It switches where its weighted sum is zero, and a bias that falls takes the sum down by as much.\n\n"
        f"The sum is now ${times((weight, value))} {plus(bias)} = {number(weight * value)} {plus(bias)} = "
        f"{number(total)}$: so far the bias can fall.",
        traps=(
            trap(-total, "The sign is turned: the bias has to fall where the weighted sum is above zero."),
            trap(-weight * value, "This is the bias at which it switches: asked is how far it is from there."),
            trap(weight * value, "The bias that is there already counts: it is part of the weighted sum."),
            trap(weight * (value + bias), "The bias is added after the product, not to the input."),
        ),
    )


def switching_point(rng: np.random.Generator) -> Drill:
    """Draw a weight and a place; the bias that lets a step neuron switch there is asked (section 9.1)."""
    weight, place = whole(rng, -9, 9, without=(-1, 0, 1)), whole(rng, -12, 12, without=(-1, 0, 1)) / 2
    bias = -weight * place
    return Drill(
        ask=f"A step neuron fires when ${weight}x+b>0$. Which $b$ puts the switching point at $x={number(place)}$?",
        exact=numeric(bias),
        steps=(
            "It switches where the weighted sum is 0.\n\n"
            f"${weight}\\cdot{held(place)}+b=0$, so $b = -({weight}\\cdot{held(place)}) = {number(bias)}$."
        ),
        traps=(
            trap(-bias, "The sign is turned: the bias takes away what the weighted input brings."),
            trap(-place, "The weight is missing: at the switching point the input arrives multiplied by it."),
            trap(-place / weight, "Multiply by the weight: $b=-wx$."),
        ),
    )


def connections(rng: np.random.Generator) -> Drill:
    """Draw the sizes of two layers; the number of connections is asked (section 9.1)."""
    first, second = whole(rng, 3, 30), whole(rng, 3, 30)
    return Drill(
        ask=f"A layer of {first} neurons is fully connected to a layer of {second}. For how many connections between "
        "the two has backpropagation to find a slope? Biases are no connections.",
        exact=numeric(first * second),
        steps=f"Each of the {second} neurons has one connection from each of the {first}, and each connection has a "
        f"weight of its own, with a slope of its own.\n\n${first}\\cdot{second} = {first * second}$.",
        traps=(
            trap(first + second, "This counts the neurons: each pair of them has a connection with a weight."),
            trap((first + 1) * second, "This adds the biases: a bias is a parameter, no connection."),
            trap(2 * first * second, "Each connection has one weight: it serves the way there and the way back."),
            trap(second, "This is a slope for each neuron: each of its connections has one."),
        ),
    )


def hidden_units(rng: np.random.Generator) -> Drill:
    """Draw a network's sizes; its hidden layers and units are counted (section 9.1)."""
    sizes = [whole(rng, 2, 12) for _ in range(whole(rng, 3, 6))]
    hidden = sizes[1:-1]
    count, units = len(hidden), sum(hidden)
    return Drill(
        ask=f"A network is written {'-'.join(map(str, sizes))} (units of each layer, input first). How many hidden "
        "layers does it have, and how many hidden units? Answer with two numbers.",
        exact=numeric((count, units)),
        steps=(
            "Neither the input layer nor the output layer is hidden.\n\n"
            f"That leaves {', '.join(map(str, hidden))}: {count} hidden layer{'s' if count > 1 else ''} with "
            f"${added(hidden)}{f' = {units}' if count > 1 else ''}$ units."
        ),
        traps=(
            trap((count + 1, units + sizes[-1]), "The output layer is not hidden: it is read out."),
            trap((count + 1, units + sizes[0]), "The input layer is not hidden: it holds the data."),
            trap((count + 2, sum(sizes)), "This counts all layers; input and output are not hidden."),
        ),
    )


def layer_shapes(rng: np.random.Generator) -> Drill:
    """Draw a network with one hidden layer; the shapes of its weights and biases are asked (section 9.2)."""
    n, h, out = whole(rng, 2, 20), whole(rng, 2, 20), whole(rng, 1, 9)
    first, second = Network((n, h, out)).layers  # [W b] each
    (h, n), (out, h) = ((rows, columns - 1) for rows, columns in (first.shape, second.shape))
    return Drill(
        ask=f"A network has {n} inputs, {h} hidden units and {out} output{'s' if out > 1 else ''}; each layer computes "
        "$\\mathbf z=W\\mathbf a+\\mathbf b$. Answer with five numbers: rows and columns of $W$ into the hidden layer, "
        "rows and columns of $W$ into the output layer, entries of the hidden layer's $\\mathbf b$.",
        exact=numeric((h, n, out, h, h)),
        steps=(
            "A row for each unit of the layer, a column for each value that comes in.\n\n"
            f"Hidden layer: ${h}\\times{n}$, as $({h}\\times{n})({n}\\times1)={h}\\times1$.\n\n"
            f"Output layer: ${out}\\times{h}$. The hidden layer's bias has one entry for each of its units: {h}."
        ),
        traps=(
            trap((n, h, h, out, h), "The matrices are turned: rows belong to the units of the layer itself."),
            trap((h, n, out, h, n), "The bias belongs to the units of the layer, not to what comes in."),
            trap((h, n, h, out, h), "The second matrix is turned: its rows are the outputs."),
            trap((h, n + 1, out, h + 1, h), "The bias stands apart here: $W$ has no column for it."),
        ),
    )


def mlp_parameters(rng: np.random.Generator) -> Drill:
    """Draw a network's sizes; all its weights and biases are counted (section 9.2)."""
    sizes = [whole(rng, 2, 9) for _ in range(whole(rng, 2, 3))] + [whole(rng, 1, 5)]
    total = int(Network(sizes).flat.size)
    weights = sum(a * b for a, b in pairwise(sizes))
    lines = [f"{a} to {b}: ${a}\\cdot{b}+{b} = {a * b + b}$." for a, b in pairwise(sizes)]
    parts = [a * b + b for a, b in pairwise(sizes)]
    return Drill(
        ask=f"How many parameters does a fully connected {'-'.join(map(str, sizes))} network have in total (weights "
        "and biases)?",
        exact=numeric(total),
        steps="Each layer has a weight for each pair of units and a bias for each unit of its own.\n\n"
        + "\n\n".join(lines)
        + f"\n\nTogether: ${added(parts)} = {total}$.",
        traps=(
            trap(weights, "These are the weights alone: each unit behind the input has a bias, too."),
            trap(weights + sum(sizes), "Input units have no bias: they only hold the data."),
            trap(weights + len(sizes) - 1, "There is a bias for each unit, not one for each layer."),
        ),
    )


def threshold_unit(rng: np.random.Generator) -> Drill:
    """Draw a perceptron; its outputs on the four corners of the square are asked (section 9.3)."""
    weights = np.array([whole(rng, -6, 6, without=(0,)) for _ in range(2)], dtype=float)
    bias = whole(rng, -6, 5) + 0.5  # never 0 on a corner
    scores = _CORNERS @ weights + bias
    fires = (scores > 0).astype(float)
    lines = [
        f"${vector(corner)}$: ${weighted(weights, corner)} {plus(bias)} = {number(z)}$, output ${number(out)}$."
        for corner, z, out in zip(_CORNERS, scores, fires, strict=True)
    ]
    return Drill(
        ask=f"A perceptron with weights ${vector(weights)}$ and bias ${number(bias)}$ puts out 1 "
        "where its weighted sum is above 0, else 0. What does it put out on $(0,\\ 0)$, $(0,\\ 1)$, $(1,\\ 0)$ and "
        "$(1,\\ 1)$? Answer with four numbers in this order.",
        exact=numeric(fires),
        steps="\n\n".join(lines),
        traps=(
            trap(1 - fires, "This is turned round: it fires where the weighted sum is above 0."),
            trap(_CORNERS @ weights > 0, "The bias is missing: it shifts the threshold."),
            trap(_CORNERS[:, ::-1] @ weights + bias > 0, "The two weights are exchanged."),
        ),
    )


def perceptron_update(rng: np.random.Generator) -> Drill | None:
    """Draw a perceptron and an example it gets wrong; weights and bias after the update are asked (section 9.3)."""
    weights, inputs, bias = wholes(rng, -4, 4, 2), wholes(rng, -4, 4, 2), float(whole(rng, -3, 3))
    label, rate = whole(rng, 0, 1), float(rng.choice([0.1, 0.5]))
    score = float(weights @ inputs) + bias
    error = label - float(score > 0)
    if error == 0 or score == 0 or 0 in inputs:
        return None
    after = (*(weights + rate * error * inputs), bias + rate * error)
    named = f"{number(rate)} \\cdot {held(error)}"
    return Drill(
        ask=f"A perceptron with weights ${vector(weights)}$ and bias ${number(bias)}$ puts out $\\hat y=1$ where its "
        f"weighted sum is above 0, else 0. It sees $\\mathbf x={vector(inputs)}$ with label $y={label}$ and learns by "
        "$\\mathbf w\\leftarrow\\mathbf w+\\eta(y-\\hat y)\\mathbf x$, $b\\leftarrow b+\\eta(y-\\hat y)$ with "
        f"$\\eta={number(rate)}$. Answer with three numbers: new $w_1$, new $w_2$, new $b$.",
        exact=numeric(after),
        steps=(
            f"Weighted sum: ${weighted(weights, inputs)} {plus(bias)} = {number(score)}$, so $\\hat y={1 - label}$ and "
            f"$y-\\hat y={number(error)}$.\n\n"
            f"$w_1 = {number(weights[0])} + {named} \\cdot {held(inputs[0])} = {number(after[0])}$, "
            f"$w_2 = {number(weights[1])} + {named} \\cdot {held(inputs[1])} = {number(after[1])}$, "
            f"$b = {number(bias)} + {named} = {number(after[2])}$."
        ),
        traps=(
            trap(
                (*(weights - rate * error * inputs), bias - rate * error),
                "This goes the wrong way: the sign is that of $y-\\hat y$.",
            ),
            trap((*after[:2], bias), "The bias learns, too: its input is 1."),
            trap((*(weights + error * inputs), bias + error), "The learning rate is missing."),
            trap((*weights, bias), "The perceptron is wrong here, so its weights do change."),
        ),
    )


def relu_vector(rng: np.random.Generator) -> Drill:
    """Draw a few numbers; their ReLU is asked (section 10.1)."""
    values = wholes(rng, -12, 12, whole(rng, 3, 4)) / 2
    values[:2] = whole(rng, 1, 12) / 2, -whole(rng, 1, 12) / 2
    values = rng.permutation(values)
    out = _relu(values)
    return Drill(
        ask=f"Apply ReLU to ${vector(values)}$. Answer with {len(values)} numbers.",
        exact=numeric(out),
        steps=f"What is negative becomes 0, the rest stays: ${vector(out)}$.",
        traps=(
            trap(np.abs(values), "This drops the signs: what is negative becomes 0."),
            trap(np.minimum(values, 0), "This keeps what is negative: ReLU keeps the rest."),
            trap(values > 0, "This is the slope of ReLU, 0 or 1; what is positive passes as it is."),
            trap(values, "Negative numbers do not pass: they become 0."),
        ),
    )


def relu_layer(rng: np.random.Generator) -> Drill | None:
    """Draw a layer of two neurons and its inputs; what it puts out is asked (sections 9.2 and 10.1)."""
    weights, inputs, biases = rng.integers(-4, 5, (2, 2)).astype(float), wholes(rng, -3, 4, 2), wholes(rng, -3, 3, 2)
    totals = weights @ inputs + biases
    if not totals.min() < 0 < totals.max():
        return None
    out = _relu(totals)
    lines = [
        f"Neuron {at + 1}: $z_{at + 1} = {weighted(weights[at], inputs)} {plus(biases[at])} = {number(totals[at])}$, "
        f"ReLU: ${number(out[at])}$."
        for at in (0, 1)
    ]
    return Drill(
        ask=f"A ReLU layer has $W = {matrix(weights)}$ and $\\mathbf b = {vector(biases)}$. What does it put out for "
        f"$\\mathbf a = {vector(inputs)}$? Answer with two numbers.",
        exact=numeric(out),
        steps="A row of $W$ for each neuron.\n\n" + "\n\n".join(lines),
        traps=(
            trap(totals, "These are the sums $W\\mathbf a+\\mathbf b$: ReLU turns what is negative into 0."),
            trap(_relu(weights.T @ inputs + biases), "Columns and rows are exchanged: a neuron's weights are a row."),
            trap(_relu(weights @ inputs), "The biases are missing."),
        ),
    )


def forward_pass(rng: np.random.Generator) -> Drill | None:
    """Draw a 2-2-1 network with ReLU; its output is asked (section 9.2)."""
    network = Network((2, 2, 1), "ReLU", np.float64)
    network.flat[:] = wholes(rng, -3, 4, 9)
    inputs = wholes(rng, -3, 4, 2)
    values = network.forward(np.append(inputs, 1.0)[:, np.newaxis])
    hidden, out = values[1][:2, 0], float(values[2][0, 0])
    weights, biases = network.layers[0][:, :-1], network.layers[0][:, -1]
    last, bias = network.layers[1][0, :-1], float(network.layers[1][0, -1])
    totals = weights @ inputs + biases
    if not totals.min() < 0 < totals.max() or 0 in last:
        return None
    lines = [
        f"$z_{at + 1} = {weighted(weights[at], inputs)} {plus(biases[at])} = {number(totals[at])}$, "
        f"$h_{at + 1} = {number(hidden[at])}$."
        for at in (0, 1)
    ]
    return Drill(
        ask=f"A network has a hidden ReLU layer with $W_1 = {matrix(weights)}$, $\\mathbf b_1 = {vector(biases)}$ and "
        f"a linear output with weights ${vector(last)}$ and bias ${number(bias)}$. What does it put out for "
        f"$\\mathbf x = {vector(inputs)}$?",
        exact=numeric(out),
        steps="\n\n".join(lines) + f"\n\nOutput: ${weighted(last, hidden)} {plus(bias)} = {number(out)}$.",
        traps=(
            trap(last @ totals + bias, "The ReLU is missing: what is negative in the hidden layer becomes 0."),
            trap(last @ _relu(weights @ inputs) + bias, "The hidden layer's biases are missing."),
            trap(last @ hidden, "The output's bias is missing."),
        ),
    )


def collapsed_layers(rng: np.random.Generator) -> Drill | None:
    """Draw two linear layers; the one layer that does the same is asked (section 10.2)."""
    first, biases = rng.integers(-4, 5, (2, 2)).astype(float), wholes(rng, -3, 3, 2)
    last, bias = wholes(rng, -3, 4, 2), float(whole(rng, -3, 3))
    if 0 in last or bias == 0:
        return None
    weights, shift = last @ first, float(last @ biases) + bias
    columns = [f"{weighted(last, first[:, at])} = {number(weights[at])}" for at in (0, 1)]
    return Drill(
        ask=f"Two layers without activation, $W_2(W_1\\mathbf x+\\mathbf b_1)+b_2$, have $W_1 = {matrix(first)}$, "
        f"$\\mathbf b_1 = {vector(biases)}$, $W_2 = {matrix([last])}$ and $b_2 = {number(bias)}$. One linear neuron "
        "does the same. Answer with three numbers: its two weights and its bias.",
        exact=numeric((*weights, shift)),
        steps=(
            f"Weights, $W_2W_1$ column by column: ${columns[0]}$ and ${columns[1]}$.\n\n"
            f"Bias, $W_2\\mathbf b_1+b_2$: ${weighted(last, biases)} {plus(bias)} = {number(shift)}$."
        ),
        traps=(
            trap((*(first @ last), shift), "This multiplies in the other order: $W_2$ stands left of $W_1$."),
            trap((*weights, bias), "The first layer's biases pass through $W_2$ and add to $b_2$."),
            trap((*weights, biases.sum() + bias), "$\\mathbf b_1$ is multiplied by $W_2$ before it is added."),
        ),
    )


def relu_sum(rng: np.random.Generator) -> Drill | None:
    """Draw a hidden layer of three ReLUs of one input; the function's value is asked (section 10.3)."""
    kinks, heights = np.sort(rng.choice(9, 3, replace=False)).astype(np.float64) + 1, wholes(rng, -4, 4, 3)
    place = float(whole(rng, 2, 10))
    if 0 in heights or not kinks[0] < place < kinks[2]:
        return None
    parts = _relu(place - kinks)
    value = float(heights @ parts)
    terms = "".join(
        f" {term(a, '', bool(at))}\\,r(x-{number(c)})" for at, (a, c) in enumerate(zip(heights, kinks, strict=True))
    )
    inside = [f"$r({number(place)}-{number(c)}) = {number(p)}$" for c, p in zip(kinks, parts, strict=True)]
    return Drill(
        ask=f"One hidden layer of three ReLUs ($r$) makes the bent line $f(x) ={terms}$. What is $f({number(place)})$?",
        exact=numeric(value),
        steps=f"{', '.join(inside)}.\n\nWeighted: ${weighted(heights, parts)} = {number(value)}$.",
        traps=(
            trap(heights @ (place - kinks), "A ReLU left of its kink is 0; here all three count as straight lines."),
            trap(heights[kinks < place].sum(), "This is the slope there: each ReLU grows with the way past its kink."),
            trap(-value, "The sign is turned."),
            trap(parts.sum(), "Each ReLU has to be multiplied by its weight."),
        ),
    )


DRILLS: dict[str, Generator] = {
    one.__name__: one
    for one in (
        neuron_output,
        weighted_sum,
        switching_point,
        connections,
        hidden_units,
        layer_shapes,
        mlp_parameters,
        threshold_unit,
        perceptron_update,
        relu_vector,
        relu_layer,
        forward_pass,
        collapsed_layers,
        relu_sum,
    )
}
