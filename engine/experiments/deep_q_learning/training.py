"""A DQN's training as it is watched: snapshots, measures, exams; its learning curve, and what the network expects.

Values are told in steps here: each step earns 1, whatever the network is given for it.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data import Floats
from engine.ends import Diverged, Done, End
from engine.reinforcement_learning import cart_pole
from engine.reinforcement_learning.dqn import EDGES, INPUTS, REWARD, Learner, Rules

TICKS = 4  # pushes of every cart between two snapshots
EXAM, PUPILS, CONFIRM, PASS = 16, 16, 100, 490.0  # every 16 snapshots 16 episodes, then 100: above 475 beyond luck
CURVE, CURVE_EVERY = 16_000, 1_000  # transitions of a seed's curve, and between two of its points
Changes = Mapping[str, Any] | None


@dataclass(frozen=True)
class Course:
    """What may change while a learner learns, and when it ends.

    Attributes:
        rate: of the optimiser.
        epsilon_start, epsilon_end, epsilon_steps: the chance of a random push falls from the first to the second over
            so many transitions.
        stop: end when an exam was passed.
        most: end after so many transitions.
        seed: draws the exams.
    """

    rate: float
    epsilon_start: float
    epsilon_end: float
    epsilon_steps: int
    stop: bool
    most: int
    seed: int

    def epsilon(self, transitions: int) -> float:
        """Return the chance of a random push after so many transitions: from start to end in a straight line."""
        share = min(1.0, transitions / self.epsilon_steps) if self.epsilon_steps else 1.0
        return self.epsilon_start + share * (self.epsilon_end - self.epsilon_start)


@dataclass(frozen=True, eq=False)
class DqnSnapshot:
    """A learner at one moment. Values are in steps: each step earns 1.

    Attributes:
        step: counts snapshots; each is four pushes of eight carts and the gradient steps that they pay for.
        measures: what was measured at this step.
        weights: the network's parameters, and how many transitions it has seen.
        transitions, gradient_steps, held: how many there were, and how many the replay memory holds.
        epsilon: the chance of a random push now.
        targets, taken, fell: (B,), the newest batch: what Q should have been, what it was, and whether the step was
            the last before a fall; empty before the first gradient step.
        solved: transitions after which an exam was passed, or 0.
        greedy: mean return of the newest exam, or NaN before the first.
    """

    step: int
    measures: Mapping[str, float]
    weights: dict[str, NDArray[Any]]
    transitions: int
    gradient_steps: int
    held: int
    epsilon: float
    targets: Floats
    taken: Floats
    fell: NDArray[np.bool_]
    solved: int
    greedy: float


Training = Generator[DqnSnapshot, Changes, End]


def train(learner: Learner, course: Course, step: int = 0) -> Training:
    """Yield a snapshot after every few pushes, and sit an exam now and then.

    Args:
        learner: it learns on from where it is.
        course: what may change in flight is sent in: {field of Course: value}.
        step: number of the first snapshot.

    Returns:
        Done, or Diverged when the loss stopped being finite.
    """
    exams = np.random.default_rng((course.seed, step, 1))
    solved, greedy, last = 0, float("nan"), float("nan")
    measures: dict[str, float] = {}
    while True:
        changes = yield DqnSnapshot(
            step,
            measures,
            weights_of(learner),
            learner.transitions,
            learner.gradient_steps,
            len(learner.memory),
            course.epsilon(learner.transitions),
            learner.in_steps(learner.targets),
            learner.in_steps(learner.taken),
            learner.fell > 0,
            solved,
            greedy,
        )
        if changes:
            course = replace(course, **changes)
        if (solved and course.stop) or learner.transitions >= course.most:
            return Done()
        step += 1
        with np.errstate(over="ignore", invalid="ignore"):  # what is no longer finite ends the run in words
            for _ in range(TICKS):
                learner.tick(course.epsilon(learner.transitions), course.rate)
            measures = measured(learner, course.epsilon(learner.transitions))
        if not np.isfinite(measures.get("loss", 0.0)):
            return Diverged(step, "loss", last)
        last = measures.get("loss", last)
        if step % EXAM == 0:
            greedy = measures["greedy return"] = learner.examine(PUPILS, exams)
            if not solved and greedy >= cart_pole.SOLVED and learner.examine(CONFIRM, exams) >= PASS:
                solved = learner.transitions


def weights_of(learner: Learner) -> dict[str, NDArray[Any]]:
    """Return copies of all that is kept of a learner: its network's parameters and how many transitions it has seen."""
    return {**learner.network.arrays(), "transitions": np.array([learner.transitions])}


