"""A small convolutional network for 8 x 8 digits: one or two stages of convolution, a maximum, a dense layer.

B counts the images of a batch and C the channels of a stage. `train` yields the loss of every step, `probabilities`
and `maps` read a trained network, which is kept as plain arrays.

Sources: LeCun et al., Gradient-based learning applied to document recognition, 1998; Ioffe and Szegedy, Batch
normalization, 2015; Loshchilov and Hutter, Decoupled weight decay regularization, 2019 (AdamW); Smith and Topin,
Super-convergence, 2018 (one cycle); the primer, sections 16.4 and 16.5.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import affine_grid, cross_entropy, grid_sample, max_pool2d

from engine.computer_vision.digits import CLASSES, SIDE, Digits, Pixels
from engine.data import Floats
from engine.torch_one_thread import torch

Arrays = Mapping[str, NDArray[Any]]
WEIGHT_DECAY = 0.3


class SmallCNN(nn.Module):
    """Image to ten logits. `second` = 0 leaves the second stage out."""

    def __init__(self, first: int = 8, second: int = 16, norm: bool = True) -> None:
        super().__init__()
        channels = [1, first, second] if second else [1, first]
        self.stages = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(before, after, kernel_size=3, padding=1),
                nn.BatchNorm2d(after) if norm else nn.Identity(),
                nn.ReLU(),
            )
            for before, after in pairwise(channels)
        )
        self.dense = nn.Linear(channels[-1] * (SIDE // 2) ** 2, CLASSES)

    def maps(self, x: Tensor) -> list[Tensor]:
        """Return the feature maps of every stage and, last, the pooled ones."""
        found = []
        for stage in self.stages:
            x = stage(x)  # (B, 1, 8, 8) -> (B, C, 8, 8)
            found.append(x)
        return [*found, max_pool2d(x, 2)]  # (B, C, 4, 4)

    def forward(self, x: Tensor) -> Tensor:
        flat = self.maps(x)[-1].flatten(1)  # (B, C, 4, 4) -> (B, 16 C)
        return self.dense(flat)  # type: ignore[no-any-return]  # (B, 10)

    def start(self, rng: np.random.Generator) -> SmallCNN:
        """Draw weights and biases uniformly within 1/√fan-in, as torch does, but from `rng`; return the network."""
        with torch.no_grad():
            for layer in self.modules():
                if isinstance(layer, nn.Conv2d | nn.Linear):
                    reach = 1 / math.sqrt(layer.weight[0].numel())
                    for one in layer.parameters():
                        one.copy_(torch.from_numpy(rng.uniform(-reach, reach, tuple(one.shape))))
        return self

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return a copy of all weights and of the batch norms' running statistics, by name."""
        return {name: one.numpy().copy() for name, one in self.state_dict().items()}


def restored(arrays: Arrays) -> SmallCNN:
    """Return the network that `arrays` were taken from: their shapes say what it looked like."""
    first = len(arrays["stages.0.0.weight"])
    second = len(arrays["stages.1.0.weight"]) if "stages.1.0.weight" in arrays else 0
    model = SmallCNN(first, second, norm="stages.0.1.weight" in arrays)
    model.load_state_dict({name: torch.from_numpy(np.array(one)) for name, one in arrays.items()})
    return model.eval()


def as_batch(images: Pixels) -> Tensor:
    """Turn images of shape (m, 8, 8) into a batch, (m, 1, 8, 8)."""
    return torch.from_numpy(np.ascontiguousarray(images, dtype=np.float32))[:, None]


def probabilities(arrays: Arrays, images: Pixels) -> Floats:
    """Return the class probabilities of images of shape (m, 8, 8), shape (m, 10)."""
    with torch.inference_mode():
        logits = restored(arrays)(as_batch(images)).double()
        found: Floats = torch.softmax(logits, dim=1).numpy()
        return found


