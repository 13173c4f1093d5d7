"""The content that ships: the curriculum is the primer's; every written topic is clean and agrees with the engine."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest

from engine.content import ROOT, curriculum, load_topic
from engine.content_check import check_topic, strays, twins
from engine.experiment import experiments_of
from engine.lesson import fill, link_topics, numbers_in

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
    topics = [(topic["slug"], topic["title"], topic["part"]) for topic in json.loads(Path(MANIFEST).read_text("utf-8"))]
    assert [(entry.slug, entry.title, entry.part) for entry in ENTRIES] == topics


@pytest.mark.parametrize("slug", ASKED)
def test_linter_is_clean(slug: str) -> None:
    assert [str(problem) for problem in check_topic(slug)] == []


def test_no_file_is_read_by_nothing_and_no_question_stands_twice() -> None:
    assert [str(problem) for problem in (*strays(ROOT), *twins(ROOT))] == []


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
    worked = importlib.import_module(f"engine.experiments.{slug}").worked()
    filled = "\n".join(link_topics(fill(text, worked), set(WRITTEN)) for text in texts)
    assert "<<" not in filled
    assert "](topic:" not in filled
    assert {name for text in texts for name, _ in numbers_in(text)} <= set(worked)