def measured(learner: Learner, epsilon: float) -> dict[str, float]:
    """Return what the newest batch and the episodes that have just ended say, in steps."""
    found = {"epsilon": epsilon}
    if learner.returns:
        found["return"] = float(np.mean(learner.returns))
        learner.returns.clear()
    if len(learner.errors):
        errors, taken = learner.in_steps(learner.errors), learner.in_steps(learner.taken)
        found |= {"TD error": float(np.abs(errors).mean()), "loss": float((errors**2).mean()), "Q": float(taken.mean())}
        if (fell := learner.fell > 0).any():
            found["Q of last steps"] = float(taken[fell].mean())
    return found


def learning_curve(rules: Rules, course: Course, seed: int) -> tuple[Floats, Floats]:
    """Train one seed for 16,000 transitions, solved or not.

    Returns:
        Transitions, (16,), and the mean return of 16 fresh episodes without exploration after each, (16,).
    """
    learner = Learner(rules, np.random.default_rng(seed))
    exams = np.random.default_rng((seed, 1))
    at, returns = np.arange(CURVE_EVERY, CURVE + 1, CURVE_EVERY), []
    with np.errstate(over="ignore", invalid="ignore"):
        for until in at:
            while learner.transitions < until:
                learner.tick(course.epsilon(learner.transitions), course.rate)
            returns.append(learner.examine(PUPILS, exams))
    return at.astype(float), np.array(returns)


def value_map(
    rules: Rules, weights: Mapping[str, NDArray[Any]], position: float, velocity: float
) -> tuple[Floats, Floats, Floats]:
    """Return Q in steps over angles and angular velocities of the pole, at one position and velocity of the cart.

    Returns:
        Angles in degrees, (41,); angular velocities in degrees a second, (41,); Q, (41 velocities, 41 angles, 2).
    """
    learner = Learner(replace(rules, memory=0), np.random.default_rng(0))
    learner.take(weights)
    angles, spins = np.linspace(-12, 12, 41), np.linspace(-150, 150, 41)
    turn, lean = np.meshgrid(np.radians(spins), np.radians(angles), indexing="ij")  # (41, 41) each
    states = np.stack([np.full(lean.size, position), np.full(lean.size, velocity), lean.ravel(), turn.ravel()], axis=1)
    return angles, spins, learner.q(states.astype(np.float32)).reshape(41, 41, 2)


@dataclass(frozen=True, eq=False)
class Agent:
    """What is needed to act greedily elsewhere, in a browser say.

    Attributes:
        layers: weights (a, b) and biases (b,) of each; ReLU between them.
        inputs: (4,), factors of the state's coordinates.
        edges: of the boxes along each coordinate, for a table; else None.
        reward: what a step is worth to the network, whose values are divided by it to be values in steps.
    """

    layers: tuple[tuple[NDArray[Any], NDArray[Any]], ...]
    inputs: tuple[float, ...]
    edges: tuple[tuple[float, ...], ...] | None
    reward: float


def agent_of(rules: Rules, weights: Mapping[str, NDArray[Any]]) -> Agent:
    """Return the agent that a snapshot's weights make."""
    layers = tuple((weights[f"weights{k}"], weights[f"biases{k}"]) for k in range((len(weights) - 1) // 2))
    table = rules.hidden is None
    inputs = tuple(INPUTS.tolist()) if rules.scaled and not table else (1.0,) * 4
    return Agent(layers, inputs, EDGES if table else None, REWARD if rules.scaled else 1.0)
