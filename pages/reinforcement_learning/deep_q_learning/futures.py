"""Pictures of the experiment deep_q_learning.futures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.data import Floats
from engine.experiment import Run
from engine.experiments.deep_q_learning.futures import FuturesOutcome, FuturesSettings
from engine.experiments.deep_q_learning.shared import GRID, PLACES
from pages.widgets.canvas.scene import Cells, Frame, Lines, Scene, Words
from pages.widgets.canvas.view import Metrics, Part, Picture, Row
from pages.widgets.figures import scale
from pages.widgets.figures.bars import bars, histogram
from pages.widgets.figures.curves import segments
from pages.widgets.figures.heat import PALER
from pages.widgets.figures.lines import lines
from pages.widgets.figures.numbers import signed

HEIGHT = 196
LEGEND = 20  # pixels of its line: the pictures of a row end at one height
EXACT = "Q, exact"
ARROWS = {"north": "↑", "east": "→", "south": "↓", "west": "←"}


def view(settings: FuturesSettings, run: Run[FuturesOutcome]) -> list[Part]:
    """Some futures as they collect rewards, their mean as it settles, all returns, and the value of every state."""
    outcome = run.outcome
    spread = outcome.error > 1e-12 * abs(outcome.mean)  # with γ = 0 all returns are one number, but for rounding
    away = abs(outcome.mean - outcome.exact) / outcome.error if spread else 0.0
    metrics = {
        "Mean ± standard error": signed(f"{outcome.mean:.4f} ± {outcome.error:.4f}"),
        EXACT: signed(f"{outcome.exact:.4f}"),
        "Apart, in standard errors": f"{away:.1f}",
    }
    values = grid(settings, outcome.values) if settings.world == GRID else states(settings, outcome.values)
    return [
        Metrics(metrics),
        Row([Picture(fan(settings, outcome), HEIGHT), Picture(settling(outcome), HEIGHT)]),
        Row([Picture(returns(settings, outcome), HEIGHT - LEGEND), Picture(values, HEIGHT)]),
    ]


def fan(settings: FuturesSettings, outcome: FuturesOutcome) -> Scene:
    """Picture the first futures: what each has collected after every step."""
    start = f"state {settings.state}, action {settings.action}"
    if settings.world == GRID:
        start = f"{settings.cell}, {settings.move}"
    seen = shown_steps(outcome.paths)
    paths = outcome.paths[:seen].T  # (futures, steps)
    level = Lines([0.0], [outcome.exact], [float(seen)], [outcome.exact], group=1, width=2.5)
    return Scene(
        [
            Frame(
                [segments(np.arange(1.0, seen + 1), paths), level],
                f"{len(paths)} futures of {start}; after {seen} steps they have collected from "
                f"{paths[:, -1].min():.3g} to {paths[:, -1].max():.3g}; Q is {outcome.exact:.3f}.",
            )
        ],
        x_label="step",
        y_label="discounted rewards so far",
        x_range=(0.0, float(seen)),
        y_range=scale.span(np.append(paths.ravel(), outcome.exact)),
        x_marks="whole",
        title=f"{len(paths)} futures of {start}",
        legend=("a future", EXACT),
    )


def settling(outcome: FuturesOutcome) -> Scene:
    """Picture the mean of the first 1, 2, 3 … returns."""
    many = np.arange(1.0, len(outcome.means) + 1)
    return lines(
        many,
        {"mean so far": outcome.means, EXACT: np.full(len(many), outcome.exact)},
        "futures",
        "mean of their returns",
        x_marks="whole",
        says=f"After {len(many)} futures the mean is {outcome.mean:.3f}; Q is {outcome.exact:.3f}.",
        title="The mean settles",
    )


def returns(settings: FuturesSettings, outcome: FuturesOutcome) -> Scene:
    """Picture how often each return occurs, with the mean and with Q."""
    scene = histogram(
        outcome.returns,
        "return",
        x_range=scale.span(np.append(outcome.returns, outcome.exact)),
        group=7,
        says=f"Returns of {settings.rollouts} futures from {outcome.returns.min():.3g} to "
        f"{outcome.returns.max():.3g}; their mean is {outcome.mean:.4g}, Q is {outcome.exact:.4g}.",
        title="All returns",
    )
    drawn = scene.frames[0]  # mean and Q look as they do above
    places = enumerate((outcome.mean, outcome.exact))
    rules = [Lines([at], [0.0], [at], [scene.y_range[1]], group=group, width=2.5) for group, at in places]
    return replace(scene, frames=[Frame([*drawn.layers, *rules], drawn.says)], legend=("mean", EXACT))


def shown_steps(paths: Floats) -> int:
    """Return how many steps of the paths, (steps, futures), are drawn: those in which something is still collected."""
    left = np.abs(paths - paths[-1]).max(axis=1)  # (steps,)
    return max(2, int((left > 0.01 * left.max()).sum()) + 1) if left.max() > 0 else 2


def states(settings: FuturesSettings, values: Floats) -> Scene:
    """Picture the policy's value of every state of the random process."""
    return bars(
        [f"{s + 1}{', start' if s + 1 == settings.state else ''}" for s in range(len(values))],
        {"V": values},
        "value V of the state",
        x_label="state",
        numbers=".2f",
        title="V of every state under this policy",
    )


def grid(settings: FuturesSettings, values: Floats) -> Scene:
    """Picture the policy's value of every cell of the grid, and where the futures begin."""
    field = np.full((3, 4), np.nan)
    for (r, c), value in zip(PLACES.values(), values, strict=True):
        field[r, c] = value
    r, c = PLACES[settings.cell]
    cells = Words(
        [c + 0.5 for _, c in PLACES.values()],
        [r + 0.35 for r, _ in PLACES.values()],
        [signed(f"{value:.2f}") for value in values],
    )
    start = Words([c + 0.5], [r + 0.72], [f"start {ARROWS[settings.move]}"])
    return Scene(
        [
            Frame(
                [Cells(field, -PALER, PALER), cells, start], f"The start, {settings.cell}, is worth {field[r, c]:.2f}."
            )
        ],
        x_label="column",
        y_label="row",
        x_range=(0.0, 4.0),
        y_range=(3.0, 0.0),
        equal=True,
        title="V of every cell under this policy",
        axes=False,
    )
