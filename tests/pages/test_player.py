"""What the player sends to the browser, and what it believes of the answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from pages.widgets.canvas.player import player as module
from pages.widgets.canvas.player.player import stopped_at
from pages.widgets.canvas.scene import Cells, Dots, Frame, Lines, Scene, Words


def scene(*frames: Frame, **others: Any) -> Scene:
    axes = {"x_label": "x", "y_label": "y", "x_range": (0.0, 1.0), "y_range": (0.0, 1.0)}
    return Scene(frames, **{**axes, **others})


def unpack(one: Scene) -> tuple[dict[str, Any], list[np.ndarray]]:
    """Decode as player.js does."""
    body = one.packed[1]
    length = int.from_bytes(body[:4], "little")
    header = json.loads(body[4 : 4 + length])
    rest = body[4 + length :]
    arrays = [np.frombuffer(rest, f"<{kind}", size, offset) for kind, offset, size in header["arrays"]]
    return header, arrays


def test_arrays_arrive_as_they_were_sent() -> None:
    x, y = np.array([0.0, 0.5, 1.0]), [1, 2, 3]
    header, arrays = unpack(scene(Frame([Dots(x, y, group=[0, -1, 70], size=4, shape="cross", tween=True)])))
    [layer] = header["layers"]
    assert {name: layer[name] for name in ("kind", "size", "shape", "tween")} == {
        "kind": "dots",
        "size": 4.0,
        "shape": "cross",
        "tween": True,
    }
    assert [arrays[k].tolist() for k in layer["at"]] == [[0.0, 0.5, 1.0], [1.0, 2.0, 3.0]]
    assert arrays[layer["group"]].tolist() == [0, 255, 70 % 64]


def test_every_array_starts_where_the_browser_may_read_it() -> None:
    layers = [Dots(range(n), range(n), group=np.arange(n)) for n in (1, 2, 3, 5)]
    one = scene(Frame(layers, says="é"))
    header, _ = unpack(one)
    assert int.from_bytes(one.packed[1][:4], "little") % 4 == 0
    assert all(offset % 4 == 0 for _, offset, _ in header["arrays"])


def test_what_is_equal_is_sent_once() -> None:
    x = np.linspace(0, 1, 10_000)
    frames = [Frame([Dots(x.copy(), x.copy()), Dots([k], [k])]) for k in range(50)]
    one = scene(*frames, fixed=[Dots(x, x)])
    header, arrays = unpack(one)
    assert sum(len(array) == 10_000 for array in arrays) == 1
    assert len(header["layers"]) == 51
    assert header["fixed"] == [header["frames"][0][0]] == [header["frames"][49][0]]
    assert len(one.packed[1]) < 60_000


def test_the_id_follows_the_content() -> None:
    frames = [Frame([Dots([0], [0])], "start", 2.0), Frame([Dots([1], [0])], "end", 1.0)]
    first, twin = scene(*frames), scene(*frames)
    assert first.packed[0] == twin.packed[0]
    assert len(first.packed[0]) == 16
    others = [scene(*frames[::-1]), scene(*frames, x_label="z"), scene(*frames, y_range=(0, 2)), scene(frames[0])]
    assert len({one.packed[0] for one in [first, *others]}) == 5


def test_cells_are_levels_and_missing_ones_stay_empty() -> None:
    values = [[0.0, 1.0, np.nan], [-5.0, 9.0, 0.5]]
    header, arrays = unpack(scene(Frame([Cells(values, 0.0, 1.0)])))
    layer = header["layers"][0]
    assert (layer["rows"], layer["columns"]) == (2, 3)
    assert arrays[layer["levels"]].tolist() == [0, 254, 255, 0, 254, 127]


def test_cells_of_one_value_do_not_divide_by_zero() -> None:
    header, arrays = unpack(scene(Frame([Cells([[3.0]], 3.0, 3.0)])))
    assert arrays[header["layers"][0]["levels"]].tolist() == [0]


def test_captions_values_words_and_lines() -> None:
    line = Lines([0], [0], [1], [1], group=2, width=3)
    frames = [Frame([line, Words([0.5], [0.5], ["δ = 1"])], "start", 2.0), Frame([], "end", float("nan"))]
    header, arrays = unpack(scene(*frames, value_label="SSE"))
    assert header["says"] == ["start", "end"]
    assert header["values"] == [2.0, None]
    assert header["value"] == "SSE"
    assert header["layers"][1]["texts"] == ["δ = 1"]
    assert arrays[header["layers"][0]["group"]].tolist() == [2]
    assert header["layers"][0]["heads"] is False
    assert unpack(scene(Frame([Lines.between([[0, 0, 1, 1]], heads=True)])))[0]["layers"][0]["heads"] is True


def test_numbers_beyond_single_precision_are_kept_out_of_sight() -> None:
    _, arrays = unpack(scene(Frame([Dots([1e300, np.nan], [0.0, -1e300])])))
    assert not np.isfinite(arrays[0]).any()


@pytest.mark.parametrize(
    ("layer", "says"),
    [
        (Dots([1, 2], [1]), "Dots needs arrays of one length, got x 2, y 1."),
        (Lines([1], [1], [1, 2], [1]), "Lines needs arrays of one length"),
        (Words([1], [1], []), "Words has 1 places and 0 texts."),
    ],
)
def test_ragged_layers_are_refused(layer: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        _ = scene(Frame([layer])).packed


def test_a_scene_without_frames_or_with_endless_axes_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one frame"):
        _ = scene().packed
    with pytest.raises(ValueError, match="finite ends"):
        _ = scene(Frame([]), x_range=(0.0, float("inf"))).packed


def test_an_axis_without_width_is_widened() -> None:
    header, _ = unpack(scene(Frame([]), x_range=(2.0, 2.0)))
    assert header["x"]["range"] == [1.5, 2.5]


def test_the_message_is_id_height_and_body(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: dict[str, Any] = {}

    def mount(**arguments: Any) -> dict[str, Any]:
        sent.update(arguments)
        return {"frame": {"scene": one.packed[0], "frame": 1}}

    one = scene(Frame([]), Frame([]))
    monkeypatch.setattr(module, "_mount", mount)
    assert module.player(one, "key", height=300) == 1
    assert sent["data"] == one.packed[0].encode() + (300).to_bytes(4, "little") + one.packed[1]
    assert sent["key"] == "key"


def test_where_the_reader_stopped() -> None:
    assert stopped_at({"scene": "a", "frame": 3}, "a", 5) == 3
    assert stopped_at({"scene": "b", "frame": 3}, "a", 5) == 0  # another scene's frame means nothing here
    assert stopped_at({"scene": "a", "frame": 5}, "a", 5) == 0
    assert stopped_at({"scene": "a", "frame": -1}, "a", 5) == 0
    assert stopped_at({"scene": "a", "frame": True}, "a", 5) == 0


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["scene", "frame"]), inner, max_size=2),
)


@given(ANYTHING)
def test_no_answer_is_believed_blindly(value: object) -> None:
    assert stopped_at(value, "a", 5) in range(5)


@pytest.mark.parametrize("show", ["lloyd", "both", "squares"])
def test_both_components_run_in_an_app_test(show: str) -> None:
    at = AppTest.from_file(str(Path(__file__).parents[1] / "browser/harness/canvas.py"), default_timeout=20)
    at.query_params["show"] = show
    at.run()
    assert not at.exception
    assert len(at.get("bidi_component")) == 1
