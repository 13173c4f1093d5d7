"""What a press comes to is said beside the button, in view and uncovered; where the focus goes; what a phone needs."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from engine.quiz.exam import Paper
from tests.browser.browsing import OpenPage, Serve, Server, go, no_errors

pytestmark = pytest.mark.browser

SIZES = {"wide": {"width": 1366, "height": 900}, "phone": {"width": 390, "height": 844}}
PAPER = Paper(7, ("2.q1a", "2.q2a", "2.q1a.x1"), 30)
FAR = 330  # px between a button and its reply: what else stands between them still shows that they belong together
HEADER = 56  # px that Streamlit's header covers
PIXEL = bytes.fromhex("89504e470d0a1a0a")  # how a PNG begins, and nothing behind it


@pytest.fixture(params=SIZES)
def small(request: pytest.FixtureRequest, open_page: OpenPage) -> Page:
    return open_page(viewport=SIZES[request.param])


def replied(page: Page, words: str | re.Pattern[str]) -> Locator:
    """Return the reply with these words, once it is in view and nothing lies over it."""
    reply = page.locator("[class*='st-key-notice-reply-']").filter(has_text=words).last
    expect(reply).to_be_visible()
    page.wait_for_function(
        """([words, header]) => [...document.querySelectorAll("[class*='st-key-notice-reply-']")].some((one) => {
            const box = one.getBoundingClientRect();
            const over = document.elementFromPoint(box.left + 20, box.top + box.height / 2);
            const seen = box.top >= header && box.bottom <= innerHeight && one.contains(over);
            return seen && one.textContent.includes(words);
        })""",
        arg=[reply.inner_text().splitlines()[-1][:40], HEADER],
    )
    return reply


def beside(button: Locator, reply: Locator) -> None:
    """Check that a reply stands by the button that caused it."""
    one, other = button.bounding_box(), reply.bounding_box()
    assert one
    assert other
    gap = max(other["y"] - one["y"] - one["height"], one["y"] - other["y"] - other["height"])
    assert gap < FAR, f"{gap:.0f} px between the button and {reply.inner_text()!r}"


def press(page: Page, name: str) -> Locator:
    button = page.get_by_role("button", name=name, exact=True)
    button.click()
    return button


def test_the_file_and_its_backups(fresh_app: Serve, small: Page) -> None:
    go(small, fresh_app(), "your-data")
    for name, words in (
        ("Back up now", "Backed up to"),
        ("Check the file", "The file is in order"),
        ("Open it again", "The file was closed and opened again."),
    ):
        beside(press(small, name), replied(small, words))
    small.get_by_role("button", name="Restore", exact=True).click()
    press(small, "Restore now")
    beside(small.get_by_role("button", name="Restore", exact=True), replied(small, "Restored."))
    small.get_by_text("Restore from a database file").click()
    small.locator("input[type=file]").nth(1).set_input_files(
        files=[{"name": "diary.db", "mimeType": "application/vnd.sqlite3", "buffer": b"Dear diary"}]
    )
    press(small, "Restore this file")
    press(small, "Restore this file now")
    beside(small.get_by_role("button", name="Restore this file", exact=True), replied(small, "Nothing was restored."))
    no_errors(small)


def test_what_is_brought_in_and_undone(fresh_app: Serve, open_page: OpenPage, small: Page) -> None:
    server = fresh_app()
    with server.store as store:
        learner = store.learners()[0] if store.learners() else store.add_learner("Ada")
        store.add_attempt("k", learner.id, "clustering", "4.q1", "f", "x", {}, 2, False, 1.0)
        data = store.export_jsonl().replace(b'"k"', b'"other"')
    go(small, server, "your-data")
    small.locator("input[type=file]").first.set_input_files(
        files=[{"name": "other.jsonl", "mimeType": "application/jsonl", "buffer": data}]
    )
    expect(small.get_by_text(re.compile("^It would bring in"))).to_be_visible()
    small.get_by_role("button", name=re.compile("^Bring in")).click()
    replied(small, "Brought in: ")
    press(small, "Undo")
    beside(small.get_by_role("button", name="Bring back"), replied(small, "Undone: what other.jsonl brought"))
    press(small, "Bring back")
    replied(small, "Back again: what other.jsonl brought counts.")
    small.locator("input[type=file]").first.set_input_files(
        files=[{"name": "x.jsonl", "mimeType": "application/jsonl", "buffer": b"Dear diary"}]
    )
    replied(small, "not an export of the Living Grimoire")
    no_errors(small)


def test_an_exam(app: Server, small: Page) -> None:
    go(small, app, f"exam?exam={PAPER.code}")
    press(small, "Begin")
    hand_in = small.get_by_role("button", name="Hand in", exact=True)
    hand_in.click()
    beside(hand_in, replied(small, "3 questions without an answer: 1, 2, 3."))
    small.get_by_role("link", name="question 2").click()
    heading = small.get_by_role("heading", name="Question 2")
    expect(heading).to_be_in_viewport()
    clock = small.get_by_role("timer")
    expect(clock).to_have_text(re.compile(r"^29:\d\d left$"))
    expect(clock).to_be_in_viewport()
    press(small, "Hand in with these left open")
    expect(small.get_by_text("0 of 3", exact=True)).to_be_in_viewport()  # at the top of the result
    expect(small.get_by_role("heading", name="Exam")).to_be_in_viewport()
    expect(small.get_by_text("Answered: 0 of 3.")).to_be_visible()
    press(small, "Sit it again")
    expect(hand_in).to_be_visible()
    expect(small.get_by_role("heading", name="Exam")).to_be_in_viewport()
    no_errors(small)


def test_a_question_that_lacks_something(app: Server, small: Page) -> None:
    go(small, app, "linear-regression?question=2.q1a")
    lock = small.get_by_role("button", name="Lock answer")
    lock.click()
    beside(lock, replied(small, "There is no answer to lock yet."))
    no_errors(small)


@pytest.mark.parametrize(
    ("topic", "plate", "setting", "door", "file", "says"),
    [
        ("convolution_pooling", "slide", "image", "Your image", ("cat.png", PIXEL), "PNG"),
        ("linear_regression", "sse", "data", "Your table", ("rows.csv", b"just one word"), "row"),
        ("sequence_modeling", "ngram", "text", "Your text", ("short.txt", b"too short"), "characters"),
    ],
)
def test_refusals_of_own_data_stand_in_the_open_popover(
    app: Server, small: Page, topic: str, plate: str, setting: str, door: str, file: tuple[str, bytes], says: str
) -> None:
    own = {"Your image": "own image", "Your table": "own table", "Your text": "own text"}[door]
    go(small, app, f"{topic.replace('_', '-')}?{topic}.{plate}.{setting}={own.replace(' ', '+')}")
    desk = small.locator(f".st-key-plate-{topic}-{plate} .settings")
    if desk.count():
        desk.scroll_into_view_if_needed()
        expect(desk.locator(".control").first).to_be_visible()  # what it says moves what stands under it
    small.get_by_role("button", name=door).click()
    box = small.locator("[data-testid=stPopoverBody]")
    box.locator("input[type=file]").set_input_files(
        files=[{"name": file[0], "mimeType": "application/octet-stream", "buffer": file[1]}]
    )
    reply = replied(small, re.compile(says))
    assert box.locator(reply).count() == 1
    small.keyboard.press("Escape")
    expect(box).to_have_count(0)
    expect(small.locator("[class*='st-key-notice-reply-']").filter(has_text=re.compile(says))).to_be_visible()
    no_errors(small)


def focused(page: Page, what: str) -> None:
    """Wait until the focus is on an element that this selector means."""
    page.wait_for_function("what => document.activeElement?.matches(what)", arg=what)


def test_the_focus_goes_on_through_a_derivation_and_a_drill(app: Server, page: Page) -> None:
    go(page, app, "ridge-lasso?question=2.q5")
    page.get_by_role("button", name="Derive it step by step").click()
    ladder = page.locator("[class*='st-key-side-'][class*='-ladder']")
    steps = ladder.get_by_role("textbox")
    expect(ladder.get_by_text("At least 3 steps")).to_be_visible()
    steps.fill("-2X’(y – Xw) + 2 l w\nX’Xw - lw = X’y")
    steps.press("Tab")
    ladder.get_by_role("radio", name="certain").or_(ladder.get_by_role("button", name="certain")).first.click()
    expect(ladder.get_by_text("Step 2 is broken.")).to_be_visible()
    focused(page, "[class*='-ladder'] button")
    page.keyboard.press("Enter")
    focused(page, "[class*='-ladder'] textarea")
    page.keyboard.type(" 0")
    expect(steps).to_have_value("-2X’(y – Xw) + 2 l w\nX’Xw - lw = X’y 0")  # the end of what was typed
    no_errors(page)


def test_a_phone_shows_fitting_keys_and_does_not_zoom(app: Server, open_page: OpenPage) -> None:
    page = open_page(viewport=SIZES["phone"])
    go(page, app, f"exam?exam={Paper(7, ('2.q1a', '2.q2a', '2.q1a.x1', '4.q4')).code}")
    press(page, "Begin")
    for place, mode in ((1, "text"), (2, "decimal"), (3, "text")):
        field = page.locator(f".st-key-card-exam-{place} input[type=text]")
        expect(field).to_have_attribute("inputmode", mode)
        expect(field).to_have_attribute("enterkeyhint", "done")
        expect(field).to_have_attribute("autocapitalize", "none")
    for path in (None, "exam", "your-data", "ridge-lasso?question=2.q5"):
        if path:
            go(page, app, path)
        sizes = """[...document.querySelectorAll("input:not([type=file]), textarea")]
            .map((one) => parseFloat(getComputedStyle(one).fontSize))"""
        found = page.evaluate(sizes)
        assert found
        assert min(found) >= 16
    no_errors(page)
