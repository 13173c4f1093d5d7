"""Finding one's way in a real Chromium: the sidebar, links that keep the session, a phone, the maps, old addresses."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engine.content.curriculum import curriculum
from engine.content.read import load_topic
from engine.quiz.store.store import Store
from tests.browser.browsing import OpenPage, Serve, Server, go, no_errors, settle

pytestmark = pytest.mark.browser
SIDEBAR = "[data-testid=stSidebar]"
LINK = f"{SIDEBAR} a[href]"


@pytest.fixture(scope="module")
def app(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Server:
    """A server with two learners; Ada has done one topic, begun another and read in it."""
    data = tmp_path_factory.mktemp("grimoire")
    with Store.open(data / "grimoire.db") as store:
        ada = store.add_learner("Ada").id
        store.add_learner("Ben")
        for slug, most in (("linear_regression", None), ("clustering", 2)):
            for one in load_topic(slug).questions[:most]:
                store.add_attempt(
                    one.id,
                    ada,
                    slug,
                    one.id,
                    one.fingerprint,
                    "x",
                    {"correct": True},
                    3,
                    False,
                    9.0,
                    datetime.now(UTC) - timedelta(days=1),
                )
        store.save_reading(ada, "clustering", "worked-example")
    return serve("app.py", data=data)


def arrived(page: Page, path: str, title: str) -> None:
    """Wait for a page, which must have come without a reload."""
    expect(page.locator("h1")).to_have_text(title)
    expect(page).to_have_url(re.compile(rf"/{path}(\?|$)"))
    settle(page)
    here = page.locator(f"{LINK}[aria-current=page]")
    expect(here).to_have_count(1)
    assert here.evaluate("one => one.pathname") == f"/{path}"
    assert page.evaluate("window.stayed") is True


def test_a_way_through_the_book_keeps_tab_and_session(app: Server, page: Page) -> None:
    go(page, app, "linear-regression?learner=Ada")
    page.evaluate("window.stayed = true")
    expect(page.locator(LINK)).to_have_count(5 + 1 + 7)
    page.locator("[data-testid=stMarkdown] a", has_text="K-means and k-medians").first.click()
    arrived(page, "clustering", "K-means and k-medians")
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == 0
    page.locator("summary", has_text="Reinforcement learning").click()
    expect(page.locator(LINK)).to_have_count(5 + 1 + 14)  # the present part closed
    page.locator(LINK, has_text="Overview").click()
    arrived(page, "reinforcement-learning", "Reinforcement learning")
    page.get_by_role("link", name=re.compile("^Deep Q-learning.*needs")).click()  # a tile of the map
    arrived(page, "deep-q-learning", "Q-functions and deep Q-learning")
    page.locator("[data-testid=stMarkdown] a[href='./backpropagation']").first.click()  # its part is closed
    arrived(page, "backpropagation", "Backpropagation")
    expect(page.locator(LINK)).to_have_count(5 + 1 + 10)
    page.go_back()
    arrived(page, "deep-q-learning", "Q-functions and deep Q-learning")
    page.go_back()
    arrived(page, "reinforcement-learning", "Reinforcement learning")
    page.go_forward()
    arrived(page, "deep-q-learning", "Q-functions and deep Q-learning")
    page.locator(LINK, has_text="Today").click()
    arrived(page, "", "Today")
    expect(page.locator(LINK)).to_have_count(5 + 1 + 14)  # nothing moves on the way to a place
    expect(page.locator(LINK).first).to_be_focused()
    page.get_by_role("link", name="Continue reading").click()
    arrived(page, "clustering", "K-means and k-medians")
    expect(page.get_by_role("combobox", name="Learner")).to_have_value("Ada")
    assert len(page.context.pages) == 1
    no_errors(page)


def test_a_link_with_settings_and_one_to_elsewhere(app: Server, page: Page) -> None:
    go(page, app, "machine-learning")
    page.evaluate("""() => {
      window.stayed = true;
      const box = document.querySelector("[data-testid=stMarkdown]");
      box.innerHTML = '<a id="own" href="./clustering?clustering.inits.seed=5">a</a> <a id="else" href="http://127.0.0.1:9/">b</a>';
      document.addEventListener("click", (event) => {
        window.left = [event.target.id, event.defaultPrevented];
        if (event.target.id === "else") event.preventDefault();
      });
    }""")
    page.locator("#else").click()
    assert page.evaluate("window.left") == ["else", False]
    page.locator("#own").click()
    arrived(page, "clustering", "K-means and k-medians")
    assert "clustering.inits.seed=5" in page.url
    expect(page.locator(".st-key-plate-clustering-inits").get_by_role("button", name="More")).to_be_visible()


@pytest.mark.parametrize("part", curriculum(), ids=lambda part: part.id)
def test_no_link_is_higher_than_a_line_and_the_learner_is_in_view(app: Server, page: Page, part: object) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    go(page, app, part.url)
    expect(page.locator(LINK)).to_have_count(6 + len(part.topics))
    boxes = page.locator(LINK).evaluate_all(
        "all => all.map((one) => [one.innerText, one.clientHeight,"
        " one.lastElementChild.scrollWidth - one.lastElementChild.clientWidth])"
    )
    assert [one for one in boxes if one[1] > 30 or one[2] > 0] == []
    expect(page.get_by_role("combobox", name="Learner")).to_be_in_viewport(ratio=1)


def test_on_a_phone_the_sidebar_closes_after_a_choice(app: Server, open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 390, "height": 844})
    go(page, app, "deep-learning")
    sidebar = page.locator(SIDEBAR)
    for choice, title in (("computer-vision", "Computer vision"), ("segmentation", "Image segmentation")):
        expect(sidebar).to_have_attribute("data-collapsed", "true")
        page.get_by_test_id("stExpandSidebarButton").click()
        expect(sidebar).to_have_attribute("data-collapsed", "false")
        if choice == "computer-vision":
            page.locator("summary", has_text="Computer vision").press("Enter")
            expect(sidebar).to_have_attribute("data-collapsed", "false")  # opening a part is no choice yet
        page.locator(f"{SIDEBAR} a[href='./{choice}']").click()
        expect(page.locator("h1")).to_have_text(title)
    expect(sidebar).to_have_attribute("data-collapsed", "true")
    no_errors(page)


def test_the_map_draws_its_lines_where_there_is_room_and_lights_them(app: Server, page: Page) -> None:
    go(page, app, "machine-learning?learner=Ada")
    drawn = page.locator(".st-key-part-map path")
    expect(drawn).to_have_count(6)
    tile = page.get_by_role("link", name=re.compile("^K-means and k-medians.*2 of"))
    tile.hover()
    expect(page.locator(".st-key-part-map path.lit")).to_have_count(1)
    page.locator("h1").hover()
    expect(page.locator(".st-key-part-map path.lit")).to_have_count(0)
    ends = page.evaluate("""() => {
      const map = document.querySelector(".st-key-part-map");
      const root = [...map.querySelectorAll("*")].find((one) => one.shadowRoot).shadowRoot;
      const frame = root.querySelector("svg").getBoundingClientRect();
      const boxes = [...root.querySelectorAll("a")].map((one) => one.getBoundingClientRect());
      const touches = (point, edge) => boxes.some((box) => Math.abs(box[edge] - frame.top - point.y) < 1.5 &&
        box.left - frame.left <= point.x && point.x <= box.right - frame.left);
      return [...root.querySelectorAll("path")].map((path) => touches(path.getPointAtLength(0), "bottom") &&
        touches(path.getPointAtLength(path.getTotalLength()), "top"));
    }""")
    assert ends == [True] * 6
    page.set_viewport_size({"width": 390, "height": 844})
    expect(drawn.first).to_be_hidden()
    expect(tile).to_be_visible()
    overflow = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth - innerWidth")
    assert overflow <= 0
    no_errors(page)


@pytest.mark.parametrize("path", ["language-modeling", "ridge-lasso?learner=Ben"])
def test_an_address_is_a_fresh_servers_first_request(serve: Serve, page: Page, tmp_path: Path, path: str) -> None:
    with Store.open(tmp_path / "grimoire.db") as store:
        store.add_learner("Ada")
        store.add_learner("Ben")
    go(page, serve("app.py", data=tmp_path), path)
    expect(page.locator("h1")).to_contain_text("Language" if path.startswith("language") else "Ridge")
    assert page.get_by_text("Page not found").count() == 0
    if "Ben" in path:
        expect(page.get_by_role("combobox", name="Learner")).to_have_value("Ben")
    no_errors(page)
