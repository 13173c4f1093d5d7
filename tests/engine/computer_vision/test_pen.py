"""The pen: its bitmaps against scipy and a brute force, and whether what it makes of a drawing looks like the data."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy import ndimage

from engine.computer_vision import pen
from engine.computer_vision.digits import split
from engine.errors import DataRefused
from tests.engine.computer_vision import drawings

SEVEN = [[(0.1, 0.1), (0.9, 0.1), (0.4, 0.9)]]
CROSS = ndimage.generate_binary_structure(2, 1)
bitmaps = some.integers(0, 2**32 - 1).map(lambda seed: np.random.default_rng(seed).random((32, 32)))


def test_ink_is_every_pixel_near_a_line() -> None:
    strokes = [np.array([[3.2, 4.1], [20.7, 9.9], [11.0, 30.5]]), np.array([[25.0, 25.0]])]
    black = pen.ink(strokes)
    for row in range(32):
        for column in range(32):
            nearest = math.inf
            for stroke in strokes:
                for start, end in zip(stroke, [*stroke[1:], stroke[-1]], strict=True):
                    shares = np.linspace(0, 1, 2001)[:, None]
                    far = np.hypot(*(start + shares * (end - start) - (column, row)).T).min()
                    nearest = min(nearest, far)
            if abs(nearest - pen.PEN) > 1e-3:  # on the rim the brute force cannot tell
                assert black[row, column] == (nearest < pen.PEN)


@given(bitmaps, some.floats(0.02, 0.7))
@settings(max_examples=40, deadline=None)
def test_weight_is_changed_as_scipy_erodes_and_dilates(noise: np.ndarray, share: float) -> None:
    bitmap = noise < share
    black = bitmap.sum()
    expected = bitmap
    if black > 412:
        expected = ndimage.binary_erosion(bitmap, CROSS, iterations=2 if black > 560 else 1)
    elif black < 256:
        expected = ndimage.binary_dilation(bitmap, CROSS, iterations=2 if black < 108 else 1)
    assert np.array_equal(pen.right_weight(bitmap), expected)


@pytest.mark.parametrize("lean", [-0.4, -0.2, 0.0, 0.25, 0.5])
def test_a_slanted_bar_is_set_upright(lean: float) -> None:
    bitmap = np.zeros((32, 32), dtype=bool)
    for row in range(32):
        left = round(14 + lean * (row - 16))
        bitmap[row, left : left + 4] = True
    lefts = pen.upright(bitmap).argmax(axis=1)
    assert abs(lefts[2] - lefts[-3]) <= 1  # the rows that are set above each other
    assert np.ptp(lefts) <= 2  # steps of rows are rounded twice, in the bar and in the shear
    assert pen.upright(bitmap).sum() == bitmap.sum()


def test_shearing_loses_only_what_leaves_the_bitmap() -> None:
    for drawing, _ in zip(*drawings.many(5, 3), strict=True):
        bitmap = pen.right_weight(pen.ink(pen.fitted([np.array(stroke) for stroke in drawing])))
        assert 0.9 * bitmap.sum() <= pen.upright(bitmap).sum() <= bitmap.sum()


@given(some.integers(0, 10**6), some.integers(0, 9), some.integers(-3, 3), some.integers(-8, 8), some.integers(-8, 8))
@settings(max_examples=60, deadline=None)
def test_place_and_size_do_not_matter(seed: int, digit: int, doublings: int, right: int, down: int) -> None:
    # powers of two and dyadic places, so that no rounding stands between the two
    drawing = [np.round(np.array(stroke) * 1024) / 1024 for stroke in drawings.draw(np.random.default_rng(seed), digit)]
    elsewhere = [stroke * 2.0**doublings + (right, down) for stroke in drawing]
    first, second = pen.prepare(drawing), pen.prepare(elsewhere)
    assert first is not None
    assert second is not None
    assert np.array_equal(first.bitmap, second.bitmap)
    assert np.array_equal(first.image, second.image)


def test_the_image_counts_the_black_pixels_of_each_block() -> None:
    prepared = pen.prepare(SEVEN)
    assert prepared is not None
    for row in range(8):
        for column in range(8):
            block = prepared.bitmap[4 * row : 4 * row + 4, 4 * column : 4 * column + 4]
            assert prepared.image[row, column] * 16 == block.sum()


def test_drawings_fill_the_image_as_the_training_digits_do() -> None:
    """The pen's images and the data agree in height, ink and middle, digit by digit."""
    data, _ = split(1_600, 0)
    images, digits = drawings.many(3, 12)
    drawn = np.stack([prepared.image for one in images if (prepared := pen.prepare(one))])
    for digit in range(10):
        real, ours = data.images[data.labels == digit], drawn[digits == digit]
        assert (ours[:, [0, -1]].max(axis=2) > 0).all()  # top and bottom row both hold ink, as in every real digit
        assert (real[:, [0, -1]].max(axis=2) > 0).all()
        assert ours.sum(axis=(1, 2)).mean() == pytest.approx(real.sum(axis=(1, 2)).mean(), rel=0.25)
        columns = np.arange(8)
        middles = [(one.sum(axis=1) * columns).sum(axis=1) / one.sum(axis=(1, 2)) for one in (real, ours)]
        assert middles[1].mean() == pytest.approx(middles[0].mean(), abs=0.75)


