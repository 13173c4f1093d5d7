"""Drills on convolution, pooling and the sizes of a convolutional network (chapter 16)."""

from __future__ import annotations

import math

import numpy as np

from engine.computer_vision.convolution import conv2d, output_side, pool2d
from engine.computer_vision.counting import convolution, dense
from engine.data import Floats
from engine.quiz.drills.drill import Drill, Generator, numeric, trap, whole
from engine.quiz.drills.text import added, listed, matrix, number, times


def conv_output_side(rng: np.random.Generator) -> Drill | None:
    """Draw image, kernel, padding and stride; the side of the feature map is asked (section 16.1)."""
    n, k, p, s = whole(rng, 7, 64), whole(rng, 2, 7), whole(rng, 0, 3), whole(rng, 1, 3)
    side = output_side(n, k, p, s)
    if (p, s) == (0, 1):
        return None
    once = (n + p - k) // s + 1
    more = [] if p == 0 else [trap(once, "The padding stands at both ends: it counts twice.")]
    more += [] if s == 1 else [trap(output_side(n, k, p), "The stride is missing: the kernel jumps.")]
    rest = f"$\\lfloor{(n + 2 * p - k) / s:.2f}\\rfloor={side - 1}$" if (n + 2 * p - k) % s else f"${side - 1}$"
    return Drill(
        ask=f"An image of ${n}\\times{n}$ pixels meets a ${k}\\times{k}$ kernel with padding {p} and stride {s}. What "
        "is the side of the feature map?",
        exact=numeric(side),
        steps=(
            "$\\left\\lfloor\\frac{n+2p-k}{s}\\right\\rfloor+1$ with these numbers:\n\n"
            f"$\\frac{{{n}+2\\cdot{p}-{k}}}{{{s}}}$, rounded down: {rest}.\n\n"
            f"${side - 1}+1={side}$."
        ),
        traps=(
            trap(side - 1, "The 1 is missing: the first place counts, too."),
            trap(n + 2 * p, "This is the side of the padded image: the kernel has to fit in it."),
            *more,
        ),
    )


def conv_value(rng: np.random.Generator) -> Drill | None:
    """Draw a small image and a kernel; the whole feature map is asked (section 16.1)."""
    image, kernel = rng.integers(0, 6, (3, 3)).astype(float), rng.integers(-2, 3, (2, 2)).astype(float)
    if (kernel == 0).sum() > 1:
        return None
    out = conv2d(image, kernel)
    turned, shared = conv2d(image, kernel, flip=True), conv2d(image, kernel.T)
    lines = []
    for (row, column), value in np.ndenumerate(out):
        patch = image[row : row + 2, column : column + 2].ravel()
        products = added(patch * kernel.ravel())
        lines.append(f"Row {row + 1}, column {column + 1}: ${products}={number(value)}$.")
    return Drill(
        ask="Slide the kernel $F$ over the image $X$, without padding, stride 1, without turning the kernel (as "
        "networks do). Answer with the four numbers of the feature map, row by row.\n\n"
        f"$$F={matrix(kernel)},\\quad X={matrix(image)}$$",
        exact=numeric(out.ravel()),
        steps="At each place multiply the kernel with the patch below it, entry by entry, and add.\n\n"
        + "\n\n".join(lines)
        + f"\n\n$Z={matrix(out)}$.",
        traps=(
            trap(turned.ravel(), "The kernel is turned by half a turn: that is the mathematician's convolution."),
            trap(shared.ravel(), "The kernel's rows and columns are exchanged."),
            trap(out.T.ravel(), "These are the right numbers column by column; row by row is asked."),
            trap(conv2d(image, np.ones((2, 2))).ravel(), "These are sums of the patches: multiply by the kernel."),
        ),
    )


def _pooled(rng: np.random.Generator, kind: str) -> tuple[Floats, Floats]:
    """Draw a map of 4 x 4 and pool it by 2 x 2."""
    values = rng.integers(-4, 10, (4, 4)).astype(float)
    return values, pool2d(values, 2, kind=kind)


