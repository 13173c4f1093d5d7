"""The lesson's worked example."""

from __future__ import annotations

import numpy as np

from engine.experiments.transformers.attend import AttendSettings, run_attend
from engine.language_modeling import attention
from engine.language_modeling.generation import Plan


def worked() -> dict[str, float]:
    """Return the numbers of the worked example by name: three words, one head, two rows."""
    free, blind = run_attend(AttendSettings()), run_attend(AttendSettings(masked=True))
    raw = free.Q @ free.K.T  # (3, 3)
    powers = np.exp(free.scores[0])
    places = attention.sinusoidal(2, 4)
    rows = {
        "raw": raw[0],
        "score": free.scores[0],
        "power": powers,
        "weight": free.weights[0],
        "output": free.outputs[0],
        "masked": blind.weights[1, :2],
        "masked_output": blind.outputs[1],
        "place": places[1],
    }
    numbers = {f"{name}_{i}": number for name, row in rows.items() for i, number in enumerate(row, start=1)}
    numbers |= {"powers": powers.sum(), "unscaled": attention.softmax(raw)[0, 0], "block": 12 * Plan().width ** 2}
    return {name: float(number) for name, number in numbers.items()}
