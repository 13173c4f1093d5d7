"""A review by keyboard only in a real Chromium: write, say how sure, compare, judge, undo, reload, two keys at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from engine.content import load_topic
from engine.quiz.store import Attempt, Store
from tests.browser.browsing import OpenPage, Serve, Server, go, no_errors, settle
from tests.browser.test_looks import STREAMLITS_RULES

pytestmark = pytest.mark.browser
TOPIC = "linear_regression"
MOST_TABS = 120  # the sidebar has a link for every topic


@pytest.fixture
def app(serve: Serve, tmp_path: Path) -> Server:
    """A server whose learner has two questions due: a sure miss in words, and an older recall with an exact check."""
    with Store.open(tmp_path / "grimoire.db") as store:
        learner = store.add_learner("Noor").id
        for number, (id, days, recalled) in enumerate((("2.q1a", 9, False), ("2.q2c", 8, True))):
            print_ = next(one.fingerprint for one in load_topic(TOPIC).questions if one.id == id)
            one = store.add_attempt(f"old-{number}", learner, TOPIC, id, print_, "x", {"correct": None}, 4, False, 40.0,
                                    datetime.now(UTC) - timedelta(days=days))  # fmt: skip
            store.add_marks(one.id, {}, recalled)
    return serve("app.py", data=tmp_path)


def log(app: Server) -> list[Attempt]:
    with Store.open(app.data / "grimoire.db") as store:
        return store.attempts(1)[2:]


def tab_to(page: Page, tag: str) -> None:
    """Press Tab until an element of this kind has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == tag:
            return
    pytest.fail(f"Tab does not reach a {tag}.")


def shown(page: Page, title: str, stage: str) -> None:
    """Wait until a question is asked or compared, and its last button is there: only then its key is heard."""
    expect(page.locator(f".st-key-card-review-{stage} h2")).to_contain_text(title)
    expect(page.get_by_role("button", name={"asked": "certain", "compared": "Recalled"}[stage])).to_be_visible()
    settle(page)


def test_a_review_by_keyboard_only(app: Server, page: Page) -> None:
    go(page, app, "review")
    shown(page, "2.q1a", "asked")
    tab_to(page, "TEXTAREA")
    page.keyboard.type("1 2 3 4: sum up, hold the residuals squared, leave none, undo nothing")
    shown(page, "2.q1a", "asked")  # keys that are typed do nothing else
    page.keyboard.press("Tab")
    settle(page)
    page.keyboard.press("3")
    shown(page, "2.q1a", "compared")
    expect(page.get_by_text("Model answer")).to_be_visible()
    expect(page.get_by_text("leave none, undo nothing").first).to_be_visible()
    page.keyboard.press("ArrowRight")
    shown(page, "2.q2c", "asked")
    page.keyboard.press("h")
    expect(page.get_by_role("button", name="Hint")).to_have_count(0)
    settle(page)
    page.keyboard.press("2")
    shown(page, "2.q2c", "compared")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_text("2 questions reviewed:")).to_be_visible()
    settle(page)
    page.keyboard.press("u")
    shown(page, "2.q2c", "asked")
    page.keyboard.press("4")
    shown(page, "2.q2c", "compared")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("2 recalled, 0 missed")).to_be_visible()
    no_errors(page)
    assert [(one.question, one.confidence, one.recalled, one.hint_used, bool(one.answer)) for one in log(app)] == [
        ("2.q1a", 3, True, False, True), ("2.q2c", 4, True, False, False),
    ]  # fmt: skip


def test_keys_held_down_answer_once_and_a_reload_goes_on(app: Server, page: Page) -> None:
    go(page, app, "review")
    shown(page, "2.q1a", "asked")
    for _ in range(8):
        page.keyboard.down("1")  # the keyboard repeats a key that is held
    page.keyboard.up("1")
    shown(page, "2.q1a", "compared")
    page.reload()
    shown(page, "2.q1a", "compared")
    for _ in range(8):
        page.keyboard.down("ArrowLeft")
    page.keyboard.up("ArrowLeft")
    shown(page, "2.q2c", "asked")
    assert [(one.question, one.confidence, one.recalled) for one in log(app)] == [("2.q1a", 1, False)]
    no_errors(page)


def test_the_next_question_is_seen_from_its_beginning_and_a_ticked_box_leaves_the_keys_free(
    app: Server, open_page: OpenPage
) -> None:
    page = open_page(viewport={"width": 390, "height": 600})
    go(page, app, "review")
    shown(page, "2.q1a", "asked")
    page.keyboard.press("1")
    shown(page, "2.q1a", "compared")
    page.get_by_role("checkbox").first.locator("xpath=ancestor::label").click()
    expect(page.get_by_role("checkbox").first).to_be_checked()
    settle(page)
    page.get_by_role("button", name="Recalled").scroll_into_view_if_needed()
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") > 0
    page.keyboard.press("ArrowRight")
    shown(page, "2.q2c", "asked")
    page.wait_for_function("document.querySelector('[data-testid=stMain]').scrollTop === 0")
    expect(page.get_by_role("status").get_by_text("2.q2c")).to_be_attached()
    assert log(app)[0].marks["points"][0] is True
    no_errors(page)


def test_two_windows_of_one_learner_write_one_answer(app: Server, open_page: OpenPage) -> None:
    one, two = open_page(), open_page()
    for page in (one, two):
        go(page, app, "review")
        shown(page, "2.q1a", "asked")
    one.keyboard.press("2")
    shown(one, "2.q1a", "compared")
    two.keyboard.press("4")
    shown(two, "2.q1a", "compared")
    expect(two.get_by_text("was answered in another window")).to_be_visible()
    two.keyboard.press("ArrowRight")
    shown(two, "2.q2c", "asked")
    one.keyboard.press("ArrowLeft")
    shown(one, "2.q2c", "asked")
    assert [(row.question, row.confidence, row.recalled) for row in log(app)] == [("2.q1a", 2, True)]


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_nothing_is_cut_off_and_axe_finds_nothing(app: Server, open_page: OpenPage, width: int, scheme: str) -> None:
    page = open_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    go(page, app, "review")
    for stage, key in (("asked", "1"), ("compared", "ArrowRight")):
        shown(page, "2.q1a", stage)
        wide = page.evaluate("""() => {
            const card = document.querySelector('[class*="st-key-card-review"]');
            return [card.scrollWidth - card.clientWidth, document.documentElement.scrollWidth - innerWidth];
        }""")
        assert max(wide) <= 0
        found = [one for one in Axe().run(page).response["violations"] if one["id"] not in STREAMLITS_RULES]
        assert [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in found] == []
        page.keyboard.press(key)
    shown(page, "2.q2c", "asked")
    page.get_by_role("button", name="Schedule").click()
    expect(page.get_by_role("slider")).to_be_visible()
    settle(page)
    found = [one for one in Axe().run(page).response["violations"] if one["id"] not in STREAMLITS_RULES]
    assert [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in found] == []
    no_errors(page)
