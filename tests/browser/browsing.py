"""What browser tests are made of: a Chromium, a Streamlit server, a page that keeps its errors, and axe."""

from __future__ import annotations

import contextlib
import copy
import itertools
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from engine.experiment import experiments_of
from engine.quiz.store.rows import Learner
from engine.quiz.store.store import Store
from engine.settings import OwnImage, OwnTable, OwnText, Rows

ROOT = Path(__file__).parents[2]
# Streamlit asks below the page's own path first when a copied link is opened, and finds its server by the refusal.
STREAMLITS_OWN = re.compile(r"status of 404 \(Not Found\)")
# empty-table-header: Streamlit's data frames (STREAMLIT.md);
# presentation-role-conflict: its file uploader
STREAMLITS_RULES = {"empty-table-header", "presentation-role-conflict"}
AHEAD = 600  # seconds
PATIENCE = 90_000  # ms until what does not come is given up

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


LOOKS = {
    "viewport": {"width": 1280, "height": 900},
    "color_scheme": "light",
    "reduced_motion": "no-preference",
}  # of a page, where a test says nothing else


FORGET = """() => {
  const forget = () => { localStorage.clear(); sessionStorage.clear(); };
  addEventListener("pagehide", forget);
  document.addEventListener("visibilitychange", forget); // comes after pagehide
}"""


class Chromium:
    """The one Chromium of a worker, and a plugin of pytest, so that it hears which test comes next.

    Playwright keeps an event loop in the main thread as long as it is there, and AppTest needs one of its own: where a
    test without a browser follows, Chromium is closed, and started again for the next one that asks.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._idle: list[Page] = []

    def browser(self) -> Browser:
        """Return the running Chromium."""
        if self._browser is None:
            self._playwright = sync_playwright().start()
            self._browser = self._playwright.chromium.launch(executable_path=self._path, args=ARGUMENTS)
        return self._browser

    def tab(self, **options: Any) -> Page:
        """Open a page; its errors gather in `page.errors`.

        A tab that has loaded Streamlit once loads it again in a third of the time, so one that was put away is taken
        where there is one, and it forgets what a page can know of an earlier one. Options other than those of LOOKS
        need a context of their own.
        """
        if options.keys() <= LOOKS.keys():
            page = self._idle.pop() if self._idle else self._new()
            look = {**LOOKS, **options}
            page.set_viewport_size(look.pop("viewport"))
            page.emulate_media(**look)
        else:
            page = self._new(**{"viewport": LOOKS["viewport"], **options})
            spend(page)
        page.errors.clear()  # type: ignore[attr-defined]
        return page

    def _new(self, **options: Any) -> Page:
        page = self.browser().new_context(**options).new_page()
        page.set_default_timeout(PATIENCE)
        collect_errors(page)
        return page

    def put_away(self, page: Page) -> None:
        """Take back a tab, blank and without memory, or close it if a test has done with it what cannot be undone."""
        if getattr(page, "spent", False) or page.is_closed():
            page.context.close()
            return
        for other in page.context.pages:
            if other is not page:
                other.close()
        if page.url.startswith("http"):  # at the very end: a page that is left writes down where its reader was
            page.evaluate(FORGET)
        page.goto("about:blank")
        page.context.clear_cookies()
        self._idle.append(page)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        if item.get_closest_marker("browser") is None:
            self.close()

    def close(self) -> None:
        """Close Chromium if it runs."""
        if self._browser is not None and self._playwright is not None:
            self._browser.close()
            self._playwright.stop()
        self._browser = self._playwright = None
        self._idle.clear()


class Server:
    """A running `streamlit run`.

    Attributes:
        url: its address, without a slash at the end.
        data: the GRIMOIRE_DATA folder it uses.
        learner: who sits there, where that is not whoever answered last.
    """

    _guests = itertools.count(1)

    def __init__(self, script: str, data: Path) -> None:
        self.data = data
        self.learner: Learner | None = None
        self._log = data / "server.log"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        arguments = ["--server.port", str(port), "--server.headless", "true", "--server.fileWatcherType", "none"]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", str(ROOT / script), *arguments],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT), "GRIMOIRE_DATA": str(data)},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._wait()

    @property
    def log(self) -> str:
        return self._log.read_text("utf-8", "replace")

    @property
    def store(self) -> Store:
        """Open the server's database a second time; close it after use."""
        return Store.open(self.data / "grimoire.db")

    def for_somebody_new(self) -> Server:
        """Return this server with a learner who was never there: tests that share it do not meet."""
        guest = copy.copy(self)
        with self.store as store:
            guest.learner = store.add_learner(f"Guest-{next(self._guests)}")
        return guest

    def at(self, path: str) -> str:
        """Return the address of a page, for the learner who sits there."""
        if self.learner is None:
            return f"{self.url}/{path}"
        return f"{self.url}/{path}{'&' if '?' in path else '?'}learner={self.learner.name}"

    def stop(self) -> None:
        """End the process, and wait until it has ended."""
        self._process.terminate()
        try:
            self._process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _wait(self) -> None:
        """Ask for the health page until it answers or the process has ended."""
        give_up = time.monotonic() + PATIENCE / 1000
        while time.monotonic() < give_up and self._process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5) as answer:
                    if answer.status == 200:
                        return
            except OSError:  # nobody listens on the port yet
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(timeout=0.05)
        self.stop()
        pytest.fail(f"The server of {self.url} did not come up:\n{self.log}")


