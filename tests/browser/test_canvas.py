"""The player and the board in a real Chromium: by mouse, by touch, by keyboard, in both themes, at three widths."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from tests.browser.browsing import OpenPage, Server, axe_finds, hold_clock, screens, settle, spend

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]


@pytest.fixture
def visit(harness: Server, open_page: OpenPage) -> Iterator[Visit]:
    """Open the harness with one widget on it; at the end no page may have had an error."""
    pages = []

    def start(show: str, before: Callable[[Page], None] = lambda page: None, **options: object) -> Page:
        page = open_page(**options)
        pages.append(page)
        before(page)
        page.goto(f"{harness.url}/?harness=canvas&show={show}")
        settle(page)
        expect(page.locator(".picture")).to_have_attribute("data-plot", re.compile(r"\d"))
        return page

    yield start
    assert [error for page in pages for error in page.errors] == []


def says(page: Page, text: str | re.Pattern[str]) -> None:
    """Wait until Python has written this line, and what stands below it."""
    expect(page.get_by_text(text, exact=isinstance(text, str))).to_be_visible()
    settle(page)


def count(page: Page, text: str | re.Pattern[str]) -> None:
    expect(page.locator(".count")).to_have_text(text)


def picture(page: Page) -> str:
    return page.locator(".picture").evaluate("canvas => canvas.toDataURL()")


# --- player ----------------------------------------------------------------------------------------------------


def test_stepping_shows_the_frame_and_python_sees_it(visit: Visit) -> None:
    page = visit("lloyd")
    count(page, "1 / 17")
    says(page, "Python saw frame 0")
    page.get_by_role("button", name="Step forward").click()
    page.get_by_role("button", name="Step forward").click()
    count(page, "3 / 17")
    expect(page.locator(".says")).to_have_text("Update 1: every centroid moves to its points' mean.")
    says(page, "Python saw frame 2")
    expect(page.locator(".spoken")).to_contain_text("Frame 3 of 17. Update 1")
    page.get_by_role("button", name="Step back").click()
    says(page, "Python saw frame 1")
    page.get_by_role("button", name="To the start").click()
    says(page, "Python saw frame 0")


def test_it_plays_to_the_end_and_again(visit: Visit) -> None:
    page = visit("lloyd")
    page.get_by_label("Speed").select_option("8×")
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    count(page, "17 / 17")
    says(page, "Python saw frame 16")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    page.get_by_label("Speed").select_option("1×")  # a frame a second, the first after a quarter
    hold_clock(page)
    page.get_by_role("button", name="Play", exact=True).click()  # from the end it starts over
    page.clock.run_for(2_500)
    count(page, "4 / 17")
    page.clock.resume()
    page.get_by_role("button", name="Pause").click()
    says(page, re.compile(r"^Python saw frame ([3-9]|1[0-6])$"))


def test_nothing_plays_by_itself_and_playing_is_not_read_aloud(visit: Visit) -> None:
    page = visit("lloyd")
    hold_clock(page)
    page.clock.run_for(3_000)
    count(page, "1 / 17")
    page.clock.resume()
    page.evaluate("window.spoken = 0")
    watch = "region => new MutationObserver(() => window.spoken++).observe(region, { childList: true })"
    page.locator(".spoken").evaluate(watch)
    page.get_by_label("Speed").select_option("8×")
    page.get_by_role("button", name="Play", exact=True).click()
    says(page, "Python saw frame 16")
    assert page.evaluate("window.spoken") == 1


def test_the_keyboard_plays_and_steps(visit: Visit) -> None:
    page = visit("lloyd")
    page.locator(".picture").focus()
    page.keyboard.press("End")
    says(page, "Python saw frame 16")
    page.keyboard.press("ArrowLeft")
    says(page, "Python saw frame 15")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    says(page, "Python saw frame 1")
    page.keyboard.press("Space")
    count(page, "3 / 17")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    page.get_by_role("button", name="Step forward").focus()
    page.keyboard.press("Space")  # a button keeps its own space bar
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    page.keyboard.press("ArrowRight")  # and the arrows work from there too
    assert page.evaluate("document.documentElement.scrollTop") == 0


def test_the_slider_scrubs(visit: Visit) -> None:
    page = visit("lloyd")
    slider = page.get_by_role("slider", name="Frame")
    slider.fill("9")
    count(page, "10 / 17")
    says(page, "Python saw frame 9")
    expect(slider).to_have_attribute("aria-valuetext", "frame 10 of 17")


def test_the_chart_scrubs_and_follows(visit: Visit) -> None:
    page = visit("lloyd")
    chart = page.locator(".curve")
    box = chart.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] - 17, box["y"] + 50)
    page.mouse.down()
    count(page, "17 / 17")
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 50)
    count(page, "9 / 17")
    says(page, "Python saw frame 0")  # not before the hand lets go
    page.mouse.up()
    says(page, "Python saw frame 8")
    expect(chart).to_have_attribute("aria-label", re.compile(r"^Chart of Sum of squared distances .*: now \d"))


def test_a_new_scene_begins_at_its_start(visit: Visit) -> None:
    page = visit("swap")
    page.get_by_role("slider", name="Frame").fill("5")
    says(page, "Python saw frame 5")
    before = picture(page)
    page.get_by_text("Other data").click()
    says(page, "Python saw frame 0")
    count(page, "1 / 17")
    assert picture(page) != before


def test_a_player_that_is_taken_away_stops(visit: Visit) -> None:
    page = visit("swap")
    page.evaluate(
        "() => { const ask = requestAnimationFrame; window.asked = 0;"
        " window.requestAnimationFrame = (go) => { window.asked++; return ask(go); }; }"
    )
    page.get_by_role("button", name="Play", exact=True).click()
    screens(page, 5)
    page.get_by_text("Away").click()
    expect(page.locator(".plate")).to_have_count(0)
    screens(page, 5)
    asked = page.evaluate("window.asked")
    screens(page, 20)
    assert page.evaluate("window.asked") - asked <= 21  # our own 20 alone
    page.get_by_text("Away").click()
    count(page, "1 / 17")
    says(page, "Python saw frame 0")


def test_marks_glide_unless_the_reader_wants_no_motion(visit: Visit) -> None:
    """With the clock in our hands: 100 ms after a step the marks are on their way, or already there."""
    for motion, moving in (("no-preference", True), ("reduce", False)):
        page = visit("lloyd", reduced_motion=motion)
        page.get_by_role("slider", name="Frame").fill("1")
        says(page, "Python saw frame 1")
        hold_clock(page)
        page.get_by_role("button", name="Step forward").click()
        page.clock.run_for(100)
        early = picture(page)
        page.clock.run_for(2000)
        assert (picture(page) != early) is moving


def test_out_of_sight_it_rests(visit: Visit) -> None:
    page = visit("lloyd")
    hold_clock(page)
    page.get_by_role("button", name="Play", exact=True).click()
    page.clock.run_for(1_500)
    count(page, "3 / 17")
    page.get_by_text("Line 29 below").scroll_into_view_if_needed()
    expect(page.locator(".picture")).not_to_be_in_viewport()
    page.clock.run_for(3_000)
    count(page, "3 / 17")
    page.locator(".picture").scroll_into_view_if_needed()
    expect(page.locator(".picture")).to_be_in_viewport()
    page.clock.run_for(20_000)
    count(page, "17 / 17")


def test_cells_words_and_a_scene_of_one_frame(visit: Visit) -> None:
    page = visit("world")
    first = picture(page)
    page.get_by_role("slider", name="Frame").fill("9")
    says(page, "Python saw frame 9")
    assert picture(page) != first
    expect(page.locator(".curve")).to_be_hidden()  # no values, no chart
    page = visit("groups8")
    count(page, "1 / 1")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_disabled()


THICK = """(canvas, [x, y]) => {
  const [dense, pen] = [canvas.width / canvas.clientWidth, canvas.getContext("2d")];
  const [left, top, width, height] = canvas.dataset.plot.split(" ").map(Number);
  const [px, from, to] = [left + (x / 10) * width, top + (1 - (y + 1) / 4) * height, top + (1 - (y - 1) / 4) * height];
  const column = pen.getImageData(px * dense, from * dense, 1, (to - from) * dense).data;
  return column.filter((value, i) => i % 4 === 3 && value > 127).length / dense;
}"""  # how many pixels of a column around (x, y) are drawn


def test_an_arrow_ends_in_a_point_at_its_end(visit: Visit) -> None:
    canvas = visit("arrow").locator(".picture")
    thick = {(x, y): canvas.evaluate(THICK, [x, y]) for x in (5.0, 8.9, 9.1) for y in (1.0, 3.0)}
    assert thick[5.0, 3.0] == thick[5.0, 1.0] == thick[8.9, 1.0] == 3
    assert 4 <= thick[8.9, 3.0] <= 12
    assert thick[9.1, 3.0] == thick[9.1, 1.0] == 0


# --- board -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Plot:
    """Where data are on a board whose axes run from 0 to 10."""

    canvas: Locator

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return the pixel of the page at (x, y) in data units."""
        box = self.canvas.bounding_box()
        assert box is not None
        left, top, width, height = map(float, (self.canvas.get_attribute("data-plot") or "").split())
        return box["x"] + left + x / 10 * width, box["y"] + top + (1 - y / 10) * height

    def drag(self, start: tuple[float, float], end: tuple[float, float], release: bool = True) -> None:
        mouse = self.canvas.page.mouse
        mouse.move(*self.at(*start))
        mouse.down()
        mouse.move(*self.at(*((a + b) / 2 for a, b in zip(start, end, strict=True))))
        mouse.move(*self.at(*end))
        if release:
            mouse.up()

    def click(self, x: float, y: float, times: int = 1) -> None:
        self.canvas.page.mouse.click(*self.at(x, y), click_count=times)


