"""Pictures as arrays, against Pillow and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow
from sklearn.datasets import load_digits, load_sample_images

from engine.computer_vision import images
from engine.errors import DataRefused


@pytest.mark.parametrize(("name", "number"), [("china", 0), ("flower", 1)])
def test_photographs_are_scikit_learns_and_cannot_be_changed(name: str, number: int) -> None:
    photograph = images.photograph(name)
    assert np.array_equal(photograph, load_sample_images().images[number])
    assert not photograph.flags.writeable


def test_digits_are_scikit_learns() -> None:
    theirs = load_digits()
    assert len(theirs.images) == images.DIGITS
    assert np.array_equal(images.digit(images.DIGITS - 1), theirs.images[-1])


def test_grey_is_pillows_to_the_rounding() -> None:
    china = images.photograph("china")
    theirs = np.asarray(Pillow.fromarray(china).convert("L"), dtype=float)
    assert np.abs(images.grey(china) - theirs).max() <= 1
    assert np.abs(images.grey(china) - theirs).mean() < 0.01
    white = np.full((2, 2, 3), 255, np.uint8)
    assert images.grey(white).tolist() == [[255, 255], [255, 255]]
    assert images.grey(white[..., 0]).tolist() == [[255, 255], [255, 255]]


def test_shrinking_takes_means() -> None:
    X = np.random.default_rng(0).normal(size=(6, 8))
    assert images.shrink(X, 3, 2) == pytest.approx(X.reshape(3, 2, 2, 4).mean(axis=(1, 3)))
    assert np.array_equal(images.shrink(X, 6, 8), X)


@given(st.integers(1, 20), st.integers(1, 20), st.data())
def test_shrinking_loses_no_pixel_and_counts_none_twice(h: int, w: int, drawn: st.DataObject) -> None:
    rows, columns = drawn.draw(st.integers(1, h)), drawn.draw(st.integers(1, w))
    places = np.arange(h * w, dtype=float).reshape(h, w)
    small = images.shrink(places, rows, columns)
    assert small.shape == (rows, columns)
    for i in range(rows):
        for j in range(columns):
            block = places[i * h // rows : (i + 1) * h // rows, j * w // columns : (j + 1) * w // columns]
            assert small[i, j] == pytest.approx(block.mean())


def test_a_picture_is_not_shrunk_to_more_pixels() -> None:
    with pytest.raises(DataRefused, match="A picture of 3 × 2 pixels cannot be shrunk to 4 × 2"):
        images.shrink(np.zeros((2, 3)), 2, 4)


@pytest.mark.parametrize(("at", "first"), [((0, 0), 0), ((1, 1), 23), ((0.5, 0), 10), ((1, 0), 20)])
def test_a_crop_lies_where_it_is_asked(at: tuple[float, float], first: float) -> None:
    X = np.arange(50.0).reshape(5, 10)
    piece = images.crop(X, 3, 7, *at)
    assert piece.shape == (3, 7)
    assert piece[0, 0] == first


def test_a_crop_larger_than_the_picture_is_the_picture() -> None:
    X = np.arange(6.0).reshape(2, 3)
    assert np.array_equal(images.crop(X, 9, 9, 0.7, 0.3), X)


def test_greys_of_a_map() -> None:
    plain, white = images.as_greys(np.array([[0.0, 1.0], [2.0, 4.0]]))
    assert (plain.tolist(), white) == ([[0, 64], [128, 255]], 4.0)
    signed, white = images.as_greys(np.array([[-3.0, 0.0], [3.0, 1.5]]))
    assert (signed.tolist(), white) == ([[0, 128], [255, 191]], 3.0)
    nothing, white = images.as_greys(np.zeros((2, 2)))
    assert (nothing.tolist(), white) == ([[0, 0], [0, 0]], 1.0)


def test_a_few_strong_edges_do_not_make_all_others_grey() -> None:
    Z = np.random.default_rng(0).uniform(1, 2, (100, 100))
    Z[5, :9] = 1_000.0
    levels, white = images.as_greys(Z)
    assert 1.9 < white < 2.1
    assert levels[5, 0] == 255
    sparse = np.zeros((100, 100))
    sparse[5, 5] = 7.0
    assert images.as_greys(sparse)[1] == 7.0


def test_unknown_pictures_are_refused_in_words() -> None:
    with pytest.raises(DataRefused, match="There is no photograph 'cat'; there are china and flower"):
        images.photograph("cat")
    with pytest.raises(DataRefused, match="from 0 to 1,796"):
        images.digit(1797)


@given(st.integers(1, 60), st.integers(1, 60))
def test_small_pictures_are_shown_with_larger_pixels(h: int, w: int) -> None:
    pixels = np.random.default_rng(h).integers(0, 256, (h, w), dtype=np.uint8)
    shown = images.for_screen(pixels)
    down, across = shown.shape[0] // h, shown.shape[1] // w
    assert shown.shape == (down * h, across * w)
    assert np.array_equal(shown[::down, ::across], pixels)
    assert 240 < max(shown.shape) <= 1_400


@pytest.mark.parametrize("shape", [(1, 4_000_000), (4_000_000, 1), (1_400, 1), (2_000, 1_000), (3, 50_000), (700, 650)])
def test_no_picture_is_too_long_for_a_screen(shape: tuple[int, int]) -> None:
    shown = images.for_screen(np.full(shape, 77, np.uint8))
    assert (shown == 77).all()
    assert 480 <= max(shown.shape) <= 1_400
    assert max(shown.shape) <= 8 * min(shown.shape)


def test_a_large_picture_is_shrunk_by_means() -> None:
    pixels = np.indices((2_800, 1_400)).sum(axis=0) % 2 * 200  # a chequerboard
    assert (images.for_screen(pixels.astype(np.uint8)) == 100).all()
