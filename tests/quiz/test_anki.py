"""An Anki package of the questions: what Anki would read, and that a second one updates the first."""

from __future__ import annotations

import io
import json
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.content.curriculum import curriculum
from engine.content.read import load_topic
from engine.errors import ContentError
from engine.quiz.bank import Exact, Question, RubricPoint
from engine.quiz.exchange import anki
from engine.quiz.exchange.anki import Chapter

POINT = RubricPoint("It never *rises*: $J_{t+1}\\le J_t$.", 1, ("never rises",))
QUESTION = Question(
    "4.q1",
    "clustering",
    "4.1",
    "keypoints",
    "Why does $J<\\infty$ & <b>fall</b>?",
    "Both steps lower it.\n\n$$J=\\sum_i \\|x_i-c\\|^2$$",
    "Think.",
    2,
    (POINT, POINT),
)
CHOICE = Question(
    "4.x1",
    "clustering",
    "4.1",
    "choice",
    "Which?",
    "The *second*.",
    "",
    1,
    (),
    exact=Exact("choice", options=("a < b", "$a>b$"), correct=(1,)),
)
CHAPTERS = [
    Chapter("Machine learning", "Clustering", "clustering", (QUESTION, CHOICE)),
    Chapter("Deep learning", "Losses :: gradients", "losses", (replace(QUESTION, id="8.q1"),)),
]


def opened(package: bytes, tmp_path: Path) -> dict[str, Any]:
    """Return what Anki reads in a package: notes by guid, decks and note types by id, cards' decks."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert archive.testzip() is None
        assert set(archive.namelist()) == {"collection.anki2", "media"}
        assert json.loads(archive.read("media")) == {}
        archive.extract("collection.anki2", tmp_path)
    connection = sqlite3.connect(tmp_path / "collection.anki2")
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        models, decks = map(json.loads, connection.execute("SELECT models, decks FROM col").fetchone())
        notes = {
            guid: (model, fields.split("\x1f"), tags.split())
            for guid, model, fields, tags in connection.execute("SELECT guid, mid, flds, tags FROM notes")
        }
        cards = dict(connection.execute("SELECT n.guid, c.did FROM cards c JOIN notes n ON n.id = c.nid"))
    finally:
        connection.close()
    return {
        "notes": notes,
        "cards": cards,
        "models": {int(id) for id in models},
        "decks": {int(id): deck["name"] for id, deck in decks.items() if id != "1"},
    }


def test_one_note_and_one_card_for_each_question_in_its_topic_s_deck(tmp_path: Path) -> None:
    found = opened(anki.package(CHAPTERS), tmp_path)
    assert {fields[0] for _, fields, _ in found["notes"].values()} == {"4.q1", "4.x1", "8.q1"}
    assert sorted(found["decks"].values()) == [
        "Living Grimoire::Deep learning::Losses : gradients",
        "Living Grimoire::Machine learning::Clustering",
    ]
    decks = {fields[0]: found["decks"][found["cards"][guid]] for guid, (_, fields, _) in found["notes"].items()}
    assert decks["4.x1"].endswith("::Clustering")
    assert decks["8.q1"].endswith("Losses : gradients")
    assert {(model, *tags) for model, _, tags in found["notes"].values()} == {
        (anki.stable_id("note type"), "clustering"),
        (anki.stable_id("note type"), "losses"),
    }


def test_a_second_package_updates_and_does_not_duplicate(tmp_path: Path) -> None:
    edited = replace(CHAPTERS[0], title="Clusters", questions=(replace(QUESTION, ask="Edited?", points=()), CHOICE))
    first, second = (opened(anki.package(chapters), tmp_path) for chapters in (CHAPTERS, [edited, CHAPTERS[1]]))
    assert first["notes"].keys() == second["notes"].keys()
    assert first["cards"] == second["cards"]
    assert (first["models"], first["decks"].keys()) == (second["models"], second["decks"].keys())
    assert second["notes"][anki.guid("4.q1")][1][1] == "<p>Edited?</p>"


def test_the_ids_are_those_of_the_packages_that_people_have() -> None:
    """Another derivation would double every note that somebody has imported."""
    assert anki.guid("4.q1") == "791b4484f94a1aa9"
    assert (anki.stable_id("note type"), anki.stable_id("deck clustering")) == (1456896002, 1694348106)


def test_only_the_questions_that_are_wanted(tmp_path: Path) -> None:
    found = opened(anki.package(CHAPTERS, {"4.x1", "99.q9"}), tmp_path)
    assert [fields[0] for _, fields, _ in found["notes"].values()] == ["4.x1"]
    assert list(found["decks"].values()) == ["Living Grimoire::Machine learning::Clustering"]
    assert opened(anki.package(CHAPTERS, set()), tmp_path)["notes"] == {}


def test_text_is_escaped_and_formulas_are_mathjax() -> None:
    assert anki.front(QUESTION) == "<p>Why does \\(J&lt;\\infty\\) &amp; &lt;b&gt;fall&lt;/b&gt;?</p>"
    point = "<li>It never <i>rises</i>: \\(J_{t+1}\\le J_t\\).</li>"
    assert anki.back(QUESTION) == (
        "<p>Both steps lower it.</p><p>\\[J=\\sum_i \\|x_i-c\\|^2\\]</p>"
        f"<p><b>A good answer says</b></p><ul>{point}{point}</ul>"
    )
    assert anki.front(CHOICE) == "<p>Which?</p><ul><li>a &lt; b</li><li>\\(a&gt;b\\)</li></ul>"
    assert anki.back(CHOICE) == "<p>The <i>second</i>.</p>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("2 * 3 * 4", "<p>2 * 3 * 4</p>"),
        ("$a*b$ and $c*d$", "<p>\\(a*b\\) and \\(c*d\\)</p>"),
        ("costs \\$5 or \\$6", "<p>costs $5 or $6</p>"),
        ("[a topic](topic:clustering)", "<p>a topic</p>"),
        ("`$x$` *is* **code**", "<p>`\\(x\\)` <i>is</i> <b>code</b></p>"),
        ("a\nb\n\n\nc", "<p>a<br>b</p><p>c</p>"),
        ("one $ alone", "<p>one $ alone</p>"),
        ("", ""),
    ],
)
def test_markdown(text: str, expected: str) -> None:
    assert anki.as_html(text) == expected


def test_every_question_of_the_bank_comes_along(tmp_path: Path) -> None:
    chapters = []
    for part in curriculum():
        for entry in part.topics:
            try:
                topic = load_topic(entry.slug)
            except ContentError:
                continue
            chapters.append(Chapter(part.title, topic.title, topic.slug, topic.questions))
    questions = [question for chapter in chapters for question in chapter.questions]
    assert len(questions) > 100
    found = opened(anki.package(chapters), tmp_path)
    assert found["notes"].keys() == {anki.guid(question.id) for question in questions}
    assert len(found["notes"]) == len(questions)
    for _, fields, _ in found["notes"].values():
        assert all(fields)
        assert "$" not in fields[1] + fields[2]


def test_nothing_is_left_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    anki.package(CHAPTERS)
    assert list(tmp_path.iterdir()) == []


def test_importing_this_costs_nothing_until_it_is_used() -> None:
    code = "import sys, engine.quiz.exchange.anki; print('genanki' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
