"""The parts of a convolutional network: shapes and numbers of parameters, counted by formula."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from engine.computer_vision.digits import CLASSES, SIDE

VGG_CHANNELS = (64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512)


@dataclass(frozen=True)
class Part:
    """One part of a network: its name, the shape of what leaves it, and how many numbers it learns."""

    name: str
    shape: tuple[int, ...]
    parameters: int


def convolution(filters: int, kernel: int, channels: int) -> int:
    """Count the weights and biases of a convolution: K (k k C + 1)."""
    return filters * (kernel * kernel * channels + 1)


def dense(outputs: int, inputs: int) -> int:
    """Count the weights and biases of a dense layer: n (m + 1)."""
    return outputs * (inputs + 1)


def parts(first: int, second: int, norm: bool) -> tuple[Part, ...]:
    """Return the parts of engine.computer_vision.cnn.SmallCNN in order; `second` = 0 leaves the second stage out."""
    channels = [1, first, second] if second else [1, first]
    found = [Part("image", (1, SIDE, SIDE), 0)]
    for number, (before, after) in enumerate(pairwise(channels), start=1):
        shape = (after, SIDE, SIDE)
        found.append(Part(f"convolution {number}, 3 × 3, padding 1", shape, convolution(after, 3, before)))
        if norm:
            found.append(Part(f"batch norm {number}", shape, 2 * after))
        found.append(Part(f"ReLU {number}", shape, 0))
    half = SIDE // 2
    flat = channels[-1] * half * half
    return (
        *found,
        Part("max pooling, 2 × 2", (channels[-1], half, half), 0),
        Part("flattening", (flat,), 0),
        Part("dense", (CLASSES,), dense(CLASSES, flat)),
        Part("softmax", (CLASSES,), 0),
    )


def vgg16() -> int:
    """Count the parameters of VGG16: thirteen 3 x 3 convolutions and three dense layers, on 224 x 224 colour images.

    Source: Simonyan and Zisserman, Very deep convolutional networks, 2014, configuration D.
    """
    convolutions = sum(convolution(after, 3, before) for before, after in pairwise((3, *VGG_CHANNELS)))
    return convolutions + sum(dense(after, before) for before, after in pairwise((512 * 7 * 7, 4096, 4096, 1000)))
