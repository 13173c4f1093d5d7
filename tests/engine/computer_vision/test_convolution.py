"""Convolution and pooling against torch, scipy and a loop that a reader would write down."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import correlate
from scipy.signal import convolve2d, correlate2d

from engine.computer_vision import convolution
from engine.computer_vision.convolution import binomial, conv2d, output_side, pool2d, shift
from engine.errors import DataRefused
from engine.torch_one_thread import torch

nn = torch.nn.functional


@st.composite
def cases(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, int, int]:
    """Draw an image (h, w, C), a kernel that fits, a stride and a padding."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    k, w, C = draw(st.integers(1, 7)), draw(st.integers(1, 7)), draw(st.integers(1, 3))
    padding = draw(st.integers(0, 4))
    height = draw(st.integers(max(1, k - 2 * padding), 16))
    width = draw(st.integers(max(1, w - 2 * padding), 16))
    return rng.normal(size=(height, width, C)), rng.normal(size=(k, w, C)), draw(st.integers(1, 5)), padding


def torchs(X: np.ndarray, F: np.ndarray, stride: int, padding: int, bias: float = 0.0) -> np.ndarray:
    image, kernel = (torch.tensor(one).permute(2, 0, 1)[None] for one in (X, F))
    return nn.conv2d(image, kernel, torch.tensor([bias], dtype=torch.float64), stride, padding)[0, 0].numpy()


def by_hand(X: np.ndarray, F: np.ndarray, s: int, p: int) -> np.ndarray:
    """Compute the formula of the lesson, one place after the other."""
    X = np.pad(X, ((p, p), (p, p), (0, 0)))
    (h, w, C), (k, j, _) = X.shape, F.shape
    rows, columns = len(range(0, h - k + 1, s)), len(range(0, w - j + 1, s))
    Z = np.zeros((rows, columns))
    for a in range(rows):
        for b in range(columns):
            Z[a, b] = sum(X[s * a + m, s * b + n, c] * F[m, n, c] for m in range(k) for n in range(j) for c in range(C))
    return Z


# --- convolution -----------------------------------------------------------------------------------------------


@given(cases(), st.floats(-5, 5))
@settings(deadline=None, max_examples=200)
def test_it_is_torchs_conv2d(case: tuple[np.ndarray, np.ndarray, int, int], bias: float) -> None:
    assert conv2d(*case, bias) == pytest.approx(torchs(*case, bias), abs=1e-11)


@given(cases())
@settings(deadline=None, max_examples=40)
def test_it_is_the_sum_over_the_window(case: tuple[np.ndarray, np.ndarray, int, int]) -> None:
    assert conv2d(*case) == pytest.approx(by_hand(*case), abs=1e-11)


@given(cases())
@settings(deadline=None)
def test_without_flip_it_correlates_and_with_it_it_convolves(case: tuple[np.ndarray, np.ndarray, int, int]) -> None:
    X, F = case[0][..., 0], case[1][..., 0]
    padded = np.pad(X, case[3])
    if (np.array(padded.shape) < F.shape).any():
        return  # scipy would swap the two
    assert conv2d(X, F, padding=case[3]) == pytest.approx(correlate2d(padded, F, "valid"), abs=1e-11)
    assert conv2d(X, F, padding=case[3], flip=True) == pytest.approx(convolve2d(padded, F, "valid"), abs=1e-11)


def test_a_large_image_in_bands_is_scipys() -> None:
    X = np.random.default_rng(0).normal(size=(300, 1_100))
    F = np.random.default_rng(1).normal(size=(5, 5))
    assert X.size > 8 * convolution.IN_CACHE
    assert conv2d(X, F, padding=2) == pytest.approx(correlate(X, F, mode="constant"), abs=1e-11)
    assert conv2d(X, F, stride=3, padding=2) == pytest.approx(correlate(X, F, mode="constant")[::3, ::3], abs=1e-11)


@given(cases(), st.integers(-3, 3), st.integers(-3, 3))
@settings(deadline=None)
def test_shifting_the_image_shifts_the_map(
    case: tuple[np.ndarray, np.ndarray, int, int], down: int, across: int
) -> None:
    X, F, stride, _ = case
    room = 4 * stride + 8  # zeros all around, so that nothing leaves the picture
    X = np.pad(X[..., 0], room)
    moved = conv2d(shift(X, stride * down, stride * across), F[..., 0], stride)
    assert moved == pytest.approx(shift(conv2d(X, F[..., 0], stride), down, across), abs=1e-11)


@given(cases(), st.floats(-9, 9), st.floats(-9, 9))
@settings(deadline=None)
def test_it_is_linear_in_the_image_and_in_the_kernel(
    case: tuple[np.ndarray, np.ndarray, int, int], a: float, b: float
) -> None:
    X, F, *how = case
    Y, G = X[::-1], F[:, ::-1]
    assert conv2d(a * X + b * Y, F, *how) == pytest.approx(a * conv2d(X, F, *how) + b * conv2d(Y, F, *how), abs=1e-9)
    assert conv2d(X, a * F + b * G, *how) == pytest.approx(a * conv2d(X, F, *how) + b * conv2d(X, G, *how), abs=1e-9)