def collect_errors(page: Page) -> None:
    """Keep console errors and uncaught errors of a page in a list called `errors` on it."""
    errors: list[str] = []
    page.errors = errors  # type: ignore[attr-defined]
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))


def spend(page: Page) -> None:
    """Mark a page with which something is done that cannot be undone: no other test gets its tab."""
    page.spent = True  # type: ignore[attr-defined]


def settle(page: Page) -> None:
    """Wait until Streamlit has drawn the page and no script runs."""
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")


def complaints(page: Page) -> list[str]:
    """Return what went wrong in a page, without the two 404s that are Streamlit's own way to find its server."""
    return [error for error in page.errors if not STREAMLITS_OWN.search(error)]  # type: ignore[attr-defined]


def no_errors(page: Page) -> None:
    """Check that neither the browser nor Streamlit nor KaTeX complained."""
    assert complaints(page) == []
    assert page.locator(".katex-error").count() == 0
    assert page.locator("[data-testid=stException]").count() == 0


def go(page: Page, app: Server, path: str) -> None:
    """Open a page of the app and wait until it is drawn."""
    page.goto(app.at(path))
    page.wait_for_selector("h1")
    settle(page)
    page.wait_for_function(  # the stylesheet comes with the page's own elements
        "getComputedStyle(document.querySelector('[data-testid=stApp]')).getPropertyValue('--grimoire-plate')"
    )
    if page.locator(".st-key-contents").count():
        page.wait_for_selector(".st-key-contents li", state="attached")
    labelled(page)


NEAR = """([slug, number]) => { // again and again: a page that was loaded goes back to where it was
  const all = [...document.querySelectorAll(`[class*='st-key-plate-${slug}-'] *`)];
  const desks = all.flatMap((one) => one.shadowRoot?.querySelector(".desk") ?? []);
  desks[number]?.scrollIntoView({ block: "center" });
  return desks[number]?.dataset.answered;
}"""


def come_near(page: Page, slug: str, desks: int | None = None) -> None:
    """Go to each desk of a page, or to the first so many: one that is far from the screen asks nothing yet."""
    for number in range(desks or sum(one.live is None for one in experiments_of(slug).values())):
        page.wait_for_function(NEAR, arg=[slug, number])


def labelled(page: Page) -> None:
    """Wait until every button says what it does: a label is drawn once Streamlit's Markdown has been loaded."""
    page.wait_for_function(
        "[...document.querySelectorAll('[data-testid=stBaseButton-tertiary]')].every((one) => one.textContent.trim())"
    )


def screens(page: Page, number: int) -> None:
    """Let the browser draw some frames of the screen."""
    wait = "n => new Promise(done => { const go = () => n-- ? requestAnimationFrame(go) : done(); go(); })"
    page.evaluate(wait, number)


def hold_clock(page: Page) -> None:
    """Stop the page's clock: from here on timers and frames of the screen come when `page.clock.run_for` says so."""
    spend(page)
    page.clock.install(time=0)
    page.clock.pause_at(AHEAD)  # a clock that is installed goes on by itself until it is told to stop


def axe_finds(page: Page, *rules: str) -> list[tuple[str, list[str]]]:
    """Return what axe finds that is ours: each rule with its first three elements.

    Args:
        page: the page as it stands.
        rules: the rules to ask; without any, all that axe asks by itself.
    """
    labelled(page)
    options: dict[str, object] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": rules}
    found = Axe().run(page, options=options).response["violations"]
    return [
        (one["id"], [node["html"][:200] for node in one["nodes"][:3]])
        for one in found
        if one["id"] not in STREAMLITS_RULES
    ]


def opened(slug: str) -> str:
    """Return the query that opens every experiment of a topic, as a copied link does."""
    said = {}
    for name, one in experiments_of(slug).items():
        fields = one.settings.declared()
        field = next(field for field in fields if not isinstance(fields[field], (Rows, OwnTable, OwnText, OwnImage)))
        said[f"{slug}.{name}.{field}"] = one.settings.defaults()[field]
    return urlencode(said)


Serve = Callable[..., Server]
OpenPage = Callable[..., Page]
