"""The drawing that all canvases share, in a real Chromium and without an app: ticks, and legends of still pictures."""

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
from tests.browser.browsing import OpenPage

pytestmark = pytest.mark.browser
CANVAS = Path(__file__).parents[2] / "pages" / "widgets" / "canvas"


@pytest.fixture
def drawn(open_page: OpenPage) -> Iterator[Page]:
    """Open an empty page with the drawing's scripts."""
    page = open_page()
    page.goto("about:blank")
    script = "\n".join(
        (CANVAS / name).read_text("utf-8") for name in ("plot/plot.js", "plot/layers.js", "panels/panel.js")
    )
    page.add_script_tag(content=script)
    yield page
    assert page.errors == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("ends", "labels"),
    [
        ((0.6, 2.4), ["5", "10", "20", "50", "100", "200"]),  # 4 to 250: two powers of ten say too little
        ((-0.2, 0.9), ["1", "2", "5"]),
        ((-3.0, 2.0), ["0.001", "0.01", "0.1", "1", "10", "100"]),
        ((5.2, 6.9), ["10⁶"]),
    ],
)
def test_a_logarithmic_axis_has_marks_to_read_it_by(drawn: Page, ends: tuple[float, float], labels: list[str]) -> None:
    told = drawn.evaluate(
        "([low, high]) => { const t = ticks(low, high, 6, 'log'); return t.values.map(t.label); }", ends
    )
    assert told == labels


def test_names_along_an_axis_are_all_there_while_there_is_room(drawn: Page) -> None:
    ask = """([room, names]) => {
      const pen = document.createElement("canvas").getContext("2d");
      return ticksAcross(pen, -0.5, 9.5, room, names).values.length;
    }"""
    assert drawn.evaluate(ask, [260, list("abcdefghij")]) == 10
    assert drawn.evaluate(ask, [260, [f"a long name {i}" for i in range(10)]]) < 6


def legend(page: Page, scene: Scene) -> Any:
    """Show a scene and return its legend: each name, and how much of its swatch is painted."""
    return page.evaluate(
        """(text) => {
          const panel = new Panel();
          document.body.append(panel.figure);
          const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
          panel.show(readScene(bytes), readTheme(document.documentElement), 150);
          return [...panel.legend.children].map((key) => {
            const { width, height } = key.firstChild;
            const { data } = key.firstChild.getContext("2d").getImageData(0, 0, width, height);
            return [key.textContent, data.filter((one, i) => i % 4 === 3 && one > 90).length / (width * height)];
          });
        }""",
        base64.b64encode(scene.packed[1]).decode(),
    )


def test_a_legend_shows_what_is_drawn_a_line_or_a_bar_and_only_that(drawn: Page) -> None:
    curves = legend(drawn, lines([1, 2, 3], {"held out": [1, 2, 3], "seen": [1, 1, 1]}, "x", "y", groups=(0, 3)))
    assert [name for name, _ in curves] == ["held out", "seen"]  # groups 1 and 2 are not there
    upright = legend(drawn, bars(["a", "b"], {"raw": [1, 2], "divided": [2, 1]}, "y"))
    assert [name for name, _ in upright] == ["raw", "divided"]
    assert all(0.4 < share < 0.5 for _, share in upright)  # a square of 12 in 26
    assert all(share < 0.25 for _, share in curves)
