"""Every formula of the bank, the drills and the derivations is set by KaTeX without an error, and none is left bare."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from engine.content.curriculum import curriculum
from tests.browser.browsing import Server, no_errors, settle

pytestmark = pytest.mark.browser

PARTS = [part.id for part in curriculum()]
QUERIES = [f"topic={entry.slug}" for part in curriculum() for entry in part.topics if entry.asked]
QUERIES += [*(f"drills={part}" for part in PARTS), "ladders=all"]


@pytest.mark.parametrize("query", QUERIES)
def test_formulas_are_set(harness: Server, page: Page, query: str) -> None:
    page.goto(f"{harness.url}/?harness=formulas&{query}")
    expect(page.get_by_text(re.compile(r"^[1-9]\d* texts$"))).to_be_visible()
    settle(page)
    no_errors(page)
    shown = page.evaluate(  # what a reader sees beside the formulas and code
        """() => { const body = document.querySelector('[data-testid=stMain]').cloneNode(true);
                   body.querySelectorAll('.katex, code').forEach((one) => one.remove()); return body.textContent; }"""
    )
    bare = re.findall(r".{0,40}(?:\$|\\[a-z]+\{|\\frac|\\mathbf|\\sum).{0,40}", shown)
    assert bare == []
