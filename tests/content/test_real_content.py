"""The content that ships: the curriculum is the primer's; every written topic is clean and agrees with the engine."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.content.check import OF_THE_WHOLE, check_topic
from engine.content.curriculum import ROOT, curriculum
from engine.content.read import load_topic
from engine.errors import ContentError
from engine.experiment import experiments_of
from engine.lesson import fill, link_topics, numbers_in
from engine.prerequisites import missing

ENTRIES = [entry for part in curriculum() for entry in part.topics]
WRITTEN = [entry.slug for entry in ENTRIES if entry.written]
ASKED = [entry.slug for entry in ENTRIES if entry.asked]
MANIFEST = ROOT.parent.parent / "shared" / "curriculum" / "manifest.json"


def test_five_parts_hold_the_49_topics_of_the_primer() -> None:
    counts = {part.id: len(part.topics) for part in curriculum()}
    assert counts == {
        "machine_learning": 7,
        "deep_learning": 10,
        "computer_vision": 8,
        "reinforcement_learning": 14,
        "language_modeling": 10,
    }


def test_curriculum_is_the_manifest_s() -> None:
    if not MANIFEST.is_file():
        pytest.skip("the primer's manifest lies beside the repository only where the project is written")
    topics = json.loads(MANIFEST.read_text("utf-8"))
    theirs = [(topic["slug"], topic["title"], topic["part"]) for topic in topics]
    assert [(entry.slug, entry.title, entry.part) for entry in ENTRIES] == theirs
    needs = {topic["slug"]: tuple(topic["needs"]) for topic in topics if topic["needs"]}  # none: ours, with the lesson
    assert {slug: load_topic(slug).needs for slug in needs} == needs


@pytest.mark.parametrize("slug", ASKED)
def test_linter_is_clean(slug: str) -> None:
    assert [str(problem) for problem in check_topic(slug)] == []


@pytest.mark.parametrize("check", OF_THE_WHOLE)
def test_the_content_fits_together(check: Callable[[Path], Iterator[ContentError]]) -> None:
    assert [str(problem) for problem in check(ROOT)] == []


def test_no_two_topics_look_alike_in_the_sidebar() -> None:
    shorts = [load_topic(slug).short for slug in ASKED]
    assert len(set(shorts)) == len(shorts)


def test_whoever_goes_on_by_needs_comes_to_every_topic() -> None:
    needs = {slug: load_topic(slug).needs for slug in ASKED}
    done: set[str] = set()
    while ready := {one for one in ASKED if one not in done and not missing(one, needs, done, set(ASKED))}:
        done |= ready
    assert done == set(ASKED)


def test_every_topic_asks_and_the_bank_is_the_manifest_s() -> None:
    assert len(ASKED) == 49
    questions = {question.id: question for slug in ASKED for question in load_topic(slug).questions}
    assert len(questions) == 136 + 27 + 21  # the primer's, the manifest's numeric drills, and items of our own
    if MANIFEST.is_file():
        wanted = {id for topic in json.loads(MANIFEST.read_text("utf-8")) for id in topic["questions"]}
        assert len(wanted) == 136
        assert wanted <= set(questions)


@pytest.mark.parametrize("slug", WRITTEN)
def test_experiments_told_are_experiments_run(slug: str) -> None:
    assert set(load_topic(slug).experiments) == set(experiments_of(slug))


@pytest.mark.parametrize("slug", WRITTEN)
def test_every_number_of_the_worked_example_is_printed(slug: str) -> None:
    texts = [block.text for section in load_topic(slug).lesson for block in section.blocks if block.kind == "text"]
    worked = importlib.import_module(f"engine.experiments.{slug}.worked").worked()
    filled = "\n".join(link_topics(fill(text, worked), set(WRITTEN)) for text in texts)
    assert "<<" not in filled
    assert "](topic:" not in filled
    assert {name for text in texts for name, _ in numbers_in(text)} <= set(worked)
