"""A review by keyboard only in a real Chromium: write, say how sure, compare, judge, undo, reload, two keys at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from engine.content.read import load_topic
from engine.quiz.store.rows import Attempt
from tests.browser.browsing import OpenPage, Server, axe_finds, go, no_errors, settle, spend

pytestmark = pytest.mark.browser
TOPIC = "linear_regression"
WORDS, SHAPE = "Question 1 of 6", "Question 5 of 6"  # 2.q1a and 2.q2c
MOST_TABS = 40  # the sidebar comes first: places, parts, learner


@pytest.fixture
def app(worker_app: Server) -> Server:
    """A learner who has two questions due: a sure miss in words, and an older recall with an exact check."""
    app = worker_app.for_somebody_new()
    assert app.learner
    learner = app.learner.id
    with app.store as store:
        for number, (id, days, recalled) in enumerate((("2.q1a", 9, False), ("2.q2c", 8, True))):
            print_ = next(one.fingerprint for one in load_topic(TOPIC).questions if one.id == id)
            one = store.add_attempt(
                f"old-{learner}-{number}",
                learner,
                TOPIC,
                id,
                print_,
                "x",
                {"correct": None},
                4,
                False,
                40.0,
                datetime.now(UTC) - timedelta(days=days),
            )
            store.add_marks(one.id, {}, recalled)
    return app


def log(app: Server) -> list[Attempt]:
    assert app.learner
    with app.store as store:
        return store.attempts(app.learner.id)[2:]


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
    shown(page, WORDS, "asked")
    tab_to(page, "TEXTAREA")
    page.keyboard.type("1 2 3 4: sum up, hold the residuals squared, leave none, undo nothing")
    shown(page, WORDS, "asked")  # keys that are typed do nothing else
    page.keyboard.press("Tab")
    settle(page)
    page.keyboard.press("3")
    shown(page, WORDS, "compared")
    expect(page.get_by_text("Model answer")).to_be_visible()
    expect(page.get_by_text("leave none, undo nothing").first).to_be_visible()
    page.keyboard.press("ArrowRight")
    shown(page, SHAPE, "asked")
    page.keyboard.press("h")
    expect(page.get_by_role("button", name="Hint")).to_have_count(0)
    settle(page)
    page.keyboard.press("2")
    shown(page, SHAPE, "compared")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_text("2 questions reviewed:")).to_be_visible()
    settle(page)
    page.keyboard.press("u")
    shown(page, SHAPE, "asked")
    page.keyboard.press("4")
    shown(page, SHAPE, "compared")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("2 recalled, 0 missed")).to_be_visible()
    no_errors(page)
    assert [(one.question, one.confidence, one.recalled, one.hint_used, bool(one.answer)) for one in log(app)] == [
        ("2.q1a", 3, True, False, True),
        ("2.q2c", 4, True, False, False),
    ]


def test_keys_held_down_answer_once_and_a_reload_goes_on(app: Server, page: Page) -> None:
    go(page, app, "review")
    shown(page, WORDS, "asked")
    for _ in range(8):
        page.keyboard.down("1")  # the keyboard repeats a key that is held
    page.keyboard.up("1")
    shown(page, WORDS, "compared")
    page.reload()
    shown(page, WORDS, "compared")
    for _ in range(8):
        page.keyboard.down("ArrowLeft")
    page.keyboard.up("ArrowLeft")
    shown(page, SHAPE, "asked")
    assert [(one.question, one.confidence, one.recalled) for one in log(app)] == [("2.q1a", 1, False)]
    no_errors(page)


def test_the_next_question_is_seen_from_its_beginning_and_a_ticked_box_leaves_the_keys_free(
    app: Server, open_page: OpenPage
) -> None:
    page = open_page(viewport={"width": 390, "height": 600})
    go(page, app, "review")
    shown(page, WORDS, "asked")
    page.keyboard.press("1")
    shown(page, WORDS, "compared")
    page.get_by_role("checkbox").first.locator("xpath=ancestor::label").click()
    expect(page.get_by_role("checkbox").first).to_be_checked()
    settle(page)
    page.get_by_role("button", name="Recalled").scroll_into_view_if_needed()
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") > 0
    page.keyboard.press("ArrowRight")
    shown(page, SHAPE, "asked")
    page.wait_for_function("document.querySelector('[data-testid=stMain]').scrollTop === 0")
    expect(page.get_by_role("status").get_by_text(SHAPE)).to_be_attached()
    assert log(app)[0].marks["points"][0] is True
    no_errors(page)


def test_two_windows_of_one_learner_write_one_answer(app: Server, open_page: OpenPage) -> None:
    one, two = open_page(), open_page()
    for page in (one, two):
        go(page, app, "review")
        shown(page, WORDS, "asked")
    one.keyboard.press("2")
    shown(one, WORDS, "compared")
    two.keyboard.press("4")
    shown(two, WORDS, "compared")
    expect(two.get_by_text("was answered in another window")).to_be_visible()
    two.keyboard.press("ArrowRight")
    shown(two, SHAPE, "asked")
    one.keyboard.press("ArrowLeft")
    shown(one, SHAPE, "asked")
    assert [(row.question, row.confidence, row.recalled) for row in log(app)] == [("2.q1a", 2, True)]


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_nothing_is_cut_off_and_axe_finds_nothing(app: Server, open_page: OpenPage, width: int, scheme: str) -> None:
    page = open_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    go(page, app, "review")
    for stage, key in (("asked", "1"), ("compared", "ArrowRight")):
        shown(page, WORDS, stage)
        wide = page.evaluate("""() => {
            const card = document.querySelector('[class*="st-key-card-review"]');
            return [card.scrollWidth - card.clientWidth, document.documentElement.scrollWidth - innerWidth];
        }""")
        assert max(wide) <= 0
        assert axe_finds(page) == []
        page.keyboard.press(key)
    shown(page, SHAPE, "asked")
    page.get_by_role("button", name="Schedule").click()
    expect(page.get_by_role("slider")).to_be_visible()
    settle(page)
    assert axe_finds(page) == []
    no_errors(page)


def test_the_time_before_a_reload_counts_though_nothing_was_typed(app: Server, page: Page) -> None:
    spend(page)
    page.add_init_script(
        "window.kept = () => Object.keys(sessionStorage).filter((key) => key.startsWith('grimoire.stood.'));"
        "window.stood = () => kept().reduce((sum, key) => sum + Number(sessionStorage.getItem(key)), 0);"
        "window.before = stood();"
    )
    go(page, app, "review")
    shown(page, WORDS, "asked")
    page.wait_for_function("stood() > 0")
    page.evaluate("kept().forEach((key) => sessionStorage.setItem(key, 500))")
    page.reload()
    shown(page, WORDS, "asked")
    page.wait_for_function("stood() > before")  # somebody watches again, and has told what was kept
    settle(page)
    page.keyboard.press("1")
    shown(page, WORDS, "compared")
    assert 500 <= log(app)[0].seconds < 800
    no_errors(page)
