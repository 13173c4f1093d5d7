"""Convolution, padding, stride and pooling: the page. It draws; engine/experiments/convolution_pooling.py computes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from engine.data import Floats
from engine.experiment import Run
from engine.experiments.convolution_pooling import (
    DIGIT,
    EXPERIMENTS,
    KINDS,
    NUMBERS,
    SECOND,
    YOURS,
    Bytes,
    PoolOutcome,
    PoolSettings,
    ShareOutcome,
    ShareSettings,
    SizeOutcome,
    SizeSettings,
    Slide,
    SlideSettings,
    SlideSnapshot,
    kernel_of,
    picture,
    shown,
)
from pages.widgets import charts, state, tables, topic
from pages.widgets.panels import panels
from pages.widgets.player import Cells, Frame, Layer, Lines, Scene, Words, player
from pages.widgets.words import plural

TOPIC = "convolution_pooling"
SLIDE, _, POOL, _ = EXPERIMENTS
MOST_SIGNS = 26  # pixels in a row that are wide enough for a sign
MOST_NUMBERED = 20  # cells across a board whose numbers can still be read
LEAST_WIDE = 3  # cells that a title needs
PALER = 1.7  # the largest number is not given the deepest colour: numbers stand on it
WRITTEN_OUT = 9  # products that a sentence holds


# --- blocks of square cells ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Block:
    """A small matrix, shape (r, c), whose cells lie on a board from row `top` and column `left` on."""

    title: str
    values: Floats
    top: int
    left: int

    @property
    def shape(self) -> tuple[int, int]:
        return self.values.shape[0], self.values.shape[1]

    def cells(self, board: tuple[int, int], largest: float) -> Cells:
        """Colour the cells, red above zero and blue below; the rest of the board, (rows, columns), stays empty."""
        whole = np.full(board, np.nan)
        whole[self.top : self.top + self.shape[0], self.left : self.left + self.shape[1]] = self.values
        return Cells(whole, -PALER * largest, PALER * largest)

    def words(self) -> Words:
        """Write the numbers into their cells, leaving out those that are missing."""
        rows, columns = np.nonzero(~np.isnan(self.values))
        said = [number(float(one), 2) for one in self.values[rows, columns]]
        return Words(self.left + columns + 0.5, self.top + rows + 0.5, said)

    def outline(self, row: int = 0, column: int = 0, rows: int = 1, columns: int = 1, width: float = 3.0) -> Lines:
        """Frame some of the cells; the frame glides to where the next moment has it."""
        top, left = self.top + row, self.left + column
        x, y = [left, left + columns, left + columns, left], [top, top, top + rows, top + rows]
        return Lines(x, y, np.roll(x, -1), np.roll(y, -1), width=width, tween=True)


def titles(blocks: Sequence[Block], head: int) -> Words:
    """Write each block's title over it, into the middle of `head` empty rows."""
    middles = [block.left + max(block.shape[1], LEAST_WIDE) / 2 for block in blocks]
    return Words(middles, [block.top - head / 2 for block in blocks], [block.title for block in blocks])


def grid(blocks: Sequence[Block]) -> Lines:
    """Draw the lines between the cells."""
    lines = []
    for block in blocks:
        (rows, columns), top, left = block.shape, block.top, block.left
        lines += [(left, top + i, left + columns, top + i) for i in range(rows + 1)]
        lines += [(left + j, top, left + j, top + rows) for j in range(columns + 1)]
    return Lines(*np.array(lines, dtype=float).T, width=0.5)


def size_of(values: Floats) -> float:
    return float(np.abs(values).max()) or 1.0


def number(value: float, digits: int = 3) -> str:
    """Write a number shortly: whole ones as they are, others with a few digits."""
    whole = value == round(value) or abs(value) >= 10**digits
    text = f"{value:,.0f}" if whole else f"{value:.{digits}g}"
    return text.replace("-", "−") if text.strip("-") != "0" else "0"


# --- slide -----------------------------------------------------------------------------------------------------


