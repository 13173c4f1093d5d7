"""Measure live runs in a real Chromium: pictures a second, and steps a second beside the bare loop in the same minute.

    python benchmarks/live.py [--seconds 5] [--only dqn]

The bare loop is `for snapshot in experiment.run(settings)` in a process of its own, before and after the page. Goals
are those of the design: ten pictures a second, and at least 0.85 of the bare loop's steps. Needs chromium.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parent))

from page import ARGS, ROOT, server, settled, until_healthy

# Settings that go on for longer than it is measured.
Values = dict[str, int | bool]
RUNS: dict[tuple[str, str], Values] = {
    ("network_structure", "playground"): {"epochs": 5000},
    ("cnn_pipeline", "digits"): {"epochs": 60},
    ("deep_q_learning", "dqn"): {"stop": False},
    ("transformers", "tiny"): {"steps": 2000},
}
BARE = """
import itertools, sys, time
from engine.experiment import experiments_of
topic, name, seconds, settings = sys.argv[1], sys.argv[2], float(sys.argv[3]), eval(sys.argv[4])
experiment = experiments_of(topic)[name]
run = experiment.run(experiment.settings(**settings))
for snapshot in itertools.islice(run, 20):
    pass
first, start = snapshot.step, time.perf_counter()
for snapshot in run:
    if time.perf_counter() - start > seconds:
        break
print((snapshot.step - first) / (time.perf_counter() - start))
"""
# Every picture says its step in the line under the buttons: count the lines, and read the first and the last.
COUNT = """
async ([name, seconds]) => {
  const plate = document.querySelector(`[class*=st-key-plate-${name}]`);
  const read = () => Number((plate.innerText.match(/running at \\w+ ([\\d,]+)/) ?? [])[1]?.replaceAll(",", "") ?? NaN);
  const seen = [];
  const start = performance.now();
  while (performance.now() - start < 1000 * seconds) {
    await new Promise(requestAnimationFrame);
    const step = read();
    if (!Number.isNaN(step) && step !== seen.at(-1)?.[1]) seen.push([performance.now(), step]);
  }
  if (seen.length < 2) return [0, 0];
  const lasted = (seen.at(-1)[0] - seen[0][0]) / 1000;
  return [(seen.length - 1) / lasted, (seen.at(-1)[1] - seen[0][1]) / lasted];
}
"""


def bare(topic: str, name: str, settings: Values, seconds: float) -> float:
    """Return the steps a second of the loop that nobody watches."""
    command = [sys.executable, "-c", BARE, topic, name, str(seconds), repr(settings)]
    return float(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)


def watched(page: Page, address: str, topic: str, name: str, settings: Values, seconds: float) -> list[float]:
    """Return pictures and steps a second of the run on its page, as fast as it goes."""
    query = urlencode({f"{topic}.{name}.{key}": str(value).lower() for key, value in settings.items()})
    page.goto(f"{address}/{topic.replace('_', '-')}?{query}")
    plate = page.locator(f"[class*=st-key-plate-{topic}-{name}]")
    plate.get_by_role("button", name="Play", exact=True).wait_for()
    settled(page)
    pace = plate.get_by_role("combobox").first
    pace.scroll_into_view_if_needed()
    page.wait_for_timeout(2000)  # a list that is opened while the page still moves closes again
    pace.click()
    page.get_by_role("option", name="as fast as it goes").click()
    settled(page)
    plate.get_by_role("button", name="Play", exact=True).click()
    plate.get_by_text("running at").wait_for(timeout=30_000)
    plate.scroll_into_view_if_needed()
    page.wait_for_timeout(1000)
    measured: list[float] = page.evaluate(COUNT, [f"{topic}-{name}", seconds])
    return measured


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    with sync_playwright() as play, tempfile.TemporaryDirectory() as folder, server(Path(folder)) as app:
        until_healthy(app)
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=ARGS)
        page = browser.new_page(viewport={"width": 1360, "height": 900})
        for (topic, name), settings in RUNS.items():
            if asked.only not in name:
                continue
            alone = [bare(topic, name, settings, asked.seconds)]
            pictures, steps = watched(page, app.url, topic, name, settings, asked.seconds)
            page.goto("about:blank")
            alone.append(bare(topic, name, settings, asked.seconds))
            loop = statistics.mean(alone)
            met = "ok" if pictures >= 9.5 and steps >= 0.85 * loop else "MISSED"
            print(
                f"{name:12} {pictures:5.1f} pictures/s (goal 10)  {steps:9,.0f} steps/s, bare loop {loop:9,.0f}: "
                f"{steps / loop:.2f} (goal 0.85)  {met}"
            )
        browser.close()


if __name__ == "__main__":
    main()
