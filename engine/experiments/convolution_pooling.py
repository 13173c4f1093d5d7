"""Experiments of the topic "Convolution, padding, stride and pooling" (sections 16 to 16.3 of the primer)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from engine.computer_vision import convolution, images
from engine.computer_vision.convolution import conv2d, output_side, pool2d, shift
from engine.data import Floats, Image
from engine.experiment import (
    Choice,
    Experiment,
    Flag,
    OwnImage,
    Rows,
    Sabotage,
    Settings,
    Verdict,
    Whole,
)

Numbers = tuple[tuple[float, ...], ...]
Bytes = NDArray[np.uint8]

OWN, NUMBERS, DIGIT, YOURS = "own image", "your numbers", "digit", "your kernel"
DETAIL, WHOLE = "a detail", "the whole, shrunk"
SECOND = "second kernel"  # ReLU, then the same kernel transposed: Sobel y on the map of Sobel x
LEAK = 0.01  # slope of the leaky ReLU below zero, the usual choice

FOUR_BY_FOUR: Numbers = ((2.0, 1.0, 0.0, 3.0), (0.0, 4.0, 1.0, 0.0), (1.0, 2.0, 5.0, 1.0), (1.0, 0.0, 2.0, 3.0))
SMALL_KERNEL: Numbers = ((1.0, -1.0), (0.0, 2.0))

FIXED_KERNELS: dict[str, Numbers] = {
    "identity": ((0, 0, 0), (0, 1, 0), (0, 0, 0)),
    "sharpen": ((0, -1, 0), (-1, 5, -1), (0, -1, 0)),
    "Sobel x": ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)),
    "Sobel y": ((-1, -2, -1), (0, 0, 0), (1, 2, 1)),
    "Laplacian": ((0, 1, 0), (1, -4, 1), (0, 1, 0)),
    "emboss": ((-2, -1, 0), (-1, 1, 1), (0, 1, 2)),
}
SIZED_KERNELS = ("box blur", "Gaussian blur")


# --- slide: the sliding window ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class SlideSettings(Settings):
    """A picture, a kernel, and how it slides."""

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
        if self.image == OWN and self.own is None:
            yield "Choose an image of your own first."
        if (self.image == NUMBERS and not self.pixels) or (self.kernel == YOURS and not self.weights):
            yield "Give at least one row of numbers."


@dataclass(frozen=True)
class Slide:
    """What stays the same while the window slides.

    Attributes:
        grid: shape (h, w), the small picture of the replay; padded: (h + 2p, w + 2p), with its zeros.
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
        grid, padded, laid, divisor, small, float(np.abs(small - other).max()),
        (X.shape[0], X.shape[1]), (Z.shape[0], Z.shape[1]), images.for_screen(levels),
        float(Z.min()), float(Z.max()), white,
    )  # fmt: skip
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


# --- size: the output-size calculator --------------------------------------------------------------------------


@dataclass(frozen=True)
class SizeSettings(Settings):
    """One side of an image and of a window."""

    n: Annotated[int, Whole(1, 32, says="Image side, n")] = 8
    k: Annotated[int, Whole(1, 11, says="Window side, k")] = 3
    p: Annotated[int, Whole(0, 5, says="Padding, p")] = 0
    s: Annotated[int, Whole(1, 6, says="Stride, s")] = 2

    def conflicts(self) -> Iterator[str]:
        if self.k > self.n + 2 * self.p:
            yield f"A window of {self.k} does not fit on {self.n} + 2 · {self.p} pixels. Make k smaller."


@dataclass(frozen=True)
class SizeOutcome:
    """Where the windows start, how many there are, and what the primer's fraction says.

    Attributes:
        side: floor((n + 2p - k)/s) + 1; starts: shape (side,), first pixel of each window, counted in the padding.
        seen: shape (n + 2p,), which pixels lie in a window; lost: how many at the end lie in none.
        book: the primer's (n + 2p - k + 1)/s, which it prints for pooling without padding.
        sides: shape (c,), every image side from the smallest that the window fits on up to 32.
        right, books: shape (c,), both formulas at these sides.
    """

    side: int
    starts: NDArray[np.int64]
    seen: NDArray[np.bool_]
    lost: int
    book: float
    sides: NDArray[np.int64]
    right: NDArray[np.int64]
    books: Floats


