"""Pictures of the experiment sequence_modeling.mask."""

from __future__ import annotations

import numpy as np

from engine.data import Floats
from engine.experiment import Run
from engine.experiments.sequence_modeling.mask import BOTH, LEFT, MaskOutcome, MaskSettings
from pages.widgets.canvas.scene import Bars, Cells, Frame, Layer, Lines, Scene, Words
from pages.widgets.canvas.view import Metrics, Part, Picture, Row, Text
from pages.widgets.figures.heat import PALER
from pages.widgets.shell.letters import plain, visible

LINE, BESIDE = 16, 4  # characters of the passage in a row of the picture, and the room of the rows' names
ROWS = 3  # the passage, and under it what each kind of model makes of it


def view(settings: MaskSettings, run: Run[MaskOutcome]) -> list[Part]:
    """The passage with its gap, the guesses, and how both models do at every other place of it."""
    found = run.outcome
    passage, gap = found.passage, found.gap
    hidden = visible(passage[gap])
    told: list[Part] = [
        Text(f"Hidden is “{hidden}”: {found.left[gap]:.0%} from the left only, {found.both[gap]:.0%} from both sides."),
        Metrics({"Right, left only": f"{found.left_right:.1%}", "Right, both sides": f"{found.both_right:.1%}"}),
        Text(f"Right: share of the first {found.tested:,} held-out characters that the likeliest guess hits."),
    ]
    return [
        Text(plain(f"{passage[:gap]}▢{passage[gap + 1 :]}\n{seen(settings, found)}")),
        Row([Picture(guesses(settings, found), height=165), told], shares=(3, 2)),
        Picture(strip(found), height=210),
    ]


def seen(settings: MaskSettings, found: MaskOutcome) -> str:
    """Say what the model sees of the passage."""
    before = settings.width if settings.sides == LEFT else (settings.width + 1) // 2
    after = settings.width - before
    passage, gap = found.passage, found.gap
    sees = f"The model sees “{passage[max(gap - before, 0) : gap]}” before the gap"
    return sees + (f" and “{passage[gap + 1 : gap + 1 + after]}” after it." if after else ".")


def guesses(settings: MaskSettings, found: MaskOutcome) -> Scene:
    """Picture the likeliest characters, the one that is hidden there in another colour."""
    names, at = [visible(one) for one in found.guesses], np.arange(len(found.guesses))
    right = np.array([one == found.passage[found.gap] for one in found.guesses])
    group = np.where(right, 1, 0)
    true = {LEFT: found.left, BOTH: found.both}[settings.sides][found.gap]
    said = ", ".join(f"{name} {one:.0%}" for name, one in zip(names[:4], found.probabilities, strict=False))
    layers: list[Layer] = [
        Bars(at - 0.35, np.zeros(len(at)), at + 0.35, found.probabilities, group=group),
        Words(at[right], found.probabilities[right] + 0.07, ["✓"] * int(right.sum())),
    ]
    hidden = visible(found.passage[found.gap])
    return Scene(
        [Frame(layers, f"Guesses from {settings.sides}: {said}. Hidden is {hidden}, with {true:.0%}.")],
        x_label="guess",
        y_label="probability",
        x_range=(-0.5, len(at) - 0.5),
        y_range=(0.0, 1.0),
        x_marks=names,
        legend=("another", "hidden there"),
    )


def strip(found: MaskOutcome) -> Scene:
    """Picture the passage in lines, under each character its probability in percent by both models."""
    place = np.arange(len(found.passage))
    x, top = BESIDE + place % LINE + 0.5, ROWS * (place // LINE)
    lines = int(top.max()) // ROWS + 1
    cells = np.full((ROWS * lines, BESIDE + LINE), np.nan)
    for down, values in ((1, found.left), (2, found.both)):
        cells[top + down, BESIDE + place % LINE] = values
    starts = ROWS * np.arange(lines) + 0.5
    layers: list[Layer] = [
        Cells(cells, 0.0, PALER),
        Words(x, top + 0.5, [visible(one) for one in found.passage]),
        Words(x, top + 1.5, percents(found.left)),
        Words(x, top + 2.5, percents(found.both)),
        Words(np.full(lines, BESIDE / 2), starts + 1, [LEFT] * lines),
        Words(np.full(lines, BESIDE / 2), starts + 2, [BOTH] * lines),
        box(float(x[found.gap]) - 0.5, float(top[found.gap])),
    ]
    means = f"{found.left.mean():.0%} from the left only and {found.both.mean():.0%} from both sides"
    return Scene(
        [Frame(layers, f"At each character of the passage: {means}, on average.")],
        x_label="",
        y_label="",
        x_range=(0, BESIDE + LINE),
        y_range=(ROWS * lines, 0),
        axes=False,
        title="Probability of the true character, in %, were each hidden in turn",
    )


def box(left: float, top: float) -> Lines:
    """Frame a character and what stands under it."""
    x, y = [left, left + 1, left + 1, left], [top, top, top + ROWS, top + ROWS]
    return Lines(x, y, np.roll(x, -1), np.roll(y, -1), group=1, width=2.5)


def percents(shares: Floats) -> list[str]:
    return [f"{100 * one:.0f}" for one in shares]
