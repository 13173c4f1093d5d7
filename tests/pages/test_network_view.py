"""What a network's picture sends, and what it believes of what comes back."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from pages.widgets.canvas.network.network_view import Edit, picture, read_edit

WEIGHTS = [(np.zeros((3, 2)), np.zeros(3)), (np.ones((1, 3)), np.ones(1))]


def said(**other: Any) -> dict[str, Any]:
    return {"layer": 1, "to": 3, "source": 2, "value": 1.5, "frozen": True, **other}


def test_an_edit_is_read() -> None:
    assert read_edit(said(), WEIGHTS, 10) == Edit(1, 3, 2, 1.5, True)
    assert read_edit(said(source=0, value=-10, frozen=False), WEIGHTS, 10) == Edit(1, 3, 0, -10.0, False)


@pytest.mark.parametrize(
    "bad",
    [
        None,
        "text",
        [],
        said(layer=0),
        said(layer=3),
        said(to=4),
        said(to=0),
        said(source=3),
        said(source=-1),
        said(value=float("nan")),
        said(value=10.5),
        said(value="1"),
        said(value=None),
        said(value=True),
        said(layer=1.0),
        said(to=True),
        {},
    ],
)
def test_what_names_no_weight_is_no_edit(bad: object) -> None:
    assert read_edit(bad, WEIGHTS, 10) is None


def test_the_bytes_hold_header_weights_and_levels() -> None:
    fields = [np.zeros((2, 4, 4)), np.full((3, 4, 4), -1.0), np.full((1, 2, 2), np.nan)]
    body = picture({"sizes": [2, 3, 1]}, WEIGHTS, fields)
    length = int.from_bytes(body[:4], "little")
    assert length % 4 == 0
    assert json.loads(body[4 : 4 + length]) == {"sizes": [2, 3, 1]}
    numbers = np.frombuffer(body[4 + length : 4 + length + 4 * 13], "<f4")
    assert np.array_equal(numbers, [0] * 9 + [1] * 4)
    levels = np.frombuffer(body[4 + length + 4 * 13 :], "u1")
    assert np.array_equal(levels, [127] * 32 + [0] * 48 + [255] * 4)
