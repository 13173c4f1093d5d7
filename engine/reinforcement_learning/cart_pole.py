"""CartPole in numpy: many carts at once, equal to gymnasium's CartPole-v1 to the last bits.

A cart on a track of ±2.4 m carries a pole of 1 m on a hinge. Every 20 ms it is pushed left or right with 10 N. An
episode ends when the cart leaves the track or the pole leans by more than 12°, and is cut off after 500 steps; each
step earns 1. A state is (position m, velocity m/s, angle rad, angular velocity rad/s), and states of n carts have
shape (4, n). pages/widgets/canvas/cart_pole/cart_pole.js holds the same numbers and the same formulas.

Sources: Barto, Sutton and Anderson, Neuronlike adaptive elements, 1983; Florian, Correct equations for the dynamics
of the cart-pole system, 2007; gymnasium's classic_control/cartpole.py (Euler steps).
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from engine.data import Floats

GRAVITY, CART_MASS, POLE_MASS, HALF_POLE, PUSH, SECONDS = 9.8, 1.0, 0.1, 0.5, 10.0, 0.02
MASS, POLE_MOMENT = CART_MASS + POLE_MASS, POLE_MASS * HALF_POLE
TRACK, LEAN = 2.4, 12 * 2 * math.pi / 360  # |position| m and |angle| rad, beyond which an episode has ended
LIMIT = 500  # steps, after which an episode is cut off
SOLVED = 475.0  # mean return from which gymnasium calls CartPole-v1 solved
START = 0.05  # every coordinate of a first state lies within ±START

Bools = NDArray[np.bool_]
Actions = NDArray[np.intp]  # 0 pushes left, 1 right


def advance(states: Floats, actions: Actions) -> Floats:
    """Return the states, shape (4, n), one Euler step of 20 ms after the pushes of `actions`, shape (n,)."""
    _, velocity, angle, spin = states
    cosine, sine = np.cos(angle), np.sin(angle)
    pushed = ((2 * PUSH) * actions - PUSH + POLE_MOMENT * (spin * spin) * sine) / MASS
    spin_rate = (GRAVITY * sine - cosine * pushed) / (HALF_POLE * (4 / 3 - POLE_MASS * (cosine * cosine) / MASS))
    rate = pushed - POLE_MOMENT * spin_rate * cosine / MASS
    later: Floats = states + SECONDS * np.array((velocity, rate, spin, spin_rate))
    return later


def fallen(states: Floats) -> Bools:
    """Tell which of the states, shape (4, n), lie beyond the track's end or the largest lean."""
    out: Bools = (np.abs(states[0]) > TRACK) | (np.abs(states[2]) > LEAN)
    return out


class CartPoles:
    """n carts in lock step; a cart whose episode has ended begins the next one in the same step.

    Attributes:
        states: shape (4, n), where each cart is now.
        ages: shape (n,), steps since its episode began: the return so far, as each step earns 1.
    """

    def __init__(self, count: int, rng: np.random.Generator, limit: int = LIMIT) -> None:
        self.rng, self.limit = rng, limit
        self.states = rng.uniform(-START, START, (4, count))
        self.ages = np.zeros(count, dtype=np.int64)

    def step(self, actions: Actions) -> tuple[Floats, Bools, Bools]:
        """Push every cart once.

        Returns:
            The states that the pushes lead to, (4, n), those of ended episodes included; whether each episode has
            ended (the cart fell), (n,); whether it was cut off at the limit, (n,).
        """
        reached = advance(self.states, actions)
        terminated = fallen(reached)
        self.ages += 1
        truncated = (self.ages >= self.limit) & ~terminated
        self.states = reached
        if over := int(np.count_nonzero(ended := terminated | truncated)):
            self.states = reached.copy()
            self.states[:, ended] = self.rng.uniform(-START, START, (4, over))
            self.ages[ended] = 0
        return reached, terminated, truncated


def play(policy: Callable[[Floats], Actions], episodes: int, rng: np.random.Generator, limit: int = LIMIT) -> Floats:
    """Return the returns of fresh episodes, (episodes,); `policy` maps states (4, n) to actions (n,)."""
    states = rng.uniform(-START, START, (4, episodes))
    returns, going = np.zeros(episodes), np.arange(episodes)
    for _ in range(limit):
        states = advance(states, policy(states))
        returns[going] += 1
        if (down := fallen(states)).any():
            states, going = states[:, ~down], going[~down]
            if not len(going):
                break
    return returns
