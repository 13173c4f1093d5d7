"""Every page in both themes and on a phone: nothing that axe finds, nothing too wide, every formula set."""

from __future__ import annotations

import contextlib

import pytest
from playwright.sync_api import Page, TimeoutError, expect

from engine.content.curriculum import curriculum
from engine.content.read import load_topic
from tests.browser.browsing import Server, axe_finds, come_near, go, no_errors, opened, screens, settle

pytestmark = pytest.mark.browser

PLACES = ["", "review", "exam", "exam?exam=7.2-q1a.2-q2a.2-q3a", "progress", "your-data"]
PARTS = [part.url for part in curriculum()]
TOPICS = [entry.slug for part in curriculum() for entry in part.topics if entry.written]
ASKED = [entry.slug for part in curriculum() for entry in part.topics if entry.asked and not entry.written]
KINDS = {one.check: f"{slug}?question={one.id}" for slug in (*TOPICS, *ASKED) for one in load_topic(slug).questions}
LESSONS = [one for slug in TOPICS for one in (slug, f"{slug}?")]  # ? has every experiment open
PAGES = [*PLACES, *PARTS, *ASKED, *KINDS.values(), *LESSONS]
COLOURS = ("color-contrast", "link-in-text-block")  # axe's rules that the theme decides
PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1366, "height": 768}
MOST_TALL = 690  # px from a plate's upper edge to the end of its desk: it fits a laptop's screen
HEIGHTS = """() => [...document.querySelectorAll("[class*='st-key-plate-']")].flatMap((plate) => {
    const desk = [...plate.querySelectorAll("*")].map((one) => one.shadowRoot?.querySelector(".desk")).find(Boolean);
    if (!desk) return [];
    const top = plate.getBoundingClientRect().top;
    return [[desk.getAttribute("aria-label"), Math.round(desk.getBoundingClientRect().bottom - top)]];
})"""
TOO_WIDE = """() => {
    const main = document.querySelector("[data-testid=stMain]");
    if (main.clientWidth !== innerWidth) return [`The page is ${main.clientWidth} px wide.`];
    if (main.scrollWidth <= innerWidth) return [];
    const wide = [...main.querySelectorAll("*")].filter((one) => one.getBoundingClientRect().right > innerWidth + 0.5);
    return [`It is ${main.scrollWidth} px wide.`, ...wide.slice(-3).map((one) => one.outerHTML.slice(0, 200))];
}"""


def path_of(topic: str) -> str:
    slug, sign, query = topic.partition("?")
    return slug.replace("_", "-") + (f"?{opened(slug)}" if topic.endswith("?") else sign + query)


@pytest.mark.parametrize("topic", PAGES)
def test_a_page_is_readable_in_both_themes_and_fits_a_phone(app: Server, page: Page, topic: str) -> None:
    """Load a page once: a load costs seconds, a look at what is loaded less."""
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(LAPTOP)
    go(page, app, path_of(topic))
    if topic.endswith("?"):
        come_near(page, topic.removesuffix("?"))
        assert [one for one in page.evaluate(HEIGHTS) if one[1] > MOST_TALL] == []
    found = {f"light, {rule}": elements for rule, elements in axe_finds(page)}
    darken(page)
    found |= {f"dark, {rule}": elements for rule, elements in axe_finds(page, *COLOURS)}
    if wide := beyond_the_edge_of_a_phone(page):
        found["on a phone, too wide"] = wide
    assert found == {}
    no_errors(page)


def darken(page: Page) -> None:
    """Let night fall: Streamlit follows the system's theme."""
    page.emulate_media(color_scheme="dark")
    expect(page.get_by_test_id("stApp")).to_have_css("color-scheme", "dark")
    settle(page)
    screens(page, 2)


def beyond_the_edge_of_a_phone(page: Page) -> list[str]:
    """Shrink the window to a phone's, let everything find its place, and return what is still too wide."""
    page.set_viewport_size(PHONE)
    with contextlib.suppress(TimeoutError):
        page.wait_for_function(f"({TOO_WIDE})().length === 0")
    screens(page, 2)
    return page.evaluate(TOO_WIDE)