def plot_of(page: Page) -> Plot:
    page.locator(".picture").scroll_into_view_if_needed()
    return Plot(page.locator(".picture"))


def read_points(page: Page, name: str = "points") -> list[tuple[float, ...]]:
    text = page.get_by_text(re.compile(rf"^{name} \(")).text_content() or ""
    return [tuple(map(float, pair.split(", "))) for pair in re.findall(r"\((-?[\d.e-]+, -?[\d.e-]+)\)", text)]


def test_points_are_added_dragged_and_deleted_by_mouse(visit: Visit) -> None:
    page = visit("points")
    plot = plot_of(page)
    plot.click(2, 3)
    says(page, "changes 1")
    assert read_points(page) == [pytest.approx((2, 3), abs=0.03)]
    plot.click(7, 8)
    says(page, "changes 2")
    plot.drag((2, 3), (5, 6))
    says(page, "changes 3")
    assert read_points(page) == [pytest.approx((5, 6), abs=0.05), pytest.approx((7, 8), abs=0.03)]
    plot.drag((5, 6), (12, 5))  # beyond the axes it stops at the border
    says(page, "changes 4")
    assert read_points(page)[0] == pytest.approx((10, 5), abs=0.05)
    plot.click(7, 8, times=2)
    says(page, "changes 5")
    assert len(read_points(page)) == 1
    page.get_by_role("button", name="Delete").click()
    plot.click(10, 5)
    says(page, "points ()")


