"""The search box in a real Chromium: typing, choosing by key and by touch, and arriving at the very place."""

from __future__ import annotations

import re
import urllib.error
import urllib.request

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.browsing import STREAMLITS_RULES, OpenPage, Serve, Server, go, no_errors, settle

pytestmark = pytest.mark.browser
ASKING = re.compile(r"/grimoire/search\?")
HOLD = """() => {
  const ask = window.fetch;
  window.held = {}; // by query: hands over the answer given, or the server's
  window.fetch = (where) => new Promise((done) => {
    held[new URL(where, location).searchParams.get("q")] = (answer) => done(answer ?? ask(where));
  });
}"""


@pytest.fixture(scope="module")
def app(serve: Serve) -> Server:
    return serve("app.py")


def box(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Search")


def options(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Hits").get_by_role("option")


def press_slash(page: Page) -> None:
    """Press the key wherever one is, once the box listens to it."""
    expect(box(page)).to_have_attribute("aria-keyshortcuts", "/")
    page.keyboard.press("/")
    expect(box(page)).to_be_focused()


def type_by_key(page: Page, query: str, first: str) -> None:
    """Press /, type, and wait for the first hit."""
    press_slash(page)
    page.keyboard.type(query)
    expect(options(page).first).to_contain_text(first)


def arrived(page: Page, path: str, place: Locator) -> None:
    """Check that the page is another, that its place is in view, and that the reader's focus went with it."""
    expect(page).to_have_url(re.compile(rf"/{path}$"))
    page.wait_for_function("document.querySelector('[data-testid=stMain]').contains(document.activeElement)")
    expect(place).to_be_in_viewport()
    assert page.evaluate("window.here") == "still the same document"


def axe(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found if one["id"] not in STREAMLITS_RULES]


def test_the_route_stands_beside_streamlit_s_pages(app: Server) -> None:
    def kind(path: str) -> str:
        with urllib.request.urlopen(f"{app.url}/{path}", timeout=30) as answer:
            return str(answer.headers.get_content_type())

    assert kind("grimoire/search?q=rein") == "application/json"
    for page in ("", "clustering?q=rein", "search?q=rein", "policy-search"):
        assert kind(page) == "text/html"
    for method in ("POST", "PUT"):
        with pytest.raises(urllib.error.HTTPError, match="405"):
            urllib.request.urlopen(urllib.request.Request(f"{app.url}/grimoire/search?q=a", method=method), timeout=30)


def test_enter_opens_the_very_place_in_the_same_session(app: Server, page: Page) -> None:
    go(page, app, "linear-regression")
    page.evaluate("window.here = 'still the same document'")

    type_by_key(page, "silhouette sc", "Silhouette score")  # a term, on another page
    page.keyboard.press("Enter")
    arrived(page, "clustering", page.get_by_text("Silhouette score", exact=True))

    type_by_key(page, "worked example", "Worked example")  # a heading that every lesson has: of this page
    page.keyboard.press("Enter")
    arrived(page, "clustering", page.locator("#worked-example"))

    type_by_key(page, "cliff wlak", "Cliff walk")  # an experiment, misspelt
    page.keyboard.press("Enter")
    arrived(page, "tabular-td#experiment-cliff", page.locator(".st-key-plate-tabular_td-cliff h3"))

    type_by_key(page, "agglutinative", "agglutinative")  # a question of a topic without a lesson
    page.keyboard.press("Enter")
    arrived(page, "tokenization#question-32-1-q3", page.locator("#question-32-1-q3"))

    page.go_back()
    expect(page.locator("h1")).to_contain_text("Monte Carlo")
    type_by_key(page, "kmeans", "K-means and k-medians")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("K-means")
    expect(page.locator("h1")).to_be_focused()
    expect(page.locator("h1")).to_be_in_viewport()
    no_errors(page)


def test_the_list_is_walked_by_key(app: Server, page: Page) -> None:
    go(page, app, "exam")
    type_by_key(page, "learning", "Machine learning")
    field, status = box(page), page.get_by_role("status").filter(has_text="hits")
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(status).to_have_text("12 hits")
    assert axe(page) == []
    at = options(page).and_(page.locator("[aria-selected=true]"))
    expect(at).to_have_attribute("id", "hit-0")  # what Enter takes is marked at once, and read aloud once it is gone to
    assert field.get_attribute("aria-activedescendant") is None
    for key, place in [("ArrowDown", 0), ("ArrowDown", 1), ("End", 11), ("ArrowDown", 0), ("ArrowUp", 11), ("Home", 0)]:
        field.press(key)
        expect(field).to_have_attribute("aria-activedescendant", f"hit-{place}")
        expect(at).to_have_attribute("id", f"hit-{place}")
    field.press("Escape")
    expect(field).to_have_value("")
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(options(page)).to_have_count(0)

    page.keyboard.type("ridge/lasso")  # in the box the key is a sign
    expect(options(page).first).to_contain_text("Ridge")
    expect(field).to_have_value("ridge/lasso")
    field.fill("zzzzzz")
    expect(page.get_by_text("Nothing found for “zzzzzz”.").first).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press("Enter")
    field.press("Escape")
    field.press("Escape")
    expect(field).not_to_be_focused()
    expect(page).to_have_url(re.compile("/exam$"))

    page.get_by_role("button", name="Rename or add").click()
    page.get_by_label("Add a learner").press_sequentially("a/b")
    expect(page.get_by_label("Add a learner")).to_have_value("a/b")
    expect(field).not_to_be_focused()
    no_errors(page)


def test_a_stale_answer_is_dropped_and_enter_waits_for_the_right_one(app: Server, page: Page) -> None:
    go(page, app, "exam")
    page.evaluate(HOLD)

    def type_(letter: str, query: str) -> None:
        page.keyboard.type(letter)
        page.wait_for_function("query => query in window.held", arg=query)

    press_slash(page)
    type_("r", "r")
    type_("i", "ri")
    page.evaluate("held.ri()")
    expect(options(page).first).to_contain_text("Ridge")
    shown = options(page).all_inner_texts()
    page.evaluate("held.r({ json: async () => ({ hits: [{ key: 'x', kind: 'topic', title: 'Stale', where: '' }] }) })")
    type_("d", "rid")
    assert options(page).all_inner_texts() == shown
    page.keyboard.press("Enter")  # before the answer is there
    page.evaluate("held.rid()")
    expect(page.locator("h1")).to_contain_text("Ridge, LASSO")


def test_a_server_that_does_not_answer_is_told(app: Server, page: Page) -> None:
    go(page, app, "exam")
    page.route(ASKING, lambda route: route.abort())
    press_slash(page)
    page.keyboard.type("ridge")
    expect(page.get_by_text("The app does not answer. Is it still running?").first).to_be_visible()
    page.unroute_all()
    page.keyboard.type(" la")
    expect(options(page).first).to_contain_text("Ridge")


def test_on_a_phone_in_the_dark_a_touch_opens_the_place_and_closes_the_menu(app: Server, open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 390, "height": 844}, color_scheme="dark", has_touch=True, is_mobile=True)
    go(page, app, "exam")
    page.evaluate("window.here = 'still the same document'")
    page.get_by_test_id("stExpandSidebarButton").tap()
    box(page).tap()
    box(page).fill("softmax")
    expect(options(page).first).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert axe(page) == []
    options(page).first.tap()
    arrived(page, "cnn-pipeline", page.locator("strong").get_by_text("Softmax", exact=True).last)
    expect(page.get_by_test_id("stSidebar")).not_to_be_in_viewport()
    no_errors(page)


def test_the_key_opens_a_closed_sidebar(app: Server, page: Page) -> None:
    go(page, app, "exam")
    page.get_by_test_id("stSidebar").hover()
    page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
    expect(page.get_by_test_id("stExpandSidebarButton")).to_be_visible()
    type_by_key(page, "adam", "Optimisers")
    expect(options(page).first).to_be_in_viewport(ratio=1)
    settle(page)
