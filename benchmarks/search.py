"""Time to build the index, to answer a query, and from a key to the hits on the screen, beside the goals.

    python -m benchmarks.search [--times 20]

The peer for a query is SQLite's full-text search (FTS5) over the same words, in memory, with every word a prefix; it
forgives no misspelling. The peer in the browser is a bare request to the same server (its health page) and one frame.
Needs requirements-dev.txt and chromium.
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.page import ARGS, server, settled, until_healthy
from engine.search import Index, things
from engine.search_words import words

QUERIES = {
    "a word begun": ("rein", "conv", "transf", "bell"),
    "one letter": ("s", "a", "p", "c"),
    "several words": ("policy gradient variance", "worked example clustering", "what is a transformer"),
    "misspelt": ("attenton", "backpropogation", "nueral network", "convolusion"),
    "the dearest": ("s p c a r t", "zzzzzzzz yyyyyyyy xxxxxxxx wwwwwwww vvvvvvvv uuuuuuuu", "reinforcmeent " * 30),
}
BUILD, QUERY, SHOWN = 500, 10, 50  # goals, ms
PAINTED = """
async (letter) => {
  const field = document.querySelector(".st-key-search input") ?? [...document.querySelectorAll(".st-key-search *")]
    .map((one) => one.shadowRoot?.querySelector("input")).find(Boolean);
  const list = field.getRootNode().querySelector("ul");
  const before = list.innerText;
  field.value += letter;
  const start = performance.now();
  field.dispatchEvent(new Event("input"));
  while (list.innerText === before && performance.now() - start < 5000) await new Promise(requestAnimationFrame);
  return performance.now() - start;
}
"""
BARE = """
async () => {
  const start = performance.now();
  await (await fetch("_stcore/health")).text();
  await new Promise(requestAnimationFrame);
  return performance.now() - start;
}
"""


def spent(ask: Callable[[str], object], queries: tuple[str, ...], times: int) -> list[float]:
    """Return milliseconds for each query, the median of `times`."""
    medians = []
    for query in queries:
        taken = []
        for _ in range(times):
            start = time.perf_counter()
            ask(query)
            taken.append(1000 * (time.perf_counter() - start))
        medians.append(statistics.median(taken))
    return medians


def full_text() -> Callable[[str], object]:
    """Return the peer: the same things in SQLite's full-text index."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE thing USING fts5(name, said, around)")
    rows = [(" ".join(one.names), one.said, one.around) for one in things()]
    database.executemany("INSERT INTO thing VALUES (?, ?, ?)", rows)
    statement = "SELECT rowid FROM thing WHERE thing MATCH ? ORDER BY bm25(thing, 9, 3, 1) LIMIT 12"

    def ask(query: str) -> object:
        return database.execute(statement, (" ".join(f"{word}*" for word in words(query)),)).fetchall()

    return ask


def on_the_screen(times: int) -> tuple[list[float], list[float]]:
    """Return milliseconds from a letter to the hits on a lesson's page in Chromium, and for bare requests between."""
    taken, bare = [], []
    with sync_playwright() as play, tempfile.TemporaryDirectory() as folder, server(Path(folder)) as (address, _):
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=ARGS)
        page: Page = browser.new_page(viewport={"width": 1366, "height": 768})
        until_healthy(address)
        page.goto(f"{address}/linear-regression")
        page.wait_for_selector("h1")
        settled(page)
        box = page.get_by_role("combobox", name="Search")
        for number in range(times):
            box.fill("")
            for letter in ("transformer", "gradient", "policy", "pooling")[number % 4][:4]:
                taken.append(page.evaluate(PAINTED, letter))
                bare.append(page.evaluate(BARE))
        browser.close()
    return taken, bare


def report(what: str, taken: list[float], goal: float, peer: list[float] | None = None) -> None:
    """Print a line: median and worst beside the goal, and those of the peer where there is one."""
    said, met = f"median {statistics.median(taken):6.2f}  worst {max(taken):7.2f}", max(taken) <= goal
    beside = f"  peer: median {statistics.median(peer):6.2f}  worst {max(peer):7.2f}" if peer else ""
    print(f"{what:26} {said}  goal {goal:4.0f} ms  {'ok' if met else 'MISSED'}{beside}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--times", type=int, default=20)
    times = parser.parse_args().times
    known = list(things())  # what is read once for the whole app
    report(f"index of {len(known)} things", spent(lambda _: Index(known), ("",), 5), BUILD)
    index, peer = Index(known), full_text()
    for what, queries in QUERIES.items():
        report(what, spent(index.search, queries, times), QUERY, spent(peer, queries, times))
    shown, bare = on_the_screen(times)
    report("key to hits on the screen", shown, SHOWN, bare)


if __name__ == "__main__":
    main()