def test_python_hears_of_a_drag_only_at_its_end(visit: Visit) -> None:
    page = visit("both")
    plot = plot_of(page)
    plot.drag((2, 7), (4, 9), release=False)
    page.emulate_media(color_scheme="dark")  # a redraw from outside in the middle of the drag
    expect(page.locator(".plate")).to_have_css("color-scheme", "dark")
    says(page, "changes 0")
    page.mouse.up()
    says(page, "changes 1")
    assert read_points(page, "marks")[0] == pytest.approx((4, 9), abs=0.05)


def test_modes_choose_what_a_click_adds_and_limits_are_told(visit: Visit) -> None:
    page = visit("both")
    plot = plot_of(page)
    page.get_by_role("button", name="Add centroid").click()
    plot.click(5, 9)
    says(page, "changes 1")
    assert len(read_points(page, "marks")) == 3
    page.get_by_role("button", name="Add point").click()
    expect(page.get_by_role("button", name="Add point")).to_have_attribute("aria-pressed", "true")
    for number, x in enumerate((1, 2, 3)):
        plot.click(x, 9)
        says(page, f"changes {min(number + 2, 3)}")
    expect(page.locator(".spoken")).to_have_text("No more than 10 points fit here.")
    expect(page.locator(".by-hand")).to_have_text("No more than 10 points fit here.")
    assert len(read_points(page)) == 10


