"""The JavaScript twin of the dynamics and the network, and the game by keyboard, touch and mouse."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from engine.data import Floats
from engine.reinforcement_learning.cart_pole import advance, fallen
from engine.reinforcement_learning.dqn import BOXES, EDGES, INPUTS, QNetwork, boxes
from tests.browser.browsing import ROOT, OpenPage, Server, axe_finds, complaints, go, hold_clock, screens, settle

pytestmark = pytest.mark.browser
TRAINED = 240_000  # ms that a busy machine may take to train
MODEL = (ROOT / "pages/widgets/canvas/cart_pole/cart_pole_model.js").read_text("utf-8")
Visit = Callable[..., Page]


# --- the twin: the model's text by itself, on an empty page ------------------------------------------------------


@pytest.fixture
def compute(page: Page) -> Callable[..., Any]:
    """Return a function that evaluates an expression over the model's text, with one argument `x`."""
    return lambda expression, x: page.evaluate(f"x => {{ {MODEL}; return {expression}; }}", x)


def test_single_steps_are_the_engines(compute: Callable[..., Any]) -> None:
    rng = np.random.default_rng(0)
    states = rng.normal(size=(600, 4)) * [1.5, 2, 0.2, 2]
    states[::10] *= 5  # far beyond every fall
    actions = rng.integers(2, size=600)
    theirs = compute("x.map(([s, a]) => advance(s, a))", list(zip(states.tolist(), actions.tolist(), strict=True)))
    assert np.abs(np.array(theirs) - advance(states.T, actions).T).max() <= 1e-12
    down = compute("x.map(fallen)", states.tolist())
    assert down == fallen(states.T).tolist()
    assert 0.2 < np.mean(down) < 0.8


