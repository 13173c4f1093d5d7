"""The sidebar: places, parts with their topics, marks of what was done."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from engine.content.curriculum import curriculum
from engine.content.read import load_topic
from engine.errors import ContentError
from engine.quiz.store.store import Store
from pages.widgets.shell import standing
from pages.widgets.shell import store as page_store
from pages.widgets.shell.sidebar import MARKS

App = Callable[..., AppTest]
PLACES = [("", "Today"), ("review", "Review"), ("exam", "Exam"), ("progress", "Progress"), ("your-data", "Your data")]
LEARNING = curriculum()[0]  # machine learning


def sidebar(at: AppTest) -> dict[str, Any]:
    """Return what the page hands to the sidebar."""
    assert not at.exception
    (found,) = [one.proto for one in at.sidebar.get("bidi_component") if one.proto.component_name == "grimoire.sidebar"]
    data: dict[str, Any] = json.loads(found.json)
    return data


def marks(at: AppTest) -> dict[str, str]:
    """Return how the topics of machine learning stand, by short title."""
    by_icon = {icon: state for state, icon in MARKS.items()}
    return {link["title"]: by_icon[link["icon"]] for link in sidebar(at)["parts"][0]["links"][1:]}


@pytest.mark.parametrize(
    ("page", "url"),
    [
        (None, ""),
        ("places/your_data/page.py", "your-data"),
        ("machine_learning/part.py", "machine-learning"),
        ("machine_learning/ridge_lasso/page.py", "ridge-lasso"),
    ],
)
def test_it_knows_where_one_is_and_links_to_every_page(app: App, page: str | None, url: str) -> None:
    found = sidebar(app(page))
    assert found["here"] == url
    assert [(one["url"], one["title"]) for one in found["places"]] == PLACES
    for part, fold in zip(curriculum(), found["parts"], strict=True):
        wanted = [(entry.url, load_topic(entry.slug).short) for entry in part.topics]
        assert fold["title"] == part.title
        assert [(link["url"], link["title"]) for link in fold["links"]] == [(part.url, "Overview"), *wanted]


def test_a_link_says_how_its_topic_stands(app: App, data: Path) -> None:
    app()
    page_store.close()
    with Store.open(data / "grimoire.db") as store:
        for slug, most in (("convexity", None), ("linear_regression", 1), ("bias_variance", 1)):
            for one in load_topic(slug).questions[:most]:
                store.add_attempt(one.id, 1, slug, one.id, "f", "x", {"correct": None}, 3, False, 1.0)
    assert "done" not in marks(app("machine_learning/part.py")).values()  # nothing is done before it is judged
    with Store.open(data / "grimoire.db") as store:
        for answer in store.attempts(1, topic="convexity"):
            store.add_marks(answer.id, {}, False)
    found = marks(app("machine_learning/part.py"))
    assert [found[load_topic(entry.slug).short] for entry in LEARNING.topics] == [
        "questions",
        "begun",
        "questions",
        "questions",
        "lesson",
        "begun",
        "done",
    ]


def test_a_topic_that_cannot_be_read_keeps_its_link(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(slug: str) -> object:
        if slug == "clustering":
            raise ContentError("content/x.toml", "is broken")
        return load_topic(slug)

    monkeypatch.setattr(standing, "load_topic", broken)
    standing.topics.clear()
    found = marks(app("machine_learning/part.py"))
    standing.topics.clear()
    assert found["K-means and k-medians"] == "lesson"


def test_the_learner_is_below_the_links_and_without_a_store_there_is_a_sentence(app: App, data: Path) -> None:
    at = app()
    assert at.sidebar.selectbox[0].label == "Learner"
    page_store.close()
    (data / "grimoire.db").unlink()
    (data / "grimoire.db").write_bytes(b"my diary")
    at = app("deep_learning/part.py")
    assert not at.exception
    assert "Nothing is kept" in at.sidebar.warning[0].value
    assert len(sidebar(at)["parts"]) == 5