def test_the_image_stays_as_it_was() -> None:
    X, F = np.arange(12.0).reshape(3, 4), np.array([[1.0, 2.0]])
    conv2d(X, F, padding=1, flip=True)
    assert X.tolist() == np.arange(12.0).reshape(3, 4).tolist()
    assert F.tolist() == [[1.0, 2.0]]


def test_what_does_not_fit_is_refused_in_words() -> None:
    with pytest.raises(DataRefused, match="A window of 5 pixels does not fit on a side of 2 with 1 of padding"):
        conv2d(np.zeros((2, 9)), np.zeros((5, 5)), padding=1)
    with pytest.raises(DataRefused, match="The image has 3 channels and the kernel 1"):
        conv2d(np.zeros((9, 9, 3)), np.zeros((3, 3)))


# --- size ------------------------------------------------------------------------------------------------------


@given(st.integers(1, 40), st.integers(1, 12), st.integers(0, 6), st.integers(1, 9))
def test_the_output_side_counts_the_places(n: int, k: int, p: int, s: int) -> None:
    places = [start for start in range(0, n + 2 * p, s) if start + k <= n + 2 * p]
    if places:
        assert output_side(n, k, p, s) == len(places)
    else:
        with pytest.raises(DataRefused, match="does not fit"):
            output_side(n, k, p, s)


@pytest.mark.parametrize("k", [1, 3, 5, 7, 9])
@pytest.mark.parametrize("n", [1, 8, 33])
def test_half_a_kernel_of_padding_keeps_the_size(n: int, k: int) -> None:
    assert output_side(n, k, (k - 1) // 2) == n


# --- pooling ---------------------------------------------------------------------------------------------------


@given(st.integers(0, 10**6), st.integers(1, 5), st.integers(1, 6), st.integers(5, 13), st.integers(5, 13))
@settings(deadline=None)
def test_pooling_is_torchs(seed: int, window: int, stride: int, h: int, w: int) -> None:
    Z = np.random.default_rng(seed).normal(size=(h, w))
    there = torch.tensor(Z)[None, None]
    assert pool2d(Z, window, stride) == pytest.approx(nn.max_pool2d(there, window, stride)[0, 0].numpy())
    average = nn.avg_pool2d(there, window, stride)[0, 0].numpy()
    assert pool2d(Z, window, stride, "average") == pytest.approx(average, abs=1e-12)


@given(st.integers(0, 10**6), st.integers(1, 4), st.integers(0, 3), st.integers(0, 3))
def test_a_shift_by_whole_windows_shifts_the_pooled_map(seed: int, window: int, down: int, across: int) -> None:
    Z = np.pad(np.random.default_rng(seed).uniform(size=(2 * window, 3 * window)), 4 * window)
    for kind in convolution.POOLS:
        moved = pool2d(shift(Z, window * down, window * across), window, kind=kind)
        assert np.array_equal(moved, shift(pool2d(Z, window, kind=kind), down, across))


def test_an_average_lies_below_the_maximum_and_keeps_the_mean() -> None:
    Z = np.random.default_rng(2).normal(size=(8, 12))
    assert (pool2d(Z, 2, kind="average") < pool2d(Z, 2)).all()
    assert pool2d(Z, 2, kind="average").mean() == pytest.approx(Z.mean())


def test_pooling_refuses_in_words() -> None:
    with pytest.raises(DataRefused, match="A window of 4 pixels does not fit on a side of 3"):
        pool2d(np.zeros((3, 5)), 4)
    with pytest.raises(DataRefused, match="Pooling is by max or average"):
        pool2d(np.zeros((3, 5)), 2, kind="median")


# --- the rest --------------------------------------------------------------------------------------------------


@given(st.integers(-9, 9), st.integers(-9, 9))
def test_a_shift_moves_every_number_or_lets_it_fall_off(down: int, across: int) -> None:
    Z = np.arange(1.0, 21).reshape(4, 5)
    expected = np.zeros((4, 5))
    for i in range(4):
        for j in range(5):
            if 0 <= i + down < 4 and 0 <= j + across < 5:
                expected[i + down, j + across] = Z[i, j]
    assert shift(Z, down, across).tolist() == expected.tolist()


def test_the_gaussian_adds_up_and_widens_as_it_says() -> None:
    for k in range(1, 8):
        kernel = binomial(k)
        assert kernel.sum() == 4 ** (k - 1)
        places = np.arange(k) - (k - 1) / 2
        assert (kernel.sum(axis=0) * places**2).sum() / kernel.sum() == pytest.approx((k - 1) / 4)  # its variance
