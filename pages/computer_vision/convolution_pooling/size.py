"""Pictures of the experiment convolution_pooling.size."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from engine.experiment import Run
from engine.experiments.convolution_pooling.size import SizeOutcome, SizeSettings
from pages.computer_vision.convolution_pooling.shared import MOST_SIGNS, TOPIC
from pages.widgets.canvas.panels.panels import panels
from pages.widgets.canvas.scene import Cells, Frame, Layer, Scene, Words
from pages.widgets.figures import charts
from pages.widgets.figures.blocks import PALER, Block, grid
from pages.widgets.shell import state
from pages.widgets.shell.letters import plural


def draw_size(settings: SizeSettings, run: Run[SizeOutcome]) -> None:
    """Draw the pixels and every window over them; below, the primer's fraction here and at every other side."""
    outcome = run.outcome
    n, k, p, s = settings.n, settings.k, settings.p, settings.s
    same = "the same" if outcome.book == outcome.side else "which is not the number of windows"
    st.markdown(rf"Right: $\left\lfloor\dfrac{{{n}+2\cdot{p}-{k}}}{{{s}}}\right\rfloor+1={outcome.side}$")
    st.markdown(rf"The primer's fraction: $\dfrac{{{n + 2 * p}-{k}+1}}{{{s}}}={outcome.book:.4g}$, {same}")
    windows(settings, outcome)
    unseen, end = int((~outcome.seen).sum()), outcome.lost
    gaps = f", {end} of them at the end" if unseen > end else " at the end"
    st.caption(
        f"{plural(outcome.side, 'window')} under the row of pixels, each with the number of its first pixel."
        f"{' Pale: the padding.' if p else ''} "
        + (f"Blue: {plural(unseen, 'pixel')} in no window{gaps}." if unseen else "Every pixel is in a window.")
    )
    wrong = outcome.books != outcome.right
    errors = pd.DataFrame(
        {"n": outcome.sides, "error": outcome.books - outcome.right, "fraction": np.where(wrong, "wrong", "right")}
    )
    base = alt.Chart(errors).encode(
        alt.X(
            "n:Q",
            title="image side n",
            scale=alt.Scale(domain=[0, 33], nice=False),
            axis=alt.Axis(tickMinStep=1, format="d"),
        ),
        alt.Y(
            "error:Q",
            title="fraction − windows",
            scale=alt.Scale(domain=[-1, 0.1], nice=False),
            axis=alt.Axis(tickCount=3),
        ),
        alt.Color(
            "fraction:N",
            title="the primer's fraction is",
            legend=alt.Legend(orient="top"),
            scale=alt.Scale(domain=["right", "wrong"], range=charts.COLOURS[2:4]),
        ),
    )
    marks = base.mark_point(filled=True, size=60, opacity=1).encode(
        shape=alt.Shape("fraction:N", title="the primer's fraction is", scale=alt.Scale(range=["circle", "diamond"]))
    )
    here = alt.Chart(pd.DataFrame({"n": [n]})).mark_rule(strokeDash=[4, 4], color=charts.COLOURS[7]).encode(x="n:Q")
    charts.show(
        (here + base.mark_bar(size=2) + marks).properties(height=230),
        f"The primer's fraction minus the number of windows for every image side, with k = {k}, p = {p}, s = {s}: "
        f"0 at {int((~wrong).sum())} of {len(wrong)} sides, below 0 at the others.",
    )
    st.caption(
        f"With k = {k}, p = {p}, s = {s} the fraction is wrong at {int(wrong.sum())} of {len(wrong)} image "
        "sides. It is right only where $s$ divides $n+2p-k+1$."
    )


def windows(settings: SizeSettings, outcome: SizeOutcome) -> None:
    """Draw the padded side as a row of pixels, and every window under it with the number of its first pixel."""
    n, k, p, side = settings.n, settings.k, settings.p, outcome.side
    inside = (np.arange(n + 2 * p) >= p) & (np.arange(n + 2 * p) < n + p)
    board = np.full((side + 2, n + 2 * p), np.nan)
    board[0] = np.where(outcome.seen, np.where(inside, 0.5, 0.15), -0.9)
    for row, start in enumerate(outcome.starts, start=2):
        board[row, start : start + k] = 0.9
    signs = np.where(outcome.seen, np.where(inside, "", "0"), "×")
    marked = np.flatnonzero(signs != "") if len(signs) <= MOST_SIGNS else np.array([], dtype=int)
    layers: list[Layer] = [
        Cells(board, -PALER, PALER),
        grid([Block("", board[:1], 0, 0)]),
        Words(marked + 0.5, np.full(len(marked), 0.5), signs[marked].tolist()),
        Words(outcome.starts + k / 2, np.arange(side) + 2.5, [str(start) for start in outcome.starts]),
    ]
    unseen = int((~outcome.seen).sum())
    says = (
        f"{plural(side, 'window')} of {plural(k, 'pixel')} over {n + 2 * p} pixels, starting at "
        f"{', '.join(map(str, outcome.starts))}; {plural(unseen, 'pixel is', 'pixels are')} in none"
    )
    scene = Scene(
        [Frame(layers, says)], x_label="", y_label="", x_range=(0, n + 2 * p), y_range=(side + 2, 0), axes=False
    )
    height = (side + 2) * max(14, min(26, 300 // (side + 2)))
    panels([scene], state.owned(TOPIC, "size", "panels"), height=height, columns=1)