def run_size(settings: SizeSettings) -> SizeOutcome:
    """Count the windows, and hold the primer's pooling formula against the count."""
    n, k, p, s = settings.n, settings.k, settings.p, settings.s
    side = output_side(n, k, p, s)
    starts = s * np.arange(side)
    sides = np.arange(max(1, k - 2 * p), 33)
    right = np.array([output_side(int(one), k, p, s) for one in sides])
    books = (sides + 2 * p - k + 1) / s
    at = np.arange(n + 2 * p)
    seen = (at % s < k) & (at < starts[-1] + k)
    lost = n + 2 * p - int(starts[-1]) - k
    return SizeOutcome(side, starts, seen, lost, (n + 2 * p - k + 1) / s, sides, right, books)


def claim_size(seed: int, round_up: bool = False) -> Verdict:
    """Hold the formula against torch's own sides: 776 small combinations, and 200 larger ones at random."""
    from engine.torch_one_thread import torch

    small = [
        (n, k, p, s) for n in range(4, 17) for k in range(1, 6) for p in range(3) for s in range(1, 5) if k <= n + 2 * p
    ]
    large = np.random.default_rng(seed).integers([17, 1, 0, 1], [65, 18, 9, 10], size=(200, 4)).tolist()
    wrong = 0
    for n, k, p, s in [*small, *large]:
        theirs = torch.nn.functional.conv1d(torch.zeros(1, 1, n), torch.zeros(1, 1, k), None, s, p).shape[-1]
        wrong += theirs != (-((k - n - 2 * p) // s) + 1 if round_up else output_side(n, k, p, s))
    count = len(small) + len(large)
    return Verdict(
        wrong == 0,
        {"combinations": count, "sizes that differ from torch's": wrong},
        f"{count - wrong} of {count} combinations of n, k, p and s give torch's size.",
    )


# --- pool: pooling and shifts ----------------------------------------------------------------------------------

ONE, RANDOM = "one bright pixel", "random numbers"


@dataclass(frozen=True)
class PoolSettings(Settings):
    """A map, how it is pooled, and how far it moves first."""

    map: Annotated[str, Choice((ONE, RANDOM, DIGIT, NUMBERS), says="Map")] = ONE
    side: Annotated[int, Whole(4, 16, says="Its side, pixels", when=(("map", (ONE, RANDOM)),))] = 8
    row: Annotated[int, Whole(1, 16, says="The pixel's row", when=(("map", (ONE,)),))] = 3
    column: Annotated[int, Whole(1, 16, says="The pixel's column", when=(("map", (ONE,)),))] = 3
    digit: Annotated[int, Whole(0, images.DIGITS - 1, says="Which digit", when=(("map", (DIGIT,)),))] = 7
    numbers: Annotated[
        Numbers, Rows(None, -99, 99, most=16, widest=16, says="The map's numbers", when=(("map", (NUMBERS,)),))
    ] = FOUR_BY_FOUR
    window: Annotated[int, Whole(1, 4, says="Window side, f")] = 2
    stride: Annotated[int, Whole(1, 4, says="Stride, s")] = 2
    kind: Annotated[str, Choice(convolution.POOLS, says="Pool by")] = "max"
    across: Annotated[int, Whole(-4, 4, says="Shift to the right, pixels")] = 1
    down: Annotated[int, Whole(-4, 4, says="Shift down, pixels")] = 0
    seed: Annotated[int, Whole(0, 9_999, says="Seed", when=(("map", (RANDOM,)),))] = 1

    def conflicts(self) -> Iterator[str]:
        if self.map == NUMBERS and not self.numbers:
            yield "Give at least one row of numbers."


@dataclass(frozen=True)
class PoolOutcome:
    """A map and its pooled map, before and after the shift.

    Attributes:
        before, after: shape (h, w); pooled_before, pooled_after: shape (h', w').
        changed: shape (h', w'), where the pooled maps differ; moved: shape (h, w), where the maps do.
    """

    before: Floats
    after: Floats
    pooled_before: Floats
    pooled_after: Floats
    changed: NDArray[np.bool_]
    moved: NDArray[np.bool_]


def map_of(settings: PoolSettings) -> Floats:
    """Return the map that the settings name, shape (h, w)."""
    if settings.map == DIGIT:
        return images.digit(settings.digit)
    if settings.map == NUMBERS:
        return np.array(settings.numbers, dtype=float)
    if settings.map == RANDOM:
        return np.random.default_rng(settings.seed).integers(0, 10, (settings.side, settings.side)).astype(float)
    Z = np.zeros((settings.side, settings.side))
    Z[min(settings.row, settings.side) - 1, min(settings.column, settings.side) - 1] = 9.0
    return Z


def run_pool(settings: PoolSettings) -> PoolOutcome:
    """Pool a map and the same map shifted."""
    before = map_of(settings)
    after = shift(before, settings.down, settings.across)
    how = (settings.window, settings.stride, settings.kind)
    first, second = pool2d(before, *how), pool2d(after, *how)
    return PoolOutcome(before, after, first, second, first != second, before != after)


def claim_pool(seed: int, window: int = 4) -> Verdict:
    """Move 200 single bright pixels in 16 x 16 by one, and 200 to another place of their own window of four."""
    rng = np.random.default_rng(seed)
    same, alike = 0, 0
    for _ in range(200):
        row, column = rng.integers(0, [16, 12])  # moving right it stays in the map; it starts anywhere in a window
        same += np.array_equal(pool2d(bright(row, column), window), pool2d(bright(row, column + 1), window))
        top, left = 4 * rng.integers(0, 4, 2)
        places = [divmod(int(one), 4) for one in rng.choice(16, 2, replace=False)]
        first, second = (pool2d(bright(top + down, left + across), window) for down, across in places)
        alike += np.array_equal(first, second)
    return Verdict(
        0.6 <= same / 200 <= 0.9 and alike == 200,
        {"share unchanged by a shift of one pixel": same / 200, "pairs in one window told apart": 200 - alike},
        f"{same / 2:.0f} % of the shifts by one pixel leave the pooled map unchanged, and {alike / 2:.0f} % of the "
        "pairs of places in one window of four give the same map.",
    )


def bright(row: int | np.integer[Any], column: int | np.integer[Any]) -> Floats:
    """Return a map of 16 x 16 zeros with a one in it."""
    Z = np.zeros((16, 16))
    Z[row, column] = 1.0
    return Z


# --- share: dense or convolutional -----------------------------------------------------------------------------

KINDS = ("dense", "local", "convolution")


@dataclass(frozen=True)
class ShareSettings(Settings):
    """An image and the maps that a layer makes of it, as large as the image."""

    side: Annotated[int, Whole(4, 256, says="Image side, n")] = 32
    channels: Annotated[int, Whole(1, 16, says="Channels, C")] = 3
    filters: Annotated[int, Whole(1, 64, says="Filters, K")] = 8
    k: Annotated[int, Whole(1, 11, step=2, says="Kernel side, k")] = 3


@dataclass(frozen=True)
class ShareOutcome:
    """Parameters of three layers with the same input and output.

    Attributes:
        counts: parameters of each of KINDS; multiplications: what one image costs.
        sides: shape (c,), image sides from 4 to 256; curves: shape (3, c), parameters of each kind at these sides.
    """

    counts: tuple[int, int, int]
    multiplications: tuple[int, int, int]
    sides: NDArray[np.int64]
    curves: Floats


def parameters(side: int, channels: int, filters: int, k: int) -> tuple[int, int, int]:
    """Count the weights and biases of a dense, a local and a convolutional layer with maps as large as the image."""
    inputs, places = side**2 * channels, side**2
    one = k**2 * channels + 1  # a kernel with its bias
    return (inputs + 1) * places * filters, places * filters * one, filters * one


def run_share(settings: ShareSettings) -> ShareOutcome:
    """Count the parameters at this side and at all others."""
    layer = (settings.channels, settings.filters, settings.k)
    outputs, inputs = settings.side**2 * settings.filters, settings.side**2 * settings.channels
    window = settings.k**2 * settings.channels
    sides = np.unique(np.geomspace(4, 256, 25).astype(int))
    curves = np.array([parameters(int(side), *layer) for side in sides], dtype=float).T
    return ShareOutcome(
        parameters(settings.side, *layer), (outputs * inputs, outputs * window, outputs * window), sides, curves
    )


def claim_share(seed: int, shared: bool = True) -> Verdict:
    """Count both layers' parameters in torch for an image of 3 channels, 8 maps and a random side from 16 to 64."""
    from engine.torch_one_thread import torch

    side = int(np.random.default_rng(seed).integers(16, 65))
    with torch.device("meta"):  # shapes without memory: the dense layer would take gigabytes
        layers = torch.nn.Linear(side * side * 3, side * side * 8), torch.nn.Conv2d(3, 8, 3, padding=1)
    dense, kernel = (sum(one.numel() for one in layer.parameters()) for layer in layers)
    ours = parameters(side, 3, 8, 3)
    small = kernel if shared else ours[1]
    ratio = dense / small
    return Verdict(
        ratio >= 1_000 and small == 224 and (dense, kernel) == (ours[0], ours[2]),
        {"image side": side, "dense parameters": dense, "parameters of the kernels": small, "ratio": ratio},
        f"At {side} × {side} the dense layer has {dense:,} parameters, the kernels {small:,}: {ratio:,.0f} times "
        "as many.",
    )


# --- the lesson's worked example -------------------------------------------------------------------------------


def worked() -> dict[str, float]:
    """Return the numbers of the worked example by name."""
    X, F = np.array(FOUR_BY_FOUR), np.array(SMALL_KERNEL)
    Z, flipped, wide = conv2d(X, F), conv2d(X, F, flip=True), conv2d(X, F, stride=2)
    largest, mean = pool2d(X, 2), pool2d(X, 2, kind="average")
    named: dict[str, Any] = {"z": Z, "two": wide, "max": largest, "mean": mean, "flip": flipped}
    numbers = {f"{name}_{i}{j}": value[i, j] for name, value in named.items() for i, j in np.ndindex(*value.shape)}
    dense, local, shared = parameters(32, 3, 8, 3)
    numbers |= {
        "side": output_side(4, 2), "side_two": output_side(4, 2, s=2), "side_padded": output_side(4, 3, p=1),
        "side_7": output_side(7, 3, s=2), "book": (4 - 2 + 1) / 2, "ear": 5 + 4 + 1 + 6 + 3 + 3,
        "dense": dense, "local": local, "shared": shared, "ratio": dense / shared,
    }  # fmt: skip
    return {name: float(number) for name, number in numbers.items()}


EXPERIMENTS = (
    Experiment(
        "slide", SlideSettings, run_slide, claim_slide,
        Sabotage("the kernel flipped, as mathematicians convolve", lambda seed: claim_slide(seed, flip=True)),
        shows=(conv2d, output_side),
    ),
    Experiment(
        "size", SizeSettings, run_size, claim_size,
        Sabotage("the fraction rounded up", lambda seed: claim_size(seed, round_up=True)),
        shows=(output_side,),
    ),
    Experiment(
        "pool", PoolSettings, run_pool, claim_pool,
        Sabotage("windows of one pixel", lambda seed: claim_pool(seed, window=1)),
        shows=(pool2d, shift),
    ),
    Experiment(
        "share", ShareSettings, run_share, claim_share,
        Sabotage("a kernel of its own for every place", lambda seed: claim_share(seed, shared=False)),
        shows=(parameters,),
    ),
)  # fmt: skip