def _blocks(values: Floats) -> list[Floats]:
    return [values[row : row + 2, column : column + 2].ravel() for row in (0, 2) for column in (0, 2)]


def max_pooling(rng: np.random.Generator) -> Drill:
    """Draw a map; what max pooling leaves of it is asked (section 16.3)."""
    values, out = _pooled(rng, "max")
    lines = [f"$\\max({listed(b)})={number(b.max())}$" for b in _blocks(values)]
    return Drill(
        ask="Pool $Z$ by the maximum, window $2\\times2$, stride 2. Answer with four numbers, row by row."
        f"\n\n$$Z={matrix(values)}$$",
        exact=numeric(out.ravel()),
        steps="The largest number of each window:\n\n" + "\n\n".join(lines),
        traps=(
            trap(pool2d(values, 2, kind="average").ravel(), "These are the means: max pooling keeps the largest."),
            trap([np.abs(b).max() for b in _blocks(values)], "The largest number counts, not the largest size."),
            trap(values[::2, ::2].ravel(), "This takes the first number of each window."),
            trap(out.T.ravel(), "These are the right numbers column by column; row by row is asked."),
        ),
    )


def average_pooling(rng: np.random.Generator) -> Drill:
    """Draw a map; what average pooling leaves of it is asked (section 16.3)."""
    values, out = _pooled(rng, "average")
    lines = [f"$\\frac{{{added(b)}}}{{4}}={number(b.mean())}$" for b in _blocks(values)]
    return Drill(
        ask="Pool $Z$ by the average, window $2\\times2$, stride 2. Answer with four numbers, row by row."
        f"\n\n$$Z={matrix(values)}$$",
        exact=numeric(out.ravel()),
        steps="The mean of each window:\n\n" + "\n\n".join(lines),
        traps=(
            trap(pool2d(values, 2).ravel(), "These are the largest numbers: average pooling takes the mean."),
            trap(4 * out.ravel(), "These are the sums: divide by the 4 numbers of a window."),
            trap(2 * out.ravel(), "A window of $2\\times2$ holds 4 numbers, not 2."),
        ),
    )


def conv_parameters(rng: np.random.Generator) -> Drill:
    """Draw a convolutional layer; its weights and biases are counted (section 16.1)."""
    filters, k, channels = whole(rng, 2, 64), whole(rng, 2, 7), whole(rng, 2, 32)
    total = convolution(filters, k, channels)
    return Drill(
        ask=f"How many parameters does a convolutional layer with {filters} kernels of size ${k}\\times{k}$ on "
        f"{channels} channels have, with one bias for each kernel?",
        exact=numeric(total),
        steps=(
            f"A kernel reaches through all channels: ${k}\\cdot{k}\\cdot{channels}={k * k * channels}$ weights, and a "
            f"bias: ${k * k * channels + 1}$.\n\n"
            f"${filters}\\cdot{k * k * channels + 1}={total}$."
        ),
        traps=(
            trap(total - filters, "The biases are missing: one for each kernel."),
            trap(convolution(filters, k, 1), "A kernel has weights for every channel of its input."),
            trap(total - filters + 1, "Each kernel has a bias of its own."),
            trap(filters * (k * channels + 1), "A kernel has $k$ rows and $k$ columns."),
        ),
    )