def test_the_keyboard_does_all_that_the_mouse_does(visit: Visit) -> None:
    page = visit("points")
    page.locator(".picture").focus()
    spoken = page.locator(".spoken")
    page.keyboard.press("Enter")
    expect(spoken).to_have_text("Added point 1 of 1 at 5, 5")
    says(page, "points ((5.0, 5.0),)")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowUp")
    expect(spoken).to_have_text("point 1 of 1 at 5.1, 5.5")
    says(page, "points ((5.1, 5.5),)")
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+ArrowLeft")
    expect(spoken).to_have_text("cursor at 4.5, 5")
    page.keyboard.press("Insert")
    page.keyboard.press("Insert")
    says(page, "points ((5.1, 5.5), (4.5, 5.0), (4.9, 5.0))")
    page.keyboard.press("[")
    expect(spoken).to_have_text("point 2 of 3 at 4.5, 5")
    page.keyboard.press("Delete")
    says(page, "points ((5.1, 5.5), (4.9, 5.0))")
    page.keyboard.press("]")
    expect(spoken).to_have_text("point 1 of 2 at 5.1, 5.5")


def test_tab_goes_through_what_lies_there_and_out_again(visit: Visit) -> None:
    page = visit("both")
    canvas = page.locator(".picture")
    canvas.focus()
    page.keyboard.press("]")
    for _ in range(9):  # 8 points, 2 centroids
        page.keyboard.press("Tab")
    expect(page.locator(".spoken")).to_have_text("centroid 2 of 2 at 8, 3")
    expect(canvas).to_be_focused()
    page.keyboard.press("Tab")
    expect(canvas).not_to_be_focused()
    canvas.focus()
    page.keyboard.press("Tab")  # with nothing chosen the board is one stop
    expect(canvas).not_to_be_focused()


def test_the_line_turns_by_its_ends_and_shifts_by_its_body(visit: Visit) -> None:
    page = visit("squares")
    plot = plot_of(page)
    plot.drag((5.6, 4.74), (5.6, 5.74))
    says(page, "changes 1")
    [(slope, intercept)] = [tuple(map(float, re.findall(r"-?[\d.]+", line_text(page))))]
    assert slope == pytest.approx(0.4, abs=1e-3)
    assert intercept == pytest.approx(3.5, abs=0.05)
    plot.drag((9.2, 7.18), (9.2, 3.5))  # the right end; the left one, at 0.8, stays
    says(page, "changes 2")
    slope, intercept = map(float, re.findall(r"-?[\d.]+", line_text(page)))
    assert slope * 0.8 + intercept == pytest.approx(3.82, abs=0.05)
    assert slope * 9.2 + intercept == pytest.approx(3.5, abs=0.05)


def line_text(page: Page) -> str:
    return page.get_by_text(re.compile(r"^line \(")).text_content() or ""


def test_the_line_moves_by_keyboard(visit: Visit) -> None:
    page = visit("squares")
    page.locator(".picture").focus()
    page.keyboard.press("[")
    expect(page.locator(".spoken")).to_have_text("line, slope 0.4, intercept 2.5, sum of squares 9.6372")
    page.keyboard.press("Shift+ArrowUp")
    says(page, "line (0.4, 3.0)")
    page.keyboard.press("[")
    expect(page.locator(".spoken")).to_contain_text("right end of the line")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".spoken")).to_contain_text("slope 0.3881")


def test_the_sum_of_squares_follows_the_drag(visit: Visit) -> None:
    page = visit("squares")
    plot = plot_of(page)
    mine = page.locator(".mine dd")
    expect(mine).to_have_text("9.6372")
    expect(page.locator(".least dd")).to_have_text("2.3656")
    plot.drag((8.6, 8.4), (8.6, 5.94), release=False)
    expect(mine).not_to_have_text("9.6372")
    left = float(mine.text_content() or "nan")
    assert left == pytest.approx(9.6372 - 2.46**2, abs=0.05)
    least = float(page.locator(".least dd").text_content() or "nan")
    assert least < min(left, 2.3656)  # the best line is that of the points as they lie now
    says(page, "changes 0")
    page.mouse.up()
    says(page, "changes 1")
    assert float(page.locator(".least dd").text_content() or "nan") == pytest.approx(least, abs=0.01)


