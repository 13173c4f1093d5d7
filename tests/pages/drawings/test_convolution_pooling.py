"""Pictures of convolution and pooling: what they say is what the engine counted."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from engine.computer_vision.convolution import conv2d
from engine.data import Image
from engine.experiment import experiments_of
from engine.experiments.convolution_pooling.shared import FOUR_BY_FOUR, NUMBERS, YOURS
from pages.computer_vision.convolution_pooling import pool, share, size, slide
from pages.widgets.canvas import view
from pages.widgets.canvas.scene import Bars, Cells, Dots, Lines, Photo, Scene, Words
from pages.widgets.canvas.view import Metrics, Part, Picture, Row, Sheet, Table, Text

VIEWS: dict[str, Callable[[Any, Any], list[Part]]] = {
    "slide": slide.view,
    "size": size.view,
    "pool": pool.view,
    "share": share.view,
}


def drawn(name: str, **settings: Any) -> list[Part]:
    """Return all parts of an experiment's view, those in rows, too."""
    experiment = experiments_of("convolution_pooling")[name]
    chosen = experiment.settings(**settings)
    parts: list[Part] = []
    for part in VIEWS[name](chosen, experiment.perform(chosen)):
        if isinstance(part, Row):
            parts += [
                inner for column in part.parts for inner in (column if isinstance(column, Sequence) else [column])
            ]
        else:
            parts.append(part)
    assert view.pack(parts)
    return parts


def of(kind: type, parts: list[Part]) -> list[Any]:
    return [part for part in parts if isinstance(part, kind)]


def scenes(parts: list[Part]) -> list[Scene]:
    return [part.scene for part in of(Picture, parts)]


def words(scene: Scene, frame: int = -1) -> list[str]:
    return [text for layer in scene.frames[frame].layers if isinstance(layer, Words) for text in layer.texts]


# --- slide ---------------------------------------------------------------------------------------------------------


def test_the_window_ends_with_the_whole_map_and_every_sum_is_written_out() -> None:
    parts = drawn("slide", image=NUMBERS, kernel=YOURS)
    replay = scenes(parts)[0]
    assert len(replay.frames) == 9
    assert replay.frames[0].says == "Row 1, column 1: 2·1 + 1·(−1) + 4·2 = 9"
    expected = conv2d(np.array(FOUR_BY_FOUR), np.array([[1.0, -1.0], [0.0, 2.0]]))
    *_, map = (layer for layer in replay.frames[-1].layers if isinstance(layer, Cells))
    values = np.asarray(map.values)[1:4, -3:]
    assert np.array_equal(values, expected)
    assert words(replay)[-9:] == [f"{one:.0f}".replace("-", "−") for one in expected.ravel()]


def test_the_tables_hold_kernel_and_picture_and_make_them_ones_own() -> None:
    kernel, pixels = of(Sheet, drawn("slide", image="digit", kernel="box blur"))
    assert kernel.rows == ((0.11111,) * 3,) * 3
    assert (kernel.sets, kernel.also) == ("weights", {"kernel": YOURS})
    assert np.shape(pixels.rows) == (8, 8)
    assert (pixels.sets, pixels.also) == ("pixels", {"image": NUMBERS})
    own = drawn("slide", kernel=YOURS, weights=kernel.rows, image=NUMBERS, pixels=pixels.rows)
    assert [sheet.rows for sheet in of(Sheet, own)] == [kernel.rows, pixels.rows]


def test_the_whole_picture_has_a_ring_around_the_detail_and_the_map_its_size() -> None:
    whole, map = scenes(drawn("slide", across=100, down=0, side=10, stride=2, then="ReLU"))[1:]
    assert whole.title == "The whole picture: 640 × 427 pixels"
    assert map.title == "Its feature map after ReLU: 319 × 213 numbers"
    (ring,) = (layer for layer in whole.frames[0].layers if isinstance(layer, Dots))
    assert np.ravel(ring.x)[0] / whole.x_range[1] == pytest.approx(635 / 640)
    assert np.ravel(ring.y)[0] / whole.y_range[0] == pytest.approx(5 / 427)
    for other in ({"view": "the whole, shrunk"}, {"image": "digit"}):
        layers = scenes(drawn("slide", **other))[1].frames[0].layers
        assert not any(isinstance(layer, Dots) for layer in layers)


def test_the_kernel_that_half_a_turn_leaves_alone_is_told() -> None:
    (same,), (other,) = (of(Text, drawn("slide", kernel=one)) for one in ("Laplacian", "Sobel x"))
    assert "this kernel gives the same map." in same.text
    assert "numbers that differ by up to" in other.text
    assert "cut to 16 steps" in other.text
    (digit,) = of(Text, drawn("slide", image="digit"))
    assert "16 steps" not in digit.text


@pytest.mark.parametrize("shape", [(1, 60_000), (60_000, 1), (300, 200)])
def test_images_of_any_shape_are_shown(shape: tuple[int, int]) -> None:
    parts = drawn("slide", image="own image", own=Image(np.full(shape, 90, np.uint8)), padding=1)
    whole, map = scenes(parts)[1:]
    assert whole.title == f"The whole picture: {shape[1]:,} × {shape[0]:,} pixels"
    for scene in (whole, map):
        (photo,) = (layer for layer in scene.frames[0].layers if isinstance(layer, Photo))
        h, w = np.shape(photo.pixels)
        assert max(h, w) <= 700  # a screen's worth, however large the file
        assert min(h, w) >= max(h, w) / 17  # never a line


