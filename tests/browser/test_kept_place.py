"""The reader's place: scroll position and what is open, over Back, Forward, reload and links."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browsing import Serve, Server, go, no_errors, settle

pytestmark = pytest.mark.browser
SCROLLED = "document.querySelector('[data-testid=stMain]').scrollTop"
# The kept place of this entry of the history is where the page is: nothing pulls at it any more.
AT_REST = f"""() => {{
  const kept = JSON.parse(sessionStorage.getItem('grimoire.place.' + navigation.currentEntry.key));
  return kept?.page === location.pathname.slice(1) && Math.abs(kept.y - {SCROLLED}) < 2;
}}"""
TOP_OF = "(id) => Math.round(document.getElementById(id).getBoundingClientRect().top)"


@pytest.fixture(scope="module")
def app(serve: Serve) -> Server:
    return serve("app.py")


def scroll_to(page: Page, anchor: str) -> int:
    """Scroll to a heading, wait until the place is kept, and return where the heading stands."""
    page.wait_for_selector(f"#{anchor}")
    page.evaluate("(id) => document.getElementById(id).scrollIntoView()", anchor)
    page.wait_for_function(AT_REST)
    top: int = page.evaluate(TOP_OF, anchor)
    return top


def stands_at(page: Page, anchor: str, top: int) -> None:
    """Wait until a heading stands where it stood."""
    settle(page)
    page.wait_for_function(f"([id, top]) => Math.abs(({TOP_OF})(id) - top) < 3", arg=[anchor, top])


def by_sidebar(page: Page, title: str) -> None:
    page.locator("[data-testid=stSidebar]").get_by_role("link", name=title).click()
    expect(page.locator("h1")).to_contain_text(title)
    settle(page)


def test_back_forward_and_reload_keep_the_place_and_a_link_begins_at_the_top(app: Server, page: Page) -> None:
    go(page, app, "linear-regression")
    first = scroll_to(page, "worked-example")
    page.reload()
    stands_at(page, "worked-example", first)
    by_sidebar(page, "K-means and k-medians")
    assert page.evaluate(SCROLLED) == 0
    second = scroll_to(page, "connections")
    page.go_back()
    expect(page.locator("h1")).to_contain_text("Linear regression")
    stands_at(page, "worked-example", first)
    page.go_forward()
    expect(page.locator("h1")).to_contain_text("K-means")
    stands_at(page, "connections", second)
    by_sidebar(page, "Linear regression")
    page.wait_for_selector("#check-yourself")
    assert page.evaluate(SCROLLED) == 0
    no_errors(page)


def test_an_open_experiment_and_an_open_question_are_open_again(app: Server, page: Page) -> None:
    go(page, app, "clustering?clustering.inits.k=10")  # the default, which the desk drops from the address
    page.locator(".st-key-plate-clustering-inits .desk").scroll_into_view_if_needed()
    page.wait_for_function("!location.search.includes('clustering.inits')")
    inits, card = page.locator(".st-key-claim-clustering-inits"), page.locator(".st-key-card-4-q1a")
    line = page.locator(".st-key-line-4-q1a").get_by_role("button")
    expect(inits).to_be_visible()
    expect(line).to_have_attribute("aria-expanded", "false")
    line.focus()
    page.keyboard.press("Enter")
    expect(card).to_be_visible()
    expect(line).to_have_attribute("aria-expanded", "true")
    expect(line).to_be_focused()
    card.get_by_role("textbox").fill("It looks for structure")
    page.locator(".st-key-line-4-q1b").get_by_role("button").click()  # straight from the text that was being typed
    expect(page.locator(".st-key-card-4-q1b")).to_be_visible()
    expect(card).to_have_count(0)
    line.click()
    expect(card.get_by_role("textbox")).to_have_value("It looks for structure")
    settle(page)
    page.wait_for_function(AT_REST)
    page.reload()
    expect(card.get_by_role("textbox")).to_have_value("It looks for structure")
    expect(inits).to_be_attached()
    assert "clustering.inits" not in page.url
    by_sidebar(page, "Linear regression")
    page.go_back()
    expect(card).to_be_visible()
    expect(inits).to_be_attached()
    no_errors(page)


def test_a_reader_who_scrolls_is_not_pulled_back(app: Server, page: Page) -> None:
    go(page, app, "linear-regression")
    scroll_to(page, "words")
    page.reload()
    page.wait_for_function(f"{SCROLLED} > 1000")
    page.mouse.move(700, 400)
    page.mouse.wheel(0, -600)
    page.wait_for_function(AT_REST)  # kept again, so it is the reader's own
    page.wait_for_function(f"({TOP_OF})('words') > 400")
    no_errors(page)


def test_a_link_leads_to_a_question_or_an_experiment(app: Server, page: Page) -> None:
    go(page, app, "linear-regression#question-2-q2d")
    expect(page.locator(".st-key-card-2-q2d")).to_be_visible()
    expect(page.locator("#question-2-q2d")).to_be_in_viewport()
    before = page.evaluate(TOP_OF, "question-2-q2d")
    page.locator(".st-key-line-2-q2c button").evaluate("(line) => line.click()")
    expect(page.locator(".st-key-card-2-q2c")).to_be_visible()
    page.locator(".st-key-line-2-q2d button").evaluate("(line) => line.click()")  # the card above it closes
    expect(page.locator(".st-key-card-2-q2d")).to_be_visible()
    expect(page.locator("#question-2-q2d")).to_be_in_viewport()
    assert before > 0
    go(page, app, "clustering?experiment=choose_k")
    stands_at(page, "experiment-choose-k", 64)
    no_errors(page)
