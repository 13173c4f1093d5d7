"""CartPole in the browser: the newest agent in view while it learns, or a game against it.

The dynamics and the network are computed in JavaScript (cart_pole_model.js), number for number as the engine does, at
50 steps a second whatever Python is doing. Nothing comes back: a game's scores stay in the browser.

    cart_pole("watch", Agent(layers, inputs), key="agent", epsilon=0.1, running=True, step=120)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from pages.widgets.canvas.component import component
from pages.widgets.canvas.packing import packed


@dataclass(frozen=True, eq=False)
class Driver:
    """A Q-network that drives a cart.

    Attributes:
        layers: weights (a, b) and biases (b,) of each layer; ReLU between them; 2 outputs.
        inputs: (4,), factors of the coordinates of a state.
        edges: of the boxes along each coordinate, where the network is a table of boxes; else None.
        reward: what a step was worth to the network: its values are divided by it before they are shown.
        epsilon: the chance of a random push.
    """

    layers: Sequence[tuple[ArrayLike, ArrayLike]]
    inputs: Sequence[float] = (1.0, 1.0, 1.0, 1.0)
    edges: Sequence[Sequence[float]] | None = None
    reward: float = 1.0
    epsilon: float = 0.0

    def packed(self, mode: str, running: bool, step: int) -> bytes:
        """Return the bytes that the browser reads: the length of a JSON header, the header, the layers' numbers.

        Raises:
            ValueError: if the layers do not fit on each other, on a state or table, or on two actions.
        """
        shapes = [np.shape(weights) for weights, _ in self.layers]
        sizes = [shapes[0][0], *(shape[1] for shape in shapes)]
        inputs = 4 if self.edges is None else int(np.prod([len(one) + 1 for one in self.edges]))
        fits = all(shape == pair for shape, pair in zip(shapes, pairwise(sizes), strict=True))
        biased = all(np.shape(biases) == shape[1:] for (_, biases), shape in zip(self.layers, shapes, strict=True))
        if not fits or not biased or sizes[0] != inputs or sizes[-1] != 2:
            raise ValueError(f"Layers of {shapes} are no network from {inputs} inputs to 2 actions.")
        header = {
            "mode": mode,
            "running": running,
            "step": step,
            "sizes": sizes,
            "reward": float(self.reward),
            "inputs": [float(one) for one in self.inputs],
            "epsilon": float(self.epsilon),
            "edges": None if self.edges is None else [[float(end) for end in ends] for ends in self.edges],
        }
        return packed(header, [np.asarray(part, dtype="<f4").tobytes() for layer in self.layers for part in layer])


_mount = component(
    "grimoire_cart_pole",
    scripts=("plot/plot.js", "cart_pole/cart_pole_model.js", "cart_pole/cart_pole.js"),
    styles=("plot/plot.css", "cart_pole/cart_pole.css"),
    html="cart_pole/cart_pole.html",
)


def cart_pole(
    mode: Literal["watch", "play"], driver: Driver, key: str, *, running: bool = False, step: int = 0
) -> None:
    """Draw an agent's cart, or a game against it.

    Args:
        mode: "watch" shows the agent as it drives, episode after episode, while `running`; "play" is the game.
        driver: who drives the agent's cart; a new one takes the wheel where the old one left it.
        key: the component's key in the session.
        running: whether the agent is being trained at this moment.
        step: how far it was trained; at 0 a watched cart begins anew.
    """
    _mount(key=key, data=driver.packed(mode, running, step))
