"""The fixtures of browser tests: a real Chromium, servers, pages. What they are made of is in browsing.py.

Without Chromium the tests skip with a reason, or fail where GRIMOIRE_REQUIRE_BROWSER=1 says that they must run.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.browsing import OpenPage, Serve, Server, collect_errors, settle

__all__ = ["OpenPage", "Serve", "Server", "collect_errors", "settle"]  # also importable as tests.browser.conftest

expect.set_options(timeout=30_000)  # a machine that runs other tests beside this one is slow, not wrong

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One headless Chromium for a module: its event loop ends with it, and AppTest needs one of its own."""
    path = shutil.which("chromium")
    if path is None:
        reason = "No program called chromium is on the PATH (apt install chromium)."
        if os.environ.get("GRIMOIRE_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Start servers with `serve(script, env=None, data=None)`; all of them end with the module."""
    running: list[Server] = []

    def start(script: str | Path = "app.py", env: dict[str, str] | None = None, data: Path | None = None) -> Server:
        running.append(Server(script, env or {}, data or tmp_path_factory.mktemp("grimoire")))
        return running[-1]

    yield start
    for server in running:
        server.stop()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[OpenPage]:
    """Open pages with `open_page(**context_options)`; each keeps its errors in `.errors`."""
    contexts = []

    def start(**options: object) -> Page:
        contexts.append(chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **options}))
        page = contexts[-1].new_page()
        page.set_default_timeout(40_000)
        collect_errors(page)
        return page

    yield start
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A page at 1280 x 900 whose console errors and uncaught errors gather in `page.errors`."""
    return open_page()
