"""Read one topic: its facts and its lesson, or everything that is wrong with its files."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from engine.content.curriculum import ROOT, entry_of, first_of, lesson_file, plain_curriculum, stamp_of
from engine.content.references import check_references
from engine.content.topic import Entry, ExperimentText, Predict, Slip, Term, Topic
from engine.errors import ContentError
from engine.facts import Facts, Source, file_name, parse_facts, read_source
from engine.lesson import Section, parse_lesson
from engine.quiz.bank import numbered, read_question


def load_topic(slug: str, root: Path = ROOT) -> Topic:
    """Read and check one topic; it is read again when one of its files changes.

    Raises:
        engine.errors.ContentError: if a file breaks a rule; the rest of the app runs on.
    """
    topic, problems = read_topic(slug, root)
    if problems:
        raise first_of(list(problems))
    assert topic is not None  # read_topic gives one or the other
    return topic


def read_topic(slug: str, root: Path = ROOT) -> tuple[Topic | None, tuple[ContentError, ...]]:
    """Return a topic, or None and everything that is wrong with its files.

    Raises:
        engine.errors.ContentError: if curriculum.toml breaks a rule.
    """
    plain = plain_curriculum(root, stamp_of(root / "curriculum.toml"))
    places = {name: (part, title) for part, _, _, topics in plain for name, title in topics}
    if slug not in places:
        problem = f"no topic is called {slug!r}. Add it to a part, or correct the name."
        return None, (ContentError(file_name(root / "curriculum.toml", root), problem),)
    entry = entry_of(root, places[slug][0], slug, places[slug][1])
    lesson = lesson_file(root, entry.part, slug)
    return _read_topic(entry, frozenset(places), root, stamp_of(lesson, lesson.with_suffix(".toml")))


@lru_cache(maxsize=128)
def _read_topic(
    entry: Entry, known: frozenset[str], root: Path, stamp: object
) -> tuple[Topic | None, tuple[ContentError, ...]]:
    path = lesson_file(root, entry.part, entry.slug)
    said = read_source(path.with_suffix(".toml"), root, f"Write the facts of {entry.slug}: CONTRIBUTING.md shows how.")
    facts = None if said.problems else parse_facts(said)
    head = facts.table("topic") if facts else None
    told = entry.written or (head is not None and head.has("minutes"))  # whoever says how long it takes has a lesson
    text = read_source(path, root, f"Write the lesson of {entry.slug}.") if told else Source(said.file, [])
    lesson = parse_lesson(text) if told and not text.problems else ()
    topic = _topic(facts, entry, lesson, told) if facts else None
    if facts and topic and not text.problems:
        check_references(topic, known, facts, text)
    problems = tuple(sorted((*text.problems, *said.problems), key=lambda one: (one.file, one.line or 0)))
    return (None if problems else topic), problems


def _topic(facts: Facts, entry: Entry, lesson: tuple[Section, ...], told: bool) -> Topic:
    head = facts.table("topic") or Facts(facts.source, {}, facts, "topic")
    title = head.text("title")
    topic = Topic(
        slug=entry.slug,
        part=entry.part,
        title=title,
        summary=head.text("summary"),
        sections=head.texts("sections", ()),
        figures=head.mapping("figures"),
        minutes=head.whole("minutes", 1, 240) if told else 0,
        goals=head.texts("goals") if told else (),
        needs=head.texts("needs", ()),
        lesson=lesson,
        experiments={},
        questions=numbered([read_question(one, entry.slug) for one in facts.tables("question")]),
        terms=tuple(_term(one) for one in facts.tables("term")),
        slips=tuple(_slip(one) for one in facts.tables("slip")),
        short=head.text("short", title),
    )
    for table in facts.tables("experiment"):
        experiment = _experiment(table)
        if experiment.id in topic.experiments:
            table.complain("this id stands twice. Rename one.", "id")
        topic.experiments[experiment.id] = experiment
    head.done()
    facts.done()
    return topic


def _experiment(facts: Facts) -> ExperimentText:
    id = facts.text("id")
    facts.label = f"experiment {id}"
    predict = facts.table("predict")
    if predict is None:
        facts.complain(f"the reader predicts before the first run. Add [{facts.child('predict')}].")
    experiment = ExperimentText(
        id,
        facts.text("title"),
        facts.text("claim"),
        facts.text("do"),
        facts.text("see"),
        _predict(predict, id) if predict else Predict("", (), 0, ""),
    )
    facts.done()
    return experiment


def _predict(facts: Facts, id: str) -> Predict:
    facts.label = f"experiment {id}, predict"
    options = facts.texts("options")
    if len(options) < 2 or len(set(options)) < len(options):
        facts.complain("options must be at least two, all different.", "options")
    right = facts.whole("right", 0, max(len(options) - 1, 0))
    predict = Predict(facts.text("ask"), options, right, facts.text("why"))
    facts.done()
    return predict


def _term(facts: Facts) -> Term:
    term = Term(facts.text("name"), facts.text("says"), facts.text("shown"))
    facts.label = f"term {term.name!r}"
    facts.done()
    return term


def _slip(facts: Facts) -> Slip:
    slip = Slip(facts.text("section"), facts.text("book"), facts.text("right"), facts.text("shown", ""))
    facts.label = f"slip of section {slip.section}"
    facts.done()
    return slip
