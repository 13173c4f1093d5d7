"""What the reader set in experiments: Back, Forward, reload and every link of ours find it, and the address says it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from engine.experiment import experiments_of
from engine.experiments.clustering.lloyd import PLACED
from engine.settings import Choice, Field, Flag, Number, Whole
from tests.browser.browsing import Server, come_near, go, no_errors, settle

pytestmark = pytest.mark.browser
SLOPE = "linear_regression.sse.slope"
CONTROLS = """(slug) => Object.fromEntries(
  [...document.querySelectorAll(`[data-testid=stMain] [class*='st-key-plate-${slug}-']`)].flatMap((plate) => {
    const root = [...plate.querySelectorAll("*")].find((one) => one.shadowRoot?.querySelector(".desk"))?.shadowRoot;
    return [...root?.querySelectorAll("[data-field]") ?? []].map((one) => {
      const field = one.querySelector("input:checked, input[type=number], select, input[type=checkbox]");
      const name = `${plate.className.match(/st-key-(\\S+)/)[1]}.${one.dataset.field}`;
      return [name, field.type === "checkbox" ? field.checked : field.value];
    });
  }))"""


def settings(page: Page) -> dict[str, str]:
    """Return what the address says of experiments."""
    return {name: value[0] for name, value in parse_qs(urlsplit(page.url).query).items() if name.count(".") == 2}


def says(page: Page, wanted: dict[str, str]) -> None:
    """Wait until the page is drawn and its address says these settings and no others."""
    settle(page)
    page.wait_for_function(
        """(wanted) => {
          const said = [...new URLSearchParams(location.search)].filter(([name]) => name.split(".").length === 3);
          return said.length === Object.keys(wanted).length && said.every(([name, value]) => wanted[name] === value);
        }""",
        arg=wanted,
    )


def arrive(page: Page, title: str) -> None:
    expect(page.locator("h1")).to_contain_text(title)
    settle(page)


def by_sidebar(page: Page, title: str) -> None:
    page.locator("[data-testid=stSidebar]").get_by_role("link", name=title).click()
    arrive(page, title)


def follow(page: Page, href: str) -> None:
    """Follow a link that stands in a text."""
    # Drawn by what keeps links in this tab; until then the browser follows them itself, and loads the app anew.
    page.wait_for_selector(".grimoire-links a")
    page.evaluate(
        "(href) => { const link = document.createElement('a'); link.href = href;"
        " document.querySelector('[data-testid=stMarkdown]').append(link); link.click(); link.remove(); }",
        href,
    )


def sse(page: Page) -> Locator:
    """Return the desk of the residuals' squares, near enough to be at work."""
    desk = page.locator(".st-key-plate-linear_regression-sse .desk")
    desk.scroll_into_view_if_needed()
    return desk


def slope(page: Page, value: str) -> None:
    expect(sse(page).locator("[data-field=slope] input[type=number]")).to_have_value(value)


def test_a_slope_stays_over_back_forward_reload_and_every_kind_of_link(app: Server, page: Page) -> None:
    go(page, app, f"linear-regression?{SLOPE}=0.5")
    sse(page).locator("[data-field=slope] input[type=range]").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    slope(page, "0.7")
    says(page, {SLOPE: "0.7"})
    by_sidebar(page, "K-means")
    page.go_back()
    arrive(page, "Linear regression")
    slope(page, "0.7")
    says(page, {SLOPE: "0.7"})
    page.go_forward()
    arrive(page, "K-means")
    by_sidebar(page, "Linear regression")  # a bare address, in a new entry
    slope(page, "0.7")
    says(page, {SLOPE: "0.7"})
    page.locator("[data-testid=stPageLink] a").last.click()
    arrive(page, "Ridge")
    page.locator("[data-testid=stPageLink] a", has_text="Linear regression").first.click()  # one of Streamlit's own
    arrive(page, "Linear regression")
    slope(page, "0.7")
    says(page, {SLOPE: "0.7"})
    page.reload()
    arrive(page, "Linear regression")
    slope(page, "0.7")
    page.go_back()  # one visit is one entry
    arrive(page, "Ridge")
    for title in ("Linear regression", "K-means", "Linear regression"):
        page.go_back()
        arrive(page, title)
        if title == "Linear regression":
            slope(page, "0.7")
            says(page, {SLOPE: "0.7"})
    no_errors(page)


def test_each_visit_keeps_its_own_settings_and_the_newest_are_the_page_s(app: Server, page: Page) -> None:
    go(page, app, f"linear-regression?{SLOPE}=0.5")
    snap = sse(page).get_by_role("button", name="Snap to the least-squares line")
    entries = page.evaluate("history.length")
    snap.click()
    page.wait_for_function("location.search.includes('linear_regression.sse.intercept')")
    best = settings(page)
    assert set(best) == {SLOPE, "linear_regression.sse.intercept"}
    assert page.evaluate("history.length") == entries  # a control that is moved is no visit
    by_sidebar(page, "Progress")
    by_sidebar(page, "Linear regression")
    says(page, best)
    follow(page, f"./linear-regression?{SLOPE}=2")  # as it was copied: the other settings of it are the defaults
    slope(page, "2")
    says(page, {SLOPE: "2"})
    page.go_back()
    slope(page, best[SLOPE])
    says(page, best)
    page.go_forward()
    slope(page, "2")
    says(page, {SLOPE: "2"})
    by_sidebar(page, "Progress")
    page.reload()  # the server's session is another one now
    arrive(page, "Progress")
    follow(page, "./linear-regression")
    arrive(page, "Linear regression")
    slope(page, "2")
    says(page, {SLOPE: "2"})
    no_errors(page)