def maps(arrays: Arrays, image: Pixels) -> list[Pixels]:
    """Return what every stage and the pooling make of one image, shape (8, 8): arrays of shape (C, side, side)."""
    with torch.inference_mode():
        return [one[0].numpy() for one in restored(arrays).maps(as_batch(image[None]))]


# --- training --------------------------------------------------------------------------------------------------


@dataclass
class Recipe:
    """How to train; all of it may change between two steps.

    Attributes:
        rate: the highest learning rate of the one cycle.
        shift: the farthest that a training image is moved in each direction, in pixels, fractions too.
        warp: standard deviation of its turn (radians), its stretch in each direction (of the logarithm) and its slant.
        smoothing: the share of each target that is spread evenly over all classes.
    """

    rate: float = 0.01
    shift: float = 0.5
    warp: float = 0.05
    smoothing: float = 0.1


class Trainer:
    """One model, its optimiser and its batches: `step` after `step`.

    Args:
        model: the network, in training from now on.
        digits: what it learns from.
        steps: how many there will be, for the one cycle.
        batch: images in a step; an epoch's last batch may be smaller.
        rng: draws the order of the images and their distortions.
    """

    def __init__(self, model: SmallCNN, digits: Digits, steps: int, batch: int, rng: np.random.Generator) -> None:
        self.model = model.train().to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # a sixth faster
        self.images, self.labels = as_batch(digits.images), torch.from_numpy(digits.labels)
        self.steps, self.batch, self.rng = steps, batch, rng
        self.optimiser = torch.optim.AdamW(model.parameters(), weight_decay=WEIGHT_DECAY, fused=True)
        self.left: list[Tensor] = []

    def step(self, done: int, recipe: Recipe) -> float:
        """Learn from the next batch, where `done` steps are behind; return its loss before, without smoothing."""
        if not self.left:
            order = torch.from_numpy(self.rng.permutation(len(self.images)))
            self.left = list(torch.split(order, self.batch))[::-1]
        chosen = self.left.pop()
        images, labels = distorted(self.images[chosen], recipe.shift, recipe.warp, self.rng), self.labels[chosen]
        self.optimiser.param_groups[0]["lr"] = one_cycle(done, self.steps, recipe.rate)
        logits = self.model(images)
        self.optimiser.zero_grad()
        cross_entropy(logits, labels, label_smoothing=recipe.smoothing).backward()  # type: ignore[no-untyped-call]
        self.optimiser.step()
        return float(cross_entropy(logits.detach(), labels))


def one_cycle(done: int, steps: int, peak: float) -> float:
    """Return the learning rate of a step: up from peak/25 for three tenths of the steps, then down to almost 0."""
    top = max(0.3 * steps - 1, 1e-9)
    low, high, share = (peak / 25, peak, done / top) if done <= top else (peak / 250_000, peak, 0.0)
    if done > top:
        share = 1 - (done - top) / max(steps - 1 - top, 1e-9)
    return low + (high - low) * (1 - math.cos(math.pi * share)) / 2


def distorted(images: Tensor, shift: float, warp: float, rng: np.random.Generator) -> Tensor:
    """Return the images, shape (B, 1, 8, 8), each moved, turned, stretched and slanted a little of its own.

    Args:
        images: shape (B, 1, 8, 8).
        shift, warp: see Recipe; where both are 0, the images come back as they are.
    """
    if not (shift or warp):
        return images
    count = len(images)
    turn, wide, tall, slant = warp * rng.normal(size=(4, count))
    places = np.empty((count, 2, 3), dtype=np.float32)  # from places in the new image to places in the old one
    places[:, 0, 0], places[:, 0, 1] = np.cos(turn) * np.exp(wide), slant - np.sin(turn)
    places[:, 1, 0], places[:, 1, 1] = np.sin(turn), np.cos(turn) * np.exp(tall)
    places[:, :, 2] = rng.uniform(-shift, shift, size=(count, 2)) * 2 / SIDE  # torch's images reach from -1 to 1
    grid = affine_grid(torch.from_numpy(places), list(images.shape), align_corners=False)
    return grid_sample(images, grid, align_corners=False)