def test_nothing_drawn_is_nothing_seen() -> None:
    assert pen.prepare([]) is None
    assert pen.prepare([[], []]) is None


@pytest.mark.parametrize(
    "strokes",
    [
        [[(0.5, 0.5)]],
        [[(0.5, 0.5)] * 30],
        [[(0.1, 0.5), (0.9, 0.5)]],
        [[(0.5, 0.1), (0.5, 0.9)]],
        [[(1e300, 0.0), (-1e300, 1e300)]],
        [[(1e-300, 0.0), (0.0, 1e-300)]],
        [[(0.0, 0.0)], [(1.0, 1.0)]],
    ],
    ids=["a dot", "a pen that rests", "a dash", "a bar", "far away", "tiny", "two dots"],
)
def test_odd_drawings_give_an_image(strokes: list[list[tuple[float, float]]]) -> None:
    prepared = pen.prepare(strokes)
    assert prepared is not None
    assert 0 < prepared.image.sum() <= 64
    assert np.isfinite(prepared.image).all()


@pytest.mark.parametrize(
    ("wide", "tall", "expected"),
    [
        (0.5, 0.8, (15, 27)),  # NIST's 20 x 32 pixels, less the pen at both ends
        (0.8, 0.8, (15, 27)),
        (0.1, 0.8, (1.2 * 27 / 8, 27)),  # widened by no more than 1.2 times what it is heightened
        (0.8, 0.1, (15, 3 * 15 / 8)),  # a dash stays flat
    ],
)
def test_a_drawing_fills_its_box_unless_that_would_bend_it(
    wide: float, tall: float, expected: tuple[float, float]
) -> None:
    corners = np.array([[0.1, 0.1], [0.1 + wide, 0.1], [0.1 + wide, 0.1 + tall]])
    (fitted,) = pen.fitted([corners])
    np.testing.assert_allclose(np.ptp(fitted, axis=0), expected)
    np.testing.assert_allclose(fitted.min(axis=0) + fitted.max(axis=0), 31)


def test_a_bar_stays_a_bar() -> None:
    prepared = pen.prepare([[(0.5, 0.1), (0.51, 0.9)]])
    assert prepared is not None
    assert (prepared.image.max(axis=0) > 0).sum() <= 4


@pytest.mark.parametrize("strokes", [[[(math.nan, 0.0)]], [[(0.0, math.inf)]], [[(0.0, 0.1)] * (pen.MOST_POINTS + 1)]])
def test_what_cannot_be_drawn_is_refused_in_words(strokes: list[list[tuple[float, float]]]) -> None:
    with pytest.raises(DataRefused, match="finite points"):
        pen.prepare(strokes)