# --- size ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "side", "fraction"),
    [
        ({}, "3", "3, the same"),
        ({"n": 7, "s": 2, "k": 2}, "3", "3, the same"),
        ({"n": 9}, "4", "3.5, which is not the number of windows"),
    ],
)
def test_both_formulas_stand_with_their_numbers(settings: dict[str, int], side: str, fraction: str) -> None:
    (metrics,) = of(Metrics, drawn("size", **settings))
    assert list(metrics.values.values()) == [side, fraction]
    assert next(iter(metrics.values)) == f"Right: ⌊({settings.get('n', 8)} + 2 · 0 − {settings.get('k', 3)}) / 2⌋ + 1"


def test_every_window_stands_under_its_pixels_and_touches_no_other() -> None:
    for settings in ({}, {"n": 32, "p": 5, "k": 1, "s": 1}, {"n": 32, "p": 5, "k": 11, "s": 1}, {"n": 1, "k": 1}):
        scene = scenes(drawn("size", **settings))[0]
        *_, windows = (layer for layer in scene.frames[0].layers if isinstance(layer, Bars))
        boxes = np.stack([windows.x0, windows.y0, windows.x1, windows.y1], axis=-1)
        assert boxes[:, 3].max() <= scene.y_range[0]
        for line in np.unique(boxes[:, 1]):
            left, right = boxes[boxes[:, 1] == line][:, [0, 2]].T
            assert (left[1:] > right[:-1]).all()


def test_pixels_in_no_window_and_padding_are_marked_and_told() -> None:
    parts = drawn("size", n=8, k=2, s=4, p=1)
    scene = scenes(parts)[0]
    assert words(scene) == ["0", "×", "×", "×", "×", "0", "0", "4", "8"]
    assert scene.frames[0].says == "3 windows of 2 pixels over 10 pixels, starting at 0, 4, 8; 4 pixels are in none"
    text, _ = of(Text, parts)
    assert "the padding" in text.text
    assert "4 pixels in no window, 0 of them at the end" in text.text
    assert "Every pixel is in a window." in of(Text, drawn("size", n=9))[0].text


def test_the_fraction_is_wrong_where_it_says_so() -> None:
    parts = drawn("size", n=9)
    scene, (*_, text) = scenes(parts)[1], of(Text, parts)
    (marks,) = (layer for layer in scene.frames[0].layers if isinstance(layer, Dots))
    wrong = np.asarray(marks.group) == size.WRONG
    assert np.array_equal(wrong, np.asarray(marks.y) != 0)
    assert f"wrong at {wrong.sum()} of {len(wrong)} sides" in text.text
    assert (wrong.sum(), len(wrong)) == (15, 30)


# --- pool ----------------------------------------------------------------------------------------------------------


def test_a_move_inside_a_window_changes_nothing_and_one_across_its_border_two_numbers() -> None:
    inside, across = drawn("pool"), drawn("pool", column=4)
    assert list(of(Metrics, inside)[0].values.values()) == ["2 of 64 numbers", "0 of 16"]
    assert list(of(Metrics, across)[0].values.values()) == ["2 of 64 numbers", "2 of 16"]
    heavy = [
        sum(isinstance(layer, Lines) and layer.width == 3.0 for layer in scenes(parts)[0].frames[0].layers)
        for parts in (inside, across)
    ]
    assert heavy == [0, 2]


def test_all_four_maps_are_numbered_and_said() -> None:
    (scene,) = scenes(drawn("pool", map=NUMBERS, across=0, down=1))
    assert words(scene)[:4] == ["map", "map after the shift", "pooled", "pooled after the shift"]
    assert words(scene)[4:8] == ["2", "1", "0", "3"]
    assert "pooled: 4 3, 2 5" in scene.frames[0].says
    assert len(words(scene)) == 4 + 16 + 16 + 4 + 4
    (large,) = scenes(drawn("pool", map="random numbers", side=16))
    assert len(words(large)) == 4  # too many to be read


def test_windows_that_overlap_are_shown_by_the_first() -> None:
    (text,) = of(Text, drawn("pool", window=3, stride=1))
    assert text.text.startswith("The thin frame is the first window")
    (sheet,) = of(Sheet, drawn("pool"))
    assert (sheet.sets, sheet.also, np.shape(sheet.rows)) == ("numbers", {"map": NUMBERS}, (8, 8))


# --- share ---------------------------------------------------------------------------------------------------------


def test_the_three_counts_stand_in_table_numbers_and_picture() -> None:
    parts = drawn("share")
    (table,), (metrics,), (scene,) = of(Table, parts), of(Metrics, parts), scenes(parts)
    assert table.rows[0] == ("dense", "25,174,016", "25,165,824")
    assert [row[1] for row in table.rows[1:]] == ["229,376", "224"]
    assert list(metrics.values.values()) == ["112,384", "110", "1,024"]
    assert "At side 32: dense 25,174,016, local 229,376, convolution 224." in scene.frames[0].says
    body = view.pack([table])
    said = json.loads(body[4 : 4 + int.from_bytes(body[:4], "little")])
    assert said["parts"][0]["numbers"] == [False, True, True]  # flush right, though they are written with commas
    flat = [layer for layer in scene.frames[0].layers if isinstance(layer, Dots)][2]
    assert np.ptp(np.asarray(flat.y)) == 0  # a kernel knows no image side