def test_residual_squares_are_squares_on_the_screen(visit: Visit) -> None:
    """The residual of (8.6, 8.4) is 2.46: its square ends that many y-units, in pixels, left of the point."""
    page = visit("squares")
    where = """(canvas, shares) => {
        const [left, top, width, height] = canvas.dataset.plot.split(" ").map(Number);
        const side = 0.246 * height, x = left + 0.86 * width, y = top + (1 - 0.66) * height;
        const dense = canvas.width / canvas.getBoundingClientRect().width;
        const pen = canvas.getContext("2d");
        const at = (share) => [...pen.getImageData((x - share * side) * dense, y * dense, 1, 1).data].join();
        return shares.map(at);
    }"""
    inside, near_edge, outside, plate = page.locator(".picture").evaluate(where, [0.3, 0.97, 1.03, 1.1])
    assert inside == near_edge
    assert inside != outside
    assert outside == plate


def test_centres_are_shown_and_the_outlier_is_dragged(visit: Visit) -> None:
    page = visit("centres")
    expect(page.locator(".legend")).to_have_text("outliermeanmedian")
    expect(page.locator(".by-hand")).to_have_text("Drag the outlier.")
    expect(page.locator(".picture")).to_have_attribute("aria-label", re.compile("mean at 2.6, 3.4; 6.9, 6.3"))
    plot_of(page).drag((9, 1.5), (9, 9))
    says(page, "changes 1")
    assert read_points(page, "marks") == [pytest.approx((9, 9), abs=0.05)]


def test_many_points_stay_where_they_are(visit: Visit) -> None:
    page = visit("many")
    page.locator(".picture").focus()
    page.keyboard.press("]")
    expect(page.locator(".spoken")).to_contain_text("left end of the line")
    expect(page.locator(".modes button")).to_have_count(0)


class Lock:
    """Between browser and server: keeps what the server says while it is shut."""

    def __init__(self) -> None:
        self.shut = False
        self._kept: list[Callable[[], None]] = []

    def watch(self, page: Page) -> None:
        spend(page)
        page.route_web_socket(re.compile("_stcore/stream"), self._route)

    def open(self) -> None:
        self.shut = False
        for send in self._kept:
            send()
        self._kept.clear()

    def _route(self, browser: WebSocketRoute) -> None:
        server = browser.connect_to_server()
        browser.on_message(server.send)

        def heard(message: str | bytes) -> None:
            if self.shut:
                self._kept.append(lambda: browser.send(message))
            else:
                browser.send(message)

        server.on_message(heard)


def test_a_late_echo_takes_nothing_back(visit: Visit) -> None:
    """The answer to the first drag arrives after the second one: the line must not jump back for a moment."""
    lock = Lock()
    page = visit("squares", before=lock.watch)
    plot = plot_of(page)
    page.evaluate("window.seen = []")
    watch = """canvas => new MutationObserver(() => window.seen.push(canvas.getAttribute("aria-label")))
        .observe(canvas, { attributeFilter: ["aria-label"] })"""
    page.locator(".picture").evaluate(watch)
    lock.shut = True
    plot.drag((5.6, 4.74), (5.6, 5.74))
    plot.drag((5.6, 5.74), (5.6, 6.74))
    lock.open()
    says(page, "changes 2")
    settle(page)
    intercepts = [float(re.findall(r"intercept ([\d.]+)", label)[0]) for label in page.evaluate("window.seen")]
    assert intercepts == sorted(intercepts)
    assert intercepts[-1] == pytest.approx(4.5, abs=0.05)


def test_the_board_follows_python(visit: Visit) -> None:
    page = visit("both")
    plot = plot_of(page)
    plot.drag((1, 2.2), (3, 8))
    says(page, "changes 1")
    page.get_by_role("button", name="Move the first point to 1, 1").click()
    says(page, re.compile(r"^points \(\(1.0, 1.0\)"))
    page.locator(".picture").focus()
    page.keyboard.press("]")
    expect(page.locator(".spoken")).to_have_text("point 1 of 8 at 1, 1")
    page.get_by_role("button", name="Reset from Python").click()
    says(page, re.compile(r"^points \(\(1.0, 2.2\)"))
    page.locator(".picture").focus()
    page.keyboard.press("]")
    expect(page.locator(".spoken")).to_have_text("point 1 of 8 at 1, 2.2")


