"""Journeys in a real Chromium: read, predict, run, check, answer, come back; own tables; two learners; the look."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.browsing import OpenPage, Serve, Server, come_near, go, no_errors, screens, settle

pytestmark = pytest.mark.browser


def plate(page: Page, experiment: str) -> object:
    return page.locator(f"[class*='st-key-plate-'][class*='-{experiment}']").first


@pytest.mark.parametrize("path", ["linear-regression", "clustering?clustering.lloyd.k=3"])
def test_a_copied_link_is_a_fresh_servers_first_request(fresh_app: Serve, page: Page, path: str) -> None:
    go(page, fresh_app(), path)
    expect(page.locator("h1")).to_contain_text("regression" if "regression" in path else "K-means")
    assert page.get_by_text("Page not found").count() == 0
    no_errors(page)


def test_read_predict_run_check_answer_reload(app: Server, page: Page) -> None:
    go(page, app, "linear-regression")
    sse = plate(page, "sse")
    expect(sse.get_by_role("button", name="Commit and run")).to_be_disabled()
    sse.get_by_text("It hardly moves").click()
    sse.get_by_role("button", name="Commit and run").click()
    expect(sse.get_by_text("Best w₁")).to_be_visible()

    sse.get_by_text("What did you see?").click()
    expect(sse.get_by_text("You predicted:")).to_be_visible()
    expect(sse.get_by_text("What happens:")).to_be_visible()

    sse.get_by_role("button", name="Check it").click()
    expect(sse.get_by_text("worse than the formula")).to_be_visible()
    sse.get_by_role("button", name="Break it").click()
    expect(sse.get_by_text("better than the formula")).to_be_visible()
    expect(sse.get_by_text("does not hold")).to_be_visible()

    line, card = page.locator(".st-key-line-2-q2d"), page.locator(".st-key-card-2-q2d")
    line.get_by_role("button").click()
    card.get_by_role("textbox").fill("(m,)")
    card.get_by_role("textbox").press("Tab")
    settle(page)
    card.get_by_text("certain", exact=True).click()
    settle(page)
    card.get_by_role("button", name="Lock answer").click()
    expect(card.get_by_role("button", name="Recalled")).to_be_visible()
    card.get_by_role("button", name="Recalled").click()
    settle(page)

    go(page, app, "linear-regression")
    come_near(page, "linear_regression", 1)
    expect(plate(page, "sse").get_by_text("Best w₁")).to_be_visible()  # the prediction is remembered
    expect(line.get_by_text("recalled, today")).to_be_visible()
    go(page, app, "progress")
    expect(page.get_by_text("Question 6 of 6").first).to_be_attached()
    no_errors(page)


def test_a_press_on_lock_says_what_is_missing_and_keeps_saying_it(app: Server, page: Page) -> None:
    """The page tells what was typed a second after the last key: behind the press, and it takes nothing back."""
    go(page, app, "linear-regression?question=2.q1a")
    card = page.locator(".st-key-card-2-q1a")
    told = card.get_by_text("Say how sure you are")
    for words in ("Squares of what is left over.", "Squares, added up."):
        box = card.get_by_role("textbox")
        box.click()
        page.keyboard.press("Control+a")
        page.keyboard.type(words)
        card.get_by_role("button", name="Lock answer").click()
        expect(told).to_be_visible()
        screens(page, 120)  # two seconds: longer than the pause that the draft waits for
        settle(page)
        expect(told).to_be_visible()
    hint = card.locator("[data-testid=stTextArea] [data-testid=InputInstructions]")
    page.keyboard.press("Control+a")
    card.get_by_role("textbox").click()
    page.keyboard.type("x")
    assert hint.evaluate("one => one.getBoundingClientRect().bottom") <= card.get_by_role("textbox").evaluate(
        "one => one.getBoundingClientRect().top"
    )  # beside the label, not over what is typed
    no_errors(page)


def test_a_link_reproduces_the_experiment(app: Server, page: Page) -> None:
    go(page, app, "clustering?clustering.inits.seed=5&clustering.inits.runs=100")
    inits = plate(page, "inits")
    inits.scroll_into_view_if_needed()  # a desk far from the screen asks nothing yet
    expect(inits.get_by_text("100 random starts")).to_be_visible()
    inits.get_by_role("button", name="More").click()
    expect(page.get_by_text("clustering.inits.seed=5").first).to_be_visible()
    no_errors(page)


def test_two_learners_do_not_see_each_others_answers(app: Server, open_page: OpenPage) -> None:
    ada, bob = open_page(), open_page()
    for page, name in ((ada, "Ada"), (bob, "Bob")):
        go(page, app, "clustering")
        page.get_by_role("button", name="Rename or add").click()
        page.get_by_label("Add a learner").fill(name)
        page.get_by_label("Add a learner").press("Enter")
        expect(page).to_have_url(re.compile(f"learner={name}"))
        settle(page)
    lloyd = plate(ada, "lloyd")
    lloyd.get_by_role("button", name="Skip").click()
    expect(lloyd.get_by_role("button", name="Check it")).to_be_visible()
    bob.reload()
    settle(bob)
    expect(plate(bob, "lloyd").get_by_role("button", name="Skip")).to_be_visible()
    ada.reload()
    settle(ada)
    expect(plate(ada, "lloyd").get_by_role("button", name="Check it")).to_be_visible()


def test_own_table_good_and_bad(app: Server, page: Page) -> None:
    go(page, app, "linear-regression?linear_regression.sse.data=own+table")
    sse = plate(page, "sse")
    expect(sse.get_by_text("Choose a table of your own first.")).to_be_visible()
    sse.get_by_role("button", name="Your table").click()
    box = page.get_by_label("or paste rows here")
    box.fill("height;weight\n171,5;64\n183;tall\n160;52")
    box.press("Control+Enter")
    expect(page.get_by_text("'tall' is not a number")).to_be_visible()
    expect(box).to_have_value(re.compile("tall"))  # what was typed stays
    box.fill("height;weight\n171,5;64\n183;80\n160;52")
    box.press("Control+Enter")
    expect(sse.get_by_text("3 rows, 2 columns.")).to_be_visible()
    expect(sse.get_by_text("weight =")).to_be_visible()
    no_errors(page)


def test_a_file_is_read_or_refused_in_words(app: Server, page: Page) -> None:
    go(page, app, "clustering?clustering.choose_k.data=own+table")
    plot = plate(page, "choose-k")
    plot.get_by_role("button", name="Your table").click()
    files = page.locator("input[type=file]")
    files.set_input_files({"name": "photo.csv", "mimeType": "text/csv", "buffer": b"\x89PNG\r\n\x1a\n\0\0"})
    expect(page.get_by_text("looks like a picture")).to_be_visible()
    settle(page)  # nobody chooses another file before the page has come to rest
    rows = "\n".join(f"{i % 2 * 9 + i / 50},{i % 2 * 9 - i / 70},flower" for i in range(40))
    files.set_input_files({"name": "own.csv", "mimeType": "text/csv", "buffer": f"a,b,kind\n{rows}".encode()})
    expect(plot.get_by_text("40 rows, 2 columns. Left out: kind (text).")).to_be_visible()
    expect(plot.get_by_text("k = 2", exact=True)).to_be_visible()
    no_errors(page)


def test_the_newest_source_counts_and_a_file_that_was_taken_out_is_gone(app: Server, page: Page) -> None:
    go(page, app, "linear-regression?linear_regression.sse.data=own+table")
    sse = plate(page, "sse")
    sse.get_by_role("button", name="Your table").click()
    files = page.locator("input[type=file]")
    files.set_input_files({"name": "bad.csv", "mimeType": "text/csv", "buffer": b"x,y\n1,bad\n2,3\n4,5"})
    expect(page.get_by_text("'bad' is not a number")).to_be_visible()
    box = page.get_by_label("or paste rows here")
    box.fill("x y\n1 2\n3 4\n5 7\n7 9")
    box.press("Control+Enter")
    expect(sse.get_by_text("4 rows, 2 columns.")).to_be_visible()
    files.set_input_files({"name": "good.csv", "mimeType": "text/csv", "buffer": b"x,y\n1,2\n2,3\n4,6"})
    expect(sse.get_by_text("3 rows, 2 columns.")).to_be_visible()
    page.get_by_role("button", name="Remove good.csv").click()
    expect(sse.get_by_text("4 rows, 2 columns.")).to_be_visible()
    box.fill("")
    box.press("Control+Enter")
    expect(sse.get_by_text("Choose a table of your own first.")).to_be_visible()
    expect(page.get_by_text("is not a number")).to_have_count(0)
    no_errors(page)


def test_the_replay_plays_and_scrubs(app: Server, page: Page) -> None:
    go(page, app, "clustering?clustering.lloyd.k=4")
    lloyd = plate(page, "lloyd")
    lloyd.scroll_into_view_if_needed()
    scrub = lloyd.get_by_role("slider", name=re.compile("Frame"))
    scrub.focus()
    scrub.press("End")
    last = int(scrub.input_value())
    assert last > 2
    scrub.press("Home")
    assert int(scrub.input_value()) == 0
    lloyd.get_by_role("button", name="Play").click()
    page.wait_for_function("([el, last]) => Number(el.value) === last", arg=[scrub.element_handle(), last])
    no_errors(page)


def test_reading_position_is_remembered(app: Server, page: Page) -> None:
    go(page, app, "linear-regression")
    page.locator("#why-it-matters").scroll_into_view_if_needed()
    page.get_by_role("link", name="Why it matters").click()
    expect(page.get_by_role("link", name="Why it matters")).to_have_attribute("aria-current", "location")
    page.wait_for_selector("ol[data-told=why-it-matters]", state="attached")  # once the reader has dwelt there
    settle(page)
    go(page, app, "linear-regression")
    expect(page.get_by_text("You stopped at")).to_be_visible()


def test_the_contents_stay_beside_the_text(app: Server, page: Page) -> None:
    go(page, app, "clustering")
    contents = page.locator(".st-key-contents")
    page.locator("#connections").scroll_into_view_if_needed()
    expect(contents).to_be_in_viewport()
    page.set_viewport_size({"width": 800, "height": 900})
    expect(contents).to_be_hidden()


def test_a_link_in_a_lesson_stays_in_the_tab(app: Server, page: Page) -> None:
    go(page, app, "linear-regression")
    page.locator("[data-testid=stMarkdown] a", has_text="K-means and k-medians").first.click()
    expect(page.locator("h1")).to_contain_text("K-means")
    assert len(page.context.pages) == 1


def test_own_image_good_and_bad(app: Server, page: Page, tmp_path: Path) -> None:
    go(page, app, "convolution-pooling?convolution_pooling.slide.image=own+image")
    slide = page.locator(".st-key-plate-convolution_pooling-slide")
    slide.scroll_into_view_if_needed()
    expect(slide.get_by_text("Choose an image of your own first.")).to_be_visible()
    slide.get_by_role("button", name="Your image").click()
    bad, good = tmp_path / "bad.png", tmp_path / "good.png"
    bad.write_text("a shopping list")
    pixels = np.random.default_rng(0).integers(0, 256, (900, 1_200, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(good)
    page.locator("input[type=file]").first.set_input_files(bad)
    expect(page.get_by_text("neither a PNG nor a JPEG file")).to_be_visible()
    page.locator("input[type=file]").first.set_input_files(good)
    expect(slide.get_by_text("1,200 × 900 pixels, colour")).to_be_visible()
    expect(slide.get_by_text("Its feature map: 1,198 × 898 numbers")).to_be_visible()
    no_errors(page)
