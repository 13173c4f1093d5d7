"""Pictures of the experiment transformers.order."""

from __future__ import annotations

import numpy as np

from engine.data import Floats
from engine.experiment import Run
from engine.experiments.transformers.order import NO_POSITIONS, SENTENCE, OrderOutcome, OrderSettings
from pages.widgets.canvas.scene import Cells, Frame, Layer, Lines, Scene, Words
from pages.widgets.canvas.view import Metrics, Part, Picture, Tabs, written
from pages.widgets.figures.blocks import PALER, Block, grid, size_of
from pages.widgets.figures.heat import heat

SAME = 1e-10  # a difference that is a rounding error
ROOM, GAP, BESIDE = 2.4, 8, 2  # columns: for a word at its row, between the sentences, for the differences
KEPT, MOVED = 2, 3  # the groups of the lines that join a word's two outputs


def view(settings: OrderSettings, run: Run[OrderOutcome]) -> list[Part]:
    """The outputs of the sentence and of its shuffled twin, a line from each word's to its other one."""
    found = run.outcome
    after = tuple(SENTENCE[i] for i in found.order)
    numbers = tuple(f"{i}" for i in range(1, found.before.shape[1] + 1))
    most = float(found.moved.max())
    pages: dict[str, list[Part]] = {
        " ".join(words): [Picture(table(values, words, numbers), height=175)]
        for values, words in ((found.before, SENTENCE), (found.after, after))
    }
    if settings.positions != NO_POSITIONS:
        places = tuple(f"place {i}" for i in range(len(SENTENCE)))
        pages["Position vectors"] = [
            Picture(table(found.positions, places, numbers, "added to the word at"), height=175)
        ]
    measures = {
        "Largest difference of a word's two outputs": written(float(f"{most:.2g}")),
        "The rows of the second": "the same rows in another order" if most < SAME else "other rows",
    }
    return [
        Picture(twins(found, after), height=200),
        Metrics(measures),
        Tabs(pages),
    ]


def twins(found: OrderOutcome, after: tuple[str, ...]) -> Scene:
    """Picture both sentences' outputs as colours; a line joins each word's two, with the difference between them."""
    (n, width), largest = found.before.shape, size_of(np.concatenate([found.before, found.after]))
    left, right = Block("", found.before, 1, 0), Block("", found.after, 1, width + GAP)
    columns = 2 * width + GAP + BESIDE
    whole = np.full((n + 1, columns), np.nan)
    whole[1:, :width], whole[1:, width + GAP : 2 * width + GAP] = found.before, found.after
    to = np.argsort(found.order)  # where each word stands afterwards
    row, ways = np.arange(n), np.where(found.moved < SAME, KEPT, MOVED)
    start, stop = np.full(n, width + ROOM), np.full(n, width + GAP - ROOM)
    differ = ["≈ 0" if one < SAME else f"{one:.2g}" for one in found.moved[found.order]]
    said = ", ".join(f"{word} {written(float(f'{one:.2g}'))}" for word, one in zip(SENTENCE, found.moved, strict=True))
    layers: list[Layer] = [
        Cells(whole, -PALER * largest, PALER * largest),
        grid([left, right]),
        Lines(start, row + 1.5, stop, to + 1.5, group=ways, width=2.5),
        Words(start - ROOM / 2, row + 1.5, SENTENCE),
        Words(stop + ROOM / 2, row + 1.5, after),
        Words(np.full(n, columns - BESIDE / 2), row + 1.5, differ),
        Words([width / 2, 1.5 * width + GAP], [0.5, 0.5], [" ".join(SENTENCE), " ".join(after)]),
    ]
    return Scene(
        [Frame(layers, f"Largest difference between a word's two outputs: {said}.")],
        x_label="",
        y_label="",
        x_range=(0, columns),
        y_range=(n + 1, 0),
        axes=False,
        title="The head's output for each word, in both orders; at the right, by how much it differs",
        legend=("", "", "the same output", "another output"),
    )


def table(values: Floats, rows: tuple[str, ...], columns: tuple[str, ...], row_label: str = "") -> Scene:
    """Picture vectors, a row each, with their numbers."""
    said = "; ".join(
        f"{row}: {', '.join(f'{one:.2f}' for one in line)}" for row, line in zip(rows, values, strict=True)
    )
    return heat(values, rows, columns, row_label=row_label, column_label="number of the vector", says=said)
