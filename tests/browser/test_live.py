"""A live run in a real Chromium: start, pause, change, leave, come back, close the tab, two at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.browsing import OpenPage, Serve, Server, complaints, hold_clock, screens, settle

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def server(serve: Serve) -> Server:
    """A server of its own: the last page counts its threads."""
    return serve("tests/browser/harness/live.py")


@pytest.fixture
def visit(server: Server, open_page: OpenPage) -> Iterator[Visit]:
    """Open the harness; at the end no page may have had an error, and no thread may be left."""
    pages = []

    def start(path: str = "", before: Callable[[Page], None] = lambda page: None, **options: object) -> Page:
        page = open_page(**options)
        pages.append(page)
        before(page)
        page.goto(f"{server.url}/{path}")
        settle(page)
        return page

    yield start
    assert [error for page in pages for error in complaints(page)] == []
    for page in pages:
        if not page.is_closed():
            page.goto("about:blank")
    expect(start("threads").get_by_text("threads: 0")).to_be_visible()


def step(page: Page, which: str = "a") -> int:
    text = page.get_by_text(re.compile(f"walk {which}: step")).inner_text()
    found = re.search(r"step (\d+)", text)
    assert found
    return int(found[1])


def plate(page: Page, which: str) -> Locator:
    return page.locator(f".st-key-plate-harness-{which}")


def passes(page: Page, number: int, which: str = "a") -> None:
    """Wait until the run is past a step."""
    page.wait_for_function(
        "([which, n]) => { const m = document.body.innerText.match(new RegExp(`walk ${which}: step (\\\\d+)`));"
        " return m && Number(m[1]) > n; }",
        arg=[which, number],
    )


def play(page: Page, which: str = "a") -> None:
    plate(page, which).get_by_role("button", name="Play").click()


def paused(page: Page) -> None:
    """Wait until a run stands still and the page with it: a press on what is just being drawn anew can be lost."""
    expect(page.get_by_text("paused at step")).to_be_visible()
    settle(page)


def test_start_pause_step_and_reset(visit: Visit) -> None:
    page = visit("?walks=a")
    assert step(page) == 0
    play(page)
    passes(page, 20)
    expect(page.get_by_text("running at step")).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    paused(page)
    here = step(page)
    page.get_by_role("button", name="Step", exact=True).click()
    expect(page.get_by_text(f"still a: nothing at {here + 1}")).to_be_visible()
    page.get_by_role("button", name="Reset").click()
    expect(page.get_by_text("walk a: step 0")).to_be_visible()


def test_what_stands_beside_play_and_pause_stays_under_the_pointer(visit: Visit) -> None:
    page = visit("?walks=a")
    page.get_by_role("button", name="Step", exact=True).evaluate(
        """step => {
            window.lefts = new Set();
            const look = () => {
                window.lefts.add(Math.round(step.getBoundingClientRect().left));
                requestAnimationFrame(look);
            };
            look();
        }"""
    )
    play(page)
    passes(page, 10)
    page.get_by_role("button", name="Pause").click()
    paused(page)
    screens(page, 30)
    assert len(page.evaluate("[...window.lefts]")) == 1
    assert page.get_by_role("button", name=re.compile("^(Play|Pause)$")).count() == 1


def test_a_run_that_stands_still_asks_for_nothing(visit: Visit) -> None:
    asked = []

    def listen(page: Page) -> None:
        page.on("websocket", lambda one: one.on("framesent", lambda data: asked.append(data)))

    page = visit("?walks=a", before=listen)
    play(page)
    passes(page, 10)
    page.get_by_role("button", name="Pause").click()
    paused(page)
    hold_clock(page)
    page.clock.run_for(1_000)  # a timer that was left would ask ten times
    before = len(asked)
    page.clock.run_for(3_000)
    assert len(asked) == before


def test_the_rate_changes_in_flight_and_another_seed_begins_a_new_run(visit: Visit) -> None:
    page = visit("?walks=a")
    play(page)
    passes(page, 10)
    page.get_by_role("slider").first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text(re.compile(r"rate 1\.0[12]"))).to_be_visible()
    before = step(page)
    assert before > 10
    passes(page, before)
    page.get_by_role("button", name="Pause").click()
    paused(page)
    page.get_by_role("button", name="New numbers").click()
    expect(page.get_by_text("paused at step 0")).to_be_visible()


def test_typing_beside_a_run_disturbs_neither(visit: Visit) -> None:
    page = visit("?walks=a")
    play(page)
    passes(page, 10)
    box = page.get_by_label("Say something")
    box.click()
    page.keyboard.type("slowly, letter by letter", delay=40)
    expect(box).to_have_value("slowly, letter by letter")
    box.press("Enter")
    expect(page.get_by_text("still a: slowly, letter by letter")).to_be_visible()
    here = step(page)
    passes(page, here + 5)


def test_leaving_the_page_ends_the_thread_and_coming_back_finds_it_paused(visit: Visit) -> None:
    page, watcher = visit("?walks=a"), visit("threads")
    play(page)
    expect(watcher.get_by_text("threads: 1")).to_be_visible()
    passes(page, 20)
    page.get_by_role("link", name="elsewhere").click()
    expect(page.get_by_text("slider at 3")).to_be_visible()
    expect(watcher.get_by_text("threads: 0")).to_be_visible()
    page.get_by_role("link", name="train").click()
    paused(page)
    here = step(page)
    assert here >= 20
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    play(page)
    passes(page, here + 5)


def test_closing_the_tab_ends_the_thread(visit: Visit) -> None:
    page, watcher = visit("?walks=a"), visit("threads")
    play(page)
    expect(watcher.get_by_text("threads: 1")).to_be_visible()
    page.close()
    expect(watcher.get_by_text("threads: 0")).to_be_visible()


def test_two_runs_on_one_page_and_two_learners_train_at_once(visit: Visit) -> None:
    one, other = visit("?walks=a,b"), visit("?walks=a")
    play(one, "a")
    play(other)
    passes(one, 10, "a")
    passes(other, 10)
    assert step(one, "b") == 0
    play(one, "b")
    passes(one, 10, "b")
    plate(one, "a").get_by_role("button", name="Pause").click()
    expect(plate(one, "a").get_by_text("paused at step")).to_be_visible()
    here = step(other)
    passes(other, here + 10)
    passes(one, step(one, "b") + 5, "b")


def test_the_end_and_divergence_are_said_and_the_buttons_follow(visit: Visit) -> None:
    page = visit("?walks=a&harness.walk_a.end=after+50")
    play(page)
    expect(page.get_by_text("done after 50 steps")).to_be_visible()
    expect(page.get_by_role("button", name="Play")).to_be_disabled()
    expect(page.get_by_text("still a: nothing at 50")).to_be_visible()
    page = visit("?walks=a&harness.walk_a.end=diverges")
    play(page)
    expect(page.get_by_text("failed: The run diverged: at step 21 the place")).to_be_visible()
    expect(page.get_by_text("Try a smaller rate.")).to_be_visible()
    settle(page)  # a press on what is just being drawn anew can be lost
    page.get_by_role("button", name="Reset").click()
    expect(page.get_by_text("paused at step 0")).to_be_visible()
    expect(page.get_by_text("Try a smaller rate.")).to_be_hidden()


def test_a_link_is_trained_to_its_step(visit: Visit) -> None:
    page = visit("?walks=a&harness.walk_a.step=40&harness.walk_a.seed=7")
    expect(page.get_by_text("paused at step 40")).to_be_visible()


def test_a_model_is_kept_and_reopened(visit: Visit) -> None:
    page = visit("?walks=a")
    play(page)
    passes(page, 10)
    page.get_by_role("button", name="Pause").click()
    paused(page)
    here = step(page)
    page.get_by_role("button", name="Models").click()
    page.get_by_label("Keep this model as").fill("first walk")
    page.get_by_label("Keep this model as").press("Enter")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_text("first walk", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Reset").click()
    expect(page.get_by_text("walk a: step 0")).to_be_visible()
    page.get_by_role("button", name="Models").click()
    page.locator("[class*=st-key-own] button", has_text="Open").click()
    expect(page.get_by_text(f"walk a: step {here}")).to_be_visible()
    expect(page.get_by_text("Opened: first walk")).to_be_visible()


def test_keeping_needs_no_enter_and_what_would_be_lost_is_asked_for(visit: Visit) -> None:
    page = visit("?walks=a")
    press = lambda name: page.get_by_role("button", name=name, exact=True).click()  # noqa: E731
    press("Step")
    expect(page.get_by_text("walk a: step 1")).to_be_visible()
    page.get_by_role("button", name="Models").click()
    press("Keep")
    expect(page.get_by_text("Give the model a name.")).to_be_visible()
    page.get_by_label("Keep this model as").press_sequentially("second walk")
    press("Keep")
    kept = page.get_by_text("second walk", exact=True)
    expect(kept).to_be_visible()
    expect(page.get_by_text("Give the model a name.")).to_have_count(0)
    press("Keep")
    taken = page.get_by_text("There is a model called “second walk” already.")
    expect(taken).to_be_visible()
    press("Leave it")
    expect(taken).to_have_count(0)
    press("Keep")
    press("Replace it")
    expect(taken).to_have_count(0)
    expect(kept).to_have_count(1)
    row = page.locator("[class*='-kept-row-']").filter(has_text="second walk")
    row.get_by_role("button", name="Delete", exact=True).click()
    row.get_by_role("button", name="Keep it").click()
    expect(kept).to_be_visible()
    row.get_by_role("button", name="Delete", exact=True).click()
    row.get_by_role("button", name="Delete it").click()
    expect(kept).to_have_count(0)


def test_panels_are_pictures_with_names_and_fit_a_phone(visit: Visit) -> None:
    page = visit("?walks=a", viewport={"width": 390, "height": 900})
    pictures = page.locator("figure canvas[role=img]")
    expect(pictures.first).to_have_attribute("data-plot", re.compile(r"\d"))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert "nothing" not in (pictures.first.get_attribute("aria-label") or "")
    keys = page.locator("figure").nth(3).locator(".legend span")
    assert keys.all_text_contents() == ["dots", "line", "more"]  # a group without a name is not drawn
    at_the_edge = "key => key.querySelector('canvas').getContext('2d').getImageData(1, 0, 1, 12).data.some((v) => v)"
    assert [keys.nth(k).evaluate(at_the_edge) for k in range(3)] == [False, True, False], "a mark, a line, a mark"
    left = {page.locator("figure").nth(k).bounding_box()["x"] for k in range(4)}  # type: ignore[index]
    assert len(left) == 1
