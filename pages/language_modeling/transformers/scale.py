"""Pictures of the experiment transformers.scale."""

from __future__ import annotations

import numpy as np

from engine.data import Floats
from engine.experiment import Run
from engine.experiments.transformers.scale import ScaleOutcome, ScaleSettings
from pages.widgets.canvas.scene import Marks, Scene
from pages.widgets.canvas.view import Metrics, Part, Picture, Row, Text
from pages.widgets.figures.bars import bars
from pages.widgets.figures.lines import lines
from pages.widgets.figures.numbers import decimal

KINDS = ("raw", "divided")


def view(settings: ScaleSettings, run: Run[ScaleOutcome]) -> list[Part]:
    """Variance and entropy against the dimension, and one query's weights."""
    found = run.outcome
    look = int(np.flatnonzero(found.dimensions == settings.k)[0])
    raw, divided = (decimal(float(one), 2) for one in found.slope)
    return [
        Row(
            [
                Picture(curve(settings, found, found.variance, "variance of the scores", "log", None), height=190),
                Picture(curve(settings, found, found.entropy, "relative entropy", "numbers", (0.0, 1.05)), height=190),
            ]
        ),
        Picture(weights(settings, found), height=165),
        Metrics(
            {
                "Variance grows, raw": f"as d_k^{raw}",
                f"… divided by d_k^{settings.power:g}": f"as d_k^{divided}",
                f"Σ p (1 − p) at d_k = {settings.k}, raw": f"{found.gradient[0, look]:.3f}",
                "… divided": f"{found.gradient[1, look]:.3f}",
            }
        ),
        Text(
            "Relative entropy: 1 spread evenly, 0 all on one key. Σ p (1 − p): how much a softmax reacts to its scores."
        ),
    ]


def curve(
    settings: ScaleSettings,
    found: ScaleOutcome,
    values: Floats,
    label: str,
    marks: Marks,
    y_range: tuple[float, float] | None,
) -> Scene:
    """Picture a measure, (2, n), against the dimension; the one looked into is marked."""
    first, last = found.dimensions[0], found.dimensions[-1]
    said = " and ".join(f"from {row[0]:.3g} to {row[-1]:.3g} {kind}" for row, kind in zip(values, KINDS, strict=True))
    return lines(
        found.dimensions,
        dict(zip(KINDS, values, strict=True)),
        "key dimension, d_k",
        label,
        here=settings.k,
        x_marks="log",
        y_marks=marks,
        y_range=y_range,
        says=f"{label.capitalize()} for d_k from {first} to {last}: {said}.",
    )


def weights(settings: ScaleSettings, found: ScaleOutcome) -> Scene:
    """Picture one query's weights, raw and divided, largest first."""
    most = " and ".join(f"{row[0]:.3f} {kind}" for row, kind in zip(found.weights, KINDS, strict=True))
    return bars(
        [f"{i}" for i in range(1, settings.keys + 1)],
        dict(zip(KINDS, found.weights, strict=True)),
        "weight",
        x_label="key, the one of the largest weight first",
        y_range=(0.0, 1.0),
        says=f"The largest weight is {most}.",
        title=f"One query's weights over {settings.keys} keys at d_k = {settings.k}",
    )
