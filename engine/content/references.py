"""Whatever a topic's files name must exist: a page follows these references without looking."""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import TYPE_CHECKING

from engine.facts import Facts, Source
from engine.lesson import anchor_of, links_in

if TYPE_CHECKING:
    from engine.content.topic import Topic


def check_references(topic: Topic, known: Set[str], facts: Facts, text: Source) -> None:
    """Note every name in a topic's files that leads nowhere, and every id that stands twice.

    Args:
        topic: the topic as read.
        known: the slugs of all topics of the curriculum.
        facts: its TOML file.
        text: its lesson.
    """
    for line, problem in _in_lesson(topic, known):
        text.complain(problem, line)
    for problem, key in _in_head(topic, known):
        _table(facts, "topic").complain(problem, key)
    for number, problem, key in _in_questions(topic):
        _table(facts, "question", number, f"question {topic.questions[number].id}").complain(problem, key)
    for number, problem, key in _in_terms(topic):
        _table(facts, "term", number, f"term {topic.terms[number].name!r}").complain(problem, key)
    for number, problem, key in _in_slips(topic):
        _table(facts, "slip", number, f"slip of section {topic.slips[number].section}").complain(problem, key)


def _table(facts: Facts, kind: str, number: int = 0, label: str = "") -> Facts:
    """Return a table of the file again, to note a problem on its line."""
    found = facts.tables(kind)[number] if kind != "topic" else facts.table(kind) or facts
    found.label = label or kind
    return found


def _in_lesson(topic: Topic, known: Set[str]) -> Iterator[tuple[int, str]]:
    placed: set[str] = set()
    for block in (block for section in topic.lesson for block in section.blocks):
        if block.kind == "text":
            for slug in links_in(block.text):
                if slug not in known:
                    yield block.line, f"topic:{slug} leads nowhere. Write a slug of curriculum.toml, with _ for -."
            continue
        if block.text not in topic.experiments:
            yield block.line, f"no experiment is called {block.text!r}. {_experiments(topic)}"
        if block.text in placed:
            yield block.line, f"experiment {block.text!r} stands in the lesson twice. Keep one place."
        placed.add(block.text)


def _in_head(topic: Topic, known: Set[str]) -> Iterator[tuple[str, str]]:
    for slug in topic.needs:
        if slug not in known or slug == topic.slug:
            yield f"needs names {slug!r}, which is no other topic. Write a slug of curriculum.toml.", "needs"
    for figure, shown in topic.figures.items():
        kind, _, id = shown.partition(":")
        if kind != "experiment" or id not in topic.experiments:
            yield f'figure {figure} is shown by {shown!r}. Write "experiment:ID". {_experiments(topic)}', "figures"


def _in_questions(topic: Topic) -> Iterator[tuple[int, str, str]]:
    ids = [question.id for question in topic.questions]
    for number, question in enumerate(topic.questions):
        if question.id in ids[:number]:
            yield number, "this id stands twice. Give the question its own.", "id"
        if question.section not in (topic.sections or ("",)):
            yield number, f"section {question.section} is none of topic.sections. {_sections(topic)}", "section"
        if question.settles and question.settles not in topic.experiments:
            yield number, f"no experiment is called {question.settles!r}. {_experiments(topic)}", "settles"


def _in_terms(topic: Topic) -> Iterator[tuple[int, str, str]]:
    names = [term.name for term in topic.terms]
    anchors = {section.anchor for section in topic.lesson}
    for number, term in enumerate(topic.terms):
        kind, _, what = term.shown.partition(":")
        if term.name in names[:number]:
            yield number, "this term stands twice. Keep one definition.", "name"
        if kind == "experiment" and what not in topic.experiments:
            yield number, f"it is shown by the experiment {what!r}, which is not there. {_experiments(topic)}", "shown"
        elif kind == "lesson" and anchor_of(what) not in anchors:
            headings = ", ".join(section.heading for section in topic.lesson)
            yield number, f"it is shown under {what!r}, which is no heading. The ## headings are: {headings}.", "shown"
        elif kind not in ("experiment", "lesson") and term.shown != "glossary":
            allowed = '"experiment:ID", "lesson:HEADING" or "glossary"'
            yield number, f"shown is {term.shown!r}. Write {allowed}.", "shown"


def _in_slips(topic: Topic) -> Iterator[tuple[int, str, str]]:
    for number, slip in enumerate(topic.slips):
        if slip.section not in topic.sections:
            yield number, f"it is none of topic.sections. {_sections(topic)}", "section"
        if slip.shown and slip.shown not in topic.experiments:
            yield number, f"no experiment is called {slip.shown!r}. {_experiments(topic)}", "shown"


def _experiments(topic: Topic) -> str:
    return f"Experiments here: {', '.join(topic.experiments) or 'none'}."


def _sections(topic: Topic) -> str:
    return f"They are: {', '.join(topic.sections) or 'none'}."
