"""Pictures of the experiment backpropagation.vanish."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from engine.data import Floats
from engine.experiment import Run
from engine.experiments.backpropagation.vanish import VanishOutcome, VanishSettings
from pages.widgets.canvas.scene import Scene
from pages.widgets.canvas.view import Metrics, Part, Picture, Tabs, Text, written
from pages.widgets.figures.lines import lines

KINDS = {  # what is drawn -> the field that holds it, and the title of its axis
    "∂L/∂z arriving": ("arriving", "length of ∂L/∂z"),
    "∂L/∂W": ("weights", "length of ∂L/∂W"),
    "Outputs": ("outputs", "spread of the outputs"),
}
HELP = (
    "Layer 1 stands next to the input: the gradient reaches it last. The figures above the chart are of ∂L/∂z. Where a "
    "length is exactly 0 there is no mark on this logarithmic axis."
)


def view(settings: VanishSettings, run: Run[VanishOutcome]) -> list[Part]:
    """The gradient, or what goes forward, in each layer of both stacks."""
    stacks = {f"{name}: {one.name}": one for name, one in zip("AB", run.outcome.stacks, strict=True)}
    figures: dict[str, str] = {}
    for name, one in stacks.items():
        figures[f"{name[0]}: first ÷ last layer"] = about(one.share)
        figures[f"{name[0]}: a layer, on average"] = "–" if math.isnan(one.factor) else f"× {about(one.factor, 3)}"
    silent = [name for name, one in stacks.items() if math.isnan(one.factor)]
    parts: list[Part] = [Metrics(figures)]
    parts += [Text(f"No gradient arrives in the first layer of {name}.", warning=True) for name in silent]
    pages = {tab: [Picture(chart(stacks, settings.depth, *kind), height=330)] for tab, kind in KINDS.items()}
    return [*parts, Tabs(pages), Text(HELP)]


def chart(stacks: dict[str, Any], depth: int, field: str, title: str) -> Scene:
    """Draw one length of each layer of both stacks on a logarithmic axis that ends at whole powers of ten."""
    found: dict[str, Floats] = {name: getattr(one, field) for name, one in stacks.items()}
    everything = np.concatenate(list(found.values()))
    powers = np.log10(everything[everything > 0]) if (everything > 0).any() else np.zeros(1)
    low = math.floor(powers.min())
    ends = "; ".join(f"{name}: {about(one[0])} in layer 1, {about(one[-1])} in the last" for name, one in found.items())
    return lines(
        np.arange(1, depth + 1),
        found,
        "layer",
        title,
        x_marks="whole",
        y_marks="log",
        y_range=(low, max(math.ceil(powers.max()), low + 1)),
        says=f"{title.capitalize()} layer by layer. {ends}.",
    )


def about(value: float, digits: int = 2) -> str:
    """Write a length or a ratio of lengths with few digits.

    >>> about(0.2187), about(9.4e-13), about(math.nan)
    ('0.22', '9.4 × 10⁻¹³', '–')
    """
    return written(float(f"{value:.{digits}g}"))
