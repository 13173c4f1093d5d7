"""Pictures of the experiment network_structure.init."""

from __future__ import annotations

import numpy as np

from engine.data import Floats
from engine.experiment import Run
from engine.experiments.network_structure.init import COMPARED, InitOutcome, InitSettings
from pages.widgets.canvas.scene import Bars, Frame, Layer, Lines, Scene, Words
from pages.widgets.canvas.view import Metrics, Part, Picture, Row, written
from pages.widgets.figures.lines import lines

HEIGHT = 370
LEGEND = 38  # pixels of its two lines: both pictures end at one height
CHOSEN = "as you set it"
LEAST_DECADES = 2.0  # of the axis: sizes that stay the same are not stretched until rounding shows
BARS = 31  # odd, so that small values of both signs share the one in the middle
TALL = 0.6  # of a layer's room, for its highest bar


def view(settings: InitSettings, run: Run[InitOutcome]) -> list[Part]:
    """The size of the signal after every layer, and beside it the values of some layers."""
    outcome = run.outcome
    metrics = {
        f"Signal after {settings.depth} layers": f"{rounded(outcome.sizes['chosen'][-1])} × the input",
        "Zeros in the last layer": f"{outcome.quiet[-1]:.0%}",
        "Beyond ±0.99 there": f"{outcome.loud[-1]:.0%}",
    }
    pictures = Row(
        [Picture(sizes(settings, outcome), HEIGHT), Picture(ridges(outcome), HEIGHT + LEGEND)], shares=(6, 5)
    )
    return [Metrics(metrics), pictures]


def rounded(value: float) -> str:
    return written(float(f"{value:.3g}"))


def sizes(settings: InitSettings, outcome: InitOutcome) -> Scene:
    """Picture how large the signal is after every layer, at the chosen scale and at three others."""
    series = {CHOSEN: outcome.sizes["chosen"]} | {scale: outcome.sizes[scale] for scale in COMPARED}
    there = np.concatenate(list(series.values()))
    decades = np.log10(there[there > 0])
    middle, room = (decades.min() + decades.max()) / 2, max(decades.max() - decades.min(), LEAST_DECADES) * 0.55
    return lines(
        np.arange(settings.depth + 1),
        series,
        "layer, 0 is the input",
        "size of the signal (RMS), the input's is 1",
        x_marks="whole",
        y_marks="log",
        y_range=(float(middle - room), float(middle + room)),
        says=f"Size of the signal after 0 to {settings.depth} layers. Last: "
        + "; ".join(f"{name}: {rounded(one[-1])}" for name, one in series.items())
        + ".",
        title="How much of the signal is left",
    )


def ridges(outcome: InitOutcome) -> Scene:
    """Picture how often each value occurs in some layers, one above another; what is exactly 0 is said, not drawn.

    Each layer has its own unit, its largest value: a signal that shrank a million times has a shape all the same.
    """
    two_sided = any(values.min() < 0 for values in outcome.values)
    low = -1.0 if two_sided else 0.0
    layers: list[Layer] = []
    said = []
    for row, (number, values) in enumerate(zip(outcome.looked_at, outcome.values, strict=True)):
        foot = float(len(outcome.looked_at) - 1 - row)
        words = said_of(values)
        layers += [*ridge(values, foot, low), Words([(low + 1) / 2], [foot + 0.8], [words])]
        said.append(f"layer {number}: {words}")
    return Scene(
        [Frame(layers, "; ".join(said) + ".")],
        x_label="value, in units of the layer's largest",
        y_label="layer",
        x_range=(low, 1.0),
        y_range=(-0.06, len(outcome.looked_at) - 0.06),
        y_marks=[str(number) for number in reversed(outcome.looked_at)],
        title="How often each value occurs",
    )


def ridge(values: Floats, foot: float, low: float) -> list[Layer]:
    """Return the histogram of one layer's values that are not 0, standing on a line of its own."""
    ground = Lines([low], [foot], [1.0], [foot], width=0.75)
    largest = float(np.abs(values).max())
    if largest == 0:
        return [ground]
    counts, edges = np.histogram(values[values != 0] / largest, np.linspace(low, 1.0, BARS + 1))
    return [ground, Bars(edges[:-1], np.full(BARS, foot), edges[1:], foot + TALL * counts / counts.max(), group=0)]


def said_of(values: Floats) -> str:
    """Say how large the values are, and how many of them are exactly 0."""
    largest, zeros = float(np.abs(values).max()), float((values == 0).mean())
    return f"largest {rounded(largest)}" + (f", {zeros:.0%} are 0" if zeros else "")
