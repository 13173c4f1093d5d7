"""Measure the page in a real Chromium, beside a bare Streamlit app in the same run: cold start, page switch, slider.

    python benchmarks/page.py [--times 20]

The peer is what Streamlit itself takes: two pages and a slider, nothing else. Ours and the peer take turns, so a busy
machine slows both; the goals are about the ratio of the medians. Needs requirements-dev.txt and chromium.
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
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
OPTIONS = ["--server.headless", "true", "--server.address", "127.0.0.1", "--browser.gatherUsageStats", "false"]
BARE = """
import streamlit as st

def first():
    st.title("First")
    st.metric("Twice", 2 * st.slider("Value", 0, 100, 50))

def second():
    st.title("Second")
    st.markdown("A page of text.")

st.navigation([st.Page(first), st.Page(second)]).run()
"""

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
async ([path, title]) => {
  const links = [...document.querySelectorAll("[data-testid=stSidebar] a[href]")];
  const start = performance.now();
  const until = async (seen) => {
    while (!seen() && performance.now() - start < 8000) await new Promise(requestAnimationFrame);
    return performance.now() - start;
  };
  links.find((one) => one.pathname === path).click();
  const text = await until(() => document.querySelector("h1")?.innerText.includes(title));
  return [text, await until(() => document.querySelector("[class*=st-key-predict-]"))];
}
"""
BARE_SWITCH = SWITCH.replace("[text, await", "[text, true || await")
METRIC = "document.querySelector('%s [data-testid=stMetricValue]')?.innerText"
DESK = """[...document.querySelectorAll("[class*='plate-%s'] *")]
  .map((one) => one.shadowRoot?.querySelector(".desk")).find(Boolean)"""
DRAG = """
async (seconds) => {
  const desk = %s;
  const canvas = desk.querySelector("canvas.picture");
  const [left, top, width, height] = canvas.dataset.plot.split(" ").map(Number);
  const box = canvas.getBoundingClientRect();
  const send = (kind, x, y) => canvas.dispatchEvent(new PointerEvent(kind, {
    clientX: x, clientY: y, pointerId: 1, pointerType: "mouse", button: 0, buttons: 1, bubbles: true }));
  canvas.setPointerCapture = () => {}; // this pointer is none of the browser's
  const x = box.left + left + 0.08 * width; // where the line's left handle is
  let y = box.top + top;
  for (; y < box.top + top + height; y += 3) {
    send("pointermove", x, y);
    if (canvas.style.cursor === "grab") break;
  }
  let answers = 0;
  const count = new MutationObserver(() => { answers += 1; });
  count.observe(desk, { attributes: true, attributeFilter: ["data-answered"] });
  send("pointerdown", x, y);
  const start = performance.now();
  for (let now = start; now - start < 1000 * seconds; now = await new Promise(requestAnimationFrame)) {
    send("pointermove", x, y + 40 * Math.sin((now - start) / 300) + 1);
  }
  send("pointerup", x, y);
  return answers / seconds;
}
"""


@dataclass(frozen=True)
class App:
    """A server that runs: its address and its process id."""

    url: str
    pid: int


@contextmanager
def server(folder: Path, bare: bool = False) -> Iterator[App]:
    """Start our app in an empty data folder, or the bare one; yield it, then end it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    if bare:
        (folder / "app.py").write_text(BARE, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port), *OPTIONS],
        cwd=folder if bare else ROOT,
        env={**os.environ, "GRIMOIRE_DATA": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield App(f"http://127.0.0.1:{port}", process.pid)
    finally:
        process.terminate()
        process.wait(10)


def until_healthy(app: App) -> None:
    """Return once the server answers."""
    for _ in range(2000):
        try:
            urllib.request.urlopen(f"{app.url}/_stcore/health", timeout=1).close()
            return
        except OSError:
            time.sleep(0.005)
    raise SystemExit("The server did not start.")


def memory_mb(pid: int) -> float:
    """Return the resident memory of a process in megabytes (Linux)."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


def settled(page: Page) -> None:
    """Wait until no script runs."""
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")


def opened(page: Page, url: str) -> None:
    """Open an address and wait until it is drawn; charts and formulas are drawn after the script has ended."""
    page.goto(url)
    page.wait_for_selector("h1")
    settled(page)
    page.wait_for_timeout(1500)


def cold_start(page: Page, bare: bool) -> tuple[float, float]:
    """Start a fresh server: milliseconds to the first text, and megabytes then."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        with server(Path(folder), bare) as app:
            until_healthy(app)
            page.goto(app.url, wait_until="commit")
            page.wait_for_selector("h1")
            spent = 1000 * (time.perf_counter() - start)
            settled(page)
            return spent, memory_mb(app.pid)


def switches(page: Page, bare: Page, times: int) -> tuple[list[float], list[float], list[float]]:
    """Go back and forth between two pages by the sidebar: milliseconds to the title, to the plate, and the peer's."""
    text, plate, peer = [], [], []
    there = [("/clustering", "K-means"), ("/linear-regression", "Linear regression")]
    for i in range(2 * times + 2):
        first, second = page.evaluate(SWITCH, there[i % 2])
        settled(page)
        alone, _ = bare.evaluate(BARE_SWITCH, [("/second", "Second"), ("/", "First")][i % 2])
        settled(bare)
        text.append(first)
        plate.append(second)
        peer.append(alone)
    return text[2:], plate[2:], peer[2:]


