"""Pictures of the experiment tabular_td.walk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from engine.data import Floats
from engine.experiment import Run
from engine.experiments.tabular_td.shared import Estimates
from engine.experiments.tabular_td.walk import STEP_SIZES, WalkOutcome, WalkSettings
from pages.widgets.canvas.scene import Dots, Frame, Layer, Lines, Scene
from pages.widgets.canvas.view import Part, Picture, Row, Table, Text
from pages.widgets.figures.lines import ends, lines
from pages.widgets.shell.letters import plural

MC, TD = "Monte Carlo", "TD(0)"
HEIGHT = 213
BESIDE = 0.15  # how far the methods' marks stand from the middle of their state


def view(settings: WalkSettings, run: Run[WalkOutcome]) -> list[Part]:
    """Errors as episodes go by and against the step size; bias and spread of each state, and the numbers."""
    outcome = run.outcome
    methods = {MC: outcome.monte_carlo, TD: outcome.td}
    at = outcome.looked_at
    return [
        Row([Picture(errors(settings, methods), HEIGHT), Picture(step_sizes(settings, methods), HEIGHT)]),
        Row([Picture(states(outcome, methods), HEIGHT - 10), table(outcome, methods)]),
        Text(
            f"Lines: mean over {plural(settings.runs, 'run')}; bands: eight runs of ten; upright line: α as it is set. "
            f"State {at} is worth {outcome.true[at - 1]:.3f}. First targets: of the "
            f"{plural(outcome.td.targets, 'run that comes', 'runs that come')} by in the first episode. Spreads are "
            "standard deviations between runs."
        ),
    ]


def errors(settings: WalkSettings, methods: Mapping[str, Estimates]) -> Scene:
    """Return the error curves of both methods, with bands."""
    last = ", ".join(f"{name} {one.error[-1]:.3f}" for name, one in methods.items())
    return lines(
        np.arange(settings.episodes + 1),
        {name: one.error for name, one in methods.items()},
        "episodes",
        "error (root mean square)",
        bands={name: (one.low, one.high) for name, one in methods.items()},
        x_marks="whole",
        y_range=from_zero([one.high for one in methods.values()]),
        says=f"Error after each of {plural(settings.episodes, 'episode')}; at the end {last}.",
    )


def step_sizes(settings: WalkSettings, methods: Mapping[str, Estimates]) -> Scene:
    """Return the last error of both methods against the step size; a line marks the one that is set."""
    best = ", ".join(f"{name} at {STEP_SIZES[np.argmin(one.by_step)]:g}" for name, one in methods.items())
    return lines(
        STEP_SIZES,
        {name: one.by_step for name, one in methods.items()},
        "step size α",
        f"error after {plural(settings.episodes, 'episode')}",
        here=settings.alpha,
        y_range=from_zero([one.by_step for one in methods.values()]),
        says=f"Error against the step size; lowest for {best}.",
    )


def from_zero(errors: Sequence[Floats]) -> tuple[float, float]:
    """Return the ends of an axis for errors: it begins at none."""
    return 0.0, 1.08 * max(float(one.max()) for one in errors)


def states(outcome: WalkOutcome, methods: Mapping[str, Estimates]) -> Scene:
    """Return each state's mean estimate with its spread, and strokes across at the true values."""
    at = np.arange(len(outcome.true))
    layers: list[Layer] = [Lines(at - 0.4, outcome.true, at + 0.4, outcome.true, width=2.0)]
    for group, (beside, one) in enumerate(zip((-BESIDE, BESIDE), methods.values(), strict=True)):
        x = at + beside
        layers.append(Lines(x, one.mean - one.spread, x, one.mean + one.spread, group=group, width=2.0))
        layers.append(Dots(x, one.mean, group=group, size=2.5))
    edges = [edge for one in methods.values() for edge in (one.mean - one.spread, one.mean + one.spread)]
    off = ", ".join(f"{name} {away(outcome, one):.3f}" for name, one in methods.items())
    return Scene(
        [Frame(layers, f"Mean and spread of each state; off on average by {off}.")],
        x_label="state",
        y_label="value: mean ± spread",
        x_range=(-0.5, len(at) - 0.5),
        y_range=ends(np.concatenate([outcome.true, *edges])),
        x_marks=[str(state + 1) for state in at],
        title="Values learned; strokes across: the true values",
        legend=list(methods),
    )


def table(outcome: WalkOutcome, methods: Mapping[str, Estimates]) -> Table:
    """Return the measures of both methods, and what they make of the state that is looked at."""
    at = outcome.looked_at
    rows = [
        ("error at the end", [one.error[-1] for one in methods.values()]),
        ("α of the lowest error", [STEP_SIZES[np.argmin(one.by_step)] for one in methods.values()]),
        ("means off by", [away(outcome, one) for one in methods.values()]),
        (f"state {at}: first target, mean", [one.target_mean for one in methods.values()]),
        ("its spread", [one.target_spread for one in methods.values()]),
        (f"state {at}: last value, mean", [one.mean[at - 1] for one in methods.values()]),
        ("its spread", [one.spread[at - 1] for one in methods.values()]),
    ]
    return Table(("", *methods), [(name, *map(rounded, row)) for name, row in rows], f"Both methods, and state {at}")


def away(outcome: WalkOutcome, one: Estimates) -> float:
    """Return how far the mean estimates are from the true values, on average."""
    return float(np.abs(one.mean - outcome.true).mean())


def rounded(value: float) -> float:
    """Round as far as a measure over some hundred runs means anything."""
    return round(float(value), 4)
