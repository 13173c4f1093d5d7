"""The picture of a network in a real Chromium: weights are read, edited, frozen, by mouse and by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browsing import OpenPage, Server, axe_finds, settle

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]


@pytest.fixture
def visit(harness: Server, open_page: OpenPage) -> Iterator[Visit]:
    pages = []

    def start(query: str = "", **options: object) -> Page:
        page = open_page(**options)
        pages.append(page)
        page.goto(f"{harness.url}/?harness=network&{query}")
        settle(page)
        expect(page.locator(".picture")).to_have_attribute("data-plot", re.compile(r"\d"))
        return page

    yield start
    assert [error for page in pages for error in page.errors] == []


def drawn(page: Page) -> str:
    return page.locator(".picture").evaluate("canvas => canvas.toDataURL()")


def choose_first(page: Page) -> None:
    page.locator(".picture").focus()
    page.keyboard.press("ArrowDown")


def test_a_weight_is_set_and_frozen_by_keyboard(visit: Visit) -> None:
    page = visit()
    before = drawn(page)
    choose_first(page)
    expect(page.locator(".says")).to_contain_text("Weight from x to unit 1 of layer 1: ")
    page.keyboard.press("Enter")
    page.locator(".value").fill("-2.5")
    page.locator(".frozen").check()
    page.locator(".value").press("Enter")
    expect(page.get_by_text("heard Edit(layer=1, to=1, source=1, value=-2.5, frozen=True)")).to_be_visible()
    expect(page.get_by_text("frozen [(1, 1, 1)]")).to_be_visible()
    expect(page.get_by_text("first weight -2.500")).to_be_visible()
    expect(page.locator(".says")).to_contain_text("−2.5, frozen")
    assert drawn(page) != before


def test_the_keys_reach_every_weight_and_stop_at_the_edges(visit: Visit) -> None:
    page = visit()
    choose_first(page)
    seen = set()
    for _ in range(3):
        for _ in range(5):
            for _ in range(6):
                seen.add((page.locator(".says").inner_text()).split(":")[0])
                page.keyboard.press("ArrowRight")
            for _ in range(6):
                page.keyboard.press("ArrowLeft")
                seen.add((page.locator(".says").inner_text()).split(":")[0])
            page.keyboard.press("ArrowDown")
        page.keyboard.press("PageDown")
    assert len(seen) == 4 * 3 + 3 * 5 + 1 * 4


def test_pointing_reads_and_pressing_opens_the_editor(visit: Visit) -> None:
    page = visit()
    box = page.locator(".picture").bounding_box()
    assert box
    words = page.locator(".says")
    found = ""
    for share in range(8, 60, 2):  # down a line between the inputs and the first layer
        page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * (0.25 + share / 120))
        found = words.inner_text()
        if found.startswith("Weight"):
            break
    assert found.startswith("Weight from")
    page.mouse.down()
    page.mouse.up()
    expect(page.locator(".editor")).to_be_visible()
    expect(page.locator(".value")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".editor")).to_be_hidden()
    expect(page.locator(".picture")).to_be_focused()


def test_a_number_beyond_the_limit_is_not_sent(visit: Visit) -> None:
    page = visit()
    choose_first(page)
    page.keyboard.press("Enter")
    page.locator(".value").fill("1000")
    page.locator(".value").press("Enter")
    expect(page.locator(".editor")).to_be_visible()
    expect(page.get_by_text("heard nothing")).to_be_visible()


def test_without_an_edit_it_is_only_read(visit: Visit) -> None:
    page = visit("still=1")
    choose_first(page)
    page.keyboard.press("Enter")
    expect(page.locator(".editor")).to_be_hidden()
    expect(page.locator(".says")).to_contain_text("Weight from x")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_a_phone_has_room(visit: Visit, scheme: str) -> None:
    page = visit(color_scheme=scheme, viewport={"width": 360, "height": 800})
    choose_first(page)
    page.keyboard.press("Enter")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert axe_finds(page) == []