def press(page: Page, label: str, key: str) -> float:
    """Press an arrow key on a slider: milliseconds until `window.probe` reads something new."""
    page.get_by_role("slider", name=label).first.focus()
    page.evaluate(WATCH)
    page.keyboard.press(key)
    spent: float = page.evaluate("window.painted")
    settled(page)
    page.wait_for_timeout(100)
    return spent


def sliders(page: Page, label: str, probe: str, bare: Page, times: int) -> tuple[list[float], list[float]]:
    """Press a slider's key again and again, in turns with the bare app's: milliseconds to what it changes."""
    page.evaluate(f"window.probe = () => {probe}")
    bare.evaluate(f"window.probe = () => {METRIC % ''}")
    ours, peer = [], []
    for i in range(times + 3):
        key = "ArrowRight" if i % 4 < 2 else "ArrowLeft"
        ours.append(press(page, label, key))
        peer.append(press(bare, "Value", key))
    return ours[3:], peer[3:]


def near(page: Page, plate: str) -> str:
    """Bring a plate's desk near and wait until it has drawn; return what finds it in the page."""
    desk = page.locator(f".st-key-plate-{plate} .desk")
    desk.scroll_into_view_if_needed()
    page.wait_for_function(f"{DESK % plate}?.dataset.answered")
    return DESK % plate


def report(what: str, ours: list[float], peer: list[float], goal: float) -> None:
    """Print a line: the medians, the 95th percentile of ours, and the ratio beside its goal."""
    p95 = sorted(ours)[min(len(ours) - 1, int(0.95 * len(ours)))]
    ratio = statistics.median(ours) / statistics.median(peer)
    print(
        f"{what:38} {statistics.median(ours):6.0f} ms  p95 {p95:6.0f} ms  bare {statistics.median(peer):6.0f} ms  "
        f"ratio {ratio:5.2f}  goal {goal:.2f}  {'ok' if ratio <= goal else 'MISSED'}",
        flush=True,
    )


def elements(page: Page) -> str:
    """Count what Streamlit draws on the page, and what the browser holds of it."""
    drawn, nodes = page.evaluate("""[
        document.querySelectorAll("[data-testid=stMain] [data-testid=stElementContainer]").length,
        document.querySelectorAll("[data-testid=stApp] *").length]""")
    return f"{drawn} elements in the page, {nodes:,} nodes with the sidebar"


def starts(page: Page, times: int) -> None:
    """Measure cold starts in turns, and the memory after the first page."""
    turns = [(cold_start(page, bare=False), cold_start(page, bare=True)) for _ in range(times)]
    report("cold start to first text", [ours[0] for ours, _ in turns], [bare[0] for _, bare in turns], 1.15)
    memory = [statistics.median(one) for one in zip(*((ours[1], bare[1]) for ours, bare in turns), strict=True)]
    print(f"{'memory after the first page':38} {memory[0]:6.0f} MB  bare {memory[1]:.0f} MB  goal 180", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--times", type=int, default=20)
    times = parser.parse_args().times
    with sync_playwright() as play, tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=ARGS)
        page, peer = (browser.new_page(viewport={"width": 1360, "height": 900}) for _ in range(2))
        starts(page, max(3, times // 4))
        with server(Path(one)) as app, server(Path(two), bare=True) as bare:
            until_healthy(app)
            until_healthy(bare)
            opened(page, f"{app.url}/linear-regression")
            opened(peer, bare.url)
            print(elements(page))
            text, plate, alone = switches(page, peer, times)
            report("page switch to text", text, alone, 2.5)
            report("page switch to first plate", plate, alone, 3.0)
            opened(page, f"{app.url}/linear-regression?linear_regression.sse.slope=0.5")
            sse = near(page, "linear_regression-sse")
            moved = sliders(page, "Slope", f"{sse}.querySelector('.metrics dd').textContent", peer, times)
            report("slider to board and metrics (sse)", *moved, 0.7)
            updates = page.evaluate(DRAG % sse, 3)
            print(f"{'drag of a line (sse)':38} {updates:6.0f} updates a second  goal 30")
            opened(page, f"{app.url}/clustering?clustering.choose_k.k=4")
            answered = f"{near(page, 'clustering-choose-k')}.dataset.answered"
            report("slider to three pictures (choose_k)", *sliders(page, "Look into k", answered, peer, times), 0.7)
        browser.close()


if __name__ == "__main__":
    main()
