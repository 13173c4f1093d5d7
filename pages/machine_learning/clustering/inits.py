"""Pictures of the experiment clustering.inits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.data import Floats
from engine.experiment import Run
from engine.experiments.clustering.inits import InitsOutcome, InitsSettings
from pages.machine_learning.clustering.shared import drawn_rows
from pages.widgets.canvas.view import Metrics, Part, Picture, Text, written
from pages.widgets.figures.bars import histogram

COUNT = 30  # bars of a histogram
GREEDY = "The greedy k-means++ of scikit-learn: the best of a few candidates for each centroid."
PLAIN = "Plain k-means++ of Arthur and Vassilvitskii: one candidate for each centroid."


def view(settings: InitsSettings, run: Run[InitsOutcome]) -> list[Part]:
    """The final SSE of every start: random above k-means++, on the same axes."""
    outcome = run.outcome
    # where all starts end alike there is still an axis, on which they lie near the best
    high = max(float(outcome.random.max()), float(outcome.plusplus.max()), 1.1 * outcome.best) or 1.0
    ends = (outcome.best, high)
    both = (outcome.random, outcome.plusplus)
    most = 1.08 * max(int(np.histogram(costs, COUNT, ends)[0].max()) for costs in both)
    how = PLAIN if settings.plain else GREEDY
    return [
        Metrics(
            {
                "Random, near the best": f"{outcome.near_random:.0%}",
                "k-means++, near the best": f"{outcome.near_plusplus:.0%}",
                "Best SSE": written(outcome.best),
            }
        ),
        picture("random", outcome.random, outcome.near_random, ends, most, group=1),
        picture("k-means++", outcome.plusplus, outcome.near_plusplus, ends, most, group=0),
        Text(f"Near the best: within 5 % of the best SSE. {drawn_rows(settings, outcome.points)} {how}"),
    ]


def picture(kind: str, costs: Floats, near: float, ends: tuple[float, float], most: float, group: int) -> Picture:
    """Return the histogram of one kind of starts, on axes that both kinds share."""
    best = ends[0]
    scene = histogram(
        costs,
        "final SSE",
        count=COUNT,
        x_range=ends,
        most=most,
        group=group,
        title=f"{len(costs)} {kind} starts",
        says=f"{near:.0%} end within 5 % of the best SSE, {written(best)}; "
        f"all end between {written(float(costs.min()))} and {written(float(costs.max()))}.",
    )
    return Picture(replace(scene, y_label="starts"), height=175)