# --- touch -----------------------------------------------------------------------------------------------------

PHONE = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}


class Finger:
    """A finger on the glass, through the browser's own input."""

    def __init__(self, page: Page) -> None:
        self._session = page.context.new_cdp_session(page)

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        self._touch("touchStart", start)
        for k in range(1, 9):
            self._touch("touchMove", tuple(a + (b - a) * k / 8 for a, b in zip(start, end, strict=True)))
        self._touch("touchEnd")

    def _touch(self, kind: str, *points: tuple[float, ...]) -> None:
        where = [{"x": x, "y": y} for x, y in points]
        self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": where})


def scrolled(page: Page) -> float:
    return page.get_by_test_id("stMain").evaluate("main => main.scrollTop")


def test_a_finger_adds_drags_and_deletes(visit: Visit) -> None:
    page = visit("points", **PHONE)
    plot = plot_of(page)
    page.touchscreen.tap(*plot.at(5, 5))
    says(page, "changes 1")
    before = scrolled(page)
    Finger(page).drag(plot.at(5, 5), plot.at(5, 9))
    says(page, "changes 2")
    assert read_points(page) == [pytest.approx((5, 9), abs=0.1)]
    assert scrolled(page) == before  # the finger held the point, so the page stayed
    page.get_by_role("button", name="Delete").tap()
    page.touchscreen.tap(*plot.at(5, 9))
    says(page, "points ()")


def test_a_finger_on_an_empty_place_scrolls_the_page(visit: Visit) -> None:
    page = visit("points", **PHONE)
    plot = plot_of(page)
    before = scrolled(page)
    Finger(page).drag(plot.at(5, 3), plot.at(5, 9))
    moved = "before => document.querySelector('[data-testid=stMain]').scrollTop > before + 20"
    page.wait_for_function(moved, arg=before)
    says(page, "points ()")


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("show", ["lloyd", "both", "squares"])
def test_it_fits_a_phone(visit: Visit, show: str, width: int) -> None:
    page = visit(show, **{**PHONE, "viewport": {"width": width, "height": 800}})
    plate = page.locator(".plate").bounding_box()
    assert plate is not None
    for control in page.locator(".plate :is(button, select, input)").all():
        box = control.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["x"] >= plate["x"]
        assert box["x"] + box["width"] <= plate["x"] + plate["width"] + 0.5
    assert page.evaluate("document.documentElement.scrollWidth") <= width


# --- both ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("show", ["lloyd", "squares"])
def test_the_theme_changes_under_a_running_widget(visit: Visit, show: str) -> None:
    page = visit(show, color_scheme="light")
    if show == "lloyd":
        page.get_by_role("slider", name="Frame").fill("4")
        says(page, "Python saw frame 4")
    corner = "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, 60).data.reduce((a, b) => a + b)"
    light = page.locator(".picture").evaluate(corner)
    page.emulate_media(color_scheme="dark")
    expect(page.locator(".plate")).to_have_css("color-scheme", "dark")
    assert page.locator(".picture").evaluate(corner) != light
    if show == "lloyd":
        count(page, "5 / 17")


@pytest.mark.parametrize("show", ["lloyd", "both", "squares"])
def test_heights_do_not_change_while_it_is_used(visit: Visit, show: str) -> None:
    page = visit(show)
    height = page.locator(".plate").bounding_box()
    if show == "lloyd":
        for _ in range(3):
            page.get_by_role("button", name="Step forward").click()
        says(page, "Python saw frame 3")
    else:
        plot_of(page).drag((8.6, 8.4), (8, 2))
        says(page, "changes 1")
        page.locator(".picture").focus()
        page.keyboard.press("]")
    after = page.locator(".plate").bounding_box()
    assert height is not None
    assert after is not None
    assert after["height"] == height["height"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("show", ["lloyd", "both", "squares", "centres"])
def test_axe_finds_nothing(visit: Visit, show: str, scheme: str) -> None:
    page = visit(show, color_scheme=scheme)
    assert axe_finds(page) == []
