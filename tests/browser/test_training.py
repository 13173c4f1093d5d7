"""What a stranger does first: train the spiral, watch CartPole, read the transformer; and how a run waits.

That each of these takes less than a minute is measured by benchmarks/, not here.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.browsing import OpenPage, Server, go, no_errors, settle

pytestmark = pytest.mark.browser
TRAINED = 240_000  # ms that a busy machine may take to train


def plate(page: Page, topic: str, experiment: str) -> Locator:
    return page.locator(f".st-key-plate-{topic}-{experiment}")


def press(where: Locator, name: str) -> None:
    where.get_by_role("button", name=name, exact=True).click()


def as_fast_as_it_goes(page: Page, where: Locator) -> None:
    where.get_by_role("combobox").first.click()
    page.get_by_role("option", name="as fast as it goes").click()
    settle(page)


def test_a_stranger_trains_the_spiral_to_98_percent(app: Server, page: Page) -> None:
    go(page, app, "network-structure")
    ground = plate(page, "network_structure", "playground")
    press(ground, "Skip")
    press(ground, "Play")
    metric = ground.locator("[data-testid=stMetric]", has_text="Test accuracy")
    expect(metric).to_contain_text(re.compile(r"(9[89]|100)\.\d%"), timeout=TRAINED)
    no_errors(page)


def test_the_playground_pauses_links_edits_and_waits(app: Server, open_page: OpenPage) -> None:
    page = open_page()
    go(page, app, "network-structure?network_structure.playground.seed=4")
    ground = plate(page, "network_structure", "playground")
    press(ground, "Play")
    expect(ground.get_by_text(re.compile(r"running at epoch \d{2,}"))).to_be_visible()
    flow = plate(page, "network_structure", "flow")
    press(flow, "Skip")  # something else on the page is used meanwhile
    expect(flow.get_by_role("button", name="Check it")).to_be_visible()
    expect(ground.get_by_text("running at epoch")).to_be_visible()
    press(ground, "Pause")
    paused = ground.get_by_text(re.compile(r"paused at epoch \d+"))
    expect(paused).to_be_visible()
    said = paused.inner_text().removeprefix("pause").strip()  # an icon is a word to the browser

    page.get_by_role("link", name="Progress").click()
    expect(page.locator("h1")).to_contain_text("Progress")
    settle(page)
    page.go_back()
    expect(ground.get_by_text(said)).to_be_visible()

    ground.get_by_role("button", name="More").click()
    link = page.get_by_text(re.compile(r"network_structure\.playground\.step=")).first.inner_text()
    other = open_page()
    other.goto(link.strip())
    twin = plate(other, "network_structure", "playground")
    expect(twin.get_by_text(said)).to_be_visible(timeout=TRAINED)
    numbers = ground.locator("[data-testid=stMetricValue]").all_inner_texts()
    assert len(numbers) >= 3
    expect(twin.locator("[data-testid=stMetricValue]")).to_have_text(numbers)

    canvas = twin.locator(".network .picture")
    canvas.focus()
    other.keyboard.press("ArrowDown")
    other.keyboard.press("Enter")
    twin.locator(".editor .value").fill("3.5")
    twin.locator(".editor .frozen").check()
    twin.locator(".editor .value").press("Enter")
    expect(twin.locator(".network .says")).to_contain_text("3.5, frozen")
    press(twin, "Play")
    expect(twin.get_by_text("running at epoch")).to_be_visible()
    expect(twin.locator(".network .says")).to_contain_text("3.5, frozen")
    no_errors(page)
    no_errors(other)


def test_a_playground_that_diverges_says_why_and_what_to_do(app: Server, page: Page) -> None:
    query = "data=plane+(regression)&activation=linear&optimiser=SGD&rate=10&seed=2"
    go(page, app, "network-structure?" + "&".join(f"network_structure.playground.{one}" for one in query.split("&")))
    ground = plate(page, "network_structure", "playground")
    press(ground, "Play")
    expect(ground.get_by_text("failed: The run diverged")).to_be_visible(timeout=TRAINED)
    expect(ground.get_by_text(re.compile("rate")).nth(1)).to_be_visible()
    no_errors(page)


def test_cartpole_is_learned(app: Server, page: Page) -> None:
    go(page, app, "deep-q-learning")
    dqn = plate(page, "deep_q_learning", "dqn")
    press(dqn, "Skip")
    press(dqn, "Play")
    expect(dqn.get_by_text("Solved").first).to_be_visible(timeout=TRAINED)
    no_errors(page)


def test_the_transformer_writes_a_sentence_and_its_model_is_kept_for_tomorrow(app: Server, open_page: OpenPage) -> None:
    page = open_page()
    go(page, app, "transformers")
    tiny = plate(page, "transformers", "tiny")
    press(tiny, "Skip")
    press(tiny, "Play")
    expect(tiny.get_by_text(re.compile(r"\bthe \w+ \w+ the \w+|\bthe \w+ \w+s?\."))).to_be_visible(timeout=TRAINED)
    press(tiny, "Pause")
    expect(tiny.get_by_text("paused at step")).to_be_visible()
    press(tiny, "Models")
    page.get_by_label("Keep this model as").fill("my poet")
    page.get_by_label("Keep this model as").press("Enter")
    press(page.locator("body"), "Keep")
    expect(page.get_by_text("my poet", exact=True)).to_be_visible()
    no_errors(page)

    tomorrow = open_page()  # another session
    go(tomorrow, app, "transformers?transformers.tiny.seed=9")
    again = plate(tomorrow, "transformers", "tiny")
    press(again, "Models")
    tomorrow.locator("[class*=st-key-own] button", has_text="Open").click()
    expect(again.get_by_text("Opened: my poet")).to_be_visible()
    expect(again.get_by_text(re.compile(r"paused at step [1-9]"))).to_be_visible()
    no_errors(tomorrow)


def test_two_pages_train_at_once(app: Server, open_page: OpenPage) -> None:
    one, other = open_page(), open_page()
    go(one, app, "network-structure?network_structure.playground.epochs=5000")
    go(other, app, "network-structure?network_structure.playground.epochs=5000&network_structure.playground.seed=8")
    first, second = (plate(page, "network_structure", "playground") for page in (one, other))
    for ground in (first, second):
        press(ground, "Play")
        expect(ground.get_by_text("running at epoch")).to_be_visible()
    press(first, "Pause")
    expect(first.get_by_text("paused at epoch")).to_be_visible()
    expect(second.get_by_text("running at epoch")).to_be_visible()
    no_errors(one)
    no_errors(other)
