"""How far the axes of figures reach."""

from __future__ import annotations

import numpy as np
import pytest

from pages.widgets.canvas.scene import Bars, Words
from pages.widgets.figures import scale
from pages.widgets.figures.bars import bars, histogram
from pages.widgets.figures.lines import ends


@pytest.mark.parametrize("value", [0.3, -2.5, 1e6])
def test_values_that_only_rounding_parts_have_an_axis_with_room_for_ticks(value: float) -> None:
    values = np.array([value, np.nextafter(value, np.inf), value])
    for low, high in (ends(values), scale.span(values)):
        assert low < value < high
        assert high - low >= 0.1


def test_small_values_keep_an_axis_of_their_own_size() -> None:
    values = np.array([1e-12, 3e-12])
    for low, high in (ends(values), scale.span(values)):
        assert high - low == pytest.approx(2e-12 * 1.16)


def test_a_histogram_reaches_from_the_smallest_to_the_largest_value() -> None:
    assert histogram([0.1, 0.2, 0.4], "value").x_range == (0.1, 0.4)


def test_numbers_over_bars_lie_inside_the_plot_and_clear_of_their_bars() -> None:
    scene = bars(["one", "two"], {"V": [-4.0, 2.0]}, "value", numbers=".1f")
    low, high = scene.y_range
    drawn, words = scene.frames[0].layers
    assert isinstance(drawn, Bars)
    assert isinstance(words, Words)
    assert list(words.texts) == ["−4.0", "2.0"]
    below, above = np.asarray(words.y)
    letters = 0.07 * (high - low)  # half a line, in a plot of 90 pixels
    assert low + letters < below < -4.0 - letters
    assert 2.0 + letters < above < high - letters
