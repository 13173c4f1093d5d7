"""The experiment share: dense or convolutional."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from engine.data import Floats
from engine.experiment import Experiment, Sabotage, Verdict
from engine.settings import Settings, Whole

KINDS = ("dense", "local", "convolution")


@dataclass(frozen=True)
class ShareSettings(Settings):
    """An image and the maps that a layer makes of it, as large as the image."""

    side: Annotated[int, Whole(4, 256, says="Image side, n")] = 32
    channels: Annotated[int, Whole(1, 16, says="Channels, C")] = 3
    filters: Annotated[int, Whole(1, 64, says="Filters, K")] = 8
    k: Annotated[int, Whole(1, 11, step=2, says="Kernel side, k")] = 3


@dataclass(frozen=True)
class ShareOutcome:
    """Parameters of three layers with the same input and output.

    Attributes:
        counts: parameters of each of KINDS; multiplications: what one image costs.
        sides: shape (c,), image sides from 4 to 256; curves: shape (3, c), parameters of each kind at these sides.
    """

    counts: tuple[int, int, int]
    multiplications: tuple[int, int, int]
    sides: NDArray[np.int64]
    curves: Floats


def parameters(side: int, channels: int, filters: int, k: int) -> tuple[int, int, int]:
    """Count the weights and biases of a dense, a local and a convolutional layer with maps as large as the image."""
    inputs, places = side**2 * channels, side**2
    one = k**2 * channels + 1  # a kernel with its bias
    return (inputs + 1) * places * filters, places * filters * one, filters * one


def run_share(settings: ShareSettings) -> ShareOutcome:
    """Count the parameters at this side and at all others."""
    layer = (settings.channels, settings.filters, settings.k)
    outputs, inputs = settings.side**2 * settings.filters, settings.side**2 * settings.channels
    window = settings.k**2 * settings.channels
    sides = np.unique(np.geomspace(4, 256, 25).astype(int))
    curves = np.array([parameters(int(side), *layer) for side in sides], dtype=float).T
    return ShareOutcome(
        parameters(settings.side, *layer), (outputs * inputs, outputs * window, outputs * window), sides, curves
    )


def claim_share(seed: int, shared: bool = True) -> Verdict:
    """Count both layers' parameters in torch for an image of 3 channels, 8 maps and a random side from 16 to 64."""
    from engine.torch_one_thread import torch

    side = int(np.random.default_rng(seed).integers(16, 65))
    with torch.device("meta"):  # shapes without memory: the dense layer would take gigabytes
        layers = torch.nn.Linear(side * side * 3, side * side * 8), torch.nn.Conv2d(3, 8, 3, padding=1)
    dense, kernel = (sum(one.numel() for one in layer.parameters()) for layer in layers)
    ours = parameters(side, 3, 8, 3)
    small = kernel if shared else ours[1]
    ratio = dense / small
    return Verdict(
        ratio >= 1_000 and small == 224 and (dense, kernel) == (ours[0], ours[2]),
        {"image side": side, "dense parameters": dense, "parameters of the kernels": small, "ratio": ratio},
        f"At {side} × {side} the dense layer has {dense:,} parameters, the kernels {small:,}: {ratio:,.0f} times "
        "as many.",
    )


EXPERIMENT = Experiment(
    "share",
    ShareSettings,
    run_share,
    claim_share,
    Sabotage("a kernel of its own for every place", lambda seed: claim_share(seed, shared=False)),
    shows=(parameters,),
)
