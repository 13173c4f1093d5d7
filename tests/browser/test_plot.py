"""What every canvas draws with, asked in a real Chromium: ink that can be read, ticks of logarithms, legends."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from pages.widgets.canvas.scene import Scene
from pages.widgets.figures.bars import bars
from pages.widgets.figures.lines import lines
from tests.browser.browsing import OpenPage, no_errors

pytestmark = pytest.mark.browser
CANVAS = Path(__file__).parents[2] / "pages/widgets/canvas"
SOURCE = "\n".join((CANVAS / file).read_text("utf-8") for file in ("plot/plot.js", "plot/layers.js", "panels/panel.js"))
LIGHT = {"text": "#2b2622", "plate": "#ffffff", "groups": ["#3B6FB6", "#D9822B", "#2A8C6E", "#B8423A"], "dark": False}
DARK = {"text": "#ece7df", "plate": "#1c1d20", "groups": ["#6f97d2", "#e6a868", "#63b398", "#d0756f"], "dark": True}
COLOURS = {"ink": "#888888", "muted": "#888888", "grid": "#dddddd", "font": "sans-serif"}


@pytest.fixture
def page(open_page: OpenPage) -> Iterator[Page]:
    page = open_page()
    page.goto("about:blank")
    yield page
    no_errors(page)


def asked(page: Page, script: str, **given: Any) -> Any:
    """Run a script behind the canvases' own, with `given` as its argument, and return what it returns."""
    return page.evaluate(f"(given) => {{ {SOURCE}; {script} }}", given)


