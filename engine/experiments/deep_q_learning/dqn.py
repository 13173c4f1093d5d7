"""The experiment dqn: a small task learned in view."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import DataRefused
from engine.experiment import Experiment, Sabotage, Verdict
from engine.experiments.deep_q_learning.training import Course, Training, train, weights_of
from engine.kept_models import MOST_STEPS, fitted
from engine.reinforcement_learning import cart_pole
from engine.reinforcement_learning.dqn import Learner, QNetwork, Rules, boxes
from engine.settings import Choice, Flag, Number, Settings, Whole

NETWORKS: Mapping[str, tuple[int, ...] | None] = {
    "64-64": (64, 64),
    "32-32": (32, 32),
    "128-128": (128, 128),
    "64": (64,),
    "16": (16,),
    "none (linear)": (),
    "table of 162 boxes": None,
}
SOFT, HARD, NO_TARGET = "soft: a share each step", "hard: a copy now and then", "none"


@dataclass(frozen=True)
class DqnSettings(Settings):
    """Everything that makes a DQN, each to be changed or switched off."""

    rate: Annotated[float, Number(1e-5, 0.1, log=True, says="Learning rate")] = 1e-3
    epsilon_start: Annotated[float, Number(0, 1, step=0.01, says="Exploration ε at the start")] = 1.0
    epsilon_end: Annotated[float, Number(0, 1, step=0.01, says="Exploration ε at the end")] = 0.04
    epsilon_steps: Annotated[int, Whole(0, 20_000, step=500, says="ε falls over (transitions)")] = 3_000
    network: Annotated[str, Choice(tuple(NETWORKS), says="Hidden layers")] = "64-64"
    gamma: Annotated[float, Number(0.5, 0.995, step=0.005, says="Discount γ")] = 0.99
    mask: Annotated[bool, Flag(says="Terminal mask")] = True
    replay: Annotated[bool, Flag(says="Replay buffer")] = True
    memory: Annotated[int, Whole(100, 50_000, step=100, says="Transitions it holds", when=(("replay", (True,)),))] = (
        10_000
    )
    batch: Annotated[int, Whole(8, 256, step=8, says="Batch size", when=(("replay", (True,)),))] = 64
    target: Annotated[str, Choice((SOFT, HARD, NO_TARGET), says="Target network")] = SOFT
    tau: Annotated[float, Number(1e-3, 1, log=True, says="Share τ", when=(("target", (SOFT,)),))] = 0.05
    every: Annotated[int, Whole(1, 1_000, says="Gradient steps between copies", when=(("target", (HARD,)),))] = 50
    double: Annotated[bool, Flag(says="Double DQN")] = False
    scaled: Annotated[bool, Flag(says="Scale inputs, reward")] = True
    stop: Annotated[bool, Flag(says="Stop once solved")] = True
    most: Annotated[int, Whole(5_000, 100_000, step=5_000, says="Transitions at most")] = 50_000
    seed: Annotated[int, Whole(0, 999_999, says="Seed")] = 6

    def rules(self) -> Rules:
        """Return how the learner learns."""
        return Rules(
            hidden=NETWORKS[self.network],
            gamma=self.gamma,
            batch=self.batch,
            memory=self.memory * self.replay,
            tau=self.tau * (self.target == SOFT),
            every=self.every * (self.target == HARD),
            mask=self.mask,
            double=self.double,
            scaled=self.scaled,
        )

    def course(self) -> Course:
        """Return what may change while it learns, and when it ends."""
        return Course(**{one.name: getattr(self, one.name) for one in fields(Course)})

    @property
    def ceiling(self) -> float:
        """The largest return there can be, where each step earns 1 and nothing ever ends: 1/(1 − γ)."""
        return 1 / (1 - self.gamma)


def run_dqn(settings: DqnSettings) -> Training:
    """Train from nothing."""
    return train(Learner(settings.rules(), np.random.default_rng(settings.seed)), settings.course())


def reopen_dqn(settings: DqnSettings, arrays: Mapping[str, NDArray[Any]], step: int) -> Training:
    """Train on from kept weights; the replay memory begins empty, and fills before the first gradient step.

    Raises:
        DataRefused: if the arrays are not those of such a network.
    """
    learner = Learner(settings.rules(), np.random.default_rng((settings.seed, step)))
    found = fitted(arrays, weights_of(learner))
    learner.transitions = int(found["transitions"][0])
    if not 0 <= learner.transitions <= MOST_STEPS:
        raise DataRefused(f"These weights do not fit: they would have seen {learner.transitions:,} transitions.")
    learner.take(found)
    return train(learner, settings.course(), step)


def claim_dqn(seed: int, mask_both: bool = False) -> Verdict:
    """Fit 4,000 random transitions with and without the terminal mask: what is the last step before a fall worth?"""
    masked, unmasked = (value_of_last_steps(seed, mask) for mask in (True, mask_both))
    return Verdict(
        masked <= 15 and unmasked >= 40,
        {"Q of last steps, masked": masked, "Q of last steps, unmasked": unmasked},
        f"The last step before a fall earns 1; with the mask its value is {masked:.1f}, without it {unmasked:.1f}. "
        f"The largest possible return is 20.",
    )


def value_of_last_steps(seed: int, mask: bool) -> float:
    """Return the mean Q of the steps that led to a fall, after 1,500 gradient steps on 4,000 random transitions."""
    rules = Rules(gamma=0.95, memory=4_000, tau=0, every=50, mask=mask, scaled=False, warm=10**9)
    learner = Learner(rules, np.random.default_rng(seed))
    while learner.transitions < 4_000:
        learner.tick(epsilon=1.0, rate=0.0)
    for _ in range(1_500):
        learner.learn(learner.memory.draw(64, learner.rng), rate=1e-3)
    last = learner.memory.rows[learner.memory.rows[:, 9] > 0]
    return float(learner.q(last[:, :4])[np.arange(len(last)), last[:, 8].astype(int)].mean())


EXPERIMENT = Experiment(
    "dqn",
    DqnSettings,
    run_dqn,
    claim_dqn,
    sabotage=Sabotage("the mask in both networks", lambda seed: claim_dqn(seed, True)),
    shows=(Learner, QNetwork, Rules, train, cart_pole.advance, cart_pole.CartPoles, boxes),
    live=("rate", "epsilon_start", "epsilon_end", "epsilon_steps"),
    reopen=reopen_dqn,
)
