"""Pictures of the experiment convolution_pooling.size."""

from __future__ import annotations

import numpy as np

from engine.experiment import Run
from engine.experiments.convolution_pooling.size import SizeOutcome, SizeSettings
from pages.widgets.canvas.scene import Bars, Dots, Frame, Layer, Lines, Scene, Words
from pages.widgets.canvas.view import Metrics, Part, Picture, Text, written
from pages.widgets.figures.blocks import Block, grid, on_board
from pages.widgets.shell.letters import plural

LINES = 8  # on which windows stand below each other, before the next one stands on the first line again
WINDOW, UNSEEN = 0, 3  # groups
RIGHT, WRONG = 0, 3


def view(settings: SizeSettings, run: Run[SizeOutcome]) -> list[Part]:
    """The pixels and every window under them; below, the primer's fraction here and at every other side."""
    outcome = run.outcome
    n, k, p, s = settings.n, settings.k, settings.p, settings.s
    same = "the same" if outcome.book == outcome.side else "which is not the number of windows"
    wrong = outcome.books != outcome.right
    return [
        Metrics(
            {
                f"Right: ⌊({n} + 2 · {p} − {k}) / {s}⌋ + 1": f"{outcome.side}",
                f"The primer's fraction: ({n + 2 * p} − {k} + 1) / {s}": f"{written(outcome.book)}, {same}",
            }
        ),
        Picture(windows(settings, outcome), 190),
        Text(told(settings, outcome)),
        Picture(errors(settings, outcome), 150),
        Text(
            f"With k = {k}, p = {p}, s = {s} it is wrong at {int(wrong.sum())} of {len(wrong)} sides, and right only "
            "where s divides n + 2p − k + 1."
        ),
    ]


def told(settings: SizeSettings, outcome: SizeOutcome) -> str:
    """Say what stands under the row of pixels, and which pixels are in no window."""
    unseen, end = int((~outcome.seen).sum()), outcome.lost
    gaps = f", {end} of them at the end" if unseen > end else " at the end"
    return (
        f"{plural(outcome.side, 'window')} under the row of pixels, each with the number of its first pixel, counted "
        f"from 0.{' Empty, with a 0: the padding.' if settings.p else ''} "
        + (f"Red, with a ×: {plural(unseen, 'pixel')} in no window{gaps}." if unseen else "Every pixel is in a window.")
    )


def windows(settings: SizeSettings, outcome: SizeOutcome) -> Scene:
    """Draw the padded side as a row of pixels, and every window under it with the number of its first pixel."""
    n, k, p, side = settings.n, settings.k, settings.p, outcome.side
    at = np.arange(n + 2 * p)
    inside = (at >= p) & (at < n + p)
    lines = max(LINES, -(-k // settings.s))  # windows on one line do not touch
    rows = min(lines, max(side, 4))
    signs = np.where(outcome.seen, np.where(inside, "", "0"), "×")
    marked = np.flatnonzero(signs != "")
    left, top = outcome.starts + 0.06, 1.5 + np.arange(side) % lines
    right, bottom = outcome.starts + k - 0.06, top + 0.86
    layers: list[Layer] = [
        squares(at[inside & outcome.seen], WINDOW),
        squares(at[~outcome.seen], UNSEEN, pale=True),
        grid([Block("", np.zeros((1, len(at))), 0, 0)]),
        Words(marked + 0.5, np.full(len(marked), 0.5), signs[marked].tolist()),
        Bars(left, top, right, bottom, group=WINDOW, pale=True),
        Lines.between(np.stack([frame(*one) for one in zip(left, top, right, bottom, strict=True)]), WINDOW, 1.25),
        Words((left + right) / 2, (top + bottom) / 2, [str(start) for start in outcome.starts]),
    ]
    unseen = int((~outcome.seen).sum())
    says = (
        f"{plural(side, 'window')} of {plural(k, 'pixel')} over {n + 2 * p} pixels, starting at "
        f"{', '.join(map(str, outcome.starts))}; {plural(unseen, 'pixel is', 'pixels are')} in none"
    )
    return on_board([Frame(layers, says)], (rows + 1.5, len(at)), square=False)


def squares(at: np.ndarray, group: int, pale: bool = False) -> Bars:
    """Return the pixels at these places of the row."""
    return Bars(at, np.zeros(len(at)), at + 1, np.ones(len(at)), group=group, pale=pale)


def frame(left: float, top: float, right: float, bottom: float) -> list[tuple[float, float, float, float]]:
    """Return the four sides of a rectangle."""
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    return [(*one, *other) for one, other in zip(corners, [*corners[1:], corners[0]], strict=True)]


def errors(settings: SizeSettings, outcome: SizeOutcome) -> Scene:
    """Draw by how much the primer's fraction misses the number of windows, at every image side."""
    error = outcome.books - outcome.right
    wrong = error != 0
    k, p, s = settings.k, settings.p, settings.s
    says = (
        f"The primer's fraction minus the number of windows for every image side, with k = {k}, p = {p}, s = {s}: "
        f"0 at {int((~wrong).sum())} of {len(wrong)} sides, below 0 at the others."
    )
    group = np.where(wrong, WRONG, RIGHT)
    layers: list[Layer] = [
        Bars([settings.n - 0.4], [-1.0], [settings.n + 0.4], [0.15], pale=True),
        Bars(outcome.sides - 0.05, error, outcome.sides + 0.05, np.zeros(len(error)), group=group),
        Dots(outcome.sides, error, group, 4),
    ]
    return Scene(
        [Frame(layers, says)],
        x_label=f"image side n (grey: {settings.n})",
        y_label="fraction − windows",
        x_range=(0, 33),
        y_range=(-1.0, 0.15),
        x_marks="whole",
        legend=["the fraction is right", "", "", "wrong"],
    )