def draw_slide(settings: SlideSettings, run: Run) -> None:
    """Replay the window on the small grid; below, the whole picture and its feature map."""
    slide: Slide = run.outcome.slide
    scene = scene_of(slide, run.snapshots, settings.stride)
    height = round(min(430, 440 * scene.y_range[0] / scene.x_range[1]))
    player(scene, state.owned(TOPIC, "slide", "player"), height=height)
    flipped = f"numbers that differ by up to {number(slide.flipped_gap)}" if slide.flipped_gap else "the same map"
    steps = "A photograph's 256 greys are cut to 16 steps here, so that you can redo every sum. "
    st.caption(
        f"Red is above zero, blue below. {'' if settings.image in (NUMBERS, DIGIT) else steps}"
        f"Turned by half a turn, this kernel gives {flipped}."
    )
    whole_pictures(settings, slide)
    weights, divisor = kernel_of(settings)
    edit("weights", settings, weights / divisor, {"kernel": YOURS}, "Edit the kernel")
    edit("pixels", settings, slide.grid, {"image": NUMBERS}, "Edit the small picture")


def whole_pictures(settings: SlideSettings, slide: Slide) -> None:
    """Show the whole picture beside its feature map."""
    left, right = st.columns(2)
    (H, W), (rows, columns) = slide.whole, slide.shape
    said = f"{columns:,} × {rows:,} numbers from {number(slide.low)} to {number(slide.high)}"
    after = {"nothing": "", SECOND: " after ReLU and a second kernel"}.get(settings.then, f" after {settings.then}")
    zero = "Grey is 0" if slide.low < 0 else "Black is 0"
    with left:
        photograph(shown(picture(settings)), "The whole picture in grey")
        st.caption(f"The whole picture: {W:,} × {H:,} pixels")
    with right:
        photograph(slide.levels, f"The feature map{after}: {said}")
        st.caption(f"Its feature map{after}: {said}. {zero}, white {number(slide.white)}")


