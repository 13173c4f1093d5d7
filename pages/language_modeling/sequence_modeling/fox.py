"""Pictures of the experiment sequence_modeling.fox."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.data import Floats
from engine.experiment import Run
from engine.experiments.sequence_modeling.fox import FOX, FoxOutcome, FoxSettings
from pages.widgets.canvas.scene import Scene, Words
from pages.widgets.canvas.view import Metrics, Part, Picture, Row, Text, written
from pages.widgets.figures.bars import bars
from pages.widgets.figures.lines import lines


def view(settings: FoxSettings, run: Run[FoxOutcome]) -> list[Part]:
    """Each word's surprise, the product so far, and the totals."""
    found = run.outcome
    high = 1.25 * (float(found.surprise.max()) or 1.0)
    surprise = bars(
        FOX,
        {"surprise": found.surprise},
        "surprise −log P, in nats",
        y_range=(0.0, high),
        numbers=".3g",
        says=f"Surprise −log P, in nats: {said(found.surprise)}.",
        title="Surprises add up",
    )
    parts: list[Part] = [
        Row([Picture(surprise, height=290), Picture(product(found.factors), height=290)]),
        Metrics(
            {
                "Product": written(found.product),
                "Sum of the surprises, nats": f"{found.nats:.3f}",
                "Perplexity": f"{found.perplexity:.3f}",
            }
        ),
    ]
    if settings.times > 1:
        lost = " It is smaller than the smallest number above 0 that double precision has." * (found.long_product == 0)
        many = f"{settings.times} sentences in a row: product {written(found.long_product)}.{lost} "
        parts.append(
            Text(
                many
                + f"Sum of the surprises {found.long_nats:,.1f} nats, still a perplexity of {found.perplexity:.3f}."
            )
        )
    return parts


def product(factors: Floats) -> Scene:
    """Picture the product up to each word, as it falls: on a logarithmic axis each factor is a step down."""
    so_far = np.cumprod(factors, dtype=np.float64)
    logs = np.log10(so_far)
    low, high = min(float(logs.min()), -1.0), 0.0
    room = high - low
    scene = lines(
        np.arange(len(FOX)),
        {"product": so_far},
        "",
        "product up to this word",
        x_marks=FOX,
        y_marks="log",
        y_range=(low - 0.08 * room, high + 0.25 * room),
        says=f"Product up to each word: {said(so_far)}.",
        title="Probabilities multiply",
    )
    numbers = Words(np.arange(len(FOX)) + 0.2, logs + 0.08 * room, [written(float(f"{one:.3g}")) for one in so_far])
    (frame,) = scene.frames
    return replace(scene, frames=[replace(frame, layers=[*frame.layers, numbers])], x_range=(-0.5, len(FOX) - 0.5))


def said(values: Floats) -> str:
    return ", ".join(f"{word} {written(float(f'{one:.3g}'))}" for word, one in zip(FOX, values, strict=True))
