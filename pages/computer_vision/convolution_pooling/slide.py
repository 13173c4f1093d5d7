"""Pictures of the experiment convolution_pooling.slide."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from engine.data import Floats
from engine.experiment import Run
from engine.experiments.convolution_pooling.shared import DIGIT, NUMBERS, SECOND, YOURS, Bytes
from engine.experiments.convolution_pooling.slide import Slide, SlideSettings, SlideSnapshot, kernel_of, picture, shown
from pages.computer_vision.convolution_pooling.shared import SLIDE, TOPIC
from pages.widgets.canvas.player.player import player
from pages.widgets.canvas.scene import Frame, Layer, Scene
from pages.widgets.figures.blocks import LEAST_WIDE, MOST_NUMBERED, Block, grid, size_of, titles
from pages.widgets.figures.numbers import number
from pages.widgets.plate.rows import edit_points
from pages.widgets.shell import state
from pages.widgets.shell.letters import plural

WRITTEN_OUT = 9  # products that a sentence holds


def draw_slide(settings: SlideSettings, run: Run[SlideSnapshot]) -> None:
    """Replay the window on the small grid; below, the whole picture and its feature map."""
    slide = run.outcome.slide
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
    edit_points(TOPIC, SLIDE, settings, field, rows, names, also=also, title=title)


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
            products.cells(board, heaviest),
            map.cells(board, size_of(slide.map)),
            *still,
            *([products.words(), map.words()] if numbered else []),
            image.outline(i * stride, j * stride, k, k),
            map.outline(i, j),
        ]
        patch = slide.padded[i * stride : i * stride + k, j * stride : j * stride + k]
        frames.append(Frame(layers, f"Row {i + 1}, column {j + 1}: {written(patch, snapshot)}"))
    fixed = image.cells(board, size_of(slide.padded)), kernel.cells(board, size_of(slide.weights))
    return Scene(
        frames, fixed, x_label="", y_label="", x_range=(0, board[1]), y_range=(board[0], 0), equal=True, axes=False
    )


def frozen(blocks: Sequence[Block], slide: Slide, head: int, numbered: bool) -> list[Layer]:
    """Return what lies over the colours in every frame: lines, titles, the numbers that stay, the padding's frame."""
    image, kernel, *_ = blocks
    p = (slide.padded.shape[0] - slide.grid.shape[0]) // 2
    rows, columns = slide.grid.shape
    edge = [image.outline(p, p, rows, columns, width=1.5)] if p else []
    return [grid(blocks), titles(blocks, head), *edge, *([image.words(), kernel.words()] if numbered else [])]


def written(patch: Floats, snapshot: SlideSnapshot) -> str:
    """Write the dot product out, weights of zero left out, or say what it comes to where it is long."""
    slide = snapshot.slide
    terms = [
        f"{number(x)}·{number(w) if w > 0 else f'({number(w)})'}"
        for x, w in zip(patch.flat, slide.weights.flat, strict=True)
        if w
    ]
    sum_of = " + ".join(terms) if 0 < len(terms) <= WRITTEN_OUT else f"the sum of {plural(len(terms), 'product')}"
    if slide.divisor != 1:
        sum_of = f"({sum_of}) / {slide.divisor:g}"
    return f"{sum_of} = {number(snapshot.value)}"
