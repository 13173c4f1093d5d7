"""The experiment slide: the sliding window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from engine.computer_vision import convolution, images
from engine.computer_vision.convolution import conv2d, output_side
from engine.data import Floats, Image
from engine.experiment import Experiment, Sabotage, Verdict
from engine.experiments.convolution_pooling.shared import (
    DETAIL,
    DIGIT,
    FIXED_KERNELS,
    FOUR_BY_FOUR,
    LEAK,
    NUMBERS,
    OWN,
    SECOND,
    SIZED_KERNELS,
    SMALL_KERNEL,
    WHOLE,
    YOURS,
    Bytes,
    Numbers,
)
from engine.settings import Choice, Flag, OwnImage, Rows, Settings, Whole


@dataclass(frozen=True)
class SlideSettings(Settings):
    """A picture, a kernel, and how it slides."""

    main: ClassVar = ("image", "kernel", "stride", "padding")

    image: Annotated[str, Choice((*images.PHOTOGRAPHS, DIGIT, NUMBERS, OWN), says="Picture")] = "china"
    own: Annotated[Image | None, OwnImage(says="Your image", when=(("image", (OWN,)),))] = None
    digit: Annotated[int, Whole(0, images.DIGITS - 1, says="Which digit", when=(("image", (DIGIT,)),))] = 7
    pixels: Annotated[
        Numbers, Rows(None, -99, 99, most=10, widest=10, says="The picture's numbers", when=(("image", (NUMBERS,)),))
    ] = FOUR_BY_FOUR
    kernel: Annotated[str, Choice((*FIXED_KERNELS, *SIZED_KERNELS, YOURS), says="Kernel")] = "Sobel x"
    size: Annotated[int, Whole(1, 7, says="Kernel's side, k", when=(("kernel", SIZED_KERNELS),))] = 3
    weights: Annotated[
        Numbers, Rows(None, -99, 99, most=7, widest=7, says="The kernel's numbers", when=(("kernel", (YOURS,)),))
    ] = SMALL_KERNEL
    flip: Annotated[bool, Flag(says="Flip the kernel")] = False
    stride: Annotated[int, Whole(1, 4, says="Stride, s")] = 1
    padding: Annotated[int, Whole(0, 3, says="Padding, p")] = 0
    then: Annotated[str, Choice(("nothing", "ReLU", "leaky ReLU", SECOND), says="Afterwards")] = "nothing"
    view: Annotated[
        str, Choice((DETAIL, WHOLE), says="The replay shows", when=(("image", (*images.PHOTOGRAPHS, OWN)),))
    ] = DETAIL
    across: Annotated[
        int, Whole(0, 100, says="Detail, across (%)", when=(("image", (*images.PHOTOGRAPHS, OWN)), ("view", (DETAIL,))))
    ] = 44
    down: Annotated[
        int, Whole(0, 100, says="Detail, down (%)", when=(("image", (*images.PHOTOGRAPHS, OWN)), ("view", (DETAIL,))))
    ] = 52
    side: Annotated[
        int, Whole(4, 10, says="Pixels a side in the replay", when=(("image", (*images.PHOTOGRAPHS, OWN)),))
    ] = 6

    def conflicts(self) -> Iterator[str]:
        if (self.image == NUMBERS and not self.pixels) or (self.kernel == YOURS and not self.weights):
            yield "Give at least one row of numbers."


@dataclass(frozen=True)
class Slide:
    """What stays the same while the window slides.

    Attributes:
        grid: shape (h, w), the small picture of the replay; padded: (h + 2p, w + 2p), with its zeros.
        corner: row and column of the whole picture at which the grid, where it is a detail, begins; else None.
        weights: shape (k, k), the kernel as it is laid on, in whole numbers where it has a divisor.
        divisor: every sum is divided by it (9 for a box blur of side 3).
        map: shape (h', w'), the small feature map.
        flipped_gap: largest difference between this map and the one of the kernel turned by half a turn.
        whole, shape: (H, W) of the whole picture and (H', W') of its map, computed in full resolution.
        levels: the whole map as greys, made to fit a screen.
        low, high: smallest and largest number of the whole map; white: the number that is shown as white.
    """

    grid: Floats
    padded: Floats
    corner: tuple[int, int] | None
    weights: Floats
    divisor: float
    map: Floats
    flipped_gap: float
    whole: tuple[int, int]
    shape: tuple[int, int]
    levels: Bytes
    low: float
    high: float
    white: float


@dataclass(frozen=True)
class SlideSnapshot:
    """One place of the window: `row` and `column` in the map, the k x k products there and what they come to."""

    slide: Slide
    row: int
    column: int
    products: Floats
    value: float


def kernel_of(settings: SlideSettings) -> tuple[Floats, float]:
    """Return the kernel, shape (k, k), as weights and the number that they are divided by.

    The learner's own rows decide its side; what a row lacks is zero, and what it has too much is left out.
    """
    if settings.kernel == "box blur":
        return np.ones((settings.size, settings.size)), float(settings.size**2)
    if settings.kernel == "Gaussian blur":
        return convolution.binomial(settings.size).astype(float), float(4 ** (settings.size - 1))
    if settings.kernel != YOURS:
        return np.array(FIXED_KERNELS[settings.kernel], dtype=float), 1.0
    rows = np.array(settings.weights, dtype=float)[:, : len(settings.weights)]
    return np.pad(rows, ((0, 0), (0, len(rows) - rows.shape[1]))), 1.0


def picture(settings: SlideSettings) -> Floats:
    """Return the whole picture in grey, shape (H, W): 0 ... 255, a digit 0 ... 16, or the learner's numbers."""
    if settings.image == DIGIT:
        return images.digit(settings.digit)
    if settings.image == NUMBERS:
        return np.array(settings.pixels, dtype=float)
    own = settings.own.pixels if settings.own and settings.image == OWN else None
    return images.grey(images.photograph(settings.image) if own is None else own)


