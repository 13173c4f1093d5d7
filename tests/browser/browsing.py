"""A Streamlit server of our own and a page that keeps its errors, for the fixtures and the tests of this folder."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page

from engine.experiment import OwnImage, OwnTable, OwnText, Rows, experiments_of

ROOT = Path(__file__).parents[2]
# Streamlit asks below the page's own path first when a copied link is opened, and finds its server by the refusal.
STREAMLITS_OWN = re.compile(r"status of 404 \(Not Found\)")
PATIENCE = 60.0  # seconds until a server that does not answer is given up


class Server:
    """A running `streamlit run`.

    Attributes:
        url: its address, without a slash at the end.
        data: the GRIMOIRE_DATA folder it uses.
    """

    def __init__(self, script: str | Path, env: dict[str, str], data: Path) -> None:
        self.data = data
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
                env={**os.environ, "PYTHONPATH": str(ROOT), "GRIMOIRE_DATA": str(data), **env},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._wait()

    @property
    def log(self) -> str:
        return self._log.read_text("utf-8", "replace")

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
        give_up = time.monotonic() + PATIENCE
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


def settle(page: Page) -> None:
    """Wait until Streamlit has drawn the page and no script runs."""
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")


def no_errors(page: Page) -> None:
    """Check that neither the browser nor Streamlit nor KaTeX complained."""
    errors = [error for error in page.errors if not STREAMLITS_OWN.search(error)]  # type: ignore[attr-defined]
    assert errors == []
    assert page.locator(".katex-error").count() == 0
    assert page.locator("[data-testid=stException]").count() == 0


def go(page: Page, app: Server, path: str) -> None:
    """Open a page of the app and wait until it is drawn."""
    page.goto(f"{app.url}/{path}")
    page.wait_for_selector("h1")
    settle(page)
    page.wait_for_function(  # the stylesheet comes with the page's own elements
        "getComputedStyle(document.querySelector('[data-testid=stApp]')).getPropertyValue('--grimoire-plate')"
    )
    if page.locator(".st-key-contents").count():
        page.wait_for_selector(".st-key-contents li", state="attached")


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
