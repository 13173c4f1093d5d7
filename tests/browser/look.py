"""`python -m tests.browser.look <slug>`: a topic's page in three widths and both themes, experiments closed and open.

The screenshots lie in a folder of their own under the system's temporary one; its name is printed. Look at them."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from engine.content import curriculum
from tests.browser.browsing import Chromium, Server, complaints, go, opened, screens, settle

SIZES = ((390, 844), (1366, 768), (1920, 1080))
TALLEST = 16_000  # px that Chromium still paints into one picture
HEIGHT = "document.querySelector('[data-testid=stMain]').scrollHeight"


def main(argv: list[str] | None = None) -> int:
    """Take the screenshots, and return 1 where the browser complained."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.look", description="Take a topic's screenshots.")
    topics = {entry.slug: entry for part in curriculum() for entry in part.topics}
    parser.add_argument("topic", choices=sorted(topics), metavar="topic", help="for example clustering")
    entry = topics[parser.parse_args(argv).topic]
    path = shutil.which("chromium")
    if path is None:
        parser.error("no program called chromium is on the PATH (apt install chromium)")
    paths = {"closed": entry.url} | ({"open": f"{entry.url}?{opened(entry.slug)}"} if entry.written else {})
    folder = Path(tempfile.mkdtemp(prefix=f"look-{entry.slug}-"))
    print(folder, flush=True)
    with tempfile.TemporaryDirectory() as data:
        app, chromium = Server("app.py", Path(data)), Chromium(path)
        try:
            errors = [error for name in paths for error in shoot(chromium.tab(), app, paths[name], folder, name)]
        finally:
            chromium.close()
            app.stop()
    print(*errors, sep="\n", end="")
    return 1 if errors else 0


def shoot(page: Page, app: Server, path: str, folder: Path, name: str) -> list[str]:
    """Load a page once, photograph it as it is first seen and at its whole length, and return the browser's errors."""
    go(page, app, path)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        for width, height in SIZES:
            for whole in (False, True):
                tall = min(max(height, page.evaluate(HEIGHT)), TALLEST) if whole else height
                page.set_viewport_size({"width": width, "height": tall})
                settle(page)
                screens(page, 20)
                length = "whole" if whole else "first"
                page.screenshot(path=folder / f"{name}-{theme}-{width}-{length}.png")
    return complaints(page)


if __name__ == "__main__":
    sys.exit(main())
