"""Pictures of the experiment deep_q_learning.gamma."""

from __future__ import annotations

import numpy as np

from engine.data import Floats
from engine.experiment import Run
from engine.experiments.deep_q_learning.gamma import CORRECTED, PRINTED, GammaOutcome, GammaSettings
from pages.widgets.canvas.scene import Dots, Frame, Lines, Scene
from pages.widgets.canvas.view import Metrics, Part, Picture, Row, Table, Tabs, Text, written
from pages.widgets.figures import scale
from pages.widgets.figures.lines import lines

HEIGHT = 300


def view(settings: GammaSettings, run: Run[GammaOutcome]) -> list[Part]:
    """Left against right side for every pair, and how far both recursions are off at every discount."""
    outcome = run.outcome
    other, swept = (CORRECTED, outcome.corrected) if settings.recursion == PRINTED else (PRINTED, outcome.printed)
    return [
        Metrics(
            {
                f"Largest difference, {settings.recursion}": measure(outcome.residual),
                f"The same, {other}": measure(at(outcome, swept, settings.gamma)),
            }
        ),
        Text(f"Left side: Q*(s, a). Right side, {settings.recursion}: {right_side(settings)}."),
        Tabs(
            {
                "Pictures": [Row([Picture(sides(settings, outcome), HEIGHT), Picture(off(settings, outcome), HEIGHT)])],
                "Both sides in numbers": [numbers(outcome)],
            }
        ),
    ]


def measure(value: float) -> str:
    return written(float(f"{value:.3g}"))


def at(outcome: GammaOutcome, residuals: Floats, gamma: float) -> float:
    """Return a recursion's largest difference at a discount of the sweep, or between two of them."""
    return float(np.interp(gamma, outcome.gammas, residuals))


def right_side(settings: GammaSettings) -> str:
    future = "E[maxₐ′ Q*(s′, a′)]"
    return f"r + γ · {future} with γ = {settings.gamma:g}" if settings.recursion == CORRECTED else f"r + {future}"


def sides(settings: GammaSettings, outcome: GammaOutcome) -> Scene:
    """Picture every pair at its two sides: where they are equal, the mark lies on the line."""
    low, high = scale.span(np.concatenate([outcome.left.ravel(), outcome.right.ravel()]))
    pairs = [Dots(outcome.right[:, a], outcome.left[:, a], group=a, size=5) for a in range(outcome.left.shape[1])]
    says = (
        f"{outcome.left.size} pairs; the sides differ by {measure(outcome.residual)} at most, "
        f"the left ones run from {outcome.left.min():.3g} to {outcome.left.max():.3g}."
    )
    return Scene(
        [Frame([Lines([low], [low], [high], [high], width=1.0), *pairs], says)],
        x_label=f"right side, {settings.recursion}",
        y_label="left side, Q*(s, a)",
        x_range=(low, high),
        y_range=(low, high),
        title="A mark for each pair; equal on the line",
        legend=tuple(f"action {a + 1}" for a in range(outcome.left.shape[1])),
    )


def off(settings: GammaSettings, outcome: GammaOutcome) -> Scene:
    """Picture the largest difference of the sides at every discount, and where the reader's stands."""
    top = max(float(outcome.printed.max()), 1e-3)
    return lines(
        outcome.gammas,
        {"as printed": outcome.printed, "corrected": outcome.corrected},
        "discount γ",
        "largest difference of the sides",
        here=settings.gamma,
        groups=(3, 4),  # not the colours of the actions beside it
        y_range=(-0.04 * top, 1.08 * top),
        says=f"At γ = {settings.gamma:g} the printed recursion is off by "
        f"{measure(at(outcome, outcome.printed, settings.gamma))}, the corrected one by "
        f"{measure(at(outcome, outcome.corrected, settings.gamma))}.",
        title="At every discount",
    )


def numbers(outcome: GammaOutcome) -> Table:
    """Return both sides of every pair."""
    states, actions = outcome.left.shape
    rows = [
        (f"state {s + 1}, action {a + 1}", left, right, left - right)
        for s in range(states)
        for a in range(actions)
        for left, right in [(float(outcome.left[s, a]), float(outcome.right[s, a]))]
    ]
    return Table(("pair", "left", "right", "left − right"), rows, "Left and right side for every state and action")
