"""Every page in both themes and on a phone: nothing that axe finds, nothing too wide, every formula set."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from engine.content import curriculum
from tests.browser.browsing import OpenPage, Serve, Server, go, no_errors, opened

pytestmark = pytest.mark.browser

# list and listitem: Streamlit's sidebar; empty-table-header: its data frames (STREAMLIT.md);
# presentation-role-conflict: its file uploader
STREAMLITS_RULES = {"list", "listitem", "empty-table-header", "presentation-role-conflict"}
PLACES = ["", "review", "exam", "exam?exam=7.2-q1a.2-q2a.2-q3a", "progress", "your-data"]
TOPICS = [entry.slug for part in curriculum() for entry in part.topics if entry.written]
ASKED = [entry.slug for part in curriculum() for entry in part.topics if entry.asked and not entry.written]
PAGES = [*PLACES, *ASKED, *(one for slug in TOPICS for one in (slug, f"{slug}?"))]  # ? has every experiment open


def path_of(topic: str) -> str:
    slug, sign, query = topic.partition("?")
    return slug.replace("_", "-") + (f"?{opened(slug)}" if topic.endswith("?") else sign + query)


@pytest.fixture(scope="module")
def app(chromium: object, serve: Serve) -> Server:
    return serve("app.py")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("topic", PAGES)
def test_axe_finds_nothing_of_ours(app: Server, open_page: OpenPage, topic: str, scheme: str) -> None:
    page = open_page(color_scheme=scheme)
    go(page, app, path_of(topic))
    found = Axe().run(page).response["violations"]
    ours = [one for one in found if one["id"] not in STREAMLITS_RULES]
    assert [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in ours] == []
    no_errors(page)


@pytest.mark.parametrize("topic", PAGES)
def test_nothing_is_wider_than_a_phone(app: Server, open_page: OpenPage, topic: str) -> None:
    page = open_page(viewport={"width": 390, "height": 844})
    go(page, app, path_of(topic))
    overflow = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth - innerWidth")
    assert overflow <= 0
    no_errors(page)
