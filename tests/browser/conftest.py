"""The fixtures of browser tests: one Chromium, one app and one harness a worker. What they are made of: browsing.py.

Without Chromium the tests skip with a reason, or fail where GRIMOIRE_REQUIRE_BROWSER=1 says that they must run.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browsing import PATIENCE, Chromium, OpenPage, Serve, Server

collect_ignore = ["harness"]  # scripts that a server runs
expect.set_options(timeout=PATIENCE)  # a machine that runs other tests beside this one is slow, not wrong


@pytest.fixture(scope="session")
def chromium(request: pytest.FixtureRequest) -> Iterator[Chromium]:
    """The worker's Chromium, not started yet; it closes itself where a test without a browser follows."""
    path = shutil.which("chromium")
    if path is None:
        reason = "No program called chromium is on the PATH (apt install chromium)."
        if os.environ.get("GRIMOIRE_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    chromium = Chromium(path)
    request.config.pluginmanager.register(chromium)
    yield chromium
    request.config.pluginmanager.unregister(chromium)
    chromium.close()


@pytest.fixture(scope="session")
def serve(chromium: Chromium, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Start servers with `serve(script, data)` that last as long as the worker; nothing starts without Chromium."""
    running: list[Server] = []

    def start(script: str = "app.py", data: Path | None = None) -> Server:
        running.append(Server(script, data or tmp_path_factory.mktemp("grimoire")))
        return running[-1]

    yield start
    for server in running:
        server.stop()


@pytest.fixture
def fresh_app(chromium: Chromium, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Start apps that nobody has used, for a test that needs one of its own; they end with the test."""
    running: list[Server] = []

    def start() -> Server:
        running.append(Server("app.py", tmp_path_factory.mktemp("grimoire")))
        return running[-1]

    yield start
    for server in running:
        server.stop()


@pytest.fixture(scope="session")
def worker_app(serve: Serve) -> Server:
    """The worker's app."""
    return serve("app.py")


@pytest.fixture
def app(worker_app: Server) -> Server:
    """The worker's app, where a new learner sits down for this test."""
    return worker_app.for_somebody_new()


@pytest.fixture(scope="session")
def harness(serve: Serve) -> Server:
    """The worker's server for single widgets, each at `?harness=NAME`, a script of the folder harness."""
    return serve("tests/browser/harness/router.py")


@pytest.fixture
def open_page(chromium: Chromium) -> Iterator[OpenPage]:
    """Open pages with `open_page(**context_options)`; each keeps its errors in `.errors`."""
    pages: list[Page] = []

    def start(**options: object) -> Page:
        pages.append(chromium.tab(**options))
        return pages[-1]

    yield start
    for page in pages:
        chromium.put_away(page)


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A page at 1280 x 900 whose console errors and uncaught errors gather in `page.errors`."""
    return open_page()