@pytest.mark.parametrize("lean", [0.02, np.pi], ids=["balanced", "hanging"])
def test_hundreds_of_steps_in_a_row_are_the_engines(compute: Callable[..., Any], lean: float) -> None:
    """A pole that stands doubles every difference in 9 steps; one that hangs keeps it and can be followed for long.

    Not where it is pushed to swing ever higher: it passes the top, where the last digit of a sine decides.
    """
    hangs = lean > 1
    steps = 600 if hangs else 150
    state: Floats = np.array([0.1, 0.0, lean, 0.0])
    path, actions = [], []
    for step in range(steps):
        under = int(np.sin(state[2]) + 0.25 * state[3] + 0.02 * state[0] + 0.05 * state[1] > 0)
        actions.append(step // 5 % 2 if hangs else under)
        state = advance(state[:, None], np.array(actions[-1:]))[:, 0]
        path.append(state)
    run = "x.actions.map((a) => (x.state = advance(x.state, a)))"
    theirs = compute(run, {"state": [0.1, 0.0, lean, 0.0], "actions": actions})
    assert np.abs(np.array(theirs) - path).max() <= 1e-9
    assert len(set(actions)) == 2


@pytest.mark.parametrize("hidden", [(64, 64), (16,), ()])
def test_values_are_those_of_the_engines_network(compute: Callable[..., Any], hidden: tuple[int, ...]) -> None:
    rng = np.random.default_rng(1)
    network = QNetwork((4, *hidden, 2), rng)
    network.flat += rng.normal(scale=0.05, size=len(network.flat)).astype(np.float32)
    states = rng.normal(size=(200, 4)).astype(np.float32)
    agent = {"sizes": [4, *hidden, 2], "numbers": network.flat.tolist(), "inputs": INPUTS.tolist(), "edges": None}
    theirs = compute(
        "x.states.map((s) => valuesOf({ ...x.agent, numbers: new Float32Array(x.agent.numbers) }, s))",
        {"agent": agent, "states": states.tolist()},
    )
    assert np.abs(np.array(theirs) - network.values(states * INPUTS)).max() <= 1e-5


def test_values_are_those_of_the_engines_table(compute: Callable[..., Any]) -> None:
    rng = np.random.default_rng(2)
    network = QNetwork((BOXES, 2), rng)
    states = (rng.normal(size=(400, 4)) * [1, 1, 0.1, 1]).astype(np.float32)
    agent = {"sizes": [BOXES, 2], "numbers": network.flat.tolist(), "inputs": [1] * 4, "edges": EDGES}
    theirs = compute(
        "x.states.map((s) => valuesOf({ ...x.agent, numbers: new Float32Array(x.agent.numbers) }, s))",
        {"agent": agent, "states": states.tolist()},
    )
    assert np.abs(np.array(theirs) - network.values(boxes(states))).max() <= 1e-6


def test_of_equal_values_the_first_wins_as_in_numpy(compute: Callable[..., Any]) -> None:
    pairs = [[1.0, 1.0], [0.0, 2.0], [2.0, 0.0], [-1.0, -2.0]]
    assert compute("x.map(greedy)", pairs) == np.argmax(pairs, axis=1).tolist()


# --- the game ----------------------------------------------------------------------------------------------------


@pytest.fixture
def visit(harness: Server, open_page: OpenPage) -> Iterator[Visit]:
    """Open the harness, with the clock of its page in the test's hand; at the end no page may have had an error."""
    pages = []

    def start(show: str, clock: bool = True, **options: object) -> Page:
        page = open_page(**options)
        pages.append(page)
        page.goto(f"{harness.url}/?harness=cart_pole&show={show}")
        settle(page)
        expect(plate(page)).to_have_attribute("data-state", re.compile(r"idle|going"))
        if clock:
            hold_clock(page)
        return page

    yield start
    assert [error for page in pages for error in page.errors] == []


def plate(page: Page) -> Locator:
    return page.locator(".cart-pole")


def score(page: Page, who: str) -> int:
    return int(plate(page).get_attribute(f"data-{who}") or 0)


def runs_until(page: Page, said: str) -> None:
    """Let the held clock go on, tenth of a second by tenth, for two seconds at most, until the game says something."""
    for _ in range(20):
        page.clock.run_for(100)
        if re.search(said, page.locator(".says").inner_text()):
            return
    pytest.fail(f"In two seconds it never said {said}")


def state(page: Page, name: str) -> None:
    expect(plate(page)).to_have_attribute("data-state", name)


def picture(page: Page) -> str:
    return page.locator(".picture").evaluate("canvas => canvas.toDataURL()")


def test_the_first_push_starts_both_carts(visit: Visit) -> None:
    page = visit("play-balances")
    before = picture(page)
    page.clock.run_for(3_000)
    state(page, "idle")
    assert picture(page) == before  # nothing moves by itself
    page.get_by_role("button", name="Play against it").click()
    state(page, "ready")
    page.clock.run_for(3_000)
    state(page, "ready")
    page.keyboard.down("ArrowRight")
    state(page, "going")
    page.clock.run_for(3_000)
    assert 0 < score(page, "you") < 40  # pushed one way all the time a pole falls at once
    assert score(page, "agent") > score(page, "you")
    page.keyboard.up("ArrowRight")
    expect(page.locator(".says")).to_contain_text("You: fell after 0.")
    expect(page.locator(".of-best dd")).to_have_text(str(score(page, "you")))


def test_a_good_agent_balances_to_the_end_and_wins(visit: Visit) -> None:
    page = visit("play-balances")
    page.get_by_role("button", name="Play against it").click()
    page.get_by_label("Speed").select_option("real time")
    page.locator(".picture").focus()
    page.keyboard.press("ArrowLeft")
    page.clock.run_for(11_500)
    state(page, "over")
    assert score(page, "agent") == 500
    expect(page.locator(".says")).to_contain_text("The agent wins.")
    expect(page.locator(".spoken")).to_contain_text("Agent: 500 steps.")
    page.locator(".picture").focus()
    page.keyboard.press("Space")
    state(page, "ready")
    page.keyboard.press("Escape")
    state(page, "idle")


def test_alternating_pushes_outlive_an_agent_that_always_goes_left(visit: Visit) -> None:
    """A tap that is let go leaves pushes that cancel out: the pole falls slowly, and this agent fast."""
    page = visit("play-falls")
    page.get_by_role("button", name="Play against it").click()
    page.keyboard.press("ArrowRight")
    page.clock.run_for(20_000)
    state(page, "over")
    assert 8 <= score(page, "agent") <= 11
    assert score(page, "you") > score(page, "agent")
    expect(page.locator(".says")).to_contain_text("You win.")


@pytest.mark.parametrize(("speed", "steps"), [("real time", 50), ("half", 25), ("a quarter", 12)])
def test_a_second_has_fifty_steps_at_real_time(visit: Visit, speed: str, steps: int) -> None:
    page = visit("play-balances")
    page.get_by_label("Speed").select_option(speed)
    page.get_by_role("button", name="Watch it alone").click()
    page.clock.run_for(4_000)
    assert score(page, "agent") == pytest.approx(4 * steps, abs=12)  # words follow five times a second
    expect(page.locator(".says")).to_contain_text(re.compile(r"Q\(left\) = −?[\d.]+, Q\(right\)"))


def test_the_buttons_push_as_long_as_they_are_held(visit: Visit) -> None:
    page = visit("play-balances")
    right = page.get_by_role("button", name="Push right")
    right.scroll_into_view_if_needed()
    box = right.bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    state(page, "ready")  # the press that wakes the game is no push yet
    page.mouse.up()
    page.mouse.down()
    state(page, "going")
    expect(right).to_have_attribute("data-held", "true")
    page.mouse.up()
    expect(right).to_have_attribute("data-held", "false")
    page.clock.run_for(500)
    assert score(page, "you") > 5


def test_keys_count_only_in_the_game_and_are_let_go_when_it_is_left(visit: Visit) -> None:
    page = visit("play-balances")
    page.get_by_label("Elsewhere").focus()
    page.keyboard.press("ArrowRight")
    state(page, "idle")
    page.get_by_role("button", name="Play against it").click()
    page.keyboard.down("d")
    expect(page.get_by_role("button", name="Push right")).to_have_attribute("data-held", "true")
    page.get_by_label("Elsewhere").focus()
    expect(page.get_by_role("button", name="Push right")).to_have_attribute("data-held", "false")
    page.keyboard.up("d")


def test_arrows_do_not_scroll_the_page_while_playing(visit: Visit) -> None:
    page = visit("play-balances", clock=False)
    page.get_by_role("button", name="Play against it").click()
    for key in ("ArrowLeft", "ArrowRight", "Space"):
        page.keyboard.press(key)
    assert page.locator("[data-testid=stMain]").evaluate("e => e.scrollTop") == 0


# --- watching ----------------------------------------------------------------------------------------------------


def test_a_watched_agent_drives_only_while_it_is_trained(visit: Visit) -> None:
    page = visit("watch-falls", clock=False)
    before = picture(page)
    screens(page, 30)
    assert picture(page) == before
    page.get_by_text("Running").click()
    settle(page)
    expect(page.locator(".says")).to_contain_text("Agent: ")
    hold_clock(page)
    runs_until(page, r"fell after \d+ steps")
    runs_until(page, r"Agent: step \d+")  # the next episode
    for name in ("Play against it", "Push left", "Speed"):
        expect(page.get_by_label(name).or_(page.get_by_role("button", name=name)).first).to_be_hidden()


def test_a_new_driver_takes_the_wheel_where_the_old_one_left_it(visit: Visit) -> None:
    page = visit("watch-balances", clock=False)
    page.get_by_text("Running").click()
    expect(page.locator(".says")).to_contain_text(re.compile(r"Agent: step \d{2,}"))
    page.get_by_text("Running").click()  # Python sends the agent once more, at rest
    settle(page)
    expect(page.locator(".says")).to_contain_text(re.compile(r"Agent: step \d{2,}"))


# --- looks -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_cut_and_axe_is_content(visit: Visit, width: int, scheme: str) -> None:
    page = visit("play-balances", clock=False, viewport={"width": width, "height": 900}, color_scheme=scheme)
    for button in plate(page).get_by_role("button").all():
        assert button.evaluate("e => e.scrollWidth <= e.clientWidth + 1")
    assert plate(page).evaluate("e => e.scrollWidth <= e.clientWidth + 1")
    assert axe_finds(page) == []


# --- the page ----------------------------------------------------------------------------------------------------


def test_a_stranger_watches_it_being_learned_and_meets_the_agent(app: Server, page: Page) -> None:
    go(page, app, "deep-q-learning?deep_q_learning.dqn.most=45000")
    bench = page.locator(".st-key-plate-deep_q_learning-dqn")
    bench.get_by_role("button", name="Play", exact=True).click()
    watched = bench.locator('.cart-pole[data-mode="watch"]')
    expect(watched).to_have_attribute("data-agent", re.compile(r"[1-9]"), timeout=TRAINED)  # it drives while it learns
    bench.get_by_role("combobox", name=re.compile("Pace")).click()
    page.get_by_role("option", name="as fast as it goes").click()
    expect(bench.get_by_text("Solved after")).to_be_visible(timeout=TRAINED)
    expect(bench.get_by_text("done after")).to_be_visible()
    game = bench.locator('.cart-pole[data-mode="play"]')
    expect(bench.get_by_text(re.compile(r"network of step (?!0 |1 )\d+ drives"))).to_be_visible()
    hold_clock(page)
    game.get_by_role("button", name="Watch it alone").click()
    game.get_by_label("Speed").select_option("real time")
    page.clock.run_for(3_000)
    assert int(game.get_attribute("data-agent") or 0) > 100  # an untrained agent falls within 40
    assert complaints(page) == []