def receptive_field(rng: np.random.Generator) -> Drill | None:
    """Draw two or three layers; the receptive field of one unit at the end is asked (section 16.4)."""
    count = whole(rng, 2, 3)
    layers = [(whole(rng, 2, 7), whole(rng, 1, 2)) for _ in range(count)]
    field, step, lines = 1, 1, []
    for at, (k, s) in enumerate(layers, 1):
        lines.append(f"Layer {at}: ${field}+({k}-1)\\cdot{step}={field + (k - 1) * step}$.")
        field, step = field + (k - 1) * step, step * s
    sides = [k for k, _ in layers]
    no_stride = 1 + sum(k - 1 for k in sides)
    if field == no_stride and rng.random() < 0.7:
        return None
    late = 1
    for k, s in layers:
        late = late * s + k - 1  # the strides applied from the wrong end
    named = ", then ".join(f"${k}\\times{k}$ with stride {s}" for k, s in layers)
    more = [] if late == field else [trap(late, "Start at the image: a layer's step is the product of strides below.")]
    more += [] if field == no_stride else [trap(no_stride, "The strides are missing: they spread what lies above.")]
    return Drill(
        ask=f"The layers of a network have the kernels {named}. What is the side of the receptive field of one unit of "
        "the last map, in pixels of the image?",
        exact=numeric(field),
        steps="Each kernel adds its side less 1, times the product of the strides below it.\n\n" + "\n\n".join(lines),
        traps=(
            trap(sum(sides), "The sides do not add up: neighbouring kernels overlap, so each adds its side less 1."),
            trap(math.prod(sides), "The sides are not multiplied: neighbouring kernels overlap."),
            trap(field - 1, "The unit itself is 1 pixel wide: start from 1, not from 0."),
            *more,
        ),
    )


def flattened_length(rng: np.random.Generator) -> Drill | None:
    """Draw an image, a convolution and a pooling; the length after flattening is asked (section 16.4)."""
    n, k, filters = whole(rng, 12, 64), whole(rng, 2, 7), whole(rng, 4, 32)
    side = output_side(n, k)
    half = output_side(side, 2, s=2)
    total = half * half * filters
    return Drill(
        ask=f"A ${n}\\times{n}$ grey image goes through {filters} kernels of ${k}\\times{k}$ (no padding, stride 1) "
        "and $2\\times2$ max pooling with stride 2. How long is the vector after flattening?",
        exact=numeric(total),
        steps=(
            f"Convolution: ${n}-{k}+1={side}$ a side. Pooling: $\\lfloor{side}/2\\rfloor={half}$ a side.\n\n"
            f"{filters} maps: ${times((half, half, filters))}={total}$."
        ),
        traps=(
            trap(side * side * filters, "The pooling is missing: it halves both sides."),
            trap(half * half, "This is one map: flattening strings all of them together."),
            trap((n // 2) ** 2 * filters, "Without padding the convolution shrinks the map first."),
            trap(half * filters, "A map has rows and columns: the side counts twice."),
        ),
    )


def image_vector_length(rng: np.random.Generator) -> Drill:
    """Draw an image's size; its length as a vector and a dense layer on it are asked (part Computer Vision)."""
    high, wide, units = 4 * whole(rng, 4, 30), 4 * whole(rng, 4, 30), whole(rng, 2, 50)
    length = high * wide * 3
    total = dense(units, length)
    return Drill(
        ask=f"How long is an RGB image of ${high}\\times{wide}$ pixels as one vector, and how many parameters has a "
        f"dense layer of {units} units on it, with biases? Answer with two numbers.",
        exact=numeric((length, total)),
        steps=(
            f"Three numbers for each pixel: ${high}\\cdot{wide}\\cdot3={length}$.\n\n"
            f"Each unit has a weight for every number and a bias: ${units}\\cdot({length}+1)={total}$."
        ),
        traps=(
            trap((high * wide, dense(units, high * wide)), "This is one channel: RGB has three."),
            trap((length, units * length), "The biases are missing: one for each unit."),
            trap((length, units + length), "Each unit is connected with each number: multiply."),
        ),
    )


DRILLS: dict[str, Generator] = {
    one.__name__: one
    for one in (
        conv_output_side,
        conv_value,
        max_pooling,
        average_pooling,
        conv_parameters,
        receptive_field,
        flattened_length,
        image_vector_length,
    )
}