def another(field: Field, default: Any) -> object:
    """Return a value that a control can have and that is not its default, None where the test sets none."""
    match field:
        case Number(log=False):
            step = 2 * (field.step or (field.high - field.low) / 100)
            return f"{default + step if default + step <= field.high else default - step:.12g}"
        case Whole():
            return default + field.step if default + field.step <= field.high else default - field.step
        case Choice():
            return next((one for one in reversed(field.options) if one != default and "own" not in one), None)
        case Flag():
            return str(not default).lower()
    return None


@pytest.mark.parametrize(("slug", "title"), [("clustering", "K-means"), ("transformers", "Attention")])
def test_every_control_of_every_experiment_stays(app: Server, page: Page, slug: str, title: str) -> None:
    wanted = {
        f"{slug}.{id}.{name}": value
        for id, one in experiments_of(slug).items()
        for name, field in one.settings.declared().items()
        if (value := another(field, one.settings.defaults()[name])) is not None
    }
    go(page, app, f"{slug}?{urlencode(wanted)}")
    page.wait_for_selector(f"[class*=st-key-claim-{slug}] >> nth={len(experiments_of(slug)) - 1}")
    come_near(page, slug)
    settle(page)
    said, shown = settings(page), page.evaluate(CONTROLS, slug)
    assert len(said) > 10
    assert len(shown) > 10

    def the_same() -> None:
        arrive(page, title)
        come_near(page, slug)
        says(page, said)
        page.wait_for_function(
            f"([slug, shown]) => {{ const now = ({CONTROLS})(slug);"
            " return Object.entries(shown).every(([key, value]) => now[key] === value); }",
            arg=[slug, shown],
        )

    by_sidebar(page, "Progress")
    by_sidebar(page, "Exam")
    page.go_back()
    arrive(page, "Progress")
    page.go_back()
    the_same()
    page.reload()
    the_same()
    page.go_forward()
    arrive(page, "Progress")
    page.reload()
    arrive(page, "Progress")
    follow(page, f"./{slug}")
    the_same()
    no_errors(page)


def test_points_follow_the_address_and_leave_other_experiments_alone(app: Server, page: Page) -> None:
    data, points = "clustering.lloyd.data", "clustering.lloyd.points"
    first = {data: PLACED, points: "1,1;2,2;3,3;4,5"}
    second = {data: PLACED, points: "0,0;1,0;5,5;6,5;7,7"}
    go(page, app, f"clustering?{urlencode(first)}")
    says(page, first)
    follow(page, f"./clustering?{urlencode({**second, 'clustering.inits.seed': '7'})}")
    says(page, {**second, "clustering.inits.seed": "7"})
    page.go_back()
    says(page, first)
    page.go_forward()
    says(page, {**second, "clustering.inits.seed": "7"})
    follow(page, "./clustering?clustering.inits.seed=9")
    says(page, {**second, "clustering.inits.seed": "9"})
    no_errors(page)


def test_what_a_link_sets_at_a_desk_far_from_the_screen_stays_in_the_address(app: Server, page: Page) -> None:
    seed = "clustering.inits.seed"
    go(page, app, f"clustering?{seed}=5")
    desk = page.locator(".st-key-plate-clustering-inits .desk")
    expect(desk).to_be_attached()
    assert desk.get_attribute("data-answered") is None  # it has asked nothing
    follow(page, f"./clustering?{seed}=7")
    settle(page)
    page.evaluate("history.replaceState({}, '', location.pathname)")  # as Streamlit writes it, which knows of no desk
    assert settings(page) == {seed: "7"}
    no_errors(page)


def test_a_live_run_waits_with_its_settings(app: Server, page: Page) -> None:
    go(page, app, "network-structure?network_structure.playground.seed=4")
    ground = page.locator(".st-key-plate-network_structure-playground")
    ground.get_by_role("button", name="Step").click()
    expect(ground.get_by_text("paused at epoch 1")).to_be_visible()
    says(page, {"network_structure.playground.seed": "4"})
    by_sidebar(page, "Progress")
    follow(page, "./network-structure")
    expect(ground.get_by_text("paused at epoch 1")).to_be_visible()
    says(page, {"network_structure.playground.seed": "4"})
    follow(page, "./network-structure?network_structure.playground.seed=5")
    expect(ground.get_by_text("paused at epoch 0")).to_be_visible()
    says(page, {"network_structure.playground.seed": "5"})
    no_errors(page)


def test_what_another_learner_set_is_not_brought_along(app: Server, page: Page) -> None:
    go(page, app, f"linear-regression?{SLOPE}=0.5")
    other = app.for_somebody_new()
    by_sidebar(page, "Progress")
    assert other.learner
    follow(page, f"./progress?learner={other.learner.name}")
    expect(page.get_by_role("combobox", name="Learner")).to_have_value(other.learner.name)
    settle(page)
    by_sidebar(page, "Linear regression")
    says(page, {})
    no_errors(page)


@pytest.mark.parametrize("write", ["pushState", "replaceState"])
def test_an_anchor_stays_where_streamlit_writes_the_address_of_the_page_anew(
    app: Server, page: Page, write: str
) -> None:
    go(page, app, "clustering")
    page.evaluate("location.hash = 'experiment-lloyd'")
    page.evaluate(f"history.{write}({{}}, '', location.pathname + location.search)")
    assert urlsplit(page.url).fragment == "experiment-lloyd"
    page.evaluate(f"history.{write}({{}}, '', './progress')")
    assert urlsplit(page.url).fragment == ""
