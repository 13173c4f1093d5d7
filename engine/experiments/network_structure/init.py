"""The experiment init: twenty layers deep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from engine.data import Floats
from engine.deep_learning import network, signals
from engine.experiment import Experiment, Sabotage, Verdict
from engine.settings import Choice, Flag, Number, Settings, Whole

SCALES = {"He: √(2/n)": 2**0.5, "Xavier: √(1/n)": 1.0, "half of He": 0.5 * 2**0.5, "twice He": 2 * 2**0.5}
BY_HAND = "your own factor"
COMPARED = ("half of He", "He: √(2/n)", "twice He")
SIGNALS = 200


@dataclass(frozen=True)
class InitSettings(Settings):
    """Random signals through many layers with fresh weights."""

    activation: Annotated[str, Choice(("ReLU", "tanh", "sigmoid", "leaky ReLU", "linear"), says="Activation")] = "ReLU"
    scale: Annotated[str, Choice((*SCALES, BY_HAND), says="Standard deviation of the weights")] = "He: √(2/n)"
    factor: Annotated[
        float, Number(0.1, 5, step=0.05, says="Standard deviation, times √n", when=(("scale", (BY_HAND,)),))
    ] = 1.2
    depth: Annotated[int, Whole(2, 50, says="Layers")] = 20
    width: Annotated[int, Whole(16, 256, step=16, says="Units in each layer, n")] = 256
    normalise: Annotated[bool, Flag(says="Normalise layers")] = False
    seed: Annotated[int, Whole(0, 9_999, says="Seed")] = 1


@dataclass(frozen=True)
class InitOutcome:
    """How large the signal is after every layer.

    Attributes:
        sizes: by name, for "chosen" and for COMPARED, the RMS of the values over that of the inputs, (depth + 1,).
        quiet, loud: shape (depth,), at the chosen scale the share of values that are 0, and of those beyond ±0.99.
        looked_at: the layers, from 1 on, whose values are kept.
        values: of each of these layers about 2,000 values at the chosen scale.
    """

    sizes: Mapping[str, Floats]
    quiet: Floats
    loud: Floats
    looked_at: tuple[int, ...]
    values: tuple[Floats, ...]


def run_init(settings: InitSettings) -> InitOutcome:
    """Send 200 random signals through the layers at the chosen scale and at three to compare it with."""
    X = np.random.default_rng((settings.seed, 0)).normal(size=(settings.width, SIGNALS))
    spreads = {name: SCALES[name] for name in COMPARED}
    spreads["chosen"] = settings.factor if settings.scale == BY_HAND else SCALES[settings.scale]
    sizes = {}
    for name, spread in spreads.items():  # the chosen one last: its values are kept
        rng = np.random.default_rng((settings.seed, 1))
        run = signals.through_random_layers(X, settings.depth, spread, settings.activation, rng, settings.normalise)
        layers = list(run)
        sizes[name] = np.array([signals.rms(one) for one in (X, *layers)]) / signals.rms(X)
    looked_at = tuple(sorted({1, -(-settings.depth // 3), -(-2 * settings.depth // 3), settings.depth}))
    few = slice(None, None, max(1, X.size // 2_000))
    quiet, loud = np.transpose([(np.mean(one == 0), np.mean(np.abs(one) > 0.99)) for one in layers])
    return InitOutcome(sizes, quiet, loud, looked_at, tuple(layers[number - 1].ravel()[few] for number in looked_at))


def claim_init(seed: int, normalise: bool = False) -> Verdict:
    """Send 200 signals through twenty ReLU layers of 256 units, with He's weights, half and twice as large ones."""
    settings = InitSettings(seed=seed % 10_000, normalise=normalise)
    sizes = run_init(settings).sizes
    half, he, twice = (float(sizes[name][-1]) for name in COMPARED)
    return Verdict(
        0.2 <= he <= 5 and half < 1e-4 and twice > 1e4,
        {"output over input, He": he, "half of He": half, "twice He": twice},
        f"After twenty layers He's weights leave the signal at {he:.2f} times its size, half of them at {half:.0e}, "
        f"twice at {twice:.0e}.",
    )


EXPERIMENT = Experiment(
    "init",
    InitSettings,
    run_init,
    claim_init,
    Sabotage("every layer's output normalised", lambda seed: claim_init(seed, normalise=True)),
    shows=(signals.through_random_layers, network.Network.draw),
)
