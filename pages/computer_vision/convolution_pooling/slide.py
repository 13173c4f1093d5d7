"""Pictures of the experiment convolution_pooling.slide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from engine.data import Floats
from engine.experiment import Run
from engine.experiments.convolution_pooling.shared import DIGIT, NUMBERS, SECOND, YOURS, Bytes
from engine.experiments.convolution_pooling.slide import Slide, SlideSettings, SlideSnapshot, kernel_of, picture, shown
from pages.widgets.canvas.scene import Dots, Frame, Layer, Photo, Scene, Words
from pages.widgets.canvas.view import Part, Picture, Row, Sheet, Text
from pages.widgets.figures.blocks import LEAST_WIDE, Block, grid, on_board, size_of, titles
from pages.widgets.figures.numbers import number
from pages.widgets.shell.letters import plural

WRITTEN_OUT = 9  # products that a sentence holds
TALLEST = 250  # CSS pixels of the replay
MOST_NUMBERED = 36  # cells across whose numbers can still be read
PHOTO_TALL = 130
RING = 7  # the group whose mark is a ring


def view(settings: SlideSettings, run: Run[SlideSnapshot]) -> list[Part]:
    """Replay the window on the small grid; below, the whole picture and its feature map."""
    slide = run.outcome.slide
    scene = scene_of(slide, run.snapshots, settings.stride)
    weights, divisor = kernel_of(settings)
    return [
        Picture(scene, TALLEST),
        Row(whole_pictures(settings, slide)),
        Text(told(settings, slide)),
        Row(
            [
                sheet("weights", weights / divisor, {"kernel": YOURS}, "Edit the kernel"),
                sheet("pixels", slide.grid, {"image": NUMBERS}, "Edit the small picture"),
            ]
        ),
    ]


def told(settings: SlideSettings, slide: Slide) -> str:
    """Say what the colours and greys mean, and what the flipped kernel would give."""
    flipped = f"numbers that differ by up to {number(slide.flipped_gap)}" if slide.flipped_gap else "the same map"
    steps = "" if settings.image in (NUMBERS, DIGIT) else "; 256 greys are cut to 16 steps"
    zero = "grey is 0" if slide.low < 0 else "black is 0"
    ring = "" if slide.corner is None else " Ring: the detail."
    return (
        f"Red is above zero, blue below{steps}. Flipped, this kernel gives {flipped}. The feature map goes from "
        f"{number(slide.low)} to {number(slide.high)}: {zero}, white {number(slide.white)}.{ring}"
    )


def whole_pictures(settings: SlideSettings, slide: Slide) -> list[Part]:
    """Show the whole picture, with a ring around the replay's detail, beside its feature map."""
    (H, W), (rows, columns) = slide.whole, slide.shape
    after = {"nothing": "", SECOND: " after ReLU and a second kernel"}.get(settings.then, f" after {settings.then}")
    middle, ring = None, ""
    if slide.corner is not None:
        (top, left), (h, w) = slide.corner, slide.grid.shape
        middle, ring = ((top + h / 2) / H, (left + w / 2) / W), ", and a ring around the detail"
    return [
        photograph(shown(picture(settings)), f"The whole picture: {W:,} × {H:,} pixels", f"in grey{ring}", middle),
        photograph(
            slide.levels,
            f"Its feature map{after}: {columns:,} × {rows:,} numbers",
            f"from {number(slide.low)} to {number(slide.high)}",
        ),
    ]


def photograph(pixels: Bytes, title: str, says: str, middle: tuple[float, float] | None = None) -> Picture:
    """Show greys, and a ring at (down, across), shares of the picture, as large as there is room."""
    h, w = pixels.shape
    layers: list[Layer] = [Photo(pixels)]
    if middle:
        layers.append(Dots([middle[1] * w], [middle[0] * h], RING, 6))
    frame = Frame(layers, says)
    return Picture(on_board([frame], (h, w), title=title), PHOTO_TALL)


def sheet(field: str, values: Floats, also: dict[str, str], title: str) -> Sheet:
    """Return a small matrix as a table to type in; what is changed becomes the learner's own."""
    names = tuple(str(column + 1) for column in range(values.shape[1]))
    rows = tuple(tuple(float(f"{cell:.5g}") for cell in row) for row in values)
    return Sheet(field, rows, names, also=also, title=title)


def scene_of(slide: Slide, snapshots: Sequence[SlideSnapshot], stride: int) -> Scene:
    """Lay out the sum as it is written: picture times kernel, the products, the map that their sum goes into."""
    k, (rows, columns) = len(slide.weights), slide.map.shape
    over = "" if slide.divisor == 1 else f" / {slide.divisor:g}"
    shapes = {"picture": slide.padded.shape, f"kernel{over}": (k, k), "products": (k, k), "map": (rows, columns)}
    lefts = np.cumsum([0, *(max(w, LEAST_WIDE) + 1 for _, w in shapes.values())]).tolist()
    board, numbered = (1 + max(h for h, _ in shapes.values()), lefts[-1] - 1), lefts[-1] <= MOST_NUMBERED
    places = zip(shapes, lefts, strict=False)
    image, kernel, products, map = (Block(name, np.full(shapes[name], np.nan), 1, left) for name, left in places)
    image, kernel = replace(image, values=slide.padded), replace(kernel, values=slide.weights)
    still: list[Layer] = frozen((image, kernel, products, map), slide, numbered)
    heaviest, largest = size_of(slide.grid) * size_of(slide.weights), size_of(slide.map)
    frames = []
    for snapshot in snapshots:
        i, j = snapshot.row, snapshot.column
        grown = np.full((rows, columns), np.nan)
        grown.flat[: i * columns + j + 1] = slide.map.flat[: i * columns + j + 1]
        products, map = replace(products, values=snapshot.products), replace(map, values=grown)
        layers = [
            products.cells(board, heaviest),
            map.cells(board, largest),
            *still,
            *([products.words(), map.words()] if numbered else []),
            image.outline(i * stride, j * stride, k, k),
            map.outline(i, j),
        ]
        patch = slide.padded[i * stride : i * stride + k, j * stride : j * stride + k]
        frames.append(Frame(layers, f"Row {i + 1}, column {j + 1}: {written(patch, snapshot)}"))
    fixed = image.cells(board, size_of(slide.padded)), kernel.cells(board, size_of(slide.weights))
    return on_board(frames, board, fixed)


def frozen(blocks: Sequence[Block], slide: Slide, numbered: bool) -> list[Layer]:
    """Return what stays over the colours: lines, titles, signs, numbers, the padding's frame."""
    image, kernel, *rest = blocks
    p = (slide.padded.shape[0] - slide.grid.shape[0]) // 2
    rows, columns = slide.grid.shape
    edge = [image.outline(p, p, rows, columns, width=1.5)] if p else []
    middle = 1 + len(slide.weights) / 2
    signs = Words([block.left - 0.5 for block in (kernel, *rest)], [middle] * 3, ["×", "=", "Σ"])
    return [grid(blocks), titles(blocks, 1), signs, *edge, *([image.words(), kernel.words()] if numbered else [])]


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
