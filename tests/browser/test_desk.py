"""A desk in a real Chromium: every kind of control, the address that follows, undo, a board under the hand."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.browsing import Server, axe_finds, go, no_errors, settle
from tests.browser.test_kept_settings import arrive, by_sidebar, follow, says

pytestmark = pytest.mark.browser
SSE, NORMAL = "linear_regression.sse", "linear_regression.normal"
DESK = """const desk = [...document.querySelectorAll("*")].map((one) => one.shadowRoot?.querySelector(".desk"))
  .find(Boolean);"""
FRAMES = f"""() => {{
  {DESK}
  window.frames = 0;
  const count = new MutationObserver(() => {{ window.frames += 1; }});
  count.observe(desk, {{ attributes: true, attributeFilter: ["data-answered"] }});
}}"""
STEEPER = f"""() => {{
  {DESK}
  const {{ value }} = desk.querySelector("[data-field=slope] input[type=number]");
  return new URLSearchParams(location.search).get("linear_regression.sse.slope") === value && Number(value) > 0.5;
}}"""


def desk(page: Page, experiment: str) -> Locator:
    """Return an experiment's desk, once it has drawn something."""
    topic, name = experiment.split(".")
    found = page.locator(f".st-key-plate-{topic}-{name.replace('_', '-')} .desk")
    found.scroll_into_view_if_needed()
    expect(found).to_have_attribute("data-answered", re.compile(r"\d"))
    return found


def control(desk: Locator, field: str) -> Locator:
    return desk.locator(f"[data-field={field}]")


def metric(desk: Locator, name: str) -> Locator:
    return desk.locator(".metrics div", has=desk.page.get_by_text(name, exact=True)).locator("dd")


def start(page: Page, app: Server, query: str = f"{SSE}.slope=0.5") -> Locator:
    go(page, app, f"linear-regression?{query}")
    return desk(page, SSE)


def test_every_kind_of_control_sets_what_it_says(app: Server, page: Page) -> None:
    sse = start(page, app)
    slope = control(sse, "slope")
    slope.locator("input[type=range]").focus()
    page.keyboard.press("ArrowRight")
    expect(slope.locator("input[type=number]")).to_have_value("0.55")
    says(page, {f"{SSE}.slope": "0.55"})
    slope.locator("input[type=number]").fill("0.7")
    expect(slope.locator("input[type=range]")).to_have_value("0.7")
    says(page, {f"{SSE}.slope": "0.7"})
    sse.get_by_label("Data").select_option("diabetes")
    expect(control(sse, "x").locator("select")).to_have_value("bmi")
    control(sse, "x").locator("select").select_option("age")
    says(page, {f"{SSE}.slope": "0.7", f"{SSE}.data": "diabetes", f"{SSE}.x": "age"})
    expect(control(sse, "noise")).to_have_count(0)  # it makes no difference there
    seed = control(sse, "seed").locator("input")
    control(sse, "seed").get_by_role("button", name="New numbers").click()
    expect(seed).not_to_have_value("1")
    normal = page.locator(".st-key-plate-linear_regression-normal")
    normal.get_by_role("button", name="Skip").click()
    normal = desk(page, NORMAL)
    normal.get_by_role("switch", name="Copy of feature 1").check()
    expect(normal.get_by_text("X'X has no inverse")).to_be_visible()
    cell = normal.get_by_label("y, row 1")
    cell.fill("9")
    expect(normal.locator("[data-field=data]")).to_be_visible()
    page.wait_for_function("location.search.includes('linear_regression.normal.rows=1%2C2%2C9')")
    assert cell.evaluate("one => one.getRootNode().activeElement === one")  # what is being typed stays
    no_errors(page)


def test_what_cannot_be_run_is_said_in_place_and_nothing_is_lost(app: Server, page: Page) -> None:
    sse = start(page, app)
    before = metric(sse, "Yours ÷ best").inner_text()
    number = control(sse, "slope").locator("input[type=number]")
    number.fill("99")
    expect(sse.get_by_role("status").first).to_have_text("slope must be between -5 and 5, got 99.")
    expect(number).to_have_value("99")
    expect(metric(sse, "Yours ÷ best")).to_have_text(before)
    control(sse, "noise").locator("input[type=number]").fill("2")  # another one does not undo the wish
    expect(sse.get_by_role("status").first).to_have_text("slope must be between -5 and 5, got 99.")
    number.fill("0.9")
    expect(sse.locator(".trouble")).to_be_hidden()
    says(page, {f"{SSE}.slope": "0.9", f"{SSE}.noise": "2"})
    no_errors(page)


def test_changes_are_taken_back_one_by_one_and_all_at_once(app: Server, page: Page) -> None:
    sse = start(page, app)
    slope, intercept = (control(sse, name).locator("input[type=number]") for name in ("slope", "intercept"))
    control(sse, "slope").locator("input[type=range]").focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")  # one movement
    says(page, {f"{SSE}.slope": "0.75"})
    control(sse, "intercept").locator("input[type=range]").focus()
    page.keyboard.press("ArrowLeft")
    expect(intercept).to_have_value("3.95")
    page.keyboard.press("Control+z")
    expect(intercept).to_have_value("4")
    expect(slope).to_have_value("0.75")
    sse.get_by_role("button", name="Undo").click()
    expect(slope).to_have_value("0.5")
    expect(sse.get_by_role("button", name="Undo")).to_be_disabled()
    sse.get_by_role("button", name="As it was").click()
    expect(slope).to_have_value("0")
    says(page, {})
    no_errors(page)


