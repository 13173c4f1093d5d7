"""An exam in a real browser: sat over a reload, handed in, marked, and shared with somebody else."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from engine.quiz.exam import Paper
from tests.browser.browsing import OpenPage, Serve, Server, go, no_errors, settle

pytestmark = pytest.mark.browser

PAPER = Paper(7, ("2.q1a", "2.q2a", "2.q1a.x1"))
TYPED = "The residual of every point is squared and all are added up."


def begin(page: Page, app: Server) -> None:
    go(page, app, f"exam?exam={PAPER.code}")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("button", name="Hand in", exact=True)).to_be_visible()
    settle(page)


def sure(page: Page, place: int) -> None:
    page.locator(f".st-key-card-exam-{place}").get_by_text("fairly sure", exact=True).click()
    settle(page)


def test_an_exam_outlasts_a_reload_and_is_marked_at_the_end(app: Server, page: Page) -> None:
    begin(page, app)
    cards = [page.locator(f".st-key-card-exam-{place}") for place in range(3)]
    cards[0].get_by_role("textbox").fill(TYPED)
    cards[0].get_by_role("textbox").press("Tab")
    settle(page)
    expect(page.get_by_text("Model answer")).to_have_count(0)
    page.reload()
    expect(cards[0].get_by_role("textbox")).to_have_value(TYPED)

    cards[1].get_by_role("textbox").fill("(n,)")
    cards[1].get_by_role("textbox").press("Tab")
    settle(page)
    for place in (0, 1):
        sure(page, place)
    page.get_by_role("button", name="Hand in", exact=True).click()
    expect(page.get_by_text("1 question without an answer: 3.")).to_be_visible()
    page.get_by_role("button", name="Hand in with these left open").click()

    expect(page.get_by_text("1 of 3")).to_be_visible()
    expect(page).to_have_url(re.compile("sitting="))
    expect(page.get_by_text("Model answer").first).to_be_visible()
    page.locator("[data-testid=stCheckbox]").first.click()  # the first point of the rubric
    settle(page)
    page.get_by_role("button", name="Recalled").first.click()
    expect(page.get_by_text(re.compile(r"^1\.\d+ of 3$"))).to_be_visible()
    expect(page.get_by_text("Model answer").first).to_be_visible()  # marking closes nothing
    no_errors(page)

    page.get_by_role("button", name="All exams").click()
    expect(page.get_by_text(re.compile(r"^1\.\d+ of 3$"))).to_be_visible()
    no_errors(page)


def test_a_link_gives_somebody_else_the_same_questions_and_numbers(
    app: Server, fresh_app: Serve, open_page: OpenPage
) -> None:
    one, other = open_page(), open_page()
    begin(one, app)
    begin(other, fresh_app())
    cards = [page.locator(".st-key-card-exam-2") for page in (one, other)]
    for card in cards:
        expect(card.locator("table")).to_be_visible()  # the numbers
        expect(card.get_by_text("certain", exact=True)).to_be_visible()  # the last widget
    assert cards[0].inner_text() == cards[1].inner_text()
    no_errors(other)


def test_a_derivation_is_checked_step_by_step(app: Server, page: Page) -> None:
    go(page, app, "ridge-lasso?question=2.q5")
    page.get_by_role("button", name="Derive it step by step").click()
    ladder = page.locator("[class*='st-key-side-'][class*='-ladder']")
    steps = ladder.get_by_role("textbox")
    steps.fill("-2X'(y - Xw) + 2 l w\nX'Xw - lw = X'y")
    steps.press("Tab")
    settle(page)
    assert ladder.locator(".katex").count() >= 3
    ladder.get_by_text("certain", exact=True).click()
    expect(ladder.get_by_text("Step 2 is broken.")).to_be_visible()
    expect(ladder.get_by_text(re.compile("^Take X = "))).to_be_visible()
    ladder.get_by_role("button", name="Go on from here").click()
    expect(steps).to_have_value(re.compile("2 l w"))
    no_errors(page)
