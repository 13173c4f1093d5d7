"""Measure the page in a real Chromium: cold start, page switch, slider to chart. Prints each beside its goal.

    python benchmarks/page.py [--times 20]

Goals are those of the design (this class of machine, key press to paint). Needs requirements-dev.txt and chromium.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
ARGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

# From the next key on, look at every frame until window.probe says something new; window.painted is the time it took.
WATCH = """
() => {
  const before = window.probe();
  window.painted = new Promise((done) => {
    addEventListener("keydown", async () => {
      const start = performance.now();
      while (window.probe() === before && performance.now() - start < 5000) await new Promise(requestAnimationFrame);
      done(performance.now() - start);
    }, { once: true, capture: true });
  });
}
"""
SWITCH = """
async (title) => {
  const links = [...document.querySelectorAll("[data-testid=stSidebarNavLink]")];
  const start = performance.now();
  const until = async (seen) => {
    while (!seen() && performance.now() - start < 8000) await new Promise(requestAnimationFrame);
    return performance.now() - start;
  };
  links.find((one) => one.innerText.includes(title)).click();
  const text = await until(() => document.querySelector("h1")?.innerText.includes(title));
  return [text, await until(() => document.querySelector("[class*=st-key-predict-]"))];
}
"""


@contextmanager
def server(folder: Path) -> Iterator[tuple[str, int]]:
    """Start the app in an empty data folder; yield its address and process id, then end it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port), "--server.headless", "true"],
        cwd=ROOT,
        env={**os.environ, "GRIMOIRE_DATA": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        process.wait(10)


def until_healthy(address: str) -> None:
    """Return once the server answers."""
    for _ in range(2000):
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=1).close()
            return
        except OSError:
            time.sleep(0.005)
    raise SystemExit("The server did not start.")


def memory_mb(pid: int) -> float:
    """Return the resident memory of a process in megabytes (Linux)."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


def settled(page: Page) -> None:
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")


def cold_start(page: Page, times: int) -> tuple[list[float], list[float]]:
    """Start a fresh server again and again: milliseconds to the first text, and megabytes then."""
    spent, memory = [], []
    for _ in range(times):
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            with server(Path(folder)) as (address, pid):
                until_healthy(address)
                page.goto(address, wait_until="commit")
                page.wait_for_selector("h1")
                spent.append(1000 * (time.perf_counter() - start))
                settled(page)
                memory.append(memory_mb(pid))
    return spent, memory


def switches(page: Page, address: str, times: int) -> tuple[list[float], list[float]]:
    """Go back and forth between the two topics by the sidebar: milliseconds to the title, and to the first plate."""
    text, plate = [], []
    page.goto(f"{address}/linear-regression")
    page.wait_for_selector("h1")
    settled(page)
    for i in range(2 * times):
        first, second = page.evaluate(SWITCH, ["K-means", "Linear regression"][i % 2])
        settled(page)
        text.append(first)
        plate.append(second)
    return text[2:], plate[2:]


def slider(page: Page, url: str, label: str, probe: str, times: int) -> list[float]:
    """Press an arrow key on a slider again and again: milliseconds until `probe` reads something new."""
    page.goto(url)
    handle = page.get_by_role("slider", name=label).first
    handle.wait_for(state="attached")
    settled(page)
    page.wait_for_timeout(1500)  # charts and formulas are drawn after the script has ended
    page.evaluate(f"window.probe = () => {probe}")
    spent = []
    for i in range(times + 3):
        handle.focus()
        page.evaluate(WATCH)
        page.keyboard.press("ArrowRight" if i % 4 < 2 else "ArrowLeft")
        spent.append(page.evaluate("window.painted"))
        settled(page)
        page.wait_for_timeout(100)
    return spent[3:]


def report(what: str, spent: list[float], goal: float, unit: str = "ms") -> None:
    """Print a line: median and 95th percentile beside the goal."""
    median = statistics.median(spent)
    p95 = sorted(spent)[min(len(spent) - 1, int(0.95 * len(spent)))]
    met = "ok" if median <= goal else "MISSED"
    print(f"{what:40} median {median:7.0f} {unit}  p95 {p95:7.0f} {unit}  goal {goal:5.0f}  {met}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--times", type=int, default=20)
    times = parser.parse_args().times
    metric = "document.querySelector('[class*=plate-linear_regression-sse] [data-testid=stMetricValue]')?.innerText"
    vega = "[...document.querySelectorAll('[class*=plate-clustering-choose] canvas')].at(-1)?.toDataURL()"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=ARGS)
        page = browser.new_page(viewport={"width": 1360, "height": 900})
        starts, memory = cold_start(page, max(3, times // 4))
        report("cold start to first text", starts, 2000)
        report("memory after the first page", memory, 180, "MB")
        with tempfile.TemporaryDirectory() as folder, server(Path(folder)) as (address, _):
            until_healthy(address)
            text, chart = switches(page, address, times)
            report("page switch to text", text, 170)
            report("page switch to first plate", chart, 220)
            moved = slider(page, f"{address}/linear-regression?linear_regression.sse.slope=0.5", "Slope", metric, times)
            report("slider to canvas and metrics (sse)", moved, 60)
            drawn = slider(page, f"{address}/clustering?clustering.choose_k.k=4", "Look into k", vega, times)
            report("slider to Altair (choose_k, 3 charts)", drawn, 130)
        browser.close()


if __name__ == "__main__":
    main()