def photograph(pixels: Bytes, alt_text: str) -> None:
    """Show greys as wide as there is room, or as high as a screen allows."""
    height, width = pixels.shape
    st.image(pixels, alt=alt_text, width="stretch" if width >= height else max(1, 420 * width // height))


def edit(field: str, settings: SlideSettings, values: Floats, also: dict[str, str], title: str) -> None:
    """Draw a small matrix as an editable table; what is changed becomes the learner's own."""
    names = tuple(str(column + 1) for column in range(values.shape[1]))
    rows = tuple(tuple(float(f"{cell:.5g}") for cell in row) for row in values)
    tables.edit_points(TOPIC, SLIDE, settings, field, rows, names, also=also, title=title)


def scene_of(slide: Slide, snapshots: Sequence[SlideSnapshot], stride: int) -> Scene:
    """Lay out four blocks, two above two: the picture and the map, the kernel and the products."""
    (h, w), (rows, columns), k = slide.padded.shape, slide.map.shape, len(slide.weights)
    right = max(w, k, LEAST_WIDE) + 1
    width = right + max(columns, k, LEAST_WIDE)
    head = 1 if width <= MOST_NUMBERED else 2  # cells that are as high as a title
    below = max(h, rows) + 2 * head
    board = below + k, width
    over = "" if slide.divisor == 1 else f" / {slide.divisor:g}"
    image, kernel = Block("picture", slide.padded, head, 0), Block(f"kernel{over}", slide.weights, below, 0)
    still: list[Layer] = []
    numbered = board[1] <= MOST_NUMBERED
    frames = []
    heaviest = size_of(slide.grid) * size_of(slide.weights)
    for snapshot in snapshots:
        i, j = snapshot.row, snapshot.column
        grown = np.full((rows, columns), np.nan)
        grown.flat[: i * columns + j + 1] = slide.map.flat[: i * columns + j + 1]
        products, map = Block("products", snapshot.products, below, right), Block("map", grown, head, right)
        still = still or frozen((image, kernel, products, map), slide, head, numbered)
        layers = [
            products.cells(board, heaviest), map.cells(board, size_of(slide.map)), *still,
            *([products.words(), map.words()] if numbered else []),
            image.outline(i * stride, j * stride, k, k), map.outline(i, j),
        ]  # fmt: skip
        patch = slide.padded[i * stride : i * stride + k, j * stride : j * stride + k]
        frames.append(Frame(layers, f"Row {i + 1}, column {j + 1}: {written(patch, snapshot)}"))
    fixed = image.cells(board, size_of(slide.padded)), kernel.cells(board, size_of(slide.weights))
    return Scene(frames, fixed, x_label="", y_label="", x_range=(0, board[1]), y_range=(board[0], 0),
                 equal=True, axes=False)  # fmt: skip


def frozen(blocks: Sequence[Block], slide: Slide, head: int, numbered: bool) -> list[Layer]:
    """Return what lies over the colours in every frame: lines, titles, the numbers that stay, the padding's frame."""
    image, kernel, *_ = blocks
    p = (slide.padded.shape[0] - slide.grid.shape[0]) // 2
    edge = [image.outline(p, p, *slide.grid.shape, width=1.5)] if p else []
    return [grid(blocks), titles(blocks, head), *edge, *([image.words(), kernel.words()] if numbered else [])]


def written(patch: Floats, snapshot: SlideSnapshot) -> str:
    """Write the dot product out, weights of zero left out, or say what it comes to where it is long."""
    slide = snapshot.slide
    terms = [
        f"{number(x)}·{number(w) if w > 0 else f'({number(w)})'}"
        for x, w in zip(patch.flat, slide.weights.flat, strict=True) if w
    ]  # fmt: skip
    sum_of = " + ".join(terms) if 0 < len(terms) <= WRITTEN_OUT else f"the sum of {len(terms)} products"
    if slide.divisor != 1:
        sum_of = f"({sum_of}) / {slide.divisor:g}"
    return f"{sum_of} = {number(snapshot.value)}"


# --- size ------------------------------------------------------------------------------------------------------


def draw_size(settings: SizeSettings, run: Run) -> None:
    """Draw the pixels and every window over them; below, the primer's fraction here and at every other side."""
    outcome: SizeOutcome = run.outcome
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
    errors = pd.DataFrame({"n": outcome.sides, "error": outcome.books - outcome.right,
                           "fraction": np.where(wrong, "wrong", "right")})  # fmt: skip
    base = alt.Chart(errors).encode(
        alt.X("n:Q", title="image side n", scale=alt.Scale(domain=[0, 33], nice=False),
              axis=alt.Axis(tickMinStep=1, format="d")),
        alt.Y("error:Q", title="fraction − windows", scale=alt.Scale(domain=[-1, 0.1], nice=False),
              axis=alt.Axis(tickCount=3)),
        alt.Color("fraction:N", title="the primer's fraction is", legend=alt.Legend(orient="top"),
                  scale=alt.Scale(domain=["right", "wrong"], range=charts.COLOURS[2:4])),
    )  # fmt: skip
    marks = base.mark_point(filled=True, size=60, opacity=1).encode(
        shape=alt.Shape("fraction:N", title="the primer's fraction is", scale=alt.Scale(range=["circle", "diamond"]))
    )
    here = alt.Chart(pd.DataFrame({"n": [n]})).mark_rule(strokeDash=[4, 4], color=charts.COLOURS[7]).encode(x="n:Q")
    charts.show(
        (here + base.mark_bar(size=2) + marks).properties(height=230),
        f"The primer's fraction minus the number of windows for every image side, with k = {k}, p = {p}, s = {s}: "
        f"0 at {int((~wrong).sum())} of {len(wrong)} sides, below 0 at the others.",
    )
    st.caption(f"With k = {k}, p = {p}, s = {s} the fraction is wrong at {int(wrong.sum())} of {len(wrong)} image "
               "sides. It is right only where $s$ divides $n+2p-k+1$.")  # fmt: skip


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
    layers = [
        Cells(board, -PALER, PALER), grid([Block("", board[:1], 0, 0)]),
        Words(marked + 0.5, np.full(len(marked), 0.5), signs[marked].tolist()),
        Words(outcome.starts + k / 2, np.arange(side) + 2.5, [str(start) for start in outcome.starts]),
    ]  # fmt: skip
    says = (
        f"{plural(side, 'window')} of {plural(k, 'pixel')} over {n + 2 * p} pixels, starting at "
        f"{', '.join(map(str, outcome.starts))}; {int((~outcome.seen).sum())} pixels are in none"
    )
    scene = Scene([Frame(layers, says)], x_label="", y_label="", x_range=(0, n + 2 * p), y_range=(side + 2, 0),
                  axes=False)  # fmt: skip
    height = (side + 2) * max(14, min(26, 300 // (side + 2)))
    panels([scene], state.owned(TOPIC, "size", "panels"), height=height, columns=1)


# --- pool ------------------------------------------------------------------------------------------------------


def draw_pool(settings: PoolSettings, run: Run) -> None:
    """Show the map and its pooled map, before the shift and below it after the shift."""
    outcome: PoolOutcome = run.outcome
    (h, w), pooled = outcome.before.shape, outcome.pooled_before.shape
    right = max(w, LEAST_WIDE) + 1
    width = right + max(pooled[1], LEAST_WIDE)
    head = 1 if width <= MOST_NUMBERED else 2
    below = h + 2 * head
    board = below + h, width
    blocks = (
        Block("map", outcome.before, head, 0), Block("pooled", outcome.pooled_before, head, right),
        Block("shifted map", outcome.after, below, 0), Block("pooled", outcome.pooled_after, below, right),
    )  # fmt: skip
    f, s = settings.window, settings.stride
    seen = pooled if s >= f else (1, 1)  # windows that overlap would hide the map: the first shows their size
    layers = [
        *(block.cells(board, size_of(outcome.before)) for block in blocks), grid(blocks), titles(blocks, head),
        *(block.outline(s * i, s * j, f, f, 1.5) for block in blocks[::2] for i, j in np.ndindex(*seen)),
        *(blocks[3].outline(i, j) for i, j in np.argwhere(outcome.changed).tolist()),
        *(block.words() for block in blocks if board[1] <= MOST_NUMBERED),
    ]  # fmt: skip
    says = "; ".join(f"{block.title}: {rows_of(block.values)}" for block in blocks)
    scene = Scene([Frame(layers, says)], x_label="", y_label="", x_range=(0, board[1]), y_range=(board[0], 0),
                  equal=True, axes=False)  # fmt: skip
    panels([scene], state.owned(TOPIC, "pool", "panels"), height=round(min(500, 430 * board[0] / board[1])), columns=1)
    moved, changed = int(outcome.moved.sum()), int(outcome.changed.sum())
    heavy = ", in heavy frames" if changed else ""
    thin = "Thin frames are the windows" if s >= f else "The thin frame is the first window"
    st.caption(
        f"The shift changes {moved} of {outcome.moved.size} numbers of the map, and {changed} of "
        f"{outcome.changed.size} of the pooled map{heavy}. {thin}."
    )
    names = tuple(str(column + 1) for column in range(w))
    rows = tuple(map(tuple, outcome.before.tolist()))
    tables.edit_points(TOPIC, POOL, settings, "numbers", rows, names, also={"map": NUMBERS}, title="Edit the map")


def rows_of(values: Floats) -> str:
    """Say a small map row by row for those who do not see it."""
    if values.size > 64:
        return f"{values.shape[0]} × {values.shape[1]} numbers from {number(values.min())} to {number(values.max())}"
    return ", ".join(" ".join(number(float(cell)) for cell in row) for row in values)


# --- share -----------------------------------------------------------------------------------------------------


def draw_share(settings: ShareSettings, run: Run) -> None:
    """Compare the parameters of three layers, at this image side and at all others."""
    outcome: ShareOutcome = run.outcome
    table = pd.DataFrame({
        "layer": KINDS, "parameters": [f"{count:,}" for count in outcome.counts],
        "multiplications": [f"{count:,}" for count in outcome.multiplications],
    })  # fmt: skip
    tables.numbers(table, "Parameters and multiplications of three layers with the same input and output")
    curves = pd.concat([
        pd.DataFrame({"side": outcome.sides, "parameters": counts, "layer": kind})
        for kind, counts in zip(KINDS, outcome.curves, strict=True)
    ])  # fmt: skip
    lines = alt.Chart(curves).mark_line(point=True, tooltip=True).encode(
        alt.X("side:Q", title="image side n", scale=alt.Scale(type="log", domain=[4, 256], nice=False),
              axis=alt.Axis(values=[4, 8, 16, 32, 64, 128, 256], format="d")),
        alt.Y("parameters:Q", scale=alt.Scale(type="log"), axis=alt.Axis(format="~s", tickCount=6)),
        alt.Color("layer:N", sort=KINDS, legend=alt.Legend(orient="top", title=None)),
        alt.Shape("layer:N", sort=KINDS),
    )  # fmt: skip
    here = (
        alt.Chart(pd.DataFrame({"side": [settings.side]}))
        .mark_rule(strokeDash=[4, 4], color=charts.COLOURS[7])
        .encode(x="side:Q")
    )
    dense, local, shared = outcome.counts
    charts.show(
        (here + lines).properties(height=360),
        f"Parameters against the image side, both axes logarithmic. At side {settings.side}: dense {dense:,}, local "
        f"{local:,}, convolution {shared:,}.",
    )
    st.caption(
        f"Dense needs {dense / shared:,.0f} times the parameters of the convolution. Looking at small windows only "
        f"saves a factor of {dense / local:,.0f}, sharing the kernel another {local / shared:,.0f}."
    )


topic.show(TOPIC, {"slide": draw_slide, "size": draw_size, "pool": draw_pool, "share": draw_share})