def contrast(one: list[int], other: list[int]) -> float:
    def light(rgb: list[int]) -> float:
        parts = [
            part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in (v / 255 for v in rgb)
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_a_number_in_a_cell_of_any_colour_can_be_read(page: Page, theme: dict[str, Any]) -> None:
    script = """
        const ramps = [[-1, 1], [0, 1]].flatMap(([low, high]) => [...ramp(given.theme, low, high)].slice(0, 255));
        return ramps.map((colour) => {
          const ground = [colour & 255, (colour >> 8) & 255, (colour >> 16) & 255];
          return [ground, parseColour(inkOn(given.theme, ground))];
        });
    """
    pairs = asked(page, script, theme=theme | COLOURS)
    assert len(pairs) == 510
    assert min(contrast(ground, ink) for ground, ink in pairs) >= 4.5


DRAWN = """
    const scene = {
      title: "", legend: given.legend ?? [], says: [""], axes: false, equal: given.equal ?? false,
      x: { label: "", range: given.x, marks: "numbers" }, y: { label: "", range: given.y, marks: "numbers" },
      fixed: [], frames: [given.layers],
    };
    const panel = new Panel();
    document.body.replaceChildren(panel.figure);
    panel.picture.style.cssText = `display: block; width: ${given.width}px`;
    const written = [];
    const pens = CanvasRenderingContext2D.prototype;
    const draw = pens.fillText;
    pens.fillText = function (text) {
      written.push([text, parseFloat(this.font), this.fillStyle, this.strokeStyle]);
    };
    panel.show(scene, given.theme, 100);
    pens.fillText = draw;
    const { height } = panel.picture.getBoundingClientRect();
    return { written, height, keys: [...panel.legend.children].map((key) => key.textContent) };
"""


def test_words_know_the_cell_they_stand_in_and_fit_it(page: Page) -> None:
    cells = {"kind": "cells", "rows": 2, "columns": 2, "low": -1, "high": 1, "levels": [254, 127, 255, 0]}
    words = {"kind": "words", "at": [[0.5, 1.5, 0.5, 1.5], [0.5, 0.5, 1.5, 1.5]], "texts": ["−12.5"] * 4}
    given = {"x": [0, 2], "y": [2, 0], "layers": [cells, words], "theme": LIGHT | COLOURS}
    wide, narrow = (asked(page, DRAWN, width=width, **given)["written"] for width in (300, 60))
    assert [size for _, size, *_ in wide] == [12, 12, 12, 12]
    assert [size for _, size, *_ in narrow][2] == 12  # on no cell
    assert {narrow[0][1], narrow[1][1], narrow[3][1]} <= {8, 9, 10, 11}
    grounds = [stroke for *_, stroke in wide]
    assert len(set(grounds)) == 4
    assert grounds[2].startswith("rgba(")  # the plate's own, where there is no cell
    assert wide[0][2] != wide[1][2]  # light on the deepest red, dark on zero


def test_words_on_a_fine_picture_keep_their_size(page: Page) -> None:
    cells = {"kind": "cells", "rows": 1, "columns": 60, "low": 0, "high": 1, "levels": [100] * 60}
    words = {"kind": "words", "at": [[30], [0.5]], "texts": ["a border"]}
    given = {"x": [0, 60], "y": [1, 0], "layers": [cells, words], "theme": DARK | COLOURS}
    assert asked(page, DRAWN, width=300, **given)["written"][0][1] == 12


def test_squares_without_axes_take_no_more_height_than_they_fill(page: Page) -> None:
    given = {"x": [0, 4], "y": [1, 0], "layers": [], "theme": LIGHT | COLOURS}
    heights = [
        asked(page, DRAWN, width=width, equal=equal, **given)["height"]
        for width, equal in ((600, True), (200, True), (200, False))
    ]
    assert heights == [100, 50, 100]


def test_a_legend_names_only_what_is_drawn(page: Page) -> None:
    bars = {"kind": "bars", "at": [[0, 1], [0, 0], [1, 2], [1, 1]], "group": [0, 2], "pale": False}
    given = {"x": [0, 2], "y": [0, 1], "layers": [bars], "theme": LIGHT | COLOURS, "legend": ["one", "", "other"]}
    assert asked(page, DRAWN, width=300, **given)["keys"] == ["one", "other"]


@pytest.mark.parametrize(
    ("ends", "most", "labels"),
    [
        ((0.5, 2.5), 12, "5 10 20 50 100 200"),
        ((-0.9, 0.45), 3, "0.2 0.5 1 2"),
        ((-9.0, 2.3), 2, "10⁻⁵ 1"),
        ((0.0, 5.0), 3, "1 100 10,000"),
        ((-6.0, -4.6), 4, "10⁻⁶ 2 · 10⁻⁶ 5 · 10⁻⁶ 10⁻⁵ 2 · 10⁻⁵"),
    ],
)
def test_a_logarithmic_axis_has_ticks_enough(page: Page, ends: tuple[float, float], most: int, labels: str) -> None:
    script = 'const found = ticks(...given.ends, given.most, "log"); return found.values.map(found.label).join(" ");'
    assert asked(page, script, ends=ends, most=most) == labels


def test_names_along_an_axis_are_all_there_while_there_is_room(page: Page) -> None:
    ask = """
      const pen = document.createElement("canvas").getContext("2d");
      return ticksAcross(pen, -0.5, 9.5, 260, given.names).values.length;
    """
    assert asked(page, ask, names=list("abcdefghij")) == 10
    assert asked(page, ask, names=[f"a long name {i}" for i in range(10)]) < 6


def legend(page: Page, scene: Scene) -> Any:
    """Show a scene and return its legend: each name, and how much of its swatch is painted."""
    script = """
      const panel = new Panel();
      document.body.append(panel.figure);
      const bytes = Uint8Array.from(atob(given.packed), (one) => one.charCodeAt(0));
      panel.show(readScene(bytes), readTheme(document.documentElement), 150);
      return [...panel.legend.children].map((key) => {
        const { width, height } = key.firstChild;
        const { data } = key.firstChild.getContext("2d").getImageData(0, 0, width, height);
        return [key.textContent, data.filter((one, i) => i % 4 === 3 && one > 90).length / (width * height)];
      });
    """
    return asked(page, script, packed=base64.b64encode(scene.packed[1]).decode())


def test_a_legend_shows_what_is_drawn_a_line_or_a_bar_and_only_that(page: Page) -> None:
    curves = legend(page, lines([1, 2, 3], {"held out": [1, 2, 3], "seen": [1, 1, 1]}, "x", "y", groups=(0, 3)))
    assert [name for name, _ in curves] == ["held out", "seen"]  # groups 1 and 2 are not there
    upright = legend(page, bars(["a", "b"], {"raw": [1, 2], "divided": [2, 1]}, "y"))
    assert [name for name, _ in upright] == ["raw", "divided"]
    assert all(0.4 < share < 0.5 for _, share in upright)  # a square of 12 in 26
    assert all(share < 0.25 for _, share in curves)
