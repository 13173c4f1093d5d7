"""What is special about convolution and pooling; the contract test has the rest."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import correlate2d

from engine.data import Image
from engine.errors import DataRefused, InvalidSettings
from engine.experiments.convolution_pooling.pool import ONE, PoolSettings, run_pool
from engine.experiments.convolution_pooling.share import ShareSettings, parameters, run_share
from engine.experiments.convolution_pooling.shared import (
    DIGIT,
    FIXED_KERNELS,
    NUMBERS,
    OWN,
    SECOND,
    SIZED_KERNELS,
    WHOLE,
    YOURS,
)
from engine.experiments.convolution_pooling.size import SizeSettings, run_size
from engine.experiments.convolution_pooling.slide import (
    Slide,
    SlideSettings,
    SlideSnapshot,
    kernel_of,
    picture,
    run_slide,
)
from engine.experiments.convolution_pooling.worked import worked
from engine.torch_one_thread import torch

KERNELS = (*FIXED_KERNELS, *SIZED_KERNELS)


def slid(**how: object) -> tuple[list[SlideSnapshot], Slide]:
    snapshots = list(run_slide(SlideSettings(**how)))  # type: ignore[arg-type]
    return snapshots, snapshots[-1].slide


# --- slide -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (2, 1), (3, 3)])
def test_the_replay_grows_the_map_that_torch_computes(kernel: str, stride: int, padding: int) -> None:
    snapshots, slide = slid(image=DIGIT, kernel=kernel, stride=stride, padding=padding)
    image, weights = (torch.tensor(one.copy())[None, None] for one in (slide.grid, slide.weights / slide.divisor))
    theirs = torch.nn.functional.conv2d(image, weights, None, stride, padding)[0, 0].numpy()
    assert slide.map == pytest.approx(theirs, abs=1e-12)
    assert (slide.low, slide.high) == pytest.approx((theirs.min(), theirs.max()))  # the digit is all there is
    assert [(one.row, one.column) for one in snapshots] == list(np.ndindex(*theirs.shape))
    assert [one.value for one in snapshots] == pytest.approx(theirs.ravel(), abs=1e-12)
    assert all(one.products.sum() / slide.divisor == pytest.approx(one.value) for one in snapshots)


def test_the_whole_photograph_is_convolved_at_full_resolution() -> None:
    flower = SlideSettings(image="flower", kernel="emboss")
    _, slide = slid(image="flower", kernel="emboss")
    theirs = correlate2d(picture(flower), kernel_of(flower)[0], "valid")
    assert slide.whole == (427, 640)
    assert slide.shape == slide.levels.shape == theirs.shape
    assert (slide.low, slide.high) == (theirs.min(), theirs.max())
    clear = (np.abs(theirs) < slide.white) & (np.abs(theirs) > slide.white / 50)
    assert np.array_equal(slide.levels[clear] > 127, theirs[clear] > 0)


def test_the_detail_shows_the_photographs_own_pixels() -> None:
    _, slide = slid(image="china", side=8, across=0, down=0)
    assert np.array_equal(slide.grid, picture(SlideSettings())[:8, :8] // 16)
    assert slide.grid.max() <= 15


@pytest.mark.parametrize(
    ("shape", "grid"), [((40, 40), (10, 10)), ((40, 20), (10, 5)), ((3, 300), (1, 10)), ((2, 2), (2, 2))]
)
def test_an_own_image_is_shrunk_in_its_proportions(shape: tuple[int, int], grid: tuple[int, int]) -> None:
    own = Image(np.full((*shape, 3), 200))
    _, slide = slid(image=OWN, own=own, view=WHOLE, side=10, kernel="box blur", size=1)
    assert slide.grid.shape == grid
    assert (slide.grid == 200 // 16).all()
    assert slide.whole == shape


def test_a_shrunk_image_stays_as_high_as_the_kernel() -> None:
    _, slide = slid(image=OWN, own=Image(np.zeros((30, 300))), view=WHOLE, side=10, kernel="box blur", size=3)
    assert slide.grid.shape == (3, 10)


def test_the_replay_widens_so_that_the_kernel_fits() -> None:
    snapshots, slide = slid(image="china", side=4, kernel="Gaussian blur", size=7)
    assert slide.grid.shape == (7, 7)
    assert len(snapshots) == 1


def test_flipping_matters_unless_half_a_turn_leaves_the_kernel_as_it_is() -> None:
    for kernel in KERNELS:
        _, slide = slid(kernel=kernel)
        _, flipped = slid(kernel=kernel, flip=True)
        assert np.abs(slide.map - flipped.map).max() == pytest.approx(slide.flipped_gap)
        assert (slide.flipped_gap == 0) == (kernel not in ("Sobel x", "Sobel y", "emboss"))
        assert np.array_equal(flipped.weights, slide.weights[::-1, ::-1])


def test_blurs_keep_an_even_patch_and_edge_detectors_answer_zero_to_it() -> None:
    for kernel in KERNELS:
        _, slide = slid(image=NUMBERS, pixels=((7.0,) * 5,) * 5, kernel=kernel)
        zero = kernel in ("Sobel x", "Sobel y", "Laplacian")
        assert slide.map == pytest.approx(np.full((3, 3), 0.0 if zero else 7.0))


@pytest.mark.parametrize(
    ("rows", "kernel"),
    [
        (((1.0, 2.0), (3.0, 4.0)), [[1, 2], [3, 4]]),
        (((1.0, 2.0),), [[1]]),
        (((1.0,), (2.0,), (3.0,)), [[1, 0, 0], [2, 0, 0], [3, 0, 0]]),
        (((1.0, 2.0), (3.0, 4.0), (5.0, 6.0)), [[1, 2, 0], [3, 4, 0], [5, 6, 0]]),
    ],
)
def test_the_rows_of_an_own_kernel_decide_its_side(rows: tuple[tuple[float, ...], ...], kernel: list) -> None:
    weights, divisor = kernel_of(SlideSettings(kernel=YOURS, weights=rows))
    assert (weights.tolist(), divisor) == (kernel, 1.0)


def test_relu_and_its_leak() -> None:
    numbers = {"image": NUMBERS, "pixels": ((-3.0, 0.0), (200.0 / 100, 5.0)), "kernel": "box blur", "size": 1}
    lows = {then: slid(**numbers, then=then)[1].low for then in ("nothing", "ReLU", "leaky ReLU")}
    assert lows == pytest.approx({"nothing": -3.0, "ReLU": 0.0, "leaky ReLU": -0.03})


def test_the_second_kernel_answers_at_the_ends_of_an_edge() -> None:
    pixels = np.zeros((9, 9))
    pixels[3:, 5:] = 1.0  # an upright edge that begins in row 3
    _, slide = slid(image=NUMBERS, pixels=tuple(map(tuple, pixels.tolist())), kernel="Sobel x", then=SECOND)
    times = slide.levels.shape[0] // slide.shape[0]  # each number is several pixels of the screen
    answers = slide.levels[::times, ::times].astype(int) - slide.levels[-1, -1]  # in the last row nothing changes
    assert np.abs(answers[:3]).max() > 0
    assert np.abs(answers[4:]).max() == 0


def test_what_is_missing_or_does_not_fit_is_said() -> None:
    with pytest.raises(InvalidSettings, match="Choose an image of your own first"):
        SlideSettings(image=OWN)
    for empty in ({"image": NUMBERS, "pixels": ()}, {"kernel": YOURS, "weights": ()}):
        with pytest.raises(InvalidSettings, match="at least one row"):
            SlideSettings(**empty)  # type: ignore[arg-type]
    with pytest.raises(DataRefused, match="A window of 3 pixels does not fit on a side of 1"):
        slid(image=OWN, own=Image(np.zeros((1, 9))))
    with pytest.raises(DataRefused, match="does not fit"):
        slid(image=NUMBERS, pixels=((1.0, 2.0, 3.0),) * 3, kernel="Sobel x", then=SECOND)


# --- size ------------------------------------------------------------------------------------------------------


@given(st.integers(1, 32), st.integers(1, 11), st.integers(0, 5), st.integers(1, 6))
def test_windows_lie_on_the_pixels_and_the_unseen_are_counted(n: int, k: int, p: int, s: int) -> None:
    if k > n + 2 * p:
        with pytest.raises(InvalidSettings, match="does not fit"):
            SizeSettings(n, k, p, s)
        return
    outcome = run_size(SizeSettings(n, k, p, s))
    covered = {pixel for start in outcome.starts for pixel in range(start, start + k)}
    assert covered == set(np.flatnonzero(outcome.seen).tolist())
    assert max(covered) + 1 + outcome.lost == n + 2 * p
    assert len(outcome.starts) == outcome.side
    assert outcome.lost < s
    assert (outcome.book == outcome.side) == ((n + 2 * p - k + 1) % s == 0)
    assert -1 < outcome.book - outcome.side <= 0
    here = outcome.sides.tolist().index(n)
    assert (outcome.right[here], outcome.books[here]) == (outcome.side, outcome.book)


def test_the_primers_figure_is_where_its_fraction_fails() -> None:
    outcome = run_size(SizeSettings(n=4, k=2, s=2))
    assert (outcome.side, outcome.book) == (2, 1.5)


# --- pool ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("column", "changed"), [(1, 0), (2, 2), (3, 0), (4, 2), (8, 1)])
def test_a_pixel_is_noticed_when_it_leaves_its_window(column: int, changed: int) -> None:
    outcome = run_pool(PoolSettings(map=ONE, column=column))
    assert outcome.changed.sum() == changed  # column 8: it leaves the map


def test_a_shift_by_the_stride_shifts_the_pooled_map() -> None:
    outcome = run_pool(PoolSettings(map=DIGIT, across=-2, down=2))
    assert np.array_equal(outcome.pooled_after[1:, :-1], outcome.pooled_before[:-1, 1:])


def test_overlapping_windows_and_maps_of_ones_own() -> None:
    outcome = run_pool(PoolSettings(map=NUMBERS, numbers=((1.0, 2.0, 3.0),) * 2, stride=1, kind="average"))
    assert outcome.pooled_before.tolist() == [[1.5, 2.5]]
    assert outcome.pooled_after.tolist() == [[0.5, 1.5]]
    with pytest.raises(DataRefused, match="A window of 4 pixels does not fit on a side of 2"):
        run_pool(PoolSettings(map=NUMBERS, numbers=((1.0, 2.0, 3.0),) * 2, window=4))
    with pytest.raises(InvalidSettings, match="at least one row"):
        PoolSettings(map=NUMBERS, numbers=())


# --- share -----------------------------------------------------------------------------------------------------


@given(st.integers(4, 24), st.integers(1, 5), st.integers(1, 6), st.sampled_from([1, 3, 5]))
@settings(deadline=None)
def test_parameters_are_torchs(side: int, channels: int, filters: int, k: int) -> None:
    with torch.device("meta"):
        dense = torch.nn.Linear(side * side * channels, side * side * filters)
        shared = torch.nn.Conv2d(channels, filters, k, padding=k // 2)
        image = torch.zeros(1, channels, side, side)
    assert shared(image).numel() == dense.out_features
    counts = parameters(side, channels, filters, k)
    assert (counts[0], counts[2]) == tuple(sum(one.numel() for one in layer.parameters()) for layer in (dense, shared))
    assert counts[1] == shared(image).shape[-1] ** 2 * counts[2]


def test_only_the_convolution_does_not_grow_with_the_image() -> None:
    outcome = run_share(ShareSettings())
    dense, local, shared = outcome.curves
    assert np.ptp(shared) == 0
    sides = np.log(outcome.sides[[-2, -1]])
    assert np.diff(np.log(local[-2:])) / np.diff(sides) == pytest.approx(2)
    assert np.diff(np.log(dense[-2:])) / np.diff(sides) == pytest.approx(4, abs=1e-3)
    assert outcome.multiplications[1] == outcome.multiplications[2] < outcome.multiplications[0]


# --- the worked example ----------------------------------------------------------------------------------------


def test_the_worked_example_is_what_a_reader_gets_by_hand() -> None:
    numbers = worked()
    by_hand = {
        "ear": 22, "side": 3, "side_two": 2, "book": 1.5, "z_00": 9, "z_01": 3, "z_02": -3, "z_11": 13, "z_20": -1,
        "flip_00": 8, "two_01": -3, "max_00": 4, "max_11": 5, "mean_00": 1.75, "mean_11": 2.75,
        "dense": 25_174_016, "local": 229_376, "shared": 224,
    }  # fmt: skip
    assert {name: numbers[name] for name in by_hand} == pytest.approx(by_hand)
