"""A deep stack of dense layers on the digits, plain or with skip connections, and its gradients layer by layer.

B counts the images of a batch, L the layers of the stack, and every layer is 64 wide.

Sources: He et al., Deep residual learning for image recognition, 2015; the primer, section 16.5.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from engine.computer_vision.digits import CLASSES, SIDE, Digits
from engine.data import Floats
from engine.torch_one_thread import torch

WIDTH = SIDE * SIDE
STARTS = ("torch's default", "He")


class DeepStack(nn.Module):
    """L layers of 64 units between the pixels and ten logits; with skips each layer adds to what came in."""

    def __init__(self, depth: int, skips: bool) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(WIDTH, WIDTH) for _ in range(depth))
        self.last = nn.Linear(WIDTH, CLASSES)
        self.skips = skips

    def forward(self, h: Tensor) -> Tensor:
        for layer in self.layers:
            change = torch.relu(layer(h))  # (B, 64)
            h = h + change if self.skips else change
        return self.last(h)  # type: ignore[no-any-return]  # (B, 64) -> (B, 10)

    def weights(self) -> list[Tensor]:
        return [one for name, one in self.layers.named_parameters() if name.endswith("weight")]

    def start(self, how: str, rng: np.random.Generator) -> DeepStack:
        """Draw the weights as torch does (uniform within 1/√64) or by He (normal, variance 2/64, biases 0)."""
        with torch.no_grad():
            for one in self.parameters():
                shape, reach = tuple(one.shape), 1 / math.sqrt(WIDTH)
                if how == "He":
                    drawn = math.sqrt(2) * reach * rng.normal(size=shape) * (one.ndim > 1)
                else:
                    drawn = rng.uniform(-reach, reach, shape)
                one.copy_(torch.from_numpy(drawn))
        return self


@dataclass(frozen=True, eq=False)
class Epoch:
    """A stack after some epochs of training.

    Attributes:
        loss: cross-entropy over all training images.
        gradients: shape (L,), the norm of the loss's gradient with respect to each layer's weights.
        accuracy: on the test images.
    """

    loss: float
    gradients: Floats
    accuracy: float


def train(
    model: DeepStack, digits: Digits, test: Digits, epochs: int, rate: float, rng: np.random.Generator, batch: int = 64
) -> Iterator[Epoch]:
    """Train with Adam; yield the state before the first and after every epoch."""
    images, labels = flat(digits), torch.from_numpy(digits.labels)
    optimiser = torch.optim.Adam(model.parameters(), rate, fused=True)
    yield measured(model, digits, test)
    for _ in range(epochs):
        order = torch.from_numpy(rng.permutation(len(images)))
        for chosen in torch.split(order, batch):
            optimiser.zero_grad()
            cross_entropy(model(images[chosen]), labels[chosen]).backward()  # type: ignore[no-untyped-call]
            optimiser.step()
        yield measured(model, digits, test)


def measured(model: DeepStack, digits: Digits, test: Digits) -> Epoch:
    model.zero_grad()
    loss = cross_entropy(model(flat(digits)), torch.from_numpy(digits.labels))
    loss.backward()  # type: ignore[no-untyped-call]
    norms = [0.0 if one.grad is None else float(one.grad.norm()) for one in model.weights()]
    with torch.no_grad():
        guess = model(flat(test)).argmax(dim=1).numpy()
    return Epoch(float(loss.detach()), np.array(norms), float((guess == test.labels).mean()))


def flat(digits: Digits) -> Tensor:
    """Return the images as rows of 64 pixels."""
    return torch.from_numpy(digits.images).flatten(1)  # (m, 8, 8) -> (m, 64)
