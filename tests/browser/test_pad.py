"""The pad in a real Chromium: mouse, touch and keys, undo and clear, coming back; and a 7 that is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.browsing import OpenPage, Server, axe_finds, complaints, go, hold_clock, settle

pytestmark = pytest.mark.browser
TRAINED = 240_000  # ms that a busy machine may take to train
Place = tuple[float, float]
SEVEN: list[Place] = [(0.2, 0.15), (0.8, 0.15), (0.45, 0.85)]


@pytest.fixture
def visit(harness: Server, open_page: OpenPage) -> Iterator[Callable[..., Page]]:
    """Open the harness; at the end no page may have had an error."""
    pages = []

    def start(query: str = "", **options: object) -> Page:
        page = open_page(**options)
        pages.append(page)
        page.goto(f"{harness.url}/?harness=pad&{query}")
        settle(page)
        expect(canvas(page)).to_have_attribute("data-plot", re.compile(r"\d"))
        return page

    yield start
    assert [error for page in pages for error in page.errors] == []


def canvas(page: Page) -> Locator:
    return page.locator(".pad .picture")


def on(page: Page, places: list[Place]) -> list[Place]:
    """Turn places on the pad, in shares of its side, into pixels of the page."""
    canvas(page).scroll_into_view_if_needed()
    box = canvas(page).bounding_box()
    assert box
    return [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]


def draw(page: Page, places: list[Place], lift: bool = True) -> None:
    """Draw one stroke by mouse."""
    first, *rest = on(page, places)
    page.mouse.move(*first)
    page.mouse.down()
    for place in rest:
        page.mouse.move(*place, steps=12)
    if lift:
        page.mouse.up()


def says(page: Page, text: str | re.Pattern[str]) -> None:
    expect(page.get_by_text(text)).to_be_visible()


def picture(page: Page) -> str:
    return canvas(page).evaluate("canvas => canvas.toDataURL()")


def test_the_mouse_draws_and_python_sees_it_while_the_pen_moves(visit: Callable[..., Page]) -> None:
    page = visit()
    says(page, "0 strokes, 0 points")
    empty = picture(page)
    draw(page, SEVEN, lift=False)
    says(page, re.compile(r"^1 strokes, \d+ points"))  # before the pen is lifted
    says(page, "from 0.20 0.15 to 0.45 0.85")
    page.mouse.up()
    assert picture(page) != empty
    draw(page, [(0.3, 0.5), (0.7, 0.5)])
    says(page, re.compile("^2 strokes"))
    says(page, "from 0.20 0.15 to 0.70 0.50")
    expect(canvas(page)).to_have_attribute("aria-label", "Drawing pad, 2 strokes")


def test_undo_goes_back_stroke_by_stroke_and_over_a_clear(visit: Callable[..., Page]) -> None:
    page = visit()
    undo, clear = (page.get_by_role("button", name=name) for name in ("Undo", "Clear"))
    expect(undo).to_be_disabled()
    expect(clear).to_be_disabled()
    draw(page, SEVEN)
    draw(page, [(0.3, 0.5), (0.7, 0.5)])
    says(page, re.compile("^2 strokes"))
    clear.click()
    says(page, "0 strokes, 0 points")
    expect(clear).to_be_disabled()
    undo.click()
    says(page, re.compile("^2 strokes"))
    undo.click()
    says(page, re.compile("^1 strokes"))
    undo.click()
    says(page, "0 strokes, 0 points")
    expect(undo).to_be_disabled()


def test_a_tap_is_a_dot_and_the_right_button_draws_nothing(visit: Callable[..., Page]) -> None:
    page = visit()
    (place,) = on(page, [(0.5, 0.5)])
    page.mouse.click(*place, button="right")
    page.mouse.click(*place)
    says(page, "1 strokes, 1 points")


def test_a_stroke_that_leaves_the_pad_stays_at_its_edge(visit: Callable[..., Page]) -> None:
    page = visit()
    draw(page, [(0.5, 0.5), (1.4, 0.5)])
    says(page, "from 0.50 0.50 to 1.00 0.50")


def test_the_keys_draw(visit: Callable[..., Page]) -> None:
    page = visit()
    canvas(page).focus()
    for _ in range(2):
        page.keyboard.press("Shift+ArrowLeft")
        page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("Space")
    expect(page.locator(".spoken")).to_have_text("pen down, column 7, row 7")
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    expect(page.locator(".spoken")).to_have_text("drawing, column 19, row 11")
    page.keyboard.press("Space")
    says(page, "1 strokes, 8 points")
    says(page, "from 0.23 0.23 to 0.66 0.38")
    page.keyboard.press("ArrowDown")  # the pen is up
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    says(page, "2 strokes, 10 points")
    page.keyboard.press("Backspace")
    says(page, "1 strokes, 8 points")
    page.keyboard.press("Control+z")
    says(page, "0 strokes, 0 points")


def test_the_pen_of_the_keys_is_lifted_where_the_focus_goes(visit: Callable[..., Page]) -> None:
    page = visit()
    canvas(page).focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    canvas(page).focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".spoken")).to_have_text(re.compile("^column 17"))
    says(page, "1 strokes, 2 points")


def test_a_finger_draws_and_does_not_scroll_the_page(visit: Callable[..., Page]) -> None:
    page = visit(has_touch=True, viewport={"width": 390, "height": 500})
    first, *rest = on(page, SEVEN)
    scrolled = page.locator("[data-testid=stMain]").evaluate("main => main.scrollTop")
    hand = page.context.new_cdp_session(page)

    def touch(kind: str, *places: Place) -> None:
        points = [{"x": x, "y": y} for x, y in places]
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", first)
    for place in rest:
        touch("touchMove", place)
    touch("touchEnd")
    says(page, "1 strokes, 3 points")
    assert page.locator("[data-testid=stMain]").evaluate("main => main.scrollTop") == scrolled


def test_a_drawing_is_there_again_when_the_pad_comes_back(visit: Callable[..., Page]) -> None:
    page = visit()
    draw(page, SEVEN)
    says(page, re.compile("^1 strokes"))
    page.get_by_text("Show the pad").click()
    expect(canvas(page)).to_have_count(0)
    page.get_by_text("Show the pad").click()
    says(page, re.compile("^1 strokes"))
    expect(canvas(page)).to_have_attribute("aria-label", "Drawing pad, 1 stroke")
    page.get_by_role("button", name="Undo").click()
    says(page, "0 strokes, 0 points")


def test_a_stroke_goes_on_when_the_page_builds_the_pad_anew_under_it(visit: Callable[..., Page]) -> None:
    page = visit("shift=1")
    canvas(page).evaluate("canvas => { canvas.first = true; }")
    first, *_, low, last = on(page, [(0.2, 0.2), (0.5, 0.2), (0.8, 0.2), (0.8, 0.8)])
    page.mouse.move(*first)
    page.mouse.down()
    page.mouse.move(*low, steps=12)
    says(page, "What appears above columns")
    says(page, re.compile("to 0.80"))
    expect(canvas(page)).to_have_attribute("data-plot", re.compile(r"\d"))
    assert not canvas(page).evaluate("canvas => Boolean(canvas.first)")  # another canvas than before
    page.mouse.move(*last, steps=12)
    page.mouse.up()
    says(page, re.compile("^1 strokes"))
    says(page, re.compile("from 0.20 0.20 to 0.80 0.[678]"))  # the caption moved the pad down a little
    page.get_by_role("button", name="Undo").click()
    says(page, "0 strokes, 0 points")


def test_a_fast_pen_costs_few_reports(visit: Callable[..., Page]) -> None:
    """However many moves come within a tenth of a second, they are one report; the lifted pen and Undo are others."""
    page = visit()
    first, last = on(page, [(0.1, 0.1), (0.9, 0.9)])
    hold_clock(page)
    page.mouse.move(*first)
    page.mouse.down()
    for place in (last, first, last):
        page.mouse.move(*place, steps=30)
        page.clock.run_for(100)
    page.mouse.up()
    page.clock.resume()
    says(page, re.compile(r"^1 strokes, \d{2,} points"))
    page.get_by_role("button", name="Undo").click()
    says(page, "0 strokes, 0 points")  # Python has heard of everything before
    assert 2 <= int(page.get_by_text("reports: ").inner_text().split()[-1]) <= 3 + 2  # of 90 moves


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1360])
def test_it_fits_and_axe_finds_nothing(visit: Callable[..., Page], scheme: str, width: int) -> None:
    page = visit(color_scheme=scheme, viewport={"width": width, "height": 800})
    draw(page, SEVEN)
    says(page, re.compile("^1 strokes"))
    assert axe_finds(page) == []
    box = page.locator(".pad").bounding_box()
    assert box
    assert box["x"] + box["width"] <= width
    assert box["width"] <= 281


# --- the journey -----------------------------------------------------------------------------------------------


def test_a_stranger_trains_the_network_and_has_a_seven_read(app: Server, page: Page) -> None:
    go(page, app, "cnn-pipeline?cnn_pipeline.digits.epochs=10")
    plate = page.locator(".st-key-plate-cnn_pipeline-digits")
    plate.get_by_role("button", name="Play", exact=True).click()
    expect(plate.get_by_text(re.compile("done after 220 steps"))).to_be_visible(timeout=TRAINED)
    draw(page, SEVEN)
    expect(plate.get_by_text(re.compile(r"Read as 7 with probability 0\.[5-9]"))).to_be_visible()
    plate.get_by_role("button", name="Clear").click()
    expect(plate.get_by_text(re.compile("Read as"))).to_have_count(0)
    draw(page, [(0.5, 0.1), (0.2, 0.5), (0.5, 0.9), (0.8, 0.5), (0.5, 0.1)])
    expect(plate.get_by_text(re.compile("Read as 0"))).to_be_visible()
    assert complaints(page) == []
