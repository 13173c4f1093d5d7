"""What learners copied from earlier versions, links and scripts, gives what it gave."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from engine.content.curriculum import curriculum
from engine.ends import Refused
from engine.experiment import Run, experiments_of
from engine.settings import Name, Settings
from pages.widgets.plate import plate
from pages.widgets.shell.pages import page_of

PAGES = {entry.slug: page_of(entry) for part in curriculum() for entry in part.topics}
VERSIONS = sorted((Path(__file__).parent / "data").glob("version_*.json"))
COPIED = [
    pytest.param(one, id=f"{file.stem}-{one['topic']}.{one['experiment']}")
    for file in VERSIONS
    for one in json.loads(file.read_text("utf-8"))
]
LIVE_STEPS = 4


def run_script(copied: dict[str, Any]) -> dict[str, Any]:
    """Run a copied script to its end, a live training for a few steps, and return its names."""
    script = copied["script"].replace("print(", "str(")
    if experiments_of(copied["topic"])[copied["experiment"]].live is not None:
        script = script.replace(".perform(settings)", f".perform(settings, {LIVE_STEPS})")
    there: dict[str, Any] = {}
    exec(compile(script, "copied.py", "exec"), there)
    return there


@pytest.mark.parametrize("copied", COPIED)
def test_an_old_script_runs_and_its_link_opens_the_same_settings(
    app: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch, copied: dict[str, Any]
) -> None:
    topic, name, link = copied["topic"], copied["experiment"], copied["link"]
    there = run_script(copied)
    run, meant = there["run"], there["settings"]
    assert isinstance(run, Run)
    assert run.snapshots or isinstance(run.end, Refused)

    opened: dict[str, Settings] = {}
    monkeypatch.setattr(plate, "menu", lambda _topic, one, settings, **_: opened.update({one.id: settings}))
    at = app(PAGES[topic], **link)
    assert not at.exception
    columns = {
        field for field, kind in meant.declared().items() if isinstance(kind, Name) and not getattr(meant, field)
    }
    assert replace(opened[name], **dict.fromkeys(columns, "")) == meant  # "" is the first column


def test_every_experiment_that_was_released_is_still_there() -> None:
    assert len(COPIED) >= 36