def handle_of_the_line(page: Page, canvas: Locator) -> tuple[float, float]:
    """Return where the line's left handle is on the screen: where the pointer becomes a hand."""
    left, top, width, height = map(float, str(canvas.get_attribute("data-plot")).split())
    box = canvas.bounding_box()
    assert box
    for down in range(0, int(height), 6):
        x, y = box["x"] + left + 0.08 * width, box["y"] + top + down
        page.mouse.move(x, y)
        if canvas.evaluate("one => one.style.cursor") == "grab":
            return x, y
    raise AssertionError("nothing can be held there")


def test_a_board_answers_under_the_hand(app: Server, page: Page) -> None:
    sse = start(page, app)
    canvas = sse.locator("canvas.picture")
    canvas.scroll_into_view_if_needed()
    x, y = handle_of_the_line(page, canvas)
    page.evaluate(FRAMES)
    slope = control(sse, "slope").locator("input[type=number]")
    page.mouse.down()
    said = set()
    for step in range(1, 31):
        page.mouse.move(x, y + 2 * step)
        said.add(slope.input_value())
    page.mouse.up()
    assert len(said) > 5  # the engine answered while it was dragged
    assert page.evaluate("window.frames") > 5
    page.wait_for_function(STEEPER)
    sse.get_by_role("button", name="Undo").click()
    expect(slope).to_have_value("0.5")  # a whole drag is one change
    no_errors(page)


def test_the_address_follows_and_leads_back(app: Server, page: Page) -> None:
    sse = start(page, app)
    entries = page.evaluate("history.length")
    sse.get_by_role("button", name="Snap to the least-squares line").click()
    expect(metric(sse, "Yours ÷ best")).to_have_text("1")
    best = {f"{SSE}.slope": "0.766499", f"{SSE}.intercept": "1.109018"}
    page.wait_for_function("location.search.includes('intercept')")
    assert page.evaluate("history.length") == entries
    by_sidebar(page, "Progress")
    by_sidebar(page, "Linear regression")
    expect(metric(desk(page, SSE), "Yours ÷ best")).to_have_text("1")
    page.go_back()
    arrive(page, "Progress")
    page.go_back()
    arrive(page, "Linear regression")
    expect(metric(desk(page, SSE), "Yours ÷ best")).to_have_text("1")
    page.reload()
    arrive(page, "Linear regression")
    expect(metric(desk(page, SSE), "Yours ÷ best")).to_have_text("1")
    follow(page, f"./linear-regression?{SSE}.slope=2")
    expect(control(desk(page, SSE), "slope").locator("input[type=number]")).to_have_value("2")
    says(page, {f"{SSE}.slope": "2"})
    page.go_back()
    expect(metric(desk(page, SSE), "Yours ÷ best")).to_have_text("1")
    assert set(best) <= set(re.findall(r"linear_regression\.sse\.\w+", page.url))
    no_errors(page)


def test_what_streamlit_does_beside_it_leaves_the_desk_alone(app: Server, page: Page) -> None:
    sse = start(page, app)
    control(sse, "slope").locator("input[type=number]").fill("0.9")
    page.get_by_role("button", name="Check it").first.click()
    expect(page.locator("[class*=st-key-claim-]").first).to_contain_text("worse than the formula")
    page.locator("[class*=st-key-line-] button").first.click()  # a question opens: a whole run of the page
    settle(page)
    expect(control(desk(page, SSE), "slope").locator("input[type=number]")).to_have_value("0.9")
    says(page, {f"{SSE}.slope": "0.9"})
    page.locator(".st-key-plate-linear_regression-sse").get_by_role("button", name="More").click()
    expect(page.locator("[data-testid=stCode]").first).to_contain_text("linear_regression.sse.slope=0.9")
    no_errors(page)


def test_a_lost_socket_comes_back_and_asks_again(app: Server, page: Page) -> None:
    sse = start(page, app)
    page.evaluate("""() => {
      const { send } = WebSocket.prototype;
      window.lost = 0;
      WebSocket.prototype.send = function (text) { // the next ask is lost, and the socket with it
        if (window.lost || !this.url.includes("/grimoire/plate/")) return send.call(this, text);
        window.lost += 1;
        return this.close();
      };
    }""")
    control(sse, "slope").locator("input[type=number]").fill("0.9")
    says(page, {f"{SSE}.slope": "0.9"})
    assert page.evaluate("window.lost") == 1
    expect(sse.locator(".line")).to_be_hidden()
    no_errors(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_at_a_desk_that_refuses(app: Server, page: Page, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    sse = start(page, app, f"{SSE}.slope=0.5&{NORMAL}.duplicate=true")
    desk(page, NORMAL)
    control(sse, "slope").locator("input[type=number]").fill("99")
    expect(sse.locator(".trouble")).to_be_visible()
    assert axe_finds(page) == []
