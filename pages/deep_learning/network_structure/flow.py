"""Pictures of the experiment network_structure.flow."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.data import Floats
from engine.experiment import Run
from engine.experiments.network_structure.flow import TYPED, FlowSettings, FlowStep, PixelStep
from pages.deep_learning.network_structure.sums import LETTERS, name, scene_of, written
from pages.widgets.canvas import view as parts
from pages.widgets.canvas.scene import Cells, Frame, Scene, Words
from pages.widgets.canvas.view import Part, Picture, Sheet, Table, Tabs, Text
from pages.widgets.figures.bars import bars
from pages.widgets.figures.lines import lines

SUMS, CURVE, WEIGHTS = "The sums", "When only a₁ moves", "Edit the weights"
IMAGE, DENSE = "From image to inputs", "What a dense layer makes of it"


def view(settings: FlowSettings, run: Run[Any]) -> list[Part]:
    """Replay the sums term by term, or an image that becomes a column."""
    if isinstance(run.outcome, PixelStep):
        return pixels(run)
    last: FlowStep = run.outcome
    gap = max(float(np.abs(sums - products).max()) for sums, products in zip(last.sums, last.products, strict=True))
    answers = ", ".join(f"{name('y', unit)} = {written(one)}" for unit, one in enumerate(last.values[-1], 1))
    tabs: dict[str, list[Part]] = {
        # it begins with what all comes to: a press on Play goes back to the start
        SUMS: [Picture(scene_of(run.snapshots), height=380, at=-1)],
        CURVE: [Picture(curve(last, layer), height=190) for layer in (2, 1)],
        WEIGHTS: [part for layer in (1, 2) for part in weights(last, layer)],
    }
    return [
        Tabs(tabs),
        Text(f"The network answers {answers}. Written-out sums and matrix products {apart(gap)}."),
    ]


def apart(gap: float) -> str:
    if gap == 0:
        return "are equal"
    return f"differ by at most {parts.written(float(f'{gap:.0e}'))}".replace(" × ", "\u00a0×\u00a0")


def curve(step: FlowStep, layer: int) -> Scene:
    """Picture a layer's units while the first input moves and the others stay."""
    letter, what = LETTERS[layer], ("", "hidden units that the outputs are made of", "outputs of the network")[layer]
    answers = step.answers[layer]
    low, high = (f"{edge:.3g}".replace("-", "−") for edge in (answers.min(), answers.max()))
    return lines(
        step.sweep,
        {name(letter, unit): values for unit, values in enumerate(answers, 1)},
        "input a₁, the others as they are",
        f"value of {name(letter, 1)}" if len(answers) == 1 else "value of the unit",
        here=float(step.values[0][0]),
        says=f"The {what}, against the first input from −10 to 10: from {low} to {high}.",
        title=f"The {what}",
    )


def weights(step: FlowStep, layer: int) -> list[Part]:
    """Return a layer's weights and biases to type in; a change makes them typed ones."""
    both = [tuple(map(tuple, np.column_stack(one).tolist())) for one in step.layers]
    sets, other = ("first", "second") if layer == 1 else ("second", "first")
    base = both[layer - 1]
    sizes = dict(zip(("inputs", "hidden", "outputs"), map(len, step.values), strict=True))
    kept = {"weights": TYPED, "activation": step.activation, other: both[2 - layer], **sizes}
    senders = [name(LETTERS[layer - 1], source) for source in range(1, len(base[0]))]
    receivers = [name(LETTERS[layer], unit) for unit in range(1, len(base) + 1)]
    what = ("hidden unit", "output")[layer - 1]
    return [
        Text(f"A row for each {what}: a weight from each sender, then the bias."),
        Sheet(sets, base, (*senders, "bias"), receivers, kept, grows=False, title=""),
    ]


# --- an image as inputs ------------------------------------------------------------------------------------------

HEADS = (Words([8.0, 22.5], [3.0, 3.0], ["8 × 8 pixels", "64 inputs"]),)


def pixels(run: Run[PixelStep]) -> list[Part]:
    """Replay how a digit's rows become the column of inputs; beside it, what a dense layer makes of their order."""
    last = run.outcome
    frames = tuple(Frame((Cells(laid(one), -0.15, 1.0), *HEADS), peeled(one)) for one in run.snapshots)
    scene = Scene(frames, x_label="", y_label="", x_range=(0, 26), y_range=(70, 0), axes=False)
    sums = {"in order": last.plain, "both reordered": last.moved, "pixels alone": last.strange}
    neurons = [name("z", unit) for unit in range(1, len(last.plain) + 1)]
    rows: list[tuple[str | float, ...]] = [
        (neuron, *(float(one[at]) for one in sums.values())) for at, neuron in enumerate(neurons)
    ]
    gap = float(np.abs(last.moved - last.plain).max())
    dense: list[Part] = [
        Picture(bars(neurons, sums, "sum", x_label="neuron", title="The sums of a dense layer"), height=170),
        Table(("neuron", *sums), rows),
    ]
    return [
        Tabs({IMAGE: [Picture(scene, height=380)], DENSE: dense}),
        Text(
            f"Reorder the pixels and the columns of W alike, and every sum stays (they {apart(gap)}): a dense layer "
            "does not know which pixels are neighbours. Reorder the pixels alone, and the sums change."
        ),
    ]


def laid(step: PixelStep) -> Floats:
    """Picture the rows that are left beside the column so far, (70, 26): a pixel of the image is 8 × 2 cells."""
    cells = np.full((70, 26), np.nan)
    for row in range(step.rows, 8):
        cells[6 + 8 * row : 14 + 8 * row, :16] = np.repeat(step.pixels[row], 2)
    there = step.order < 8 * step.rows
    cells[6:, 20:25] = np.where(there, step.pixels.ravel()[step.order], np.nan)[:, np.newaxis]
    return cells


def peeled(step: PixelStep) -> str:
    if step.rows == 0:
        return "The image: 8 rows of 8 pixels, from 0 (paper) to 1 (ink)."
    return f"Row {step.rows} is laid down: {8 * step.rows} of 64 inputs are filled."
