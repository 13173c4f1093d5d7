"""The page of a part and its map: rows, lines, what is done, begun and ready."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from engine.content.curriculum import curriculum
from engine.content.read import load_topic
from engine.content.topic import Part
from engine.errors import ContentError
from engine.prerequisites import nearest
from engine.quiz.store.store import Store
from pages.widgets.lesson.part_map import grid
from pages.widgets.shell import standing
from pages.widgets.shell import store as page_store

App = Callable[..., AppTest]
PARTS = curriculum()
NAMES = tuple("abcdefgh")


def map_of(at: AppTest) -> dict[str, Any]:
    """Return what the page hands to its map."""
    assert not at.exception
    (found,) = [one.proto for one in at.main.get("bidi_component") if one.proto.component_name == "grimoire.part_map"]
    data: dict[str, Any] = json.loads(found.json)
    return data


def tiles(at: AppTest) -> dict[str, dict[str, Any]]:
    return {cell["id"]: cell for row in map_of(at)["rows"] for cell in row if "url" in cell}


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.id)
def test_a_part_says_what_it_is_about_and_maps_all_its_topics(app: App, part: Part) -> None:
    at = app(f"{part.id}/part.py")
    assert at.title[0].value == part.title
    assert part.about in [one.value for one in at.main.markdown]
    assert {one["url"] for one in tiles(at).values()} == {entry.url for entry in part.topics}
    assert len({line[0] for line in map_of(at)["lines"]}) > 1
    here = PARTS.index(part)
    beside = [PARTS[number].title for number in (here - 1, here + 1) if number in range(len(PARTS))]
    assert [one.proto.label for one in at.main.get("page_link")] == beside


def test_a_newcomer_can_begin_what_needs_nothing_that_is_written(app: App) -> None:
    found = tiles(app("machine_learning/part.py"))
    assert [slug for slug, one in found.items() if one["state"] == "ready"] == ["ml_overview", "linear_regression"]
    needs = [["What machine learning is", False, True], ["Linear regression", False, True]]
    assert found["clustering"]["needs"] == needs
    elsewhere = tiles(app("deep_learning/part.py"))["network_structure"]
    assert elsewhere["needs"] == [["Linear regression", False, False], ["Logistic regression", False, False]]


def test_what_is_done_makes_its_followers_ready(app: App, data: Path) -> None:
    app()
    page_store.close()
    with Store.open(data / "grimoire.db") as store:
        for slug, most in (("linear_regression", None), ("clustering", 3)):
            for one in load_topic(slug).questions[:most]:
                store.add_attempt(one.id, 1, slug, one.id, "f", "x", {"correct": None}, 3, False, 1.0)
    locked = tiles(app("machine_learning/part.py"))["linear_regression"]
    questions = len(load_topic("linear_regression").questions)
    assert (locked["state"], locked["says"]) == ("begun", f"{questions} to judge")
    with Store.open(data / "grimoire.db") as store:
        for answer in store.attempts(1, topic="linear_regression"):
            store.add_marks(answer.id, {}, True)
    at = app("machine_learning/part.py")
    found = tiles(at)
    assert {slug: one["state"] for slug, one in found.items()} == {
        "ml_overview": "ready",
        "linear_regression": "done",
        "ridge_lasso": "ready",
        "logistic_regression": "ready",
        "clustering": "begun",
        "bias_variance": "ready",
        "convexity": "ready",
    }
    assert found["clustering"]["says"].startswith("3 of ")
    assert 0 < found["clustering"]["share"] < found["linear_regression"]["share"] == 1
    assert "1 done · 1 begun · 5 ready to begin" in [one.value for one in at.main.markdown]
    assert ["Linear regression", True, False] in tiles(app("deep_learning/part.py"))["network_structure"]["needs"]


def test_a_part_is_shown_without_a_store_and_with_a_topic_that_cannot_be_read(
    app: App, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(slug: str) -> object:
        if slug == "linear_regression":
            raise ContentError("content/x.toml", "is broken")
        return load_topic(slug)

    (data / "grimoire.db").write_bytes(b"my diary")
    monkeypatch.setattr(standing, "load_topic", broken)
    standing.topics.clear()
    found = tiles(app("machine_learning/part.py"))
    standing.topics.clear()
    assert found["linear_regression"]["says"] == "cannot be read"
    assert found["clustering"]["url"] == "clustering"


@st.composite
def needs_of(draw: st.DrawFn) -> dict[str, list[str]]:
    return {
        one: draw(st.lists(st.sampled_from(NAMES[:place]), unique=True)) if place else []
        for place, one in enumerate(NAMES)
    }


@given(needs_of(), st.sets(st.sampled_from(NAMES), min_size=1))
def test_lines_go_down_from_row_to_row_and_show_every_need(needs: dict[str, list[str]], chosen: set[str]) -> None:
    topics = sorted(chosen)
    rows, lines = grid(topics, needs)
    cells = [cell for row in rows for cell in row]
    assert len(cells) == len(set(cells))
    assert sorted(cell for cell in cells if ">" not in cell) == topics
    assert {(upper, lower) for upper, lower in lines} <= {
        (upper, lower) for above, below in pairwise(rows) for upper in above for lower in below
    }
    assert all(any(cell == upper for upper, _ in lines) for cell in cells if ">" in cell)

    def start(cell: str) -> str:
        return cell.partition(">")[0]

    drawn = {(start(upper), lower) for upper, lower in lines if ">" not in lower}
    inside = nearest({one: [need for need in needs[one] if need in chosen] for one in topics})
    assert drawn == {(need, one) for one, mine in inside.items() for need in mine}
    assert all(start(upper) == start(lower) for upper, lower in lines if ">" in lower)


def test_needs_in_a_circle_are_drawn_all_the_same() -> None:
    rows, _ = grid(["a", "b"], {"a": ["b"], "b": ["a"]})
    assert rows == [["a", "b"]]