def shown(X: Floats) -> Bytes:
    """Return a picture as greys for a screen: a digit's 16 is white, as a photograph's 255 is."""
    white = 255.0 if X.max() > 16 else max(float(X.max()), 1.0)
    return images.for_screen(np.clip(255 * X / white, 0, 255).astype(np.uint8))


def small_grid(settings: SlideSettings, X: Floats, k: int) -> Floats:
    """Return what the replay slides over: at most 10 x 10 numbers, a photograph's in 16 steps of grey."""
    if settings.image in (DIGIT, NUMBERS):
        return X
    side = max(settings.side, k - 2 * settings.padding)
    if settings.view == DETAIL:
        small = images.crop(X, side, side, settings.down / 100, settings.across / 100)
    else:
        shape = [max(1, round(side * have / max(X.shape))) for have in X.shape]
        shape = [min(have, max(want, k - 2 * settings.padding)) for want, have in zip(shape, X.shape, strict=True)]
        small = images.shrink(X, *shape)
    steps: Floats = np.floor(small / 16)
    return steps


def corner_of(settings: SlideSettings, X: Floats, grid: Floats) -> tuple[int, int] | None:
    """Return where in the whole picture the small one lies, None where it is no detail of it."""
    if settings.image in (DIGIT, NUMBERS) or settings.view == WHOLE:
        return None
    h, w = grid.shape
    return images.corner(X.shape, h, w, settings.down / 100, settings.across / 100)


def afterwards(Z: Floats, F: Floats, settings: SlideSettings) -> Floats:
    """Apply what follows the convolution: an activation, and perhaps a second kernel on the rectified map."""
    if settings.then == "nothing":
        return Z
    rectified: Floats = np.maximum(Z, LEAK * Z if settings.then == "leaky ReLU" else 0.0)
    return conv2d(rectified, F.T, padding=settings.padding) if settings.then == SECOND else rectified


def run_slide(settings: SlideSettings) -> Iterator[SlideSnapshot]:
    """Yield every place of the window on the small grid; the whole picture is convolved at once."""
    weights, divisor = kernel_of(settings)
    laid = weights[::-1, ::-1].copy() if settings.flip else weights
    X, how = picture(settings), (settings.stride, settings.padding)
    Z = afterwards(conv2d(X, laid / divisor, *how), laid / divisor, settings)
    levels, white = images.as_greys(Z)
    grid = small_grid(settings, X, len(laid))
    small, other = conv2d(grid, laid, *how) / divisor, conv2d(grid, laid, *how, flip=True) / divisor
    padded = np.pad(grid, settings.padding)
    slide = Slide(
        grid,
        padded,
        corner_of(settings, X, grid),
        laid,
        divisor,
        small,
        float(np.abs(small - other).max()),
        (X.shape[0], X.shape[1]),
        (Z.shape[0], Z.shape[1]),
        images.for_screen(levels),
        float(Z.min()),
        float(Z.max()),
        white,
    )
    k, s = len(laid), settings.stride
    for row, column in np.ndindex(*small.shape):
        products = padded[row * s : row * s + k, column * s : column * s + k] * laid
        yield SlideSnapshot(slide, row, column, products, float(products.sum() / divisor))


def claim_slide(seed: int, flip: bool = False) -> Verdict:
    """Compare 20 random convolutions, one to three channels, with torch's conv2d in double precision."""
    from engine.torch_one_thread import torch

    rng = np.random.default_rng(seed)
    gap = 0.0
    for _ in range(20):
        k, stride, padding, C = rng.integers([1, 1, 0, 1], [8, 5, 4, 4])
        h, w = rng.integers(k, 33, size=2)
        X, F = rng.normal(size=(h, w, C)), rng.normal(size=(k, k, C))
        image, kernel = (torch.tensor(one).permute(2, 0, 1)[None] for one in (X, F))
        theirs = torch.nn.functional.conv2d(image, kernel, None, int(stride), int(padding))[0, 0].numpy()
        ours = conv2d(X, F, int(stride), int(padding), flip=flip)
        gap = max(gap, float(np.abs(ours - theirs).max()) if ours.shape == theirs.shape else np.inf)
    return Verdict(
        gap < 1e-10,
        {"largest difference from torch's conv2d": gap},
        f"Over 20 random sizes, kernels, strides and paddings the largest difference from torch's conv2d is {gap:.0e}.",
    )


EXPERIMENT = Experiment(
    "slide",
    SlideSettings,
    run_slide,
    claim_slide,
    Sabotage("the kernel flipped, as mathematicians convolve", lambda seed: claim_slide(seed, flip=True)),
    shows=(conv2d, output_side),
)
