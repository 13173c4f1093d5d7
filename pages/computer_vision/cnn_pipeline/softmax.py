"""Pictures of the experiment cnn_pipeline.softmax."""

from __future__ import annotations

import numpy as np

from engine.experiment import Run
from engine.experiments.cnn_pipeline.softmax import LOGITS, SoftmaxOutcome, SoftmaxSettings
from pages.widgets.canvas.view import Metrics, Part, Picture, Table, Text, written
from pages.widgets.figures.bars import bars

ROOM = 1.12  # of the axis, so that a number stands over a bar of 1


def view(settings: SoftmaxSettings, run: Run[SoftmaxOutcome]) -> list[Part]:
    """Bars of the probabilities beside those of the logits as they stand, and every number of the formula."""
    outcome = run.outcome
    names = [f"z{'₁₂₃₄₅'[k]}" for k in range(len(LOGITS))]
    total = float(outcome.probabilities.sum())
    said = ", ".join(f"{name} {share:.3f}" for name, share in zip(names, outcome.probabilities, strict=True))
    shares = bars(
        names,
        {"as set": outcome.probabilities, "plain logits, T = 1": outcome.before},
        "probability",
        x_label="class",
        y_range=(0.0, ROOM),
        numbers=".2f",
        says=f"Probabilities: {said}; they add up to {total:.6g}.",
    )
    numbers = zip(outcome.logits, outcome.powers, outcome.probabilities, strict=True)
    parts: list[Part] = [
        Metrics(
            {
                "Sum of the probabilities": f"{total:.12g}",
                "Largest change": written(float(f"{np.abs(outcome.probabilities - outcome.before).max():.3g}")),
            }
        ),
        Picture(shares, 250),
        Table(
            ("class", "logit", "exp((z − largest) / T)", "probability"),
            [(name, *map(float, row)) for name, row in zip(names, numbers, strict=True)],
        ),
    ]
    if outcome.overflows:
        parts.append(
            Text(
                "Without subtracting the largest logit first, the powers of e would leave the range of a 64-bit number."
            )
        )
    return parts
