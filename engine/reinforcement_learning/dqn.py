"""Deep Q-learning on CartPole, in numpy: network, optimiser, replay memory, target network, learner.

At this size a call of torch costs more than its arithmetic; the same steps written in numpy are several times
faster, and torch's gradients are the tests' oracle. B is a batch's size, n the number of carts; states of a batch have
shape (B, 4), and Q has one column for each of the 2 actions.

Sources: Mnih et al., Human-level control through deep reinforcement learning, 2015; van Hasselt, Guez and Silver, Deep
reinforcement learning with double Q-learning, 2016; Kingma and Ba, Adam, 2015; the primer, chapters 27 and 28.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data import Floats
from engine.reinforcement_learning import cart_pole
from engine.reinforcement_learning.cart_pole import Actions, CartPoles

Singles = NDArray[np.float32]
STATE, ACTIONS = 4, 2
INPUTS = np.array([0.5, 0.5, 5.0, 0.5], dtype=np.float32)  # by these the coordinates of a state become about ±1
REWARD = 0.1  # of a step, as a network with scaled inputs sees it: values of 10 are learned sooner than values of 100
EDGES = (
    (-0.8, 0.8),
    (-0.5, 0.5),
    (-6 * np.pi / 180, -np.pi / 180, 0.0, np.pi / 180, 6 * np.pi / 180),
    (-50 * np.pi / 180, 50 * np.pi / 180),
)
BOXES = int(np.prod([len(one) + 1 for one in EDGES]))  # 3 · 3 · 6 · 3 = 162


# --- network and optimiser ---------------------------------------------------------------------------------------


class QNetwork:
    """A network of ReLU layers that returns a value for each action. Its parameters lie in one flat array.

    Args:
        sizes: inputs, hidden layers, actions.
        rng: draws the weights uniformly within ±1/√(inputs of the layer), as torch's Linear does; biases begin at 0.
    """

    def __init__(self, sizes: tuple[int, ...], rng: np.random.Generator) -> None:
        self.sizes = sizes
        self.flat = np.zeros(sum((a + 1) * b for a, b in pairwise(sizes)), dtype=np.float32)
        self.slope = np.zeros_like(self.flat)
        self.layers, self.slopes = self._views(self.flat), self._views(self.slope)
        for weights, _ in self.layers:
            bound = weights.shape[0] ** -0.5
            weights[:] = rng.uniform(-bound, bound, weights.shape)

    def _views(self, flat: Singles) -> list[tuple[Singles, Singles]]:
        """Return each layer's weights (a, b) and biases (b,) as views of a flat array."""
        views, at = [], 0
        for a, b in pairwise(self.sizes):
            views.append((flat[at : at + a * b].reshape(a, b), flat[at + a * b : at + (a + 1) * b]))
            at += (a + 1) * b
        return views

    def values(self, X: Singles) -> Singles:
        """Return Q of every action, (B, inputs) -> (B, actions)."""
        return self._forward(X)[-1]

    def _forward(self, X: Singles) -> list[Singles]:
        """Return the inputs of every layer, and behind them the output."""
        kept = [X]
        for number, (weights, biases) in enumerate(self.layers, start=1):
            X = X @ weights  # (B, a) @ (a, b) -> (B, b)
            X += biases
            if number < len(self.layers):
                np.maximum(X, 0, out=X)
            kept.append(X)
        return kept

    def gradient(self, X: Singles, actions: Actions, targets: Singles) -> tuple[Singles, Singles]:
        """Fill `slope` with the gradient of the mean squared TD error over a batch; the targets are held fixed.

        Args:
            X: (B, inputs); actions: (B,), those that were taken; targets: (B,).

        Returns:
            Q of the actions that were taken, (B,); TD errors, target minus Q, (B,).
        """
        *kept, out = self._forward(X)
        rows = np.arange(len(X))
        taken = out[rows, actions]  # (B,)
        errors = targets - taken
        D = np.zeros_like(out)  # (B, actions): only the taken action's output has a slope
        D[rows, actions] = errors * np.float32(-2 / len(X))
        for k in range(len(self.layers) - 1, -1, -1):
            weights, biases = self.slopes[k]
            np.matmul(kept[k].T, D, out=weights)  # (a, B) @ (B, b) -> (a, b)
            D.sum(axis=0, out=biases)
            if k:
                D = D @ self.layers[k][0].T  # (B, b) @ (b, a) -> (B, a)
                D *= kept[k] > 0
        return taken, errors

    def arrays(self) -> dict[str, Singles]:
        """Return copies of the parameters by name."""
        return {name: one.copy() for name, one in self._named()}

    def take(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Take over parameters that `arrays` returned.

        Raises:
            ValueError: if one is missing or has another shape.
        """
        for name, own in self._named():
            given = arrays.get(name)
            if given is None or given.shape != own.shape:
                raise ValueError(
                    f"{name} must have the shape {own.shape}, got {given if given is None else given.shape}"
                )
            own[:] = given

    def _named(self) -> Iterator[tuple[str, Singles]]:
        for number, (weights, biases) in enumerate(self.layers):
            yield f"weights{number}", weights
            yield f"biases{number}", biases


class Adam:
    """Adam on a flat array of parameters: steps along the mean gradient, over the root of its mean square."""

    def __init__(self, size: int) -> None:
        self.mean, self.square = np.zeros(size, dtype=np.float32), np.zeros(size, dtype=np.float32)
        self.count = 0

    def step(self, flat: Singles, slope: Singles, rate: float) -> None:
        """Move the parameters `flat`, in place, against their gradient `slope`."""
        self.count += 1
        self.mean += 0.1 * (slope - self.mean)
        self.square += 0.001 * (slope * slope - self.square)
        root = np.sqrt(self.square / (1 - 0.999**self.count))
        root += 1e-8
        flat -= rate / (1 - 0.9**self.count) * self.mean / root


# --- memory ------------------------------------------------------------------------------------------------------


class Memory:
    """The newest `size` transitions, in a ring. A row holds state (4), next state (4), action, and whether it fell."""

    def __init__(self, size: int) -> None:
        self.rows = np.zeros((size, 2 * STATE + 2), dtype=np.float32)
        self.seen = 0

    def __len__(self) -> int:
        return min(self.seen, len(self.rows))

    def add(self, rows: Singles) -> None:
        """Keep n transitions, (n, 10), in the place of the oldest ones."""
        self.rows[(self.seen + np.arange(len(rows))) % len(self.rows)] = rows
        self.seen += len(rows)

    def draw(self, count: int, rng: np.random.Generator) -> Singles:
        """Return transitions drawn at random with replacement, (count, 10)."""
        return self.rows[rng.integers(len(self), size=count)]


# --- learner -----------------------------------------------------------------------------------------------------


def scaled(states: Singles) -> Singles:
    """Return the states, (B, 4), at a size that suits a network."""
    return states * INPUTS


def boxes(states: Singles) -> Singles:
    """Return for each state, (B, 4), a one in the column of its box and zeros elsewhere, (B, 162).

    A linear layer on them is a table: a row of values for each box (Michie and Chambers, BOXES, 1968).
    """
    number = np.zeros(len(states), dtype=np.intp)
    for edges, column in zip(EDGES, states.T, strict=True):
        number = number * (len(edges) + 1) + np.searchsorted(edges, column)
    return np.eye(BOXES, dtype=np.float32)[number]


@dataclass(frozen=True)
class Rules:
    """How a learner learns.

    Attributes:
        hidden: units of each hidden layer; None learns a table of 162 boxes.
        gamma: the discount.
        batch: transitions in a gradient step.
        memory: transitions that the replay memory holds; 0 learns once from the newest transitions and forgets them.
        tau: after a gradient step the target moves by this share of its distance to the network; 0 is never.
        every: gradient steps after which the target becomes a copy of the network; 0 is never. With tau = every = 0
            there is no target network, and the network supplies its own targets.
        mask: count nothing behind a fall.
        double: the network chooses the next action, and the target network rates it.
        scaled: scale observations and rewards.
        carts: how many gather transitions side by side.
        per: transitions for each gradient step.
        warm: transitions gathered before the first gradient step.
    """

    hidden: tuple[int, ...] | None = (64, 64)
    gamma: float = 0.99
    batch: int = 64
    memory: int = 10_000
    tau: float = 0.05
    every: int = 0
    mask: bool = True
    double: bool = False
    scaled: bool = True
    carts: int = 8
    per: int = 2
    warm: int = 500


@dataclass
class Learner:
    """A Q-network that learns from carts it drives.

    Attributes:
        transitions, gradient_steps: how many there were.
        returns: of the episodes that ended since the caller emptied the list.
        states, actions, targets, taken, errors, fell: of the newest batch; the last three and `targets` are (B,), in
            the network's own scale of rewards (see `reward`).
    """

    rules: Rules
    rng: np.random.Generator
    transitions: int = 0
    gradient_steps: int = 0
    returns: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        rules = self.rules
        self.features: Callable[[Singles], Singles] = scaled if rules.scaled else lambda states: states
        sizes = (STATE, *(rules.hidden or ()), ACTIONS)
        if rules.hidden is None:
            self.features, sizes = boxes, (BOXES, ACTIONS)
        self.reward = REWARD if rules.scaled else 1.0
        self.network = QNetwork(sizes, self.rng)
        self.target = QNetwork(sizes, self.rng) if rules.tau or rules.every else self.network
        self.target.flat[:] = self.network.flat
        self.adam = Adam(len(self.network.flat))
        self.memory = Memory(max(rules.memory, rules.carts))
        self.carts = CartPoles(rules.carts, self.rng)
        self.due = 0.0  # gradient steps
        self.targets, self.taken, self.errors, self.fell = (np.zeros(0, dtype=np.float32) for _ in range(4))

    def take(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Begin with the parameters that `arrays` hold, the target network, too; as QNetwork.take."""
        self.network.take(arrays)
        self.target.flat[:] = self.network.flat

    def in_steps(self, values: Singles) -> Floats:
        """Return values, targets or errors in steps: each step earns 1, whatever the network is given for it."""
        return values.astype(float) / self.reward

    def q(self, states: Singles) -> Floats:
        """Return the values of states, (B, 4), in steps, (B, 2)."""
        return self.in_steps(self.network.values(self.features(states)))

    def greedy(self, states: Singles) -> Actions:
        """Return the action of the largest value for each state, (B, 4) -> (B,)."""
        best: Actions = self.network.values(self.features(states)).argmax(axis=1)
        return best

    def tick(self, epsilon: float, rate: float) -> None:
        """Push every cart once, at random with probability epsilon, then take the gradient steps that are due."""
        before = self.carts.states.T.astype(np.float32)  # (n, 4)
        n, ages = len(before), self.carts.ages + 1
        explores = self.rng.random(n) < epsilon
        actions = np.where(explores, self.rng.integers(ACTIONS, size=n), self.greedy(before))
        reached, fell, cut = self.carts.step(actions)
        self.returns += ages[fell | cut].tolist()
        rows = np.empty((n, 2 * STATE + 2), dtype=np.float32)
        rows[:, :4], rows[:, 4:8], rows[:, 8], rows[:, 9] = before, reached.T, actions, fell
        self.memory.add(rows)
        self.transitions += n
        if not self.rules.memory:
            self.learn(rows, rate)
        elif self.transitions >= self.rules.warm:
            self.due += n / self.rules.per
            for _ in range(int(self.due)):
                self.learn(self.memory.draw(self.rules.batch, self.rng), rate)
            self.due %= 1

    def learn(self, rows: Singles, rate: float) -> None:
        """Take one gradient step on transitions, (B, 10): r + γ·max Q(s′, ·) is what Q(s, a) should have been."""
        rules = self.rules
        after = self.features(rows[:, 4:8])
        future = self.target.values(after)  # (B, 2)
        if rules.double:
            best = future[np.arange(len(rows)), self.network.values(after).argmax(axis=1)]
        else:
            best = np.maximum(future[:, 0], future[:, 1])  # (B,)
        self.fell = rows[:, 9]
        self.targets = self.reward + rules.gamma * (best * (1 - self.fell) if rules.mask else best)
        actions = rows[:, 8].astype(np.intp)
        self.taken, self.errors = self.network.gradient(self.features(rows[:, :4]), actions, self.targets)
        self.adam.step(self.network.flat, self.network.slope, rate)
        self.gradient_steps += 1
        if rules.tau:
            self.target.flat += rules.tau * (self.network.flat - self.target.flat)
        elif rules.every and self.gradient_steps % rules.every == 0:
            self.target.flat[:] = self.network.flat

    def examine(self, episodes: int, rng: np.random.Generator) -> float:
        """Return the mean return of fresh episodes without exploration."""
        return float(cart_pole.play(lambda states: self.greedy(states.T.astype(np.float32)), episodes, rng).mean())
