"""A control of a desk in which proposed words are chosen and own ones typed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browsing import Server, go, no_errors

pytestmark = pytest.mark.browser


def test_words_are_typed_chosen_and_taken_back(app: Server, page: Page) -> None:
    go(page, app, "sequence-modeling?sequence_modeling.decode.order=3")
    desk = page.locator("[class*=st-key-plate-sequence_modeling-decode] .desk")
    desk.scroll_into_view_if_needed()
    typed, chosen = desk.get_by_label("Continue", exact=True), desk.get_by_label("Continue, proposals")
    said = desk.locator(".text").first
    expect(chosen).to_have_value("to the s")
    typed.press_sequentially("the keeper of")
    expect(said).to_contain_text("After “the keeper of”")
    expect(typed).to_be_focused()
    expect(typed).to_have_value("the keeper of")
    expect(chosen).to_have_value("")
    page.wait_for_url("**decode.prompt=the+keeper+of*")
    typed.fill("")
    expect(said).to_contain_text("After “to the s”")
    expect(chosen).to_have_value("to the s")
    chosen.select_option(index=3)
    expect(said).not_to_contain_text("After “to the s”")
    desk.get_by_role("button", name="Undo").click()
    expect(said).to_contain_text("After “to the s”")
    no_errors(page)
